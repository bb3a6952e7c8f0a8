//! `--order`: which functions a start, the screens and a call use, told as a script for the linker.
//!
//! A page of a program is in memory once one of its functions was called, and fifteen neighbours with it. What is used lies
//! scattered over all that is shipped, so that nearly all of it would be in memory; the script puts it side by side. Its
//! names end where a hash begins, so that they outlive a change of the code, of a crate and of the compiler.
//!
//! It wants `readelf`, and names in the binary: `CARGO_PROFILE_DIST_STRIP=none`. For x86-64 only; the script is for all.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::home::{CUSTOMER, Home, OURS, REFERENCE};
use crate::program::{DOWN, ENTER, Program, Step, UP};
use crate::world::{FEW, World};

/// The part that this program plays for it: [`crate::trace`].
pub const PART: &str = "--as-tracer";

/// What is done on the screens.
const KEYS: [&[u8]; 28] = [
    b"4", DOWN, UP, ENTER, b"2", b"e", b"a", b"\x7f", b"\x1b", b"s", b"3", b"j", b"k", b"v", b"V", b"r",
    b"\x1b", b"?", b"\x1b", b":", b"\x1b", b"/", b"c", b"\x1b", b"p", b"\x1b", b"x", b"\x1b",
];

/// Runs ours and prints the script.
pub fn print() {
    let world = World::make(Vec::new());
    let names = functions(Path::new(OURS));
    assert!(!names.is_empty(), "the binary has no names: build it with CARGO_PROFILE_DIST_STRIP=none");
    let mut told = HashSet::new();
    println!("/* Made by `cargo bench --profile dist --bench beside -- --order`, see build.rs beside it. */");
    println!("SECTIONS {{\n  .text.first : {{");
    for name in called(&world).iter().filter_map(|address| names.get(address)) {
        let pattern = pattern(name);
        if told.insert(pattern.clone()) {
            println!("    *(.text.{pattern})");
        }
    }
    // What the compiler takes for seldom is little, and some of it belongs to every start.
    println!("    *(.text.unlikely.*)\n  }}\n}} INSERT BEFORE .text;");
}

/// The addresses of what is called, in the order of the first calls: by a start, so that what rests holds little else, by
/// the emulator, on the screens, by a call without a screen, by a batch.
fn called(world: &World) -> Vec<u64> {
    let home = world.ours(FEW).home;
    home.write("home/cards.csv", &format!("card_reference,customer_id\n{REFERENCE},{CUSTOMER}\n"));
    let fetch = ["fetch", "--card-reference", REFERENCE, "--customer-id", CUSTOMER];
    let batch = ["batch", "cards.csv", "--out", "out.jsonl"];
    let mut all = [console(world, &[], &[]), console(world, &["--demo"], &[])].concat();
    all.extend(console(world, &[], &KEYS));
    all.extend([&fetch[..], &batch[..]].into_iter().flat_map(|words| headless(&home, words)));
    all
}

/// What the console calls with these words and keys.
fn console(world: &World, words: &[&str], keys: &[&'static [u8]]) -> Vec<u64> {
    let ours = world.ours(FEW);
    let argv = traced(&ours.home, words);
    let program = Program { argv, ready: "History".to_owned(), ..ours };
    let steps: Vec<Step> = keys.iter().map(|key| Step::Key(key)).collect();
    program.after(&steps).map(drop).expect("the console shows what it has to");
    told(&program.home)
}

/// What a command calls that ends by itself.
fn headless(home: &Home, words: &[&str]) -> Vec<u64> {
    let argv = traced(home, words);
    let mut command = Command::new(&argv[0]);
    command.args(&argv[1..]).env_clear().envs(home.environment()).current_dir(home.path("home"));
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("it starts");
    assert!(status.success(), "{words:?} ended with {status}");
    told(home)
}

/// Ours with these words, run by the tracer.
fn traced(home: &Home, words: &[&str]) -> Vec<OsString> {
    let this = std::env::current_exe().expect("this program");
    let mut argv: Vec<OsString> = vec![this.into(), PART.into(), out(home).into(), OURS.into()];
    argv.extend(words.iter().map(OsString::from));
    argv
}

fn out(home: &Home) -> PathBuf {
    home.path("called")
}

/// What the tracer wrote.
fn told(home: &Home) -> Vec<u64> {
    let text = fs::read_to_string(out(home)).expect("the tracer tells what was called");
    text.lines().map(|line| u64::from_str_radix(line, 16).expect("an address")).collect()
}

/// The functions of a program, by where they begin in its file.
pub fn functions(program: &Path) -> BTreeMap<u64, String> {
    let output = Command::new("readelf").arg("-sW").arg(program).output().expect("readelf is installed");
    assert!(output.status.success(), "readelf could not read {}", program.display());
    let text = String::from_utf8_lossy(&output.stdout);
    // Number, value, size, type, binding, visibility, section, name.
    let function = |line: &str| match line.split_whitespace().collect::<Vec<_>>()[..] {
        [_, value, size, "FUNC", _, _, section, name] if size != "0" && section != "UND" => {
            Some((u64::from_str_radix(value, 16).ok()?, name.to_owned()))
        }
        _ => None,
    };
    text.lines().filter_map(function).collect()
}

/// A name without its hashes: `17h…E` ends an old name of Rust, `Cs…_` stands before a crate in a new one.
fn pattern(name: &str) -> String {
    if let Some((path, _)) = name.rsplit_once("17h")
        && name.starts_with("_ZN")
    {
        return format!("{path}17h*");
    }
    let mut parts = name.split("Cs");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |so_far, part| match part.split_once('_') {
        Some((_, rest)) if name.starts_with("_R") => format!("{so_far}Cs*_{rest}"),
        _ => format!("{so_far}Cs{part}"),
    })
}
