//! Files and folders of our own: closed to others from the first byte, never through a link, on disk when we say so.
//!
//! Owns: how a folder is made and judged, how a file in it is made, read and replaced. Everything in a folder is reached
//! through its open descriptor, so that a folder swapped on the way changes nothing. Must not know: what is in the files.
//! Tested: below on real folders, and in `tests/adapters_*.rs` under a hostile umask.

mod part;

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ring::rand::{SecureRandom as _, SystemRandom};
use rustix::fs::{self, AtFlags, FileType, FlockOperation, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;

use self::part::Part;
use crate::ports::LedgerFault;
use crate::secret::to_hex;

/// How often, and after which pause, a console asks for its turn: five seconds in all.
const TURNS: (u32, Duration) = (250, Duration::from_millis(20));

/// Why the disk did not do what was asked; the caller puts it into the words of its port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskFault {
    /// It belongs to another user.
    Owner,
    /// Others may do more with it than they should.
    Mode,
    /// A link, a device or anything else that is no plain file.
    NotAFile,
    /// It is there already.
    Exists,
    /// It is not there.
    Missing,
    /// We may not.
    Denied,
    /// The file system is read-only.
    ReadOnly,
    /// No room.
    Full,
    /// Another console had its turn for too long.
    Busy,
    /// Anything else.
    Other,
}

impl From<Errno> for DiskFault {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::LOOP | Errno::MLINK => Self::NotAFile,
            Errno::EXIST => Self::Exists,
            Errno::NOENT | Errno::NOTDIR => Self::Missing,
            Errno::ACCESS | Errno::PERM => Self::Denied,
            Errno::ROFS => Self::ReadOnly,
            Errno::NOSPC | Errno::DQUOT | Errno::FBIG => Self::Full,
            _ => Self::Other,
        }
    }
}

impl From<io::Error> for DiskFault {
    fn from(error: io::Error) -> Self {
        Errno::from_io_error(&error).map_or(Self::Other, Self::from)
    }
}

/// The folders of a user: data (history, keys, exports) and state (log, head of the audit trail). They may be one.
#[derive(Debug, Clone)]
pub struct Folders {
    data: Arc<Folder>,
    state: Arc<Folder>,
}

impl Folders {
    /// Makes both folders where they are missing and judges them where they are not.
    pub fn open(data: &Path, state: &Path) -> Result<Self, LedgerFault> {
        let data = Arc::new(Folder::private(data)?);
        let state = Arc::new(Folder::private(state)?);
        Ok(Self { data, state })
    }

    /// The data folder.
    pub fn data(&self) -> &Arc<Folder> {
        &self.data
    }

    /// The state folder.
    pub fn state(&self) -> &Arc<Folder> {
        &self.state
    }
}

/// An open folder that is ours. A link to a folder is judged by its target.
#[derive(Debug)]
pub struct Folder {
    handle: OwnedFd,
    path: PathBuf,
}

impl Folder {
    /// A folder that nobody else may enter; made with mode 0700 if it is missing, with its parents.
    pub fn private(path: &Path) -> Result<Self, DiskFault> {
        Self::open(path, Mode::RWXG | Mode::RWXO)
    }

    /// A folder that others may look into and not write; made with mode 0700 if it is missing, with its parents.
    pub fn readable(path: &Path) -> Result<Self, DiskFault> {
        Self::open(path, Mode::WGRP | Mode::WOTH)
    }

    /// A folder that nobody else may enter and that is there.
    pub fn there(path: &Path) -> Result<Self, DiskFault> {
        Self::judged(enter(path)?, path, Mode::RWXG | Mode::RWXO)
    }

    /// A folder that is there, whoever owns it: each file in it is judged by itself.
    pub fn anywhere(path: &Path) -> Result<Self, DiskFault> {
        Ok(Self { handle: enter(path)?, path: path.canonicalize()? })
    }

