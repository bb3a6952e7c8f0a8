//! The real binary without a screen, while one call fails.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::de::IgnoredAny;
use tokenscope::adapters::private::Folder;
use tokenscope::adapters::sqlite;
use tokenscope::domain::trail::Finding;
use tokenscope::emulator::{Emulator, Options};

use crate::each_call::{column, sentences, sound};
use crate::shim::{self, Call, Fault};

const KEY: &str = "key_of_the_faults";
const MERCHANT: &str = "acme";
const REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";

/// A home with a guarded profile, whose data folder has the faults.
struct Home {
    temp: tempfile::TempDir,
    emulator: Emulator,
}

/// What a run left behind.
struct Run {
    exit: i32,
    out: String,
    err: String,
    requests: u64,
    calls: Vec<Call>,
    fault: Fault,
}

impl Home {
    fn new() -> Self {
        let options = Options { key: Some(KEY.into()), merchant_id: MERCHANT.into(), ..Options::default() };
        let home = Self { temp: shim::room(), emulator: Emulator::start(options).unwrap() };
        home.keep("key", KEY);
        home.keep(
            "config.toml",
            &format!(
                "default_profile = \"mine\"\n[profiles.mine]\nenvironment = \"custom\"\nguard = \"production\"\n\
                 base_url = \"http://{}\"\nmerchant_id = \"{MERCHANT}\"\nversion = \"2023-01-01\"\n\
                 key = {{ file = \"{}\" }}\n",
                home.emulator.address(),
                home.at("key").display()
            ),
        );
        home
    }

    fn at(&self, name: &str) -> PathBuf {
        self.temp.path().join("home").join(name)
    }

    fn keep(&self, name: &str, text: &str) {
        Folder::private(&self.at("")).unwrap().write_new(name, text.as_bytes()).unwrap();
    }

    fn fetch(&self, words: &[&str], environment: &[(&str, &str)], fault: Fault) -> Run {
        let before = self.emulator.requests();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tokenscope"));
        command.args(["--data-dir", self.at("data").to_str().unwrap()]).args(words).env_clear();
        command.env("HOME", self.temp.path()).env("LANG", "C.UTF-8").envs(environment.iter().copied());
        command.envs(shim::environment(&self.at("data"), &self.at("trace"), fault));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (mut out, mut err) = (process.stdout.take().unwrap(), process.stderr.take().unwrap());
        let exit = shim::end(process).and_then(|status| status.code());
        let mut run = Run {
            exit: exit.unwrap_or_else(|| panic!("{fault:?}: no exit code")),
            out: String::new(),
            err: String::new(),
            requests: self.emulator.requests() - before,
            calls: shim::calls(&self.at("trace")),
            fault,
        };
        out.read_to_string(&mut run.out).unwrap();
        err.read_to_string(&mut run.err).unwrap();
        run
    }

    fn guarded(&self, fault: Fault) -> Run {
        let config = self.at("config.toml");
        let words = [
            "--config",
            config.to_str().unwrap(),
            "fetch",
            "--card-reference",
            REFERENCE,
            "--customer-id",
            "juspaytest_cust",
            "--confirm-production",
            MERCHANT,
            "--format",
            "json",
        ];
        self.fetch(&words, &[], fault)
    }

    fn demo(&self, environment: &[(&str, &str)], fault: Fault) -> Run {
        self.fetch(&["--demo", "fetch", "--format", "json"], environment, fault)
    }

    fn rows(&self, sql: &str) -> usize {
        if !self.at("data/history.db").exists() {
            return 0;
        }
        let file = sound(&self.at("data"));
        // Where the schema was not written, there is no row.
        let there = column(&file, "SELECT name FROM sqlite_schema WHERE name = 'audit'");
        if there.is_empty() { 0 } else { column(&file, sql).len() }
    }

    fn audited(&self) -> usize {
        self.rows("SELECT deed FROM audit WHERE outcome = 'asked'")
    }

