//! The isolation probe: what is about to happen or has, above and below the table of its calls.

mod table;

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Frame, ink, overlay, palette, spans};
use crate::app::intent::{Intent, Probing};
use crate::app::probe::{Probe, Stage};
use crate::app::stage::Kind;
use crate::app::state::State;
use crate::diagnosis::probe::{Conclusion, Input, Inputs, LeftOut, Why};
use crate::domain::profile::Profile;
use crate::secret::Masked;

/// Columns of the overlay.
const WIDTH: u16 = 116;

/// Columns and rows of its frame.
const FRAME: u16 = 2;

/// Rows of the table that are shown whatever else there is to say.
const LEAST_ROWS: usize = 4;

/// Lines about what is left out; the rest is cut.
const LEFT_OUT: usize = 3;

pub(super) fn draw(frame: &mut Frame<'_>, state: &State, probe: &Probe) {
    let width = usize::from(WIDTH.min(frame.area().width).saturating_sub(FRAME));
    let (head, typed) = head(state, probe, width);
    let foot = foot(probe, width);
    let rows = head.len() + 1 + probe.rows() + foot.len() + usize::from(FRAME);
    let height = u16::try_from(rows).unwrap_or(u16::MAX);
    let guarded = !probe.guarded().is_empty();
    let style = if guarded { palette::bad() } else { palette::focus() };
    let inner = overlay::open(frame, WIDTH, height, title(&probe.stage), style);
    let room = usize::from(inner.height).saturating_sub(head.len() + foot.len()).max(LEAST_ROWS);
    if let Some((row, column)) = typed {
        let column = u16::try_from(column).unwrap_or_default().min(inner.width.saturating_sub(1));
        let row = u16::try_from(row).unwrap_or_default();
        frame.set_cursor_position(Position::new(inner.x + column, inner.y + row));
    }
    let lines = [head, table::lines(probe, width, room), foot].concat();
    ink::draw(frame, Rect { width: inner.width, ..inner }, lines);
}

fn title(stage: &Stage) -> &'static str {
    match stage {
        Stage::Planned | Stage::Customer(_) => "Which input is wrong? The plan",
        Stage::Words(_) => "Which input is wrong? PRODUCTION",
        Stage::Running(_) => "Which input is wrong? Trying",
        Stage::Ended { .. } => "Which input is wrong?",
    }
}

/// The lines above the table, and row and column of the cursor where something is typed.
fn head(state: &State, probe: &Probe, width: usize) -> (Vec<Line<'static>>, Option<(usize, usize)>) {
    let mut lines = match &probe.stage {
        Stage::Planned | Stage::Customer(_) => planned(state, probe, width),
        Stage::Words(_) => words(state, probe, width),
        Stage::Running(_) => running(state, probe, width),
        Stage::Ended { conclusion, answer } => ended(conclusion, answer.as_ref(), width),
    };
    let mut place = None;
    if let Stage::Customer(line) | Stage::Words(line) = &probe.stage {
        if matches!(probe.stage, Stage::Customer(_)) {
            lines.extend(ours(
                "Another customer_id, as the ticket or the merchant has it:",
                Style::new(),
                width,
            ));
        }
        let width = u16::try_from(width).unwrap_or(u16::MAX);
        let (typed, column) = overlay::answer_line(state, &line.typed, line.cursor, width);
        place = Some((lines.len(), usize::from(column)));
        lines.push(typed);
    }
    if matches!(&probe.stage, Stage::Words(line) if line.wrong) {
        lines.push(Line::styled("These are not the words. Nothing was sent.", palette::bad()));
    }
    lines.push(Line::default());
    (lines, place)
}

fn ours(sentence: &str, style: Style, width: usize) -> Vec<Line<'static>> {
    spans::wrapped(&Masked::ours(sentence), style, width)
}

fn planned(state: &State, probe: &Probe, width: usize) -> Vec<Line<'static>> {
    let (number, _) = probe.refused;
    let calls = probe.plan.calls.len();
    if calls == 0 {
        let nothing = format!(
            "Call #{number} found no stored card, and there is nothing to put in its place: no other profile of this environment, no other id in history. {} adds a customer_id.",
            state.dialog_key(Intent::Probing(Probing::Customer))
        );
        return ours(&nothing, palette::heading(), width);
    }
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let most = probe.plan.cryptograms(probe.all);
    let until = if probe.all { "makes them all" } else { "stops at the first that answers" };
    let sentence = format!(
        "Call #{number} found no stored card. {calls} call{} at most (budget {}), each with one input changed, one after the other, to {}.",
        plural(calls),
        probe.budget,
        probe.plan.hosts().join(" and "),
    );
    let mint = format!("It {until}: at most {most} cryptogram{} may be minted.", plural(most));
    let mut lines = ours(&sentence, palette::heading(), width);
    lines.extend(ours(&mint, Style::new(), width));
    if let Some(asked) = words_to_come(state, &probe.guarded()) {
        lines.extend(ours(&asked, palette::bad(), width));
    }
    lines
}

