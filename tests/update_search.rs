//! `/`, n, N and Esc without a terminal: what narrows, what is gone to, and what the disk is asked for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use tokenscope::app::FIRST_ROWS;
use tokenscope::app::effect::Effect;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Edit, Intent, Move, Pane};
use tokenscope::app::keymap::{Key, Keymap, Mode};
use tokenscope::app::narrow::Query;
use tokenscope::app::overlay::Overlay;
use tokenscope::app::search::Place;
use tokenscope::app::state::State;
use tokenscope::domain::history::{Entry, Found};
use tokenscope::ports::LedgerFault;
use tokenscope::secret::Masked;
use tokenscope::view;

/// What the runtime does before each frame.
fn frame(state: &mut State) {
    let seen = view::seen(ratatui::layout::Rect::new(0, 0, 80, 24), state);
    state.settle(seen);
}

fn press(state: &mut State, intent: Intent) -> Vec<Effect> {
    let effects = stage::press(state, intent);
    frame(state);
    effects
}

fn search(state: &mut State, text: &str) -> Vec<Effect> {
    let mut effects = press(state, Intent::Filter);
    for c in text.chars() {
        effects = press(state, Intent::Edit(Edit::Insert(c)));
    }
    effects
}

/// So many rows of history, newest first, their ids down to one.
fn with_history(count: u32, complete: bool) -> State {
    let mut state = stage::replied(1, 200, &stage::sample());
    let row = stage::recorded(&state);
    let of = |n: u32| Entry {
        id: i64::from(n),
        card_reference: Masked::typed(&format!("token_{n}")),
        ..row.clone()
    };
    state.history.rows = (1..=count).rev().map(of).collect();
    state.history.complete = complete;
    press(&mut state, Intent::Focus(Pane::History));
    state
}

fn shown(state: &State) -> Vec<i64> {
    state.history.shown(0..usize::MAX).map(|(_, row)| row.id).collect()
}

fn query(effects: &[Effect]) -> &Query {
    let [Effect::FindHistory(Some(query))] = effects else { panic!("{effects:?}") };
    query
}

#[test]
fn the_history_narrows_with_each_key_and_is_whole_again_after_esc() {
    let mut state = with_history(30, true);
    state.history.cursor = 18;
    assert!(search(&mut state, "TOKEN_1").is_empty(), "all rows are loaded");
    assert_eq!(shown(&state), [19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 1]);
    assert_eq!(state.history.row().unwrap().id, 12, "the cursor stays on its row");
    press(&mut state, Intent::Edit(Edit::Insert('9')));
    assert_eq!(shown(&state), [19]);
    press(&mut state, Intent::Open);
    assert!(!state.is_typing_search() && shown(&state) == [19], "Enter keeps it");
    press(&mut state, Intent::Back);
    assert_eq!((shown(&state).len(), state.history.row().unwrap().id), (30, 19));
    search(&mut state, "19");
    press(&mut state, Intent::Back);
    assert_eq!(shown(&state).len(), 30, "Esc in the line clears it too");
}

#[test]
fn what_is_not_loaded_is_looked_for_on_the_disk_and_an_older_query_is_dropped() {
    let mut state = with_history(50, false);
    let first = query(&search(&mut state, "token_7")).clone();
    assert_eq!((first.page.before, first.page.filter.as_str()), (Some(1), "token_7"));
    let second = query(&press(&mut state, Intent::Edit(Edit::Insert('x')))).clone();
    assert_eq!((second.number, shown(&state)), (first.number + 1, vec![]));
    let row = Entry { id: 0, ..state.history.rows[0].clone() };
    let found = |number| {
        let result = Ok(Found { rows: vec![row.clone()], next: None });
        What::Found { number, result, is_done: true }
    };
    stage::happen(&mut state, found(first.number));
    assert_eq!(shown(&state), [0; 0]);
    stage::happen(&mut state, found(second.number));
    assert_eq!(shown(&state), [0]);
    assert!(press(&mut state, Intent::Back).is_empty(), "it has ended by itself");
}

