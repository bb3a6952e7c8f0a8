//! The rows of history that hold what is searched for: first those that are loaded, then what the disk finds further back.

use crate::domain::history::{Entry, Found, Page, Wanted};

/// Looks for rows; one with a higher number takes the place of those before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Its number.
    pub number: u32,
    /// What is looked for, and how many rows of it are wanted.
    pub page: Page,
}

/// The rows that were found so far.
#[derive(Debug)]
pub struct Narrowed {
    /// The places of those that are loaded, newest first: very many may hold a letter, and none is copied.
    pub places: Vec<usize>,
    /// Those that the disk found behind them, newest first.
    pub further: Vec<Entry>,
    /// The text.
    pub wanted: Wanted,
    /// Which query is under way, or was the last.
    pub number: u32,
    /// Rows with a smaller id were not looked at yet; `None` at the end.
    pub next: Option<i64>,
    /// Whether the disk is looking.
    pub looking: bool,
}

impl Narrowed {
    /// Asks for so many more rows, where there may be some and nobody is looking.
    pub fn ask(&mut self, rows: u32) -> Option<Query> {
        let before = self.next.filter(|_| !self.looking)?;
        self.looking = true;
        let filter = self.wanted.text().to_owned();
        Some(Query {
            number: self.number,
            page: Page { limit: rows, before: Some(before), filter, ..Page::default() },
        })
    }

    /// How many rows were found.
    pub fn count(&self) -> usize {
        self.places.len() + self.further.len()
    }

    /// One of them, by its place among them; `loaded` are the rows that were looked through.
    pub(super) fn row<'a>(&'a self, place: usize, loaded: &'a [Entry]) -> Option<&'a Entry> {
        match self.places.get(place) {
            Some(place) => loaded.get(*place),
            None => self.further.get(place.checked_sub(self.places.len())?),
        }
    }

    /// Takes in what was found.
    pub fn take(&mut self, found: Found, is_done: bool) {
        self.further.extend(found.rows);
        self.next = found.next;
        self.looking = !is_done;
    }
}
