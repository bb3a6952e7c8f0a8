//! The memory of a batch: it may not grow with the rows.

use std::fs;
use std::io::Write as _;
use std::time::{Duration, Instant};

use super::batch::{Home, Server, whole};
use super::{NOT_FOUND, card};

/// What may come on top between a small input and a large one, in KiB: buffers that fill once, and the allocator's leftovers.
/// A kept row costs more than 100 bytes.
const ALLOWED: u64 = 1_024;

/// How a batch of so many rows came out.
struct Measured {
    /// The most memory that it had, in KiB.
    peak: u64,
    took: Duration,
}

/// The most memory that a process had so far, in KiB; `None` once it has ended.
fn peak(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A server for many rows: it keeps none of them, and finds the card of each tenth.
fn counting() -> Server {
    Server::forgetful(|reference| {
        if reference.ends_with('0') { whole(200, &card(reference)) } else { whole(400, NOT_FOUND) }
    })
}

/// Runs a batch of so many rows and looks at its memory until its end.
fn measure(rows: u32) -> Measured {
    let server = counting();
    let home = Home::new(server.address, "");
    home.rows(rows);
    let measured = watch(&home);
    assert_eq!((server.total(), home.whole_lines()), (rows, rows as usize));
    measured
}

fn watch(home: &Home) -> Measured {
    let (began, mut most) = (Instant::now(), 0);
    let mut child = home.quiet(&["--concurrency", "16"]);
    while child.try_wait().unwrap().is_none() {
        most = peak(child.id()).unwrap_or_default().max(most);
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    assert!(most > 0, "the memory was seen");
    Measured { peak: most, took: began.elapsed() }
}

#[test]
fn a_batch_keeps_none_of_its_rows() {
    let (few, many) = (measure(200).peak, measure(ROWS).peak);
    assert!(many < few + ALLOWED, "200 rows: {few} KiB, {ROWS} rows: {many} KiB");
}

/// Of rows that cannot be sent, behind one that can.
fn measure_unsent(rows: u32) -> Measured {
    let server = counting();
    let home = Home::new(server.address, "");
    let unsent = "4111111111111111,c\n".repeat(rows as usize);
    home.write("in.csv", &format!("card_reference,customer_id\nr0,c\n{unsent}"));
    let measured = watch(&home);
    assert_eq!((server.total(), home.whole_lines()), (1, rows as usize + 1));
    measured
}

#[test]
fn a_batch_keeps_none_of_the_rows_that_are_not_sent() {
    let (few, many) = (measure_unsent(200).peak, measure_unsent(ROWS).peak);
    assert!(many < few + ALLOWED, "200 rows: {few} KiB, {ROWS} rows: {many} KiB");
}

/// Rows enough that keeping them would show.
const ROWS: u32 = 4_000;

#[test]
#[ignore = "takes minutes in a release build: the figures of the README"]
fn a_million_rows_take_the_memory_of_a_thousand() {
    let mut all = Vec::new();
    for rows in [1_000, 1_000_000] {
        let Measured { peak, took } = measure(rows);
        println!(
            "{rows} rows: {peak} KiB at most, {:.1} s, {:.0} rows/s",
            took.as_secs_f64(),
            f64::from(rows) / took.as_secs_f64()
        );
        std::io::stdout().flush().unwrap();
        all.push(peak);
    }
    assert!(all[1] < all[0] + ALLOWED, "{all:?}");
}
