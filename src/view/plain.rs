//! The last pass over a frame: without colour where `NO_COLOR` asks for it, in ASCII where the locale is not UTF-8.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use crate::app::state::Settings;

pub(super) fn finish(buffer: &mut Buffer, settings: &Settings) {
    for cell in &mut buffer.content {
        if !settings.colour {
            if !matches!(cell.bg, Color::Reset) {
                cell.modifier |= Modifier::REVERSED;
            }
            cell.fg = Color::Reset;
            cell.bg = Color::Reset;
        }
        if !settings.unicode && !cell.symbol().is_ascii() {
            cell.set_symbol(ascii(cell.symbol()));
        }
    }
}

fn ascii(symbol: &str) -> &'static str {
    match symbol {
        "•" => "*",
        "│" => "|",
        "┌" | "┐" | "└" | "┘" => "+",
        "▸" => ">",
        "…" => "~",
        "─" | "·" | "—" | "–" => "-",
        _ => "?",
    }
}
