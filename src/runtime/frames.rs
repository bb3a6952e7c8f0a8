//! Two frames, the one on the screen and the one being painted, and what differs between them.
//!
//! ratatui's own pair works out the columns of every cell of both before it looks whether they differ, which took as long as
//! painting them. Here a cell that stayed costs one comparison. What ratatui does beyond that is for what no screen of ours has:
//! underlines of another colour, cells that are skipped, and emoji made of a sign and a selector (the sanitiser lets no
//! selector through). Must not know what is painted, nor which bytes draw a cell.
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
    shown: Buffer,
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
        self.shown.clone_from(&self.next);
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
        backend.draw(changes(&self.shown, &self.next))?;
        put_cursor(backend, cursor)?;
        mem::swap(&mut self.shown, &mut self.next);
        self.next.reset();
        backend.flush()
    }
}

/// With each frame: another program may have shown it on this terminal.
fn put_cursor<B: Backend>(backend: &mut B, place: Option<Position>) -> Result<(), B::Error> {
    let Some(place) = place else { return backend.hide_cursor() };
    backend.show_cursor()?;
    backend.set_cursor_position(place)
}

/// The cells of a frame that differ from those of the one before, which has the same area.
fn changes<'a>(shown: &'a Buffer, next: &'a Buffer) -> Changes<'a> {
    Changes { shown: &shown.content, next: &next.content, area: next.area, at: 0, forced: 0 }
}

struct Changes<'a> {
    shown: &'a [Cell],
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
            let (old, new) = (self.shown.get(at)?, self.next.get(at)?);
            let columns = columns(new);
            // What stands behind the first column of a wide letter is none of its own.
            self.at += columns;
            if at < self.forced || !is_same(old, new) {
                if at >= self.forced && columns == 1 {
                    self.force_behind(at, old);
                }
                return Some((self.column(at), self.row(at), new));
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

    /// What a narrow letter leaves of a wide one's background, a terminal may go on showing.
    fn force_behind(&mut self, at: usize, old: &Cell) {
        if old.bg != Color::Reset || old.modifier.intersects(SEEN_ON_BLANK) {
            self.forced = at + columns(old);
        }
    }
}

#[inline]
fn is_same(one: &Cell, other: &Cell) -> bool {
    let is_same_text = match (one.symbol().as_bytes(), other.symbol().as_bytes()) {
        ([one], [other]) => one == other,
        (one, other) => one == other,
    };
    is_same_text && one.fg == other.fg && one.bg == other.bg && one.modifier == other.modifier
}

#[inline]
fn columns(cell: &Cell) -> usize {
    match cell.symbol().as_bytes() {
        // Nearly all there is: ASCII, and the lines of a box (U+2500 to U+257F).
        [_] | [0xe2, 0x94 | 0x95, _] => 1,
        _ => usize::from(cell.cell_width()).max(1),
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

    proptest! {
        #[test]
        fn what_differs_is_what_ratatui_finds(shown in buffers(), next in buffers()) {
            let ours: Vec<_> = changes(&shown, &next).collect();
            let theirs: Vec<_> = shown.diff_iter(&next).collect();
            prop_assert_eq!(ours, theirs);
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
