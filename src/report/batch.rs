//! A row of a batch, as a line of its report: JSON with the keys of INTERFACE, "Reports", or cells for a spreadsheet.
//!
//! A row that was not sent has the same keys; what nobody knows of it is `null`, and its summary says why.

use super::csv::line;
use super::json::{Json, Member, members, named, on_one_line};
use super::{Call, Told};
use crate::batch::{COLUMNS, Form, Outcome};
use crate::domain::answer::{Answer, Field};
use crate::domain::profile::Environment;
use crate::secret::Masked;

/// A row, and how it ended.
pub struct BatchRow<'a> {
    /// Its number in the input.
    pub row: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// What is told of it.
    pub told: BatchTold<'a>,
}

/// What is told of a row.
pub enum BatchTold<'a> {
    /// It was sent.
    Call(Call<'a>),
    /// It was not sent now.
    Unsent(Unsent),
}

/// A row that was not sent, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// `card_reference` of the input.
    pub card_reference: Masked,
    /// `customer_id` of the input.
    pub customer_id: Masked,
    /// Name of the profile.
    pub profile: Masked,
    /// Environment of the profile.
    pub environment: Environment,
    /// Host that it would have gone to.
    pub host: Masked,
    /// Why, and what to do.
    pub why: Masked,
}

/// The first line of a report; a report of JSON lines has none.
pub fn batch_head(form: Form) -> Option<Masked> {
    (form == Form::Csv).then(|| line(COLUMNS.into_iter().map(Masked::ours)))
}

/// The line of a row.
pub fn batch_line(form: Form, row: &BatchRow<'_>) -> Masked {
    match form {
        Form::JsonLines => on_one_line(&Json::Map(row.members())),
        Form::Csv => line(row.cells().into_iter()),
    }
}

impl BatchRow<'_> {
    fn members(&self) -> Vec<Member<'_>> {
        let told = match &self.told {
            BatchTold::Call(call) => members(&Told::of(call)),
            BatchTold::Unsent(unsent) => unsent.members(),
        };
        let first = [("row", Json::number(self.row)), ("outcome", Json::fixed(self.outcome.word()))];
        first.into_iter().map(|(name, value)| named(name, value)).chain(told).collect()
    }

    fn call(&self) -> Option<&Call<'_>> {
        match &self.told {
            BatchTold::Call(call) => Some(call),
            BatchTold::Unsent(_) => None,
        }
    }

    fn shown(&self, read: fn(&Answer) -> &Field) -> Masked {
        self.call().and_then(|call| read(call.answer()?).masked()).unwrap_or_default()
    }

    fn cells(&self) -> [Masked; COLUMNS.len()] {
        let members = self.members();
        COLUMNS.map(|name| self.cell(name, &members))
    }

    /// A cell under the name of its column: what the JSON has under it, or a part of the answer.
    fn cell(&self, name: &str, members: &[Member<'_>]) -> Masked {
        match name {
            "findings" => Masked::ours(&self.finding_ids().join(" ")),
            "network" => self.shown(|answer| &answer.network),
            "issuer" => self.shown(|answer| &answer.issuer),
            "token_status" => self.shown(|answer| &answer.token_details.status),
            "card_last_four" => self.shown(|answer| &answer.card_details.last_four),
            "eci" => self.shown(|answer| &answer.eci),
            _ => {
                let member = members.iter().find(|(it, _)| it.plain() == Some(name));
                member.map(|(_, value)| value.bare()).unwrap_or_default()
            }
        }
    }

    fn finding_ids(&self) -> Vec<&'static str> {
        let findings = self.call().map(|call| call.judgement.findings());
        findings.into_iter().flatten().map(|finding| finding.id).collect()
    }
}

impl Unsent {
    fn members(&self) -> Vec<Member<'_>> {
        [
            ("card_reference", Json::lent(&self.card_reference)),
            ("customer_id", Json::lent(&self.customer_id)),
            ("profile", Json::lent(&self.profile)),
            ("environment", Json::fixed(self.environment.name())),
            ("host", Json::lent(&self.host)),
            ("http_status", Json::Null),
            ("verdict", Json::Null),
            ("exit", Json::Null),
            ("summary", Json::lent(&self.why)),
            ("findings", Json::List(Vec::new())),
            ("answer", Json::Null),
            ("timing_ms", Json::Null),
        ]
        .map(|(name, value)| named(name, value))
        .into()
    }
}
