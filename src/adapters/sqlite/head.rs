//! The head of the audit trail in the state folder: number and MAC of the newest row, on one line of a width that never
//! changes, so that it is written over in place and no call waits for a second name on the disk.
//!
//! It lies apart from the database, so that rows cut off the end of the trail are missed. It is there before the first row,
//! so that one that is missing was always taken away.

use super::chain::{Link, MAC_BYTES, START};
use crate::adapters::private::{DiskFault, Folder};
use crate::ports::LedgerFault;
use crate::secret::to_hex;

/// Its name (INTERFACE, "Files").
pub(super) const NAME: &str = "audit.head";

/// More than the longest line.
const LONGEST: u64 = 128;

/// Columns of the line: the longest number, a blank, a MAC.
const WIDTH: usize = 20 + 1 + 2 * MAC_BYTES;

/// What the state folder says of the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// The newest row, as it was when it was written; [`START`] where no row was written yet.
    At(Link),
    /// There is none.
    Missing,
    /// The file is not what we write.
    Unreadable,
}

impl Head {
    /// Whether nothing says that there ever was a row.
    pub(super) fn is_of_no_row(self) -> bool {
        matches!(self, Self::Missing | Self::At(START))
    }
}

/// Writes it, for whoever knows that nobody else does. After a loss of power an older one may be back, which is some rows
/// behind and no gap.
pub(super) fn write(state: &Folder, link: Link) -> Result<(), LedgerFault> {
    let text = format!("{:<WIDTH$}\n", format!("{} {}", link.seq, to_hex(&link.mac)));
    if state.overwrite(NAME, text.as_bytes()) != Ok(true) {
        state.replace(NAME, text.as_bytes())?;
    }
    Ok(())
}

pub(super) fn read(state: &Folder) -> Result<Head, LedgerFault> {
    match state.read(NAME, LONGEST) {
        Ok(bytes) => Ok(parse(&bytes).map_or(Head::Unreadable, Head::At)),
        Err(DiskFault::Missing) => Ok(Head::Missing),
        Err(fault) => Err(fault.into()),
    }
}

fn parse(bytes: &[u8]) -> Option<Link> {
    let line = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?.trim_end_matches(' ');
    let (number, digits) = line.split_once(' ')?;
    let end = Link { seq: number.parse().ok()?, mac: unhex(digits)? };
    (end.seq > START.seq || end == START).then_some(end)
}

/// Reads the digits of a MAC.
pub(super) fn unhex(text: &str) -> Option<[u8; MAC_BYTES]> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16)).map(|digit| u8::try_from(digit?).ok()).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    if rest.is_empty() { bytes.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn a_head_comes_back_and_nothing_else_is_taken_for_one() {
        let temp = tempfile::tempdir().unwrap();
        let state = Folder::private(&temp.path().join("state")).unwrap();
        assert_eq!(read(&state), Ok(Head::Missing));
        let link = Link { seq: 12, mac: std::array::from_fn(|n| u8::try_from(n * 8).unwrap()) };
        for link in [START, link, START] {
            write(&state, link).unwrap();
            assert_eq!(read(&state), Ok(Head::At(link)));
        }
        let inode = || std::fs::metadata(state.path().join(NAME)).map(|file| file.ino()).unwrap();
        let before = inode();
        write(&state, Link { seq: i64::MAX, ..link }).unwrap();
        assert_eq!(inode(), before, "it is written over in place");
        state.replace(NAME, format!("7 {}\n", "ab".repeat(MAC_BYTES)).as_bytes()).unwrap();
        assert_eq!(read(&state), Ok(Head::At(Link { seq: 7, mac: [0xab; MAC_BYTES] })), "of another width");
        write(&state, link).unwrap();
        assert_eq!(read(&state), Ok(Head::At(link)));
        let zeros = "0".repeat(64);
        for wrong in [
            String::new(),
            "12".into(),
            format!("0 {}\n", "f".repeat(64)),
            format!("12 {zeros}"),
            format!("12 {zeros}0\n"),
            format!("-1 {zeros}\n"),
        ] {
            state.replace(NAME, wrong.as_bytes()).unwrap();
            assert_eq!(read(&state), Ok(Head::Unreadable), "{wrong}");
        }
    }
}
