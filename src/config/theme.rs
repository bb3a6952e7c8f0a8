//! The theme that the config names: a built-in one, or a file beside the config, read and judged at the start.

use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use toml::de::DeValue;

use super::document::{Document, Section, Wrong, wrong};
use super::fault::shown;
use super::{file, names, schema};
use crate::theme::{self, Fault, NAMES, Subject, Theme, Themes};

/// The longest theme that is read, in bytes.
const LONGEST: u64 = 64 * 1024;
const OTHERS_WRITE: u32 = 0o002;

const MEND: &str = "write \"dark\", \"light\", \"high-contrast\" or the name of a file beside the config";

/// The name of the theme and all that there are.
pub(super) fn read<'a>(document: &mut Document<'a>, at: &Section<'a>) -> (String, Themes) {
    let folder = document.folder();
    let standard = theme::DARK.to_owned();
    let name = document.value(at, "theme", (standard, "\"dark\""), |value| chosen(folder, value));
    if NAMES.contains(&name.as_str()) {
        return (name, Themes::default());
    }
    match own(&folder.join(&name)) {
        Ok(theme) => {
            let themes = Themes::with(&name, theme);
            (name, themes)
        }
        Err(sentence) => {
            document.refuse_whole(sentence);
            (name, Themes::default())
        }
    }
}

/// A plain name, so that nothing outside of the folder is read.
fn chosen(folder: &Path, value: &DeValue<'_>) -> Result<String, Wrong> {
    let name = schema::text(value)?;
    let is_plain = !name.is_empty() && !name.contains(['/', '\0']) && !name.starts_with('.');
    if NAMES.contains(&name) || (is_plain && folder.join(name).is_file()) {
        return Ok(name.to_owned());
    }
    Err(wrong("is no theme", MEND))
}

fn own(path: &Path) -> Result<Theme, String> {
    let file = shown(path);
    let text = contents(path).map_err(|kind| match kind {
        ErrorKind::PermissionDenied => format!(
            "the theme {file} may not be read, or every user of this machine may change it; mend that with chmod u+r,o-w {file}"
        ),
        ErrorKind::InvalidData => format!("the theme {file} is not UTF-8; save it as UTF-8"),
        _ => format!("the theme {file} cannot be read; check that it is a file of at most 64 KiB"),
    })?;
    // Without a base of its own it changes the dark one.
    theme::read(&text, Themes::default().find(theme::DARK).clone()).map_err(|fault| sentence(&file, fault))
}

fn contents(path: &Path) -> Result<String, ErrorKind> {
    let mut file = file::open(path)?;
    let about = file.metadata().map_err(|error| error.kind())?;
    if about.mode() & OTHERS_WRITE != 0 {
        return Err(ErrorKind::PermissionDenied);
    }
    if !about.is_file() || about.len() > LONGEST {
        return Err(ErrorKind::FileTooLarge);
    }
    let mut text = String::new();
    file.by_ref().take(LONGEST).read_to_string(&mut text).map_err(|error| error.kind())?;
    Ok(text)
}

/// `SUBJECT in line N of FILE WHAT; MEND`, as of the config itself.
fn sentence(file: &str, fault: Fault) -> String {
    let Fault { line, subject, what, mend } = fault;
    match subject {
        Subject::Column(column) => format!("column {column} in line {line} of {file} {what}; {mend}"),
        Subject::Known(name) => format!("`{name}` in line {line} of {file} {what}; {mend}"),
        Subject::Unknown(name, known) => {
            let subject = if names::is_quotable(&name) {
                format!("unknown name `{name}`")
            } else {
                "an unknown name".into()
            };
            let mend = match names::nearest(&name, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known there: {}", known.join(", ")),
            };
            format!("{subject} in line {line} of {file}; {mend}")
        }
    }
}
