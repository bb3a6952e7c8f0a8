//! What a search shows: the line, the count, the marks; and that nothing masked or revealed can be found by it.
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

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use tokenscope::app::call::CallId;
use tokenscope::app::effect::Ticket;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Edit, Intent, Pane};
use tokenscope::app::state::State;
use tokenscope::domain::history::Entry;
use tokenscope::secret::Masked;
use tokenscope::view;

const SIZE: (u16, u16) = (80, 24);

fn drawn(state: &mut State, size: (u16, u16)) -> Buffer {
    let seen = view::seen(Rect::new(0, 0, size.0, size.1), state);
    state.settle(seen);
    stage::drawn(state, size)
}

fn text(state: &mut State, size: (u16, u16)) -> String {
    let buffer = drawn(state, size);
    let line =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    buffer.content.chunks(usize::from(size.0)).map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

/// The texts that stand reversed in a frame, one for each run of cells.
fn marked(state: &mut State) -> Vec<String> {
    let buffer = drawn(state, SIZE);
    let mut runs = vec![String::new()];
    for row in buffer.content.chunks(usize::from(SIZE.0)) {
        for cell in row {
            if cell.modifier.contains(Modifier::REVERSED) {
                runs.last_mut().unwrap().push_str(cell.symbol());
            } else {
                runs.push(String::new());
            }
        }
    }
    runs.into_iter().filter(|run| !run.is_empty()).collect()
}

fn search(state: &mut State, wanted: &str) {
    stage::press(state, Intent::Filter);
    wanted.chars().for_each(|c| drop(stage::press(state, Intent::Edit(Edit::Insert(c)))));
    drop(drawn(state, SIZE));
}

fn answered() -> State {
    let mut state = stage::replied(1, 200, &stage::sample());
    stage::press(&mut state, Intent::Focus(Pane::Answer));
    state
}

#[test]
fn matches_are_marked_by_more_than_colour_and_counted_and_the_line_is_below() {
    let mut state = answered();
    search(&mut state, "EXP");
    assert_eq!(marked(&mut state), ["exp"; 4], "{}", text(&mut state, SIZE));
    insta::assert_snapshot!("search_answer_80x24", text(&mut state, SIZE));
    for (step, expected) in
        [(Intent::NextMatch, "2 of 3"), (Intent::NextMatch, "3 of 3"), (Intent::PreviousMatch, "2 of 3")]
    {
        stage::press(&mut state, step);
        let screen = text(&mut state, SIZE);
        assert!(screen.contains(&format!("/EXP  {expected}")), "{expected}: {screen}");
    }
    search(&mut state, "nowhere");
    assert!(text(&mut state, SIZE).contains("no match"));
}

#[test]
fn a_match_further_down_is_scrolled_to() {
    let mut state = answered();
    assert!(!text(&mut state, SIZE).contains("country"));
    search(&mut state, "country");
    assert!(text(&mut state, SIZE).contains("country"));
}

#[test]
fn the_raw_view_and_the_help_are_searched_too() {
    let mut state = answered();
    stage::press(&mut state, Intent::Raw);
    search(&mut state, "issuer_country");
    assert_eq!(marked(&mut state), ["issuer_country"]);
    stage::press(&mut state, Intent::Open);
    stage::press(&mut state, Intent::Help);
    search(&mut state, "suspend");
    assert_eq!(marked(&mut state), ["suspend"]);
    insta::assert_snapshot!("search_help_80x24", text(&mut state, SIZE));
}

#[test]
fn the_history_shows_the_rows_that_match_and_how_many_there_are() {
    let mut state = answered();
    let row = stage::recorded(&state);
    let of = |n: i64| Entry { id: n, card_reference: Masked::typed(&format!("token_{n}")), ..row.clone() };
    state.history.rows = (1..=30).rev().map(of).collect();
    state.history.complete = true;
    stage::press(&mut state, Intent::Focus(Pane::History));
    search(&mut state, "token_2");
    insta::assert_snapshot!("search_history_80x24", text(&mut state, SIZE));
    stage::press(&mut state, Intent::Open);
    stage::press(&mut state, Intent::Zoom);
    insta::assert_snapshot!("search_history_zoomed_120x36", text(&mut state, (120, 36)));
    let narrowed = state.history.narrowed.as_mut().unwrap();
    (narrowed.looking, narrowed.next) = (true, Some(1));
    assert!(text(&mut state, SIZE).contains("/token_2  1 of 11+, looking"));
}

#[test]
fn the_row_under_the_cursor_shows_its_match_too() {
    let mut state = stage::console(1);
    stage::press(&mut state, Intent::Focus(Pane::Profiles));
    search(&mut state, "SANDBOX");
    let buffer = drawn(&mut state, SIZE);
    let row: Vec<(&str, Modifier)> =
        (1..34).map(|x| (buffer[(x, 3)].symbol(), buffer[(x, 3)].modifier)).collect();
    let under_cursor: String = row.iter().map(|(symbol, _)| *symbol).collect();
    assert!(under_cursor.starts_with("▸ sandbox "), "{under_cursor}");
    // The row's start, mark and name, is reversed; what is found in it is not, and behind it what is found alone is.
    let (handle, behind) = row.split_at(14);
    let of = |part: &[(&str, Modifier)], reversed: bool| -> String {
        let marked = part.iter().filter(|(_, it)| it.contains(Modifier::REVERSED) == reversed);
        marked.map(|(symbol, _)| *symbol).collect()
    };
    assert_eq!((of(handle, false), of(handle, true)), ("sandbox".into(), "▸      ".into()));
    assert_eq!(of(behind, true), "SANDBOXsandbox");
}

#[test]
fn a_card_number_in_the_line_is_masked() {
    let mut state = answered();
    search(&mut state, "4111111111111111");
    let screen = text(&mut state, SIZE);
    assert!(screen.contains("/••••••••") && !screen.contains("11111"), "{screen}");
}

/// What is masked in the sample.
const HIDDEN: [&str; 5] = [
    "4788080252078243",
    "MADEUPmadeupMADEUPmadeupMA0=",
    "V0010014622122423467188903638",
    "65soeo5vf909rfe4vrvmreu88f",
    "Rohit Singh",
];

/// How many rows hold the text, in the fields and in the raw view.
fn hits(state: &mut State, wanted: &str) -> usize {
    let mut hits = 0;
    for _ in 0..2 {
        search(state, wanted);
        hits += state.seen.found.len() + marked(state).len();
        stage::press(state, Intent::Back);
        stage::press(state, Intent::Raw);
    }
    hits
}

/// Every run of four characters of it; those of first six and last four, which are shown, are left out.
fn runs(value: &'static str) -> impl Iterator<Item = &'static str> {
    let shown = ["478808", "8243"];
    (0..value.len() - 3)
        .map(move |at| &value[at..at + 4])
        .filter(move |run| !shown.iter().any(|it| it.contains(run)))
}

#[test]
fn what_is_masked_cannot_be_found_by_its_content() {
    let mut state = answered();
    let all = text(&mut answered(), (200, 60)).to_lowercase();
    for value in HIDDEN {
        // A length or a first character cannot be probed either: no run is told from one that is not there.
        for run in runs(value) {
            assert!(all.contains(&run.to_lowercase()) || hits(&mut state, run) == 0, "{run} of {value}");
        }
        assert_eq!(hits(&mut state, value), 0, "{value}");
    }
    for mask in ["•", "*", "\u{1a}", "••••••••"] {
        assert_eq!(hits(&mut state, mask), 0, "{mask}");
    }
    for shown in ["478808", "8243", "Paytm", "juspaytest"] {
        assert!(hits(&mut state, shown) > 0, "the search finds what is there: {shown}");
    }
}

/// A console on which this is searched for, and then it is revealed.
fn revealed_while_searched(wanted: &str, intent: Intent, ticket: Ticket) -> State {
    let mut state = answered();
    search(&mut state, wanted);
    stage::press(&mut state, Intent::Open);
    stage::press(&mut state, intent);
    stage::happen(&mut state, What::Audited { ticket, result: Ok(()) });
    state
}

#[test]
fn what_is_revealed_cannot_be_found_either() {
    let cases = [
        (Intent::Reveal, Ticket::Reveal(CallId(1)), "MADE"),
        (Intent::Identity, Ticket::Identity(CallId(1)), "Rohit"),
        (Intent::Identity, Ticket::Identity(CallId(1)), "V0010"),
    ];
    for (intent, ticket, wanted) in cases {
        let mut state = revealed_while_searched(wanted, intent, ticket);
        let screen = text(&mut state, SIZE);
        let above = screen.split_once('/').unwrap().0;
        assert!(above.contains("REVEALED") && above.contains(wanted), "it is on the screen: {screen}");
        assert!(screen.contains("no match") && state.seen.found.is_empty(), "{screen}");
        let mut state = revealed_while_searched("Paytm", intent, ticket);
        drop(drawn(&mut state, (120, 36)));
        assert_eq!(state.seen.found.len(), 1, "the search finds what is there");
    }
}
