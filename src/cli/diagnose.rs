//! `diagnose`: an answer that somebody kept, judged offline by the rules of `fetch`, masked as there.

use std::io::Read;

use jiff::civil::Date;

use super::args::{DiagnoseArgs, Format};
use super::input;
use super::paper::Paper;
use super::{REFUSED, complain, print};
use crate::diagnosis::verdict::judge_kept;
use crate::domain::exchange::{Exchange, Reply, Timing};
use crate::domain::gateway::PaymentGateway;
use crate::domain::kept::Kept;
use crate::report::{self, Told};
use crate::secret::Needles;

/// Judges and returns the exit code (INTERFACE, "Exit codes").
pub fn run(
    args: &DiagnoseArgs,
    gateway: Option<&'static PaymentGateway>,
    today: Date,
    stdin: impl Read,
    paper: Paper,
) -> u8 {
    let bytes = match input::read(&args.file, stdin) {
        Ok(bytes) => bytes,
        Err(unread) => {
            complain(&format!("nothing was judged: {}", unread.sentence("answer")));
            return REFUSED;
        }
    };
    let (exchange, status) = exchange(&bytes);
    let judgement = judge_kept(&exchange, status, today).for_gateway(gateway, exchange.answer());
    let reply = Reply::Came(exchange);
    let told = Told::kept(&reply, status, &judgement);
    let written = match args.format {
        Format::Text => paper.draw(&report::text_of(&told), judgement.verdict),
        Format::Json => report::json_of(&told).text(),
        Format::Markdown => report::markdown_of(&told).text(),
    };
    match print(&written) {
        0 => judgement.verdict.exit(),
        unwritten => unwritten,
    }
}

/// The status of a body alone stays unknown.
fn exchange(bytes: &[u8]) -> (Exchange, Option<u16>) {
    let kept = Kept::read(bytes);
    (Exchange::read(&kept.reply(), None, Needles::default(), Timing::default()), kept.status)
}
