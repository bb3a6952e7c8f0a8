//! The table of keys: no two meanings in one place, and no weighty intent on a key that is pressed by accident.
#![allow(missing_docs, reason = "a test crate")]

use tokenscope::app::intent::{Intent, Pane};
use tokenscope::keymap::{Code, Key, Mode, TABLE, bindings, meaning};

const MODES: [Mode; 10] = [
    Mode::Pane(Pane::Profiles),
    Mode::Pane(Pane::Request),
    Mode::Pane(Pane::Answer),
    Mode::Pane(Pane::History),
    Mode::Field,
    Mode::Confirm,
    Mode::CancelAsk,
    Mode::Profiles,
    Mode::Export,
    Mode::Help,
];

#[test]
fn a_key_means_one_thing_in_one_place() {
    for mode in MODES {
        for binding in bindings(mode) {
            for key in binding.keys.iter().filter(|key| !(mode.takes_text() && key.is_printable())) {
                assert_eq!(meaning(mode, *key), Some(binding.intent), "{mode:?} {key:?}");
            }
        }
    }
}

#[test]
fn what_sends_shows_or_writes_is_not_bound_to_enter_or_space() {
    let weighty = TABLE.iter().filter(|binding| binding.intent.is_weighty());
    for binding in weighty {
        assert!(
            !binding.keys.contains(&Key::plain(Code::Enter)) && !binding.keys.contains(&Key::char(' ')),
            "{}",
            binding.label
        );
    }
}

#[test]
fn keys_that_terminals_keep_are_never_bound() {
    for key in ['j', 's', 'q'].map(Key::ctrl) {
        assert!(TABLE.iter().all(|binding| !binding.keys.contains(&key)), "{key:?}");
    }
}

#[test]
fn a_character_is_text_where_text_is_typed() {
    assert!(matches!(meaning(Mode::Field, Key::char('s')), Some(Intent::Edit(_))));
    assert!(matches!(meaning(Mode::Confirm, Key::char('q')), Some(Intent::Edit(_))));
    assert_eq!(meaning(Mode::Pane(Pane::Answer), Key::char('s')), Some(Intent::Send));
}
