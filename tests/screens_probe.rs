//! The isolation probe on the screen, from its plan to its conclusion.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use stage::probing::{Bench, NOT_FOUND};
use tokenscope::app::intent::{Intent, Move, Probing};

const SIZES: [((u16, u16), &str); 2] = [((80, 24), "80x24"), ((120, 40), "120x40")];

fn text(bench: &Bench, size: (u16, u16)) -> String {
    let buffer = stage::drawn(&bench.state, size);
    let line =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    buffer.content.chunks(usize::from(size.0)).map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

/// Holds a console against its snapshots in both sizes.
fn check(name: &str, bench: &Bench) {
    for (size, label) in SIZES {
        insta::assert_snapshot!(format!("{name}_{label}"), text(bench, size));
    }
}

#[test]
fn the_plan_says_what_would_be_sent_where_and_what_it_may_mint() {
    check("plan", &Bench::planned(0));
    let mut bench = Bench::planned(0);
    bench.press(Intent::Probing(Probing::Customer));
    bench.types("cust_typed");
    check("customer", &bench);
    check("production", &Bench::planned(2));
    let mut bench = Bench::planned(2);
    bench.press(Intent::Open);
    bench.types("prod acme");
    bench.press(Intent::Open);
    check("words", &bench);
    check("nothing", &{
        let mut bench = Bench::new(4);
        bench.state.form.fill(tokenscope::domain::request::Draft {
            card_reference: "token_1".into(),
            customer_id: "cust_a".into(),
            ..Default::default()
        });
        bench.press(Intent::Send);
        bench.answer(400, NOT_FOUND);
        bench.press(Intent::Probe);
        bench
    });
}

#[test]
fn the_rows_fill_up_and_the_wrong_input_is_named() {
    let mut bench = Bench::running(0);
    bench.answer(400, NOT_FOUND);
    check("running", &bench);
    bench.answer_well();
    check("found", &bench);
    let mut bench = Bench::running(0);
    for _ in 0..4 {
        bench.answer(400, NOT_FOUND);
    }
    check("not_explained", &bench);
    let mut bench = Bench::running(0);
    bench.answer_well();
    bench.press(Intent::Go(Move::Up));
    check("found_elsewhere", &bench);
}

/// The colour of a word where it stands first.
fn colour(bench: &Bench, word: &str) -> ratatui::style::Color {
    let (width, height) = SIZES[1].0;
    let buffer = stage::drawn(&bench.state, (width, height));
    let stands_at = |at: usize| {
        let cells = buffer.content.iter().skip(at).map(ratatui::buffer::Cell::symbol);
        cells.take(word.len()).collect::<String>() == word
    };
    let at = (0..buffer.content.len()).find(|at| stands_at(*at)).expect(word);
    buffer.content[at].fg
}

#[test]
fn the_words_of_the_table_have_their_colours() {
    let mut bench = Bench::running(0);
    bench.answer(400, NOT_FOUND);
    let plain = colour(&bench, "#1   one");
    for word in ["outcome", "REFUSED    400", "SENDING   ", "=        cust_b"] {
        assert_ne!(colour(&bench, word), plain, "{word}");
    }
}

#[test]
fn what_stops_the_run_stands_above_its_rows() {
    let mut bench = Bench::running(0);
    bench.answer(429, "{}");
    check("stopped", &bench);
    let mut bench = Bench::running(0);
    bench.press(Intent::Back);
    check("ended_by_hand", &bench);
}

#[test]
fn the_answer_pane_and_the_help_offer_it_only_where_it_helps() {
    let refused = Bench::refused(0);
    let screen = text(&refused, (120, 40));
    assert!(screen.lines().last().unwrap().contains("i find the wrong input"), "{screen}");
    let mut other = Bench::new(0);
    other.press(Intent::Send);
    other.answer(404, "{}");
    assert!(!text(&other, (120, 40)).lines().last().unwrap().contains("find the wrong input"));
    other.press(Intent::Help);
    let help = text(&other, (120, 40));
    assert!(help.contains("i  find the wrong input") && help.contains("this call ended"), "{help}");
    let mut refused = refused;
    refused.press(Intent::Help);
    assert!(!text(&refused, (120, 40)).contains("this call ended"));
}
