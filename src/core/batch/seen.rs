//! A row of a report as the eye gets it: one line of a list, or all that the report says of it.
//!
//! The file may have been changed by anybody: every text of it goes through [`Masked::from_report`]. Members that a newer
//! tokenscope added are shown under their names.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::kept::cells;
use super::{COLUMNS, Form, Kept, Outcome};
use crate::secret::Masked;
use crate::text::begins_formula;

/// Bytes of an id; a longer one is none, and is neither shown nor filled in.
const LONGEST_ID: usize = 512;

/// Columns of one value.
const LONGEST_VALUE: usize = 1_000;

/// Values of a row that are shown; a row of ours has fewer.
const MOST_VALUES: usize = 400;

/// A row, as one line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its number in the input of the batch.
    pub row: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// The word of its verdict; empty where it was not sent.
    pub verdict: Masked,
    /// `card_reference` of the input.
    pub card_reference: Masked,
    /// `customer_id` of the input.
    pub customer_id: Masked,
    /// Name of the profile.
    pub profile: Masked,
    /// Id of its first finding; empty for none.
    pub finding: Masked,
}

/// A finding of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeptFinding {
    /// Id of the rule.
    pub id: Masked,
    /// How bad it is; empty where the report does not say.
    pub severity: Masked,
    /// What it means.
    pub meaning: Masked,
    /// What to do.
    pub action: Masked,
    /// Whose knowledge it is.
    pub source: Masked,
}

/// All that a report says of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The row in the list.
    pub seen: Seen,
    /// One sentence.
    pub summary: Masked,
    /// Names and values of the call.
    pub facts: Vec<(Masked, Masked)>,
    /// Its findings.
    pub findings: Vec<KeptFinding>,
    /// Paths and values of the masked answer.
    pub answer: Vec<(Masked, Masked)>,
}

impl Whole {
    /// Reads a line; `None` where it is no row.
    pub fn read(form: Form, line: &str) -> Option<Self> {
        let kept = Kept::read(form, line)?;
        match form {
            Form::JsonLines => Some(Self::of_json(&kept, &serde_json::from_str(line).ok()?)),
            Form::Csv => Self::of_csv(&kept, line),
        }
    }

    fn of_json(kept: &Kept, all: &Members) -> Self {
        let mut whole = Self::empty(seen(kept, |name| all.text(name).unwrap_or_default().to_owned()));
        for (name, value) in &all.0 {
            match (name.as_str(), value) {
                ("row" | "outcome", _) => {}
                ("summary", value) => whole.summary = value.shown(),
                ("findings", Value::List(items)) => whole.findings = items.iter().map(finding).collect(),
                ("answer", value) => value.flatten("", &mut whole.answer),
                (_, value) => value.flatten(name, &mut whole.facts),
            }
        }
        whole
    }

    fn of_csv(kept: &Kept, line: &str) -> Option<Self> {
        let cells = cells(line)?;
        let cell = |name: &str| {
            let place = COLUMNS.iter().position(|column| *column == name);
            place
                .and_then(|place| cells.get(place))
                .map(|cell| unguarded(cell))
                .unwrap_or_default()
                .to_owned()
        };
        let mut whole = Self::empty(seen(kept, cell));
        whole.summary = shown(&cell("summary"));
        let finding = |id: &Cow<'_, str>| KeptFinding { id: shown(id), ..KeptFinding::default() };
        whole.findings = kept.fact.findings.iter().map(finding).collect();
        let told = COLUMNS.iter().filter(|name| !["row", "outcome", "summary", "findings"].contains(name));
        whole.facts = told.map(|name| (Masked::ours(name), shown(&cell(name)))).collect();
        Some(whole)
    }

    fn empty(seen: Seen) -> Self {
        Self { seen, summary: Masked::default(), facts: Vec::new(), findings: Vec::new(), answer: Vec::new() }
    }
}

fn seen(kept: &Kept, text: impl Fn(&str) -> String) -> Seen {
    let id = |name: &str| {
        let text = text(name);
        if text.len() > LONGEST_ID { Masked::hidden() } else { Masked::from_report(&text) }
    };
    Seen {
        row: kept.row,
        outcome: kept.fact.outcome,
        verdict: shown(&kept.fact.verdict),
        card_reference: id("card_reference"),
        customer_id: id("customer_id"),
        profile: id("profile"),
        finding: kept.fact.findings.first().map(|id| shown(id)).unwrap_or_default(),
    }
}

