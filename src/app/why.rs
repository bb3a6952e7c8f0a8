//! Why an intent does nothing here and now: one place, from which refusals, palette, help and footer speak.
//!
//! Owns: the sentence of each such reason, with the keys that the user has. Must not know: how it is shown. What only shows
//! itself when a thing is tried (a field that cannot be sent, a row that cannot be written) is not here. Tested:
//! `tests/update_why.rs`.

use super::call::Call;
use super::intent::{Intent, Pane};
use super::keymap::Mode;
use super::probe::Probe;
use super::search::Place;
use super::state::{Notice, Revealed, State, Tone};
use super::update::TRIES;
use crate::domain::answer::Held;
use crate::domain::guard::Barred;
use crate::secret::Masked;

/// Why the intent does nothing here and now; `None` where it does something. Below the palette and the help it is asked.
pub fn why_not(state: &State, intent: Intent) -> Option<Notice> {
    let mode = Mode::below(state);
    let is_pane = matches!(mode, Mode::Pane(_));
    match intent {
        Intent::Send if is_pane || mode == Mode::Field => send(state),
        Intent::Cancel => cancel(state),
        Intent::PreviousProfile if state.previous.is_none() => {
            plain(&format!("There was no other profile yet: {} picks one.", state.key(Intent::Profiles)))
        }
        Intent::Reveal => reveal(state),
        Intent::Identity => identity(state),
        Intent::Export => export(state),
        Intent::Copy => copy(state),
        Intent::CopyMenu if state.call.sent().is_none() => lacks(state, "There is no call to copy yet"),
        Intent::Compare if is_pane && state.focus != Pane::History => compare(state),
        Intent::Compare if is_pane => compare_rows(state),
        Intent::Raw => raw(state),
        Intent::Timing if state.record().is_none() => {
            lacks(state, "There is no call whose time could be told yet")
        }
        Intent::Clear if matches!(state.call, Call::Idle) => plain("There is no answer to drop."),
        Intent::Probe => state.probe_offer().err().and_then(|why| plain(&why)),
        Intent::Filter if is_pane && !is_overlay_searched(state) => filter(state),
        Intent::NextMatch | Intent::PreviousMatch => searched(state, is_pane),
        Intent::Undo if !state.form.has_past() => plain("There is nothing to undo in the form."),
        Intent::Purge => {
            let fault = state.history.fault?;
            said(Tone::Bad, &format!("There is no history to delete: {fault}."))
        }
        Intent::Open if is_pane => open(state),
        Intent::Back if is_pane => back(state),
        Intent::NextField | Intent::PreviousField | Intent::OlderValue | Intent::NewerValue
            if mode != Mode::Field =>
        {
            plain(&format!("It works while a field is edited: {} edits one.", state.key(Intent::EditField)))
        }
        Intent::Edit(_) if !mode.takes_text() => plain("It works where text is typed."),
        Intent::ExportForm if mode != Mode::Export => {
            plain(&format!("It works in the preview of an export: {} opens it.", state.key(Intent::Export)))
        }
        Intent::Unusable if mode != Mode::ReportList => of_report(state),
        Intent::Fill if !matches!(mode, Mode::ReportList | Mode::ReportRow) => of_report(state),
        Intent::Probing(_) if mode != Mode::ProbePlan => plain(&format!(
            "It works in the plan of a probe: {} in Answer shows it.",
            state.key(Intent::Probe)
        )),
        _ => None,
    }
}

/// Why nothing can be revealed under this profile at all: in a few words, and as the end of a sentence.
pub fn sealed(state: &State) -> Option<(&'static str, String)> {
    if let Some(why) = state.refused_on_stage() {
        return Some(("on STAGE", why));
    }
    if !state.profile().is_some_and(|profile| profile.allow_reveal) {
        return Some(("allow_reveal = false", ": this profile has allow_reveal = false".into()));
    }
    let fault = state.history.fault?;
    Some(("no audit trail", format!(", since no audit row can be kept: {fault}")))
}

