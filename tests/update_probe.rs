//! The isolation probe step by step: one call after the other, each through the guard, and never one too many.
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

use proptest::prelude::*;
use stage::probing::{Bench, NOT_FOUND};
use tokenscope::app::call::CallId;
use tokenscope::app::event::{Press, What};
use tokenscope::app::intent::{Edit, Intent, Move, Pane, Probing};
use tokenscope::app::keymap::TABLE;
use tokenscope::app::probe::Stage;
use tokenscope::diagnosis::probe::MOST_CALLS;
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::request::Draft;
use tokenscope::ports::{KeyFault, LedgerFault};

fn sent(bench: &Bench) -> Vec<(&str, &str)> {
    bench.sent.iter().map(|(profile, customer)| (profile.as_str(), customer.as_str())).collect()
}

/// The profile and the number of the answer that the answer pane shows.
fn shown(bench: &Bench) -> (String, u32, bool) {
    let record = bench.state.record().expect("an ended call");
    (record.sent.profile.text(), record.sent.number, record.answer().is_some())
}

#[test]
fn the_plan_is_shown_before_anything_is_sent() {
    let bench = Bench::planned(0);
    assert_eq!(sent(&bench), []);
    assert_eq!((bench.probe().rows(), bench.probe().budget, bench.probe().all), (5, 8, false));
}

#[test]
fn one_call_follows_the_other_until_one_answers() {
    let mut bench = Bench::running(0);
    assert_eq!(sent(&bench), [("two", "cust_a")]);
    bench.answer(400, NOT_FOUND);
    assert_eq!(sent(&bench), [("two", "cust_a"), ("one", "cust_b")]);
    bench.answer_well();
    assert_eq!((bench.concluded(), bench.sent.len(), bench.flight.is_none()), ("wrong-customer", 2, true));
    assert_eq!(shown(&bench), ("one".into(), 3, true), "its answer is the current one, masked");
    assert!(bench.state.reveal.is_none());
}

#[test]
fn each_call_leaves_its_row_of_history_and_of_the_audit_trail_which_says_probe() {
    let mut bench = Bench::running(0);
    bench.answer(400, NOT_FOUND);
    bench.answer_well();
    assert_eq!(bench.effects, ["audit of a probe", "record", "audit of a probe", "record"]);
    let mut plain = Bench::new(0);
    plain.press(Intent::Send);
    plain.answer(400, NOT_FOUND);
    assert_eq!(plain.effects, ["audit", "record"]);
}

#[test]
fn an_answer_under_another_profile_is_dropped_and_what_was_shown_comes_back() {
    let mut bench = Bench::running(0);
    bench.answer_well();
    assert_eq!(bench.concluded(), "wrong-merchant");
    assert_eq!(shown(&bench), ("one".into(), 1, false));
    assert!(bench.state.aside.is_none());
    let Stage::Ended { answer: Some(answer), .. } = &bench.probe().stage else { panic!() };
    assert!(answer.text().contains("under profile two") && answer.text().contains("history only"));
}

#[test]
fn where_all_are_asked_for_it_goes_on_and_the_first_answer_stays() {
    let mut bench = Bench::planned(0);
    bench.press(Intent::Probing(Probing::All));
    bench.press(Intent::Open);
    bench.answer(400, NOT_FOUND);
    bench.answer_well();
    bench.answer_well();
    bench.answer(400, NOT_FOUND);
    assert_eq!((bench.concluded(), bench.sent.len()), ("several-answer", 4));
    assert_eq!(shown(&bench), ("one".into(), 3, true));
}

