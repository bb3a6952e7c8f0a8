//! The one place that paints plaintext, and only under a valid grant.
//!
//! The value goes cell by cell into the frame and into no text of its own; the grant is asked again at each paint.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::{Frame, fields, ink, palette};
use crate::app::state::Revealed;
use crate::domain::answer::Answer;
use crate::secret::{Grant, Moment, Secret};
use crate::text::is_dangerous;

/// Characters that stand together, so that a person can read a cryptogram off.
const GROUP: u16 = 4;

/// Characters on one place of a name; more of them would climb over the lines beside it.
const MOST_MARKS: usize = 5;

/// The marker with its countdown and the key that masks, and the values under it; returns the room below.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    answer: &Answer,
    what: Revealed,
    now: (&Grant, Moment),
    mask: &str,
) -> Rect {
    let (grant, moment) = now;
    let marker = Line::from(vec![
        Span::styled(format!(" REVEALED {} s ", grant.seconds_left(moment)), palette::revealed()),
        Span::styled(format!("  {mask} masks it now"), palette::label()),
    ]);
    let area = put(frame, area, marker);
    let area = match what {
        Revealed::Cryptogram => cryptogram(frame, area, answer, now),
        Revealed::Identity => identity(frame, area, answer, now),
    };
    below(area, 1)
}

/// Its length above it, in groups: so it is compared and read off.
fn cryptogram(frame: &mut Frame<'_>, area: Rect, answer: &Answer, now: (&Grant, Moment)) -> Rect {
    let Some(secret) = answer.cryptogram.value() else { return area };
    let title = format!("cryptogram, {} characters", secret.facts().length);
    let area = put(frame, area, Line::styled(title, palette::label()));
    below(area, paint(frame.buffer_mut(), area, secret, GROUP, now))
}

/// One row each where there is room, so that all are there on the smallest screen.
fn identity(frame: &mut Frame<'_>, mut area: Rect, answer: &Answer, now: (&Grant, Moment)) -> Rect {
    let indent = u16::try_from(fields::NAME + 1).unwrap_or_default().min(area.width);
    for (name, secret) in answer.personal().filter_map(|(name, held)| Some((name, held.value()?))) {
        put(frame, area, Line::styled(name, palette::label()));
        let beside = Rect { x: area.x + indent, width: area.width - indent, ..area };
        area = below(area, paint(frame.buffer_mut(), beside, secret, u16::MAX, now));
    }
    area
}

fn put(frame: &mut Frame<'_>, area: Rect, line: Line<'static>) -> Rect {
    ink::draw(frame, area, [line]);
    below(area, 1)
}

/// What is left of an area below its first rows.
pub(super) fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// Paints a value in groups of so many characters from the top left of the area on and returns the rows that it takes; what
/// does not fit is left out. Without a valid grant nothing is painted.
fn paint(buffer: &mut Buffer, area: Rect, secret: &Secret, group: u16, now: (&Grant, Moment)) -> u16 {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that paints a revealed value")]
    let Some(value) = secret.expose_on_screen(now.0, now.1) else { return 0 };
    let (mut x, mut y, mut in_group) = (0, 0, 0);
    for grapheme in value.graphemes(true) {
        let shown = harmless(grapheme);
        let width = u16::try_from(shown.width()).unwrap_or(1).max(1);
        if in_group == group {
            (x, in_group) = (x + 1, 0);
        }
        // A group is not broken over two rows; a value without groups is broken anywhere.
        let room = if in_group == 0 && group < area.width { group } else { width };
        if x + room.max(width) > area.width {
            (x, y, in_group) = (0, y + 1, 0);
        }
        if y >= area.height {
            return area.height;
        }
        if let Some(cell) = buffer.cell_mut((area.x + x, area.y + y)) {
            cell.set_symbol(shown).set_style(palette::revealed());
        }
        (x, in_group) = (x + width, in_group + 1);
    }
    y + 1
}

/// A value is shown as it is but for what could steer the terminal or climb over other lines.
fn harmless(grapheme: &str) -> &str {
    let is_bad = grapheme.chars().any(is_dangerous) || grapheme.chars().count() > MOST_MARKS;
    if is_bad { "?" } else { grapheme }
}
