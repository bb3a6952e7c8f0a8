//! The help: what each key does where it was asked for, and why not where it does nothing here and now.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::overlay;
use super::{Frame, palette, spans};
use crate::app::keymap::{Binding, Key, Mode};
use crate::app::state::State;
use crate::app::why::why_not;

/// Columns of the box.
const WIDTH: u16 = 76;

/// Columns before what a key does.
const INDENT: usize = 18;

pub(super) fn draw(frame: &mut Frame<'_>, state: &State, scroll: usize) {
    let inner = overlay::open(frame, WIDTH, u16::MAX, "Keys here", palette::focus());
    let area = frame.area();
    super::scrolled(frame, inner, overlay::mark_text(lines(state, area), state), scroll);
}

/// The keys of what lies below; in a pane those of a field too.
pub(super) fn lines(state: &State, screen: Rect) -> Vec<Line<'static>> {
    let mode = Mode::below(state);
    let Mode::Pane(pane) = mode else { return keys_of(state, mode, screen) };
    let mut lines = vec![Line::styled(format!("In {}", pane.title()), palette::heading())];
    lines.extend(keys_of(state, mode, screen));
    lines.extend([Line::default(), Line::styled("While editing a field", palette::heading())]);
    lines.extend(bound(state, Mode::Field).map(row));
    lines
}

fn keys_of(state: &State, mode: Mode, screen: Rect) -> Vec<Line<'static>> {
    let width = usize::from(WIDTH.min(screen.width)).saturating_sub(INDENT + 2);
    let with_reason = |binding: &Binding| {
        let why = why_not(state, binding.intent).into_iter();
        let why = why.flat_map(|notice| spans::wrap_masked(&notice.text, width));
        let indented = |part| {
            let mut line = Line::from(Span::raw(" ".repeat(INDENT)));
            line.extend(spans::of(&part, palette::quiet()));
            line
        };
        std::iter::once(row(binding)).chain(why.map(indented)).collect::<Vec<_>>()
    };
    bound(state, mode).flat_map(with_reason).collect()
}

fn bound(state: &State, mode: Mode) -> impl Iterator<Item = &Binding> {
    state.settings.keymap.bindings(mode).filter(|binding| !binding.keys.is_empty())
}

fn row(binding: &Binding) -> Line<'static> {
    let keys: Vec<String> = binding.keys.iter().copied().map(Key::label).collect();
    Line::from(vec![
        Span::styled(format!("{:>16}  ", keys.join(" ")), palette::key()),
        Span::raw(binding.label),
    ])
}