    /// Its path, without links.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn open(path: &Path, forbidden: Mode) -> Result<Self, DiskFault> {
        let handle = match enter(path) {
            Err(Errno::NOENT) => {
                make_folder(path)?;
                enter(path)?
            }
            other => other?,
        };
        Self::judged(handle, path, forbidden)
    }

    fn judged(handle: OwnedFd, path: &Path, forbidden: Mode) -> Result<Self, DiskFault> {
        judge(&fs::fstat(&handle)?, forbidden)?;
        Ok(Self { handle, path: path.canonicalize()? })
    }

    /// Makes an empty file with mode 0600 that was not there before.
    pub fn make(&self, name: &str) -> Result<File, DiskFault> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let owner_only = Mode::RUSR | Mode::WUSR;
        let file = fs::openat(&self.handle, name, flags, owner_only)?;
        // A umask can only have taken bits away; this gives the owner's back.
        fs::fchmod(&file, owner_only).inspect_err(|_| self.remove(name))?;
        Ok(File::from(file))
    }

    /// Opens a file of ours to append to it, and makes it where it is missing. Each write goes to the end, whoever else writes.
    pub fn append(&self, name: &str) -> Result<File, DiskFault> {
        match self.open_to_append(name) {
            Err(DiskFault::Missing) => match self.make(name) {
                // Where another console was quicker, its file is judged like any other.
                Ok(_) | Err(DiskFault::Exists) => self.open_to_append(name),
                Err(fault) => Err(fault),
            },
            other => other,
        }
    }

    /// Opens a file of ours that is there to append to it.
    pub fn open_to_append(&self, name: &str) -> Result<File, DiskFault> {
        let flags = OFlags::RDWR | OFlags::APPEND | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = fs::openat(&self.handle, name, flags, Mode::empty())?;
        judge_file(&fs::fstat(&file)?)?;
        Ok(File::from(file))
    }

    /// Whether an open file is still the one with this name.
    pub fn is_at(&self, name: &str, file: &File) -> Result<bool, DiskFault> {
        let (open, named) = (fs::fstat(file)?, fs::statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW));
        Ok(named.is_ok_and(|named| (named.st_dev, named.st_ino) == (open.st_dev, open.st_ino)))
    }

    /// Gives a file another name, in the place of whatever has it.
    pub fn rename(&self, name: &str, new: &str) -> Result<(), DiskFault> {
        Ok(fs::renameat(&self.handle, name, &self.handle, new)?)
    }

    /// Judges a file without opening it: closing it again would drop the locks that `SQLite` holds on it in this process.
    pub fn check(&self, name: &str) -> Result<(), DiskFault> {
        judge_file(&fs::statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    /// Reads a file of ours, at most `limit` bytes of it.
    pub fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, DiskFault> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = fs::openat(&self.handle, name, flags, Mode::empty())?;
        judge_file(&fs::fstat(&file)?)?;
        let mut bytes = Vec::new();
        File::from(file).take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes a whole file that was not there before: afterwards it is on disk, or nothing of it is there.
    pub fn write_new(&self, name: &str, bytes: &[u8]) -> Result<(), DiskFault> {
        let part = Part::write(self, bytes)?;
        match fs::renameat_with(&self.handle, &part.name, &self.handle, name, RenameFlags::NOREPLACE) {
            // Some network file systems cannot; a second link refuses a name that is taken as well.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                fs::linkat(&self.handle, &part.name, &self.handle, name, AtFlags::empty())?;
            }
            other => other?,
        }
        self.sync().inspect_err(|_| self.remove(name))
    }

    /// Puts a whole file in the place of an older one, which stays whole until then, and may be back after a loss of power
    /// until the folder is synced.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), DiskFault> {
        let part = Part::write(self, bytes)?;
        Ok(fs::renameat(&self.handle, &part.name, &self.handle, name)?)
    }

    /// Writes over a file of ours that is exactly as long; `false` where it is not. It is one write into one block: whoever is
    /// killed leaves the old text or the new one, and a loss of power too.
    pub fn overwrite(&self, name: &str, bytes: &[u8]) -> Result<bool, DiskFault> {
        let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = fs::openat(&self.handle, name, flags, Mode::empty())?;
        let stat = fs::fstat(&file)?;
        judge_file(&stat)?;
        let is_as_long = u64::try_from(stat.st_size) == Ok(bytes.len() as u64);
        Ok(is_as_long && rustix::io::pwrite(&file, bytes, 0)? == bytes.len())
    }

    /// Removes a file; that it cannot be removed has nobody to tell.
    pub fn remove(&self, name: &str) {
        let _ = fs::unlinkat(&self.handle, name, AtFlags::empty());
    }

    /// Removes files by their names that were last written before a time in milliseconds since 1970. What cannot be removed is
    /// tried again the next time.
    pub fn remove_older(&self, before: i64, is_one: impl Fn(&str) -> bool) {
        let entries = fs::Dir::read_from(&self.handle).into_iter().flatten().map_while(Result::ok);
        let names = entries.filter_map(|entry| entry.file_name().to_str().ok().map(str::to_owned));
        for name in names.filter(|name| is_one(name)) {
            let written =
                fs::statat(&self.handle, &name, AtFlags::SYMLINK_NOFOLLOW).map(|stat| stat.st_mtime);
            if written.is_ok_and(|seconds| seconds.saturating_mul(1000) < before) {
                self.remove(&name);
            }
        }
    }

    /// Makes names that were written or renamed durable.
    pub fn sync(&self) -> Result<(), DiskFault> {
        Ok(fs::fsync(&self.handle)?)
    }

    /// Waits until no other console is at work in the same place of the program, and holds the turn until dropped.
    pub fn turn(&self) -> Result<Turn, DiskFault> {
        let again = fs::openat(&self.handle, ".", FOLDER, Mode::empty())?;
        let (times, pause) = TURNS;
        for _ in 0..times {
            match fs::flock(&again, FlockOperation::NonBlockingLockExclusive) {
                Err(Errno::WOULDBLOCK) => std::thread::sleep(pause),
                Ok(()) => return Ok(Turn(Some(again))),
                // A file system without locks leaves it to SQLite's own.
                Err(_) => return Ok(Turn(None)),
            }
        }
        Err(DiskFault::Busy)
    }
}

