//! A pasted request fills the form and nothing of it but its ids stays; any other paste is a plain one.

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
use tokenscope::app::event::What;
use tokenscope::app::intent::{Intent, Pane};
use tokenscope::app::overlay::{Item, Overlay};
use tokenscope::app::state::State;
use tokenscope::domain::request::{Draft, RequestField};

/// A merchant's curl with a key, a card number and a code in it.
const CURL: &str = include_str!("fixtures/request.txt");

/// Runs of them.
const NEVER: [&str; 4] = ["RkFLRUtF", "FAKEKEY", "1111 1111", "739"];

fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    stage::happen(state, What::Pasted(text.to_owned()))
}

fn notice(state: &State) -> String {
    state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
}

/// Everything that is typed, said, listed or drawn.
fn all(state: &State) -> String {
    let buffer = stage::drawn(state, (120, 36));
    let screen: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
    format!("{:?} {:?} {:?} {screen}", state.form, state.overlays, state.notice)
}

fn ids(state: &State) -> Vec<&'static str> {
    let Some(Overlay::Findings(list)) = state.overlays.last() else { panic!("{:?}", state.overlays) };
    assert_eq!(list.title, "Differences from the contract");
    let id = |item: &Item| match item {
        Item::Finding(finding) => finding.id,
        Item::Gateway(_) => panic!("no answer, no gateway"),
    };
    list.items.iter().map(id).collect()
}

#[test]
fn a_pasted_curl_fills_the_form_lists_what_differs_and_sends_nothing() {
    let mut state = stage::console(1);
    assert!(paste(&mut state, CURL).is_empty());
    let Draft { card_reference, customer_id, routing_id, submerchant_id } = state.form.draft.clone();
    assert_eq!((card_reference.as_str(), customer_id.as_str()), ("tkn_5f1e2d", "cust_1"));
    assert_eq!((routing_id.as_str(), submerchant_id.as_str()), ("cart_77", "airline1"));
    assert!(ids(&state).contains(&"paste-auth-no-colon") && ids(&state).contains(&"paste-card-data"));
    assert!(notice(&state).contains("Dropped: key and card data."), "{}", notice(&state));
    assert_eq!(state.current, 1, "it never switches");
}

#[test]
fn nothing_of_key_and_card_reaches_form_list_notice_or_screen() {
    for editing in [false, true] {
        let mut state = stage::console(1);
        if editing {
            stage::press(&mut state, Intent::EditField);
        }
        paste(&mut state, CURL);
        let found = ids(&state).len();
        for _ in 0..found {
            stage::press(&mut state, Intent::Open);
            let all = all(&state);
            assert!(all.contains("cust_1"), "the search finds what is there");
            for never in NEVER {
                assert!(!all.contains(never), "{never} in {all}");
            }
            stage::press(&mut state, Intent::Back);
            stage::press(&mut state, Intent::Go(tokenscope::app::intent::Move::Down));
        }
    }
}

#[test]
fn esc_closes_the_list_and_the_form_is_ready_to_send() {
    let mut state = stage::console(1);
    paste(&mut state, CURL);
    stage::press(&mut state, Intent::Back);
    assert!(state.overlays.is_empty() && state.focus == Pane::Request);
    assert!(matches!(stage::press(&mut state, Intent::Send).as_slice(), [Effect::Send { .. }]));
}

#[test]
fn a_request_that_keeps_the_contract_opens_no_list() {
    let mut state = stage::console(1);
    paste(&mut state, r#"{"card_reference": "token_9", "customer_id": "cust_9"}"#);
    assert!(state.overlays.is_empty());
    assert_eq!(state.form.draft.card_reference, "token_9");
    assert_eq!(notice(&state), "The form is filled from it. This JSON body is as the contract wants it.");
}

#[test]
fn a_routing_id_that_follows_the_customer_leaves_its_field_empty() {
    let mut state = stage::console(1);
    let curl = CURL.replace("cart_77", "cust_1");
    paste(&mut state, &curl);
    assert_eq!(state.form.draft.routing_id, "");
}

#[test]
fn a_request_without_an_id_leaves_the_form_as_it_is() {
    let mut state = stage::console(1);
    let before = state.form.draft.clone();
    paste(
        &mut state,
        r#"{"eci": "07", "authentication_details": {"cryptogram": "AwAAAAEAQ3Pr0sMAmUh7gIcAAAA="}}"#,
    );
    assert_eq!(state.form.draft, before);
    assert!(notice(&state).starts_with("No id in it could be taken"), "{}", notice(&state));
    assert!(!all(&state).contains("AwAAAA"));
}

#[test]
fn the_profile_that_it_belongs_to_is_named_and_not_switched_to() {
    let mut state = stage::console(1);
    paste(&mut state, &CURL.replace("sandbox.juspay.in", "api.juspay.in"));
    assert!(ids(&state).contains(&"paste-host-of-profile"));
    assert!(all(&state).contains("belongs to profile prod"));
    assert_eq!(state.profile().unwrap().name, "sandbox");
}

#[test]
fn a_paste_that_is_none_of_these_stays_a_plain_one() {
    let mut state = stage::console(1);
    state.form.fill(Draft::default());
    paste(&mut state, " token_7\n");
    assert_eq!(state.form.draft.get(RequestField::CardReference), "token_7");
    assert!(state.overlays.is_empty() && state.notice.is_none());
    paste(&mut state, "two words");
    assert!(notice(&state).starts_with("Nothing was pasted: it holds a blank"), "{}", notice(&state));
    for (broken, why) in
        [("curl 'https://x", "a quote of the curl command"), ("{\"a\"", "cannot be read from line 1")]
    {
        paste(&mut state, broken);
        assert!(notice(&state).contains(why), "{}", notice(&state));
        assert_eq!(state.form.draft.get(RequestField::CardReference), "token_7");
    }
}

#[test]
fn the_confirmation_and_the_other_panes_take_no_request_either() {
    let mut state = stage::confirming();
    let before = state.form.draft.clone();
    paste(&mut state, CURL);
    assert!(matches!(state.overlays.last(), Some(Overlay::Confirm(confirm)) if confirm.typed == "prod ac"));
    assert!(notice(&state).starts_with("A paste is refused here"));
    assert_eq!(state.form.draft, before);
    let mut state = stage::console(1);
    stage::press(&mut state, Intent::Focus(Pane::History));
    paste(&mut state, CURL);
    assert_eq!(state.form.draft, before);
    assert!(notice(&state).contains("press 2 for the request form"));
}

#[test]
fn a_paste_hides_what_is_revealed() {
    let mut state = stage::revealed();
    stage::press(&mut state, Intent::Focus(Pane::Request));
    assert!(state.reveal.is_none());
    let mut state = stage::revealed();
    let effects = paste(&mut state, CURL);
    assert!(state.reveal.is_none() && matches!(effects.as_slice(), [Effect::Repaint]));
}
