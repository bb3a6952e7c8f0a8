//! What the themes make of the screen: the style of what has a meaning, in each theme and without colour.
//!
//! The snapshots list, for each style on a screen, the texts that are drawn in it.
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

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use tokenscope::app::intent::{Intent, Move, Pane};
use tokenscope::app::state::State;
use tokenscope::theme::{self, NAMES, Theme, Themes};

const SIZE: (u16, u16) = (80, 24);

/// The states in which a style says something: a mask, a verdict, a reveal, production, a focus.
fn states() -> Vec<(&'static str, State)> {
    let mut doubt = stage::console(1);
    doubt.form.draft.card_reference = "tkn_1".into();
    let mut history = stage::replied(1, 200, &stage::sample());
    stage::press(&mut history, Intent::Focus(Pane::History));
    vec![
        ("answered", stage::replied(1, 200, &stage::sample())),
        ("refused", stage::replied(0, 400, r#"{"error": true, "error_message": "Not Found"}"#)),
        ("revealed", stage::revealed()),
        ("production", stage::confirming()),
        ("in flight", stage::in_flight(2).0),
        ("doubt", doubt),
        ("history", history),
    ]
}

/// A look of the console: a theme, or none of the colours.
fn dressed(mut state: State, look: &str) -> State {
    state.settings.colour = look != "no-colour";
    look.clone_into(&mut state.settings.theme);
    state
}

fn looks() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().chain(["no-colour"])
}

fn style(cell: &Cell) -> (String, String, Modifier) {
    let name = |colour: Color| match colour {
        Color::Indexed(index) => index.to_string(),
        Color::Reset => "-".to_owned(),
        other => panic!("{other:?} is a colour that no theme has"),
    };
    (name(cell.fg), name(cell.bg), cell.modifier)
}

fn is_frame(cell: &Cell) -> bool {
    matches!(cell.symbol(), "│" | "─" | "┌" | "┐" | "└" | "┘")
}

/// The runs of cells of one style in a frame, frames left out.
fn runs(state: &State) -> Vec<((String, String, Modifier), String)> {
    let buffer = stage::drawn(state, SIZE);
    let mut all = Vec::new();
    for row in buffer.content.chunks(usize::from(SIZE.0)) {
        for run in row.chunk_by(|a, b| style(a) == style(b)) {
            let text: String = run.iter().filter(|cell| !is_frame(cell)).map(Cell::symbol).collect();
            if !text.trim().is_empty() {
                all.push((style(&run[0]), text.trim().to_owned()));
            }
        }
    }
    all
}

fn dump(state: &State) -> String {
    let mut by_style: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((fg, bg, modifier), text) in runs(state) {
        let texts = by_style.entry(format!("{fg} on {bg} {modifier:?}")).or_default();
        if !texts.contains(&text) && texts.len() < 6 {
            texts.push(text);
        }
    }
    by_style.iter().map(|(style, texts)| ["  ", style, ": ", &texts.join(" | "), "\n"].concat()).collect()
}

#[test]
fn what_has_a_meaning_has_its_style_in_each_theme() {
    for look in looks() {
        let dumped = |(name, state)| [name, "\n", &dump(&dressed(state, look))].concat();
        insta::assert_snapshot!(look, states().into_iter().map(dumped).collect::<String>());
    }
}

/// The cells of a text, wherever it stands in a row.
fn cells(state: &State, text: &str) -> Vec<Cell> {
    let buffer = stage::drawn(state, SIZE);
    let wanted: Vec<String> = text.chars().map(String::from).collect();
    let row = |row: &[Cell]| {
        let at = row.windows(wanted.len()).position(|cells| cells.iter().map(Cell::symbol).eq(wanted.iter()));
        at.map(|at| row[at..at + wanted.len()].to_vec())
    };
    let found = buffer.content.chunks(usize::from(SIZE.0)).find_map(row);
    found.unwrap_or_else(|| panic!("{text} is not on the screen"))
}

/// Every mask is underlined, and nothing else is (threat model, row 42).
fn assert_masks(look: &str, name: &str, state: &State) {
    for cell in &stage::drawn(state, SIZE).content {
        let underlined = cell.modifier.contains(Modifier::UNDERLINED);
        assert_eq!(underlined, matches!(cell.symbol(), "•" | "*"), "{look}, {name}: {cell:?}");
    }
}

#[test]
fn the_mask_alone_is_underlined_in_every_theme_and_without_colour() {
    for look in looks() {
        for (name, state) in states() {
            assert_masks(look, name, &dressed(state, look));
        }
        let masked = dressed(stage::replied(1, 200, &stage::sample()), look);
        assert_eq!(cells(&masked, "••••••••").len(), 8);
    }
}

#[test]
fn no_letter_has_the_colour_of_what_is_behind_it() {
    for look in NAMES {
        for (name, state) in states() {
            for cell in &stage::drawn(&dressed(state, look), SIZE).content {
                let is_hidden = cell.fg == cell.bg && cell.fg != Color::Reset;
                assert!(!is_hidden, "{look}, {name}: {cell:?}");
            }
        }
    }
}

#[test]
fn what_must_be_told_apart_is_so_by_more_than_colour() {
    for look in looks() {
        let stands_out = |cell: &Cell, screen: &State| {
            let plain = cells(screen, "card_reference")[0].clone();
            let reversed = cell.modifier.contains(Modifier::REVERSED);
            (cell.bg != plain.bg || reversed) && cell.modifier.contains(Modifier::BOLD)
        };
        let revealed = dressed(stage::revealed(), look);
        assert!(stands_out(&cells(&revealed, "REVEALED")[0], &revealed), "{look}");
        assert!(stands_out(&cells(&revealed, "MADE UPma")[0], &revealed), "{look}: the value itself");
        for (place, word) in ["EMULATOR", "SANDBOX", "PRODUCTION"].into_iter().enumerate() {
            let screen = dressed(stage::console(place), look);
            assert!(stands_out(&cells(&screen, word)[0], &screen), "{look}: {word}");
        }
        let screen = dressed(stage::console(1), look);
        assert!(cells(&screen, "▸2 Request")[0].modifier.contains(Modifier::BOLD), "{look}");
        assert!(!cells(&screen, " 3 Answer")[1].modifier.contains(Modifier::BOLD), "{look}");
    }
}

#[test]
fn the_start_of_the_row_under_the_cursor_alone_is_reversed_in_every_look() {
    let reversed = |screen: &State| -> String {
        let buffer = stage::drawn(screen, SIZE);
        let row = buffer.content.chunks(usize::from(SIZE.0)).skip(1).flatten();
        let marked = row.filter(|cell| cell.modifier.contains(Modifier::REVERSED));
        marked.map(ratatui::buffer::Cell::symbol).collect()
    };
    for look in NAMES.into_iter().chain(["no-colour", "ascii"]) {
        let mut screen = dressed(stage::console(1), look);
        screen.settings.unicode = look != "ascii";
        assert_eq!(reversed(&screen), "", "{look}");
        stage::press(&mut screen, Intent::Focus(Pane::Profiles));
        let mark = if look == "ascii" { ">" } else { "▸" };
        assert_eq!(reversed(&screen), format!("{mark} sandbox     "), "{look}");
        stage::press(&mut screen, Intent::Go(Move::Down));
        assert_eq!(reversed(&screen), "  prod        ", "{look}");
    }
}

#[test]
fn a_profile_and_a_verdict_have_their_colour_under_the_cursor_too() {
    use tokenscope::domain::profile::Colour;
    for look in NAMES {
        let mut state = stage::replied(1, 200, &stage::sample());
        state.profiles[1].colour = Colour::Magenta;
        let call = stage::recorded(&state);
        let verdict = format!("{} {}", call.time().get(11..16).unwrap(), call.verdict.word());
        state.history.rows = vec![call];
        let mut screen = dressed(state, look);
        for (pane, row, word) in [(Pane::Profiles, "sandbox   ", 0), (Pane::History, verdict.as_str(), 6)] {
            let colour = |screen: &State| style(&cells(screen, row)[word]).0;
            stage::press(&mut screen, Intent::Focus(Pane::Request));
            let elsewhere = colour(&screen);
            stage::press(&mut screen, Intent::Focus(pane));
            assert_eq!(colour(&screen), elsewhere, "{look}, {row}");
            assert_ne!(elsewhere, style(&cells(&screen, "Request")[0]).0, "{look}, {row}");
        }
    }
}

#[test]
fn production_looks_like_no_other_environment_whatever_colour_its_profile_has() {
    use tokenscope::domain::profile::Colour;
    for look in NAMES {
        let word = |place: usize, word: &str, colour: Colour| {
            let mut state = stage::console(place);
            state.profiles[place].colour = colour;
            style(&cells(&dressed(state, look), word)[0])
        };
        let production = word(2, "PRODUCTION", Colour::Default);
        for colour in [Colour::Blue, Colour::Green, Colour::Cyan] {
            assert_eq!(word(2, "PRODUCTION", colour), production, "{look}");
        }
        assert_ne!(word(1, "SANDBOX", Colour::Red).1, production.1, "{look}");
        assert_ne!(word(0, "EMULATOR", Colour::Red).1, production.1, "{look}");
    }
}

#[test]
fn a_theme_of_ones_own_takes_neither_the_mask_nor_a_word_away() {
    let gray = |name: &str| format!("{name} = {{ fg = 250, modifiers = [] }}\n");
    let flat = ["mask", "focus", "bad", "good", "doubt", "label", "quiet", "key"].map(gray).concat();
    let base = Theme::built_in(theme::DARK).unwrap().clone();
    let mine = theme::read(&format!("[roles]\n{flat}"), base).unwrap();
    for (name, mut state) in states() {
        state.settings.themes = Themes::with("mine.toml", mine.clone());
        state.settings.theme = "mine.toml".into();
        assert_masks("mine.toml", name, &state);
        if name == "answered" {
            assert!(cells(&state, "▸3 Answer")[0].modifier.contains(Modifier::BOLD));
            assert!(cells(&state, " USABLE ")[0].bg != cells(&state, "card_reference")[0].bg);
        }
    }
}

#[test]
fn a_theme_covers_the_whole_screen_and_an_unknown_name_is_the_dark_one() {
    for (name, state) in states() {
        let light = stage::drawn(&dressed(state, "light"), SIZE);
        assert!(light.content.iter().all(|cell| cell.bg != Color::Reset), "{name}");
    }
    let drawn = |look| stage::drawn(&dressed(stage::revealed(), look), SIZE);
    assert_eq!(drawn("gone.toml"), drawn("dark"));
    assert_ne!(drawn("light"), drawn("dark"));
}
