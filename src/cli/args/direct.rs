//! The command line of `fetch` alone, which scripts run again and again: a tree of one command, made in a fraction of the time
//! that that of all takes. What it does not take is left to the other one, which knows what to say.
//! Tested: below, beside the whole command line, and by `tests/cli_snapshots.rs`.

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use super::{Args, Command, FetchArgs, Global};

#[derive(Parser)]
#[command(name = "tokenscope", disable_help_flag = true, disable_help_subcommand = true)]
struct Direct {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Only,
}

/// Beside a long text of the command, no option is asked for its values to see whether one of them has a long text.
#[derive(Subcommand)]
enum Only {
    #[command(disable_help_flag = true, long_about = "")]
    Fetch(FetchArgs),
}

/// Reads it; `None` where it is of another command, asks for help or is not to be taken.
pub(super) fn read(words: &[OsString]) -> Option<Args> {
    if !words.iter().any(|word| word == "fetch") {
        return None;
    }
    let Direct { global, command: Only::Fetch(options) } = Direct::try_parse_from(words).ok()?;
    Some(Args { global, command: Some(Command::Fetch(options)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn what_it_takes_is_what_the_whole_command_line_says() {
        for line in [
            "tokenscope fetch",
            "tokenscope --demo fetch --card-reference fetch --customer-id=batch",
            "tokenscope fetch --profile a --config b --data-dir c --read-only --routing-id d --submerchant-id e",
            "tokenscope --profile fetch fetch --gateway PayU --format json --confirm-production f",
        ] {
            let whole = Args::try_parse_from(words(line)).unwrap();
            assert_eq!(format!("{:?}", read(&words(line))), format!("{:?}", Some(whole)), "{line}");
        }
    }

    #[test]
    fn everything_else_is_left_to_the_whole_command_line() {
        for line in [
            "tokenscope",
            "tokenscope batch fetch --out fetch",
            "tokenscope help fetch",
            "tokenscope fetch --help",
            "tokenscope fetch -h",
            "tokenscope --version fetch",
            "tokenscope fetch --format xml",
            "tokenscope fetch --demo --demo",
            "tokenscope fetch fetch",
        ] {
            assert!(read(&words(line)).is_none(), "{line}");
        }
    }
}
