//! `resize`: a hundred sizes, 10 ms apart, and the time from the last one until nothing more is drawn.

use std::time::{Duration, Instant};

use super::{fill, take_turns};
use crate::program::Program;
use crate::screen::Screen;
use crate::stats::{Chance, Spread, millis};
use crate::table::{Row, Table};
use crate::tty::SIZE;
use crate::world::{FEW, World};

const SIZES: usize = 100;
const ROUNDS: usize = 9;
const APART: Duration = Duration::from_millis(10);

/// Silence after which it is over, and the longest that is waited for it.
const SILENCE: Duration = Duration::from_millis(300);
const AT_MOST: Duration = Duration::from_secs(20);

struct Resized {
    time: f64,
    /// Whether what came since the last size paints the ready text onto an empty screen.
    is_whole: bool,
}

pub fn take(world: &World) -> String {
    let mut programs = vec![world.ours(FEW), world.floor()];
    programs.extend(world.consoles());
    let taken = take_turns(&mut programs, ROUNDS, |program| resize(program));
    let mut table = Table::new(
        "resize",
        "100 sizes 10 ms apart, the last of them 120x36: from the last to silence (ratios: p50), and whether that painted \
         the whole screen anew.",
        &["p50", "p99", "min", "whole"],
    );
    fill(&mut table, &programs, taken, |program, resized| {
        let time = Spread::of(resized.iter().map(|it| it.time).collect());
        let whole = resized.iter().filter(|it| it.is_whole).count();
        let mut cells = time.cells();
        cells.push(format!("{whole} of {}", resized.len()));
        Row::of(program, time.median, cells)
    });
    table.markdown()
}

fn resize(program: &Program) -> Result<Resized, String> {
    let (mut tty, _) = program.at_list()?;
    let mut chance = Chance::new();
    let mut side = |from: u16, span: u64| from + u16::try_from(chance.below(span)).expect("a side is short");
    for _ in 1..SIZES {
        tty.resize(side(60, 120), side(16, 40));
        tty.read_for(APART);
    }
    let (chunk, resized) = (tty.chunks(), Instant::now());
    tty.resize(SIZE.0, SIZE.1);
    let last = tty.quiet(SILENCE, AT_MOST).unwrap_or(resized);
    if !tty.is_alive() {
        return Err("it ended".to_owned());
    }
    let mut screen = Screen::starting_at(chunk);
    screen.follow(&tty);
    let is_whole = screen.text().contains(&program.ready);
    Ok(Resized { time: millis(last.duration_since(resized)), is_whole })
}
