//! What the core needs of the world: a gateway, a ledger, an exporter, the files of a batch and their reports, a clipboard, a clock.
//!
//! Traits and their errors, nothing else; one adapter a port in `adapters`. Each port takes types that cannot hold a
//! secret ([`Masked`] and plain enums), but for the gateway, which takes the bound key.

mod book;
mod shelf;

pub use book::{Book, BookFault};
pub use shelf::{Report, ReportFault, Shelf};

use std::future::Future;
use std::path::PathBuf;

use crate::domain::calendar::Stamp;
use crate::domain::exchange::Reply;
use crate::domain::guard::{ApiKey, Order};
use crate::domain::history::{ASKED, AuditRow, Entry, Found, Page};
use crate::domain::profile::Profile;
use crate::domain::trail::{Subject, Trace};
use crate::secret::{Masked, Moment, PrintKey};

/// Sends a call. One request for one order, whatever the server does.
pub trait Gateway {
    /// Sends the order with the key that is bound to its profile and reads the answer, masked. Dropping the future cancels
    /// the call at once.
    fn send(&self, order: &Order, key: &ApiKey) -> impl Future<Output = Reply>;
}

/// Sends many orders side by side.
pub trait Crews {
    /// A crew that makes something of each reply where it was read, so that what the reply holds of secrets is dropped there.
    fn crew<W: Send + 'static, T: Send + 'static>(
        &self,
        make: fn(W, Reply) -> T,
    ) -> impl Crew<W, T> + use<Self, W, T>;
}

/// An order that is due.
pub struct Due<W> {
    /// The caller's number for it.
    pub number: u64,
    /// What is sent.
    pub order: Order,
    /// What its reply is made something of with.
    pub what: W,
}

/// Makes calls side by side. Dropping it cancels at once those that are under way.
pub trait Crew<W, T> {
    /// Begins a call for each of these orders, with the key that is bound to their profile.
    fn send(&mut self, key: &ApiKey, due: Vec<Due<W>>);
    /// Waits until a call has ended, and tells what was made of its reply, and of all others that ended since this was asked
    /// last. It can be dropped and asked again, and waits for ever where nothing is under way.
    fn ended(&mut self) -> impl Future<Output = Vec<(u64, T)>>;
}

/// Why a ledger cannot be used or a row was not written; each says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LedgerFault {
    /// The folder is not there and cannot be made, or cannot be written.
    #[error("the data folder cannot be written: name another with --data-dir or make it writable")]
    NoFolder,
    /// Folder or file belongs to somebody else.
    #[error(
        "the data folder or a file in it belongs to another user: name another with --data-dir or take it over with chown"
    )]
    WrongOwner,
    /// Folder or file is open to others.
    #[error("the data folder or a file in it is open to other users: close it with chmod -R go-rwx")]
    WrongMode,
    /// Written by a newer version of the program.
    #[error(
        "the history was written by a newer tokenscope: update this one, or name another folder with --data-dir"
    )]
    Newer,
    /// Written by an older version of the program, and only read now.
    #[error(
        "the history was written by an older tokenscope: start the console once, which brings it up to date"
    )]
    Older,
    /// The audit trail has rows, and the key that sealed them is gone.
    #[error(
        "install.key, which seals the audit trail, is missing or damaged: put it back from a backup, or move history.db* and audit.head away and begin anew"
    )]
    NoKey,
    /// Not a database, or a broken one.
    #[error("the history file is damaged: move it away, a new one is made at the next start")]
    Damaged,
    /// Another console held the database for too long.
    #[error("the history is locked by another program: close it and try again")]
    Locked,
    /// No room on the disk.
    #[error("the disk is full: make room and try again")]
    Full,
    /// The file system is read-only or the file cannot be written.
    #[error("the history cannot be written: check the mode of the data folder and its file system")]
    ReadOnly,
    /// Anything else the disk says.
    #[error("the disk failed while writing the history: check it and try again")]
    Disk,
}

impl LedgerFault {
    /// Whether the console must not start: somebody else could read or change the data (INTERFACE, "Files").
    pub fn is_fatal(self) -> bool {
        matches!(self, Self::WrongOwner | Self::WrongMode | Self::Newer)
    }
}

