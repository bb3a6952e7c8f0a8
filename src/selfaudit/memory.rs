//! The search of another process's memory for copies of known texts.
//!
//! Owns: which maps are looked at (`maps`), how a copy may be laid out (`search`), and that a look which failed is never
//! taken for a clean one. Must not know: what the texts mean. It reads `/proc/PID/maps` and `/proc/PID/mem` and stops
//! nothing, so the process goes on meanwhile: who wants to know that a copy is gone looks more than once. Not looked at:
//! registers, and what the kernel holds (pipes, sockets, the queue of the terminal). Tested: the parts in their files, the
//! whole in `tests/memory.rs`, against processes with a known memory and against the console.

mod maps;
mod search;

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use rustix::io::Errno;

use maps::Map;
use search::Search;

pub use search::Form;

/// Bytes that are read at once.
const CHUNK: u64 = 1024 * 1024;

/// How often a look is begun anew that met a map which was gone by the time it was read.
const TRIES: usize = 8;

/// A text, or bytes, to look for.
pub struct Needle {
    name: String,
    text: Vec<u8>,
}

impl Needle {
    /// A text and what it is called; `None` where it is too short to be told from chance.
    pub fn new(name: &str, text: impl AsRef<[u8]>) -> Option<Self> {
        let text = text.as_ref().to_vec();
        (text.len() >= search::SHORTEST_TEXT).then(|| Self { name: name.to_owned(), text })
    }
}

/// A copy, whole or in part. It says where and in which form, never what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What the text is called.
    pub needle: String,
    /// How it lies there.
    pub form: Form,
    /// How many characters of it, one after the other.
    pub length: usize,
    /// The map, as the kernel names it; `anonymous` where it has no name.
    pub map: String,
    /// The address of its first character, or of one of the three behind that.
    pub address: u64,
}

/// Why nothing can be said of a process's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotLook {
    /// There is no such process, or no `/proc`.
    #[error(
        "the memory was not looked at: there is no such process here; check that it still runs, on Linux"
    )]
    NoProcess,
    /// The kernel does not let us.
    #[error(
        "the memory was not looked at: the process does not let this user read it; look as root, or where kernel.yama.ptrace_scope is 0 or 1"
    )]
    Forbidden,
    /// A map could not be read to its end.
    #[error(
        "the memory was not looked at whole: a part of it could not be read; look again while it is at rest"
    )]
    Unreadable,
}

/// Looks for all copies of the needles.
pub fn scan(pid: u32, needles: &[Needle]) -> Result<Vec<Found>, CannotLook> {
    let search = Search::of(needles);
    let mut last = CannotLook::Unreadable;
    for _ in 0..TRIES {
        match look(pid, &search) {
            Err(CannotLook::Unreadable) => last = CannotLook::Unreadable,
            ended => return ended,
        }
    }
    Err(last)
}

fn look(pid: u32, search: &Search<'_>) -> Result<Vec<Found>, CannotLook> {
    let maps = maps::of(pid).map_err(|error| refused(&error))?;
    // A process that has ended and was not waited for has none.
    if maps.is_empty() {
        return Err(CannotLook::NoProcess);
    }
    let memory = File::open(format!("/proc/{pid}/mem")).map_err(|error| refused(&error))?;
    let mut found = Vec::new();
    for map in &maps {
        look_into(map, &memory, search, &mut found)?;
    }
    Ok(found)
}

/// Reads a map chunk by chunk, each with so much of its neighbours that no copy is cut.
fn look_into(
    map: &Map,
    memory: &File,
    search: &Search<'_>,
    found: &mut Vec<Found>,
) -> Result<(), CannotLook> {
    let (reach, mut from) = (search.reach(), map.from);
    while from < map.to {
        let to = map.to.min(from + CHUNK);
        let start = map.from.max(from.saturating_sub(reach));
        let bytes = read(memory, start, map.to.min(to + reach))?;
        let place = |address: u64| usize::try_from(address - start).unwrap_or(usize::MAX);
        search.each(&bytes, place(from)..place(to), |hit| {
            found.push(Found {
                needle: hit.needle.name.clone(),
                form: hit.form,
                length: hit.length,
                map: map.name.clone(),
                address: start + u64::try_from(hit.at).unwrap_or_default(),
            });
        });
        from = to;
    }
    Ok(())
}

fn read(memory: &File, from: u64, to: u64) -> Result<Vec<u8>, CannotLook> {
    let mut bytes = vec![0; usize::try_from(to - from).unwrap_or_default()];
    memory.read_exact_at(&mut bytes, from).map_err(|error| refused(&error))?;
    Ok(bytes)
}

fn refused(error: &io::Error) -> CannotLook {
    match error.kind() {
        _ if error.raw_os_error() == Some(Errno::SRCH.raw_os_error()) => CannotLook::NoProcess,
        io::ErrorKind::NotFound => CannotLook::NoProcess,
        io::ErrorKind::PermissionDenied => CannotLook::Forbidden,
        _ => CannotLook::Unreadable,
    }
}
