//! What lies over the panes.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::edge::Edge;
use super::{
    Frame, browse, commands, compare, copy, findings, form, help, ink, layout, palette, probe, profiles,
    purge, search, spans,
};
use crate::app::intent::Intent;
use crate::app::line::Cursor;
use crate::app::overlay::{Confirm, Overlay, Preview};
use crate::app::search::Place;
use crate::app::stage::Kind;
use crate::app::state::State;
use crate::domain::profile::Profile;
use crate::ports::ExportForm;
use crate::secret::{Masked, Piece};
use crate::text;

/// Rows that header, footer, notice and the frame of an overlay take.
const FRAME_ROWS: u16 = 5;

/// Columns of a dialog.
const DIALOG: u16 = 58;

/// Columns of the profiles to pick from.
const PICKER: u16 = 66;

pub(super) fn draw(frame: &mut Frame<'_>, state: &State) {
    match state.overlays.last() {
        Some(Overlay::Help { scroll }) => help::draw(frame, state, *scroll),
        Some(Overlay::Profiles { cursor }) => pick(frame, state, *cursor),
        Some(Overlay::Confirm(confirm)) => ask(frame, state, confirm),
        Some(Overlay::Purge(purging)) => purge::ask(frame, state, purging),
        Some(Overlay::CancelAsk) => cancel_ask(frame),
        Some(Overlay::Export(preview)) => export(frame, state, preview),
        Some(Overlay::CopyMenu { cursor }) => copy::menu(frame, state, *cursor),
        Some(Overlay::Fields(list)) => copy::fields(frame, state, list),
        Some(Overlay::Compare(comparison)) => compare::paste(frame, state, comparison),
        Some(Overlay::Findings(list)) => findings::list(frame, state, list),
        Some(Overlay::Differences(list)) => findings::differences(frame, state, list),
        Some(Overlay::Finding { item, scroll }) => findings::whole(frame, state, item, *scroll),
        Some(Overlay::Palette(it)) => commands::draw(frame, state, it),
        Some(Overlay::Probe(it)) => probe::draw(frame, state, it),
        Some(Overlay::Report) => browse::draw(frame, state),
        None => {}
    }
}

/// Clears a box in the middle, draws its frame, and returns the room within. The header stays free.
pub(super) fn open(frame: &mut Frame<'_>, width: u16, height: u16, title: &str, style: Style) -> Rect {
    let whole = frame.area();
    let body = Rect { y: whole.y + 1, height: whole.height.saturating_sub(3), ..whole };
    let area = layout::middle(body, width, height);
    let edge = Edge { style, title: format!(" {title} "), bottom: None, is_line: true };
    let inner = edge.inner(area);
    frame.clear(area);
    edge.draw(frame, area);
    inner
}

fn pick(frame: &mut Frame<'_>, state: &State, cursor: usize) {
    let rows = u16::try_from(state.profiles.len() + 2).unwrap_or(u16::MAX);
    let inner = open(frame, PICKER, rows, "Switch to profile", palette::focus());
    let rows = mark(profiles::rows(state, inner, Some(cursor)), state);
    ink::draw(frame, inner, rows);
}

fn ask(frame: &mut Frame<'_>, state: &State, confirm: &Confirm) {
    let Some(profile) = state.profile() else { return };
    let inner = open(frame, DIALOG, 12, "PRODUCTION", palette::environment(profile.environment(), true));
    let mut lines = question(state, profile, confirm, usize::from(inner.width));
    let row = u16::try_from(lines.len()).unwrap_or_default();
    let (typed, column) = answer_line(state, &confirm.typed, confirm.cursor, inner.width);
    lines.push(typed);
    let wrong = Line::styled("These are not the words. Nothing was sent.", palette::bad());
    lines.push(if confirm.wrong { wrong } else { Line::styled("Esc sends nothing.", palette::quiet()) });
    ink::draw(frame, inner, lines);
    frame.set_cursor_position(Position::new(inner.x + column, inner.y + row));
}

/// A line that is typed, and the column of the cursor in it; on stage nobody sees what it is.
pub(super) fn answer_line(state: &State, typed: &str, cursor: Cursor, width: u16) -> (Line<'static>, u16) {
    let (line, column) = if state.stage.on {
        form::unseen("> ", typed)
    } else {
        let shown = text::cut(&text::clean(typed), usize::from(width).saturating_sub(3));
        let (before, _) = cursor.split(typed);
        (Line::from(format!("> {shown}")), text::clean(before).width())
    };
    let column = u16::try_from(column + 2).unwrap_or_default();
    (line, column.min(width.saturating_sub(1)))
}

