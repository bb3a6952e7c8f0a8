//! Up and Down in a field: the values that it had before, as a shell offers its lines; and a paste of several ids.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use tokenscope::app::call::CallId;
use tokenscope::app::event::What;
use tokenscope::app::form::{SAMPLE_CUSTOMER, SAMPLE_REFERENCE};
use tokenscope::app::intent::{Edit, Intent};
use tokenscope::app::keymap::{Code, Key, Keymap, Mode};
use tokenscope::app::state::State;
use tokenscope::domain::history::Entry;
use tokenscope::domain::request::{Draft, RequestField};
use tokenscope::secret::Masked;

/// A console with these references in its history, newest first, while an empty reference is edited.
fn with_history(references: &[Masked]) -> State {
    let mut state = stage::replied(1, 200, &stage::sample());
    let row = stage::recorded(&state);
    let of = |reference: &Masked| Entry { card_reference: reference.clone(), ..row.clone() };
    state.history.rows = references.iter().map(of).collect();
    state.used.clear();
    state.form.fill(Draft::default());
    stage::press(&mut state, Intent::EditField);
    state
}

fn step(state: &mut State, intent: Intent) -> String {
    stage::press(state, intent);
    state.form.draft.get(state.form.field()).to_owned()
}

fn typed(text: &str) -> Masked {
    Masked::typed(text)
}

#[test]
fn the_arrows_mean_that_in_a_field_and_tab_goes_to_the_next() {
    let of = |code| Keymap::default().meaning(Mode::Field, Key::plain(code));
    assert_eq!((of(Code::Up), of(Code::Down)), (Some(Intent::OlderValue), Some(Intent::NewerValue)));
    assert_eq!((of(Code::Tab), of(Code::BackTab)), (Some(Intent::NextField), Some(Intent::PreviousField)));
}

#[test]
fn up_goes_back_through_each_value_once_and_down_returns_to_what_was_typed() {
    let mut state = with_history(&[typed("token_3"), typed("token_2"), typed("token_3"), typed("token_1")]);
    "tok".chars().for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
    let up: Vec<String> = (0..4).map(|_| step(&mut state, Intent::OlderValue)).collect();
    assert_eq!(up, ["token_3", "token_2", "token_1", "token_1"]);
    assert!(state.notice.as_ref().is_some_and(|it| it.text.text().starts_with("No older value")));
    let down: Vec<String> = (0..4).map(|_| step(&mut state, Intent::NewerValue)).collect();
    assert_eq!(down, ["token_2", "token_3", "tok", "tok"]);
    assert_eq!(step(&mut state, Intent::Edit(Edit::Insert('e'))), "toke", "the cursor stands behind it");
    assert_eq!(step(&mut state, Intent::OlderValue), "token_3", "an edit starts anew");
    assert_eq!(step(&mut state, Intent::Undo), "toke");
}

#[test]
fn what_is_masked_as_a_card_number_is_not_offered() {
    let mut state = with_history(&[Masked::hidden(), typed("4111111111111111"), typed("token_1")]);
    assert_eq!(step(&mut state, Intent::OlderValue), "token_1");
    assert_eq!(step(&mut state, Intent::OlderValue), "token_1");
}

#[test]
fn each_field_has_its_own_values_and_a_routing_id_that_follows_is_none() {
    let mut state = with_history(&[typed("token_1")]);
    stage::press(&mut state, Intent::NextField);
    assert_eq!(step(&mut state, Intent::OlderValue), SAMPLE_CUSTOMER);
    stage::press(&mut state, Intent::NextField);
    assert_eq!(step(&mut state, Intent::OlderValue), "");
    state.history.rows[0].routing_id = typed("cart_1");
    assert_eq!(step(&mut state, Intent::OlderValue), "", "the list is that of the first Up");
    stage::press(&mut state, Intent::NextField);
    stage::press(&mut state, Intent::PreviousField);
    assert_eq!(step(&mut state, Intent::OlderValue), "cart_1");
}

#[test]
fn without_a_history_what_was_sent_in_this_session_is_offered() {
    let mut state = stage::console(1);
    let sent = stage::sent(&state, 1);
    stage::happen(&mut state, What::Admitted { id: CallId(1), sent: Box::new(sent) });
    state.form.fill(Draft::default());
    stage::press(&mut state, Intent::EditField);
    assert_eq!(step(&mut state, Intent::OlderValue), SAMPLE_REFERENCE);
}

fn pasted(text: &str) -> (State, String) {
    let mut state = stage::console(1);
    state.form.draft.routing_id = "cart_of_another".into();
    state.form.draft.submerchant_id = "airline".into();
    assert!(stage::happen(&mut state, What::Pasted(text.into())).is_empty(), "nothing is sent");
    let notice = state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default();
    (state, notice)
}

#[test]
fn two_lines_fill_the_form_in_order_and_the_notice_says_what_went_where() {
    let (state, notice) = pasted("token_7\rcust_7\r");
    let draft = &state.form.draft;
    assert_eq!((draft.card_reference.as_str(), draft.customer_id.as_str()), ("token_7", "cust_7"));
    assert_eq!((draft.routing_id.as_str(), draft.submerchant_id.as_str()), ("", "airline"));
    assert_eq!(
        notice,
        "Filled in order: card_reference token_7, customer_id cust_7. Nothing is sent before s."
    );
}

#[test]
fn a_row_of_a_spreadsheet_keeps_its_empty_cells_and_a_card_number_in_it_is_masked() {
    let (state, notice) = pasted("token_7\tcust_7\t\tsub_7");
    assert_eq!(state.form.draft.get(RequestField::SubmerchantId), "sub_7");
    assert!(notice.contains("x-routing-id left empty, submerchantId sub_7"), "{notice}");
    let (state, notice) = pasted("4111111111111111\tcust_7");
    let screen: String =
        stage::drawn(&state, (120, 36)).content.iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(screen.contains("cust_7") && !screen.contains("41111") && !notice.contains("41111"), "{screen}");
}
