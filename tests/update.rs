//! The console without a terminal: events in, state and effects out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use tokenscope::app::call::{Call, CallId};
use tokenscope::app::effect::{Effect, Ticket};
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::{Edit, Intent, Pane};
use tokenscope::app::keymap::footer;
use tokenscope::app::overlay::Overlay;
use tokenscope::app::state::{Revealed, Settings, State};
use tokenscope::app::update;
use tokenscope::config::demo_profile;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Exchange, RawReply, Reply, Timing};
use tokenscope::domain::guard::{Barred, Guard};
use tokenscope::domain::history::{Deed, Verdict};
use tokenscope::domain::profile::{Endpoint, Profile};
use tokenscope::domain::sent::Sent;
use tokenscope::ports::LedgerFault;
use tokenscope::secret::{Moment, Needles};

const ANSWER: &str = include_str!("fixtures/contract_200.json");

/// A console under test, its clock, and what it last wanted done.
struct Bench {
    state: State,
    now: Moment,
}

impl Bench {
    fn new() -> Self {
        let demo = demo_profile("127.0.0.1:1".parse().unwrap(), "demo_merchant");
        let prod =
            Profile { name: "prod".into(), endpoint: Endpoint::production(None).unwrap(), ..demo.clone() };
        let mut state = State::new(Settings::default(), vec![demo, prod], 0);
        state.form.fill_sample();
        Self { state, now: Moment(Duration::from_mins(1)) }
    }

    fn wait(&mut self, millis: u64) {
        self.now = self.now.plus(Duration::from_millis(millis));
    }

    fn happen(&mut self, what: What) -> Vec<Effect> {
        update(&mut self.state, Event { at: self.now, stamp: Stamp(1_795_430_000_000), what })
    }

    fn key(&mut self, intent: Option<Intent>, printable: bool, repeat: bool) -> Vec<Effect> {
        let came = self.now;
        self.happen(What::Pressed(Press { intent, printable, repeat, came }))
    }

    /// Presses a key as a person does, a second after the last.
    fn press(&mut self, intent: Intent) -> Vec<Effect> {
        self.wait(1000);
        self.key(Some(intent), true, false)
    }

    fn sent(&self, id: u32) -> Sent {
        let profile = self.state.profile().unwrap();
        let request = self.state.form.draft.validate(profile).unwrap();
        let order =
            Guard::new(false).admit(profile, request, Some(&profile.confirmation()), self.now).ok().unwrap();
        Sent::of(&order, id, Stamp(1_795_430_000_000))
    }

    fn reply(body: &str) -> Reply {
        let raw = RawReply { status: 200, headers: &[], body: body.as_bytes() };
        Reply::Came(Exchange::read(&raw, None, Needles::default(), Timing::default()))
    }

    fn send(&mut self) -> CallId {
        let effects = self.press(Intent::Send);
        let [Effect::Send { id, .. }] = effects.as_slice() else { panic!("{effects:?}") };
        let (id, sent) = (*id, self.sent(id.0));
        self.happen(What::Admitted { id, sent: Box::new(sent) });
        id
    }

    fn answered() -> (Self, CallId) {
        let mut bench = Self::new();
        let id = bench.send();
        bench.happen(What::Replied {
            id,
            reply: Self::reply(&ANSWER.replace("XXXXXXXXXXXXXXXX", "AwAAAAEAQ3Pr0sMAmUh7gIcAAAA=")),
        });
        (bench, id)
    }

    fn revealed() -> Self {
        let (mut bench, id) = Self::answered();
        bench.press(Intent::Reveal);
        bench.happen(What::Audited { ticket: Ticket::Reveal(id), result: Ok(()) });
        assert!(bench.is_revealed());
        bench
    }

    fn is_revealed(&self) -> bool {
        self.state.grant(Revealed::Cryptogram).is_some()
    }

    fn notice(&self) -> String {
        self.state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
    }
}

/// What the stopwatch of the cryptogram asks for, which goes on when nothing is revealed.
fn stopwatch(state: &State) -> Option<Moment> {
    state.stopwatch()?.next(state.record()?.came)
}

#[test]
fn a_reply_to_another_call_is_dropped() {
    let mut bench = Bench::new();
    let id = bench.send();
    let effects = bench.happen(What::Replied { id: CallId(id.0 + 1), reply: Bench::reply(ANSWER) });
    assert!(effects.is_empty() && bench.state.call.flight().is_some());
    bench.happen(What::Replied { id, reply: Bench::reply(ANSWER) });
    assert!(bench.state.record().is_some());
}

#[test]
fn a_second_send_while_one_is_under_way_does_nothing_and_says_so() {
    let mut bench = Bench::new();
    bench.send();
    assert!(bench.press(Intent::Send).is_empty());
    assert!(bench.notice().contains("under way already"));
}