    fn recorded(&self) -> usize {
        self.rows("SELECT verdict FROM history")
    }

    fn findings(&self) -> Vec<Finding> {
        sqlite::verify(&self.at("data"), &self.at("data"))
            .unwrap()
            .map(|trail| trail.findings)
            .unwrap_or_default()
    }

    fn parts(&self) -> usize {
        crate::child::below(&self.at("data")).iter().filter(|path| is_part(path)).count()
    }
}

fn is_part(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "part")
}

/// A sentence, where JSON was asked for.
#[derive(serde::Deserialize)]
struct Said {
    message: String,
}

impl Run {
    fn story(&self) -> String {
        let call = self.calls.iter().find(|call| call.failed);
        format!("{:?} on {call:?}; exit {}, stderr: {}stdout: {}", self.fault, self.exit, self.err, self.out)
    }

    /// Whole JSON and exit 0, or nothing and another.
    fn is_whole(&self) {
        match self.exit {
            0 => assert!(serde_json::from_str::<IgnoredAny>(&self.out).is_ok(), "{}", self.story()),
            _ => assert_eq!((self.exit, self.out.as_str()), (2, ""), "{}", self.story()),
        }
    }

    /// One sentence at the most: one of these, about a disk that fails.
    fn is_told(&self, starts: &[&str]) {
        let known = sentences();
        let is_ours = |line: &str| {
            let line = serde_json::from_str::<Said>(line)
                .unwrap_or_else(|error| panic!("{error}: {}", self.story()));
            let said = starts.iter().find_map(|start| line.message.strip_prefix(start));
            said.is_some_and(|fault| known.iter().any(|ours| ours == fault))
        };
        assert!(self.err.lines().count() <= 1 && self.err.lines().all(is_ours), "{}", self.story());
    }
}

/// What is said where the answer comes anyway.
const ANYWAY: [&str; 3] = [
    "NO HISTORY: ",
    "how the call ended is in neither audit trail nor history: ",
    "the head of the audit trail is behind, and the next row has to wait for it: ",
];

#[test]
fn a_call_waits_for_the_disk_before_it_leaves_and_when_it_has_ended_and_no_more() {
    let home = Home::new();
    assert_eq!(home.guarded(Fault::NONE).exit, 0);
    std::fs::remove_file(home.at("trace")).unwrap();
    let run = home.guarded(Fault::NONE);
    let waits: Vec<_> =
        run.calls.iter().filter(|call| call.name.ends_with("sync")).map(|call| &call.on).collect();
    // The row before the call, with the name of the log that it stands in, and the two rows behind it.
    assert_eq!(waits, ["history.db-wal", ".", "history.db-wal"], "{}", run.story());
}

#[test]
fn on_production_nothing_is_sent_without_its_audit_row_whatever_call_fails() {
    let calls = calls(Home::guarded);
    shim::each(&shim::in_turn(&calls), guarded_holds);
}

#[test]
fn elsewhere_the_answer_comes_whole_and_the_history_is_told_to_be_missing_whatever_call_fails() {
    let calls = calls(|home, fault| home.demo(&[], fault));
    let mut faults = shim::in_turn(&calls);
    // The calls are those of the guarded profile; a part of them shows the difference.
    faults.retain(|fault| fault.at % 4 == 0);
    shim::each(&faults, demo_holds);
}

#[test]
#[ignore = "minutes; the suite takes the kinds of failures in turn"]
fn a_fetch_meets_whatever_call_fails_in_whatever_way() {
    let calls = calls(Home::guarded);
    let every = shim::every(&calls);
    let (guarded, demo) = (shim::each(&every, guarded_holds), shim::each(&every, demo_holds));
    println!("{} calls of a fetch ({}), each with each error", calls.len(), shim::tally(&calls));
    println!("told: {guarded} on a guarded profile, {demo} on the demo");
}

