//! The reveal without a terminal: who may have it, for how long, and that nothing but its own two keys keeps it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::{Effect, Ticket};
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::{Edit, Intent, Move, Pane};
use tokenscope::app::keymap;
use tokenscope::app::overlay::Overlay;
use tokenscope::app::state::{Revealed, State};
use tokenscope::app::{pass, update};
use tokenscope::domain::history::Deed;
use tokenscope::domain::sent::Sent;
use tokenscope::ports::LedgerFault;
use tokenscope::secret::Moment;

/// A person's time between two keys.
const MOMENT: Duration = Duration::from_millis(500);

type Way = (Revealed, Intent, fn(CallId) -> Ticket);

/// All that can be revealed, the key for it and the row that it waits for.
const BOTH: [Way; 2] = [
    (Revealed::Cryptogram, Intent::Reveal, Ticket::Reveal),
    (Revealed::Identity, Intent::Identity, Ticket::Identity),
];

/// A console with an answer to call #1 and a clock.
struct Bench {
    state: State,
    now: Moment,
}

impl Bench {
    fn new() -> Self {
        Self { state: stage::replied(1, 200, &stage::sample()), now: stage::NOW }
    }

    fn wait(&mut self, time: Duration) {
        self.now = self.now.plus(time);
    }

    fn happen(&mut self, what: What) -> Vec<Effect> {
        update(&mut self.state, Event { at: self.now, stamp: stage::AT, what })
    }

    fn key(&mut self, intent: Option<Intent>, repeat: bool) -> Vec<Effect> {
        let came = self.now;
        self.happen(What::Pressed(Press { intent, printable: true, repeat, came }))
    }

    fn press(&mut self, intent: Intent) -> Vec<Effect> {
        self.wait(MOMENT);
        self.key(Some(intent), false)
    }

    fn audited(&mut self, ticket: Ticket) -> Vec<Effect> {
        self.happen(What::Audited { ticket, result: Ok(()) })
    }

    /// Asked for, and its row not on disk yet.
    fn asked(by: Intent) -> Self {
        let mut bench = Self::new();
        let effects = bench.press(by);
        assert!(matches!(effects.as_slice(), [Effect::Audit(..)]), "{effects:?}");
        bench
    }

    fn revealed(by: Intent, ticket: fn(CallId) -> Ticket) -> Self {
        let mut bench = Self::asked(by);
        bench.audited(ticket(CallId(1)));
        assert!(bench.is_revealed());
        bench
    }

    fn is_revealed(&self) -> bool {
        BOTH.iter().any(|(what, ..)| self.state.grant(*what).is_some())
    }

    fn notice(&self) -> String {
        self.state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
    }

    fn admit(&mut self, id: u32) -> Vec<Effect> {
        let profile = self.state.profile().unwrap().clone();
        let request = self.state.form.draft.validate(&profile).unwrap();
        let order = tokenscope::domain::guard::Guard::new(false).admit(&profile, request, None, self.now);
        let sent = Sent::of(&order.ok().unwrap(), id, stage::AT);
        self.happen(What::Admitted { id: CallId(id), sent: Box::new(sent) })
    }
}

