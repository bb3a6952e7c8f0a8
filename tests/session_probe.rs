//! The isolation probe in the real binary in a real pty, over real sockets, on two profiles of one custom host.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::format_push_string,
    missing_docs,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod console;
mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use console::{BINARY, console, holding, press, type_words};
use support::{Launch, Pty, eventually};
use tokenscope::emulator::{DEMO_MERCHANT, Emulator, Options};

/// The merchant whose cards the emulator has besides its own.
const SECOND: &str = "demo_merchant_2";

/// A closed file.
fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// The console, about to be started on profile `first` of these profiles of a custom host: name, merchant, and what else
/// the profile says.
fn launch(emulator: &Emulator, profiles: &[(&str, &str, &str)]) -> Launch {
    let launch = console();
    let key = launch.home().join("key");
    write(&key, emulator.key());
    let mut config = "default_profile = \"first\"\n".to_owned();
    for (name, merchant, more) in profiles {
        config.push_str(&format!(
            "[profiles.{name}]\nenvironment = \"custom\"\nbase_url = \"http://{}\"\nmerchant_id = \"{merchant}\"\nversion = \"2023-01-01\"\nkey = {{ file = \"{}\" }}\n{more}\n",
            emulator.address(),
            key.display(),
        ));
    }
    write(&launch.home().join(".config/tokenscope/config.toml"), &config);
    launch
}

/// Two profiles of one host, on which the card of `reference` is not found under the first.
fn refused(emulator: &Emulator, more: &str, reference: &str, customer: &str) -> Pty {
    let mut pty =
        launch(emulator, &[("first", DEMO_MERCHANT, more), ("second", SECOND, more)]).size(100, 30).spawn();
    pty.wait_text("CUSTOM");
    fill(&mut pty, reference, customer);
    press(&mut pty, "s");
    pty
}

fn fill(pty: &mut Pty, reference: &str, customer: &str) {
    press(pty, "e");
    pty.wait_text("(editing)");
    pty.send(&format!("{reference}\t{customer}\r"));
    pty.wait_gone("(editing)");
}

/// Types into a line, and waits until it is all there: Enter right behind a key is taken for a paste.
fn types(pty: &mut Pty, text: &str) {
    type_words(pty, text);
    pty.wait_text(&format!("> {text}"));
}

/// With the plan on the screen.
fn planned(pty: &mut Pty) {
    pty.wait_text("i find the wrong input");
    press(pty, "i");
    pty.wait_text("Which input is wrong? The plan");
}

#[test]
fn the_merchant_is_named_under_which_the_card_answers() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let mut pty = refused(&emulator, "", "token_demo_other_merchant", "juspaytest_cust");
    planned(&mut pty);
    pty.wait_text("at most 1 cryptogram may be minted");
    assert_eq!(emulator.requests(), 1, "the plan sends nothing");
    press(&mut pty, "\r");
    pty.wait_text(
        "The merchant is wrong: as merchant demo_merchant_2 (profile second) the card answers USABLE",
    );
    assert_eq!(emulator.requests(), 2);
    pty.wait_text("a row of history only");
    press(&mut pty, "\r");
    pty.wait_text("profile second: p switches to it");
    pty.wait_text("CUSTOM  first");
    pty.wait_for("both calls in history", |terminal| terminal.text().matches("token_demo").count() >= 3);
    assert_eq!(emulator.requests(), 2, "filling in sends nothing");
    let home = pty.home();
    press(&mut pty, "q");
    pty.wait_exit();
    assert!(!holding(&home, "token_demo_other_merchant").is_empty(), "the search finds what is there");
    assert_eq!(verified(&home), (0, true), "the trail is whole, and says which rows are a probe's");
    assert_eq!(holding(&home, emulator.key()), [home.join("key")], "only where this test has put it");
}