/// Keeps history and audit trail. Its calls block, so the runtime gives it a thread of its own.
pub trait Ledger {
    /// Writes a row of history and returns its id.
    fn record(&mut self, entry: &Entry) -> Result<i64, LedgerFault>;
    /// Reads rows, newest first.
    fn page(&mut self, page: &Page) -> Result<Vec<Entry>, LedgerFault>;
    /// Looks through so many rows at most for those of a page, so that what else has to be written can come in between.
    fn find(&mut self, page: &Page, scan: u32) -> Result<Found, LedgerFault>;
    /// Writes an audit row; it is on disk when this returns.
    fn audit(&mut self, row: &AuditRow) -> Result<(), LedgerFault> {
        self.audit_ahead(row)?;
        self.settle()
    }
    /// The same, but the head of the trail is left behind: whoever waits for the row need not wait for that.
    /// [`Self::settle`] has to follow.
    fn audit_ahead(&mut self, row: &AuditRow) -> Result<(), LedgerFault>;
    /// Writes how a call ended, its audit row and its row of history, both or neither, and returns the id of the latter.
    /// [`Self::settle`] has to follow.
    fn conclude(&mut self, ended: &AuditRow, entry: &Entry) -> Result<i64, LedgerFault>;
    /// Lets the head of the trail, which lies apart from it, catch up with the newest row.
    fn settle(&mut self) -> Result<(), LedgerFault>;
    /// Reads what was done with the answer of one call, newest last; the newest of very many.
    fn timeline(&mut self, of: &Subject) -> Result<Vec<Trace>, LedgerFault>;
    /// The key under which values are told from later ones; it is this installation's alone.
    fn print_key(&self) -> PrintKey;
    /// How many rows of history there are.
    fn count(&mut self) -> Result<u64, LedgerFault>;
    /// Deletes every row of history. The audit trail stays.
    fn purge(&mut self) -> Result<Purged, LedgerFault>;
    /// The same between its two audit rows, which `row` makes of an outcome: without the first nothing is deleted.
    fn purge_audited(&mut self, row: &dyn Fn(&str) -> AuditRow) -> Result<PurgedAndTold, PurgeFault> {
        self.audit(&row(ASKED)).map_err(PurgeFault::NotAudited)?;
        let purged = self.purge().map_err(PurgeFault::NotWhole)?;
        let told = self.audit(&row(&format!("{} deleted", calls(purged.rows))));
        Ok(PurgedAndTold { purged, told })
    }
    /// Whether the end of the audit trail is not where it was left; a glance, so that it costs nothing at a start.
    fn has_gap(&mut self) -> Result<bool, LedgerFault>;
    /// Deletes history older than the retention and returns how many rows went.
    fn expire(&mut self, now: Stamp, days: u32) -> Result<u64, LedgerFault>;
}

/// What a purge has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purged {
    /// Rows that went.
    pub rows: u64,
    /// Whether their text is overwritten on the disk too; it is not yet while another program reads the database.
    pub is_overwritten: bool,
}

/// What a purge between its audit rows has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurgedAndTold {
    /// What went.
    pub purged: Purged,
    /// Whether the audit trail says how many, or why not.
    pub told: Result<(), LedgerFault>,
}

/// Why a purge was not made, or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PurgeFault {
    /// Its audit row could not be kept.
    #[error("nothing was deleted: it needs an audit row first, and {0}")]
    NotAudited(LedgerFault),
    /// The disk failed.
    #[error("the history may not be deleted whole: {0}")]
    NotWhole(LedgerFault),
}

/// `1 call`, `2 calls`.
pub fn calls(count: u64) -> String {
    if count == 1 { "1 call".into() } else { format!("{count} calls") }
}

/// Reads the config of the console anew.
pub trait Configs {
    /// What is made of it.
    type Fresh;
    /// Reads it, or says what is wrong and where, in one sentence that quotes no value.
    fn read(&self) -> impl Future<Output = Result<Self::Fresh, Masked>>;
}

/// Reads history and audit trail, and has no way to change them.
pub trait Archive {
    /// Reads rows, newest first.
    fn page(&self, page: &Page) -> Result<Vec<Entry>, LedgerFault>;
    /// Reads the row of this id.
    fn entry(&self, id: i64) -> Result<Option<Entry>, LedgerFault>;
    /// How many rows there are.
    fn count(&self) -> Result<u64, LedgerFault>;
    /// Reads what was done with the answer of one call, newest last; the newest of very many.
    fn timeline(&self, of: &Subject) -> Result<Vec<Trace>, LedgerFault>;
}

