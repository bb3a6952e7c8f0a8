//! A disk that is full, read-only or broken for a while: the console and the command line say so, and go on when it is over.

use std::path::PathBuf;
use std::time::Duration;

use tokenscope::ports::LedgerFault;

use crate::console::{BINARY, console, files, press};
use crate::each_call::sentences;
use crate::shim::{self, Fault};
use crate::support::Pty;

/// What the disk says for a while, and which sentences people may read of it: `SQLite` takes a file that it can no longer
/// open for writing for one on a read-only disk, and a write that a read-only disk refuses for a disk that fails.
const WHILES: [(&str, &[LedgerFault]); 3] = [
    ("ENOSPC", &[LedgerFault::Full]),
    ("EROFS", &[LedgerFault::ReadOnly, LedgerFault::Disk]),
    ("EIO", &[LedgerFault::ReadOnly, LedgerFault::Disk]),
];

/// A data folder whose disk fails while the gate is there.
struct Disk {
    temp: tempfile::TempDir,
    error: &'static str,
}

impl Disk {
    fn new(error: &'static str) -> Self {
        Self { temp: shim::room(), error }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    fn fail(&self) {
        std::fs::write(self.at("gate"), "").unwrap();
    }

    fn recover(&self) {
        std::fs::remove_file(self.at("gate")).unwrap();
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let fault = Fault { error: self.error, ..Fault::NONE };
        let mut environment = shim::environment(&self.at("data"), &self.at("trace"), fault);
        environment.push(("FAULT_GATE", self.at("gate").to_str().unwrap().to_owned()));
        environment
    }

    fn console(&self, only: &str) -> Pty {
        let data = self.at("data");
        let mut launch = console().args(&["--demo", "--data-dir", data.to_str().unwrap()]).size(200, 40);
        for (name, value) in self.environment() {
            launch = launch.env(name, &value);
        }
        let mut pty = launch.env("FAULT_ON", only).spawn();
        pty.wait_text("juspaytest_cust");
        send(&mut pty, 1);
        pty.wait_text(ROW);
        pty
    }

    /// Exit code, stdout and stderr of a fetch.
    fn fetch(&self) -> (Option<i32>, String, String) {
        let mut command = std::process::Command::new(BINARY);
        command.args(["--demo", "fetch", "--data-dir", self.at("data").to_str().unwrap()]).env_clear();
        command.env("HOME", self.temp.path()).env("LANG", "C.UTF-8").envs(self.environment());
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn exports(&self) -> usize {
        files(&self.at("data/exports")).len()
    }
}

/// A row of history on the screen.
const ROW: &str = "USABLE     demo";

/// More than the 300 ms in which a second `s` or `v` is taken for a slip.
const BOUNCE: Duration = Duration::from_millis(400);

/// Like a person.
fn send(pty: &mut Pty, number: u32) {
    std::thread::sleep(BOUNCE);
    press(pty, "s");
    pty.wait_for("the answer", |terminal| {
        let text = terminal.text();
        text.contains(&format!("Answer #{number} ")) && text.contains("v reveals it")
    });
}

fn export(pty: &mut Pty) {
    press(pty, "x");
    pty.wait_text("Export as Markdown");
    press(pty, "\r");
}

fn wait_told(pty: &Pty, what: &str, faults: &[LedgerFault]) {
    pty.wait_for(what, |terminal| {
        let text = terminal.text();
        faults.iter().any(|fault| text.contains(&format!("{what}: {fault}.")))
    });
}

#[test]
fn a_console_says_what_the_disk_does_and_goes_on_without_a_restart() {
    for (error, faults) in WHILES {
        let disk = Disk::new(error);
        let mut pty = disk.console("");
        disk.fail();
        send(&mut pty, 2);
        wait_told(&pty, "This call is not in the history", faults);
        press(&mut pty, "v");
        wait_told(&pty, "the audit row could not be kept", faults);
        assert!(!pty.screen().contains("REVEALED"), "no row, no reveal");
        export(&mut pty);
        pty.wait_text("Nothing was exported");
        assert_eq!(disk.exports(), 0);
        disk.recover();
        press(&mut pty, "\x1b");
        pty.wait_gone("Export as");
        std::thread::sleep(BOUNCE);
        press(&mut pty, "v");
        pty.wait_text("REVEALED");
        press(&mut pty, "V");
        pty.wait_gone("REVEALED");
        export(&mut pty);
        pty.wait_text("Written to");
        assert_eq!(disk.exports(), 1);
        send(&mut pty, 3);
        pty.wait_for("another row", |terminal| terminal.text().matches(ROW).count() == 2);
        press(&mut pty, "q");
        assert_eq!(pty.wait_exit(), 0);
    }
}

#[test]
fn an_export_that_finds_no_room_says_so_and_leaves_nothing() {
    let disk = Disk::new("ENOSPC");
    let mut pty = disk.console("exports");
    disk.fail();
    export(&mut pty);
    pty.wait_text("the disk is full; make room and export it again");
    assert_eq!(disk.exports(), 0);
    disk.recover();
    export(&mut pty);
    pty.wait_text("Written to");
    assert_eq!(disk.exports(), 1);
}

#[test]
fn a_fetch_says_what_the_disk_does_and_the_next_one_is_kept() {
    for (error, faults) in WHILES {
        for is_new in [true, false] {
            let disk = Disk::new(error);
            if !is_new {
                assert_eq!(disk.fetch().2, "");
            }
            disk.fail();
            let (exit, out, said) = disk.fetch();
            assert_eq!(exit, Some(0), "{said}");
            assert!(out.starts_with("USABLE"), "{out}");
            is_said(&said, faults, is_new);
            disk.recover();
            assert_eq!(disk.fetch().2, "", "{error}");
            assert!(disk.at("data/audit.head").exists());
        }
    }
}

/// Where nothing can be made, what the disk says; where the database is there, also what `SQLite` makes of it.
fn is_said(said: &str, faults: &[LedgerFault], is_new: bool) {
    let known = if is_new { faults.iter().map(ToString::to_string).collect() } else { sentences() };
    for line in said.lines() {
        let told = STARTS.iter().find_map(|start| line.strip_prefix("tokenscope: ")?.strip_prefix(start));
        assert!(told.is_some_and(|told| known.iter().any(|ours| ours == told)), "{said}");
    }
    assert!((1..=2).contains(&said.lines().count()), "{said}");
}

/// One sentence for the row before the call, and one for the rows behind it.
const STARTS: [&str; 2] = ["NO HISTORY: ", "how the call ended is in neither audit trail nor history: "];
