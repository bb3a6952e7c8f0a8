//! Text for a file, in one block: where many lines are written, a part for each mask would cost more than the line.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::Masked;
use super::masked::json_escaped;
use crate::text::is_plain;

/// Text that is put together for a file, with [`super::MASK`] wherever something is hidden. It is made of masked text and of what
/// is written in the program, and it is for nothing but to be written: what was hidden cannot be told from bullets any more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drawn(String);

impl Drawn {
    /// The same, with room for so many bytes.
    #[must_use]
    pub fn with_room(mut self, bytes: usize) -> Self {
        self.0.reserve(bytes.saturating_sub(self.0.len()));
        self
    }

    /// Nothing, in the room of a text that was written.
    #[must_use]
    pub fn emptied(mut self) -> Self {
        self.0.clear();
        self
    }

    /// Appends what is written in the program or its tables. It is plain, and not looked at again but in a debug build: the
    /// brackets and names of a line are many.
    pub fn push_fixed(&mut self, text: &'static str) {
        debug_assert!(is_plain(text), "{text} is not plain");
        self.0.push_str(text);
    }

    /// The same as a JSON string; nothing in it is for JSON to escape, which a debug build holds too.
    pub fn push_json_word(&mut self, word: &'static str) {
        debug_assert!(matches!(json_escaped(word), Cow::Borrowed(_)), "{word} has to be escaped");
        self.0.push('"');
        self.push_fixed(word);
        self.0.push('"');
    }

    /// Appends a number.
    pub fn push_number(&mut self, number: i128) {
        // Writing to a string does not fail.
        let _ = write!(self.0, "{number}");
    }

    /// Appends a text.
    pub fn push(&mut self, text: &Masked) {
        text.pieces().iter().for_each(|piece| self.0.push_str(piece.shown()));
    }

    /// Appends a text as a JSON string, its masks between the quotes.
    pub fn push_json_string(&mut self, text: &Masked) {
        self.0.push('"');
        for piece in text.pieces() {
            match json_escaped(piece.shown()) {
                Cow::Borrowed(as_it_is) => self.0.push_str(as_it_is),
                Cow::Owned(escaped) => self.0.push_str(&escaped),
            }
        }
        self.0.push('"');
    }

    /// Ends a line.
    #[must_use]
    pub fn ended(mut self) -> Self {
        self.0.push('\n');
        self
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    pub fn into_text(self) -> String {
        self.0
    }
}

impl From<&Masked> for Drawn {
    fn from(text: &Masked) -> Self {
        Self(text.text())
    }
}
