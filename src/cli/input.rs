//! A text that somebody kept, from a file or from standard input.
//!
//! Owns: how it is read, at most 1 MiB of it, into a buffer that is wiped; and the sentences where it cannot be. The name is
//! not repeated: what was pasted in its place may be the text itself. Tested: `tests/cli_diagnose.rs`, `tests/cli_redact.rs`,
//! `tests/cli_lint.rs`.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::domain::exchange::LARGEST_BODY;

/// The name that stands for standard input.
const STDIN: &str = "-";

/// Why there is nothing to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    Missing,
    Folder,
    Forbidden,
    TooLarge,
    Broken,
}

impl Unread {
    /// What happened and what to do; `what` is an answer or a request.
    pub(super) fn sentence(self, what: &str) -> String {
        match self {
            Self::Missing => format!(
                "there is no file of that name: check its path, or give - and the {what} on standard input"
            ),
            Self::Folder => format!("what was named is a folder: name the file in it that holds the {what}"),
            Self::Forbidden => {
                format!(
                    "you may not read that file: ask its owner, or give - and the {what} on standard input"
                )
            }
            Self::TooLarge => {
                format!(
                    "the {what} is larger than 1 MiB, which none of the API is: keep one {what} in a file"
                )
            }
            Self::Broken => {
                format!(
                    "the {what} could not be read to its end: check the disk or what writes to standard input"
                )
            }
        }
    }
}

/// Reads a file, or standard input where the name says so.
pub(super) fn read(file: &Path, stdin: impl Read) -> Result<Zeroizing<Vec<u8>>, Unread> {
    if file == Path::new(STDIN) {
        return read_whole(stdin);
    }
    // A folder can be opened; reading tells it apart.
    read_whole(File::open(file).map_err(|error| unread(error.kind()))?)
}

/// The buffer has its size from the start, because one that grows leaves copies behind.
fn read_whole(mut source: impl Read) -> Result<Zeroizing<Vec<u8>>, Unread> {
    let mut buffer = Zeroizing::new(vec![0; LARGEST_BODY + 1]);
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match source.read(room) {
            Ok(0) => {
                buffer.truncate(filled);
                return Ok(buffer);
            }
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(unread(error.kind())),
        }
    }
    Err(Unread::TooLarge)
}

fn unread(kind: ErrorKind) -> Unread {
    match kind {
        ErrorKind::NotFound
        | ErrorKind::NotADirectory
        | ErrorKind::InvalidFilename
        | ErrorKind::InvalidInput => Unread::Missing,
        ErrorKind::IsADirectory => Unread::Folder,
        ErrorKind::PermissionDenied => Unread::Forbidden,
        _ => Unread::Broken,
    }
}
