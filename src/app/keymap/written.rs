//! A key as it is written in `[keys]`.

use unicode_width::UnicodeWidthChar as _;

use super::{Code, Key};
use crate::text::is_dangerous;
use crate::text::nearest::nearest;

/// The keys that have a name, the one that is told first.
const NAMED: &[(&str, Code)] = &[
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("s-tab", Code::BackTab),
    ("space", Code::Char(' ')),
    ("backspace", Code::Backspace),
    ("del", Code::Delete),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("return", Code::Enter),
    ("escape", Code::Esc),
    ("shift-tab", Code::BackTab),
    ("delete", Code::Delete),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
];

/// The last function key that a keyboard has.
const LAST_F: u8 = 12;

/// What is wrong with a key as it is written, and the mend. The text itself is not quoted: it may be anything.
pub(super) type Wrong = (&'static str, String);

/// Reads a key: a character, `ctrl-x` or `^X`, `alt-x`, `f1`, or one of the names that help and footer use.
pub(super) fn read(written: &str) -> Result<Key, Wrong> {
    if let Some(c) = only(written) {
        return character(c).map(Key::char);
    }
    let name = written.to_lowercase();
    if let Some((_, code)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Ok(Key::plain(*code));
    }
    if let Some(number) = name.strip_prefix('f').and_then(|number| number.parse().ok()) {
        return function(number);
    }
    if let Some(c) = name.strip_prefix("ctrl-").or_else(|| name.strip_prefix('^')).and_then(only) {
        return control(c);
    }
    // The case of a character with Alt counts, so it is taken as it is written.
    let alt = written.get(..4).filter(|start| start.eq_ignore_ascii_case("alt-"));
    match alt.and_then(|_| written.get(4..)).and_then(only) {
        Some(c) => character(c).map(Key::alt),
        None => Err(unknown(&name)),
    }
}

fn only(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn character(c: char) -> Result<char, Wrong> {
    let prints =
        !is_dangerous(c) && c.width().is_some_and(|width| width > 0) && (c == ' ' || !c.is_whitespace());
    if prints { Ok(c) } else { Err(unknown("")) }
}

fn function(number: u8) -> Result<Key, Wrong> {
    let known = (1..=LAST_F).contains(&number);
    if known { Ok(Key::plain(Code::F(number))) } else { Err(unknown("")) }
}

/// What terminals keep for themselves or send as another key cannot be bound.
fn control(c: char) -> Result<Key, Wrong> {
    let other = "take another key".to_owned();
    match c {
        'j' | 's' | 'q' => Err(("is on ^J, ^S or ^Q, which terminals keep for themselves", other)),
        'i' | 'm' | '[' => Err(("is on ^I, ^M or ^[, which are Tab, Enter and Esc to a terminal", other)),
        'a'..='z' => Ok(Key::ctrl(c)),
        _ => Err(("is on Ctrl with what is no letter, which terminals do not tell apart", other)),
    }
}

fn unknown(name: &str) -> Wrong {
    let names: Vec<&str> = NAMED.iter().map(|(name, _)| *name).collect();
    let mend = match nearest(name, &names).filter(|_| name.len() > 1) {
        _ if name.starts_with("shift-") => "write the character that Shift makes, as in \"X\"".to_owned(),
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "write it as \"x\", \"X\", \"ctrl-x\", \"alt-x\", \"f1\", \"enter\", \"s-tab\", \"space\", \"up\" or \"pgdn\""
            .to_owned(),
    };
    ("names no key", mend)
}
