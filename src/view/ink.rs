//! Lines onto the screen: a row each, cut at the edge of their area, nothing wrapped.
//!
//! Nearly all that is shown are characters of one column each, and is written as such. A paragraph of ratatui looks through
//! every text for its graphemes, their columns and the place to cut, which was a third of what a key costs.
//! Must not know: what a line says. Tested: below, beside a paragraph, and by every snapshot of a screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::Frame;
use crate::text;

/// Draws lines from the top of an area on.
pub(super) fn draw<'a>(frame: &mut Frame<'_>, area: Rect, lines: impl IntoIterator<Item = Line<'a>>) {
    put(frame.buffer_mut(), area, lines);
}

pub(super) fn put<'a>(buffer: &mut Buffer, area: Rect, lines: impl IntoIterator<Item = Line<'a>>) {
    let area = area.intersection(buffer.area);
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        let mut x = area.left();
        for span in &line.spans {
            x = write(buffer, (x, y), area.right(), &span.content, line.style.patch(span.style));
        }
    }
}

/// Writes a text from a cell on, up to an edge, and returns the column behind it.
fn write(buffer: &mut Buffer, (x, y): (u16, u16), edge: u16, text: &str, style: Style) -> u16 {
    let left = usize::from(edge.saturating_sub(x));
    if left == 0 {
        return x;
    }
    // One more than there is room for: a mark behind the last letter that fits would stand on it.
    if !text::is_a_column_each(text, left + 1) {
        let (behind, _) = buffer.set_stringn(x, y, text, left, style);
        // What does not fit ends the line, also where it is a wide letter and a narrow one behind it would fit.
        return if text::width(text) > left { edge } else { behind };
    }
    let start = buffer.index_of(x, y);
    let cells = buffer.content.get_mut(start..).unwrap_or_default();
    let (is_styled, mut behind) = (style != Style::new(), x);
    for (cell, c) in cells.iter_mut().take(left).zip(text.chars()) {
        // A blank stands there already, but under what lies over something.
        if c != ' ' || cell.symbol() != " " {
            cell.set_char(c);
        }
        if is_styled {
            cell.set_style(style);
        }
        behind += 1;
    }
    behind
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::style::{Color, Modifier};
    use ratatui::text::Span;
    use ratatui::widgets::{Paragraph, Widget as _};

    use super::*;

    /// What stands in a cell, whatever it stands on.
    const STYLES: [Style; 3] =
        [Style::new(), Style::new().fg(Color::Indexed(3)), Style::new().add_modifier(Modifier::REVERSED)];

    fn lines() -> impl Strategy<Value = Vec<Line<'static>>> {
        let text = prop_oneof!["[ -~]{0,12}", "[a•│▸…卡कé\u{301} ]{0,6}"];
        let span = (text, 0..STYLES.len()).prop_map(|(text, style)| Span::styled(text, STYLES[style]));
        let line = (prop::collection::vec(span, 0..5), 0..STYLES.len())
            .prop_map(|(spans, style)| Line::from(spans).style(STYLES[style]));
        prop::collection::vec(line, 0..6)
    }

    proptest! {
        #[test]
        fn what_is_drawn_is_what_a_paragraph_draws(
            lines in lines(),
            // In a column of one cell a paragraph leaves a wide letter out and goes on.
            (x, y, width, height) in (0..9_u16, 0..4_u16, 2..30_u16, 0..5_u16),
        ) {
            let (area, whole) = (Rect { x, y, width, height }, Rect::new(0, 0, 24, 6));
            let mut ours = Buffer::empty(whole);
            put(&mut ours, area, lines.clone());
            let mut theirs = Buffer::empty(whole);
            Paragraph::new(lines).render(area, &mut theirs);
            prop_assert_eq!(ours, theirs);
        }
    }
}