/// Why an export was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExportFault {
    /// The folder is not there and cannot be made, or cannot be written.
    #[error(
        "nothing was exported: the export folder cannot be written; check `dir` under [export] or its mode"
    )]
    NoFolder,
    /// The folder is not ours or open for others to write.
    #[error(
        "nothing was exported: the export folder belongs to or can be written by another user; name another as `dir` under [export]"
    )]
    Unsafe,
    /// No room on the disk.
    #[error("nothing was exported: the disk is full; make room and export it again")]
    Full,
    /// Anything else the disk says.
    #[error("nothing was exported: the disk failed; check it and export it again")]
    Disk,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExportForm {
    /// For a ticket.
    #[default]
    Markdown,
    /// For a program.
    Json,
}

impl ExportForm {
    /// The ending of its file name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }
}

/// Writes a redacted document into the export folder.
pub trait Exporter {
    /// Writes the document under a name made of the time and a random part only, and returns its path.
    fn write(&self, text: &Masked, form: ExportForm, at: Stamp) -> Result<PathBuf, ExportFault>;
}

/// Why a key could not be fetched. Never holds the key, the command's output or a path's content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The environment variable is not set or empty.
    #[error(
        "the key of this profile is not there: set the environment variable that `key` names and start again"
    )]
    NoVariable,
    /// The command could not be started.
    #[error("the key command of this profile could not be started: check `key.command` in the config")]
    NoCommand,
    /// The command ended with a failure.
    #[error("the key command of this profile failed: run it in a shell to see why")]
    CommandFailed,
    /// The command took too long.
    #[error(
        "the key command of this profile took too long and was ended: run it in a shell, or set terminal = true if it asks something"
    )]
    CommandSlow,
    /// The file is not there or cannot be read.
    #[error(
        "the key file of this profile cannot be read: check `key.file` in the config and the file's mode"
    )]
    NoFile,
    /// The file belongs to somebody else.
    #[error(
        "the key file of this profile belongs to another user: take it over with chown, or make a new one"
    )]
    WrongOwner,
    /// The file is open to others.
    #[error("the key file of this profile is open to other users: close it with chmod 600")]
    WrongMode,
    /// Empty, more than one line, or not visible ASCII.
    #[error(
        "what the key source of this profile gave is not a key (one line of visible ASCII): check the source"
    )]
    NotAKey,
    /// A prompt without a terminal, or one that was ended.
    #[error("no key was typed, so nothing was sent: send again and type it, or name another key source")]
    NotTyped,
}

/// Fetches the key of a profile from its source.
pub trait Keys {
    /// The key, bound to the profile and its host. A source that needs the terminal has none here.
    fn fetch(&self, profile: &Profile) -> impl Future<Output = Result<ApiKey, KeyFault>>;
    /// The key of a command that is lent the terminal.
    fn fetch_lent(&self, profile: &Profile) -> impl Future<Output = Result<ApiKey, KeyFault>>;
    /// The key that was typed at a prompt.
    fn typed(&self, profile: &Profile, typed: &[u8]) -> Result<ApiKey, KeyFault>;
}

/// Puts masked text onto the clipboard of this machine.
pub trait Clipboard {
    /// Copies, with [`MASK`](crate::secret::MASK) or another mask for what is hidden, and says by which tool. `None` where no
    /// tool of this machine took it; then the terminal has to. Dropping the future ends the tool.
    fn copy(&self, text: &Masked, mask: &str) -> impl Future<Output = Option<&'static str>>;
}

/// By which way a text was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyWay {
    /// By this tool of this machine.
    Tool(&'static str),
    /// By the terminal, which was sent the text (OSC 52) and does not tell whether it took it.
    Terminal,
}

/// Why nothing was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CopyFault {
    /// No tool, and more than a terminal takes without cutting it.
    #[error(
        "nothing was copied: no clipboard tool took the text, and it is too long for the terminal's clipboard; export it with x instead"
    )]
    TooLong,
}

/// Tells the time.
pub trait Clock {
    /// Time since the start of the process; never goes back.
    fn moment(&self) -> Moment;
    /// Time of day.
    fn stamp(&self) -> Stamp;
}
