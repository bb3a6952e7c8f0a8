//! The copy in the real binary: what the terminal or a clipboard tool gets, byte for byte, over whole sessions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod console;
#[path = "hostile/server.rs"]
#[allow(dead_code, reason = "each test crate uses its own part")]
mod server;
mod support;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use console::{MASK, answered, console, press, revealed};
use server::{Server, http};
use support::script::script;
use support::{Launch, Pty};

const REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";
const TOKEN: &str = "4788080252078243";

/// What stands in the OSC sequences of an output, in their order. One that has not come to its end yet is the last, and
/// begins with `UNENDED`.
fn oscs(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw).replace('\u{9d}', "\x1b]");
    let inside = |rest: &str| match rest.find(['\x07', '\x1b', '\u{9c}']) {
        Some(end) => rest[..end].to_owned(),
        None => format!("UNENDED{rest}"),
    };
    text.split("\x1b]").skip(1).map(inside).collect()
}

/// The texts that were handed to the terminal's clipboard.
fn copied(raw: &[u8]) -> Vec<String> {
    let of = |osc: &String| osc.strip_prefix("52;c;").map(|text| STANDARD.decode(text).unwrap());
    oscs(raw).iter().filter_map(of).map(|text| String::from_utf8(text).unwrap()).collect()
}

/// Waits for the copy of this number, from one, and gives its text.
fn wait_copied(pty: &Pty, number: usize) -> String {
    pty.wait_for("a copy", |terminal| copied(terminal.raw()).len() >= number);
    pty.wait_text("Sent to the terminal's clipboard");
    let all = copied(&pty.raw());
    assert_eq!(all.len(), number);
    all[number - 1].clone()
}

fn open_menu(pty: &mut Pty) {
    press(pty, "Y");
    pty.wait_text("Copy: secrets stay masked");
}

fn open_list(pty: &mut Pty) {
    press(pty, "y");
    pty.wait_text("Copy a field");
}

/// Copies the row of the open menu or list that is so many rows below the cursor.
fn take(pty: &mut Pty, down: usize) {
    for _ in 0..down {
        press(pty, "j");
    }
    enter(pty, |screen| !screen.contains("secrets stay masked"));
}

/// Presses Enter until it has done what it should: on a loaded machine it may be handled within 30 ms of the key before, and
/// then it counts as the end of a stray paste.
fn enter(pty: &mut Pty, done: impl Fn(&str) -> bool) {
    let mut tries = 0;
    support::eventually("Enter is taken", || {
        if tries % 500 == 0 {
            press(pty, "\r");
        }
        tries += 1;
        done(&pty.screen()).then_some(())
    });
}

/// Goes to a pane and waits until it has the focus.
fn focus(pty: &mut Pty, pane: &str) {
    press(pty, pane);
    pty.wait_text(&format!("▸{pane} "));
}

fn reveal(pty: &mut Pty) {
    // A second `v` within 300 ms is a key that bounced.
    std::thread::sleep(std::time::Duration::from_millis(300));
    press(pty, "v");
    pty.wait_text("REVEALED");
}

#[test]
fn what_is_under_the_cursor_is_copied_in_form_history_and_answer() {
    let mut pty = console().spawn();
    pty.wait_text("juspaytest_cust");
    press(&mut pty, "y");
    assert_eq!(wait_copied(&pty, 1), REFERENCE);
    press(&mut pty, "s");
    pty.wait_text("USABLE     token_a0");
    focus(&mut pty, "4");
    press(&mut pty, "y");
    assert_eq!(wait_copied(&pty, 2), REFERENCE);
    focus(&mut pty, "3");
    open_list(&mut pty);
    take(&mut pty, 1);
    assert_eq!(wait_copied(&pty, 3), format!("478808{MASK}8243"));
    open_list(&mut pty);
    take(&mut pty, 2);
    assert_eq!(wait_copied(&pty, 4), MASK, "the cryptogram, two below the field that was copied last");
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    let deeds = deeds(&pty.home());
    assert_eq!(deeds, ["copy", "send", "send", "copy", "copy", "copy"]);
}

