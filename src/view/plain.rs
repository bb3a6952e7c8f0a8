//! The last pass over a frame: the theme's colours in the place of roles, none where `NO_COLOR` asks for that, and ASCII where
//! the locale is not UTF-8.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier, Style};

use super::palette;
use crate::app::state::Settings;
use crate::theme::{Colour, Role, Theme};

pub(super) fn finish(buffer: &mut Buffer, settings: &Settings) {
    let clothes = Clothes::of(settings.themes.find(&settings.theme));
    for cell in &mut buffer.content {
        if settings.colour {
            clothes.dress(cell);
        } else {
            bare(cell);
        }
        if !settings.unicode && !cell.symbol().is_ascii() {
            cell.set_symbol(ascii(cell.symbol()));
        }
    }
}

/// What a theme gives to a cell of each role, worked out once for a frame.
struct Clothes([Style; Role::ALL.len()]);

impl Clothes {
    fn of(theme: &Theme) -> Self {
        Self(Role::ALL.map(|(role, _)| {
            let look = theme.look(role);
            let mut style = Style::new().fg(shade(look.fg)).bg(shade(look.bg));
            style = if look.bold { style.add_modifier(Modifier::BOLD) } else { style };
            if look.italic {
                style.add_modifier(Modifier::ITALIC)
            } else {
                style.remove_modifier(Modifier::ITALIC)
            }
        }))
    }

    fn dress(&self, cell: &mut Cell) {
        let role = usize::from(palette::role(cell.fg).number());
        cell.set_style(self.0.get(role).copied().unwrap_or_default());
    }
}

/// What stands on a background of its own is reversed, so that it still stands out.
fn bare(cell: &mut Cell) {
    if palette::role(cell.fg).is_filled() {
        cell.modifier |= Modifier::REVERSED;
    }
    (cell.fg, cell.bg) = (Color::Reset, Color::Reset);
}

fn shade(colour: Option<Colour>) -> Color {
    match colour {
        Some(Colour::Index(index)) => Color::Indexed(index),
        Some(Colour::Terminal) | None => Color::Reset,
    }
}

fn ascii(symbol: &str) -> &'static str {
    match symbol {
        "•" => "*",
        "│" => "|",
        "┌" | "┐" | "└" | "┘" | "▅" => "+",
        "▸" => ">",
        "…" => "~",
        "▁" => "_",
        "▂" => ".",
        "▄" => "=",
        "▆" => "o",
        "▇" => "O",
        "█" => "#",
        "▃" | "─" | "·" | "—" | "–" => "-",
        _ => "?",
    }
}
