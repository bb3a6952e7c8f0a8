//! `start`: from the spawn to the first frame that can be used, and of ours to the rows of its history.

use std::time::Instant;

use super::{fill, take_turns};
use crate::program::{Kind, Program};
use crate::stats::{Spread, millis};
use crate::table::{Row, Table};
use crate::world::World;

const ROUNDS: usize = 20;

/// Milliseconds from the spawn.
struct Started {
    ready: f64,
    /// Until what is kept is on the screen.
    filled: Option<f64>,
}

pub fn take(world: &World) -> String {
    let mut programs = [0, 100_000, 1_000_000].map(|rows| world.ours(rows)).to_vec();
    programs.push(world.floor());
    programs.extend(world.consoles());
    let taken = take_turns(&mut programs, ROUNDS, |program| start(program));
    let mut table = Table::new(
        "start",
        "Spawn (fork and exec with them) to the first frame with the ready text (ratios: its p50), and to the rows of the history.",
        &["p50", "p99", "min", "rows p50", "rows p99"],
    );
    fill(&mut table, &programs, taken, row);
    table.markdown()
}

fn start(program: &Program) -> Result<Started, String> {
    let (mut tty, mut screen, ready) = program.open()?;
    let since = |moment: Instant| millis(moment.duration_since(tty.started));
    let ready = since(ready);
    let Some(text) = program.filled else { return Ok(Started { ready, filled: None }) };
    if screen.text().contains(text) {
        return Ok(Started { ready, filled: Some(ready) });
    }
    let shown = tty.wait(&mut screen, |screen| screen.contains(text)).ok_or("never showed its rows")?;
    Ok(Started { ready, filled: Some(millis(shown.duration_since(tty.started))) })
}

fn row(program: &Program, started: &[Started]) -> Row {
    let ready = Spread::of(started.iter().map(|it| it.ready).collect());
    let filled: Vec<f64> = started.iter().filter_map(|it| it.filled).collect();
    let mut cells = ready.cells();
    if program.kind == Kind::Ours && !filled.is_empty() {
        let filled = Spread::of(filled);
        cells.extend([filled.median, filled.p99].map(crate::stats::figure));
    }
    Row::of(program, ready.median, cells)
}
