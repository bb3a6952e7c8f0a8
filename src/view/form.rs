//! The request pane: four fields, named as in the contract.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr;

use super::{Frame, ink, palette, pane_edge, spans};
use crate::app::intent::Pane;
use crate::app::stage::Kind;
use crate::app::state::State;
use crate::diagnosis::lint::Linted;
use crate::diagnosis::rules;
use crate::domain::profile::Routing;
use crate::domain::request::{Likeness, RequestField};
use crate::secret::MASK;
use crate::text;

/// Rows of a field: its name and its value.
pub(super) const ROWS: usize = 2;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let more = if state.form.editing { " (editing)" } else { "" };
    let edge = pane_edge(Pane::Request, state, more);
    let inner = edge.inner(area);
    edge.draw(frame, area);
    let (found, width) = (state.lint(), usize::from(inner.width));
    let lines: Vec<Line<'_>> =
        RequestField::ALL.iter().flat_map(|field| lines(state, *field, &found, width)).collect();
    ink::draw(frame, inner, lines);
    if state.form.editing && state.overlays.is_empty() {
        place_cursor(frame, inner, state);
    }
}

fn lines(state: &State, field: RequestField, found: &[Linted], width: usize) -> [Line<'static>; ROWS] {
    let selected = state.focus == Pane::Request && state.form.field() == field;
    let name_style = if selected { palette::focus() } else { palette::label() };
    let mark = if selected { "▸" } else { " " };
    let mut name = Line::from(Span::styled(format!("{mark}{}", field.name()), name_style));
    let (hint, hint_style) = hint(state, field, found);
    name.push_span(Span::styled(hint, hint_style));
    [spans::fit(name, width), value(state, field, width, selected)]
}

/// What stands beside the name: what hinders a send, what to look at twice, or what an empty field means.
fn hint(state: &State, field: RequestField, found: &[Linted]) -> (String, Style) {
    match found.iter().find(|it| it.field == Some(field)) {
        Some(it) if it.is_refusal() => (beside(it), palette::bad()),
        Some(it) => (beside(it), palette::doubt()),
        None => (default_note(state, field).to_owned(), palette::quiet()),
    }
}

fn beside(linted: &Linted) -> String {
    format!("  {}", rules::beside(linted.finding.id))
}

fn default_note(state: &State, field: RequestField) -> &'static str {
    let asks = state.profile().is_some_and(|profile| profile.routing == Routing::Ask);
    match field {
        _ if !state.form.draft.get(field).is_empty() => "",
        RequestField::RoutingId if asks => "  asked for by this profile",
        RequestField::RoutingId => "  empty: customer_id",
        RequestField::SubmerchantId => "  empty: left out",
        _ => "",
    }
}

fn value(state: &State, field: RequestField, width: usize, selected: bool) -> Line<'static> {
    let room = width.saturating_sub(2);
    let style = if selected { palette::heading() } else { Style::new() };
    let shown = if is_card(state, field) {
        Span::styled(MASK, palette::mask())
    } else if state.stage.on && selected && state.form.editing {
        return spans::fit(unseen("  ", state.form.draft.get(field)).0, width);
    } else if state.stage.on {
        Span::styled(state.stage.shown(Kind::of(field), state.form.draft.get(field)).text(), style)
    } else if selected && state.form.editing {
        Span::styled(window(state, room).0, style)
    } else {
        Span::styled(text::cut(&text::clean(state.form.draft.get(field)), room), style)
    };
    spans::fit(Line::from(vec![Span::raw("  "), shown]), width)
}

/// A card number typed by mistake is not shown longer than it takes to type it.
fn is_card(state: &State, field: RequestField) -> bool {
    state.form.draft.likeness(field) == Some(Likeness::Card)
}

/// What is typed on stage behind a mark: the mask and how much there is, and the column of the cursor, which stands behind the
/// mask wherever it is in the text.
pub(super) fn unseen(mark: &'static str, typed: &str) -> (Line<'static>, usize) {
    let count = typed.chars().count();
    let plural = if count == 1 { "" } else { "s" };
    let mut line = Line::from(mark);
    if count == 0 {
        return (line, 0);
    }
    line.push_span(Span::styled(MASK, palette::mask()));
    line.push_span(Span::styled(format!("  {count} character{plural}"), palette::label()));
    (line, MASK.width())
}

/// The part of the line around the cursor that fits, and the column of the cursor in it.
fn window(state: &State, room: usize) -> (String, usize) {
    let (before, behind) = state.form.split();
    let (before, behind) = (text::clean(before), text::clean(behind));
    let mut start = before.as_str();
    while start.width() + 1 > room {
        // By grapheme: a mark that has lost its letter would stand on the one before the field.
        start = start.get(start.graphemes(true).next().map_or(1, str::len)..).unwrap_or_default();
    }
    let column = start.width();
    (text::cut(&format!("{start}{behind}"), room), column)
}

fn place_cursor(frame: &mut Frame<'_>, inner: Rect, state: &State) {
    let field = RequestField::ALL.iter().position(|field| *field == state.form.field()).unwrap_or_default();
    let column = if state.stage.on {
        unseen("", state.form.draft.get(state.form.field())).1
    } else if is_card(state, state.form.field()) {
        MASK.width()
    } else {
        window(state, usize::from(inner.width).saturating_sub(2)).1
    };
    let row = u16::try_from(field * ROWS + 1).unwrap_or_default();
    let column = u16::try_from(column + 2).unwrap_or_default();
    if row < inner.height && column < inner.width {
        frame.set_cursor_position(Position::new(inner.x + column, inner.y + row));
    }
}
