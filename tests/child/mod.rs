//! Runs an `#[ignore]`d test of the same binary as a process of its own, with a folder that both know.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::os::unix::fs::{MetadataExt as _, PermissionsExt, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const FOLDER: &str = "TOKENSCOPE_TEST_FOLDER";

/// Somebody who is neither root nor us.
pub(crate) const NOBODY: u32 = 65_534;

/// The folder that the parent named; `None` where the test was not started by [`child`], and then it has nothing to do.
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// The command that runs the named test in its own process.
pub(crate) fn child(name: &str, folder: &Path) -> Command {
    command(std::env::current_exe().unwrap(), name, folder)
}

/// As [`child`], but never as root, whom no mode stops; the folder is given to whoever runs it.
pub(crate) fn ordinary_child(name: &str, folder: &Path) -> Command {
    if !is_root() {
        return child(name, folder);
    }
    let program = folder.join("test-program");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    for path in std::iter::once(folder.to_path_buf()).chain(below(folder)) {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let mut command = command(program, name, folder);
    command.uid(NOBODY).gid(NOBODY);
    command
}

/// Runs the child to its end; a name that matches no test does not pass.
pub(crate) fn assert_passes(mut command: Command) {
    let output = command.output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains(" 1 passed;"), "{said}");
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The permission bits of a path.
pub(crate) fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

/// Every file and folder below a folder.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths.extend(below(&path));
        }
        paths.push(path);
    }
    paths
}

fn command(program: PathBuf, name: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args([name, "--exact", "--ignored", "--nocapture"]).env(FOLDER, folder);
    command
}
