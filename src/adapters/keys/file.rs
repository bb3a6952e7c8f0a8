//! A key file: closed to everybody but its owner, who is the user or root.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::buffer::KeyBuffer;
use crate::ports::KeyFault;

/// Mode bits of group and others.
const OF_OTHERS: u32 = 0o077;

/// Reads a key file. What is judged is the file that was opened, so a link is judged by its target, and a swap between
/// judging and reading changes nothing.
pub(super) fn read(path: &Path, user: u32) -> Result<KeyBuffer, KeyFault> {
    let mut file = open(path)?;
    let about = file.metadata().map_err(|_| KeyFault::NoFile)?;
    if !about.is_file() {
        return Err(KeyFault::NoFile);
    }
    if about.uid() != user && about.uid() != 0 {
        return Err(KeyFault::WrongOwner);
    }
    if about.mode() & OF_OTHERS != 0 {
        return Err(KeyFault::WrongMode);
    }
    let mut buffer = KeyBuffer::new();
    while fill(&mut file, &mut buffer)? {}
    Ok(buffer)
}

/// Does not wait for a writer, should the path be a pipe, and takes no terminal for ours.
fn open(path: &Path) -> Result<File, KeyFault> {
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let flags = i32::try_from(flags.bits()).map_err(|_| KeyFault::NoFile)?;
    OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|_| KeyFault::NoFile)
}

fn fill(file: &mut File, buffer: &mut KeyBuffer) -> Result<bool, KeyFault> {
    match file.read(buffer.room()?) {
        Ok(0) => Ok(false),
        Ok(count) => {
            buffer.keep(count);
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::Interrupted => Ok(true),
        Err(_) => Err(KeyFault::NoFile),
    }
}
