//! The terminal side of the runtime on a real pty, through a tiny console built on the real pieces.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and measures real time"
)]

#[path = "support/probe.rs"]
mod probe;
mod support;

use std::time::{Duration, Instant};

use support::terminal::Terminal;
use support::{Launch, Pty, eventually, proc};

/// How long the process has to be at rest without waking.
const REST: Duration = Duration::from_secs(2);

const BRACKETED_PASTE: u16 = 2004;
const LEAVE: &[u8] = b"\x1b[?1049l";
const FOCUS_REPORTS: u16 = 1004;
const MOUSE_MODES: [u16; 5] = [1000, 1002, 1003, 1006, 1015];

/// The terminal is the console's: else a test of its restoration would show nothing.
#[track_caller]
fn assert_taken(pty: &Pty) {
    assert_ne!(pty.termios(), pty.termios_before());
    pty.look(|terminal| {
        assert!(terminal.screen().alternate_screen() && terminal.screen().hide_cursor());
        assert!(terminal.private_mode(BRACKETED_PASTE) && terminal.private_mode(FOCUS_REPORTS));
        assert!(MOUSE_MODES.iter().all(|mode| !terminal.private_mode(*mode)), "nobody asked for the mouse");
    });
}

#[track_caller]
fn assert_given_back(pty: &Pty) {
    assert_eq!(pty.termios(), pty.termios_before());
    pty.look(|terminal| {
        let screen = terminal.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor(), "{}", terminal.text());
        assert!(!screen.bracketed_paste() && !terminal.private_mode(FOCUS_REPORTS));
        assert_eq!((screen.fgcolor(), screen.bgcolor()), (vt100::Color::Default, vt100::Color::Default));
        assert!(!terminal.text_with_scrollback().contains("PROBE"), "the main screen shows a frame");
        assert_eq!(terminal.asked(), 0, "the console waits for no answer of the terminal");
    });
}

/// Some terminals keep the alternate screen, or have none, so it has to be blank when it is left.
#[track_caller]
fn assert_wiped_before_leaving(pty: &Pty) {
    let raw = pty.raw();
    let left = raw.windows(LEAVE.len()).rposition(|window| window == LEAVE).expect("it was left");
    let shown = Terminal::replay(80, 24, &raw[..left]);
    assert!(shown.screen().alternate_screen() && shown.text().trim().is_empty(), "{}", shown.text());
}

#[track_caller]
fn ends_and_gives_back(pty: &mut Pty, code: u32) {
    assert_eq!(pty.wait_exit(), code, "{}", pty.screen());
    assert_given_back(pty);
    assert_wiped_before_leaving(pty);
}

/// Waits until the borrower has asked so many times in all: an older question may still be on the screen.
#[track_caller]
fn wait_asked(pty: &Pty, question: &str, times: usize) {
    pty.wait_for(&format!("{question} number {times}"), |terminal| {
        String::from_utf8_lossy(terminal.raw()).matches(question).count() == times
    });
}

#[test]
fn a_burst_of_unbracketed_bytes_arrives_whole() {
    let mut pty = probe::start();
    pty.send(&"x".repeat(5_000));
    pty.wait_text("keys=5000;");
}

/// Bytes that a terminal holds on Linux. Of more that are written in one go a read ends there, whatever stands there.
const HELD: usize = 4_095;

/// Writes while the probe is stopped, so that the terminal is full when it reads.
fn send_at_once(pty: &mut Pty, bytes: &str) {
    pty.signal("STOP");
    proc::wait_state(pty.pid(), 'T');
    pty.send(bytes);
    eventually("the terminal is full", || (pty.unread() == HELD as u64).then_some(()));
    pty.signal("CONT");
}

/// Writes the sequence so often around that place that it is cut behind each of its bytes once; `counts` is how many keys it
/// is. An `x` behind them shows that they are over.
#[track_caller]
fn are_cut_everywhere(sequence: &str, counts: usize) {
    let mut pty = probe::start();
    let (mut keys, times) = (0, 20);
    for shift in 0..sequence.len() {
        let before = HELD - sequence.len() * times / 2 + shift - "\x1b[200~\x1b[201~".len();
        let filled = format!("\x1b[200~{}\x1b[201~{}x", "y".repeat(before), sequence.repeat(times));
        send_at_once(&mut pty, &filled);
        keys += counts * times + 1;
        pty.wait_text(&format!("keys={keys};"));
        pty.wait_text("last=x;");
        proc::wait_rest(pty.pid());
        assert!(pty.screen().contains(&format!("keys={keys};")), "{sequence:?} by {shift}: {}", pty.screen());
    }
}

#[test]
fn a_key_that_a_read_cuts_in_two_is_one_key() {
    are_cut_everywhere("\x1b[B", 1);
    are_cut_everywhere("\x1b[1;5C", 1);
}

