//! Text that may be shown, logged, stored, copied and exported.

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::Needles;
use super::needles::{card_numbers, merged};
use super::pieces::{Piece, Pieces, Text};
use crate::text;

/// The mask: eight bullets, always, so that it shows neither the length nor a character of what it hides.
pub const MASK: &str = "••••••••";

/// The mask where the locale is not UTF-8.
pub const MASK_ASCII: &str = "********";

/// What stands for the mask in a stored text. [`text::clean`] lets no control character through, so no piece of text holds
/// it and data cannot imitate it.
const STORED_MASK: char = '\u{1a}';

impl Piece {
    /// What stands on a screen without styles.
    pub fn shown(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Mask => MASK,
        }
    }
}

/// Sanitised text with whatever is secret taken out. The only text that a sink (screen, log, database, export, clipboard)
/// takes; the ways to make one are all here. A file of many lines takes [`super::Drawn`], which is made of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Masked {
    pieces: Pieces,
}

impl Masked {
    /// Nothing but the mask.
    pub fn hidden() -> Self {
        Self { pieces: Pieces::One(Piece::Mask) }
    }

    /// Text of our own program: a word, a label, a number.
    pub fn ours(text: &str) -> Self {
        Self::without(text, Vec::new())
    }

    /// A text that is written in the program or its tables: as [`Masked::ours`], without a copy of it.
    pub fn fixed(text: &'static str) -> Self {
        if text.is_empty() || !text::is_plain(text) {
            return Self::ours(text);
        }
        Self { pieces: Pieces::One(Piece::Text(Text::fixed(text))) }
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

    /// Reads what [`Masked::to_stored`] wrote, as untrusted as any text: each part is sanitised again, and one that is a card
    /// number is hidden.
    pub fn from_stored(stored: &str) -> Self {
        let mut pieces = Pieces::None;
        for (place, part) in stored.split(STORED_MASK).enumerate() {
            if place > 0 || super::looks_like_card(part) {
                push_mask(&mut pieces);
            }
            if !super::looks_like_card(part) {
                push_text(&mut pieces, Some(part));
            }
        }
        Self { pieces }
    }

    /// Reads a line that [`Masked::text`] wrote, so that it can be written once more; as untrusted as any text.
    pub fn from_written(line: &str) -> Self {
        Self::between_masks(line, Self::push_ours)
    }

    /// Reads a text out of a report that anybody may have changed since [`Masked::text`] wrote it: the runs that are our mask
    /// are one again, everything else is text from outside, and card numbers in it are masked.
    pub fn from_report(text: &str) -> Self {
        Self::between_masks(text, |whole, part| whole.push(&Self::free_text(part, &Needles::default())))
    }

    fn between_masks(text: &str, push: impl Fn(&mut Self, &str)) -> Self {
        let mut whole = Self::default();
        for (place, part) in text.split(MASK).enumerate() {
            if place > 0 {
                push_mask(&mut whole.pieces);
            }
            push(&mut whole, part);
        }
        whole
    }

    /// The form for a database: the text with a control character for each hidden part, which tells a mask from bullets.
    pub fn to_stored(&self) -> String {
        self.text_with(STORED_MASK.encode_utf8(&mut [0; 4]))
    }

    fn without(raw: &str, hide: Vec<Range<usize>>) -> Self {
        if hide.is_empty() {
            return Self::shown(raw);
        }
        let mut pieces = Pieces::None;
        let mut end = 0;
        for range in hide {
            push_text(&mut pieces, raw.get(end..range.start));
            push_mask(&mut pieces);
            end = range.end;
        }
        push_text(&mut pieces, raw.get(end..));
        Self { pieces }
    }

    /// Text in which nothing is hidden, sanitised.
    fn shown(raw: &str) -> Self {
        if raw.is_empty() {
            return Self::default();
        }
        Self { pieces: Pieces::One(Piece::Text(sanitised(raw))) }
    }

    /// Several texts as one.
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut whole = Self::default();
        parts.into_iter().for_each(|part| whole.push(&part));
        whole
    }

