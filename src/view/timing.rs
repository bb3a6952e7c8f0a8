//! Where the time of a call went, as bars one after the other, and how long the calls of this session took.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{fields, palette, spans};
use crate::app::call::Record;
use crate::app::session::Session;
use crate::app::state::State;
use crate::domain::exchange::{Part, Timing};
use crate::secret::Masked;

/// Columns of a time.
const TIME: usize = 9;
/// Columns of the bars at most; longer ones say no more.
const LONGEST_BAR: usize = 48;
/// Calls that a sparkline shows at most.
const MOST_SPARKS: usize = 32;
/// A call that failed, in a sparkline: a letter, so that it is told apart without colour too.
const FAILED: &str = "x";
/// From the quickest call to the slowest.
const SPARKS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// The bars of a call, the headers of its answer, and the session.
pub(super) fn lines(state: &State, record: &Record, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled("Time and headers", palette::heading())];
    lines.extend(bars(record.reply.timing(), width));
    lines.extend(session(&state.session));
    lines.extend(record.exchange().map(fields::headers).unwrap_or_default());
    lines.push(Line::default());
    lines
}

fn bars(timing: Timing, width: usize) -> Vec<Line<'static>> {
    let room = width.saturating_sub(fields::NAME + 1 + TIME + 1).min(LONGEST_BAR);
    let mut before = Duration::ZERO;
    let known = timing.parts().into_iter().filter_map(|part| Some((part, part.time?)));
    let bar = |(Part { label, .. }, time): (Part, Duration)| {
        let (from, to) = (columns(before, timing.total, room), columns(before + time, timing.total, room));
        before += time;
        let mut line = told(label, time);
        // A part that took no column of its own has one all the same: it was there.
        let from = from.min(room.saturating_sub(1));
        let length = to.saturating_sub(from).max(1).min(room);
        line.push_span(Span::raw(" ".repeat(from + 1)));
        line.push_span(Span::styled("█".repeat(length), palette::key()));
        line
    };
    let mut lines: Vec<Line<'static>> = known.map(bar).collect();
    lines.push(told("total", timing.total));
    lines
}

fn told(label: &str, time: Duration) -> Line<'static> {
    let time = format!("{:>1$}", format!("{} ms", time.as_millis()), TIME);
    spans::field(label, fields::NAME, &Masked::ours(&time), Style::new())
}

/// The column of an instant of the call, of so many for the whole.
fn columns(at: Duration, whole: Duration, room: usize) -> usize {
    let whole = whole.as_micros().max(1);
    let room_wide = u128::try_from(room).unwrap_or_default();
    usize::try_from(at.as_micros() * room_wide / whole).unwrap_or(room).min(room)
}

/// Two lines about the calls of this session; none where there was one alone, of which all is told above.
fn session(session: &Session) -> Vec<Line<'static>> {
    let (Some(numbers), calls) = (numbers(session), session.laps().len()) else { return Vec::new() };
    let failed = session.failed();
    let failed = if failed > 0 { format!(", {failed} failed ({FAILED})") } else { String::new() };
    let heading = format!("last {calls} calls of this session{failed}");
    let mut line = Line::from(Span::styled(format!("{numbers}  "), palette::label()));
    line.extend(sparks(session, MOST_SPARKS));
    vec![Line::default(), Line::styled(heading, palette::label()), line, Line::default()]
}

/// The same in one line, for the frame of a pane that has the room.
pub(super) fn summary(session: &Session, width: usize) -> Option<Line<'static>> {
    let mut line = Line::from(Span::styled(format!(" {}  ", numbers(session)?), palette::quiet()));
    let room = width.saturating_sub(line.width() + 1).min(MOST_SPARKS);
    line.extend(sparks(session, room));
    line.push_span(Span::raw(" "));
    Some(line)
}

fn numbers(session: &Session) -> Option<String> {
    let [half, most] = [50, 95].map(|of_hundred| session.percentile(of_hundred));
    let (half, most) = half.zip(most).filter(|_| session.laps().len() > 1)?;
    Some(format!("p50 {} ms  p95 {} ms", half.as_millis(), most.as_millis()))
}

/// The last calls, so many at most.
fn sparks(session: &Session, most: usize) -> impl Iterator<Item = Span<'static>> {
    let slowest = session.laps().map(|lap| lap.took).max().unwrap_or_default();
    let skipped = session.laps().len().saturating_sub(most);
    session.laps().skip(skipped).map(move |lap| {
        if lap.failed {
            return Span::styled(FAILED, palette::bad());
        }
        let height = columns(lap.took, slowest, SPARKS.len() - 1);
        Span::styled(SPARKS.get(height).copied().unwrap_or("█"), palette::key())
    })
}
