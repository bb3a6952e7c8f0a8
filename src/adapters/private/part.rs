//! A file that is being written and has no name of its own yet, and what stays of one whose writer was killed.
//!
//! Owns: the names of such files. Must not know: what is in them, who may be writing beside. Tested: below, and by killed
//! writers in `tests/kills.rs`.

use std::ffi::{CStr, CString};
use std::io::Write as _;

use rustix::fs::{self, AtFlags};

use super::{DiskFault, Folder, random_hex};

/// Random bytes in a name.
const RANDOM: usize = 8;

const ENDING: &str = ".part";

/// A file that has no name of its own yet; what is left of it goes when this does.
pub(super) struct Part<'a> {
    folder: &'a Folder,
    pub(super) name: String,
}

impl<'a> Part<'a> {
    pub(super) fn write(folder: &'a Folder, bytes: &[u8]) -> Result<Self, DiskFault> {
        let name = format!(".{}{ENDING}", random_hex::<RANDOM>()?);
        let mut file = folder.make(&name)?;
        let part = Self { folder, name };
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(part)
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        self.folder.remove(&self.name);
    }
}

impl Folder {
    /// Removes what writers left that were killed. Only for who knows that nobody is writing into this folder: the file of a
    /// writer at work looks the same. What cannot be removed is tried again the next time.
    pub fn sweep(&self) {
        for name in self.parts().unwrap_or_default() {
            let _ = fs::unlinkat(&self.handle, &name, AtFlags::empty());
        }
    }

    fn parts(&self) -> Result<Vec<CString>, DiskFault> {
        let entries = fs::Dir::read_from(&self.handle)?;
        let names = entries.map_while(Result::ok).map(|entry| entry.file_name().to_owned());
        Ok(names.filter(|name| is_part(name)).collect())
    }
}

/// Only a name that we give: the folder of the exports is the user's.
fn is_part(name: &CStr) -> bool {
    let random = name.to_str().ok().and_then(|name| name.strip_prefix('.')?.strip_suffix(ENDING));
    random.is_some_and(|it| {
        it.len() == 2 * RANDOM && it.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_writer_left_goes_and_nothing_else() {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::private(&temp.path().join("a")).unwrap();
        // Killed: nothing of it is dropped.
        std::mem::forget(Part::write(&folder, b"half").unwrap());
        let others =
            [".part", ".0123456789abcde.part", ".0123456789abcdeF.part", "0123456789abcdef.part", "one"];
        for name in others {
            folder.make(name).unwrap();
        }
        let count = || std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(count(), others.len() + 1);
        folder.sweep();
        assert_eq!(count(), others.len());
        assert!(others.iter().all(|name| folder.check(name) == Ok(())));
    }
}
