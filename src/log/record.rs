//! A record and its line.
//!
//! What the sanitiser and the escapes of JSON leave of a text can neither end the line nor forge a record (threat model,
//! row 45).

use std::path::Path;

use super::Level;
use crate::domain::calendar::Stamp;
use crate::secret::Masked;

/// Columns of a text in a record; no id that is sent is longer.
const LONGEST: usize = 256;

/// How many components of an absolute path are shown: `crate/src/module/file.rs`. The rest is the home folder of whoever
/// built the program.
const SHOWN_COMPONENTS: usize = 4;

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text from anywhere, masked.
    Text(Masked),
    /// A word of our own source, or of a library's.
    Word(&'static str),
    /// A number.
    Number(u64),
}

/// A name and what stands under it.
pub type Field = (&'static str, Value);

impl From<Masked> for Value {
    fn from(text: Masked) -> Self {
        Self::Text(text)
    }
}

impl From<&Masked> for Value {
    fn from(text: &Masked) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&'static str> for Value {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl Value {
    /// As JSON. The mask is written as the mask.
    fn json(&self) -> String {
        let quoted = |text: &Masked| text.cut(LONGEST).json_string().text();
        match self {
            Self::Text(text) => quoted(text),
            Self::Word(word) => quoted(&Masked::ours(word)),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub(super) at: Stamp,
    pub(super) process: u32,
    pub(super) level: Level,
    /// What it is about: an event of ours, or a place in a library.
    pub(super) about: Vec<Field>,
    pub(super) fields: Vec<Field>,
}

impl Record {
    /// Its line, with the line feed.
    pub fn line(&self) -> String {
        let first = [
            ("time", Value::Text(Masked::ours(&self.at.utc_to_the_millisecond()))),
            ("level", self.level.word().into()),
            ("pid", self.process.into()),
        ];
        let head = members(first.iter().chain(&self.about));
        format!("{{{head},\"fields\":{{{}}}}}\n", members(&self.fields))
    }

    /// The record of records that were lost before this one.
    #[must_use]
    pub fn after_losing(&self, count: u64) -> Self {
        let about = vec![("event", "records_dropped".into())];
        Self { level: Level::Warn, about, fields: vec![("count", count.into())], ..*self }
    }
}

fn members<'a>(fields: impl IntoIterator<Item = &'a Field>) -> String {
    let member = |(name, value): &Field| format!("{}:{}", Value::Word(name).json(), value.json());
    fields.into_iter().map(member).collect::<Vec<_>>().join(",")
}

/// A source file as it is shown, without the home of whoever built the program.
pub fn source_file(file: &str) -> String {
    let path = Path::new(file);
    if path.is_relative() {
        return file.to_owned();
    }
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let first = parts.len().saturating_sub(SHOWN_COMPONENTS);
    parts.get(first..).unwrap_or_default().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{MASK, Needles, Secret};
    use serde::Deserialize;
    use std::collections::BTreeMap;

    /// A line as a program reads it.
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "that they are there is what counts")]
    struct Line {
        time: String,
        level: String,
        pid: u32,
        event: String,
        fields: BTreeMap<String, String>,
    }

    fn record(fields: Vec<Field>) -> Record {
        let about = vec![("event", "call_sent".into())];
        Record { at: Stamp(1_700_000_000_789), process: 42, level: Level::Info, about, fields }
    }

    /// The line of a record with this text.
    fn line_with(text: &Masked) -> String {
        record(vec![("text", text.into())]).line()
    }

    #[test]
    fn a_record_is_one_json_object_on_one_line() {
        let line = record(vec![("host", Masked::typed("gw").into()), ("total_ms", 7_u32.into())]).line();
        let head = r#"{"time":"2023-11-14T22:13:20.789Z","level":"info","pid":42,"event":"call_sent""#;
        assert_eq!(line, format!("{head},\"fields\":{{\"host\":\"gw\",\"total_ms\":7}}}}\n"));
    }

    #[test]
    fn nothing_from_outside_ends_the_line_or_adds_to_the_record() {
        for raw in [
            "a\"},\"event\":\"forged\",\"fields\":{\"x\":\"",
            "a\n{\"time\":\"\",\"level\":\"error\",\"event\":\"forged\"}\n",
            "a\r\u{85}\u{2028}\u{2029}\u{0}\u{1b}[2J\u{202e}",
            "\\\"\\\\\"\\",
            "\\u0022,\\n",
            "",
        ] {
            let text = Masked::from_outside(raw, &Needles::default());
            let line = line_with(&text);
            let body = line.strip_suffix('\n').unwrap();
            assert!(!body.chars().any(crate::text::is_dangerous), "{body:?}");
            let read: Line = serde_json::from_str(body).unwrap();
            assert_eq!(read.event, "call_sent", "{body}");
            assert_eq!(read.fields, [("text".to_owned(), text.text())].into(), "{body}");
        }
    }

    #[test]
    fn a_line_feed_of_our_own_does_not_end_the_line_either() {
        let mut text = Masked::ours("one");
        text.end_line();
        let line = line_with(&text);
        assert!(line.ends_with("\"text\":\"one\\n\"}}\n") && line.matches('\n').count() == 1, "{line:?}");
    }

    #[test]
    fn a_mask_is_written_as_the_mask_and_data_cannot_imitate_it() {
        let mut needles = Needles::default();
        needles.know(&Secret::new("4788080252078243"));
        let line = line_with(&Masked::from_outside("token 4788080252078243 is not ••••••••", &needles));
        assert!(line.contains(&format!("token {MASK} is not \\\\u{{2022}}")), "{line}");
        assert_eq!(line.matches(MASK).count(), 1, "{line}");
    }

    #[test]
    fn a_text_without_an_end_is_cut() {
        let line = line_with(&Masked::ours(&"x".repeat(100_000)));
        assert!(line.len() < 2 * LONGEST, "{}", line.len());
    }

    #[test]
    fn lost_records_are_counted_in_a_record_of_their_own() {
        let line = record(vec![("text", "text".into())]).after_losing(7).line();
        let rest = r#""level":"warn","pid":42,"event":"records_dropped","fields":{"count":7}}"#;
        assert!(line.ends_with(&format!("{rest}\n")), "{line}");
    }

    #[test]
    fn a_source_file_is_shown_without_the_home_of_the_builder() {
        let path = "/home/someone/.cargo/registry/src/index/dep-1.0.0/src/a/b.rs";
        assert_eq!(source_file(path), "dep-1.0.0/src/a/b.rs");
        assert_eq!(source_file("src/view.rs"), "src/view.rs");
    }
}