#[test]
fn the_value_is_not_shown_before_its_audit_row_is_on_disk() {
    let (mut bench, id) = Bench::answered();
    let effects = bench.press(Intent::Reveal);
    assert!(matches!(effects.as_slice(), [Effect::Audit(Ticket::Reveal(asked), _)] if *asked == id));
    assert!(!bench.is_revealed());
    bench.happen(What::Audited { ticket: Ticket::Reveal(id), result: Err(LedgerFault::Full) });
    assert!(!bench.is_revealed() && bench.notice().contains("stays masked"));
}

#[test]
fn a_late_audit_row_reveals_nothing_once_something_has_moved_on() {
    let moves: [fn(&mut Bench); 4] = [
        |bench| drop(bench.press(Intent::Focus(Pane::History))),
        |bench| drop(bench.press(Intent::Mask)),
        |bench| drop(bench.press(Intent::Help)),
        |bench| drop(bench.happen(What::FocusLost)),
    ];
    for move_on in moves {
        let (mut bench, id) = Bench::answered();
        bench.press(Intent::Reveal);
        move_on(&mut bench);
        bench.happen(What::Audited { ticket: Ticket::Reveal(id), result: Ok(()) });
        assert!(!bench.is_revealed());
    }
}

#[test]
fn everything_that_moves_on_ends_a_reveal_and_repaints() {
    let moves: [fn(&mut Bench) -> Vec<Effect>; 9] = [
        |bench| bench.press(Intent::Mask),
        |bench| bench.press(Intent::Back),
        |bench| bench.press(Intent::NextPane),
        |bench| bench.press(Intent::Help),
        |bench| bench.press(Intent::Raw),
        |bench| bench.press(Intent::Clear),
        |bench| bench.press(Intent::Suspend),
        |bench| bench.happen(What::FocusLost),
        |bench| {
            let sent = bench.sent(2);
            bench.happen(What::Admitted { id: CallId(2), sent: Box::new(sent) })
        },
    ];
    for (place, move_on) in moves.into_iter().enumerate() {
        let mut bench = Bench::revealed();
        let effects = move_on(&mut bench);
        assert!(!bench.is_revealed(), "{place}");
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Repaint)), "{place}");
    }
}

#[test]
fn the_footer_offers_only_what_works_also_once_the_answer_is_dropped() {
    let needs_an_answer =
        [Intent::Open, Intent::Reveal, Intent::Export, Intent::Copy, Intent::CopyMenu, Intent::Raw];
    let offered = |bench: &Bench| -> Vec<Intent> {
        let all = footer(&bench.state).into_iter().map(|binding| binding.intent);
        all.filter(|intent| needs_an_answer.contains(intent)).collect()
    };
    let (mut bench, _) = Bench::answered();
    assert_eq!(offered(&bench).len(), 4, "the search finds what is there");
    bench.happen(What::NoHistory(LedgerFault::NoFolder));
    assert!(!offered(&bench).contains(&Intent::Export), "without a history nothing is exported");
    bench.press(Intent::Clear);
    assert_eq!(offered(&bench), []);
    bench.press(Intent::Focus(Pane::History));
    assert_eq!(offered(&bench), [], "there is no row to fill the form from");
    assert!(footer(&bench.state).iter().any(|binding| binding.intent == Intent::Send));
}

#[test]
fn a_call_that_is_left_on_the_wire_is_kept_as_cancelled_and_its_outcome_says_why() {
    let mut bench = Bench::new();
    let id = bench.send();
    let effects = bench.happen(What::Left);
    let [Effect::Audit(Ticket::Outcome(of), row), Effect::Record(entry)] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((*of, row.deed, entry.verdict), (id, Deed::Send, Verdict::NoAnswer));
    assert_eq!(row.outcome.text(), "left in flight; the server may have processed it");
    for mut bench in [Bench::new(), Bench::answered().0] {
        assert!(bench.happen(What::Left).is_empty());
    }
}

#[test]
fn a_reveal_ends_by_itself_and_asks_to_be_woken_for_it() {
    let mut bench = Bench::revealed();
    assert!(bench.state.next_due().is_some());
    bench.wait(20_000);
    let effects = bench.happen(What::Due);
    assert!(matches!(effects.as_slice(), [Effect::Repaint]));
    assert!(!bench.is_revealed() && bench.state.next_due() == stopwatch(&bench.state));
}

#[test]
fn a_profile_that_forbids_it_and_a_lost_history_keep_everything_masked() {
    let (mut bench, _) = Bench::answered();
    bench.state.profiles[0].allow_reveal = false;
    assert!(bench.press(Intent::Reveal).is_empty() && bench.notice().contains("allow_reveal"));
    let (mut bench, _) = Bench::answered();
    bench.happen(What::NoHistory(LedgerFault::NoFolder));
    assert!(bench.press(Intent::Reveal).is_empty() && bench.press(Intent::Identity).is_empty());
    assert!(bench.press(Intent::Export).is_empty() && bench.state.overlays.is_empty());
}

