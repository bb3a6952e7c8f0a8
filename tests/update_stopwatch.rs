//! The stopwatch of the cryptogram: at which instants the console wants to be woken, and that it sleeps otherwise.
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
use tokenscope::app::event::{Event, What};
use tokenscope::app::intent::Intent;
use tokenscope::app::state::State;
use tokenscope::app::stopwatch::Age;
use tokenscope::app::update;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::history::{Entry, Verdict};
use tokenscope::secret::Moment;

fn answered() -> State {
    stage::replied(1, 200, &stage::sample())
}

fn at(seconds: u64) -> Moment {
    stage::NOW.plus(Duration::from_secs(seconds))
}

fn due(state: &mut State, now: Moment) {
    update(state, Event { at: now, stamp: stage::AT, what: What::Due });
}

/// A row of history about the card of the sample, so much later than the call on the screen.
fn row(later_ms: i64) -> Entry {
    Entry { id: 1, at: Stamp(stage::AT.0 + later_ms), ..stage::recorded(&answered()) }
}

fn screen(state: &State) -> String {
    let buffer = stage::drawn(state, (120, 40));
    buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

#[test]
fn it_wakes_each_second_then_each_minute_and_never_after_a_quarter_of_an_hour() {
    let mut state = answered();
    let mut instants = Vec::new();
    while let Some(next) = state.next_due() {
        instants.push(next.since(stage::NOW).as_secs_f64());
        due(&mut state, next);
    }
    let wanted: Vec<f64> = (1..=60).chain((2..=15).map(|minute| minute * 60)).map(f64::from).collect();
    assert_eq!(instants, wanted);
    assert_eq!(state.stopwatch(), Some(Age::Old));
}

#[test]
fn what_it_shows_changes_at_just_those_instants() {
    let shown = |millis| Age::of(Moment::default(), Moment(Duration::from_millis(millis))).to_string();
    for (millis, told) in [
        (0, "0 s"),
        (999, "0 s"),
        (1_000, "1 s"),
        (59_999, "59 s"),
        (60_000, "1 min"),
        (119_999, "1 min"),
        (899_999, "14 min"),
        (900_000, "over 15 min old: single-use and time-bound, no source states a limit"),
    ] {
        assert_eq!(shown(millis), told, "{millis}");
    }
}

#[test]
fn time_in_which_the_machine_slept_counts() {
    let mut state = answered();
    due(&mut state, at(3_600));
    assert_eq!((state.stopwatch(), state.next_due()), (Some(Age::Old), None));
}

#[test]
fn there_is_none_without_a_cryptogram_and_none_once_the_answer_is_dropped() {
    let failed = |_: &_| Reply::Failed(Failure::TotalTimeout, Timing::default());
    let mut cleared = answered();
    assert!(cleared.next_due().is_some());
    stage::press(&mut cleared, Intent::Clear);
    let body = |cryptogram: &str| stage::sample().replace("\"MADEUPmadeupMADEUPmadeupMA0=\"", cryptogram);
    for state in [
        stage::ended(1, failed),
        stage::replied(1, 400, r#"{"error": true}"#),
        stage::replied(1, 200, &body("null")),
        stage::replied(1, 200, &body("\"\"")),
        cleared,
    ] {
        assert_eq!((state.stopwatch(), state.next_due()), (None, None));
        assert!(!screen(&state).contains("pairs with"));
    }
}

#[test]
fn the_pair_is_named_by_the_tokens_own_last_four_and_the_call() {
    let screen = screen(&answered());
    assert!(screen.contains("pairs with  token ...8243, call #1"), "{screen}");
}

#[test]
fn an_answer_says_that_a_later_call_took_its_place_and_whose_place_it_took() {
    let mut state = answered();
    state.history.rows = vec![row(5_000), row(0), row(-5_000)];
    assert_eq!(state.superseded_by().unwrap().at.0, stage::AT.0 + 5_000);
    assert_eq!(state.supersedes().unwrap().at.0, stage::AT.0 - 5_000);
    assert!(screen(&state).contains("superseded: the call of "));
    stage::press(&mut state, Intent::Timing);
    assert!(screen(&state).contains("supersedes the answer of "));
}

#[test]
fn however_far_down_somebody_has_been_each_frame_goes_through_the_newest_calls_only() {
    let mut state = answered();
    state.history.rows = vec![Entry { verdict: Verdict::Refused, ..row(9_000) }; 999];
    state.history.rows.push(row(5_000));
    assert!(state.superseded_by().is_some());
    state.history.rows.insert(0, row(0));
    assert!(state.superseded_by().is_none());
    *state.history.rows.last_mut().unwrap() = row(-5_000);
    assert!(state.supersedes().is_none());
    state.history.rows.remove(0);
    assert!(state.supersedes().is_some());
}

#[test]
fn no_call_takes_the_place_of_another_card_or_host_or_without_an_answer() {
    let other = row(0).issuer;
    for later in [
        row(0),
        Entry { card_reference: other.clone(), ..row(5_000) },
        Entry { host: other.clone(), ..row(5_000) },
        Entry { profile: other, ..row(5_000) },
        Entry { verdict: Verdict::NoAnswer, ..row(5_000) },
        Entry { verdict: Verdict::Refused, ..row(5_000) },
    ] {
        let mut state = answered();
        state.history.rows = vec![later];
        assert!(state.superseded_by().is_none() && !screen(&state).contains("superseded"));
    }
}

#[test]
fn calls_to_production_are_counted_once_they_may_have_arrived_and_no_others() {
    let failed = |failure| move |_: &_| Reply::Failed(failure, Timing::default());
    for (state, calls) in [
        (stage::replied(2, 200, &stage::sample()), 1),
        (stage::replied(2, 400, "{}"), 1),
        (stage::ended(2, failed(Failure::TotalTimeout)), 1),
        (stage::ended(2, failed(Failure::Cancelled)), 1),
        (stage::ended(2, failed(Failure::Name)), 0),
        (stage::ended(2, failed(Failure::Connect)), 0),
        (answered(), 0),
    ] {
        assert_eq!(state.production_calls, calls);
        let told = format!("production calls this session: {calls}, each may mint a cryptogram");
        assert_eq!(screen(&state).contains(&told), calls > 0);
    }
}

#[test]
fn the_count_goes_on_over_answers_that_are_dropped() {
    let mut state = stage::replied(2, 200, &stage::sample());
    stage::press(&mut state, Intent::Clear);
    let sent = stage::sent(&state, 2);
    stage::happen(&mut state, What::Admitted { id: CallId(2), sent: Box::new(sent) });
    let reply = Reply::Failed(Failure::TotalTimeout, Timing::default());
    stage::happen(&mut state, What::Replied { id: CallId(2), reply });
    assert_eq!(state.production_calls, 2);
}
