//! `self-audit`: shows on the user's own machine that nothing leaks, with fresh secrets and the real program.
//!
//! ```text
//! marker   fresh secrets, planted in answers in every encoding     search, encode   how to find them again
//! house    a temporary home, our binary in it, an emulator in another process
//! pty      a terminal for the console     drive   the keys of an operator     headless   the commands
//! sink     what came out somewhere, searched, with a positive control
//! ```
//!
//! Owns: the list of sinks, and what counts as having looked. A search that could not look, or whose positive control found
//! nothing, is a failure like a find. Must not know: how the product masks; it shares no code with it. Tested:
//! `tests/self_audit.rs` runs the real command, and against leaks that are put there on purpose.

mod drive;
pub mod encode;
mod files;
mod headless;
pub mod house;
pub mod marker;
mod pty;
pub mod report;
pub mod search;
pub mod sink;

use drive::Driver;
use house::{House, Role};
use marker::{Marker, Markers};
use sink::{Searched, Sink};

/// Why a part of the audit could not look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotLook {
    /// The system gave no random bytes.
    #[error("the system gave no random bytes for fresh secrets; try again")]
    NoRandom,
    /// No temporary home.
    #[error("no temporary folder could be made and filled; make room in TMPDIR, or name another")]
    NoFolder,
    /// Our own binary could not be started again.
    #[error("tokenscope could not start itself again; check that its file is still there and may be run")]
    NoProgram,
    /// The emulator beside us did not come up.
    #[error("the emulator did not start in a process beside it; check that 127.0.0.1 can be listened on")]
    NoEmulator,
    /// No pseudo-terminal.
    #[error("the system gave no pseudo-terminal for the console; check /dev/ptmx")]
    NoTerminal,
    /// A program ended before it should.
    #[error("a part of tokenscope ended early; run the audit again, and report it if that happens twice")]
    Ended,
    /// A step of the operator led nowhere.
    #[error("it could not {0} within 20 seconds; run the audit again on a machine that is less busy")]
    Step(&'static str),
    /// What was shown on purpose was not found.
    #[error(
        "the search did not find the {0} while it was on the screen on purpose, so its silence means nothing"
    )]
    Control(&'static str),
}

impl From<marker::NoRandom> for CannotLook {
    fn from(_: marker::NoRandom) -> Self {
        Self::NoRandom
    }
}

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// Every sink that was looked at.
    pub sinks: Vec<Searched>,
    /// What could not be looked at.
    pub missed: Vec<CannotLook>,
}

impl Audit {
    /// Whether every sink was looked at and nothing was found.
    pub fn is_clean(&self) -> bool {
        self.missed.is_empty() && !self.sinks.is_empty() && self.sinks.iter().all(Searched::is_clean)
    }
}

/// A part of the audit.
type Part = fn(&House, &Markers, &[Marker]) -> Result<Vec<Sink>, CannotLook>;

/// The parts in their order: files are read at the end, when everything has written what it writes.
const PARTS: [Part; 5] = [console, headless::run, panics, crash, files::run];

/// Runs the whole audit. A part that could not look does not keep the others from looking.
pub fn run() -> Audit {
    let mut audit = Audit::default();
    let built =
        Markers::fresh().map_err(CannotLook::from).and_then(|markers| Ok((House::build(&markers)?, markers)));
    let (house, markers) = match built {
        Ok(built) => built,
        Err(fault) => return Audit { missed: vec![fault], ..audit },
    };
    let all = markers.all();
    for part in PARTS {
        match part(&house, &markers, &all) {
            Ok(sinks) => audit.sinks.extend(sinks.iter().map(|sink| sink.search(&all))),
            Err(fault) => audit.missed.push(fault),
        }
    }
    audit
}

/// The main job in the console, from the first key to the quit.
fn console(house: &House, markers: &Markers, all: &[Marker]) -> Result<Vec<Sink>, CannotLook> {
    let mut driver = Driver::start(house, Role::Console, markers, all)?;
    driver.ask()?;
    driver.look_around()?;
    driver.reveal()?;
    driver.mask("screen, masked again")?;
    driver.identify()?;
    driver.export()?;
    driver.copy()?;
    driver.ask_for_refusal()?;
    driver.leave_profile()?;
    driver.quit()
}

/// A panic whose payload holds the key, on the loop and on another thread.
fn panics(house: &House, markers: &Markers, all: &[Marker]) -> Result<Vec<Sink>, CannotLook> {
    let mut sinks = Vec::new();
    for (role, keys, name) in [
        (Role::PanicInLoop, ["Y", "\r"], "terminal after a panic in the loop"),
        (Role::PanicOnThread, ["x", "\r"], "terminal after a panic on a thread"),
    ] {
        let mut driver = Driver::start(house, role, markers, all)?;
        driver.ask()?;
        sinks.extend(driver.panic(&keys, name)?);
    }
    Ok(sinks)
}

/// A crash while the cryptogram is revealed; what it leaves is among the files.
fn crash(house: &House, markers: &Markers, all: &[Marker]) -> Result<Vec<Sink>, CannotLook> {
    let mut driver = Driver::start(house, Role::Console, markers, all)?;
    driver.ask()?;
    driver.crash()?;
    Ok(Vec::new())
}
