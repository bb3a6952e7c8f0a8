//! A key: first the accident guard, then what is revealed goes, then the intent.

use std::time::Duration;

use super::{
    browse, compare, copy, differences, export, fill, findings, go, palette, probe, profile, purge, reload,
    reveal, search, send, trail, undo, words,
};
use crate::app::effect::Effect;
use crate::app::event::Press;
use crate::app::intent::{Edit, Intent, Pane};
use crate::app::overlay::Overlay;
use crate::app::state::{State, Tone};
use crate::app::why::why_not;
use crate::domain::request::Draft;
use crate::secret::Moment;

/// Printable keys that come closer than this are a paste without brackets (INTERFACE, "Accidents").
const PASTE_GAP: Duration = Duration::from_millis(30);

/// A second send or reveal within this time is a key that bounced.
const BOUNCE: Duration = Duration::from_millis(300);

pub(super) fn pressed(state: &mut State, press: Press) -> Vec<Effect> {
    let hurried = is_within(state.hands.printable, press, PASTE_GAP);
    if press.printable {
        state.hands.printable = Some(press.came);
    }
    // A key right behind another shows that both are of a paste: what the first of them asked for is taken back.
    let mut effects = if press.printable && hurried { reveal::hide(state) } else { Vec::new() };
    let Some(mut intent) = press.intent else { return effects };
    if is_accident(state, press, intent, hurried) {
        return effects;
    }
    if let Some(chosen) = palette::intent(state, intent) {
        if is_accident(state, press, chosen, hurried) {
            return effects;
        }
        intent = chosen;
    }
    if !matches!(intent, Intent::Edit(_)) {
        state.notice = None;
    }
    if words::are_refused(state, intent, hurried) {
        return effects;
    }
    if moves_on(intent) {
        effects.extend(reveal::hide(state));
    }
    effects.extend(act(state, intent));
    effects
}

/// Whether a key ends a reveal: every one does but those that ask for one, and Esc, which then does nothing else.
fn moves_on(intent: Intent) -> bool {
    !matches!(intent, Intent::Reveal | Intent::Identity | Intent::Back)
}

fn is_within(last: Option<Moment>, press: Press, time: Duration) -> bool {
    last.is_some_and(|last| press.came.since(last) < time)
}

fn is_accident(state: &mut State, press: Press, intent: Intent, hurried: bool) -> bool {
    if intent == Intent::Open && accepts_something_weighty(state) {
        // A line that was pasted without brackets ends in Enter at once; a person takes longer.
        return press.repeat || hurried;
    }
    if !intent.is_weighty() {
        return false;
    }
    let bounced = match intent {
        Intent::Send => is_within(state.hands.send.replace(press.came), press, BOUNCE),
        Intent::Reveal => is_within(state.hands.reveal.replace(press.came), press, BOUNCE),
        Intent::Identity => is_within(state.hands.identity.replace(press.came), press, BOUNCE),
        _ => false,
    };
    let held = press.repeat && matches!(intent, Intent::Send | Intent::Reveal | Intent::Identity);
    bounced || held || (press.printable && hurried)
}

/// Whether Enter would send, write, copy or cancel, or may do so.
pub(super) fn accepts_something_weighty(state: &State) -> bool {
    use Overlay::{CancelAsk, Compare, Confirm, CopyMenu, Export, Fields, Palette, Probe, Purge};
    let weighty = |overlay: &Overlay| {
        matches!(
            overlay,
            Confirm(_)
                | Purge(_)
                | Export(_)
                | CancelAsk
                | Compare(_)
                | CopyMenu { .. }
                | Fields(_)
                | Palette(_)
                | Probe(_)
        )
    };
    state.overlays.last().is_some_and(weighty)
}

