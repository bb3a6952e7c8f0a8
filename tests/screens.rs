//! What is on the screen in each state of a call, at the sizes people use.
//!
//! Snapshots in `tests/snapshots`; a change of one is a change of what an engineer reads, so read it like one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::time::Duration;

use tokenscope::app::event::What;
use tokenscope::app::intent::{Edit, Intent, Pane};
use tokenscope::app::state::State;
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::{Failure, TlsFault};
use tokenscope::ports::LedgerFault;

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

fn text(state: &State, size: (u16, u16)) -> String {
    let buffer = stage::drawn(state, size);
    let rows = buffer.content.chunks(usize::from(size.0));
    let line =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    rows.map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

/// Holds a state against its snapshots in both sizes.
fn check(name: &str, state: &State) {
    for (size, label) in [(SMALL, "80x24"), (LARGE, "120x40")] {
        insta::assert_snapshot!(format!("{name}_{label}"), text(state, size));
    }
}

fn failed(failure: Failure) -> State {
    let timing = Timing { first_byte: None, total: Duration::from_secs(15) };
    stage::ended(1, |_| Reply::Failed(failure, timing))
}

fn answered() -> State {
    stage::replied(1, 200, &stage::sample())
}

fn then(mut state: State, intents: &[Intent]) -> State {
    for intent in intents {
        stage::press(&mut state, *intent);
    }
    state
}

#[test]
fn a_call_from_idle_to_its_end() {
    check("idle", &stage::console(0));
    check("in_flight", &stage::in_flight(1).0);
    check("answered", &answered());
    check("revealed", &stage::revealed());
    check("as_printed", &stage::replied(1, 200, include_str!("fixtures/contract_200.json")));
}

#[test]
fn fields_with_look_alike_letters_carry_a_badge_and_are_named() {
    let body = stage::sample()
        .replace("ACTIVE", "\u{410}CTIVE")
        .replace("\"network\": \"VISA\"", "\"network\": \"\u{ff36}\u{ff29}\u{ff33}\u{ff21}\"")
        .replace("Paytm", "P\u{430}ytm");
    check("look_alikes", &stage::replied(1, 200, &body));
}

#[test]
fn the_refusals_of_the_contract() {
    let not_found =
        r#"{"error": true, "user_message": "Stored Card Entry Not Found", "error_message": "Not Found"}"#;
    check("refused_400", &stage::replied(1, 400, not_found));
    check("refused_401", &stage::replied(1, 401, r#"{"status": "error", "error_code": "access_denied"}"#));
}

#[test]
fn no_answer_and_an_unreadable_one() {
    check("time_out", &failed(Failure::FirstByteTimeout));
    check("tls", &failed(Failure::Tls(TlsFault::Expired)));
    check("cancelled", &failed(Failure::Cancelled));
    check("html", &stage::replied(1, 200, "<html><body>Sign in</body></html>"));
}

#[test]
fn what_lies_over_the_panes() {
    check("confirm", &stage::confirming());
    check("profiles", &then(stage::console(0), &[Intent::Profiles]));
    check("export", &then(answered(), &[Intent::Export]));
    check("help", &then(stage::console(0), &[Intent::Help]));
    let (flight, _) = stage::in_flight(2);
    check("cancel", &then(flight, &[Intent::Back]));
}

#[test]
fn each_pane_with_the_focus_and_the_raw_view() {
    check("profiles_pane", &then(stage::console(0), &[Intent::Focus(Pane::Profiles)]));
    check("editing", &then(stage::console(0), &[Intent::EditField]));
    check("history_pane", &then(answered(), &[Intent::Focus(Pane::History)]));
    check("raw", &then(answered(), &[Intent::Raw]));
    let mut state = stage::console(0);
    stage::happen(&mut state, What::NoHistory(LedgerFault::NoFolder));
    check("no_history", &state);
}

/// A console with this text typed into the request form.
fn typed(text: &str) -> State {
    let mut state = then(stage::console(0), &[Intent::EditField, Intent::Edit(Edit::KillToStart)]);
    text.chars().for_each(|c| stage::press(&mut state, Intent::Edit(Edit::Insert(c))));
    state
}

#[test]
fn a_card_number_typed_by_mistake_is_masked_and_a_doubtful_id_is_marked() {
    check("card_number", &typed("4111111111111111"));
    let mut doubtful = then(typed("token_1"), &[Intent::NextField, Intent::Edit(Edit::KillToStart)]);
    "9000000000000001".chars().for_each(|c| stage::press(&mut doubtful, Intent::Edit(Edit::Insert(c))));
    check("doubtful_id", &doubtful);
}

#[test]
fn no_card_number_stays_readable_in_the_form_however_it_is_written() {
    for number in
        ["4111-1111-1111-1111", "4111_1111_1111_1111", "４１１１１１１１１１１１１１１１", "9000000000001"]
    {
        for state in [typed(number), then(typed(number), &[Intent::Back])] {
            let screen = text(&state, SMALL);
            assert!(screen.contains("••••••••") && !screen.contains(number), "{screen}");
        }
    }
    let screen = text(&typed("4111-1111-1111-111"), SMALL);
    assert!(screen.contains("4111-1111-1111-111"), "the search finds what is there: {screen}");
}

#[test]
fn a_small_screen_shows_one_pane_and_a_smaller_one_says_so() {
    insta::assert_snapshot!("answered_60x16", text(&answered(), (60, 16)));
    insta::assert_snapshot!("too_small_59x16", text(&answered(), (59, 16)));
}

#[test]
fn without_utf_8_the_screen_is_ascii_and_without_colour_it_has_none() {
    let mut state = answered();
    state.settings.unicode = false;
    let plain = text(&state, SMALL);
    assert!(plain.is_ascii() && plain.contains("478808********8243"), "{plain}");
    state.settings.colour = false;
    let buffer = stage::drawn(&state, SMALL);
    let reset = ratatui::style::Color::Reset;
    assert!(buffer.content.iter().all(|cell| cell.fg == reset && cell.bg == reset));
}
