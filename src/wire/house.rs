//! What the console and every command that sends stand on: the config, its profiles, the emulator where wanted, the log.
//!
//! Tested: by everything that runs the real binary.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{clock, refuse};
use crate::adapters::keys::KeyFetcher;
use crate::adapters::log::{Libraries, LogFile};
use crate::adapters::private::Folders as PrivateFolders;
use crate::adapters::sqlite::Sqlite;
use crate::cli::complain;
use crate::config::{self, Config, Inputs, Start};
use crate::domain::profile::Profile;
use crate::emulator::{DEMO_MERCHANT, Emulator, Options};
use crate::log::{Log, Threshold};
use crate::ports::{Ledger, LedgerFault};

/// What the console and every command that sends stand on.
pub(super) struct House {
    /// What it was told, to read the config anew.
    pub(super) inputs: Inputs,
    pub(super) config: Config,
    /// The profiles, the emulator's last; never empty.
    pub(super) profiles: Vec<Profile>,
    /// The profile to start with.
    pub(super) start: usize,
    pub(super) emulator: Option<Emulator>,
    pub(super) log: Log,
}

/// Also where a panic takes the house down.
impl Drop for House {
    fn drop(&mut self) {
        self.log.close();
    }
}

impl House {
    pub(super) fn keys(&self) -> KeyFetcher {
        KeyFetcher::new(&self.profiles, self.emulator.as_ref().map(|emulator| emulator.key().to_owned()))
    }

    pub(super) fn open_ledger(
        data: Option<PathBuf>,
        state: Option<PathBuf>,
        log: &Log,
    ) -> Result<Box<dyn Ledger>, LedgerFault> {
        let open = || -> Result<Box<dyn Ledger>, LedgerFault> {
            let data = data.ok_or(LedgerFault::NoFolder)?;
            let state = state.unwrap_or_else(|| data.clone());
            let folders = PrivateFolders::open(&data, &state)?;
            Ok(Box::new(Sqlite::open(&folders)?))
        };
        open().inspect(|_| log.ledger_opened()).inspect_err(|fault| log.ledger_failed("open", *fault))
    }

    pub(super) fn export_folder(&self) -> PathBuf {
        let in_data = || self.config.data_dir.as_deref().unwrap_or(Path::new(".")).join("exports");
        self.config.export_dir.clone().unwrap_or_else(in_data)
    }
}

/// Reads the config.
pub(super) fn with_config(inputs: &Inputs, run: impl FnOnce(Config) -> u8) -> u8 {
    let config = match config::load(inputs) {
        Ok(config) => config,
        Err(fault) => return refuse(&fault.to_string()),
    };
    config.warnings.iter().for_each(|warning| complain(&warning.to_string()));
    run(config)
}

/// Reads the config, opens the log and starts the emulator where it is wanted.
pub(super) fn with_house(inputs: &Inputs, command: &'static str, run: impl FnOnce(&House) -> u8) -> u8 {
    with_config(inputs, |config| match build(inputs.clone(), config) {
        Ok(house) => {
            house.log.started(command);
            let exit = run(&house);
            house.log.ended(exit);
            exit
        }
        Err(sentence) => refuse(&sentence),
    })
}

fn build(inputs: Inputs, config: Config) -> Result<House, String> {
    let wanted = config.start().map_err(ToString::to_string)?;
    let mut profiles = config.profiles.clone();
    let (emulator, start) = match wanted {
        Start::Profile(profile) => {
            (None, profiles.iter().position(|it| it.name == profile.name).unwrap_or_default())
        }
        Start::Demo => {
            let emulator = Emulator::start(Options::default()).map_err(|error| error.to_string())?;
            profiles.push(config::demo_profile(emulator.address(), DEMO_MERCHANT));
            (Some(emulator), profiles.len() - 1)
        }
    };
    let log = log(&config);
    Ok(House { inputs, config, profiles, start, emulator, log })
}

/// The log in the state folder. Nothing is opened before its first record; libraries are heard from here on.
fn log(config: &Config) -> Log {
    let Some(folder) = config.state_dir.clone().filter(|_| config.log != Threshold::OFF) else {
        return Log::off();
    };
    let log = Log::to(config.log, std::process::id(), clock::stamp, Arc::new(LogFile::new(folder)));
    Libraries::listen(log.clone());
    log
}
