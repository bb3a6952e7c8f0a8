//! The config: what is taken, where each value comes from, and the sentence of every refusal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::format_collect,
    clippy::too_many_lines,
    missing_docs,
    reason = "a test fails by panicking, writes into its own folder only, and is a table where cases are many"
)]

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokenscope::config::{
    self, Config, ConfigFault, Folders, Inputs, Origin, Start, Ui, VARIABLES, demo_profile,
};
use tokenscope::domain::profile::{Colour, Environment, KeySource, Routing};
use tokenscope::log::Threshold;

const EXAMPLE: &str = include_str!("../config.example.toml");

/// A key as the API hands them out; it must be in no sentence.
const KEY: &str = "9A3F07C2E1B84D56A0F2C7E913B5D864";

/// The least that a profile needs.
const SANDBOX: &str =
    "[profiles.sandbox]\nenvironment = \"sandbox\"\nmerchant_id = \"acme\"\nkey = { prompt = true }\n";
const PROD: &str =
    "[profiles.prod]\nenvironment = \"production\"\nmerchant_id = \"acme\"\nkey = { prompt = true }\n";
const CUSTOM: &str = "[profiles.own]\nenvironment = \"custom\"\nbase_url = \"https://gw.example.internal\"\nmerchant_id = \"acme\"\nkey = { prompt = true }\n";

/// A home folder with a config in it.
struct Home {
    folder: TempDir,
    inputs: Inputs,
}

impl Home {
    fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| Some(folder.path().join(name));
        let folders = Folders {
            home: Some(folder.path().to_owned()),
            config: at("config"),
            data: at("data"),
            state: at("state"),
        };
        let user = rustix::process::geteuid().as_raw();
        fs::create_dir(folder.path().join("config")).unwrap();
        Self { folder, inputs: Inputs { folders, user, ..Inputs::default() } }
    }

    fn with(text: &str) -> Self {
        let home = Self::empty();
        home.write(text.as_bytes());
        home
    }

    fn write(&self, bytes: &[u8]) {
        fs::write(self.file(), bytes).unwrap();
        self.set_mode(0o600);
    }

    fn file(&self) -> PathBuf {
        self.path("config/config.toml")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn set_mode(&self, mode: u32) {
        fs::set_permissions(self.file(), fs::Permissions::from_mode(mode)).unwrap();
    }

    fn set(&mut self, variable: &str, value: impl Into<OsString>) {
        self.inputs.environment.insert(variable.to_owned(), value.into());
    }

    fn load(&self) -> Config {
        config::load(&self.inputs).unwrap_or_else(|fault| panic!("{fault}"))
    }

    fn fault(&self) -> ConfigFault {
        config::load(&self.inputs).expect_err("this config has to be refused")
    }

    /// The sentence of a refusal, without the path of the file.
    fn refusal(&self) -> String {
        let sentence = self.fault().to_string();
        assert!(
            !sentence.contains('\n') && sentence.contains("; "),
            "not one sentence with a mend: {sentence}"
        );
        sentence.replace(&self.file().display().to_string(), "FILE")
    }
}

fn refusal(text: &str) -> String {
    Home::with(text).refusal()
}

/// A whole profile with one more line, which is line 5.
fn refusal_in(profile: &str, line: &str) -> String {
    refusal(&format!("{profile}{line}\n"))
}

fn origin(config: &Config, name: &str) -> Origin {
    let setting = config.settings.iter().find(|setting| setting.name == name);
    setting.unwrap_or_else(|| panic!("{name} is not shown")).origin.clone()
}

// What is taken.

#[test]
fn without_a_file_there_is_the_emulator_only() {
    let config = Home::empty().load();
    assert!(config.demo && config.profiles.is_empty() && config.path.is_none());
    assert_eq!(config.start(), Ok(Start::Demo));
    assert_eq!(config.ui, Ui::default());
    assert_eq!(config.retention_days, 7);
}

#[test]
fn demo_starts_the_emulator_whatever_the_config() {
    let mut home = Home::with("this is no toml [");
    home.inputs.options.demo = true;
    home.inputs.options.profile = Some("prod".into());
    let config = home.load();
    assert!(config.demo);
    assert_eq!(config.start(), Ok(Start::Demo));
    assert_eq!(origin(&config, "profile"), Origin::Option("--demo"));
}

#[test]
fn the_emulators_profile_is_bound_to_its_address_and_never_guarded() {
    let profile = demo_profile("127.0.0.1:4711".parse().unwrap(), "demo_merchant");
    assert_eq!(profile.name, config::DEMO);
    assert_eq!(profile.endpoint.url(), "http://127.0.0.1:4711/v4/card/get");
    assert_eq!((profile.environment(), profile.key.clone()), (Environment::Emulator, KeySource::Emulator));
    assert!(!profile.is_guarded());
}