/// What has to be typed before anything is sent.
fn words_to_come(state: &State, guarded: &[&Profile]) -> Option<String> {
    let merchant = |profile: &Profile| state.stage.shown(Kind::Merchant, &profile.merchant_id).text();
    let words = guarded.iter().map(|profile| format!("prod {}", merchant(profile)));
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| {
        format!(
            "PRODUCTION, real cards: before its first call each profile asks to type its words ({}).",
            words.join("; ")
        )
    })
}

fn words(state: &State, probe: &Probe, width: usize) -> Vec<Line<'static>> {
    let Some(call) = probe.next() else { return Vec::new() };
    let profile = &call.inputs.profile;
    let shown = |text: &str| Masked::typed(text).text();
    let left = if probe.all { probe.plan.calls.len() - probe.tried.len() } else { 1 };
    let plural = if left == 1 { "" } else { "s" };
    let sentence = format!(
        "Call {} of {} is the next, under profile {}: to {} as merchant {}. From here on at most {left} cryptogram{plural} of real cards may be minted.",
        probe.tried.len() + 1,
        probe.plan.calls.len(),
        shown(&profile.name),
        shown(&profile.endpoint.authority()),
        state.stage.shown(Kind::Merchant, &profile.merchant_id).text(),
    );
    let mut lines = ours(&sentence, palette::heading(), width);
    lines.push(overlay::words(state, profile, " and press Enter; Esc sends nothing:"));
    lines
}

fn running(state: &State, probe: &Probe, width: usize) -> Vec<Line<'static>> {
    let Some(flight) = state.call.flight() else { return Vec::new() };
    let elapsed = state.now.since(flight.started);
    let clock = format!(
        " call {} of {}, {}.{} s",
        probe.tried.len() + 1,
        probe.plan.calls.len(),
        elapsed.as_secs(),
        elapsed.subsec_millis() / 100
    );
    let mut lines = vec![Line::from(vec![Span::styled(" SENDING ", palette::selected()), Span::raw(clock)])];
    let sentence = format!(
        "To {} as merchant {}. Esc ends the run at once and sends no further call; the server may have processed this one all the same.",
        flight.sent.host.text(),
        flight.sent.merchant_id.text()
    );
    lines.extend(ours(&sentence, Style::new(), width));
    lines
}

fn ended(conclusion: &Conclusion, answer: Option<&Masked>, width: usize) -> Vec<Line<'static>> {
    let mut lines = spans::wrapped(&conclusion.meaning, palette::heading(), width);
    lines.extend(spans::wrapped(&conclusion.action, Style::new(), width));
    lines.extend(answer.into_iter().flat_map(|answer| spans::wrapped(answer, Style::new(), width)));
    let known = format!("confidence: {}; source: {}", conclusion.confidence.word(), conclusion.source);
    lines.push(Line::styled(known, palette::quiet()));
    lines
}

/// The row under the cursor in full, and what is left out.
fn foot(probe: &Probe, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    let row = probe.row(probe.cursor).map(|row| in_full(probe, row)).unwrap_or_default();
    lines.extend(spans::wrapped(&row, Style::new(), width));
    let left_out = left_out(&probe.plan.left_out, probe.plan.beyond);
    lines.extend(spans::wrapped(&left_out, palette::quiet(), width).into_iter().take(LEFT_OUT));
    lines
}

fn in_full(probe: &Probe, row: &Inputs) -> Masked {
    let base = &probe.plan.base;
    let changed = probe.cursor.checked_sub(1).and_then(|place| probe.plan.calls.get(place));
    let told = |name: &str, value: Masked| Masked::joined([Masked::ours(name), Masked::ours(" "), value]);
    let parts = match changed {
        None => [Input::Reference, Input::Customer].map(|it| told(it.name(), row.shown(it))),
        Some(call) => {
            [told(call.input.name(), row.shown(call.input)), told("in place of", base.shown(call.input))]
        }
    };
    let [first, second] = parts;
    Masked::joined([first, Masked::ours(" "), second])
}

/// Profiles by the reason why they take no part, then how many variations the budget has no call for.
fn left_out(profiles: &[LeftOut], beyond: usize) -> Masked {
    let mut reasons: Vec<Why> = Vec::new();
    for it in profiles.iter().filter(|it| it.why != Why::SameMerchant) {
        if !reasons.contains(&it.why) {
            reasons.push(it.why);
        }
    }
    let named = |why: Why| {
        let mut names = Masked::default();
        for it in profiles.iter().filter(|it| it.why == why) {
            names.push_ours(if names.is_empty() { "" } else { ", " });
            names.push(&it.profile);
        }
        names.push_ours(&format!(" ({})", why.words()));
        names
    };
    let mut parts: Vec<Masked> = reasons.into_iter().map(named).collect();
    parts.extend(
        (beyond > 0).then(|| Masked::ours(&format!("{beyond} more than the budget has calls for (+)"))),
    );
    let mut out = Masked::default();
    for part in parts {
        out.push_ours(if out.is_empty() { "Left out: " } else { "; " });
        out.push(&part);
    }
    out
}