fn shown(text: &str) -> Masked {
    Masked::from_report(text).cut(LONGEST_VALUE)
}

/// A cell without the apostrophe that keeps a spreadsheet from taking it for a formula.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| begins_formula(rest)).unwrap_or(cell)
}

fn finding(value: &Value) -> KeptFinding {
    let Value::Map(members) = value else { return KeptFinding::default() };
    let text = |name| shown(members.text(name).unwrap_or_default());
    KeptFinding {
        id: text("id"),
        severity: text("severity"),
        meaning: text("meaning"),
        action: text("action"),
        source: text("source"),
    }
}

/// A value of a line of JSON.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Null(()),
    Flag(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Value>),
    Map(Members),
}

impl Value {
    fn shown(&self) -> Masked {
        match self {
            Self::Null(()) => Masked::default(),
            Self::Flag(flag) => Masked::ours(if *flag { "true" } else { "false" }),
            Self::Number(number) => shown(&number.to_string()),
            Self::Text(text) => shown(text),
            Self::List(items) => Masked::ours(&format!("{} items", items.len())),
            Self::Map(members) => Masked::ours(&format!("{} members", members.0.len())),
        }
    }

    /// Adds the values in it under their paths.
    fn flatten(&self, path: &str, into: &mut Vec<(Masked, Masked)>) {
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match self {
            _ if into.len() >= MOST_VALUES => {}
            Self::Map(members) => members.0.iter().for_each(|(name, it)| it.flatten(&below(name), into)),
            Self::List(items) => {
                items.iter().enumerate().for_each(|(place, it)| it.flatten(&below(&place.to_string()), into));
            }
            Self::Null(()) if path.is_empty() => {}
            _ => into.push((shown(path), self.shown())),
        }
    }
}

/// The members of an object in their order; of two with one name, both.
struct Members(Vec<(String, Value)>);

impl Members {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).and_then(|(_, value)| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Members;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut all = Vec::new();
        while let Some(member) = map.next_entry()? {
            all.push(member);
        }
        Ok(Members(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::MASK;

    const LINE: &str = r#"{"row": 7, "outcome": "answered", "card_reference": "r7", "customer_id": "c7", "profile": "acme", "http_status": 200, "verdict": "NOT USABLE", "summary": "It \u001b[2J is suspended.", "findings": [{"id": "token-suspended", "severity": "bad", "meaning": "m", "action": "a", "source": "s", "confidence": "sure"}], "answer": {"token": "••••••••", "n": [1, null], "card": {"pan": "4111111111111111"}}, "timing_ms": 12, "later": true}"#;

    fn told(pairs: &[(Masked, Masked)]) -> String {
        let told: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{}={}", name.text(), value.text())).collect();
        told.join(" ")
    }

    #[test]
    fn a_line_of_json_is_told_whole_in_its_order_and_sanitised() {
        let whole = Whole::read(Form::JsonLines, LINE).unwrap();
        assert_eq!(whole.summary.text(), r"It \u{1b}[2J is suspended.");
        assert_eq!(
            (whole.seen.verdict.text(), whole.seen.finding.text()),
            ("NOT USABLE".into(), "token-suspended".into())
        );
        assert_eq!(
            told(&whole.facts),
            "card_reference=r7 customer_id=c7 profile=acme http_status=200 verdict=NOT USABLE timing_ms=12 later=true"
        );
        assert_eq!(told(&whole.answer), format!("token={MASK} n.0=1 n.1= card.pan={MASK}"));
        assert_eq!(whole.findings.first().unwrap().action.text(), "a");
    }

    #[test]
    fn a_cell_that_a_spreadsheet_must_not_run_comes_back_as_it_was() {
        for (cell, text) in [("'=r", "=r"), ("'''-r", "''-r"), ("'r", "'r"), ("r", "r")] {
            assert_eq!(unguarded(cell), text);
        }
    }

    #[test]
    fn an_id_that_is_none_is_not_filled_in() {
        let line = LINE.replace("\"r7\"", &format!("\"{}\"", "r".repeat(600)));
        assert_eq!(Whole::read(Form::JsonLines, &line).unwrap().seen.card_reference, Masked::hidden());
    }

    #[test]
    fn a_row_with_very_many_values_shows_some() {
        let many: Vec<String> = (0..5_000).map(|n| format!("\"k{n}\": {n}")).collect();
        let line = LINE.replace("\"n\": [1, null]", &many.join(", "));
        assert_eq!(Whole::read(Form::JsonLines, &line).unwrap().answer.len(), MOST_VALUES);
    }
}
