//! `rest`: how often a program that nobody touches wakes up. `memory`: what it holds meanwhile.

use std::time::{Duration, Instant};

use crate::proc;
use crate::program::{Kind, Program};
use crate::screen::Screen;
use crate::stats::figure;
use crate::table::{Row, Table};
use crate::tty::Tty;
use crate::world::{FEW, World};

/// How long a program has to come to rest.
const SETTLING: Duration = Duration::from_secs(2);

/// How long it is watched.
const WATCHED: Duration = Duration::from_secs(10);

/// An open program, or why it is not.
type Open = Result<(Tty, Screen), String>;

/// All of them rest at the same time, each on its first screen and ours in its list too.
pub fn take(world: &World) -> String {
    let programs = resting(world);
    let mut open: Vec<Open> = programs.iter().map(Program::at_list).collect();
    watch(&mut open, SETTLING);
    let before = switches(&open);
    watch(&mut open, WATCHED);
    let after = switches(&open);
    let mut table = Table::new(
        "rest",
        "Context switches of all threads in 10 s without input, in the list.",
        &["switches"],
    );
    let counts = before.into_iter().zip(after);
    let counts = counts.map(|(before, after)| Ok::<u64, String>(after?.saturating_sub(before?)));
    for (program, count) in programs.iter().zip(counts) {
        table.push(match count {
            Ok(count) => Row::of(program, number(count), vec![count.to_string()]),
            Err(why) => Row::without(program, &why),
        });
    }
    table.markdown()
}

/// One after the other, so that none shares pages with another but those of the system's libraries.
pub fn take_memory(world: &World) -> String {
    let mut programs = resting(world);
    programs.insert(2, world.ours_with_big_answer());
    let mut table = Table::new(
        "memory",
        "Proportional set size and peak of the resident one, MiB, 2 s after the last key (ratios: PSS).",
        &["PSS", "peak RSS"],
    );
    for program in &programs {
        table.push(remembered(program).unwrap_or_else(|why| Row::without(program, &why)));
    }
    table.markdown()
}

fn resting(world: &World) -> Vec<Program> {
    let mut programs = vec![world.ours(FEW), world.ours(100_000), world.floor()];
    programs.extend(world.consoles());
    programs
}

fn remembered(program: &Program) -> Result<Row, String> {
    let (mut tty, _screen) = program.at_list()?;
    tty.read_for(SETTLING);
    let why = match program.kind {
        Kind::Ours => "as root only: ours cannot be dumped, so the kernel shows its PSS to nobody else",
        _ => "the kernel does not tell",
    };
    let (pss, peak) = proc::pss(tty.pid).zip(proc::peak(tty.pid)).ok_or(why)?;
    let [pss, peak] = [pss, peak].map(|kib| number(kib) / 1024.0);
    Ok(Row::of(program, pss, [pss, peak].map(figure).to_vec()))
}

/// Takes what they write, so that none of them waits for its terminal.
fn watch(open: &mut [Open], time: Duration) {
    let started = Instant::now();
    while started.elapsed() < time {
        for (tty, _) in open.iter_mut().flatten() {
            tty.read(Duration::ZERO);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn switches(open: &[Open]) -> Vec<Result<u64, String>> {
    let of = |(tty, _): &(Tty, Screen)| proc::switches(tty.pid).ok_or("the kernel does not tell".to_owned());
    open.iter().map(|one| one.as_ref().map_err(String::clone).and_then(of)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn number(count: u64) -> f64 {
    count as f64
}
