//! What a reveal looks like at the sizes people use, and what is left of it on the screen afterwards.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::time::Duration;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::Ticket;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Intent, Pane};
use tokenscope::app::state::State;
use tokenscope::ports::LedgerFault;

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 36), (60, 16), (200, 50)];

const CRYPTOGRAM: &str = "MADE UPma deup MADE UPma deup MA0=";
const PERSONAL: [&str; 3] = ["Rohit Singh", "V0010014622122423467188903638", "65soeo5vf909rfe4vrvmreu88f"];

fn text(state: &State, size: (u16, u16)) -> String {
    let buffer = stage::drawn(state, size);
    let rows = buffer.content.chunks(usize::from(size.0));
    let line =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    rows.map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

/// A console that shows this of the body, asked for in that pane.
fn shown(body: &str, by: Intent, pane: Pane) -> State {
    let mut state = stage::replied(1, 200, body);
    stage::press(&mut state, Intent::Focus(pane));
    stage::press(&mut state, by);
    let ticket = if by == Intent::Reveal { Ticket::Reveal } else { Ticket::Identity };
    stage::happen(&mut state, What::Audited { ticket: ticket(CallId(1)), result: Ok(()) });
    state
}

#[test]
fn marker_countdown_and_every_value_are_on_the_screen_whatever_its_size() {
    for (size, pane) in SIZES.into_iter().flat_map(|size| Pane::ALL.map(|pane| (size, pane))) {
        let cryptogram = text(&shown(&stage::sample(), Intent::Reveal, pane), size);
        for part in ["REVEALED 20 s", "V masks it now", "cryptogram, 28 characters", CRYPTOGRAM] {
            assert!(cryptogram.contains(part), "{part} from {pane:?} at {size:?}:\n{cryptogram}");
        }
        let personal = text(&shown(&stage::sample(), Intent::Identity, pane), size);
        for part in ["REVEALED 20 s", "V masks it now"].into_iter().chain(PERSONAL) {
            assert!(personal.contains(part), "{part} from {pane:?} at {size:?}:\n{personal}");
        }
    }
}

#[test]
fn the_longest_thing_to_say_covers_neither_marker_nor_value() {
    for size in SIZES {
        let mut state = shown(&stage::sample(), Intent::Reveal, Pane::Answer);
        state.say(tokenscope::app::state::Tone::Bad, &"much to say ".repeat(40));
        let screen = text(&state, size);
        assert!(screen.contains("REVEALED 20 s") && screen.contains(CRYPTOGRAM), "{size:?}:\n{screen}");
    }
}

#[test]
fn the_personal_fields_as_they_are_read() {
    let state = shown(&stage::sample(), Intent::Identity, Pane::Answer);
    insta::assert_snapshot!("identity_80x24", text(&state, (80, 24)));
    insta::assert_snapshot!("identity_60x16", text(&state, (60, 16)));
}

#[test]
fn the_countdown_counts() {
    let mut state = shown(&stage::sample(), Intent::Reveal, Pane::Answer);
    state.now = stage::NOW.plus(Duration::from_millis(18_500));
    assert!(text(&state, (80, 24)).contains("REVEALED 2 s"));
}

#[test]
fn a_grant_that_has_run_out_paints_nothing_even_where_nobody_has_ended_it() {
    for by in [Intent::Reveal, Intent::Identity] {
        let mut state = shown(&stage::sample(), by, Pane::Answer);
        state.now = stage::NOW.plus(Duration::from_secs(20));
        assert!(state.reveal.is_some());
        let screen = text(&state, (120, 36));
        assert!(!screen.contains("REVEALED"), "{screen}");
        for value in PERSONAL.into_iter().chain([CRYPTOGRAM]) {
            assert!(!screen.contains(value), "{screen}");
        }
    }
}

#[test]
fn what_may_not_be_revealed_is_not_offered() {
    let hints = ["v reveals it", "I shows it", "reveal cryptogram"];
    let answered = || stage::replied(1, 200, &stage::sample());
    let open = text(&answered(), (120, 40));
    assert!(hints.into_iter().all(|hint| open.contains(hint)), "{open}");
    let mut forbidden = answered();
    forbidden.profiles[1].allow_reveal = false;
    let mut without = answered();
    stage::happen(&mut without, What::NoHistory(LedgerFault::NoFolder));
    for state in [forbidden, without] {
        let screen = text(&state, (120, 40));
        assert!(!hints.into_iter().any(|hint| screen.contains(hint)), "{screen}");
    }
}

#[test]
fn while_its_row_is_written_it_says_so_and_shows_nothing() {
    let mut state = stage::replied(1, 200, &stage::sample());
    stage::press(&mut state, Intent::Reveal);
    for size in SIZES {
        let screen = text(&state, size);
        assert!(screen.contains("until its audit row is on disk"), "{screen}");
        assert!(!screen.contains("REVEALED") && !screen.contains("MADE"), "{screen}");
    }
}

#[test]
fn a_name_in_wide_letters_is_read_whole() {
    let body = stage::sample().replace("Rohit Singh", "王小明 Zoe\u{301}");
    for size in SIZES {
        let screen = text(&shown(&body, Intent::Identity, Pane::Answer), size);
        // The second cell of a wide letter is a blank.
        assert!(screen.contains("王 小 明  Zoe\u{301}"), "{screen}");
    }
}

#[test]
fn a_value_that_would_steer_the_terminal_or_climb_is_shown_without_that() {
    let marks = "\u{301}".repeat(40);
    let body = stage::sample().replace("Rohit Singh", &format!("\\u001b[2JRo\\u202ehit a{marks} end"));
    let screen = text(&shown(&body, Intent::Identity, Pane::Answer), (120, 36));
    assert!(screen.contains("?[2JRo?hit ? end"), "{screen}");
    assert!(!screen.contains('\u{1b}') && !screen.contains('\u{202e}') && !screen.contains('\u{301}'));
}

#[test]
fn a_value_longer_than_its_room_is_broken_and_never_leaves_its_pane() {
    let long = "x".repeat(5_000);
    for (by, body) in [
        (Intent::Identity, stage::sample().replace("Rohit Singh", &long)),
        (Intent::Reveal, stage::sample().replace("MADEUPmadeupMADEUPmadeupMA0=", &long)),
    ] {
        for size in SIZES {
            let screen = text(&shown(&body, by, Pane::Answer), size);
            assert!(screen.contains("REVEALED 20 s"), "{screen}");
            assert_eq!(screen.lines().count(), usize::from(size.1));
            let (first, last) = (screen.lines().next().unwrap(), screen.lines().last().unwrap());
            assert!(!first.contains("xxx") && !last.contains("xxx"), "{screen}");
        }
    }
}