#[test]
fn the_example_is_taken_and_says_what_it_means() {
    let home = Home::with(EXAMPLE);
    let config = home.load();
    assert_eq!(
        config.profiles.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
        ["sandbox", "prod", "staging"]
    );
    assert_eq!(config.export_dir, Some(home.path("tickets")));
    assert_eq!(config.ui.gateway.as_deref(), Some("payu"));
    assert!(config.warnings.is_empty() && !config.demo);
    let [sandbox, prod, staging] = config.profiles.as_slice() else { panic!() };
    assert_eq!(config.start(), Ok(Start::Profile(sandbox)));
    assert_eq!(sandbox.endpoint.url(), "https://sandbox.juspay.in/v4/card/get");
    assert_eq!((sandbox.colour, sandbox.routing), (Colour::Blue, Routing::CustomerId));
    assert_eq!(sandbox.key, KeySource::Env("ACME_SANDBOX_KEY".into()));
    assert_eq!((sandbox.merchant_id.as_str(), sandbox.version.as_str()), ("acme", "2023-01-01"));
    let argv = ["pass", "show", "juspay/prod"].map(str::to_owned).to_vec();
    assert_eq!(prod.key, KeySource::Command { argv, terminal: true });
    assert!(prod.is_guarded() && prod.allow_reveal && !prod.read_only);
    assert!(staging.is_guarded() && staging.environment() == Environment::Custom);
    assert_eq!(staging.key, KeySource::File(home.path(".keys/juspay")));
    assert_eq!(staging.ca_file.as_deref(), Some(Path::new("/etc/ssl/acme-ca.pem")));
    assert_eq!(staging.proxy.as_deref(), Some("http://proxy.example.internal:3128"));
}

