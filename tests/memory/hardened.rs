//! The real binary writes no core, and nobody but root looks into it; a release build knows no way around that.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tokenscope::selfaudit::memory::{CannotLook, Needle, scan};

use crate::bench::{RELEASE, binary};
use crate::child::{assert_passes, folder, is_root, ordinary_child};
use crate::console::BINARY;
use crate::secrets::api_key;
use crate::support::{Launch, Pty, proc};

/// The variable by which a test build lets its user look.
const DUMPABLE: &str = "TOKENSCOPE_TEST_DUMPABLE";

fn started(program: &Path, dumpable: &str) -> Pty {
    let pty = Launch::new(program).env(DUMPABLE, dumpable).spawn();
    pty.wait_text("EMULATOR");
    pty
}

fn look(pty: &Pty) -> Result<usize, CannotLook> {
    scan(pty.pid(), &[Needle::new("nobody has it", api_key()).unwrap()]).map(|found| found.len())
}

#[test]
fn no_core_of_the_console_is_written() {
    let pty = started(&binary(), "0");
    assert_eq!(proc::limit(pty.pid(), "Max core file size")[..2], ["0", "0"]);
}

/// As an ordinary user, since root may look into everything.
fn assert_hardened(program: &Path, opens: bool) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("tokenscope");
    std::fs::copy(program, &copy).unwrap();
    std::fs::set_permissions(&copy, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::write(folder.path().join("opens"), opens.to_string()).unwrap();
    assert_passes(ordinary_child("hardened::a_user_looks_into_a_console_of_his_own", folder.path()));
}

#[test]
fn nobody_looks_into_the_console_and_that_is_no_clean_look() {
    assert_hardened(Path::new(BINARY), cfg!(debug_assertions));
}

#[test]
#[ignore = "the part of the other tests that root must not run"]
fn a_user_looks_into_a_console_of_his_own() {
    let Some(folder) = folder() else { return };
    assert!(!is_root());
    let program = folder.join("tokenscope");
    assert_eq!(look(&started(&program, "0")), Err(CannotLook::Forbidden));
    let opens = std::fs::read_to_string(folder.join("opens")).unwrap() == "true";
    let asked = if opens { Ok(0) } else { Err(CannotLook::Forbidden) };
    assert_eq!(look(&started(&program, "1")), asked);
}

fn knows_the_variable(program: &Path) -> bool {
    let bytes = std::fs::read(program).unwrap();
    bytes.windows(DUMPABLE.len()).any(|window| window == DUMPABLE.as_bytes())
}

/// Under `cargo test --release` it is the absence that is held, and this build is its control.
#[test]
fn a_build_knows_the_variable_only_with_debug_assertions() {
    assert_eq!(knows_the_variable(Path::new(BINARY)), cfg!(debug_assertions));
}

#[test]
#[ignore = "needs a release build, named by TOKENSCOPE_TEST_RELEASE"]
fn a_release_build_does_not_know_the_variable_and_stays_closed() {
    let release = PathBuf::from(std::env::var_os(RELEASE).expect("a release build is named"));
    assert!(!knows_the_variable(&release));
    assert_hardened(&release, false);
}