/// `Type prod acme`; on stage the merchant id is not shown, and who sends has to know it.
pub(super) fn words(state: &State, profile: &Profile, rest: &'static str) -> Line<'static> {
    let words = Masked::typed(&profile.confirmation()).text();
    let [words, rest] = if state.stage.on {
        ["prod and the merchant id (not shown)".to_owned(), ", then Enter:".to_owned()]
    } else {
        [words, rest.to_owned()]
    };
    Line::from(vec![Span::raw("Type "), Span::styled(words, palette::heading()), Span::raw(rest)])
}

fn question(state: &State, profile: &Profile, confirm: &Confirm, width: usize) -> Vec<Line<'static>> {
    let host = Masked::typed(&profile.endpoint.authority()).text();
    let merchant = state.stage.shown(Kind::Merchant, &profile.merchant_id).text();
    let what = format!(
        "This sends to {host} as merchant {merchant}. Each fetch may mint a cryptogram for a real card."
    );
    let mut lines: Vec<Line<'_>> = spans::wrap(&what, width).into_iter().map(Line::from).collect();
    let row = |name, kind, value: &str| spans::field(name, 11, &state.stage.shown(kind, value), Style::new());
    lines.push(row("reference", Kind::Card, confirm.request.card_reference()));
    lines.push(row("customer_id", Kind::Customer, confirm.request.customer_id()));
    lines.push(Line::default());
    lines.push(words(state, profile, " and press Enter:"));
    lines
}

fn cancel_ask(frame: &mut Frame<'_>) {
    let inner = open(frame, DIALOG, 5, "Cancel the call?", palette::bad());
    let sentence = "The server may process it all the same and mint a cryptogram that nobody sees. Enter cancels, Esc waits on.";
    let lines: Vec<Line<'_>> =
        spans::wrap(sentence, usize::from(inner.width)).into_iter().map(Line::from).collect();
    ink::draw(frame, inner, lines);
}

fn export(frame: &mut Frame<'_>, state: &State, preview: &Preview) {
    let (form, other) = match preview.form {
        ExportForm::Markdown => ("Markdown", "JSON"),
        ExportForm::Json => ("JSON", "Markdown"),
    };
    let ids = if state.stage.on { " with pseudonyms" } else { "" };
    let key = state.dialog_key(Intent::ExportForm);
    let title = format!("Export as {form}{ids}: Enter writes it, {key} for {other}");
    let inner = open(frame, 100, u16::MAX, &title, palette::focus());
    super::scrolled(frame, inner, text_lines(&preview.text), preview.scroll);
}

/// A report as lines; its line breaks are the report's own, since text from outside has none left.
fn text_lines(text: &Masked) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut line = Line::default();
    for piece in text.pieces() {
        match piece {
            Piece::Mask => line.extend(spans::of(&Masked::hidden(), Style::new())),
            Piece::Text(text) => {
                let mut parts = text.split('\n');
                line.push_span(Span::raw(parts.next().unwrap_or_default().to_owned()));
                for part in parts {
                    lines.push(std::mem::take(&mut line));
                    line.push_span(Span::raw(part.to_owned()));
                }
            }
        }
    }
    lines.push(line);
    lines
}

/// How far the overlay on top can be scrolled on a screen of this area.
pub(super) fn scroll_limit(area: Rect, state: &State) -> usize {
    let rows = match state.overlays.last() {
        Some(Overlay::Help { .. }) => help::lines(state, area).len(),
        Some(Overlay::Export(preview)) => text_lines(&preview.text).len(),
        Some(Overlay::Finding { item, .. }) => findings::lines(item, findings::width(area)).len(),
        Some(Overlay::Report) => browse::rows(area, &state.browse),
        _ => 0,
    };
    rows.saturating_sub(usize::from(text_rows(area)))
}

/// Rows of a text that fills an overlay on a screen of this area.
pub(super) fn text_rows(area: Rect) -> u16 {
    area.height.saturating_sub(FRAME_ROWS)
}

/// All lines of the overlay on top that can be searched.
pub(super) fn lines(state: &State, area: Rect) -> Vec<Line<'static>> {
    let inner = |width: u16| usize::from(width.min(area.width).saturating_sub(2));
    match state.overlays.last() {
        Some(Overlay::Help { .. }) => help::lines(state, area),
        Some(Overlay::Profiles { .. }) => profiles::all_rows(state, inner(PICKER)),
        Some(Overlay::Fields(list)) => copy::all_rows(list, area),
        Some(Overlay::Findings(list)) => findings::all_rows(&list.items, area),
        Some(Overlay::Differences(list)) => findings::all_rows(&list.items, area),
        Some(Overlay::Finding { item, .. }) => findings::lines(item, findings::width(area)),
        _ => Vec::new(),
    }
}

/// Marks what is searched for in the rows of the list on top.
pub(super) fn mark(rows: Vec<Line<'static>>, state: &State) -> Vec<Line<'static>> {
    search::mark(rows, state, Place::Overlay(state.overlays.len()))
}

/// Marks it in the text on top.
pub(super) fn mark_text(lines: Vec<Line<'static>>, state: &State) -> Vec<Line<'static>> {
    search::mark_text(lines, 0, state, Place::Overlay(state.overlays.len()))
}
