//! `keys`: from a key that moves in a list to the first byte and to the last one before 60 ms of silence. `bytes`: how many
//! bytes such a key costs.

use std::time::{Duration, Instant};

use super::{fill, take_turns};
use crate::program::{Program, moves};
use crate::stats::{Chance, Spread, figure, millis};
use crate::table::{Row, Table};
use crate::tty::Tty;
use crate::world::{FEW, World};

const ROUNDS: usize = 200;

/// Bytes vary less than time.
const ROUNDS_OF_BYTES: usize = 40;

/// Silence after which a frame is over.
const SILENCE: Duration = Duration::from_millis(60);

/// As long as a program may take for a key.
const AT_MOST: Duration = Duration::from_secs(3);

/// A key comes this much later at most, by chance, so that it meets a tick of the program at any phase.
const PHASE: u64 = 50_000;

/// What one key brought about.
struct Pressed {
    first: f64,
    last: f64,
    bytes: usize,
}

pub fn take(world: &World) -> String {
    let (programs, taken) = press_all(world, ROUNDS);
    let mut table = Table::new(
        "keys",
        "A move in a list, at random phases: to the first byte, and to the last one before 60 ms of silence (ratios: its p50).",
        &["first p50", "first p99", "first min", "last p50", "last p99", "last min"],
    );
    fill(&mut table, &programs, taken, |program, pressed| {
        let first = Spread::of(pressed.iter().map(|it| it.first).collect());
        let last = Spread::of(pressed.iter().map(|it| it.last).collect());
        Row::of(program, last.median, [first.cells(), last.cells()].concat())
    });
    table.markdown()
}

pub fn take_bytes(world: &World) -> String {
    let (programs, taken) = press_all(world, ROUNDS_OF_BYTES);
    let mut table =
        Table::new("bytes", "Bytes written for a move in a list (ratios: p50).", &["p50", "p99", "min"]);
    fill(&mut table, &programs, taken, |program, pressed| {
        let bytes = Spread::of(pressed.iter().map(|it| count(it.bytes)).collect());
        Row::of(program, bytes.median, [bytes.median, bytes.p99, bytes.least].map(figure).to_vec())
    });
    table.markdown()
}

fn press_all(world: &World, rounds: usize) -> (Vec<Program>, super::Taken<Pressed>) {
    let mut programs =
        vec![world.ours(FEW), world.ours(100_000), world.ours_with_big_answer(), world.floor()];
    programs.extend(world.consoles());
    let mut running: Vec<_> = programs.iter().map(|program| (program.at_list(), 0)).collect();
    let mut chance = Chance::new();
    let taken = take_turns(&mut running, rounds, |(open, turn)| {
        let (tty, _) = open.as_mut().map_err(|why| why.clone())?;
        *turn += 1;
        press(tty, moves(*turn - 1), &mut chance)
    });
    (programs, taken)
}

fn press(tty: &mut Tty, key: &[u8], chance: &mut Chance) -> Result<Pressed, String> {
    // What it wrote since its last turn goes by, and so does what comes until the key.
    tty.read_for(Duration::from_micros(chance.below(PHASE)));
    tty.quiet(Duration::from_millis(5), Duration::from_millis(300));
    let (before, pressed) = (tty.written(), Instant::now());
    tty.type_keys(key);
    let first = tty.answer(AT_MOST).ok_or("a key was not answered")?;
    let last = tty.quiet(SILENCE, AT_MOST).unwrap_or(first);
    Ok(Pressed {
        first: millis(first.duration_since(pressed)),
        last: millis(last.duration_since(pressed)),
        bytes: tty.written() - before,
    })
}

#[expect(clippy::cast_precision_loss, reason = "nobody writes so many bytes for a key")]
fn count(bytes: usize) -> f64 {
    bytes as f64
}
