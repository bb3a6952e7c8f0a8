//! The composition root: builds the adapters and hands them to the console or a command.
//!
//! Owns: which adapter stands behind which port, and what is read from the process's environment. Must not know: what any of
//! them does. Tested: by everything that runs the real binary.

mod audit;
mod clock;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::future::Future;
use std::io::{BufRead, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crate::adapters::clipboard::ClipboardTools;
use crate::adapters::export::Export;
use crate::adapters::http::Http;
use crate::adapters::keys::KeyFetcher;
use crate::adapters::log::{Libraries, LogFile};
use crate::adapters::private::Folders as PrivateFolders;
use crate::adapters::sqlite::{Reader, Sqlite, verify};
use crate::app::form::{SAMPLE_CUSTOMER, SAMPLE_REFERENCE};
use crate::app::state::{Settings, State};
use crate::cli::args::{
    self, Args, Command, DiagnoseArgs, EmulatorArgs, FetchArgs, HistoryCommand, Instead, LintArgs,
};
use crate::cli::config::Desk;
use crate::cli::history::{self, Purge};
use crate::cli::paper::Paper;
use crate::cli::{OURS, REFUSED, complain, fetch, print};
use crate::config::{self, Config, Folders, Inputs, Start};
use crate::domain::gateway::PaymentGateway;
use crate::domain::profile::Profile;
use crate::domain::request::Draft;
use crate::domain::trail::Verification;
use crate::emulator::{DEMO_MERCHANT, Emulator, Options, scenarios};
use crate::log::{Log, Threshold};
use crate::ports::{Clipboard, Exporter, Ledger, LedgerFault};
use crate::runtime::console::{self, Ended, Parts};
use crate::runtime::desk::World;
use crate::runtime::disk::Store;
use crate::runtime::{panics, process, tty};
use crate::secret::Masked;
use clock::SystemClock;

/// Runs the program and returns its exit code.
pub fn main(words: impl IntoIterator<Item = OsString>) -> u8 {
    panics::install();
    panics::guard(|| {
        if process::harden().is_err() {
            complain(
                "the kernel does not let it forbid core files, so it does not start; ask the owner of this machine",
            );
            return OURS;
        }
        match args::read(words) {
            Ok(args) => run(&args),
            Err(Instead::Print(text)) => print(&text),
            Err(Instead::Refuse(sentence)) => refuse(&sentence),
        }
    })
}

fn refuse(sentence: &str) -> u8 {
    complain(sentence);
    REFUSED
}

fn run(args: &Args) -> u8 {
    let inputs = inputs(args);
    match &args.command {
        Some(Command::Emulator(options)) => emulator(options),
        Some(Command::Config(command)) => with_desk(|desk| crate::cli::config::run(*command, &inputs, desk)),
        Some(Command::SelfAudit(options)) => audit::run(*options, &inputs),
        Some(Command::History(command)) => with_config(&inputs, |config| history(command, &config)),
        Some(Command::Lint(options)) => with_config(&inputs, |config| lint(options, &config)),
        Some(Command::Diagnose(options)) => with_config(&inputs, |config| diagnose(options, &config)),
        Some(Command::Fetch(options)) => with_house(&inputs, "fetch", |house| {
            if house.config.path.is_none() && !inputs.options.demo {
                complain(
                    "there is no config file, so the built-in emulator answers with made-up cards; `tokenscope config init` writes one",
                );
            }
            fetch(options, house)
        }),
        None if !tty::present() => refuse(
            "the console needs a terminal, and there is none here: `tokenscope --demo fetch` prints an answer without one",
        ),
        None => with_house(&inputs, "console", console),
    }
}

/// Asks on the terminal only where one is on both sides of the conversation.
fn with_desk(run: impl FnOnce(&mut Desk<'_>) -> u8) -> u8 {
    let mut stdin = std::io::stdin().lock();
    let mut stderr = std::io::stderr();
    let is_asked = stdin.is_terminal() && stderr.is_terminal();
    let mut desk = Desk {
        answers: is_asked.then_some(&mut stdin as &mut dyn BufRead),
        out: &mut std::io::stdout(),
        err: &mut stderr,
    };
    run(&mut desk)
}

fn inputs(args: &Args) -> Inputs {
    let environment: BTreeMap<String, OsString> = config::VARIABLES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), std::env::var_os(name)?)))
        .collect();
    let user = rustix::process::geteuid().as_raw();
    Inputs { options: args.global.options(), environment, folders: Folders::of_platform(), user }
}

/// What the console and every command that sends stand on.
struct House {
    config: Config,
    /// The profiles, the emulator's last; never empty.
    profiles: Vec<Profile>,
    /// The profile to start with.
    start: usize,
    emulator: Option<Emulator>,
    log: Log,
}

/// Reads the config.
fn with_config(inputs: &Inputs, run: impl FnOnce(Config) -> u8) -> u8 {
    let config = match config::load(inputs) {
        Ok(config) => config,
        Err(fault) => return refuse(&fault.to_string()),
    };
    config.warnings.iter().for_each(|warning| complain(&warning.to_string()));
    run(config)
}

