//! The commands without a screen, each with the adapters that it needs.
//!
//! Tested: `tests/cli*.rs`.

use std::future::Future;
use std::io::IsTerminal as _;

use super::clock::SystemClock;
use super::environment::{paper, who};
use super::house::House;
use super::{block_on, clock, refuse, with_desk};
use crate::adapters::book::Files;
use crate::adapters::http::{Http, Many};
use crate::adapters::keys::KeyFetcher;
use crate::adapters::sqlite::{Reader, verify};
use crate::app::form::{SAMPLE_CUSTOMER, SAMPLE_REFERENCE};
use crate::cli::args::{BatchArgs, DiagnoseArgs, EmulatorArgs, FetchArgs, HistoryCommand, LintArgs};
use crate::cli::batch::Job;
use crate::cli::history::{self, Purge};
use crate::cli::tools::Tools;
use crate::cli::{OURS, fetch as fetching, print};
use crate::config::{Config, Start};
use crate::domain::gateway::PaymentGateway;
use crate::domain::profile::Profile;
use crate::domain::request::Draft;
use crate::domain::trail::Verification;
use crate::emulator::{Emulator, Options, scenarios};
use crate::log::Log;
use crate::ports::LedgerFault;
use crate::runtime::signals;

/// Reads the history without the right to write it; a purge alone gets a ledger.
pub(super) fn history(command: &HistoryCommand, profile: Option<&str>, config: &Config) -> u8 {
    let archive = || config.data_dir.as_deref().ok_or(LedgerFault::NoFolder).and_then(Reader::open);
    match command {
        HistoryCommand::List(args) => history::list(args, profile, archive(), paper()),
        HistoryCommand::Export(args) => history::export(args, profile, archive()),
        HistoryCommand::Show(args) => history::show(args, archive(), paper()),
        HistoryCommand::Verify(args) => history::verify(args, verification(config)),
        HistoryCommand::Purge(args) => with_desk(|desk| {
            let open = || House::open_ledger(config.data_dir.clone(), config.state_dir.clone(), &Log::off());
            let purge = Purge { archive: archive(), open: &open, who: who(), at: clock::stamp };
            history::purge(args, &purge, desk)
        }),
    }
}

fn verification(config: &Config) -> Result<Option<Verification>, LedgerFault> {
    let data = config.data_dir.as_deref().ok_or(LedgerFault::NoFolder)?;
    verify(data, config.state_dir.as_deref().unwrap_or(data))
}

/// Fetches once.
pub(super) fn fetch(options: &FetchArgs, house: &House) -> u8 {
    let http = Http::new();
    // While the ledger is opened, and its audit row is on its way to the disk.
    if let Some(profile) = house.profiles.get(house.start) {
        http.get_ready(profile, fetching::rehearse);
    }
    with_tools(house, http, options.gateway.as_deref(), |profile, tools| async move {
        let draft = draft(options, profile, house.emulator.is_some());
        fetching::run(options, &draft, profile, house.config.read_only, tools).await
    })
}

/// Fetches for every row of a file.
pub(super) fn batch(options: &BatchArgs, house: &House) -> u8 {
    let files = match Files::new(&options.input, &options.out) {
        Ok(files) => files,
        Err(fault) => return refuse(&format!("nothing was sent: {fault}")),
    };
    with_tools(house, Many::new(options.concurrency.into()), None, |profile, tools| async move {
        let is_watched = std::io::stderr().is_terminal();
        let job = Job { args: options, profile, read_only: house.config.read_only, is_watched };
        crate::cli::batch::run(&job, files, tools, || signals::ended(|| {})).await
    })
}

/// Runs what sends under the profile of the start.
fn with_tools<'a, G, F: Future<Output = u8>>(
    house: &'a House,
    sends: G,
    gateway_needs: Option<&str>,
    run: impl FnOnce(&'a Profile, Tools<G, KeyFetcher, SystemClock>) -> F,
) -> u8 {
    let Some(profile) = house.profiles.get(house.start) else { return OURS };
    let ledger =
        House::open_ledger(house.config.data_dir.clone(), house.config.state_dir.clone(), &house.log);
    if let Err(fault) = ledger.as_ref()
        && fault.is_fatal()
    {
        return refuse(&fault.to_string());
    }
    let tools = Tools {
        gateway: sends,
        keys: house.keys().in_place(),
        clock: SystemClock::new(),
        ledger,
        retention_days: house.config.retention_days,
        who: who(),
        gateway_needs: gateway(gateway_needs, &house.config),
        paper: paper(),
        log: house.log.clone(),
    };
    block_on(run(profile, tools)).unwrap_or(OURS)
}

/// The request of the command line; on the emulator the contract's sample stands in for what is not given.
fn draft(options: &FetchArgs, profile: &Profile, demo: bool) -> Draft {
    let sample = |given: &Option<String>, sample: &str| match given {
        Some(given) => given.clone(),
        None if demo => sample.to_owned(),
        None => String::new(),
    };
    Draft {
        card_reference: sample(&options.card_reference, SAMPLE_REFERENCE),
        customer_id: sample(&options.customer_id, SAMPLE_CUSTOMER),
        routing_id: options.routing_id.clone().unwrap_or_default(),
        submerchant_id: options.submerchant_id.clone().unwrap_or_else(|| profile.submerchant_id.clone()),
    }
}

/// Judges a kept answer; nothing is sent and nothing kept.
pub(super) fn diagnose(options: &DiagnoseArgs, config: &Config) -> u8 {
    let gateway = gateway(options.gateway.as_deref(), config);
    let today = clock::stamp().date_in_india();
    crate::cli::diagnose::run(options, gateway, today, std::io::stdin().lock(), paper())
}

/// Looks at a kept request, compared with the profile that a call would be made under.
pub(super) fn lint(options: &LintArgs, config: &Config) -> u8 {
    let profile = match config.start() {
        Ok(Start::Profile(profile)) => Some(profile),
        Ok(Start::Demo) | Err(_) => None,
    };
    crate::cli::lint::run(options, profile, &config.profiles, std::io::stdin().lock(), paper())
}

/// The gateway whose needs are told of: the option's, else the config's.
pub(super) fn gateway(option: Option<&str>, config: &Config) -> Option<&'static PaymentGateway> {
    option.or(config.ui.gateway.as_deref()).and_then(PaymentGateway::find)
}

/// Runs the emulator alone until it is ended.
pub(super) fn emulator(options: &EmulatorArgs) -> u8 {
    if options.list {
        let listed = scenarios().into_iter().map(|one| crate::cli::emulator::Listed {
            reference: one.reference,
            named_after_rule: one.named_after_rule(),
            customer_id: one.customer_id,
            shows: one.shows,
        });
        return print(&crate::cli::emulator::list(listed));
    }
    let running = Emulator::start(Options { port: options.port, ..Options::default() });
    match running {
        Err(error) => refuse(&error.to_string()),
        Ok(emulator) => {
            let greeting = format!(
                "EMULATOR on http://{}, made-up cards only; ^C ends it. Try:\n\n{}\n",
                emulator.address(),
                emulator.curl_example()
            );
            // A reader who does not want the greeting may still want the emulator.
            let greet = || {
                let _ = print(&greeting);
            };
            block_on(signals::ended(greet)).map_or(OURS, |()| 0)
        }
    }
}
