//! What stands in the empty answer pane at the very first start: what this is, and the four keys that lead everywhere.
//!
//! It covers nothing and takes no key, so that `s` works at once; the first answer takes its place.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{palette, spans};
use crate::app::intent::Intent;
use crate::app::state::State;

/// Columns of a key.
const KEY: usize = 4;

pub(super) fn lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let text = |sentence: &str, style: Style| -> Vec<Line<'static>> {
        spans::wrap(sentence, width).into_iter().map(|line| Line::styled(line, style)).collect()
    };
    let mut lines = text("Welcome to tokenscope.", palette::heading());
    lines.extend(text(
        "This is the built-in emulator: its cards are made up, and nothing leaves this machine.",
        Style::new(),
    ));
    lines.push(Line::default());
    for (intent, does) in [
        (Intent::Send, "sends the request on the left and shows an answer, masked and judged"),
        (Intent::Reveal, "then reveals its cryptogram for some seconds"),
        (Intent::Palette, "finds everything by its name"),
        (Intent::Help, "tells what each key does here, and why one does nothing"),
    ] {
        lines.extend(key(&state.key(intent), does, width));
    }
    lines.push(Line::default());
    lines.extend(text("For your own merchant quit and run", Style::new()));
    lines.push(Line::styled("  tokenscope config init", palette::heading()));
    lines
}

fn key(key: &str, does: &str, width: usize) -> Vec<Line<'static>> {
    let parts = spans::wrap(does, width.saturating_sub(KEY));
    let margin =
        |place| if place == 0 { format!(" {key:<width$}", width = KEY - 1) } else { " ".repeat(KEY) };
    let line = |(place, part)| Line::from(vec![Span::styled(margin(place), palette::key()), Span::raw(part)]);
    parts.into_iter().enumerate().map(line).collect()
}
