//! The frame that is being painted, what is on the screen, and what differs between them.
//!
//! ratatui keeps two frames of cells and works out the columns of every cell of both before it looks whether they differ, which
//! took as long as painting them. Here what is on the screen is kept as marks, less than half as large as cells, and a cell
//! that stayed costs one comparison. What ratatui does beyond that is for what no screen of ours has: underlines of another
//! colour, cells that are skipped, and emoji made of a sign and a selector (the sanitiser lets no selector through). Must not
//! know what is painted, nor which bytes draw a cell.
//! Tested: below, beside ratatui's differences, and in real terminals by every test with a pty.

use std::mem;

use ratatui::backend::Backend;
use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::{Color, Modifier};

use crate::view::Frame;

/// What is seen of a style where nothing is written.
const SEEN_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// The frames of a terminal.
#[derive(Debug, Default)]
pub struct Frames {
    shown: Vec<Mark>,
    next: Buffer,
}

impl Frames {
    /// Takes the size of the screen. Of another one than before, nothing that was shown counts any more.
    pub fn fit(&mut self, size: Size) -> bool {
        let area = Rect::from((Position::ORIGIN, size));
        let is_other = self.next.area != area;
        if is_other {
            self.next.resize(area);
            self.forget();
        }
        is_other
    }

    /// The next frame is drawn whole, on a screen that is blank.
    pub fn forget(&mut self) {
        self.next.reset();
        // What is cut off is overwritten too.
        self.shown.fill(Mark::BLANK);
        self.shown.resize(self.next.content.len(), Mark::BLANK);
    }

    /// Paints a frame and draws what differs from the last one.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn draw<B: Backend>(
        &mut self,
        backend: &mut B,
        paint: impl FnOnce(&mut Frame<'_>),
    ) -> Result<(), B::Error> {
        let mut frame = Frame::on(&mut self.next);
        paint(&mut frame);
        let cursor = frame.cursor();
        let drawn = backend
            .draw(changes(&mut self.shown, &self.next))
            .and_then(|()| put_cursor(backend, cursor))
            .and_then(|()| backend.flush());
        // Nobody waits for that any more, and nothing of it stays where it could not be drawn.
        self.next.reset();
        drawn
    }
}

/// With each frame: another program may have shown it on this terminal.
fn put_cursor<B: Backend>(backend: &mut B, place: Option<Position>) -> Result<(), B::Error> {
    let Some(place) = place else { return backend.hide_cursor() };
    backend.show_cursor()?;
    backend.set_cursor_position(place)
}

/// A cell as it stands on the screen, in sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    /// Its text; nothing where not all of it can be told here.
    text: u64,
    more: u32,
    /// Modifiers, the two colours, and columns, from the lowest bit on.
    look: u32,
}

/// Bits of a colour, and where those of each part of a look begin.
const COLOUR: u32 = 9;
const FG: u32 = 9;
const BG: u32 = FG + COLOUR;
const COLUMNS: u32 = BG + COLOUR;

/// A colour that no theme of ours has.
const UNTOLD: u32 = (1 << COLOUR) - 1;

/// Columns that can be told; nothing has so many.
const WIDEST: usize = (1 << (u32::BITS - COLUMNS)) - 1;

impl Mark {
    const BLANK: Self = Self { text: 0x20, more: 0, look: 1 << COLUMNS };

    #[inline]
    fn of(cell: &Cell) -> Self {
        let (fg, bg) = (told(cell.fg), told(cell.bg));
        let columns = u32::try_from(columns(cell)).unwrap_or_default();
        let look = u32::from(cell.modifier.bits()) | fg << FG | bg << BG | columns << COLUMNS;
        let (text, more) = if fg.max(bg) == UNTOLD { (0, 0) } else { packed(cell.symbol().as_bytes()) };
        Self { text, more, look }
    }

