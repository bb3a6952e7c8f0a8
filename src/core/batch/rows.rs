//! The rows of an input: CSV or a JSON object a line, each as a draft of a request. One row is one line, so that a message can
//! name it and a broken quote cannot swallow the rest.

use std::io::{self, BufRead, Read as _};
use std::path::Path;

use serde::{Deserialize, Deserializer};
use zeroize::{Zeroize as _, Zeroizing};

use crate::domain::request::Draft;

/// The longest line, in bytes: far more than four ids need.
const LONGEST_LINE: u64 = 64 * 1024;

/// The form of an input or a report, told by the ending of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `.csv`
    Csv,
    /// `.jsonl`
    JsonLines,
}

impl Form {
    /// By the ending; `None` for any other.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// Why an input is no table of calls at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeadFault {
    /// Nothing in it.
    #[error("the input is empty: its first line has to name the columns")]
    Empty,
    /// The first line lacks a column.
    #[error(
        "the first line of the input names no column {0}: name card_reference and customer_id at least, as in the contract"
    )]
    NoColumn(&'static str),
    /// A column that is read stands there twice.
    #[error("the first line of the input names the column {0} twice: keep the one that holds the ids")]
    TwoColumns(&'static str),
    /// It cannot be read.
    #[error("the input could not be read: check the file and the disk behind it")]
    Disk,
}

/// Why a line is no row. Nothing of the line is part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// Another number of cells than there are columns.
    #[error(
        "the row has more or fewer cells than there are columns, or a quote that does not end: mend the line"
    )]
    Cells,
    /// No JSON object of the ids as text.
    #[error("the line is no JSON object with the ids as text: mend the line")]
    NotJson,
    /// Not UTF-8.
    #[error("the line is not UTF-8: save the file as UTF-8")]
    NotUtf8,
    /// Too long.
    #[error("the line is longer than 64 KiB: mend the line")]
    TooLong,
}

/// One row, counted from one; empty lines and the names of the columns do not count.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub number: u64,
    /// What it asks, or why it is no row.
    pub draft: Result<Draft, RowFault>,
}

/// What is read, in the order of [`COLUMNS`]; the place of each in a line of CSV.
type Places = [Option<usize>; 4];

/// The names of each column: the contract's, and the one that the command line has for it.
const COLUMNS: [&[&str]; 4] = [
    &["card_reference"],
    &["customer_id"],
    &["x-routing-id", "routing_id"],
    &["submerchantid", "submerchant_id"],
];

/// The rows of an input, one after the other and never all at once.
pub struct Rows<R> {
    lines: Lines<R>,
    head: Option<CsvHead>,
    /// Stands in for a submerchant that the input has no column for.
    submerchant_id: String,
    number: u64,
}

struct CsvHead {
    delimiter: u8,
    columns: usize,
    places: Places,
}

impl<R: BufRead> Rows<R> {
    /// Reads the names of the columns, where there are any. `submerchant_id` is the profile's default.
    pub fn open(reader: R, form: Form, submerchant_id: &str) -> Result<Self, HeadFault> {
        let mut lines =
            Lines { reader, is_first: true, line: Zeroizing::new(Vec::with_capacity(MOST_LINES)) };
        let head = match form {
            Form::Csv => Some(CsvHead::read(&mut lines)?),
            Form::JsonLines => None,
        };
        Ok(Self { lines, head, submerchant_id: submerchant_id.to_owned(), number: 0 })
    }

    /// How many columns are there and not read.
    pub fn unread_columns(&self) -> usize {
        self.head.as_ref().map_or(0, |head| head.columns - head.places.iter().flatten().count())
    }

    /// The next row; `None` at the end.
    pub fn next_row(&mut self) -> io::Result<Option<Row>> {
        let Some(line) = self.lines.next_line()? else { return Ok(None) };
        self.number += 1;
        let draft = line.and_then(|line| match &self.head {
            Some(head) => head.draft(line, &self.submerchant_id),
            None => Asked::draft(line, &self.submerchant_id),
        });
        self.lines.line.zeroize();
        Ok(Some(Row { number: self.number, draft }))
    }
}