/// A fault of ours starts in lower case and without a full stop; on the screen it is a sentence.
pub(super) fn sentence(fault: &str) -> String {
    let mut chars = fault.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

#[expect(clippy::unnecessary_wraps, reason = "it stands at the end of what may as well find no reason")]
fn said(tone: Tone, sentence: &str) -> Option<Notice> {
    Some(Notice { tone, text: Masked::ours(sentence) })
}

fn plain(sentence: &str) -> Option<Notice> {
    said(Tone::Plain, sentence)
}

/// Something is missing that a send would bring.
fn lacks(state: &State, what: &str) -> Option<Notice> {
    plain(&format!("{what}: {} sends the request.", state.key(Intent::Send)))
}

fn send(state: &State) -> Option<Notice> {
    if state.call.flight().is_some() {
        return plain(&format!("A call is under way already: {} cancels it.", state.key(Intent::Back)));
    }
    let barred = match state.profile() {
        _ if state.settings.read_only => Barred::ReadOnly,
        Some(profile) if profile.read_only => Barred::ProfileReadOnly,
        _ => return None,
    };
    said(Tone::Bad, &sentence(&barred.to_string()))
}

fn filter(state: &State) -> Option<Notice> {
    let nothing = match state.focus {
        Pane::Request => true,
        Pane::Answer => state.record().is_none(),
        Pane::History => state.history.fault.is_some(),
        Pane::Profiles => false,
    };
    let key = |pane| state.key(Intent::Focus(pane));
    let (answer, history) = (key(Pane::Answer), key(Pane::History));
    let why = format!(
        "There is nothing to search here: {answer} for the answer or {history} for the history first."
    );
    nothing.then(|| plain(&why)).flatten()
}

fn of_report(state: &State) -> Option<Notice> {
    plain(&format!("It works in the report of a batch: {} opens one.", state.key(Intent::Report)))
}

/// The help is searched itself, while it tells of what lies below.
fn is_overlay_searched(state: &State) -> bool {
    matches!(state.search_place(), Some(Place::Overlay(_)))
}

fn searched(state: &State, is_pane: bool) -> Option<Notice> {
    let is_below = is_pane && !is_overlay_searched(state);
    let place = if is_below { Place::of(state.focus) } else { state.search_place() };
    let is_searched = place.is_some_and(|place| state.search(place).is_some());
    let why =
        || plain(&format!("Nothing is searched for here: {} starts a search.", state.key(Intent::Filter)));
    if is_searched { None } else { why() }
}

fn cancel(state: &State) -> Option<Notice> {
    let is_running = state.call.flight().is_some() || state.probe().is_some_and(Probe::is_running);
    if is_running { None } else { plain("No call is under way.") }
}

fn reveal(state: &State) -> Option<Notice> {
    if state.grant(Revealed::Cryptogram).is_some() {
        return plain(&format!("The cryptogram is revealed already; {} masks it.", state.key(Intent::Mask)));
    }
    let Some(answer) = state.record().and_then(|record| record.answer()) else {
        return lacks(state, "There is no answer whose cryptogram could be revealed");
    };
    if answer.cryptogram.value().is_none() {
        return plain("This answer has no cryptogram to reveal.");
    }
    stays_masked(state)
}

fn identity(state: &State) -> Option<Notice> {
    if state.grant(Revealed::Identity).is_some() {
        return plain(&format!(
            "The personal fields are shown already; {} masks them.",
            state.key(Intent::Mask)
        ));
    }
    let Some(answer) = state.record().and_then(|record| record.answer()) else {
        return lacks(state, "There is no answer whose personal fields could be shown");
    };
    let is_empty = |held: &Held| held.value().is_none();
    if answer.personal().all(|(_, held)| is_empty(held)) {
        return plain("This answer has no personal fields to show.");
    }
    stays_masked(state)
}

fn stays_masked(state: &State) -> Option<Notice> {
    sealed(state).and_then(|(_, why)| said(Tone::Bad, &format!("It stays masked{why}.")))
}

fn export(state: &State) -> Option<Notice> {
    if state.record().is_none() {
        return lacks(state, "There is no answer to export yet");
    }
    let fault = state.history.fault?;
    said(Tone::Bad, &format!("Nothing was exported, since no audit row can be kept: {fault}."))
}

fn copy(state: &State) -> Option<Notice> {
    let key = state.key(Intent::Copy);
    match state.focus {
        Pane::Profiles => plain(&format!("Nothing was copied: {key} copies in Request, Answer and History.")),
        Pane::Request if state.form.draft.get(state.form.field()).is_empty() => {
            plain(&format!("Nothing was copied: {} is empty.", state.form.field().name()))
        }
        Pane::Answer if state.call.flight().is_some() => plain(&format!(
            "There is no field to copy before the answer: {} copies the request.",
            state.key(Intent::CopyMenu)
        )),
        Pane::Answer if state.record().is_none() => lacks(state, "There is no field to copy yet"),
        Pane::History => no_row(state, "Nothing was copied"),
        _ => None,
    }
}

fn compare(state: &State) -> Option<Notice> {
    let Some(answer) = state.record().and_then(|record| record.answer()) else {
        return lacks(state, "There is no answer to compare a value with");
    };
    if answer.cryptogram.value().is_none() && answer.token.value().is_none() {
        return plain("This answer has neither cryptogram nor token to compare a value with.");
    }
    if let Some((_, why)) = sealed(state) {
        return plain(&format!("Nothing is compared{why}."));
    }
    if state.tries_left() == 0 {
        return plain(&format!(
            "Nothing is compared: the {TRIES} tries for this answer are used up, so that nobody finds a value by guessing."
        ));
    }
    None
}

/// It is asked with each frame, so very many rows are left to the key to look through: it says the same where none is found.
fn compare_rows(state: &State) -> Option<Notice> {
    let history = &state.history;
    let Some(row) = history.row() else { return no_row(state, "There is nothing to compare") };
    if history.is_long() || history.others_of(row).next().is_some() {
        return None;
    }
    no_other_row()
}

/// Why a row has nothing to be compared with.
pub(super) fn no_other_row() -> Option<Notice> {
    plain("There is nothing to compare with: the history has no other call of this reference.")
}

fn raw(state: &State) -> Option<Notice> {
    match state.record() {
        None => lacks(state, "There is no JSON to show yet"),
        Some(record) if record.exchange().is_none() => plain("No answer came, so there is no JSON to show."),
        Some(_) => None,
    }
}

/// Enter in a pane.
fn open(state: &State) -> Option<Notice> {
    match state.focus {
        Pane::Answer if state.record().is_none() => lacks(state, "There is no finding to show yet"),
        Pane::History => no_row(state, "There is no call to fill the form from"),
        _ => None,
    }
}

fn no_row(state: &State, what: &str) -> Option<Notice> {
    let history = &state.history;
    let why = match history.row() {
        Some(_) => return None,
        None if history.rows.is_empty() => "the history has no row yet".to_owned(),
        None => format!("no row holds what is searched for, and {} clears that", state.key(Intent::Back)),
    };
    plain(&format!("{what}: {why}."))
}

fn back(state: &State) -> Option<Notice> {
    let hides = state.reveal.is_some() || state.pending.is_some();
    let is_searched = Place::of(state.focus).is_some_and(|place| state.search(place).is_some());
    let is_of_use = hides || state.zoomed || is_searched || state.call.flight().is_some();
    if is_of_use { None } else { plain("There is nothing to go back from: no reveal, zoom, search or call.") }
}
