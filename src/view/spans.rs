//! Masked text as spans: the mask is drawn in its own style.

use std::borrow::Cow;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::palette;
use crate::domain::scripts;
use crate::secret::{MASK, Masked, Piece};
use crate::text;

/// A masked text, its readable parts in the given style.
pub(super) fn of(text: &Masked, style: Style) -> Vec<Span<'static>> {
    let span = |piece: &Piece| match piece {
        Piece::Text(text) => Span::styled(head(text).to_owned(), style),
        Piece::Mask => Span::styled(MASK, palette::mask()),
    };
    text.pieces().iter().map(span).collect()
}

/// Bytes of a text that are taken to the screen at most: a line of 1,000 columns of any script, of 250 where each letter has
/// all the marks that it may have. A value may be a mebibyte, and each of these is copied and wiped with each frame.
const MOST: usize = 4_000;

fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MOST)).unwrap_or(text)
}

/// Stands before a value that mixes scripts: behind it, a long value would push it off the screen.
const MIXED: &str = "!";

/// A name, padded to `width` columns, and its value.
pub(super) fn field(name: &str, width: usize, value: &Masked, style: Style) -> Line<'static> {
    let mut line = Line::from(Span::styled(padded(name, width), palette::label()));
    // In what is not on the screen nothing is taken for something else; a mebibyte is not looked through with each frame.
    let is_mixed = |piece: &Piece| matches!(piece, Piece::Text(text) if scripts::has_mixed_word(head(text)));
    if value.pieces().iter().any(is_mixed) {
        line.extend([Span::styled(MIXED, palette::badge()), Span::raw(" ")]);
    }
    line.extend(of(value, style));
    line
}

/// A word that is not wider, padded to `width` columns, and a blank.
pub(super) fn padded(word: &str, width: usize) -> String {
    [word, &blanks(width.saturating_sub(word.chars().count()) + 1)].concat()
}

/// A line cut or padded to exactly `width` columns.
pub(super) fn fit(mut line: Line<'static>, width: usize) -> Line<'static> {
    let mut left = width;
    for span in &mut line.spans {
        if text::is_wider(&span.content, left) {
            span.content = text::cut(&span.content, left).into();
        }
        left -= text::width(&span.content).min(left);
    }
    line.push_span(Span::raw(blanks(left)));
    line
}

/// As many blanks as a screen is wide, but for very wide ones.
const BLANKS: &str = match str::from_utf8(&[b' '; 256]) {
    Ok(blanks) => blanks,
    Err(_) => "",
};

fn blanks(columns: usize) -> Cow<'static, str> {
    BLANKS.get(..columns).map_or_else(|| " ".repeat(columns).into(), Cow::from)
}

/// Columns of a handle at most.
const HANDLE: usize = 22;

/// The row under the cursor: its first columns, the handle, are reversed, in the colour that they have in any other row, since
/// that may say something. Not the whole row: a move writes the two handles anew and nothing else, which on a slow line is what
/// lets a list follow its key.
pub(super) fn under_cursor(line: Line<'static>, handle: usize) -> Line<'static> {
    let mut left = handle.min(HANDLE);
    let mut out = Line::default();
    for Span { content, style } in line.spans {
        let (within, behind) = text::split(&content, left);
        left -= text::width(within);
        out.push_span(Span::styled(within.to_owned(), style.patch(palette::selected())));
        out.push_span(Span::styled(behind.to_owned(), style));
    }
    out
}

/// A text cut or padded to exactly `width` columns, and a blank.
pub(super) fn column(text: &str, width: usize) -> String {
    let mut shown = text::cut(text, width);
    shown.push_str(&blanks(width.saturating_sub(text::width(&shown)) + 1));
    shown
}

/// A sentence of ours in lines of at most `width` columns, broken at blanks.
pub(super) fn wrap(sentence: &str, width: usize) -> Vec<String> {
    match wrap_plain(sentence, width) {
        Some(lines) => lines.into_iter().map(str::to_owned).collect(),
        None => wrap_masked(&Masked::ours(sentence), width).iter().map(Masked::text).collect(),
    }
}

/// A text in lines of at most `width` columns.
pub(super) fn wrapped(text: &Masked, style: Style, width: usize) -> Vec<Line<'static>> {
    if let Some(lines) = text.plain().and_then(|text| wrap_plain(text, width)) {
        return lines
            .into_iter()
            .map(|line| Line::from(Span::styled(head(line).to_owned(), style)))
            .collect();
    }
    wrap_masked(text, width).iter().map(|line| Line::from(of(line, style))).collect()
}

/// A text in lines of at most `width` columns, broken at blanks, and within a word that is wider than a line: a path or an id
/// of which the end is lost is of no use. No mask is broken.
pub(super) fn wrap_masked(text: &Masked, width: usize) -> Vec<Masked> {
    let (mut lines, mut used) = (Vec::new(), 0);
    for word in text.words() {
        if word.columns() <= width {
            put_word(&mut lines, &mut used, width, word);
        } else {
            word.chunks(width).into_iter().for_each(|part| put_word(&mut lines, &mut used, width, part));
        }
    }
    lines
}

/// The same of a text that is as nearly every sentence: a byte is a column, a single blank is between two words, and none is
/// wider than a line. Then a line is a part of it. `None` for any other.
fn wrap_plain(text: &str, width: usize) -> Option<Vec<&str>> {
    if !text::is_plain(text) {
        return None;
    }
    let (mut lines, mut start, mut end) = (Vec::new(), 0, 0);
    for word in text.split(' ') {
        if word.is_empty() || word.len() > width {
            return None;
        }
        let first = if end == 0 { 0 } else { end + 1 };
        if first + word.len() - start > width {
            lines.push(text.get(start..end)?);
            start = first;
        }
        end = first + word.len();
    }
    lines.push(text.get(start..end)?);
    Some(lines)
}

/// Writes a word behind the last line, of which so many columns are used, or below it.
fn put_word(lines: &mut Vec<Masked>, used: &mut usize, width: usize, word: Masked) {
    let columns = word.columns();
    match lines.last_mut() {
        Some(line) if *used + 1 + columns <= width => {
            line.push_ours(" ");
            line.push(&word);
            *used += 1 + columns;
        }
        _ => {
            lines.push(word);
            *used = columns;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_plain_sentence_is_broken_as_any_other(
            text in "[a-d*é \n]{0,60}|[ab ]{0,40}|[a-d]{1,9}( [a-d]{1,9}){0,9}",
            width in 0..30_usize,
        ) {
            let text = Masked::ours(&text);
            let lines: Vec<String> = wrap_masked(&text, width).iter().map(Masked::text).collect();
            let drawn = wrapped(&text, Style::new(), width);
            prop_assert_eq!(&drawn.iter().map(ToString::to_string).collect::<Vec<_>>(), &lines);
            prop_assert_eq!(wrap(&text.text(), width), lines);
        }
    }
}
