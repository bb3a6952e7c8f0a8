//! Never in the way: whatever hangs behind the console, every key is answered and `q` ends it.
//!
//! Each test makes something hang for longer than any test waits, sees that it does, looks at what a key does meanwhile,
//! and leaves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod console;
mod stuck;
mod support;

use std::path::Path;

use console::{console, press, type_words};
use rusqlite::Connection;
use stuck::{Unreachable, configure, environment, key, mute};
use support::proc::state;
use support::{Launch, Pty, eventually};

/// A console on the profile of these lines, its form filled in.
fn started(launch: Launch, lines: &str) -> Pty {
    configure(launch.home(), lines);
    let mut pty = launch.spawn();
    pty.wait_text("Request");
    fill(&mut pty);
    pty
}

fn fill(pty: &mut Pty) {
    press(pty, "e");
    pty.wait_text("(editing)");
    pty.send("token_1\tc_1\r");
    pty.wait_gone("(editing)");
}

/// The console over the shim; what it tells stands in `trace`, and its disk hangs once there is `stuck`.
fn shimmed(launch: Launch) -> Launch {
    let (trace, disk) = (launch.home().join("trace"), launch.home().join("stuck"));
    environment(&trace, &disk).iter().fold(launch, |launch, (name, value)| launch.env(name, value))
}

fn told(trace: &Path) -> String {
    std::fs::read_to_string(trace).unwrap_or_default()
}

/// Presses keys of which each shows something, and sees it; then leaves.
fn answers_keys_and_leaves(pty: &mut Pty) {
    press(pty, "?");
    pty.wait_text("Keys here");
    press(pty, "\x1b");
    pty.wait_gone("Keys here");
    press(pty, "e");
    pty.wait_text("(editing)");
    pty.send("x");
    pty.wait_text("c_1x");
    press(pty, "\r");
    pty.wait_gone("(editing)");
    leaves(pty);
}

fn leaves(pty: &mut Pty) {
    press(pty, "q");
    assert_eq!(pty.wait_exit(), 0, "{}", pty.screen());
}

/// Sends, and sees that the call is under way.
fn send(pty: &mut Pty) {
    press(pty, "s");
    pty.wait_text("SENDING");
}

#[test]
fn a_host_that_takes_no_connection_holds_up_no_key() {
    let host = Unreachable::start();
    let launch = console();
    let key = key(launch.home());
    let mut pty =
        started(launch, &format!("environment = \"custom\"\nbase_url = \"http://{}\"\n{key}", host.address));
    send(&mut pty);
    answers_keys_and_leaves(&mut pty);
}

#[test]
fn a_proxy_that_says_nothing_holds_up_no_key() {
    let launch = console();
    let key = key(launch.home());
    let mut pty =
        started(launch, &format!("environment = \"sandbox\"\nproxy = \"http://{}\"\n{key}", mute()));
    send(&mut pty);
    answers_keys_and_leaves(&mut pty);
}

#[test]
fn a_start_looks_no_name_up_and_a_lookup_that_hangs_holds_up_no_key() {
    let launch = console();
    let trace = launch.home().join("trace");
    let launch = shimmed(launch);
    let key = key(launch.home());
    let mut pty = started(launch, &format!("environment = \"sandbox\"\n{key}"));
    assert_eq!(told(&trace), "", "a start needs no network");
    send(&mut pty);
    eventually("the lookup to hang", || told(&trace).contains("lookup").then_some(()));
    answers_keys_and_leaves(&mut pty);
}

