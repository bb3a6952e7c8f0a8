//! The form before a send: refusals stop it and put the cursor there, warnings are seen and stop nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod stage;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::Effect;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Intent, Pane};
use tokenscope::app::state::State;
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::guard::Guard;
use tokenscope::domain::request::{Draft, RequestField};
use tokenscope::domain::sent::Sent;

fn form(change: impl Fn(&mut Draft)) -> State {
    let mut state = stage::console(1);
    change(&mut state.form.draft);
    state
}

fn notice(state: &State) -> String {
    state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
}

fn screen(state: &State, size: (u16, u16)) -> String {
    let buffer = stage::drawn(state, size);
    let line =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    buffer.content.chunks(usize::from(size.0)).map(|row| line(row) + "\n").collect()
}

/// The same without regard to where lines end.
fn words(screen: &str) -> String {
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_refusal_stops_the_send_and_puts_the_cursor_on_the_first_field_at_fault() {
    let mut state = form(|draft| {
        draft.customer_id = "a b".into();
        draft.submerchant_id = "4111 1111 1111 1111".into();
    });
    stage::press(&mut state, Intent::Focus(Pane::Answer));
    assert!(stage::press(&mut state, Intent::Send).is_empty());
    assert_eq!((state.focus, state.form.field()), (Pane::Request, RequestField::CustomerId));
    assert!(notice(&state).starts_with("Nothing was sent: customer_id holds a blank"), "{}", notice(&state));
}

#[test]
fn a_version_that_is_no_day_stops_the_send_and_blames_no_field() {
    let mut state = stage::console(1);
    state.profiles[1].version = "v4".into();
    assert!(stage::press(&mut state, Intent::Send).is_empty());
    assert!(notice(&state).contains("version of this profile is no day"), "{}", notice(&state));
}

#[test]
fn a_warning_stops_nothing_and_is_said_while_the_call_goes_out() {
    let mut state = form(|draft| draft.card_reference = "tkn_1".into());
    let effects = stage::press(&mut state, Intent::Send);
    assert!(matches!(effects.as_slice(), [Effect::Send { .. }]));
    assert!(notice(&state).starts_with("Look twice: card_reference starts with tkn_"), "{}", notice(&state));
    let mut sound = stage::console(1);
    assert!(matches!(stage::press(&mut sound, Intent::Send).as_slice(), [Effect::Send { .. }]));
    assert_eq!(notice(&sound), "");
}

#[test]
fn a_finding_stands_beside_its_field_and_as_a_sentence_below_before_anything_is_pressed() {
    for size in [(80, 24), (120, 36), (60, 16)] {
        let screen = screen(&form(|draft| draft.card_reference = "tkn_1".into()), size);
        assert!(screen.contains("card_reference  tkn_: short-lived"), "{screen}");
        assert!(words(&screen).contains("short-lived card_token of List Cards"), "{screen}");
    }
    assert!(!screen(&stage::console(1), (80, 24)).contains("short-lived"));
}

#[test]
fn the_sentence_below_is_that_of_the_selected_field_and_gives_way_to_news() {
    let mut state = form(|draft| {
        draft.card_reference = "tkn_1".into();
        draft.routing_id = "cart_1".into();
    });
    state.form.select(2);
    assert!(screen(&state, (80, 24)).contains("x-routing-id is not the customer_id, which"));
    stage::press(&mut state, Intent::Copy);
    stage::happen(&mut state, What::Pasted("a b".into()));
    assert!(!screen(&state, (80, 24)).contains("which the contract recommends"));
}

#[test]
fn an_empty_field_is_no_finding_before_a_send_was_tried() {
    let mut state = form(|draft| *draft = Draft::default());
    assert_eq!(state.lint(), []);
    stage::press(&mut state, Intent::Send);
    let fields: Vec<_> = state.lint().iter().map(|it| it.field).collect();
    assert_eq!(fields, [Some(RequestField::CardReference), Some(RequestField::CustomerId)]);
}

#[test]
fn the_loaded_rows_of_history_say_what_the_customer_used_before() {
    let mut earlier = form(|draft| draft.routing_id = "cart_1".into());
    let sent = sent(&earlier);
    stage::happen(&mut earlier, What::Admitted { id: CallId(1), sent: Box::new(sent) });
    let timing = Timing::default();
    let reply = Reply::Failed(Failure::Connect, timing);
    let effects = stage::happen(&mut earlier, What::Replied { id: CallId(1), reply });
    let row = effects.into_iter().find_map(|effect| match effect {
        Effect::Record(entry) => Some(*entry),
        _ => None,
    });
    let mut state = stage::console(1);
    stage::happen(&mut state, What::Paged(Ok(vec![row.unwrap()])));
    let ids: Vec<_> = state.lint().iter().map(|it| it.finding.id).collect();
    assert_eq!(ids, ["routing-changed"]);
    let screen = screen(&state, (80, 24));
    assert!(
        screen.contains("x-routing-id  not as before") && words(&screen).contains("which carried cart_1"),
        "{screen}"
    );
}

fn sent(state: &State) -> Sent {
    let profile = state.profile().unwrap();
    let request = state.form.draft.validate(profile).unwrap();
    let order = Guard::new(false).admit(profile, request, None, stage::NOW);
    Sent::of(&order.unwrap_or_else(|barred| panic!("{barred}")), 1, stage::AT)
}
