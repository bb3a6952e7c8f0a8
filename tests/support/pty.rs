//! A program in a real pty, in a fresh home and with a known environment.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use filedescriptor::FileDescriptor;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::DEADLINE;
use super::terminal::Terminal;

/// A program about to be started. The environment is empty but for what is set here.
pub struct Launch {
    command: CommandBuilder,
    home: TempDir,
    columns: u16,
    rows: u16,
}

impl Launch {
    pub fn new(program: impl AsRef<Path>) -> Self {
        let home = tempfile::tempdir().expect("a fresh home");
        let mut command = CommandBuilder::new(program.as_ref());
        command.env_clear();
        command.cwd(home.path());
        command.env("HOME", home.path());
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        Self { command, home, columns: 80, rows: 24 }
    }

    pub fn arg(mut self, arg: &str) -> Self {
        self.command.arg(arg);
        self
    }

    pub fn args(mut self, args: &[&str]) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        (self.columns, self.rows) = (columns, rows);
        self
    }

    /// The home of the program, to put files into before it starts.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn spawn(self) -> Pty {
        Pty::spawn(self)
    }
}

/// What reader thread and test share.
struct Shared {
    seen: Mutex<Seen>,
    news: Condvar,
}

struct Seen {
    terminal: Terminal,
    /// The reader is done: the program's side is closed, or ours is.
    ended: bool,
}

/// The running program and its terminal. Dropping it kills the program.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    /// `None` after [`Pty::hang_up`]; the reader holds its own.
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: Option<FileDescriptor>,
    /// Kept open, so that the modes outlive the program.
    slave: Option<Box<dyn SlavePty + Send>>,
    reader: Option<JoinHandle<()>>,
    /// Written to stop the reader.
    closing: UnixStream,
    shared: Arc<Shared>,
    home: TempDir,
    modes_before: String,
    modes_after: Option<String>,
    pid: u32,
    exit: Option<u32>,
}

impl Pty {
    fn spawn(launch: Launch) -> Self {
        let pair = native_pty_system().openpty(size(launch.columns, launch.rows)).expect("a pty");
        let raw = pair.master.as_raw_fd().expect("a descriptor");
        let keyboard = FileDescriptor::dup(&raw).expect("a duplicate");
        let screen = FileDescriptor::dup(&raw).expect("a duplicate");
        let modes_before = modes(&keyboard);
        let child = pair.slave.spawn_command(launch.command).expect("the program starts");
        let terminal = Terminal::new(launch.columns, launch.rows);
        let seen = Mutex::new(Seen { terminal, ended: false });
        let shared = Arc::new(Shared { seen, news: Condvar::new() });
        let (closing, closed) = UnixStream::pair().expect("a socket pair");
        let for_reader = Arc::clone(&shared);
        let reader = std::thread::spawn(move || read_all(screen, &closed, &for_reader));
        Self {
            pid: child.process_id().expect("a process"),
            child,
            master: Some(pair.master),
            keyboard: Some(keyboard),
            slave: Some(pair.slave),
            reader: Some(reader),
            closing,
            shared,
            home: launch.home,
            modes_before,
            modes_after: None,
            exit: None,
        }
    }

    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// The home folder of the program; it goes with the `Pty`.
    pub fn home(&self) -> PathBuf {
        self.home.path().to_path_buf()
    }

    /// Types `keys`, as they are.
    pub fn send(&mut self, keys: &str) {
        self.send_bytes(keys.as_bytes());
    }

    pub fn send_bytes(&mut self, keys: &[u8]) {
        let keyboard = self.keyboard.as_mut().expect("the terminal is there");
        keyboard.write_all(keys).expect("the program's terminal takes keys");
    }

    /// Pastes `text` as a terminal does that was asked for bracketed paste.
    pub fn paste(&mut self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.seen().terminal.resize(columns, rows);
        let master = self.master.as_ref().expect("the terminal is there");
        master.resize(size(columns, rows)).expect("a pty has a size");
    }

    /// Sends a signal by its name without SIG.
    pub fn signal(&self, name: &str) {
        let number = match name {
            "TERM" => Signal::TERM,
            "HUP" => Signal::HUP,
            "INT" => Signal::INT,
            "QUIT" => Signal::QUIT,
            "TSTP" => Signal::TSTP,
            "STOP" => Signal::STOP,
            "CONT" => Signal::CONT,
            "KILL" => Signal::KILL,
            other => panic!("no signal of that name here: {other}"),
        };
        kill_process(self.process(), number).expect("the program is there");
    }

    /// The text on the screen.
    pub fn screen(&self) -> String {
        self.seen().terminal.text()
    }

    /// Every byte that the program has written.
    pub fn raw(&self) -> Vec<u8> {
        self.seen().terminal.raw().to_vec()
    }

    /// Looks at the replayed terminal: modes, colours, cursor, scrollback.
    pub fn look<T>(&self, at: impl FnOnce(&mut Terminal) -> T) -> T {
        at(&mut self.seen().terminal)
    }

    /// Bytes that were typed and that the program has not taken from its terminal.
    pub fn unread(&self) -> u64 {
        use rustix::fs::{Mode, OFlags, open};
        let name = self.master.as_ref().and_then(|master| master.tty_name()).expect("the terminal is there");
        let flags = OFlags::RDONLY | OFlags::NOCTTY | OFlags::CLOEXEC;
        let terminal = open(name, flags, Mode::empty()).expect("the terminal is there");
        rustix::io::ioctl_fionread(terminal).expect("a terminal counts what waits in it")
    }

