//! `config init`: writes the commented example where there is no config yet.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::cli::{REFUSED, complain, print};
use crate::config::{self, Inputs};
use crate::text::clean;

/// What is written: the example of the repository.
const EXAMPLE: &str = include_str!("../../config.example.toml");

pub(super) fn run(inputs: &Inputs) -> u8 {
    let Some((path, _)) = config::path(inputs) else {
        complain("there is no home folder to keep a config in: name a file with --config");
        return REFUSED;
    };
    let shown = clean(&path.to_string_lossy());
    match write(&path) {
        Ok(()) => print(&format!(
            "Wrote {shown}. Change it to your merchant and key source, then run `tokenscope config check`.\n"
        )),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            complain(&format!(
                "{shown} is there already and was not touched: change it by hand, or name another with --config"
            ));
            REFUSED
        }
        Err(_) => {
            complain(&format!(
                "{shown} could not be written: check the mode of its folder, or name another file with --config"
            ));
            REFUSED
        }
    }
}

/// A file that only its owner can read from its first byte on, in a folder that only its owner can enter.
fn write(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let nofollow = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).custom_flags(nofollow).open(path)?;
    file.write_all(EXAMPLE.as_bytes())?;
    file.sync_all()
}
