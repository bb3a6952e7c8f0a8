//! `[keys]` of the config held against the table of keys, which the config does not know.
//!
//! Tested: `tests/cli_config.rs`, `tests/session_keys.rs`.

use crate::app::keymap::Keymap;
use crate::config::{Config, ConfigFault};

/// The keys of the console, or every sentence that refuses them.
pub(super) fn keymap(config: &Config) -> Result<Keymap, Vec<ConfigFault>> {
    let blame =
        |fault: &crate::app::keymap::KeyFault| config.key_fault(&fault.name, &fault.what, &fault.mend);
    Keymap::with(&config.keys).map_err(|faults| faults.iter().map(blame).collect())
}

/// What is wrong with the keys, for `config check`.
pub(super) fn judge(config: &Config) -> Vec<ConfigFault> {
    keymap(config).err().unwrap_or_default()
}
