//! The compare with a pasted value, without a terminal: who may ask, how often, what it tells and when.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::time::Duration;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::{Effect, Ticket};
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::{Edit, Intent, Pane};
use tokenscope::app::overlay::{Overlay, Stage, Which};
use tokenscope::app::state::State;
use tokenscope::app::{TRIES, update};
use tokenscope::domain::history::{AuditRow, Deed};
use tokenscope::ports::LedgerFault;
use tokenscope::secret::{Moment, Sameness};

const CRYPTOGRAM: &str = "MADEUPmadeupMADEUPmadeupMA0=";
const TOKEN: &str = "4788080252078243";

/// With the place to paste into on the screen.
fn asking() -> State {
    let mut state = stage::replied(1, 200, &stage::sample());
    stage::press(&mut state, Intent::Compare);
    assert!(state.wants_private_input());
    state
}

fn type_in(state: &mut State, value: &str) {
    value.chars().for_each(|c| drop(stage::press(state, Intent::Edit(Edit::Insert(c)))));
}

/// Pastes a value and accepts it; the row that is asked for.
fn held(state: &mut State, value: &str) -> Option<AuditRow> {
    type_in(state, value);
    match stage::press(state, Intent::Open).as_slice() {
        [Effect::Audit(Ticket::Compare(id), row)] if *id == CallId(1) => Some((**row).clone()),
        [] => None,
        other => panic!("{other:?}"),
    }
}

fn audited(state: &mut State, result: Result<(), LedgerFault>) -> Vec<Effect> {
    stage::happen(state, What::Audited { ticket: Ticket::Compare(CallId(1)), result })
}

fn stage_of(state: &State) -> &Stage {
    match state.overlays.last() {
        Some(Overlay::Compare(comparison)) => &comparison.stage,
        _ => panic!("nothing is compared"),
    }
}

fn told(state: &State) -> Option<(Which, &Sameness)> {
    match stage_of(state) {
        Stage::Told(told) => Some((told.which, &told.sameness)),
        _ => None,
    }
}

fn count(state: &State) -> usize {
    match state.overlays.last() {
        Some(Overlay::Compare(comparison)) => comparison.pasted.count(),
        _ => panic!("nothing is compared"),
    }
}

fn notice(state: &State) -> String {
    state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
}

