//! The last pass over a frame: the theme's colours in the place of roles, none where `NO_COLOR` asks for that, and ASCII where
//! the locale is not UTF-8.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::palette;
use crate::app::state::Settings;
use crate::theme::{Colour, Role, Theme};

pub(super) fn finish(buffer: &mut Buffer, settings: &Settings) {
    if settings.colour {
        dress(buffer, settings.themes.find(&settings.theme));
    } else {
        buffer.content.iter_mut().for_each(bare);
    }
    if !settings.unicode {
        for cell in buffer.content.iter_mut().filter(|cell| !cell.symbol().is_ascii()) {
            cell.set_symbol(ascii(cell.symbol()));
        }
    }
}

/// What a theme gives to a cell of a role, besides what its writer gave it.
#[derive(Clone, Copy)]
struct Clothes {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Clothes {
    fn of(role: Role, theme: &Theme) -> Self {
        let look = theme.look(role);
        let [bold, italic] = [(look.bold, Modifier::BOLD), (look.italic, Modifier::ITALIC)]
            .map(|(is_so, it)| if is_so { it } else { Modifier::empty() });
        Self { fg: shade(look.fg), bg: shade(look.bg), modifier: bold | italic }
    }
}

/// Works out the clothes of each role once for a frame.
fn dress(buffer: &mut Buffer, theme: &Theme) {
    let all = Role::ALL.map(|(role, _)| Clothes::of(role, theme));
    let text = Clothes::of(Role::Text, theme);
    for cell in &mut buffer.content {
        let role = palette::number(cell.fg);
        let Clothes { fg, bg, modifier } =
            role.and_then(|role| all.get(usize::from(role))).copied().unwrap_or(text);
        (cell.fg, cell.bg) = (fg, bg);
        // Only a theme writes in italics.
        cell.modifier = cell.modifier.difference(Modifier::ITALIC).union(modifier);
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
