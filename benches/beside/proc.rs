//! What the kernel says of a process: context switches, processor time, memory.

use std::fs;
use std::time::Duration;

/// Voluntary and involuntary context switches of all threads so far.
pub fn switches(pid: u32) -> Option<u64> {
    let counted = |thread: String| {
        let text = fs::read_to_string(thread + "/status").ok()?;
        let counts = text.lines().filter(|line| line.contains("ctxt_switches:"));
        Some(counts.filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok()).sum::<u64>())
    };
    Some(threads(pid)?.filter_map(counted).sum())
}

/// Processor time of all threads so far, to the nanosecond.
pub fn cpu(pid: u32) -> Option<Duration> {
    let spent = |thread: String| {
        let text = fs::read_to_string(thread + "/schedstat").ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    Some(Duration::from_nanos(threads(pid)?.filter_map(spent).sum()))
}

/// Proportional set size in KiB. A process that may not be dumped, as ours, shows it to root alone.
pub fn pss(pid: u32) -> Option<u64> {
    kib(&format!("/proc/{pid}/smaps_rollup"), "Pss:")
}

/// The most that was resident so far, in KiB.
pub fn peak(pid: u32) -> Option<u64> {
    kib(&format!("/proc/{pid}/status"), "VmHWM:")
}

fn kib(file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

fn threads(pid: u32) -> Option<impl Iterator<Item = String>> {
    let folder = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    Some(folder.flatten().map(|entry| entry.path().to_string_lossy().into_owned()))
}
