//! The report of a batch: the path, then what it came to above its rows, then one row whole.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Frame, form, ink, layout, overlay, palette, spans};
use crate::app::browse::{Browse, Stage};
use crate::app::intent::Intent;
use crate::app::stage::{Kind, Stage as OnStage};
use crate::app::state::State;
use crate::batch::{KeptFinding, Seen, Which, Whole};
use crate::domain::history::Verdict;
use crate::secret::Masked;
use crate::text;

/// Columns of the list and of a row.
const WIDTH: u16 = 118;

/// Columns of a frame.
const FRAME: u16 = 2;

/// Columns of the dialog that asks for a path, and its rows.
const DIALOG: (u16, u16) = (74, 8);

/// Columns of a name beside its value.
const NAME: usize = 34;

/// Columns of a number, an outcome and a verdict in the list.
const NUMBER: usize = 8;
const OUTCOME: usize = 9;
const VERDICT: usize = 10;

pub(super) fn draw(frame: &mut Frame<'_>, state: &State) {
    let browse = &state.browse;
    match &browse.stage {
        Stage::Path | Stage::Opening => ask(frame, state),
        Stage::Listed => list(frame, state),
        Stage::Whole { row, scroll } => {
            let title = format!("Row {} of the report: Enter fills the form from it", row.seen.row);
            let inner = overlay::open(frame, WIDTH, u16::MAX, &title, palette::focus());
            super::scrolled(frame, inner, whole(row, usize::from(inner.width)), *scroll);
        }
    }
}

/// Lines of what can be scrolled, on a screen of this area.
pub(super) fn rows(area: Rect, browse: &Browse) -> usize {
    match &browse.stage {
        Stage::Whole { row, .. } => {
            whole(row, usize::from(WIDTH.min(area.width).saturating_sub(FRAME))).len()
        }
        _ => 0,
    }
}

fn ask(frame: &mut Frame<'_>, state: &State) {
    let browse = &state.browse;
    let inner = overlay::open(frame, DIALOG.0, DIALOG.1, "The report of a batch", palette::focus());
    let width = usize::from(inner.width);
    let mut lines = spans::wrapped(
        &Masked::ours(
            "The path that `tokenscope batch` had as --out, a .csv or .jsonl file; ~ is your home:",
        ),
        Style::new(),
        width,
    );
    let row = u16::try_from(lines.len()).unwrap_or_default();
    let (before, _) = browse.path.cursor.split(&browse.path.typed);
    let (typed, column) = if state.stage.on {
        form::unseen("> ", &browse.path.typed)
    } else {
        let (shown, column) = around(&browse.path.typed, before, width.saturating_sub(3));
        (Line::from(format!("> {shown}")), column)
    };
    lines.push(typed);
    match browse.fault {
        _ if matches!(browse.stage, Stage::Opening) => {
            lines.push(Line::styled("Opening it; Esc gives up.", palette::quiet()));
        }
        Some(fault) => {
            lines.extend(spans::wrapped(
                &Masked::ours(&format!("Not opened: {fault}.")),
                palette::bad(),
                width,
            ));
        }
        None => {}
    }
    ink::draw(frame, inner, lines);
    let column = u16::try_from(column + 2).unwrap_or_default().min(inner.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(inner.x + column, inner.y + row));
}

/// The part of a long path around the cursor, and the column of the cursor in it.
fn around(typed: &str, before: &str, width: usize) -> (String, usize) {
    let column = text::clean(before).width();
    let whole = text::clean(typed);
    if column < width {
        return (text::cut(&whole, width), column);
    }
    let clean = text::clean(before);
    let mut shown = String::new();
    for c in clean.chars().rev() {
        if shown.width() + 2 > width {
            break;
        }
        shown.insert(0, c);
    }
    let column = shown.width() + 1;
    (format!("…{shown}"), column)
}

fn list(frame: &mut Frame<'_>, state: &State) {
    let browse = &state.browse;
    let key = state.dialog_key(Intent::Unusable);
    let title = match browse.which {
        Which::All => format!("Report: {key} shows only the rows that are not USABLE"),
        Which::Unusable => format!("Report, rows that are not USABLE: {key} shows all"),
    };
    let inner = overlay::open(frame, WIDTH, u16::MAX, &title, palette::focus());
    let (width, height) = (usize::from(inner.width), usize::from(inner.height));
    let mut lines = head(browse, width);
    let room = height.saturating_sub(lines.len());
    let cursor = usize::try_from(browse.cursor).unwrap_or(usize::MAX);
    let first = layout::first_row(cursor, room) as u64;
    let places = first..browse.count().min(first + room as u64);
    lines.extend(places.map(|place| {
        let line = spans::fit(
            browse.row(place).map_or_else(|| Line::from("  ..."), |row| short(row, &state.stage, width)),
            width,
        );
        if place == browse.cursor { spans::under_cursor(line, NUMBER) } else { line }
    }));
    ink::draw(frame, inner, lines);
}

