//! The real binary without a terminal: stdout, stderr and exit codes as scripts see them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::zero_sized_map_values,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and prepares its own files"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde::de::IgnoredAny;
use tempfile::TempDir;
use tokenscope::emulator::{Emulator, Options, SAMPLE_REFERENCE};
use tokenscope::secret::MASK;

const KEY: &str = "k3y0fTheTests9z";
const MERCHANT: &str = "acme";
const CARD: &str = "4111111111111111";
/// As long as a card number and with its check digit, but with no card's prefix.
const DOUBTFUL: &str = "9000000000000001";

/// What a run left behind.
struct Run {
    exit: i32,
    out: String,
    err: String,
}

impl Run {
    /// Refused: exit 2, nothing on stdout, one sentence on stderr that holds `part` and none of `never`.
    fn is_refused(&self, part: &str, never: &[&str]) {
        assert_eq!((self.exit, self.out.as_str()), (2, ""), "{}", self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        assert!(self.err.starts_with("tokenscope: ") && self.err.contains(part), "{}", self.err);
        assert!(!never.iter().any(|word| self.err.contains(word)), "{}", self.err);
    }
}

/// A home folder of its own and an environment with nothing else in it.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tokenscope"));
        command.args(words).env_clear().env("HOME", self.path()).env("LANG", "C.UTF-8").stdin(Stdio::null());
        command
    }

    fn run(&self, words: &[&str]) -> Run {
        finish(&mut self.command(words))
    }

    /// A config with one custom profile that sends to `base_url` with [`KEY`].
    fn configure(&self, base_url: &str, more: &str) {
        let key = self.path().join("key");
        fs::write(&key, KEY).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let text = format!(
            "default_profile = \"mine\"\n[profiles.mine]\nenvironment = \"custom\"\nbase_url = \"{base_url}\"\n\
             merchant_id = \"{MERCHANT}\"\nversion = \"2023-01-01\"\nkey = {{ file = \"{}\" }}\n{more}\n",
            key.display()
        );
        let config = self.path().join(".config/tokenscope");
        fs::create_dir_all(&config).unwrap();
        fs::write(config.join("config.toml"), text).unwrap();
        fs::set_permissions(config.join("config.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    }
}

fn finish(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        exit: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn emulator() -> Emulator {
    let options = Options { key: Some(KEY.into()), merchant_id: MERCHANT.into(), ..Options::default() };
    Emulator::start(options).unwrap()
}

fn fetch_of(reference: &str) -> Run {
    Home::new().run(&["--demo", "fetch", "--format", "json", "--card-reference", reference])
}

#[test]
fn the_demo_fetch_needs_nothing_and_shows_no_secret() {
    for format in ["text", "json", "markdown"] {
        let run = Home::new().run(&["--demo", "fetch", "--format", format]);
        assert_eq!((run.exit, run.err.as_str()), (0, ""), "{format}");
        assert!(run.out.contains("USABLE") && run.out.contains(MASK), "{}", run.out);
        for hidden in ["080252", "788080", "Rohit", "65soeo5vf9", "V001001462"] {
            assert!(!run.out.contains(hidden), "{hidden} in {}", run.out);
        }
    }
}

#[test]
fn a_known_cryptogram_is_in_no_output_and_no_file() {
    let home = Home::new();
    // The only scenario whose cryptogram is the same each time, so that it can be looked for.
    let file = include_str!("../assets/scenarios/checks.toml");
    let cryptogram = repeated_cryptogram(file);
    for format in ["text", "json", "markdown"] {
        let run = home.run(&["--demo", "fetch", "--format", format, "--card-reference", REPEATED]);
        assert_eq!(run.exit, 0, "{}", run.err);
        let windows: Vec<String> =
            cryptogram.as_bytes().windows(6).map(|w| String::from_utf8_lossy(w).into()).collect();
        assert!(windows.iter().all(|part| !run.out.contains(part)), "{}", run.out);
    }
    for file in files(home.path()) {
        let bytes = fs::read(&file).unwrap();
        let holds = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
        assert!(!holds(&cryptogram) && !holds("4788080252078243"), "{}", file.display());
        if file.ends_with("history.db-wal") {
            assert!(holds(REPEATED), "the search finds what is there");
        }
    }
}

const REPEATED: &str = "token_demo_repeated_cryptogram";

fn repeated_cryptogram(scenarios: &str) -> String {
    let at = scenarios.find(REPEATED).unwrap();
    let rest = scenarios.get(at..).unwrap();
    let candidates = rest.split('"').find(|word| word.len() == 28 && !word.contains(' '));
    candidates.unwrap().to_owned()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all
}

#[test]
fn each_verdict_has_its_exit_code() {
    for (reference, exit, verdict) in [
        (SAMPLE_REFERENCE, 0, "USABLE"),
        ("token_demo_card_expired", 0, "USABLE"),
        ("token_demo_not_found", 3, "REFUSED"),
        ("token_demo_error_in_200", 3, "REFUSED"),
        ("token_demo_bad_gateway", 3, "REFUSED"),
        ("token_demo_hang_up", 4, "NO ANSWER"),
        ("token_demo_redirect", 4, "NO ANSWER"),
        ("token_demo_oversize", 4, "NO ANSWER"),
        ("token_demo_html_page", 5, "UNREADABLE"),
        ("token_demo_empty_object", 5, "UNREADABLE"),
        ("token_demo_suspended", 6, "NOT USABLE"),
        ("token_demo_as_printed", 6, "NOT USABLE"),
        ("token_demo_other_reference", 6, "NOT USABLE"),
    ] {
        let run = fetch_of(reference);
        assert_eq!(run.exit, exit, "{reference} {}", run.err);
        assert!(run.out.contains(&format!("\"verdict\": \"{verdict}\"")), "{}", run.out);
        assert!(run.out.contains(&format!("\"exit\": {exit},")), "{}", run.out);
    }
}

#[test]
fn json_is_valid_with_the_keys_of_the_interface_whatever_comes() {
    let keys = "answer card_reference customer_id environment exit findings host http_status profile summary \
                timing_ms timing_parts_ms verdict";
    for reference in [
        SAMPLE_REFERENCE,
        "token_demo_escapes",
        "token_demo_hostile_error",
        "token_demo_name_games",
        "token_demo_hang_up",
    ] {
        let run = fetch_of(reference);
        let read: BTreeMap<String, IgnoredAny> = serde_json::from_str(&run.out).unwrap();
        assert_eq!(read.into_keys().collect::<Vec<_>>().join(" "), keys);
        assert!(!run.out.chars().any(|c| c != '\n' && c.is_control()), "{}", run.out);
    }
}

#[test]
fn the_markdown_of_the_demo_looks_like_this() {
    let run = Home::new().run(&["--demo", "fetch", "--format", "markdown"]);
    let stable = |line: &str| {
        let label: String = line.chars().take(30).collect();
        match label.trim_end() {
            "host" | "sent at" | "took" | "date" | "x-request-id" | "x-response-id" => {
                format!("{label}VARIES\n")
            }
            _ if line.starts_with("> ") => line.replace(env!("CARGO_PKG_VERSION"), "VERSION") + "\n",
            _ => format!("{line}\n"),
        }
    };
    let text: String = run.out.lines().map(stable).collect();
    insta::assert_snapshot!("demo_markdown", text);
}

#[test]
fn a_bad_command_line_is_one_sentence_and_never_repeats_a_value() {
    let home = Home::new();
    let value = "Sk_live_9f8e7d";
    for words in [
        vec!["--key", value],
        vec!["fetch", "--key", value],
        vec!["fetch", "--api-key=Sk_live_9f8e7d"],
        vec!["fetch", value],
        vec![value],
        vec!["--Sk_live_9f8e7d"],
        vec!["-kSk_live_9f8e7d"],
        vec!["fetch", "--format", value],
        vec!["emulator", "--port", value],
        vec!["config", value],
    ] {
        home.run(&words).is_refused("--help", &[value, "live"]);
    }
    home.run(&["fetch", "--key", value]).is_refused("--key", &[]);
    home.run(&["fetch", "--format", value]).is_refused("--format takes one of text, json, markdown", &[]);
    home.run(&["fetch", "--card-reference"]).is_refused("--card-reference needs a value", &[]);
    home.run(&["config"]).is_refused("needs another word", &[]);
    assert!(files(home.path()).is_empty(), "a refused command line leaves nothing");
}

#[test]
fn help_and_version_go_to_stdout() {
    for words in [["--help"].as_slice(), &["fetch", "--help"], &["--version"]] {
        let run = Home::new().run(words);
        assert_eq!((run.exit, run.err.as_str()), (0, ""));
        assert!(run.out.contains("tokenscope"));
        assert!(words.contains(&"--version") || !run.out.contains("--key"), "no option takes a key");
    }
}

#[test]
fn the_console_without_a_terminal_names_the_way_out() {
    Home::new().run(&[]).is_refused("--demo fetch", &[]);
    Home::new().run(&["--demo"]).is_refused("--demo fetch", &[]);
}

#[test]
fn a_card_number_is_refused_in_every_field_and_never_repeated() {
    for option in ["--card-reference", "--customer-id", "--routing-id", "--submerchant-id"] {
        let run = Home::new().run(&["--demo", "fetch", option, CARD]);
        run.is_refused("looks like a card number", &["4111", "1111"]);
    }
    for number in
        ["4111_1111_1111_1111", "4111 1111 1111 1111", "４１１１１１１１１１１１１１１１", "9000000000001"]
    {
        let run = Home::new().run(&["--demo", "fetch", "--card-reference", number]);
        run.is_refused("looks like a card number", &["1111", "１１１１", "9000"]);
    }
}

#[test]
fn an_id_that_could_be_a_card_number_is_sent_with_a_warning() {
    for (option, name) in [
        ("--customer-id", "customer_id"),
        ("--routing-id", "x-routing-id"),
        ("--submerchant-id", "submerchantId"),
    ] {
        let run = Home::new().run(&["--demo", "fetch", option, DOUBTFUL]);
        assert!(run.out.contains("HTTP status"), "it was sent: {}", run.out);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        assert!(
            run.err.contains(&format!("{name} has the length and check digit of a card number")),
            "{}",
            run.err
        );
        assert!(!run.err.contains(DOUBTFUL));
    }
}

#[test]
fn read_only_sends_nothing_wherever_it_stands() {
    let (home, emulator) = (Home::new(), emulator());
    home.configure(&format!("http://{}", emulator.address()), "");
    let ids = ["--card-reference", SAMPLE_REFERENCE, "--customer-id", "juspaytest_cust"];
    home.run(&[&["--read-only", "fetch"], ids.as_slice()].concat()).is_refused("--read-only", &[]);
    home.run(&[&["fetch"], ids.as_slice(), &["--read-only"]].concat()).is_refused("--read-only", &[]);
    home.configure(&format!("http://{}", emulator.address()), "read_only = true");
    home.run(&[&["fetch"], ids.as_slice()].concat()).is_refused("read_only = true", &[]);
    assert_eq!(emulator.requests(), 0);
}

#[test]
fn a_guarded_profile_sends_only_with_its_own_merchant_confirmed() {
    let (home, emulator) = (Home::new(), emulator());
    home.configure(&format!("http://{}", emulator.address()), "guard = \"production\"");
    let ids = ["fetch", "--card-reference", SAMPLE_REFERENCE, "--customer-id", "juspaytest_cust"];
    home.run(&ids).is_refused("--confirm-production", &[]);
    for wrong in ["ACME", "prod acme", "acme ", "", "other"] {
        home.run(&[ids.as_slice(), &["--confirm-production", wrong]].concat())
            .is_refused("not the confirmation", &[]);
    }
    assert_eq!(emulator.requests(), 0);
    let run = home.run(&[ids.as_slice(), &["--confirm-production", MERCHANT]].concat());
    assert_eq!((run.exit, emulator.requests()), (0, 1), "{}", run.err);
}

#[test]
fn production_needs_an_audit_trail_and_others_do_without() {
    let (home, emulator) = (Home::new(), emulator());
    let url = format!("http://{}", emulator.address());
    let blocked = home.path().join("file");
    fs::write(&blocked, "").unwrap();
    let folder = blocked.join("data");
    let words = [
        "--data-dir",
        folder.to_str().unwrap(),
        "fetch",
        "--card-reference",
        SAMPLE_REFERENCE,
        "--customer-id",
        "juspaytest_cust",
        "--confirm-production",
        MERCHANT,
    ];
    home.configure(&url, "guard = \"production\"");
    home.run(&words).is_refused("audit trail", &[]);
    assert_eq!(emulator.requests(), 0);
    home.configure(&url, "");
    let run = home.run(&words);
    assert_eq!((run.exit, emulator.requests()), (0, 1), "{}", run.err);
    assert!(run.err.contains("NO HISTORY") && run.out.starts_with("USABLE"), "{}", run.err);
}

#[test]
fn a_wrong_key_is_refused_by_the_api_and_shown_nowhere() {
    let home = Home::new();
    let other = Emulator::start(Options { merchant_id: MERCHANT.into(), ..Options::default() }).unwrap();
    home.configure(&format!("http://{}", other.address()), "");
    let run = home.run(&["fetch", "--card-reference", SAMPLE_REFERENCE, "--customer-id", "juspaytest_cust"]);
    assert_eq!(run.exit, 3, "{}", run.err);
    assert!(run.out.contains("does not accept the key") && !run.out.contains(KEY), "{}", run.out);
}

#[test]
fn a_host_that_is_not_there_is_no_answer() {
    let home = Home::new();
    // Nothing listens on port 1, and no other test can be given it.
    home.configure("http://127.0.0.1:1", "");
    let run = home.run(&["fetch", "--card-reference", SAMPLE_REFERENCE, "--customer-id", "juspaytest_cust"]);
    assert_eq!(run.exit, 4, "{}", run.err);
    assert!(run.out.starts_with("NO ANSWER\n") && run.out.contains("processed nothing"), "{}", run.out);
}

#[test]
fn missing_fields_and_a_bad_config_are_refused_before_a_send() {
    let (home, emulator) = (Home::new(), emulator());
    let url = format!("http://{}", emulator.address());
    home.configure(&url, "");
    home.run(&["fetch"]).is_refused("card_reference is empty", &[]);
    home.run(&["fetch", "--card-reference", "a b", "--customer-id", "c"]).is_refused("blank", &[]);
    home.run(&["--profile", "nobody", "fetch"]).is_refused("--profile", &["nobody"]);
    home.configure(&url, "kye = 1");
    home.run(&["fetch"]).is_refused("kye", &[]);
    assert_eq!(emulator.requests(), 0);
}

#[test]
fn without_a_config_the_emulator_answers_and_says_that_it_does() {
    let run = Home::new().run(&["fetch"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    assert!(run.err.contains("built-in emulator answers with made-up cards"), "{}", run.err);
    assert!(run.out.contains("(EMULATOR)"));
}

#[test]
fn every_form_of_an_answer_of_the_emulator_says_whose_it_is() {
    for (format, mark) in
        [("text", "(EMULATOR)"), ("markdown", "(EMULATOR)"), ("json", "\"environment\": \"emulator\"")]
    {
        let run = Home::new().run(&["--demo", "fetch", "--format", format]);
        assert!(run.out.contains(mark) && run.out.contains("127.0.0.1:"), "{}", run.out);
    }
}

#[test]
fn a_locale_without_utf_8_gets_a_mask_of_stars() {
    let run = finish(Home::new().command(&["--demo", "fetch"]).env("LANG", "C"));
    assert!(run.out.contains("478808********8243") && run.out.is_ascii(), "{}", run.out);
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let mut child = Home::new().command(&["emulator", "--list"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_is_told() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = Home::new().command(&["--demo", "fetch"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("stdout cannot be written"));
}

#[test]
fn the_emulator_lists_its_references_and_runs_until_it_is_ended() {
    let listed = Home::new().run(&["emulator", "--list"]);
    assert_eq!(listed.exit, 0);
    assert!(listed.out.starts_with(SAMPLE_REFERENCE) && listed.out.contains("token_demo_suspended"));
    let mut child = Home::new().command(&["emulator"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut first).unwrap();
    assert!(first.starts_with("EMULATOR on http://127.0.0.1:"), "{first}");
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("curl 'http://127.0.0.1:"), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_scenario_of_look_alikes_shows_the_mark() {
    let run = Home::new().run(&["--demo", "fetch", "--card-reference", "token_demo_look_alikes"]);
    let found = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let mark = "token_details.status, network and issuer mix scripts: look-alike letters";
    assert!(found.contains(mark), "{found}");
}

#[test]
fn what_to_look_at_twice_is_a_line_each_on_stderr_and_what_the_history_says_is_among_it() {
    let home = Home::new();
    let with = |more: &[&str]| home.run(&[&["--demo", "fetch", "--format", "json"], more].concat());
    let sound = with(&[]);
    assert_eq!((sound.exit, sound.err.as_str()), (0, ""));
    let run = with(&["--card-reference", "tkn_1", "--routing-id", "cart_1"]);
    assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    assert!(run.err.contains("card_reference starts with tkn_"), "{}", run.err);
    let carried = "which carried juspaytest_cust. Ask";
    assert!(run.err.contains(carried), "{}", run.err);
    assert!(
        !run.out.contains("routing-changed") && !run.out.contains("reference-short-lived"),
        "{}",
        run.out
    );
}
