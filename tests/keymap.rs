//! The table of keys: no two meanings in one place, and no weighty intent on a key that is pressed by accident.
#![allow(missing_docs, reason = "a test crate")]

use tokenscope::app::intent::{Intent, Pane};
use tokenscope::keymap::{Code, Key, Mode, TABLE, bindings, meaning};

const MODES: [Mode; 24] = [
    Mode::Pane(Pane::Profiles),
    Mode::Pane(Pane::Request),
    Mode::Pane(Pane::Answer),
    Mode::Pane(Pane::History),
    Mode::Field,
    Mode::Confirm,
    Mode::CancelAsk,
    Mode::Profiles,
    Mode::Export,
    Mode::CopyMenu,
    Mode::Fields,
    Mode::Compare,
    Mode::Differences,
    Mode::Findings,
    Mode::Finding,
    Mode::ProbePlan,
    Mode::ProbeCustomer,
    Mode::ProbeWords,
    Mode::ProbeRun,
    Mode::ProbeEnd,
    Mode::ReportPath,
    Mode::ReportList,
    Mode::ReportRow,
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

/// The keys in the README's table that are one character.
fn readme_keys() -> Vec<char> {
    let readme = include_str!("../README.md");
    let (_, keys) = readme.split_once("## Keys").unwrap_or_default();
    let (table, _) = keys.split_once("\n## ").unwrap_or_default();
    let named = table.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    named.filter_map(|key| key.parse().ok()).collect()
}

#[test]
fn the_readme_names_the_keys_of_the_table_and_no_others() {
    let keys = readme_keys();
    let bound = |c: &char| TABLE.iter().any(|binding| binding.keys.contains(&Key::char(*c)));
    assert_eq!(keys.iter().find(|c| !bound(c)), None);
    for binding in TABLE.iter().filter(|binding| binding.intent.name().is_some()) {
        let mut printable = binding.keys.iter().filter(|key| key.is_printable());
        let told =
            printable.all(|key| matches!(key.code, Code::Char(c) if keys.contains(&c) || "hl".contains(c)));
        assert!(told, "{} is not in the README", binding.label);
    }
    assert!(keys.contains(&'y') && keys.contains(&'Y'));
}

#[test]
fn what_copies_has_the_names_of_the_interface() {
    assert_eq!(meaning(Mode::Pane(Pane::Answer), Key::char('y')).and_then(Intent::name), Some("copy"));
    assert_eq!(meaning(Mode::Pane(Pane::Answer), Key::char('Y')).and_then(Intent::name), Some("copy-menu"));
}
