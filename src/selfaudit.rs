//! `self-audit`: shows on the user's own machine that nothing leaks, with fresh secrets and the real program.
//!
//! ```text
//! marker   fresh secrets, planted in answers in every encoding     search, encode   how to find them again
//! house    a temporary home, our binary in it, an emulator in another process
//! pty      a terminal for the console     drive   the keys of an operator     headless   the commands
//! sink     what came out somewhere, searched, with a positive control
//! memory   the search of another process's memory     recall   what the console's process remembers
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
pub mod memory;
mod pty;
mod recall;
pub mod report;
pub mod search;
pub mod sink;

use drive::Driver;
use house::{House, Role};
use marker::{Marker, Markers};
use recall::Recall;
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
    /// The console's memory.
    #[error("{0}")]
    Memory(memory::CannotLook),
}

impl From<memory::CannotLook> for CannotLook {
    fn from(fault: memory::CannotLook) -> Self {
        Self::Memory(fault)
    }
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

/// What every part of the audit works with.
struct Scene {
    house: House,
    markers: Markers,
    all: Vec<Marker>,
}

impl Scene {
    fn set() -> Result<Self, CannotLook> {
        let markers = Markers::fresh()?;
        Ok(Self { house: House::build(&markers)?, all: markers.all(), markers })
    }

    fn start(&self, role: Role) -> Result<Driver<'_>, CannotLook> {
        let mut driver = Driver::start(&self.house, role, &self.markers, &self.all)?;
        driver.ask()?;
        Ok(driver)
    }

    fn search(&self, sinks: &[Sink]) -> Vec<Searched> {
        sinks.iter().map(|sink| sink.search(&self.all)).collect()
    }
}

/// A part of the audit.
type Part = fn(&Scene) -> Result<Vec<Searched>, CannotLook>;

/// The parts in their order: files are read when everything has written what it writes, and before the purge empties them.
const PARTS: [Part; 6] = [console, headless::run, panics, crash, files::run, headless::purge];

/// Runs the whole audit. A part that could not look does not keep the others from looking.
pub fn run() -> Audit {
    let mut audit = Audit::default();
    match Scene::set() {
        Err(fault) => audit.missed.push(fault),
        Ok(scene) => PARTS.iter().for_each(|part| match part(&scene) {
            Ok(sinks) => audit.sinks.extend(sinks),
            Err(fault) => audit.missed.push(fault),
        }),
    }
    audit
}

/// The main job in the console, from the first key to the quit.
fn console(scene: &Scene) -> Result<Vec<Searched>, CannotLook> {
    let mut driver = scene.start(Role::Console)?;
    driver.look_around()?;
    driver.reveal()?;
    let recall = Recall::while_revealed(driver.pid(), &scene.markers)?;
    driver.mask("screen, masked again")?;
    driver.identify()?;
    driver.export()?;
    driver.copy()?;
    driver.ask_for_refusal()?;
    driver.clear()?;
    let remembered = recall.when_dropped()?;
    let mut searched = scene.search(&driver.quit()?);
    searched.push(remembered);
    Ok(searched)
}

/// A panic whose payload holds the key, on the loop and on another thread.
fn panics(scene: &Scene) -> Result<Vec<Searched>, CannotLook> {
    let mut sinks = Vec::new();
    for (role, keys, name) in [
        (Role::PanicInLoop, ["Y", "\r"], "terminal after a panic in the loop"),
        (Role::PanicOnThread, ["x", "\r"], "terminal after a panic on a thread"),
    ] {
        sinks.extend(scene.start(role)?.panic(&keys, name)?);
    }
    Ok(scene.search(&sinks))
}

/// A crash while the cryptogram is revealed; what it leaves is among the files.
fn crash(scene: &Scene) -> Result<Vec<Searched>, CannotLook> {
    scene.start(Role::Console)?.crash()?;
    Ok(Vec::new())
}
