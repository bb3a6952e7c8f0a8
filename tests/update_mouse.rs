//! The mouse: what stands under it by the layout that is drawn, and that a click sets nothing weighty off.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use ratatui::layout::Rect;
use tokenscope::app::effect::Effect;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Intent, Pane};
use tokenscope::app::mouse::{Deed, Target};
use tokenscope::app::overlay::Overlay;
use tokenscope::app::state::State;
use tokenscope::domain::history::Entry;
use tokenscope::domain::request::RequestField;
use tokenscope::view;

const AREA: Rect = Rect { x: 0, y: 0, width: 120, height: 36 };

/// Where a text stands on the screen: the column and row of its first cell.
fn place(state: &State, wanted: &str) -> (u16, u16) {
    let buffer = stage::drawn(state, (AREA.width, AREA.height));
    for (row, cells) in buffer.content.chunks(usize::from(AREA.width)).enumerate() {
        for column in 0..cells.len() {
            let rest: String = cells[column..].iter().map(ratatui::buffer::Cell::symbol).collect();
            if rest.starts_with(wanted) {
                return (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
            }
        }
    }
    panic!("{wanted} is not on the screen");
}

fn point(state: &mut State, deed: Deed, at: (u16, u16)) -> Vec<Effect> {
    match view::hit(AREA, state, at) {
        Some((target, limit)) => stage::happen(state, What::Pointed { deed, target, limit }),
        None => Vec::new(),
    }
}

fn click(state: &mut State, wanted: &str) -> Vec<Effect> {
    let at = place(state, wanted);
    point(state, Deed::Click, at)
}

fn answered() -> State {
    let mut state = stage::replied(1, 200, &stage::sample());
    let row = stage::recorded(&state);
    state.history.rows = (1..=9).rev().map(|id| Entry { id, ..row.clone() }).collect();
    state
}

#[test]
fn a_click_focuses_a_pane_and_selects_what_is_under_it() {
    let mut state = answered();
    click(&mut state, "prod  ");
    assert_eq!((state.focus, state.profile_cursor), (Pane::Profiles, 2));
    click(&mut state, "juspaytest_cust");
    assert_eq!((state.focus, state.form.field()), (Pane::Request, RequestField::CustomerId));
    let (column, row) = place(&state, "10:33 USABLE");
    point(&mut state, Deed::Click, (column, row + 3));
    assert_eq!((state.focus, state.history.cursor, state.current), (Pane::History, 3, 1));
    click(&mut state, "cryptogram ");
    assert_eq!(state.focus, Pane::Answer);
    assert!(state.overlays.is_empty());
}

#[test]
fn a_second_click_on_the_same_row_does_what_enter_does_there() {
    let mut state = answered();
    click(&mut state, "juspaytest_cust");
    assert!(!state.form.editing);
    click(&mut state, "juspaytest_cust");
    assert!(state.form.editing);
    click(&mut state, "demo  ");
    click(&mut state, "prod  ");
    assert_eq!(state.current, 1, "two rows are no double click");
}

#[test]
fn the_wheel_scrolls_what_is_under_the_pointer_and_leaves_the_focus() {
    let mut state = answered();
    stage::press(&mut state, Intent::Focus(Pane::Request));
    let (column, row) = place(&state, "10:33 USABLE");
    point(&mut state, Deed::Down, (column, row));
    assert_eq!((state.history.cursor, state.focus), (3, Pane::Request));
    point(&mut state, Deed::Up, (column, row));
    assert_eq!(state.history.cursor, 0);
    stage::press(&mut state, Intent::Raw);
    let at = place(&state, "3 Answer");
    (0..30).for_each(|_| drop(point(&mut state, Deed::Down, at)));
    let (_, limit) = view::hit(AREA, &state, at).unwrap();
    assert!(limit > 0 && state.answer.scroll == limit, "{limit} {}", state.answer.scroll);
    stage::press(&mut state, Intent::Help);
    point(&mut state, Deed::Down, (60, 10));
    assert!(matches!(state.overlays.last(), Some(Overlay::Help { scroll: 3 })));
}

#[test]
fn a_key_of_the_footer_can_be_clicked_unless_it_weighs() {
    let mut state = answered();
    click(&mut state, "? help");
    assert!(matches!(state.overlays.last(), Some(Overlay::Help { .. })));
    click(&mut state, "Esc close");
    assert!(state.overlays.is_empty());
    for weighty in ["v reveal cryptogram", "x export", "y copy"] {
        assert!(click(&mut state, weighty).is_empty() && state.overlays.is_empty(), "{weighty}");
        assert_eq!(state.notice.take().unwrap().text.text(), "A click does not do that: press the key.");
    }
    stage::press(&mut state, Intent::Focus(Pane::Profiles));
    for weighty in ["s send", "q quit"] {
        assert!(click(&mut state, weighty).is_empty(), "{weighty}");
    }
    let mut state = stage::confirming();
    assert!(click(&mut state, "Enter send").is_empty());
    assert!(matches!(state.overlays.last(), Some(Overlay::Confirm(_))));
}

#[test]
fn every_use_of_the_mouse_masks_what_is_revealed_and_no_target_is_weighty() {
    for deed in [Deed::Click, Deed::Up, Deed::Down] {
        let mut state = stage::revealed();
        let effects = point(&mut state, deed, (60, 5));
        assert!(state.reveal.is_none() && matches!(effects.as_slice(), [Effect::Repaint]), "{deed:?}");
    }
    let mut state = answered();
    for intent in [Intent::Send, Intent::Reveal, Intent::Identity, Intent::Export, Intent::Copy, Intent::Quit]
    {
        let what = What::Pointed { deed: Deed::Click, target: Target::Key(intent), limit: 0 };
        assert!(stage::happen(&mut state, what).is_empty(), "{intent:?}");
        assert!(state.pending.is_none() && state.overlays.is_empty(), "{intent:?}");
    }
}
