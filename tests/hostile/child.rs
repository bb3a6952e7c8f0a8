//! Runs one test again in a process of its own, with an environment of its own.

use std::ffi::OsStr;
use std::process::Command;

/// What the parent tells the child; its presence makes the child.
const TOLD: &str = "TOKENSCOPE_TEST_CHILD";

/// In the child: what the parent told it. In the parent: nothing.
pub fn told() -> Option<String> {
    std::env::var(TOLD).ok()
}

/// Runs the test `name` of this binary again under `environment` and fails when it fails.
pub fn run(name: &str, told: &str, environment: &[(&str, &OsStr)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--nocapture"]).env(TOLD, told);
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        command.env_remove(name);
    }
    let out = command.envs(environment.iter().copied()).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success() && text.contains("1 passed"), "{name} failed in its own process:\n{text}");
}
