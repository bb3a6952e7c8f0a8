//! `fetch`: one call, one masked answer, one exit code.

use super::args::{FetchArgs, Format};
use super::paper::Paper;
use super::{REFUSED, complain, print};
use crate::diagnosis::verdict::judge;
use crate::domain::gateway::PaymentGateway;
use crate::domain::guard::{ApiKey, Guard, Order};
use crate::domain::history::AuditRow;
use crate::domain::profile::{KeySource, Profile};
use crate::domain::request::Draft;
use crate::domain::sent::Sent;
use crate::domain::trail::GAP;
use crate::log::Log;
use crate::ports::{Clock, Gateway, KeyFault, Keys, Ledger, LedgerFault};
use crate::report;
use crate::secret::Masked;

/// What a fetch works with.
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
    draft.warnings().iter().for_each(|warning| complain(&warning.to_string()));
    let key = match fetch_key(&tools.keys, profile, &tools.log).await {
        Ok(key) => key,
        Err(fault) => return refuse(&fault.to_string()),
    };
    let sent = Sent::of(&order, 1, tools.clock.stamp());
    warn_of_gap(&mut tools);
    if let Err(sentence) = audit(&mut tools, &sent, profile) {
        return refuse(&sentence);
    }
    tools.log.call_sent(&sent);
    let reply = tools.gateway.send(&order, &key).await;
    let judgement = judge(&reply, Some(&sent), tools.clock.stamp().date_in_india())
        .for_gateway(tools.gateway_needs, reply.answer());
    tools.log.call_replied(&sent, &reply, judgement.verdict, judgement.finding.id);
    let call = report::Call { sent: &sent, reply: &reply, judgement: &judgement };
    // The call was made: neither a broken history nor a full disk behind stdout may hide how it ended from the other.
    keep(&mut tools, &call);
    match print(&rendered(args.format, &call, tools.paper)) {
        0 => judgement.verdict.exit(),
        unwritten => unwritten,
    }
}

/// How the call ended goes into audit trail and history, and what is past its days goes out; what cannot be kept is said.
fn keep<G, K, C: Clock>(tools: &mut Tools<G, K, C>, call: &report::Call<'_>) {
    let Ok(ledger) = &mut tools.ledger else { return };
    let ended = AuditRow::ended(call.sent, call.judgement.verdict, call.reply.status());
    let row = AuditRow { at: tools.clock.stamp(), who: tools.who.clone(), ..ended };
    if let Err(fault) = ledger.audit(&row) {
        tools.log.ledger_failed("audit", fault);
        complain(&format!("how the call ended is not in the audit trail: {fault}"));
    }
    let mut entry = report::entry(call);
    if let Some(answer) = call.reply.answer() {
        entry.details.take_prints(answer, &ledger.print_key());
    }
    if let Err(fault) = ledger.record(&entry) {
        tools.log.ledger_failed("record", fault);
        complain(&format!("the call is not in the history: {fault}"));
    }
    // A row that does not expire today expires tomorrow.
    if let Err(fault) = ledger.expire(tools.clock.stamp(), tools.retention_days) {
        tools.log.ledger_failed("expire", fault);
    }
}

/// Says that the end of the audit trail is not where it was left, before a row of ours makes it look whole again.
fn warn_of_gap<G, K, C>(tools: &mut Tools<G, K, C>) {
    if let Ok(ledger) = &mut tools.ledger
        && ledger.has_gap() == Ok(true)
    {
        tools.log.trail_gapped();
        complain(GAP);
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

/// A command that wants the terminal has it anyway, without a console in the way.
async fn fetch_key(keys: &impl Keys, profile: &Profile, log: &Log) -> Result<ApiKey, KeyFault> {
    let fetched = match profile.key {
        KeySource::Command { terminal: true, .. } => keys.fetch_lent(profile).await,
        _ => keys.fetch(profile).await,
    };
    fetched.inspect(|_| log.key_fetched(profile)).inspect_err(|fault| log.key_failed(profile, fault))
}

/// The audit row is on disk before the call leaves; without a trail nothing is sent on production.
fn audit<G, K, C>(tools: &mut Tools<G, K, C>, sent: &Sent, profile: &Profile) -> Result<(), String> {
    let row = AuditRow::send(sent, &tools.who);
    let written = match &mut tools.ledger {
        Ok(ledger) => ledger.audit(&row).inspect_err(|fault| tools.log.ledger_failed("audit", *fault)),
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
