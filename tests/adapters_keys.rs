//! Key sources with real files, real commands and a real environment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, looks at the key it made up, and writes into its own folder only"
)]

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokenscope::adapters::keys::{KeyFetcher, LENT_LIMIT, QUIET_LIMIT};
use tokenscope::config::demo_profile;
use tokenscope::domain::guard::{ApiKey, Guard};
use tokenscope::domain::profile::{Endpoint, KeySource, Profile};
use tokenscope::domain::request::Draft;
use tokenscope::ports::{KeyFault, Keys as _};
use tokenscope::secret::Moment;

const KEY: &str = "9A3F07C2E1B84D56A0F2C7E913B5D864";
/// Far more than anything here takes on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(20);

fn profile(key: KeySource) -> Profile {
    Profile { name: "sandbox".into(), key, ..demo_profile("127.0.0.1:1".parse().unwrap(), "acme") }
}

fn argv(argv: &[&str]) -> KeySource {
    KeySource::Command { argv: argv.iter().map(|word| (*word).to_owned()).collect(), terminal: false }
}

fn shell(script: &str) -> KeySource {
    argv(&["sh", "-c", script])
}

fn lent(script: &str) -> KeySource {
    let argv = ["sh", "-c", script].map(str::to_owned).to_vec();
    KeySource::Command { argv, terminal: true }
}

fn fetcher() -> KeyFetcher {
    KeyFetcher::new(&[], None)
}

/// The key as text, through the same door as the wire.
fn reveal(key: &ApiKey, profile: &Profile) -> String {
    let draft = Draft { card_reference: "r".into(), customer_id: "c".into(), ..Draft::default() };
    let request = draft.validate(profile).unwrap();
    let order = Guard::new(false).admit(profile, request, None, Moment::default()).unwrap();
    key.of(&order).expect("the key is bound to its profile").expose_on_wire().to_owned()
}

async fn fetch_with(keys: &KeyFetcher, source: KeySource) -> Result<String, KeyFault> {
    let profile = profile(source);
    keys.fetch(&profile).await.map(|key| reveal(&key, &profile))
}

async fn fetch(source: KeySource) -> Result<String, KeyFault> {
    fetch_with(&fetcher(), source).await
}

async fn fetch_lent(keys: &KeyFetcher, script: &str) -> Result<String, KeyFault> {
    let profile = profile(lent(script));
    keys.fetch_lent(&profile).await.map(|key| reveal(&key, &profile))
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, bytes: &[u8], mode: u32) -> PathBuf {
        let path = self.path("key");
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    /// A pipe, and a wait for the end of everything that holds its writing end.
    fn fuse(&self) -> (PathBuf, mpsc::Receiver<()>) {
        let path = self.path("fuse");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let (tell, told) = mpsc::channel();
        let fuse = path.clone();
        std::thread::spawn(move || {
            let mut written = Vec::new();
            fs::File::open(fuse).unwrap().read_to_end(&mut written).unwrap();
            tell.send(()).unwrap();
        });
        (path, told)
    }
}

/// Of a file, on a thread and in place, which makes no difference.
async fn fetch_file(path: &Path) -> Result<String, KeyFault> {
    let file = || KeySource::File(path.to_owned());
    let fetched = fetch(file()).await;
    assert_eq!(fetch_with(&fetcher().in_place(), file()).await, fetched);
    fetched
}

// The environment.

#[tokio::test]
async fn a_variable_gives_the_key() {
    let keys = fetcher().with_environment(|name| (name == "ACME_KEY").then(|| KEY.into()));
    assert_eq!(fetch_with(&keys, KeySource::Env("ACME_KEY".into())).await.as_deref(), Ok(KEY));
    assert_eq!(fetch_with(&keys, KeySource::Env("OTHER".into())).await, Err(KeyFault::NoVariable));
}

#[tokio::test]
async fn an_empty_variable_counts_as_none_and_a_strange_one_is_no_key() {
    let keys = fetcher().with_environment(|name| Some(if name == "EMPTY" { "" } else { "a b" }.into()));
    assert_eq!(fetch_with(&keys, KeySource::Env("EMPTY".into())).await, Err(KeyFault::NoVariable));
    assert_eq!(fetch_with(&keys, KeySource::Env("BLANK".into())).await, Err(KeyFault::NotAKey));
}

#[tokio::test]
async fn the_environment_of_the_process_is_looked_at_unless_told_otherwise() {
    let home = fetch(KeySource::Env("CARGO_PKG_NAME".into())).await;
    assert_eq!(home.as_deref(), Ok("tokenscope"));
}

