//! What stands where at the sizes people use, in ASCII too, with wide letters, and where the time went.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::time::Duration;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};

use tokenscope::app::intent::{Edit, Intent, Move, Pane};
use tokenscope::app::session::Lap;
use tokenscope::app::state::{State, Tone};
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::secret::Masked;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

fn rows(buffer: &Buffer) -> Vec<String> {
    let row = |row: &[Cell]| row.iter().map(Cell::symbol).collect::<String>().trim_end().to_owned();
    buffer.content.chunks(usize::from(buffer.area.width)).map(row).collect()
}

fn text(state: &State, size: (u16, u16)) -> String {
    rows(&stage::drawn(state, size)).join("\n") + "\n"
}

fn refused() -> State {
    let body =
        r#"{"error": true, "user_message": "Stored Card Entry Not Found", "error_message": "Not Found"}"#;
    stage::replied(1, 400, body)
}

fn not_usable() -> State {
    stage::replied(1, 200, &stage::sample().replace("\"ACTIVE\"", "\"SUSPENDED\""))
}

fn then(mut state: State, intents: &[Intent]) -> State {
    for intent in intents {
        stage::press(&mut state, *intent);
    }
    state
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A session of some calls, the last of which is on the screen with its time.
fn timed() -> State {
    let timing = Timing { lookup: Some(ms(12)), connect: Some(ms(88)), first_byte: None, total: ms(400) };
    let mut state = stage::ended(1, |_| Reply::Failed(Failure::NoAnswer, timing));
    for (took, failed) in [(90, false), (180, false), (1_200, true), (140, false), (150, false)] {
        state.session.push(Lap { took: ms(took), failed });
    }
    then(state, &[Intent::Timing])
}

#[test]
fn a_large_screen_is_used_and_a_small_one_is_not_crowded() {
    let history = || {
        let mut state = not_usable();
        state.history.rows = (0..3).map(|_| stage::recorded(&state)).collect();
        state
    };
    insta::assert_snapshot!("not_usable_200x50", text(&history(), (200, 50)));
    insta::assert_snapshot!("refused_200x50", text(&refused(), (200, 50)));
    insta::assert_snapshot!("refused_120x36", text(&refused(), (120, 36)));
    insta::assert_snapshot!("timing_80x24", text(&timed(), (80, 24)));
    insta::assert_snapshot!("timing_200x50", text(&timed(), (200, 50)));
}

#[test]
fn the_verdict_stands_first_in_the_answer_at_every_size() {
    let usable = || stage::replied(1, 200, &stage::sample());
    for (state, word) in [
        (usable(), " USABLE "),
        (not_usable(), " NOT USABLE "),
        (refused(), " REFUSED "),
        (timed(), " NO ANSWER "),
    ] {
        for size in SIZES.into_iter().chain([(60, 16)]) {
            let all = rows(&stage::drawn(&state, size));
            assert!(all[2].contains(word), "{size:?}:\n{}", all.join("\n"));
        }
    }
}

#[test]
fn environment_profile_and_host_are_whole_in_the_header_at_every_size() {
    for (place, words) in [
        (0, ["EMULATOR", "demo", "127.0.0.1:8080"]),
        (1, ["SANDBOX", "sandbox", "sandbox.juspay.in"]),
        (2, ["PRODUCTION", "prod", "api.juspay.in"]),
    ] {
        let mut state = stage::console(place);
        state.settings.read_only = true;
        for size in SIZES.into_iter().chain([(60, 16)]) {
            let header = rows(&stage::drawn(&state, size))[0].clone();
            assert!(words.iter().all(|word| header.contains(word)), "{header}");
        }
    }
}

#[test]
fn a_path_that_is_longer_than_a_line_loses_no_letter() {
    let path = format!("/home/{}/exports/20261125T163000Z-0a1b2c3d.md", "ann-of-the-support-team".repeat(3));
    let mut state = stage::console(1);
    state.say(Tone::Good, &format!("Written to {path}."));
    let all = rows(&stage::drawn(&state, (80, 24)));
    let (said, _) = all[20..].split_at(3);
    assert!(said.concat().contains(&path), "{}", all.join("\n"));
}

#[test]
fn the_reference_of_a_refused_call_is_whole_on_a_small_screen() {
    let screen = text(&then(refused(), &[Intent::Go(Move::Bottom)]), (80, 24));
    let cut: String = screen.lines().filter_map(|line| line.split('│').nth(3)).map(str::trim).collect();
    assert!(cut.contains("token_a0c16957f9bf46b0966a91a35b555353"), "{screen}");
}

/// Every state of a screen that is drawn with a glyph of ours.
fn everywhere() -> Vec<State> {
    let answered = || stage::replied(1, 200, &stage::sample());
    let mut all =
        vec![stage::in_flight(1).0, stage::revealed(), stage::confirming(), timed(), refused(), not_usable()];
    all.extend((0..3).map(stage::console));
    all.extend(Pane::ALL.map(|pane| then(answered(), &[Intent::Focus(pane)])));
    for intent in [
        Intent::Help,
        Intent::Profiles,
        Intent::Export,
        Intent::Raw,
        Intent::Timing,
        Intent::Copy,
        Intent::CopyMenu,
        Intent::Compare,
        Intent::Open,
        Intent::Probe,
    ] {
        all.push(then(answered(), &[intent]));
        all.push(then(refused(), &[intent]));
    }
    all
}

#[test]
fn every_glyph_of_ours_has_an_ascii_form() {
    for mut state in everywhere() {
        let questions = |state: &State, size| text(state, size).matches('?').count();
        for size in SIZES {
            let before = questions(&state, size);
            state.settings.unicode = false;
            let plain = text(&state, size);
            assert!(plain.is_ascii(), "{plain}");
            assert_eq!(plain.matches('?').count(), before, "{plain}");
            state.settings.unicode = true;
        }
    }
    let mut foreign = stage::console(1);
    foreign.say(Tone::Plain, "卡");
    foreign.settings.unicode = false;
    assert!(
        text(&foreign, SIZES[0]).contains("?? ") || text(&foreign, SIZES[0]).contains("?\n"),
        "the search finds one"
    );
}

/// A console with this typed into its first field, and where its cursor stands.
fn typed(value: &str) -> (String, Position) {
    let mut state = then(stage::console(1), &[Intent::EditField, Intent::Edit(Edit::KillToStart)]);
    value.chars().for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
    let mut cells = Buffer::empty(Rect::new(0, 0, 80, 24));
    let mut frame = tokenscope::view::Frame::on(&mut cells);
    tokenscope::view::draw(&mut frame, &state);
    let cursor = frame.cursor().unwrap();
    (rows(&cells)[usize::from(cursor.y)].clone(), cursor)
}

#[test]
fn the_cursor_stands_behind_wide_and_combined_letters() {
    let column = |value: &str| typed(value).1.x;
    let start = column("");
    for (value, columns) in [("abc", 3), ("卡号", 4), ("e\u{301}e\u{301}", 2), ("a卡e\u{301}", 4)] {
        assert_eq!(column(value), start + columns, "{value}");
    }
    let (row, cursor) = typed(&"卡e\u{301}".repeat(30));
    assert!(cursor.x < 36 && !row.contains("│ \u{301}") && row.contains("卡"), "{row} {cursor:?}");
}

#[test]
fn wide_letters_in_a_list_and_in_an_answer_move_no_frame() {
    let mut state =
        stage::replied(1, 200, &stage::sample().replace("Paytm", "卡卡卡卡卡卡卡卡卡卡卡卡卡卡卡卡卡卡卡卡"));
    state.profiles[0].name = "卡卡卡卡卡卡卡卡".into();
    state.profiles[1].name = "卡e\u{301}卡".into();
    state.history.rows = vec![stage::recorded(&state)];
    state.history.rows[0].profile = Masked::typed("卡号");
    for size in SIZES {
        let buffer = stage::drawn(&state, size);
        let plain = stage::drawn(&stage::replied(1, 200, &stage::sample()), size);
        for (x, y) in (0..size.0).flat_map(|x| (1..size.1 - 2).map(move |y| (x, y))) {
            let (here, there) = (buffer.cell((x, y)).unwrap(), plain.cell((x, y)).unwrap());
            assert!(there.symbol() != "│" || here.symbol() == "│", "{size:?} {x} {y}");
        }
        let words: Vec<usize> = rows(&buffer)
            .iter()
            .filter_map(|row| {
                row.find("EMULATOR   ").or(row.find("SANDBOX    ")).map(|at| unicode(&row[..at]))
            })
            .collect();
        assert!(words.windows(2).all(|pair| pair[0] == pair[1]), "{words:?}");
    }
}

/// Columns of a text as a buffer holds it: the cell behind a wide letter is a blank of its own.
fn unicode(text: &str) -> usize {
    text.chars().filter(|c| *c != '\u{301}').count()
}

#[test]
fn calls_that_end_are_counted_and_those_without_an_answer_are_failed() {
    let mut state = stage::replied(1, 200, &stage::sample());
    assert_eq!((state.session.laps().len(), state.session.failed()), (1, 0));
    state =
        stage::ended(1, |_| Reply::Failed(Failure::Connect, Timing { total: ms(7), ..Timing::default() }));
    assert_eq!((state.session.laps().len(), state.session.failed()), (1, 1));
    assert_eq!(state.session.percentile(95), Some(ms(7)));
}

#[test]
fn the_spinner_turns_with_the_clock() {
    let (mut state, _) = stage::in_flight(1);
    let turns: Vec<char> = (0..4)
        .map(|tenth| {
            state.now = stage::NOW.plus(ms(tenth * 100));
            let screen = text(&state, SIZES[0]);
            let (_, behind) = screen.split_once("SENDING  ").expect("a call in flight");
            behind.chars().next().unwrap()
        })
        .collect();
    assert_eq!(turns, ['|', '/', '-', '\\']);
}
