//! How a masked text looks on stdout: which mask, which colours.

use crate::domain::history::Verdict;
use crate::secret::{MASK, MASK_ASCII, Masked};

const RESET: &str = "\u{1b}[0m";

/// The mask's own style. Text from outside cannot hold an escape, so it cannot imitate it.
const DIM: &str = "\u{1b}[2m";

/// What stdout can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    /// Whether the locale is UTF-8; else the mask is written in stars.
    pub unicode: bool,
    /// Whether it is a terminal that shows colours, and they are wanted.
    pub colour: bool,
}

impl Paper {
    /// The text for eyes: the verdict on the first line and each mask in a style of its own.
    pub fn draw(self, text: &Masked, verdict: Verdict) -> String {
        let drawn = self.written(text);
        if !self.colour {
            return drawn;
        }
        let (first, rest) = drawn.split_once('\n').unwrap_or((&drawn, ""));
        format!("{}{first}{RESET}\n{rest}", colour(verdict))
    }

    /// A line of a list: the verdict at its start and each mask in a style of its own.
    pub fn draw_row(self, line: &Masked, verdict: Verdict) -> String {
        let drawn = self.written(line);
        match drawn.strip_prefix(verdict.word()) {
            Some(rest) if self.colour => format!("{}{}{RESET}{rest}", colour(verdict), verdict.word()),
            _ => drawn,
        }
    }

    fn written(self, text: &Masked) -> String {
        let mask = if self.unicode { MASK } else { MASK_ASCII };
        let styled = if self.colour { format!("{DIM}{mask}{RESET}") } else { mask.to_owned() };
        let written = text.text_with(&styled);
        if self.unicode { written } else { written.replace('…', "~") }
    }
}

fn colour(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Usable => "\u{1b}[1;32m",
        Verdict::NotUsable => "\u{1b}[1;33m",
        Verdict::Refused | Verdict::NoAnswer | Verdict::Unreadable => "\u{1b}[1;31m",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Masked {
        let mut text = Masked::ours("USABLE");
        text.end_line();
        text.push(&Masked::hidden());
        text
    }

    #[test]
    fn the_mask_is_written_in_stars_where_the_locale_is_not_utf_8() {
        let paper = Paper { unicode: false, colour: false };
        assert_eq!(paper.draw(&text(), Verdict::Usable), "USABLE\n********");
    }

    #[test]
    fn a_terminal_shows_verdict_and_mask_in_their_own_styles() {
        let paper = Paper { unicode: true, colour: true };
        let drawn = paper.draw(&text(), Verdict::Refused);
        assert_eq!(drawn, format!("\u{1b}[1;31mUSABLE{RESET}\n{DIM}{MASK}{RESET}"));
    }

    #[test]
    fn a_row_of_a_list_colours_the_verdict_alone() {
        let paper = Paper { unicode: true, colour: true };
        let line = Masked::joined([Masked::ours("NOT USABLE  "), Masked::hidden()]);
        let drawn = paper.draw_row(&line, Verdict::NotUsable);
        assert_eq!(drawn, format!("\u{1b}[1;33mNOT USABLE{RESET}  {DIM}{MASK}{RESET}"));
        let plain = Paper { unicode: false, colour: false };
        assert_eq!(plain.draw_row(&Masked::ours("REFUSED  a…"), Verdict::Refused), "REFUSED  a~");
    }
}