    /// Whether this is on the screen already. What could not be told is drawn with each frame: a letter of more than twelve
    /// bytes.
    #[inline]
    fn is(self, shown: Self) -> bool {
        self == shown && self.text != 0
    }

    #[inline]
    fn columns(self) -> usize {
        (self.look >> COLUMNS) as usize
    }

    /// Whether it is seen though nothing is written in it.
    fn is_seen_blank(self) -> bool {
        let modifiers = u32::from(SEEN_ON_BLANK.bits());
        self.look & (UNTOLD << BG | modifiers) != 0
    }
}

#[inline]
fn told(colour: Color) -> u32 {
    match colour {
        Color::Reset => 0,
        Color::Indexed(index) => u32::from(index) + 1,
        _ => UNTOLD,
    }
}

/// A text in twelve bytes; nothing of a longer one.
#[inline]
fn packed(text: &[u8]) -> (u64, u32) {
    match *text {
        [one] => (u64::from(one), 0),
        [one, two, three] => (u64::from(u32::from_le_bytes([one, two, three, 0])), 0),
        _ => packed_long(text),
    }
}

fn packed_long(text: &[u8]) -> (u64, u32) {
    let (mut head, mut tail) = ([0; 8], [0; 4]);
    let (start, rest) = text.split_at(text.len().min(head.len()));
    if let (Some(start_of_head), Some(start_of_tail)) =
        (head.get_mut(..start.len()), tail.get_mut(..rest.len()))
    {
        start_of_head.copy_from_slice(start);
        start_of_tail.copy_from_slice(rest);
        return (u64::from_le_bytes(head), u32::from_le_bytes(tail));
    }
    (0, 0)
}

/// The cells of a frame that differ from what is shown, as many marks as there are cells, which are those of the frame then.
fn changes<'a>(shown: &'a mut [Mark], next: &'a Buffer) -> Changes<'a> {
    Changes { shown, next: &next.content, area: next.area, at: 0, forced: 0 }
}

struct Changes<'a> {
    shown: &'a mut [Mark],
    next: &'a [Cell],
    area: Rect,
    at: usize,
    /// Up to here every cell is drawn.
    forced: usize,
}

impl<'a> Iterator for Changes<'a> {
    type Item = (u16, u16, &'a Cell);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let at = self.at;
            let cell = self.next.get(at)?;
            let new = Mark::of(cell);
            let old = mem::replace(self.shown.get_mut(at)?, new);
            self.at += 1;
            if new.columns() > 1 {
                self.pass_behind(at + new.columns());
            }
            if at < self.forced || !new.is(old) {
                if at >= self.forced && new.columns() == 1 && old.is_seen_blank() {
                    // What a narrow letter leaves of a wide one's background, a terminal may go on showing.
                    self.forced = at + old.columns();
                }
                return Some((self.column(at), self.row(at), cell));
            }
        }
    }
}

impl Changes<'_> {
    fn column(&self, at: usize) -> u16 {
        u16::try_from(at % usize::from(self.area.width)).unwrap_or(u16::MAX)
    }

    fn row(&self, at: usize) -> u16 {
        u16::try_from(at / usize::from(self.area.width)).unwrap_or(u16::MAX)
    }

    /// What stands behind the first column of a wide letter is none of its own.
    fn pass_behind(&mut self, end: usize) {
        let cells = self.next.iter().zip(self.shown.iter_mut());
        for (cell, mark) in cells.take(end).skip(self.at) {
            *mark = Mark::of(cell);
        }
        self.at = end;
    }
}

