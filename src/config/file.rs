//! Finds and opens the config file, and judges who could have written it.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::fault::{ConfigFault, shown};
use super::inputs::{CONFIG_VARIABLE, Inputs};
use super::origin::Origin;

/// The longest config that is read; a longer file is not one.
const LONGEST: u64 = 256 * 1024;
const OTHERS_WRITE: u32 = 0o002;
const GROUP_WRITES: u32 = 0o020;

/// A config file, read whole.
pub(super) struct ConfigFile {
    pub(super) path: PathBuf,
    pub(super) origin: Origin,
    /// Wiped, for somebody may have written a key into it.
    pub(super) text: Zeroizing<String>,
    pub(super) group_writes: bool,
}

impl ConfigFile {
    /// A text that is to become the file at `path`.
    pub(super) fn of_text(path: &Path, text: &str) -> Self {
        let text = Zeroizing::new(text.to_owned());
        Self { path: path.to_owned(), origin: Origin::Default, text, group_writes: false }
    }
}

/// Which file is read, and who said so.
pub(super) fn path(inputs: &Inputs) -> Option<(PathBuf, Origin)> {
    if let Some(path) = &inputs.options.config {
        return Some((path.clone(), Origin::Option("--config")));
    }
    if let Some(path) = inputs.variable(CONFIG_VARIABLE) {
        return Some((PathBuf::from(path), Origin::Environment(CONFIG_VARIABLE)));
    }
    let folder = inputs.folders.config.as_ref()?;
    Some((folder.join("config.toml"), Origin::Default))
}

/// Reads the config file; `None` where none was named and none lies in the config folder.
pub(super) fn find(inputs: &Inputs) -> Result<Option<ConfigFile>, ConfigFault> {
    let Some((path, origin)) = path(inputs) else { return Ok(None) };
    let mut file = match open(&path) {
        Ok(file) => file,
        Err(ErrorKind::NotFound) if origin == Origin::Default => return Ok(None),
        Err(kind) => return Err(unreadable(&path, &origin, kind)),
    };
    let about = file.metadata().map_err(|error| unreadable(&path, &origin, error.kind()))?;
    judge(&path, &about, inputs.user)?;
    let text = read(&path, &origin, &mut file)?;
    Ok(Some(ConfigFile { path, origin, text, group_writes: about.mode() & GROUP_WRITES != 0 }))
}

/// Does not wait for a writer, should the path be a pipe.
pub(super) fn open(path: &Path) -> Result<File, ErrorKind> {
    let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or(0);
    OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|error| error.kind())
}

fn unreadable(path: &Path, origin: &Origin, kind: ErrorKind) -> ConfigFault {
    let file = shown(path);
    let named = match origin {
        Origin::Option(name) | Origin::Environment(name) => format!(", which {name} names,"),
        Origin::File { .. } | Origin::Default => String::new(),
    };
    ConfigFault::whole(match kind {
        ErrorKind::NotFound => {
            format!(
                "the config {file}{named} is not there; name another, or make it with `tokenscope config init`"
            )
        }
        ErrorKind::PermissionDenied => {
            format!("the config {file}{named} may not be read by you; make it readable with chmod u+r {file}")
        }
        _ => format!("the config {file}{named} cannot be read; check that it is a file on a disk that works"),
    })
}

fn judge(path: &Path, about: &Metadata, user: u32) -> Result<(), ConfigFault> {
    let file = shown(path);
    let sentence = if !about.is_file() {
        format!("the config {file} is not a file; name a file with --config")
    } else if about.len() > LONGEST {
        format!("the config {file} is longer than 256 KiB, so it is not a config; name another with --config")
    } else if about.uid() != user && about.uid() != 0 {
        format!(
            "the config {file} belongs to another user, who could change where your key goes; copy it and name the copy with --config"
        )
    } else if about.mode() & OTHERS_WRITE != 0 {
        format!(
            "the config {file} can be changed by every user of this machine; take that right away with chmod o-w {file}"
        )
    } else {
        return Ok(());
    };
    Err(ConfigFault::whole(sentence))
}

fn read(path: &Path, origin: &Origin, file: &mut File) -> Result<Zeroizing<String>, ConfigFault> {
    // Its size and not the most that is taken: what is taken has to be wiped again.
    let size = file.metadata().map_or(0, |about| about.len().min(LONGEST));
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1));
    file.take(LONGEST).read_to_end(&mut bytes).map_err(|error| unreadable(path, origin, error.kind()))?;
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => return Err(not_text(path, &bytes, error.valid_up_to())),
    };
    Ok(Zeroizing::new(text.to_owned()))
}

fn not_text(path: &Path, bytes: &[u8], good: usize) -> ConfigFault {
    let line = 1 + bytes.iter().take(good).filter(|byte| **byte == b'\n').count();
    ConfigFault::at(path, line, "a character", "is not UTF-8", "save the file as UTF-8")
}
