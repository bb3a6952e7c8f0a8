//! The one place that paints plaintext, and only under a valid grant.
//!
//! The value goes cell by cell into the frame and into no text of its own; the grant is asked again at each paint.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::palette;
use crate::secret::{Grant, Moment, Secret};

/// Characters that stand together, so that a person can read the value off.
const GROUP: u16 = 4;

/// Paints a value in groups of four from the top left of the area on; what does not fit is left out. Without a valid grant
/// nothing is painted.
pub(super) fn paint(buffer: &mut Buffer, area: Rect, secret: &Secret, grant: &Grant, now: Moment) {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that paints a revealed value")]
    let Some(value) = secret.expose_on_screen(grant, now) else { return };
    let (mut x, mut y, mut in_group) = (0, 0, 0);
    let mut utf8 = [0; 4];
    for c in value.chars() {
        if in_group == GROUP {
            (x, in_group) = (x + 1, 0);
        }
        if in_group == 0 && x + GROUP > area.width {
            (x, y) = (0, y + 1);
        }
        if y >= area.height {
            return;
        }
        if let Some(cell) = buffer.cell_mut((area.x + x, area.y + y)) {
            // A value is shown as it is but for what could steer the terminal.
            let c = if crate::text::is_dangerous(c) { '?' } else { c };
            cell.set_symbol(c.encode_utf8(&mut utf8)).set_style(palette::revealed());
        }
        (x, in_group) = (x + 1, in_group + 1);
    }
}

/// Rows that a value of so many characters takes in a width.
pub(super) fn rows(length: usize, width: u16) -> u16 {
    let groups = length.div_ceil(usize::from(GROUP)).max(1);
    let per_row = usize::from((width + 1) / (GROUP + 1)).max(1);
    u16::try_from(groups.div_ceil(per_row)).unwrap_or(u16::MAX)
}
