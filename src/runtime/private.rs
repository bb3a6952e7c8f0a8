//! Keys and pastes read by ourselves, for values that nothing may keep.
//!
//! crossterm keeps what is typed and pasted in static buffers for the life of the process. While its stream is stopped, this
//! reads the terminal instead: a byte at a time, so that what was typed ahead stays with the terminal, each handed on as a key
//! at once, so that no more than a character stands here. It knows the keys that text is typed with and no others. Must not
//! know: what is typed, what a key means. The other reader of sequences beside crossterm's is [`super::rejoin`]. Tested below, and in a real pty by `tests/session_compare.rs`.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use zeroize::Zeroizing;

use super::input::InputEvent;
use super::prompt::read_byte;
use super::quiet::{self, Quiet};
use super::tty;

/// How long after an escape its sequence may go on; then it was the key. Longer than a slow line needs, since the rest of a
/// bracketed paste would be taken for keys of a pane.
const ESCAPE: Duration = Duration::from_millis(50);

/// Characters of the parameters of a sequence that are looked at.
const PARAMETERS: usize = 8;

/// The reader.
#[derive(Debug)]
pub(super) struct Private {
    tty: AsyncFd<OwnedFd>,
    keys: Keys,
}

impl Private {
    /// Starts to read; crossterm's reader must have stopped.
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self { tty: tty::register(tty::open_apart()?, Interest::READABLE)?, keys: Keys::default() })
    }

    /// The next event; `None` at the end of input. Dropping the future loses nothing.
    pub(super) async fn next(&mut self, quiet: &mut Quiet) -> Option<InputEvent> {
        loop {
            quiet.look(quiet::now());
            let byte = if self.keys.is_after_escape() {
                match tokio::time::timeout(ESCAPE, read_byte(&self.tty)).await {
                    Ok(byte) => byte.ok()?,
                    Err(_alone) => return Some(self.keys.end_escape()),
                }
            } else {
                read_byte(&self.tty).await.ok()?
            };
            quiet.came(Some(quiet::now()));
            if let Some(event) = self.keys.take(*byte) {
                return Some(event);
            }
        }
    }
}

/// Where in a key the bytes are.
#[derive(Debug, Default)]
enum At {
    /// Between two.
    #[default]
    Ground,
    /// Behind an escape.
    Escape,
    /// In a control sequence; its parameters so far.
    Sequence(String),
    /// Behind an escape and an O.
    Function,
    /// In a character of several bytes.
    Character(Zeroizing<Vec<u8>>),
}

/// The bytes of a terminal as keys.
#[derive(Debug, Default)]
struct Keys {
    at: At,
    in_paste: bool,
}

impl Keys {
    fn is_after_escape(&self) -> bool {
        matches!(self.at, At::Escape)
    }

    /// The escape was the key.
    fn end_escape(&mut self) -> InputEvent {
        self.at = At::Ground;
        key(KeyCode::Esc, KeyModifiers::NONE)
    }

    fn take(&mut self, byte: u8) -> Option<InputEvent> {
        match std::mem::take(&mut self.at) {
            At::Ground => self.start(byte),
            At::Escape => self.escaped(byte),
            At::Function => None,
            At::Sequence(parameters) => self.sequence(parameters, byte),
            At::Character(bytes) => self.character(bytes, byte),
        }
    }

    fn start(&mut self, byte: u8) -> Option<InputEvent> {
        match byte {
            0x1b => self.at = At::Escape,
            // A line end in a paste is part of it, and no Enter.
            b'\r' | b'\n' if self.in_paste => return Some(char('\n')),
            0..0x20 if self.in_paste => return Some(char(char::from(byte))),
            b'\r' => return Some(key(KeyCode::Enter, KeyModifiers::NONE)),
            b'\t' => return Some(key(KeyCode::Tab, KeyModifiers::NONE)),
            1..=26 => return Some(key(KeyCode::Char(char::from(byte + b'a' - 1)), KeyModifiers::CONTROL)),
            0x7f => return Some(key(KeyCode::Backspace, KeyModifiers::NONE)),
            0x20..0x7f => return Some(char(char::from(byte))),
            0x80.. => self.at = At::Character(Zeroizing::new(vec![byte])),
            _ => {}
        }
        None
    }

