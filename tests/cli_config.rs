//! `config init | check | show | path`, with a person at the desk and with the real binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking and writes into its own folder only"
)]

use proptest::prelude::*;
use std::fs;
use std::io::{BufRead, Cursor};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use tokenscope::cli::args::ConfigCommand;
use tokenscope::cli::config::{Desk, run};
use tokenscope::config::{self, Config, Folders, Inputs};
use tokenscope::domain::profile::{Environment, KeySource, Profile};

const KEY: &str = "9A3F07C2E1B84D56A0F2C7E913B5D864";
const SANDBOX: &str =
    "[profiles.sandbox]\nenvironment = \"sandbox\"\nmerchant_id = \"acme\"\nkey = { prompt = true }\n";

/// What a command said and how it ended.
struct Said {
    code: u8,
    out: String,
    err: String,
}

struct Home {
    folder: TempDir,
    inputs: Inputs,
}

impl Home {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| Some(folder.path().join(name));
        let folders =
            Folders { home: at(""), config: at(".config/tokenscope"), data: at("data"), state: None };
        let user = rustix::process::geteuid().as_raw();
        Self { folder, inputs: Inputs { folders, user, ..Inputs::default() } }
    }

    fn with(text: &str) -> Self {
        let home = Self::new();
        fs::create_dir_all(home.file().parent().unwrap()).unwrap();
        fs::write(home.file(), text).unwrap();
        home.set_mode(0o600);
        home
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join(".config/tokenscope/config.toml")
    }

    fn set_mode(&self, mode: u32) {
        fs::set_permissions(self.file(), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn run_with(&self, command: ConfigCommand, answers: Option<&mut Cursor<String>>) -> Said {
        let answers = answers.map(|answers| answers as &mut dyn BufRead);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code =
            run(command, &self.inputs, &|_| Vec::new(), &mut Desk { answers, out: &mut out, err: &mut err });
        Said { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
    }

    fn run(&self, command: ConfigCommand) -> Said {
        self.run_with(command, None)
    }

    fn init(&self, answers: &[&str]) -> Said {
        // The last two questions, which most leave as they are.
        let lines: String = answers.iter().chain(&["", ""]).flat_map(|answer| [*answer, "\n"]).collect();
        self.run_with(ConfigCommand::Init, Some(&mut Cursor::new(lines)))
    }

    fn load(&self) -> Config {
        config::load(&self.inputs).unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// The one profile that a person has answered.
    fn answered(&self, answers: &[&str]) -> Profile {
        let said = self.init(answers);
        assert_eq!(said.code, 0, "{}", said.err);
        let checked = self.run(ConfigCommand::Check);
        assert_eq!(checked.code, 0, "{}", checked.err);
        let [profile] = self.load().profiles.try_into().unwrap();
        profile
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

// init

#[test]
fn without_a_terminal_the_commented_example_is_written_and_check_takes_it() {
    let home = Home::new();
    let said = home.run(ConfigCommand::Init);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with(&format!("Wrote {}. ", home.file().display())), "{}", said.out);
    assert_eq!(fs::read_to_string(home.file()).unwrap(), include_str!("../config.example.toml"));
    assert_eq!(home.run(ConfigCommand::Check).code, 0);
}

#[test]
fn the_file_is_closed_to_others_and_so_is_the_folder() {
    let home = Home::new();
    home.run(ConfigCommand::Init);
    assert_eq!((mode(&home.file()), mode(home.file().parent().unwrap())), (0o600, 0o700));
}

#[test]
fn a_file_that_is_there_is_never_touched_and_nothing_is_asked() {
    let home = Home::with("# mine\n");
    let said = home.init(&["a"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(
        said.err.contains(
            "is there already and was not touched: change it by hand, or name another with --config"
        )
    );
    assert!(!said.err.contains("Name of the profile"));
    assert_eq!(fs::read_to_string(home.file()).unwrap(), "# mine\n");
    fs::remove_file(home.file()).unwrap();
    symlink(home.folder.path().join("elsewhere"), home.file()).unwrap();
    assert_eq!(home.run(ConfigCommand::Init).code, 2);
    assert!(!home.folder.path().join("elsewhere").exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let home = Home::new();
    fs::write(home.folder.path().join(".config"), "in the way").unwrap();
    let said = home.run(ConfigCommand::Init);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("could not be written: check the mode of its folder"), "{}", said.err);
}

#[test]
fn empty_answers_take_what_stands_in_brackets() {
    let profile = Home::new().answered(&["", "", "acme_live", "", ""]);
    assert_eq!((profile.name.as_str(), profile.environment()), ("sandbox", Environment::Sandbox));
    assert_eq!((profile.merchant_id.as_str(), profile.version.as_str()), ("acme_live", "2023-01-01"));
    assert_eq!(profile.key, KeySource::Prompt);
}

#[test]
fn a_host_of_ones_own_is_asked_for_its_address() {
    let address = "https://gw.example.internal/pay";
    let profile =
        Home::new().answered(&["own-1", "custom", address, "acme", "2024-02-29", "env", "ACME_KEY"]);
    assert_eq!(profile.endpoint.url(), "https://gw.example.internal/pay/v4/card/get");
    assert_eq!((profile.name.as_str(), profile.version.as_str()), ("own-1", "2024-02-29"));
    assert_eq!(profile.key, KeySource::Env("ACME_KEY".into()));
}

#[test]
fn a_command_is_split_into_words_and_may_be_lent_the_terminal() {
    let home = Home::new();
    let answers = ["prod", "production", "acme", "", "command", "pass show  juspay/prod", "yes"];
    let profile = home.answered(&answers);
    let argv = ["pass", "show", "juspay/prod"].map(str::to_owned).to_vec();
    assert_eq!(profile.key, KeySource::Command { argv, terminal: true });
    assert!(profile.is_guarded());
    let home = Home::new();
    let profile = home.answered(&["", "", "acme", "", "command", r#"get "k\1" key"#, ""]);
    let argv = ["get", r#""k\1""#, "key"].map(str::to_owned).to_vec();
    assert_eq!(profile.key, KeySource::Command { argv, terminal: false });
}

#[test]
fn a_reseller_and_a_gateway_are_asked_for_last() {
    let home = Home::new();
    let profile = home.answered(&["", "", "acme", "", "", "yes", "payu"]);
    assert!(profile.reseller);
    assert_eq!(home.load().ui.gateway.as_deref(), Some("payu"));
    let home = Home::new();
    assert!(!home.answered(&["", "", "acme", "", "", "no", "payyu", "none"]).reseller);
    assert_eq!(home.load().ui.gateway, None);
}

/// An answer that fits the question, an empty one, or any other.
fn answer(fitting: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(fitting.to_vec()).prop_map(str::to_owned),
        1 => Just(String::new()),
        1 => "[ -~äé€\u{202e}]{0,40}",
    ]
}

fn answers() -> impl Strategy<Value = Vec<String>> {
    let environment = prop_oneof![
        Just(vec!["sandbox".to_owned()]),
        Just(vec!["production".to_owned()]),
        answer(&["https://gw.example.internal", "http://127.0.0.1:8080/a", "https://[::1]:1"])
            .prop_map(|address| vec!["custom".to_owned(), address]),
    ];
    let key = prop_oneof![
        Just(vec!["prompt".to_owned()]),
        answer(&["ACME_KEY", "K"]).prop_map(|name| vec!["env".to_owned(), name]),
        answer(&["~/.keys/juspay", "/k y"]).prop_map(|path| vec!["file".to_owned(), path]),
        (answer(&["pass show juspay", "get \"k\\1\""]), answer(&["yes", "no"]))
            .prop_map(|(argv, lent)| vec!["command".to_owned(), argv, lent]),
    ];
    let rest = (answer(&["yes", "no"]), answer(&["payu", "none", "mpgs"]));
    let start = (
        answer(&["mine", "own-1", "a_b"]),
        environment,
        answer(&["acme", "ACME.x"]),
        answer(&["2024-02-29"]),
    );
    (start, key, rest).prop_map(|((name, environment, merchant, version), key, (reseller, gateway))| {
        let all = [vec![name], environment, vec![merchant, version], key, vec![reseller, gateway]];
        // What does not fit is asked again, and then the next answer is taken for it; empty ones end that.
        all.concat().into_iter().chain(std::iter::repeat_n(String::new(), 12)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_answered_what_is_written_is_taken_by_check(answers in answers()) {
        let home = Home::new();
        let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
        let said = home.init(&answers);
        if said.code == 0 {
            let checked = home.run(ConfigCommand::Check);
            prop_assert_eq!(checked.code, 0, "{}", checked.err);
        } else {
            prop_assert!(!home.file().exists() && said.err.contains("nothing was written"), "{}", said.err);
        }
    }
}

#[test]
fn a_key_file_is_named_with_the_home_folder() {
    let home = Home::new();
    let profile = home.answered(&["", "", "acme", "", "file", "~/.keys/juspay"]);
    assert_eq!(profile.key, KeySource::File(home.folder.path().join(".keys/juspay")));
}

#[test]
fn a_wrong_answer_is_told_why_and_asked_again() {
    let home = Home::new();
    let answers = [
        "demo",
        "a b",
        "mine",
        "live",
        "sandbox",
        "",
        "a b",
        "acme",
        "2023-02-30",
        "2023-01-01",
        "vault",
        "env",
        "NOT-A-NAME",
        "ACME_KEY",
    ];
    let profile = home.answered(&answers);
    assert_eq!((profile.name.as_str(), profile.key), ("mine", KeySource::Env("ACME_KEY".into())));
    fs::remove_file(home.file()).unwrap();
    let told = home.init(&answers).err;
    for reason in [
        "That is the name of the built-in emulator; give the profile another name.",
        "That holds a name that no profile may have; use letters, digits, - and _, at most 32.",
        "That is no environment; write \"sandbox\", \"production\" or \"custom\".",
        "That is empty; write the id as the dashboard shows it.",
        "That is not an id (visible ASCII without blanks, at most 256 characters); write the id as the dashboard shows it.",
        "That is not a day of the calendar; write YYYY-MM-DD, such as \"2023-01-01\".",
        "That is none of the choices; write command or file or env or prompt.",
        "That is no name of an environment variable; ",
    ] {
        assert!(told.contains(reason), "{reason} is not in {told}");
    }
}

#[test]
fn a_key_given_as_an_answer_is_neither_written_nor_repeated() {
    let home = Home::new();
    let said = home.init(&["", "", KEY, "acme", "", "env", KEY, &format!("A{KEY}"), "ACME_KEY"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("That looks like a key, which never goes into the config"), "{}", said.err);
    let written = fs::read_to_string(home.file()).unwrap();
    assert!(!said.err.contains("9A3F") && !said.out.contains("9A3F") && !written.contains("9A3F"));
}

#[test]
fn answers_that_end_or_never_fit_write_nothing() {
    for answers in [&[][..], &["", ""][..], &["", "x", "x", "x", "x", "x", "x", "x"][..]] {
        let home = Home::new();
        let said = home.init(answers);
        assert_eq!((said.code, said.out.as_str()), (2, ""));
        assert!(said.err.contains("nothing was written, since the answers ended early"), "{}", said.err);
        assert!(!home.file().exists() && !home.folder.path().join(".config").exists());
    }
}

#[test]
fn without_a_home_a_file_has_to_be_named() {
    let mut home = Home::new();
    home.inputs.folders.config = None;
    for command in [ConfigCommand::Init, ConfigCommand::Path] {
        let said = home.run(command);
        assert_eq!(said.code, 2);
        assert!(said.err.contains("name a file with --config"));
    }
}

// check

#[test]
fn check_says_ok_where_all_is_well_or_nothing_is_there() {
    let said = Home::with(SANDBOX).run(ConfigCommand::Check);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("ok: ") && said.out.ends_with(", profiles: 1\n"), "{}", said.out);
    let said = Home::new().run(ConfigCommand::Check);
    assert_eq!((said.code, said.out.as_str()), (0, "ok: no config file, so the built-in emulator is used\n"));
}

#[test]
fn check_names_every_finding_in_a_line_of_its_own() {
    let said = Home::with(&format!("{SANDBOX}colour = \"pink\"\nmerchantid = \"x\"\napi_key = \"{KEY}\"\n"))
        .run(ConfigCommand::Check);
    assert_eq!((said.code, said.out.as_str(), said.err.lines().count()), (1, "", 3));
    for place in ["`colour` in line 5 of", "unknown name `merchantid` in line 6 of", "a key in line 7 of"] {
        assert!(said.err.contains(place), "{place} is not in {}", said.err);
    }
    assert!(!said.err.contains(KEY));
}

#[test]
fn check_finds_what_load_only_warns_about_and_what_would_not_start() {
    let home = Home::with(SANDBOX);
    home.set_mode(0o660);
    let said = home.run(ConfigCommand::Check);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("chmod g-w"));
    let said = Home::with(&SANDBOX.replace("\"sandbox\"", "\"production\"")).run(ConfigCommand::Check);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("does not say which profile to start with"));
}

#[test]
fn an_environment_variable_is_named_as_the_weaker_source_wherever_one_is_chosen() {
    let said = Home::with(&SANDBOX.replace("prompt = true", "env = \"ACME_KEY\"")).run(ConfigCommand::Check);
    assert_eq!((said.code, said.err.lines().count()), (0, 1), "{}", said.err);
    assert!(
        said.err.contains("profile sandbox takes its key from an environment variable, the weaker source")
    );
    let asked = Home::new().init(&["", "", "acme", "", "env", "ACME_KEY"]);
    assert!(asked.err.contains("env (the weaker one)"), "{}", asked.err);
    for text in [include_str!("../README.md"), include_str!("../config.example.toml")] {
        let words: Vec<&str> = text.split_whitespace().filter(|word| *word != "#").collect();
        assert!(words.join(" ").contains("nvironment variable is the weaker source"));
    }
}

// show, path

#[test]
fn show_prints_each_value_with_its_origin_and_never_a_word_of_a_command() {
    let mut home =
        Home::with(&SANDBOX.replace("{ prompt = true }", "{ command = [\"vault\", \"hvs.token\"] }"));
    home.inputs.environment.insert("TOKENSCOPE_DATA_DIR".into(), "/data".into());
    home.inputs.options.read_only = true;
    let said = home.run(ConfigCommand::Show);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    for line in [
        "profile = sandbox  # default",
        "data_dir = /data  # environment TOKENSCOPE_DATA_DIR",
        "read_only = true  # option --read-only",
        "profiles.sandbox.merchant_id = \"acme\"  # file, line 3",
        "profiles.sandbox.version = 2023-01-01  # default",
        "profiles.sandbox.key.command = [\"vault\", …]  # file, line 4",
        "ui.reveal_seconds = 20  # default",
    ] {
        assert!(said.out.lines().any(|shown| shown == line), "{line} is not in {}", said.out);
    }
    assert!(!said.out.contains("hvs.token"));
}

#[test]
fn show_of_a_bad_config_is_refused() {
    let said = Home::with("[ui]\nmuose = true\n").run(ConfigCommand::Show);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("did you mean `mouse`?"));
}

#[test]
fn path_prints_where_the_file_is_or_would_be() {
    let mut home = Home::new();
    assert_eq!(home.run(ConfigCommand::Path).out, format!("{}\n", home.file().display()));
    home.inputs.options.config = Some("/tmp/\u{1b}[2J.toml".into());
    assert_eq!(home.run(ConfigCommand::Path).out, "/tmp/\\u{1b}[2J.toml\n");
}

// The binary.

fn binary(home: &Home, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tokenscope"))
        .args(words)
        .env_clear()
        .env("HOME", home.folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

#[test]
fn the_binary_writes_checks_and_shows_a_config() {
    let home = Home::new();
    for (words, code) in [
        (&["config", "check"][..], 0),
        (&["config", "init"][..], 0),
        (&["config", "init"][..], 2),
        (&["config", "check"][..], 0),
        (&["config", "show"][..], 0),
        (&["config", "path"][..], 0),
        (&["--config", "/nowhere.toml", "config", "check"][..], 1),
        (&["config", "show", "--config", "/nowhere.toml"][..], 2),
    ] {
        let ended = binary(&home, words);
        assert_eq!(ended.status.code(), Some(code), "{words:?}: {}", String::from_utf8_lossy(&ended.stderr));
        assert_eq!(ended.stdout.is_empty(), code != 0, "{words:?}");
    }
    assert_eq!(mode(&home.file()), 0o600);
}

#[test]
fn a_bad_config_ends_every_other_command_with_2_and_one_sentence() {
    let home = Home::with(&format!("{SANDBOX}api_key = \"{KEY}\"\n"));
    for words in [&["fetch", "--card-reference", "r", "--customer-id", "c"][..], &["config", "show"][..]] {
        let ended = binary(&home, words);
        let told = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(
            told.contains("a key in line 5 of ") && !told.contains(KEY) && ended.stdout.is_empty(),
            "{told}"
        );
    }
}
