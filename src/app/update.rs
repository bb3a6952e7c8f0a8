//! What an event does to the state, and what it wants done. The one place that mints a grant is `update/reveal`.

mod browse;
mod compare;
mod copy;
mod differences;
mod export;
mod fill;
mod findings;
mod go;
mod mouse;
mod narrow;
mod palette;
mod paste;
mod press;
mod probe;
mod profile;
mod purge;
mod reload;
mod reveal;
mod search;
mod send;
mod trail;
mod undo;
mod values;
mod words;

pub use compare::TRIES;
pub use purge::WORD as PURGE_WORD;

use super::effect::{Effect, Ticket};
use super::event::{Event, What};
use super::state::{State, Tone};
use crate::domain::history::{Entry, Page};
use crate::ports::LedgerFault;
use crate::secret::Moment;

/// Rows of history that are read at once.
pub const PAGE: u32 = 200;

/// Takes an event in and says what is to be done.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let Event { at, stamp, what } = event;
    let mut effects = pass(state, at);
    effects.extend(match what {
        What::Pressed(press) => press::pressed(state, press),
        What::Pointed { deed, target, limit } => mouse::pointed(state, deed, target, limit),
        What::Pasted(text) => paste::pasted(state, text),
        What::FocusLost => reveal::focus_lost(state),
        What::Due => Vec::new(),
        What::Resized => reveal::hide(state),
        What::Resumed => {
            compare::close(state);
            reveal::hide(state)
        }
        What::NoPrivateInput => {
            compare::close(state);
            state.say(Tone::Bad, "Nothing can be compared here: there is no controlling terminal to read a value from that nothing keeps.");
            Vec::new()
        }
        What::Admitted { id, sent } => send::admitted(state, id, *sent),
        What::Barred { id, barred } => send::barred(state, id, &barred),
        What::KeyFailed { id, fault } => send::not_sent(state, id, &fault.to_string()),
        What::SendNotAudited { id, fault } => {
            send::not_sent(state, id, &format!("nothing was sent: {fault}"))
        }
        What::Replied { id, reply } => send::replied(state, id, reply, stamp),
        What::Left => send::leave(state),
        What::Audited { ticket, result } => {
            let mut effects = audited(state, ticket, result);
            effects.extend(trail::refresh(state));
            effects
        }
        What::Opened(key) => {
            state.print_key = Some(key);
            Vec::new()
        }
        What::Recorded(result) => recorded(state, result),
        What::Paged(result) => paged(state, result),
        What::Found { number, result, is_done } => narrow::found(state, number, result, is_done),
        What::Counted(result) => purge::counted(state, result),
        What::Purged(result) => purge::purged(state, result),
        What::Reloaded(result) => reload::reloaded(state, result),
        What::Timeline { id, result } => trail::came(state, id, result),
        What::Report { id, news } => browse::came(state, id, news),
        What::TrailGapped => trail::gapped(state),
        What::Exported(result) => export::exported(state, result),
        What::Copied { text, result } => copy::copied(state, &text, result),
        What::NoHistory(fault) => no_history(state, fault),
    });
    effects
}

/// Lets time pass and hides what has run out. To be called before anything is drawn, so that no frame shows what the time
/// since the last one has ended.
pub fn pass(state: &mut State, now: Moment) -> Vec<Effect> {
    let last = std::mem::replace(&mut state.now, now);
    reveal::expire(state, last)
}

fn audited(state: &mut State, ticket: Ticket, result: Result<(), LedgerFault>) -> Vec<Effect> {
    let was_pending = state.pending.take_if(|pending| *pending == ticket).is_some();
    match (result, ticket) {
        (result, Ticket::Copy(number)) => return copy::audited(state, number, result),
        (Ok(()), Ticket::Outcome(_)) => {}
        (Err(fault), Ticket::Outcome(_)) => {
            state.say(Tone::Bad, &format!("How this call ended is not in the audit trail: {fault}."));
        }
        _ if !was_pending => {}
        (result, Ticket::Compare(id)) => return compare::audited(state, id, result),
        (Ok(()), Ticket::Reveal(id)) => reveal::granted(state, id, super::state::Revealed::Cryptogram),
        (Ok(()), Ticket::Identity(id)) => reveal::granted(state, id, super::state::Revealed::Identity),
        (Ok(()), Ticket::Export(_)) => return export::write(state),
        (Err(fault), Ticket::Export(_)) => refuse(state, "Nothing was exported", fault),
        (Err(fault), _) => refuse(state, "It stays masked", fault),
    }
    Vec::new()
}

fn refuse(state: &mut State, what: &str, fault: LedgerFault) {
    state.say(Tone::Bad, &format!("{what}, since the audit row could not be kept: {fault}."));
}

fn recorded(state: &mut State, result: Result<i64, LedgerFault>) -> Vec<Effect> {
    match result {
        Ok(_) => vec![load_newest()],
        Err(fault) => {
            state.say(Tone::Bad, &format!("This call is not in the history: {fault}."));
            Vec::new()
        }
    }
}

/// The effect that reads the newest rows.
fn load_newest() -> Effect {
    Effect::LoadHistory(Page { limit: PAGE, ..Page::default() })
}

fn paged(state: &mut State, result: Result<Vec<Entry>, LedgerFault>) -> Vec<Effect> {
    match result {
        Ok(rows) => {
            let here = state.history.row().map(|row| row.id);
            let old = take_rows(state, rows);
            return narrow::refresh(state, here, old);
        }
        Err(fault) => state.say(Tone::Bad, &format!("The history could not be read: {fault}.")),
    }
    Vec::new()
}

/// Older rows are put behind, the newest page replaces all, which are given back, none though they may be; the cursor stays on
/// its row.
fn take_rows(state: &mut State, rows: Vec<Entry>) -> Option<Vec<Entry>> {
    let history = &mut state.history;
    history.complete = rows.len() < PAGE as usize;
    let is_narrowed = history.narrowed.is_some();
    let here = history.rows.get(history.cursor).map(|row| row.id);
    let older = history.rows.last().is_some_and(|last| rows.first().is_some_and(|first| first.id < last.id));
    let mut old = None;
    if older {
        history.rows.extend(rows);
    } else if !rows.is_empty() {
        old = Some(std::mem::replace(&mut history.rows, rows));
    }
    if history.cursor > 0 && !is_narrowed {
        let place = history.rows.iter().position(|row| Some(row.id) == here);
        history.cursor = place.unwrap_or(0);
    }
    old
}

fn no_history(state: &mut State, fault: LedgerFault) -> Vec<Effect> {
    state.history.fault = Some(fault);
    state.say(Tone::Bad, &format!("NO HISTORY: {fault}. Reveal and export are refused."));
    Vec::new()
}
