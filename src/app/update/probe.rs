//! The isolation probe: a plan, then one call after the other, each through the guard as any other, then a conclusion.
//!
//! There is one place that asks for a send, [`next`], and it is reached by a key in the plan or by the end of the call
//! before, never by time: so no call is made beside another, twice, or behind one that stops the run.

use super::{paste, press, reveal, send};
use crate::app::call::{Call, CallId, Flight};
use crate::app::effect::Effect;
use crate::app::intent::{Intent, Pane, Probing};
use crate::app::overlay::Overlay;
use crate::app::probe::{Line, Probe, Stage};
use crate::app::state::{State, Tone};
use crate::app::why::sentence;
use crate::diagnosis::probe::{End, Heard, Inputs, MOST_CALLS, Tried, conclude};
use crate::domain::guard::Barred;
use crate::domain::request::Draft;
use crate::domain::sent::Sent;
use crate::secret::Masked;
use crate::text::is_dangerous;

/// `i`: shows the plan, or says why there is none.
pub(super) fn plan(state: &mut State) -> Vec<Effect> {
    if !state.overlays.is_empty() {
        return Vec::new();
    }
    let probe = state.probe_offer().map(|(record, base)| {
        let plan = state.probe_plan(base, &[], crate::diagnosis::probe::BUDGET);
        Probe::of(record, plan)
    });
    match probe {
        Ok(probe) => press::cover(state, Overlay::Probe(Box::new(probe))),
        Err(_) => Vec::new(),
    }
}

/// A key of the plan: another customer, more or fewer calls, all of them or up to the first answer.
pub(super) fn change(state: &mut State, wish: Probing) -> Vec<Effect> {
    let Some(Overlay::Probe(probe)) = state.overlays.last_mut() else { return Vec::new() };
    if !matches!(probe.stage, Stage::Planned) {
        return Vec::new();
    }
    match wish {
        Probing::Customer => probe.stage = Stage::Customer(Line::default()),
        Probing::All => probe.all = !probe.all,
        Probing::More => probe.budget = (probe.budget + 1).min(MOST_CALLS),
        Probing::Fewer => probe.budget = probe.budget.saturating_sub(1).max(1),
    }
    replan(state);
    Vec::new()
}

fn replan(state: &mut State) {
    let Some(probe) = state.probe() else { return };
    let plan = state.probe_plan(probe.plan.base.clone(), &probe.customers, probe.budget);
    if let Some(probe) = state.probe_mut() {
        probe.cursor = probe.cursor.min(plan.calls.len());
        probe.plan = plan;
    }
}

/// Enter: starts, takes what was typed, or fills the form.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Probe(probe)) = state.overlays.last_mut() else { return Vec::new() };
    match &probe.stage {
        Stage::Planned => start(state),
        Stage::Customer(line) => {
            let typed = line.typed.clone();
            add_customer(state, typed)
        }
        Stage::Words(line) => {
            let typed = line.typed.clone();
            next(state, Some(typed))
        }
        Stage::Running(_) => Vec::new(),
        Stage::Ended { .. } => fill(state),
    }
}

/// The words of a guarded profile are asked for even where it is armed: one Enter must not be many calls on production.
fn start(state: &mut State) -> Vec<Effect> {
    let Some(probe) = state.probe_mut() else { return Vec::new() };
    match probe.next().map(|call| call.inputs.profile.is_guarded()) {
        None => {
            let key = state.dialog_key(Intent::Probing(Probing::Customer));
            state.say(Tone::Plain, &format!("There is no other input to try yet: {key} adds a customer_id."));
            Vec::new()
        }
        Some(true) => {
            probe.stage = Stage::Words(Line::default());
            Vec::new()
        }
        Some(false) => next(state, None),
    }
}

fn add_customer(state: &mut State, typed: String) -> Vec<Effect> {
    let Some(probe) = state.probe_mut() else { return Vec::new() };
    let draft = Draft { customer_id: typed.clone(), ..probe.plan.base.draft() };
    match draft.validate(&probe.plan.base.profile) {
        Ok(_) => {
            probe.customers.push(typed);
            probe.stage = Stage::Planned;
            replan(state);
        }
        Err(faults) => {
            let sentence = faults.first().map(ToString::to_string).unwrap_or_default();
            state.say(Tone::Bad, &format!("It was not added: {sentence}."));
        }
    }
    Vec::new()
}

