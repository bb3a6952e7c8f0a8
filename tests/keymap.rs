//! The table of keys: no two meanings in one place, and no weighty intent on a key that is pressed by accident.
#![allow(clippy::panic, missing_docs, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use tokenscope::app::intent::{Edit, Intent, Move, Pane};
use tokenscope::app::keymap::{Binding, Code, Key, KeyFault, Keymap, Mode, TABLE};

/// Lists every mode, and does not compile where one is missing.
macro_rules! every_mode {
    ($($mode:ident $(($pane:path))?,)*) => {
        const EVERY_MODE: &[Mode] = &[$(Mode::$mode $(($pane))?,)*];
        const _: fn(Mode) = |mode| match mode { $(Mode::$mode $(($pane))? => {})* };
    };
}

every_mode! {
    Pane(Pane::Profiles), Pane(Pane::Request), Pane(Pane::Answer), Pane(Pane::History), Field, Filter, Confirm, Purge, CancelAsk,
    Profiles, Export, CopyMenu, Fields, Compare, Findings, Differences, Finding, ProbePlan, ProbeCustomer, ProbeWords,
    ProbeRun, ProbeEnd, ReportPath, ReportList, ReportRow, Palette, Help,
}

/// What a key means where the user changes none.
fn meaning(mode: Mode, key: Key) -> Option<Intent> {
    Keymap::default().meaning(mode, key)
}

/// The table with these lines of `[keys]`.
fn with(lines: &[(&str, &[&str])]) -> Result<Keymap, Vec<KeyFault>> {
    let owned = |(name, keys): &(&str, &[&str])| {
        ((*name).to_owned(), keys.iter().map(|key| (*key).to_owned()).collect())
    };
    Keymap::with(&lines.iter().map(owned).collect::<BTreeMap<String, Vec<String>>>())
}

/// Each fault as `NAME WHAT; MEND`.
fn refused(lines: &[(&str, &[&str])]) -> Vec<String> {
    let told = |fault: &KeyFault| format!("{} {}; {}", fault.name, fault.what, fault.mend);
    with(lines).err().unwrap_or_default().iter().map(told).collect()
}

const ANSWER: Mode = Mode::Pane(Pane::Answer);

#[test]
fn every_mode_is_looked_at_for_clashes() {
    assert_eq!(Mode::ALL, EVERY_MODE);
}

#[test]
fn every_intent_has_a_name_of_its_own_and_a_row_that_says_what_it_does() {
    let names: BTreeSet<&str> = Intent::NAMED.iter().map(|(_, name)| *name).collect();
    assert_eq!(names.len(), Intent::NAMED.len());
    for (intent, name) in Intent::NAMED {
        assert_eq!(intent.name(), Some(*name));
        assert!(TABLE.iter().any(|row| row.intent == *intent && !row.label.is_empty()), "{name}");
    }
    for named in ["send", "cancel", "reveal", "mask", "identity", "export", "copy", "compare", "clear"] {
        assert!(names.contains(named), "{named} is a name of the interface");
    }
    assert_eq!(Intent::Edit(Edit::Insert('x')).name(), None);
}

#[test]
fn every_intent_can_be_bound_to_a_key_of_its_own() {
    for (intent, name) in Intent::NAMED {
        let keymap = with(&[(name, &["f12"])]).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        let f12 = Key::plain(Code::F(12));
        let mut meant = Mode::ALL.iter().filter_map(|mode| keymap.meaning(*mode, f12));
        assert_eq!(meant.next(), Some(*intent), "{name}");
        assert!(meant.all(|other| other == *intent), "{name}");
    }
}

#[test]
fn without_changes_the_table_is_as_it_is() {
    assert_eq!(with(&[]), Ok(Keymap::default()));
}

#[test]
fn a_key_takes_the_place_of_the_default_ones_and_of_no_others() {
    let keymap = with(&[("export", &["ctrl-x", "X"])]).unwrap_or_default();
    assert_eq!(keymap.meaning(ANSWER, Key::ctrl('x')), Some(Intent::Export));
    assert_eq!(keymap.meaning(ANSWER, Key::char('X')), Some(Intent::Export));
    assert_eq!(keymap.meaning(ANSWER, Key::char('x')), None);
    assert_eq!(keymap.meaning(ANSWER, Key::char('s')), Some(Intent::Send));
    assert_eq!(keymap.call(Intent::Export), "^X");
}

#[test]
fn two_can_change_places_and_an_empty_list_leaves_the_palette() {
    let keymap = with(&[("raw", &["t"]), ("timing", &["r"]), ("clear", &[])]).unwrap_or_default();
    assert_eq!(keymap.meaning(ANSWER, Key::char('t')), Some(Intent::Raw));
    assert_eq!(keymap.meaning(ANSWER, Key::char('C')), None);
    assert_eq!(keymap.call(Intent::Clear), "`clear` in the palette");
}

