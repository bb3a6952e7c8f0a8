//! tokenscope beside its peers: real programs in a real terminal of 120x36, measured from outside, any language alike.
//!
//! ```text
//! cargo bench --profile dist --bench beside                            all measures of ours and of the floor
//! cargo bench --profile dist --bench beside -- slumber atac curl hey   and of these, from PATH or as NAME=/path/to/it
//! cargo bench --profile dist --bench beside -- start keys              these measures only
//! cargo bench --profile dist --bench beside -- --order                 no measure: the script of [`order`]
//! ```
//! It prints Markdown on stdout and what it is at on stderr. How it measures:
//!
//! - Ours is the binary of the same profile. The floor is what ratatui itself costs: [`floor`], a list and a line of input.
//!   Both are copied first, as an install copies the peers: what a linker wrote lies in the page cache in small pages
//!   until it is read from the disk again, and starts up to a fifth slower for as long.
//! - Every program has a home of its own, and the queries that a terminal answers are answered. Where several are timed
//!   they go round robin, so that whatever else the machine does hits all of them alike.
//! - A byte is stamped when `read` on the terminal returns; the screen is replayed in pauses, never while time counts.
//! - All calls go to one server, [`server`], a process of this same program on loopback, which answers at once with the
//!   contract's answer: our own emulator judges each call, and a load generator would wait for it.
//! - Read ratios within one table; a millisecond of another run or machine says little.
//!
//! What cannot be measured is told in the place of the figure. Linux only, for what the kernel says in `/proc`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a bench fails by panicking, prints what it found, and measures real time"
)]

mod chosen;
mod floor;
mod home;
mod machine;
mod measures;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod order;
mod peers;
mod proc;
mod program;
mod queries;
mod screen;
mod server;
mod stats;
mod table;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod trace;
mod tty;
mod world;

use std::process::ExitCode;

use chosen::Chosen;
use world::World;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if plays_a_part(&words) {
        return ExitCode::SUCCESS;
    }
    match Chosen::of(&words) {
        Ok(chosen) => measure(&chosen),
        Err(complaint) => {
            eprintln!("{complaint}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Started with one of these words, this program is what is measured, whom it calls, or who looks on; it measures nothing
/// then.
fn plays_a_part(words: &[String]) -> bool {
    match words.split_first() {
        Some((part, _)) if part == "--as-floor" => floor::run(),
        Some((part, _)) if part == "--as-server" => server::run(),
        Some((part, rest)) if part == "--as-post" => server::post(rest),
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        Some((part, rest)) if part == order::PART => trace::run(rest),
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        Some((part, _)) if part == "--order" => order::print(),
        _ => return false,
    }
    true
}

fn measure(chosen: &Chosen) {
    let world = World::make(chosen.peers.clone());
    println!("{}", machine::head(&world));
    for measure in &chosen.measures {
        eprintln!("{}: load {}", measure.word, machine::load());
        println!("{}", (measure.take)(&world));
    }
    println!("Load at the end: {}.", machine::load());
}
