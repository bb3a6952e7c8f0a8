//! The file itself: whose turn it is, how large it may become, and that each line stands whole.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::adapters::private::{DiskFault, Folder};

/// Its name (INTERFACE, "Files").
pub(super) const FILE: &str = "tokenscope.log";

/// The name of the one before, which is kept.
const OLDER: &str = "tokenscope.log.1";

/// How often another console may turn the file over while we wait for our turn.
const TRIES: u32 = 8;

/// The most bytes of a file.
const LARGEST: u64 = 1024 * 1024;

/// Appends a line in one write, while no other console does. Folder and file are opened and judged anew each time: what was
/// safe before may not be by now, and another console may have turned the file over.
pub(super) fn append(folder: &Path, line: &str) -> Result<(), DiskFault> {
    let folder = Folder::private(folder)?;
    for _ in 0..TRIES {
        let file = folder.append(FILE)?;
        // A file system without locks leaves it to the one write.
        let _ = file.lock();
        if !folder.is_at(FILE, &file)? {
            continue;
        }
        if !is_full(&file, line)? {
            return write(&file, line);
        }
        folder.rename(FILE, OLDER)?;
    }
    Err(DiskFault::Busy)
}

fn write(mut file: &File, line: &str) -> Result<(), DiskFault> {
    let whole = if is_torn(file)? { format!("\n{line}") } else { line.to_owned() };
    if file.write(whole.as_bytes())? == whole.len() { Ok(()) } else { Err(DiskFault::Full) }
}

fn is_full(file: &File, line: &str) -> Result<bool, DiskFault> {
    let length = file.metadata()?.len();
    Ok(length > 0 && length + line.len() as u64 > LARGEST)
}

/// Whether the last line has no end, because the disk was full in the middle of it.
fn is_torn(file: &File) -> Result<bool, DiskFault> {
    let mut last = [b'\n'];
    if let Some(at) = file.metadata()?.len().checked_sub(1) {
        file.read_exact_at(&mut last, at)?;
    }
    Ok(last != [b'\n'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// The most bytes of a file, and a text of as many.
    fn most() -> (usize, String) {
        let most = usize::try_from(LARGEST).unwrap();
        (most, format!("{}\n", "x".repeat(most - 1)))
    }

    /// A folder with a file in it, as an earlier run of ours would leave it.
    fn folder(text: &str) -> (tempfile::TempDir, Folder) {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::private(&temp.path().join("state")).unwrap();
        folder.write_new(FILE, text.as_bytes()).unwrap();
        (temp, folder)
    }

    fn read(folder: &Folder, name: &str) -> String {
        String::from_utf8(folder.read(name, 2 * LARGEST).unwrap()).unwrap()
    }

    #[test]
    fn a_full_file_becomes_the_older_one_and_the_one_before_goes() {
        let (most, full) = most();
        let (_temp, folder) = folder(&full);
        folder.write_new(OLDER, b"oldest\n").unwrap();
        append(folder.path(), "new\n").unwrap();
        assert_eq!((read(&folder, FILE).as_str(), read(&folder, OLDER).len()), ("new\n", most));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "one older file is kept");
    }

    #[test]
    fn what_fits_to_the_byte_is_still_taken() {
        let (most, full) = most();
        let (_temp, folder) = folder(full.strip_prefix("xxxx").unwrap());
        append(folder.path(), "fit\n").unwrap();
        assert_eq!(read(&folder, FILE).len(), most);
    }

    #[test]
    fn consoles_at_once_mix_no_lines_and_turn_a_full_file_over_once() {
        let (most, full) = most();
        let (_temp, folder) = folder(&full);
        std::thread::scope(|scope| {
            for letter in ["a", "b", "c", "d"] {
                let (path, line) = (folder.path(), format!("{}\n", letter.repeat(5_000)));
                scope.spawn(move || (0..10).for_each(|_| append(path, &line).unwrap()));
            }
        });
        let text = read(&folder, FILE);
        assert_eq!((text.lines().count(), read(&folder, OLDER).len()), (40, most));
        let is_whole =
            |line: &str| line.len() == 5_000 && line.bytes().all(|b| line.starts_with(char::from(b)));
        assert!(text.lines().all(is_whole));
    }

    #[test]
    fn a_line_waits_for_its_turn_and_goes_where_the_log_is_by_then() {
        let (_temp, folder) = folder("before\n");
        let theirs = folder.append(FILE).unwrap();
        theirs.lock().unwrap();
        std::thread::scope(|scope| {
            let (had, waits) = std::sync::mpsc::channel();
            let path = folder.path();
            scope.spawn(move || had.send(append(path, "line\n")));
            assert!(waits.recv_timeout(Duration::from_millis(100)).is_err(), "the other is still at it");
            assert_eq!(read(&folder, FILE), "before\n");
            folder.rename(FILE, OLDER).unwrap();
            drop(theirs);
            assert_eq!(waits.recv(), Ok(Ok(())));
        });
        assert_eq!((read(&folder, FILE).as_str(), read(&folder, OLDER).as_str()), ("line\n", "before\n"));
    }

    #[test]
    fn a_line_that_a_full_disk_has_torn_does_not_take_the_next_one_along() {
        let (_temp, folder) = folder("{\"time\":\"20");
        append(folder.path(), "{}\n").unwrap();
        assert_eq!(read(&folder, FILE), "{\"time\":\"20\n{}\n");
    }
}
