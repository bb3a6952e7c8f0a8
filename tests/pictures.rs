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
use std::time::Duration;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use tokenscope::app::event::{Event, What};
use tokenscope::app::intent::Intent;
use tokenscope::app::state::State;
use tokenscope::app::update;
use tokenscope::secret::{AliasKey, Moment};

const SIZE: (u16, u16) = (100, 30);

/// What is around the screen.
const MARGIN: u32 = 8;

/// Bytes of a picture at most.
const LARGEST: usize = 300_000;

/// Width and height of a character cell in the picture.
const CELL: (u32, u32) = (9, 19);

/// A colour of a style; a theme may name any by its parts.
fn colour(colour: Color, default: &str) -> String {
    let named = match colour {
        Color::Rgb(red, green, blue) => return format!("#{red:02x}{green:02x}{blue:02x}"),
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
    };
    named.to_owned()
}

fn colours(cell: &Cell) -> (String, String) {
    let (front, back) = (colour(cell.fg, "#d8dae0"), colour(cell.bg, "#1c1e26"));
    if cell.modifier.contains(Modifier::REVERSED) { (back, front) } else { (front, back) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The picture around what is drawn: a frame of its own colour, so that it stands out on a dark page and on a light one.
fn picture(inside: &str) -> String {
    let (width, height) = (u32::from(SIZE.0) * CELL.0, u32::from(SIZE.1) * CELL.1);
    let (whole_width, whole_height) = (width + 2 * MARGIN, height + 2 * MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{MARGIN} -{MARGIN} {whole_width} {whole_height}\" font-family=\"monospace\" font-size=\"15\">\n\
         <rect x=\"-{MARGIN}\" y=\"-{MARGIN}\" width=\"{whole_width}\" height=\"{whole_height}\" rx=\"8\" fill=\"#1c1e26\" stroke=\"#7a7f8c\"/>\n\
         {inside}</svg>\n"
    )
}

fn svg(buffer: &Buffer) -> String {
    picture(&drawn(buffer))
}

/// Frames one after the other, each for so many seconds, round and round; made by CSS alone. Who wants no motion sees the first.
fn film(frames: &[(Buffer, u32)]) -> String {
    let whole: u32 = frames.iter().map(|(_, seconds)| seconds).sum();
    let mut style = String::from(
        "<style>g{visibility:hidden}#f0{visibility:visible}@media (prefers-reduced-motion:no-preference){",
    );
    let (mut inside, mut from) = (String::new(), 0);
    for (number, (buffer, seconds)) in frames.iter().enumerate() {
        let at = |second: u32| 100.0 * f64::from(second) / f64::from(whole);
        let (start, end) = (at(from), at(from + seconds));
        let before = if from == 0 { String::new() } else { "0%{visibility:hidden}".to_owned() };
        let after =
            if from + seconds == whole { String::new() } else { format!("{end:.2}%{{visibility:hidden}}") };
        style += &format!("#f{number}{{animation:a{number} {whole}s step-end infinite}}");
        style += &format!("@keyframes a{number}{{{before}{start:.2}%{{visibility:visible}}{after}}}");
        inside += &format!("<g id=\"f{number}\">\n{}</g>\n", drawn(buffer));
        from += seconds;
    }
    picture(&format!("{style}}}</style>\n{inside}"))
}

/// One rectangle and one text for each run of cells of one style.
fn drawn(buffer: &Buffer) -> String {
    let mut out = String::new();
    for (y, row) in (0_u32..).zip(buffer.content.chunks(usize::from(SIZE.0))) {
        let mut x = 0;
        for run in row.chunk_by(|a, b| (colours(a), a.modifier) == (colours(b), b.modifier)) {
            let text: String = run.iter().map(Cell::symbol).collect();
            out += &drawn_run(&run[0], &text, x, y, u32::try_from(run.len()).unwrap());
            x += u32::try_from(run.len()).unwrap();
        }
    }
    out
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
    hold(name, &svg(&stage::drawn(state, SIZE)));
}

/// Holds the picture of this name against what it would be now.
fn hold(name: &str, fresh: &str) {
    let path = Path::new("assets/screens").join(name);
    assert!(fresh.len() < LARGEST, "{name} takes {} bytes", fresh.len());
    if std::env::var_os("TOKENSCOPE_UPDATE_PICTURES").is_some() {
        std::fs::write(&path, fresh).unwrap();
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

#[test]
fn the_stage() {
    let mut state = stage::replied(1, 200, &stage::sample());
    state.stage.key = Some(AliasKey::new(&[4; 32]));
    stage::press(&mut state, Intent::Stage);
    check("stage.svg", &state);
}

/// From the start over a send, the answer, a reveal with its countdown and the mask to an answer that cannot be used.
#[test]
fn the_demo() {
    let frame = |state: &State| stage::drawn(state, SIZE);
    let mut frames = vec![(frame(&stage::console(1)), 2), (frame(&stage::in_flight(1).0), 1)];
    frames.push((frame(&stage::replied(1, 200, &stage::sample())), 3));
    let mut state = stage::revealed();
    for seconds in 0..3 {
        let now = Moment(stage::NOW.0 + Duration::from_secs(seconds));
        update(&mut state, Event { at: now, stamp: stage::AT, what: What::Due });
        frames.push((frame(&state), 1));
    }
    stage::press(&mut state, Intent::Mask);
    frames.push((frame(&state), 2));
    let suspended = stage::sample().replace("\"ACTIVE\"", "\"SUSPENDED\"");
    let mut state = stage::replied(1, 200, &suspended);
    frames.push((frame(&state), 3));
    for _ in 0..2 {
        stage::press(&mut state, Intent::Open);
    }
    frames.push((frame(&state), 4));
    hold("demo.svg", &film(&frames));
}