/// What it came to, a line for each kind of count.
fn head(browse: &Browse, width: usize) -> Vec<Line<'static>> {
    let counted = &browse.counted;
    let mut told = format!("{} rows, {} of them not USABLE", counted.rows, counted.unusable);
    told += if counted.complete { "" } else { "; still counting" };
    if counted.torn {
        told += "; the last line is not whole: its batch was killed or still writes";
    }
    if counted.strange > 0 {
        told += "; ";
        told += &counted.strange.to_string();
        told += " lines are no rows this tokenscope knows and are left out";
    }
    let mut lines = spans::wrapped(&Masked::ours(&told), palette::heading(), width);
    for (title, counts) in counted.tally.parts() {
        let mut line = Line::from(Span::styled(format!("{title:<12}"), palette::label()));
        for (name, count) in counts {
            line.push_span(Span::styled(format!("{count} "), palette::heading()));
            line.extend(spans::of(&Masked::from_report(name), Style::new()));
            line.push_span(Span::raw("  "));
        }
        lines.push(ellipsed(line, width));
    }
    lines.push(Line::default());
    lines
}

/// A line that says where it was cut.
fn ellipsed(line: Line<'static>, width: usize) -> Line<'static> {
    if line.width() <= width {
        return line;
    }
    let mut line = spans::fit(line, width.saturating_sub(1));
    line.push_span(Span::styled("…", palette::quiet()));
    line
}

fn short(row: &Seen, stage: &OnStage, width: usize) -> Line<'static> {
    let rest = width.saturating_sub(NUMBER + OUTCOME + VERDICT + 5);
    let (reference, customer) = (rest * 2 / 5, rest * 3 / 10);
    let mut line = Line::from(Span::styled(format!("{:>NUMBER$} ", row.row), palette::label()));
    line.extend(spans::fit(
        Line::from(spans::of(&stage.shown_masked(Kind::Card, &row.card_reference), Style::new())),
        reference,
    ));
    line.push_span(Span::raw(" "));
    line.extend(spans::fit(
        Line::from(spans::of(&stage.shown_masked(Kind::Customer, &row.customer_id), Style::new())),
        customer,
    ));
    line.push_span(Span::styled(format!(" {:<OUTCOME$} ", row.outcome.word()), palette::label()));
    line.extend(spans::fit(verdict(&row.verdict), VERDICT));
    line.push_span(Span::raw(" "));
    line.extend(spans::of(&row.finding, palette::label()));
    line
}

/// The word of a verdict, in its colour where it is one.
fn verdict(word: &Masked) -> Line<'static> {
    let style = word.plain().and_then(Verdict::from_word).map_or_else(Style::new, palette::verdict_word);
    Line::from(spans::of(word, style))
}

fn whole(row: &Whole, width: usize) -> Vec<Line<'static>> {
    let mut lines = spans::wrapped(&row.summary, palette::heading(), width);
    lines.push(field(&Masked::ours("outcome"), &Masked::ours(row.seen.outcome.word()), width));
    lines.extend(row.facts.iter().map(|(name, value)| field(name, value, width)));
    if !row.findings.is_empty() {
        lines.extend([Line::default(), Line::styled("Findings", palette::heading())]);
    }
    row.findings.iter().for_each(|finding| lines.extend(finding_lines(finding, width)));
    if !row.answer.is_empty() {
        lines.extend([Line::default(), Line::styled("Answer", palette::heading())]);
    }
    lines.extend(row.answer.iter().map(|(name, value)| field(name, value, width)));
    lines
}

fn finding_lines(finding: &KeptFinding, width: usize) -> Vec<Line<'static>> {
    let mut first = spans::of(&finding.id, palette::key());
    let more = [&finding.severity, &finding.source].into_iter().filter(|it| !it.is_empty());
    more.for_each(|it| {
        first.push(Span::raw("  "));
        first.extend(spans::of(it, palette::quiet()));
    });
    let mut lines = vec![spans::fit(Line::from(first), width)];
    lines.extend(spans::wrapped(&finding.meaning, Style::new(), width));
    lines.extend(spans::wrapped(&finding.action, Style::new(), width));
    lines
}

fn field(name: &Masked, value: &Masked, width: usize) -> Line<'static> {
    let mut line = spans::fit(Line::from(spans::of(&name.cut(NAME), palette::label())), NAME);
    line.push_span(Span::raw(" "));
    line.extend(spans::of(&value.cut(width.saturating_sub(NAME + 1)), Style::new()));
    line
}