/// The exit of `history verify`, and whether the trail has a row of a probe.
fn verified(home: &Path) -> (i32, bool) {
    let run = |words: &[&str]| {
        let mut command = std::process::Command::new(BINARY);
        command.env_clear().env("HOME", home).args(words).output().unwrap()
    };
    let exit = run(&["history", "verify"]).status.code().unwrap();
    let shown = run(&["history", "show", "2"]);
    (exit, String::from_utf8_lossy(&shown.stdout).contains("USABLE, HTTP 200, probe"))
}

#[test]
fn a_customer_that_was_typed_is_tried_and_its_answer_is_the_current_one() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let mut pty = refused(&emulator, "", "token_demo_other_customer_only", "juspaytest_cust");
    planned(&mut pty);
    press(&mut pty, "c");
    pty.wait_text("Another customer_id");
    pty.paste("isolated_cust");
    pty.wait_text("> isolated_cust");
    press(&mut pty, "\r");
    pty.wait_gone("Another customer_id");
    press(&mut pty, "\r");
    pty.wait_text("The customer id is wrong: with isolated_cust the card answers USABLE");
    assert_eq!(emulator.requests(), 3, "the other merchant first, then the customer");
    press(&mut pty, "\x1b");
    pty.wait_gone("Which input is wrong?");
    press(&mut pty, "3");
    pty.wait_text("v reveal cryptogram");
    pty.wait_text("411111••••••••8218");
}

#[test]
fn the_prefix_of_a_reference_and_a_sub_merchant_are_found_too() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let mut pty = refused(&emulator, "", "a0c16957f9bf46b0966a91a35b555353", "juspaytest_cust");
    planned(&mut pty);
    press(&mut pty, "\r");
    pty.wait_text("The reference is wrong in its form: with token_ before it");
    let mut pty =
        refused(&emulator, "submerchant_id = \"airline1\"", "token_demo_submerchant", "juspaytest_cust");
    pty.wait_text("USABLE");
    press(&mut pty, "e");
    pty.wait_text("(editing)");
    pty.send("\t\t\x15\r");
    pty.wait_gone("(editing)");
    std::thread::sleep(std::time::Duration::from_millis(300));
    press(&mut pty, "s");
    planned(&mut pty);
    press(&mut pty, "\r");
    pty.wait_text("The submerchantId is missing: with airline1 the card answers USABLE");
}

#[test]
fn esc_ends_the_run_at_once_and_no_further_call_leaves() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let mut pty = refused(&emulator, "", "token_demo_mute", "somebody");
    planned(&mut pty);
    press(&mut pty, "c");
    pty.wait_text("Another customer_id");
    types(&mut pty, "juspaytest_cust");
    press(&mut pty, "\r");
    pty.wait_gone("Another customer_id");
    press(&mut pty, "\r");
    // The second call is answered by nobody.
    pty.wait_text("call 2 of ");
    eventually("the host has the call", || (emulator.requests() == 3).then_some(()));
    press(&mut pty, "\x1b");
    pty.wait_text("Ended by you while call #3 was under way. The server may have processed it");
    press(&mut pty, "\x1b");
    pty.wait_gone("Which input is wrong?");
    assert_eq!(emulator.requests(), 3);
}

#[test]
fn a_guarded_profile_starts_only_after_its_own_typed_words() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let mut pty =
        refused(&emulator, "guard = \"production\"", "token_demo_other_merchant", "juspaytest_cust");
    pty.wait_text("Type prod demo_merchant");
    types(&mut pty, "prod demo_merchant");
    press(&mut pty, "\r");
    planned(&mut pty);
    pty.wait_text("PRODUCTION, real cards");
    press(&mut pty, "\r");
    pty.wait_text("Type prod demo_merchant_2 and press Enter");
    pty.paste("prod demo_merchant_2");
    pty.wait_text("A paste is refused here");
    press(&mut pty, "\r");
    pty.wait_text("These are not the words");
    assert_eq!(emulator.requests(), 1, "the refused call alone");
    types(&mut pty, "prod demo_merchant_2");
    press(&mut pty, "\r");
    pty.wait_text("The merchant is wrong: as merchant demo_merchant_2");
    assert_eq!(emulator.requests(), 2);
}
