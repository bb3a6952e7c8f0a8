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

use std::path::Path;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use tokenscope::app::call::CallId;
use tokenscope::app::effect::Ticket;
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::{Edit, Intent};
use tokenscope::app::state::{Settings, State};
use tokenscope::app::update;
use tokenscope::config::demo_profile;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Exchange, RawReply, Reply, Timing};
use tokenscope::domain::guard::{Barred, Guard};
use tokenscope::domain::profile::{Endpoint, Profile};
use tokenscope::domain::sent::Sent;
use tokenscope::secret::{Moment, Needles};
use tokenscope::view;

const AT: Stamp = Stamp(1_795_430_000_000);
const NOW: Moment = Moment(Duration::from_mins(1));
const SIZE: (u16, u16) = (100, 30);

/// Width and height of a character cell in the picture.
const CELL: (u32, u32) = (9, 19);

fn console(current: usize) -> State {
    let demo = demo_profile("127.0.0.1:8080".parse().unwrap(), "demo_merchant");
    let of = |name: &str, endpoint| Profile {
        name: name.into(),
        endpoint,
        merchant_id: "acme".into(),
        ..demo.clone()
    };
    let profiles = vec![
        demo.clone(),
        of("sandbox", Endpoint::sandbox()),
        of("prod", Endpoint::production(None).unwrap()),
    ];
    let mut state = State::new(Settings::default(), profiles, current);
    state.form.fill_sample();
    state
}

fn happen(state: &mut State, what: What) {
    update(state, Event { at: NOW, stamp: AT, what });
}

fn press(state: &mut State, intent: Intent) {
    happen(state, What::Pressed(Press { intent: Some(intent), printable: false, repeat: false }));
}

/// A console with the answer of this body.
fn answered(current: usize, status: &str) -> State {
    let mut state = console(current);
    let profile = state.profile().unwrap().clone();
    let request = state.form.draft.validate(&profile).unwrap();
    let order = Guard::new(false).admit(&profile, request, Some(&profile.confirmation()), NOW).ok().unwrap();
    happen(&mut state, What::Admitted { id: CallId(1), sent: Sent::of(&order, 1, AT) });
    let body = include_str!("fixtures/contract_200.json")
        .replace("XXXXXXXXXXXXXXXX", "MADEUPmadeupMADEUPmadeupMA0=")
        .replace("\"ACTIVE\"", &format!("\"{status}\""));
    let raw = RawReply { status: 200, headers: &[], body: body.as_bytes() };
    let exchange = Exchange::read(&raw, Some(order.request()), Needles::default(), Timing::default());
    happen(&mut state, What::Replied { id: CallId(1), reply: Reply::Came(exchange) });
    state
}

fn drawn(state: &State) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap();
    terminal.draw(|frame| view::draw(frame, state)).unwrap();
    terminal.backend().buffer().clone()
}

fn colour(colour: Color, default: &'static str) -> &'static str {
    match colour {
        Color::Black => "#1c1e26",
        Color::Red => "#c4384d",
        Color::Green => "#4fb86a",
        Color::Yellow => "#e0b04a",
        Color::Magenta => "#b877db",
        Color::Cyan => "#3fb8c4",
        Color::Gray => "#a9adb8",
        Color::DarkGray => "#7a7f8c",
        Color::LightRed => "#f06a7a",
        Color::LightBlue => "#6aa8f0",
        Color::White => "#ffffff",
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
    let fresh = svg(&drawn(state));
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
    check("answer.svg", &answered(1, "ACTIVE"));
}

#[test]
fn the_answer_that_cannot_be_used() {
    check("not-usable.svg", &answered(1, "SUSPENDED"));
}

#[test]
fn the_revealed_cryptogram() {
    let mut state = answered(1, "ACTIVE");
    press(&mut state, Intent::Reveal);
    happen(&mut state, What::Audited { ticket: Ticket::Reveal(CallId(1)), result: Ok(()) });
    check("revealed.svg", &state);
}

#[test]
fn the_confirmation_of_production() {
    let mut state = console(2);
    press(&mut state, Intent::Send);
    happen(&mut state, What::Barred { id: CallId(1), barred: Barred::Unconfirmed });
    "prod ac".chars().for_each(|c| press(&mut state, Intent::Edit(Edit::Insert(c))));
    check("confirm.svg", &state);
}
