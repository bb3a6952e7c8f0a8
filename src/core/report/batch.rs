//! A row of a batch, as a line of its report: JSON with the keys of INTERFACE, "Reports", or cells for a spreadsheet.
//!
//! A row that was not sent has the same keys; what nobody knows of it is `null`, and its summary says why.

use std::borrow::Cow;

use compact_str::CompactString;

use super::csv::line;
use super::json::{Json, MEMBERS, Member, Name, json_text, named, push_members, tree_of as tree};
use super::line::on_one_line_in;
use super::{Call, Told};
use crate::batch::{COLUMNS, Fact, Form, Kept, Outcome};
use crate::domain::answer::{Answer, Field};
use crate::domain::profile::Environment;
use crate::secret::{Drawn, Masked, Node, Piece};

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
pub fn batch_head(form: Form) -> Option<Drawn> {
    (form == Form::Csv).then(|| Drawn::from(&line(COLUMNS.into_iter().map(Masked::ours))))
}

/// The line of a row, in the room of one that was written.
pub fn batch_line(form: Form, row: &BatchRow<'_>, room: Drawn) -> Drawn {
    let mut room = room.emptied();
    match form {
        Form::JsonLines => on_one_line_in(room, &Json::Map(row.members())),
        Form::Csv => {
            room.push(&line(row.cells().into_iter()));
            room
        }
    }
}

/// What is counted of a row: what [`Kept::read`] finds in its line. Of a line of JSON it is known without reading that.
pub fn batch_fact(form: Form, row: &BatchRow<'_>, line: &Drawn) -> Option<Fact> {
    match form {
        Form::JsonLines => Some(row.fact()),
        Form::Csv => Kept::read(form, line.as_str()).map(|kept| kept.fact),
    }
}

impl BatchRow<'_> {
    fn fact(&self) -> Fact {
        let verdict = self.call().map(|call| call.judgement.verdict.word());
        Fact {
            outcome: self.outcome,
            verdict: verdict.unwrap_or_default().into(),
            network: self.said("network"),
            issuer: self.said("issuer"),
            findings: self.finding_ids().map(Cow::Borrowed).collect(),
        }
    }

    /// The text under a name of the body; empty where there is none.
    fn said(&self, name: &str) -> CompactString {
        let tree = self.call().and_then(|call| tree(call.reply));
        let Some(Node::Map(entries)) = tree else { return CompactString::default() };
        let found = entries.iter().find(|entry| entry.name.plain() == Some(name));
        let said = found.and_then(|entry| json_text(&entry.value)).unwrap_or_default();
        said.pieces().iter().map(Piece::shown).collect()
    }

    fn members(&self) -> Vec<Member<'_>> {
        let mut all = Vec::with_capacity(MEMBERS);
        all.push(named("row", Json::number(self.row)));
        all.push(named("outcome", Json::fixed(self.outcome.word())));
        match &self.told {
            BatchTold::Call(call) => push_members(&mut all, &Told::of(call)),
            BatchTold::Unsent(unsent) => all.extend(unsent.members()),
        }
        all
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
            "findings" => Masked::ours(&self.finding_ids().collect::<Vec<_>>().join(" ")),
            "network" => self.shown(|answer| &answer.network),
            "issuer" => self.shown(|answer| &answer.issuer),
            "token_status" => self.shown(|answer| &answer.token_details.status),
            "card_last_four" => self.shown(|answer| &answer.card_details.last_four),
            "eci" => self.shown(|answer| &answer.eci),
            _ => {
                let member = members.iter().find(|(it, _)| matches!(it, Name::Word(word) if *word == name));
                member.map(|(_, value)| value.bare()).unwrap_or_default()
            }
        }
    }

    fn finding_ids(&self) -> impl Iterator<Item = &'static str> {
        let findings = self.call().map(|call| call.judgement.findings());
        findings.into_iter().flatten().map(|finding| finding.id)
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