#[test]
fn a_log_that_fails_is_in_nobodys_way() {
    let calls = calls(|home, fault| home.demo(&LOGGED, fault));
    let lost = shim::each(&shim::in_turn(&calls), log_holds);
    assert!(lost < calls.len(), "one fault takes no other record along");
}

/// All that is logged, and only faults of the log.
const LOGGED: [(&str, &str); 2] = [("TOKENSCOPE_LOG", "info"), ("FAULT_ON", "tokenscope.log")];

/// Whether a record was lost, where nothing else was.
fn log_holds(fault: Fault) -> bool {
    let home = Home::new();
    let run = home.demo(&LOGGED, fault);
    assert_eq!((run.exit, run.err.as_str()), (0, ""), "{}", run.story());
    run.is_whole();
    assert_eq!((home.audited(), home.recorded()), (1, 1), "{}", run.story());
    let text = std::fs::read_to_string(home.at("data/tokenscope.log")).unwrap();
    let is_whole = |line: &&str| serde_json::from_str::<IgnoredAny>(line).is_ok();
    let (whole, torn): (Vec<&str>, Vec<&str>) = text.lines().partition(is_whole);
    assert!(torn.len() <= usize::from(fault.error == "SHORT"), "{}{text}", run.story());
    let lost = whole.iter().filter(|line| line.contains(r#""records_dropped","fields":{"count":1}"#)).count();
    assert_eq!(whole.len(), RECORDS, "a record that is lost is told; {}{text}", run.story());
    assert!(lost <= 1 && text.contains(REFERENCE) && !text.contains(KEY), "{}{text}", run.story());
    lost > 0
}

/// What a fetch logs.
const RECORDS: usize = 6;

/// The calls of a run that nothing happens to.
fn calls(fetch: impl Fn(&Home, Fault) -> Run) -> Vec<Call> {
    let home = Home::new();
    let run = fetch(&home, Fault::NONE);
    assert_eq!((run.exit, run.err.as_str()), (0, ""), "{}", run.story());
    run.calls
}

fn guarded_holds(fault: Fault) -> bool {
    let home = Home::new();
    let run = home.guarded(fault);
    run.is_whole();
    run.is_told(&["nothing was sent, since production needs an audit trail: ", ANYWAY[1], ANYWAY[2]]);
    assert_eq!(
        (run.exit == 0, run.requests),
        (run.requests == 1, u64::from(run.exit == 0)),
        "{}",
        run.story()
    );
    assert!(home.audited() as u64 >= run.requests, "{}", run.story());
    assert_eq!(run.exit == 2, run.err.contains("nothing was sent"), "{}", run.story());
    is_mended(&home, &run, Home::guarded);
    !run.err.is_empty()
}

fn demo_holds(fault: Fault) -> bool {
    let home = Home::new();
    let run = home.demo(&[], fault);
    assert_eq!(run.exit, 0, "{}", run.story());
    run.is_whole();
    run.is_told(&ANYWAY);
    let kept = (home.audited() == 1 && home.recorded() == 1) || !run.err.is_empty();
    assert!(kept, "what is missing is told; {}", run.story());
    is_mended(&home, &run, |home, fault| home.demo(&[], fault));
    !run.err.is_empty()
}

/// After a fault that was told, the next run is as any other; and after any, the trail is whole.
fn is_mended(home: &Home, run: &Run, fetch: impl Fn(&Home, Fault) -> Run) {
    if !run.err.is_empty() {
        let (audited, recorded) = (home.audited(), home.recorded());
        let next = fetch(home, Fault::NONE);
        assert_eq!((next.exit, next.err.as_str()), (0, ""), "after {}", run.story());
        assert_eq!((home.audited(), home.recorded()), (audited + 1, recorded + 1), "{}", run.story());
    }
    assert_eq!(home.findings(), [], "{}", run.story());
    let stays = run.calls.iter().any(|call| call.failed && call.name == "unlinkat");
    assert!(home.parts() <= usize::from(stays), "{}", run.story());
}
