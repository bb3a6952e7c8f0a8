//! `batch`: calls a second of a whole batch beside a load generator that looks at no answer, and the memory of batches of
//! two lengths.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{take_turns, whole};
use crate::home::{CUSTOMER, Home, REFERENCE};
use crate::peers::body;
use crate::proc;
use crate::program::Kind;
use crate::stats::{Spread, figure, grouped, millis};
use crate::table::{Row, Table};
use crate::world::World;

const CALLS: u32 = 20_000;
const ROUNDS: usize = 15;

/// Calls under way at once: as hey has, and the most that ours takes.
const WIDTHS: [&str; 2] = ["50", "256"];

/// Lengths of the batches whose memory is compared.
const LENGTHS: [u32; 2] = [1_000, 100_000];

/// Between two looks at the memory.
const LOOK: Duration = Duration::from_millis(2);

pub fn take(world: &World) -> String {
    let home = world.kept("batches", 0, REFERENCE);
    for rows in LENGTHS.into_iter().chain([CALLS]) {
        home.write(&input(rows), &rows_of(rows));
    }
    let text = rates(world, &home);
    format!("{text}\n{}", memory(&home))
}

/// Who makes calls: ours with so many at once, or hey.
enum Caller<'a> {
    Ours(&'static str),
    Hey(&'a Path),
}

fn rates(world: &World, home: &Home) -> String {
    let ours = WIDTHS.into_iter().map(Caller::Ours);
    let mut callers: Vec<Caller<'_>> = ours.chain(world.peer("hey").map(Caller::Hey)).collect();
    let taken = take_turns(&mut callers, ROUNDS, |caller| match caller {
        Caller::Ours(width) => whole(batch(home, CALLS, width)),
        Caller::Hey(hey) => load(hey, world),
    });
    let note = format!(
        "Calls a second of the whole process, {} calls (ratios: p50, more is better). Ours checks its input, parses, masks \
         and judges each answer, and writes a report that can be carried on after a crash. No floor.",
        grouped(CALLS)
    );
    let mut table = Table::new("batch", &note, &["p50", "best"]);
    callers.iter().zip(taken).for_each(|(caller, taken)| table.push(row(caller, taken)));
    table.markdown()
}

fn row(caller: &Caller<'_>, taken: Result<Vec<f64>, String>) -> Row {
    let (name, kind) = match caller {
        Caller::Ours(width) => (format!("tokenscope batch, {width} at once"), Kind::Ours),
        Caller::Hey(_) => ("hey -c 50".to_owned(), Kind::Peer),
    };
    match taken.map(Spread::of) {
        Ok(time) => {
            let [median, best] = [time.median, time.least].map(|time| f64::from(CALLS) * 1_000.0 / time);
            Row { name, kind, main: Some(median), cells: [median, best].map(figure).to_vec() }
        }
        Err(why) => Row { name, kind, main: None, cells: vec![format!("not measured: {why}")] },
    }
}

fn memory(home: &Home) -> String {
    let mut table = Table::new(
        "memory of a batch",
        "Peak of the resident set, KiB, the last of a look every 2 ms, 50 calls at once.",
        &["peak RSS"],
    );
    for rows in LENGTHS {
        let peak = peak(batch(home, rows, WIDTHS[0]));
        let cell = peak.map_or_else(|| "not measured".to_owned(), |kib| kib.to_string());
        let name = format!("tokenscope batch, {} rows", grouped(rows));
        table.push(Row { name, kind: Kind::Ours, main: None, cells: vec![cell] });
    }
    table.markdown()
}

/// The last that was seen of the peak of a command.
fn peak(mut command: Command) -> Option<u64> {
    let mut child = command.stderr(Stdio::null()).spawn().ok()?;
    let mut last = None;
    loop {
        last = proc::peak(child.id()).or(last);
        if let Some(status) = child.try_wait().ok()? {
            return last.filter(|_| status.success());
        }
        std::thread::sleep(LOOK);
    }
}

fn input(rows: u32) -> String {
    format!("home/{rows}.csv")
}

fn rows_of(rows: u32) -> String {
    let mut text = "card_reference,customer_id\n".to_owned();
    for row in 1..=rows {
        let _ = writeln!(text, "card_{row},{CUSTOMER}");
    }
    text
}

/// A batch with a report that is not there yet.
fn batch(home: &Home, rows: u32, width: &str) -> Command {
    for name in ["home/out.jsonl", "home/out.jsonl.progress"] {
        let _ = fs::remove_file(home.path(name));
    }
    home.ours(&["batch", &format!("{rows}.csv"), "--out", "out.jsonl", "--concurrency", width])
}

/// hey ends well whatever it is answered, so that its report is looked at too.
fn load(hey: &Path, world: &World) -> Result<f64, String> {
    let (calls, body, url) = (CALLS.to_string(), body(), world.server.url());
    let mut command = Command::new(hey);
    command.args(["-n", &calls, "-c", "50", "-m", "POST", "-T", "application/json", "-d", &body, &url]);
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).output().map_err(|fault| fault.to_string())?;
    let time = millis(started.elapsed());
    let answered = format!("{calls} responses");
    let is_whole = String::from_utf8_lossy(&output.stdout)
        .lines()
        .any(|line| line.contains("[200]") && line.ends_with(&answered));
    if is_whole { Ok(time) } else { Err("not every call was answered".to_owned()) }
}