pub(super) fn act(state: &mut State, intent: Intent) -> Vec<Effect> {
    // The guard says why a send is off, and on Esc there is nothing to say; text has its own rules in each line.
    let is_silent = matches!(intent, Intent::Send | Intent::Back | Intent::Edit(_));
    let says = !is_silent && !state.is_typing_search();
    if let Some(why) = why_not(state, intent).filter(|_| says) {
        state.notice = Some(why);
        return Vec::new();
    }
    match intent {
        Intent::Focus(pane) => focus(state, pane),
        Intent::NextPane => focus(state, state.focus.step(1)),
        Intent::PreviousPane => focus(state, state.focus.step(Pane::ALL.len() - 1)),
        Intent::Go(step) => go::go(state, step),
        Intent::Open => open(state),
        Intent::EditField => edit_field(state),
        Intent::NextField => turn_field(state, 1),
        Intent::PreviousField => turn_field(state, 3),
        Intent::OlderValue => undo::older_value(state),
        Intent::NewerValue => undo::newer_value(state),
        Intent::Undo => undo::undo(state),
        Intent::Edit(edit) => edit_line(state, edit),
        Intent::Send => send::send(state, None),
        Intent::Cancel => send::cancel(state),
        Intent::Profiles => profile::pick(state),
        Intent::PreviousProfile => profile::back(state),
        Intent::Reveal => reveal::reveal(state),
        Intent::Identity => reveal::identity(state),
        Intent::Mask => reveal::mask(state),
        Intent::Export => export::preview(state),
        Intent::ExportForm => export::other_form(state),
        Intent::Copy => copy::copy(state),
        Intent::CopyMenu => copy::menu(state),
        Intent::Compare => compare_what(state),
        Intent::Raw => trail::toggle_raw(state),
        Intent::Timing => trail::toggle(state),
        Intent::Probe => probe::plan(state),
        Intent::Probing(wish) => probe::change(state, wish),
        Intent::Filter => search::open(state),
        Intent::NextMatch => search::step(state, true),
        Intent::PreviousMatch => search::step(state, false),
        Intent::Zoom => zoom(state),
        Intent::Report => browse::open(state),
        Intent::Unusable => browse::switch(state),
        Intent::Fill => browse::fill_form(state),
        Intent::Clear => send::clear(state),
        Intent::Palette => palette::show(state),
        Intent::Help => help(state),
        Intent::Purge => purge::ask(),
        Intent::Reload => reload::ask(state),
        Intent::Stage => state.toggle_stage(),
        Intent::Back => back(state),
        Intent::Suspend => vec![Effect::Suspend],
        Intent::Quit => vec![Effect::Quit],
    }
}

/// `?` shows the help and takes it away again. A file that is being written waits for its preview, so nothing covers that.
fn help(state: &mut State) -> Vec<Effect> {
    match state.overlays.last() {
        Some(Overlay::Help { .. }) => back(state),
        Some(Overlay::Export(preview)) if preview.writing => Vec::new(),
        _ => cover(state, Overlay::Help { scroll: 0 }),
    }
}

/// Puts an overlay on top; what was revealed is hidden first, since it is not always a key that asks for one.
pub(super) fn cover(state: &mut State, overlay: Overlay) -> Vec<Effect> {
    let effects = reveal::hide(state);
    state.overlays.push(overlay);
    search::begin_overlay(state);
    effects
}

pub(super) fn focus(state: &mut State, pane: Pane) -> Vec<Effect> {
    state.form.editing = false;
    state.focus = pane;
    search::keep(state)
}

pub(super) fn toggle(state: &mut State, change: fn(&mut State)) -> Vec<Effect> {
    change(state);
    state.answer.scroll = 0;
    Vec::new()
}

fn zoom(state: &mut State) -> Vec<Effect> {
    state.zoomed = !state.zoomed;
    Vec::new()
}

fn edit_field(state: &mut State) -> Vec<Effect> {
    let effects = focus(state, Pane::Request);
    state.form.editing = true;
    effects
}

fn turn_field(state: &mut State, places: usize) -> Vec<Effect> {
    state.form.turn(places);
    Vec::new()
}

fn edit_line(state: &mut State, edit: Edit) -> Vec<Effect> {
    if state.is_typing_search() {
        return search::edit(state, edit);
    }
    match state.overlays.last_mut() {
        Some(Overlay::Confirm(confirm)) => {
            confirm.wrong = false;
            confirm.cursor.edit(&mut confirm.typed, edit);
        }
        Some(Overlay::Purge(purging)) => {
            purging.wrong = false;
            purging.cursor.edit(&mut purging.typed, edit);
        }
        Some(Overlay::Probe(probe)) => {
            if let Some(line) = probe.line_mut() {
                line.wrong = false;
                line.cursor.edit(&mut line.typed, edit);
            }
        }
        Some(Overlay::Compare(comparison)) => compare::edit(comparison, edit),
        Some(Overlay::Palette(it)) => palette::edit(it, edit),
        Some(Overlay::Report) => browse::edit(&mut state.browse, edit),
        Some(_) => {}
        None => state.form.edit(edit),
    }
    Vec::new()
}

