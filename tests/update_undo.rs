//! Undo in the form: every kind of change is taken back, and nothing is kept that may not be.
#![allow(
    clippy::format_push_string,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use tokenscope::app::event::What;
use tokenscope::app::form::SAMPLE_REFERENCE;
use tokenscope::app::intent::{Edit, Intent, Pane};
use tokenscope::app::overlay::Overlay;
use tokenscope::app::state::State;
use tokenscope::domain::request::RequestField;

fn type_in(state: &mut State, text: &str) {
    text.chars().for_each(|c| drop(stage::press(state, Intent::Edit(Edit::Insert(c)))));
}

fn reference(state: &State) -> &str {
    &state.form.draft.card_reference
}

fn undo(state: &mut State) {
    stage::press(state, Intent::Undo);
}

fn notice(state: &State) -> String {
    state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
}

#[test]
fn what_was_typed_goes_in_one_step_and_what_was_deleted_comes_back() {
    let mut state = stage::console(1);
    stage::press(&mut state, Intent::EditField);
    stage::press(&mut state, Intent::Edit(Edit::KillToStart));
    type_in(&mut state, "token_7");
    stage::press(&mut state, Intent::Edit(Edit::WordBack));
    for expected in ["token_7", "", SAMPLE_REFERENCE, SAMPLE_REFERENCE] {
        undo(&mut state);
        assert_eq!(reference(&state), expected);
    }
    assert_eq!(notice(&state), "There is nothing to undo in the form.");
    assert!(state.form.editing, "the field is still the one that is edited");
}

#[test]
fn the_cursor_stands_in_the_field_whose_change_was_taken_back() {
    let mut state = stage::console(1);
    stage::press(&mut state, Intent::EditField);
    type_in(&mut state, "x");
    stage::press(&mut state, Intent::NextField);
    stage::press(&mut state, Intent::NextField);
    undo(&mut state);
    assert_eq!((state.form.field(), reference(&state)), (RequestField::CardReference, SAMPLE_REFERENCE));
}

#[test]
fn a_filled_form_comes_back_after_a_paste_a_row_of_history_and_a_profile() {
    let mut state = stage::replied(1, 200, &stage::sample());
    let before = state.form.draft.clone();
    stage::press(&mut state, Intent::Focus(Pane::Request));
    stage::happen(
        &mut state,
        What::Pasted(r#"{"card_reference": "token_9", "customer_id": "cust_9"}"#.into()),
    );
    assert_eq!(reference(&state), "token_9");
    undo(&mut state);
    assert_eq!(state.form.draft, before);

    state.history.rows = vec![stage::recorded(&state)];
    stage::happen(&mut state, What::Pasted("token_8\ncust_8".into()));
    let pasted = state.form.draft.clone();
    stage::press(&mut state, Intent::Focus(Pane::History));
    stage::press(&mut state, Intent::Open);
    assert_eq!(reference(&state), SAMPLE_REFERENCE);
    undo(&mut state);
    assert_eq!(state.form.draft, pasted);

    state.profiles[2].submerchant_id = "airline".into();
    state.overlays = vec![Overlay::Profiles { cursor: 2 }];
    stage::press(&mut state, Intent::Open);
    assert_eq!(state.form.draft.submerchant_id, "airline");
    undo(&mut state);
    assert_eq!(state.form.draft, pasted);
    assert_eq!(state.current, 2, "the profile stays the one that it is");
}

/// Everything that undo can bring back, and the form itself.
fn all_that_is_kept(state: &mut State) -> String {
    let mut all = format!("{:?}", state.form);
    for _ in 0..200 {
        undo(state);
        all += &format!("{:?}", state.form.draft);
    }
    all
}

#[test]
fn the_secrets_of_a_pasted_request_are_in_no_step() {
    let mut state = stage::console(1);
    for _ in 0..2 {
        stage::happen(&mut state, What::Pasted(include_str!("fixtures/request.txt").into()));
        stage::press(&mut state, Intent::Back);
        stage::happen(&mut state, What::Pasted("token_8\ncust_8".into()));
    }
    let all = all_that_is_kept(&mut state);
    assert!(all.contains("tkn_5f1e2d") && all.contains("cust_8"), "the search finds what is there");
    for never in ["RkFLRUtF", "FAKEKEY", "1111 1111", "739"] {
        assert!(!all.contains(never), "{never} in {all}");
    }
}

#[test]
fn nothing_of_an_answer_is_in_a_step() {
    let mut state = stage::revealed();
    stage::press(&mut state, Intent::EditField);
    type_in(&mut state, "x");
    let all = all_that_is_kept(&mut state);
    assert!(all.contains(SAMPLE_REFERENCE), "the search finds what is there");
    for never in ["MADEUP", "478808", "Rohit"] {
        assert!(!all.contains(never), "{never} in {all}");
    }
}

#[test]
fn a_card_number_typed_by_mistake_does_not_come_back() {
    let mut state = stage::console(1);
    stage::press(&mut state, Intent::EditField);
    stage::press(&mut state, Intent::Edit(Edit::KillToStart));
    type_in(&mut state, "41111111111111");
    stage::press(&mut state, Intent::Edit(Edit::Left));
    type_in(&mut state, "11");
    stage::press(&mut state, Intent::Edit(Edit::KillToStart));
    type_in(&mut state, "token_7");
    let all = all_that_is_kept(&mut state);
    assert!(all.contains("token_7") && all.contains(SAMPLE_REFERENCE), "the search finds what is there");
    assert!(!all.contains("11111"), "{all}");
}

#[test]
fn dropping_the_answer_drops_the_steps_too() {
    let mut state = stage::replied(1, 200, &stage::sample());
    stage::press(&mut state, Intent::EditField);
    type_in(&mut state, "x");
    stage::press(&mut state, Intent::Back);
    stage::press(&mut state, Intent::Clear);
    let before = state.form.draft.clone();
    undo(&mut state);
    assert_eq!(state.form.draft, before);
    assert!(state.used.is_empty());
}