/// A default is written as `#name = value`.
fn is_default(line: &str) -> bool {
    line.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

#[test]
fn the_defaults_that_the_example_names_are_the_real_ones() {
    let home = Home::with(EXAMPLE);
    let silent = home.load();
    let spoken: Vec<&str> =
        EXAMPLE.lines().map(|line| if is_default(line) { &line[1..] } else { line }).collect();
    assert!(EXAMPLE.lines().filter(|line| is_default(line)).count() >= 12);
    home.write(spoken.join("\n").as_bytes());
    let spoken = home.load();
    assert_eq!(Config { settings: Vec::new(), ..silent }, Config { settings: Vec::new(), ..spoken.clone() });
    for name in ["ui.reveal_seconds", "history.retention_days", "profiles.sandbox.version"] {
        assert!(matches!(origin(&spoken, name), Origin::File { .. }), "{name} is still a comment");
    }
}

#[test]
fn the_example_names_every_setting() {
    let line = "qqqqqq = 1\n";
    for refused in [refusal(line), refusal(&format!("[ui]\n{line}")), refusal_in(SANDBOX, line)] {
        let (_, names) = refused.split_once("known there: ").unwrap();
        for name in names.split(", ") {
            assert!(EXAMPLE.contains(name), "{name}");
        }
    }
}

#[test]
fn every_setting_of_a_profile_is_read() {
    let config = Home::with(&format!(
        "{PROD}host = \"api-ns1.juspay.in\"\nversion = 2024-02-29\nrouting_id = \"ask\"\nreseller = true\n\
         submerchant_id = \"airline1\"\ncolour = \"magenta\"\nallow_reveal = false\nread_only = true\n\
         proxy = \"http://[::1]:3128/\"\n"
    ))
    .load();
    let [prod] = config.profiles.as_slice() else { panic!() };
    assert_eq!(prod.endpoint.authority(), "api-ns1.juspay.in");
    assert_eq!((prod.version.as_str(), prod.routing, prod.reseller), ("2024-02-29", Routing::Ask, true));
    assert_eq!((prod.submerchant_id.as_str(), prod.colour), ("airline1", Colour::Magenta));
    assert!(!prod.allow_reveal && prod.read_only);
    assert_eq!(prod.proxy.as_deref(), Some("http://[::1]:3128"));
}

#[test]
fn the_rest_of_the_file_is_read() {
    let home = Home::with(&format!(
        "[ui]\nreveal_seconds = 30\nhide_on_focus_loss = false\ntheme = \"mine.toml\"\nmouse = true\nstage = true\n\
         [history]\nretention_days = 30\n[export]\ndir = \"out\"\n[keys]\nexport = \"ctrl-x\"\nmask = [\"V\", \"f2\"]\n{SANDBOX}"
    ));
    fs::write(home.path("config/mine.toml"), "").unwrap();
    let config = home.load();
    let ui = config.ui;
    assert_eq!((ui.reveal_seconds, ui.hide_on_focus_loss, ui.mouse, ui.stage), (30, false, true, true));
    assert_eq!(ui.theme, "mine.toml");
    assert_eq!(config.retention_days, 30);
    assert_eq!(config.export_dir, Some(home.path("config/out")));
    assert_eq!(config.keys["mask"], ["V", "f2"]);
    assert_eq!(config.keys["export"], ["ctrl-x"]);
}

#[test]
fn other_writings_of_the_same_tables_are_read_alike() {
    let home = Home::with(
        "\u{feff}profiles.a.environment = 'sandbox'\r\nprofiles.a.merchant_id = \"acme\"\r\nprofiles.a.key.env = 'K'\r\n",
    );
    let config = home.load();
    assert_eq!(config.profiles[0].key, KeySource::Env("K".into()));
    home.write(b"[profiles.a]\nenvironment='sandbox'\nmerchant_id='acme'\n[profiles.a.key]\nenv='K'\n");
    assert_eq!(home.load().profiles, config.profiles);
}

// Where a value comes from.

#[test]
fn option_beats_environment_beats_file_beats_default() {
    let text = format!(
        "default_profile = \"one\"\n{}",
        ["one", "two", "three"].map(|name| SANDBOX.replace("sandbox]", &format!("{name}]"))).concat()
    );
    let mut home = Home::with(&text);
    let started = |home: &Home| match home.load().start().unwrap() {
        Start::Profile(profile) => profile.name.clone(),
        Start::Demo => "demo".to_owned(),
    };
    assert_eq!(started(&home), "one");
    assert_eq!(origin(&home.load(), "profile"), Origin::File { line: 1 });
    home.set("TOKENSCOPE_PROFILE", "two");
    assert_eq!(started(&home), "two");
    assert_eq!(origin(&home.load(), "profile"), Origin::Environment("TOKENSCOPE_PROFILE"));
    home.inputs.options.profile = Some("three".into());
    assert_eq!(started(&home), "three");
    assert_eq!(origin(&home.load(), "profile"), Origin::Option("--profile"));
    home.inputs.options.profile = Some("demo".into());
    assert_eq!(started(&home), "demo");
}

#[test]
fn the_data_folder_moves_everything_and_remembers_who_moved_it() {
    let mut home = Home::empty();
    let config = home.load();
    assert_eq!(
        (config.data_dir.clone(), config.state_dir.clone()),
        (Some(home.path("data")), Some(home.path("state")))
    );
    assert_eq!(origin(&config, "data_dir"), Origin::Default);
    home.set("TOKENSCOPE_DATA_DIR", "/env");
    assert_eq!(home.load().data_dir, Some("/env".into()));
    home.inputs.options.data_dir = Some("/option".into());
    let config = home.load();
    assert_eq!(
        (config.data_dir.clone(), config.state_dir.clone()),
        (Some("/option".into()), Some("/option".into()))
    );
    assert_eq!(origin(&config, "data_dir"), Origin::Option("--data-dir"));
}

#[test]
fn without_a_state_folder_the_data_folder_is_taken() {
    let mut home = Home::empty();
    home.inputs.folders.state = None;
    assert_eq!(home.load().state_dir, Some(home.path("data")));
}

#[test]
fn an_empty_variable_counts_as_none() {
    let mut home = Home::with(SANDBOX);
    for name in VARIABLES {
        home.set(name, "");
    }
    assert_eq!(home.load().path, Some(home.file()));
    assert_eq!(home.load().data_dir, Some(home.path("data")));
}

#[test]
fn the_log_is_as_loud_as_the_environment_says_and_warns_where_it_says_nothing() {
    let mut home = Home::with(SANDBOX);
    assert_eq!((home.load().log, origin(&home.load(), "log")), (Threshold::default(), Origin::Default));
    for word in ["off", "error", "warn", "info", "debug", "trace"] {
        home.set("TOKENSCOPE_LOG", word);
        let config = home.load();
        assert_eq!(config.log.word(), word);
        let setting = config.settings.iter().find(|setting| setting.name == "log").unwrap();
        assert_eq!((setting.value.as_str(), &setting.origin), (word, &Origin::Environment("TOKENSCOPE_LOG")));
    }
}

#[test]
fn a_level_that_is_none_is_refused_with_the_list_and_not_repeated() {
    use std::os::unix::ffi::OsStringExt as _;
    for value in [KEY.into(), "WARN".into(), "tokenscope=trace".into(), OsString::from_vec(vec![0xff])] {
        let mut home = Home::with(SANDBOX);
        home.set("TOKENSCOPE_LOG", value);
        let sentence = "TOKENSCOPE_LOG holds no level of the log; set it to one of: off, error, warn, info, debug, trace";
        assert_eq!(home.refusal(), sentence);
        home.inputs.options.demo = true;
        assert_eq!(home.refusal(), sentence);
        // The file has its faults none the less, and they are told too.
        home.inputs.options.demo = false;
        home.write(b"nonsense [");
        assert_eq!(config::inspect(&home.inputs).unwrap_err().len(), 2);
    }
}

#[test]
fn the_file_is_named_by_option_then_environment() {
    let mut home = Home::with("nonsense [");
    fs::write(home.path("env.toml"), SANDBOX).unwrap();
    fs::write(home.path("option.toml"), PROD).unwrap();
    home.set("TOKENSCOPE_CONFIG", home.path("env.toml"));
    assert_eq!(home.load().profiles[0].name, "sandbox");
    assert_eq!(origin(&home.load(), "config"), Origin::Environment("TOKENSCOPE_CONFIG"));
    home.inputs.options.config = Some(home.path("option.toml"));
    assert_eq!(home.load().profiles[0].name, "prod");
}

#[test]
fn a_named_file_that_is_not_there_is_a_fault_and_no_demo() {
    let mut home = Home::empty();
    home.inputs.options.config = Some("/nowhere/c.toml".into());
    assert_eq!(
        home.fault().to_string(),
        "the config /nowhere/c.toml, which --config names, is not there; name another, or make it with `tokenscope config init`"
    );
}

#[test]
fn every_value_is_shown_with_its_line_and_the_defaults_beside_it() {
    let config = Home::with(&format!("{SANDBOX}[ui]\nmouse = true\n")).load();
    assert_eq!(origin(&config, "profiles.sandbox.merchant_id"), Origin::File { line: 3 });
    assert_eq!(origin(&config, "ui.mouse"), Origin::File { line: 6 });
    for name in
        ["ui.stage", "ui.gateway", "history.retention_days", "export.dir", "profiles.sandbox.read_only"]
    {
        assert_eq!(origin(&config, name), Origin::Default, "{name}");
    }
}

// Which profile is started.

#[test]
fn a_single_sandbox_profile_is_taken_beside_any_others() {
    let config = Home::with(&format!("{PROD}{SANDBOX}{CUSTOM}")).load();
    assert_eq!(config.start(), Ok(Start::Profile(&config.profiles[1])));
}

#[test]
fn a_production_profile_is_never_taken_by_itself() {
    let mut home = Home::with(PROD);
    let config = home.load();
    let sentence = config.start().unwrap_err().to_string();
    assert!(
        sentence.ends_with(
            "does not say which profile to start with; pass --profile or write default_profile, one of: prod"
        ),
        "{sentence}"
    );
    home.inputs.options.profile = Some("prod".into());
    let config = home.load();
    assert_eq!(config.start(), Ok(Start::Profile(&config.profiles[0])));
}

#[test]
fn two_sandbox_profiles_are_not_guessed_between() {
    let config = Home::with(&format!("{SANDBOX}{}", SANDBOX.replace("sandbox]", "other]"))).load();
    let sentence = config.start().unwrap_err().to_string();
    assert!(sentence.contains("one of: sandbox, other"), "{sentence}");
}

#[test]
fn a_profile_that_is_not_there_is_not_quoted() {
    let mut home = Home::with(SANDBOX);
    home.inputs.options.profile = Some(KEY.into());
    let config = home.load();
    let sentence = config.start().unwrap_err().to_string();
    assert!(sentence.starts_with("the profile that option --profile names is not in "), "{sentence}");
    assert!(sentence.ends_with("; there are: sandbox") && !sentence.contains(KEY), "{sentence}");
    let mut bare = Home::empty();
    bare.set("TOKENSCOPE_PROFILE", "prod");
    assert!(bare.load().start().unwrap_err().to_string().contains("tokenscope config init"));
}

#[test]
fn a_file_without_profiles_says_how_to_add_one() {
    let config = Home::with("[ui]\nmouse = true\n").load();
    let sentence = config.start().unwrap_err().to_string();
    assert!(
        sentence.ends_with("names no profile; add one as [profiles.NAME], or start with --demo"),
        "{sentence}"
    );
}

#[test]
fn default_profile_may_name_production_because_somebody_wrote_it() {
    let config = Home::with(&format!("default_profile = \"prod\"\n{PROD}{SANDBOX}")).load();
    assert_eq!(config.start(), Ok(Start::Profile(&config.profiles[0])));
}

// What is refused.

#[test]
fn an_unknown_name_is_refused_with_the_nearest_known_one() {
    assert_eq!(
        refusal_in(SANDBOX, "merchantid = \"x\""),
        "unknown name `merchantid` in line 5 of FILE; did you mean `merchant_id`?"
    );
    assert_eq!(
        refusal("[profile.a]\n"),
        "unknown name `profile` in line 1 of FILE; did you mean `profiles`?"
    );
    assert_eq!(
        refusal("[ui]\n\nmuose = true"),
        "unknown name `muose` in line 3 of FILE; did you mean `mouse`?"
    );
    assert_eq!(
        refusal("[profiles.a]\nenvironment='sandbox'\nmerchant_id='a'\nkey = { evn = \"X\" }"),
        "unknown name `evn` in line 4 of FILE; did you mean `env`?"
    );
    assert_eq!(
        refusal("[history]\ndays_of_glory = 1\n"),
        "unknown name `days_of_glory` in line 2 of FILE; known there: retention_days"
    );
}

#[test]
fn an_unknown_name_that_may_be_a_key_is_not_quoted() {
    let sentence = refusal_in(SANDBOX, &format!("{KEY} = true"));
    assert!(sentence.starts_with("an unknown name in line 5 of FILE; known there:"), "{sentence}");
    assert!(!sentence.contains("9A3F07"), "{sentence}");
}

#[test]
fn a_key_written_into_the_config_is_refused_with_its_line_and_never_its_value() {
    let basic = "Basic OUEzRjA3QzJFMUI4NEQ1NkEwRjJDN0U5MTNCNUQ4NjQ6";
    let places = [
        format!("key = \"{KEY}\""),
        format!("key = [\"{KEY}\"]"),
        "key = \"short\"".to_owned(),
        "key = 123456".to_owned(),
        format!("key = {{ value = \"{KEY}\" }}"),
        format!("key = {{ env = \"A{KEY}\" }}"),
        format!("key = {{ file = \"{KEY}\" }}"),
        format!("key = {{ command = [\"echo\", \"{KEY}\"] }}"),
        format!("key = {{ command = [\"curl\", \"-H\", \"Authorization: {basic}\"] }}"),
        format!("api_key = \"{KEY}\""),
        format!("apiKey = \"{KEY}\""),
        "password = \"hunter2\"".to_owned(),
        "token = \"x\"".to_owned(),
        "client.secret = \"x\"".to_owned(),
        format!("merchant_id = \"{KEY}\""),
        format!("submerchant_id = \"{basic}\""),
        format!("proxy = \"{KEY}\""),
    ];
    for place in places {
        let text = format!("[profiles.a]\nenvironment = \"sandbox\"\n{place}\n");
        let home = Home::with(&text);
        let faults = config::inspect(&home.inputs).unwrap_err();
        let fault = faults.iter().find(|fault| fault.to_string().starts_with("a key in line 3 of "));
        let sentence = fault.unwrap_or_else(|| panic!("{place}: {faults:?}")).to_string();
        assert!(sentence.contains("is written as text; take it out, have it replaced"), "{sentence}");
        for fault in &faults {
            for value in [KEY, basic, "hunter2", "9A3F07", "OUEzRj", "short", "123456"] {
                assert!(!fault.to_string().contains(value), "{fault}");
            }
        }
    }
}

#[test]
fn a_broken_line_is_named_by_line_and_column_and_not_quoted() {
    let home = Home::with(&format!("# ok\n[profiles.a]\nversion = {KEY}\n"));
    let sentence = home.refusal();
    assert_eq!(
        sentence,
        "column 12 in line 3 of FILE cannot be read as TOML; check the quotes, brackets and equals signs there"
    );
    for broken in [KEY.to_owned(), format!("\"{KEY}"), format!("{KEY}\""), format!("'{KEY}\"")] {
        let sentence = refusal(&format!("[profiles.a]\nkey = {broken}\n"));
        assert!(sentence.starts_with("a key in line 2 of FILE is written as text; "), "{sentence}");
    }
    assert_eq!(refusal("[ui]\nmouse = \"").split(" of ").next(), Some("column 10 in line 2"));
    assert_eq!(
        refusal("[ui]\nmouse = true\nmouse = false\n"),
        "a name in line 3 of FILE stands there for the second time; keep one of the two"
    );
}

#[test]
fn text_that_is_not_utf8_is_named_by_its_line() {
    let home = Home::empty();
    home.write(b"[ui]\n# \xff\n");
    assert_eq!(home.refusal(), "a character in line 2 of FILE is not UTF-8; save the file as UTF-8");
}

#[test]
fn wrong_values_of_the_file_are_refused_with_their_mend() {
    for (text, sentence) in [
        (
            "[ui]\nreveal_seconds = 31",
            "`reveal_seconds` in line 2 of FILE is not a whole number from 1 to 30; write a number from 1 to 30",
        ),
        (
            "[ui]\nreveal_seconds = 0",
            "`reveal_seconds` in line 2 of FILE is not a whole number from 1 to 30; write a number from 1 to 30",
        ),
        (
            "[ui]\nreveal_seconds = \"20\"",
            "`reveal_seconds` in line 2 of FILE is not a whole number from 1 to 30; write a number from 1 to 30",
        ),
        (
            "[ui]\nreveal_seconds = 99999999999999999999",
            "`reveal_seconds` in line 2 of FILE is not a whole number from 1 to 30; write a number from 1 to 30",
        ),
        ("[ui]\nmouse = 1", "`mouse` in line 2 of FILE is neither true nor false; write mouse = false"),
        (
            "[ui]\ntheme = \"drak\"",
            "`theme` in line 2 of FILE is no theme; write \"dark\", \"light\", \"high-contrast\" or the name of a file beside the config",
        ),
        (
            "[ui]\ntheme = \"../config/config.toml\"",
            "`theme` in line 2 of FILE is no theme; write \"dark\", \"light\", \"high-contrast\" or the name of a file beside the config",
        ),
        (
            "[ui]\ngateway = \"payyou\"",
            "`gateway` in line 2 of FILE is no gateway of the published matrix; write one of payu, razorpay, cybersource, mpgs, pinelabs, paytm-v2, billdesk, gocashfree, easebuzz",
        ),
        (
            "[history]\nretention_days = 0",
            "`retention_days` in line 2 of FILE is not a whole number from 1 to 3650; write a number from 1 to 3650",
        ),
        ("[export]\ndir = 7", "`dir` in line 2 of FILE is not a text; write it in double quotes"),
        (
            "[export]\ndir = \"~root/x\"",
            "`dir` in line 2 of FILE names the home of another user with ~; write the whole path",
        ),
        ("[export]\ndir = \"\"", "`dir` in line 2 of FILE is no path; name a file or folder"),
        (
            "[keys]\nsend = 7",
            "`send` in line 2 of FILE is not a key or a list of keys; write it as \"x\" or [\"x\", \"ctrl-x\"]",
        ),
        (
            "ui = 3",
            "`ui` in line 1 of FILE is not a table; write [ui] on a line of its own and its values below",
        ),
        (
            "default_profile = \"nope\"",
            "`default_profile` in line 1 of FILE names no profile of this file; add a profile as [profiles.NAME], or start with --demo",
        ),
    ] {
        assert_eq!(refusal(text), sentence, "{text}");
    }
    assert_eq!(
        refusal(&format!("default_profile = \"sandbx\"\n{SANDBOX}{PROD}")),
        "`default_profile` in line 1 of FILE names no profile of this file; there are: prod, sandbox"
    );
}

#[test]
fn a_home_that_is_not_there_cannot_be_expanded() {
    let mut home = Home::with("[export]\ndir = \"~/x\"");
    home.inputs.folders.home = None;
    assert!(home.refusal().contains("begins with ~, and this user has no home folder; write the whole path"));
}

#[test]
fn a_profile_lacking_something_is_refused() {
    for (name, mend) in [
        ("environment", "add environment = \"sandbox\", \"production\" or \"custom\""),
        ("merchant_id", "add merchant_id = \"...\", the x-merchantid of the merchant"),
        (
            "key",
            "write one of key = { env = \"...\" }, { command = [\"...\"] }, { file = \"...\" }, { prompt = true }",
        ),
        ("base_url", "add base_url = \"https://...\", the address before /v4/card/get"),
    ] {
        let text: String =
            CUSTOM.lines().filter(|line| !line.starts_with(name)).map(|line| format!("{line}\n")).collect();
        assert_eq!(refusal(&text), format!("`{name}` of the table in line 1 of FILE is missing; {mend}"));
    }
}

/// The line is put in place of the profile's own of that name.
fn refusal_of(profile: &str, line: &str) -> String {
    let name = line.split(' ').next().unwrap();
    let kept: String =
        profile.lines().filter(|old| !old.starts_with(name)).map(|line| format!("{line}\n")).collect();
    let sentence = refusal(&format!("{kept}{line}\n"));
    let number = kept.lines().count() + 1;
    let head = format!("`{name}` in line {number} of FILE ");
    sentence.strip_prefix(&head).unwrap_or_else(|| panic!("{sentence} should begin with {head}")).to_owned()
}

#[test]
fn wrong_values_of_a_profile_are_refused_with_their_mend() {
    let custom_only = "is for the environment custom only; take it out";
    for (profile, line, rest) in [
        (
            SANDBOX,
            "environment = \"sandbx\"",
            "is no environment; write \"sandbox\", \"production\" or \"custom\"",
        ),
        (
            SANDBOX,
            "environment = \"emulator\"",
            "names the built-in emulator, which needs no profile; start it with --demo",
        ),
        (SANDBOX, "merchant_id = \"\"", "is empty; write the id as the dashboard shows it"),
        (
            SANDBOX,
            "merchant_id = \"a b\"",
            "is not an id (visible ASCII without blanks, at most 256 characters); write the id as the dashboard shows it",
        ),
        (
            SANDBOX,
            "merchant_id = \"a\\u0007\"",
            "is not an id (visible ASCII without blanks, at most 256 characters); write the id as the dashboard shows it",
        ),
        (
            SANDBOX,
            "submerchant_id = \"a\\nb\"",
            "is not an id (visible ASCII without blanks, at most 256 characters); write the id as the dashboard shows it",
        ),
        (
            SANDBOX,
            "version = \"2023-02-30\"",
            "is not a day of the calendar; write YYYY-MM-DD, such as \"2023-01-01\"",
        ),
        (
            SANDBOX,
            "version = \"latest\"",
            "is not a day of the calendar; write YYYY-MM-DD, such as \"2023-01-01\"",
        ),
        (
            SANDBOX,
            "version = 2023-01-01T10:00:00Z",
            "is not a day of the calendar; write YYYY-MM-DD, such as \"2023-01-01\"",
        ),
        (SANDBOX, "routing_id = \"order\"", "is no rule for x-routing-id; write \"customer_id\" or \"ask\""),
        (SANDBOX, "reseller = \"yes\"", "is neither true nor false; write reseller = false"),
        (
            SANDBOX,
            "colour = \"pink\"",
            "is no colour of a profile; write one of \"default\", \"blue\", \"green\", \"yellow\", \"magenta\", \"cyan\", \"red\"",
        ),
        (
            SANDBOX,
            "host = \"gw.example\"",
            "is not the host of the sandbox (sandbox.juspay.in); take it out, or write environment = \"custom\" with a base_url",
        ),
        (
            PROD,
            "host = \"sandbox.juspay.in\"",
            "is not a host of production (api.juspay.in or api-ns1.juspay.in); write one of the two, or environment = \"custom\" with a base_url",
        ),
        (
            CUSTOM,
            "host = \"gw.example\"",
            "is for the environment production only; write base_url = \"https://...\" instead",
        ),
        (
            PROD,
            "base_url = \"https://gw.example\"",
            "is for the environment custom only; take it out, or write environment = \"custom\"",
        ),
        (
            CUSTOM,
            "base_url = \"http://gw.example\"",
            "is http to a host that is not loopback, which would send the key in clear text; write https://",
        ),
        (
            CUSTOM,
            "base_url = \"gw.example\"",
            "starts with neither https:// nor, for loopback, http://; write https://",
        ),
        (
            CUSTOM,
            "base_url = \"https://u:hunter2@gw.example\"",
            "holds a user name or password, which belongs into a key source; take the part before the @ out and name a source under key",
        ),
        (
            CUSTOM,
            "base_url = \"https://api.juspay.in\"",
            "names a juspay.in host, which only the environments sandbox and production may; write environment = \"sandbox\" or \"production\" and no base_url",
        ),
        (
            CUSTOM,
            "base_url = \"https://gw.example?x=1\"",
            "is not a base URL such as https://gateway.example.internal; write scheme, host and at most port and path",
        ),
        (CUSTOM, "guard = \"on\"", "is no guard; write \"production\" or take it out"),
        (SANDBOX, "guard = \"production\"", custom_only),
        (SANDBOX, "ca_file = \"/x.pem\"", custom_only),
        (PROD, "ca_file = \"/x.pem\"", custom_only),
        (
            SANDBOX,
            "proxy = \"http://me:hunter2@proxy:3128\"",
            "holds a user name or password; take the part before the @ out",
        ),
        (SANDBOX, "proxy = \"socks5://proxy:1080\"", "is not the address of a proxy; write http://HOST:PORT"),
        (SANDBOX, "proxy = \"http://proxy:99999\"", "is not the address of a proxy; write http://HOST:PORT"),
        (SANDBOX, "proxy = \"http://proxy/path\"", "is not the address of a proxy; write http://HOST:PORT"),
    ] {
        let sentence = refusal_of(profile, line);
        assert_eq!(sentence, rest, "{line}");
        assert!(!sentence.contains("hunter2"));
    }
}

#[test]
fn wrong_key_sources_are_refused_with_their_mend() {
    let argv = "is not a list of program and arguments; write it as [\"pass\", \"show\", \"juspay/prod\"]; there is no shell in between";
    let choices = "write one of key = { env = \"...\" }, { command = [\"...\"] }, { file = \"...\" }, { prompt = true }";
    for (source, name, rest) in [
        ("{ env = \"A\", file = \"/b\" }", "key", "names more than one source; keep one of them".to_owned()),
        ("{ prompt = true, command = [\"a\"] }", "key", "names more than one source; keep one of them".to_owned()),
        ("{ }", "key", format!("names no source; {choices}")),
        ("true", "key", format!("is no key source; {choices}")),
        ("{ prompt = false }", "prompt", "can only be true; write prompt = true, or name another source".to_owned()),
        ("{ env = \"A-B\" }", "env", "is no name of an environment variable; write the name that the variable has, such as \"ACME_SANDBOX_KEY\", and not what it holds".to_owned()),
        ("{ env = \"\" }", "env", "is no name of an environment variable; write the name that the variable has, such as \"ACME_SANDBOX_KEY\", and not what it holds".to_owned()),
        ("{ command = \"pass show x\" }", "command", argv.to_owned()),
        ("{ command = [] }", "command", argv.to_owned()),
        ("{ command = [\"\"] }", "command", argv.to_owned()),
        ("{ command = [1] }", "command", argv.to_owned()),
        ("{ file = \"\" }", "file", "is no path; name a file or folder".to_owned()),
        ("{ env = \"A\", terminal = true }", "key", "has terminal = true without a command; take terminal out".to_owned()),
        ("{ keyring = \"juspay\" }", "key", "names a keyring, which this build has no support for; name a command that asks the keyring, such as command = [\"secret-tool\", \"lookup\", \"service\", \"juspay\"]".to_owned()),
    ] {
        let text = SANDBOX.replace("{ prompt = true }", source);
        assert_eq!(refusal(&text), format!("`{name}` in line 4 of FILE {rest}"), "{source}");
    }
}

#[test]
fn a_profile_cannot_take_any_name() {
    let long = "a".repeat(33);
    for name in ["\"\"", "\"a b\"", "\"a.b\"", "\"\\u001b[2J\"", "zoë", &long] {
        let name = if name == "zoë" { "\"zoë\"" } else { name };
        assert_eq!(
            refusal(&SANDBOX.replace("sandbox]", &format!("{name}]"))),
            "`profiles` in line 1 of FILE holds a name that no profile may have; use letters, digits, - and _, at most 32"
        );
    }
    assert_eq!(
        refusal(&SANDBOX.replace("sandbox]", "demo]")),
        "`demo` in line 1 of FILE is the name of the built-in emulator; give the profile another name"
    );
    assert_eq!(
        refusal("[profiles]\nacme = 3\n"),
        "`acme` in line 2 of FILE is not a table; write [profiles.acme] on a line of its own and its values below"
    );
}

#[test]
fn all_faults_are_found_at_once_in_the_order_of_the_file() {
    let home = Home::with("[ui]\nmuose = true\nstage = 1\n[profiles.a]\nenvironment = \"x\"\n");
    let faults = config::inspect(&home.inputs).unwrap_err();
    let lines: Vec<_> = faults.iter().map(ConfigFault::line).collect();
    assert_eq!(lines, [Some(2), Some(3), Some(4), Some(4), Some(5)]);
}

// Who could have written the file.

#[test]
fn a_config_that_everybody_can_write_is_refused_with_the_command_that_mends_it() {
    let home = Home::with(SANDBOX);
    home.set_mode(0o606);
    assert_eq!(
        home.refusal(),
        "the config FILE can be changed by every user of this machine; take that right away with chmod o-w FILE"
    );
    home.set_mode(0o644);
    assert!(home.load().warnings.is_empty());
}

#[test]
fn a_config_that_the_group_can_write_is_warned_about_and_refused_with_a_production_command() {
    let home = Home::with(SANDBOX);
    home.set_mode(0o660);
    let config = home.load();
    assert_eq!(config.warnings.len(), 1);
    assert!(
        config.warnings[0]
            .to_string()
            .contains("can be changed by its group; take that right away with chmod g-w")
    );
    let command = "{ command = [\"pass\"] }";
    for (profile, refused) in [
        (SANDBOX.replace("{ prompt = true }", command), false),
        (PROD.to_owned(), false),
        (PROD.replace("{ prompt = true }", command), true),
        (CUSTOM.replace("{ prompt = true }", command) + "guard = \"production\"\n", true),
    ] {
        home.write(profile.as_bytes());
        home.set_mode(0o660);
        assert_eq!(config::load(&home.inputs).is_err(), refused, "{profile}");
    }
    assert!(home.refusal().ends_with("take that right away with chmod g-w FILE"));
}

#[test]
fn a_config_of_another_user_is_refused_but_not_one_of_root() {
    let mut home = Home::with(SANDBOX);
    if home.inputs.user == 0 {
        assert!(config::load(&home.inputs).is_ok());
        std::os::unix::fs::chown(home.file(), Some(12_345), None).unwrap();
    } else {
        home.inputs.user += 1;
    }
    assert!(home.refusal().starts_with(
        "the config FILE belongs to another user, who could change where your key goes; copy it"
    ));
    home.inputs.user = 12_345;
    if rustix::process::geteuid().is_root() {
        assert!(config::load(&home.inputs).is_ok());
        std::os::unix::fs::chown(home.file(), Some(0), None).unwrap();
        assert!(config::load(&home.inputs).is_ok(), "a config of root is taken");
    }
}

#[test]
fn what_is_no_file_of_a_sensible_size_is_refused_without_waiting() {
    let home = Home::empty();
    fs::create_dir(home.file()).unwrap();
    assert!(home.refusal().starts_with("the config FILE is not a file"));
    fs::remove_dir(home.file()).unwrap();
    let fifo = std::process::Command::new("mkfifo").arg(home.file()).status().unwrap();
    assert!(fifo.success());
    assert!(home.refusal().starts_with("the config FILE is not a file"));
    fs::remove_file(home.file()).unwrap();
    home.write(&vec![b'#'; 300 * 1024]);
    assert!(home.refusal().starts_with("the config FILE is longer than 256 KiB"));
}
