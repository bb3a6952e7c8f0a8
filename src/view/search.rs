//! What is searched for, on the screen: the line in which it is typed, how many rows hold it, and the marks in them.
//!
//! It looks at lines that are drawn from masked text and at nothing else: a revealed value is painted without a line, so it
//! cannot be found. Tested: `tests/screens_search.rs`.

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::{Frame, answer, ink, overlay, palette, profiles};
use crate::app::search::{Place, Search};
use crate::app::state::State;
use crate::secret::{MASK, Masked};
use crate::text::{clean, cut, places};

/// The rows of a place that hold what is searched for there, by their number from the top.
pub(super) fn found(area: Rect, state: &State) -> Vec<usize> {
    let Some(place) = state.search_place() else { return Vec::new() };
    let Some(search) = state.search(place) else { return Vec::new() };
    let lines = match place {
        Place::History => return (0..state.history.count()).collect(),
        Place::Profiles => profiles::all_rows(state, usize::from(area.width)),
        Place::Answer => answer::lines(state, usize::from(area.width)),
        Place::Overlay(_) => overlay::lines(state, area),
    };
    let wanted = search.wanted();
    let holds = |line: &Line<'_>| !places(&whole(line), wanted.text()).is_empty();
    lines.iter().enumerate().filter(|(_, line)| holds(line)).map(|(row, _)| row).collect()
}

fn whole(line: &Line<'_>) -> String {
    line.spans.iter().map(|span| span.content.as_ref()).collect()
}

/// Marks what is searched for in the rows of a list.
pub(super) fn mark(rows: Vec<Line<'static>>, state: &State, place: Place) -> Vec<Line<'static>> {
    mark_but(rows, state, place, None)
}

/// Marks what is searched for in a text, of which these are the lines from one on, and where the search is.
pub(super) fn mark_text(
    lines: Vec<Line<'static>>,
    first: usize,
    state: &State,
    place: Place,
) -> Vec<Line<'static>> {
    let now = state.search(place).and_then(|search| search.row.checked_sub(first));
    mark_but(lines, state, place, now)
}

fn mark_but(
    lines: Vec<Line<'static>>,
    state: &State,
    place: Place,
    now: Option<usize>,
) -> Vec<Line<'static>> {
    let Some(search) = state.search(place) else { return lines };
    let wanted = search.wanted();
    let marked = |(row, line): (usize, Line<'static>)| {
        let style = if Some(row) == now { palette::found_now() } else { palette::found() };
        mark_line(line, wanted.text(), style)
    };
    lines.into_iter().enumerate().map(marked).collect()
}

fn mark_line(line: Line<'static>, wanted: &str, style: Style) -> Line<'static> {
    let ranges = places(&whole(&line), wanted);
    if ranges.is_empty() {
        return line;
    }
    let mut edges: Vec<usize> = ranges.iter().flat_map(|range| [range.start, range.end]).collect();
    edges.push(usize::MAX);
    let mut out = Line { spans: Vec::new(), ..line };
    let mut at = 0;
    for span in line.spans {
        let (start, end) = (at, at + span.content.len());
        while at < end {
            let until = edges.iter().copied().find(|edge| *edge > at).unwrap_or(end).min(end);
            let part = span.content.get(at - start..until - start).unwrap_or_default().to_owned();
            let is_in = ranges.iter().any(|range| range.contains(&at));
            out.push_span(Span::styled(part, if is_in { over(span.style, style) } else { span.style }));
            at = until;
        }
    }
    out
}

/// What was found within the start of the row under the cursor, which is reversed itself, is not.
fn over(around: Style, style: Style) -> Style {
    let is_reversed = around.add_modifier.contains(Modifier::REVERSED);
    around.patch(if is_reversed { palette::found_under_cursor() } else { style })
}

/// Draws the line of a search over the bottom row of an area, where there is one.
pub(super) fn line(frame: &mut Frame<'_>, area: Rect, state: &State, place: Place) {
    let Some(search) = state.search(place).filter(|_| area.height > 0 && area.width > 0) else { return };
    let row = Rect { y: area.bottom() - 1, height: 1, ..area };
    let told = count(state, place, search);
    let room = usize::from(row.width).saturating_sub(told.width() + 2);
    let (shown, column) = if state.stage.on { unseen(search) } else { typed(search, room) };
    let mark = Span::styled("/", palette::key());
    frame.clear(row);
    ink::draw(frame, row, [Line::from(vec![mark, Span::raw(shown), Span::styled(told, palette::label())])]);
    if state.is_typing_search() && state.search_place() == Some(place) {
        let column = u16::try_from(column + 1).unwrap_or_default().min(row.width - 1);
        frame.set_cursor_position(Position::new(row.x + column, row.y));
    }
}

/// What is typed on stage may be an id, and is seen as a mask.
fn unseen(search: &Search) -> (String, usize) {
    let shown = if search.typed.is_empty() { String::new() } else { MASK.to_owned() };
    (shown.clone(), shown.width())
}

/// What was typed as far as there is room, its end first, and the column of the cursor. A card number is masked as anywhere.
fn typed(search: &Search, room: usize) -> (String, usize) {
    let whole = Masked::typed(&search.typed);
    if whole.plain().is_none() {
        let shown = cut(&whole.text(), room);
        return (shown.clone(), shown.width());
    }
    let (before, behind) = search.cursor.split(&search.typed);
    let (before, behind) = (clean(before), clean(behind));
    let mut start = before.as_str();
    while start.width() + 1 > room && !start.is_empty() {
        let mut chars = start.chars();
        chars.next();
        start = chars.as_str();
    }
    (cut(&format!("{start}{behind}"), room), start.width())
}

/// `3 of 17`, as far as it was looked.
fn count(state: &State, place: Place, search: &Search) -> String {
    if search.typed.is_empty() {
        return String::new();
    }
    if place == Place::History {
        return history_count(state);
    }
    if state.search_place() != Some(place) {
        return String::new();
    }
    let found = &state.seen.found;
    match found.iter().position(|row| *row == search.row) {
        _ if found.is_empty() => "  no match".into(),
        Some(at) => format!("  {} of {}", at + 1, found.len()),
        None => format!("  {} found", found.len()),
    }
}

fn history_count(state: &State) -> String {
    let history = &state.history;
    let Some(narrowed) = &history.narrowed else { return String::new() };
    let rows = narrowed.count();
    let more = if narrowed.next.is_some() { "+" } else { "" };
    match (rows, narrowed.looking) {
        (0, true) => "  looking".into(),
        (0, false) => "  no match".into(),
        (_, true) => format!("  {} of {rows}{more}, looking", history.cursor + 1),
        (_, false) => format!("  {} of {rows}{more}", history.cursor + 1),
    }
}
