//! Enter in the answer: the list of findings, one whole, and back; what was revealed is hidden first.

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

use tokenscope::app::effect::Effect;
use tokenscope::app::event::{Press, What};
use tokenscope::app::intent::{Intent, Move, Pane};
use tokenscope::app::overlay::{Item, Overlay};
use tokenscope::app::state::State;
use tokenscope::domain::gateway::PaymentGateway;

fn answered() -> State {
    let body = stage::sample().replace("\"eci\": \"07\"", "\"eci\": \"02\"");
    stage::replied(1, 200, &body)
}

/// The rows of the list on top.
fn rows(state: &State) -> Vec<String> {
    let Some(Overlay::Findings(list)) = state.overlays.last() else { panic!("{:?}", state.overlays) };
    let name = |item: &Item| match item {
        Item::Finding(finding) => finding.id.to_owned(),
        Item::Gateway(readiness) => readiness.gateway.id.clone(),
    };
    list.items.iter().map(name).collect()
}

#[test]
fn enter_lists_the_findings_and_then_the_gateways() {
    let mut state = answered();
    assert!(stage::press(&mut state, Intent::Open).is_empty(), "nothing is sent or written");
    let ids: Vec<&str> = PaymentGateway::all().iter().map(|gateway| gateway.id.as_str()).collect();
    assert_eq!(rows(&state), [&["usable", "eci-other-family"], ids.as_slice()].concat());
}

#[test]
fn the_chosen_gateway_stands_first_and_once() {
    let mut state = answered();
    state.settings.gateway = PaymentGateway::find("mpgs");
    stage::press(&mut state, Intent::Open);
    let rows = rows(&state);
    assert_eq!((rows[2].as_str(), rows.len()), ("mpgs", 11));
    assert_eq!(rows.iter().filter(|row| *row == "mpgs").count(), 1);
}

#[test]
fn a_refusal_and_no_answer_have_findings_and_no_gateways() {
    let mut state = stage::replied(1, 401, r#"{"status": "error", "error_code": "access_denied"}"#);
    stage::press(&mut state, Intent::Open);
    assert_eq!(rows(&state), ["key-refused"]);
}

#[test]
fn enter_opens_the_row_under_the_cursor_and_leads_back_to_it() {
    let mut state = answered();
    for intent in [Intent::Open, Intent::Go(Move::Down), Intent::Open] {
        stage::press(&mut state, intent);
    }
    let Some(Overlay::Finding { item: Item::Finding(finding), .. }) = state.overlays.last() else { panic!() };
    assert_eq!(finding.id, "eci-other-family");
    stage::press(&mut state, Intent::Open);
    let Some(Overlay::Findings(list)) = state.overlays.last() else { panic!() };
    assert_eq!(list.cursor, 1);
    stage::press(&mut state, Intent::Back);
    assert!(state.overlays.is_empty());
}

#[test]
fn without_an_answer_there_is_nothing_to_list_and_it_says_so() {
    let mut state = stage::console(1);
    stage::press(&mut state, Intent::Focus(Pane::Answer));
    stage::press(&mut state, Intent::Open);
    assert!(state.overlays.is_empty());
    assert!(state.notice.unwrap().text.text().contains("no finding to show yet"));
}

#[test]
fn what_is_revealed_is_hidden_before_the_list_is_shown() {
    let mut state = stage::revealed();
    assert!(state.reveal.is_some());
    let effects = stage::press(&mut state, Intent::Open);
    assert!(state.reveal.is_none() && matches!(effects.as_slice(), [Effect::Repaint]));
}

#[test]
fn a_reveal_that_is_granted_late_does_not_come_up_under_the_list() {
    let mut state = stage::replied(1, 200, &stage::sample());
    stage::press(&mut state, Intent::Reveal);
    stage::press(&mut state, Intent::Open);
    let ticket = tokenscope::app::effect::Ticket::Reveal(tokenscope::app::call::CallId(1));
    stage::happen(&mut state, What::Audited { ticket, result: Ok(()) });
    assert!(state.reveal.is_none());
}

#[test]
fn enter_in_the_list_is_no_weighty_deed_also_behind_a_paste() {
    let mut state = answered();
    let enter = Press { intent: Some(Intent::Open), printable: false, repeat: false, came: stage::NOW };
    stage::happen(
        &mut state,
        What::Pressed(Press { intent: None, printable: true, repeat: false, came: stage::NOW }),
    );
    stage::happen(&mut state, What::Pressed(enter));
    stage::happen(&mut state, What::Pressed(enter));
    assert!(matches!(state.overlays.last(), Some(Overlay::Finding { .. })));
}

#[test]
fn a_quick_esc_and_a_key_mean_what_they_mean_one_after_the_other() {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    use tokenscope::runtime::keys;

    let mut state = stage::replied(1, 200, &stage::sample());
    stage::press(&mut state, Intent::Open);
    stage::press(&mut state, Intent::Open);
    assert_eq!(state.overlays.len(), 2, "a finding over the list");
    // In the list, to which Esc leads, s means nothing.
    let event = KeyEvent::new(KeyCode::Char('s'), KeyModifiers::ALT);
    for part in keys::keys(&state, &event) {
        let press = keys::press(&state, &event, part, stage::NOW);
        let effects = stage::happen(&mut state, What::Pressed(press));
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Send { .. })), "{effects:?}");
    }
    assert_eq!(state.overlays.len(), 1);
    assert!(state.call.flight().is_none());
}
