//! The config of a running console, read anew on demand.
//!
//! What the emulator and the command line were told stays; folders, retention and the mouse are taken at the start only.
//! Tested: `tests/session_reload.rs`.

use std::net::SocketAddr;

use super::console::settings;
use super::house::House;
use crate::adapters::keys::KeyFetcher;
use crate::app::event::Reloaded;
use crate::config::{self, Config, Inputs, Start};
use crate::domain::profile::Profile;
use crate::emulator::DEMO_MERCHANT;
use crate::ports::Configs;
use crate::runtime::reload::Fresh;
use crate::secret::Masked;

/// The config file, and what of the running console goes with it.
pub(super) struct ConfigFile<F> {
    inputs: Inputs,
    /// Address and key of the emulator, where it runs.
    emulator: Option<(SocketAddr, String)>,
    clipboard: F,
}

impl<F> ConfigFile<F> {
    /// That of this house; `clipboard` makes one for the profiles that are read.
    pub(super) fn of(house: &House, clipboard: F) -> Self {
        let emulator = house.emulator.as_ref().map(|it| (it.address(), it.key().to_owned()));
        Self { inputs: house.inputs.clone(), emulator, clipboard }
    }

    fn news(&self, config: &Config, profiles: Vec<Profile>) -> Result<Reloaded, Masked> {
        let sentence = |text: &str| Masked::ours(text.trim_end_matches('.'));
        let start = match config.start() {
            Ok(Start::Profile(profile)) => {
                Ok(config.profiles.iter().position(|it| it == profile).unwrap_or_default())
            }
            Ok(Start::Demo) if self.emulator.is_some() => Ok(profiles.len() - 1),
            Ok(Start::Demo) => Err(Masked::ours(
                "the config asks for the built-in emulator, which starts with the console only: start it again",
            )),
            Err(fault) => Err(sentence(&fault.to_string())),
        };
        let warning = config.warnings.first().map(|it| sentence(&it.to_string())).unwrap_or_default();
        let settings = settings(config).map_err(|fault| sentence(&fault.to_string()))?;
        Ok(Reloaded { settings, stage: config.ui.stage, profiles, start, warning })
    }
}

impl<B, F: Fn(&[Profile]) -> B> Configs for ConfigFile<F> {
    type Fresh = Fresh<KeyFetcher, B>;

    async fn read(&self) -> Result<Self::Fresh, Masked> {
        let inputs = self.inputs.clone();
        let read = tokio::task::spawn_blocking(move || config::load(&inputs)).await;
        let read = read.map_err(|_| Masked::ours("the config could not be read: try again"))?;
        let config = read.map_err(|fault| Masked::ours(fault.to_string().trim_end_matches('.')))?;
        let mut profiles = config.profiles.clone();
        profiles
            .extend(self.emulator.iter().map(|(address, _)| config::demo_profile(*address, DEMO_MERCHANT)));
        let keys = KeyFetcher::new(&profiles, self.emulator.as_ref().map(|(_, key)| key.clone()));
        let clipboard = (self.clipboard)(&profiles);
        Ok(Fresh { news: Box::new(self.news(&config, profiles)?), keys, clipboard })
    }
}
