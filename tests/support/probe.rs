//! A tiny console on the real pieces of the runtime, to prove them before anything else stands on them.
//!
//! It is the test binary itself, started again in a pty with [`launch`]: the test below then is the
//! program, and otherwise does nothing. Keys: `q` quits, `p` panics, `t` panics on a thread, `c` lends the
//! terminal to a shell that reads a line, `k` asks for a secret, `C` and `K` the same a little later, while the
//! reader waits for the next key, `i` interrupts itself, `w` panics while the screen is painted,
//! `r` repaints, `^Z` suspends; everything else is counted.

use std::process::Stdio;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::text::Text;
use ratatui::widgets::Widget as _;
use rustix::process::{Signal, getpid, kill_process};
use tokenscope::runtime::input::{Input, InputEvent};
use tokenscope::runtime::lend::{Lent, lend};
use tokenscope::runtime::prompt::prompt_secret;
use tokenscope::runtime::signals::{Signalled, Signals, stop_group, stop_self};
use tokenscope::runtime::terminal::Terminal;
use tokenscope::runtime::tty::Lost;
use tokenscope::runtime::{panics, process};
use tokio::process::Command;

use crate::support::{Launch, Pty};

const PROBE: &str = "TOKENSCOPE_PROBE";

/// Set: no signal is listened to, so that only the loss of the terminal can end the probe.
pub(crate) const DEAF: &str = "TOKENSCOPE_PROBE_DEAF";

/// What a panicking probe carries and nobody may ever see.
pub(crate) const PAYLOAD: &str = "4111-payload-of-the-panic";

/// The arguments and environment that turn this test binary into the probe.
pub(crate) const ARGS: [&str; 4] = ["probe::console", "--exact", "--nocapture", "--test-threads=1"];

pub(crate) fn launch() -> Launch {
    let this = std::env::current_exe().expect("a path of our own");
    Launch::new(this).args(&ARGS).env(PROBE, "1")
}

/// The probe, drawn and waiting.
pub(crate) fn start() -> Pty {
    let pty = launch().spawn();
    pty.wait_text("END OF PROBE");
    pty
}

#[test]
#[allow(clippy::disallowed_methods, reason = "libtest would print a summary over what is tested")]
fn console() {
    if std::env::var_os(PROBE).is_some() {
        process::harden().expect("hardened");
        panics::install();
        std::process::exit(panics::guard(run).into());
    }
}

fn run() -> u8 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { Probe::new().run().await })
}

struct Probe {
    terminal: Terminal,
    input: Input,
    signals: Option<Signals>,
    lost: Lost,
    keys: usize,
    last: String,
    note: String,
    paint_panics: bool,
    wish: Option<Wish>,
}

/// A loan that begins by itself, as one does that follows from an answer and not from a key.
#[derive(Clone, Copy)]
enum Wish {
    Shell,
    Secret,
}

/// Long enough for the reader's thread to be back at the terminal.
const WISH_TAKES: Duration = Duration::from_millis(20);

impl Probe {
    fn new() -> Self {
        let deaf = std::env::var_os(DEAF).is_some();
        Self {
            signals: (!deaf).then(|| Signals::listen().expect("signals")),
            terminal: Terminal::take(false).expect("a terminal"),
            input: Input::start().expect("input"),
            lost: Lost::watch().expect("a watch"),
            keys: 0,
            last: String::new(),
            note: hardening(),
            paint_panics: false,
            wish: None,
        }
    }

    async fn run(&mut self) -> u8 {
        loop {
            if self.draw().is_err() {
                return 11;
            }
            let ended = tokio::select! {
                biased;
                () = self.lost.wait() => Some(10),
                () = panics::raised() => Some(12),
                signalled = next_signal(&mut self.signals) => self.signalled(signalled),
                event = self.input.next() => match event {
                    Some(event) => self.happened(event).await,
                    None => Some(13),
                },
                () = tokio::time::sleep(WISH_TAKES), if self.wish.is_some() => self.grant().await,
            };
            if let Some(code) = ended {
                return code;
            }
        }
    }

    fn draw(&mut self) -> std::io::Result<()> {
        let (keys, last, note) = (self.keys, &self.last, &self.note);
        let text = format!("PROBE\nkeys={keys};\nlast={last};\nnote={note};\nEND OF PROBE");
        let panics = self.paint_panics;
        self.terminal.draw(|frame| {
            assert!(!panics, "{PAYLOAD}");
            let area = frame.area();
            Text::raw(text).render(area, frame.buffer_mut());
        })
    }