/// Asks the guard for the next call: the only place where a probe sends.
fn next(state: &mut State, typed: Option<String>) -> Vec<Effect> {
    let id = CallId(state.calls + 1);
    let Some(probe) = state.probe_mut() else { return Vec::new() };
    let Some(call) = probe.next() else { return end(state, &End::Done) };
    let (profile, request) = (Box::new(call.inputs.profile.clone()), call.request.clone());
    probe.stage = Stage::Running(id);
    probe.cursor = probe.tried.len() + 1;
    state.calls = id.0;
    vec![Effect::Send { id, profile, request, typed }]
}

/// Whether this call is one of a probe.
pub(super) fn makes(state: &State, id: CallId) -> bool {
    state.probe().is_some_and(|probe| probe.makes(id))
}

/// The guard let a call pass: what the answer pane showed is laid aside until the call has ended.
pub(super) fn admitted(state: &mut State, id: CallId, sent: Sent) -> Vec<Effect> {
    let effects = reveal::hide(state);
    let flight = Flight { id, sent, started: state.now };
    if let Call::Ended(record) = std::mem::replace(&mut state.call, Call::InFlight(Box::new(flight))) {
        state.aside = Some(record);
    }
    effects
}

/// The guard did not: asks for the words of the profile, or ends the run.
pub(super) fn barred(state: &mut State, barred: &Barred) -> Vec<Effect> {
    let wrong = *barred == Barred::WrongConfirmation;
    match (barred, state.probe_mut()) {
        (Barred::WrongConfirmation | Barred::Unconfirmed, Some(probe)) => {
            probe.stage = Stage::Words(Line { wrong, ..Line::default() });
            Vec::new()
        }
        _ => end(state, &End::NotSent(Masked::ours(&sentence(&barred.to_string())))),
    }
}

/// No key, or no audit row: nothing was sent.
pub(super) fn not_sent(state: &mut State, why: &str) -> Vec<Effect> {
    restore(state);
    end(state, &End::NotSent(Masked::ours(&sentence(why))))
}

/// A call has ended, and its record stands in the answer pane: takes note of it, and makes the next one where it may.
pub(super) fn landed(state: &mut State, id: CallId) -> Vec<Effect> {
    let (true, Some(record)) = (makes(state, id), state.record()) else { return Vec::new() };
    let heard = Heard::of(&record.judgement, &record.reply);
    let (verdict, status) = (record.judgement.verdict, record.reply.status());
    let tried = Tried { number: record.sent.number, verdict, status, heard };
    // The first answer stays: it is that of the likelier input.
    let is_first = state.aside.as_ref().is_none_or(|record| record.answer().is_none());
    let stays = heard == Heard::Answered && is_first && is_of_current(state, &record.sent);
    if stays {
        state.aside = None;
        state.answer.scroll = 0;
        state.focus = Pane::Answer;
    } else {
        restore(state);
    }
    let Some(probe) = state.probe_mut() else { return Vec::new() };
    probe.tried.push(tried);
    match heard {
        Heard::Cancelled => end(state, &End::Cancelled),
        Heard::Answered if !probe.all => end(state, &End::Done),
        heard if heard.stops() => end(state, &End::Done),
        _ => next(state, None),
    }
}

/// Puts back what the answer pane showed before the call; what came is dropped with its secrets.
fn restore(state: &mut State) {
    state.call = state.aside.take().map_or(Call::Idle, Call::Ended);
}

fn is_of_current(state: &State, sent: &Sent) -> bool {
    state.profile().is_some_and(|profile| Masked::typed(&profile.name) == sent.profile)
}

