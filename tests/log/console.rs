//! The log of a console in a real pty.

use super::hostile::order::REFERENCE;
use super::hostile::server::Server;
use super::leaks::{answer, assert_clean, error, secrets};
use super::support::{Launch, Pty, eventually, proc};
use super::{BINARY, STATE, configure, events, records, the};

/// A console whose log is as loud as it goes.
fn console() -> Launch {
    Launch::new(BINARY).env("TOKENSCOPE_LOG", "trace").env("RUST_LOG", "trace")
}

fn log(pty: &Pty) -> std::path::PathBuf {
    pty.home().join(STATE).join("tokenscope.log")
}

/// Waits until the log tells of an event.
fn wait_told(pty: &Pty, event: &str) {
    let told = || std::fs::read_to_string(log(pty)).is_ok_and(|text| text.contains(event));
    eventually(event, || told().then_some(()));
}

fn press(pty: &mut Pty, key: &str) {
    // Not within the 30 ms in which a printable key counts as part of a stray paste.
    std::thread::sleep(std::time::Duration::from_millis(60));
    pty.send(key);
}

fn fill(pty: &mut Pty, reference: &str) {
    press(pty, "2");
    press(pty, "e");
    pty.wait_text("(editing)");
    pty.send(&format!("\x15{reference}\t\x15juspaytest_cust\r"));
    pty.wait_gone("(editing)");
}

/// Sends the sample and waits for its answer.
fn fill_and_send(pty: &mut Pty) {
    pty.wait_text("CUSTOM");
    fill(pty, REFERENCE);
    press(pty, "s");
    pty.wait_for("an answer", |terminal| {
        let text = terminal.text();
        ["USABLE", "REFUSED"].iter().any(|word| text.contains(word))
    });
}

fn export(pty: &mut Pty) {
    // The row of the call is in the history by then.
    pty.wait_text("Answer");
    press(pty, "x");
    pty.wait_text("Export as Markdown");
    // On a machine so loaded that the reader was not seen to rest, Enter counts as part of a paste; then it is pressed again.
    for _ in 0..20 {
        if pty.look(|terminal| terminal.text().contains("Export as Markdown")) {
            press(pty, "\r");
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    }
    pty.wait_text("Written to");
}

#[test]
fn a_console_is_told_from_start_to_quit() {
    let server = Server::answering(answer());
    let launch = console();
    configure(launch.home(), &server.base_url(), "");
    let mut pty = launch.spawn();
    fill_and_send(&mut pty);
    export(&mut pty);
    press(&mut pty, "p");
    pty.wait_text("Switch to profile");
    pty.send("g\r");
    pty.wait_text("sandbox.juspay.in");
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    let records = records(&log(&pty));
    let mut order = events(&records);
    order.retain(|event| !["ledger_opened", "call_admitted"].contains(event));
    assert_eq!(
        order,
        [
            "started",
            "key_fetched",
            "call_sent",
            "call_replied",
            "export_written",
            "profile_switched",
            "ended"
        ]
    );
    assert_eq!(the(&records, "started").text("command"), "console");
    assert_eq!(the(&records, "key_fetched").text("source"), "file");
    assert_eq!(the(&records, "profile_switched").text("environment"), "sandbox");
    let file = the(&records, "export_written").text("file");
    assert!(pty.home().join(".local/share/tokenscope/exports").join(file).is_file(), "{file}");
}

#[test]
fn a_call_that_the_quit_cuts_off_is_told() {
    let mut pty = console().spawn();
    pty.wait_text("juspaytest_cust");
    fill(&mut pty, "token_demo_mute");
    press(&mut pty, "s");
    pty.wait_text("SENDING");
    // Only what has left can be cut off.
    wait_told(&pty, "call_sent");
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    let records = records(&log(&pty));
    assert_eq!(
        events(&records).iter().rev().take(2).rev().collect::<Vec<_>>(),
        [&"call_cancelled", &"ended"]
    );
    assert_eq!(the(&records, "call_cancelled").text("card_reference"), "token_demo_mute");
}

#[test]
fn whatever_is_done_with_an_answer_in_a_console_none_of_it_is_in_the_log() {
    for (bytes, is_usable) in [(answer(), true), (error(), false)] {
        let server = Server::answering(bytes);
        let launch = console();
        configure(launch.home(), &server.base_url(), "");
        let mut pty = launch.spawn();
        fill_and_send(&mut pty);
        if is_usable {
            press(&mut pty, "v");
            pty.wait_text("REVEALED");
            press(&mut pty, "V");
            pty.wait_gone("REVEALED");
        }
        export(&mut pty);
        press(&mut pty, "q");
        assert_eq!(pty.wait_exit(), 0);
        assert_clean(&log(&pty), REFERENCE, &secrets());
    }
}

#[test]
fn a_console_at_rest_does_not_wake_for_its_log() {
    let mut pty = console().spawn();
    pty.wait_text("juspaytest_cust");
    press(&mut pty, "s");
    pty.wait_text("USABLE");
    wait_told(&pty, "call_replied");
    let before = eventually("the thread of the log sleeps", || proc::thread_switches(pty.pid(), "log"));
    for _ in 0..5 {
        press(&mut pty, "?");
        pty.wait_text("Keys here");
        press(&mut pty, "\x1b");
        pty.wait_gone("Keys here");
    }
    assert_eq!(proc::thread_switches(pty.pid(), "log"), Some(before));
}