#[test]
fn where_text_is_typed_a_character_stays_text() {
    let keymap = with(&[("send", &["S"]), ("profiles", &["W", "f2"])]).unwrap_or_default();
    assert_eq!(keymap.meaning(ANSWER, Key::char('S')), Some(Intent::Send));
    assert!(matches!(keymap.meaning(Mode::Field, Key::char('S')), Some(Intent::Edit(Edit::Insert('S')))));
    assert_eq!(keymap.meaning(Mode::Field, Key::ctrl('g')), Some(Intent::Send), "the default stays there");
    assert_eq!(keymap.meaning(Mode::Field, Key::plain(Code::F(2))), Some(Intent::Profiles));
    assert_eq!(keymap.meaning(Mode::Field, Key::alt('p')), None);
}

#[test]
fn enter_and_esc_keep_their_meaning_in_every_dialog_and_ctrl_c_quits_always() {
    let keymap = with(&[("open", &["o"]), ("back", &["w"]), ("quit", &[])]).unwrap_or_default();
    let (enter, esc) = (Key::plain(Code::Enter), Key::plain(Code::Esc));
    assert_eq!(keymap.meaning(ANSWER, enter), None);
    assert_eq!(keymap.meaning(ANSWER, Key::char('o')), Some(Intent::Open));
    assert_eq!(keymap.meaning(ANSWER, Key::char('w')), Some(Intent::Back));
    for mode in Mode::ALL {
        assert_eq!(keymap.meaning(*mode, Key::ctrl('c')), Some(Intent::Quit), "{mode:?}");
        assert_eq!(keymap.meaning(*mode, esc), Some(Intent::Back), "{mode:?}");
        let dialog = Keymap::default().meaning(*mode, enter);
        assert!(matches!(mode, Mode::Pane(_)) || keymap.meaning(*mode, enter) == dialog, "{mode:?}");
    }
    let unbound = with(&[("back", &[])]).unwrap_or_default();
    assert_eq!(unbound.meaning(ANSWER, esc), Some(Intent::Back));
}

#[test]
fn a_key_is_written_as_help_names_it() {
    for (written, key) in [
        ("w", Key::char('w')),
        ("W", Key::char('W')),
        (";", Key::char(';')),
        ("ü", Key::char('ü')),
        ("ctrl-x", Key::ctrl('x')),
        ("Ctrl-X", Key::ctrl('x')),
        ("^X", Key::ctrl('x')),
        ("^", Key::char('^')),
        ("alt-x", Key::alt('x')),
        ("Alt-X", Key::alt('X')),
        ("backspace", Key::plain(Code::Backspace)),
        ("Del", Key::plain(Code::Delete)),
        ("space", Key::char(' ')),
        ("f1", Key::plain(Code::F(1))),
        ("F12", Key::plain(Code::F(12))),
    ] {
        let keymap = with(&[("help", &[written])]).unwrap_or_else(|faults| panic!("{written}: {faults:?}"));
        assert_eq!(keymap.keys(Intent::Help).next(), Some(key), "{written}");
    }
    for row in TABLE.iter().filter(|row| matches!(row.scope, tokenscope::app::keymap::Scope::Panes)) {
        let name = row.intent.name().unwrap_or_default();
        let labels: Vec<String> = row.keys.iter().map(|key| key.label()).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        assert!(with(&[(name, &labels)]).is_ok(), "{name} {labels:?}");
    }
}

#[test]
fn what_cannot_be_bound_is_refused_with_the_mend() {
    let all = "write it as \"x\", \"X\", \"ctrl-x\", \"alt-x\", \"f1\", \"enter\", \"s-tab\", \"space\", \"up\" or \"pgdn\"";
    let accident = "which is pressed by accident too easily for what cannot be taken back; take another key";
    let kept = "is on ^J, ^S or ^Q, which terminals keep for themselves; take another key";
    let sent = "is on ^I, ^M or ^[, which are Tab, Enter and Esc to a terminal; take another key";
    for (name, key, says) in [
        ("exprot", "x", "is no intent; did you mean `export`?".to_owned()),
        ("teleport", "x", "is no intent; the palette (: in the console) lists every name".into()),
        ("help", "pgdwn", "names no key; did you mean \"pgdn\"?".into()),
        ("help", "shift-x", "names no key; write the character that Shift makes, as in \"X\"".into()),
        ("help", "hyper-x", format!("names no key; {all}")),
        ("help", "f13", format!("names no key; {all}")),
        ("help", "\u{202e}", format!("names no key; {all}")),
        ("help", "ctrl-j", kept.into()),
        ("help", "^s", kept.into()),
        ("help", "ctrl-q", kept.into()),
        ("help", "ctrl-i", sent.into()),
        ("help", "^M", sent.into()),
        ("send", "enter", format!("is on Enter, {accident}")),
        ("reveal", "space", format!("is on Space, {accident}")),
        ("export", " ", format!("is on Space, {accident}")),
        ("edit-home", "x", "is on x, which is a character where text is typed; take a key with Ctrl or Alt, or one of f1 to f12".into()),
        ("next-field", "n", "is on n, which is a character where text is typed; take a key with Ctrl or Alt, or one of f1 to f12".into()),
        ("suspend", "Z", "is on Z, which is a character where text is typed; take a key with Ctrl or Alt, or one of f1 to f12".into()),
    ] {
        assert_eq!(refused(&[(name, &[key])]), [format!("{name} {says}")]);
    }
}

