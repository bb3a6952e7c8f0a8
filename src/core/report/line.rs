//! JSON on one line, for one object among many. A batch writes one for each of its rows.

use super::json::{Json, Name, are_distinct};
use crate::secret::{Drawn, Entry, Node};

/// A JSON value, and the end of its line.
pub(super) fn on_one_line(json: &Json<'_>) -> Drawn {
    on_one_line_in(Drawn::default(), json)
}

/// The same, in the room of a line that was written.
pub(super) fn on_one_line_in(room: Drawn, json: &Json<'_>) -> Drawn {
    let mut line = Line(room.with_room(ROOM));
    line.push(json);
    line.0.ended()
}

/// What most lines take, in bytes.
const ROOM: usize = 2048;

/// A line of JSON.
struct Line(Drawn);

impl Line {
    fn push(&mut self, json: &Json<'_>) {
        match json {
            Json::Null => self.0.push_fixed("null"),
            Json::Number(number) => self.0.push_number(*number),
            Json::Bare(text) => self.0.push(text),
            Json::Text(text) => self.0.push_json_string(text),
            Json::Word(text) => self.0.push_json_word(text),
            Json::List(items) => {
                self.0.push_fixed("[");
                self.push_apart(items, Self::push);
                self.0.push_fixed("]");
            }
            Json::Map(members) => {
                self.push_map(members, |line, (name, value)| {
                    line.push_name(name);
                    line.0.push_fixed(": ");
                    line.push(value);
                });
            }
            Json::Tree(node) => self.push_node(node),
        }
    }

    fn push_name(&mut self, name: &Name<'_>) {
        match name {
            Name::Word(text) => self.0.push_json_word(text),
            Name::Text(text) => self.0.push_json_string(text),
        }
    }

    /// As [`Json::of`] it, for what an answer is made of.
    fn push_node(&mut self, node: &Node) {
        match node {
            Node::Text(text) => self.0.push_json_string(text),
            Node::Map(entries) if are_distinct(entries) => self.push_map(entries, |line, entry| {
                line.push_entry_name(entry);
                line.0.push_fixed(": ");
                line.push_node(&entry.value);
            }),
            _ => self.push(&Json::of(node)),
        }
    }

    /// A name of the contract is written in a table of the program, and not looked at for what JSON escapes.
    fn push_entry_name(&mut self, entry: &Entry) {
        match entry.name.of_contract() {
            Some(word) => self.0.push_json_word(word),
            None => self.0.push_json_string(entry.name.masked()),
        }
    }

    fn push_map<T>(&mut self, items: &[T], push: impl Fn(&mut Self, &T)) {
        self.0.push_fixed("{");
        self.push_apart(items, push);
        self.0.push_fixed("}");
    }

    /// Appends items with a comma and a blank between them.
    fn push_apart<T>(&mut self, items: &[T], push: impl Fn(&mut Self, &T)) {
        for (place, item) in items.iter().enumerate() {
            self.0.push_fixed(if place > 0 { ", " } else { "" });
            push(self, item);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::secret::{MASK, Masked, Needles, Secret};

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
            assert_eq!(on_one_line(&map).as_str(), alone.text());
        }
        let bare = on_one_line(&Json::List(vec![
            Json::Bare(Cow::Owned(masked("4788080252078243"))),
            Json::number(7_u32),
        ]));
        assert_eq!(bare.as_str(), format!("[{MASK}, 7]\n"));
    }
}
