//! What the console is told to be: option, then environment, then file, then default.
//!
//! Owns: the schema of the config file (INTERFACE, "Config"), where each value came from, which profile the console
//! starts with, and the sentences that refuse a bad config. Must not know: how a key is fetched, what an intent is, how
//! anything is drawn or sent. It reads the config file and nothing else of the world: options, environment and folders
//! come in as [`Inputs`]. Tested: `tests/config.rs` with real files, and the small judgements in each file.
//!
//! No sentence made here quotes a value of the file, since a value may be a key that was written into the wrong place.

mod document;
mod fault;
mod file;
mod inputs;
mod leak;
mod loudness;
mod names;
mod origin;
mod profiles;
mod schema;
mod source;
mod start;
mod theme;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::domain::profile::Profile;
use crate::log::Threshold;
use crate::theme::{self as themes, Themes};

use loudness::Loudness;

pub use crate::domain::profile::{DEFAULT_VERSION, DEMO, demo_profile};
pub use fault::{ConfigFault, Warning};
pub use inputs::{Folders, Inputs, Options, VARIABLES};
pub use origin::{Origin, Setting};
pub use start::{Start, StartProfile};

/// Seconds that a value stays revealed where the config says nothing.
pub const DEFAULT_REVEAL_SECONDS: u8 = 20;

/// Days that history is kept where the config says nothing.
pub const DEFAULT_RETENTION_DAYS: u32 = 7;

/// Everything the console was told, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The profiles of the file, in its order; the emulator's [`demo_profile`] is not among them.
    pub profiles: Vec<Profile>,
    /// The profile to start with, or why there is none; ask [`Config::start`].
    pub start: StartProfile,
    /// `[ui]`.
    pub ui: Ui,
    /// Days that history is kept.
    pub retention_days: u32,
    /// The export folder; `None` takes `exports/` in the data folder.
    pub export_dir: Option<PathBuf>,
    /// `[keys]`: intent name to keys, as written; the keymap judges them.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Where history and install key live; `None` where the platform names no home folder and no option does.
    pub data_dir: Option<PathBuf>,
    /// Where log and audit head live; the data folder where the platform has no state folder.
    pub state_dir: Option<PathBuf>,
    /// How much is logged.
    pub log: Threshold,
    /// `--read-only`: nothing can be sent.
    pub read_only: bool,
    /// Whether the emulator was asked for, or is all there is for want of a config file.
    pub demo: bool,
    /// The config file that was read.
    pub path: Option<PathBuf>,
    /// What is allowed but unwise, one sentence each.
    pub warnings: Vec<Warning>,
    /// Every value with its origin, for `config show`. Never a key.
    pub settings: Vec<Setting>,
}

/// How the console looks and behaves: `[ui]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ui {
    /// Seconds that a value stays revealed, 1 to 30.
    pub reveal_seconds: u8,
    /// Whether a loss of focus masks everything; on production it always does.
    pub hide_on_focus_loss: bool,
    /// The name of the theme.
    pub theme: String,
    /// The themes that there are, the user's own among them where the config names one.
    pub themes: Themes,
    /// Whether the mouse is taken.
    pub mouse: bool,
    /// Whether the console starts in stage mode.
    pub stage: bool,
    /// The gateway whose readiness is judged.
    pub gateway: Option<String>,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            reveal_seconds: DEFAULT_REVEAL_SECONDS,
            hide_on_focus_loss: true,
            theme: themes::DARK.to_owned(),
            themes: Themes::default(),
            mouse: false,
            stage: false,
            gateway: None,
        }
    }
}

/// Reads everything that was told, or says in one sentence what is wrong (exit 2).
pub fn load(inputs: &Inputs) -> Result<Config, ConfigFault> {
    inspect(inputs).map_err(|faults| faults.into_iter().next().unwrap_or_else(ConfigFault::unknown))
}

/// Like [`load`], but with every fault, in the order of the file: for `config check`.
pub fn inspect(inputs: &Inputs) -> Result<Config, Vec<ConfigFault>> {
    match Loudness::of(inputs) {
        Ok(loudness) => read(inputs, &loudness),
        Err(fault) => {
            let others = read(inputs, &Loudness::default()).err().unwrap_or_default();
            Err(std::iter::once(fault).chain(others).collect())
        }
    }
}

fn read(inputs: &Inputs, loudness: &Loudness) -> Result<Config, Vec<ConfigFault>> {
    let base = schema::Base::of(inputs, loudness);
    if inputs.options.demo {
        return Ok(base.without_file(inputs));
    }
    match file::find(inputs).map_err(|fault| vec![fault])? {
        None => Ok(base.without_file(inputs)),
        Some(file) => base.with_file(inputs, &file),
    }
}

/// Judges a text as if it were the file at `path`, and gives its first fault.
pub fn judge(inputs: &Inputs, path: &Path, text: &str) -> Result<(), ConfigFault> {
    let file = file::ConfigFile::of_text(path, text);
    let base = schema::Base::of(inputs, &Loudness::default());
    base.with_file(inputs, &file)
        .map(|_| ())
        .map_err(|faults| faults.into_iter().next().unwrap_or_else(ConfigFault::unknown))
}

/// The file that [`load`] reads: named by option or environment, else the one in the config folder, there or not.
pub fn path(inputs: &Inputs) -> Option<(PathBuf, Origin)> {
    file::path(inputs)
}

impl Config {
    /// The profile to start with, or the sentence that says why there is none (exit 2).
    pub fn start(&self) -> Result<Start<'_>, &ConfigFault> {
        match &self.start {
            StartProfile::Demo => Ok(Start::Demo),
            StartProfile::Undecided(fault) => Err(fault),
            StartProfile::Named(name) => Ok(self.profile(name).map_or(Start::Demo, Start::Profile)),
        }
    }

    /// Whether nobody said anything: there is no file, and neither option nor environment names what to start with.
    pub fn is_untold(&self) -> bool {
        let chosen = self.settings.iter().find(|it| it.name == "profile");
        self.path.is_none() && chosen.is_some_and(|it| it.origin == Origin::Default)
    }

    /// A fault of a line of `[keys]`, judged by whoever knows the intents.
    pub fn key_fault(&self, name: &str, what: &str, mend: &str) -> ConfigFault {
        let setting = format!("keys.{name}");
        let origin = self.settings.iter().find(|it| it.name == setting).map(|it| &it.origin);
        let line = if let Some(Origin::File { line }) = origin { *line } else { 1 };
        ConfigFault::named(self.path.as_deref().unwrap_or(Path::new("")), line, name, what, mend)
    }

    /// A profile of the file by its name.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }
}