/// Reads the config, opens the log and starts the emulator where it is wanted.
fn with_house(inputs: &Inputs, command: &'static str, run: impl FnOnce(&House) -> u8) -> u8 {
    with_config(inputs, |config| match build(config) {
        Ok(house) => {
            house.log.started(command);
            let exit = run(&house);
            house.log.ended(exit);
            exit
        }
        Err(sentence) => refuse(&sentence),
    })
}

/// Reads the history without the right to write it; a purge alone gets a ledger.
fn history(command: &HistoryCommand, config: &Config) -> u8 {
    let archive = || config.data_dir.as_deref().ok_or(LedgerFault::NoFolder).and_then(Reader::open);
    match command {
        HistoryCommand::List(args) => history::list(args, archive(), paper()),
        HistoryCommand::Export(args) => history::export(args, archive()),
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

fn build(config: Config) -> Result<House, String> {
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
    Ok(House { config, profiles, start, emulator, log })
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

/// Also where a panic takes the house down.
impl Drop for House {
    fn drop(&mut self) {
        self.log.close();
    }
}

impl House {
    fn keys(&self) -> KeyFetcher {
        KeyFetcher::new(&self.profiles, self.emulator.as_ref().map(|emulator| emulator.key().to_owned()))
    }

    fn open_ledger(
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

    fn export_folder(&self) -> PathBuf {
        let in_data = || self.config.data_dir.as_deref().unwrap_or(Path::new(".")).join("exports");
        self.config.export_dir.clone().unwrap_or_else(in_data)
    }
}

/// The user's name on this machine, for the audit trail.
fn who() -> Masked {
    let name =
        ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty());
    Masked::typed(&name.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw())))
}

/// Runs a future on a runtime of its own; a name lookup that hangs does not hold up the end.
fn block_on<T>(future: impl Future<Output = T>) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let value = runtime.block_on(future);
    runtime.shutdown_background();
    Some(value)
}

fn fetch(options: &FetchArgs, house: &House) -> u8 {
    let Some(profile) = house.profiles.get(house.start).cloned() else { return OURS };
    let ledger =
        House::open_ledger(house.config.data_dir.clone(), house.config.state_dir.clone(), &house.log);
    if let Err(fault) = ledger.as_ref()
        && fault.is_fatal()
    {
        return refuse(&fault.to_string());
    }
    let tools = fetch::Tools {
        gateway: Http::new(),
        keys: house.keys(),
        clock: SystemClock::new(),
        ledger,
        retention_days: house.config.retention_days,
        who: who(),
        gateway_needs: gateway(options.gateway.as_deref(), &house.config),
        paper: paper(),
        log: house.log.clone(),
    };
    let draft = draft(options, &profile, house.emulator.is_some());
    let read_only = house.config.read_only;
    block_on(fetch::run(options, &draft, &profile, read_only, tools)).unwrap_or(OURS)
}

/// Judges a kept answer; nothing is sent and nothing kept.
fn diagnose(options: &DiagnoseArgs, config: &Config) -> u8 {
    let gateway = gateway(options.gateway.as_deref(), config);
    let today = clock::stamp().date_in_india();
    crate::cli::diagnose::run(options, gateway, today, std::io::stdin().lock(), paper())
}

/// Looks at a kept request, compared with the profile that a call would be made under.
fn lint(options: &LintArgs, config: &Config) -> u8 {
    let profile = match config.start() {
        Ok(Start::Profile(profile)) => Some(profile),
        Ok(Start::Demo) | Err(_) => None,
    };
    crate::cli::lint::run(options, profile, &config.profiles, std::io::stdin().lock(), paper())
}

/// The gateway whose needs are told of: the option's, else the config's.
fn gateway(option: Option<&str>, config: &Config) -> Option<&'static PaymentGateway> {
    option.or(config.ui.gateway.as_deref()).and_then(PaymentGateway::find)
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

fn no_colour() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Whether the locale is UTF-8, by the first of its variables that is set.
fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// How stdout looks: colours only on a terminal that has them.
fn paper() -> Paper {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    let colour = std::io::stdout().is_terminal() && !dumb && !no_colour();
    Paper { unicode: is_utf8(), colour }
}

/// What the header says about the trust store.
fn trust_note() -> String {
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
        .iter()
        .find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    named.map(|name| format!("trust: {name}")).unwrap_or_default()
}

fn console(house: &House) -> u8 {
    console_with(house, ClipboardTools::new(&house.profiles), Export::new)
}

/// The console with this clipboard and exporter.
fn console_with<E: Exporter + 'static>(
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
        retention_days: house.config.retention_days,
        mouse: house.config.ui.mouse,
    };
    if let Some(Ok(ended)) = block_on(console::run(parts)) {
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

/// Runs the emulator alone until it is ended.
fn emulator(options: &EmulatorArgs) -> u8 {
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
            block_on(crate::runtime::signals::ended(greet)).map_or(OURS, |()| 0)
        }
    }
}
