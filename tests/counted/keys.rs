//! What keys cost: bytes written for a move in a list, and a burst of keys of which none is left unread.

use std::time::{Duration, Instant};

use tokenscope::emulator::{Emulator, Options};

use crate::support::{DEADLINE, Pty, proc};
use crate::world::{ageless, launch, open_report, report, steps};

/// Bytes that a move in a list may cost at 120x36. The thriftiest of the peers needs 107.
const MOST: usize = 110;

const DOWN: &str = "\x1b[B";
const UP: &str = "\x1b[A";

/// Keys of the burst: more than a terminal holds (4,096 bytes), and than crossterm's default reader takes (1,024 bytes).
const BURST: usize = 5_000;

/// Bytes written from a key to rest.
fn cost(pty: &mut Pty, key: &str) -> usize {
    let seen =
        |pty: &Pty| pty.look(|terminal| (terminal.raw().len(), terminal.screen().contents_formatted()));
    let before = seen(pty);
    pty.send(key);
    pty.wait_for("an answer to the key", |terminal| terminal.raw().len() > before.0);
    proc::wait_rest(pty.pid());
    let after = seen(pty);
    assert!(before.1 != after.1, "{key:?} moves nothing on\n{}", pty.screen());
    after.0 - before.0
}

/// What moves down and up from the first row cost.
fn costs(pty: &mut Pty) -> Vec<usize> {
    proc::wait_rest(pty.pid());
    [DOWN, UP, DOWN, UP].map(|key| cost(pty, key)).to_vec()
}

/// A list and how it is come to.
type List = (&'static str, fn(&mut Pty));

const LISTS: [List; 9] = [
    ("history", |pty| steps(pty, &[("4", "▸4 History")])),
    ("history, zoomed", |pty| steps(pty, &[("4", "▸4 History"), ("z", "cust_1")])),
    ("profiles", |pty| steps(pty, &[("1", "▸1 Profiles")])),
    ("profiles to switch to", |pty| steps(pty, &[("p", "Switch to profile")])),
    ("report", open_report),
    ("differences", |pty| steps(pty, &[("4", "▸4 History"), ("=", "From 20")])),
    ("findings", |pty| {
        ageless(pty);
        steps(pty, &[("\r", "Findings, and what gateways need")]);
    }),
    ("what to copy", |pty| {
        ageless(pty);
        steps(pty, &[("Y", "redacted cURL")]);
    }),
    ("palette", |pty| steps(pty, &[(":", "Palette")])),
];

#[test]
fn a_move_in_a_list_costs_few_bytes() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let counted: Vec<(&str, Vec<usize>)> = std::thread::scope(|scope| {
        let look = |(name, go): List| {
            let launch = launch(&emulator, "first");
            scope.spawn(move || {
                let mut pty = launch.spawn();
                pty.wait_text("CUSTOM");
                go(&mut pty);
                (name, costs(&mut pty))
            })
        };
        let looks: Vec<_> = LISTS.into_iter().map(look).collect();
        looks.into_iter().map(|look| look.join().expect("the list was come to")).collect()
    });
    println!("{counted:?}");
    assert!(counted.iter().flat_map(|(_, costs)| costs).all(|bytes| *bytes <= MOST), "{counted:?}");
}

/// The console draws no more often than that.
const FRAME: Duration = Duration::from_millis(8);

/// Frames in what was written: each ends with the underline's own colour taken back, which nothing else writes.
fn frames(written: &[u8]) -> u128 {
    let end = b"\x1b[59m";
    written.windows(end.len()).filter(|window| window == end).count() as u128
}

/// Waits until the last key is read. On a loaded machine that takes long, as each key wakes the reader's thread, and so does the
/// way of what was written to where it can be read: none is unread where none was at two looks.
fn all_read(pty: &Pty) {
    let start = Instant::now();
    let mut looks = 0;
    while looks < 2 {
        std::thread::sleep(10 * FRAME);
        looks = if pty.unread() == 0 { looks + 1 } else { 0 };
        assert!(start.elapsed() < 3 * DEADLINE, "{} bytes are left unread", pty.unread());
    }
}

/// A console that shows a report of more rows than the burst has keys.
fn before_a_burst(emulator: &Emulator) -> Pty {
    let launch = launch(emulator, "first");
    std::fs::write(launch.home().join("out.jsonl"), report(6_000)).unwrap();
    let mut pty = launch.spawn();
    pty.wait_text("CUSTOM");
    open_report(&mut pty);
    proc::wait_rest(pty.pid());
    pty
}

/// The row under the cursor is that of the last key of the burst, and one more key is answered.
fn after_the_burst(pty: &mut Pty) {
    proc::wait_rest(pty.pid());
    steps(pty, &[("\r", "Told of row 5001.")]);
    assert_eq!(pty.unread(), 0);
}

#[test]
fn of_a_burst_of_keys_none_is_lost_or_left_unread_and_few_frames_are_drawn() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let mut pty = before_a_burst(&emulator);
    let (before, start) = (pty.raw().len(), Instant::now());
    pty.send(&"j".repeat(BURST));
    all_read(&pty);
    pty.wait_text("ref_5001 ");
    let (written, took) = (pty.raw().split_off(before), start.elapsed());
    println!("{BURST} keys in one go: {} frames, {} bytes, {took:?}", frames(&written), written.len());
    let most = took.as_millis() / FRAME.as_millis() + 2;
    assert!((1..=most).contains(&frames(&written)), "{} frames in {took:?}", frames(&written));
    after_the_burst(&mut pty);
}

#[test]
fn of_a_burst_of_keys_of_three_bytes_none_is_cut_in_two_where_a_read_ends() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let mut pty = before_a_burst(&emulator);
    pty.send(&DOWN.repeat(BURST));
    all_read(&pty);
    pty.wait_text("ref_5001 ");
    after_the_burst(&mut pty);
}
