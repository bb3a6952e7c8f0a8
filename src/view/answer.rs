//! The answer pane: verdict first, then what was revealed, then the fields or the raw masked JSON.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{
    Frame, fields, findings, ink, palette, pane_edge, reveal, search, spans, stopwatch, timing, trail,
    welcome,
};
use crate::app::call::{Call, Flight, Record};
use crate::app::intent::{Intent, Pane};
use crate::app::search::Place;
use crate::app::state::{Revealed, State};
use crate::app::why::sealed;
use crate::domain::exchange::{Exchange, Outcome};
use crate::report;
use crate::secret::{Grant, Masked, Node};

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    let edge = pane_edge(Pane::Answer, state, &title(state));
    let inner = edge.inner(area);
    edge.draw(frame, area);
    match &state.call {
        Call::Idle if state.settings.welcome => {
            ink::draw(frame, inner, welcome::lines(state, inner.width));
        }
        Call::Idle => ink::draw(frame, inner, idle(state, inner.width)),
        Call::InFlight(flight) => {
            ink::draw(frame, inner, in_flight(state, flight, inner.width));
        }
        Call::Ended(record) => ended(frame, inner, state, record),
    }
}

/// The call's number, profile and time: what was really sent, whatever is selected now.
fn title(state: &State) -> String {
    let Some(sent) = state.call.sent() else { return String::new() };
    let utc = sent.at.utc();
    let time = utc.split_once('T').map_or("", |(_, time)| time);
    format!(" #{} {} {time}", sent.number, sent.profile.text())
}

fn idle(state: &State, width: u16) -> Vec<Line<'static>> {
    let profile = state.profile().map(|profile| Masked::typed(&profile.name).text()).unwrap_or_default();
    let key = |intent| state.key(intent);
    let (form, edit, send) = (key(Intent::Focus(Pane::Request)), key(Intent::Open), key(Intent::Send));
    let sentence = format!(
        "No answer yet. Fill in the request ({form}, then {edit}); {send} sends it on profile {profile}."
    );
    spans::wrap(&sentence, usize::from(width))
        .into_iter()
        .map(|line| Line::styled(line, palette::quiet()))
        .collect()
}

fn in_flight(state: &State, flight: &Flight, width: u16) -> Vec<Line<'static>> {
    let elapsed = state.now.since(flight.started);
    let tenths = elapsed.subsec_millis() / 100;
    let clock = format!(" {} {}.{tenths} s", spinner(tenths), elapsed.as_secs());
    let mut lines = vec![Line::from(vec![Span::styled(" SENDING ", palette::selected()), Span::raw(clock)])];
    let sentence = format!(
        "To {} as merchant {}. {} cancels; the server may then have processed the call all the same.",
        flight.sent.host.text(),
        flight.sent.merchant_id.text(),
        state.key(Intent::Back)
    );
    lines.extend(spans::wrap(&sentence, usize::from(width)).into_iter().map(Line::from));
    lines
}

/// Turns with the clock beside it, so that it wakes nobody by itself.
fn spinner(tenths: u32) -> char {
    match tenths % 4 {
        0 => '|',
        1 => '/',
        2 => '-',
        _ => '\\',
    }
}

fn ended(frame: &mut Frame<'_>, inner: Rect, state: &State, record: &Record) {
    let width = usize::from(inner.width);
    let mut area = inner;
    let mut text = Text::of(state, record, width);
    if let (Some((what, grant)), Some(answer)) = (revealed(state), record.answer()) {
        // What was asked for stands on top, so that it is on the screen whatever its size.
        text.verdict.truncate(1);
        ink::draw(frame, area, std::mem::take(&mut text.verdict));
        area = reveal::draw(
            frame,
            reveal::below(area, 1),
            answer,
            what,
            (grant, state.now),
            &state.key(Intent::Mask),
        );
    }
    let height = usize::from(area.height);
    let first = state.answer.scroll.min(text.rows().saturating_sub(height));
    let lines = search::mark_text(text.window(first..first + height), first, state, Place::Answer);
    ink::draw(frame, area, lines);
}

/// The lines that are scrolled: what is revealed is painted above them and is none.
pub(super) fn lines(state: &State, width: usize) -> Vec<Line<'static>> {
    let Some(record) = state.record() else { return Vec::new() };
    let mut text = Text::of(state, record, width);
    if revealed(state).is_some() {
        text.verdict.clear();
    }
    text.window(0..usize::MAX)
}

/// How far the answer can be scrolled in this room.
pub(super) fn scroll_limit(inner: Rect, state: &State) -> usize {
    let width = usize::from(inner.width);
    let rows = state.record().map_or(0, |record| Text::of(state, record, width).rows());
    rows.saturating_sub(usize::from(inner.height))
}