#[test]
fn a_key_command_that_sleeps_holds_up_no_key_and_does_not_stay_behind() {
    let launch = console();
    let pid_file = launch.home().join("pid");
    let script = format!("echo $$ > {}; exec sleep 600", pid_file.display());
    let mut pty = started(
        launch,
        &format!("environment = \"sandbox\"\nkey = {{ command = [\"sh\", \"-c\", \"{script}\"] }}"),
    );
    send(&mut pty);
    let read = || std::fs::read_to_string(&pid_file).ok()?.trim().parse::<u32>().ok();
    let pid = eventually("the key command to run", read);
    assert!(state(pid).is_some(), "it sleeps");
    answers_keys_and_leaves(&mut pty);
    eventually("the key command to end", || state(pid).is_none_or(|state| state == 'Z').then_some(()));
}

/// A console that made its database and was left.
fn launched_before() -> Launch {
    let launch = console();
    let home = launch.home().to_owned();
    let key = key(&home);
    configure(
        &home,
        &format!("environment = \"custom\"\nbase_url = \"http://{}\"\nguard = \"production\"\n{key}", mute()),
    );
    let head = home.join(".local/state/tokenscope/audit.head");
    let made = std::process::Command::new(console::BINARY)
        .args(["fetch", "--card-reference", "r", "--customer-id", "c", "--confirm-production", "acme"])
        .env_clear()
        .env("HOME", &home)
        .spawn();
    let mut made = made.unwrap();
    eventually("the database", || head.exists().then_some(()));
    made.kill().unwrap();
    made.wait().unwrap();
    launch
}

#[test]
fn a_database_that_another_program_holds_holds_up_neither_start_nor_key_nor_quit() {
    let launch = launched_before();
    let database = launch.home().join(".local/share/tokenscope/history.db");
    let holder = Connection::open(&database).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let mut pty = launch.spawn();
    pty.wait_text("Request");
    fill(&mut pty);
    // On a guarded profile nothing leaves before the audit row is on disk, which now waits.
    press(&mut pty, "s");
    pty.wait_text("prod acme");
    type_words(&mut pty, "prod acme");
    press(&mut pty, "\r");
    pty.wait_text("SENDING");
    answers_keys_and_leaves(&mut pty);
    holder.execute_batch("ROLLBACK").unwrap();
}

#[test]
fn a_disk_on_which_no_write_ends_holds_up_neither_key_nor_quit() {
    let launch = console();
    let home = launch.home().to_owned();
    let lines = format!("environment = \"custom\"\nbase_url = \"http://{}\"\n{}", mute(), key(&home));
    let mut pty = started(shimmed(launch), &lines);
    let head = home.join(".local/state/tokenscope/audit.head");
    eventually("the history to be open", || head.exists().then_some(()));
    std::fs::write(home.join("stuck"), "").unwrap();
    send(&mut pty);
    eventually("the write to hang", || told(&home.join("trace")).contains("write").then_some(()));
    answers_keys_and_leaves(&mut pty);
}

#[test]
fn a_data_folder_that_goes_away_holds_up_no_key() {
    let launch = console();
    let home = launch.home().to_owned();
    let key = key(&home);
    let mut pty =
        started(launch, &format!("environment = \"custom\"\nbase_url = \"http://{}\"\n{key}", mute()));
    let data = home.join(".local/share/tokenscope");
    let head = home.join(".local/state/tokenscope/audit.head");
    let is_open = || head.exists() && data.join("install.key").exists();
    eventually("the history to be open", || is_open().then_some(()));
    std::fs::remove_dir_all(&data).unwrap();
    send(&mut pty);
    answers_keys_and_leaves(&mut pty);
}

#[test]
fn a_data_folder_that_cannot_be_made_holds_up_no_key() {
    let launch = console();
    let home = launch.home().to_owned();
    std::fs::write(home.join("file"), "no folder").unwrap();
    let key = key(&home);
    let data = home.join("file/data").display().to_string();
    let mut pty = started(
        launch.args(&["--data-dir", &data]),
        &format!("environment = \"custom\"\nbase_url = \"http://{}\"\n{key}", mute()),
    );
    pty.wait_text("NO HISTORY");
    send(&mut pty);
    answers_keys_and_leaves(&mut pty);
}
