//! The console in a terminal, driven as an operator does, and what it leaves at each step.
//!
//! Owns: which keys are pressed, and which moments are looked at. Must not know: how a search works. What has to be on the
//! screen while a secret is shown on purpose is the positive control of every screen. Tested: through `tests/self_audit.rs`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::CannotLook;
use super::house::{House, Role};
use super::marker::{Marker, Markers};
use super::pty::Pty;
use super::sink::Sink;
use crate::runtime::panics;

/// The word of a custom profile's environment in the header.
const ENVIRONMENT: &str = "CUSTOM";

/// A console at work.
pub(super) struct Driver<'a> {
    pty: Pty,
    markers: &'a Markers,
    all: &'a [Marker],
    /// What came out so far.
    pub(super) sinks: Vec<Sink>,
}

impl<'a> Driver<'a> {
    /// Starts the console in this role.
    pub(super) fn start(
        house: &House,
        role: Role,
        markers: &'a Markers,
        all: &'a [Marker],
    ) -> Result<Self, CannotLook> {
        let mut pty = Pty::start(house.role(role))?;
        pty.wait("start the console", ENVIRONMENT)?;
        Ok(Self { pty, markers, all, sinks: Vec::new() })
    }

    /// The number of its process.
    pub(super) fn pid(&self) -> u32 {
        self.pty.pid()
    }

    /// Asks for the planted answer.
    pub(super) fn ask(&mut self) -> Result<(), CannotLook> {
        let (reference, customer) = (self.markers.reference.clone(), self.markers.customer.clone());
        self.pty.press("e")?;
        self.pty.wait("edit the form", "(editing)")?;
        self.pty.send(&format!("{reference}\t{customer}\r"))?;
        self.pty.wait_until("fill in the form", |screen| {
            screen.contains(&customer) && !screen.contains("(editing)")
        })?;
        self.pty.press("s")?;
        self.pty.wait("send and read the answer", "HTTP 200")
    }

    /// Asks for the refusal that repeats the key.
    pub(super) fn ask_for_refusal(&mut self) -> Result<(), CannotLook> {
        let refused = self.markers.refused.clone();
        self.pty.press("e")?;
        self.pty.wait("edit the form again", "(editing)")?;
        self.pty.send(&format!("\u{1b}[H\u{b}{refused}\r"))?;
        self.pty.wait_until("fill in the form again", |screen| !screen.contains("(editing)"))?;
        self.pty.press("s")?;
        self.pty.wait("read the refusal", "HTTP 400")?;
        self.keep("screen, refused");
        self.look_at("r", "screen, raw refusal")?;
        self.look_at("r", "screen, refused again")
    }

    /// Looks at every view of the masked answer.
    pub(super) fn look_around(&mut self) -> Result<(), CannotLook> {
        self.keep("screen, masked");
        self.look_at("r", "screen, raw")?;
        self.look_at("r", "screen, fields again")?;
        self.look_at("t", "screen, timing and headers")?;
        self.look_at("t", "screen, fields once more")?;
        self.look_at("?", "screen, help")?;
        self.look_at("\u{1b}", "screen, help closed")?;
        self.look_at("4", "screen, history")?;
        self.look_at("3", "screen, answer")
    }

    /// Reveals the cryptogram: the positive control of every screen.
    pub(super) fn reveal(&mut self) -> Result<(), CannotLook> {
        self.pty.press("v")?;
        self.pty.wait("reveal the cryptogram", "REVEALED")?;
        self.control("cryptogram")
    }

    /// Masks again.
    pub(super) fn mask(&mut self, name: &str) -> Result<(), CannotLook> {
        self.pty.press("V")?;
        self.pty.wait_until("mask again", |screen| !screen.contains("REVEALED"))?;
        self.pty.take_for(2)?;
        self.keep(name);
        Ok(())
    }

    /// Shows the personal fields and masks them.
    pub(super) fn identify(&mut self) -> Result<(), CannotLook> {
        self.pty.press("I")?;
        self.pty.wait("show the personal fields", "REVEALED")?;
        self.control("name on card")?;
        self.mask("screen, personal fields masked again")
    }

    /// Exports in both forms.
    pub(super) fn export(&mut self) -> Result<(), CannotLook> {
        for (keys, name) in [("x", "screen, export preview"), ("xf", "screen, JSON preview")] {
            self.pty.press(keys)?;
            self.pty.wait("preview the export", "Export as")?;
            self.pty.take_for(1)?;
            self.keep(name);
            self.pty.press("\r")?;
            self.pty.wait("write the export", "Written to")?;
        }
        Ok(())
    }

