//! `config init | check | show | path`: what is told of the config.

use super::{REFUSED, complain, print};
use crate::config::{self, Inputs};
use crate::text::clean;

/// Exit code of a finding.
const FINDING: u8 = 1;

/// `config check`: every fault, one sentence each.
pub fn check(inputs: &Inputs) -> u8 {
    match config::inspect(inputs) {
        Err(faults) => {
            for fault in &faults {
                complain(&fault.to_string());
            }
            FINDING
        }
        Ok(config) => {
            config.warnings.iter().for_each(|warning| complain(&warning.to_string()));
            let count = config.profiles.len();
            let file = config.path.map_or_else(
                || "no config file; the emulator is used".to_owned(),
                |path| clean(&path.to_string_lossy()),
            );
            let printed = print(&format!("ok: {file}, profiles: {count}\n"));
            if config.warnings.is_empty() { printed } else { FINDING }
        }
    }
}

/// `config show`: each value with its origin. Keys are not part of a config, only where they come from.
pub fn show(inputs: &Inputs) -> u8 {
    match config::load(inputs) {
        Err(fault) => {
            complain(&fault.to_string());
            REFUSED
        }
        Ok(config) => {
            let line = |setting: &config::Setting| {
                format!("{} = {}  # {}\n", setting.name, setting.value, setting.origin)
            };
            print(&config.settings.iter().map(line).collect::<String>())
        }
    }
}

/// `config path`: where the file is, or would be.
pub fn path(inputs: &Inputs) -> u8 {
    let Some((path, _)) = config::path(inputs) else {
        complain("there is no home folder to keep a config in: name a file with --config");
        return REFUSED;
    };
    print(&format!("{}\n", clean(&path.to_string_lossy())))
}
