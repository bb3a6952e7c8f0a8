//! What lies over the panes.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};
use unicode_width::UnicodeWidthStr;

use super::{browse, compare, copy, findings, layout, palette, probe, profiles, spans};
use crate::app::intent::Intent;
use crate::app::overlay::{Confirm, Overlay, Preview};
use crate::app::state::State;
use crate::domain::profile::Profile;
use crate::keymap::{self, Mode};
use crate::ports::ExportForm;
use crate::secret::{Masked, Piece};
use crate::text;

/// Rows that header, footer, notice and the frame of an overlay take.
const FRAME_ROWS: u16 = 5;

/// Columns of a dialog.
const DIALOG: u16 = 58;

/// Columns before what a key does.
const HELP_INDENT: usize = 18;

pub(super) fn draw(frame: &mut Frame<'_>, state: &State) {
    match state.overlays.last() {
        Some(Overlay::Help { scroll }) => help(frame, state, *scroll),
        Some(Overlay::Profiles { cursor }) => pick(frame, state, *cursor),
        Some(Overlay::Confirm(confirm)) => ask(frame, state, confirm),
        Some(Overlay::CancelAsk) => cancel_ask(frame),
        Some(Overlay::Export(preview)) => export(frame, preview),
        Some(Overlay::CopyMenu { cursor }) => copy::menu(frame, *cursor),
        Some(Overlay::Fields(list)) => copy::fields(frame, list),
        Some(Overlay::Compare(comparison)) => compare::paste(frame, state, comparison),
        Some(Overlay::Findings(list)) => findings::list(frame, list),
        Some(Overlay::Differences(list)) => findings::differences(frame, list),
        Some(Overlay::Finding { item, scroll }) => findings::whole(frame, item, *scroll),
        Some(Overlay::Probe(it)) => probe::draw(frame, state, it),
        Some(Overlay::Report) => browse::draw(frame, &state.browse),
        None => {}
    }
}

/// Clears a box in the middle, draws its frame, and returns the room within. The header stays free.
pub(super) fn open(frame: &mut Frame<'_>, width: u16, height: u16, title: &str, style: Style) -> Rect {
    let whole = frame.area();
    let body = Rect { y: whole.y + 1, height: whole.height.saturating_sub(3), ..whole };
    let area = layout::middle(body, width, height);
    let block = Block::bordered().border_style(style).title(Line::styled(format!(" {title} "), style));
    let inner = block.inner(area);
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    inner
}

fn pick(frame: &mut Frame<'_>, state: &State, cursor: usize) {
    let rows = u16::try_from(state.profiles.len() + 2).unwrap_or(u16::MAX);
    let inner = open(frame, 66, rows, "Switch to profile", palette::focus());
    frame.render_widget(Paragraph::new(profiles::rows(state, inner, Some(cursor))), inner);
}

fn ask(frame: &mut Frame<'_>, state: &State, confirm: &Confirm) {
    let Some(profile) = state.profile() else { return };
    let inner = open(frame, DIALOG, 12, "PRODUCTION", palette::environment(profile.environment(), true));
    let mut lines = question(profile, confirm, usize::from(inner.width));
    let row = u16::try_from(lines.len()).unwrap_or_default();
    let typed = text::cut(&text::clean(&confirm.typed), usize::from(inner.width).saturating_sub(3));
    lines.push(Line::from(format!("> {typed}")));
    let wrong = Line::styled("These are not the words. Nothing was sent.", palette::bad());
    lines.push(if confirm.wrong { wrong } else { Line::styled("Esc sends nothing.", palette::quiet()) });
    frame.render_widget(Paragraph::new(lines), inner);
    let (before, _) = confirm.cursor.split(&confirm.typed);
    let column = u16::try_from(text::clean(before).width() + 2).unwrap_or_default();
    let column = column.min(inner.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(inner.x + column, inner.y + row));
}

fn question(profile: &Profile, confirm: &Confirm, width: usize) -> Vec<Line<'static>> {
    let shown = |text: &str| Masked::typed(text).text();
    let (host, merchant) = (shown(&profile.endpoint.authority()), shown(&profile.merchant_id));
    let what = format!(
        "This sends to {host} as merchant {merchant}. Each fetch may mint a cryptogram for a real card."
    );
    let mut lines: Vec<Line<'_>> = spans::wrap(&what, width).into_iter().map(Line::from).collect();
    let row = |name, value: &str| spans::field(name, 11, &Masked::typed(value), Style::new());
    lines.push(row("reference", confirm.request.card_reference()));
    lines.push(row("customer_id", confirm.request.customer_id()));
    lines.push(Line::default());
    let words = Span::styled(shown(&profile.confirmation()), palette::heading());
    lines.push(Line::from(vec![Span::raw("Type "), words, Span::raw(" and press Enter:")]));
    lines
}

fn cancel_ask(frame: &mut Frame<'_>) {
    let inner = open(frame, DIALOG, 5, "Cancel the call?", palette::bad());
    let sentence = "The server may process it all the same and mint a cryptogram that nobody sees. Enter cancels, Esc waits on.";
    let lines: Vec<Line<'_>> =
        spans::wrap(sentence, usize::from(inner.width)).into_iter().map(Line::from).collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn export(frame: &mut Frame<'_>, preview: &Preview) {
    let title = match preview.form {
        ExportForm::Markdown => "Export as Markdown: Enter writes it, f for JSON",
        ExportForm::Json => "Export as JSON: Enter writes it, f for Markdown",
    };
    let inner = open(frame, 100, u16::MAX, title, palette::focus());
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

fn help(frame: &mut Frame<'_>, state: &State, scroll: usize) {
    let inner = open(frame, DIALOG, u16::MAX, "Keys here", palette::focus());
    super::scrolled(frame, inner, help_lines(state), scroll);
}

fn help_lines(state: &State) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled(format!("In {}", state.focus.title()), palette::heading())];
    for it in keymap::bindings(Mode::Pane(state.focus)) {
        lines.push(binding(it));
        let off = state.probe_offer().err().filter(|_| it.intent == Intent::Probe);
        let width = usize::from(DIALOG) - HELP_INDENT - 2;
        let why = off.into_iter().flat_map(|reason| spans::wrap(reason, width));
        lines.extend(why.map(|line| Line::styled(format!("{:HELP_INDENT$}{line}", ""), palette::quiet())));
    }
    lines.extend([Line::default(), Line::styled("While editing a field", palette::heading())]);
    lines.extend(keymap::bindings(Mode::Field).map(binding));
    lines
}

/// How far the overlay on top can be scrolled on a screen of this area.
pub(super) fn scroll_limit(area: Rect, state: &State) -> usize {
    let rows = match state.overlays.last() {
        Some(Overlay::Help { .. }) => help_lines(state).len(),
        Some(Overlay::Export(preview)) => text_lines(&preview.text).len(),
        Some(Overlay::Finding { item, .. }) => findings::lines(item, findings::width(area)).len(),
        Some(Overlay::Report) => browse::rows(area, &state.browse),
        _ => 0,
    };
    rows.saturating_sub(usize::from(area.height.saturating_sub(FRAME_ROWS)))
}

fn binding(binding: &keymap::Binding) -> Line<'static> {
    let keys: Vec<String> = binding.keys.iter().map(|key| key.label()).collect();
    Line::from(vec![
        Span::styled(format!("{:>16}  ", keys.join(" ")), palette::key()),
        Span::raw(binding.label),
    ])
}
