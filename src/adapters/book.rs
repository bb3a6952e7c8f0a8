//! The files of a batch, on a folder that the user names.
//!
//! Owns: that report and notes are ours alone, made new and never through a link, and that one batch at a time writes them.
//! `ahead` brings the report to the disk while it is written. Must not know: what a row is; a line is what ends in a line feed.
//! Tested: below, and in `tests/cli_batch.rs`.

mod ahead;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use ring::digest::{Context, SHA256};
use rustix::fs::{FlockOperation, flock};

use super::private::{DiskFault, Folder};
use crate::ports::{Book, BookFault};
use crate::secret::{Drawn, to_hex};
use ahead::Ahead;

/// What is read at once.
const CHUNK: usize = 64 * 1024;

/// The files of one batch.
pub struct Files {
    input: PathBuf,
    folder: Folder,
    name: String,
    report: Option<File>,
    notes: Option<File>,
    /// The report that is to take the place of the old one.
    new: Option<File>,
    /// Where lines are put together, kept for the next ones: its room is made, and wiped, once.
    text: String,
    /// The hash of what was written of a report that was begun here. Any other is read for it.
    hash: Option<Context>,
    /// Brings what is appended to the report to the disk.
    ahead: Option<Ahead>,
    /// Why something did not come to the disk. The system tells that once, so it is kept.
    failed: Option<BookFault>,
}

impl Files {
    /// The input, and where the report goes.
    pub fn new(input: &Path, report: &Path) -> Result<Self, BookFault> {
        let name = report.file_name().and_then(|name| name.to_str()).ok_or(BookFault::NoFolder)?.to_owned();
        let parent = report.parent().filter(|parent| !parent.as_os_str().is_empty());
        let folder = Folder::anywhere(parent.unwrap_or(Path::new("."))).map_err(|_| BookFault::NoFolder)?;
        Ok(Self {
            input: input.to_owned(),
            folder,
            name,
            report: None,
            notes: None,
            new: None,
            text: String::new(),
            hash: None,
            ahead: None,
            failed: None,
        })
    }

    fn notes_name(&self) -> String {
        format!("{}.progress", self.name)
    }

    fn new_name(&self) -> String {
        format!("{}.new", self.name)
    }

    /// Opens both to append, whoever reads them in between.
    fn open(&mut self) -> Result<(), BookFault> {
        let open = |name: &str| match self.folder.open_to_append(name) {
            Err(DiskFault::Missing) => Err(BookFault::NoReport),
            other => other.map_err(BookFault::from),
        };
        let (report, notes) = (open(&self.name)?, open(&self.notes_name())?);
        // On a file system without locks two batches can still be told apart by nobody but the user.
        if flock(&notes, FlockOperation::NonBlockingLockExclusive) == Err(rustix::io::Errno::WOULDBLOCK) {
            return Err(BookFault::Busy);
        }
        (self.report, self.notes) = (Some(report), Some(notes));
        Ok(())
    }

    /// Lets the disk have what is written to the report, meanwhile.
    fn wrote(&mut self, bytes: usize) -> Result<(), BookFault> {
        if self.ahead.is_none() {
            let file = self.written().map(File::try_clone).transpose()?;
            self.ahead = file.and_then(|file| Ahead::with(move || file.sync_data()).ok());
        }
        let goes_on = self.ahead.as_mut().is_none_or(|ahead| ahead.wrote(bytes));
        if goes_on { Ok(()) } else { self.arrived() }
    }

    /// The report that is written.
    fn written(&self) -> Option<&File> {
        self.new.as_ref().or(self.report.as_ref())
    }

    /// What is on its way to the disk is there, or why not.
    fn arrived(&mut self) -> Result<(), BookFault> {
        if let Some(Err(fault)) = self.ahead.take().map(Ahead::end) {
            self.failed = Some(fault.into());
        }
        self.failed.map_or(Ok(()), Err)
    }
}

impl Book for Files {
    fn input(&self) -> Result<impl BufRead + use<>, BookFault> {
        let file = File::open(&self.input).map_err(|_| BookFault::NoInput)?;
        let is_file = file.metadata().is_ok_and(|about| about.is_file());
        if is_file { Ok(BufReader::with_capacity(CHUNK, file)) } else { Err(BookFault::NoInput) }
    }

