//! The real `self-audit`: clean on this build, and a failure where it could not look.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::process::{Command, Output};

fn audit(words: &[&str], set: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tokenscope"));
    command.arg("self-audit").args(words).envs(set.iter().copied()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn this_build_is_clean_at_every_sink() {
    let audited = audit(&["--format", "json"], &[]);
    let (told, said) = (text(&audited.stdout), text(&audited.stderr));
    let document: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&told).unwrap();
    assert_eq!(audited.status.code(), Some(0), "{told}{said}");
    assert_eq!(document["verdict"], "clean");
    let sinks = document["sinks"].as_array().unwrap();
    for sink in sinks {
        assert_eq!(sink["control_found"], sink["control_of"], "{sink}");
        assert!(sink["found"].as_array().unwrap().is_empty() && sink["looked_at"] == true, "{sink}");
    }
    let named = |part: &str| sinks.iter().any(|sink| sink["sink"].as_str().unwrap().contains(part));
    for part in [
        "screen",
        "scrollback",
        "OSC 52",
        "fetch",
        "diagnose FILE --format text",
        "diagnose FILE --format json",
        "diagnose FILE --format markdown",
        "redact FILE",
        "lint FILE --format text",
        "lint FILE --format json",
        "batch, .csv",
        "report of batch, .csv",
        "report of batch, .jsonl",
        "history list",
        "history show 1",
        "history show 1 --format json",
        "history verify",
        "history verify --format json",
        "history purge, by its typed word",
        "history list, purged",
        "export",
        "database",
        "log",
        "panic in the loop",
        "panic on a thread",
    ] {
        assert!(named(part), "{part}: {told}");
    }
}

#[test]
fn an_audit_that_could_not_look_fails_and_says_why() {
    let audited = audit(&[], &[("TMPDIR", "/dev/null/none")]);
    let told = text(&audited.stdout);
    assert_eq!(audited.status.code(), Some(1), "{told}");
    assert!(told.contains("NOT LOOKED AT: no temporary folder") && told.contains("NOT PROVEN"), "{told}");
}

/// The parts of an audit start only where an emulator answers: nobody can use them on real cards.
#[test]
fn the_console_that_an_auditor_may_look_into_takes_no_profile_but_an_emulators() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config.toml");
    let profile = "[profiles.real]\nenvironment = \"sandbox\"\nmerchant_id = \"acme\"\nversion = \"2023-01-01\"\nkey = { env = \"NONE\" }\n";
    std::fs::write(&config, profile).unwrap();
    for role in ["console", "panic-in-loop", "panic-on-thread"] {
        let refused = audit(
            &["--as", role, "--config", config.to_str().unwrap()],
            &[("HOME", home.path().to_str().unwrap())],
        );
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stderr));
        assert!(text(&refused.stderr).contains("plays with an emulator only"), "{}", text(&refused.stderr));
    }
}
