//! Many calls from one file: which rows there are, how fast they may leave, what is left after an interruption, and what it
//! all came to, at its end and when its report is opened again.
//!
//! Pure: text comes in, decisions come out. Must not know: files, clocks, sockets; the driver is `cli::batch`.
//! Tested: in each part, and through the real binary in `tests/cli_batch.rs`.

mod in_order;
mod kept;
mod listing;
mod notes;
mod pace;
mod rows;
mod seen;
mod tally;

pub use in_order::InOrder;
pub use kept::{COLUMNS, Kept};
pub use listing::{Counted, Listing, NoListing, PAGE, Which};
pub use notes::{Head, Notes, NotesFault};
pub use pace::Pace;
pub use rows::{Form, HeadFault, Row, RowFault, Rows};
pub use seen::{KeptFinding, Seen, Whole};
pub use tally::{Fact, Tally};

/// How a row ended (INTERFACE, "Reports").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The contract's 200 came, or something unreadable in its place.
    Answered,
    /// The API refused.
    Refused,
    /// No whole answer came.
    NoAnswer,
    /// It was not sent, since its fields are not those of a call.
    Invalid,
    /// It was under way on production when the run before ended: whether it was answered is not known.
    Unknown,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 5] = [Self::Answered, Self::Refused, Self::NoAnswer, Self::Invalid, Self::Unknown];

    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::NoAnswer => "no_answer",
            Self::Invalid => "invalid",
            Self::Unknown => "unknown",
        }
    }

    /// Reads [`Outcome::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}
