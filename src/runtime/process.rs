//! The process's own hardening: no core file, and no other process of the user may look into memory.
//!
//! Called before anything else, so that no secret is ever held by a process that can be dumped. Limits:
//! root, and what the kernel swaps out. Tested in `tests/pty_terminal.rs`, and on the real binary in `tests/memory.rs`.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Lets a test look into the process's memory as an ordinary user. Only builds with debug assertions
/// know the name.
#[cfg(debug_assertions)]
const TEST_DUMPABLE: &str = "TOKENSCOPE_TEST_DUMPABLE";

/// Sets the core size to 0 for us and for our children, and on Linux makes this process not dumpable.
///
/// # Errors
/// The kernel refuses; a console that goes on would break a promise, so the caller should not.
pub fn harden() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    if !dumpable_for_a_test() {
        forbid_dumping()?;
    }
    Ok(())
}

/// Lets the process that audits this one look into its memory: for a console that talks to nobody but an emulator.
///
/// # Errors
/// The kernel refuses.
#[cfg(target_os = "linux")]
pub fn open_to_auditor() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Ok(set_dumpable_behavior(DumpableBehavior::Dumpable)?)
}

/// On macOS there is nothing that could be opened.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Linux")]
pub fn open_to_auditor() -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
fn forbid_dumping() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// macOS guards task ports by entitlement instead; a core file is already ruled out above.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as on Linux")]
fn forbid_dumping() -> io::Result<()> {
    Ok(())
}

#[cfg(debug_assertions)]
fn dumpable_for_a_test() -> bool {
    std::env::var_os(TEST_DUMPABLE).is_some_and(|value| value == "1")
}

#[cfg(not(debug_assertions))]
const fn dumpable_for_a_test() -> bool {
    false
}

/// A release build that could be talked into it does not compile: whoever asks the environment is no constant.
#[cfg(not(debug_assertions))]
const _: () = assert!(!dumpable_for_a_test());
