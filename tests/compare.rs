//! What changed between two answers: a case and a near miss for each meaning, from answers as they come over the wire.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::collections::BTreeSet;

use tokenscope::app::effect::Effect;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Intent, Move, Pane};
use tokenscope::app::overlay::{Item, Overlay};
use tokenscope::app::state::State;
use tokenscope::diagnosis::compare::{differences, meanings, texts};
use tokenscope::diagnosis::{Finding, Severity};
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{Details, Entry, Verdict};
use tokenscope::secret::{Masked, PrintKey};

const MINUTE: i64 = 60_000;

fn key() -> PrintKey {
    PrintKey::of(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &[7; 32]))
}

/// The row of history of an answer with this body, so many minutes after the first.
fn row(body: &str, minutes: i64) -> Entry {
    let mut state = stage::in_flight(1).0;
    stage::happen(&mut state, What::Opened(key()));
    let id = tokenscope::app::call::CallId(1);
    let effects = stage::happen(&mut state, What::Replied { id, reply: stage::reply(200, body) });
    let recorded = effects.into_iter().find_map(|effect| match effect {
        Effect::Record(entry) => Some(*entry),
        _ => None,
    });
    Entry { id: minutes + 1, at: Stamp(stage::AT.0 + minutes * MINUTE), ..recorded.expect("a row") }
}

/// The sample with another cryptogram, as each answer has.
fn body(number: u8) -> String {
    stage::sample().replace("MADEUPmadeupMADE", &format!("MADEUPmadeupMAD{number}"))
}

fn before() -> Entry {
    row(&body(1), 0)
}

/// The answer five minutes later, with parts of its body replaced.
fn after(changes: &[(&str, &str)]) -> Entry {
    let mut body = body(2);
    for (from, to) in changes {
        assert!(body.contains(from), "{from}");
        body = body.replace(from, to);
    }
    row(&body, 5)
}

fn ids(one: &Entry, other: &Entry) -> Vec<&'static str> {
    differences(one, other).iter().map(|finding| finding.id).collect()
}

fn found(id: &str, one: &Entry, other: &Entry) -> Finding {
    let all = differences(one, other);
    let ids: Vec<_> = all.iter().map(|finding| finding.id).collect();
    all.into_iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no {id} in {ids:?}"))
}

/// What is replaced in the body of an answer.
type Changes = &'static [(&'static str, &'static str)];