    /// The modes of the program's terminal (termios), as text that can be compared.
    pub fn termios(&self) -> String {
        match (&self.modes_after, &self.keyboard) {
            (Some(modes), _) => modes.clone(),
            (None, Some(keyboard)) => modes(keyboard),
            (None, None) => panic!("the terminal is gone"),
        }
    }

    /// Sets the modes of a plain shell behind the program's back, as a shell does when its job is stopped.
    pub fn set_cooked(&self) {
        use rustix::termios::{InputModes, LocalModes, OptionalActions, OutputModes, tcgetattr, tcsetattr};
        let tty = self.keyboard.as_ref().expect("the terminal is there");
        let mut modes = tcgetattr(tty).expect("a terminal has modes");
        modes.local_modes |= LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        modes.input_modes |= InputModes::ICRNL;
        modes.output_modes |= OutputModes::OPOST;
        tcsetattr(tty, OptionalActions::Now, &modes).expect("modes can be set");
    }

    /// The modes before the program started.
    pub fn termios_before(&self) -> &str {
        &self.modes_before
    }

    /// Waits until the terminal is as `condition` wants it; fails with the screen's text.
    #[track_caller]
    pub fn wait_for(&self, what: &str, mut condition: impl FnMut(&mut Terminal) -> bool) {
        let start = Instant::now();
        let mut seen = self.seen();
        while !condition(&mut seen.terminal) {
            let waited = start.elapsed();
            if waited >= DEADLINE || seen.ended {
                let end = if seen.ended { "the program has closed its terminal" } else { "time is up" };
                let text = seen.terminal.text();
                drop(seen);
                panic!("waiting for {what}, but {end}; the screen:\n{text}");
            }
            let rest = DEADLINE.saturating_sub(waited);
            seen = self.shared.news.wait_timeout(seen, rest).expect("no reader panics").0;
        }
    }

    #[track_caller]
    pub fn wait_text(&self, text: &str) {
        self.wait_for(&format!("{text:?}"), |terminal| terminal.text().contains(text));
    }

    /// Waits until the text is on the screen no more.
    #[track_caller]
    pub fn wait_gone(&self, text: &str) {
        self.wait_for(&format!("{text:?} to go"), |terminal| !terminal.text().contains(text));
    }

    /// Waits for the end and for the last byte; gives the exit code (128 + n after signal n).
    #[track_caller]
    pub fn wait_exit(&mut self) -> u32 {
        if let Some(code) = self.exit {
            return code;
        }
        let start = Instant::now();
        while !self.try_reap() {
            assert!(start.elapsed() < DEADLINE, "the program does not end; the screen:\n{}", self.screen());
            std::thread::sleep(Duration::from_millis(2));
        }
        self.modes_after = self.keyboard.as_ref().map(modes);
        // The last holder of the program's side lets go, so that the reader comes to the end.
        self.slave = None;
        let rest = |seen: &mut Seen| !seen.ended;
        let drained = self.shared.news.wait_timeout_while(self.seen(), Duration::from_secs(2), rest);
        drop(drained);
        self.exit.expect("it has ended")
    }

    /// Takes the terminal away, as a closed window or a cut connection does.
    pub fn hang_up(&mut self) {
        self.stop_reader();
        self.keyboard = None;
        self.slave = None;
        self.master = None;
    }

    fn try_reap(&mut self) -> bool {
        let status = self.child.try_wait().expect("the program can be waited for");
        if let Some(status) = status {
            self.exit = Some(status.exit_code());
        }
        self.exit.is_some()
    }

    fn process(&self) -> Pid {
        Pid::from_raw(self.pid.cast_signed()).expect("a process")
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen.lock().expect("no reader panics")
    }

    fn stop_reader(&mut self) {
        if let Some(reader) = self.reader.take() {
            let _ = self.closing.write_all(b".");
            let _ = reader.join();
        }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if self.exit.is_none() {
            let _ = kill_process(self.process(), Signal::KILL);
            let _ = self.child.wait();
        }
        self.stop_reader();
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn modes(tty: &FileDescriptor) -> String {
    format!("{:?}", rustix::termios::tcgetattr(tty).expect("a terminal has modes"))
}

/// The reader thread: feeds the terminal until either side closes.
fn read_all(mut screen: FileDescriptor, closed: &UnixStream, shared: &Shared) {
    let mut chunk = [0; 16 * 1024];
    while readable(&screen, closed) {
        // EIO is how Linux tells that the program's side is closed.
        let Ok(count @ 1..) = screen.read(&mut chunk) else { break };
        let answer = shared.seen.lock().expect("no test panics with it").terminal.take(&chunk[..count]);
        shared.news.notify_all();
        let _ = screen.write_all(&answer);
    }
    shared.seen.lock().expect("no test panics with it").ended = true;
    shared.news.notify_all();
}

fn readable(screen: &FileDescriptor, closed: &UnixStream) -> bool {
    let asked = |fd| PollFd::from_borrowed_fd(fd, PollFlags::IN);
    let mut both = [asked(screen.as_fd()), asked(closed.as_fd())];
    while poll(&mut both, None).is_err() {}
    both[1].revents().is_empty()
}
