//! Exports: one file a document, in a folder of ours or one that the user names.
//!
//! Owns: the name of the file (time and a random part only, nothing of the data), and that it appears whole or not at all.
//! Must not know: what stands in the document; it is masked already. Tested: `tests/adapters_export.rs`, on real folders.

use std::path::PathBuf;

use super::private::{DiskFault, Folder, Turn, random_hex};
use crate::domain::calendar::Stamp;
use crate::ports::{ExportFault, ExportForm, Exporter};
use crate::secret::Masked;

/// How often another random part is tried where a name is taken.
const TRIES: u32 = 3;

/// Writes into one folder.
#[derive(Debug, Clone)]
pub struct Export {
    folder: PathBuf,
}

impl Export {
    /// Exports into this folder, which is made at the first export where it is missing.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

impl Exporter for Export {
    fn write(&self, text: &Masked, form: ExportForm, at: Stamp) -> Result<PathBuf, ExportFault> {
        // Opened anew each time: what was safe at the start may not be by now.
        let folder = Folder::readable(&self.folder)?;
        // Others may look into the folder, so somebody may hold it for good; then nothing is swept.
        let turn = folder.turn().ok().filter(Turn::is_ours);
        if turn.is_some() {
            folder.sweep();
        }
        let text = text.text();
        for _ in 0..TRIES {
            let name = name(form, at)?;
            match folder.write_new(&name, text.as_bytes()) {
                Err(DiskFault::Exists) => {}
                Err(fault) => return Err(fault.into()),
                Ok(()) => return Ok(folder.path().join(name)),
            }
        }
        Err(ExportFault::Disk)
    }
}

/// `tokenscope-20261123T182005Z-1f0c9a4e.md`
fn name(form: ExportForm, at: Stamp) -> Result<String, DiskFault> {
    let time: String = at.utc().chars().filter(char::is_ascii_alphanumeric).collect();
    Ok(format!("tokenscope-{time}-{}.{}", random_hex::<4>()?, form.ending()))
}

impl From<DiskFault> for ExportFault {
    fn from(fault: DiskFault) -> Self {
        match fault {
            DiskFault::Owner | DiskFault::Mode => Self::Unsafe,
            DiskFault::Missing | DiskFault::Denied | DiskFault::ReadOnly | DiskFault::NotAFile => {
                Self::NoFolder
            }
            DiskFault::Full => Self::Full,
            DiskFault::Exists | DiskFault::Busy | DiskFault::Other => Self::Disk,
        }
    }
}
