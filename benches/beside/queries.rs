//! What a terminal answers when a program asks it something: a program that waits for an answer would be measured waiting.

/// A sequence that is longer than this is none that asks for something.
const LONGEST: usize = 256;

/// Finds questions in what a program writes, also where one is cut in two by a read.
#[derive(Default)]
pub struct Queries {
    held: Vec<u8>,
}

impl Queries {
    /// What the terminal writes back to these bytes.
    pub fn answer(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut answers = Vec::new();
        for byte in bytes {
            if self.held.is_empty() && *byte != 0x1b {
                continue;
            }
            self.held.push(*byte);
            if is_whole(&self.held) {
                answers.extend(answer_to(&self.held));
                self.held.clear();
            }
        }
        answers
    }
}

fn is_whole(sequence: &[u8]) -> bool {
    match sequence {
        [_] => false,
        [_, b'[', parameters @ ..] => parameters.last().is_some_and(|byte| (0x40..=0x7e).contains(byte)),
        [_, b']', text @ ..] if text.last() == Some(&0x07) => true,
        [_, b']' | b'P' | b'_' | b'^' | b'X', text @ ..] => {
            text.ends_with(b"\x1b\\") || sequence.len() > LONGEST
        }
        _ => true,
    }
}

fn answer_to(sequence: &[u8]) -> Vec<u8> {
    let fixed: &[u8] = match sequence {
        b"\x1b[c" | b"\x1b[0c" => b"\x1b[?62;22c",
        b"\x1b[>c" | b"\x1b[>0c" => b"\x1b[>1;380;0c",
        b"\x1b[>q" | b"\x1b[>0q" => b"\x1bP>|XTerm(380)\x1b\\",
        b"\x1b[5n" => b"\x1b[0n",
        b"\x1b[6n" => b"\x1b[1;1R",
        b"\x1b[?u" => b"\x1b[?0u",
        b"\x1b[?996n" => b"\x1b[?997;1n",
        b"\x1b[14t" => b"\x1b[4;576;960t",
        b"\x1b[16t" => b"\x1b[6;16;8t",
        b"\x1b[18t" => b"\x1b[8;36;120t",
        _ => return composed(sequence),
    };
    fixed.to_vec()
}

/// Answers that repeat a part of the question: colours, and modes that this terminal does not know.
fn composed(sequence: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(sequence);
    if let Some(mode) = text.strip_prefix("\x1b[?").and_then(|rest| rest.strip_suffix("$p")) {
        return format!("\x1b[?{mode};0$y").into_bytes();
    }
    let colour = |number| if number == "10" { "d0d0/d0d0/d0d0" } else { "1e1e/1e1e/1e1e" };
    match text.strip_prefix("\x1b]").and_then(|rest| rest.split_once(";?")) {
        Some((number @ ("10" | "11" | "12"), end)) => {
            format!("\x1b]{number};rgb:{}{end}", colour(number)).into_bytes()
        }
        _ => Vec::new(),
    }
}
