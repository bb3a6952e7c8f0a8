//! The audit trail as it is read: what a walk over it found, what retention took, and what was done with one card.
//!
//! Owns: the words for it. Must not know: keys, MACs and SQL; the walk itself is in `adapters::sqlite`. Tested: there, by
//! tampering with real rows (`tests/adapters_ledger/trail.rs`).

use std::fmt;

use super::calendar::Stamp;
use super::history::Entry;
use super::sent::Sent;
use crate::secret::Masked;

/// Days that a row of the audit trail is kept, counted back from the newest row; then it leaves a [`Tombstone`].
pub const AUDIT_DAYS: u32 = 400;

/// What the walk found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Rows in the trail.
    pub rows: u64,
    /// Which rows, and from when to when; `None` where there is none.
    pub span: Option<Span>,
    /// What retention took, as sealed rows of the trail say.
    pub tombstones: Vec<Tombstone>,
    /// What is wrong, in the order of the trail; empty where nothing is.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// What no walk can see, for whoever reads the result.
    pub const BLIND: &str = "a change by somebody who can read install.key and sealed the rows anew; rows cut off the \
        end together with an audit.head of that time; history.db, install.key and audit.head gone or replaced all at \
        once; and whether a row told the truth when it was written";
}

/// The rows of a trail from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Number of the first row.
    pub first: i64,
    /// Number of the last row.
    pub last: i64,
    /// When the first was written.
    pub from: Stamp,
    /// When the last was written.
    pub to: Stamp,
}

/// Rows that retention took, as a sealed row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tombstone {
    /// The row that says it.
    pub row: i64,
    /// The first that went.
    pub first: i64,
    /// The last that went.
    pub last: i64,
    /// When the last of them had been written.
    pub until: Stamp,
    /// When they went.
    pub at: Stamp,
}

/// Something that is not as it was written. Numbers are those of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// There is a trail and no key.
    KeyMissing,
    /// The key is not what we write.
    KeyUnreadable,
    /// There is a key and no database.
    DatabaseMissing,
    /// The rows do not fit their seals: they were edited, slipped in, or sealed with another key.
    Edited {
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// The row stands at this number, and was written as another.
    Moved {
        /// Where it stands.
        at: i64,
        /// Where it was written.
        from: i64,
    },
    /// Rows are missing before a row that is there.
    Removed {
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// The row went by retention, as a sealed row says, and is there.
    Returned(i64),
    /// The row is sealed over another one than stands before it.
    Unlinked(i64),
    /// Rows are missing at the end: the head remembers them.
    Cut {
        /// The first.
        first: i64,
        /// The last.
        last: i64,
    },
    /// The head remembers another row of this number.
    Replaced(i64),
    /// There are rows and no head.
    HeadMissing,
    /// The head is not what we write.
    HeadUnreadable,
}

impl Finding {
    /// Its name for a program.
    pub fn id(self) -> &'static str {
        match self {
            Self::KeyMissing => "key_missing",
            Self::KeyUnreadable => "key_unreadable",
            Self::DatabaseMissing => "database_missing",
            Self::Edited { .. } => "edited",
            Self::Moved { .. } => "moved",
            Self::Removed { .. } => "removed",
            Self::Returned(_) => "returned",
            Self::Unlinked(_) => "unlinked",
            Self::Cut { .. } => "cut",
            Self::Replaced(_) => "replaced",
            Self::HeadMissing => "head_missing",
            Self::HeadUnreadable => "head_unreadable",
        }
    }

    /// The first and the last row that it is about.
    pub fn rows(self) -> Option<(i64, i64)> {
        match self {
            Self::Edited { first, last } | Self::Removed { first, last } | Self::Cut { first, last } => {
                Some((first, last))
            }
            Self::Moved { at: row, .. } | Self::Returned(row) | Self::Unlinked(row) | Self::Replaced(row) => {
                Some((row, row))
            }
            Self::KeyMissing
            | Self::KeyUnreadable
            | Self::DatabaseMissing
            | Self::HeadMissing
            | Self::HeadUnreadable => None,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = |f: &mut fmt::Formatter<'_>, first: i64, last: i64, one: &str, more: &str| {
            if first == last {
                write!(f, "row {first} {one}")
            } else {
                write!(f, "rows {first} to {last} {more}")
            }
        };
        match *self {
            Self::KeyMissing => f.write_str("install.key is missing, so no row can be vouched for"),
            Self::KeyUnreadable => {
                f.write_str("install.key is not what tokenscope wrote, so no row can be vouched for")
            }
            Self::DatabaseMissing => {
                f.write_str("history.db is missing or empty, and install.key says that there was one")
            }
            Self::Edited { first, last } => rows(
                f,
                first,
                last,
                "was edited, slipped in or sealed with another key",
                "were edited, slipped in or sealed with another key",
            ),
            Self::Moved { at, from } => write!(f, "row {at} was written as row {from}"),
            Self::Removed { first, last } => rows(f, first, last, "was removed", "were removed"),
            Self::Returned(row) => write!(f, "row {row} is there, though retention had removed it"),
            Self::Unlinked(row) => write!(f, "row {row} does not follow the row before it"),
            Self::Cut { first, last } => rows(f, first, last, "was cut off the end", "were cut off the end"),
            Self::Replaced(row) => write!(f, "row {row} is not the one that audit.head remembers"),
            Self::HeadMissing => {
                f.write_str("audit.head is missing, so rows cut off the end would not be seen")
            }
            Self::HeadUnreadable => {
                f.write_str("audit.head is not readable, so rows cut off the end would not be seen")
            }
        }
    }
}

/// Which part of the trail to read: what was done with one call's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Its `card_reference`.
    pub card_reference: Masked,
    /// Name of its profile.
    pub profile: Masked,
    /// The host that it was sent to.
    pub host: Masked,
    /// When it was sent.
    pub sent: Stamp,
}

impl From<&Sent> for Subject {
    fn from(sent: &Sent) -> Self {
        Self {
            card_reference: sent.card_reference.clone(),
            profile: sent.profile.clone(),
            host: sent.host.clone(),
            sent: sent.at,
        }
    }
}

/// Where the answer was for another card or customer, the row keeps no reference, and there is no subject.
impl TryFrom<&Entry> for Subject {
    type Error = ();

    fn try_from(entry: &Entry) -> Result<Self, ()> {
        let card_reference = entry.card_reference.clone();
        match card_reference.plain() {
            None | Some("") => Err(()),
            Some(_) => Ok(Self {
                card_reference,
                profile: entry.profile.clone(),
                host: entry.host.clone(),
                sent: entry.at,
            }),
        }
    }
}

/// A row of the trail as it stands there, for eyes; whether it is what was written is the business of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// When.
    pub at: Stamp,
    /// The user's name.
    pub who: Masked,
    /// What was done.
    pub deed: Masked,
    /// How it ended; empty in rows of an older version.
    pub outcome: Masked,
}

/// A sentence for whoever starts the program on a trail whose end is not where the head says.
pub const GAP: &str = "the audit trail has a gap: run `tokenscope history verify`";