#[test]
fn clearing_the_text_ends_a_query_that_is_under_way() {
    let mut state = with_history(50, false);
    query(&search(&mut state, "x"));
    assert!(matches!(press(&mut state, Intent::Back).as_slice(), [Effect::FindHistory(None)]));
}

#[test]
fn the_next_rows_are_asked_for_near_to_the_end_of_those_that_were_found() {
    let mut state = with_history(50, false);
    let number = query(&search(&mut state, "token")).number;
    assert!(press(&mut state, Intent::NextMatch).is_empty(), "one query at a time");
    let rows = state.history.rows.clone();
    let result = Ok(Found { rows, next: Some(-50) });
    stage::happen(&mut state, What::Found { number, result, is_done: true });
    press(&mut state, Intent::Open);
    assert!(press(&mut state, Intent::Go(Move::Down)).is_empty());
    let more = press(&mut state, Intent::Go(Move::Bottom));
    assert_eq!(query(&more).page.before, Some(-50));
}

#[test]
fn a_history_that_cannot_be_searched_says_so() {
    let mut state = with_history(50, false);
    let number = query(&search(&mut state, "x")).number;
    stage::happen(&mut state, What::Found { number, result: Err(LedgerFault::Locked), is_done: true });
    let notice = state.notice.as_ref().unwrap().text.text();
    assert!(notice.starts_with("The history could not be searched: the history is locked"), "{notice}");
}

#[test]
fn a_new_row_is_among_the_narrowed_ones_and_the_rest_is_looked_for_anew() {
    let mut state = with_history(50, false);
    let number = query(&search(&mut state, "token_5")).number;
    let newest = Entry { id: 51, card_reference: Masked::typed("token_51"), ..state.history.rows[0].clone() };
    let rows: Vec<Entry> = std::iter::once(newest).chain(state.history.rows.clone()).collect();
    let effects = stage::happen(&mut state, What::Paged(Ok(rows)));
    let stopped = matches!(effects.as_slice(), [Effect::FindHistory(None)]);
    assert!(stopped, "fewer rows than a page are all that there are: {effects:?}");
    assert_eq!(shown(&state), [51, 50, 5]);
    assert_eq!(state.history.narrowed.as_ref().unwrap().number, number + 1);
}

/// A whole page of the disk.
fn newest_page(state: &State, newest: i64) -> What {
    let row = state.history.rows[0].clone();
    let of = |id: i64| Entry { id, card_reference: Masked::typed(&format!("token_{id}")), ..row.clone() };
    What::Paged(Ok((newest - i64::from(FIRST_ROWS) + 1..=newest).rev().map(of).collect()))
}

/// 400 loaded rows and one that the disk found behind them, all narrowed, the cursor at a place.
fn narrowed_at(place: usize) -> State {
    let mut state = with_history(400, false);
    let number = query(&search(&mut state, "token")).number;
    let further = Entry { id: -7, ..state.history.rows[0].clone() };
    let found = Found { rows: vec![further], next: Some(-20) };
    stage::happen(&mut state, What::Found { number, result: Ok(found), is_done: true });
    state.history.cursor = place;
    state
}

#[test]
fn a_call_that_is_recorded_leaves_the_cursor_of_the_narrowed_history_on_its_row() {
    for (place, id) in [(3, 397), (300, 100), (400, -7)] {
        let mut state = narrowed_at(place);
        let page = newest_page(&state, 401);
        let effects = stage::happen(&mut state, page);
        assert_eq!(state.history.row().unwrap().id, id, "the cursor was at {place}");
        assert_eq!(effects.len(), usize::from(place == 400), "asked near to the end only: {effects:?}");
        if place == 400 {
            assert_eq!(query(&effects).page.before, Some(-20));
        }
        let next = state.history.narrowed.as_ref().unwrap().next;
        assert_eq!(next, Some(-20), "the disk goes on where it was");
        let ids = shown(&state);
        assert_eq!((ids.len(), ids[0], ids[401]), (402, 401, -7));
        assert!(ids.is_sorted_by(|a, b| a > b), "{ids:?}");
    }
}

