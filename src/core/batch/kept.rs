//! A line of a report that is there already, read back for the counts and for the rows to ask again.

use serde::Deserialize;

use super::{Fact, Form, Outcome};

/// The columns of a CSV report.
pub const COLUMNS: [&str; 18] = [
    "row",
    "outcome",
    "card_reference",
    "customer_id",
    "profile",
    "environment",
    "host",
    "http_status",
    "verdict",
    "exit",
    "summary",
    "findings",
    "network",
    "issuer",
    "token_status",
    "card_last_four",
    "eci",
    "timing_ms",
];

/// What a line of a report says.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    /// The row's number.
    pub row: u64,
    /// What is counted of it.
    pub fact: Fact,
}

impl Kept {
    /// Reads a line of our own; `None` for the names of the columns, and where it is not ours. `BatchRow::fact` says the same
    /// of a row before its line is written.
    pub fn read(form: Form, line: &str) -> Option<Self> {
        match form {
            Form::JsonLines => serde_json::from_str::<JsonRow>(line).ok()?.kept(),
            Form::Csv => csv_row(line),
        }
    }

    /// Whether a line of JSON is a row, if of a kind that is not known here.
    pub fn has_a_kind(line: &str) -> bool {
        serde_json::from_str::<AnyRow>(line).is_ok_and(|it| it.row > 0 && !it.outcome.is_empty())
    }
}

#[derive(Deserialize)]
struct JsonRow {
    row: u64,
    outcome: String,
    verdict: Option<String>,
    findings: Vec<JsonFinding>,
    answer: Option<JsonAnswer>,
}

/// What every row has had from the first version on.
#[derive(Deserialize)]
struct AnyRow {
    row: u64,
    outcome: String,
}

#[derive(Deserialize)]
struct JsonFinding {
    id: String,
}

#[derive(Deserialize)]
struct JsonAnswer {
    network: Option<Shown>,
    issuer: Option<Shown>,
}

/// A field of the answer has whatever type the API gave it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Shown {
    Text(String),
    Other(serde::de::IgnoredAny),
}

impl JsonRow {
    fn kept(self) -> Option<Kept> {
        let (network, issuer) = match self.answer {
            Some(JsonAnswer { network, issuer }) => (network, issuer),
            None => (None, None),
        };
        Some(Kept {
            row: self.row,
            fact: Fact {
                outcome: Outcome::from_word(&self.outcome)?,
                verdict: self.verdict.unwrap_or_default().into(),
                network: text(network).into(),
                issuer: text(issuer).into(),
                findings: self.findings.into_iter().map(|finding| finding.id.into()).collect(),
            },
        })
    }
}

fn text(shown: Option<Shown>) -> String {
    match shown {
        Some(Shown::Text(text)) => text,
        Some(Shown::Other(_)) | None => String::new(),
    }
}

/// The cells of a line of CSV.
pub(super) fn cells(line: &str) -> Option<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let record = reader.records().next()?.ok()?;
    Some(record.iter().map(str::to_owned).collect())
}

/// The ids of the findings stand in one cell, a blank between two.
fn csv_row(line: &str) -> Option<Kept> {
    let cells = cells(line)?;
    let place = |name: &str| COLUMNS.iter().position(|column| *column == name);
    let cell = |name: &str| cells.get(place(name)?).map(String::as_str);
    let text = |name: &str| cell(name).unwrap_or_default().to_owned();
    Some(Kept {
        row: cell("row")?.parse().ok()?,
        fact: Fact {
            outcome: Outcome::from_word(cell("outcome")?)?,
            verdict: text("verdict").into(),
            network: text("network").into(),
            issuer: text("issuer").into(),
            findings: text("findings").split_whitespace().map(|id| id.to_owned().into()).collect(),
        },
    })
}
