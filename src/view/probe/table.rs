//! The table of a probe: a row for the refused call, and one for each call that changes an input of it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::probe::{Probe, Stage};
use crate::diagnosis::probe::Input;
use crate::domain::history::Verdict;
use crate::secret::Masked;
use crate::view::{layout, palette, spans};

/// What stands where a row has the input of the refused call.
const SAME: &str = "=";

/// A column and how wide it is.
struct Column {
    title: &'static str,
    width: usize,
    /// Whether it may be cut where there is no room.
    yields: bool,
}

/// The columns: the ids are as wide as they are while there is room; where there is none, the widest yields first.
fn columns(rows: &[Vec<Line<'static>>], routes: bool, width: usize) -> Vec<Column> {
    let fixed = |title, width| Column { title, width, yields: false };
    let id = |title| Column { title, width: 0, yields: true };
    let mut all = vec![fixed("call", 4), id("profile"), id("merchant"), id("customer"), id("submerchant")];
    all.extend(routes.then(|| id("routing")));
    all.extend([fixed("reference", 12), fixed("outcome", 10), fixed("HTTP", 4)]);
    for (place, column) in all.iter_mut().enumerate().filter(|(_, column)| column.yields) {
        let cells = rows.iter().filter_map(|row| row.get(place)).map(Line::width);
        column.width = cells.max().unwrap_or_default().max(column.title.len());
    }
    let room = width.saturating_sub(all.len() - 1);
    for _ in room..all.iter().map(|column| column.width).sum() {
        if let Some(widest) = all.iter_mut().filter(|column| column.yields).max_by_key(|it| it.width) {
            widest.width = widest.width.saturating_sub(1);
        }
    }
    all
}

/// Titles, and the rows around the cursor that fit.
pub(super) fn lines(probe: &Probe, width: usize, room: usize) -> Vec<Line<'static>> {
    let routes = probe.plan.calls.iter().any(|call| call.input == Input::Routing);
    let rows: Vec<_> = (0..probe.rows()).map(|place| cells(probe, place, routes)).collect();
    let columns = columns(&rows, routes, width);
    let titles =
        columns.iter().map(|column| Line::from(Span::styled(column.title, palette::label()))).collect();
    let mut lines = vec![row(titles, &columns)];
    let shown = room.saturating_sub(1);
    let first = layout::first_row(probe.cursor, shown);
    let handle = columns.iter().take(2).map(|column| column.width + 1).sum();
    for (place, cells) in rows.into_iter().enumerate().skip(first).take(shown) {
        let line = spans::fit(row(cells, &columns), width);
        lines.push(if place == probe.cursor { spans::under_cursor(line, handle) } else { line });
    }
    lines
}

fn row(cells: Vec<Line<'static>>, columns: &[Column]) -> Line<'static> {
    let mut line = Line::default();
    for (place, (cell, column)) in cells.into_iter().zip(columns).enumerate() {
        if place > 0 {
            line.push_span(Span::raw(" "));
        }
        line.extend(spans::fit(cell, column.width));
    }
    line
}

/// The cells of a row; the first is the refused call.
fn cells(probe: &Probe, place: usize, routes: bool) -> Vec<Line<'static>> {
    let Some(inputs) = probe.row(place) else { return Vec::new() };
    let base = place == 0;
    let own = &probe.plan.base;
    let cell = |value: Masked, same: bool| {
        if same && !base {
            Line::from(Span::styled(SAME, palette::quiet()))
        } else {
            Line::from(spans::of(&value, Style::new()))
        }
    };
    let name = Masked::typed(&inputs.profile.name);
    let mut cells =
        vec![Line::from(number(probe, place)), cell(name, inputs.profile.name == own.profile.name)];
    let mut ids = vec![Input::Merchant, Input::Customer, Input::Submerchant];
    ids.extend(routes.then_some(Input::Routing));
    cells.extend(
        ids.into_iter().map(|input| cell(inputs.shown(input), inputs.shown(input) == own.shown(input))),
    );
    cells.push(cell(Masked::ours(inputs.form.word()), inputs.form == own.form));
    cells.extend(outcome(probe, place));
    cells
}

/// The number of the call; its place in the plan while there is none.
fn number(probe: &Probe, place: usize) -> String {
    let (refused, _) = probe.refused;
    match place.checked_sub(1) {
        None => format!("#{refused}"),
        Some(at) => match probe.tried.get(at) {
            Some(it) => format!("#{}", it.number),
            // Beside the numbers of calls, places of the plan would be taken for such.
            None if probe.tried.is_empty() => format!("{place}."),
            None => String::new(),
        },
    }
}

/// Verdict and HTTP status of a row, as far as it has them.
fn outcome(probe: &Probe, place: usize) -> [Line<'static>; 2] {
    let (_, refused) = probe.refused;
    let told = match place.checked_sub(1) {
        None => Some((Verdict::Refused, refused)),
        Some(at) => probe.tried.get(at).map(|it| (it.verdict, it.status)),
    };
    let quiet = |word: &'static str| [Line::from(Span::styled(word, palette::quiet())), Line::default()];
    match told {
        Some((verdict, status)) => {
            let word = Line::from(Span::styled(verdict.word(), palette::verdict_word(verdict)));
            [word, Line::from(status.map_or_else(String::new, |status| status.to_string()))]
        }
        None if probe.is_running() && place == probe.tried.len() + 1 => quiet("SENDING"),
        None if matches!(probe.stage, Stage::Ended { .. }) => quiet("not sent"),
        None => quiet(""),
    }
}
