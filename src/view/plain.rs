//! The last pass over a frame: the theme's colours in the place of roles, none where `NO_COLOR` asks for that, and ASCII where
//! the locale is not UTF-8.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::palette;
use crate::app::state::Settings;
use crate::theme::{Colour, Theme};

pub(super) fn finish(buffer: &mut Buffer, settings: &Settings) {
    let theme = settings.themes.find(&settings.theme);
    for cell in &mut buffer.content {
        if settings.colour {
            dress(cell, theme);
        } else {
            bare(cell);
        }
        if !settings.unicode && !cell.symbol().is_ascii() {
            cell.set_symbol(ascii(cell.symbol()));
        }
    }
}

fn dress(cell: &mut Cell, theme: &Theme) {
    let look = theme.look(palette::role(cell.fg));
    (cell.fg, cell.bg) = (shade(look.fg), shade(look.bg));
    cell.modifier.set(Modifier::BOLD, look.bold || cell.modifier.contains(Modifier::BOLD));
    cell.modifier.set(Modifier::ITALIC, look.italic);
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
