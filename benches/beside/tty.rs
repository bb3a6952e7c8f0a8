//! One program in one terminal, and every byte of it with its moment.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use filedescriptor::FileDescriptor;
use portable_pty::{Child, MasterPty, PtySize, native_pty_system};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};

use crate::program::Program;
use crate::queries::Queries;
use crate::screen::Screen;

/// Columns and rows.
pub const SIZE: (u16, u16) = (120, 36);

/// How long a program has to show what is waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// Once something came, the screen is replayed in the first pause of this length.
const PAUSE: Duration = Duration::from_millis(15);

/// How long a program has to take its keys, and to end by itself.
const FAREWELL: Duration = Duration::from_secs(2);

/// A running program. Dropping it ends the program.
pub struct Tty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    terminal: FileDescriptor,
    slave: PathBuf,
    queries: Queries,
    bytes: Vec<u8>,
    /// When each read returned, and where its bytes end.
    ends: Vec<(Instant, usize)>,
    /// Writes up to this size are a tick of the program and no answer to anything.
    tick: usize,
    closed: bool,
    pub pid: u32,
    /// Right before the program was started.
    pub started: Instant,
}

impl Tty {
    pub fn start(program: &Program) -> Self {
        let (columns, rows) = SIZE;
        let pair = native_pty_system().openpty(size(columns, rows)).expect("a terminal");
        let descriptor = pair.master.as_raw_fd().expect("a descriptor");
        let mut terminal = FileDescriptor::dup(&descriptor).expect("a duplicate");
        terminal.set_non_blocking(true).expect("a descriptor takes flags");
        let slave = pair.master.tty_name().expect("the terminal has a name");
        let command = program.in_terminal();
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the program starts");
        Self {
            pid: child.process_id().expect("a process"),
            child,
            master: pair.master,
            terminal,
            slave,
            queries: Queries::default(),
            bytes: Vec::new(),
            ends: Vec::new(),
            tick: program.tick,
            closed: false,
            started,
        }
    }

    /// How often something came.
    pub fn chunks(&self) -> usize {
        self.ends.len()
    }

    /// One of the chunks, and when it came.
    pub fn chunk(&self, at: usize) -> (Instant, &[u8]) {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before].1);
        let (came, end) = self.ends[at];
        (came, &self.bytes[start..end])
    }

    /// Bytes that came so far.
    pub fn written(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }

    /// Types bytes, and reads on where the terminal takes no more of them; a program that never reads them loses them.
    pub fn type_keys(&mut self, mut keys: &[u8]) {
        let started = Instant::now();
        while !keys.is_empty() && !self.closed && started.elapsed() < FAREWELL {
            let taken = self.offer(keys);
            keys = &keys[taken..];
            if taken == 0 {
                self.read(PAUSE);
            }
        }
    }

    /// Types what the terminal takes at once, and says how much that was.
    pub fn offer(&mut self, keys: &[u8]) -> usize {
        match self.terminal.write(keys) {
            Ok(taken) => taken,
            Err(fault) if fault.kind() == ErrorKind::WouldBlock => 0,
            Err(_) => {
                self.closed = true;
                0
            }
        }
    }

    /// Waits for one chunk and gives its moment.
    pub fn read(&mut self, within: Duration) -> Option<Instant> {
        if self.closed || !self.is_ready(PollFlags::IN, within) {
            return None;
        }
        let mut chunk = [0; 16 * 1024];
        let count = self.terminal.read(&mut chunk);
        let came = Instant::now();
        match count {
            Ok(count @ 1..) => self.take(&chunk[..count], came),
            Err(fault) if fault.kind() == ErrorKind::WouldBlock => return None,
            // EIO is how Linux tells that the program's side is closed.
            _ => self.closed = true,
        }
        (!self.closed).then_some(came)
    }

    fn take(&mut self, bytes: &[u8], came: Instant) {
        self.bytes.extend_from_slice(bytes);
        self.ends.push((came, self.bytes.len()));
        let answer = self.queries.answer(bytes);
        self.type_keys(&answer);
    }

    /// Waits until the terminal can be read or written.
    pub fn is_ready(&self, asked: PollFlags, within: Duration) -> bool {
        let within = Timespec::try_from(within).expect("a wait is short");
        let mut wanted = [PollFd::from_borrowed_fd(self.terminal.as_fd(), asked)];
        poll(&mut wanted, Some(&within)).is_ok_and(|ready| ready > 0)
    }

    /// Waits for output that is more than a tick.
    pub fn answer(&mut self, within: Duration) -> Option<Instant> {
        let until = Instant::now() + within;
        while Instant::now() < until && !self.closed {
            if let Some(came) = self.read(until.saturating_duration_since(Instant::now()))
                && self.is_news()
            {
                return Some(came);
            }
        }
        None
    }

    /// Whether the last chunk was more than a tick.
    pub fn is_news(&self) -> bool {
        self.chunks().checked_sub(1).is_some_and(|last| self.chunk(last).1.len() > self.tick)
    }

    /// Reads until nothing came for the gap, ticks aside, but no longer than the cap; gives the moment of the last output.
    pub fn quiet(&mut self, gap: Duration, cap: Duration) -> Option<Instant> {
        let start = Instant::now();
        let (mut last, mut seen) = (start, None);
        while last.elapsed() < gap && start.elapsed() < cap && !self.closed {
            if let Some(came) = self.read(gap.saturating_sub(last.elapsed()))
                && self.is_news()
            {
                (last, seen) = (came, Some(came));
            }
        }
        seen
    }

    /// Reads for so long, whatever comes.
    pub fn read_for(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until && !self.closed {
            self.read(until.saturating_duration_since(Instant::now()));
        }
    }

    /// Waits until the screen is as wanted, and gives the moment at which it first was.
    pub fn wait(&mut self, screen: &mut Screen, wanted: impl Fn(&str) -> bool) -> Option<Instant> {
        let start = Instant::now();
        loop {
            if let Some(came) = screen.replay(self, &wanted) {
                return Some(came);
            }
            if self.closed || start.elapsed() > PATIENCE {
                return None;
            }
            self.read(Duration::from_millis(500));
            self.quiet(PAUSE, PAUSE * 20);
        }
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        self.master.resize(size(columns, rows)).expect("a terminal has a size");
    }

    /// The program's side of the terminal, to ask how much it has not read.
    pub fn open_slave(&self) -> File {
        let flags = (OFlags::NOCTTY | OFlags::NONBLOCK).bits().cast_signed();
        File::options().read(true).write(true).custom_flags(flags).open(&self.slave).expect("it is open")
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        let pid = Pid::from_raw(self.pid.cast_signed()).expect("a process");
        let _ = kill_process(pid, Signal::TERM);
        let asked = Instant::now();
        while asked.elapsed() < FAREWELL && self.is_alive() {
            self.read(Duration::from_millis(5));
        }
        if self.is_alive() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: cols * 8, pixel_height: rows * 16 }
}
