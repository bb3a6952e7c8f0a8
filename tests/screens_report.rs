//! The report of a batch on the screen: the path, the list, one row; and that a file which somebody changed shows nothing
//! that the console hides.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod shelves;
mod stage;

use shelves::{line, listed, report, serve};
use tokenscope::app::browse::News;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Edit, Intent, Move};
use tokenscope::app::state::State;
use tokenscope::ports::ReportFault;

fn text(state: &State, size: (u16, u16)) -> String {
    let buffer = stage::drawn(state, size);
    let rows = buffer.content.chunks(usize::from(size.0));
    let line =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    rows.map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

/// Holds a state against its snapshots in both sizes.
fn check(name: &str, state: &State) {
    for (size, label) in [((80, 24), "80x24"), ((120, 40), "120x40")] {
        insta::assert_snapshot!(format!("{name}_{label}"), text(state, size));
    }
}

#[test]
fn the_path_is_asked_for_and_a_reason_stands_below_it() {
    let mut state = stage::console(1);
    stage::press(&mut state, Intent::Report);
    "~/tickets/cards.jsonl"
        .chars()
        .for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
    stage::press(&mut state, Intent::Open);
    stage::happen(&mut state, What::Report { id: 1, news: News::Failed(ReportFault::NotOurs) });
    check("path", &state);
}

#[test]
fn the_end_of_a_long_path_stays_in_sight() {
    let mut state = stage::console(1);
    stage::press(&mut state, Intent::Report);
    let path = format!("/{}/the-end.jsonl", "long/".repeat(40));
    path.chars().for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
    let shown = text(&state, (80, 24));
    assert!(shown.contains("> …") && shown.contains("the-end.jsonl "), "{shown}");
}

#[test]
fn what_it_came_to_stands_above_its_rows() {
    let text = report(2_500, 7) + &line(2_501, true)[..40];
    let (mut state, mut listing) = listed(&text);
    for _ in 0..6 {
        let effects = stage::press(&mut state, Intent::Go(Move::Down));
        serve(&mut state, &mut listing, effects);
    }
    check("list", &state);
    let effects = stage::press(&mut state, Intent::Unusable);
    serve(&mut state, &mut listing, effects);
    check("unusable", &state);
    let effects = stage::press(&mut state, Intent::Open);
    serve(&mut state, &mut listing, effects);
    check("row", &state);
}

#[test]
fn a_file_that_somebody_changed_can_neither_steer_the_terminal_nor_show_a_card_number() {
    let hostile = line(1, false)
        .replace("\"r1\"", "\"4111 1111 1111 1111\"")
        .replace("\"c1\"", "\"c\\u001b[2J\\u202e\"")
        .replace("Ask the issuer.", "call 5555555555554444 \\u001b]0;x\\u0007 plain-words")
        .replace("Paytm", "4111111111111111 \\u001b[31mbank")
        .replace("\"network\"", "\"4111111111111111\"");
    let (mut state, mut listing) = listed(&hostile);
    let list = text(&state, (120, 40));
    let effects = stage::press(&mut state, Intent::Open);
    serve(&mut state, &mut listing, effects);
    let shown = list + &text(&state, (120, 40));
    let holds = |part: &str| shown.contains(part);
    assert!(holds("plain-words") && holds("token-suspended"), "the search finds what is there: {shown}");
    for part in ["4111", "5555", "\u{1b}", "\u{202e}", "\u{7}"] {
        assert!(!holds(part), "{part:?}: {shown}");
    }
    assert!(holds(r"c\u{1b}[2J\u{202e}") && holds("••••••••"), "{shown}");
}
