//! The words of `history`.

use clap::{Args as Group, Subcommand, ValueEnum};

use crate::domain::calendar::{Stamp, is_day};
use crate::domain::history::Verdict;

/// What to read of the history.
#[derive(Debug, Subcommand)]
pub enum HistoryCommand {
    /// Print the newest calls, newest first
    #[command(
        after_help = "Example: tokenscope history list --profile prod --verdict refused --since 2026-11-23"
    )]
    List(ListArgs),
    /// Print every call, for a spreadsheet or a program; each row says who redacted it
    #[command(after_help = "Example: tokenscope history export --filter cust_1 > calls.csv")]
    Export(ExportArgs),
    /// Print one call, and what was done with its answer as the audit trail says
    #[command(after_help = "Example: tokenscope history show 12; `history list` names the ids")]
    Show(ShowArgs),
    /// Delete every call from the history; the audit trail stays and says so
    #[command(after_help = "Example: tokenscope history purge --confirm purge")]
    Purge(PurgeArgs),
    /// Look for rows of the audit trail that were edited, removed, moved or cut off; exit 1 on a finding
    #[command(
        after_help = "Rows are kept for 400 days, counted back from the newest; what goes leaves a sealed row that says so.\nExample: tokenscope history verify --format json"
    )]
    Verify(VerifyArgs),
}

/// Which call to show.
#[derive(Debug, Group)]
pub struct ShowArgs {
    /// The call's id
    #[arg(value_name = "ID", value_parser = clap::value_parser!(i64).range(1..))]
    pub id: i64,
    /// The form of the call
    #[arg(long, value_enum, default_value_t)]
    pub format: ShowFormat,
}

/// Whether to delete.
#[derive(Debug, Group)]
pub struct PurgeArgs {
    /// Confirms it where nobody sits at a terminal: the word `purge`
    #[arg(long, value_name = "WORD", value_parser = [CONFIRMATION])]
    pub confirm: Option<String>,
}

/// What has to be typed before the history is deleted.
pub const CONFIRMATION: &str = "purge";

/// How to tell what was found.
#[derive(Debug, Group)]
pub struct VerifyArgs {
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    pub format: ShowFormat,
}

/// The form of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ShowFormat {
    /// For eyes.
    #[default]
    Text,
    /// A JSON object.
    Json,
}

/// Which calls are meant; with `--profile` only those under that profile.
#[derive(Debug, Group)]
pub struct Which {
    /// Only calls that hold this in profile, reference, customer, verdict, HTTP status or time
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub filter: String,
    /// Only calls for this card
    #[arg(long, value_name = "R")]
    pub card_reference: Option<String>,
    /// Only calls for this customer
    #[arg(long, value_name = "C")]
    pub customer_id: Option<String>,
    /// Only calls with this verdict
    #[arg(long, value_name = "VERDICT", value_parser = verdicts(), ignore_case = true)]
    pub verdict: Option<Verdict>,
    /// Only calls since then: 2026-11-23 or 2026-11-23T18:20:05Z
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub since: Option<Stamp>,
}

/// The verdicts in the order of [`Verdict::ALL`], as one word each.
const VERDICTS: [&str; 5] = ["usable", "not-usable", "refused", "no-answer", "unreadable"];

fn verdicts() -> impl clap::builder::TypedValueParser<Value = Verdict> {
    use clap::builder::{PossibleValuesParser, TypedValueParser as _};
    let read = |word: &str| VERDICTS.iter().zip(Verdict::ALL).find(|(it, _)| it.eq_ignore_ascii_case(word));
    PossibleValuesParser::new(VERDICTS)
        .try_map(move |word| read(&word).map(|(_, verdict)| verdict).ok_or("a verdict"))
}

/// A day begins at midnight, UTC.
fn since(text: &str) -> Result<Stamp, String> {
    let day = is_day(text).then(|| format!("{text}T00:00:00Z"));
    Stamp::of_utc(day.as_deref().unwrap_or(text)).ok_or_else(|| "a day or a time in UTC".into())
}

/// Which calls to list.
#[derive(Debug, Group)]
pub struct ListArgs {
    /// Which calls are meant.
    #[command(flatten)]
    pub which: Which,
    /// Calls at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// The form of the list
    #[arg(long, value_enum, default_value_t)]
    pub format: ListFormat,
}

/// Which calls to export.
#[derive(Debug, Group)]
pub struct ExportArgs {
    /// Which calls are meant.
    #[command(flatten)]
    pub which: Which,
    /// The form of the export
    #[arg(long, value_enum, default_value_t)]
    pub format: ExportFormat,
}

/// The form of a list of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ListFormat {
    /// A table, for eyes.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// The form of an export of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ExportFormat {
    /// For a spreadsheet.
    #[default]
    Csv,
    /// A JSON object a line.
    Json,
}