#[test]
fn a_profile_switch_ends_the_call_clears_the_answer_and_disarms() {
    let mut bench = Bench::new();
    let id = bench.send();
    bench.press(Intent::Profiles);
    bench.state.overlays = vec![Overlay::Profiles { cursor: 1 }];
    let effects = bench.press(Intent::Open);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Abort(aborted) if *aborted == id)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Disarm)));
    assert!(matches!(bench.state.call, Call::Idle));
    assert_eq!(bench.state.profile().unwrap().name, "prod");
    bench.happen(What::Replied { id, reply: Bench::reply(ANSWER) });
    assert!(matches!(bench.state.call, Call::Idle), "the late answer of the old profile is dropped");
    bench.press(Intent::PreviousProfile);
    assert_eq!(bench.state.profile().unwrap().name, "demo");
}

#[test]
fn keys_of_a_stray_paste_set_nothing_off() {
    for intent in [Intent::Send, Intent::Reveal, Intent::Export, Intent::Quit] {
        let (mut bench, _) = Bench::answered();
        bench.wait(1000);
        bench.key(None, true, false);
        bench.wait(10);
        assert!(bench.key(Some(intent), true, false).is_empty(), "{intent:?}");
        assert!(bench.state.overlays.is_empty());
    }
}

#[test]
fn enter_at_the_end_of_a_stray_paste_confirms_nothing() {
    let mut bench = Bench::new();
    bench.press(Intent::Send);
    bench.happen(What::Barred { id: CallId(1), barred: Barred::Unconfirmed });
    for c in "prod demo_merchant".chars() {
        bench.press(Intent::Edit(Edit::Insert(c)));
    }
    let enter = |bench: &mut Bench, millis| {
        bench.wait(millis);
        bench.key(Some(Intent::Open), false, false)
    };
    assert!(enter(&mut bench, 10).is_empty());
    assert!(matches!(enter(&mut bench, 100).as_slice(), [Effect::Send { typed: Some(_), .. }]));
}

#[test]
fn a_held_or_bouncing_key_sends_once() {
    let mut bench = Bench::new();
    bench.press(Intent::Send);
    bench.wait(200);
    assert!(bench.key(Some(Intent::Send), true, false).is_empty());
    bench.wait(1000);
    assert!(bench.key(Some(Intent::Send), true, true).is_empty());
}

#[test]
fn a_paste_goes_into_the_field_and_never_into_the_confirmation() {
    let mut bench = Bench::new();
    bench.state.form.fill(tokenscope::domain::request::Draft::default());
    bench.happen(What::Pasted("token_1\n".into()));
    assert_eq!(bench.state.form.draft.card_reference, "token_1");
    bench.happen(What::Pasted("a\u{1b}[2Jb".into()));
    assert_eq!(bench.state.form.draft.card_reference, "token_1");
    bench.state.form.fill_sample();
    bench.press(Intent::Send);
    bench.happen(What::Barred { id: CallId(1), barred: Barred::Unconfirmed });
    bench.happen(What::Pasted("prod demo_merchant".into()));
    assert!(
        matches!(bench.state.overlays.last(), Some(Overlay::Confirm(confirm)) if confirm.typed.is_empty())
    );
    bench.press(Intent::Edit(Edit::Insert('p')));
    assert!(matches!(bench.state.overlays.last(), Some(Overlay::Confirm(confirm)) if confirm.typed == "p"));
}

#[test]
fn a_missing_field_is_named_and_nothing_is_sent() {
    let mut bench = Bench::new();
    bench.state.form.fill(tokenscope::domain::request::Draft::default());
    assert!(bench.press(Intent::Send).is_empty());
    assert!(bench.notice().contains("card_reference is empty"), "{}", bench.notice());
}

#[test]
fn cancelling_on_production_asks_once_and_says_that_it_may_have_been_processed() {
    let mut bench = Bench::new();
    bench.state.current = 1;
    let id = bench.send();
    assert!(bench.press(Intent::Back).is_empty());
    assert!(matches!(bench.state.overlays.last(), Some(Overlay::CancelAsk)));
    let effects = bench.press(Intent::Open);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Abort(aborted) if *aborted == id)));
    let meaning = bench.state.record().unwrap().judgement.finding.meaning.text();
    assert!(meaning.contains("may have processed"), "{meaning}");
}

#[test]
fn a_history_row_fills_the_form_and_neither_switches_nor_sends() {
    let (mut bench, id) = Bench::answered();
    let sent = bench.sent(id.0);
    let reply = Bench::reply(ANSWER);
    let judgement =
        tokenscope::diagnosis::verdict::judge(&reply, Some(&sent), jiff::civil::date(2026, 11, 23));
    let entry = tokenscope::report::entry(&tokenscope::report::Call {
        sent: &sent,
        reply: &reply,
        judgement: &judgement,
    });
    bench.happen(What::Paged(Ok(vec![entry])));
    bench.state.form.fill(tokenscope::domain::request::Draft::default());
    bench.press(Intent::Focus(Pane::History));
    let effects = bench.press(Intent::Open);
    assert!(effects.is_empty());
    assert_eq!(bench.state.form.draft.customer_id, "juspaytest_cust");
    assert!(bench.notice().contains("profile demo"));
}