/// Concludes. The cursor goes to the row that answers, so that Enter fills the form from it.
fn end(state: &mut State, end: &End) -> Vec<Effect> {
    let Some(probe) = state.probe() else { return Vec::new() };
    let conclusion = conclude(&probe.plan, &probe.tried, end);
    let answer = conclusion.answered.and_then(|place| where_it_is(state, probe, place));
    if let Some(probe) = state.probe_mut() {
        probe.cursor = conclusion.answered.map_or(probe.cursor, |place| place + 1);
        probe.stage = Stage::Ended { conclusion, answer };
    }
    Vec::new()
}

/// Where the answer of a call can be read.
fn where_it_is(state: &State, probe: &Probe, place: usize) -> Option<Masked> {
    let (call, tried) = (probe.plan.calls.get(place)?, probe.tried.get(place)?);
    let name = Masked::typed(&call.inputs.profile.name);
    let is_current = state.profile().is_some_and(|profile| profile.name == call.inputs.profile.name);
    Some(if is_current {
        Masked::ours(&format!("Its answer is in the Answer pane, masked (call #{}).", tried.number))
    } else {
        Masked::joined([
            Masked::ours(&format!("Call #{} was made under profile ", tried.number)),
            name,
            Masked::ours(
                ", so its answer was dropped and is a row of history only; a new fetch mints another cryptogram.",
            ),
        ])
    })
}

/// Enter on a row of the ended probe. It names the row's profile and neither switches nor sends.
fn fill(state: &mut State) -> Vec<Effect> {
    let Some(inputs) = state.probe().and_then(|probe| probe.row(probe.cursor)).cloned() else {
        return Vec::new();
    };
    let told = told(state, &inputs);
    state.overlays.retain(|overlay| overlay.probe().is_none());
    state.form.fill(inputs.draft());
    state.say(Tone::Plain, &told);
    press::focus(state, Pane::Request)
}

fn told(state: &State, inputs: &Inputs) -> String {
    let (name, send) = (Masked::typed(&inputs.profile.name).text(), state.key(Intent::Send));
    if state.profile().is_some_and(|profile| profile.name == inputs.profile.name) {
        format!("Filled in; nothing was sent. {send} sends it on the profile in the header.")
    } else {
        let profiles = state.key(Intent::Profiles);
        format!(
            "Filled in; nothing was sent. This row is of profile {name}: {profiles} switches to it, then {send} sends."
        )
    }
}

/// Esc: leaves the line, ends the run at once, or closes.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Probe(probe)) = state.overlays.last_mut() else { return Vec::new() };
    match probe.stage {
        Stage::Customer(_) => probe.stage = Stage::Planned,
        Stage::Words(_) if probe.tried.is_empty() => probe.stage = Stage::Planned,
        Stage::Words(_) => return end(state, &End::Cancelled),
        Stage::Running(_) => return stop(state),
        Stage::Planned | Stage::Ended { .. } => drop(state.overlays.pop()),
    }
    Vec::new()
}

/// Ends the run at once, also on production: the next call would mint as surely as the one that is cancelled.
pub(super) fn stop(state: &mut State) -> Vec<Effect> {
    if state.call.flight().is_some() { send::cancel_now(state) } else { end(state, &End::Cancelled) }
}

/// A paste into the line: a customer id alone, and never the words.
pub(super) fn pasted(state: &mut State, text: &str) {
    let Some(probe) = state.probe_mut() else { return };
    match &mut probe.stage {
        Stage::Words(_) => state.say(Tone::Bad, paste::NO_PASTED_WORDS),
        Stage::Customer(_) if text.chars().any(|c| is_dangerous(c) || c.is_whitespace()) => {
            state.say(Tone::Bad, paste::NO_PASTED_BLANKS);
        }
        Stage::Customer(line) => line.cursor.insert(&mut line.typed, text),
        _ => {
            let key = state.dialog_key(Intent::Probing(Probing::Customer));
            let why = format!("There is nothing to paste into here: {key} takes another customer_id.");
            state.say(Tone::Plain, &why);
        }
    }
}

/// The movement of the cursor; it stands still while something is typed.
pub(super) fn cursor(probe: &mut Probe) -> Option<(&mut usize, usize)> {
    let rows = probe.rows();
    matches!(probe.stage, Stage::Planned | Stage::Running(_) | Stage::Ended { .. })
        .then_some((&mut probe.cursor, rows))
}
