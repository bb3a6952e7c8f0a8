//! Builds `shim.c` and puts it under a process.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Between two looks at a process.
const NAP: Duration = Duration::from_millis(2);

/// After this a process counts as one that hangs. A lock that `SQLite` could not give back costs it ten seconds twice.
const HANGS: Duration = Duration::from_secs(90);

/// What the call that fails says, in the order in which they take turns. `SHORT` does half of a read or a write.
pub(crate) const ERRORS: [&str; 7] = ["EIO", "ENOSPC", "EACCES", "SHORT", "EROFS", "EDQUOT", "EINTR"];

/// Processes at once.
const AT_ONCE: usize = 2;

/// A call of a process to the file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    /// The file, as seen from the folder that is watched.
    pub(crate) on: String,
    pub(crate) failed: bool,
}

/// The number of the call that fails, and what it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) error: &'static str,
}

impl Fault {
    pub(crate) const NONE: Self = Self { at: 0, error: "EIO" };
}

/// The library, built once.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults-shim.so");
        // Other tests may be loading the one that is there.
        let fresh = library.with_extension(std::process::id().to_string());
        let options = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"];
        let built = Command::new("cc").args(options).arg(&fresh).arg(source).arg("-ldl").status().unwrap();
        assert!(built.success(), "the shim does not compile");
        std::fs::rename(fresh, &library).unwrap();
        library
    })
}

/// The environment that makes calls below a folder fail; they are listed in the trace.
pub(crate) fn environment(under: &Path, trace: &Path, fault: Fault) -> Vec<(&'static str, String)> {
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    vec![
        ("LD_PRELOAD", text(library())),
        ("FAULT_UNDER", text(under)),
        ("FAULT_TRACE", text(trace)),
        ("FAULT_AT", fault.at.to_string()),
        ("FAULT_ERRNO", fault.error.to_owned()),
    ]
}

/// The calls that a process made.
pub(crate) fn calls(trace: &Path) -> Vec<Call> {
    let text = std::fs::read_to_string(trace).unwrap_or_default();
    text.lines().map(call).collect()
}

fn call(line: &str) -> Call {
    let (line, failed) = line.strip_suffix(" FAILED").map_or((line, false), |line| (line, true));
    let mut words = line.splitn(3, ' ').skip(1).map(str::to_owned);
    Call { name: words.next().unwrap(), on: words.next().unwrap(), failed }
}

/// A folder of memory where the machine has one: what is waited for here is no disk.
pub(crate) fn room() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Waits for the end of a process; one that hangs is ended.
pub(crate) fn end(mut process: Child) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < HANGS {
        if let Some(status) = process.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(NAP);
    }
    process.kill().unwrap();
    process.wait().unwrap();
    None
}

/// Does something for each fault, some at once, and fails after the last one with those for which it failed. `run` tells
/// whether a sentence was said of the fault; the sum comes back, and is never 0.
pub(crate) fn each(faults: &[Fault], run: impl Fn(Fault) -> bool + Sync) -> usize {
    let (next, told, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match catch_unwind(AssertUnwindSafe(|| run(*fault))) {
                        Ok(is_told) => _ = told.fetch_add(usize::from(is_told), Ordering::Relaxed),
                        Err(_) => failed.lock().unwrap().push(*fault),
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {}: {failed:?}", failed.len(), faults.len());
    let told = told.into_inner();
    assert!(told > 0, "no fault stopped anything: the shim does not reach the calls");
    told
}

/// One fault for each call, the errors in turn; of the calls that give a lock back, the one after the first commit. `SQLite`
/// takes a lock that cannot be given back for that of another program and waits for it: five seconds each.
pub(crate) fn in_turn(calls: &[Call]) -> Vec<Fault> {
    let committed =
        calls.windows(2).position(|two| two[0].on.ends_with("-wal") && waits(&two[1])).map(|at| at + 2);
    let faults = (1..=calls.len()).map(|at| Fault { at, error: ERRORS[at % ERRORS.len()] });
    faults.filter(|fault| Some(fault.at) == committed || !waits(&calls[fault.at - 1])).collect()
}

/// Every error for each call; of the calls that give a lock back, every one and one error.
pub(crate) fn every(calls: &[Call]) -> Vec<Fault> {
    let errors = |call: &Call| if waits(call) { &ERRORS[..1] } else { &ERRORS[..] };
    let faults = |(at, call)| errors(call).iter().map(move |error| Fault { at: at + 1, error });
    calls.iter().enumerate().flat_map(faults).collect()
}

fn waits(call: &Call) -> bool {
    call.name == "unlock"
}

/// How many calls there were of which kind.
pub(crate) fn tally(calls: &[Call]) -> String {
    let mut kinds = BTreeMap::new();
    for call in calls {
        *kinds.entry(call.name.as_str()).or_insert(0) += 1;
    }
    kinds.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
}