    fn signalled(&mut self, signalled: Signalled) -> Option<u8> {
        match signalled {
            Signalled::Ended(cause) => return Some(128 + cause.number()),
            Signalled::Suspended => {
                self.terminal.leave();
                stop_self();
            }
            Signalled::Resumed => self.terminal.resume().expect("the terminal is back"),
        }
        None
    }

    async fn happened(&mut self, event: InputEvent) -> Option<u8> {
        match event {
            InputEvent::Key(key) => return self.pressed(key).await,
            InputEvent::Pasted(text) => self.last = format!("paste of {}", text.len()),
            InputEvent::Resized { columns, rows } => self.last = format!("{columns}x{rows}"),
            InputEvent::FocusGained => self.last = "focus gained".into(),
            InputEvent::FocusLost => self.last = "focus lost".into(),
            InputEvent::Mouse(_) => self.last = "mouse".into(),
        }
        None
    }

    async fn pressed(&mut self, key: KeyEvent) -> Option<u8> {
        match key.code {
            KeyCode::Char('z') if key.modifiers == KeyModifiers::CONTROL => {
                self.terminal.leave();
                stop_group();
            }
            KeyCode::Char('q') => return Some(0),
            KeyCode::Char('p') => panic!("{PAYLOAD}"),
            KeyCode::Char('t') => drop(std::thread::spawn(|| panic!("{PAYLOAD}"))),
            KeyCode::Char('w') => self.paint_panics = true,
            KeyCode::Char('r') => self.terminal.full_repaint().expect("a terminal"),
            KeyCode::Char('i') => self.note = self.interrupted_after_a_loan().await,
            KeyCode::Char('C') => self.wish = Some(Wish::Shell),
            KeyCode::Char('K') => self.wish = Some(Wish::Secret),
            KeyCode::Char('c') => return self.lend_to(shell()).await,
            KeyCode::Char('k') => return self.lend_to(secret()).await,
            code => {
                self.keys += 1;
                self.last = format!("{code}");
            }
        }
        None
    }

    /// An interrupt that comes late from a loan, and behind it a signal that counts.
    async fn interrupted_after_a_loan(&mut self) -> String {
        let signals = self.signals.as_mut().expect("signals");
        signals.forget_keyboard();
        for number in [Signal::INT, Signal::CONT] {
            kill_process(getpid(), number).expect("signalled");
        }
        format!("{:?}", signals.next().await)
    }

    async fn grant(&mut self) -> Option<u8> {
        match self.wish.take()? {
            Wish::Shell => self.lend_to(shell()).await,
            Wish::Secret => self.lend_to(secret()).await,
        }
    }

    async fn lend_to(&mut self, borrower: impl Future<Output = String>) -> Option<u8> {
        let signals = self.signals.as_mut().expect("signals");
        match lend(&mut self.terminal, &mut self.input, signals, borrower).await.expect("lent") {
            Lent::Returned(note) => self.note = note,
            Lent::Ended(cause) => return Some(128 + cause.number()),
        }
        None
    }
}

async fn next_signal(signals: &mut Option<Signals>) -> Signalled {
    match signals {
        Some(signals) => signals.next().await,
        None => std::future::pending().await,
    }
}

/// Reads a line from the terminal as `pass show` with a pinentry does, and gives it on a pipe.
async fn shell() -> String {
    let script = r#"
        printf 'CHILD ASKS' >&2
        read -r line
        test "$line" = hide && stty -echo
        printf '%s' "$line""#;
    let mut command = Command::new("sh");
    command.args(["-c", script]).stdout(Stdio::piped()).kill_on_drop(true);
    let output = command.spawn().expect("a shell").wait_with_output().await.expect("it ends");
    format!("child got [{}]", String::from_utf8_lossy(&output.stdout))
}

/// A sum, as the secret itself must not come back.
async fn secret() -> String {
    match prompt_secret("PROMPT ASKS").await {
        Ok(secret) => {
            let sum: u32 = secret.iter().map(|byte| u32::from(*byte)).sum();
            format!("secret of {} bytes, sum {sum}", secret.len())
        }
        Err(error) => format!("no secret: {error:?}"),
    }
}

/// What only the process itself can tell where the tests run as root.
fn hardening() -> String {
    let core = rustix::process::getrlimit(rustix::process::Resource::Core);
    let dumpable = rustix::process::dumpable_behavior().expect("known");
    format!("core {:?} {:?}", core.maximum, dumpable)
}
