//! The real binary in a real pty against the emulator over real sockets: the main job, from start to quit.
#![allow(
    clippy::format_push_string,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod console;
mod support;

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use console::{BINARY, MASK, answered, console, files, holding, press, revealed, type_words};
use support::Pty;
use support::terminal::Terminal;

#[test]
fn from_start_to_masked_answer_to_reveal_to_export_to_quit() {
    let mut pty = answered(console());
    assert!(pty.screen().contains(MASK) && pty.screen().contains("478808••••••••8243"), "{}", pty.screen());
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    let cryptogram = revealed(&pty);
    assert_eq!(cryptogram.len(), 28, "{cryptogram}");
    press(&mut pty, "V");
    pty.wait_gone("REVEALED");
    assert!(!pty.screen().replace(' ', "").contains(&cryptogram[..8]), "{}", pty.screen());
    press(&mut pty, "x");
    pty.wait_text("Export as Markdown");
    press(&mut pty, "\r");
    pty.wait_text("Written to");
    let exports: Vec<PathBuf> =
        files(&pty.home()).into_iter().filter(|path| path.extension().is_some_and(|it| it == "md")).collect();
    assert_eq!(exports.len(), 1);
    assert_eq!(std::fs::metadata(&exports[0]).unwrap().mode() & 0o777, 0o600);
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    assert_eq!(pty.termios(), pty.termios_before());
    for secret in [cryptogram.as_str(), "4788080252078243", &cryptogram[3..9]] {
        assert_eq!(holding(&pty.home(), secret), Vec::<PathBuf>::new());
    }
    assert!(
        !holding(&pty.home(), "token_a0c16957f9bf46b0966a91a35b555353").is_empty(),
        "the search finds what is there"
    );
    assert!(
        pty.look(|terminal| !terminal.text_with_scrollback().contains("478808")),
        "nothing stays on the main screen"
    );
}

#[test]
fn hiding_wipes_the_screen_and_paints_it_whole() {
    let mut pty = answered(console());
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    let before = pty.raw().len();
    press(&mut pty, "V");
    pty.wait_text("Everything is masked");
    pty.wait_for("a screen made of what came since", |terminal| {
        let since = &terminal.raw()[before..];
        let wiped = since.windows(4).any(|bytes| bytes == b"\x1b[2J");
        wiped && Terminal::replay(80, 24, since).text() == terminal.text()
    });
}

#[test]
fn a_reveal_masks_itself_again() {
    let launch = console();
    write_config(launch.home(), "[ui]\nreveal_seconds = 1\n", None);
    let mut pty = answered(launch.args(&["--profile", "demo"]));
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    pty.wait_gone("REVEALED");
    pty.wait_text("v reveals it");
}

#[test]
fn history_fills_the_form_and_sends_nothing() {
    let mut pty = answered(console());
    pty.wait_for("a row of history", |terminal| terminal.text().contains("USABLE     token_a0"));
    press(&mut pty, "4");
    press(&mut pty, "\r");
    pty.wait_text("Filled in from a call on profile demo");
    assert!(!pty.screen().contains("#2"), "{}", pty.screen());
}

#[test]
fn an_answer_for_another_card_is_marked_and_its_row_fills_in_nothing() {
    let mut pty = console().spawn();
    pty.wait_text("juspaytest_cust");
    press(&mut pty, "e");
    pty.wait_text("(editing)");
    pty.send("\x15token_demo_other_reference\r");
    pty.wait_gone("(editing)");
    press(&mut pty, "s");
    pty.wait_text("The answer is for another card");
    assert!(pty.screen().contains("NOT USABLE"), "{}", pty.screen());
    pty.wait_text(&format!("NOT USABLE {MASK}"));
    press(&mut pty, "4");
    press(&mut pty, "\r");
    pty.wait_text("Nothing was filled in");
    pty.wait_text("token_demo_other_reference");
}

