//! The audit trail without a terminal: how a call ended is written, and what was done with an answer is read again after
//! each deed.
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
use tokenscope::app::event::What;
use tokenscope::app::intent::{Intent, Pane};
use tokenscope::app::state::State;
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::history::{AuditRow, Deed};
use tokenscope::domain::trail::{Subject, Trace};
use tokenscope::ports::LedgerFault;
use tokenscope::secret::Masked;

const CALL: CallId = CallId(1);

fn answered() -> State {
    stage::replied(1, 200, &stage::sample())
}

/// The outcome rows among effects.
fn outcomes(effects: &[Effect]) -> Vec<&AuditRow> {
    let row = |effect| match effect {
        &Effect::Audit(Ticket::Outcome(CALL), ref row) => Some(row.as_ref()),
        _ => None,
    };
    effects.iter().filter_map(row).collect()
}

/// The timelines that are asked for.
fn asked(effects: &[Effect]) -> Vec<&Subject> {
    let subject = |effect| match effect {
        &Effect::LoadTimeline(CALL, ref subject) => Some(subject.as_ref()),
        _ => None,
    };
    effects.iter().filter_map(subject).collect()
}

fn rows(deeds: &[&str]) -> Vec<Trace> {
    let row = |deed: &&str| Trace {
        at: stage::AT,
        who: Masked::ours("ann"),
        deed: Masked::ours(deed),
        outcome: Masked::ours("asked"),
    };
    deeds.iter().map(row).collect()
}

fn reply(failure: Failure) -> What {
    let timing = Timing { total: Duration::from_secs(1), ..Timing::default() };
    What::Replied { id: CALL, reply: Reply::Failed(failure, timing) }
}

#[test]
fn how_a_call_ended_is_a_row_of_its_own() {
    let (mut state, order) = stage::in_flight(1);
    let effects = stage::happen(&mut state, reply(Failure::FirstByteTimeout));
    let [row] = outcomes(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((row.deed, row.outcome.text().as_str()), (Deed::Send, "NO ANSWER"));
    assert_eq!(row.card_reference.text(), order.request().card_reference());
    assert_eq!((row.profile.text().as_str(), row.host.text().as_str()), ("sandbox", "sandbox.juspay.in"));
    assert!(matches!(effects[1], Effect::Record(_)), "and the history has it too");
}

#[test]
fn a_call_that_was_cancelled_or_left_by_a_profile_switch_ends_in_the_trail_too() {
    for intent in [Intent::Cancel, Intent::PreviousProfile] {
        let (mut state, _) = stage::in_flight(1);
        state.previous = Some(0);
        let effects = stage::press(&mut state, intent);
        assert_eq!(outcomes(&effects).len(), 1, "{intent:?}");
    }
}

#[test]
fn an_outcome_that_cannot_be_kept_is_said_and_takes_nothing_away() {
    let mut state = answered();
    let result = Err(LedgerFault::Full);
    stage::happen(&mut state, What::Audited { ticket: Ticket::Outcome(CALL), result });
    let said = state.notice.unwrap().text.text();
    assert!(said.starts_with("How this call ended is not in the audit trail: the disk is full"), "{said}");
    assert!(state.call.record().is_some());
}

#[test]
fn without_a_history_no_row_is_asked_for_and_none_is_read() {
    let (mut state, _) = stage::in_flight(1);
    stage::happen(&mut state, What::NoHistory(LedgerFault::NoFolder));
    let effects = stage::happen(&mut state, reply(Failure::Connect));
    assert!(effects.is_empty(), "{effects:?}");
    assert!(stage::press(&mut state, Intent::Timing).is_empty());
}

#[test]
fn t_reads_what_was_done_with_the_answer_that_is_shown() {
    let mut state = answered();
    let effects = stage::press(&mut state, Intent::Timing);
    let expected = Subject::from(&state.record().unwrap().sent);
    assert_eq!(asked(&effects), [&expected]);
    assert_eq!((expected.profile.text().as_str(), expected.sent), ("sandbox", stage::AT));
    assert!(asked(&stage::press(&mut state, Intent::Timing)).is_empty(), "t again closes it");
    assert!(asked(&stage::press(&mut stage::console(0), Intent::Timing)).is_empty(), "no answer, no rows");
}

#[test]
fn each_deed_reads_it_again_while_it_is_shown_and_only_then() {
    let deeds = [Ticket::Reveal(CALL), Ticket::Export(CALL), Ticket::Copy(1), Ticket::Outcome(CALL)];
    for ticket in deeds {
        let mut state = answered();
        let audited = || What::Audited { ticket, result: Ok(()) };
        assert!(asked(&stage::happen(&mut state, audited())).is_empty());
        stage::press(&mut state, Intent::Timing);
        assert_eq!(asked(&stage::happen(&mut state, audited())).len(), 1, "{ticket:?}");
    }
}

#[test]
fn rows_of_a_call_that_is_gone_are_dropped() {
    let mut state = answered();
    stage::press(&mut state, Intent::Timing);
    stage::happen(&mut state, What::Timeline { id: CALL, result: Ok(rows(&["send"])) });
    assert_eq!(state.trail.rows, rows(&["send"]));
    stage::happen(&mut state, What::Timeline { id: CallId(7), result: Ok(rows(&["copy"])) });
    assert_eq!(state.trail.rows, rows(&["send"]));
}

#[test]
fn rows_that_cannot_be_read_are_said() {
    let mut state = answered();
    stage::happen(&mut state, What::Timeline { id: CALL, result: Err(LedgerFault::Damaged) });
    assert!(
        state.notice.unwrap().text.text().starts_with("The audit trail could not be read: the history file")
    );
}

#[test]
fn raw_and_timeline_take_turns() {
    let mut state = answered();
    stage::press(&mut state, Intent::Focus(Pane::Answer));
    for (intent, shown) in
        [(Intent::Timing, (true, false)), (Intent::Raw, (false, true)), (Intent::Timing, (true, false))]
    {
        stage::press(&mut state, intent);
        assert_eq!((state.answer.timing, state.answer.raw), shown);
    }
}