type Step = (&'static str, fn(&mut Bench));

/// Every intent of a pane but the two that ask for a reveal, and everything else that can happen and moves on.
const MOVES: &[Step] = &[
    ("V", |bench| drop(bench.press(Intent::Mask))),
    ("Esc", |bench| drop(bench.press(Intent::Back))),
    ("another pane", |bench| drop(bench.press(Intent::Focus(Pane::History)))),
    ("the pane that it is in", |bench| drop(bench.press(Intent::Focus(Pane::Answer)))),
    ("the next pane", |bench| drop(bench.press(Intent::NextPane))),
    ("the pane before", |bench| drop(bench.press(Intent::PreviousPane))),
    ("a scroll", |bench| drop(bench.press(Intent::Go(Move::Down)))),
    ("Enter", |bench| drop(bench.press(Intent::Open))),
    ("a field", |bench| drop(bench.press(Intent::EditField))),
    ("a text", |bench| drop(bench.press(Intent::Edit(Edit::Insert('a'))))),
    ("a send", |bench| drop(bench.press(Intent::Send))),
    ("a cancel", |bench| drop(bench.press(Intent::Cancel))),
    ("the profiles", |bench| drop(bench.press(Intent::Profiles))),
    ("the profile before", |bench| drop(bench.press(Intent::PreviousProfile))),
    ("an export", |bench| drop(bench.press(Intent::Export))),
    ("a copy", |bench| drop(bench.press(Intent::Copy))),
    ("the copy menu", |bench| drop(bench.press(Intent::CopyMenu))),
    ("raw", |bench| drop(bench.press(Intent::Raw))),
    ("timing", |bench| drop(bench.press(Intent::Timing))),
    ("clear", |bench| drop(bench.press(Intent::Clear))),
    ("help", |bench| drop(bench.press(Intent::Help))),
    ("a suspension", |bench| drop(bench.press(Intent::Suspend))),
    ("quit", |bench| drop(bench.press(Intent::Quit))),
    ("a paste", |bench| drop(bench.happen(What::Pasted("v".into())))),
    ("the focus", |bench| drop(bench.happen(What::FocusLost))),
    ("a resize", |bench| drop(bench.happen(What::Resized))),
    ("a stop", |bench| drop(bench.happen(What::Resumed))),
    ("a call", |bench| drop(bench.admit(2))),
    ("a call that has ended since", |bench| {
        bench.admit(2);
        let reply = tokenscope::domain::exchange::Reply::Failed(
            tokenscope::domain::failure::Failure::Connect,
            tokenscope::domain::exchange::Timing::default(),
        );
        bench.happen(What::Replied { id: CallId(2), reply });
    }),
    ("a profile switch", |bench| {
        bench.state.previous = Some(0);
        bench.press(Intent::PreviousProfile);
    }),
];

/// What the stopwatch of the cryptogram asks for, which goes on when nothing is revealed.
fn stopwatch(state: &State) -> Option<Moment> {
    state.stopwatch()?.next(state.record()?.came)
}

#[test]
fn everything_that_moves_on_ends_a_reveal() {
    for (_, by, ticket) in BOTH {
        for (name, move_on) in MOVES {
            let mut bench = Bench::revealed(by, ticket);
            move_on(&mut bench);
            assert!(!bench.is_revealed() && bench.state.reveal.is_none(), "{name} after {by:?}");
        }
    }
}

#[test]
fn a_row_that_comes_after_something_has_moved_on_reveals_nothing() {
    for (_, by, ticket) in BOTH {
        for (name, move_on) in MOVES {
            let mut bench = Bench::asked(by);
            move_on(&mut bench);
            assert!(!bench.notice().contains("until its audit row"), "{name} after {by:?}");
            bench.state.overlays.clear();
            bench.audited(ticket(CallId(1)));
            assert!(!bench.is_revealed(), "{name} after {by:?}");
        }
    }
}

#[test]
fn what_does_not_move_on_leaves_it_and_adds_no_time() {
    let mut bench = Bench::revealed(Intent::Reveal, Ticket::Reveal);
    let until = bench.state.reveal.as_ref().unwrap().grant.until();
    bench.happen(What::Due);
    bench.happen(What::Paged(Ok(Vec::new())));
    bench.wait(MOMENT);
    bench.key(None, false);
    let effects = bench.press(Intent::Reveal);
    assert!(effects.is_empty() && bench.notice().contains("revealed already"), "{}", bench.notice());
    assert!(bench.is_revealed());
    assert_eq!(bench.state.reveal.as_ref().unwrap().grant.until(), until);
}

#[test]
fn esc_takes_back_what_was_asked_for_and_nothing_else() {
    for (_, by, ticket) in BOTH {
        let mut bench = Bench::revealed(by, ticket);
        assert!(matches!(bench.press(Intent::Back).as_slice(), [Effect::Repaint]));
        assert!(bench.state.record().is_some() && !bench.is_revealed());
    }
}

#[test]
fn one_field_at_a_time() {
    for ((first, by, ticket), (second, then, its)) in [(BOTH[0], BOTH[1]), (BOTH[1], BOTH[0])] {
        let mut bench = Bench::revealed(by, ticket);
        let effects = bench.press(then);
        assert!(matches!(effects.as_slice(), [Effect::Repaint, Effect::Audit(..)]), "{effects:?}");
        assert!(!bench.is_revealed(), "the first is gone before the second has its row");
        bench.audited(its(CallId(1)));
        assert!(bench.state.grant(first).is_none() && bench.state.grant(second).is_some());
        let mut bench = Bench::asked(by);
        bench.press(then);
        bench.audited(ticket(CallId(1)));
        assert!(!bench.is_revealed(), "the row of the first is not that of the second");
    }
}

#[test]
fn each_reveal_has_its_own_row_with_the_right_deed() {
    for (by, deed) in [(Intent::Reveal, Deed::Reveal), (Intent::Identity, Deed::Identity)] {
        let mut bench = Bench::new();
        let effects = bench.press(by);
        assert!(matches!(effects.as_slice(), [Effect::Audit(_, row)] if row.deed == deed));
        assert!(bench.press(by).is_empty(), "one row is enough while it is waited for");
        assert!(bench.notice().contains("until its audit row is on disk"));
    }
}

#[test]
fn without_its_row_it_stays_masked_and_says_why() {
    use LedgerFault::{Damaged, Disk, Full, Locked, NoFolder, ReadOnly};
    for fault in [NoFolder, Damaged, Locked, Full, ReadOnly, Disk] {
        for (_, by, ticket) in BOTH {
            let mut bench = Bench::asked(by);
            bench.happen(What::Audited { ticket: ticket(CallId(1)), result: Err(fault) });
            let says = format!("It stays masked, since the audit row could not be kept: {fault}.");
            assert_eq!((bench.is_revealed(), bench.notice()), (false, says));
        }
    }
}

#[test]
fn a_profile_without_the_right_refuses_both_and_offers_neither() {
    let mut bench = Bench::new();
    let offered = |state: &State| keymap::footer(state).iter().any(|it| it.intent == Intent::Reveal);
    assert!(offered(&bench.state), "the search finds what is there");
    bench.state.profiles[1].allow_reveal = false;
    assert!(!offered(&bench.state));
    for (_, by, _) in BOTH {
        assert!(bench.press(by).is_empty());
        assert!(bench.notice().contains("this profile has allow_reveal = false"), "{}", bench.notice());
    }
}

#[test]
fn an_answer_without_personal_fields_has_none_to_show_and_leaves_no_row() {
    let mut bench = Bench::new();
    bench.state = stage::replied(1, 200, r#"{"token_details": {"status": "ACTIVE"}}"#);
    assert!(bench.press(Intent::Identity).is_empty());
    assert!(bench.notice().contains("no personal fields"), "{}", bench.notice());
}

#[test]
fn it_lasts_as_long_as_set_and_never_longer_than_thirty_seconds() {
    for (set, lasts) in [(1, 1), (20, 20), (30, 30), (3600, 30)] {
        let mut bench = Bench::new();
        bench.state.settings.reveal_for = Duration::from_secs(set);
        bench.press(Intent::Reveal);
        bench.audited(Ticket::Reveal(CallId(1)));
        let end = bench.now.plus(Duration::from_secs(lasts));
        // As the loop does: it sleeps until the state wants to be woken.
        while bench.now < end {
            assert!(bench.is_revealed(), "{set} after {:?}", end.since(bench.now));
            let due = bench.state.next_due().expect("a countdown asks to be woken");
            assert!(due > bench.now && due.since(bench.now) <= Duration::from_secs(1));
            bench.now = due;
            bench.happen(What::Due);
        }
        assert_eq!(bench.now, end);
        assert!(
            !bench.is_revealed()
                && bench.state.reveal.is_none()
                && bench.state.next_due() == stopwatch(&bench.state)
        );
    }
}

#[test]
fn a_flood_of_anything_ends_it_in_time_too() {
    let mut bench = Bench::revealed(Intent::Reveal, Ticket::Reveal);
    let end = bench.state.reveal.as_ref().unwrap().grant.until();
    while bench.now < end {
        bench.wait(Duration::from_millis(7));
        bench.key(None, true);
        bench.happen(What::Paged(Ok(Vec::new())));
    }
    assert!(bench.state.reveal.is_none());
}

#[test]
fn a_time_in_which_nobody_looked_ends_it_before_anything_is_drawn() {
    let away = Duration::from_secs(5);
    for (_, by, ticket) in BOTH {
        let mut bench = Bench::revealed(by, ticket);
        let effects = pass(&mut bench.state, bench.now.plus(away));
        assert!(matches!(effects.as_slice(), [Effect::Repaint]) && !bench.is_revealed());
        let mut bench = Bench::asked(by);
        assert!(bench.state.next_due().is_some(), "what waits for its row is looked after too");
        bench.wait(away);
        bench.audited(ticket(CallId(1)));
        assert!(!bench.is_revealed(), "a row that comes after the sleep of the machine is late");
    }
}

#[test]
fn a_paste_reveals_nothing_wherever_its_v_stands() {
    let burst = |bench: &mut Bench, keys: &[Option<Intent>]| {
        bench.wait(MOMENT);
        for key in keys {
            bench.key(*key, false);
            bench.wait(Duration::from_millis(1));
        }
        bench.audited(Ticket::Reveal(CallId(1)));
        bench.audited(Ticket::Identity(CallId(1)));
        bench.state.overlays.clear();
        bench.is_revealed()
    };
    for by in [Intent::Reveal, Intent::Identity].map(Some) {
        assert!(burst(&mut Bench::new(), &[by]), "alone it is a key");
        for paste in [
            &[None, by][..],
            &[by, None],
            &[by, Some(Intent::Export)],
            &[by, Some(Intent::Go(Move::Down)), by],
            &[by, by],
            &[Some(Intent::Go(Move::Down)), None, by, None],
        ] {
            assert!(!burst(&mut Bench::new(), paste), "{paste:?}");
        }
    }
}

#[test]
fn a_held_or_bouncing_key_asks_once() {
    for (_, by, ticket) in BOTH {
        let mut bench = Bench::revealed(by, ticket);
        bench.press(Intent::Mask);
        bench.press(by);
        bench.press(Intent::Mask);
        bench.wait(Duration::from_millis(100));
        assert!(bench.key(Some(by), true).is_empty(), "a repeat");
        bench.wait(Duration::from_millis(100));
        assert!(bench.key(Some(by), false).is_empty(), "within 300 ms");
        bench.audited(ticket(CallId(1)));
        assert!(!bench.is_revealed());
    }
}

#[test]
fn what_was_asked_for_is_brought_onto_the_screen() {
    for (_, by, ticket) in BOTH {
        let mut bench = Bench::new();
        bench.press(Intent::Raw);
        bench.press(Intent::Go(Move::Bottom));
        bench.press(Intent::Focus(Pane::History));
        bench.press(by);
        bench.audited(ticket(CallId(1)));
        assert!(bench.is_revealed() && bench.state.focus == Pane::Answer);
        assert!(!bench.state.answer.raw && bench.state.answer.scroll == 0);
    }
}

#[test]
fn what_leaves_while_something_is_shown_is_masked() {
    for (_, by, ticket) in BOTH {
        let masked = |state: &State| match state.overlays.last() {
            Some(Overlay::Export(preview)) => preview.text.text(),
            Some(Overlay::Fields(list)) => list.rows.iter().map(|row| row.value.text() + "\n").collect(),
            other => panic!("{other:?}"),
        };
        for out in [Intent::Export, Intent::Copy] {
            let (mut plain, mut shown) = (Bench::new(), Bench::revealed(by, ticket));
            plain.press(Intent::Focus(Pane::Answer));
            plain.press(out);
            shown.press(out);
            assert_eq!(masked(&shown.state), masked(&plain.state));
            for value in
                ["MADEUP", "RohitSingh", "V0010014622122423467188903638", "65soeo5vf909rfe4vrvmreu88f"]
            {
                assert!(!masked(&shown.state).replace(' ', "").contains(value), "{value}");
            }
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn a_grant_is_minted_in_one_place() {
    let mut places = Vec::new();
    for path in sources(Path::new("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let product = text.split("#[cfg(test)]").next().unwrap();
        places.extend(product.matches("::mint(").map(|_| path.clone()));
    }
    assert_eq!(places, [Path::new("src/app/update/reveal.rs")]);
}
