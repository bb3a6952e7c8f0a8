//! The pictures of the README, drawn from real frames of the console; fails when they are stale.
//!
//! `TOKENSCOPE_UPDATE_PICTURES=1 cargo test --test pictures` draws them anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::format_push_string,
    missing_docs,
    reason = "a test fails by panicking, and writes its pictures as plain files"
)]

mod stage;

use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use tokenscope::app::state::State;

const SIZE: (u16, u16) = (100, 30);

/// Width and height of a character cell in the picture.
const CELL: (u32, u32) = (9, 19);

fn colour(colour: Color, default: &'static str) -> &'static str {
    match colour {
        Color::Indexed(0) => "#1c1e26",
        Color::Indexed(1) => "#c4384d",
        Color::Indexed(2) => "#4fb86a",
        Color::Indexed(3) => "#e0b04a",
        Color::Indexed(5) => "#b877db",
        Color::Indexed(6) => "#3fb8c4",
        Color::Indexed(7) => "#a9adb8",
        Color::Indexed(245) => "#8a8f9c",
        Color::Indexed(9) => "#f06a7a",
        Color::Indexed(75) => "#6aa8f0",
        Color::Indexed(15) => "#ffffff",
        _ => default,
    }
}

fn colours(cell: &Cell) -> (&'static str, &'static str) {
    let (front, back) = (colour(cell.fg, "#d8dae0"), colour(cell.bg, "#1c1e26"));
    if cell.modifier.contains(Modifier::REVERSED) { (back, front) } else { (front, back) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// One rectangle and one text for each run of cells of one style.
fn svg(buffer: &Buffer) -> String {
    let (width, height) = (u32::from(SIZE.0) * CELL.0, u32::from(SIZE.1) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"monospace\" font-size=\"15\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#1c1e26\"/>\n"
    );
    for (y, row) in (0_u32..).zip(buffer.content.chunks(usize::from(SIZE.0))) {
        let mut x = 0;
        for run in row.chunk_by(|a, b| (colours(a), a.modifier) == (colours(b), b.modifier)) {
            let text: String = run.iter().map(Cell::symbol).collect();
            out += &drawn_run(&run[0], &text, x, y, u32::try_from(run.len()).unwrap());
            x += u32::try_from(run.len()).unwrap();
        }
    }
    out + "</svg>\n"
}

fn drawn_run(style: &Cell, text: &str, x: u32, y: u32, cells: u32) -> String {
    let (front, back) = colours(style);
    let (left, top, width) = (x * CELL.0, y * CELL.1, cells * CELL.0);
    let mut out = String::new();
    if back != "#1c1e26" {
        out += &format!(
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{}\" fill=\"{back}\"/>\n",
            CELL.1
        );
    }
    if !text.trim().is_empty() {
        let bold = if style.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
        let line =
            if style.modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
        out += &format!(
            "<text x=\"{left}\" y=\"{}\" fill=\"{front}\" textLength=\"{width}\" xml:space=\"preserve\"{bold}{line}>{}</text>\n",
            top + 14,
            escaped(text)
        );
    }
    out
}

fn check(name: &str, state: &State) {
    let path = Path::new("assets/screens").join(name);
    let fresh = svg(&stage::drawn(state, SIZE));
    if std::env::var_os("TOKENSCOPE_UPDATE_PICTURES").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == fresh,
        "{name} is stale: draw it anew with TOKENSCOPE_UPDATE_PICTURES=1 cargo test --test pictures"
    );
}

#[test]
fn the_masked_answer() {
    check("answer.svg", &stage::replied(1, 200, &stage::sample()));
}

#[test]
fn the_answer_that_cannot_be_used() {
    check("not-usable.svg", &stage::replied(1, 200, &stage::sample().replace("\"ACTIVE\"", "\"SUSPENDED\"")));
}

#[test]
fn the_revealed_cryptogram() {
    check("revealed.svg", &stage::revealed());
}

#[test]
fn the_confirmation_of_production() {
    check("confirm.svg", &stage::confirming());
}
