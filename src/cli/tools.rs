//! What a command that sends stands on, and what each of them does before its first send.

use super::complain;
use super::paper::Paper;
use crate::domain::gateway::PaymentGateway;
use crate::domain::guard::ApiKey;
use crate::domain::profile::{KeySource, Profile};
use crate::domain::trail::GAP;
use crate::log::Log;
use crate::ports::{KeyFault, Keys, Ledger, LedgerFault};
use crate::secret::Masked;

/// What a command that sends works with.
pub struct Tools<G, K, C> {
    /// Sends.
    pub gateway: G,
    /// Fetches the key.
    pub keys: K,
    /// Tells the time.
    pub clock: C,
    /// History and audit trail, or why there is none.
    pub ledger: Result<Box<dyn Ledger>, LedgerFault>,
    /// Days that history is kept.
    pub retention_days: u32,
    /// The user's name, for the audit trail.
    pub who: Masked,
    /// The gateway whose needs are told of, where one was chosen.
    pub gateway_needs: Option<&'static PaymentGateway>,
    /// How stdout looks.
    pub paper: Paper,
    /// What happens is told to it.
    pub log: Log,
}

impl<G, K: Keys, C> Tools<G, K, C> {
    /// A command that wants the terminal has it anyway, without a console in the way.
    pub(super) async fn fetch_key(&self, profile: &Profile) -> Result<ApiKey, KeyFault> {
        let fetched = match profile.key {
            KeySource::Command { terminal: true, .. } => self.keys.fetch_lent(profile).await,
            _ => self.keys.fetch(profile).await,
        };
        fetched
            .inspect(|_| self.log.key_fetched(profile))
            .inspect_err(|fault| self.log.key_failed(profile, fault))
    }
}

impl<G, K, C> Tools<G, K, C> {
    /// Says that the end of the audit trail is not where it was left, before a row of ours makes it look whole again.
    pub(super) fn warn_of_gap(&mut self) {
        if let Ok(ledger) = &mut self.ledger
            && ledger.has_gap() == Ok(true)
        {
            self.log.trail_gapped();
            complain(GAP);
        }
    }

    /// The audit row is on disk before anything leaves; without a trail nothing is sent on production.
    pub(super) fn audit_first(
        &mut self,
        profile: &Profile,
        write: impl FnOnce(&mut dyn Ledger) -> Result<(), LedgerFault>,
    ) -> Result<(), String> {
        let written = match &mut self.ledger {
            Ok(ledger) => write(ledger.as_mut()).inspect_err(|fault| self.log.ledger_failed("audit", *fault)),
            Err(fault) => Err(*fault),
        };
        match written {
            Err(fault) if profile.is_guarded() => {
                Err(format!("nothing was sent, since production needs an audit trail: {fault}"))
            }
            Err(fault) => {
                complain(&format!("NO HISTORY: {fault}"));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}
