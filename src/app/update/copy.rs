//! The copy: masked text only, and only after its audit row.
//!
//! There is no way from here to a secret: what is copied is a field as the reports mask it, a report, or what the user typed.

use super::{press, reveal};
use crate::app::effect::{Effect, Ticket};
use crate::app::intent::{Intent, Pane};
use crate::app::overlay::{CopyForm, FieldList, Overlay};
use crate::app::stage::Kind;
use crate::app::state::{State, Tone};
use crate::app::why::{sentence, why_not};
use crate::domain::history::{AuditRow, Deed};
use crate::ports::{CopyFault, CopyWay, LedgerFault};
use crate::report;
use crate::secret::Masked;

/// A terminal does not answer.
const BY_TERMINAL: &str = "Sent to the terminal's clipboard (OSC 52); it does not tell whether it took it.";

/// tmux takes it for itself and hands it on only where it is told to.
const THROUGH_TMUX: &str = "Sent to tmux (OSC 52), which takes it only with `set -g set-clipboard on`.";

/// `y`: copies what is under the cursor; in the answer it asks which field.
pub(super) fn copy(state: &mut State) -> Vec<Effect> {
    match state.focus {
        Pane::Request => typed(state),
        Pane::Answer => fields(state),
        Pane::History => reference(state),
        Pane::Profiles => Vec::new(),
    }
}

/// `Y`: asks as what to copy the call that the answer pane is about.
pub(super) fn menu(state: &mut State) -> Vec<Effect> {
    press::cover(state, Overlay::CopyMenu { cursor: 0 })
}

/// Enter in the menu.
pub(super) fn take(state: &mut State, cursor: usize) -> Vec<Effect> {
    match CopyForm::ALL.get(cursor) {
        Some(CopyForm::Curl) => curl(state),
        Some(CopyForm::Json) => report(state, report::export_json),
        Some(CopyForm::Markdown) => report(state, report::markdown),
        Some(CopyForm::Field) => fields(state),
        None => Vec::new(),
    }
}

fn curl(state: &mut State) -> Vec<Effect> {
    let Some(sent) = state.call.sent() else { return Vec::new() };
    let (text, row) = (report::curl(sent), reveal::audit_row(sent, Deed::Copy));
    ask(state, text, row)
}

fn report(state: &mut State, render: fn(&report::Call<'_>) -> Masked) -> Vec<Effect> {
    let Some(record) = state.record() else {
        return refuse(state, "There is no answer to copy yet; the cURL is the request alone.");
    };
    let call = report::Call { sent: &record.sent, reply: &record.reply, judgement: &record.judgement };
    let (text, row) = (render(&call), reveal::audit_row(&record.sent, Deed::Copy));
    ask(state, text, row)
}

/// Asks which field of the answer; the cursor stands on the one that was copied last.
fn fields(state: &mut State) -> Vec<Effect> {
    let Some(record) = state.record() else {
        state.notice = why_not(state, Intent::Copy);
        return Vec::new();
    };
    let rows: Vec<_> = report::sections(&record.reply).into_iter().flat_map(|section| section.rows).collect();
    if rows.is_empty() {
        let menu = state.key(Intent::CopyMenu);
        let why =
            format!("There is no field to copy, since no answer with fields came: {menu} copies the call.");
        return refuse(state, &why);
    }
    let last = state.copies.last_field;
    let cursor = rows.iter().position(|row| Some(row.label) == last).unwrap_or_default();
    press::cover(state, Overlay::Fields(FieldList { rows, cursor }))
}

/// Enter in the list of fields.
pub(super) fn take_field(state: &mut State) -> Vec<Effect> {
    let (Some(Overlay::Fields(list)), Some(record)) = (state.overlays.last(), state.call.record()) else {
        return Vec::new();
    };
    let Some(field) = list.rows.get(list.cursor) else { return Vec::new() };
    let (label, text, row) = (field.label, field.value.clone(), reveal::audit_row(&record.sent, Deed::Copy));
    if text.is_empty() {
        return refuse(state, &format!("Nothing was copied: {label} is empty."));
    }
    state.copies.last_field = Some(label);
    ask(state, text, row)
}

/// The selected field of the form, as it is drawn.
fn typed(state: &mut State) -> Vec<Effect> {
    let field = state.form.field();
    let text = state.stage.shown(Kind::of(field), state.form.draft.get(field));
    let Some(profile) = state.profile() else { return Vec::new() };
    let (profile, host) = (Masked::typed(&profile.name), Masked::typed(&profile.endpoint.authority()));
    let reference = Masked::typed(&state.form.draft.card_reference);
    let row = AuditRow::asked(Deed::Copy, &profile, &host, &reference);
    ask(state, text, row)
}

/// The reference of the row under the cursor of the history.
fn reference(state: &mut State) -> Vec<Effect> {
    let Some(entry) = state.history.row() else { return Vec::new() };
    let row = AuditRow::asked(Deed::Copy, &entry.profile, &entry.host, &entry.card_reference);
    let text = state.stage.shown_masked(Kind::Card, &entry.card_reference);
    ask(state, text, row)
}

fn refuse(state: &mut State, sentence: &str) -> Vec<Effect> {
    state.say(Tone::Plain, sentence);
    Vec::new()
}

/// Asks for the audit row. Without a history there is none to wait for, and masked text may be copied all the same.
fn ask(state: &mut State, text: Masked, row: AuditRow) -> Vec<Effect> {
    let text = state.staged(text);
    state.overlays.retain(|overlay| !matches!(overlay, Overlay::CopyMenu { .. } | Overlay::Fields(_)));
    if state.history.fault.is_some() {
        return vec![Effect::Copy(text)];
    }
    state.copies.count += 1;
    state.copies.waiting = Some(text);
    vec![Effect::Audit(Ticket::Copy(state.copies.count), Box::new(row))]
}

/// The audit row is on disk: copies. Where the row failed nothing is copied, but for a history that is not there at all.
pub(super) fn audited(state: &mut State, number: u32, result: Result<(), LedgerFault>) -> Vec<Effect> {
    if number != state.copies.count {
        return Vec::new();
    }
    let Some(text) = state.copies.waiting.take() else { return Vec::new() };
    if let Err(fault) = result
        && state.history.fault.is_none()
    {
        state.say(Tone::Bad, &format!("Nothing was copied, since the audit row could not be kept: {fault}."));
        return Vec::new();
    }
    vec![Effect::Copy(text)]
}

/// The text is on its way, and by which; or why not.
pub(super) fn copied(state: &mut State, text: &Masked, result: Result<CopyWay, CopyFault>) -> Vec<Effect> {
    let count = text.text().chars().count();
    let plural = if count == 1 { "" } else { "s" };
    let ids = if state.stage.on { " Its ids are pseudonyms." } else { "" };
    match result {
        Ok(CopyWay::Tool(name)) => {
            state.say(Tone::Good, &format!("Copied {count} character{plural} with {name}.{ids}"));
        }
        Ok(CopyWay::Terminal) if state.settings.in_tmux => state.say(Tone::Good, THROUGH_TMUX),
        Ok(CopyWay::Terminal) => state.say(Tone::Good, BY_TERMINAL),
        Err(fault) => state.say(Tone::Bad, &sentence(&fault.to_string())),
    }
    Vec::new()
}