#[inline]
fn columns(cell: &Cell) -> usize {
    match cell.symbol().as_bytes() {
        // Nearly all there is: ASCII, and the lines of a box (U+2500 to U+257F).
        [_] | [0xe2, 0x94 | 0x95, _] => 1,
        _ => usize::from(cell.cell_width()).clamp(1, WIDEST),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::backend::TestBackend;
    use ratatui::style::Style;

    use super::*;

    const AREA: Rect = Rect::new(0, 0, 12, 4);

    const STYLES: [Style; 4] = [
        Style::new(),
        Style::new().fg(Color::Indexed(3)),
        Style::new().bg(Color::Indexed(4)),
        Style::new().add_modifier(Modifier::REVERSED),
    ];

    fn buffers() -> impl Strategy<Value = Buffer> {
        let text = prop_oneof!["[ ab]{0,12}", "[a •│卡é\u{301}\u{ff9e}]{0,8}"];
        let written = (0..AREA.width, 0..AREA.height, text, 0..STYLES.len());
        prop::collection::vec(written, 0..8).prop_map(|all| {
            let mut buffer = Buffer::empty(AREA);
            for (x, y, text, style) in all {
                buffer.set_string(x, y, text, STYLES[style]);
            }
            buffer
        })
    }

    fn marks(buffer: &Buffer) -> Vec<Mark> {
        buffer.content.iter().map(Mark::of).collect()
    }

    fn is_told(buffer: &Buffer) -> bool {
        marks(buffer).iter().all(|mark| mark.text != 0)
    }

    proptest! {
        #[test]
        fn what_differs_is_what_ratatui_finds(
            shown in buffers(),
            next in buffers().prop_filter("a letter is too long for a mark", is_told),
        ) {
            let mut marks_shown = marks(&shown);
            let ours: Vec<_> = changes(&mut marks_shown, &next).collect();
            let theirs: Vec<_> = shown.diff_iter(&next).collect();
            prop_assert_eq!(ours, theirs);
            prop_assert_eq!(marks_shown, marks(&next));
        }
    }

    #[test]
    fn a_letter_too_long_for_a_mark_is_drawn_with_each_frame() {
        let long = format!("e{}", "\u{301}".repeat(6));
        for (text, style, again) in [
            ("e\u{301}", STYLES[1], 0),
            (long.as_str(), STYLES[1], 1),
            ("a", Style::new().fg(Color::Rgb(1, 2, 3)), 1),
        ] {
            let mut buffer = Buffer::empty(AREA);
            buffer.set_string(0, 0, text, style);
            let mut shown = marks(&buffer);
            assert_eq!(changes(&mut shown, &buffer).count(), again, "{text}");
        }
    }

    fn abc(frame: &mut Frame<'_>) {
        frame.buffer_mut().set_string(0, 0, "abc", Style::new());
    }

    #[test]
    fn a_frame_stands_on_the_screen_and_the_same_one_again_writes_nothing() {
        let (mut frames, mut backend) = (Frames::default(), TestBackend::new(3, 1));
        assert!(frames.fit(Size::new(3, 1)));
        frames.draw(&mut backend, abc).unwrap();
        backend.assert_buffer_lines(["abc"]);
        let mut blank = TestBackend::new(3, 1);
        frames.draw(&mut blank, abc).unwrap();
        blank.assert_buffer_lines(["   "]);
    }

    #[test]
    fn what_was_forgotten_or_has_another_size_is_drawn_whole() {
        let mut frames = Frames::default();
        for (size, is_other) in [(3, true), (3, false), (4, true)] {
            let size = Size::new(size, 1);
            assert_eq!(frames.fit(size), is_other);
            frames.forget();
            let mut blank = TestBackend::new(size.width, 1);
            frames.draw(&mut blank, abc).unwrap();
            assert!(blank.buffer().content.iter().map(Cell::symbol).collect::<String>().starts_with("abc"));
        }
    }

    #[test]
    fn the_cursor_stands_where_it_is_wanted_and_is_hidden_with_every_other_frame() {
        let mut backend = TestBackend::new(3, 1);
        put_cursor(&mut backend, Some(Position::new(2, 0))).unwrap();
        assert!(backend.cursor_visible());
        assert_eq!(backend.get_cursor_position().unwrap(), Position::new(2, 0));
        put_cursor(&mut backend, None).unwrap();
        assert!(!backend.cursor_visible());
    }
}