    /// Copies the call in every form; without a tool here, each goes to the terminal.
    pub(super) fn copy(&mut self) -> Result<(), CannotLook> {
        for down in ["", "j", "jj"] {
            let before = clipboards(self.pty.raw()).len();
            self.pty.press("Y")?;
            self.pty.wait("open the copy menu", "secrets stay masked")?;
            self.pty.press(down)?;
            self.pty.press("\r")?;
            self.pty.wait_until("copy", |screen| !screen.contains("secrets stay masked"))?;
            self.pty.wait("copy the call", "clipboard")?;
            if clipboards(self.pty.raw()).len() == before {
                return Err(CannotLook::Step("see what was copied"));
            }
        }
        Ok(())
    }

    /// Drops the answer and all it held.
    pub(super) fn clear(&mut self) -> Result<(), CannotLook> {
        self.pty.press("C")?;
        self.pty.wait_until("drop the answer", |screen| !screen.contains("HTTP 400"))
    }

    /// Quits and looks at what stays on the terminal.
    pub(super) fn quit(mut self) -> Result<Vec<Sink>, CannotLook> {
        self.pty.press("q")?;
        if self.pty.wait_exit()? != Some(0) {
            return Err(CannotLook::Step("quit the console"));
        }
        self.left_behind("terminal after the quit, with scrollback");
        let copied = clipboards(self.pty.raw()).join("\n");
        self.sinks.push(Sink::holding("clipboard (OSC 52)", copied, &self.markers.reference));
        self.sinks.push(Sink::of("terminal titles and other OSC", others(self.pty.raw()).join("\n")));
        Ok(self.sinks)
    }

    /// Crashes while the cryptogram is revealed.
    pub(super) fn crash(mut self) -> Result<(), CannotLook> {
        self.reveal()?;
        self.pty.crash()
    }

    /// Presses keys of which the last makes a port panic, and looks at what the panic leaves.
    pub(super) fn panic(mut self, keys: &[&str], name: &str) -> Result<Vec<Sink>, CannotLook> {
        for key in keys {
            self.pty.press(key)?;
            self.pty.take_for(4)?;
        }
        let exit = self.pty.wait_exit()?;
        let said = self.pty.with_scrollback();
        if exit != Some(1) || !said.contains(panics::CODE) {
            return Err(CannotLook::Step("see the console end of a panic"));
        }
        self.sinks.push(Sink::holding(name, said, panics::CODE));
        Ok(self.sinks)
    }

    fn left_behind(&mut self, name: &str) {
        let text = self.pty.with_scrollback();
        self.sinks.push(Sink::of(name, text));
    }

    fn look_at(&mut self, key: &str, name: &str) -> Result<(), CannotLook> {
        self.pty.press(key)?;
        self.pty.take_for(3)?;
        self.keep(name);
        Ok(())
    }

    /// The environment stands on every screen.
    fn keep(&mut self, name: &str) {
        self.sinks.push(Sink::holding(name, self.pty.screen(), ENVIRONMENT));
    }

    fn control(&self, name: &'static str) -> Result<(), CannotLook> {
        let screen = self.pty.screen();
        let shown = self.all.iter().any(|marker| marker.name == name && marker.is_in(&screen));
        if shown { Ok(()) } else { Err(CannotLook::Control(name)) }
    }
}

/// What stands in the operating system commands of an output.
fn oscs(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw).replace('\u{9d}', "\u{1b}]");
    let inside = |rest: &str| rest.split(['\u{7}', '\u{1b}', '\u{9c}']).next().unwrap_or_default().to_owned();
    text.split("\u{1b}]").skip(1).map(inside).collect()
}

/// What was handed to the terminal's clipboard.
fn clipboards(raw: &[u8]) -> Vec<String> {
    let of = |osc: &String| STANDARD.decode(osc.strip_prefix("52;c;")?).ok();
    oscs(raw).iter().filter_map(of).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

fn others(raw: &[u8]) -> Vec<String> {
    oscs(raw).into_iter().filter(|osc| !osc.starts_with("52;c;")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipboard_and_other_commands_are_told_apart() {
        let raw = b"a\x1b]52;c;YWJj\x07b\x1b]0;title\x1b\\c";
        assert_eq!(clipboards(raw), ["abc"]);
        assert_eq!(others(raw), ["0;title"]);
    }
}
