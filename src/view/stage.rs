//! The last pass over a frame on stage: whoever drew an id, a pseudonym stands in its place.
//!
//! It works on cells, so that a pane need not know of the stage, and changes none but those of the id and the rest of its word:
//! columns and frames stay where they are. Tested: `tests/screens_stage.rs`.

use ratatui::buffer::{Buffer, Cell};
use unicode_width::UnicodeWidthStr as _;

use crate::app::stage::{Cover, Veil};

/// A character and the cell that it begins in.
struct Place {
    x: usize,
    symbol: char,
}

/// Covers every id in a frame.
pub(super) fn cover(buffer: &mut Buffer, veil: Veil) {
    let width = usize::from(buffer.area.width);
    if width == 0 {
        return;
    }
    let whole: String = places(&buffer.content).iter().map(|place| place.symbol).collect();
    let veil = veil.near(&whole);
    for row in buffer.content.chunks_mut(width) {
        let places = places(row);
        let text: String = places.iter().map(|place| place.symbol).collect();
        // From the right: what is moved to the left by one is covered already.
        for cover in veil.covers(&text).iter().rev() {
            lay(row, &places, cover);
        }
    }
}

/// The characters of a row, those behind a wide one left out.
fn places(row: &[Cell]) -> Vec<Place> {
    let mut places = Vec::with_capacity(row.len());
    let mut next = 0;
    for (x, cell) in row.iter().enumerate() {
        if x < next {
            continue;
        }
        next = x + cell.symbol().width().max(1);
        places.extend(cell.symbol().chars().map(|symbol| Place { x, symbol }));
    }
    places
}

/// Writes the pseudonym into the cells of the id, as much as there is room for, and moves the rest of the word up to it.
fn lay(row: &mut [Cell], places: &[Place], cover: &Cover<'_>) {
    let Some(first) = places.get(cover.place.start).map(|place| place.x) else { return };
    let end = places.get(cover.place.end).map_or(row.len(), |place| place.x);
    let Some(style) = row.get(first).map(Cell::style) else { return };
    let end = end + borrowed(row, end, (end - first, cover.alias.len()));
    let room = end - first;
    let shown = if cover.alias.len() <= room { cover.alias } else { cover.code };
    let word_end = row.iter().skip(end).position(ends_word).map_or(row.len(), |rest| end + rest);
    let rest: Vec<Cell> = row.get(end..word_end).unwrap_or_default().to_vec();
    let blank = || {
        let mut cell = Cell::default();
        cell.set_style(style);
        cell
    };
    let drawn = shown.chars().take(room).map(|symbol| {
        let mut cell = blank();
        cell.set_char(symbol);
        cell
    });
    let drawn: Vec<Cell> = drawn.chain(rest).collect();
    let padded = drawn.into_iter().chain(std::iter::repeat_with(blank));
    for (cell, new) in row.iter_mut().take(word_end).skip(first).zip(padded) {
        *cell = new;
    }
}

/// How many blanks behind an id its pseudonym may take, so that one is left: none where it fits or would not fit even so.
fn borrowed(row: &[Cell], end: usize, (room, wanted): (usize, usize)) -> usize {
    let more = wanted.saturating_sub(room);
    let blanks = row.iter().skip(end).take_while(|cell| cell.symbol() == " ").count();
    if blanks > more { more } else { 0 }
}

/// A blank, or a line of a frame.
fn ends_word(cell: &Cell) -> bool {
    matches!(cell.symbol(), " " | "" | "│" | "┌" | "┐" | "└" | "┘" | "─" | "▸")
}
