//! What comes in from the world, so that nothing here reads it: options, environment, folders, user.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// The config file, named by the environment.
pub(super) const CONFIG_VARIABLE: &str = "TOKENSCOPE_CONFIG";
/// The data folder, named by the environment.
pub(super) const DATA_DIR_VARIABLE: &str = "TOKENSCOPE_DATA_DIR";
/// The profile, named by the environment.
pub(super) const PROFILE_VARIABLE: &str = "TOKENSCOPE_PROFILE";
/// The level of the log; nothing else sets it.
pub(super) const LOG_VARIABLE: &str = "TOKENSCOPE_LOG";

/// The environment variables that the config looks at; a caller need hand over no others.
pub const VARIABLES: [&str; 4] = [CONFIG_VARIABLE, DATA_DIR_VARIABLE, PROFILE_VARIABLE, LOG_VARIABLE];

/// The global options of the command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// `--profile NAME`.
    pub profile: Option<String>,
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// `--data-dir DIR`.
    pub data_dir: Option<PathBuf>,
    /// `--demo`.
    pub demo: bool,
    /// `--read-only`.
    pub read_only: bool,
}

/// The folders of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folders {
    /// The user's own, for `~`.
    pub home: Option<PathBuf>,
    /// Holds `config.toml` and themes.
    pub config: Option<PathBuf>,
    /// Holds history, install key and exports.
    pub data: Option<PathBuf>,
    /// Holds log and audit head; `None` where the platform has none.
    pub state: Option<PathBuf>,
}

impl Folders {
    /// The folders as the platform names them (XDG on Linux); all `None` for a user without a home.
    pub fn of_platform() -> Self {
        let project = directories::ProjectDirs::from("", "", "tokenscope");
        let project = project.as_ref();
        Self {
            home: directories::BaseDirs::new().map(|base| base.home_dir().to_owned()),
            config: project.map(|dirs| dirs.config_dir().to_owned()),
            data: project.map(|dirs| dirs.data_dir().to_owned()),
            state: project.and_then(|dirs| dirs.state_dir()).map(ToOwned::to_owned),
        }
    }
}

/// Everything that decides about the config, but for the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inputs {
    /// From the command line.
    pub options: Options,
    /// The environment, of which [`VARIABLES`] are looked at; an empty value counts as none.
    pub environment: BTreeMap<String, OsString>,
    /// Of the platform.
    pub folders: Folders,
    /// The effective user id; beside root the only one whose config is taken.
    pub user: u32,
}

impl Inputs {
    pub(super) fn variable(&self, name: &str) -> Option<&OsString> {
        self.environment.get(name).filter(|value| !value.is_empty())
    }
}
