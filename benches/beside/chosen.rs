//! What the words of the command line ask for: measures, peers, or nothing, which is every measure of ours and the floor.

use std::path::{Path, PathBuf};

use crate::measures::{ALL, Measure};
use crate::peers::{KNOWN, Peer};

/// What is to be measured, and beside whom.
pub struct Chosen {
    pub measures: Vec<&'static Measure>,
    pub peers: Vec<Peer>,
}

impl Chosen {
    pub fn of(words: &[String]) -> Result<Self, String> {
        let mut chosen = Self { measures: Vec::new(), peers: Vec::new() };
        // Cargo adds `--bench`.
        for word in words.iter().filter(|word| *word != "--bench") {
            match ALL.iter().find(|measure| measure.word == word) {
                Some(measure) => chosen.measures.push(measure),
                None => chosen.peers.push(peer(word)?),
            }
        }
        if chosen.measures.is_empty() {
            chosen.measures.extend(&ALL);
        }
        Ok(chosen)
    }
}

/// `NAME` on the path, or `NAME=/path/to/it`.
fn peer(word: &str) -> Result<Peer, String> {
    let (name, path) = word.split_once('=').map_or((word, None), |(name, path)| (name, Some(path)));
    let known = KNOWN.iter().find(|known| **known == name).ok_or_else(|| unknown(word))?;
    let path = match path {
        Some(path) => std::path::absolute(path).ok().filter(|path| path.is_file()),
        None => on_path(name),
    };
    let path =
        path.ok_or_else(|| format!("{name} is not there; put it on PATH or say {name}=/path/to/it"))?;
    Ok(Peer { name: known, path })
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| Path::is_file(file))
}

fn unknown(word: &str) -> String {
    let measures: Vec<&str> = ALL.iter().map(|measure| measure.word).collect();
    format!("{word} is neither a measure ({}) nor a peer ({})", measures.join(", "), KNOWN.join(", "))
}