fn deeds(home: &Path) -> Vec<String> {
    let path = home.join(".local/share/tokenscope/history.db");
    let db = rusqlite::Connection::open(path).unwrap();
    let mut rows = db.prepare("SELECT deed FROM audit ORDER BY seq").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Runs of six characters of token and cryptogram in a text, but for the first six of the token, which are shown.
fn leaked(text: &str, cryptogram: &str) -> Vec<String> {
    let runs =
        |secret: &str| (0..secret.len() - 5).map(|at| secret[at..at + 6].to_owned()).collect::<Vec<_>>();
    let all = runs(TOKEN).into_iter().skip(1).chain(runs(cryptogram));
    all.filter(|run| text.contains(run)).collect()
}

#[test]
fn nothing_that_is_copied_while_the_cryptogram_is_revealed_holds_a_run_of_it_or_of_the_token() {
    let mut pty = answered(console().size(120, 36));
    reveal(&mut pty);
    let cryptogram = revealed(&pty);
    assert_eq!(leaked(&cryptogram, &cryptogram).len(), 23, "the search finds what is there");
    for (place, start) in [(0, "# redacted by"), (1, "{\n  \"redacted\""), (2, "# USABLE")] {
        reveal(&mut pty);
        open_menu(&mut pty);
        assert!(!pty.screen().contains("REVEALED"), "{}", pty.screen());
        take(&mut pty, place);
        let text = wait_copied(&pty, place + 1);
        assert!(text.starts_with(start), "{text}");
        assert_eq!(leaked(&text, &cryptogram), [""; 0], "{text}");
    }
    for (number, down, value) in [(4, 3, MASK.to_owned()), (5, 18, format!("478808{MASK}8243"))] {
        reveal(&mut pty);
        open_menu(&mut pty);
        press(&mut pty, "G");
        enter(&mut pty, |screen| screen.contains("Copy a field"));
        // The second time the cursor stands on the cryptogram: to the end, and up to the token's number.
        if number == 5 {
            press(&mut pty, "G");
            (0..19).for_each(|_| press(&mut pty, "k"));
        }
        take(&mut pty, if number == 5 { 0 } else { down });
        assert_eq!(wait_copied(&pty, number), value);
    }
}

#[test]
fn over_a_whole_session_no_osc_is_written_but_those_of_the_copies() {
    let mut pty = console().spawn();
    pty.wait_text("juspaytest_cust");
    press(&mut pty, "e");
    pty.wait_text("(editing)");
    pty.send("\x15token_demo_escapes\r");
    pty.wait_gone("(editing)");
    press(&mut pty, "s");
    pty.wait_text("HTTP 200");
    reveal(&mut pty);
    press(&mut pty, "t");
    press(&mut pty, "r");
    pty.wait_text("\"eci\": \"07\"");
    press(&mut pty, "r");
    pty.wait_gone("\"eci\": \"07\"");
    press(&mut pty, "x");
    pty.wait_text("Export as Markdown");
    press(&mut pty, "\r");
    pty.wait_text("Written to");
    open_list(&mut pty);
    take(&mut pty, 13);
    let issuer = wait_copied(&pty, 1);
    open_menu(&mut pty);
    take(&mut pty, 1);
    let json = wait_copied(&pty, 2);
    pty.resize(120, 36);
    pty.wait_text("History");
    pty.send("\x1a");
    support::proc::wait_state(pty.pid(), 'T');
    pty.signal("CONT");
    pty.wait_text("HTTP 200");
    press(&mut pty, "?");
    pty.wait_text("Keys here");
    press(&mut pty, "\x1b");
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    assert_eq!(copied(&pty.raw()), [issuer.clone(), json.clone()]);
    assert_eq!(oscs(&pty.raw()).len(), 2, "{:?}", oscs(&pty.raw()));
    assert_eq!(strings_besides_osc(&pty.raw()), 0);
    assert_eq!(issuer, r"\u{1b}[31mTest Bank\u{1b}[0m\u{1b}[2J\u{1b}]0;owned\u{7}\u{1b}]52;c;ZXZpbA==\u{7}");
    for text in [issuer, json] {
        let bare = text.replace(MASK, "");
        let bad: Vec<char> =
            bare.chars().filter(|c| *c != '\n' && tokenscope::text::is_dangerous(*c)).collect();
        assert!(bad.is_empty(), "{bad:?} in {text}");
    }
}

/// Starts of device control, application, privacy and other strings, which terminals act upon too.
fn strings_besides_osc(raw: &[u8]) -> usize {
    raw.windows(2).filter(|two| matches!(two, [0x1b, b'P' | b'X' | b'^' | b'_'])).count()
}

#[test]
fn the_search_above_finds_every_osc_and_every_other_string() {
    let raw = "a\x1b]0;t\x07b\x1b]2;t\x1b\\\x1b]7;file:///\x07\u{9d}9;x\u{9c}\x1b]133;A\x07\x1b]52;c;YQ==\x1b\\\x1b]777;x";
    let all = oscs(raw.as_bytes());
    assert_eq!(all, ["0;t", "2;t", "7;file:///", "9;x", "133;A", "52;c;YQ==", "UNENDED777;x"]);
    assert_eq!(copied(raw.as_bytes()), ["a"]);
    assert_eq!(strings_besides_osc(b"\x1bPq\x1b\\\x1b_x\x1b\\\x1b[1m"), 2);
}

/// A console whose path begins with a folder of tools.
fn with_tool(text: &str) -> Launch {
    let launch = console();
    let folder = launch.home().join("tools");
    std::fs::create_dir(&folder).unwrap();
    script(&folder.join("wl-copy"), &text.replace("HOME", launch.home().to_str().unwrap()));
    let path = format!("{}:/usr/bin:/bin", folder.display());
    launch.env("PATH", &path).env("WAYLAND_DISPLAY", "wayland-0")
}

#[test]
fn where_the_desktop_has_a_tool_it_gets_the_text_and_the_terminal_nothing() {
    let mut pty = with_tool("cat >HOME/half && mv HOME/half HOME/copied").spawn();
    pty.wait_text("juspaytest_cust");
    press(&mut pty, "y");
    pty.wait_text("Copied 38 characters with wl-copy.");
    assert_eq!(std::fs::read_to_string(pty.home().join("copied")).unwrap(), REFERENCE);
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    assert_eq!(oscs(&pty.raw()), [""; 0]);
}

#[test]
fn where_the_tool_fails_hangs_or_the_session_is_from_elsewhere_the_terminal_gets_the_text() {
    for launch in [
        with_tool("cat >/dev/null; exit 1"),
        with_tool("sleep 600"),
        with_tool("cat >HOME/copied").env("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22"),
    ] {
        let mut pty = launch.spawn();
        pty.wait_text("juspaytest_cust");
        press(&mut pty, "y");
        assert_eq!(wait_copied(&pty, 1), REFERENCE);
        assert!(!pty.home().join("copied").exists());
    }
}

#[test]
fn keys_and_calls_go_on_while_a_tool_is_waited_for() {
    let mut pty = with_tool("echo $$ >HOME/half && mv HOME/half HOME/started; exec sleep 600").spawn();
    pty.wait_text("juspaytest_cust");
    press(&mut pty, "y");
    let started = pty.home().join("started");
    let tool = support::eventually("the tool runs", || std::fs::read_to_string(&started).ok());
    press(&mut pty, "s");
    pty.wait_text("USABLE");
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    support::proc::wait_dead(tool.trim().parse().unwrap());
}

#[test]
fn without_utf_8_the_mask_is_copied_in_stars() {
    let mut pty = answered(console().env("LANG", "C"));
    open_list(&mut pty);
    take(&mut pty, 1);
    assert_eq!(wait_copied(&pty, 1), "478808********8243");
}

#[test]
fn without_a_history_masked_text_is_copied_all_the_same() {
    let mut pty = answered(console().args(&["--data-dir", "/dev/null/none"]));
    pty.wait_text("NO HISTORY");
    open_menu(&mut pty);
    take(&mut pty, 0);
    assert!(wait_copied(&pty, 1).contains("curl"));
}

#[test]
fn what_a_terminal_would_cut_is_not_copied_and_the_line_says_what_to_do() {
    let answer = |length: usize| format!(r#"{{"error": true, "error_message": "{}"}}"#, "x".repeat(length));
    let (short, long) = (answer(50_000), answer(60_000));
    let server = Server::run(move |mut peer| {
        let request = peer.read_request();
        let is_long = String::from_utf8_lossy(&request).contains("\"long\"");
        peer.write(&http("400 Bad Request", &[], if is_long { &long } else { &short }));
    });
    let launch = console();
    configure(launch.home(), &server.base_url());
    let mut pty = launch.env("MINE_KEY", "synthetic-api-key-0815").spawn();
    pty.wait_text("CUSTOM");
    for (number, reference) in [(1, "short"), (2, "long")] {
        press(&mut pty, "e");
        pty.wait_text("(editing)");
        pty.send(&format!("\x15{reference}\t\x15c_1\r"));
        pty.wait_gone("(editing)");
        press(&mut pty, "s");
        pty.wait_text(&format!("#{number} mine"));
        pty.wait_text("HTTP 400");
        open_list(&mut pty);
        take(&mut pty, 1);
        if number == 1 {
            assert_eq!(wait_copied(&pty, 1).len(), 50_000);
        } else {
            pty.wait_text("it is too long for the");
        }
        press(&mut pty, "2");
        press(&mut pty, "g");
    }
    assert_eq!(copied(&pty.raw()).len(), 1);
}

fn configure(home: &Path, base_url: &str) {
    let folder = home.join(".config/tokenscope");
    std::fs::create_dir_all(&folder).unwrap();
    let text = format!(
        "default_profile = \"mine\"\n[profiles.mine]\nenvironment = \"custom\"\nbase_url = \"{base_url}\"\nmerchant_id = \"acme\"\nversion = \"2023-01-01\"\nkey = {{ env = \"MINE_KEY\" }}\n"
    );
    std::fs::write(folder.join("config.toml"), text).unwrap();
}
