//! What `SQLite` and the disk say, in the words of the port. No text of theirs goes on: it may quote values and paths.

use rusqlite::{Error, ErrorCode};

use crate::adapters::private::DiskFault;
use crate::ports::LedgerFault;

impl From<Error> for LedgerFault {
    fn from(error: Error) -> Self {
        match error {
            Error::SqliteFailure(failure, _) => of_code(failure.code),
            Error::SqlInputError { error, .. } => of_code(error.code),
            // A row that is not of the kind that we write.
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::QueryReturnedNoRows
            | Error::Utf8Error(..) => Self::Damaged,
            _ => Self::Disk,
        }
    }
}

fn of_code(code: ErrorCode) -> LedgerFault {
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            LedgerFault::Locked
        }
        ErrorCode::DiskFull => LedgerFault::Full,
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => LedgerFault::ReadOnly,
        ErrorCode::CannotOpen => LedgerFault::NoFolder,
        // `Unknown` is SQLite's plain error: a table or column that is not there.
        ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::ConstraintViolation
        | ErrorCode::TypeMismatch
        | ErrorCode::Unknown => LedgerFault::Damaged,
        _ => LedgerFault::Disk,
    }
}

impl From<DiskFault> for LedgerFault {
    fn from(fault: DiskFault) -> Self {
        match fault {
            DiskFault::Owner => Self::WrongOwner,
            DiskFault::Mode => Self::WrongMode,
            DiskFault::NotAFile => Self::Damaged,
            DiskFault::Missing | DiskFault::Denied => Self::NoFolder,
            DiskFault::ReadOnly => Self::ReadOnly,
            DiskFault::Full => Self::Full,
            DiskFault::Busy => Self::Locked,
            DiskFault::Exists | DiskFault::Other => Self::Disk,
        }
    }
}
