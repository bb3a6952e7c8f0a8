//! Styles by their meaning. Colour never stands alone: a word or a mark says the same.
//!
//! A style names its role, carried as an indexed colour that no terminal sees: `plain`, the last pass over a frame, puts what
//! the theme says in its place. Bold, underlined and reversed are given here, so that no theme takes them away.

use ratatui::style::{Color, Modifier, Style};

use crate::app::state::Tone;
use crate::domain::history::Verdict;
use crate::domain::profile::{Colour, Environment};
use crate::theme::Role;

fn of(role: Role) -> Style {
    Style::new().fg(Color::Indexed(role.number()))
}

/// The role of a cell.
pub(super) fn role(carrier: Color) -> Role {
    number(carrier).and_then(Role::of).unwrap_or(Role::Text)
}

/// The number of the role of a cell, where somebody gave it one.
pub(super) fn number(carrier: Color) -> Option<u8> {
    match carrier {
        Color::Indexed(number) => Some(number),
        _ => None,
    }
}

/// The focused thing.
pub(super) fn focus() -> Style {
    of(Role::Focus).add_modifier(Modifier::BOLD)
}

/// What stands in the background.
pub(super) fn quiet() -> Style {
    of(Role::Quiet)
}

/// The name of a field.
pub(super) fn label() -> Style {
    of(Role::Label)
}

/// The mask. Underlined, which nothing else is: text from outside cannot imitate it.
pub(super) fn mask() -> Style {
    of(Role::Mask).add_modifier(Modifier::UNDERLINED)
}

/// The start of the row under the cursor.
pub(super) fn selected() -> Style {
    Style::new().add_modifier(Modifier::REVERSED)
}

/// What is searched for, where it stands.
pub(super) fn found() -> Style {
    Style::new().add_modifier(Modifier::REVERSED)
}

/// The same, where the search is.
pub(super) fn found_now() -> Style {
    focus().patch(found())
}

/// The same in the start of the row under the cursor, which is reversed itself.
pub(super) fn found_under_cursor() -> Style {
    Style::new().remove_modifier(Modifier::REVERSED).add_modifier(Modifier::BOLD)
}

/// A heading.
pub(super) fn heading() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

/// A key that can be pressed.
pub(super) fn key() -> Style {
    of(Role::Key).add_modifier(Modifier::BOLD)
}

/// A revealed value and its marker.
pub(super) fn revealed() -> Style {
    of(Role::Revealed).add_modifier(Modifier::BOLD)
}

/// Something wrong.
pub(super) fn bad() -> Style {
    of(Role::Bad)
}

/// A mark before something wrong.
pub(super) fn badge() -> Style {
    bad().add_modifier(Modifier::REVERSED)
}

/// Something to look at twice.
pub(super) fn doubt() -> Style {
    of(Role::Doubt)
}

/// The environment's word in the header.
pub(super) fn environment(environment: Environment, guarded: bool) -> Style {
    let role = match environment {
        _ if guarded => Role::Production,
        Environment::Emulator => Role::Emulator,
        Environment::Sandbox => Role::Sandbox,
        Environment::Custom => Role::Custom,
        Environment::Production => Role::Production,
    };
    of(role).add_modifier(Modifier::BOLD)
}

/// The word of stage mode.
pub(super) fn stage() -> Style {
    Style::new().fg(Color::Black).bg(Color::LightBlue).add_modifier(Modifier::BOLD)
}

/// A profile's own colour.
pub(super) fn profile(colour: Colour) -> Style {
    match colour {
        Colour::Default => Style::new(),
        Colour::Blue => of(Role::Blue),
        Colour::Green => of(Role::Green),
        Colour::Yellow => of(Role::Yellow),
        Colour::Magenta => of(Role::Magenta),
        Colour::Cyan => of(Role::Cyan),
        Colour::Red => of(Role::Red),
    }
}

/// A verdict's badge.
pub(super) fn verdict(verdict: Verdict) -> Style {
    let role = match verdict {
        Verdict::Usable => Role::Usable,
        Verdict::NotUsable | Verdict::Refused => Role::NotUsable,
        Verdict::NoAnswer | Verdict::Unreadable => Role::NoAnswer,
    };
    of(role).add_modifier(Modifier::BOLD)
}

/// A verdict in a list.
pub(super) fn verdict_word(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Usable => of(Role::Good),
        Verdict::NotUsable | Verdict::Refused => bad(),
        Verdict::NoAnswer | Verdict::Unreadable => doubt(),
    }
}

/// The line for the user.
pub(super) fn tone(tone: Tone) -> Style {
    match tone {
        Tone::Good => of(Role::Good),
        Tone::Plain => Style::new(),
        Tone::Bad => bad().add_modifier(Modifier::BOLD),
    }
}
