//! The tracer: runs a program with a breakpoint on each of its functions, and writes down where the first call of each was.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::Command;

use nix::libc::PTRACE_EVENT_EXEC;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::order::functions;

/// The instruction of a breakpoint.
const BREAKPOINT: [u8; 1] = [0xcc];

/// Stops, and becomes what it is told once it is let go.
const HALTED: &str = r#"kill -STOP $$; exec "$0" "$@""#;

/// A program, and what stood where its breakpoints are.
struct Traced {
    memory: File,
    base: u64,
    /// By address: the byte that was there, and whether the breakpoint still is.
    functions: BTreeMap<u64, ([u8; 1], bool)>,
    out: File,
}

/// Where to write, the program, and its words. It ends as the program does.
pub fn run(words: &[String]) {
    let [out, program, words @ ..] = words else { panic!("a file and a program") };
    let child = Command::new("sh").args(["-c", HALTED, program]).args(words).spawn().expect("sh starts");
    let process = Pid::from_raw(child.id().cast_signed());
    waitpid(process, Some(WaitPidFlag::WUNTRACED)).expect("it stops");
    let options = Options::PTRACE_O_TRACEEXEC | Options::PTRACE_O_TRACECLONE | Options::PTRACE_O_EXITKILL;
    ptrace::seize(process, options).expect("it can be traced");
    kill(process, Signal::SIGCONT).expect("it goes on");
    let mut traced = None;
    let ended = loop {
        match waitpid(None, Some(WaitPidFlag::__WALL)) {
            Ok(WaitStatus::PtraceEvent(of, _, PTRACE_EVENT_EXEC)) if traced.is_none() => {
                traced = Some(Traced::new(of, Path::new(program), Path::new(out)));
                go_on(of, None);
            }
            Ok(WaitStatus::PtraceEvent(of, ..)) => go_on(of, None),
            Ok(WaitStatus::Stopped(of, Signal::SIGTRAP)) => {
                if let Some(traced) = &mut traced {
                    traced.hit(of);
                }
                go_on(of, None);
            }
            Ok(WaitStatus::Stopped(of, signal)) => go_on(of, Some(signal)),
            Ok(WaitStatus::Exited(of, code)) if of == process => break code,
            Ok(_) => {}
            Err(_) => break 1,
        }
    };
    std::process::exit(ended);
}

/// A thread that is gone meanwhile needs nothing.
fn go_on(thread: Pid, signal: Option<Signal>) {
    let _ = ptrace::cont(thread, signal);
}

impl Traced {
    fn new(process: Pid, program: &Path, out: &Path) -> Self {
        let memory = File::options().read(true).write(true).open(format!("/proc/{process}/mem"));
        let memory = memory.expect("its memory");
        let base = base(process);
        let mark = |address: u64| {
            let mut byte = [0];
            memory.read_exact_at(&mut byte, base + address).expect("a function is mapped");
            memory.write_all_at(&BREAKPOINT, base + address).expect("it takes a breakpoint");
            (address, (byte, true))
        };
        let functions = functions(program).into_keys().map(mark).collect();
        Self { memory, base, functions, out: File::create(out).expect("a file") }
    }

    /// A thread ran into a breakpoint: it goes back to where it was, and the breakpoint is taken away.
    fn hit(&mut self, thread: Pid) {
        let mut registers = ptrace::getregs(thread).expect("it is stopped");
        let at = registers.rip.wrapping_sub(self.base + 1);
        let Some((byte, is_there)) = self.functions.get_mut(&at) else { return };
        registers.rip -= 1;
        ptrace::setregs(thread, registers).expect("it is stopped");
        if std::mem::take(is_there) {
            self.memory.write_all_at(byte, self.base + at).expect("a function is mapped");
            writeln!(self.out, "{at:x}").expect("the disk has room");
        }
    }
}

/// Where the program lies in memory: the first that is mapped.
fn base(process: Pid) -> u64 {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).expect("its maps");
    let (first, _) = maps.split_once('-').expect("something is mapped");
    u64::from_str_radix(first, 16).expect("an address")
}
