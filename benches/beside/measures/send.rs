//! `send`: from the key that sends to the answer on the screen. Ours has its audit row on disk before it sends; what one
//! fsync costs on that disk is measured between, and told.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{fill, take_turns};
use crate::program::{Kind, Program};
use crate::screen::Screen;
use crate::server::requestor_on;
use crate::stats::{Spread, figure, millis};
use crate::table::{Row, Table};
use crate::tty::Tty;
use crate::world::World;

const ROUNDS: usize = 40;

/// Ours takes a second key within 300 ms for one that bounced.
const BETWEEN: Duration = Duration::from_millis(350);

/// What the audit trail adds for a row, at least.
const BLOCK: [u8; 4096] = [b'.'; 4096];

/// A program that can send.
struct Sender {
    tty: Tty,
    screen: Screen,
    key: &'static [u8],
}

/// Milliseconds of a call, and of an fsync right before it.
struct Sent {
    answered: f64,
    synced: f64,
}

pub fn take(world: &World) -> String {
    let ours = world.ours_to_send();
    let folder = ours.home.data();
    let programs: Vec<Program> = std::iter::once(ours).chain(world.consoles()).collect();
    let mut senders: Vec<_> = programs.iter().map(Sender::start).collect();
    let taken = take_turns(&mut senders, ROUNDS, |sender| {
        let synced = sync(&folder);
        let answered = sender.as_mut().map_err(|why| why.clone())?.send()?;
        Ok(Sent { answered, synced })
    });
    let mut table = Table::new(
        "send",
        "The send key to the answer on the screen (ratios: its p50); of ours the audit row is on disk first. \
         fsync: 4 KiB and fsync in the folder of its history, in the same run.",
        &["p50", "p99", "min", "fsync p50", "p50 less one fsync"],
    );
    fill(&mut table, &programs, taken, row);
    table.markdown()
}

fn row(program: &Program, sent: &[Sent]) -> Row {
    let answered = Spread::of(sent.iter().map(|it| it.answered).collect());
    let mut cells = answered.cells();
    if program.kind == Kind::Ours {
        let synced = Spread::of(sent.iter().map(|it| it.synced).collect()).median;
        cells.extend([synced, answered.median - synced].map(figure));
    }
    Row::of(program, answered.median, cells)
}

impl Sender {
    fn start(program: &Program) -> Result<Self, String> {
        let sending = program.sending.as_ref().ok_or("it sends nothing")?;
        let (tty, screen) = program.after(&sending.before)?;
        Ok(Self { tty, screen, key: sending.key })
    }

    fn send(&mut self) -> Result<f64, String> {
        self.tty.quiet(BETWEEN, BETWEEN);
        self.screen.follow(&self.tty);
        let before = requestor_on(&self.screen.text());
        let pressed = Instant::now();
        self.tty.type_keys(self.key);
        let is_new = |text: &str| requestor_on(text).is_some_and(|now| Some(now) > before);
        let Some(shown) = self.tty.wait(&mut self.screen, is_new) else {
            eprintln!("no answer on the screen:\n{}", self.screen.text());
            return Err("no answer on the screen".to_owned());
        };
        Ok(millis(shown.duration_since(pressed)))
    }
}

/// One block, on disk.
fn sync(folder: &Path) -> f64 {
    let path = folder.join("bench-fsync");
    let mut file = File::options().create(true).append(true).open(path).expect("a file");
    let started = Instant::now();
    file.write_all(&BLOCK).expect("the disk takes a block");
    file.sync_all().expect("the disk holds it");
    millis(started.elapsed())
}
