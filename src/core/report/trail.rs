//! The audit trail for eyes and for a program: what a walk found, and what was done with one call.

use unicode_width::UnicodeWidthStr as _;

use super::history::members;
use super::json::{Json, named};
use super::layout::{push_broken, push_labelled};
use super::line::on_one_line;
use crate::domain::calendar::Stamp;
use crate::domain::history::Entry;
use crate::domain::trail::{AUDIT_DAYS, Finding, Tombstone, Trace, Verification};
use crate::secret::{Drawn, Masked};

/// What was found, a line a finding, and what no walk can see.
pub fn verification_text(found: &Verification) -> Masked {
    let mut out = Masked::default();
    push_broken(&mut out, "", &Masked::ours(&summary(found)));
    for finding in &found.findings {
        push_line(&mut out, &format!("! {finding}"));
    }
    for tombstone in &found.tombstones {
        push_line(&mut out, &format!("- {}", told(tombstone)));
    }
    push_broken(&mut out, "Kept: ", &Masked::ours(&format!("rows of {AUDIT_DAYS} days before the newest.")));
    push_broken(&mut out, "Not seen: ", &Masked::ours(&format!("{}.", Verification::BLIND)));
    out
}

fn push_line(out: &mut Masked, text: &str) {
    out.push_ours(text);
    out.end_line();
}

fn summary(found: &Verification) -> String {
    let rows = match found.span {
        None => "no rows".to_owned(),
        Some(span) => format!(
            "{}, {} to {}, from {} to {}",
            count(found.rows, "row"),
            span.first,
            span.last,
            span.from.utc(),
            span.to.utc()
        ),
    };
    match found.findings.len() {
        0 => format!("The audit trail is whole: {rows}."),
        some => format!("The audit trail is not whole: {} in {rows}.", count(some as u64, "finding")),
    }
}

fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn told(tombstone: &Tombstone) -> String {
    let Tombstone { row, first, last, until, at } = tombstone;
    format!("rows {first} to {last}, until {}, went by retention on {} (row {row})", until.utc(), at.utc())
}

/// The same as a JSON object.
pub fn verification_json(found: &Verification) -> Drawn {
    let time = |at: Option<Stamp>| at.map_or(Json::Null, |at| Json::ours(&at.utc()));
    on_one_line(&Json::Map(vec![
        named("rows", Json::number(found.rows)),
        named("from", time(found.span.map(|span| span.from))),
        named("to", time(found.span.map(|span| span.to))),
        named("tombstones", Json::List(found.tombstones.iter().map(tombstone).collect())),
        named("findings", Json::List(found.findings.iter().map(finding).collect())),
        named("blind", Json::ours(Verification::BLIND)),
    ]))
}

fn tombstone(tombstone: &Tombstone) -> Json<'_> {
    Json::Map(vec![
        named("row", Json::number(tombstone.row)),
        named("first", Json::number(tombstone.first)),
        named("last", Json::number(tombstone.last)),
        named("until", Json::ours(&tombstone.until.utc())),
        named("at", Json::ours(&tombstone.at.utc())),
    ])
}

fn finding(finding: &Finding) -> Json<'_> {
    let rows =
        finding.rows().map_or(Vec::new(), |(first, last)| vec![Json::number(first), Json::number(last)]);
    Json::Map(vec![
        named("id", Json::ours(finding.id())),
        named("rows", Json::List(rows)),
        named("meaning", Json::ours(&finding.to_string())),
    ])
}

/// A row of history in full, and what was done with its answer.
pub fn entry_text(entry: &Entry, traces: &[Trace]) -> Masked {
    let mut out = Masked::ours(entry.verdict.word());
    out.end_line();
    push_broken(&mut out, "  Why   ", &entry.summary);
    push_title(&mut out, "Call");
    for (label, value) in facts(entry).iter().filter(|(_, value)| !value.is_empty()) {
        push_labelled(&mut out, &Masked::ours(&format!("  {label}")), value);
    }
    push_title(&mut out, "What was done with it, by the audit trail");
    if traces.is_empty() {
        push_line(&mut out, &format!("  {}", nothing(entry)));
    }
    for trace in traces {
        push_trace(&mut out, trace);
    }
    out
}

fn push_title(out: &mut Masked, title: &str) {
    out.end_line();
    push_line(out, title);
}

/// Why there is no row.
fn nothing(entry: &Entry) -> &'static str {
    if entry.card_reference.plain().is_none_or(str::is_empty) {
        "not known: the answer was for another card, so the call is kept under no reference"
    } else {
        "no row: `tokenscope history verify` says whether some are missing"
    }
}

fn push_trace(out: &mut Masked, trace: &Trace) {
    out.push_ours(&format!("  {}  ", trace.at.utc()));
    for part in [&trace.who, &trace.deed].map(|part| part.cut(COLUMN)) {
        out.push(&part);
        out.push_ours(&" ".repeat(2 + COLUMN.saturating_sub(part.text().width())));
    }
    out.push(&trace.outcome);
    out.end_line();
}

/// Columns of a name and of a deed.
const COLUMN: usize = 10;

fn facts(entry: &Entry) -> [(&'static str, Masked); 14] {
    let status = entry.http_status.map(|status| status.to_string()).unwrap_or_default();
    let environment = Masked::ours(&format!(" ({})", entry.environment.word()));
    [
        ("id", Masked::ours(&entry.id.to_string())),
        ("sent at", Masked::ours(&entry.at.utc())),
        ("profile", Masked::joined([entry.profile.clone(), environment])),
        ("host", entry.host.clone()),
        ("card_reference", entry.card_reference.clone()),
        ("customer_id", entry.customer_id.clone()),
        ("x-routing-id", entry.routing_id.clone()),
        ("submerchantId", entry.submerchant_id.clone()),
        ("HTTP status", Masked::ours(&status)),
        ("took", Masked::ours(&format!("{} ms", entry.total_ms))),
        ("token status", entry.token_status.clone()),
        ("network", entry.network.clone()),
        ("issuer", entry.issuer.clone()),
        ("card last four", entry.card_last_four.clone()),
    ]
}

/// A row of history as a JSON object, with what was done with its answer as `timeline`.
pub fn entry_and_timeline_json(entry: &Entry, traces: &[Trace]) -> Drawn {
    let mut all = members(entry);
    all.push(named("timeline", Json::List(traces.iter().map(trace).collect())));
    on_one_line(&Json::Map(all))
}

fn trace(trace: &Trace) -> Json<'_> {
    Json::Map(vec![
        named("at", Json::ours(&trace.at.utc())),
        named("who", Json::lent(&trace.who)),
        named("deed", Json::lent(&trace.deed)),
        named("outcome", Json::lent(&trace.outcome)),
    ])
}
