//! The measures, each under its word of the command line, and the way that several programs take turns.

mod batch;
mod burst;
mod fetch;
mod keys;
mod resize;
mod rest;
mod send;
mod start;

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::program::Program;
use crate::stats::millis;
use crate::table::{Row, Table};
use crate::world::World;

pub struct Measure {
    pub word: &'static str,
    /// Measures, and tells it in Markdown.
    pub take: fn(&World) -> String,
}

pub static ALL: [Measure; 10] = [
    Measure { word: "start", take: start::take },
    Measure { word: "keys", take: keys::take },
    Measure { word: "bytes", take: keys::take_bytes },
    Measure { word: "send", take: send::take },
    Measure { word: "rest", take: rest::take },
    Measure { word: "memory", take: rest::take_memory },
    Measure { word: "burst", take: burst::take },
    Measure { word: "resize", take: resize::take },
    Measure { word: "fetch", take: fetch::take },
    Measure { word: "batch", take: batch::take },
];

/// What became of each: its figures, or why there are none.
type Taken<T> = Vec<Result<Vec<T>, String>>;

/// So many rounds, each of them through all; the first warms up and is not counted. Whoever fails is left out from then on.
fn take_turns<W, T>(
    who: &mut [W],
    rounds: usize,
    mut once: impl FnMut(&mut W) -> Result<T, String>,
) -> Taken<T> {
    let mut taken: Taken<T> = who.iter().map(|_| Ok(Vec::new())).collect();
    for round in 0..=rounds {
        for (one, so_far) in who.iter_mut().zip(&mut taken) {
            let Ok(figures) = so_far else { continue };
            match once(one) {
                Ok(figure) if round > 0 => figures.push(figure),
                Ok(_) => {}
                Err(why) => *so_far = Err(why),
            }
        }
    }
    taken
}

/// A row for each program: of its figures, or of why there are none.
fn fill<T>(table: &mut Table, programs: &[Program], taken: Taken<T>, row: impl Fn(&Program, &[T]) -> Row) {
    for (program, figures) in programs.iter().zip(taken) {
        table.push(match figures {
            Ok(figures) => row(program, &figures),
            Err(why) => Row::without(program, &why),
        });
    }
}

/// Whole-process time of a command that has to end well.
fn whole(mut command: Command) -> Result<f64, String> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let status = command.status().map_err(|fault| fault.to_string())?;
    let time = millis(started.elapsed());
    if status.success() { Ok(time) } else { Err(format!("ended with {status}")) }
}
