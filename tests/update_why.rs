//! Why something is off: one sentence, the same by key, in the help, in the palette and in the footer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::collections::BTreeMap;
use std::time::Duration;

use tokenscope::app::event::What;
use tokenscope::app::intent::{Intent, Pane};
use tokenscope::app::keymap::{Keymap, footer};
use tokenscope::app::state::{Hands, State};
use tokenscope::app::why::why_not;
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::history::Entry;
use tokenscope::ports::LedgerFault;
use tokenscope::secret::Masked;

fn answered() -> State {
    stage::replied(1, 200, &stage::sample())
}

fn with(mut state: State, change: impl FnOnce(&mut State)) -> State {
    change(&mut state);
    state
}

/// Consoles in which different things are off.
const CONSOLES: [fn() -> State; 9] = [
    || stage::console(0),
    || stage::in_flight(1).0,
    answered,
    || stage::replied(1, 400, r#"{"error": true, "error_message": "Stored Card Entry Not Found"}"#),
    || {
        let timing = Timing { total: Duration::from_secs(15), ..Timing::default() };
        stage::ended(1, |_| Reply::Failed(Failure::FirstByteTimeout, timing))
    },
    || stage::replied(1, 200, r#"{"token_details": {"status": "ACTIVE"}}"#),
    || with(answered(), |state| drop(stage::happen(state, What::NoHistory(LedgerFault::NoFolder)))),
    || with(answered(), |state| state.profiles[1].allow_reveal = false),
    || with(answered(), |state| state.settings.read_only = true),
];

/// Asks in each pane of each of them. What an intent may change is put back by `anew`, since to make a console takes time.
fn each(mut ask: impl FnMut(&mut State, &dyn Fn() -> State)) {
    for of in CONSOLES {
        let mut state = of();
        for pane in Pane::ALL {
            state.focus = pane;
            ask(&mut state, &|| with(of(), |state| state.focus = pane));
        }
    }
}

fn notice(state: &State) -> Option<String> {
    state.notice.as_ref().map(|notice| notice.text.text())
}

#[test]
fn what_is_off_does_nothing_and_says_the_sentence_that_help_and_palette_show() {
    // On Esc there is nothing to say, a character has a line to go to or none, and a send is for the guard to refuse.
    let says_itself = |intent: &Intent| matches!(intent, Intent::Back | Intent::Edit(_) | Intent::Send);
    let mut seen = 0;
    each(|state, _| {
        for (intent, name) in Intent::NAMED.iter().filter(|(intent, _)| !says_itself(intent)) {
            let Some(why) = why_not(state, *intent) else { continue };
            state.hands = Hands::default();
            assert!(stage::press(state, *intent).is_empty(), "{name}");
            assert_eq!(notice(state), Some(why.text.text()), "{name}");
            assert!(state.overlays.is_empty(), "{name}");
            seen += 1;
        }
    });
    assert!(seen > 200, "{seen}");
}

#[test]
fn what_is_on_does_something_that_can_be_seen() {
    use Intent::{Clear, Compare, Copy, CopyMenu, Export, Identity, Open, Probe, Raw, Reveal, Timing};
    each(|state, anew| {
        for intent in [Clear, Compare, Copy, CopyMenu, Export, Identity, Open, Probe, Raw, Reveal, Timing] {
            if why_not(state, intent).is_some() {
                continue;
            }
            let look = |state: &State| {
                (state.overlays.len(), state.answer, state.form.editing, state.current, notice(state))
            };
            let mut state = anew();
            let before = look(&state);
            let effects = stage::press(&mut state, intent);
            assert!(!effects.is_empty() || before != look(&state), "{intent:?}");
        }
    });
}

#[test]
fn every_reason_is_one_sentence() {
    each(|state, _| {
        for (intent, name) in Intent::NAMED {
            let Some(why) = why_not(state, *intent).map(|notice| notice.text.text()) else { continue };
            assert!(why.ends_with('.') && why.starts_with(char::is_uppercase), "{name}: {why}");
        }
    });
}

#[test]
fn the_footer_has_six_keys_at_most_and_none_that_only_says_why_it_does_nothing() {
    each(|state, _| {
        let offered = footer(state);
        assert!((2..=6).contains(&offered.len()), "{}", offered.len());
        assert!(offered.iter().all(|it| why_not(state, it.intent).is_none() && !it.keys.is_empty()));
    });
}

#[test]
fn nothing_is_sent_where_the_guard_would_refuse_and_it_says_so_before() {
    let mut state = with(stage::console(1), |state| state.settings.read_only = true);
    let why = why_not(&state, Intent::Send).unwrap().text.text();
    assert!(why.starts_with("Nothing was sent: the console was started with --read-only"), "{why}");
    assert!(footer(&state).iter().all(|it| it.intent != Intent::Send));
    state.settings.read_only = false;
    state.profiles[1].read_only = true;
    let why = why_not(&state, Intent::Send).unwrap().text.text();
    assert!(why.starts_with("Nothing was sent: this profile has read_only = true"), "{why}");
}

#[test]
fn sentences_name_the_keys_that_the_user_has() {
    let own = [("send", vec!["f5"]), ("mask", vec!["M"]), ("profiles", vec![])];
    let own: BTreeMap<String, Vec<String>> = own
        .into_iter()
        .map(|(name, keys)| (name.to_owned(), keys.into_iter().map(ToOwned::to_owned).collect()))
        .collect();
    let mut state = stage::console(0);
    state.settings.keymap = Keymap::with(&own).unwrap();
    stage::press(&mut state, Intent::Export);
    assert_eq!(notice(&state).unwrap(), "There is no answer to export yet: F5 sends the request.");
    stage::press(&mut state, Intent::PreviousProfile);
    let says = "There was no other profile yet: `profiles` in the palette picks one.";
    assert_eq!(notice(&state).unwrap(), says);
    let mut revealed = stage::revealed();
    revealed.settings.keymap = state.settings.keymap.clone();
    revealed.hands = Hands::default();
    stage::press(&mut revealed, Intent::Reveal);
    assert_eq!(notice(&revealed).unwrap(), "The cryptogram is revealed already; M masks it.");
}

/// Whether another call of a card stands among very many rows is not looked up with each frame, but when the key is pressed.
#[test]
fn a_long_history_is_looked_through_by_the_key_and_not_by_the_footer() {
    let row = stage::recorded(&stage::replied(1, 200, &stage::sample()));
    let of = |n: i64| Entry { id: n, card_reference: Masked::typed(&format!("token_{n}")), ..row.clone() };
    for (rows, is_known) in [(1_000, true), (1_001, false)] {
        let mut state = stage::console(0);
        state.history.rows = (1..=rows).rev().map(of).collect();
        stage::press(&mut state, Intent::Focus(Pane::History));
        assert_eq!(why_not(&state, Intent::Compare).is_some(), is_known, "{rows}");
        assert!(stage::press(&mut state, Intent::Compare).is_empty() && state.overlays.is_empty());
        let says = "There is nothing to compare with: the history has no other call of this reference.";
        assert_eq!(notice(&state).unwrap(), says, "{rows}");
    }
}
