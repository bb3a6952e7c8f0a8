//! Which keys the footer shows: those that matter most here and now.
//!
//! Tested: `tests/update_why.rs`, `tests/screens_keys.rs`.

use super::{Binding, Mode};
use crate::app::intent::{Edit, Intent, Move, Pane, Probing};
use crate::app::state::State;
use crate::app::why::why_not;

/// Keys in the footer at most; more of them nobody reads.
const MOST_IN_FOOTER: usize = 6;

/// The bindings that matter most here and now, for the footer: only those that do more than say why they do nothing.
pub fn footer(state: &State) -> Vec<&Binding> {
    let mode = Mode::of(state);
    let keymap = &state.settings.keymap;
    // Help and palette tell of what lies below them; their own keys do something always.
    let tells = matches!(mode, Mode::Help | Mode::Palette | Mode::Filter);
    let zoomed = (state.zoomed && matches!(mode, Mode::Pane(_))).then_some(&Intent::Zoom);
    let wanted = zoomed
        .into_iter()
        .chain(wanted(state, mode))
        .filter(|intent| tells || why_not(state, **intent).is_none());
    let has_key = |it: &&Binding| !it.keys.is_empty();
    let bound =
        wanted.filter_map(|intent| keymap.bindings(mode).filter(has_key).find(|it| it.intent == *intent));
    bound.take(MOST_IN_FOOTER).collect()
}

/// What is of use in a mode, the most useful first.
fn wanted(state: &State, mode: Mode) -> &'static [Intent] {
    use Intent::{
        Back, Compare, Copy, Export, ExportForm, Filter, Go, Help, Mask, NextField, NextMatch, OlderValue,
        Open, Palette, PreviousMatch, Probe, Profiles, Quit, Reveal, Send, Undo,
    };
    const DOWN: Intent = Go(Move::Down);
    let has_answer = || state.record().is_some_and(|record| record.answer().is_some());
    match mode {
        Mode::Pane(_) if state.reveal.is_some() => &[Mask, Export, Help, Quit],
        Mode::Pane(_) if state.call.flight().is_some() => &[Back, Profiles, Palette, Help, Quit],
        Mode::Pane(Pane::Answer) if has_answer() => &[Reveal, Export, Copy, Palette, Help, Open, Send],
        Mode::Pane(Pane::Answer) => &[Open, Probe, Send, Palette, Help, Export, Profiles, Quit],
        Mode::Pane(Pane::History) => &[Open, Compare, Filter, Palette, Help, Send, Quit],
        Mode::Pane(_) => &[Open, Send, Palette, Help, Profiles, Quit],
        Mode::Field => &[Back, NextField, Send, Profiles, OlderValue, Undo],
        Mode::Filter => &[Open, NextMatch, PreviousMatch, Back],
        Mode::Export => &[Open, ExportForm, DOWN, Back, Help],
        Mode::ProbePlan => &[
            Open,
            Intent::Probing(Probing::Customer),
            Intent::Probing(Probing::All),
            Intent::Probing(Probing::More),
            Intent::Probing(Probing::Fewer),
            Back,
        ],
        Mode::ProbeRun => &[Back],
        Mode::CopyMenu | Mode::Fields | Mode::Profiles | Mode::Findings | Mode::ProbeEnd => {
            &[Open, DOWN, Back, Help]
        }
        Mode::Confirm
        | Mode::Purge
        | Mode::CancelAsk
        | Mode::ProbeCustomer
        | Mode::ProbeWords
        | Mode::ReportPath => &[Open, Back],
        Mode::ReportRow => &[Open, DOWN, Back, Help],
        Mode::ReportList => &[Open, Intent::Unusable, Intent::Fill, Back, DOWN, Help],
        Mode::Palette => &[Open, DOWN, Back],
        Mode::Differences => &[Open, Compare, DOWN, Back, Help],
        Mode::Compare => &[Open, Intent::Edit(Edit::KillToStart), Back],
        Mode::Help | Mode::Finding => &[DOWN, Filter, Back],
    }
}
