//! The command line (INTERFACE, "Command line").

mod direct;
mod gateways;
mod history;

pub use history::{
    CONFIRMATION, ExportArgs, ExportFormat, HistoryCommand, ListArgs, ListFormat, PurgeArgs, ShowArgs,
    ShowFormat, VerifyArgs, Which,
};

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args as Group, Parser, Subcommand, ValueEnum};

use crate::config::Options;
use crate::selfaudit::house::Role;
use gateways::Gateways;

/// Debug saved cards with one API call: masked answers, guarded production.
///
/// Without a command the console starts; without a config file it starts on the built-in emulator.
#[derive(Debug, Parser)]
#[command(name = "tokenscope", version, after_help = EXIT_CODES)]
pub struct Args {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command; none starts the console.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// INTERFACE, "Exit codes".
const EXIT_CODES: &str = "\
Exit codes: 0 answered and usable; 1 a fault of ours, or a finding of a check; 2 refused before anything was sent; 3 the API
refused; 4 no whole answer; 5 an answer that cannot be read; 6 answered, token not usable.

Try it: tokenscope --demo fetch";

/// Under which heading help shows the options of all commands.
const EVERYWHERE: &str = "With every command";

/// Options before or after the command.
#[derive(Debug, Clone, Group)]
pub struct Global {
    /// The profile to use; `history list` and `history export` print its calls only
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "NAME")]
    profile: Option<String>,
    /// The config file to read
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder for history, exports and log
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Use the built-in emulator, whatever the config says
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    demo: bool,
    /// Send nothing
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    read_only: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fetch token and cryptogram once and print the masked answer
    #[command(
        after_help = "Example: tokenscope fetch --card-reference token_1 --customer-id c_1 --format json"
    )]
    Fetch(FetchArgs),
    /// Fetch for every row of a file, in its order, and write a masked report
    #[command(
        after_help = "Example: tokenscope batch cards.csv --out report.jsonl --rate 20\nThe input names card_reference and customer_id, and routing_id and submerchant_id where they are needed. After ^C or a crash\nthe same command with --resume goes on: no row is asked again whose result stands in the report."
    )]
    Batch(BatchArgs),
    /// Judge an answer that somebody kept, offline: a body, or the output of curl -i
    #[command(after_help = "Example: curl -i ... | tokenscope diagnose - --gateway payu")]
    Diagnose(DiagnoseArgs),
    /// Mask an answer that somebody kept, as the console does, offline
    #[command(after_help = "Example: curl -i ... | tokenscope redact - > for-the-ticket.txt")]
    Redact(RedactArgs),
    /// Check a merchant's curl command, HAR file or JSON body against the contract, offline; exit 2 where something differs
    #[command(after_help = "Example: tokenscope lint request.txt --format markdown")]
    Lint(LintArgs),
    /// Run the built-in emulator of the API on loopback
    #[command(after_help = "Example: tokenscope emulator --port 8080")]
    Emulator(EmulatorArgs),
    /// Read or delete the history of calls, kept masked for some days, and look after its audit trail
    #[command(subcommand)]
    History(HistoryCommand),
    /// Look at the config, or check it
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Plant fresh secrets, drive every sink, and search every sink for them; exit 1 on a find or where it could not look
    #[command(after_help = "Example: tokenscope self-audit --format json")]
    SelfAudit(SelfAuditArgs),
    /// Print what a shell needs to complete commands and options
    #[command(
        after_help = "Example: tokenscope completions bash > ~/.local/share/bash-completion/completions/tokenscope"
    )]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example: tokenscope man > tokenscope.1; man ./tokenscope.1")]
    Man,
}

/// What to fetch.
#[derive(Debug, Group)]
pub struct FetchArgs {
    /// Body field `card_reference`
    #[arg(long, value_name = "R")]
    pub card_reference: Option<String>,
    /// Body field `customer_id`
    #[arg(long, value_name = "C")]
    pub customer_id: Option<String>,
    /// Header `x-routing-id`; follows the customer unless given
    #[arg(long, value_name = "X")]
    pub routing_id: Option<String>,
    /// Body field `submerchantId`, for resellers
    #[arg(long, value_name = "S")]
    pub submerchant_id: Option<String>,
    /// Also say what this gateway needs of the answer
    #[arg(long, value_name = "G", value_parser = Gateways, ignore_case = true)]
    pub gateway: Option<String>,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Confirms a send on production: the merchant id of the profile
    #[arg(long, value_name = "MERCHANT_ID")]
    pub confirm_production: Option<String>,
}

/// What to fetch for many.
#[derive(Debug, Group)]
pub struct BatchArgs {
    /// The rows: a .csv or .jsonl file
    #[arg(value_name = "INPUT")]
    pub input: PathBuf,
    /// The report to write: a .csv or .jsonl file
    #[arg(long, value_name = "REPORT")]
    pub out: PathBuf,
    /// Calls under way at once, at most
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,
    /// Calls a second, at most; as many as there is room for unless given
    #[arg(long, value_name = "PER_SECOND", value_parser = rate)]
    pub rate: Option<f64>,
    /// Go on with the report of an earlier run
    #[arg(long)]
    pub resume: bool,
    /// Ask rows again that were under way on production when an earlier run ended
    #[arg(long, requires = "resume")]
    pub retry_unknown: bool,
    /// Confirms sends on production: the merchant id of the profile
    #[arg(long, value_name = "MERCHANT_ID")]
    pub confirm_production: Option<String>,
}

