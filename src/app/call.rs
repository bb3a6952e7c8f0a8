//! The call that the answer pane is about: one enum instead of flags, so that no two of its states can be true at once.
//!
//! ```text
//! Idle --Admitted--> InFlight --Replied, KeyFailed--> Answered
//!   ^------ Clear, profile switch ------+----------------+
//! ```

use crate::diagnosis::verdict::Judgement;
use crate::domain::answer::Answer;
use crate::domain::exchange::{Exchange, Outcome, Reply};
use crate::domain::sent::Sent;
use crate::secret::Moment;

/// Names one call; a reply that carries another name is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct CallId(pub u32);

/// The call that the answer pane is about.
#[derive(Default)]
pub enum Call {
    /// None yet, or dropped.
    #[default]
    Idle,
    /// Sent, and no answer yet.
    InFlight(Box<Flight>),
    /// Ended: with an answer, a refusal or a failure.
    Ended(Box<Record>),
}

/// A call under way.
pub struct Flight {
    /// Its name.
    pub id: CallId,
    /// What was sent.
    pub sent: Sent,
    /// When it started.
    pub started: Moment,
}

/// A call that has ended.
pub struct Record {
    /// Its name.
    pub id: CallId,
    /// What was sent.
    pub sent: Sent,
    /// How it ended.
    pub reply: Reply,
    /// What that means.
    pub judgement: Judgement,
    /// When the answer came: its cryptogram ages from here.
    pub came: Moment,
}

impl Call {
    /// The call under way.
    pub fn flight(&self) -> Option<&Flight> {
        match self {
            Self::InFlight(flight) => Some(flight),
            _ => None,
        }
    }

    /// What was sent, while there is a call.
    pub fn sent(&self) -> Option<&Sent> {
        match self {
            Self::Idle => None,
            Self::InFlight(flight) => Some(&flight.sent),
            Self::Ended(record) => Some(&record.sent),
        }
    }

    /// The ended call, to judge it anew.
    pub(super) fn record_mut(&mut self) -> Option<&mut Record> {
        match self {
            Self::Ended(record) => Some(record),
            _ => None,
        }
    }

    /// The ended call.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Ended(record) => Some(record),
            _ => None,
        }
    }
}

impl Record {
    /// The exchange, where a whole HTTP answer came.
    pub fn exchange(&self) -> Option<&Exchange> {
        match &self.reply {
            Reply::Came(exchange) => Some(exchange),
            Reply::Failed(..) => None,
        }
    }

    /// Whether a cryptogram came.
    pub fn holds_cryptogram(&self) -> bool {
        self.answer().is_some_and(|answer| answer.cryptogram.value().is_some())
    }

    /// The answer, where one came.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.exchange()?.outcome {
            Outcome::Answered(answer) => Some(answer),
            _ => None,
        }
    }
}
