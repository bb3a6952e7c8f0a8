//! The other end of the pty: a terminal that replays every byte and answers what terminals answer.

use std::num::NonZeroU16;

use vt100::{Callbacks, Parser, Screen};

/// Rows that stay readable after they have left the top of the main screen.
const SCROLLBACK: usize = 10_000;

/// Answers to the queries of programs, and how many were asked.
#[derive(Default)]
pub struct Answers {
    pending: Vec<u8>,
    asked: usize,
}

impl Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut Screen,
        intermediate: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        last: char,
    ) {
        let first = params.first().and_then(|param| param.first()).copied().unwrap_or(0);
        let answer = match (intermediate, last, first) {
            (None, 'n', 6) => {
                let (row, column) = screen.cursor_position();
                format!("\x1b[{};{}R", row + 1, column + 1)
            }
            (None, 'n', 5) => "\x1b[0n".to_owned(),
            (None, 'c', 0) => "\x1b[?62;22c".to_owned(),
            _ => return,
        };
        self.asked += 1;
        self.pending.extend(answer.bytes());
    }
}

/// What has come out of the program: every byte, and the screen they make.
pub struct Terminal {
    parser: Parser<Answers>,
    raw: Vec<u8>,
}

impl Terminal {
    pub fn new(columns: u16, rows: u16) -> Self {
        let (rows, columns) = cells(columns, rows);
        let parser = Parser::new_with_callbacks(rows, columns, SCROLLBACK, Answers::default());
        Self { parser, raw: Vec::new() }
    }

    /// Replays bytes on a fresh screen: what somebody sees who looks only from there on.
    pub fn replay(columns: u16, rows: u16, bytes: &[u8]) -> Self {
        let mut terminal = Self::new(columns, rows);
        terminal.take(bytes);
        terminal
    }

    /// Takes output of the program; gives what the terminal has to answer.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.raw.extend_from_slice(bytes);
        self.parser.process(bytes);
        std::mem::take(&mut self.parser.callbacks_mut().pending)
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        let (rows, columns) = cells(columns, rows);
        self.parser.set_size(rows, columns);
    }

    pub fn screen(&self) -> &Screen {
        self.parser.screen()
    }

    pub fn text(&self) -> String {
        self.screen().contents()
    }

    /// The scrollback and the screen below it, as somebody finds them who scrolls up.
    pub fn text_with_scrollback(&mut self) -> String {
        let screen = self.parser.screen_mut();
        let mut rows = Vec::new();
        for above in (1..=screen.scrollback_len()).rev() {
            screen.set_scrollback(above);
            rows.extend(screen.rows(0, u16::MAX).next());
        }
        screen.set_scrollback(0);
        rows.push(screen.contents());
        rows.join("\n")
    }

    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// How often the program asked the terminal something and had to be answered.
    pub fn asked(&self) -> usize {
        self.parser.callbacks().asked
    }

    /// Whether the private mode is on after all that was written; off where it was never touched.
    pub fn private_mode(&self, mode: u16) -> bool {
        let last = |sequence: String| {
            self.raw.windows(sequence.len()).rposition(|window| window == sequence.as_bytes())
        };
        last(format!("\x1b[?{mode}h")) > last(format!("\x1b[?{mode}l"))
    }
}

fn cells(columns: u16, rows: u16) -> (NonZeroU16, NonZeroU16) {
    let some = |count| NonZeroU16::new(count).expect("a terminal has cells");
    (some(rows), some(columns))
}
