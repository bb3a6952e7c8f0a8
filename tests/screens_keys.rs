//! Palette, help, footer and welcome on the screen, at the sizes people use.
//!
//! Snapshots in `tests/snapshots`; a change of one is a change of what an engineer reads, so read it like one.
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

use tokenscope::app::event::What;
use tokenscope::app::intent::{Edit, Intent, Move, Pane};
use tokenscope::app::keymap::{Keymap, footer};
use tokenscope::app::state::State;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

fn text(state: &State, size: (u16, u16)) -> String {
    let buffer = stage::drawn(state, size);
    let rows = buffer.content.chunks(usize::from(size.0));
    let line =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    rows.map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

fn check(name: &str, state: &State) {
    for size in SIZES {
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), text(state, size));
    }
}

fn answered() -> State {
    stage::replied(1, 200, &stage::sample())
}

/// With the palette open and this typed into it.
fn found(mut state: State, typed: &str) -> State {
    stage::press(&mut state, Intent::Palette);
    typed.chars().for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
    state
}

fn own(mut state: State, lines: &[(&str, &[&str])]) -> State {
    let owned = |(name, keys): &(&str, &[&str])| {
        ((*name).to_owned(), keys.iter().map(|key| (*key).to_owned()).collect())
    };
    let lines: BTreeMap<String, Vec<String>> = lines.iter().map(owned).collect();
    state.settings.keymap = Keymap::with(&lines).unwrap();
    state
}

#[test]
fn the_palette_lists_what_is_found_with_its_keys_and_why_a_row_is_off() {
    check("palette", &found(answered(), ""));
    check("palette_off", &found(stage::console(0), "rev"));
    check("palette_profile", &found(stage::console(0), "pro san"));
    let mut nothing = found(stage::console(0), "zzz");
    stage::press(&mut nothing, Intent::Go(Move::Down));
    check("palette_nothing", &nothing);
}

#[test]
fn the_help_names_the_keys_of_the_user_and_each_reason() {
    let mut idle = own(stage::console(0), &[("send", &["f5"]), ("clear", &[])]);
    stage::press(&mut idle, Intent::Help);
    check("help_own_keys", &idle);
    let mut preview = answered();
    stage::press(&mut preview, Intent::Export);
    stage::press(&mut preview, Intent::Help);
    check("help_in_a_list", &preview);
}

#[test]
fn a_card_number_in_the_palette_is_a_mask() {
    for number in ["4111111111111111", "4111 1111 1111 1111"] {
        let mut state = found(stage::console(0), "");
        stage::happen(&mut state, What::Pasted(number.into()));
        for size in [(60, 16), (80, 24)] {
            let screen = text(&state, size);
            assert!(!screen.contains("1111") && screen.contains(": ••••••••"), "{screen}");
        }
    }
    let screen = text(&found(stage::console(0), "41111"), (80, 24));
    assert!(screen.contains(": 41111"), "the search finds what is there: {screen}");
}

#[test]
fn what_is_typed_into_the_palette_cannot_steer_the_terminal() {
    let mut state = found(stage::console(0), "");
    stage::happen(&mut state, What::Pasted("a\u{1b}]0;x\u{7}\u{202e}b".into()));
    let screen = text(&state, (80, 24));
    assert!(screen.contains(r"a\u{1b}]0;x\u{7}\u{202e}b") && !screen.contains('\u{202e}'), "{screen}");
}

#[test]
fn the_name_of_a_profile_in_the_palette_is_harmless_and_in_its_column() {
    let mut state = stage::console(0);
    state.profiles[1].name = format!("\u{1b}[2J{}", "x".repeat(300));
    let screen = text(&found(state, "profile"), (80, 24));
    assert!(screen.contains(r"profile \u{1b}[2J"), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
}

#[test]
fn the_footer_has_whole_words_at_every_width_and_the_keys_of_the_user() {
    let consoles = || {
        let own_keys = own(answered(), &[("reveal", &["ctrl-r"]), ("help", &["f1"])]);
        [stage::console(0), answered(), stage::in_flight(1).0, stage::revealed(), own_keys]
    };
    for mut state in consoles() {
        for pane in Pane::ALL {
            state.focus = pane;
            let whole: String = footer(&state)
                .iter()
                .flat_map(|it| [" ".into(), it.keys[0].label(), format!(" {} ", it.label)])
                .collect();
            for width in (60..=130).step_by(5) {
                let screen = text(&state, (width, 24));
                let shown = screen.lines().last().unwrap().to_owned() + " ";
                assert!(whole.starts_with(&shown), "{width}: {shown:?} of {whole:?}");
                let next = whole.chars().nth(shown.chars().count());
                assert!(next.is_none_or(|c| c == ' '), "{width}: {shown:?} of {whole:?}");
            }
        }
    }
    let screen = text(&own(answered(), &[("reveal", &["ctrl-r"])]), (80, 24));
    assert!(screen.contains(" ^R reveal cryptogram "), "{screen}");
    assert!(screen.contains("••••••••  ^R reveals it"), "{screen}");
}

#[test]
fn beside_the_masked_cryptogram_stands_its_key_or_why_there_is_none() {
    let hint = |state: &State| {
        let screen = text(state, (80, 24));
        let line = screen.lines().find(|line| line.contains("cryptogram  ")).unwrap_or_default().to_owned();
        line.split("••••••••").nth(1).unwrap_or_default().trim_matches(['│', ' ']).to_owned()
    };
    assert_eq!(hint(&answered()), "v reveals it");
    let mut forbidden = answered();
    forbidden.profiles[1].allow_reveal = false;
    assert_eq!(hint(&forbidden), "allow_reveal = false");
    let mut bare = answered();
    stage::happen(&mut bare, What::NoHistory(tokenscope::ports::LedgerFault::NoFolder));
    assert_eq!(hint(&bare), "no audit trail");
}

#[test]
fn the_first_start_says_what_this_is_and_covers_nothing() {
    let mut state = stage::console(0);
    state.settings.welcome = true;
    check("welcome", &state);
    let screen = text(&state, (80, 24));
    assert!(screen.contains("token_a0c16957f9bf46b0966a91a35"), "{screen}");
    let mut answered = answered();
    answered.settings.welcome = true;
    assert!(!text(&answered, (80, 24)).contains("Welcome"), "the answer takes its place");
}
