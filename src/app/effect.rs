//! What the console wants done. Plain data; the runtime does it and reports with an event.

use super::browse::Reading;
use super::call::CallId;
use super::narrow::Query;
use crate::domain::history::{AuditRow, Entry, Page};
use crate::domain::profile::Profile;
use crate::domain::request::ValidRequest;
use crate::domain::trail::Subject;
use crate::ports::ExportForm;
use crate::secret::Masked;

/// What an audit row is the condition of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ticket {
    /// Revealing the cryptogram of this call.
    Reveal(CallId),
    /// Showing the personal fields of this call.
    Identity(CallId),
    /// Writing the export that is previewed.
    Export(CallId),
    /// The copy of this number.
    Copy(u32),
    /// Telling how a value compares with the answer of this call.
    Compare(CallId),
    /// Nothing: it says how this call ended.
    Outcome(CallId),
}

/// Something to do.
#[derive(Debug)]
pub enum Effect {
    /// Ask the guard and send.
    Send {
        /// The name of the call.
        id: CallId,
        /// Under which profile.
        profile: Box<Profile>,
        /// What.
        request: ValidRequest,
        /// The confirmation as typed, where one was asked for.
        typed: Option<String>,
    },
    /// Drop the call under way.
    Abort(CallId),
    /// Take back the confirmation of a guarded profile.
    Disarm,
    /// Write an audit row; who and when are filled in below.
    Audit(Ticket, Box<AuditRow>),
    /// Write a row of history.
    Record(Box<Entry>),
    /// Read rows of history.
    LoadHistory(Page),
    /// Look through the history, in place of what it is looked through for now; `None` ends that.
    FindHistory(Option<Query>),
    /// Count the rows of history.
    CountHistory,
    /// Delete the history between its audit rows.
    Purge,
    /// Read the config anew.
    Reload,
    /// Take the keys and the clipboard of the config that was read, and forget what was fetched or confirmed before.
    Renew,
    /// Read what was done with the answer of this call.
    LoadTimeline(CallId, Box<Subject>),
    /// Open the report of a batch; what comes of it bears this number.
    OpenReport(u32, String),
    /// Read rows of it.
    ReadReport(u32, Reading),
    /// Let it go.
    CloseReport,
    /// Write an export.
    Export(Masked, ExportForm),
    /// Put a text onto the clipboard.
    Copy(Masked),
    /// Forget the screen and draw it whole: something was hidden.
    Repaint,
    /// Give the terminal back and stop.
    Suspend,
    /// End the program.
    Quit,
}
