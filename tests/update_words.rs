//! The words that arm production or delete the history, from a terminal that does not bracket what is pasted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::time::Duration;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::Effect;
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::{Edit, Intent};
use tokenscope::app::overlay::Overlay;
use tokenscope::app::state::State;
use tokenscope::app::update;
use tokenscope::domain::guard::Barred;
use tokenscope::secret::Moment;

/// A console that asks for `prod demo_merchant`.
fn asked() -> State {
    let mut state = stage::console(2);
    stage::press(&mut state, Intent::Send);
    stage::happen(&mut state, What::Barred { id: CallId(1), barred: Barred::Unconfirmed });
    state
}

/// Types each character so many milliseconds behind the one before, and Enter a second later.
fn typed(state: &mut State, text: &str, gap: impl Fn(usize) -> u64) -> Vec<Effect> {
    let mut at = Duration::from_secs(70);
    let mut press = |state: &mut State, intent, printable, millis| {
        at += Duration::from_millis(millis);
        let what = What::Pressed(Press { intent: Some(intent), printable, repeat: false, came: Moment(at) });
        update(state, Event { at: Moment(at), stamp: stage::AT, what })
    };
    for (place, c) in text.chars().enumerate() {
        press(state, Intent::Edit(Edit::Insert(c)), true, gap(place));
    }
    press(state, Intent::Open, false, 1_000)
}

fn line(state: &State) -> &str {
    match state.overlays.last() {
        Some(Overlay::Confirm(confirm)) => &confirm.typed,
        Some(Overlay::Purge(purging)) => &purging.typed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn words_that_came_at_once_are_a_paste_however_late_enter_is_pressed() {
    let mut state = asked();
    assert!(typed(&mut state, "prod demo_merchant", |_| 1).is_empty());
    assert_eq!(line(&state), "");
    assert!(state.notice.as_ref().unwrap().text.text().starts_with("A paste is refused here"));
    assert!(matches!(typed(&mut state, "prod demo_merchant", |_| 90)[..], [Effect::Send { .. }]));
}

#[test]
fn fingers_that_roll_over_two_keys_now_and_then_are_a_persons() {
    let mut state = asked();
    let effects = typed(&mut state, "prod demo_merchant", |place| if place % 3 == 0 { 10 } else { 90 });
    assert!(matches!(effects[..], [Effect::Send { .. }]), "{effects:?}");
}

#[test]
fn the_word_of_a_purge_is_no_paste_either() {
    let mut state = stage::console(0);
    stage::press(&mut state, Intent::Purge);
    stage::happen(&mut state, What::Counted(Ok(3)));
    assert!(typed(&mut state, "purge", |_| 1).is_empty());
    assert_eq!(line(&state), "");
    assert!(matches!(typed(&mut state, "purge", |_| 90)[..], [Effect::Purge]));
}
