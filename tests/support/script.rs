//! A shell script as a program of the test's own.

use std::path::Path;
use std::process::Command;

/// Puts a program there. It is written by a shell: were the file open for writing in this process, a program that another
/// test starts at this moment would inherit it, and a file that is being written to cannot be run.
pub fn script(path: &Path, text: &str) {
    let write = ["-c", r#"printf '#!/bin/sh\n%s\n' "$1" >"$0" && chmod 755 "$0""#];
    assert!(Command::new("sh").args(write).arg(path).arg(text).status().unwrap().success());
}