/// A meaning, an answer that has it, and one that nearly does.
type Case = (&'static str, Changes, Changes);

const PAR: &str = "V0010014622122423467188903638";
const OTHER_PAR: &str = "V0010014622122423467188903639";
const NEW_CARD: (&str, &str) = ("\"last_four\": \"9426\"", "\"last_four\": \"1111\"");

#[test]
fn every_meaning_has_a_text_and_every_text_a_meaning() {
    assert_eq!(meanings().collect::<BTreeSet<_>>(), texts().collect::<BTreeSet<_>>());
}

#[test]
fn two_answers_of_an_untouched_card_have_nothing_but_their_time_between() {
    let all = differences(&before(), &after(&[]));
    assert_eq!(all.iter().map(|it| it.id).collect::<Vec<_>>(), ["time-between", "unchanged"]);
    assert!(all[0].meaning.text().starts_with("5 min 0 s lie between"), "{}", all[0].meaning.text());
    let same = all[1].meaning.text();
    for field in ["card_details.par", "fingerprint", "token_details.status", "eci", "exp_month", "requestor"]
    {
        assert!(same.contains(field), "{field} in {same}");
    }
    assert!(!same.contains("cryptogram"), "each call has its own: {same}");
}

#[test]
fn what_changed_is_told_by_its_meaning_and_what_did_not_is_not() {
    let cases: [Case; 11] = [
        ("par-changed", &[(PAR, OTHER_PAR)], &[NEW_CARD]),
        ("cryptogram-repeated", &[("MADEUPmadeupMAD2", "MADEUPmadeupMAD1")], &[]),
        ("state-lost", &[("\"ACTIVE\"", "\"SUSPENDED\"")], &[]),
        ("re-issued", &[NEW_CARD], &[NEW_CARD, (PAR, OTHER_PAR)]),
        ("last-four-changed", &[NEW_CARD, (PAR, "")], &[NEW_CARD]),
        (
            "fingerprint-changed",
            &[("65soeo5vf909", "75soeo5vf909")],
            &[("65soeo5vf909", "75soeo5vf909"), NEW_CARD],
        ),
        (
            "network-changed",
            &[("\"network\": \"VISA\"", "\"network\": \"RUPAY\"")],
            &[("\"network\": \"VISA\"", "\"network\": null")],
        ),
        (
            "provider-changed",
            &[("\"provider\": \"VISA\"", "\"provider\": \"RUPAY\"")],
            &[("\"provider\": \"VISA\"", "\"provider\": null")],
        ),
        ("requestor-changed", &[("40000000079", "40000000080")], &[]),
        ("eci-changed", &[("\"eci\": \"07\"", "\"eci\": \"05\"")], &[]),
        ("issuer-changed", &[("Paytm", "Other Bank")], &[("\"issuer\": \"Paytm\"", "\"issuer\": null")]),
    ];
    for (id, changes, near) in cases {
        found(id, &before(), &after(changes));
        let near = ids(&before(), &after(near));
        assert!(!near.contains(&id), "{id} in {near:?}");
    }
}

#[test]
fn an_expiry_that_moved_is_told_from_where_to_where() {
    let moved =
        after(&[("\"exp_year\": \"2029\",\n    \"provider\"", "\"exp_year\": \"2031\",\n    \"provider\"")]);
    let meaning = found("expiry-moved", &before(), &moved).meaning.text();
    assert!(meaning.contains("from 11/2029 to 11/2031"), "{meaning}");
    assert!(!ids(&before(), &after(&[])).contains(&"expiry-moved"));
}

#[test]
fn a_state_is_lost_or_back() {
    let suspended = |minutes| row(&body(3).replace("\"ACTIVE\"", "\"SUSPENDED\""), minutes);
    let lost = found("state-lost", &before(), &suspended(5));
    assert!(lost.meaning.text().contains("was ACTIVE and is SUSPENDED"));
    assert_eq!(lost.severity, Severity::Bad);
    let back = ids(&suspended(0), &after(&[]));
    assert!(back.contains(&"state-back") && !back.contains(&"state-lost"), "{back:?}");
}

#[test]
fn replies_without_an_answer_are_told_apart_and_none_of_their_fields_are_compared() {
    let none = |verdict, minutes| Entry {
        id: 9,
        at: Stamp(stage::AT.0 + minutes * MINUTE),
        verdict,
        token_status: Masked::default(),
        details: Details::default(),
        ..before()
    };
    assert_eq!(ids(&before(), &none(Verdict::Refused, 5)), ["refused-since", "time-between"]);
    assert_eq!(ids(&none(Verdict::Refused, 0), &after(&[])), ["answered-again", "time-between"]);
    assert_eq!(ids(&before(), &none(Verdict::NoAnswer, 5)), ["no-answer-now", "time-between"]);
    assert_eq!(ids(&before(), &none(Verdict::Unreadable, 5)), ["no-answer-now", "time-between"]);
    assert_eq!(ids(&none(Verdict::Refused, 0), &none(Verdict::Refused, 5)), ["time-between"]);
}

#[test]
fn what_is_not_kept_on_one_side_is_said_and_taken_for_neither() {
    let older = Entry { details: Details::default(), ..before() };
    let all = ids(&older, &after(&[(PAR, OTHER_PAR)]));
    assert!(!all.contains(&"par-changed"), "{all:?}");
    let missing = found("not-kept", &older, &after(&[])).meaning.text();
    for field in ["card_details.par", "fingerprint", "cryptogram", "eci", "exp_month"] {
        assert!(missing.contains(field), "{field} in {missing}");
    }
    assert!(!ids(&before(), &after(&[])).contains(&"not-kept"));
}

#[test]
fn answers_of_two_hosts_are_told_to_be_so() {
    let elsewhere = Entry { host: Masked::ours("api.example"), ..after(&[]) };
    assert!(ids(&before(), &elsewhere).contains(&"elsewhere"));
    assert!(!ids(&before(), &after(&[])).contains(&"elsewhere"));
}

#[test]
fn the_most_severe_comes_first_and_the_order_of_the_two_does_not_matter() {
    let newer = after(&[
        (PAR, OTHER_PAR),
        NEW_CARD,
        ("\"eci\": \"07\"", "\"eci\": \"05\""),
        ("\"ACTIVE\"", "\"SUSPENDED\""),
    ]);
    let all = differences(&before(), &newer);
    assert_eq!(all[0].id, "par-changed");
    assert!(all.is_sorted_by_key(|finding| std::cmp::Reverse(finding.severity)));
    assert_eq!(differences(&newer, &before()), all);
}

#[test]
fn an_answer_for_another_card_and_a_console_without_its_key_keep_no_prints() {
    let mut state = stage::in_flight(1).0;
    let id = tokenscope::app::call::CallId(1);
    let effects = stage::happen(&mut state, What::Replied { id, reply: stage::reply(200, &body(1)) });
    let entry = effects.iter().find_map(|effect| match effect {
        Effect::Record(entry) => Some(entry),
        _ => None,
    });
    let details = &entry.unwrap().details;
    assert_eq!((&details.par, &details.fingerprint, &details.cryptogram), (&None, &None, &None));
    let other =
        stage::replied(1, 200, &body(1).replace("token_a0c16957f9bf46b0966a91a35b555353", "token_other"));
    let mut details = Details::default();
    details.take_prints(other.record().unwrap().answer().unwrap(), &key());
    assert_eq!(details, Details::default());
}

/// A history with three calls about the sample's card and one about another; newest first.
fn history() -> State {
    let mut state = stage::replied(1, 200, &stage::sample());
    let other = Entry { id: 9, card_reference: Masked::ours("token_other"), ..row(&body(4), 7) };
    state.history.rows = vec![other, row(&body(3), 6), after(&[NEW_CARD]), before()];
    state.focus = Pane::History;
    state
}

fn pair(state: &State) -> (i64, i64) {
    match state.overlays.last() {
        Some(Overlay::Differences(list)) => (list.row, list.other),
        _ => panic!("nothing is compared: {:?}", state.notice),
    }
}

#[test]
fn the_key_compares_with_the_newest_other_call_of_the_card_and_again_with_the_next_older() {
    let mut state = history();
    state.history.cursor = 1;
    stage::press(&mut state, Intent::Compare);
    assert_eq!(pair(&state), (7, 6));
    stage::press(&mut state, Intent::Compare);
    assert_eq!(pair(&state), (7, 1));
    stage::press(&mut state, Intent::Compare);
    assert_eq!(pair(&state), (7, 6), "round and round");
    stage::press(&mut state, Intent::Back);
    state.history.cursor = 3;
    stage::press(&mut state, Intent::Compare);
    assert_eq!(pair(&state), (1, 7));
    assert!(!state.wants_private_input());
}

#[test]
fn enter_shows_one_difference_whole_and_escape_goes_back() {
    let mut state = history();
    state.history.cursor = 2;
    stage::press(&mut state, Intent::Compare);
    stage::press(&mut state, Intent::Go(Move::Down));
    stage::press(&mut state, Intent::Open);
    assert!(matches!(state.overlays.last(), Some(Overlay::Finding { item: Item::Finding(_), .. })));
    stage::press(&mut state, Intent::Back);
    assert_eq!(pair(&state), (6, 7));
}

#[test]
fn a_call_without_another_of_its_card_says_so() {
    let mut state = history();
    stage::press(&mut state, Intent::Compare);
    assert!(state.overlays.is_empty());
    assert!(state.notice.as_ref().unwrap().text.text().contains("no other call of this reference"));
    let hidden = Entry { card_reference: Masked::hidden(), ..before() };
    state.history.rows = vec![Entry { id: 2, ..hidden.clone() }, hidden];
    stage::press(&mut state, Intent::Compare);
    assert!(state.overlays.is_empty(), "rows without a reference are about no card");
    state.history.rows.clear();
    stage::press(&mut state, Intent::Compare);
    assert!(state.notice.as_ref().unwrap().text.text().contains("no row yet"));
}
