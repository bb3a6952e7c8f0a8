//! From the terminal's keys to what they mean here and now.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::event::Press;
use crate::app::keymap::{Code, Key, Mode};
use crate::app::state::State;
use crate::secret::Moment;

/// The keys of a key press. An unbound Alt and character is Esc, then the character (INTERFACE, "Keys"): that is how a terminal
/// sends a quick Esc and a key.
pub fn keys(state: &State, event: &KeyEvent) -> Vec<Key> {
    let Some(key) = read(event).filter(|_| event.kind != KeyEventKind::Release) else { return Vec::new() };
    match (state.settings.keymap.meaning(Mode::of(state), key), key) {
        (None, Key { code: Code::Char(c), alt: true, .. }) => vec![Key::plain(Code::Esc), Key::char(c)],
        _ => vec![key],
    }
}

/// What one of them means here and now, that came at this moment of the reader's clock.
pub fn press(state: &State, event: &KeyEvent, key: Key, came: Moment) -> Press {
    let intent = state.settings.keymap.meaning(Mode::of(state), key);
    Press { intent, printable: key.is_printable(), repeat: event.kind == KeyEventKind::Repeat, came }
}

fn read(event: &KeyEvent) -> Option<Key> {
    let code = match event.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(number) => Code::F(number),
        _ => return None,
    };
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    // One byte stands for ^_ and ^/, and crossterm takes it for ^7; terminals with the kitty protocol tell them apart.
    let code = if ctrl && matches!(code, Code::Char('7' | '/')) { Code::Char('_') } else { code };
    Some(Key { code, ctrl, alt })
}
