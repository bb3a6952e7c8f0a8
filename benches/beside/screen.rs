//! What an operator sees: the bytes of a terminal replayed, chunk by chunk, so that a text can be given its moment.

use std::num::NonZeroU16;
use std::time::Instant;

use vt100::Parser;

use crate::tty::{SIZE, Tty};

/// A screen that follows the output of one program.
pub struct Screen {
    parser: Parser,
    /// Chunks that were replayed.
    fed: usize,
}

impl Screen {
    pub fn new() -> Self {
        Self::starting_at(0)
    }

    /// An empty screen that sees nothing of the chunks before this one.
    pub fn starting_at(chunk: usize) -> Self {
        let cells = |count| NonZeroU16::new(count).expect("a screen has cells");
        let (columns, rows) = SIZE;
        Self { parser: Parser::new(cells(rows), cells(columns), 0), fed: chunk }
    }

    /// Replays what came, and gives the moment at which the screen was first as wanted.
    pub fn replay(&mut self, tty: &Tty, wanted: impl Fn(&str) -> bool) -> Option<Instant> {
        while self.fed < tty.chunks() {
            let (came, bytes) = tty.chunk(self.fed);
            self.parser.process(bytes);
            self.fed += 1;
            if wanted(&self.text()) {
                return Some(came);
            }
        }
        None
    }

    /// Replays all that came.
    pub fn follow(&mut self, tty: &Tty) {
        self.replay(tty, |_| false);
    }

    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }
}
