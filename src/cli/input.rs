//! What a command reads from a file or standard input: an answer, or a merchant's call, with secrets in it.
//!
//! Must not know: what it means. Tested: `tests/cli_diagnose.rs`, `tests/cli_redact.rs`.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::domain::exchange::LARGEST_BODY;

/// The name that stands for standard input.
const STDIN: &str = "-";

/// Why there is nothing to read. The name is not repeated: what was pasted in its place may be the answer itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unread {
    #[error("there is no file of that name: check its path, or give - and the answer on standard input")]
    Missing,
    #[error("what was named is a folder: name the file in it that holds the answer")]
    Folder,
    #[error("you may not read that file: ask its owner, or give - and the answer on standard input")]
    Forbidden,
    #[error("the answer is larger than 1 MiB, which none of the API is: keep one answer in a file")]
    TooLarge,
    #[error("the answer could not be read to its end: check the disk or what writes to standard input")]
    Broken,
}

/// Reads a whole file into a buffer that is wiped.
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
