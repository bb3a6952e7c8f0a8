//! A frame while it is painted.
//!
//! Must not know: what is painted, and where it goes. Tested by every snapshot of a screen, and in `tests/screens_layout.rs`.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The cells of a screen, and where the cursor is to stand.
#[derive(Debug)]
pub struct Frame<'a> {
    cells: &'a mut Buffer,
    cursor: Option<Position>,
}

impl<'a> Frame<'a> {
    /// One that paints into these cells.
    pub fn on(cells: &'a mut Buffer) -> Self {
        Self { cells, cursor: None }
    }

    /// The whole screen.
    pub fn area(&self) -> Rect {
        self.cells.area
    }

    /// The cells to paint into.
    pub fn buffer_mut(&mut self) -> &mut Buffer {
        self.cells
    }

    /// Where the cursor is to stand; there is none until somebody wants it.
    pub fn cursor(&self) -> Option<Position> {
        self.cursor
    }

    pub(super) fn set_cursor_position(&mut self, position: Position) {
        self.cursor = Some(position);
    }

    /// Takes away what stands in an area.
    pub(super) fn clear(&mut self, area: Rect) {
        for at in area.intersection(self.area()).positions() {
            if let Some(cell) = self.cells.cell_mut(at) {
                cell.reset();
            }
        }
    }
}
