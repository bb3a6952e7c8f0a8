//! The purge of the console without a disk: nothing goes without the typed word, and why it did not go is said.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and writes its own files"
)]

mod stage;

use std::time::Duration;

use tokenscope::app::effect::Effect;
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::{Edit, Intent};
use tokenscope::app::overlay::Overlay;
use tokenscope::app::state::State;
use tokenscope::app::update;
use tokenscope::ports::{LedgerFault, PurgeFault, Purged, PurgedAndTold};
use tokenscope::secret::Moment;

fn notice(state: &State) -> String {
    state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
}

fn asked() -> State {
    let mut state = stage::console(0);
    state.history.rows = vec![stage::probing::seen("cust_1")];
    assert!(matches!(stage::press(&mut state, Intent::Purge)[..], [Effect::CountHistory]));
    stage::happen(&mut state, What::Counted(Ok(3)));
    state
}

fn typed(text: &str) -> State {
    let mut state = asked();
    text.chars().for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
    state
}

fn text(state: &State) -> String {
    stage::drawn(state, (80, 24)).content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

const DONE: PurgedAndTold = PurgedAndTold { purged: Purged { rows: 3, is_overwritten: true }, told: Ok(()) };

#[test]
fn the_question_says_what_goes_and_what_stays() {
    let screen = text(&asked());
    assert!(screen.contains("3 calls of the history would go") && screen.contains("so does the audit trail"));
}

#[test]
fn only_the_word_deletes_and_then_the_pane_is_empty() {
    for wrong in ["", "purg", "PURGE", "purge ", "prod acme"] {
        let mut state = typed(wrong);
        assert!(stage::press(&mut state, Intent::Open).is_empty(), "{wrong}");
        assert!(text(&state).contains("That is not the word"));
    }
    let mut state = typed("purge");
    assert!(matches!(stage::press(&mut state, Intent::Open)[..], [Effect::Purge]));
    assert!(stage::press(&mut state, Intent::Open).is_empty(), "once");
    let effects = stage::happen(&mut state, What::Purged(Ok(DONE)));
    assert!(matches!(effects[..], [Effect::LoadHistory(_)]));
    assert!(state.history.rows.is_empty() && state.overlays.is_empty());
    assert!(notice(&state).starts_with("3 calls deleted"), "{}", notice(&state));
}

#[test]
fn what_a_purge_could_not_do_is_said_and_nothing_is_emptied() {
    let mut state = typed("purge");
    stage::press(&mut state, Intent::Open);
    stage::happen(&mut state, What::Purged(Err(PurgeFault::NotAudited(LedgerFault::Full))));
    assert!(
        notice(&state).starts_with("Nothing was deleted: it needs an audit row first"),
        "{}",
        notice(&state)
    );
    assert_eq!(state.history.rows.len(), 1);
    let mut state = typed("purge");
    let halves =
        PurgedAndTold { purged: Purged { rows: 1, is_overwritten: false }, told: Err(LedgerFault::Full) };
    stage::happen(&mut state, What::Purged(Ok(halves)));
    for part in ["1 call deleted", "not in the audit trail", "still in its log"] {
        assert!(notice(&state).contains(part), "{}", notice(&state));
    }
}

#[test]
fn nothing_to_delete_or_nothing_to_delete_from_is_said() {
    let mut state = stage::console(0);
    for (result, said) in [(Ok(0), "holds no call"), (Err(LedgerFault::Locked), "could not be read")] {
        stage::happen(&mut state, What::Counted(result));
        assert!(state.overlays.is_empty() && notice(&state).contains(said), "{}", notice(&state));
    }
    state.history.fault = Some(LedgerFault::NoFolder);
    assert!(stage::press(&mut state, Intent::Purge).is_empty());
    assert!(notice(&state).contains("no history to delete"));
}

#[test]
fn a_paste_is_refused_and_an_enter_that_is_held_or_comes_with_a_paste_deletes_nothing() {
    let mut state = asked();
    stage::happen(&mut state, What::Pasted("purge".into()));
    assert!(matches!(state.overlays.last(), Some(Overlay::Purge(it)) if it.typed.is_empty()));
    assert!(notice(&state).contains("A paste is refused"), "{}", notice(&state));
    for repeat in [true, false] {
        let mut state = typed("purge");
        let mut last = Vec::new();
        for (millis, intent, printable) in [(0, None, true), (5, Some(Intent::Open), false)] {
            let came = Moment(Duration::from_millis(70_000 + if repeat { 900 * millis } else { millis }));
            let what = What::Pressed(Press { intent, printable, repeat, came });
            last = update(&mut state, Event { at: came, stamp: stage::AT, what });
        }
        assert!(last.is_empty(), "{last:?}");
    }
}

#[test]
fn a_stray_paste_does_not_even_ask() {
    let mut state = stage::console(0);
    for (millis, intent) in [(0, None), (5, Some(Intent::Purge))] {
        let came = Moment(Duration::from_millis(70_000 + millis));
        let what = What::Pressed(Press { intent, printable: true, repeat: false, came });
        assert!(update(&mut state, Event { at: came, stamp: stage::AT, what }).is_empty());
    }
}
