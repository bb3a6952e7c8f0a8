//! A zoomed pane: alone, without a frame, and still under the header that names the environment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use tokenscope::app::intent::{Intent, Move, Pane};
use tokenscope::app::state::State;
use tokenscope::view;

const SIZES: [(u16, u16); 4] = [(60, 16), (80, 24), (120, 36), (200, 50)];

fn text(state: &State, size: (u16, u16)) -> String {
    let buffer = stage::drawn(state, size);
    let rows = buffer.content.chunks(usize::from(size.0));
    let line =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    rows.map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

fn zoomed(current: usize) -> State {
    let mut state = stage::replied(current, 200, &stage::sample());
    stage::press(&mut state, Intent::Zoom);
    state
}

#[test]
fn the_pane_is_alone_without_a_frame_below_the_header_and_above_the_footer() {
    for size in SIZES {
        let screen = text(&zoomed(2), size);
        let lines: Vec<&str> = screen.lines().collect();
        assert!(lines[0].contains("PRODUCTION") && lines[1].starts_with("▸3 Answer #1"), "{screen}");
        assert!(lines[2].starts_with(" USABLE"), "{screen}");
        assert!(lines[lines.len() - 1].starts_with(" z zoom"), "{screen}");
        assert!(!screen.contains(['│', '┌', '└', '─']) && !screen.contains("Profiles"), "{screen}");
    }
    insta::assert_snapshot!("zoomed_80x24", text(&zoomed(2), (80, 24)));
}

#[test]
fn it_follows_the_focus_and_z_ends_it() {
    let mut state = zoomed(0);
    for pane in Pane::ALL {
        stage::press(&mut state, Intent::Focus(pane));
        let screen = text(&state, (120, 36));
        let number = Pane::ALL.iter().position(|it| *it == pane).unwrap() + 1;
        assert!(
            screen.lines().nth(1).unwrap().starts_with(&format!("▸{number} {}", pane.title())),
            "{screen}"
        );
    }
    stage::press(&mut state, Intent::Zoom);
    assert!(text(&state, (120, 36)).contains("1 Profiles"));
}

#[test]
fn esc_masks_first_then_cancels_and_then_ends_the_zoom() {
    let mut state = stage::revealed();
    state.zoomed = true;
    stage::press(&mut state, Intent::Back);
    assert!(state.reveal.is_none() && state.zoomed);
    let (mut state, _) = stage::in_flight(1);
    state.zoomed = true;
    assert!(!stage::press(&mut state, Intent::Back).is_empty() && state.call.flight().is_none());
    assert!(state.zoomed);
    stage::press(&mut state, Intent::Back);
    assert!(!state.zoomed);
}

#[test]
fn its_last_line_can_be_scrolled_to_and_no_further() {
    let mut state = zoomed(0);
    state.scroll_limit = view::scroll_limit(ratatui::layout::Rect::new(0, 0, 60, 16), &state);
    stage::press(&mut state, Intent::Go(Move::Bottom));
    let screen = text(&state, (60, 16));
    assert!(screen.lines().nth(13).unwrap().starts_with("country"), "{screen}");
    state.scroll_limit = view::scroll_limit(ratatui::layout::Rect::new(0, 0, 200, 50), &state);
    assert_eq!(state.scroll_limit, 0);
}