#[test]
fn a_card_number_by_mistake_is_readable_nowhere() {
    let mut pty = console().spawn();
    pty.wait_text("juspaytest_cust");
    press(&mut pty, "e");
    pty.wait_text("(editing)");
    pty.send("\x15");
    pty.wait_gone("token_a0c1");
    pty.paste("4111_1111_1111_1111");
    pty.wait_text("a card: delete it");
    pty.send("\t\x15token_typed_beside_it\r");
    pty.wait_gone("(editing)");
    press(&mut pty, "s");
    pty.wait_text("looks like a card number");
    assert!(pty.look(|terminal| !terminal.text_with_scrollback().contains("1111")), "{}", pty.screen());
    assert!(pty.screen().contains("token_typed_beside_it"), "the search finds what is there");
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    for part in ["1111_1111", "11111111", "token_typed_beside_it"] {
        assert_eq!(holding(&pty.home(), part), Vec::<PathBuf>::new(), "what was not sent is not kept");
    }
}

#[test]
fn no_data_folder_means_no_history_and_no_reveal_and_says_so() {
    let mut pty = answered(console().args(&["--data-dir", "/dev/null/none"]));
    pty.wait_text("NO HISTORY");
    press(&mut pty, "v");
    pty.wait_text("It stays masked");
    assert!(!pty.screen().contains("REVEALED"));
}

#[test]
fn a_small_terminal_is_told_and_a_larger_one_goes_on() {
    let mut pty = answered(console());
    pty.resize(50, 10);
    pty.wait_text("too small");
    pty.resize(60, 16);
    pty.wait_text("USABLE");
    pty.resize(120, 36);
    pty.wait_text("History");
}

#[test]
fn a_signal_ends_the_console_and_gives_the_terminal_back() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut pty = answered(console());
        pty.signal(signal);
        assert_eq!(pty.wait_exit(), code);
        assert_eq!(pty.termios(), pty.termios_before());
        assert!(pty.look(|terminal| !terminal.screen().alternate_screen()));
    }
}

#[test]
fn a_lost_terminal_ends_the_console() {
    let mut pty = answered(console());
    pty.hang_up();
    pty.wait_exit();
}

#[test]
fn a_slow_call_is_cancelled_at_once_and_blocks_no_key() {
    let mut pty = console().spawn();
    pty.wait_text("juspaytest_cust");
    press(&mut pty, "e");
    pty.wait_text("(editing)");
    pty.send("\x15token_demo_mute\r");
    pty.wait_gone("(editing)");
    press(&mut pty, "s");
    pty.wait_text("SENDING");
    press(&mut pty, "?");
    pty.wait_text("Keys here");
    press(&mut pty, "\x1b");
    pty.wait_gone("Keys here");
    press(&mut pty, "\x1b");
    pty.wait_text("NO ANSWER");
    pty.wait_text("You cancelled the call");
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
}

/// The emulator in a process of its own.
struct Emulator {
    child: Child,
    base: String,
    key: String,
}

