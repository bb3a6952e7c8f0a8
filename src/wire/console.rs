//! The console: its settings, its state at the start, and what stands behind its ports.
//!
//! Tested: `tests/session*.rs`, over the real binary.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::clock::SystemClock;
use super::environment::{is_utf8, no_colour, trust_note, who};
use super::headless::gateway;
use super::house::House;
use super::{block_on, refuse};
use crate::adapters::clipboard::ClipboardTools;
use crate::adapters::export::Export;
use crate::adapters::http::Http;
use crate::adapters::shelf::Reports;
use crate::app::state::{Settings, State};
use crate::cli::{OURS, complain};
use crate::config::Folders;
use crate::ports::{Clipboard, Exporter};
use crate::runtime::console::{self as running, Ended, Parts};
use crate::runtime::desk::World;
use crate::runtime::disk::Store;

pub(super) fn console(house: &House) -> u8 {
    console_with(house, ClipboardTools::new(&house.profiles), Export::new)
}

/// The console with this clipboard and exporter.
pub(super) fn console_with<E: Exporter + 'static>(
    house: &House,
    clipboard: impl Clipboard + 'static,
    exporter: impl FnOnce(PathBuf) -> E + Send + 'static,
) -> u8 {
    let ui = &house.config.ui;
    let settings = Settings {
        reveal_for: Duration::from_secs(ui.reveal_seconds.into()),
        hide_on_focus_loss: ui.hide_on_focus_loss,
        read_only: house.config.read_only,
        gateway: gateway(None, &house.config),
        trust_note: trust_note(),
        unicode: is_utf8(),
        colour: !no_colour(),
    };
    let mut state = State::new(settings, house.profiles.clone(), house.start);
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
        clipboard: Rc::new(clipboard),
        open_store: Box::new(open_store),
        reports: Arc::new(Reports::new(Folders::of_platform().home)),
        retention_days: house.config.retention_days,
        mouse: house.config.ui.mouse,
    };
    if let Some(Ok(ended)) = block_on(running::run(parts)) {
        return exit_code(ended);
    }
    complain("the terminal could not be taken; try another one, or `tokenscope --demo fetch` without");
    OURS
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
