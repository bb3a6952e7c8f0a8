//! Colours and marks by their meaning. Colour never stands alone: a word or a mark says the same.

use ratatui::style::{Color, Modifier, Style};

use crate::app::state::Tone;
use crate::domain::history::Verdict;
use crate::domain::profile::{Colour, Environment};

/// The focused thing.
pub(super) fn focus() -> Style {
    Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD)
}

/// What stands in the background.
pub(super) fn quiet() -> Style {
    Style::new().fg(Color::DarkGray)
}

/// The name of a field.
pub(super) fn label() -> Style {
    Style::new().fg(Color::Gray)
}

/// The mask. Underlined, which nothing else is: text from outside cannot imitate it.
pub(super) fn mask() -> Style {
    Style::new().fg(Color::DarkGray).add_modifier(Modifier::UNDERLINED)
}

/// The row under the cursor.
pub(super) fn selected() -> Style {
    Style::new().add_modifier(Modifier::REVERSED)
}

/// A heading.
pub(super) fn heading() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// A key that can be pressed.
pub(super) fn key() -> Style {
    Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD)
}

/// A revealed value and its marker.
pub(super) fn revealed() -> Style {
    Style::new().fg(Color::Black).bg(Color::Yellow).add_modifier(Modifier::BOLD)
}

/// Something wrong.
pub(super) fn bad() -> Style {
    Style::new().fg(Color::LightRed)
}

/// A mark before something wrong.
pub(super) fn badge() -> Style {
    bad().add_modifier(Modifier::REVERSED)
}

/// Something to look at twice.
pub(super) fn doubt() -> Style {
    Style::new().fg(Color::Yellow)
}

/// The environment's word in the header.
pub(super) fn environment(environment: Environment, guarded: bool) -> Style {
    let style = Style::new().fg(Color::Black).add_modifier(Modifier::BOLD);
    match environment {
        _ if guarded => style.fg(Color::White).bg(Color::Red),
        Environment::Emulator => style.bg(Color::Cyan),
        Environment::Sandbox => style.bg(Color::Green),
        Environment::Custom => style.bg(Color::Magenta),
        Environment::Production => style.fg(Color::White).bg(Color::Red),
    }
}

/// The word of stage mode.
pub(super) fn stage() -> Style {
    Style::new().fg(Color::Black).bg(Color::LightBlue).add_modifier(Modifier::BOLD)
}

/// A profile's own colour.
pub(super) fn profile(colour: Colour) -> Style {
    let style = Style::new();
    match colour {
        Colour::Default => style,
        Colour::Blue => style.fg(Color::LightBlue),
        Colour::Green => style.fg(Color::Green),
        Colour::Yellow => style.fg(Color::Yellow),
        Colour::Magenta => style.fg(Color::Magenta),
        Colour::Cyan => style.fg(Color::Cyan),
        Colour::Red => style.fg(Color::LightRed),
    }
}

/// A verdict's badge.
pub(super) fn verdict(verdict: Verdict) -> Style {
    let style = Style::new().fg(Color::Black).add_modifier(Modifier::BOLD);
    match verdict {
        Verdict::Usable => style.bg(Color::Green),
        Verdict::NotUsable | Verdict::Refused => style.fg(Color::White).bg(Color::Red),
        Verdict::NoAnswer | Verdict::Unreadable => style.bg(Color::Yellow),
    }
}

/// A verdict in a list.
pub(super) fn verdict_word(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Usable => Style::new().fg(Color::Green),
        Verdict::NotUsable | Verdict::Refused => bad(),
        Verdict::NoAnswer | Verdict::Unreadable => Style::new().fg(Color::Yellow),
    }
}

/// The line for the user.
pub(super) fn tone(tone: Tone) -> Style {
    match tone {
        Tone::Good => Style::new().fg(Color::Green),
        Tone::Plain => Style::new(),
        Tone::Bad => bad().add_modifier(Modifier::BOLD),
    }
}