    fn escaped(&mut self, byte: u8) -> Option<InputEvent> {
        match byte {
            b'[' => self.at = At::Sequence(String::new()),
            b'O' => self.at = At::Function,
            0x1b => {
                self.at = At::Escape;
                return Some(key(KeyCode::Esc, KeyModifiers::NONE));
            }
            0x20..0x7f => return Some(key(KeyCode::Char(char::from(byte)), KeyModifiers::ALT)),
            _ => return self.start(byte),
        }
        None
    }

    fn sequence(&mut self, mut parameters: String, byte: u8) -> Option<InputEvent> {
        if !(0x40..0x7f).contains(&byte) {
            if parameters.len() < PARAMETERS {
                parameters.push(char::from(byte));
            }
            self.at = At::Sequence(parameters);
            return None;
        }
        match (parameters.as_str(), byte) {
            ("200", b'~') => self.in_paste = true,
            ("201", b'~') => self.in_paste = false,
            ("", b'I') => return Some(InputEvent::FocusGained),
            ("", b'O') => return Some(InputEvent::FocusLost),
            _ => {}
        }
        None
    }

    /// What is no UTF-8 is handed on as a character that stands in no value.
    fn character(&mut self, mut bytes: Zeroizing<Vec<u8>>, byte: u8) -> Option<InputEvent> {
        bytes.push(byte);
        match std::str::from_utf8(&bytes) {
            Ok(text) => text.chars().next().map(char),
            Err(fault) if fault.error_len().is_none() && bytes.len() < 4 => {
                self.at = At::Character(bytes);
                None
            }
            Err(_) => Some(char(char::REPLACEMENT_CHARACTER)),
        }
    }
}

fn char(c: char) -> InputEvent {
    key(KeyCode::Char(c), KeyModifiers::NONE)
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> InputEvent {
    InputEvent::Key(KeyEvent::new(code, modifiers))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys, each as a character or a word.
    fn keys(bytes: &[u8]) -> String {
        let mut keys = Keys::default();
        let mut events: Vec<_> = bytes.iter().filter_map(|byte| keys.take(*byte)).collect();
        if keys.is_after_escape() {
            events.push(keys.end_escape());
        }
        events.iter().map(told).collect()
    }

    fn told(event: &InputEvent) -> String {
        match event {
            InputEvent::Key(KeyEvent { code: KeyCode::Char(c), modifiers, .. }) => match *modifiers {
                KeyModifiers::CONTROL => format!("<^{c}>"),
                KeyModifiers::ALT => format!("<Alt-{c}>"),
                _ => c.to_string(),
            },
            InputEvent::Key(key) => format!("<{}>", key.code),
            InputEvent::FocusLost => "<lost>".into(),
            InputEvent::FocusGained => "<gained>".into(),
            _ => "<other>".into(),
        }
    }

    #[test]
    fn characters_and_the_keys_that_text_is_typed_with_are_known() {
        assert_eq!(
            keys("a+/=é卡\r\x7f\x08\x15\x03\x1a\t".as_bytes()),
            "a+/=é卡<Enter><Backspace><^h><^u><^c><^z><Tab>"
        );
        assert_eq!(keys(b"\x1b"), "<Esc>");
        assert_eq!(keys(b"\x1b\x1ba\x1bs"), "<Esc><Alt-a><Alt-s>");
    }

    #[test]
    fn a_paste_is_its_characters_and_no_line_end_of_it_is_an_enter() {
        assert_eq!(keys(b"\x1b[200~a\r\n\x03b\x1b[201~\r"), "a\n\n\x03b<Enter>");
    }

    #[test]
    fn other_sequences_are_passed_over_whole() {
        assert_eq!(keys(b"\x1b[A\x1b[1;5C\x1bOP\x1b[<0;12;34M\x1b[123456789123456789~a"), "a");
        assert_eq!(keys(b"\x1b[O\x1b[I"), "<lost><gained>");
    }

    #[test]
    fn what_is_no_utf_8_is_one_strange_character() {
        assert_eq!(keys(b"a\xff\xfeb"), "a\u{fffd}b");
        assert_eq!(keys(b"\xc3("), "\u{fffd}");
    }
}