impl Emulator {
    fn start() -> Self {
        let mut child = Command::new(BINARY).args(["emulator"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let first = lines.next().unwrap();
        let base = first
            .split_whitespace()
            .find(|word| word.starts_with("http"))
            .unwrap()
            .trim_end_matches(',')
            .to_owned();
        let key = lines
            .find_map(|line| line.split_once("EMULATOR-").map(|(_, rest)| rest.to_owned()))
            .expect("the key in the example");
        let key: String = key.chars().take_while(char::is_ascii_alphanumeric).collect();
        Self { child, base, key: format!("EMULATOR-{key}") }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A config with a sandbox profile and, where one runs, two profiles on an emulator: `near`, and `live`, guarded as
/// production.
fn write_config(home: &Path, start: &str, emulator: Option<&Emulator>) {
    let folder = home.join(".config/tokenscope");
    std::fs::create_dir_all(&folder).unwrap();
    let mut text = format!(
        "{start}\n[profiles.sandbox]\nenvironment = \"sandbox\"\nmerchant_id = \"acme\"\nversion = \"2023-01-01\"\nkey = {{ env = \"ACME_KEY\" }}\n"
    );
    if let Some(emulator) = emulator {
        let key = home.join("key");
        std::fs::write(&key, &emulator.key).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        text += &format!(
            "[profiles.asks]\nenvironment = \"custom\"\nbase_url = \"{}\"\nmerchant_id = \"demo_merchant\"\nversion = \"2023-01-01\"\nkey = {{ prompt = true }}\n",
            emulator.base
        );
        for (name, guard) in [("near", ""), ("live", "guard = \"production\"\n")] {
            text += &format!(
                "[profiles.{name}]\nenvironment = \"custom\"\nbase_url = \"{}\"\n{guard}merchant_id = \"demo_merchant\"\nversion = \"2023-01-01\"\nkey = {{ file = \"{}\" }}\n",
                emulator.base,
                key.display()
            );
        }
    }
    let path = folder.join("config.toml");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn fill_sample(pty: &mut Pty) {
    press(pty, "e");
    pty.wait_text("(editing)");
    pty.send("token_a0c16957f9bf46b0966a91a35b555353\tjuspaytest_cust\r");
    pty.wait_gone("(editing)");
}

#[test]
fn a_guarded_profile_sends_only_after_the_typed_words() {
    let emulator = Emulator::start();
    let launch = console();
    write_config(launch.home(), "default_profile = \"live\"\n", Some(&emulator));
    let mut pty = launch.spawn();
    pty.wait_text("CUSTOM");
    fill_sample(&mut pty);
    press(&mut pty, "s");
    pty.wait_text("prod demo_merchant");
    pty.paste("prod demo_merchant");
    pty.wait_text("A paste is refused here");
    type_words(&mut pty, "prod acme");
    press(&mut pty, "\r");
    pty.wait_text("These are not the words");
    press(&mut pty, "\x15");
    type_words(&mut pty, "prod demo_merchant");
    press(&mut pty, "\r");
    pty.wait_text("USABLE");
    // A second send within 300 ms of the first is a key that bounced.
    std::thread::sleep(Duration::from_millis(300));
    press(&mut pty, "s");
    pty.wait_text("#2");
}

#[test]
fn a_profile_is_switched_while_a_call_is_under_way() {
    let emulator = Emulator::start();
    let launch = console();
    write_config(launch.home(), "default_profile = \"near\"\n", Some(&emulator));
    let mut pty = launch.spawn();
    pty.wait_text("CUSTOM");
    press(&mut pty, "e");
    pty.wait_text("(editing)");
    pty.send("token_demo_mute\tjuspaytest_cust\r");
    pty.wait_gone("(editing)");
    press(&mut pty, "s");
    pty.wait_text("SENDING");
    press(&mut pty, "p");
    pty.wait_text("Switch to profile");
    pty.send("g\r");
    pty.wait_text("The call under way was dropped");
    pty.wait_gone("SENDING");
    pty.wait_text("sandbox.juspay.in");
}

#[test]
fn a_read_only_console_sends_nothing() {
    let mut pty = console().args(&["--read-only"]).spawn();
    pty.wait_text("READ-ONLY");
    press(&mut pty, "s");
    pty.wait_text("started with --read-only");
}

#[test]
fn it_suspends_and_comes_back_masked() {
    let mut pty = answered(console());
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    pty.send("\x1a");
    support::proc::wait_state(pty.pid(), 'T');
    pty.signal("CONT");
    pty.wait_text("USABLE");
    pty.wait_gone("REVEALED");
}

#[test]
fn a_key_is_asked_for_without_echo_once_and_kept_nowhere() {
    let emulator = Emulator::start();
    let launch = console();
    write_config(launch.home(), "default_profile = \"asks\"\n", Some(&emulator));
    let mut pty = launch.spawn();
    pty.wait_text("CUSTOM");
    fill_sample(&mut pty);
    press(&mut pty, "s");
    pty.wait_text("API key of profile asks");
    pty.send(&format!("{}\r", emulator.key));
    pty.wait_text("USABLE");
    assert!(pty.look(|terminal| !terminal.text_with_scrollback().contains(&emulator.key)));
    let kept = holding(&pty.home(), &emulator.key);
    assert_eq!(kept, [pty.home().join("key")], "only where this test has put it for other profiles");
    std::thread::sleep(Duration::from_millis(300));
    press(&mut pty, "s");
    pty.wait_text("#2");
}
