//! A call from the keypress to its record.

use super::{press, probe, reveal, search};
use crate::app::call::{Call, CallId, Flight, Record};
use crate::app::effect::{Effect, Ticket};
use crate::app::intent::{Intent, Pane};
use crate::app::line::Cursor;
use crate::app::overlay::{Confirm, Overlay};
use crate::app::probe::Probe;
use crate::app::session::Lap;
use crate::app::state::{Notice, State, Tone};
use crate::app::why::{sentence, why_not};
use crate::diagnosis::verdict::judge;
use crate::domain::calendar::Stamp;
use crate::domain::exchange::{Reply, Timing};
use crate::domain::failure::Failure;
use crate::domain::guard::Barred;
use crate::domain::history::{AuditRow, Verdict};
use crate::domain::sent::Sent;
use crate::report;
use crate::secret::{Masked, Moment};

/// `s`: checks the form and asks the guard, which sits below. `typed` is the confirmation, where one was asked for.
pub(super) fn send(state: &mut State, typed: Option<String>) -> Vec<Effect> {
    // What else hinders it is for the guard to say, which no way goes around.
    if state.call.flight().is_some() {
        state.notice = why_not(state, Intent::Send);
        return Vec::new();
    }
    let Some(profile) = state.profile().cloned() else { return Vec::new() };
    match state.form.draft.validate(&profile) {
        Ok(request) => {
            state.form.editing = false;
            state.calls += 1;
            doubt(state);
            vec![Effect::Send { id: CallId(state.calls), profile: Box::new(profile), request, typed }]
        }
        Err(faults) => {
            let sentence = faults.first().map(ToString::to_string).unwrap_or_default();
            state.say(Tone::Bad, &format!("Nothing was sent: {sentence}."));
            state.form.blame(faults);
            press::focus(state, Pane::Request)
        }
    }
}

/// What to look at twice stands on the screen while the call goes out, and below the question of a guarded profile.
fn doubt(state: &mut State) {
    if let Some(doubt) = state.lint().first() {
        let text = Masked::joined([Masked::ours("Look twice: "), doubt.finding.sentence()]);
        state.notice = Some(Notice { tone: Tone::Plain, text });
    }
}

/// The guard let it pass: the answer before goes, and with it every reveal.
pub(super) fn admitted(state: &mut State, id: CallId, sent: Sent) -> Vec<Effect> {
    state.remember_sent(&sent);
    if probe::makes(state, id) {
        return probe::admitted(state, id, sent);
    }
    let effects = reveal::hide(state);
    state.overlays.clear();
    state.answer.scroll = 0;
    search::forget_answer(state);
    press::focus(state, Pane::Answer);
    state.call = Call::InFlight(Box::new(Flight { id, sent, started: state.now }));
    effects
}

/// The guard did not: asks for the confirmation, or says why.
pub(super) fn barred(state: &mut State, id: CallId, barred: &Barred) -> Vec<Effect> {
    if state.calls == id.0 {
        state.calls -= 1;
    }
    if probe::makes(state, id) {
        return probe::barred(state, barred);
    }
    match (barred, state.overlays.last_mut()) {
        (Barred::WrongConfirmation, Some(Overlay::Confirm(confirm))) => confirm.wrong = true,
        (Barred::Unconfirmed, _) => return ask_confirmation(state),
        _ => state.say(Tone::Bad, &sentence(&barred.to_string())),
    }
    Vec::new()
}

fn ask_confirmation(state: &mut State) -> Vec<Effect> {
    let request = state.profile().and_then(|profile| state.form.draft.validate(profile).ok());
    let confirm = |request| {
        Overlay::Confirm(Confirm { request, typed: String::new(), cursor: Cursor::default(), wrong: false })
    };
    request.map(confirm).map(|overlay| press::cover(state, overlay)).unwrap_or_default()
}

/// Enter in the confirmation: the guard judges what was typed.
pub(super) fn confirm(state: &mut State) -> Vec<Effect> {
    let typed = match state.overlays.last() {
        Some(Overlay::Confirm(confirm)) => confirm.typed.clone(),
        _ => return Vec::new(),
    };
    send(state, Some(typed))
}

/// Nothing was sent after all: no key, or no audit row.
pub(super) fn not_sent(state: &mut State, id: CallId, why: &str) -> Vec<Effect> {
    if state.call.flight().is_some_and(|flight| flight.id == id) {
        if probe::makes(state, id) {
            return probe::not_sent(state, why);
        }
        state.call = Call::Idle;
        state.focus = Pane::Request;
        state.say(Tone::Bad, &sentence(why));
    }
    Vec::new()
}

