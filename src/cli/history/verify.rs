//! `history verify`: what a walk over the audit trail found, and what no walk can see.

use crate::cli::args::{ShowFormat, VerifyArgs};
use crate::cli::{FINDING, REFUSED, complain, print};
use crate::domain::trail::Verification;
use crate::ports::LedgerFault;
use crate::report;

/// Prints what was found; `None` where there is no trail yet.
pub fn verify(args: &VerifyArgs, looked: Result<Option<Verification>, LedgerFault>) -> u8 {
    match looked {
        Err(fault) => {
            complain(&format!("the audit trail cannot be looked at: {fault}"));
            REFUSED
        }
        Ok(None) => {
            complain(
                "there is nothing to verify: the data folder holds no audit trail before the first call; --data-dir names another",
            );
            match args.format {
                ShowFormat::Text => 0,
                ShowFormat::Json => tell(args.format, &Verification::default()),
            }
        }
        Ok(Some(verification)) => tell(args.format, &verification),
    }
}

fn tell(format: ShowFormat, verification: &Verification) -> u8 {
    let printed = print(&match format {
        ShowFormat::Text => report::verification_text(verification).text(),
        ShowFormat::Json => report::verification_json(verification).into_text(),
    });
    if verification.findings.is_empty() { printed } else { FINDING }
}
