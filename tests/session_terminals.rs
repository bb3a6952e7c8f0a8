//! The real binary under the names of several terminals, and in a real tmux: the first frame, the keys that terminals write
//! each in their own way, a resize while something is typed, and the end that leaves the terminal as it was.
#![allow(
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

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use console::{BINARY, console, press};
use support::{Launch, Pty};

const REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";

/// What a terminal writes for arrow left, Home and End.
struct Keys {
    left: &'static str,
    home: &'static str,
    end: &'static str,
}

const XTERM: Keys = Keys { left: "\x1b[D", home: "\x1b[H", end: "\x1b[F" };
const APPLICATION: Keys = Keys { left: "\x1bOD", home: "\x1bOH", end: "\x1bOF" };
const CONSOLE: Keys = Keys { left: "\x1b[D", home: "\x1b[1~", end: "\x1b[4~" };

/// Edits the reference with every key, undoes, resizes while typing, and leaves with Esc alone.
fn edits(pty: &mut Pty, keys: &Keys, resize: bool) {
    pty.wait_text("EMULATOR");
    pty.wait_text("juspaytest_cust");
    press(pty, "e");
    pty.wait_text("(editing)");
    pty.send("\x15mid");
    pty.wait_text("  mid ");
    pty.send(keys.home);
    pty.send("X");
    pty.send(keys.end);
    pty.send("Y");
    pty.wait_text("  XmidY ");
    pty.send(keys.left);
    pty.send("Z");
    pty.wait_text("  XmidZY ");
    if resize {
        pty.resize(100, 30);
    }
    pty.send("a");
    pty.wait_text("  XmidZaY ");
    pty.send("\x1f");
    pty.wait_text("  XmidY ");
    pty.send("\x1b");
    pty.wait_gone("(editing)");
    press(pty, "e");
    pty.wait_text("(editing)");
    pty.send("\x1bp");
    pty.wait_text("Switch to profile");
    pty.send("\x1b");
    pty.wait_gone("Switch to profile");
    for left in ["  Xmid ", "  mid "] {
        press(pty, "u");
        pty.wait_text(left);
    }
    press(pty, "u");
    pty.wait_gone("  mid ");
    press(pty, "u");
    pty.wait_text("token_a0c16957");
}

#[test]
fn every_terminal_shows_the_first_frame_hands_the_keys_on_and_gets_itself_back() {
    let terminals = [("xterm-256color", XTERM), ("screen-256color", APPLICATION), ("linux", CONSOLE)];
    for (term, keys) in terminals {
        let mut pty = console().env("TERM", term).spawn();
        edits(&mut pty, &keys, true);
        press(&mut pty, "q");
        assert_eq!(pty.wait_exit(), 0, "{term}");
        assert_eq!(pty.termios(), pty.termios_before(), "{term}");
        assert!(pty.look(|terminal| !terminal.screen().alternate_screen()), "{term}");
        assert!(pty.look(|terminal| !terminal.private_mode(2004) && !terminal.private_mode(1004)), "{term}");
    }
}

/// A tmux with a server of its own, which ends with this.
struct Tmux {
    folder: PathBuf,
}

impl Tmux {
    /// The console in a new tmux.
    fn start() -> (Self, Pty) {
        let launch = Launch::new(program("tmux"));
        let tmux = Self { folder: launch.home().to_owned() };
        std::fs::write(tmux.folder.join("conf"), "set -g set-clipboard on\n").unwrap();
        let folder = tmux.folder.to_str().unwrap().to_owned();
        let pty = launch
            .env("TMUX_TMPDIR", &folder)
            .args(&["-f", "conf", "new-session", BINARY])
            .size(120, 36)
            .spawn();
        (tmux, pty)
    }

    fn run(&self, command: &str) -> Output {
        let mut tmux = Command::new("tmux");
        tmux.env_remove("TMUX").env("TMUX_TMPDIR", &self.folder).arg(command).output().unwrap()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        drop(self.run("kill-server"));
    }
}

/// The path of a program that this test needs.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|it| Path::is_file(it));
    found.unwrap_or_else(|| panic!("this test drives the console in a real {name}, which is not on the PATH: install {name}, as .ci/run does"))
}

#[test]
fn in_a_real_tmux_keys_resize_copy_and_quit_work() {
    let (tmux, mut pty) = Tmux::start();
    edits(&mut pty, &XTERM, true);
    press(&mut pty, "y");
    pty.wait_text("Sent to tmux (OSC 52)");
    let kept = || Some(tmux.run("show-buffer").stdout).filter(|kept| !kept.is_empty());
    let kept = support::eventually("a buffer of tmux", kept);
    assert_eq!(String::from_utf8_lossy(&kept), REFERENCE);
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
    assert_eq!(pty.termios(), pty.termios_before());
    assert!(pty.look(|terminal| !terminal.screen().alternate_screen()));
}

#[test]
fn the_history_is_filtered_and_a_pane_zoomed_from_the_keyboard() {
    let mut pty = console::answered(console());
    pty.wait_text("USABLE     token_a0");
    press(&mut pty, "4");
    press(&mut pty, "/");
    pty.wait_text("Esc clear it");
    pty.send("nowhere");
    pty.wait_text("no match");
    pty.wait_gone("USABLE     token_a0");
    pty.send("\x15JUSPAYTEST\r");
    pty.wait_text("/JUSPAYTEST  1 of 1");
    press(&mut pty, "z");
    pty.wait_gone("1 Profiles");
    assert!(pty.screen().contains("EMULATOR"), "{}", pty.screen());
    press(&mut pty, "\x1b");
    pty.wait_gone("/JUSPAYTEST");
    press(&mut pty, "\x1b");
    pty.wait_text("1 Profiles");
}