#[test]
fn a_call_that_is_recorded_while_the_disk_looks_has_it_look_on() {
    let mut state = with_history(400, false);
    let number = query(&search(&mut state, "token")).number;
    let page = newest_page(&state, 401);
    let effects = stage::happen(&mut state, page);
    assert_eq!((query(&effects).number, query(&effects).page.before), (number + 1, Some(1)));
}

#[test]
fn what_is_typed_before_the_first_rows_came_is_looked_for_behind_them_too() {
    let mut state = with_history(1, false);
    let page = newest_page(&state, 1_000);
    state.history.rows.clear();
    assert!(search(&mut state, "token").is_empty(), "there is no row yet");
    let effects = stage::happen(&mut state, page);
    assert_eq!(query(&effects).page.before, Some(1_001 - i64::from(FIRST_ROWS)));
    assert_eq!(shown(&state).len(), FIRST_ROWS as usize);
}

#[test]
fn where_rows_in_between_were_not_looked_at_the_disk_looks_anew() {
    let mut state = narrowed_at(300);
    let page = newest_page(&state, 1_000);
    let effects = stage::happen(&mut state, page);
    assert_eq!(query(&effects).page.before, Some(1_001 - i64::from(FIRST_ROWS)));
    assert_eq!((shown(&state).len(), state.history.cursor), (FIRST_ROWS as usize, 0));
}

#[test]
fn older_rows_that_are_loaded_are_no_longer_among_those_that_the_disk_found() {
    let mut state = narrowed_at(400);
    let row = state.history.rows[0].clone();
    let older = (-50..=0).rev().map(|id| Entry { id, ..row.clone() }).collect();
    stage::happen(&mut state, What::Paged(Ok(older)));
    let ids = shown(&state);
    assert_eq!((ids.len(), state.history.row().unwrap().id), (451, -7));
    assert!(ids.is_sorted_by(|a, b| a > b), "{ids:?}");
}

#[test]
fn what_is_found_among_the_loaded_rows_is_not_copied() {
    let mut state = with_history(30, true);
    search(&mut state, "token_1");
    for (place, row) in state.history.shown(0..usize::MAX) {
        let loaded = &state.history.rows[state.history.narrowed.as_ref().unwrap().places[place]];
        assert!(std::ptr::eq(row, loaded), "{place}");
    }
    assert_eq!((state.history.count(), state.history.shown(3..5).count()), (11, 2));
}

#[test]
fn enter_fills_the_form_from_the_narrowed_row() {
    let mut state = with_history(30, true);
    search(&mut state, "token_7");
    press(&mut state, Intent::Open);
    press(&mut state, Intent::Open);
    assert_eq!(state.form.draft.card_reference, "token_7");
}

#[test]
fn a_list_goes_to_the_first_match_and_n_and_n_go_round() {
    let mut state = stage::console(0);
    press(&mut state, Intent::Focus(Pane::Profiles));
    search(&mut state, "o");
    assert_eq!(state.profile_cursor, 0, "the first match is under the cursor already");
    stage::press(&mut state, Intent::Edit(Edit::Backspace));
    "Prod".chars().for_each(|c| drop(press(&mut state, Intent::Edit(Edit::Insert(c)))));
    assert_eq!(state.profile_cursor, 2);
    (0..4).for_each(|_| drop(press(&mut state, Intent::Edit(Edit::Backspace))));
    press(&mut state, Intent::Edit(Edit::Insert('d')));
    press(&mut state, Intent::Open);
    let places = [Intent::NextMatch, Intent::NextMatch, Intent::PreviousMatch].map(|step| {
        press(&mut state, step);
        state.profile_cursor
    });
    assert_eq!(places, [0, 1, 0]);
    press(&mut state, Intent::Go(Move::Down));
    press(&mut state, Intent::Open);
    assert_eq!(state.current, 1, "Enter takes the profile under the cursor");
}