#[test]
fn what_the_server_or_the_key_objects_to_stops_the_run_with_a_sentence() {
    for (status, id) in [
        (429, "stopped-too-many"),
        (401, "stopped-key"),
        (403, "stopped-origin"),
        (500, "stopped-fault"),
        (503, "stopped-fault"),
    ] {
        for all in [false, true] {
            let mut bench = Bench::planned(0);
            if all {
                bench.press(Intent::Probing(Probing::All));
            }
            bench.press(Intent::Open);
            bench.answer(status, NOT_FOUND);
            assert_eq!((bench.concluded(), bench.sent.len()), (id, 1), "{status}");
        }
    }
    for failure in [Failure::Connect, Failure::CutOff, Failure::TotalTimeout] {
        let mut bench = Bench::running(0);
        bench.fail(failure);
        assert_eq!((bench.concluded(), bench.sent.len()), ("stopped-silent", 1));
    }
    let mut bench = Bench::running(0);
    bench.answer(200, "<html>");
    assert_eq!((bench.concluded(), bench.sent.len()), ("stopped-unreadable", 1));
}

#[test]
fn another_refusal_of_the_request_itself_stops_nothing() {
    let mut bench = Bench::running(0);
    bench.answer(400, r#"{"error_code": "INVALID_INPUT"}"#);
    assert_eq!(bench.sent.len(), 2);
}

#[test]
fn esc_ends_the_run_at_once_and_says_what_the_server_may_have_done() {
    for (current, calls) in [(0, 1), (2, 1)] {
        let mut bench = if current == 0 { Bench::running(0) } else { confirmed() };
        bench.effects.clear();
        bench.press(Intent::Back);
        assert_eq!((bench.concluded(), bench.sent.len()), ("cancelled", calls));
        assert_eq!(bench.effects, ["abort", "audit of a probe", "record"], "no question, one call dropped");
        let Stage::Ended { conclusion, .. } = &bench.probe().stage else { panic!() };
        assert!(conclusion.meaning.text().contains("may have processed it"));
        bench.happen(What::Due);
        assert_eq!(bench.sent.len(), calls);
    }
    for mut bench in [Bench::running(0), confirmed()] {
        bench.press(Intent::Cancel);
        assert_eq!(bench.concluded(), "cancelled", "the intent of that name does the same");
    }
}

#[test]
fn a_late_answer_to_a_cancelled_call_starts_nothing() {
    let mut bench = Bench::running(0);
    let id = bench.flight.as_ref().unwrap().id;
    bench.press(Intent::Back);
    bench.happen(What::Replied { id, reply: Reply::Failed(Failure::CutOff, Timing::default()) });
    bench.happen(What::Replied {
        id: CallId(id.0 + 1),
        reply: Reply::Failed(Failure::CutOff, Timing::default()),
    });
    assert_eq!((bench.concluded(), bench.sent.len()), ("cancelled", 1));
}

/// On production, with the words of the first profile typed.
fn confirmed() -> Bench {
    let mut bench = Bench::planned(2);
    bench.press(Intent::Open);
    bench.types("prod acme_live_two");
    bench.press(Intent::Open);
    assert_eq!(sent(&bench), [("live-two", "cust_a")]);
    bench
}

#[test]
fn enter_starts_nothing_on_production_though_it_is_armed() {
    let mut bench = Bench::planned(2);
    for _ in 0..5 {
        bench.press(Intent::Open);
    }
    assert_eq!(sent(&bench), []);
    assert!(matches!(&bench.probe().stage, Stage::Words(line) if line.wrong));
    for wrong in ["prod acme_live", "PROD acme_live_two", "prod acme_live_two ", "prod"] {
        bench.types(wrong);
        bench.press(Intent::Open);
        assert_eq!(sent(&bench), [], "{wrong}");
    }
}

#[test]
fn the_profile_that_is_armed_asks_for_its_words_too() {
    let mut bench = Bench::refused(2);
    bench.state.profiles.retain(|profile| profile.name != "live-two");
    bench.press(Intent::Probe);
    bench.press(Intent::Open);
    bench.press(Intent::Open);
    assert_eq!(sent(&bench), [], "it has sent a moment ago, and Enter alone starts nothing");
    bench.types("prod acme_live");
    bench.press(Intent::Open);
    assert_eq!(sent(&bench), [("live", "cust_a")]);
}

#[test]
fn a_paste_is_no_confirmation() {
    let mut bench = Bench::planned(2);
    bench.press(Intent::Open);
    bench.happen(What::Pasted("prod acme_live_two".into()));
    assert!(bench.notice().contains("A paste is refused here"));
    bench.press(Intent::Open);
    assert_eq!(sent(&bench), []);
    // The same without brackets: keys next to each other, and Enter right behind them.
    let mut bench = Bench::planned(2);
    bench.press(Intent::Open);
    bench.now = bench.now.plus(Duration::from_secs(1));
    let came = bench.now;
    for c in "prod acme_live_two".chars() {
        let intent = Some(Intent::Edit(Edit::Insert(c)));
        bench.happen(What::Pressed(Press { intent, printable: true, repeat: false, came }));
    }
    bench.happen(What::Pressed(Press { intent: Some(Intent::Open), printable: false, repeat: false, came }));
    assert_eq!(sent(&bench), []);
}

#[test]
fn each_profile_of_production_asks_for_its_own_words() {
    let mut bench = confirmed();
    bench.answer(400, NOT_FOUND);
    assert_eq!(bench.sent.len(), 1, "the next call is under the profile in use, which is not armed any more");
    bench.types("prod acme_live_two");
    bench.press(Intent::Open);
    assert!(matches!(&bench.probe().stage, Stage::Words(line) if line.wrong));
    bench.types("prod acme_live");
    bench.press(Intent::Open);
    bench.answer(400, NOT_FOUND);
    bench.answer(400, NOT_FOUND);
    assert_eq!(sent(&bench), [("live-two", "cust_a"), ("live", "cust_a"), ("live", "cust_a")]);
    assert_eq!(bench.concluded(), "none-answers");
}

#[test]
fn esc_at_the_words_goes_back_to_the_plan_or_ends_the_run() {
    let mut bench = Bench::planned(2);
    bench.press(Intent::Open);
    bench.press(Intent::Back);
    assert!(matches!(bench.probe().stage, Stage::Planned));
    let mut bench = confirmed();
    bench.answer(400, NOT_FOUND);
    bench.press(Intent::Back);
    assert_eq!((bench.concluded(), bench.sent.len()), ("cancelled-between", 1));
}

#[test]
fn the_header_speaks_of_the_profile_that_a_call_is_made_under() {
    let name = |bench: &Bench| bench.state.profile_at_work().unwrap().name.clone();
    let mut bench = Bench::running(0);
    assert_eq!(name(&bench), "two");
    bench.answer(400, NOT_FOUND);
    assert_eq!(name(&bench), "one");
    bench.press(Intent::Back);
    assert_eq!(name(&bench), "one");
    let mut bench = Bench::planned(2);
    assert_eq!(name(&bench), "live");
    bench.press(Intent::Open);
    assert_eq!(name(&bench), "live-two");
}

#[test]
fn without_a_key_or_an_audit_row_nothing_more_is_sent() {
    let mut bench = Bench::running(0);
    let id = bench.flight.take().unwrap().id;
    bench.happen(What::KeyFailed { id, fault: KeyFault::NoFile });
    assert_eq!((bench.concluded(), bench.sent.len()), ("not-sent", 1));
    assert_eq!(shown(&bench), ("one".into(), 1, false));
    let mut bench = confirmed();
    let id = bench.flight.take().unwrap().id;
    bench.happen(What::SendNotAudited { id, fault: LedgerFault::Full });
    assert_eq!((bench.concluded(), bench.sent.len()), ("not-sent", 1));
}

#[test]
fn a_profile_that_asks_for_its_key_takes_part_once_it_was_unlocked() {
    let named =
        |bench: &Bench| bench.probe().plan.calls.iter().any(|call| call.inputs.profile.name == "asks");
    assert!(!named(&Bench::planned(0)));
    let mut bench = Bench::new(5);
    bench.press(Intent::Send);
    bench.answer(400, NOT_FOUND);
    bench.press(Intent::Profiles);
    bench.press(Intent::Go(Move::Top));
    bench.press(Intent::Open);
    bench.press(Intent::Send);
    bench.answer(400, NOT_FOUND);
    bench.press(Intent::Probe);
    assert!(named(&bench));
    let mut bench = Bench::new(5);
    bench.press(Intent::Send);
    bench.answer(401, "{}");
    bench.press(Intent::PreviousProfile);
    assert!(bench.state.unlocked.is_empty(), "a key that was refused is fetched anew");
}

#[test]
fn it_is_offered_after_a_card_was_not_found_only_and_says_why_not_else() {
    let tkn = Draft { card_reference: "tkn_1".into(), customer_id: "c".into(), ..Draft::default() };
    let ended = |draft: Option<Draft>, status, body: &str| {
        let mut bench = Bench::new(0);
        if let Some(draft) = draft {
            bench.state.form.fill(draft);
        }
        bench.press(Intent::Send);
        bench.answer(status, body);
        bench
    };
    let mut flying = Bench::new(0);
    flying.press(Intent::Send);
    let mut read_only = Bench::refused(0);
    read_only.state.settings.read_only = true;
    let check = |mut bench: Bench, part: &str| {
        let before = bench.sent.len();
        bench.press(Intent::Probe);
        assert!(
            bench.state.overlays.is_empty() && bench.notice().contains(part),
            "{part}: {}",
            bench.notice()
        );
        assert_eq!(bench.sent.len(), before);
    };
    check(Bench::new(0), "needs a call");
    check(flying, "under way");
    check(ended(None, 401, NOT_FOUND), "ended otherwise");
    check(ended(None, 404, "{}"), "ended otherwise");
    check(ended(None, 200, &stage::sample()), "ended otherwise");
    check(ended(Some(tkn), 400, NOT_FOUND), "short-lived");
    check(read_only, "read-only");
}

#[test]
fn another_customer_is_typed_or_pasted_and_is_tried_first() {
    let customers = |bench: &Bench| -> Vec<String> {
        let of = |it: &tokenscope::diagnosis::probe::Variation| it.request.customer_id().to_owned();
        bench.probe().plan.calls.iter().map(of).filter(|id| id != "cust_a").collect()
    };
    let mut bench = Bench::planned(0);
    bench.press(Intent::Probing(Probing::Customer));
    bench.types("cust_c");
    bench.press(Intent::Open);
    bench.press(Intent::Probing(Probing::Customer));
    bench.happen(What::Pasted(" cust_d\n".into()));
    bench.press(Intent::Open);
    assert_eq!(customers(&bench), ["cust_c", "cust_d", "cust_b"]);
    for bad in ["4111111111111111", "a b", ""] {
        bench.press(Intent::Probing(Probing::Customer));
        bench.types(bad);
        bench.press(Intent::Open);
        assert!(
            matches!(bench.probe().stage, Stage::Customer(_)) && bench.notice().contains("was not added")
        );
        assert!(!bench.notice().contains("4111"));
        bench.press(Intent::Back);
    }
    bench.press(Intent::Probing(Probing::Customer));
    bench.happen(What::Pasted("two words".into()));
    assert!(matches!(&bench.probe().stage, Stage::Customer(line) if line.typed.is_empty()));
    assert_eq!(sent(&bench), []);
}

#[test]
fn the_budget_is_changed_within_its_limits() {
    let mut bench = Bench::planned(0);
    (0..20).for_each(|_| bench.press(Intent::Probing(Probing::More)));
    assert_eq!(bench.probe().budget, MOST_CALLS);
    (0..20).for_each(|_| bench.press(Intent::Probing(Probing::Fewer)));
    assert_eq!((bench.probe().budget, bench.probe().plan.calls.len(), bench.probe().plan.beyond), (1, 1, 3));
    bench.press(Intent::Open);
    bench.answer(400, NOT_FOUND);
    assert_eq!((bench.concluded(), bench.sent.len()), ("none-of-tried", 1));
}

#[test]
fn enter_on_a_row_fills_the_form_and_neither_switches_nor_sends() {
    let mut bench = Bench::running(0);
    bench.answer_well();
    assert_eq!(bench.probe().cursor, 1, "on the row that answers");
    bench.press(Intent::Open);
    assert!(bench.state.overlays.is_empty() && bench.state.focus == Pane::Request);
    assert!(bench.notice().contains("profile two: p switches to it"), "{}", bench.notice());
    assert_eq!((bench.state.current, bench.sent.len()), (0, 1));
    let mut bench = Bench::running(0);
    bench.answer(400, NOT_FOUND);
    bench.answer_well();
    bench.press(Intent::Open);
    assert_eq!(
        (bench.state.form.draft.customer_id.as_str(), bench.state.form.draft.routing_id.as_str()),
        ("cust_b", "")
    );
    assert!(bench.notice().contains("profile in the header"));
    assert_eq!(bench.sent.len(), 2);
}

#[test]
fn a_profile_switch_in_the_middle_ends_it() {
    let mut bench = Bench::running(0);
    bench.press(Intent::Profiles);
    bench.press(Intent::Go(Move::Down));
    bench.press(Intent::Open);
    assert!(bench.state.probe().is_none() && bench.flight.is_none() && bench.state.aside.is_none());
    assert_eq!(bench.sent.len(), 1);
}

/// A step of somebody who presses anything, and of a server that answers anything.
#[derive(Debug, Clone)]
enum Step {
    Press(Intent),
    Words(usize),
    Answer(u16),
    AnswerWell,
    Fail,
    Paste,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let all: Vec<Intent> = TABLE.iter().map(|binding| binding.intent).chain([Intent::Cancel]).collect();
    let likely = vec![
        Intent::Open,
        Intent::Open,
        Intent::Probe,
        Intent::Back,
        Intent::Probing(Probing::All),
        Intent::Probing(Probing::More),
    ];
    prop_oneof![
        4 => prop::sample::select(likely).prop_map(Step::Press),
        3 => prop::sample::select(all).prop_map(Step::Press),
        3 => prop::sample::select(vec![400, 400, 400, 404, 429, 401, 500]).prop_map(Step::Answer),
        1 => Just(Step::AnswerWell),
        1 => Just(Step::Fail),
        2 => (0usize..6).prop_map(Step::Words),
        1 => Just(Step::Paste),
        1 => (0u64..1_000).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// The bench itself fails at a second call beside the first and at an abort of nothing.
    #[test]
    fn whatever_is_pressed_no_run_makes_more_calls_than_its_budget(
        current in 0usize..5, steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut bench = Bench::planned(current);
        let mut of_run = 0;
        for step in steps {
            let before = bench.sent.len();
            let was_over = bench.state.probe().is_none_or(|probe| matches!(probe.stage, Stage::Ended { .. }));
            let home = bench.state.profile().unwrap().environment();
            match step {
                Step::Press(Intent::Quit | Intent::Suspend) => {}
                Step::Press(intent) => bench.press(intent),
                Step::Words(place) => {
                    let words = bench.state.profiles[place].confirmation();
                    bench.types(&words);
                    bench.press(Intent::Open);
                }
                Step::Answer(status) if bench.flight.is_some() => bench.answer(status, NOT_FOUND),
                Step::AnswerWell if bench.flight.is_some() => bench.answer_well(),
                Step::Fail if bench.flight.is_some() => bench.fail(Failure::CutOff),
                Step::Paste => bench.happen(What::Pasted("prod acme_live".into())),
                Step::Wait(seconds) => bench.now = bench.now.plus(Duration::from_secs(seconds)),
                _ => {}
            }
            let Some(probe) = bench.state.probe() else {
                of_run = 0;
                continue;
            };
            prop_assert!(probe.tried.len() <= probe.plan.calls.len() && probe.plan.calls.len() <= MOST_CALLS);
            prop_assert!(probe.plan.calls.len() <= probe.budget);
            if matches!(probe.stage, Stage::Planned) && probe.tried.is_empty() {
                of_run = 0;
            }
            let news = bench.sent.len() - before;
            prop_assert!(news <= 1, "two calls at one step");
            let is_over = matches!(probe.stage, Stage::Ended { .. });
            prop_assert!(!(was_over && is_over && news > 0), "a call of a run that is over");
            of_run += news;
            prop_assert!(of_run <= probe.plan.calls.len(), "{of_run} calls of {}", probe.plan.calls.len());
            for call in &probe.plan.calls {
                prop_assert_eq!(call.inputs.profile.environment(), home);
            }
        }
    }
}