    fn begin(&mut self) -> Result<(), BookFault> {
        self.folder.make(&self.name)?;
        self.folder.make(&self.notes_name()).inspect_err(|_| self.folder.remove(&self.name))?;
        self.open()?;
        self.hash = Some(Context::new(&SHA256));
        Ok(())
    }

    fn carry_on(&mut self) -> Result<(), BookFault> {
        self.open()?;
        self.hash = None;
        self.folder.remove(&self.new_name());
        self.report.iter().chain(&self.notes).try_for_each(|file| cut_torn(file).map_err(BookFault::from))
    }

    fn report(&self) -> Result<impl BufRead + use<>, BookFault> {
        from_start(self.report.as_ref())
    }

    fn notes(&self) -> Result<impl BufRead + use<>, BookFault> {
        from_start(self.notes.as_ref())
    }

    fn write(&mut self, lines: &[Drawn]) -> Result<(), BookFault> {
        self.failed.map_or(Ok(()), Err)?;
        self.text.clear();
        self.text.extend(lines.iter().map(Drawn::as_str));
        // Of a write that failed nobody knows how much is there.
        let hash = self.hash.take();
        append(self.written(), &self.text)?;
        self.wrote(self.text.len())?;
        self.hash = hash.map(|mut hash| {
            hash.update(self.text.as_bytes());
            hash
        });
        Ok(())
    }

    fn note(&mut self, lines: &str, durable: bool) -> Result<(), BookFault> {
        append(self.notes.as_ref(), lines)?;
        match &self.notes {
            Some(notes) if durable => Ok(notes.sync_data()?),
            _ => Ok(()),
        }
    }

    fn rewrite(&mut self) -> Result<(), BookFault> {
        self.arrived()?;
        self.new = Some(self.folder.make(&self.new_name())?);
        self.hash = None;
        Ok(())
    }

    fn replaced(&mut self) -> Result<(), BookFault> {
        let Some(new) = self.new.take() else { return Ok(()) };
        self.arrived()?;
        new.sync_all()?;
        self.folder.rename(&self.new_name(), &self.name)?;
        self.folder.sync()?;
        self.report = Some(self.folder.open_to_append(&self.name)?);
        Ok(())
    }

    fn seal(&mut self) -> Result<String, BookFault> {
        self.arrived()?;
        if let Some(report) = &self.report {
            report.sync_all()?;
        }
        let hash = self.hash.take().map_or_else(|| hash_of(self.report.as_ref()), Ok)?;
        Ok(to_hex(hash.finish().as_ref()))
    }
}

fn hash_of(file: Option<&File>) -> Result<Context, BookFault> {
    let mut reader = from_start(file)?;
    let (mut hash, mut chunk) = (Context::new(&SHA256), vec![0; CHUNK]);
    loop {
        match reader.read(&mut chunk)? {
            0 => return Ok(hash),
            count => hash.update(chunk.get(..count).unwrap_or_default()),
        }
    }
}

/// A reader of its own: it shares its place in the file with the writer, which only ever appends.
fn from_start(file: Option<&File>) -> Result<BufReader<File>, BookFault> {
    let mut file = file.ok_or(BookFault::NoReport)?.try_clone()?;
    file.seek(SeekFrom::Start(0))?;
    Ok(BufReader::with_capacity(CHUNK, file))
}

fn append(file: Option<&File>, text: &str) -> Result<(), BookFault> {
    let mut file = file.ok_or(BookFault::NoReport)?;
    Ok(file.write_all(text.as_bytes())?)
}

/// Cuts off what stands behind the last line feed: a line whose writing was interrupted.
fn cut_torn(mut file: &File) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut end = length;
    let mut chunk = vec![0; CHUNK];
    while end > 0 {
        let start = end.saturating_sub(CHUNK as u64);
        let part = usize::try_from(end - start).unwrap_or_default();
        file.seek(SeekFrom::Start(start))?;
        let read = chunk.get_mut(..part).unwrap_or_default();
        file.read_exact(read)?;
        if let Some(place) = read.iter().rposition(|byte| *byte == b'\n') {
            end = start + place as u64 + 1;
            break;
        }
        end = start;
    }
    if end < length { file.set_len(end) } else { Ok(()) }
}

