//! Reports of batches, read where the user says they are.
//!
//! Owns: that a path is a plain file before a byte of it is read, so that a pipe or a device cannot hold anybody up. A report
//! may belong to anybody: nothing of it is believed. Must not know: what a row is. Tested: below.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, fstat, open};
use rustix::io::Errno;

use crate::ports::{Report, ReportFault, Shelf};

/// What is read at once.
const CHUNK: usize = 64 * 1024;

/// Reads reports from the disk.
#[derive(Debug)]
pub struct Reports {
    home: Option<PathBuf>,
}

impl Reports {
    /// `home` is what `~` stands for.
    pub fn new(home: Option<PathBuf>) -> Self {
        Self { home }
    }

    fn path(&self, typed: &str) -> Result<PathBuf, ReportFault> {
        match unquoted(typed.trim()) {
            "" => Err(ReportFault::NoPath),
            "~" => self.home.clone().ok_or(ReportFault::NoHome),
            path => match (path.strip_prefix('~'), &self.home) {
                (None, _) => Ok(PathBuf::from(path)),
                (Some(rest), Some(home)) if rest.starts_with('/') => {
                    Ok(home.join(rest.trim_start_matches('/')))
                }
                (Some(_), _) => Err(ReportFault::NoHome),
            },
        }
    }
}

/// A file that is dragged into a terminal comes in quotes.
fn unquoted(path: &str) -> &str {
    let within = |quote| path.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    within('\'').or_else(|| within('"')).unwrap_or(path)
}

impl Shelf for Reports {
    fn open(&self, typed: &str) -> Result<Box<dyn Report>, ReportFault> {
        let file = plain_file(&self.path(typed)?)?;
        Ok(Box::new(BufReader::with_capacity(CHUNK, file)))
    }
}

/// Without `NONBLOCK` the open itself would wait for whoever writes to a pipe.
fn plain_file(path: &Path) -> Result<std::fs::File, ReportFault> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = open(path, flags, Mode::empty()).map_err(fault)?;
    match FileType::from_raw_mode(fstat(&file).map_err(fault)?.st_mode) {
        FileType::RegularFile => Ok(std::fs::File::from(file)),
        _ => Err(ReportFault::NotAFile),
    }
}

fn fault(errno: Errno) -> ReportFault {
    match errno {
        Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG | Errno::INVAL => ReportFault::Missing,
        Errno::ACCESS | Errno::PERM => ReportFault::Denied,
        Errno::NXIO | Errno::NODEV | Errno::ISDIR => ReportFault::NotAFile,
        _ => ReportFault::Disk,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;
    use crate::adapters::private::Folder;

    fn open_at(folder: &Path, typed: &str) -> Result<String, ReportFault> {
        let mut report = Reports::new(Some(folder.to_owned())).open(typed)?;
        let mut text = String::new();
        report.read_to_string(&mut text).unwrap();
        Ok(text)
    }

    #[test]
    fn a_report_is_found_by_its_whole_path_in_the_home_and_in_quotes() {
        let place = tempfile::tempdir().unwrap();
        let mut file = Folder::anywhere(place.path()).unwrap().make("a b.csv").unwrap();
        file.write_all(b"text").unwrap();
        let whole = place.path().join("a b.csv").display().to_string();
        for typed in
            [whole.as_str(), "~/a b.csv", " ~//a b.csv ", &format!("'{whole}'"), &format!("\"{whole}\"")]
        {
            assert_eq!(open_at(place.path(), typed).as_deref(), Ok("text"), "{typed}");
        }
    }

    #[test]
    fn what_is_no_plain_file_is_refused_at_once() {
        let place = tempfile::tempdir().unwrap();
        let pipe = place.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
        for (typed, wanted) in [
            ("", ReportFault::NoPath),
            ("~/none.csv", ReportFault::Missing),
            ("~other/x.csv", ReportFault::NoHome),
            ("~", ReportFault::NotAFile),
            ("~/pipe", ReportFault::NotAFile),
            ("/dev/null", ReportFault::NotAFile),
            ("a\0b", ReportFault::Missing),
        ] {
            assert_eq!(open_at(place.path(), typed), Err(wanted), "{typed:?}");
        }
        assert_eq!(Reports::new(None).open("~/x").err(), Some(ReportFault::NoHome));
    }
}