// What a key is.

#[tokio::test]
async fn a_key_is_one_line_of_visible_ascii() {
    for (printed, key) in [
        ("key_1\\n", Ok("key_1")),
        ("key_1", Ok("key_1")),
        ("key_1\\r\\n", Ok("key_1")),
        ("key_1\\n\\n", Err(KeyFault::NotAKey)),
        ("\\nkey_1\\n", Err(KeyFault::NotAKey)),
        ("key 1\\n", Err(KeyFault::NotAKey)),
        ("key_1\\nkey_2\\n", Err(KeyFault::NotAKey)),
        ("key_\\303\\251\\n", Err(KeyFault::NotAKey)),
        ("key_\\033[m\\n", Err(KeyFault::NotAKey)),
        ("key_\\000\\n", Err(KeyFault::NotAKey)),
        ("\\n", Err(KeyFault::NotAKey)),
        ("", Err(KeyFault::NotAKey)),
    ] {
        let fetched = fetch(argv(&["printf", printed])).await;
        assert_eq!(fetched.as_deref(), key.as_ref().map(|key| *key), "{printed}");
    }
}

#[tokio::test]
async fn the_emulators_key_is_the_one_it_was_given() {
    let keys = KeyFetcher::new(&[], Some("emulator_key".into()));
    assert_eq!(fetch_with(&keys, KeySource::Emulator).await.as_deref(), Ok("emulator_key"));
}

#[tokio::test]
async fn a_key_is_bound_to_the_profile_and_the_host_that_it_was_fetched_for() {
    let own = profile(shell("echo key_1"));
    let key = fetcher().fetch(&own).await.unwrap();
    assert!(key.fits(&own));
    assert!(!key.fits(&Profile { name: "other".into(), ..own.clone() }));
    assert!(!key.fits(&Profile { endpoint: Endpoint::sandbox(), ..own }));
}

// Commands.

#[tokio::test]
async fn arguments_go_to_the_program_without_a_shell() {
    assert_eq!(fetch(argv(&["printf", "%s", "$HOME;`id`"])).await.as_deref(), Ok("$HOME;`id`"));
}

#[tokio::test]
async fn a_command_has_no_input_and_its_messages_are_not_shown() {
    assert_eq!(fetch(shell("cat; echo key_1")).await.as_deref(), Ok("key_1"));
    assert_eq!(fetch(shell("readlink /proc/$$/fd/2")).await.as_deref(), Ok("/dev/null"));
}

#[tokio::test]
async fn a_command_that_fails_gives_no_key_even_if_it_printed_one() {
    assert_eq!(fetch(shell("echo key_1; exit 1")).await, Err(KeyFault::CommandFailed));
    assert_eq!(fetch(shell("echo key_1; kill -9 $$")).await, Err(KeyFault::CommandFailed));
}

#[tokio::test]
async fn a_command_that_is_not_there_or_not_executable_is_named_as_such() {
    let folder = Folder::new();
    let file = folder.file(b"#!/bin/sh\n", 0o600);
    assert_eq!(fetch(argv(&["/nowhere/pass", "show"])).await, Err(KeyFault::NoCommand));
    assert_eq!(fetch(argv(&[file.to_str().unwrap()])).await, Err(KeyFault::NoCommand));
    assert_eq!(fetch(argv(&[])).await, Err(KeyFault::NoCommand));
}

#[tokio::test]
async fn a_command_that_prints_without_end_is_stopped_at_the_longest_key() {
    let folder = Folder::new();
    let (fuse, ended) = folder.fuse();
    let script = format!("exec 9>{}; trap '' PIPE; while :; do echo aaaaaaaaaaaaaaaa; done", fuse.display());
    let fetched = tokio::time::timeout(DEADLINE, fetch(shell(&script))).await.expect("it is stopped");
    assert_eq!(fetched, Err(KeyFault::NotAKey));
    ended.recv_timeout(DEADLINE).expect("the command is killed");
}

#[tokio::test]
async fn the_longest_key_still_passes_and_one_more_does_not() {
    let print = |count: usize| shell(&format!("head -c {count} /dev/zero | tr '\\0' k"));
    assert_eq!(fetch(print(4096)).await.map(|key| key.len()), Ok(4096));
    assert_eq!(fetch(print(4097)).await, Err(KeyFault::NotAKey));
}

#[test]
fn the_time_limits_are_those_of_the_interface() {
    assert_eq!((QUIET_LIMIT, LENT_LIMIT), (Duration::from_secs(20), Duration::from_mins(2)));
}