#[test]
fn one_key_for_two_intents_is_refused_naming_both() {
    for (lines, says) in [
        (
            &[("export", &["y"][..])][..],
            "export is on y, which means `copy` in the Profiles pane; take another key, or give `copy` another one too",
        ),
        (
            &[("help", &["i"][..])],
            "help is on i, which means `probe` in the Answer pane; take another key, or give `probe` another one too",
        ),
        (
            &[("export", &["w"][..]), ("mask", &["w"])],
            "export is on w, which means `mask` in the Profiles pane; take another key, or give `mask` another one too",
        ),
        (
            &[("mask", &["ctrl-c"][..])],
            "mask is on ^C, which means `quit` in the Profiles pane; take another key",
        ),
        (
            &[("mask", &["esc"][..])],
            "mask is on Esc, which means `back` in the Profiles pane; take another key",
        ),
        (
            &[("next-field", &["ctrl-a"][..])],
            "next-field is on ^A, which means `edit-home` where text is typed; take another key, or give `edit-home` another one too",
        ),
        (
            &[("export-form", &["q"][..])],
            "export-form is on q, which means `back` in a list or dialog; take another key",
        ),
    ] {
        assert_eq!(refused(lines), [says]);
    }
}

#[test]
fn every_fault_of_the_keys_is_told_once() {
    let lines: &[(&str, &[&str])] = &[("exprot", &["x"]), ("down", &["q"]), ("send", &["enter"])];
    assert_eq!(refused(lines).len(), 4, "{:?}", refused(lines));
}

#[test]
fn down_takes_its_key_along_into_lists() {
    let keymap = with(&[("down", &["w"])]).unwrap_or_default();
    for mode in [ANSWER, Mode::Findings, Mode::Help] {
        assert_eq!(keymap.meaning(mode, Key::char('w')), Some(Intent::Go(Move::Down)), "{mode:?}");
    }
}

#[test]
fn a_key_means_one_thing_in_one_place() {
    let keymap = Keymap::default();
    for mode in Mode::ALL {
        for binding in keymap.bindings(*mode) {
            for key in binding.keys.iter().filter(|key| !(mode.takes_text() && key.is_printable())) {
                assert_eq!(meaning(*mode, *key), Some(binding.intent), "{mode:?} {key:?}");
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
    // The answers to a question stand in its footer.
    let told = |binding: &&Binding| !matches!(binding.intent, Intent::Open | Intent::Back);
    for binding in TABLE.iter().filter(told) {
        let mut printable = binding.keys.iter().filter(|key| key.is_printable());
        let told = printable.all(|key| matches!(key.code, Code::Char(c) if keys.contains(&c)));
        assert!(told, "{} is not in the README", binding.label);
    }
    assert!(keys.contains(&'y') && keys.contains(&'Y'));
}

#[test]
fn what_copies_has_the_names_of_the_interface() {
    assert_eq!(meaning(Mode::Pane(Pane::Answer), Key::char('y')).and_then(Intent::name), Some("copy"));
    assert_eq!(meaning(Mode::Pane(Pane::Answer), Key::char('Y')).and_then(Intent::name), Some("copy-menu"));
}

/// The lines of `[keys]` in a text, in comments too: names, and keys as they are written.
fn example(text: &str) -> BTreeMap<String, Vec<String>> {
    let (_, keys) = text.split_once("\n[keys]\n").unwrap_or_default();
    let lines = keys.lines().take_while(|line| !line.trim().is_empty() && !line.starts_with("```"));
    let quoted = |value: &str| value.split('"').skip(1).step_by(2).map(ToOwned::to_owned).collect();
    lines
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim_matches(['#', ' ']).to_owned(), quoted(value)))
        .collect()
}

#[test]
fn the_examples_of_readme_and_config_can_be_taken_as_they_are() {
    for text in [include_str!("../README.md"), include_str!("../config.example.toml")] {
        let keys = example(text);
        assert!(keys.len() > 1, "{keys:?}");
        let keymap = Keymap::with(&keys).unwrap_or_default();
        assert_eq!(keymap.call(Intent::Export), "^X", "{keys:?}");
    }
}
