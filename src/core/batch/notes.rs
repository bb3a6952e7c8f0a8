//! REPORT.progress: for which input and profile a report is made, and which rows were about to be asked.
//!
//! ```text
//! {"input":"<sha-256>","profile":"acme","host":"api.juspay.in","rows":4000}
//! 1
//! 2
//! ```
//! A row's number is there before the row is sent, and its result stands in the report afterwards. What has a number and no
//! result was under way when the run ended.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};

/// The first line: what the report is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// SHA-256 of the input, in hexadecimal digits.
    pub input: String,
    /// Name of the profile.
    pub profile: String,
    /// Host that the rows are sent to.
    pub host: String,
    /// Rows of the input.
    pub rows: u64,
}

impl Head {
    /// The line.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// Why a report cannot be carried on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotesFault {
    /// The notes are not ours.
    #[error(
        "the file REPORT.progress beside the report is not one of a batch: begin anew with another --out"
    )]
    NotOurs,
    /// Another input.
    #[error(
        "the report was made of another input, or the input has changed since: name that input, or another --out"
    )]
    OtherInput,
    /// Another profile or host.
    #[error("the report was made under another profile or host: choose that profile, or another --out")]
    OtherProfile,
    /// It cannot be read.
    #[error("the file REPORT.progress beside the report cannot be read: check it and the disk behind it")]
    Disk,
}

/// What the notes say.
#[derive(Debug, PartialEq, Eq)]
pub struct Notes {
    /// The rows that were under way when the run ended: asked, and without a result in the report.
    pub under_way: Vec<u64>,
}

impl Notes {
    /// Reads notes against what is about to be run. `written` rows have a result.
    pub fn read(mut from: impl BufRead, now: &Head, written: u64) -> Result<Self, NotesFault> {
        let mut line = String::new();
        take_line(&mut from, &mut line).map_err(|_| NotesFault::Disk)?;
        let head: Head = serde_json::from_str(&line).map_err(|_| NotesFault::NotOurs)?;
        if (&head.profile, &head.host) != (&now.profile, &now.host) {
            return Err(NotesFault::OtherProfile);
        }
        if (&head.input, head.rows) != (&now.input, now.rows) {
            return Err(NotesFault::OtherInput);
        }
        let mut under_way = Vec::new();
        while take_line(&mut from, &mut line).map_err(|_| NotesFault::Disk)? {
            // A line that was cut off was never followed by a send.
            let number = line.strip_suffix('\n').and_then(|line| line.parse::<u64>().ok());
            under_way.extend(number.filter(|number| *number > written));
        }
        under_way.sort_unstable();
        under_way.dedup();
        Ok(Self { under_way })
    }
}

fn take_line(from: &mut impl BufRead, line: &mut String) -> io::Result<bool> {
    line.clear();
    Ok(from.read_line(line)? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head { input: "ab".into(), profile: "acme".into(), host: "sandbox.juspay.in".into(), rows: 9 }
    }

    fn read(text: &str, written: u64) -> Result<Vec<u64>, NotesFault> {
        Notes::read(text.as_bytes(), &head(), written).map(|notes| notes.under_way)
    }

    #[test]
    fn rows_without_a_result_were_under_way() {
        let text = head().line() + "1\n2\n3\n5\n4\n5\n";
        assert_eq!(read(&text, 3), Ok(vec![4, 5]));
        assert_eq!(read(&text, 5), Ok(vec![]));
    }

    #[test]
    fn a_number_that_was_cut_off_was_not_asked() {
        assert_eq!(read(&(head().line() + "1\n2"), 0), Ok(vec![1]));
        assert_eq!(read(&(head().line() + "1\nx\n3\n"), 0), Ok(vec![1, 3]));
    }

    #[test]
    fn a_report_is_carried_on_with_its_own_input_and_profile_only() {
        let of = |head: Head| read(&head.line(), 0);
        assert_eq!(of(head()), Ok(vec![]));
        assert_eq!(of(Head { input: "cd".into(), ..head() }), Err(NotesFault::OtherInput));
        assert_eq!(of(Head { rows: 8, ..head() }), Err(NotesFault::OtherInput));
        assert_eq!(of(Head { profile: "b".into(), ..head() }), Err(NotesFault::OtherProfile));
        assert_eq!(of(Head { host: "api.juspay.in".into(), ..head() }), Err(NotesFault::OtherProfile));
        for text in ["", "1\n2\n", "{}\n", "\u{0}"] {
            assert_eq!(read(text, 0), Err(NotesFault::NotOurs), "{text:?}");
        }
    }
}
