//! The findings: lines below the verdict, the list of them, and one whole.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Frame, layout, overlay, palette, spans};
use crate::app::overlay::{DifferenceList, FindingList, Item};
use crate::app::state::State as Console;
use crate::diagnosis::readiness::{Need, Readiness, State};
use crate::diagnosis::verdict::Judgement;
use crate::diagnosis::{Evidence, Finding, Severity};
use crate::report;
use crate::secret::Masked;

/// Columns of the overlays.
const WIDTH: u16 = 96;

/// Columns of a frame.
const FRAME: u16 = 2;

/// Findings that are shown below the verdict; the rest is counted.
const SHOWN: usize = 3;

/// Columns of a parameter's name; the longest takes 27.
const PARAMETER: usize = 28;

/// Columns of a label.
const LABEL: usize = 11;

/// Below the verdict: what else was found, a line each, and how ready the chosen gateway is.
pub(super) fn below(judgement: &Judgement, width: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<_> = judgement.others.iter().take(SHOWN).map(|it| short(it, width)).collect();
    let more = judgement.others.len().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(Line::styled(format!("  and {more} more: Enter lists them"), palette::quiet()));
    }
    lines.extend(judgement.readiness.as_ref().map(|it| spans::fit(gateway(it), width)));
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    lines
}

/// A mark, the rule, and the start of what it means; a mask is never cut in two.
fn short(finding: &Finding, width: usize) -> Line<'static> {
    let (mark, style) = mark(finding.severity);
    let rule = format!("{mark} {}  ", finding.id);
    let meaning = finding.meaning.cut(width.saturating_sub(rule.width()));
    let mut line = Line::from(Span::styled(rule, style));
    line.extend(spans::of(&meaning, palette::label()));
    spans::fit(line, width)
}

fn mark(severity: Severity) -> (char, Style) {
    match severity {
        Severity::Bad => ('!', palette::bad()),
        Severity::Warning => ('!', palette::doubt()),
        Severity::Note => ('-', palette::quiet()),
        Severity::Good => ('+', palette::heading()),
    }
}

fn gateway(readiness: &Readiness) -> Line<'static> {
    let (mark, style) = if readiness.is_ready() { ('+', palette::heading()) } else { ('!', palette::bad()) };
    let sentence = Span::styled(readiness.sentence(), palette::label());
    Line::from(vec![Span::styled(format!("{mark} {}  ", readiness.gateway.id), style), sentence])
}

/// All rows; the one under the cursor is marked.
pub(super) fn list(frame: &mut Frame<'_>, state: &Console, list: &FindingList) {
    items(frame, state, &list.items, list.cursor, list.title);
}

/// What changed between two calls; their times in the title tell which.
pub(super) fn differences(frame: &mut Frame<'_>, state: &Console, list: &DifferenceList) {
    let title = format!("From {} to {}", list.older.utc(), list.newer.utc());
    items(frame, state, &list.items, list.cursor, &title);
}

fn items(frame: &mut Frame<'_>, state: &Console, items: &[Item], cursor: usize, title: &str) {
    let rows = u16::try_from(items.len()).unwrap_or(u16::MAX).saturating_add(FRAME);
    let inner = overlay::open(frame, WIDTH, rows, title, palette::focus());
    let (width, height) = (usize::from(inner.width), usize::from(inner.height));
    let row = |(place, item): (usize, &Item)| {
        let line = one(item, width);
        if place == cursor { spans::under_cursor(line, handle(item)) } else { line }
    };
    let shown = items.iter().enumerate().skip(layout::first_row(cursor, height)).take(height);
    super::scrolled(frame, inner, overlay::mark(shown.map(row).collect(), state), 0);
}

/// Columns of the mark and of what is named.
fn handle(item: &Item) -> usize {
    let name = match item {
        Item::Finding(finding) => finding.id,
        Item::Gateway(readiness) => readiness.gateway.id.as_str(),
    };
    name.width() + 2
}

fn one(item: &Item, width: usize) -> Line<'static> {
    match item {
        Item::Finding(finding) => short(finding, width),
        Item::Gateway(readiness) => spans::fit(gateway(readiness), width),
    }
}

/// All rows, for a search.
pub(super) fn all_rows(items: &[Item], area: Rect) -> Vec<Line<'static>> {
    items.iter().map(|item| one(item, width(area))).collect()
}

/// One finding, or one gateway, whole.
pub(super) fn whole(frame: &mut Frame<'_>, state: &Console, item: &Item, scroll: usize) {
    let title = match item {
        Item::Finding(finding) => finding.id.to_owned(),
        Item::Gateway(readiness) => report::readiness_title(readiness),
    };
    let inner = overlay::open(frame, WIDTH, u16::MAX, &title, palette::focus());
    let lines = overlay::mark_text(lines(item, usize::from(inner.width)), state);
    super::scrolled(frame, inner, lines, scroll);
}

/// Columns of the lines on a screen of this area.
pub(super) fn width(area: Rect) -> usize {
    usize::from(WIDTH.min(area.width).saturating_sub(FRAME))
}

/// The lines of one.
pub(super) fn lines(item: &Item, width: usize) -> Vec<Line<'static>> {
    match item {
        Item::Finding(finding) => finding_lines(finding, width),
        Item::Gateway(readiness) => gateway_lines(readiness, width),
    }
}

fn finding_lines(finding: &Finding, width: usize) -> Vec<Line<'static>> {
    let mut lines = spans::wrapped(&finding.meaning, palette::heading(), width);
    lines.extend(spans::wrapped(&finding.action, Style::new(), width));
    lines.extend([Line::default(), Line::styled("Tell the merchant", palette::heading())]);
    lines.extend(spans::wrapped(&finding.merchant, Style::new(), width));
    lines.extend([Line::default(), Line::styled("Evidence", palette::heading())]);
    let longest = finding.evidence.iter().map(|it| it.field.width()).max().unwrap_or_default();
    lines.extend(finding.evidence.iter().map(|it| evidence(it, longest)));
    if finding.evidence.is_empty() {
        lines.push(Line::styled("no single field: the call as a whole", palette::quiet()));
    }
    lines.push(Line::default());
    let row = |name, value: &str| spans::field(name, LABEL, &Masked::ours(value), Style::new());
    lines.push(row("severity", finding.severity.word()));
    lines.push(row("confidence", finding.confidence.word()));
    lines.push(row("source", finding.source));
    lines
}

fn evidence(evidence: &Evidence, longest: usize) -> Line<'static> {
    spans::field(&evidence.field, longest, &evidence.value, Style::new())
}

fn gateway_lines(readiness: &Readiness, width: usize) -> Vec<Line<'static>> {
    let ours = |text: &str, style| spans::wrapped(&Masked::ours(text), style, width);
    let mut lines = ours(&readiness.sentence(), palette::heading());
    lines.extend(ours(readiness.encoding.sentence(), Style::new()));
    lines.push(Line::default());
    lines.extend(readiness.needs.iter().map(need));
    lines.push(Line::default());
    for need in &readiness.needs {
        if let Some(note) = &need.note {
            let parameter = Masked::ours(&format!("{}: ", need.parameter));
            lines.extend(spans::wrapped(&Masked::joined([parameter, note.clone()]), Style::new(), width));
        }
    }
    lines.extend(ours(&report::readiness_source(), palette::quiet()));
    lines
}

fn need(need: &Need) -> Line<'static> {
    let style = match need.state {
        State::There => Style::new(),
        State::Doubtful => palette::doubt(),
        State::Unusable | State::Missing => palette::bad(),
    };
    spans::field(need.parameter, PARAMETER, &report::readiness_told(need), style)
}
