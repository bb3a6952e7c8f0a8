//! A value that is compared with the answer: a mask and a count while it is typed, then how it came out. It is never drawn.

use ratatui::layout::Position;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Frame, ink, overlay, palette, spans};
use crate::app::overlay::{Comparison, Stage, Told, Which};
use crate::app::state::State;
use crate::secret::{Change, LEAST, MASK, Sameness};

/// Columns of the dialog.
const WIDTH: u16 = 74;

/// Rows of the dialog, for the longest of its sentences.
const HEIGHT: u16 = 10;

/// The dialog.
pub(super) fn paste(frame: &mut Frame<'_>, state: &State, comparison: &Comparison) {
    let inner = overlay::open(frame, WIDTH, HEIGHT, "Is it the cryptogram or the token?", palette::focus());
    let width = usize::from(inner.width);
    let mut lines = wrapped(
        "Paste or type a value: it is not shown, not kept, and wiped once it was compared.",
        Style::new(),
        width,
    );
    lines.push(Line::default());
    let (typed, columns) = typed(comparison);
    let row = u16::try_from(lines.len()).unwrap_or_default();
    lines.push(typed);
    let (sentence, style) = said(&comparison.stage);
    lines.extend(wrapped(&sentence, style, width));
    let left = state.tries_left();
    let plural = if left == 1 { "try" } else { "tries" };
    lines.push(Line::styled(format!("{left} {plural} left for this answer"), palette::quiet()));
    ink::draw(frame, inner, lines);
    frame.set_cursor_position(Position::new(inner.x + columns, inner.y + row));
}

/// The mask has one width, whatever was typed; beside it how much was.
fn typed(comparison: &Comparison) -> (Line<'static>, u16) {
    let count = comparison.pasted.count();
    if count == 0 {
        return (Line::from("> "), 2);
    }
    let plural = if count == 1 { "" } else { "s" };
    let told = Span::styled(format!("  {count} character{plural}"), palette::label());
    (Line::from(vec![Span::raw("> "), Span::styled(MASK, palette::mask()), told]), 10)
}

fn said(stage: &Stage) -> (String, Style) {
    match stage {
        Stage::Typing => (String::new(), Style::new()),
        Stage::TooShort => (
            format!(
                "Too short to compare: fewer than {LEAST} characters would be guessed one by one. Paste all of it."
            ),
            palette::doubt(),
        ),
        Stage::TooLong => (
            "Too long: no value of an answer has so many characters. Paste the value alone.".into(),
            palette::doubt(),
        ),
        Stage::Waiting(_) => ("It is told once its audit row is on disk.".into(), palette::quiet()),
        Stage::Told(told) => {
            (sentence(told), if is_good(told) { palette::heading() } else { palette::bad() })
        }
    }
}

fn is_good(told: &Told) -> bool {
    matches!(&told.sameness, Sameness::Same(changes) if changes.is_empty())
}

/// How it came out, and what that means for the merchant's side.
fn sentence(told: &Told) -> String {
    let which = match told.which {
        Which::Cryptogram => "the cryptogram",
        Which::Token => "the token",
        Which::Neither => "neither the cryptogram nor the token",
    };
    match &told.sameness {
        Sameness::TooShort => {
            format!("Too short to compare: the value of the answer has fewer than {LEAST} characters.")
        }
        Sameness::Different => format!(
            "DIFFERENT: it is {which} of this answer. It may be of another call: each has a cryptogram of its own."
        ),
        Sameness::Same(changes) if changes.is_empty() => {
            format!("SAME: it is {which} of this answer, character by character.")
        }
        Sameness::Same(changes) => format!(
            "SAME, but {}: it is {which} of this answer; the gateway needs it as it came.",
            list(changes)
        ),
        Sameness::Truncated { after, changes } if changes.is_empty() => {
            format!("TRUNCATED: it is the beginning of {which}, cut after {after} characters.")
        }
        Sameness::Truncated { after, changes } => {
            format!(
                "TRUNCATED: it is the beginning of {which}, cut after {after} characters, and {}.",
                list(changes)
            )
        }
    }
}

fn list(changes: &[Change]) -> String {
    changes.iter().map(|change| told_of(*change)).collect::<Vec<_>>().join(" and ")
}

fn told_of(change: Change) -> &'static str {
    match change {
        Change::Surrounded => "with quotes, a comma or white space around it",
        Change::Percent(1) => "percent-encoded",
        Change::Percent(_) => "percent-encoded twice",
        Change::SpaceForPlus => "each + became a space (form-decoded: encode / + = first)",
        Change::Grouped => "broken into groups",
        Change::JsonEscapes => "with JSON escapes",
        Change::UrlSafe => "in the URL-safe alphabet or without its padding",
        Change::OtherCase => "in other case",
        Change::OtherEncoding => "in another encoding (hex or base64)",
    }
}

fn wrapped(text: &str, style: Style, width: usize) -> Vec<Line<'static>> {
    spans::wrap(text, width).into_iter().map(|line| Line::styled(line, style)).collect()
}
