//! The real `console::run` over ports of the test's own: ones that panic, and a clock that jumps as one does whose machine slept.
//!
//! A fault of ours gives the terminal back and says one line, without the payload, which is made of whatever the failing code
//! had at hand. The program under test is this binary, started again in a pty.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod support;

use std::cell::Cell;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use support::{Launch, Pty};
use tokenscope::app::state::{Settings, State};
use tokenscope::config::demo_profile;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Exchange, RawReply, Reply, Timing};
use tokenscope::domain::guard::{ApiKey, Order};
use tokenscope::domain::history::{AuditRow, Deed, Entry, Found, Page};
use tokenscope::domain::profile::{KeySource, Profile};
use tokenscope::domain::trail::{Subject, Trace};
use tokenscope::log::Log;
use tokenscope::ports::{
    Clipboard, Clock, Configs, ExportFault, ExportForm, Exporter, Gateway, KeyFault, Keys, Ledger,
    LedgerFault, Purged, Report, ReportFault, Shelf,
};
use tokenscope::runtime::console::{self, Ended, Parts};
use tokenscope::runtime::desk::World;
use tokenscope::runtime::disk::Store;
use tokenscope::runtime::reload::Fresh;
use tokenscope::runtime::{panics, process};
use tokenscope::secret::{Masked, Moment, Needles, PrintKey, Secret};

/// Makes a probe of this binary and says what fails in it, by name.
const PROBE: &str = "TOKENSCOPE_PORTS_PROBE";

/// Once this file is in the home of the probe, its machine has slept.
const SLEPT: &str = "slept";
const SLEEP: Duration = Duration::from_secs(10);

/// What every panic carries and nobody may ever see.
const PAYLOAD: &str = "4111-payload-of-the-panic";

const SAMPLE: &str = include_str!("fixtures/contract_200.json");

/// Panics where it is the turn of this part.
fn fail(part: &str) {
    assert!(std::env::var(PROBE).as_deref() != Ok(part), "{PAYLOAD}");
}

/// As a part that works on a thread of its own.
fn fail_on_a_thread(part: &'static str) -> bool {
    let wanted = std::env::var(PROBE).as_deref() == Ok(part);
    if wanted {
        drop(std::thread::spawn(move || fail(part)));
    }
    wanted
}

struct Double;

impl Gateway for Double {
    async fn send(&self, _: &Order, _: &ApiKey) -> Reply {
        fail("gateway");
        if fail_on_a_thread("gateway thread") {
            pending::<()>().await;
        }
        let raw = RawReply { status: 200, headers: &[], body: SAMPLE.as_bytes() };
        Reply::Came(Exchange::read(&raw, None, Needles::default(), Timing::default()))
    }
}

impl Keys for Double {
    async fn fetch(&self, profile: &Profile) -> Result<ApiKey, KeyFault> {
        fail("keys");
        self.typed(profile, b"key")
    }

    async fn fetch_lent(&self, profile: &Profile) -> Result<ApiKey, KeyFault> {
        fail("keys lent");
        if fail_on_a_thread("keys lent thread") {
            pending::<()>().await;
        }
        self.typed(profile, b"key")
    }

    fn typed(&self, profile: &Profile, _: &[u8]) -> Result<ApiKey, KeyFault> {
        Ok(ApiKey::bind(profile, Secret::new("key")))
    }
}

impl Clipboard for Double {
    async fn copy(&self, _: &Masked, _: &str) -> Option<&'static str> {
        fail("clipboard");
        Some("a tool")
    }
}

impl Shelf for Double {
    fn open(&self, _: &str) -> Result<Box<dyn Report>, ReportFault> {
        fail("report");
        Err(ReportFault::Missing)
    }
}

