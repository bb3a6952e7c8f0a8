//! `fetch`: one call, one masked answer, one exit code.

use super::args::{FetchArgs, Format};
use super::paper::Paper;
use super::tools::Tools;
use super::{REFUSED, complain, print};
use crate::diagnosis::lint::lint;
use crate::diagnosis::verdict::judge;
use crate::domain::calendar::Stamp;
use crate::domain::exchange::{Exchange, RawReply, Reply, Timing};
use crate::domain::guard::{Guard, Order};
use crate::domain::history::{AuditRow, Page};
use crate::domain::profile::Profile;
use crate::domain::request::Draft;
use crate::domain::sent::Sent;
use crate::log::Log;
use crate::ports::{Clock, Gateway, Keys, Ledger, LedgerFault};
use crate::report;
use crate::secret::Needles;

/// Rows of history that are looked through for what the customer's calls carried; the newest one counts.
const LATELY: u32 = 20;

/// Of an answer, what its network is judged by.
const REHEARSED: &[u8] = br#"{"network": "VISA", "eci": "07"}"#;

/// Reads and judges an answer that nobody gave, so that the tables which that takes are read before there is one.
pub fn rehearse() {
    let raw = RawReply { status: 200, headers: &[], body: REHEARSED };
    let answer = Exchange::read(&raw, None, Needles::default(), Timing::default());
    judge(&Reply::Came(answer), None, Stamp::default().date_in_india());
}

/// Fetches once and returns the exit code (INTERFACE, "Exit codes").
pub async fn run<G: Gateway, K: Keys, C: Clock>(
    args: &FetchArgs,
    draft: &Draft,
    profile: &Profile,
    read_only: bool,
    mut tools: Tools<G, K, C>,
) -> u8 {
    let order = match admit(args, draft, profile, read_only, &tools) {
        Ok(order) => order,
        Err(sentence) => return refuse(&sentence),
    };
    let key = match tools.fetch_key(profile).await {
        Ok(key) => key,
        Err(fault) => return refuse(&fault.to_string()),
    };
    let sent = Sent::of(&order, 1, tools.clock.stamp());
    let row = AuditRow::send(&sent, &tools.who);
    tools.warn_of_gap();
    if let Err(sentence) = tools.audit_first(profile, |ledger| ledger.audit_ahead(&row)) {
        return refuse(&sentence);
    }
    tools.log.call_sent(&sent);
    let meanwhile = async {
        settle(&mut tools.ledger, &tools.log);
        // The limits of the call are kept on this thread too.
        tokio::task::yield_now().await;
        warn_of_doubts(draft, profile, &mut tools.ledger);
    };
    let (reply, ()) = tokio::join!(tools.gateway.send(&order, &key), meanwhile);
    let judgement = judge(&reply, Some(&sent), tools.clock.stamp().date_in_india())
        .for_gateway(tools.gateway_needs, reply.answer());
    tools.log.call_replied(&sent, &reply, judgement.verdict, judgement.finding.id);
    let call = report::Call { sent: &sent, reply: &reply, judgement: &judgement };
    // The call was made: neither a broken history nor a full disk behind stdout may hide how it ended from the other.
    keep(&mut tools, &call);
    let written = print(&rendered(args.format, &call, tools.paper));
    expire(&mut tools.ledger, tools.clock.stamp(), tools.retention_days, &tools.log);
    if written == 0 { judgement.verdict.exit() } else { written }
}

/// How the call ended goes into audit trail and history; what cannot be kept is said.
fn keep<G, K, C: Clock>(tools: &mut Tools<G, K, C>, call: &report::Call<'_>) {
    let Ok(ledger) = &mut tools.ledger else { return };
    let ended = AuditRow::ended(call.sent, call.judgement.verdict, call.reply.status());
    let row = AuditRow { at: tools.clock.stamp(), who: tools.who.clone(), ..ended };
    let mut entry = report::entry(call);
    if let Some(answer) = call.reply.answer() {
        entry.details.take_prints(answer, &ledger.print_key());
    }
    if let Err(fault) = ledger.conclude(&row, &entry) {
        tools.log.ledger_failed("conclude", fault);
        complain(&format!("how the call ended is in neither audit trail nor history: {fault}"));
    }
    if let Err(fault) = ledger.settle() {
        tools.log.ledger_failed("settle", fault);
        complain(&format!(
            "the head of the audit trail is behind, and the next row has to wait for it: {fault}"
        ));
    }
}

/// Lets the head of the trail catch up. What fails here is told when the call has ended, since its rows have to wait for it.
fn settle(ledger: &mut Result<Box<dyn Ledger>, LedgerFault>, log: &Log) {
    if let Ok(ledger) = ledger
        && let Err(fault) = ledger.settle()
    {
        log.ledger_failed("settle", fault);
    }
}

/// What is past its days goes out of the history, behind all that is said and kept of the call. A row that does not expire
/// today expires tomorrow.
fn expire(ledger: &mut Result<Box<dyn Ledger>, LedgerFault>, now: Stamp, days: u32, log: &Log) {
    if let Ok(ledger) = ledger
        && let Err(fault) = ledger.expire(now, days)
    {
        log.ledger_failed("expire", fault);
    }
}

/// Says what to look at twice, a line each; it is sent all the same. A history that cannot be read costs what it would say.
fn warn_of_doubts(draft: &Draft, profile: &Profile, ledger: &mut Result<Box<dyn Ledger>, LedgerFault>) {
    let page = Page { limit: LATELY, filter: draft.customer_id.clone(), ..Page::default() };
    let before = ledger.as_mut().ok().and_then(|ledger| ledger.page(&page).ok()).unwrap_or_default();
    for doubt in lint(draft, profile, &before) {
        complain(&doubt.finding.sentence().text());
    }
}

fn rendered(format: Format, call: &report::Call<'_>, paper: Paper) -> String {
    match format {
        Format::Text => paper.draw(&report::text(call), call.judgement.verdict),
        Format::Json => report::json(call).text(),
        Format::Markdown => report::markdown(call).text(),
    }
}

fn refuse(sentence: &str) -> u8 {
    complain(sentence);
    REFUSED
}

/// The one place of the command line where a send is decided: form, then guard.
fn admit<G, K, C: Clock>(
    args: &FetchArgs,
    draft: &Draft,
    profile: &Profile,
    read_only: bool,
    tools: &Tools<G, K, C>,
) -> Result<Order, String> {
    let request = draft.validate(profile).map_err(|faults| {
        let fault = faults.first().map(ToString::to_string).unwrap_or_default();
        format!("nothing was sent: {fault}")
    })?;
    let typed = args.confirm_production.as_ref().map(|merchant| format!("prod {merchant}"));
    let hint = if profile.is_guarded() { " (--confirm-production MERCHANT_ID)" } else { "" };
    Guard::new(read_only)
        .admit(profile, request, typed.as_deref(), tools.clock.moment())
        .inspect(|order| tools.log.call_admitted(order))
        .inspect_err(|barred| tools.log.call_barred(profile, barred))
        .map_err(|barred| format!("{barred}{hint}"))
}
