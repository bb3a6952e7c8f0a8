//! `self-audit`, and the parts that our binary plays in it as other processes.
//!
//! Owns: the console that an auditor may look into, and the ports that panic. Such a console starts only where every profile is
//! clear-text loopback, which only an emulator is: no real key and no real card can be in it. Tested: `tests/self_audit.rs`.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use super::console::console_with;
use super::house::{House, with_house};
use super::refuse;
use crate::adapters::clipboard::ClipboardTools;
use crate::adapters::export::Export;
use crate::cli::args::{ListFormat, SelfAuditArgs};
use crate::cli::{OURS, complain, print};
use crate::config::Inputs;
use crate::domain::calendar::Stamp;
use crate::domain::profile::{KeySource, Profile};
use crate::ports::{Clipboard, ExportFault, ExportForm, Exporter};
use crate::runtime::process;
use crate::secret::Masked;
use crate::selfaudit::house::{Role, play_emulator};
use crate::selfaudit::{self, report};

/// Runs the audit, or plays a part in one.
pub(super) fn run(args: SelfAuditArgs, inputs: &Inputs) -> u8 {
    match args.role {
        None => audit(args.format),
        Some(Role::Emulator) => {
            let played = play_emulator(std::io::stdin().lock(), std::io::stdout());
            played.map_or(OURS, |()| 0)
        }
        Some(role) => with_house(inputs, "self-audit", |house| play_console(role, house)),
    }
}

fn audit(format: ListFormat) -> u8 {
    if std::io::stderr().is_terminal() {
        complain("drives every sink in a temporary home, which takes about half a minute");
    }
    let audit = selfaudit::run();
    let printed = print(&match format {
        ListFormat::Text => report::text(&audit),
        ListFormat::Json => report::json(&audit),
    });
    if audit.is_clean() { printed } else { OURS }
}

fn play_console(role: Role, house: &House) -> u8 {
    let is_emulator = |profile: &Profile| !profile.endpoint.is_secure();
    if !house.profiles.iter().all(is_emulator) {
        return refuse("this is a part of `tokenscope self-audit` and plays with an emulator only; run that");
    }
    if process::open_to_auditor().is_err() {
        return OURS;
    }
    let payload = payload(house);
    match role {
        Role::PanicInLoop => console_with(house, move |_| Panicking(payload.clone()), Export::new),
        Role::PanicOnThread => console_with(house, ClipboardTools::new, move |_| Panicking(payload)),
        Role::Console | Role::Emulator => console_with(house, ClipboardTools::new, Export::new),
    }
}

/// What a panic carries: the key, as a careless message might.
fn payload(house: &House) -> String {
    let source = house.profiles.get(house.start).map(|profile| &profile.key);
    let Some(KeySource::File(path)) = source else { return String::new() };
    std::fs::read_to_string(path).unwrap_or_default()
}

/// A port that panics with a payload.
struct Panicking(String);

#[expect(clippy::panic, reason = "what a panic leaves behind is what is audited")]
impl Clipboard for Panicking {
    async fn copy(&self, _: &Masked, _: &str) -> Option<&'static str> {
        panic!("{}", self.0)
    }
}

#[expect(clippy::panic, reason = "what a panic leaves behind is what is audited")]
impl Exporter for Panicking {
    fn write(&self, _: &Masked, _: ExportForm, _: Stamp) -> Result<PathBuf, ExportFault> {
        panic!("{}", self.0)
    }
}