/// Room for most lines, in bytes: one that has to grow leaves copies.
const MOST_LINES: usize = 256;

/// What some programs write before the first line, to tell that the rest is UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Lines that are not empty, without their ends.
struct Lines<R> {
    reader: R,
    is_first: bool,
    /// The line that is read. It may hold a card number that somebody left in a column, so it is wiped once it was.
    line: Zeroizing<Vec<u8>>,
}

impl<R: BufRead> Lines<R> {
    fn next_line(&mut self) -> io::Result<Option<Result<&str, RowFault>>> {
        loop {
            self.line.zeroize();
            if self.reader.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut self.line)? == 0 {
                return Ok(None);
            }
            let start = if std::mem::take(&mut self.is_first) && self.line.starts_with(MARK) {
                MARK.len()
            } else {
                0
            };
            if !self.line.ends_with(b"\n") && self.line.len() as u64 > LONGEST_LINE {
                self.reader.skip_until(b'\n')?;
                return Ok(Some(Err(RowFault::TooLong)));
            }
            // Twice, since what is lent to the caller cannot be read into again.
            if text(&self.line, start) != Ok("") {
                return Ok(Some(text(&self.line, start)));
            }
        }
    }
}

/// The text of a line from this byte on, without the blanks around it.
fn text(line: &[u8], start: usize) -> Result<&str, RowFault> {
    let line = line.get(start..).unwrap_or_default();
    std::str::from_utf8(line).map(str::trim).map_err(|_| RowFault::NotUtf8)
}

impl CsvHead {
    fn read<R: BufRead>(lines: &mut Lines<R>) -> Result<Self, HeadFault> {
        let first = lines.next_line().map_err(|_| HeadFault::Disk)?.ok_or(HeadFault::Empty)?;
        let first = first.map_err(|_| HeadFault::NoColumn("card_reference"))?;
        let delimiter = delimiter(first);
        let head = |names: &[&str]| Ok(Self { delimiter, columns: names.len(), places: places(names)? });
        with_cells(first, delimiter, head).unwrap_or(Err(HeadFault::NoColumn("card_reference")))
    }

    fn draft(&self, line: &str, submerchant_id: &str) -> Result<Draft, RowFault> {
        let draft =
            |cells: &[&str]| (cells.len() == self.columns).then(|| self.of_cells(cells, submerchant_id));
        with_cells(line, self.delimiter, draft).flatten().ok_or(RowFault::Cells)
    }

    fn of_cells(&self, cells: &[&str], submerchant_id: &str) -> Draft {
        let [reference, customer, routing, submerchant] =
            self.places.map(|place| place.and_then(|place| cells.get(place)).map(|cell| cell.trim()));
        Draft {
            card_reference: reference.unwrap_or_default().to_owned(),
            customer_id: customer.unwrap_or_default().to_owned(),
            routing_id: routing.unwrap_or_default().to_owned(),
            submerchant_id: submerchant.unwrap_or(submerchant_id).to_owned(),
        }
    }
}

/// A comma, or what a spreadsheet of another country writes in its place.
fn delimiter(first: &str) -> u8 {
    let count = |wanted: u8| first.bytes().filter(|byte| *byte == wanted).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|one| count(*one)).unwrap_or(b',')
}

/// What is read of the cells of one line; `None` where a quote does not end on it.
fn with_cells<T>(line: &str, delimiter: u8, read: impl FnOnce(&[&str]) -> T) -> Option<T> {
    if !line.contains(['"', '\r']) {
        return Some(read(&line.split(char::from(delimiter)).collect::<Vec<_>>()));
    }
    let record = quoted_cells(line, delimiter)?;
    Some(read(&record.iter().collect::<Vec<_>>()))
}

