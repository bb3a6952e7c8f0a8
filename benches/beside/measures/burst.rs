//! `burst`: 5,000 keys, written as fast as the terminal takes them, until they are read, drawn, and the program is idle.

use std::fs::File;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::io::ioctl_fionread;

use super::{fill, take_turns};
use crate::proc;
use crate::program::{DOWN, Program, UP, moves};
use crate::stats::{Spread, millis};
use crate::table::{Row, Table};
use crate::tty::Tty;
use crate::world::{FEW, World};

const KEYS: usize = 5_000;
const ROUNDS: usize = 3;

/// Written at once, at most.
const PIECE: usize = 1024;

/// Nothing was read, written or worked at for so long: it is over.
const OVER: Duration = Duration::from_secs(1);

/// With keys that are not read, a program that did nothing for so long has gone to sleep over them.
const ASLEEP: Duration = Duration::from_secs(4);

/// After this it is given up.
const AT_MOST: Duration = Duration::from_mins(1);

/// Between two looks at the processor time; a program that works more than a tenth of it is at work.
const LOOK: Duration = Duration::from_millis(50);

/// How a burst ended.
struct Burst {
    /// From the first key until nothing was left to do.
    time: f64,
    unread: u64,
    /// Whether one more key is answered.
    answers: bool,
    bytes: usize,
}

pub fn take(world: &World) -> String {
    let mut programs = vec![world.ours(FEW), world.floor()];
    programs.extend(world.consoles());
    let taken = take_turns(&mut programs, ROUNDS, |program| burst(program));
    let mut table = Table::new(
        "burst",
        "5,000 moves in a list at once, until they are read, drawn, and the program idle (ratios: p50; none for one that \
         leaves keys unread). Then one more key has to be answered.",
        &["p50", "min", "unread bytes", "answers", "bytes written"],
    );
    fill(&mut table, &programs, taken, row);
    table.markdown()
}

fn row(program: &Program, bursts: &[Burst]) -> Row {
    let time = Spread::of(bursts.iter().map(|it| it.time).collect());
    let unread = bursts.iter().map(|it| it.unread).max().unwrap_or_default();
    let all_answer = bursts.iter().all(|it| it.answers);
    let written = bursts.iter().map(|it| it.bytes).max().unwrap_or_default();
    let times = [time.median, time.least].map(crate::stats::figure);
    let rest = [unread.to_string(), if all_answer { "yes" } else { "no" }.to_owned(), written.to_string()];
    let row = Row::of(program, time.median, times.into_iter().chain(rest).collect());
    Row { main: row.main.filter(|_| unread == 0), ..row }
}

fn burst(program: &Program) -> Result<Burst, String> {
    let (mut tty, _) = program.at_list()?;
    let (slave, before, started) = (tty.open_slave(), tty.written(), Instant::now());
    write_all(&mut tty, &(0..KEYS).flat_map(moves).copied().collect::<Vec<u8>>());
    let over = Watch::new(&tty).until_over(&mut tty, &slave, started);
    if !tty.is_alive() {
        return Err("it ended".to_owned());
    }
    let (unread, bytes) = (unread(&slave), tty.written() - before);
    // At one end of the list one of them changes nothing.
    let answers = [DOWN, UP].iter().any(|key| {
        tty.type_keys(key);
        tty.answer(Duration::from_secs(2)).is_some()
    });
    Ok(Burst { time: millis(over.duration_since(started)), unread, answers, bytes })
}

/// Writes on whenever there is room, and reads meanwhile.
fn write_all(tty: &mut Tty, keys: &[u8]) {
    let (started, mut written) = (Instant::now(), 0);
    while written < keys.len() && started.elapsed() < AT_MOST {
        tty.is_ready(PollFlags::IN | PollFlags::OUT, LOOK);
        tty.read(Duration::ZERO);
        let piece = keys.len().min(written + PIECE);
        written += tty.offer(&keys[written..piece]);
    }
}

/// Bytes that the program has not read.
fn unread(slave: &File) -> u64 {
    ioctl_fionread(slave).expect("a terminal tells what waits in it")
}

/// When a program last did something.
struct Watch {
    active: Instant,
    /// When all keys were read; the count can be 0 for a moment while bytes are on their way, and rise again.
    is_read: bool,
    looked: Instant,
    cpu: Duration,
}

impl Watch {
    fn new(tty: &Tty) -> Self {
        let now = Instant::now();
        Self { active: now, is_read: false, looked: now, cpu: proc::cpu(tty.pid).unwrap_or_default() }
    }

    /// The moment of the last thing that it did.
    fn until_over(mut self, tty: &mut Tty, slave: &File, started: Instant) -> Instant {
        let patience = |is_read| if is_read { OVER } else { ASLEEP };
        while self.active.elapsed() < patience(self.is_read) && started.elapsed() < AT_MOST && tty.is_alive()
        {
            if let Some(came) = tty.read(Duration::from_millis(5))
                && tty.is_news()
            {
                self.active = came;
            }
            self.look_at_keys(slave);
            self.look_at_work(tty);
        }
        self.active
    }

    fn look_at_keys(&mut self, slave: &File) {
        let is_read = unread(slave) == 0;
        if is_read && !self.is_read {
            self.active = Instant::now();
        }
        self.is_read = is_read;
    }

    fn look_at_work(&mut self, tty: &Tty) {
        let since = self.looked.elapsed();
        if since < LOOK {
            return;
        }
        let cpu = proc::cpu(tty.pid).unwrap_or_default();
        if cpu.saturating_sub(self.cpu) * 10 > since {
            self.active = Instant::now();
        }
        (self.looked, self.cpu) = (Instant::now(), cpu);
    }
}
