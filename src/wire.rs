//! The composition root: builds the adapters and hands them to the console or a command.
//!
//! Owns: which adapter stands behind which port, and what is read from the process's environment. Must not know: what any of
//! them does. Tested: by everything that runs the real binary.

mod audit;
mod clock;
mod configs;
mod console;
mod environment;
mod headless;
mod house;
mod keys;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::future::Future;
use std::io::{BufRead, IsTerminal as _};

use crate::cli::args::{self, Args, Command, Instead};
use crate::cli::config::Desk;
use crate::cli::{OURS, REFUSED, complain, manual, print};
use crate::config::{self, Folders, Inputs};
use crate::runtime::{panics, process, tty};
use house::{with_config, with_house};

/// Runs the program and returns its exit code.
pub fn main(words: impl IntoIterator<Item = OsString>) -> u8 {
    panics::install();
    panics::guard(|| {
        if process::harden().is_err() {
            complain(
                "the kernel does not let it forbid core files, so it does not start; ask the owner of this machine",
            );
            return OURS;
        }
        let words: Vec<OsString> = words.into_iter().collect();
        if args::wants_json(&words) {
            crate::cli::speak_json();
        }
        match args::read(words) {
            Ok(args) => run(&args),
            Err(Instead::Print(text)) => print(&text),
            Err(Instead::Refuse(sentence)) => refuse(&sentence),
        }
    })
}

fn refuse(sentence: &str) -> u8 {
    complain(sentence);
    REFUSED
}

fn run(args: &Args) -> u8 {
    let inputs = inputs(args);
    match &args.command {
        Some(Command::Emulator(options)) => headless::emulator(options),
        Some(Command::Config(command)) => {
            with_desk(|desk| crate::cli::config::run(*command, &inputs, &keys::judge, desk))
        }
        Some(Command::SelfAudit(options)) => audit::run(*options, &inputs),
        Some(Command::Lint(options)) => with_config(&inputs, |config| headless::lint(options, &config)),
        Some(Command::History(command)) => with_config(&inputs, |config| {
            headless::history(command, inputs.options.profile.as_deref(), &config)
        }),
        Some(Command::Diagnose(options)) => {
            with_config(&inputs, |config| headless::diagnose(options, &config))
        }
        Some(Command::Redact(options)) => crate::cli::redact::run(options, std::io::stdin().lock()),
        Some(Command::Completions { shell }) => manual::completions(*shell),
        Some(Command::Man) => manual::man(),
        Some(Command::Fetch(options)) => with_house(&inputs, "fetch", |house| {
            if house.config.path.is_none() && !inputs.options.demo {
                complain(
                    "there is no config file, so the built-in emulator answers with made-up cards; `tokenscope config init` writes one",
                );
            }
            headless::fetch(options, house)
        }),
        Some(Command::Batch(options)) => {
            with_house(&inputs, "batch", |house| headless::batch(options, house))
        }
        None if !tty::present() => refuse(
            "the console needs a terminal, and there is none here: `tokenscope --demo fetch` prints an answer without one",
        ),
        None => with_house(&inputs, "console", console::console),
    }
}

/// Asks on the terminal only where one is on both sides of the conversation.
fn with_desk(run: impl FnOnce(&mut Desk<'_>) -> u8) -> u8 {
    let mut stdin = std::io::stdin().lock();
    let mut stderr = std::io::stderr();
    let is_asked = stdin.is_terminal() && stderr.is_terminal();
    let mut desk = Desk {
        answers: is_asked.then_some(&mut stdin as &mut dyn BufRead),
        out: &mut std::io::stdout(),
        err: &mut stderr,
    };
    run(&mut desk)
}

fn inputs(args: &Args) -> Inputs {
    let environment: BTreeMap<String, OsString> = config::VARIABLES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), std::env::var_os(name)?)))
        .collect();
    let user = rustix::process::geteuid().as_raw();
    Inputs { options: args.global.options(), environment, folders: Folders::of_platform(), user }
}

/// Runs a future on a runtime of its own; a name lookup that hangs does not hold up the end.
fn block_on<T>(future: impl Future<Output = T>) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let value = runtime.block_on(future);
    runtime.shutdown_background();
    Some(value)
}