/// The cells of a line in which a delimiter may be part of one. Its reader costs as much as a call, so not each line has one.
fn quoted_cells(line: &str, delimiter: u8) -> Option<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .buffer_capacity(line.len().max(1))
        .from_reader(line.as_bytes());
    let mut record = csv::StringRecord::new();
    let is_read = reader.read_record(&mut record).ok()?;
    // An open quote makes the last cell run to the end of the line.
    let is_even = line.bytes().filter(|byte| *byte == b'"').count() % 2 == 0;
    (is_read && is_even).then_some(record)
}

fn places(names: &[&str]) -> Result<Places, HeadFault> {
    let mut places = Places::default();
    for (column, place) in COLUMNS.iter().zip(&mut places) {
        let is_it = |name: &str| column.contains(&name.trim().to_ascii_lowercase().as_str());
        let mut found = names.iter().enumerate().filter(|(_, name)| is_it(name)).map(|(place, _)| place);
        *place = found.next();
        let name = column.first().copied().unwrap_or_default();
        match (*place, found.next()) {
            (Some(_), Some(_)) => return Err(HeadFault::TwoColumns(name)),
            (None, _) if matches!(name, "card_reference" | "customer_id") => {
                return Err(HeadFault::NoColumn(name));
            }
            _ => {}
        }
    }
    Ok(places)
}

/// A line of JSON; members that it does not name are passed over.
#[derive(Deserialize)]
struct Asked {
    #[serde(default, deserialize_with = "id")]
    card_reference: Option<String>,
    #[serde(default, deserialize_with = "id")]
    customer_id: Option<String>,
    #[serde(default, deserialize_with = "id", rename = "x-routing-id", alias = "routing_id")]
    routing_id: Option<String>,
    #[serde(default, deserialize_with = "id", rename = "submerchantId", alias = "submerchant_id")]
    submerchant_id: Option<String>,
}

impl Asked {
    fn draft(line: &str, submerchant_id: &str) -> Result<Draft, RowFault> {
        // A list would be taken for the members in their order.
        let object = Some(line).filter(|line| line.starts_with('{')).ok_or(RowFault::NotJson)?;
        let asked: Self = serde_json::from_str(object).map_err(|_| RowFault::NotJson)?;
        Ok(Draft {
            card_reference: asked.card_reference.unwrap_or_default(),
            customer_id: asked.customer_id.unwrap_or_default(),
            routing_id: asked.routing_id.unwrap_or_default(),
            submerchant_id: asked.submerchant_id.unwrap_or_else(|| submerchant_id.to_owned()),
        })
    }
}