/// A call has ended. One that is not the one under way is dropped, whatever it holds.
pub(super) fn replied(state: &mut State, id: CallId, reply: Reply, stamp: Stamp) -> Vec<Effect> {
    let Call::InFlight(flight) = std::mem::take(&mut state.call) else { return Vec::new() };
    if flight.id != id {
        state.call = Call::InFlight(flight);
        return Vec::new();
    }
    unlock(state, &flight.sent, reply.status() != Some(401));
    let mut effects = end(state, *flight, reply, stamp, AuditRow::ended);
    effects.extend(probe::landed(state, id));
    effects
}

/// Remembers whether the key of a profile is at hand: the desk forgets one that was refused.
fn unlock(state: &mut State, sent: &Sent, is_at_hand: bool) {
    state.unlocked.retain(|name| *name != sent.profile);
    if is_at_hand {
        state.unlocked.push(sent.profile.clone());
    }
}

/// Keeps a call that has ended, in the answer pane, the history and the audit trail.
fn end(
    state: &mut State,
    flight: Flight,
    reply: Reply,
    stamp: Stamp,
    row: impl FnOnce(&Sent, Verdict, Option<u16>) -> AuditRow,
) -> Vec<Effect> {
    let Flight { id, sent, .. } = flight;
    let judgement =
        judge(&reply, Some(&sent), stamp.date_in_india()).for_gateway(state.settings.gateway, reply.answer());
    let mut entry = report::entry(&report::Call { sent: &sent, reply: &reply, judgement: &judgement });
    if let Some((answer, key)) = reply.answer().zip(state.print_key.as_ref()) {
        entry.details.take_prints(answer, key);
    }
    if sent.guarded && reply.may_have_arrived() {
        state.production_calls += 1;
    }
    let failed = !matches!(judgement.verdict, Verdict::Usable | Verdict::NotUsable);
    state.session.push(Lap { took: reply.timing().total, failed });
    let row = row(&sent, judgement.verdict, reply.status());
    let row = if probe::makes(state, id) { row.of_probe() } else { row };
    state.call = Call::Ended(Box::new(Record { id, sent, reply, judgement, came: state.now }));
    if state.history.fault.is_some() {
        return Vec::new();
    }
    vec![Effect::Audit(Ticket::Outcome(id), Box::new(row)), Effect::Record(Box::new(entry))]
}

/// Esc or `cancel`: on a guarded profile it asks once.
pub(super) fn cancel(state: &mut State) -> Vec<Effect> {
    if state.probe().is_some_and(Probe::is_running) {
        return probe::stop(state);
    }
    match state.call.flight() {
        Some(flight) if flight.sent.guarded => press::cover(state, Overlay::CancelAsk),
        Some(_) => cancel_now(state),
        None => Vec::new(),
    }
}

/// Cancels: the answer pane keeps the call and says that the server may still have processed it.
pub(super) fn cancel_now(state: &mut State) -> Vec<Effect> {
    state.overlays.retain(|overlay| !matches!(overlay, Overlay::CancelAsk));
    let Some(flight) = state.call.flight() else { return Vec::new() };
    let (id, at, reply) = (flight.id, flight.sent.at, cancelled(flight, state.now));
    let mut effects = vec![Effect::Abort(id)];
    effects.extend(replied(state, id, reply, at));
    effects
}

fn cancelled(flight: &Flight, now: Moment) -> Reply {
    Reply::Failed(Failure::Cancelled, Timing { total: now.since(flight.started), ..Timing::default() })
}

/// The console ends while the call is on the wire: the history keeps it as cancelled, the audit trail says why.
pub(super) fn leave(state: &mut State) -> Vec<Effect> {
    let Call::InFlight(flight) = std::mem::take(&mut state.call) else { return Vec::new() };
    let (at, reply) = (flight.sent.at, cancelled(&flight, state.now));
    end(state, *flight, reply, at, |sent, _, _| AuditRow::left(sent))
}

/// Drops whatever the answer pane is about. A call under way is kept in the history as cancelled.
pub(super) fn drop_call(state: &mut State) -> Vec<Effect> {
    let effects = if state.call.flight().is_some() { cancel_now(state) } else { Vec::new() };
    (state.call, state.aside) = (Call::Idle, None);
    state.answer = crate::app::state::AnswerView::default();
    search::forget_answer(state);
    effects
}

/// `clear`: drops the answer and all it held, and what the form held before.
pub(super) fn clear(state: &mut State) -> Vec<Effect> {
    let dropped = state.call.flight().is_some();
    let mut effects = drop_call(state);
    state.form.forget_past();
    state.used.clear();
    effects.push(Effect::Repaint);
    if dropped {
        state.say(Tone::Plain, "The call under way was dropped; the server may have processed it.");
    } else {
        state.say(Tone::Good, "The answer is dropped.");
    }
    effects
}
