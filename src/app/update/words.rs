//! The words that arm production or delete the history: a paste is refused there, also by a terminal that does not bracket it.
//!
//! Tested: `tests/update_words.rs`.

use super::paste::NO_PASTED_WORDS;
use crate::app::intent::{Edit, Intent};
use crate::app::line::Cursor;
use crate::app::overlay::Overlay;
use crate::app::probe::Stage;
use crate::app::state::{State, Tone};

/// Takes note of a character that came faster than a person types. On Enter, words of which most did are a paste: they go, and
/// that is said. A person whose fingers roll over two keys now and then is let through.
pub(super) fn are_refused(state: &mut State, intent: Intent, hurried: bool) -> bool {
    let rushed = state.hands.rushed;
    let Some((typed, cursor)) = words(state) else { return false };
    match intent {
        Intent::Edit(Edit::Insert(_)) => {
            let before = if typed.is_empty() { 0 } else { rushed };
            state.hands.rushed = before + usize::from(hurried);
            false
        }
        Intent::Open if rushed * 2 > typed.chars().count() => {
            typed.clear();
            *cursor = Cursor::default();
            state.say(Tone::Bad, NO_PASTED_WORDS);
            true
        }
        _ => false,
    }
}

/// The line in which they are typed.
fn words(state: &mut State) -> Option<(&mut String, &mut Cursor)> {
    match state.overlays.last_mut()? {
        Overlay::Confirm(it) => Some((&mut it.typed, &mut it.cursor)),
        Overlay::Purge(it) => Some((&mut it.typed, &mut it.cursor)),
        Overlay::Probe(probe) => match &mut probe.stage {
            Stage::Words(line) => Some((&mut line.typed, &mut line.cursor)),
            _ => None,
        },
        _ => None,
    }
}