#[test]
fn the_help_scrolls_to_a_match_and_its_search_goes_with_it() {
    let mut state = stage::console(0);
    press(&mut state, Intent::Help);
    search(&mut state, "suspend");
    let Some(Overlay::Help { scroll }) = state.overlays.last() else { panic!() };
    assert!(*scroll > 0);
    press(&mut state, Intent::Open);
    press(&mut state, Intent::Back);
    assert!(state.overlays.is_empty(), "Esc closes the overlay first");
    press(&mut state, Intent::Help);
    assert!(state.search(Place::Overlay(1)).is_none());
}

#[test]
fn esc_masks_then_clears_the_filter_then_ends_the_zoom() {
    let mut state = stage::revealed();
    state.zoomed = true;
    search(&mut state, "token");
    press(&mut state, Intent::Open);
    let is_searched = |state: &State| state.search(Place::Answer).is_some();
    assert!(is_searched(&state));
    press(&mut state, Intent::Back);
    assert!(state.zoomed && !is_searched(&state));
    press(&mut state, Intent::Back);
    assert!(!state.zoomed);
}

#[test]
fn what_is_done_with_a_row_is_done_with_the_one_under_the_cursor_of_the_filtered_history() {
    let mut state = with_history(30, true);
    search(&mut state, "token_7");
    press(&mut state, Intent::Open);
    let id = state.history.row().unwrap().id;
    press(&mut state, Intent::Open);
    assert!(state.form.draft.card_reference.contains('7'), "row {id}");
    stage::press(&mut state, Intent::Focus(Pane::History));
    search(&mut state, "nowhere at all");
    press(&mut state, Intent::Open);
    for intent in [Intent::Open, Intent::Copy, Intent::Compare] {
        assert!(press(&mut state, intent).is_empty());
        let told = state.notice.take().map(|notice| notice.text.text()).unwrap_or_default();
        assert!(told.contains("no row holds what is searched for"), "{intent:?}: {told}");
    }
}

#[test]
fn opening_the_line_hides_what_is_revealed() {
    let mut state = stage::revealed();
    let effects = press(&mut state, Intent::Filter);
    assert!(state.reveal.is_none() && matches!(effects.as_slice(), [Effect::Repaint]));
}

#[test]
fn a_paste_goes_into_the_line_and_a_wild_one_does_not() {
    let mut state = with_history(30, true);
    press(&mut state, Intent::Filter);
    stage::happen(&mut state, What::Pasted("token_7\n".into()));
    assert_eq!(shown(&state), [7]);
    for wild in ["a\nb".to_owned(), "\u{1b}[2J".to_owned(), "x".repeat(300)] {
        stage::happen(&mut state, What::Pasted(wild));
        assert_eq!(shown(&state), [7]);
        assert!(state.notice.take().unwrap().text.text().starts_with("Nothing was pasted"));
    }
}

#[test]
fn where_nothing_can_be_searched_it_says_so() {
    for (mut state, pane) in [(stage::console(0), Pane::Request), (stage::console(0), Pane::Answer)] {
        press(&mut state, Intent::Focus(pane));
        press(&mut state, Intent::Filter);
        assert!(!state.is_typing_search());
        assert!(state.notice.unwrap().text.text().starts_with("There is nothing to search here"));
    }
    let mut state = with_history(3, true);
    press(&mut state, Intent::NextMatch);
    assert!(state.notice.unwrap().text.text().starts_with("Nothing is searched for here"));
}

#[test]
fn in_the_line_letters_are_text_and_the_names_are_those_of_the_interface() {
    assert!(matches!(Keymap::default().meaning(Mode::Filter, Key::char('n')), Some(Intent::Edit(_))));
    let names = [Intent::Filter, Intent::NextMatch, Intent::PreviousMatch, Intent::Zoom, Intent::Undo];
    let expected = ["filter", "next-match", "previous-match", "zoom", "undo"];
    assert_eq!(names.map(Intent::name), expected.map(Some));
}