fn screen(state: &State) -> String {
    stage::drawn(state, (120, 40)).content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn the_outcome_is_told_once_its_row_is_on_disk_and_the_row_holds_no_value() {
    for (value, word, which) in [
        (CRYPTOGRAM, "same", Which::Cryptogram),
        (TOKEN, "same", Which::Token),
        ("madeupMADEUPmadeupMADEUPma0=", "same, written otherwise", Which::Cryptogram),
        ("MADEUPmadeupMADEUPmadeup", "truncated", Which::Cryptogram),
        ("NOTTHEcryptogramOFTHISanswer", "different", Which::Neither),
    ] {
        let mut state = asking();
        let row = held(&mut state, value).expect("a row");
        assert_eq!((row.deed, row.outcome.text()), (Deed::Compare, word.to_owned()));
        assert_eq!(row.card_reference.text(), "token_a0c16957f9bf46b0966a91a35b555353");
        assert!(told(&state).is_none(), "{value}: told before its row");
        for early in ["SAME", "DIFFERENT", "TRUNCATED"] {
            assert!(!screen(&state).contains(early), "{value}");
        }
        audited(&mut state, Ok(()));
        assert_eq!(told(&state).map(|it| it.0), Some(which), "{value}");
    }
}

#[test]
fn what_was_pasted_is_gone_as_soon_as_it_was_compared() {
    let mut state = asking();
    type_in(&mut state, CRYPTOGRAM);
    assert_eq!(count(&state), CRYPTOGRAM.len());
    stage::press(&mut state, Intent::Open);
    assert_eq!(count(&state), 0);
}

#[test]
fn without_its_row_nothing_is_told_and_the_try_is_spent_all_the_same() {
    let mut state = asking();
    held(&mut state, CRYPTOGRAM).expect("a row");
    audited(&mut state, Err(LedgerFault::Full));
    assert!(state.overlays.is_empty() && !screen(&state).contains("SAME"));
    let notice = notice(&state);
    assert!(
        notice.contains("since the audit row could not be kept") && notice.contains("disk is full"),
        "{notice}"
    );
    assert_eq!(state.tries_left(), TRIES - 1);
}

#[test]
fn a_row_that_comes_when_the_dialog_is_closed_tells_nothing() {
    let mut state = asking();
    held(&mut state, CRYPTOGRAM).expect("a row");
    stage::press(&mut state, Intent::Back);
    stage::press(&mut state, Intent::Compare);
    audited(&mut state, Ok(()));
    assert!(matches!(stage_of(&state), Stage::Typing));
}

#[test]
fn there_are_few_tries_for_an_answer_and_new_ones_for_the_next() {
    let mut state = asking();
    for left in (0..TRIES).rev() {
        held(&mut state, "NOTTHEcryptogramOFTHISanswer").expect("a row");
        audited(&mut state, Ok(()));
        assert_eq!(state.tries_left(), left);
    }
    assert!(held(&mut state, CRYPTOGRAM).is_none(), "no try is left");
    stage::press(&mut state, Intent::Back);
    stage::press(&mut state, Intent::Compare);
    assert!(state.overlays.is_empty() && notice(&state).contains("tries for this answer are used up"));
    let sent = stage::sent(&state, 2);
    stage::happen(&mut state, What::Admitted { id: CallId(2), sent: Box::new(sent) });
    let reply = stage::reply(200, &stage::sample());
    stage::happen(&mut state, What::Replied { id: CallId(2), reply });
    assert_eq!(state.tries_left(), TRIES);
}

#[test]
fn what_is_too_short_or_too_long_is_not_compared_and_is_no_try() {
    let mut state = asking();
    assert!(held(&mut state, "MADEUPm").is_none());
    assert!(matches!(stage_of(&state), Stage::TooShort) && state.tries_left() == TRIES);
    assert_eq!(count(&state), 7, "one goes on typing");
    assert!(held(&mut state, &"x".repeat(5_000)).is_none());
    assert!(matches!(stage_of(&state), Stage::TooLong) && count(&state) == 0);
    assert_eq!(state.tries_left(), TRIES);
}

#[test]
fn it_is_allowed_where_a_reveal_is_and_nowhere_else() {
    let compared = |change: fn(&mut State), body: &str| {
        let mut state = stage::replied(2, 200, body);
        change(&mut state);
        stage::press(&mut state, Intent::Compare);
        (state.overlays.len(), notice(&state))
    };
    let sample = stage::sample();
    assert_eq!(compared(|_| {}, &sample).0, 1);
    let (overlays, why) = compared(|state| state.profiles[2].allow_reveal = false, &sample);
    assert!(overlays == 0 && why.contains("allow_reveal = false"), "{why}");
    let (overlays, why) = compared(|state| state.history.fault = Some(LedgerFault::Full), &sample);
    assert!(overlays == 0 && why.contains("no audit row can be kept"), "{why}");
    let (overlays, why) = compared(|_| {}, r#"{"token_details": {"status": "ACTIVE"}}"#);
    assert!(overlays == 0 && why.contains("neither cryptogram nor token"), "{why}");
    let (overlays, why) = compared(|_| {}, r#"{"error": true}"#);
    assert!(overlays == 0 && why.contains("no answer to compare"), "{why}");
}

#[test]
fn what_is_typed_is_counted_and_never_drawn() {
    let mut state = asking();
    type_in(&mut state, "QZXJKWqz");
    let screen = screen(&state);
    assert!(screen.contains("> ••••••••  8 characters"), "{screen}");
    assert!(!screen.contains("QZX") && !screen.contains("JKW"));
    stage::press(&mut state, Intent::Edit(Edit::Backspace));
    assert_eq!(count(&state), 7);
    stage::press(&mut state, Intent::Edit(Edit::KillToStart));
    assert_eq!(count(&state), 0);
}

#[test]
fn a_stop_of_the_process_wipes_what_was_pasted_and_a_look_elsewhere_does_not() {
    let mut state = asking();
    type_in(&mut state, CRYPTOGRAM);
    stage::happen(&mut state, What::FocusLost);
    assert_eq!(count(&state), CRYPTOGRAM.len(), "one copies the value in another window");
    stage::happen(&mut state, What::Resumed);
    assert!(state.overlays.is_empty() && !state.wants_private_input());
    let mut state = asking();
    stage::happen(&mut state, What::NoPrivateInput);
    assert!(state.overlays.is_empty() && notice(&state).contains("Nothing can be compared here"));
}

#[test]
fn the_enter_of_a_paste_without_brackets_accepts_nothing() {
    let mut state = asking();
    let came = Moment(stage::NOW.0 + Duration::from_secs(1));
    let key = |state: &mut State, intent, printable| {
        let press = Press { intent: Some(intent), printable, repeat: false, came };
        update(state, Event { at: stage::NOW, stamp: stage::AT, what: What::Pressed(press) })
    };
    CRYPTOGRAM.chars().for_each(|c| drop(key(&mut state, Intent::Edit(Edit::Insert(c)), true)));
    assert!(key(&mut state, Intent::Open, false).is_empty());
    assert_eq!((count(&state), state.tries_left()), (CRYPTOGRAM.len(), TRIES));
    let mut state = stage::replied(1, 200, &stage::sample());
    for c in [Intent::NextPane, Intent::Compare] {
        key(&mut state, c, true);
    }
    assert!(state.overlays.is_empty(), "an = within a paste opens nothing");
    assert_eq!(state.focus, Pane::Profiles.step(3));
}