    /// Appends a text.
    pub fn push(&mut self, part: &Self) {
        for piece in part.pieces() {
            match piece {
                Piece::Text(text) => self.append(text),
                Piece::Mask => push_mask(&mut self.pieces),
            }
        }
    }

    /// Appends text of our own program.
    pub fn push_ours(&mut self, text: &str) {
        if text::is_plain(text) {
            self.append(text);
        } else {
            self.push(&Self::ours(text));
        }
    }

    /// Ends a line. This is the only way to a line feed: one from outside becomes a visible escape.
    pub fn end_line(&mut self) {
        self.append("\n");
    }

    /// A JSON string of it, its masks between the quotes.
    #[must_use]
    pub fn json_string(&self) -> Self {
        let mut string = Self::default();
        string.push_json_string(self);
        string
    }

    /// Appends a text as a JSON string, its masks between the quotes.
    pub fn push_json_string(&mut self, text: &Self) {
        self.append("\"");
        for piece in text.pieces() {
            match piece {
                Piece::Text(text) => self.append(&json_escaped(text)),
                Piece::Mask => push_mask(&mut self.pieces),
            }
        }
        self.append("\"");
    }

    /// The inside of a quoted cell of CSV: quotes doubled, our own line feeds as a visible escape.
    #[must_use]
    pub fn csv_escaped(&self) -> Self {
        let escape = |text: &str| text.replace('"', "\"\"").replace('\n', r"\u{a}");
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => Piece::Text(Text::own(escape(text))),
            Piece::Mask => Piece::Mask,
        });
        Self { pieces: pieces.collect() }
    }

    /// The same with parts of its text changed by a caller that puts words of ours in their place; what is hidden stays so.
    #[must_use]
    pub fn reworded(&self, change: impl Fn(&str) -> String) -> Self {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => Piece::Text(Text::own(change(text))),
            Piece::Mask => Piece::Mask,
        });
        Self { pieces: pieces.collect() }
    }

    /// At most `width` columns of it, with `…` where something was cut; a mask is never cut in two.
    #[must_use]
    pub fn cut(&self, width: usize) -> Self {
        let mut short = Self::default();
        let mut left = width;
        for piece in self.pieces() {
            let text = piece.shown();
            let is_wider = text::is_wider(text, left);
            match piece {
                Piece::Mask if is_wider => short.append(&text::cut("…", left)),
                Piece::Mask => push_mask(&mut short.pieces),
                Piece::Text(text) => short.append(&text::cut(text, left)),
            }
            if is_wider {
                break;
            }
            left -= text::width(text);
        }
        short
    }

    /// The words between blanks, for a caller that breaks lines.
    pub fn words(&self) -> Vec<Self> {
        let mut words = vec![Self::default()];
        for piece in self.pieces() {
            match (piece, words.last_mut()) {
                (Piece::Mask, Some(word)) => push_mask(&mut word.pieces),
                (Piece::Text(text), _) => push_words(&mut words, text),
                (Piece::Mask, None) => {}
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    /// The text in pieces of at most `width` columns, broken between graphemes; a mask, and a grapheme that is wider than
    /// that, stay whole.
    pub fn chunks(&self, width: usize) -> Vec<Self> {
        if self.columns() <= width {
            return vec![self.clone()];
        }
        let mut chunks = Vec::new();
        let (mut last, mut used) = (Self::default(), 0);
        for (columns, grapheme) in self.pieces.iter().flat_map(atoms) {
            if used > 0 && used + columns > width {
                chunks.push(std::mem::take(&mut last));
                used = 0;
            }
            match grapheme {
                Some(text) => last.append(text),
                None => push_mask(&mut last.pieces),
            }
            used += columns;
        }
        chunks.push(last);
        chunks
    }

    /// Appends text that is clean already.
    fn append(&mut self, clean: &str) {
        match self.pieces.last_mut() {
            _ if clean.is_empty() => {}
            Some(Piece::Text(last)) => last.push_str(clean),
            _ => self.pieces.push(Piece::Text(Text::shared(clean))),
        }
    }

    /// The parts, for a view that draws the mask in its own style.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Columns that it takes on a terminal.
    pub fn columns(&self) -> usize {
        self.pieces.iter().map(|piece| text::width(piece.shown())).sum()
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
                Piece::Text(text) => text,
                Piece::Mask => mask,
            })
            .collect()
    }

    /// The text, where nothing of it is hidden.
    #[inline]
    pub fn plain(&self) -> Option<&str> {
        match self.pieces() {
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

/// What JSON has to escape in a clean text.
pub const ESCAPED: [u8; 3] = [b'\\', b'"', b'\n'];

/// A clean text as it stands in a JSON string.
pub(super) fn json_escaped(text: &str) -> Cow<'_, str> {
    if !text::holds(text, ESCAPED) {
        return text.into();
    }
    text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n").into()
}

fn sanitised(raw: &str) -> Text {
    if text::is_plain(raw) { Text::shared(raw) } else { Text::own(text::clean(raw)) }
}

/// Sanitises text in which nothing is hidden.
fn push_text(pieces: &mut Pieces, raw: Option<&str>) {
    if let Some(raw) = raw.filter(|raw| !raw.is_empty()) {
        pieces.push(Piece::Text(sanitised(raw)));
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

/// What a line is not broken within, with its columns: a mask (`None`) or a grapheme.
fn atoms(piece: &Piece) -> Vec<(usize, Option<&str>)> {
    match piece {
        Piece::Mask => vec![(MASK.width(), None)],
        Piece::Text(text) => text.graphemes(true).map(|it| (it.width(), Some(it))).collect(),
    }
}

fn push_mask(pieces: &mut Pieces) {
    if pieces.last() != Some(&Piece::Mask) {
        pieces.push(Piece::Mask);
    }
}

impl From<&Masked> for String {
    fn from(masked: &Masked) -> Self {
        masked.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mask_comes_back_as_a_mask_wherever_it_stands() {
        let card = "4111 1111 1111 1111";
        for raw in [card.to_owned(), format!("{card} a"), format!("a {card}"), format!("a {card} b {card} c")]
        {
            let masked = Masked::free_text(&raw, &Needles::default());
            assert!(masked.pieces().contains(&Piece::Mask));
            assert_eq!(Masked::from_stored(&masked.to_stored()), masked);
        }
        assert_eq!(Masked::from_stored(""), Masked::default());
    }

    #[test]
    fn a_cut_text_keeps_its_masks_whole_and_says_that_it_was_cut() {
        let masked = Masked::free_text("pan 4111 1111 1111 1111 here", &Needles::default());
        assert_eq!(masked.cut(80), masked);
        assert_eq!(masked.cut(14).text(), format!("pan {MASK} …"));
        assert_eq!(masked.cut(11).text(), "pan …");
        assert_eq!(masked.cut(2).text(), "p…");
    }

    #[test]
    fn a_text_in_chunks_loses_nothing_and_its_masks_stay_whole() {
        let masked = Masked::joined([Masked::typed("ab卡卡e\u{301}"), Masked::hidden(), Masked::typed("cd")]);
        let chunks = |width| masked.chunks(width).iter().map(Masked::text).collect::<Vec<_>>();
        assert_eq!(chunks(4), ["ab卡", "卡e\u{301}", MASK, "cd"]);
        assert_eq!(chunks(9), ["ab卡卡e\u{301}", &format!("{MASK}c"), "d"]);
        assert_eq!(chunks(80), [masked.text()]);
        assert_eq!(chunks(0).concat(), masked.text());
        assert!(masked.chunks(1).contains(&Masked::hidden()));
        assert_eq!(Masked::hidden().chunks(4), [Masked::hidden()]);
    }

    #[test]
    fn data_that_looks_like_a_mask_comes_back_as_data() {
        for raw in [MASK, MASK_ASCII, "a\u{1a}b", r"\u{1a}"] {
            let stored = Masked::ours(raw).to_stored();
            assert!(!stored.contains(STORED_MASK));
            assert_eq!(Masked::from_stored(&stored), Masked::ours(raw));
        }
    }

    #[test]
    fn a_report_that_was_changed_shows_no_card_number_and_no_bullets_of_its_own() {
        let read = |text: &str| Masked::from_report(text);
        assert_eq!(read(&format!("a {MASK} b")).pieces().len(), 3);
        assert_eq!(read(&format!("{MASK}\u{2022}")).text(), format!(r"{MASK}\u{{2022}}"));
        assert_eq!(read("pan 4111 1111 1111 1111!").text(), format!("pan {MASK}!"));
        assert_eq!(
            read("\x1b[2J ********").text(),
            r"\u{1b}[2J \u{2a}\u{2a}\u{2a}\u{2a}\u{2a}\u{2a}\u{2a}\u{2a}"
        );
    }

    #[test]
    fn a_card_number_in_a_stored_text_is_hidden() {
        assert_eq!(Masked::from_stored("4111111111111111"), Masked::hidden());
        assert_eq!(Masked::from_stored("a\u{1a}4111111111111111").text(), format!("a{MASK}"));
    }

    #[test]
    fn a_written_line_is_read_with_its_masks_and_what_else_stands_in_it_is_sanitised() {
        let line = format!("ref {MASK} and {MASK}\u{1b}[31m****");
        let read = Masked::from_written(&line);
        assert_eq!(read.pieces().iter().filter(|piece| **piece == Piece::Mask).count(), 2);
        assert_eq!(read.text(), format!("ref {MASK} and {MASK}{}", r"\u{1b}[31m\u{2a}\u{2a}\u{2a}\u{2a}"));
        assert_eq!(Masked::from_written("").pieces(), []);
    }

    #[test]
    fn quotes_and_line_ends_of_ours_stay_inside_a_cell_and_a_json_string() {
        let mut text = Masked::joined([Masked::ours("say \"a\\b\""), Masked::hidden()]);
        text.end_line();
        assert_eq!(text.csv_escaped().text(), format!(r#"say ""a\b""{MASK}\u{{a}}"#));
        assert_eq!(text.json_string().text(), format!(r#""say \"a\\b\"{MASK}\n""#));
        assert_eq!(String::from(&text), format!("say \"a\\b\"{MASK}\n"));
    }

    #[test]
    fn a_written_text_is_cleaned_as_any_other() {
        assert_eq!(Masked::fixed("a\u{1b}[m"), Masked::ours("a\u{1b}[m"));
        assert!(Masked::fixed("").is_empty());
    }

    #[test]
    fn a_reworded_text_is_changed_where_it_is_shown_only() {
        let text = Masked::joined([Masked::ours("id 7"), Masked::hidden(), Masked::ours("7")]);
        assert_eq!(text.reworded(|shown| shown.replace('7', "x")).text(), format!("id x{MASK}x"));
    }

    #[test]
    fn a_text_is_plain_where_nothing_of_it_is_hidden() {
        assert_eq!(Masked::default().plain(), Some(""));
        assert_eq!(Masked::joined([Masked::ours("a"), Masked::ours("b")]).plain(), Some("ab"));
        for hidden in [Masked::hidden(), Masked::joined([Masked::ours("a"), Masked::hidden()])] {
            assert_eq!(hidden.plain(), None);
        }
    }

    #[test]
    fn words_end_at_blanks_and_line_ends_and_keep_their_masks() {
        let mut text = Masked::joined([Masked::hidden(), Masked::ours(",  two"), Masked::hidden()]);
        text.end_line();
        text.push_ours("three ");
        let words: Vec<String> = text.words().iter().map(Masked::text).collect();
        assert_eq!(words, [format!("{MASK},"), format!("two{MASK}"), "three".to_owned()]);
        assert!(Masked::default().words().is_empty());
    }

    proptest! {
        #[test]
        fn storing_loses_nothing(raw in "\\PC*|[\\x00-\\x{10ffff}]*") {
            let masked = Masked::free_text(&raw, &Needles::default());
            prop_assert_eq!(Masked::from_stored(&masked.to_stored()), masked);
        }
    }
}