impl Ledger for Double {
    fn print_key(&self) -> PrintKey {
        PrintKey::of(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &[1; 32]))
    }

    fn record(&mut self, _: &Entry) -> Result<i64, LedgerFault> {
        fail("record");
        Ok(1)
    }

    fn page(&mut self, _: &Page) -> Result<Vec<Entry>, LedgerFault> {
        Ok(Vec::new())
    }

    fn find(&mut self, _: &Page, _: u32) -> Result<Found, LedgerFault> {
        Ok(Found::default())
    }

    fn audit_ahead(&mut self, row: &AuditRow) -> Result<(), LedgerFault> {
        match row.deed {
            Deed::Send => fail("audit of a send"),
            Deed::Reveal => fail("audit of a reveal"),
            _ => {}
        }
        Ok(())
    }

    fn conclude(&mut self, ended: &AuditRow, entry: &Entry) -> Result<i64, LedgerFault> {
        self.audit_ahead(ended)?;
        self.record(entry)
    }

    fn settle(&mut self) -> Result<(), LedgerFault> {
        Ok(())
    }

    fn timeline(&mut self, _: &Subject) -> Result<Vec<Trace>, LedgerFault> {
        fail("timeline");
        Ok(Vec::new())
    }

    fn count(&mut self) -> Result<u64, LedgerFault> {
        Ok(0)
    }

    fn purge(&mut self) -> Result<Purged, LedgerFault> {
        Ok(Purged { rows: 0, is_overwritten: true })
    }

    fn has_gap(&mut self) -> Result<bool, LedgerFault> {
        fail("gap");
        Ok(false)
    }

    fn expire(&mut self, _: Stamp, _: u32) -> Result<u64, LedgerFault> {
        fail("expire");
        Ok(0)
    }
}

impl Configs for Double {
    type Fresh = Fresh<Double, Double>;

    async fn read(&self) -> Result<Self::Fresh, Masked> {
        fail("configs");
        Err(Masked::ours("config.toml:1: nothing"))
    }
}

impl Exporter for Double {
    fn write(&self, _: &Masked, _: ExportForm, _: Stamp) -> Result<PathBuf, ExportFault> {
        fail("exporter");
        Ok(PathBuf::from("written"))
    }
}

struct Ticking {
    start: Instant,
    asleep: Cell<bool>,
}

impl Clock for Ticking {
    fn moment(&self) -> Moment {
        let jumped = self.asleep.get();
        self.asleep.set(Path::new(SLEPT).exists());
        let late = std::env::var(PROBE).as_deref() == Ok("sleeps late");
        let slept = if jumped || (!late && self.asleep.get()) { SLEEP } else { Duration::ZERO };
        Moment(self.start.elapsed() + slept)
    }

    fn stamp(&self) -> Stamp {
        Stamp(1_795_430_000_000)
    }
}

fn parts() -> Parts<Double, Double, Ticking, Double, Double> {
    let mut profile = demo_profile("127.0.0.1:1".parse().unwrap(), "demo_merchant");
    if std::env::var(PROBE).is_ok_and(|part| part.starts_with("keys lent")) {
        profile.key = KeySource::Command { argv: vec!["none".into()], terminal: true };
    }
    let settings = Settings { reveal_for: Duration::from_secs(30), ..Settings::default() };
    let mut state = State::new(settings, vec![profile], 0);
    state.form.fill_sample();
    let open_store = || {
        fail("store");
        Store { ledger: Ok(Box::new(Double)), exporter: Box::new(Double), log: Log::off() }
    };
    let world = World {
        gateway: Rc::new(Double),
        keys: Rc::new(Double),
        who: Masked::ours("tester"),
        log: Log::off(),
    };
    Parts {
        state,
        world,
        clock: Ticking { start: Instant::now(), asleep: Cell::new(false) },
        clipboard: Rc::new(Double),
        open_store: Box::new(open_store),
        reports: Arc::new(Double),
        retention_days: 7,
        mouse: false,
        configs: Double,
    }
}

#[test]
fn probe() {
    if std::env::var_os(PROBE).is_some() {
        process::harden().unwrap();
        panics::install();
        std::process::exit(panics::guard(run).into());
    }
}