#[test]
fn a_paste_that_a_read_cuts_in_two_is_a_paste() {
    // As a key of the probe its text would be a panic.
    are_cut_everywhere("\x1b[200~p\x1b[201~", 0);
}

#[test]
fn a_bracketed_paste_arrives_as_one() {
    let mut pty = probe::start();
    pty.paste(&"q p\n".repeat(1_000));
    pty.wait_text("last=paste of 4000;");
    assert!(pty.screen().contains("keys=0;"));
}

#[test]
fn focus_and_size_are_reported() {
    let mut pty = probe::start();
    pty.send("\x1b[O");
    pty.wait_text("last=focus lost;");
    pty.send("\x1b[I");
    pty.wait_text("last=focus gained;");
    pty.resize(60, 16);
    pty.wait_text("last=60x16;");
    pty.wait_text("END OF PROBE");
}

#[test]
fn quitting_gives_the_terminal_back() {
    let mut pty = probe::start();
    assert_taken(&pty);
    pty.send("q");
    ends_and_gives_back(&mut pty, 0);
}

#[test]
fn every_ending_signal_gives_the_terminal_back() {
    for (name, code) in [("TERM", 143), ("HUP", 129), ("INT", 130), ("QUIT", 131)] {
        let mut pty = probe::start();
        assert_taken(&pty);
        pty.signal(name);
        ends_and_gives_back(&mut pty, code);
    }
}

#[test]
fn a_panic_gives_the_terminal_back_and_says_one_line_without_its_payload() {
    for key in ["p", "t", "w"] {
        let mut pty = probe::start();
        assert_taken(&pty);
        pty.send(key);
        ends_and_gives_back(&mut pty, 1);
        let said = pty.screen();
        let lines: Vec<_> = said.lines().filter(|line| line.contains("fault")).collect();
        assert_eq!(lines.len(), 1, "after {key}: {said}");
        assert!(lines[0].contains("tests/support/probe.rs:"), "after {key}: {said}");
        assert!(!said.contains("payload") && !said.contains("panicked"), "after {key}: {said}");
        assert!(!String::from_utf8_lossy(&pty.raw()).contains(probe::PAYLOAD));
    }
}

#[test]
fn a_lost_terminal_ends_the_process_at_once() {
    let mut pty = probe::start();
    loses_its_terminal(&mut pty);
}

#[test]
fn a_lost_terminal_ends_the_process_where_hang_ups_are_ignored() {
    let this = std::env::current_exe().unwrap();
    let script = "trap '' HUP; exec \"$@\"";
    let mut pty = Launch::new("/bin/sh")
        .args(&["-c", script, "sh", this.to_str().unwrap()])
        .args(&probe::ARGS)
        .env("TOKENSCOPE_PROBE", "1")
        .env(probe::DEAF, "1")
        .spawn();
    pty.wait_text("END OF PROBE");
    loses_its_terminal(&mut pty);
}

fn loses_its_terminal(pty: &mut Pty) {
    let before = proc::cpu(pty.pid());
    pty.hang_up();
    let took = proc::wait_dead(pty.pid());
    let cpu = proc::cpu(pty.pid()).saturating_sub(before);
    assert!(took < Duration::from_secs(1), "it took {took:?}");
    assert!(cpu < Duration::from_millis(200), "it burnt {cpu:?}");
}

#[test]
fn a_command_borrows_the_terminal_and_each_reader_gets_its_own_bytes() {
    let mut pty = probe::start();
    for round in 1..=15 {
        pty.send(if round % 2 == 0 { "c" } else { "C" });
        wait_asked(&pty, "CHILD ASKS", round);
        assert_eq!(pty.termios(), pty.termios_before(), "the borrower finds the modes of the shell");
        pty.send(&format!("line {round}\nxyz"));
        pty.wait_text(&format!("child got [line {round}]"));
        pty.wait_text(&format!("keys={};", 3 * round));
    }
    pty.send("q");
    ends_and_gives_back(&mut pty, 0);
}

#[test]
fn keys_typed_before_the_loan_come_after_it() {
    let mut pty = probe::start();
    pty.send("cxyz");
    pty.wait_text("CHILD ASKS");
    pty.send("line\n");
    pty.wait_text("child got [line]");
    pty.wait_text("keys=3;");
}

#[test]
fn the_prompt_reads_without_echo_and_leaves_what_is_typed_behind_it() {
    let mut pty = probe::start();
    for round in 1..=15 {
        pty.send(if round % 2 == 0 { "k" } else { "K" });
        wait_asked(&pty, "PROMPT ASKS", round);
        pty.send("s3crXX\x7f\x7fet\rxyz");
        pty.wait_text("secret of 6 bytes, sum 596");
        pty.wait_text(&format!("keys={};", 3 * round));
    }
    assert!(!String::from_utf8_lossy(&pty.raw()).contains("s3cr"));
    pty.send("q");
    ends_and_gives_back(&mut pty, 0);
}

