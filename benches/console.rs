//! What the console does between a key and a frame: the state takes an event in, then the whole frame is laid out.
//!
//! `cargo bench --bench console` (`-- update` or `-- draw` for a part); it is for the README's row "key to frame, also with
//! 100,000 rows of history and a 1 MiB answer on screen", of which it is all but the terminal. No line of `draw` should cost
//! much more than `answer`, and no line of `update` more with 100,000 rows than with none. One does not reach that yet:
//! `letter_in_search_of_history` looks at all rows that are loaded. Take `fastest`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a bench fails by panicking"
)]

#[path = "../tests/stage/mod.rs"]
mod stage;

use ratatui::backend::TestBackend;
use ratatui::layout::Size;
use tokenscope::app::intent::{Intent, Pane};
use tokenscope::app::state::State;
use tokenscope::domain::exchange::LARGEST_BODY;
use tokenscope::domain::history::Entry;
use tokenscope::runtime::frames::Frames;
use tokenscope::secret::Masked;
use tokenscope::view;

/// As in the program, where every block is wiped when it is freed.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Rows of history that are loaded: none, what a start loads, and what it takes some hundred pages down to load.
const ROWS: [u32; 3] = [0, 200, 100_000];

fn main() {
    divan::main();
}

/// An answer on the screen and so many rows, of other cards and customers: who looks for one of this card looks at all.
fn with_history(rows: u32) -> State {
    let mut state = answered();
    let row = stage::recorded(&state);
    let of = |n: u32| Entry {
        id: i64::from(n),
        card_reference: Masked::typed(&format!("token_{n}")),
        customer_id: Masked::typed(&format!("cust_{n}")),
        ..row.clone()
    };
    state.history.rows = (1..=rows).rev().map(of).collect();
    state.history.complete = true;
    state
}

fn answered() -> State {
    stage::replied(1, 200, &stage::sample())
}

/// The contract's answer with an issuer of a megabyte.
fn answered_at_length() -> State {
    stage::replied(1, 200, &stage::sample().replace("Paytm", &words(LARGEST_BODY - 2_000)))
}

