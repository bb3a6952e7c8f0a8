//! Instructions, as valgrind counts them: what a byte more costs, and what a start costs.
//!
//! Counts of one build differ by less than a hundredth, where times differ by as much as the machine is loaded.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::console::BINARY;

/// Of so many parts of what a byte of a small file costs, one may come on top in a large one.
const PARTS: u64 = 5;

const SMALL: usize = 4 * 1024;
const LARGE: usize = 32 * 1024;

/// Instructions of a whole run in this home.
fn instructions(home: &Path, words: &[&str]) -> u64 {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", BINARY]).args(words);
    command.env_clear().env("HOME", home).env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
    let output = command.current_dir(home).stdin(Stdio::null()).output();
    let output = output.expect("valgrind is there, as .ci/run installs it: apt-get install valgrind");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.stdout.is_empty(), "{words:?} has told something: {told}");
    let count = told.lines().find_map(|line| line.split("Collected : ").nth(1));
    count.and_then(|count| count.trim().parse().ok()).unwrap_or_else(|| panic!("no count: {told}"))
}

/// An answer with so many bytes of what the contract does not name, in fields of many sizes.
fn kept(filler: usize) -> String {
    let mut fields = String::new();
    while fields.len() < filler {
        let number = fields.len();
        fields += &format!("\"field_{number}\": \"{}\",", "value ".repeat(number % 7 + 1));
    }
    include_str!("../fixtures/contract_200.json").replacen('{', &format!("{{{fields}"), 1)
}

/// What a byte costs in thousandths of an instruction, with what the run costs over next to nothing taken off.
fn of_a_byte(words: &str, filler: usize, home: &Path, nothing: u64) -> u64 {
    let body = kept(filler);
    fs::write(home.join("kept.json"), &body).unwrap();
    (instructions(home, &[words, "kept.json"]) - nothing) * 1_000 / body.len() as u64
}

/// Reading twice as much costs twice as much.
#[track_caller]
fn assert_linear(words: &str) {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("nothing.json"), "{}").unwrap();
    let nothing = instructions(home.path(), &[words, "nothing.json"]);
    let [small, large] = [SMALL, LARGE].map(|filler| of_a_byte(words, filler, home.path(), nothing));
    println!(
        "{words}: {nothing} instructions over nothing; thousandths for a byte: {small} of {SMALL}, {large} of {LARGE}"
    );
    assert!(
        large < small + small / PARTS,
        "{words}: {small} for a byte of {SMALL} bytes, {large} of {LARGE}"
    );
}

#[test]
fn a_byte_more_to_redact_costs_as_much_as_the_one_before() {
    assert_linear("redact");
}

#[test]
fn a_byte_more_to_diagnose_costs_as_much_as_the_one_before() {
    assert_linear("diagnose");
}

/// A command that does next to nothing, and half as much again as it cost in a build without optimisation.
const STARTS: [(&[&str], u64); 2] = [(&["--version"], 7_600_000), (&["config", "check"], 17_600_000)];

#[test]
fn a_start_costs_no_more_instructions_than_it_did() {
    let home = tempfile::tempdir().unwrap();
    for (words, most) in STARTS {
        let count = instructions(home.path(), words);
        println!("{words:?}: {count} instructions");
        assert!(count < most, "{words:?}: {count}, {most} at most");
    }
}