#[tokio::test]
async fn a_slow_command_is_killed_with_everything_it_started() {
    let folder = Folder::new();
    let (fuse, ended) = folder.fuse();
    let script = format!("exec 9>{}; (trap '' TERM HUP INT; sleep 600) & sleep 600", fuse.display());
    let keys = fetcher().with_limit(Duration::from_millis(1500));
    let begun = Instant::now();
    assert_eq!(fetch_with(&keys, shell(&script)).await, Err(KeyFault::CommandSlow));
    assert!(begun.elapsed() < DEADLINE);
    ended.recv_timeout(DEADLINE).expect("command and grandchild are gone");
}

#[tokio::test]
async fn a_fetch_that_is_dropped_kills_the_command_with_everything_it_started() {
    let folder = Folder::new();
    let (fuse, ended) = folder.fuse();
    let ready = folder.path("ready");
    let script = format!("exec 9>{}; sleep 600 & : >{}; sleep 600", fuse.display(), ready.display());
    let running = tokio::time::timeout(DEADLINE, async {
        tokio::select! {
            _ = fetch(shell(&script)) => panic!("it cannot end by itself"),
            () = async { while !ready.exists() { tokio::time::sleep(Duration::from_millis(5)).await; } } => {}
        }
    });
    running.await.expect("the command starts");
    ended.recv_timeout(DEADLINE).expect("command and grandchild are gone");
}

#[tokio::test]
async fn what_a_command_leaves_running_does_not_hold_up_the_key() {
    let folder = Folder::new();
    let (fuse, _ended) = folder.fuse();
    let script = format!("exec 9>{}; sleep 30 & echo key_1", fuse.display());
    let begun = Instant::now();
    assert_eq!(fetch(shell(&script)).await.as_deref(), Ok("key_1"));
    assert!(begun.elapsed() < QUIET_LIMIT);
}

#[tokio::test]
async fn commands_see_our_environment_but_not_the_variables_that_hold_keys() {
    let counted = |name: &str| shell(&format!("env | grep -c '^{name}='; true"));
    assert_eq!(fetch(counted("CARGO_PKG_NAME")).await.as_deref(), Ok("1"));
    let sources = ["CARGO_PKG_NAME", "CARGO_PKG_VERSION"].map(|name| profile(KeySource::Env(name.into())));
    let keys = KeyFetcher::new(&sources, None);
    for (name, seen) in [("CARGO_PKG_NAME", "0"), ("CARGO_PKG_VERSION", "0"), ("PATH", "1")] {
        assert_eq!(fetch_with(&keys, counted(name)).await.as_deref(), Ok(seen), "{name}");
        let script = format!("env | grep -c '^{name}='; true");
        assert_eq!(fetch_lent(&keys, &script).await.as_deref(), Ok(seen), "{name}");
    }
}

// With the terminal lent, or typed.

#[tokio::test]
async fn a_command_that_needs_the_terminal_is_not_run_without_it() {
    let folder = Folder::new();
    let ran = folder.path("ran");
    assert_eq!(fetch(lent(&format!("echo key_1; : >{}", ran.display()))).await, Err(KeyFault::NotTyped));
    assert!(!ran.exists());
    assert_eq!(fetch(KeySource::Prompt).await, Err(KeyFault::NotTyped));
}

#[tokio::test]
async fn a_lent_command_stays_in_the_foreground_group_and_a_quiet_one_has_its_own() {
    let group = "ps -o pgid= -p $$ | tr -d ' '";
    let ours = rustix::process::getpgrp().as_raw_nonzero().to_string();
    assert_eq!(fetch_lent(&fetcher(), group).await, Ok(ours.clone()));
    assert_ne!(fetch(shell(group)).await, Ok(ours));
}

#[tokio::test]
async fn a_slow_lent_command_is_asked_to_tidy_up_and_then_killed() {
    let folder = Folder::new();
    let (fuse, ended) = folder.fuse();
    let tidied = folder.path("tidied");
    let script = format!(
        "exec 9>{}; trap ': >{}' TERM; while :; do read x <&0 || :; done",
        fuse.display(),
        tidied.display()
    );
    let keys = fetcher().with_limit(Duration::from_millis(1500));
    assert_eq!(fetch_lent(&keys, &script).await, Err(KeyFault::CommandSlow));
    ended.recv_timeout(DEADLINE).expect("the command is gone");
    assert!(tidied.exists());
}

