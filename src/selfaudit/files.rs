//! Every file that is left in the home, whoever made it.

use std::path::{Path, PathBuf};

use super::sink::{Searched, Sink};
use super::{CannotLook, Scene};

/// Kinds of files by a part of their path, and whether they tell of the call.
const KINDS: [(&str, &str, bool); 5] = [
    ("history.db", "history database, with its log", true),
    ("/exports/", "exports", true),
    ("tokenscope.log", "log at level trace", true),
    ("config.toml", "config", false),
    ("", "every other file", false),
];

/// Reads all files but those that the audit planted, kind by kind.
pub(super) fn run(scene: &Scene) -> Result<Vec<Searched>, CannotLook> {
    let Scene { house, markers, .. } = scene;
    let mut kinds: Vec<Vec<u8>> = vec![Vec::new(); KINDS.len()];
    for path in below(house.home())?.iter().filter(|path| !house.planted().contains(path)) {
        let name = path.to_string_lossy();
        let kind = KINDS.iter().position(|(part, ..)| name.contains(part)).unwrap_or_default();
        let bytes = std::fs::read(path).map_err(|_| CannotLook::Step("read a file of the home"))?;
        if let Some(all) = kinds.get_mut(kind) {
            all.extend(format!("{name}\n").bytes().chain(bytes));
        }
    }
    let sink = |(bytes, (_, name, tells)): (Vec<u8>, (&str, &str, bool))| {
        if tells { Sink::holding(name, bytes, &markers.reference) } else { Sink::of(name, bytes) }
    };
    Ok(scene.search(&kinds.into_iter().zip(KINDS).map(sink).collect::<Vec<_>>()))
}

fn below(folder: &Path) -> Result<Vec<PathBuf>, CannotLook> {
    let fault = |_| CannotLook::Step("read the home folder");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.is_dir() { all.extend(below(&path)?) } else { all.push(path) }
    }
    Ok(all)
}