impl From<DiskFault> for BookFault {
    fn from(fault: DiskFault) -> Self {
        match fault {
            DiskFault::Exists => Self::Exists,
            DiskFault::Owner | DiskFault::Mode | DiskFault::NotAFile => Self::Unsafe,
            DiskFault::Missing | DiskFault::Denied | DiskFault::ReadOnly => Self::NoFolder,
            DiskFault::Full => Self::Full,
            DiskFault::Busy => Self::Busy,
            DiskFault::Other => Self::Disk,
        }
    }
}

impl From<io::Error> for BookFault {
    fn from(error: io::Error) -> Self {
        DiskFault::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::secret::Masked;

    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        /// With a report that was begun.
        fn begun() -> (Self, Files) {
            let place = Self::new();
            let mut files = place.files();
            files.begin().unwrap();
            (place, files)
        }

        fn files(&self) -> Files {
            Files::new(&self.0.path().join("in.csv"), &self.0.path().join("out.csv")).unwrap()
        }

        fn read(&self, name: &str) -> String {
            std::fs::read_to_string(self.0.path().join(name)).unwrap()
        }
    }

    fn line(text: &str) -> Drawn {
        torn(text).ended()
    }

    fn torn(text: &str) -> Drawn {
        Drawn::from(&Masked::ours(text))
    }

