//! The reveal: asked for by a key, allowed by an audit row on disk, ended by time and by everything that moves on.
//!
//! Nothing has to remember to end it: `update` and `press` call [`hide`] for every key but the two that ask for a reveal, and
//! for every paste and resize. Tested: `tests/update_reveal.rs`.

use std::time::Duration;

use crate::app::call::CallId;
use crate::app::effect::{Effect, Ticket};
use crate::app::intent::{Intent, Pane};
use crate::app::state::{Reveal, Revealed, State, Tone};
use crate::domain::history::{AuditRow, Deed};
use crate::domain::sent::Sent;
use crate::secret::{Grant, Moment};

/// How long nobody may have looked after a reveal. The console wakes for it each second, so a longer gap means that the
/// process was stopped, the machine slept or the terminal hung, and that somebody else may sit there now.
const UNWATCHED: Duration = Duration::from_secs(2);

/// `v`: asks for an audit row; the value is shown when it is on disk.
pub(super) fn reveal(state: &mut State) -> Vec<Effect> {
    ask(state, Ticket::Reveal, Deed::Reveal)
}

/// `I`: the personal fields, by the same rule.
pub(super) fn identity(state: &mut State) -> Vec<Effect> {
    ask(state, Ticket::Identity, Deed::Identity)
}

fn ask(state: &mut State, ticket: fn(CallId) -> Ticket, deed: Deed) -> Vec<Effect> {
    let Some(record) = state.record() else { return Vec::new() };
    let ticket = ticket(record.id);
    let row = audit_row(&record.sent, deed);
    // A row takes milliseconds, or seconds while another program holds the history.
    let mask = state.key(Intent::Mask);
    let waiting = format!("It stays masked until its audit row is on disk; {mask} takes it back.");
    if state.pending == Some(ticket) {
        state.say(Tone::Plain, &waiting);
        return Vec::new();
    }
    let mut effects = hide(state);
    state.say(Tone::Plain, &waiting);
    state.pending = Some(ticket);
    effects.push(Effect::Audit(ticket, Box::new(row)));
    effects
}

/// The audit row of a deed with a call.
pub(super) fn audit_row(sent: &Sent, deed: Deed) -> AuditRow {
    AuditRow::asked(deed, &sent.profile, &sent.host, &sent.card_reference)
}

/// The audit row is on disk: the only place where a grant is minted.
pub(super) fn granted(state: &mut State, id: CallId, what: Revealed) {
    if state.record().is_some_and(|record| record.id == id) && state.overlays.is_empty() && !state.stage.on {
        #[expect(clippy::disallowed_methods, reason = "this is the one place, behind the audit row")]
        let grant = Grant::mint(state.now, state.settings.reveal_for);
        state.reveal = Some(Reveal { id, what, grant });
        state.notice = None;
        // What was asked for has to be on the screen, whatever was scrolled or shown instead: a small one has one pane.
        state.answer.raw = false;
        state.answer.scroll = 0;
        state.focus = Pane::Answer;
    }
}

/// `V`: masks now.
pub(super) fn mask(state: &mut State) -> Vec<Effect> {
    let effects = hide(state);
    state.say(Tone::Good, "Everything is masked.");
    effects
}

/// Whether something is revealed or was asked for.
pub(super) fn is_on(state: &State) -> bool {
    state.reveal.is_some() || is_asked_for(state)
}

fn is_asked_for(state: &State) -> bool {
    matches!(state.pending, Some(Ticket::Reveal(_) | Ticket::Identity(_)))
}

/// Ends a reveal and one that was asked for. The screen is drawn whole, so that no cell of it stays.
pub(super) fn hide(state: &mut State) -> Vec<Effect> {
    if is_asked_for(state) {
        state.pending = None;
        state.notice = None;
    }
    state.reveal.take().map(|_| Effect::Repaint).into_iter().collect()
}

/// Ends a reveal whose time is over, and one that nobody has looked after since `last`.
pub(super) fn expire(state: &mut State, last: Moment) -> Vec<Effect> {
    let over = state.reveal.as_ref().is_some_and(|reveal| !reveal.grant.is_valid(state.now));
    if over || state.now.since(last) >= UNWATCHED { hide(state) } else { Vec::new() }
}

/// Masks when the terminal loses the focus; on a guarded profile whatever the config says.
pub(super) fn focus_lost(state: &mut State) -> Vec<Effect> {
    let guarded = state.profile().is_some_and(crate::domain::profile::Profile::is_guarded);
    if guarded || state.settings.hide_on_focus_loss { hide(state) } else { Vec::new() }
}