#[tokio::test]
async fn a_lent_command_gives_the_key_and_keeps_its_faults() {
    assert_eq!(fetch_lent(&fetcher(), "echo key_1").await.as_deref(), Ok("key_1"));
    assert_eq!(fetch_lent(&fetcher(), "echo a; echo b").await, Err(KeyFault::NotAKey));
    assert_eq!(fetch_lent(&fetcher(), "false").await, Err(KeyFault::CommandFailed));
}

#[test]
fn a_typed_key_is_judged_like_any_other() {
    let profile = profile(KeySource::Prompt);
    let typed = |bytes: &[u8]| fetcher().typed(&profile, bytes).map(|key| reveal(&key, &profile));
    assert_eq!(typed(KEY.as_bytes()).as_deref(), Ok(KEY));
    assert_eq!(typed(b""), Err(KeyFault::NotTyped));
    assert_eq!(typed(b"a b"), Err(KeyFault::NotAKey));
    assert_eq!(typed("schlüssel".as_bytes()), Err(KeyFault::NotAKey));
}

// Files.

#[tokio::test]
async fn a_file_closed_to_others_gives_the_key() {
    let folder = Folder::new();
    for mode in [0o600, 0o400, 0o700] {
        assert_eq!(fetch_file(&folder.file(b"key_1\n", mode)).await.as_deref(), Ok("key_1"), "{mode:o}");
        fs::remove_file(folder.path("key")).unwrap();
    }
}

#[tokio::test]
async fn a_file_open_to_anybody_else_is_refused() {
    let folder = Folder::new();
    for mode in [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o644, 0o666] {
        assert_eq!(fetch_file(&folder.file(b"key_1\n", mode)).await, Err(KeyFault::WrongMode), "{mode:o}");
    }
}

#[tokio::test]
async fn a_file_of_another_user_is_refused_but_not_one_of_root() {
    let path = Folder::new();
    let file = path.file(b"key_1\n", 0o600);
    let us = rustix::process::geteuid();
    let other = us.as_raw() + 12_345;
    if us.is_root() {
        assert_eq!(
            fetch_with(&fetcher().for_user(other), KeySource::File(file.clone())).await.as_deref(),
            Ok("key_1")
        );
        chown(&file, Some(other), None).unwrap();
        assert_eq!(fetch_file(&file).await, Err(KeyFault::WrongOwner));
    } else {
        assert_eq!(
            fetch_with(&fetcher().for_user(other), KeySource::File(file)).await,
            Err(KeyFault::WrongOwner)
        );
    }
}

#[tokio::test]
async fn a_link_is_judged_by_its_target() {
    let folder = Folder::new();
    let link = folder.path("link");
    symlink(folder.file(b"key_1\n", 0o600), &link).unwrap();
    assert_eq!(fetch_file(&link).await.as_deref(), Ok("key_1"));
    folder.file(b"key_1\n", 0o644);
    assert_eq!(fetch_file(&link).await, Err(KeyFault::WrongMode));
}

#[tokio::test]
async fn what_is_no_key_file_is_refused_without_waiting() {
    let folder = Folder::new();
    assert_eq!(fetch_file(&folder.path("nowhere")).await, Err(KeyFault::NoFile));
    assert_eq!(fetch_file(folder.0.path()).await, Err(KeyFault::NoFile));
    let pipe = folder.path("pipe");
    assert!(std::process::Command::new("mkfifo").args(["-m", "600"]).arg(&pipe).status().unwrap().success());
    let fetched = tokio::time::timeout(DEADLINE, fetch_file(&pipe)).await.expect("a pipe is not waited for");
    assert_eq!(fetched, Err(KeyFault::NoFile));
    assert_eq!(fetch_file(&folder.file(&vec![b'k'; 5000], 0o600)).await, Err(KeyFault::NotAKey));
    assert_eq!(fetch_file(&folder.file(b"", 0o600)).await, Err(KeyFault::NotAKey));
    assert_eq!(fetch_file(&folder.file(b"# my key\nkey_1\n", 0o600)).await, Err(KeyFault::NotAKey));
}

#[test]
fn every_fault_is_one_sentence_with_a_mend_and_no_value() {
    let faults = [
        KeyFault::NoVariable,
        KeyFault::NoCommand,
        KeyFault::CommandFailed,
        KeyFault::CommandSlow,
        KeyFault::NoFile,
        KeyFault::WrongOwner,
        KeyFault::WrongMode,
        KeyFault::NotAKey,
        KeyFault::NotTyped,
    ];
    for fault in faults {
        let sentence = fault.to_string();
        assert!(
            sentence.contains(": ") && !sentence.contains('\n') && !sentence.ends_with('.'),
            "{sentence}"
        );
    }
}