    fn all(mut reader: impl BufRead) -> String {
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn report_and_notes_are_ours_alone_and_never_there_before() {
        let place = Place::new();
        place.files().begin().unwrap();
        for name in ["out.csv", "out.csv.progress"] {
            let mode = std::fs::metadata(place.0.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        assert_eq!(place.files().begin(), Err(BookFault::Exists));
        std::fs::remove_file(place.0.path().join("out.csv")).unwrap();
        assert_eq!(place.files().begin(), Err(BookFault::Exists), "the notes of another run");
        assert!(!place.0.path().join("out.csv").exists(), "and no report is left without notes");
    }

    #[test]
    fn a_link_is_not_written_through() {
        let place = Place::new();
        symlink(place.0.path().join("elsewhere"), place.0.path().join("out.csv")).unwrap();
        assert_eq!(place.files().begin(), Err(BookFault::Exists));
        assert_eq!(place.files().carry_on(), Err(BookFault::Unsafe));
        assert!(!place.0.path().join("elsewhere").exists());
    }

    #[test]
    fn a_torn_line_is_cut_off_and_what_follows_is_appended() {
        let (place, mut files) = Place::begun();
        files.write(&[line("one")]).unwrap();
        files.write(&[line("two")]).unwrap();
        files.write(&[torn("thr")]).unwrap();
        files.note("1\n2", true).unwrap();
        drop(files);
        let mut files = place.files();
        files.carry_on().unwrap();
        assert_eq!(
            (all(files.report().unwrap()), all(files.notes().unwrap())),
            ("one\ntwo\n".into(), "1\n".into())
        );
        files.write(&[line("three")]).unwrap();
        assert_eq!(place.read("out.csv"), "one\ntwo\nthree\n");
        assert_eq!(files.seal().unwrap(), SEAL);
    }

    #[test]
    fn after_a_write_that_failed_the_seal_is_of_what_arrived_all_the_same() {
        let (place, mut files) = Place::begun();
        files.write(&[line("one")]).unwrap();
        let read_only = File::open(place.0.path().join("out.csv")).unwrap();
        let report = files.report.replace(read_only);
        assert!(files.write(&[line("two")]).is_err());
        files.report = report;
        append(files.report.as_ref(), "two\n").unwrap();
        files.write(&[line("three")]).unwrap();
        assert_eq!(files.seal(), Ok(SEAL.into()));
    }

    #[test]
    fn a_disk_that_failed_meanwhile_is_told_by_the_next_lines_or_the_seal() {
        let failing = || Ahead::with(|| Err(rustix::io::Errno::NOSPC.into())).ok();
        let long = [line(&"x".repeat(5 * 1024 * 1024))];
        let (_place, mut files) = Place::begun();
        files.ahead = failing();
        files.write(&long).unwrap();
        assert_eq!(files.seal(), Err(BookFault::Full));

        let (_place, mut files) = Place::begun();
        files.ahead = failing();
        let told = std::iter::repeat_with(|| files.write(&long)).take(100).find_map(Result::err);
        assert_eq!((told, files.seal()), (Some(BookFault::Full), Err(BookFault::Full)));
        assert_eq!(files.seal(), Err(BookFault::Full), "nor is it forgotten then");
        assert_eq!(files.write(&[line("more")]), Err(BookFault::Full));
    }

    #[test]
    fn no_report_takes_the_place_of_another_before_the_disk_has_it() {
        let failed = || {
            let mut ahead = Ahead::with(|| Err(rustix::io::Errno::NOSPC.into())).unwrap();
            while ahead.wrote(5 * 1024 * 1024) {}
            Some(ahead)
        };
        let (_place, mut files) = Place::begun();
        files.ahead = failed();
        assert_eq!(files.rewrite(), Err(BookFault::Full));

        let (place, mut files) = Place::begun();
        files.write(&[line("old")]).unwrap();
        files.rewrite().unwrap();
        files.ahead = failed();
        assert_eq!(files.replaced(), Err(BookFault::Full));
        assert_eq!(place.read("out.csv"), "old\n");
    }

    /// `printf 'one\ntwo\nthree\n' | sha256sum`
    const SEAL: &str = "b6285c57e8797db5d4c51c80d6f11938afda9b11c6a003549709189e9b4b92a2";

    #[test]
    fn the_seal_is_of_the_whole_report_however_it_came_about() {
        let (_place, mut files) = Place::begun();
        files.write(&[line("one"), line("two")]).unwrap();
        files.write(&[line("three")]).unwrap();
        assert_eq!((files.seal(), files.seal()), (Ok(SEAL.into()), Ok(SEAL.into())));

        let (_place, mut files) = Place::begun();
        files.write(&[line("of the old report")]).unwrap();
        files.rewrite().unwrap();
        files.write(&[line("one")]).unwrap();
        files.replaced().unwrap();
        files.write(&[line("two"), line("three")]).unwrap();
        assert_eq!(files.seal(), Ok(SEAL.into()));
    }

    #[test]
    fn a_report_without_a_whole_line_is_empty_again_however_long_the_torn_one_was() {
        let (place, mut files) = Place::begun();
        files.write(&[torn(&"x".repeat(3 * CHUNK + 7))]).unwrap();
        drop(files);
        let mut files = place.files();
        files.carry_on().unwrap();
        assert_eq!(place.read("out.csv"), "");
    }

    #[test]
    fn one_batch_at_a_time_writes_a_report() {
        let place = Place::new();
        let mut first = place.files();
        first.begin().unwrap();
        assert_eq!(place.files().carry_on(), Err(BookFault::Busy));
        drop(first);
        assert_eq!(place.files().carry_on(), Ok(()));
    }

    #[test]
    fn a_new_report_takes_the_old_ones_place_when_it_is_whole() {
        let (place, mut files) = Place::begun();
        files.write(&[line("old")]).unwrap();
        files.rewrite().unwrap();
        files.write(&[line("new")]).unwrap();
        assert_eq!(place.read("out.csv"), "old\n");
        files.replaced().unwrap();
        files.write(&[line("more")]).unwrap();
        assert_eq!(place.read("out.csv"), "new\nmore\n");
    }

    #[test]
    fn what_is_not_there_is_told_apart() {
        let place = Place::new();
        assert!(matches!(place.files().input().err(), Some(BookFault::NoInput)));
        assert_eq!(place.files().carry_on(), Err(BookFault::NoReport));
        let nowhere = Files::new(Path::new("x"), &place.0.path().join("nowhere/out.csv"));
        assert_eq!(nowhere.err(), Some(BookFault::NoFolder));
    }
}