/// A turn; it ends when this is dropped.
#[derive(Debug)]
pub struct Turn(Option<OwnedFd>);

impl Turn {
    /// Whether nobody else has one: not on a file system that knows no locks.
    pub fn is_ours(&self) -> bool {
        self.0.is_some()
    }
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

fn enter(path: &Path) -> Result<OwnedFd, Errno> {
    fs::open(path, FOLDER, Mode::empty())
}

fn make_folder(path: &Path) -> Result<(), Errno> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty() && !parent.exists()) {
        make_folder(parent)?;
    }
    match fs::mkdir(path, Mode::RWXU) {
        // Another console was quicker.
        Err(Errno::EXIST) => Ok(()),
        other => other,
    }
}

fn judge(stat: &Stat, forbidden: Mode) -> Result<(), DiskFault> {
    if stat.st_uid != rustix::process::geteuid().as_raw() {
        Err(DiskFault::Owner)
    } else if Mode::from_raw_mode(stat.st_mode).intersects(forbidden) {
        Err(DiskFault::Mode)
    } else {
        Ok(())
    }
}

fn judge_file(stat: &Stat) -> Result<(), DiskFault> {
    if FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile {
        judge(stat, Mode::RWXG | Mode::RWXO)
    } else {
        Err(DiskFault::NotAFile)
    }
}

/// Random hexadecimal digits, two for each byte.
pub fn random_hex<const BYTES: usize>() -> Result<String, DiskFault> {
    Ok(to_hex(&random::<BYTES>()?))
}

