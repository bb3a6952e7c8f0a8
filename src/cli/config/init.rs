//! `config init`: writes a first config where there is none yet, from answers or as the commented example.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::questions::ask;
use super::{Desk, homeless};
use crate::cli::REFUSED;
use crate::config::{self, Inputs};
use crate::text::clean;

/// What is written where nobody can be asked: the example of the repository.
const EXAMPLE: &str = include_str!("../../../config.example.toml");

pub(super) fn run(inputs: &Inputs, desk: &mut Desk<'_>) -> u8 {
    let Some((path, _)) = config::path(inputs) else { return homeless(desk) };
    let shown = clean(&path.to_string_lossy());
    if path.symlink_metadata().is_ok() {
        return kept(desk, &shown);
    }
    let asked = desk.answers.is_some();
    let text = if asked { ask(inputs, &path, desk) } else { Some(EXAMPLE.to_owned()) };
    let Some(text) = text else {
        desk.complain(
            "nothing was written, since the answers ended early: run `tokenscope config init` again",
        );
        return REFUSED;
    };
    match write(&path, &text) {
        Ok(()) => desk.print(&format!("Wrote {shown}. {}\n", next_step(asked))),
        Err(ErrorKind::AlreadyExists) => kept(desk, &shown),
        Err(kind) => failed(desk, &shown, kind),
    }
}

fn next_step(asked: bool) -> &'static str {
    if asked {
        "`tokenscope` starts with it; `tokenscope config show` shows every value."
    } else {
        "Change it to your merchant and key source, then run `tokenscope config check`."
    }
}

fn kept(desk: &mut Desk<'_>, shown: &str) -> u8 {
    desk.complain(&format!(
        "{shown} is there already and was not touched: change it by hand, or name another with --config"
    ));
    REFUSED
}

fn failed(desk: &mut Desk<'_>, shown: &str, kind: ErrorKind) -> u8 {
    let mend = match kind {
        ErrorKind::StorageFull => "the disk is full: make room and run it again",
        ErrorKind::ReadOnlyFilesystem => "its disk is read-only: name another file with --config",
        _ => "check the mode of its folder, or name another file with --config",
    };
    desk.complain(&format!("{shown} could not be written: {mend}"));
    REFUSED
}

/// A file that only its owner can read from its first byte on, in a folder that only its owner can enter. Half a file is
/// taken away again.
fn write(path: &Path, text: &str) -> Result<(), ErrorKind> {
    let whole = |error: io::Error| error.kind();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(whole)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(whole)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| {
        let _ = std::fs::remove_file(path);
        error.kind()
    })
}