/// Text, or a whole number that a program wrote without quotes.
fn id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Text(String),
        Number(u64),
    }
    Ok(Option::<Id>::deserialize(from)?.map(|id| match id {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(form: Form, text: &[u8]) -> Vec<Row> {
        let mut rows = Rows::open(text, form, "sub_default").unwrap();
        std::iter::from_fn(|| rows.next_row().unwrap()).collect()
    }

    fn csv(text: &str) -> Vec<Result<Draft, RowFault>> {
        rows(Form::Csv, text.as_bytes()).into_iter().map(|row| row.draft).collect()
    }

    fn json(text: &str) -> Vec<Result<Draft, RowFault>> {
        rows(Form::JsonLines, text.as_bytes()).into_iter().map(|row| row.draft).collect()
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with what a line gave")]
    fn draft(ids: [&str; 4]) -> Result<Draft, RowFault> {
        let [card_reference, customer_id, routing_id, submerchant_id] = ids.map(str::to_owned);
        Ok(Draft { card_reference, customer_id, routing_id, submerchant_id })
    }

    #[test]
    fn columns_are_found_by_name_in_any_order_and_others_are_passed_over() {
        let text = "note,Customer_ID, card_reference,submerchantId,routing_id\nx, c1 ,r1,s1,q1\n\n\"a, b\",c2,r2,,\n";
        assert_eq!(csv(text), [draft(["r1", "c1", "q1", "s1"]), draft(["r2", "c2", "", ""])]);
        let open = Rows::open(text.as_bytes(), Form::Csv, "").unwrap();
        assert_eq!(open.unread_columns(), 1);
    }

    #[test]
    fn a_spreadsheet_may_write_a_mark_semicolons_tabs_and_windows_line_ends() {
        for text in [
            "\u{feff}card_reference;customer_id\r\nr1;c1\r\n",
            "card_reference\tcustomer_id\nr1\tc1",
            "\"card_reference\",\"customer_id\"\n\"r1\",\"c1\"\n",
        ] {
            assert_eq!(csv(text), [draft(["r1", "c1", "", "sub_default"])], "{text:?}");
        }
    }

    #[test]
    fn an_input_that_is_no_table_of_calls_says_which_column_it_lacks() {
        let fault = |text: &str| Rows::open(text.as_bytes(), Form::Csv, "").err();
        assert_eq!(fault(""), Some(HeadFault::Empty));
        assert_eq!(fault("\n \n"), Some(HeadFault::Empty));
        assert_eq!(fault("customer_id,x\n"), Some(HeadFault::NoColumn("card_reference")));
        assert_eq!(fault("card_reference\n"), Some(HeadFault::NoColumn("customer_id")));
        assert_eq!(
            fault("card_reference,customer_id,customer_id\n"),
            Some(HeadFault::TwoColumns("customer_id"))
        );
        assert_eq!(
            fault("card_reference,customer_id,routing_id,x-routing-id\n"),
            Some(HeadFault::TwoColumns("x-routing-id"))
        );
    }

    #[test]
    fn a_broken_line_is_a_row_of_its_own_and_swallows_no_other() {
        let text = "card_reference,customer_id\nr1\nr2,c2,x\n\"r3,c3\nr4,c4\n";
        assert_eq!(
            csv(text),
            [
                Err(RowFault::Cells),
                Err(RowFault::Cells),
                Err(RowFault::Cells),
                draft(["r4", "c4", "", "sub_default"])
            ]
        );
        let numbers: Vec<u64> = rows(Form::Csv, text.as_bytes()).iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
    }

    #[test]
    fn a_line_that_is_too_long_or_no_text_is_passed_over_whole() {
        let long = format!("card_reference,customer_id\n{},c1\nr2,c2\n", "r".repeat(70_000));
        assert_eq!(csv(&long), [Err(RowFault::TooLong), draft(["r2", "c2", "", "sub_default"])]);
        let bytes = b"card_reference,customer_id\nr\xff,c1\nr2,c2";
        let read: Vec<_> = rows(Form::Csv, bytes).into_iter().map(|row| row.draft).collect();
        assert_eq!(read, [Err(RowFault::NotUtf8), draft(["r2", "c2", "", "sub_default"])]);
    }

    #[test]
    fn json_lines_have_the_names_of_the_contract_and_ids_as_text_or_number() {
        let text = r#"{"card_reference": "r1", "customer_id": 17, "x-routing-id": "q", "submerchantId": "", "card": {"n": 1}}
{"customer_id": "c2", "card_reference": "r2", "routing_id": null}
{"card_reference": "r3"}"#;
        assert_eq!(
            json(text),
            [
                draft(["r1", "17", "q", ""]),
                draft(["r2", "c2", "", "sub_default"]),
                draft(["r3", "", "", "sub_default"])
            ]
        );
    }

    #[test]
    fn a_line_that_is_no_object_of_ids_is_a_fault_without_its_content() {
        for line in
            ["[]", "{", "7", "{\"customer_id\": [1]}", "{\"customer_id\": \"a\", \"customer_id\": \"b\"}"]
        {
            assert_eq!(json(line), [Err(RowFault::NotJson)], "{line}");
        }
    }
}
