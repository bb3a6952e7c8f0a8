//! The user's own keys, the palette and the welcome in the real binary, in a real terminal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod console;
mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use console::{answered, console, press};
use support::{Launch, Pty};

const WELCOME: &str = "Welcome to tokenscope";

/// Writes a config of two emulator-like profiles and these lines.
fn config(home: &Path, lines: &str) {
    let folder = home.join(".config/tokenscope");
    std::fs::create_dir_all(&folder).unwrap();
    let profile =
        "[profiles.sandbox]\nenvironment = \"sandbox\"\nmerchant_id = \"acme\"\nkey = { prompt = true }\n";
    let file = folder.join("config.toml");
    std::fs::write(&file, format!("{lines}\n{profile}")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// The console on the emulator, with a config of these lines.
fn with(lines: &str) -> Launch {
    let launch = console().args(&["--profile", "demo"]);
    config(launch.home(), lines);
    launch
}

/// Types a line as a person does.
fn write(pty: &mut Pty, text: &str) {
    for c in text.chars() {
        press(pty, &c.to_string());
    }
}

/// Chooses what was typed. On a machine so loaded that the reader was not seen to rest, Enter counts as part of a paste; then it
/// is pressed again.
fn choose(pty: &mut Pty) {
    for _ in 0..20 {
        if pty.look(|terminal| terminal.text().contains("Palette")) {
            press(pty, "\r");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

/// What the program says on a terminal when it does not start.
fn refused(lines: &str, words: &[&str]) -> (u32, String) {
    let launch = console().args(words).size(200, 24);
    config(launch.home(), lines);
    let mut pty = launch.spawn();
    let code = pty.wait_exit();
    let screen = pty.screen().split_whitespace().collect::<Vec<_>>().join(" ");
    (code, screen)
}

#[test]
fn a_key_of_the_users_own_works_and_the_default_one_does_not() {
    let mut pty = with("[keys]\nsend = \"f5\"\nreveal = [\"ctrl-r\", \"W\"]\n").spawn();
    pty.wait_text(" F5 send ");
    press(&mut pty, "s");
    press(&mut pty, "V");
    pty.wait_text("Everything is masked");
    assert!(!pty.screen().contains("#1"), "s sends no more: {}", pty.screen());
    press(&mut pty, "\x1b[15~");
    pty.wait_text("USABLE");
    pty.wait_text("^R reveals it");
    press(&mut pty, "\x12");
    pty.wait_text("REVEALED");
}

#[test]
fn a_clash_is_one_sentence_with_its_line_and_exit_2_and_a_finding_of_the_check() {
    let clash = "[keys]\n# mine\nexport = \"y\"\n";
    let sentence = "`export` in line 3 of ";
    let rest = "config.toml is on y, which means `copy` in the Profiles pane; take another key, or give `copy` another one too";
    for (words, exit) in [(&["--profile", "demo"][..], 2), (&["config", "check"], 1)] {
        let (code, screen) = refused(clash, words);
        assert!(screen.contains(sentence) && screen.contains(rest), "{screen}");
        assert_eq!(code, exit, "{screen}");
    }
    let (code, screen) = refused("[keys]\nexprot = \"y\"\n", &["--profile", "demo"]);
    assert!(
        screen.contains("`exprot` in line 2 of ") && screen.contains("did you mean `export`?"),
        "{screen}"
    );
    assert_eq!(code, 2);
}

#[test]
fn config_show_tells_a_key_of_the_users_own_with_its_line() {
    let (code, screen) = refused("[keys]\nexport = [\"ctrl-x\", \"X\"]\nclear = []\n", &["config", "show"]);
    assert!(screen.contains("keys.export = [\"ctrl-x\", \"X\"] # file, line 2"), "{screen}");
    assert!(screen.contains("keys.clear = [] # file, line 3"), "{screen}");
    assert_eq!(code, 0);
}

#[test]
fn the_palette_opens_finds_a_profile_and_switches_to_it() {
    let mut pty = with("").spawn();
    pty.wait_text("EMULATOR");
    press(&mut pty, ":");
    pty.wait_text("Palette");
    write(&mut pty, "prof sand");
    pty.wait_text("profile sandbox");
    choose(&mut pty);
    pty.wait_text("Profile sandbox.");
    assert!(pty.screen().lines().next().unwrap().contains("SANDBOX"), "{}", pty.screen());
}

#[test]
fn what_is_pasted_into_the_palette_sends_and_reveals_nothing() {
    let mut pty = answered(console());
    press(&mut pty, ":");
    pty.wait_text("Palette");
    pty.paste("send\r");
    pty.wait_text(": send");
    press(&mut pty, "\r");
    pty.wait_text("this was pasted");
    press(&mut pty, "\x15");
    pty.wait_gone(": send");
    // Without brackets, as a terminal that does not know them sends it: all at once, Enter at its end.
    pty.send("reveal\r");
    pty.wait_text(": reveal");
    press(&mut pty, "\x1b");
    pty.wait_gone("Palette");
    press(&mut pty, "V");
    pty.wait_text("Everything is masked");
    assert!(!pty.screen().contains("#2") && !pty.screen().contains("REVEALED"), "{}", pty.screen());
    press(&mut pty, ":");
    pty.wait_text("Palette");
    write(&mut pty, "send");
    choose(&mut pty);
    pty.wait_text("#2");
}

#[test]
fn quitting_by_name_quits() {
    let mut pty = console().spawn();
    pty.wait_text("EMULATOR");
    press(&mut pty, ":");
    pty.wait_text("Palette");
    write(&mut pty, "quit");
    choose(&mut pty);
    assert_eq!(pty.wait_exit(), 0);
    assert_eq!(pty.termios(), pty.termios_before());
}

#[test]
fn the_welcome_is_there_at_the_very_first_start_without_a_config_only() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data");
    let start = || console().args(&["--data-dir", folder.to_str().unwrap()]).spawn();
    let mut first = start();
    first.wait_text(WELCOME);
    press(&mut first, "s");
    first.wait_text("USABLE");
    assert!(!first.screen().contains(WELCOME), "s works at once");
    press(&mut first, "q");
    assert_eq!(first.wait_exit(), 0);
    let mut second = start();
    second.wait_text("No answer yet");
    assert!(!second.screen().contains(WELCOME), "{}", second.screen());
    press(&mut second, "q");
    for told in [console().args(&["--profile", "demo"]), console().args(&["--demo"]), with("")] {
        let pty = told.spawn();
        pty.wait_text("No answer yet");
        assert!(!pty.screen().contains(WELCOME), "{}", pty.screen());
    }
}
