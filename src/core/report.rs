//! A call in writing: pure renderings of masked things, for a ticket, a program, a terminal, a row of history.
//!
//! Owns: what is told of a call, in which order and form. Must not know: files, screens, colours, plaintext; it is handed
//! data that is masked already and can only arrange it. Text from outside stands in fenced blocks (Markdown), escaped
//! strings (JSON) or quoted words (cURL) only. Tested: `tests/report.rs`, with hostile answers and a snapshot of each form,
//! and `tests/report_curl.rs`, in real shells.

mod batch;
mod cover;
mod csv;
mod curl;
mod facts;
mod findings;
mod history;
mod json;
mod layout;
mod line;
mod markdown;
mod raw;
mod readiness;
mod request;
mod table;
mod text;
mod trail;

pub use batch::{BatchRow, BatchTold, Unsent, batch_fact, batch_head, batch_line};
pub use cover::cover;
pub use csv::{csv_head, csv_row};
pub use curl::curl;
pub use facts::{Row, Section, sections};
pub use history::{entry_json, export_entry_json};
pub use json::{RawLine, export_json, json, json_of};
pub use markdown::{markdown, markdown_of};
pub use raw::{raw_json, raw_rows, raw_window};
pub use readiness::{readiness_source, readiness_title, told as readiness_told};
pub use request::{Checked, checked_json, checked_markdown, checked_text};
pub use table::{table_head, table_row};
pub use text::{text, text_of};
pub use trail::{entry_and_timeline_json, entry_text, verification_json, verification_text};

use std::borrow::Cow;
use std::time::Duration;

use crate::diagnosis::verdict::Judgement;
use crate::domain::answer::{Answer, Field};
use crate::domain::exchange::{Exchange, Part, Reply, Timing};
use crate::domain::history::{Details, Entry};
use crate::domain::sent::Sent;
use crate::secret::{Masked, POLICY_VERSION};

/// A call that has ended: what was sent, what came back, what it means.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// What was sent.
    pub sent: &'a Sent,
    /// How it ended.
    pub reply: &'a Reply,
    /// What that means.
    pub judgement: &'a Judgement,
}

/// What a report tells of: a call, or an answer that somebody kept, of which neither request nor time is known.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    sent: Option<&'a Sent>,
    reply: &'a Reply,
    judgement: &'a Judgement,
    status: Option<u16>,
}

impl<'a> Told<'a> {
    /// Of an answer that somebody kept; `status` is `None` for a body alone.
    pub fn kept(reply: &'a Reply, status: Option<u16>, judgement: &'a Judgement) -> Self {
        Self { sent: None, reply, judgement, status }
    }

    fn of(call: &Call<'a>) -> Self {
        let Call { sent, reply, judgement } = *call;
        Self { sent: Some(sent), reply, judgement, status: call.status() }
    }

    /// Of a call, which took its time.
    fn total_ms(&self) -> Option<u32> {
        self.sent.map(|_| total_ms(self.reply))
    }

    /// Where the time went, as far as that is known.
    fn parts(&self) -> Option<[Part; 4]> {
        let timing = self.sent.map(|_| self.reply.timing()).filter(Timing::has_parts)?;
        Some(timing.parts())
    }

    /// The id that was asked for, else the one that the answer names.
    fn id(&self, sent: fn(&Sent) -> &Masked, answered: fn(&Answer) -> &Field) -> Option<Cow<'a, Masked>> {
        match self.sent {
            Some(it) => Some(Cow::Borrowed(sent(it))),
            None => answered(self.reply.answer()?).masked().map(Cow::Owned),
        }
    }
}

impl<'a> Call<'a> {
    fn exchange(&self) -> Option<&'a Exchange> {
        self.reply.exchange()
    }

    fn answer(&self) -> Option<&'a Answer> {
        self.reply.answer()
    }

    fn status(&self) -> Option<u16> {
        self.exchange().map(|exchange| exchange.status)
    }
}

fn total_ms(reply: &Reply) -> u32 {
    millis(reply.timing().total)
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// Columns of a field in a row of history; no issuer and no network has a longer name.
const COLUMN: usize = 64;

/// The row of history: an allow-listed projection. Where the answer was for another card or customer, it is kept under none
/// of the ids that were asked for (threat model, row 52): the routing id follows the customer, and the submerchant narrows
/// it down.
pub fn entry(call: &Call<'_>) -> Entry {
    let sent = call.sent;
    let answer = call.answer();
    let wrong = answer.is_some_and(|answer| !answer.mismatches.is_empty());
    let asked = |id: &Masked| if wrong && !id.is_empty() { Masked::hidden() } else { id.clone() };
    let told = |read: fn(&Answer) -> &Field| {
        answer.and_then(|answer| read(answer).masked()).unwrap_or_default().cut(COLUMN)
    };
    Entry {
        id: 0,
        at: sent.at,
        profile: sent.profile.clone(),
        environment: sent.environment,
        host: sent.host.clone(),
        card_reference: asked(&sent.card_reference),
        customer_id: asked(&sent.customer_id),
        routing_id: asked(&sent.routing_id),
        submerchant_id: asked(&sent.submerchant_id),
        http_status: call.status(),
        verdict: call.judgement.verdict,
        summary: call.judgement.finding.meaning.clone(),
        network: told(|answer| &answer.network),
        issuer: told(|answer| &answer.issuer),
        token_status: told(|answer| &answer.token_details.status),
        card_last_four: told(|answer| &answer.card_details.last_four),
        total_ms: total_ms(call.reply),
        details: Details {
            token_expiry: answer.map(token_expiry).unwrap_or_default(),
            eci: told(|answer| &answer.eci),
            provider: told(|answer| &answer.token_details.provider),
            requestor: told(|answer| &answer.token_requestor_id),
            ..Details::default()
        },
    }
}

/// Month and year; empty where one of them is not there.
fn token_expiry(answer: &Answer) -> Masked {
    let details = &answer.token_details;
    let both = details.exp_month.masked().zip(details.exp_year.masked());
    let joined = both.map(|(month, year)| Masked::joined([month, Masked::ours("/"), year]));
    joined.unwrap_or_default().cut(COLUMN)
}

/// Who redacted, under which rules: stands in every export (threat model, row 22).
fn redacted_by() -> String {
    format!("redacted by tokenscope {}, rules version {POLICY_VERSION}", env!("CARGO_PKG_VERSION"))
}
