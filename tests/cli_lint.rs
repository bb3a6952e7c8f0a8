//! `lint` with the real binary: exit codes, every form, what is dropped, and what cannot be read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and prepares its own files"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use serde::Deserialize;

const SAMPLE: &str = include_str!("fixtures/request.txt");

/// Runs that may stand in no output: of the key, its base64, the card number and the code.
const NEVER: [&str; 5] = ["FAKEKEY", "RkFLRUtF", "4111", "1111 1111", "739"];

const SOUND: &str = r#"{"card_reference": "token_1", "customer_id": "cust_1"}"#;

struct Run {
    exit: i32,
    out: String,
    err: String,
}

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn configure(&self, text: &str) {
        let folder = self.0.path().join(".config/tokenscope");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), text).unwrap();
        fs::set_permissions(folder.join("config.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tokenscope"));
        command
            .args(words)
            .env_clear()
            .env("HOME", self.0.path())
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null());
        command.current_dir(self.0.path());
        command
    }

    fn lint(&self, bytes: &[u8], more: &[&str]) -> Run {
        fs::write(self.0.path().join("kept"), bytes).unwrap();
        self.run(&[&["lint", "kept"], more].concat())
    }

    fn run(&self, words: &[&str]) -> Run {
        let output = self.command(words).output().unwrap();
        Run {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[test]
fn the_exit_code_is_0_without_a_difference_that_matters_and_2_with_one() {
    let home = Home::new();
    let sound = home.lint(SOUND.as_bytes(), &[]);
    assert_eq!((sound.exit, sound.err.as_str()), (0, ""), "{}", sound.out);
    assert!(sound.out.starts_with("IN ORDER\n"), "{}", sound.out);
    let differs = home.lint(SAMPLE.as_bytes(), &[]);
    assert_eq!((differs.exit, differs.err.as_str()), (2, ""));
    assert!(differs.out.starts_with("DIFFERS\n"), "{}", differs.out);
}

#[test]
fn key_and_card_data_are_in_no_form_and_the_differences_are_in_each() {
    for format in ["text", "json", "markdown"] {
        let run = Home::new().lint(SAMPLE.as_bytes(), &["--format", format]);
        for never in NEVER {
            assert!(SAMPLE.contains(never) || never == "FAKEKEY", "the search finds what is there");
            assert!(!run.out.contains(never) && !run.err.contains(never), "{never} in {}", run.out);
        }
        for wanted in [
            "paste-path-mistaken",
            "paste-plain-http",
            "paste-auth-no-colon",
            "paste-type-form",
            "paste-version-no-day",
            "paste-routing-differs",
            "paste-field-misnamed",
            "paste-card-data",
            "reference-short-lived",
            "tkn_5f1e2d",
        ] {
            assert!(run.out.contains(wanted), "{wanted} in {}", run.out);
        }
        assert_eq!(run.exit, 2);
    }
}

#[derive(Deserialize)]
struct Json {
    kind: String,
    differs: bool,
    summary: String,
    profile: Option<String>,
    card_reference: Option<String>,
    customer_id: Option<String>,
    findings: Vec<BTreeMap<String, String>>,
}

#[test]
fn the_json_names_the_ids_and_each_finding_with_its_ground() {
    let run = Home::new().lint(SAMPLE.as_bytes(), &["--format", "json"]);
    let json: Json = serde_json::from_str(&run.out).unwrap();
    assert_eq!((json.kind.as_str(), json.differs, json.profile), ("curl command", true, None));
    assert_eq!(json.card_reference.as_deref(), Some("tkn_5f1e2d"));
    assert_eq!(json.customer_id.as_deref(), Some("cust_1"));
    assert!(json.summary.contains("Dropped: key and card data."), "{}", json.summary);
    for finding in &json.findings {
        let names: Vec<&str> = finding.keys().map(String::as_str).collect();
        assert_eq!(names, ["action", "confidence", "id", "meaning", "severity", "source"]);
    }
}

#[test]
fn the_markdown_has_what_came_from_outside_in_fences_only() {
    let run =
        Home::new().lint(br#"{"card_reference": "`a`", "customer_id": "<b>"}"#, &["--format", "markdown"]);
    assert!(run.out.starts_with("# IN ORDER\n\n> redacted by tokenscope"), "{}", run.out);
    let (before, _) = run.out.split_once("```text").unwrap();
    assert!(!before.contains("<b>") && run.out.contains("<b>"), "{}", run.out);
}

#[test]
fn the_profiles_of_the_config_are_compared_with_and_another_ones_are_named() {
    let home = Home::new();
    home.configure(
        "default_profile = \"one\"\n[profiles.one]\nenvironment = \"sandbox\"\nmerchant_id = \"Acme\"\nkey = { prompt = true }\n[profiles.two]\nenvironment = \"production\"\nmerchant_id = \"shop\"\nkey = { prompt = true }\n",
    );
    let run = home.lint(SAMPLE.as_bytes(), &[]);
    assert!(run.out.contains("differs from Acme of profile one by capital"), "{}", run.out);
    let other = SAMPLE.replace("sandbox.juspay.in", "api.juspay.in").replace("acme", "shop");
    let run = home.lint(other.as_bytes(), &[]);
    assert!(run.out.contains("Its host belongs to profile two,"), "{}", run.out);
    assert!(run.out.contains("Its x-merchantid belongs to profile two,"), "{}", run.out);
    let asked = home.lint(other.as_bytes(), &["--profile", "two"]);
    assert!(!asked.out.contains("belongs to profile"), "{}", asked.out);
}

#[test]
fn standard_input_is_read_behind_a_dash() {
    let home = Home::new();
    let mut child =
        home.command(&["lint", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(SOUND.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_cannot_be_read_is_one_sentence_and_exit_2() {
    let home = Home::new();
    let huge = format!("curl '{}'", "a".repeat(1024 * 1024));
    let deep = "{\"a\":".repeat(50_000);
    let cases: [(&[u8], &str); 7] = [
        (b"", "it is empty"),
        (b"rubbish", "neither a curl command nor a HAR file nor a JSON object"),
        (b"curl \xff", "no UTF-8 text"),
        (b"curl 'https://", "does not end"),
        (br#"{"card_reference": "token_1"#, "cannot be read from line 1"),
        (huge.as_bytes(), "larger than 1 MiB"),
        (deep.as_bytes(), "cannot be read from line 1"),
    ];
    for (bytes, why) in cases {
        let run = home.lint(bytes, &[]);
        assert_eq!((run.exit, run.out.as_str(), run.err.lines().count()), (2, "", 1), "{}", run.err);
        assert!(
            run.err.starts_with("tokenscope: nothing was checked: ") && run.err.contains(why),
            "{}",
            run.err
        );
    }
    for words in [&["lint", "no-such-file"] as &[&str], &["lint", "."]] {
        let run = home.run(words);
        assert_eq!((run.exit, run.err.lines().count()), (2, 1), "{}", run.err);
        assert!(!run.err.contains("no-such-file"), "{}", run.err);
    }
}