/// Enter: accepts the overlay on top, or opens what the focused pane has under its cursor.
fn open(state: &mut State) -> Vec<Effect> {
    if state.is_typing_search() {
        return search::keep(state);
    }
    match state.overlays.last() {
        Some(Overlay::Confirm(_)) => return send::confirm(state),
        Some(Overlay::Purge(_)) => return purge::accept(state),
        Some(Overlay::Profiles { cursor }) => return profile::take(state, *cursor),
        Some(Overlay::Export(_)) => return export::accept(state),
        Some(Overlay::CopyMenu { cursor }) => return copy::take(state, *cursor),
        Some(Overlay::Fields(_)) => return copy::take_field(state),
        Some(Overlay::CancelAsk) => return send::cancel_now(state),
        Some(Overlay::Compare(_)) => return compare::accept(state),
        Some(Overlay::Findings(_)) => return findings::open(state),
        Some(Overlay::Probe(_)) => return probe::open(state),
        Some(Overlay::Palette(_)) => return palette::accept(state),
        Some(Overlay::Report) => return browse::accept(state),
        Some(Overlay::Differences(_)) => return differences::look(state),
        Some(Overlay::Help { .. } | Overlay::Finding { .. }) => return back(state),
        None => {}
    }
    match state.focus {
        Pane::Profiles => profile::take(state, state.profile_cursor),
        Pane::Request if state.form.editing => leave_field(state),
        Pane::Request => edit_field(state),
        Pane::History => fill_from_history(state),
        Pane::Answer => findings::list(state),
    }
}

/// `=`: two answers in the history, and another with it once more; a pasted value elsewhere.
fn compare_what(state: &mut State) -> Vec<Effect> {
    match (state.overlays.last(), state.focus) {
        (Some(_), _) => differences::another(state),
        (None, Pane::History) => differences::open(state),
        (None, _) => compare::paste(state),
    }
}

fn leave_field(state: &mut State) -> Vec<Effect> {
    state.form.editing = false;
    Vec::new()
}

/// Fills the form from a row of history. It names the row's profile and neither switches nor sends.
fn fill_from_history(state: &mut State) -> Vec<Effect> {
    let Some(row) = state.history.row() else { return Vec::new() };
    let text = |masked: &crate::secret::Masked| masked.plain().map(str::to_owned);
    let (Some(card_reference), Some(customer_id)) = (text(&row.card_reference), text(&row.customer_id))
    else {
        state.say(
            Tone::Bad,
            "Nothing was filled in: the answer of this call was for another card or customer, so none of its ids was kept. Take them from the ticket.",
        );
        return Vec::new();
    };
    let routing_id = text(&row.routing_id).filter(|id| *id != customer_id).unwrap_or_default();
    let submerchant_id = text(&row.submerchant_id).unwrap_or_default();
    let from = format!("a call on profile {}", row.profile.text());
    let draft = Draft { card_reference, customer_id, routing_id, submerchant_id };
    fill::fill(state, draft, &from)
}

/// Esc: the first of these that applies (INTERFACE, "Keys").
fn back(state: &mut State) -> Vec<Effect> {
    if matches!(state.overlays.last(), Some(Overlay::Probe(_))) {
        return probe::back(state);
    }
    if matches!(state.overlays.last(), Some(Overlay::Report)) {
        return browse::back(state);
    }
    if state.is_typing_search() {
        return search::clear(state).unwrap_or_default();
    }
    if matches!(state.overlays.last(), Some(Overlay::Purge(purging)) if purging.running) {
        // It cannot be taken back any more, and its end closes the question.
        return Vec::new();
    }
    if state.overlays.pop().is_some() {
        state.pending = None;
        return Vec::new();
    }
    if state.form.editing {
        return leave_field(state);
    }
    if reveal::is_on(state) {
        return reveal::hide(state);
    }
    if let Some(effects) = search::clear(state) {
        return effects;
    }
    if state.call.flight().is_some() {
        return send::cancel(state);
    }
    state.zoomed = false;
    Vec::new()
}
