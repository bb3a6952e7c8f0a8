//! What the kernel says of a process: state, processor time, context switches, limits. Linux only.

use std::fs;
use std::time::{Duration, Instant};

use super::{DEADLINE, eventually};

/// `/proc` counts in hundredths of a second on every architecture that Rust runs on (`USER_HZ`).
const MILLIS_PER_TICK: u64 = 10;

/// The state letter of `/proc/PID/stat`: `R`, `S`, `T` stopped, `Z` dead and not yet waited for; `None`
/// when the process is gone altogether.
pub fn state(pid: u32) -> Option<char> {
    stat_fields(pid)?.first()?.chars().next()
}

/// Waits until the process is in that state.
pub fn wait_state(pid: u32, wanted: char) {
    eventually(&format!("process state {wanted}"), || (state(pid)? == wanted).then_some(()));
}

/// Waits until the process is dead but not reaped, so that its counters can still be read, and tells how
/// long that took.
pub fn wait_dead(pid: u32) -> Duration {
    let start = Instant::now();
    while state(pid).is_some_and(|letter| letter != 'Z') {
        assert!(start.elapsed() < DEADLINE, "process {pid} does not end");
        std::thread::sleep(Duration::from_millis(2));
    }
    start.elapsed()
}

/// User and system time of all threads so far.
pub fn cpu(pid: u32) -> Duration {
    let fields = stat_fields(pid).expect("the process is there");
    let ticks: u64 = fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * MILLIS_PER_TICK)
}

/// Voluntary and involuntary context switches of all threads so far.
pub fn context_switches(pid: u32) -> u64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("the process is there");
    threads.flatten().map(|thread| switches_of(&thread.path().join("status"))).sum()
}

/// Waits until nothing of the process has run for a quarter of a second: two readings of its switches are equal.
///
/// Load cannot make a sleeping process switch, so what it does later on it does by itself.
pub fn wait_rest(pid: u32) {
    eventually("rest", || {
        let before = context_switches(pid);
        std::thread::sleep(Duration::from_millis(250));
        (context_switches(pid) == before).then_some(())
    });
}

/// The most memory that the process had so far, in KiB.
pub fn peak(pid: u32) -> u64 {
    kib(pid, "VmHWM:").expect("the process is there")
}

/// A line of `/proc/PID/status` that counts KiB; `None` once the process has ended.
pub fn kib(pid: u32, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Context switches so far of the thread with this name; `None` while it is at work or not there.
pub fn thread_switches(pid: u32, name: &str) -> Option<u64> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?.flatten().map(|thread| thread.path());
    let is_named = |path: &std::path::PathBuf| {
        fs::read_to_string(path.join("comm")).is_ok_and(|found| found.trim_end() == name)
    };
    let status = threads.into_iter().find(is_named)?.join("status");
    let sleeps = fs::read_to_string(&status).ok()?.lines().any(|line| line.starts_with("State:\tS"));
    sleeps.then(|| switches_of(&status))
}

fn switches_of(status: &std::path::Path) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let counts = text.lines().filter(|line| line.contains("ctxt_switches:"));
    counts.filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok()).sum()
}

/// The line of `/proc/PID/limits` that starts with `name`, its columns split.
pub fn limit(pid: u32, name: &str) -> Vec<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/limits")).expect("limits are readable");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("the limit is listed");
    line.split_whitespace().map(str::to_owned).collect()
}

/// The fields of `/proc/PID/stat` from the state on; the name before them may hold anything.
fn stat_fields(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}
