//! `lint`: a merchant's request that somebody kept, looked at offline. Nothing of it is printed but its ids.

use std::io::Read;

use super::args::{Format, LintArgs};
use super::input;
use super::paper::Paper;
use super::{REFUSED, complain, print};
use crate::diagnosis::lint::check_paste;
use crate::domain::clinic;
use crate::domain::history::Verdict;
use crate::domain::profile::Profile;
use crate::report::{self, Checked};

/// Looks at it and returns the exit code: 0 where nothing that matters differs, 2 where something does or nothing could be
/// read.
pub fn run(
    args: &LintArgs,
    profile: Option<&Profile>,
    profiles: &[Profile],
    stdin: impl Read,
    paper: Paper,
) -> u8 {
    let bytes = match input::read(&args.file, stdin) {
        Ok(bytes) => bytes,
        Err(unread) => return refuse(&unread.sentence("request")),
    };
    let pasted = match clinic::read_bytes(&bytes) {
        Ok(pasted) => pasted,
        Err(unread) => return refuse(&unread.to_string()),
    };
    let found = check_paste(&pasted, profile, profiles);
    let checked = Checked { pasted: &pasted, profile, found: &found };
    match print(&written(args.format, &checked, paper)) {
        0 if checked.differs() => REFUSED,
        exit => exit,
    }
}

fn refuse(why: &str) -> u8 {
    complain(&format!("nothing was checked: {why}"));
    REFUSED
}

fn written(format: Format, checked: &Checked<'_>, paper: Paper) -> String {
    let colour = if checked.differs() { Verdict::Refused } else { Verdict::Usable };
    match format {
        Format::Text => paper.draw(&report::checked_text(checked), colour),
        Format::Json => report::checked_json(checked).text(),
        Format::Markdown => report::checked_markdown(checked).text(),
    }
}
