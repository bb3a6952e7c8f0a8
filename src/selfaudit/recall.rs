//! What the console's process remembers: the search of its memory while a cryptogram is shown, and after it was dropped.
//!
//! The first search is the positive control of the second: it has to find the cryptogram in the screen's cells and the token
//! and the key where they are kept. Tested: through `tests/self_audit.rs`; the search itself in `tests/memory.rs`.

use std::collections::BTreeSet;
use std::time::Duration;

use super::CannotLook;
use super::marker::Markers;
use super::memory::{Form, Found, Needle, scan};
use super::sink::Searched;

/// Looks before a copy that is still there counts as one that stays: about five seconds.
const LOOKS: u32 = 50;

/// Between two looks.
const NAP: Duration = Duration::from_millis(100);

/// The name of the sink.
const SINK: &str = "memory of the console, answer dropped";

/// The search of a console's memory.
pub(super) struct Recall {
    pid: u32,
    needles: Vec<Needle>,
    shown: BTreeSet<String>,
}

impl Recall {
    /// Looks while the cryptogram is revealed.
    pub(super) fn while_revealed(pid: u32, markers: &Markers) -> Result<Self, CannotLook> {
        let needle = |(name, text): &(&str, &String)| Needle::new(name, text.as_bytes());
        let needles: Vec<Needle> = [("cryptogram", &markers.cryptogram), ("token", &markers.token)]
            .iter()
            .filter_map(needle)
            .collect();
        let found = scan(pid, &needles)?;
        let is_on_screen =
            |found: &Found| found.needle == "cryptogram" && matches!(found.form, Form::Cells { .. });
        if !found.iter().any(is_on_screen) {
            return Err(CannotLook::Control("cryptogram in memory"));
        }
        Ok(Self { pid, needles, shown: names(&found) })
    }

    /// Looks until nothing is there any more, or it is clear that something stays.
    pub(super) fn when_dropped(self) -> Result<Searched, CannotLook> {
        let mut found = scan(self.pid, &self.needles)?;
        for _ in 0..LOOKS {
            if found.is_empty() {
                break;
            }
            std::thread::sleep(NAP);
            found = scan(self.pid, &self.needles)?;
        }
        let left = names(&found);
        let of = |name: &'static str| left.contains(name).then_some(name);
        Ok(Searched {
            name: SINK.to_owned(),
            bytes: resident(self.pid)?,
            control: (self.shown.len(), self.needles.len()),
            is_seen: true,
            found: ["cryptogram", "token"].into_iter().filter_map(of).collect(),
        })
    }
}

/// Bytes of the process that are in memory.
fn resident(pid: u32) -> Result<usize, CannotLook> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).map_err(|_| CannotLook::Ended)?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: Option<usize> = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    kib.map(|kib| kib * 1024).ok_or(CannotLook::Ended)
}

fn names(found: &[Found]) -> BTreeSet<String> {
    found.iter().map(|found| found.needle.clone()).collect()
}
