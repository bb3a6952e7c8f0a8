//! From the terminal's keys to what they mean here and now.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::event::Press;
use crate::app::keymap::{Code, Key, Mode};
use crate::app::state::State;
use crate::secret::Moment;

/// What a key press means that came at this moment of the reader's clock. An unbound Alt and character is Esc, then the character (INTERFACE, "Keys"): that is how a
/// terminal sends a quick Esc and a key.
pub fn presses(state: &State, event: &KeyEvent, came: Moment) -> Vec<Press> {
    let Some(key) = read(event).filter(|_| event.kind != KeyEventKind::Release) else { return Vec::new() };
    let repeat = event.kind == KeyEventKind::Repeat;
    let (keymap, mode) = (&state.settings.keymap, Mode::of(state));
    let press =
        |key: Key| Press { intent: keymap.meaning(mode, key), printable: key.is_printable(), repeat, came };
    match (keymap.meaning(mode, key), key) {
        (None, Key { code: Code::Char(c), alt: true, .. }) => {
            let then = Press { intent: None, printable: true, repeat, came };
            let after_esc = keymap.meaning(Mode::Pane(state.focus), Key::char(c));
            vec![press(Key::plain(Code::Esc)), Press { intent: after_esc, ..then }]
        }
        _ => vec![press(key)],
    }
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