/// A refusal of a megabyte, whose sentence is broken into lines.
fn refused_at_length() -> State {
    let words = words(LARGEST_BODY - 2_000);
    stage::replied(1, 400, &format!(r#"{{"error": true, "user_message": "{words}"}}"#))
}

/// A megabyte of keys that the policy does not name, as masked JSON.
fn raw_at_length() -> State {
    let member = |n| format!("\"note_{n}\": \"{}\",", words(96));
    let members: String = (0..9_000).map(member).collect();
    let mut state = stage::replied(1, 200, &stage::sample().replacen('{', &format!("{{{members}"), 1));
    stage::press(&mut state, Intent::Raw);
    state
}

fn words(bytes: usize) -> String {
    "Card not found at Pune ".chars().cycle().take(bytes).collect()
}

fn then(mut state: State, intents: &[Intent]) -> State {
    for intent in intents {
        stage::press(&mut state, *intent);
    }
    state
}

mod update {
    use divan::Bencher;
    use divan::counter::ItemsCount;
    use tokenscope::app::call::CallId;
    use tokenscope::app::event::What;
    use tokenscope::app::intent::{Edit, Intent, Move, Pane};
    use tokenscope::app::state::State;
    use tokenscope::domain::sent::Sent;

    use super::{ROWS, stage, then, with_history};

    /// Presses both keys over and over; the second takes back what the first did.
    fn keys(bencher: Bencher<'_, '_>, mut state: State, keys: [Intent; 2]) {
        bencher
            .counter(ItemsCount::new(keys.len()))
            .bench_local(|| keys.map(|key| stage::press(&mut state, key)));
    }

    const LETTER: [Intent; 2] = [Intent::Edit(Edit::Insert('1')), Intent::Edit(Edit::Backspace)];

    #[divan::bench(args = ROWS)]
    fn move_in_history(bencher: Bencher<'_, '_>, rows: u32) {
        let state = then(with_history(rows), &[Intent::Focus(Pane::History)]);
        keys(bencher, state, [Intent::Go(Move::Down), Intent::Go(Move::Up)]);
    }

    #[divan::bench(args = ROWS)]
    fn letter_in_form(bencher: Bencher<'_, '_>, rows: u32) {
        let state = then(with_history(rows), &[Intent::Focus(Pane::Request), Intent::EditField]);
        keys(bencher, state, LETTER);
    }

    #[divan::bench(args = ROWS)]
    fn value_before_in_form(bencher: Bencher<'_, '_>, rows: u32) {
        let state = then(with_history(rows), &[Intent::Focus(Pane::Request), Intent::EditField]);
        keys(bencher, state, [Intent::OlderValue, Intent::NewerValue]);
    }

    #[divan::bench(args = ROWS)]
    fn letter_in_search_of_history(bencher: Bencher<'_, '_>, rows: u32) {
        let state = then(with_history(rows), &[Intent::Focus(Pane::History), Intent::Filter]);
        keys(bencher, then(state, &LETTER[..1]), LETTER);
    }

    /// From the guard's word to the answer on the screen.
    #[divan::bench(args = ROWS)]
    fn answer_arrives(bencher: Bencher<'_, '_>, rows: u32) {
        let mut state = with_history(rows);
        let inputs = || (Box::new(sent()), stage::reply(200, &stage::sample()));
        bencher.with_inputs(inputs).bench_local_values(|(sent, reply)| {
            let id = CallId(2);
            let admitted = stage::happen(&mut state, What::Admitted { id, sent });
            (admitted, stage::happen(&mut state, What::Replied { id, reply }))
        });
    }

    fn sent() -> Sent {
        stage::sent(&stage::console(1), 2)
    }
}

mod draw {
    use divan::Bencher;

    use super::{
        Frames, Intent, Pane, Size, State, TestBackend, answered, answered_at_length, raw_at_length,
        refused_at_length, stage, then, view, with_history,
    };

    const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

    /// What the runtime does for a frame, but for the bytes that go to the terminal.
    fn frames(bencher: Bencher<'_, '_>, (width, height): (u16, u16), mut state: State) {
        let (mut frames, mut backend) = (Frames::default(), TestBackend::new(width, height));
        frames.fit(Size::new(width, height));
        bencher.bench_local(|| {
            let draw = |frame: &mut view::Frame<'_>| {
                let seen = view::seen(frame.area(), &state);
                state.settle(seen);
                view::draw(frame, &state);
            };
            frames.draw(&mut backend, draw).unwrap();
        });
    }

    #[divan::bench(args = SIZES)]
    fn empty(bencher: Bencher<'_, '_>, size: (u16, u16)) {
        frames(bencher, size, stage::console(1));
    }

    #[divan::bench(args = SIZES)]
    fn answer(bencher: Bencher<'_, '_>, size: (u16, u16)) {
        frames(bencher, size, answered());
    }

    #[divan::bench(args = SIZES)]
    fn answer_of_1_mib(bencher: Bencher<'_, '_>, size: (u16, u16)) {
        frames(bencher, size, answered_at_length());
    }

    #[divan::bench(args = SIZES)]
    fn refusal_of_1_mib(bencher: Bencher<'_, '_>, size: (u16, u16)) {
        frames(bencher, size, refused_at_length());
    }

    #[divan::bench(args = SIZES)]
    fn raw_of_1_mib(bencher: Bencher<'_, '_>, size: (u16, u16)) {
        frames(bencher, size, raw_at_length());
    }

    #[divan::bench(args = SIZES)]
    fn help(bencher: Bencher<'_, '_>, size: (u16, u16)) {
        frames(bencher, size, then(answered(), &[Intent::Help]));
    }

    #[divan::bench(args = SIZES)]
    fn palette(bencher: Bencher<'_, '_>, size: (u16, u16)) {
        frames(bencher, size, then(answered(), &[Intent::Palette]));
    }

    #[divan::bench(args = SIZES)]
    fn answer_and_100_000_rows(bencher: Bencher<'_, '_>, size: (u16, u16)) {
        frames(bencher, size, with_history(100_000));
    }

    #[divan::bench(args = SIZES)]
    fn history_of_100_000_rows(bencher: Bencher<'_, '_>, size: (u16, u16)) {
        frames(bencher, size, then(with_history(100_000), &[Intent::Focus(Pane::History)]));
    }

    #[divan::bench(args = SIZES)]
    fn form_and_100_000_rows(bencher: Bencher<'_, '_>, size: (u16, u16)) {
        frames(bencher, size, then(with_history(100_000), &[Intent::Focus(Pane::Request)]));
    }
}