/// Calls a second, as a number above zero.
fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().ok().filter(|rate| (0.001..=1_000_000.0).contains(rate));
    rate.ok_or_else(|| "a number above zero".into())
}

/// What to judge.
#[derive(Debug, Group)]
pub struct DiagnoseArgs {
    /// The file that holds the answer; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Also say what this gateway needs of the answer
    #[arg(long, value_name = "G", value_parser = Gateways, ignore_case = true)]
    pub gateway: Option<String>,
    /// The form of what is told
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// What to mask.
#[derive(Debug, Group)]
pub struct RedactArgs {
    /// The file that holds the answer; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// What to check.
#[derive(Debug, Group)]
pub struct LintArgs {
    /// The file that holds the request; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The form of what is told
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// The form of an answer on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For eyes.
    #[default]
    Text,
    /// For a program.
    Json,
    /// For a ticket.
    Markdown,
}

/// How the emulator runs.
#[derive(Debug, Group)]
pub struct EmulatorArgs {
    /// The port on 127.0.0.1; any free one unless given
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// List the references that it answers, and what each shows
    #[arg(long)]
    pub list: bool,
}

/// How to audit.
#[derive(Debug, Clone, Copy, Group)]
pub struct SelfAuditArgs {
    /// The form of the table
    #[arg(long, value_enum, default_value_t)]
    pub format: ListFormat,
    /// The part that a process of the audit plays
    #[arg(long = "as", value_enum, hide = true)]
    pub role: Option<Role>,
}

/// What to do with the config.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigCommand {
    /// Write a commented config file, if there is none yet
    #[command(after_help = "Example: tokenscope config init")]
    Init,
    /// Say what is wrong with the config; exit 1 on a finding
    #[command(after_help = "Example: tokenscope config check --config ./config.toml")]
    Check,
    /// Show each value and where it comes from; never a key
    #[command(after_help = "Example: tokenscope config show --profile prod")]
    Show,
    /// Print the path of the config file
    #[command(after_help = "Example: $EDITOR \"$(tokenscope config path)\"")]
    Path,
}

impl Global {
    /// What the config needs to know of them.
    pub fn options(&self) -> Options {
        Options {
            profile: self.profile.clone(),
            config: self.config.clone(),
            data_dir: self.data_dir.clone(),
            demo: self.demo,
            read_only: self.read_only,
        }
    }
}

/// What to do instead of a command: print a help text, or refuse in one sentence.
pub enum Instead {
    /// Help or version, for stdout.
    Print(String),
    /// Why the command line is not taken.
    Refuse(String),
}

/// Whether a program reads what is printed. It is told from the words alone, since a command line that is not understood is
/// told about in the same way.
pub fn wants_json(words: &[OsString]) -> bool {
    let is_pair = |pair: &[OsString]| matches!(pair, [name, value] if name == "--format" && value == "json");
    words.windows(2).any(is_pair) || words.iter().any(|word| word == "--format=json")
}

/// Reads the command line. A value that is not taken is never repeated: it may be a key.
pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Args, Instead> {
    let words: Vec<OsString> = words.into_iter().collect();
    direct::read(&words).map_or_else(|| read_any(words), Ok)
}

fn read_any(words: Vec<OsString>) -> Result<Args, Instead> {
    Args::try_parse_from(words).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Instead::Print(error.render().to_string()),
        _ => Instead::Refuse(refusal(&error)),
    })
}

fn refusal(error: &clap::Error) -> String {
    let what = match (error.kind(), option(error)) {
        (ErrorKind::UnknownArgument, Some(option)) => format!("there is no option {option} here"),
        (ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand, None) => {
            "a word of the command line is no command or option".into()
        }
        (ErrorKind::InvalidValue, Some(option)) => match choices(error) {
            Some(choices) => format!("{option} takes one of {choices}"),
            None => format!("{option} needs a value"),
        },
        (ErrorKind::ValueValidation, Some(option)) => {
            format!("the value of {option} is not one it takes")
        }
        (ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand, _) => {
            "this command needs another word behind it".into()
        }
        (ErrorKind::ArgumentConflict, Some(option)) => {
            format!("{option} stands there twice or beside one it excludes")
        }
        (_, Some(option)) => format!("{option} is not used as it can be"),
        (_, None) => "the command line is not one it understands".into(),
    };
    format!("{what}; nothing was sent: `tokenscope --help` shows what there is, and no option takes a key")
}

/// The values that an option takes, where it has a list of them.
fn choices(error: &clap::Error) -> Option<String> {
    match error.get(ContextKind::ValidValue)? {
        ContextValue::Strings(values) if !values.is_empty() => Some(values.join(", ")),
        _ => None,
    }
}

/// The option at fault, if its name is one: small letters and dashes, so that no value can be taken for it.
fn option(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg) else { return None };
    let name: String = word.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
    (name.starts_with("--") && (3..=24).contains(&name.len())).then_some(name)
}
