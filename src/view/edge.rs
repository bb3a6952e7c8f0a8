//! The frame of a pane or of a box: a line around it, a title on top, and where there is room something at its bottom.
//!
//! Must not know: what stands within. As in `ink`, each cell is written once; ratatui's block took as long as all text of a
//! frame together. Tested: below, beside that block, and by every snapshot of a screen.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::{Frame, ink};

/// Corners and line of a top or a bottom.
type Rule = [&'static str; 3];

const TOP: Rule = ["┌", "─", "┐"];

const BOTTOM: Rule = ["└", "─", "┘"];

const SIDE: &str = "│";

/// A frame before it is drawn.
pub(super) struct Edge {
    pub(super) style: Style,
    pub(super) title: String,
    /// What stands in the line at the bottom.
    pub(super) bottom: Option<Line<'static>>,
    /// Without a line around it, it is the title alone.
    pub(super) is_line: bool,
}

impl Edge {
    /// The room within.
    pub(super) fn inner(&self, area: Rect) -> Rect {
        let corner = u16::from(self.is_line);
        let (x, y) =
            (area.x.saturating_add(corner).min(area.right()), area.y.saturating_add(1).min(area.bottom()));
        let width = area.width.saturating_sub(2 * corner);
        Rect { x, y, width, height: area.height.saturating_sub(1 + corner) }
    }

    pub(super) fn draw(self, frame: &mut Frame<'_>, area: Rect) {
        self.put(frame.buffer_mut(), area);
    }

    fn put(self, buffer: &mut Buffer, area: Rect) {
        let Rect { x, width, .. } = self.inner(area);
        let row = |y| Rect { x, y, width, height: 1 };
        let last = area.bottom().saturating_sub(1);
        if self.is_line {
            around(buffer, area, self.style);
            ink::put(buffer, row(last), self.bottom);
        }
        ink::put(buffer, row(area.y), [Line::styled(self.title, self.style)]);
    }
}

fn around(buffer: &mut Buffer, area: Rect, style: Style) {
    let (left, right) = (area.left(), area.right().saturating_sub(1));
    let (top, bottom) = (area.top(), area.bottom().saturating_sub(1));
    let side = styled(SIDE, style);
    for y in top..area.bottom() {
        mark(buffer, (left, y), 1, &side);
        mark(buffer, (right, y), 1, &side);
    }
    for (y, rule) in [(top, TOP), (bottom, BOTTOM)] {
        let [start, line, end] = rule.map(|symbol| styled(symbol, style));
        mark(buffer, (left, y), usize::from(area.width), &line);
        mark(buffer, (left, y), 1, &start);
        mark(buffer, (right, y), 1, &end);
    }
}

fn styled(symbol: &'static str, style: Style) -> Cell {
    let mut cell = Cell::new(symbol);
    cell.set_style(style);
    cell
}

/// So many cells of a row; a pane and a box are drawn where nothing else stands.
fn mark(buffer: &mut Buffer, at: (u16, u16), count: usize, cell: &Cell) {
    if buffer.area.contains(at.into()) {
        let start = buffer.index_of(at.0, at.1);
        let room = usize::from(buffer.area.right() - at.0);
        let cells = buffer.content.get_mut(start..start + count.min(room)).unwrap_or_default();
        for it in cells {
            it.clone_from(cell);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::style::Color;
    use ratatui::widgets::{Block, Widget as _};

    use super::*;

    proptest! {
        #[test]
        fn what_is_drawn_is_what_a_block_draws(
            title in "[ -~▸é]{0,30}",
            bottom in prop::option::of("[ -~]{0,30}"),
            is_line: bool,
            (x, y, width, height) in (0..9_u16, 0..4_u16, 4..16_u16, 2..6_u16),
        ) {
            let (area, whole) = (Rect { x, y, width, height }, Rect::new(0, 0, 25, 10));
            let style = Style::new().fg(Color::Indexed(3));
            let block = if is_line { Block::bordered() } else { Block::new() };
            let block = block.border_style(style).title(Line::styled(title.clone(), style));
            let block = bottom.iter().filter(|_| is_line).cloned().fold(block, Block::title_bottom);
            let edge = Edge { style, title, bottom: bottom.map(Line::from), is_line };
            prop_assert_eq!(edge.inner(area), block.inner(area));
            let (mut ours, mut theirs) = (Buffer::empty(whole), Buffer::empty(whole));
            edge.put(&mut ours, area);
            block.render(area, &mut theirs);
            prop_assert_eq!(ours, theirs);
        }
    }
}
