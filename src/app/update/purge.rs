//! `purge`: how many calls of the history would go, a typed word, and then they go between their audit rows.
//!
//! Tested: `tests/update_purge.rs`.

use super::press;
use crate::app::effect::Effect;
use crate::app::line::Cursor;
use crate::app::overlay::{Overlay, Purging};
use crate::app::state::{State, Tone};
use crate::app::why::sentence;
use crate::ports::{LedgerFault, PurgeFault, PurgedAndTold, calls};

/// The word, as `history purge` asks for it.
pub const WORD: &str = "purge";

/// Asks how many there are.
pub(super) fn ask() -> Vec<Effect> {
    vec![Effect::CountHistory]
}

/// So many; the question comes only where nothing else was begun meanwhile.
pub(super) fn counted(state: &mut State, result: Result<u64, LedgerFault>) -> Vec<Effect> {
    match result {
        Err(fault) => state
            .say(Tone::Bad, &format!("Nothing was deleted, since the history could not be read: {fault}.")),
        Ok(0) => state.say(Tone::Plain, "Nothing was deleted, since the history holds no call."),
        Ok(rows) if state.overlays.is_empty() => {
            let (typed, cursor) = (String::new(), Cursor::default());
            let purging = Purging { rows, typed, cursor, wrong: false, running: false };
            return press::cover(state, Overlay::Purge(purging));
        }
        Ok(_) => {}
    }
    Vec::new()
}

/// Enter: the word, or nothing.
pub(super) fn accept(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Purge(purging)) = state.overlays.last_mut() else { return Vec::new() };
    purging.wrong = purging.typed != WORD;
    if purging.wrong || purging.running {
        return Vec::new();
    }
    purging.running = true;
    vec![Effect::Purge]
}

/// They are gone, or why not. What is on the screen of the answer stays: it is of this session, not of the history.
pub(super) fn purged(state: &mut State, result: Result<PurgedAndTold, PurgeFault>) -> Vec<Effect> {
    state.overlays.retain(|overlay| !matches!(overlay, Overlay::Purge(_)));
    match result {
        Err(fault) => state.say(Tone::Bad, &sentence(&fault.to_string())),
        Ok(purged) => {
            state.history.rows.clear();
            if let Some(narrowed) = &mut state.history.narrowed {
                narrowed.places.clear();
                narrowed.further.clear();
            }
            (state.history.cursor, state.history.complete) = (0, true);
            state.say(tone(purged), &told(purged));
        }
    }
    // A row that was written meanwhile, or what a purge that failed has left.
    vec![super::load_newest()]
}

fn tone(done: PurgedAndTold) -> Tone {
    if done.purged.is_overwritten && done.told.is_ok() { Tone::Good } else { Tone::Bad }
}

fn told(done: PurgedAndTold) -> String {
    let gone = calls(done.purged.rows);
    let mut told = format!("{gone} deleted from the history; exports and the audit trail stay.");
    if let Err(fault) = done.told {
        told += " How many went is not in the audit trail: ";
        told += &fault.to_string();
        told += ".";
    }
    if !done.purged.is_overwritten {
        told.push_str(" Another program reads the history, so they are still in its log: end it and start the console once.");
    }
    told
}
