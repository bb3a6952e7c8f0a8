//! What is searched for in a pane or an overlay, and the line in which that is typed.
//!
//! Owns: one search for each place, and which of them takes the keys. Must not know: what is drawn there; the view tells after
//! it has laid out a frame which rows hold the text ([`Seen`]), and it looks at nothing that is masked or revealed.
//! Tested: `tests/update_search.rs`, `tests/screens_search.rs`.

use super::intent::{Edit, Pane};
use super::line::Cursor;
use super::overlay::Overlay;
use super::state::State;
use crate::domain::history::Wanted;

/// The longest text that is searched for, in bytes; a longer one is a paste gone wrong.
const LONGEST: usize = 256;

/// Where something can be searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The profiles pane.
    Profiles,
    /// The answer.
    Answer,
    /// The history.
    History,
    /// The overlay at this height of the stack.
    Overlay(usize),
}

/// A text that is searched for in one place.
#[derive(Debug, Default)]
pub struct Search {
    /// What was typed.
    pub typed: String,
    /// Where the cursor stands in it.
    pub cursor: Cursor,
    /// The row that n and N count from.
    pub row: usize,
    /// Whether the next frame goes to the first row that holds it.
    is_fresh: bool,
}

impl Search {
    /// What it looks for.
    pub fn wanted(&self) -> Wanted {
        Wanted::new(&self.typed)
    }

    /// Changes what was typed.
    pub(super) fn edit(&mut self, edit: Edit) {
        if !matches!(edit, Edit::Insert(_)) || self.typed.len() < LONGEST {
            self.cursor.edit(&mut self.typed, edit);
            self.is_fresh = true;
        }
    }

    /// Puts a paste in; `false` where it is too long.
    pub(super) fn insert(&mut self, text: &str) -> bool {
        let fits = self.typed.len() + text.len() <= LONGEST;
        if fits {
            self.cursor.insert(&mut self.typed, text);
            self.is_fresh = true;
        }
        fits
    }
}

/// All searches.
#[derive(Debug, Default)]
pub struct Searches {
    profiles: Search,
    answer: Search,
    history: Search,
    /// Of the overlay at this height; gone with it.
    overlay: (usize, Search),
    /// Where the line is open in which the text is typed.
    pub(super) typing: Option<Place>,
}

impl Searches {
    fn of(&self, place: Place) -> Option<&Search> {
        match place {
            Place::Profiles => Some(&self.profiles),
            Place::Answer => Some(&self.answer),
            Place::History => Some(&self.history),
            Place::Overlay(height) => Some(&self.overlay.1).filter(|_| self.overlay.0 == height),
        }
    }

    /// The search of a place, to change it.
    pub(super) fn at(&mut self, place: Place) -> &mut Search {
        match place {
            Place::Profiles => &mut self.profiles,
            Place::Answer => &mut self.answer,
            Place::History => &mut self.history,
            Place::Overlay(height) => {
                if self.overlay.0 != height {
                    self.overlay = (height, Search::default());
                }
                &mut self.overlay.1
            }
        }
    }
}

/// What the view has seen of that which takes the keys.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How far it can be scrolled.
    pub scroll_limit: usize,
    /// Rows of it that are on the screen at once.
    pub height: usize,
    /// The rows that hold what is searched for.
    pub found: Vec<usize>,
}

impl Place {
    /// Where a pane can be searched.
    pub fn of(pane: Pane) -> Option<Self> {
        match pane {
            Pane::Profiles => Some(Self::Profiles),
            Pane::Answer => Some(Self::Answer),
            Pane::History => Some(Self::History),
            Pane::Request => None,
        }
    }
}

impl State {
    /// What can be searched here and now.
    pub fn search_place(&self) -> Option<Place> {
        use Overlay::{Differences, Fields, Finding, Findings, Help, Profiles};
        match (self.overlays.last(), self.focus) {
            (
                Some(
                    Help { .. } | Finding { .. } | Findings(_) | Differences(_) | Profiles { .. } | Fields(_),
                ),
                _,
            ) => Some(Place::Overlay(self.overlays.len())),
            (Some(_), _) => None,
            (None, pane) => Place::of(pane),
        }
    }

    /// The search of a place, where there is one: its text, or the line in which it is typed.
    pub fn search(&self, place: Place) -> Option<&Search> {
        let is_open = self.is_typing_search() && self.searches.typing == Some(place);
        self.searches.of(place).filter(|search| is_open || !search.typed.is_empty())
    }

    /// Whether the keys go into the line of a search.
    pub fn is_typing_search(&self) -> bool {
        self.searches.typing.is_some() && self.searches.typing == self.search_place()
    }

    /// Takes in what the view has seen, before it is drawn: a text that was just typed is gone to.
    pub fn settle(&mut self, seen: Seen) {
        self.scroll_limit = seen.scroll_limit;
        self.seen = seen;
        if self.searches.overlay.0 > self.overlays.len() {
            self.searches.overlay = (0, Search::default());
        }
        let Some(place) = self.search_place() else { return };
        let fresh = std::mem::take(&mut self.searches.at(place).is_fresh);
        if fresh && place != Place::History {
            let from = self.row_of_search(place);
            let first = self.seen.found.iter().find(|row| **row >= from).or(self.seen.found.first());
            if let Some(row) = first.copied() {
                self.go_to_row(place, row);
            }
        }
    }

    /// The row that the next match is looked for from: the one under the cursor of a list, of a text the last match.
    pub(super) fn row_of_search(&mut self, place: Place) -> usize {
        match (place, self.overlays.last()) {
            (Place::Profiles, _) => self.profile_cursor,
            (Place::History, _) => self.history.cursor,
            (Place::Answer, _) => self.searches.answer.row,
            (_, Some(Overlay::Profiles { cursor })) => *cursor,
            (_, Some(Overlay::Findings(list))) => list.cursor,
            (_, Some(Overlay::Differences(list))) => list.cursor,
            (_, Some(Overlay::Fields(list))) => list.cursor,
            _ => self.searches.at(place).row,
        }
    }

    /// Goes to a row of a place; a text is scrolled no more than it takes.
    pub(super) fn go_to_row(&mut self, place: Place, row: usize) {
        self.searches.at(place).row = row;
        let (height, limit) = (self.seen.height.max(1), self.scroll_limit);
        let scrolled = |scroll: usize| {
            let is_shown = (scroll..scroll + height).contains(&row);
            if is_shown { scroll } else { row.saturating_sub(height / 2) }.min(limit)
        };
        match (place, self.overlays.last_mut()) {
            (Place::Profiles, _) => self.profile_cursor = row,
            (Place::History, _) => self.history.cursor = row,
            (Place::Answer, _) => self.answer.scroll = scrolled(self.answer.scroll),
            (_, Some(Overlay::Help { scroll } | Overlay::Finding { scroll, .. })) => {
                *scroll = scrolled(*scroll);
            }
            (_, Some(Overlay::Profiles { cursor })) => *cursor = row,
            (_, Some(Overlay::Findings(list))) => list.cursor = row,
            (_, Some(Overlay::Differences(list))) => list.cursor = row,
            (_, Some(Overlay::Fields(list))) => list.cursor = row,
            _ => {}
        }
    }
}
