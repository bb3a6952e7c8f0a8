//! The least that a ratatui program can be: a list, a line of input, a loop that blocks, a frame for each event.
//!
//! It runs as a process of its own, with the crates and features of ours and the system's allocator, and knows nothing of
//! tokenscope. Ctrl-Q ends it.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, read};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::Style;
use ratatui::widgets::{Block, List, ListState, Paragraph};

/// On the screen from the first frame on.
pub const READY: &str = "The floor";

/// As many rows as the list of ours shows.
const ROWS: u8 = 40;

struct Floor {
    rows: Vec<String>,
    chosen: ListState,
    typed: String,
}

/// Runs it until Ctrl-Q or the end of its terminal.
pub fn run() {
    let mut terminal = ratatui::init();
    let mut floor = Floor::new();
    loop {
        let drawn = terminal.draw(|frame| floor.draw(frame));
        let (Ok(_), Ok(event)) = (drawn, read()) else { break };
        match event {
            Event::Key(key) if is_quit(key) => break,
            Event::Key(key) => floor.press(key.code),
            _ => {}
        }
    }
    ratatui::restore();
}

fn is_quit(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('q') && key.modifiers.contains(KeyModifiers::CONTROL)
}

impl Floor {
    fn new() -> Self {
        let rows = (1..=ROWS).map(|row| format!("{row:>2} a row of the list")).collect();
        Self { rows, chosen: ListState::default().with_selected(Some(0)), typed: String::new() }
    }

    fn press(&mut self, key: KeyCode) {
        match key {
            KeyCode::Down => self.chosen.select_next(),
            KeyCode::Up => self.chosen.select_previous(),
            KeyCode::Char(character) => self.typed.push(character),
            KeyCode::Backspace => drop(self.typed.pop()),
            _ => {}
        }
    }

    fn draw(&mut self, frame: &mut Frame<'_>) {
        let [above, below] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(3)]).areas(frame.area());
        let list = List::new(self.rows.iter().map(String::as_str))
            .block(Block::bordered().title(READY))
            .highlight_style(Style::new().reversed());
        frame.render_stateful_widget(list, above, &mut self.chosen);
        frame.render_widget(Paragraph::new(self.typed.as_str()).block(Block::bordered()), below);
    }
}