fn run() -> u8 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ended = runtime.block_on(console::run(parts())).unwrap().ended;
    runtime.shutdown_background();
    match ended {
        Ended::Quit => 0,
        Ended::Panicked => panics::EXIT_CODE,
        other => panic!("{other:?}"),
    }
}

fn start(part: &str) -> Pty {
    let this = std::env::current_exe().unwrap();
    let args = ["probe", "--exact", "--nocapture", "--test-threads=1"];
    Launch::new(this).args(&args).env(PROBE, part).spawn()
}

/// Presses keys like a person, each after the text that has to be there.
fn press(pty: &mut Pty, steps: &[(&str, &str)]) {
    for (text, key) in steps {
        pty.wait_text(text);
        std::thread::sleep(Duration::from_millis(60));
        pty.send(key);
    }
}

const SEND: (&str, &str) = ("juspaytest_cust", "s");
const USABLE: &str = "TOKEN into the payment";

#[test]
fn a_panic_of_any_part_gives_the_terminal_back_and_says_one_line_without_its_payload() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("store", &[]),
        ("expire", &[]),
        ("gap", &[]),
        ("keys", &[SEND]),
        ("keys lent", &[SEND]),
        ("keys lent thread", &[SEND]),
        ("gateway", &[SEND]),
        ("gateway thread", &[SEND]),
        ("audit of a send", &[SEND]),
        ("record", &[SEND]),
        ("audit of a reveal", &[SEND, (USABLE, "v")]),
        ("exporter", &[SEND, (USABLE, "x"), ("Export as Markdown", "\r")]),
        ("clipboard", &[SEND, (USABLE, "y"), ("secrets stay masked", "\r")]),
        ("report", &[("EMULATOR", "b"), ("The report of a batch", "x"), ("> x", "\r")]),
    ];
    for (part, steps) in cases {
        let mut pty = start(part);
        press(&mut pty, steps);
        assert_eq!(pty.wait_exit(), 1, "{part}");
        assert_eq!(pty.termios(), pty.termios_before(), "{part}");
        let said = pty.look(|terminal| {
            let screen = terminal.screen();
            assert!(!screen.alternate_screen() && !screen.hide_cursor(), "{part}");
            terminal.text_with_scrollback()
        });
        assert_eq!(said.matches(panics::CODE).count(), 1, "{part}: {said}");
        assert!(!said.contains("EMULATOR") && !said.contains("panicked"), "{part}: {said}");
        assert!(!String::from_utf8_lossy(&pty.raw()).contains(PAYLOAD), "{part}");
    }
}

#[test]
fn without_a_fault_the_same_keys_lead_to_the_end() {
    let mut pty = start("none");
    press(&mut pty, &[SEND, (USABLE, "v"), ("REVEALED", "x"), ("Export as Markdown", "\r")]);
    press(&mut pty, &[("Written to", "y"), ("secrets stay masked", "\r"), ("with a tool", "q")]);
    assert_eq!(pty.wait_exit(), 0, "{}", pty.screen());
}

#[test]
fn a_value_that_was_revealed_when_the_machine_fell_asleep_is_masked_before_its_countdown_goes_on() {
    // The jump is seen at the next tick, or only by the frame that the tick leads to.
    for probe in ["sleeps", "sleeps late"] {
        let mut pty = start(probe);
        press(&mut pty, &[SEND, (USABLE, "v")]);
        pty.wait_text("REVEALED");
        // Not while a frame is on its way: the next look at the clock is to be the one of a tick.
        std::thread::sleep(Duration::from_millis(300));
        std::fs::write(pty.home().join(SLEPT), "").unwrap();
        let mut drawn = None;
        pty.wait_for("the mask", |terminal| {
            let screen = terminal.text();
            let late = |left: &u64| screen.contains(&format!("REVEALED {left} s"));
            drawn = drawn.or_else(|| (0..=20).find(late));
            !screen.contains("REVEALED")
        });
        assert_eq!(drawn, None, "{probe}");
    }
}
