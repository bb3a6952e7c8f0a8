//! The guard of the terminal: what was switched on, and how it is switched off again.
//!
//! Every step on the way in is recorded in one list of the process, so that whoever ends it (the
//! guard's Drop, a panic on any thread, a signal) undoes the same steps, in reverse, once. Frames go
//! out through a writer of ours, which looks at that list under its lock: after a restoration not one more
//! byte of a frame reaches the terminal. Must not know what is drawn.
//!
//! ratatui's own `Terminal` is not used on purpose: to clear, it asks the terminal where the cursor is and would wait for the
//! answer behind the input reader's lock; its panic hook prints the payload; and see `frames`. Tested in
//! `tests/pty_terminal.rs`, each way out against modes and replayed bytes.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture,
};
use crossterm::queue;
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};
use zeroize::Zeroize;

use super::frames::Frames;
use super::tty;
use crate::ports::{CopyFault, CopyWay};
use crate::secret::Masked;
use crate::view::Frame;

/// Room for a whole frame of a large screen: a buffer that grows leaves copies behind and costs time.
const FRAME_BYTES: usize = 256 * 1024;

/// The longest text that is handed to the terminal's clipboard, in bytes: 74,992 of base64. Common terminals take about that
/// much and cut or drop a longer one without a word.
const LONGEST_COPY: usize = 56_244;

/// One thing that is switched on, in the order of [`Step::ORDER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    RawMode,
    AlternateScreen,
    HiddenCursor,
    BracketedPaste,
    FocusReports,
    MouseReports,
}

/// What is switched on now. Global, because a panic hook owns nothing.
static STEPS: Mutex<Vec<Step>> = Mutex::new(Vec::new());

fn steps() -> MutexGuard<'static, Vec<Step>> {
    STEPS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Step {
    /// Raw mode first: in the background it stops us before anything is written on a screen that
    /// belongs to somebody else.
    const ORDER: [Self; 6] = [
        Self::RawMode,
        Self::AlternateScreen,
        Self::HiddenCursor,
        Self::BracketedPaste,
        Self::FocusReports,
        Self::MouseReports,
    ];

    fn switch_on(self) -> io::Result<()> {
        let mut out = Vec::new();
        match self {
            Self::RawMode => enable_raw_mode()?,
            Self::AlternateScreen => queue!(out, EnterAlternateScreen, Clear(ClearType::All))?,
            Self::HiddenCursor => queue!(out, Hide)?,
            Self::BracketedPaste => queue!(out, EnableBracketedPaste)?,
            Self::FocusReports => queue!(out, EnableFocusChange)?,
            Self::MouseReports => queue!(out, EnableMouseCapture)?,
        }
        put(&out)
    }

    /// The alternate screen is wiped before it is left: some terminals have none, others keep it.
    fn switch_off(self) -> io::Result<()> {
        let mut out = Vec::new();
        let plain = SetAttribute(Attribute::Reset);
        match self {
            Self::RawMode => disable_raw_mode()?,
            Self::AlternateScreen => {
                queue!(out, plain, Clear(ClearType::All), MoveTo(0, 0), LeaveAlternateScreen)?;
            }
            Self::HiddenCursor => queue!(out, Show)?,
            Self::BracketedPaste => queue!(out, DisableBracketedPaste)?,
            Self::FocusReports => queue!(out, DisableFocusChange)?,
            Self::MouseReports => queue!(out, DisableMouseCapture)?,
        }
        put(&out)
    }
}

fn put(bytes: &[u8]) -> io::Result<()> {
    tty::write_all(io::stdout().as_fd(), bytes)
}

/// Brings the terminal back to how it was found. Harmless when there is nothing to undo, callable from
/// any thread and from a panic hook; a step that fails (the terminal is gone) does not keep the others.
pub fn restore() {
    let mut done = steps();
    while let Some(step) = done.pop() {
        let _ = step.switch_off();
    }
}