#[test]
fn the_prompt_can_be_cancelled_and_ended_from_outside() {
    let mut pty = probe::start();
    pty.send("k");
    wait_asked(&pty, "PROMPT ASKS", 1);
    pty.send("secret\x03");
    pty.wait_text("no secret: Cancelled");
    pty.send("k");
    wait_asked(&pty, "PROMPT ASKS", 2);
    pty.signal("TERM");
    ends_and_gives_back(&mut pty, 143);
}

#[test]
fn an_interrupt_from_the_keyboard_ends_the_borrower_and_not_the_console() {
    let mut pty = probe::start();
    pty.send("c");
    pty.wait_text("CHILD ASKS");
    pty.send("\x03");
    pty.wait_text("child got []");
    pty.send("x");
    pty.wait_text("keys=1;");
    // Soon one sent by hand counts again.
    support::eventually("an end", || {
        pty.signal("INT");
        (proc::state(pty.pid()) == Some('Z')).then_some(())
    });
    ends_and_gives_back(&mut pty, 130);
}

#[test]
fn an_interrupt_that_comes_late_from_a_loan_does_not_end_the_console() {
    let mut pty = probe::start();
    pty.send("i");
    pty.wait_text("note=Resumed;");
}

#[test]
fn modes_that_a_borrower_leaves_behind_are_not_kept() {
    let mut pty = probe::start();
    pty.send("c");
    pty.wait_text("CHILD ASKS");
    pty.send("hide\n");
    pty.wait_text("child got [hide]");
    assert_taken(&pty);
    pty.send("q");
    ends_and_gives_back(&mut pty, 0);
}

#[test]
fn a_suspension_from_the_keyboard_while_lent_stops_the_console_with_the_borrower() {
    let mut pty = probe::start();
    pty.send("c");
    pty.wait_text("CHILD ASKS");
    pty.send("\x1a");
    proc::wait_state(pty.pid(), 'T');
    pty.signal("CONT");
    pty.send("line\nx");
    pty.wait_text("child got [line]");
    pty.wait_text("keys=1;");
}

#[test]
fn suspending_steps_aside_and_resuming_paints_the_whole_screen() {
    for suspend in [|pty: &mut Pty| pty.send("\x1a"), |pty: &mut Pty| pty.signal("TSTP")] {
        let mut pty = probe::start();
        pty.send("x");
        pty.wait_text("keys=1;");
        suspend(&mut pty);
        proc::wait_state(pty.pid(), 'T');
        pty.wait_for("the main screen", |terminal| !terminal.screen().alternate_screen());
        assert_given_back(&pty);
        let before = pty.raw().len();
        pty.signal("CONT");
        pty.wait_text("END OF PROBE");
        assert_taken(&pty);
        let since = Terminal::replay(80, 24, &pty.raw()[before..]);
        assert_eq!(since.text(), pty.screen());
        pty.send("q");
        ends_and_gives_back(&mut pty, 0);
    }
}

#[test]
fn modes_changed_behind_our_back_while_stopped_are_set_again() {
    let mut pty = probe::start();
    let taken = pty.termios();
    pty.signal("STOP");
    proc::wait_state(pty.pid(), 'T');
    pty.set_cooked();
    pty.signal("CONT");
    support::eventually("raw modes again", || (pty.termios() == taken).then_some(()));
    pty.send("q");
    ends_and_gives_back(&mut pty, 0);
}

#[test]
fn a_full_repaint_paints_the_whole_screen() {
    let mut pty = probe::start();
    let before = pty.raw().len();
    pty.send("r");
    pty.wait_for("a repaint", |terminal| {
        Terminal::replay(80, 24, &terminal.raw()[before..]).text().contains("END OF PROBE")
    });
}

#[test]
fn no_core_is_written_and_nobody_looks_into_memory() {
    let pty = probe::start();
    assert_eq!(proc::limit(pty.pid(), "Max core file size")[..2], ["0", "0"]);
    assert!(pty.screen().contains("core Some(0) NotDumpable"), "{}", pty.screen());
    let open = probe::launch().env("TOKENSCOPE_TEST_DUMPABLE", "1").spawn();
    open.wait_text("END OF PROBE");
    let expected = if cfg!(debug_assertions) { "core Some(0) Dumpable" } else { "core Some(0) NotDumpable" };
    assert!(open.screen().contains(expected), "{}", open.screen());
}

#[test]
fn at_rest_the_process_does_not_wake() {
    let pty = probe::start();
    proc::wait_rest(pty.pid());
    let (start, before) = (Instant::now(), proc::context_switches(pty.pid()));
    support::eventually("two seconds", || (start.elapsed() >= REST).then_some(()));
    assert_eq!(proc::context_switches(pty.pid()) - before, 0);
}
