//! `=` in the answer: whether a pasted value is the cryptogram or the token on the screen, without either being shown.
//!
//! It is an oracle, if a small one (`secret::sameness` says how small): so it is allowed where a reveal is, there are few
//! [`TRIES`] for an answer, and the outcome is in the audit trail before it is told. What was pasted is wiped as soon as it was
//! compared; only the outcome waits for its row.

use super::{press, reveal};
use crate::app::call::CallId;
use crate::app::effect::{Effect, Ticket};
use crate::app::intent::Edit;
use crate::app::overlay::{Comparison, Overlay, Stage, Told, Which};
use crate::app::state::{State, Tone};
use crate::domain::history::{AuditRow, Deed};
use crate::ports::LedgerFault;
use crate::secret::{Masked, Sameness, compare};

/// How often values may be held against one answer.
pub const TRIES: u32 = 5;

/// `=`: asks for the value.
pub(super) fn paste(state: &mut State) -> Vec<Effect> {
    if let Some(why) = refused(state) {
        state.say(Tone::Plain, &why);
        return Vec::new();
    }
    press::cover(state, Overlay::Compare(Comparison::default()))
}

/// Why nothing can be compared here.
fn refused(state: &State) -> Option<String> {
    if let Some(why) = state.refused_on_stage("Nothing is compared") {
        return Some(why);
    }
    let Some(answer) = state.record().and_then(|record| record.answer()) else {
        return Some("There is no answer to compare a value with: s sends the request.".into());
    };
    if answer.cryptogram.value().is_none() && answer.token.value().is_none() {
        return Some("This answer has neither cryptogram nor token to compare a value with.".into());
    }
    if !state.profile().is_some_and(|profile| profile.allow_reveal) {
        return Some(
            "Nothing is compared: this profile has allow_reveal = false, and a compare tells of the value too."
                .into(),
        );
    }
    if let Some(fault) = state.history.fault {
        return Some(format!("Nothing is compared, since no audit row can be kept: {fault}."));
    }
    (state.tries_left() == 0).then(|| {
        format!("Nothing is compared: the {TRIES} tries for this answer are used up, so that nobody finds a value by guessing.")
    })
}

/// A character, or one taken back.
pub(super) fn edit(comparison: &mut Comparison, edit: Edit) {
    match edit {
        _ if matches!(comparison.stage, Stage::Waiting(_)) => return,
        Edit::Insert(c) => comparison.pasted.push(c),
        Edit::Backspace => comparison.pasted.pop(),
        Edit::KillToStart => comparison.pasted.clear(),
        _ => return,
    }
    comparison.stage = Stage::Typing;
}

/// Enter: compares, and asks for the row that says how it came out.
pub(super) fn accept(state: &mut State) -> Vec<Effect> {
    let is_spent = state.tries_left() == 0;
    let (Some(record), Some(Overlay::Compare(comparison))) = (state.call.record(), state.overlays.last_mut())
    else {
        return Vec::new();
    };
    let Some(answer) = record.answer().filter(|_| matches!(comparison.stage, Stage::Typing) && !is_spent)
    else {
        return Vec::new();
    };
    // Neither of the two tells anything of the answer, so neither is a try.
    if comparison.pasted.is_cut() {
        comparison.stage = Stage::TooLong;
        comparison.pasted.clear();
        return Vec::new();
    }
    if comparison.pasted.is_short() {
        comparison.stage = Stage::TooShort;
        return Vec::new();
    }
    let told = best(&[
        (Which::Cryptogram, answer.cryptogram.value().map(|it| compare(it, &comparison.pasted))),
        (Which::Token, answer.token.value().map(|it| compare(it, &comparison.pasted))),
    ]);
    comparison.pasted.clear();
    let ticket = Ticket::Compare(record.id);
    let row =
        AuditRow { outcome: Masked::ours(told.word()), ..reveal::audit_row(&record.sent, Deed::Compare) };
    comparison.stage = Stage::Waiting(told);
    state.compared = (record.id, state.compared_with(record.id) + 1);
    state.pending = Some(ticket);
    vec![Effect::Audit(ticket, Box::new(row))]
}

/// What is told of both: that which is most the same.
fn best(found: &[(Which, Option<Sameness>)]) -> Told {
    let weight = |sameness: &Sameness| match sameness {
        Sameness::TooShort => 0,
        Sameness::Different => 1,
        Sameness::Truncated { .. } => 2,
        Sameness::Same(_) => 3,
    };
    let mut told = Told { which: Which::Neither, sameness: Sameness::TooShort };
    for (which, sameness) in found.iter().filter_map(|(which, sameness)| Some((*which, sameness.clone()?))) {
        if weight(&sameness) > weight(&told.sameness) {
            let is_one = !matches!(sameness, Sameness::Different);
            told = Told { which: if is_one { which } else { Which::Neither }, sameness };
        }
    }
    told
}

/// The row is on disk, so the outcome is told; or it is not, and nothing is.
pub(super) fn audited(state: &mut State, id: CallId, result: Result<(), LedgerFault>) -> Vec<Effect> {
    let is_shown = state.record().is_some_and(|record| record.id == id);
    let Some(Overlay::Compare(comparison)) = state.overlays.last_mut() else { return Vec::new() };
    match (result, std::mem::take(&mut comparison.stage)) {
        (Ok(()), Stage::Waiting(told)) if is_shown => comparison.stage = Stage::Told(told),
        (Err(fault), _) => {
            state.overlays.pop();
            super::refuse(state, "It is not told how the compare came out", fault);
        }
        _ => {}
    }
    Vec::new()
}

/// The process was stopped, or no place to type unseen was to be had: what was pasted goes.
pub(super) fn close(state: &mut State) {
    state.overlays.retain(|overlay| !matches!(overlay, Overlay::Compare(_)));
    state.pending.take_if(|ticket| matches!(ticket, Ticket::Compare(_)));
}
