//! `config init | check | show | path`: what is told of the config, and how a first one comes to be.
//!
//! What a person answers and reads comes in as [`Desk`], so that the tests sit at it too. Tested: `tests/cli_config.rs`.

mod init;
mod questions;

use std::io::{BufRead, Write};

use super::args::ConfigCommand;
use super::{FINDING, REFUSED, complain_to, print_to};
use crate::config::{self, Config, ConfigFault, Inputs};
use crate::domain::profile::{KeySource, Profile};
use crate::text::clean;

/// Where a command of the config reads and writes.
pub struct Desk<'a> {
    /// A person's answers; `None` where nobody sits at a terminal, and nothing is asked.
    pub answers: Option<&'a mut dyn BufRead>,
    /// Data.
    pub out: &'a mut dyn Write,
    /// Everything else.
    pub err: &'a mut dyn Write,
}

impl Desk<'_> {
    pub(super) fn print(&mut self, text: &str) -> u8 {
        print_to(self.out, self.err, text)
    }

    pub(super) fn complain(&mut self, sentence: &str) {
        complain_to(self.err, sentence);
    }
}

/// Says what is wrong with `[keys]`, whose table is not known here.
pub type JudgeKeys<'a> = &'a dyn Fn(&Config) -> Vec<ConfigFault>;

/// Runs one of the commands and returns its exit code.
pub fn run(command: ConfigCommand, inputs: &Inputs, keys: JudgeKeys<'_>, desk: &mut Desk<'_>) -> u8 {
    match command {
        ConfigCommand::Init => init::run(inputs, desk),
        ConfigCommand::Check => check(inputs, keys, desk),
        ConfigCommand::Show => show(inputs, desk),
        ConfigCommand::Path => path(inputs, desk),
    }
}

/// Every fault and warning, and the lack of a profile to start with; one sentence each. Where there is none of these, the
/// profiles whose key comes from the weaker source.
fn check(inputs: &Inputs, keys: JudgeKeys<'_>, desk: &mut Desk<'_>) -> u8 {
    let findings: Vec<String> = match config::inspect(inputs) {
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
        Ok(config) => {
            let warnings = config.warnings.iter().map(ToString::to_string);
            let keys = keys(&config).into_iter().map(|fault| fault.to_string());
            warnings.chain(keys).chain(config.start().err().map(ToString::to_string)).collect()
        }
    };
    for finding in &findings {
        desk.complain(finding);
    }
    if !findings.is_empty() {
        return FINDING;
    }
    let config = config::load(inputs).ok();
    let profiles = config.iter().flat_map(|config| &config.profiles);
    for profile in profiles.filter(|profile| matches!(profile.key, KeySource::Env(_))) {
        desk.complain(&weaker(profile));
    }
    desk.print(&summary(config))
}

/// No finding: it works, and somebody may have no better source.
fn weaker(profile: &Profile) -> String {
    format!(
        "profile {} takes its key from an environment variable, the weaker source: it stays readable in the process for its whole life, so prefer a command or a file",
        clean(&profile.name)
    )
}

fn summary(config: Option<Config>) -> String {
    let count = config.as_ref().map_or(0, |config| config.profiles.len());
    match config.and_then(|config| config.path) {
        Some(path) => format!("ok: {}, profiles: {count}\n", clean(&path.to_string_lossy())),
        None => "ok: no config file, so the built-in emulator is used\n".to_owned(),
    }
}

/// Each value with its origin. Keys are not part of a config, only where they come from.
fn show(inputs: &Inputs, desk: &mut Desk<'_>) -> u8 {
    match config::load(inputs) {
        Err(fault) => refuse(desk, &fault),
        Ok(config) => {
            let line = |it: &config::Setting| format!("{} = {}  # {}\n", it.name, it.value, it.origin);
            let lines: Vec<String> = config.settings.iter().map(line).collect();
            desk.print(&lines.concat())
        }
    }
}

fn refuse(desk: &mut Desk<'_>, fault: &ConfigFault) -> u8 {
    desk.complain(&fault.to_string());
    REFUSED
}

/// Where the file is, or would be.
fn path(inputs: &Inputs, desk: &mut Desk<'_>) -> u8 {
    let Some((path, _)) = config::path(inputs) else { return homeless(desk) };
    desk.print(&format!("{}\n", clean(&path.to_string_lossy())))
}

fn homeless(desk: &mut Desk<'_>) -> u8 {
    desk.complain("there is no home folder to keep a config in: name a file with --config");
    REFUSED
}