/// What is scrolled. The raw JSON may have thousands of lines, so they are counted, and those on the screen are built.
struct Text<'a> {
    verdict: Vec<Line<'static>>,
    body: Vec<Line<'static>>,
    raw: Option<&'a Node>,
}

impl<'a> Text<'a> {
    fn of(state: &State, record: &'a Record, width: usize) -> Self {
        let raw = record.exchange().filter(|_| state.answer.raw).and_then(tree);
        let body = body(state, record, width);
        Self { verdict: verdict(state, record, width), body, raw }
    }

    fn rows(&self) -> usize {
        self.verdict.len() + self.body.len() + self.raw.map_or(0, report::raw_rows)
    }

    fn window(self, wanted: Range<usize>) -> Vec<Line<'static>> {
        let built = self.verdict.len() + self.body.len();
        let of_raw = wanted.start.saturating_sub(built)..wanted.end.saturating_sub(built);
        let raw = self.raw.map(|tree| report::raw_window(tree, of_raw)).unwrap_or_default();
        let built = self.verdict.into_iter().chain(self.body).take(wanted.end).skip(wanted.start);
        built.chain(raw.iter().map(raw_line)).collect()
    }
}

/// The verdict's word, its sentence and what to do next.
fn verdict(state: &State, record: &Record, width: usize) -> Vec<Line<'static>> {
    let judgement = &record.judgement;
    let status = record.exchange().map(|exchange| format!("  HTTP {}", exchange.status)).unwrap_or_default();
    let word = format!(" {} ", judgement.verdict.word());
    let badge = Span::styled(word, palette::verdict(judgement.verdict));
    let mut lines = vec![Line::from(vec![badge, Span::styled(status, palette::label())])];
    lines.extend(spans::wrapped(&judgement.finding.meaning, palette::heading(), width));
    lines.extend(spans::wrapped(&judgement.finding.action, Style::new(), width));
    lines.extend(stopwatch::production_calls(state));
    lines.push(Line::default());
    lines.extend(findings::below(judgement, width));
    lines
}

/// All but the verdict and the raw JSON.
fn body(state: &State, record: &Record, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if state.answer.timing {
        lines.extend(trail::lines(state, record, width));
        lines.extend(timing::lines(state, record, width));
    }
    match record.exchange() {
        Some(exchange) if state.answer.raw && tree(exchange).is_some() => {}
        Some(_) if state.answer.raw => lines.push(Line::styled(
            "The body is no JSON object, so there is nothing to show of it.",
            palette::quiet(),
        )),
        _ => lines.extend(told(state, record, width)),
    }
    lines
}

/// The fields of what came, or what was sent where nothing readable did.
fn told(state: &State, record: &Record, width: usize) -> Vec<Line<'static>> {
    match record.exchange().map(|exchange| &exchange.outcome) {
        Some(Outcome::Answered(answer)) => {
            fields::answer(answer, &state.stage, width, &hints(state), stopwatch::lines(state, record, width))
        }
        Some(Outcome::Refused(refusal)) => {
            fields::refusal(refusal, width).into_iter().chain(fields::sent(&record.sent, width)).collect()
        }
        Some(Outcome::Unreadable(_)) | None => fields::sent(&record.sent, width),
    }
}

/// What stands beside the masked cryptogram and the personal fields: the key that shows them, or why none does.
fn hints(state: &State) -> fields::Hints {
    match sealed(state) {
        Some((why, _)) => fields::Hints { cryptogram: format!("  {why}"), personal: String::new() },
        None => fields::Hints {
            cryptogram: format!("  {} reveals it", state.key(Intent::Reveal)),
            personal: format!("  {} shows it", state.key(Intent::Identity)),
        },
    }
}

/// The masked body, where it can be shown as JSON.
fn tree(exchange: &Exchange) -> Option<&Node> {
    match &exchange.outcome {
        Outcome::Answered(answer) => Some(&answer.tree),
        Outcome::Refused(refusal) => refusal.tree.as_ref(),
        Outcome::Unreadable(_) => None,
    }
}

fn raw_line(raw: &report::RawLine) -> Line<'static> {
    let mut line = Line::from(Span::raw("  ".repeat(raw.indent)));
    if let Some(name) = &raw.name {
        line.push_span(Span::styled("\"", palette::label()));
        line.extend(spans::of(name, palette::label()));
        line.push_span(Span::styled("\": ", palette::label()));
    }
    line.extend(spans::of(&raw.value, Style::new()));
    line
}

/// What is revealed now and by which grant.
fn revealed(state: &State) -> Option<(Revealed, &Grant)> {
    [Revealed::Cryptogram, Revealed::Identity]
        .into_iter()
        .find_map(|what| state.grant(what).map(|grant| (what, grant)))
}
