//! The history of a data folder, to be read and nothing else: no folder, file, key or row is made or changed.

use std::path::Path;

use rusqlite::Connection;

use super::audit::Key;
use super::head::Head;
use super::{COMPANIONS, FILE, FLAGS, check, rows, schema, tame, timeline, verify};
use crate::adapters::private::{DiskFault, Folder};
use crate::domain::history::{Entry, Page};
use crate::domain::trail::{Subject, Trace, Verification};
use crate::ports::{Archive, LedgerFault};

/// A history that is open for reading. The file itself is opened as by a console, since a connection that may not write
/// leaves `SQLite`'s companions behind; `query_only` lets no statement change a thing.
#[derive(Debug)]
pub struct Reader {
    db: Connection,
}

impl Reader {
    /// Opens the history of a data folder; `None` where there is none yet.
    pub fn open(data: &Path) -> Result<Option<Self>, LedgerFault> {
        let folder = match Folder::there(data) {
            Err(DiskFault::Missing) => return Ok(None),
            other => other?,
        };
        match folder.check(FILE) {
            Err(DiskFault::Missing) => return Ok(None),
            other => other?,
        }
        check(&folder, &COMPANIONS)?;
        let db = Connection::open_with_flags(folder.path().join(FILE), FLAGS)?;
        tame(&db)?;
        db.pragma_update(None, "query_only", true)?;
        Ok(schema::is_filled(&db, schema::STEPS)?.then_some(Self { db }))
    }

    /// Walks the audit trail.
    pub(super) fn walk(&self, head: Head, key: &Key) -> Result<Verification, LedgerFault> {
        verify::walk(&self.db, head, key)
    }
}

impl Archive for Reader {
    fn page(&self, page: &Page) -> Result<Vec<Entry>, LedgerFault> {
        rows::page(&self.db, page)
    }

    fn entry(&self, id: i64) -> Result<Option<Entry>, LedgerFault> {
        rows::one(&self.db, id)
    }

    fn count(&self) -> Result<u64, LedgerFault> {
        rows::count(&self.db)
    }

    fn timeline(&self, of: &Subject) -> Result<Vec<Trace>, LedgerFault> {
        timeline::read(&self.db, of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::private::Folders;
    use crate::adapters::sqlite::Sqlite;

    #[test]
    fn no_statement_changes_a_thing() {
        let temp = tempfile::tempdir().unwrap();
        let data = temp.path().join("data");
        drop(Sqlite::open(&Folders::open(&data, &data).unwrap()).unwrap());
        let reader = Reader::open(&data).unwrap().unwrap();
        for change in ["DELETE FROM history", "DROP TABLE audit", "PRAGMA user_version = 9", "VACUUM"] {
            assert!(reader.db.execute_batch(change).is_err(), "{change}");
        }
    }
}
