//! What happens to the console.

use std::path::PathBuf;

use super::browse::News;
use super::call::CallId;
use super::effect::Ticket;
use super::intent::Intent;
use super::mouse::{Deed, Target};
use super::state::Settings;
use crate::domain::calendar::Stamp;
use crate::domain::exchange::Reply;
use crate::domain::guard::Barred;
use crate::domain::history::{Entry, Found};
use crate::domain::profile::Profile;
use crate::domain::sent::Sent;
use crate::domain::trail::Trace;
use crate::ports::{CopyFault, CopyWay, ExportFault, KeyFault, LedgerFault, PurgeFault, PurgedAndTold};
use crate::secret::{Masked, Moment, PrintKey};

/// Something that happened, and when.
pub struct Event {
    /// On the console's own clock.
    pub at: Moment,
    /// By the time of day.
    pub stamp: Stamp,
    /// What.
    pub what: What,
}

/// A key as the accident guard sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// What the key means here; `None` for an unbound one.
    pub intent: Option<Intent>,
    /// Whether it prints: one of many in an unbracketed paste.
    pub printable: bool,
    /// Whether the terminal says that it is held down.
    pub repeat: bool,
    /// When it came, on the reader's clock, which runs only while there is nothing to read: two keys of a paste are next to
    /// each other on it, however long the console was busy between them.
    pub came: Moment,
}

/// What the config says now.
pub struct Reloaded {
    /// How the console looks and behaves.
    pub settings: Settings,
    /// Whether it is to be on stage; a reload never leaves the stage.
    pub stage: bool,
    /// The profiles; never empty.
    pub profiles: Vec<Profile>,
    /// The profile that a start would take.
    pub start: Result<usize, Masked>,
    /// What is allowed but unwise; empty for nothing.
    pub warning: Masked,
}

/// What happened.
pub enum What {
    /// A key was pressed.
    Pressed(Press),
    /// The mouse did something.
    Pointed {
        /// What.
        deed: Deed,
        /// Where.
        target: Target,
        /// How far that can be scrolled.
        limit: usize,
    },
    /// Text was pasted between brackets.
    Pasted(String),
    /// The terminal has lost the focus.
    FocusLost,
    /// The terminal has another size.
    Resized,
    /// The process was stopped and goes on.
    Resumed,
    /// The time that the state asked for has come.
    Due,
    /// A send was admitted and is on its way.
    Admitted {
        /// Which.
        id: CallId,
        /// What is sent.
        sent: Box<Sent>,
    },
    /// A send was not admitted.
    Barred {
        /// Which.
        id: CallId,
        /// Why.
        barred: Barred,
    },
    /// The key could not be fetched, so nothing was sent.
    KeyFailed {
        /// Which.
        id: CallId,
        /// Why.
        fault: KeyFault,
    },
    /// The audit row of a send could not be written, so nothing was sent.
    SendNotAudited {
        /// Which.
        id: CallId,
        /// Why.
        fault: LedgerFault,
    },
    /// A call has ended.
    Replied {
        /// Which.
        id: CallId,
        /// How.
        reply: Reply,
    },
    /// An audit row is on disk, or is not.
    Audited {
        /// What it was written for.
        ticket: Ticket,
        /// Whether it is.
        result: Result<(), LedgerFault>,
    },
    /// The history is open.
    Opened(PrintKey),
    /// A row of history was written, or was not.
    Recorded(Result<i64, LedgerFault>),
    /// Rows of history came.
    Paged(Result<Vec<Entry>, LedgerFault>),
    /// A part of the history was looked through for what narrows it.
    Found {
        /// By which query.
        number: u32,
        /// What it holds.
        result: Result<Found, LedgerFault>,
        /// Whether the query has ended: with all the rows that it wanted, or at the oldest one.
        is_done: bool,
    },
    /// How many rows of history there are.
    Counted(Result<u64, LedgerFault>),
    /// The history was deleted, or was not.
    Purged(Result<PurgedAndTold, PurgeFault>),
    /// The config was read anew, or what is wrong with it.
    Reloaded(Result<Box<Reloaded>, Masked>),
    /// What was done with the answer of this call.
    Timeline {
        /// Which.
        id: CallId,
        /// The rows, newest last.
        result: Result<Vec<Trace>, LedgerFault>,
    },
    /// What comes of the report that is looked at.
    Report {
        /// Which.
        id: u32,
        /// What.
        news: News,
    },
    /// The end of the audit trail is not where it was left.
    TrailGapped,
    /// An export was written, or was not.
    Exported(Result<PathBuf, ExportFault>),
    /// A text is on the clipboard, or is not.
    Copied {
        /// The text.
        text: Masked,
        /// By which way.
        result: Result<CopyWay, CopyFault>,
    },
    /// The console ends while a call is on the wire.
    Left,
    /// There is no terminal on which a value can be typed that nothing keeps.
    NoPrivateInput,
    /// There is no usable data folder.
    NoHistory(LedgerFault),
}
