//! The console: its settings, its state at the start, and what stands behind its ports.
//!
//! Tested: `tests/session*.rs`, over the real binary.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::clock::SystemClock;
use super::configs::ConfigFile;
use super::environment::{in_tmux, is_utf8, no_colour, trust_note, who};
use super::headless::gateway;
use super::house::House;
use super::keys::keymap;
use super::{block_on, refuse};
use crate::adapters::clipboard::ClipboardTools;
use crate::adapters::export::Export;
use crate::adapters::http::Http;
use crate::adapters::private::random;
use crate::adapters::shelf::Reports;
use crate::adapters::sqlite::Sqlite;
use crate::app::stage::Stage;
use crate::app::state::{Settings, State};
use crate::cli::{OURS, complain};
use crate::config::{Config, ConfigFault, Folders};
use crate::domain::profile::Profile;
use crate::ports::{Clipboard, Exporter};
use crate::runtime::console::{self as running, Ended, Parts};
use crate::runtime::desk::World;
use crate::runtime::disk::Store;
use crate::secret::AliasKey;

pub(super) fn console(house: &House) -> u8 {
    console_with(house, ClipboardTools::new, Export::new)
}

/// What of the config the console goes by while it runs; a reload asks for it again.
pub(super) fn settings(config: &Config) -> Result<Settings, ConfigFault> {
    let keymap =
        keymap(config).map_err(|faults| faults.into_iter().next().unwrap_or_else(ConfigFault::unknown))?;
    Ok(Settings {
        reveal_for: Duration::from_secs(config.ui.reveal_seconds.into()),
        hide_on_focus_loss: config.ui.hide_on_focus_loss,
        read_only: config.read_only,
        gateway: gateway(None, config),
        trust_note: trust_note(),
        unicode: is_utf8(),
        colour: !no_colour(),
        welcome: false,
        keymap,
        theme: config.ui.theme.clone(),
        themes: config.ui.themes.clone(),
        in_tmux: in_tmux(),
    })
}

/// The console with the clipboard that this makes for its profiles, and this exporter.
pub(super) fn console_with<E: Exporter + 'static, B: Clipboard + 'static>(
    house: &House,
    clipboard: impl Fn(&[Profile]) -> B + 'static,
    exporter: impl FnOnce(PathBuf) -> E + Send + 'static,
) -> u8 {
    let ui = &house.config.ui;
    let settings = match settings(&house.config) {
        Ok(settings) => Settings { welcome: is_first_start(house), ..settings },
        Err(fault) => return refuse(&fault.to_string()),
    };
    let mut state = State::new(settings, house.profiles.clone(), house.start);
    // Without random bytes there is no code to tell one id from another by, and still no id is shown.
    state.stage = Stage { on: ui.stage, key: random().ok().map(|bytes| AliasKey::new(&bytes)) };
    if house.emulator.is_some() {
        state.form.fill_sample();
    }
    let (data, home, exports) =
        (house.config.data_dir.clone(), house.config.state_dir.clone(), house.export_folder());
    let log = house.log.clone();
    let open_store = move || Store {
        ledger: House::open_ledger(data, home, &log),
        exporter: Box::new(exporter(exports)),
        log,
    };
    let parts = Parts {
        state,
        world: World {
            gateway: Rc::new(Http::new()),
            keys: Rc::new(house.keys()),
            who: who(),
            log: house.log.clone(),
        },
        clock: SystemClock::new(),
        clipboard: Rc::new(clipboard(&house.profiles)),
        open_store: Box::new(open_store),
        reports: Arc::new(Reports::new(Folders::of_platform().home)),
        retention_days: house.config.retention_days,
        mouse: house.config.ui.mouse,
        configs: ConfigFile::of(house, clipboard),
    };
    if let Some(Ok(outcome)) = block_on(running::run(parts)) {
        if outcome.left_call {
            complain("a call was under way and was left; the server may have processed it");
        }
        return exit_code(outcome.ended);
    }
    complain("the terminal could not be taken; try another one, or `tokenscope --demo fetch` without");
    OURS
}

/// The database is made at the first start, so where it is there somebody was here before. Where none can be kept, every start
/// is the first.
fn is_first_start(house: &House) -> bool {
    let was_here = house.config.data_dir.as_deref().is_some_and(Sqlite::is_there);
    house.config.is_untold() && !was_here
}

fn exit_code(ended: Ended) -> u8 {
    match ended {
        Ended::Quit => 0,
        Ended::Signal(cause) => 128 + cause.number(),
        Ended::TerminalLost => 129,
        Ended::Panicked => OURS,
        Ended::Unsafe(fault) => refuse(&fault.to_string()),
    }
}
