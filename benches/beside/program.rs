//! A program under measure: how it is started, how one sees that it is there, and which keys move in its list.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;

use crate::home::Home;
use crate::screen::Screen;
use crate::tty::Tty;

pub const UP: &[u8] = b"\x1b[A";
pub const DOWN: &[u8] = b"\x1b[B";
pub const ENTER: &[u8] = b"\r";

/// Between two keys that bring a program to where it is measured.
const BETWEEN: Duration = Duration::from_millis(150);

/// As long as a program may take for such a key.
const AT_MOST: Duration = Duration::from_millis(1_500);

/// What a row of a table is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Ours,
    Floor,
    Peer,
}

/// What brings a program to where it is measured.
#[derive(Clone, Copy)]
pub enum Step {
    /// This key, and what it brings about.
    Key(&'static [u8]),
    /// This text is on the screen.
    Shows(&'static str),
}

/// How a program sends.
#[derive(Clone)]
pub struct Sending {
    pub before: Vec<Step>,
    pub key: &'static [u8],
}

#[derive(Clone)]
pub struct Program {
    pub name: String,
    pub kind: Kind,
    pub argv: Vec<OsString>,
    pub home: Home,
    /// On the screen of the first frame that can be used.
    pub ready: String,
    /// On the screen once what is kept is there too.
    pub filled: Option<&'static str>,
    /// To its list.
    pub to_list: Vec<Step>,
    pub sending: Option<Sending>,
    /// A write up to this many bytes is a tick of the program.
    pub tick: usize,
}

/// Moves in a list, two down and two up, so that each changes the screen.
pub fn moves(at: usize) -> &'static [u8] {
    if at % 4 < 2 { DOWN } else { UP }
}

impl Program {
    pub fn in_terminal(&self) -> CommandBuilder {
        let mut command = CommandBuilder::from_argv(self.argv.clone());
        command.env_clear();
        command.cwd(self.home.path("home"));
        for (name, value) in self.home.environment() {
            command.env(name, value);
        }
        command
    }

    /// Starts it and waits until it is ready; gives the moment at which it was.
    pub fn open(&self) -> Result<(Tty, Screen, Instant), String> {
        let (mut tty, mut screen) = (Tty::start(self), Screen::new());
        match tty.wait(&mut screen, |text| text.contains(&self.ready)) {
            Some(ready) => Ok((tty, screen, ready)),
            None => Err(self.never_showed(&self.ready, &screen)),
        }
    }

    /// Starts it and brings it to its list.
    pub fn at_list(&self) -> Result<(Tty, Screen), String> {
        self.after(&self.to_list)
    }

    /// Starts it and takes these steps.
    pub fn after(&self, steps: &[Step]) -> Result<(Tty, Screen), String> {
        let (mut tty, mut screen, _) = self.open()?;
        tty.quiet(BETWEEN, AT_MOST);
        for step in steps {
            self.step(*step, &mut tty, &mut screen)?;
        }
        tty.quiet(BETWEEN * 2, AT_MOST);
        screen.follow(&tty);
        Ok((tty, screen))
    }

    fn step(&self, step: Step, tty: &mut Tty, screen: &mut Screen) -> Result<(), String> {
        match step {
            Step::Key(key) => {
                tty.type_keys(key);
                tty.quiet(BETWEEN, AT_MOST);
            }
            Step::Shows(text) => {
                let shown = screen.text().contains(text);
                if !shown && tty.wait(screen, |screen| screen.contains(text)).is_none() {
                    return Err(self.never_showed(text, screen));
                }
            }
        }
        Ok(())
    }

    fn never_showed(&self, text: &str, screen: &Screen) -> String {
        eprintln!("{} never showed {text:?}:\n{}", self.name, screen.text());
        format!("never showed {text:?}")
    }
}