/// Random bytes from the system.
pub fn random<const BYTES: usize>() -> Result<[u8; BYTES], DiskFault> {
    let mut bytes = [0; BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| DiskFault::Other)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt, symlink};

    fn folder() -> (tempfile::TempDir, Folder) {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::private(&temp.path().join("a/b")).unwrap();
        (temp, folder)
    }

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o7777
    }

    fn names(folder: &Folder) -> Vec<String> {
        let entries = std::fs::read_dir(folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn folders_and_files_are_made_for_the_owner_alone() {
        let (temp, folder) = folder();
        assert_eq!((mode(&temp.path().join("a")), mode(folder.path())), (0o700, 0o700));
        folder.write_new("one", b"1").unwrap();
        folder.replace("one", b"2").unwrap();
        assert_eq!(mode(&folder.path().join("one")), 0o600);
        assert_eq!(folder.read("one", 9).unwrap(), b"2");
        assert_eq!(names(&folder), ["one"]);
    }

    #[test]
    fn a_name_that_is_taken_by_a_file_or_a_link_is_not_written() {
        let (_temp, folder) = folder();
        folder.write_new("one", b"1").unwrap();
        symlink(folder.path().join("target"), folder.path().join("link")).unwrap();
        for name in ["one", "link"] {
            assert_eq!(folder.write_new(name, b"2"), Err(DiskFault::Exists));
            assert_eq!(folder.make(name).unwrap_err(), DiskFault::Exists);
        }
        assert_eq!(folder.read("one", 9).unwrap(), b"1");
        assert_eq!(
            names(&folder).len(),
            2,
            "nothing of the refused files stays, and no link's target is made"
        );
    }

    #[test]
    fn a_replaced_link_is_replaced_itself_and_its_target_stays() {
        let (_temp, folder) = folder();
        folder.write_new("target", b"1").unwrap();
        symlink(folder.path().join("target"), folder.path().join("link")).unwrap();
        folder.replace("link", b"2").unwrap();
        assert_eq!(
            (folder.read("target", 9).unwrap(), folder.read("link", 9).unwrap()),
            (b"1".into(), b"2".into())
        );
    }

    #[test]
    fn links_pipes_and_open_files_are_not_read() {
        let (_temp, folder) = folder();
        folder.write_new("open", b"1").unwrap();
        std::fs::set_permissions(folder.path().join("open"), PermissionsExt::from_mode(0o640)).unwrap();
        symlink(folder.path().join("open"), folder.path().join("link")).unwrap();
        fs::mknodat(&folder.handle, "pipe", FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        for (name, fault) in [
            ("open", DiskFault::Mode),
            ("link", DiskFault::NotAFile),
            ("pipe", DiskFault::NotAFile),
            ("none", DiskFault::Missing),
        ] {
            assert_eq!(folder.read(name, 9), Err(fault), "{name}");
            assert_eq!(folder.check(name), Err(fault), "{name}");
        }
    }

    #[test]
    fn what_is_appended_goes_to_the_end_of_a_file_of_ours_and_to_no_other() {
        let (temp, folder) = folder();
        for text in [b"1", b"2"] {
            // Two openings at once write to the end each, as two consoles do.
            let (mut one, mut two) = (folder.append("one").unwrap(), folder.append("one").unwrap());
            one.write_all(text).unwrap();
            two.write_all(b"+").unwrap();
        }
        assert_eq!(
            (folder.read("one", 9).unwrap(), mode(&folder.path().join("one"))),
            (b"1+2+".into(), 0o600)
        );
        let one = folder.append("one").unwrap();
        assert_eq!(folder.is_at("one", &one), Ok(true));
        folder.rename("one", "two").unwrap();
        folder.append("one").unwrap();
        assert_eq!((folder.is_at("one", &one), folder.is_at("two", &one)), (Ok(false), Ok(true)));
        symlink(temp.path().join("nowhere"), folder.path().join("dangling")).unwrap();
        symlink(folder.path().join("one"), folder.path().join("link")).unwrap();
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        fs::mknodat(&folder.handle, "pipe", FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        folder.write_new("open", b"").unwrap();
        std::fs::set_permissions(folder.path().join("open"), PermissionsExt::from_mode(0o604)).unwrap();
        for (name, fault) in [
            ("dangling", DiskFault::NotAFile),
            ("link", DiskFault::NotAFile),
            ("folder", DiskFault::Other),
            ("pipe", DiskFault::NotAFile),
            ("open", DiskFault::Mode),
        ] {
            assert_eq!(folder.append(name).unwrap_err(), fault, "{name}");
        }
        assert!(!temp.path().join("nowhere").exists());
    }

    #[test]
    fn a_folder_that_others_may_use_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        for (bits, private, readable) in [
            (0o755, Some(DiskFault::Mode), None),
            (0o701, Some(DiskFault::Mode), None),
            (0o720, Some(DiskFault::Mode), Some(DiskFault::Mode)),
            (0o702, Some(DiskFault::Mode), Some(DiskFault::Mode)),
            (0o700, None, None),
        ] {
            std::fs::set_permissions(temp.path(), PermissionsExt::from_mode(bits)).unwrap();
            assert_eq!(Folder::private(temp.path()).err(), private, "{bits:o}");
            assert_eq!(Folder::readable(temp.path()).err(), readable, "{bits:o}");
        }
    }

    #[test]
    fn a_folder_below_a_file_cannot_be_made() {
        let (_temp, folder) = folder();
        folder.write_new("one", b"1").unwrap();
        assert_eq!(Folder::private(&folder.path().join("one/two")).unwrap_err(), DiskFault::Missing);
        assert_eq!(Folder::private(&folder.path().join("one")).unwrap_err(), DiskFault::Missing);
    }

    #[test]
    fn one_console_at_a_time_has_its_turn() {
        let (_temp, folder) = folder();
        let turn = folder.turn().unwrap();
        let second = Folder::private(folder.path()).unwrap();
        let (had, waits) = std::sync::mpsc::channel();
        let waiting = std::thread::spawn(move || had.send(second.turn().map(|_| ())));
        assert!(waits.recv_timeout(TURNS.1 * 5).is_err(), "the first one is still at it");
        drop(turn);
        assert_eq!(waits.recv(), Ok(Ok(())));
        waiting.join().unwrap().unwrap();
    }
}
