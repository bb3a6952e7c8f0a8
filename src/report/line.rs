//! JSON on one line, for one object among many. A batch writes one for each of its rows.

use std::fmt::Write as _;

use super::json::{Json, Name, are_distinct};
use crate::secret::{Masked, Node, Piece};
use crate::text::{holds, is_plain};

/// A JSON value, and the end of its line.
pub(super) fn on_one_line(json: &Json<'_>) -> Masked {
    let mut line = Line { out: Masked::with_room(PARTS), plain: String::with_capacity(PLAIN) };
    line.push(json);
    line.flush();
    line.out.end_line();
    line.out
}

/// What stands before the first mask of most lines, in bytes.
const PLAIN: usize = 1024;

/// Masks, and text before, between and behind them: a row of an answer has seven masks or eight.
const PARTS: usize = 24;

/// A line of JSON. Plain text is put together before it becomes a part of the masked one, which else would grow, and move,
/// at every word.
struct Line {
    out: Masked,
    /// Printable ASCII and nothing else, so that it is clean as a whole.
    plain: String,
}

impl Line {
    fn push(&mut self, json: &Json<'_>) {
        match json {
            Json::Null => self.plain.push_str("null"),
            // Writing to a string does not fail.
            Json::Number(number) => drop(write!(self.plain, "{number}")),
            Json::Bare(text) => self.push_bare(text),
            Json::Text(text) => self.push_string(text),
            Json::Word(text) => self.push_word(text),
            Json::List(items) => {
                self.plain.push('[');
                self.push_apart(items, Self::push);
                self.plain.push(']');
            }
            Json::Map(members) => {
                self.push_map(members, |line, (name, value)| {
                    line.push_name(name);
                    line.plain.push_str(": ");
                    line.push(value);
                });
            }
            Json::Tree(node) => self.push_node(node),
        }
    }

    fn push_name(&mut self, name: &Name<'_>) {
        match name {
            Name::Word(text) => self.push_word(text),
            Name::Text(text) => self.push_string(text),
        }
    }

    fn push_word(&mut self, text: &str) {
        self.plain.extend(["\"", text, "\""]);
    }

    /// As [`Json::of`] it, for what an answer is made of.
    fn push_node(&mut self, node: &Node) {
        match node {
            Node::Text(text) => self.push_string(text),
            Node::Map(entries) if are_distinct(entries) => self.push_map(entries, |line, entry| {
                line.push_string(&entry.name);
                line.plain.push_str(": ");
                line.push_node(&entry.value);
            }),
            _ => self.push(&Json::of(node)),
        }
    }

    fn push_map<T>(&mut self, items: &[T], push: impl Fn(&mut Self, &T)) {
        self.plain.push('{');
        self.push_apart(items, push);
        self.plain.push('}');
    }

    /// Appends items with a comma and a blank between them.
    fn push_apart<T>(&mut self, items: &[T], push: impl Fn(&mut Self, &T)) {
        for (place, item) in items.iter().enumerate() {
            self.plain.push_str(if place > 0 { ", " } else { "" });
            push(self, item);
        }
    }

    fn push_bare(&mut self, text: &Masked) {
        if let Some(text) = text.plain().filter(|text| is_plain(text)) {
            self.plain.push_str(text);
        } else {
            self.flush();
            self.out.push(text);
        }
    }

    fn push_string(&mut self, text: &Masked) {
        if !text.pieces().iter().all(|piece| matches!(piece, Piece::Mask) || is_plain_text(piece)) {
            self.flush();
            self.out.push_json_string(text);
            return;
        }
        self.plain.push('"');
        for piece in text.pieces() {
            match piece {
                Piece::Text(text) => push_escaped(&mut self.plain, text),
                Piece::Mask => {
                    self.flush();
                    self.out.push(&Masked::hidden());
                }
            }
        }
        self.plain.push('"');
    }

    fn flush(&mut self) {
        self.out.push_ours(&self.plain);
        self.plain.clear();
    }
}

fn is_plain_text(piece: &Piece) -> bool {
    matches!(piece, Piece::Text(text) if is_plain(text))
}

/// What JSON has a backslash before.
pub(super) const QUOTED: [u8; 2] = [b'"', b'\\'];

/// Appends plain text as JSON has it within quotes.
fn push_escaped(out: &mut String, text: &str) {
    let is_marked = |byte: u8| QUOTED.contains(&byte);
    let mut rest = text;
    if !holds(text, QUOTED) {
        return out.push_str(text);
    }
    while let Some((before, marked)) =
        rest.bytes().position(is_marked).and_then(|at| rest.split_at_checked(at))
    {
        let (mark, after) = marked.split_at_checked(1).unwrap_or((marked, ""));
        out.extend([before, "\\", mark]);
        rest = after;
    }
    out.push_str(rest);
}

#[cfg(test)]
pub(super) mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::secret::{MASK, Needles, Secret};

    /// A text with a secret in it, masked.
    pub(in super::super) fn masked(text: &str) -> Masked {
        let mut needles = Needles::default();
        needles.know(&Secret::new("4788080252078243"));
        Masked::free_text(text, &needles)
    }

    #[test]
    fn a_line_has_each_text_as_it_is_alone() {
        for text in [
            "",
            "plain",
            "\"quoted\" and \\ \\\\\"",
            "a * star, **** four",
            "\u{e9}\u{301}\u{301} \u{202e} \u{2022}",
            "4788080252078243",
            "by \"4788080252078243\" \\",
            "\u{e9} by 4788080252078243 \"x\"",
        ] {
            let text = masked(text);
            let map = Json::Map(vec![(
                Name::Text(Cow::Borrowed(&text)),
                Json::List(vec![Json::lent(&text), Json::Null]),
            )]);
            let mut alone = Masked::ours("{");
            for (part, behind) in [(&text, ": ["), (&text, ", null]}")] {
                alone.push_json_string(part);
                alone.push_ours(behind);
            }
            alone.end_line();
            assert_eq!(on_one_line(&map), alone, "{}", text.text());
        }
        let bare = on_one_line(&Json::List(vec![
            Json::Bare(Cow::Owned(masked("4788080252078243"))),
            Json::number(7_u32),
        ]));
        assert_eq!(bare.text(), format!("[{MASK}, 7]\n"));
    }
}
