//! Text that may be shown, logged, stored, copied and exported.

use std::ops::Range;

use super::Needles;
use super::needles::{card_numbers, merged};
use crate::text;

/// The mask: eight bullets, always, so that it shows neither the length nor a character of what it hides.
pub const MASK: &str = "••••••••";

/// The mask where the locale is not UTF-8.
pub const MASK_ASCII: &str = "********";

/// A part of a masked text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Sanitised text in which no known secret stands.
    Text(String),
    /// Something hidden. It is drawn in a style of its own, which data cannot imitate.
    Mask,
}

/// Sanitised text with whatever is secret taken out. The only text that a sink (screen, log, database, export, clipboard)
/// takes; the ways to make one are all here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Masked {
    pieces: Vec<Piece>,
}

impl Masked {
    /// Nothing but the mask.
    pub fn hidden() -> Self {
        Self { pieces: vec![Piece::Mask] }
    }

    /// Text of our own program: a word, a label, a number.
    pub fn ours(text: &str) -> Self {
        Self::from_outside(text, &Needles::default())
    }

    /// Text that the user typed or that comes from the config or a database row of ours; sanitised, and card numbers in it
    /// are masked.
    pub fn typed(text: &str) -> Self {
        if super::looks_like_card(text) { Self::hidden() } else { Self::ours(text) }
    }

    /// Text from outside: what the needles find is masked, the rest is sanitised.
    pub fn from_outside(raw: &str, needles: &Needles) -> Self {
        Self::without(raw, needles.find(raw))
    }

    /// A sentence or a name from outside: as [`Masked::from_outside`], and card numbers in it are masked too.
    pub fn free_text(raw: &str, needles: &Needles) -> Self {
        let mut hide = needles.find(raw);
        hide.extend(card_numbers(raw));
        Self::without(raw, merged(hide))
    }

    fn without(raw: &str, hide: Vec<Range<usize>>) -> Self {
        let mut pieces = Vec::new();
        let mut end = 0;
        for range in hide {
            push_text(&mut pieces, raw.get(end..range.start));
            push_mask(&mut pieces);
            end = range.end;
        }
        push_text(&mut pieces, raw.get(end..));
        Self { pieces }
    }

    /// Several texts as one.
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self::default();
        parts.into_iter().for_each(|part| whole.push(&part));
        whole
    }

    /// Appends a text.
    pub fn push(&mut self, part: &Self) {
        for piece in &part.pieces {
            match piece {
                Piece::Text(text) => self.append(text),
                Piece::Mask => push_mask(&mut self.pieces),
            }
        }
    }

    /// Appends text of our own program.
    pub fn push_ours(&mut self, text: &str) {
        self.push(&Self::ours(text));
    }

    /// Ends a line. This is the only way to a line feed: one from outside becomes a visible escape.
    pub fn end_line(&mut self) {
        self.append("\n");
    }

    /// The inside of a JSON string: quotes, backslashes and our own line feeds escaped.
    #[must_use]
    pub fn json_escaped(&self) -> Self {
        let escape = |text: &str| text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => Piece::Text(escape(text)),
            Piece::Mask => Piece::Mask,
        });
        Self { pieces: pieces.collect() }
    }

    /// The words between blanks, for a caller that breaks lines.
    pub fn words(&self) -> Vec<Self> {
        let mut words = vec![Self::default()];
        for piece in &self.pieces {
            match (piece, words.last_mut()) {
                (Piece::Mask, Some(word)) => push_mask(&mut word.pieces),
                (Piece::Text(text), _) => push_words(&mut words, text),
                (Piece::Mask, None) => {}
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    /// Appends text that is clean already.
    fn append(&mut self, clean: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(clean),
            _ if clean.is_empty() => {}
            _ => self.pieces.push(Piece::Text(clean.to_owned())),
        }
    }

    /// The parts, for a view that draws the mask in its own style.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The text with [`MASK`] for each hidden part.
    pub fn text(&self) -> String {
        self.text_with(MASK)
    }

    /// The text with a mask of the caller's choice ([`MASK`] or [`MASK_ASCII`]).
    pub fn text_with(&self, mask: &str) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Mask => mask,
            })
            .collect()
    }

    /// The text, where nothing of it is hidden.
    pub fn plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

fn push_text(pieces: &mut Vec<Piece>, raw: Option<&str>) {
    if let Some(raw) = raw.filter(|raw| !raw.is_empty()) {
        pieces.push(Piece::Text(text::clean(raw)));
    }
}

fn push_words(words: &mut Vec<Masked>, text: &str) {
    for (place, part) in text.split([' ', '\n']).enumerate() {
        if place > 0 {
            words.push(Masked::default());
        }
        if let Some(word) = words.last_mut() {
            word.append(part);
        }
    }
}

fn push_mask(pieces: &mut Vec<Piece>) {
    if pieces.last() != Some(&Piece::Mask) {
        pieces.push(Piece::Mask);
    }
}

impl From<&Masked> for String {
    fn from(masked: &Masked) -> Self {
        masked.text()
    }
}