/// Switches on what is not on yet. A step is recorded before it is taken: undoing one that did not
/// happen is harmless, leaving one that did is not.
fn switch_on(mouse: bool) -> io::Result<()> {
    let mut done = steps();
    for step in Step::ORDER {
        if done.contains(&step) || (step == Step::MouseReports && !mouse) {
            continue;
        }
        done.push(step);
        step.switch_on()?;
    }
    Ok(())
}

/// Where frames are written: kept whole until the flush, then written in one go and wiped.
///
/// Standard output of the standard library is not used, as it keeps up to a line in a static buffer.
#[derive(Debug)]
struct Screen {
    frame: Vec<u8>,
}

impl Screen {
    fn new() -> Self {
        Self { frame: Vec::with_capacity(FRAME_BYTES) }
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let entered = steps();
        let written = if entered.contains(&Step::AlternateScreen) { put(&self.frame) } else { Ok(()) };
        self.frame.as_mut_slice().zeroize();
        self.frame.clear();
        written
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.frame.zeroize();
    }
}

/// The terminal in the console's hands. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Terminal {
    mouse: bool,
    screen: CrosstermBackend<Screen>,
    frames: Frames,
}

impl Terminal {
    /// Takes the terminal: raw mode, alternate screen, no cursor, bracketed paste, focus reports, and
    /// mouse reports where `mouse` asks for them.
    ///
    /// # Errors
    /// There is no terminal, or it is gone; what was switched on until then is off again.
    pub fn take(mouse: bool) -> io::Result<Self> {
        // Built first, so that its Drop undoes what a failing step leaves behind.
        let screen = CrosstermBackend::new(Screen::new());
        let mut terminal = Self { mouse, screen, frames: Frames::default() };
        terminal.enter()?;
        Ok(terminal)
    }

    /// Switches on what is off; the next frame is drawn whole.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn enter(&mut self) -> io::Result<()> {
        switch_on(self.mouse)?;
        self.full_repaint()
    }

    /// Gives the terminal back, to be taken again with [`Self::enter`]. Frames drawn meanwhile go nowhere.
    pub fn leave(&mut self) {
        self.frames.forget();
        restore();
    }

    /// After SIGCONT. Not merely [`Self::enter`]: SIGSTOP cannot be caught, so the shell may have changed
    /// the modes of a terminal that we never left.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        self.leave();
        self.enter()
    }

    /// The whole screen; empty where it cannot be told.
    pub fn area(&self) -> Rect {
        tty::size(io::stdout()).map(|size| Rect::from((Position::ORIGIN, size))).unwrap_or_default()
    }

    /// Paints one frame and writes what differs from the last.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if self.frames.fit(tty::size(io::stdout())?) {
            self.wipe()?;
        }
        self.frames.draw(&mut self.screen, paint)
    }

    /// For the moment something is hidden: forgets what is on the screen, so that the next frame is drawn
    /// whole on a wiped screen and no terminal's redraw optimisation keeps a cell of the old one.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn full_repaint(&mut self) -> io::Result<()> {
        self.frames.forget();
        self.wipe()
    }

    /// Queued, not flushed: it leaves together with the next frame, without a flicker.
    fn wipe(&mut self) -> io::Result<()> {
        queue!(self.screen, SetAttribute(Attribute::Reset), Clear(ClearType::All))
    }

    /// Hands a text to the terminal's clipboard (OSC 52), together with the next frame. No other OSC is ever written, and this
    /// one holds nothing but base64 of masked text.
    ///
    /// # Errors
    /// It is longer than terminals take.
    pub fn copy(&mut self, text: &Masked, mask: &str) -> Result<CopyWay, CopyFault> {
        let text = text.text_with(mask);
        if text.len() > LONGEST_COPY {
            return Err(CopyFault::TooLong);
        }
        // Our own buffer takes everything; a terminal that is gone shows itself at the next frame.
        let _ = queue!(self.screen, CopyToClipboard::to_clipboard_from(text));
        Ok(CopyWay::Terminal)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}
