//! Help, output, errors and exit codes of every command, as a script sees them: one table, one snapshot for each command.
//!
//! `Words` is a command line; the snapshot holds it, its exit code, stdout and stderr. What differs from run to run is replaced
//! by a word in one place, [`steady`]. Of what is long and held elsewhere (completions, manual, the emulator's list, the
//! config that `init` writes) the length of stdout is held and not its text; `self-audit` runs in `tests/self_audit.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod batch;
mod replies;

use std::fmt::Write as _;
use std::fs;
use std::process::Stdio;

use batch::{Answer, Home, Server, whole};
use clap::CommandFactory as _;
use replies::{SAMPLE, usable};
use rusqlite::Connection;
use tokenscope::cli::args::Args;

const NOT_FOUND: &str = r#"{"error": true, "user_message": "Stored Card Entry Not Found"}"#;

const VERSION: &str = concat!("tokenscope ", env!("CARGO_PKG_VERSION"));

/// What the server of these tests does with a reference.
fn answer(reference: &str) -> Answer {
    let body = usable().replace(replies::REFERENCE, reference).replace(replies::CUSTOMER, "c");
    match reference {
        "refused" => whole(400, NOT_FOUND),
        "key" => whole(401, r#"{"status": "error", "error_code": "access_denied"}"#),
        "silent" => Answer::Nothing,
        "page" => whole(200, "<html>busy</html>"),
        "suspended" => whole(200, &body.replace("\"status\": \"ACTIVE\"", "\"status\": \"SUSPENDED\"")),
        _ => whole(200, &body),
    }
}

fn home() -> (Server, Home) {
    let server = Server::start(answer);
    let home = Home::new(server.address, "");
    (server, home)
}

/// Where stdout goes.
#[derive(Clone, Copy, PartialEq)]
enum Out {
    /// Into the snapshot.
    Whole,
    /// Only how long it is.
    Long,
    /// To a disk that is full.
    Full,
}

/// Runs command lines in a home and holds each with what came of it. A word `'...'` may hold blanks.
fn told(home: &Home, lines: &[(i32, &str)]) -> String {
    let all: Vec<_> = lines.iter().map(|(exit, line)| (*exit, Out::Whole, *line)).collect();
    told_to(home, &all)
}

fn told_to(home: &Home, lines: &[(i32, Out, &str)]) -> String {
    let mut text = String::new();
    for (exit, out, line) in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut command = home.command(&words);
        command.env("USER", "tester");
        if *out == Out::Full {
            command.stdout(Stdio::from(fs::File::options().write(true).open("/dev/full").unwrap()));
        }
        let run = batch::Run::of(command.output().unwrap());
        assert_eq!(run.exit, *exit, "{line}: {}{}", run.out, run.err);
        let shown = match out {
            Out::Whole => run.out,
            Out::Full => "to a full disk\n".into(),
            Out::Long => format!("{} text\n", if run.out.is_empty() { "no" } else { "some" }),
        };
        let _ = write!(text, "$ tokenscope {line}\n{shown}--- stderr\n{}--- exit {}\n\n", run.err, run.exit);
    }
    steady(home, &text)
}

/// The one place where what differs from run to run becomes a word.
fn steady(home: &Home, text: &str) -> String {
    let text = text.replace(home.0.path().to_str().unwrap(), "HOME").replace(VERSION, "tokenscope VERSION");
    let text = replaced(&text, "127.0.0.1:", "PORT", |c| c.is_ascii_digit());
    let text = ["timing_ms", "lookup", "connect", "first_byte", "rest"]
        .iter()
        .fold(text, |text, name| replaced(&text, &format!("\"{name}\": "), "MS", |c| c.is_ascii_digit()));
    let text = replaced(&text, "sha256 ", "HASH", |c| c.is_ascii_hexdigit());
    // The last of what is told in a row of CSV before the time that the call took.
    let text = replaced(&text, "as no 3-D Secure ran.\",\"", "MS", |c| c.is_ascii_digit());
    let text = patterned(&text, "9999-99-99T99:99:99Z", "TIME");
    let text = patterned(&text, "  99-99 99:99  ", "  DAY  TIME  ");
    text.split('\n').map(untimed).collect::<Vec<_>>().join("\n")
}

/// Replaces what looks like a pattern, in which 9 is any digit.
fn patterned(text: &str, pattern: &str, word: &str) -> String {
    let is_at = |rest: &str| {
        let mut rest = rest.chars();
        pattern
            .chars()
            .all(|wanted| rest.next().is_some_and(|c| c == wanted || wanted == '9' && c.is_ascii_digit()))
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let found = is_at(rest);
        out.extend(if found { word.chars().collect::<Vec<_>>() } else { vec![c] });
        rest = rest.get(if found { pattern.len() } else { c.len_utf8() }..).unwrap_or_default();
    }
    out
}

/// Replaces the characters that follow a mark.
fn replaced(text: &str, mark: &str, word: &str, is_part: fn(char) -> bool) -> String {
    let mut parts = text.split(mark);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(is_part);
        out += mark;
        out += if rest.len() < part.len() { word } else { "" };
        out += rest;
    }
    out
}

/// Milliseconds in sentences.
fn untimed(line: &str) -> String {
    let mut parts = line.split(" ms");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let before = out.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_time = before.len() < out.len() && before.ends_with(' ');
        out = if is_time { format!("{before}MS") } else { out };
        out += " ms";
        out += part;
    }
    out
}

#[test]
fn help_of_every_command() {
    let home = Home::new("127.0.0.1:9".parse().unwrap(), "");
    let mut lines = vec!["--help".to_owned()];
    below(&Args::command(), "", &mut lines);
    let lines: Vec<(i32, &str)> = lines.iter().map(|line| (0, line.as_str())).collect();
    insta::assert_snapshot!("help", told(&home, &lines));
}

fn below(command: &clap::Command, above: &str, lines: &mut Vec<String>) {
    for one in command.get_subcommands() {
        let path = format!("{above}{} ", one.get_name());
        lines.push(format!("{path}--help"));
        below(one, &path, lines);
    }
}

#[test]
fn a_command_line_that_is_not_understood() {
    let home = Home::new("127.0.0.1:9".parse().unwrap(), "");
    let lines = [
        (2, "fetsch"),
        (2, "--no-such-option"),
        (2, "fetch --format yaml"),
        (2, "fetch --format json --no-such-option"),
        (2, "history"),
        (2, "config"),
        (2, "--profile nobody fetch --card-reference r --customer-id c"),
        (2, ""),
    ];
    insta::assert_snapshot!("usage", told(&home, &lines));
}

#[test]
fn fetch() {
    let (_server, home) = home();
    let ask = |reference: &str, format: &str| {
        format!("fetch --card-reference {reference} --customer-id c --format {format}")
    };
    let mut lines = Vec::new();
    for (exit, reference) in [(0, "good"), (3, "refused"), (4, "silent"), (5, "page"), (6, "suspended")] {
        for format in ["text", "json", "markdown"] {
            lines.push((exit, Out::Whole, ask(reference, format)));
        }
    }
    for format in ["text", "json"] {
        lines.push((2, Out::Whole, format!("fetch --format {format}")));
        lines.push((2, Out::Whole, format!("{} --read-only", ask("good", format))));
        lines.push((1, Out::Full, ask("good", format)));
    }
    let lines: Vec<_> = lines.iter().map(|(exit, out, line)| (*exit, *out, line.as_str())).collect();
    insta::assert_snapshot!("fetch", told_to(&home, &lines));
}

#[test]
fn batch_of_rows() {
    let (_server, home) = home();
    let input = |name: &str, references: &str| {
        let rows: Vec<_> = references.split(' ').map(|it| format!("{it},c")).collect();
        home.write(name, &format!("card_reference,customer_id\n{}\n", rows.join("\n")));
    };
    input("good.csv", "good refused suspended 4111111111111111");
    input("silent.csv", "good silent");
    input("key.csv", "key good");
    fs::create_dir(home.path("folder.csv")).unwrap();
    home.write("bad.csv", "reference\nr\n");
    let lines = [
        (0, "batch good.csv --out good.jsonl"),
        (2, "batch good.csv --out good.jsonl"),
        (0, "batch good.csv --out good.jsonl --resume"),
        (2, "batch bad.csv --out bad.jsonl"),
        (2, "batch good --out folder.jsonl"),
        (2, "batch folder.csv --out folder.jsonl"),
        (2, "batch good.csv"),
        (2, "batch good.csv --out other.jsonl --read-only"),
        (3, "batch key.csv --out key.jsonl"),
        (4, "batch silent.csv --out silent.csv.csv"),
    ];
    let told = told(&home, &lines) + &told_to(&home, &[(1, Out::Full, "batch good.csv --out full.jsonl")]);
    insta::assert_snapshot!("batch", told);
}

#[test]
fn diagnose_redact_and_lint() {
    let home = Home::new("127.0.0.1:9".parse().unwrap(), "");
    let kept = usable();
    home.write("good.json", &kept);
    home.write("suspended.json", &kept.replace("\"status\": \"ACTIVE\"", "\"status\": \"SUSPENDED\""));
    home.write(
        "refused.txt",
        &format!("HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n\r\n{NOT_FOUND}"),
    );
    home.write("page.html", "<html>busy</html>");
    home.write("right.json", r#"{"card_reference": "token_1", "customer_id": "c_1"}"#);
    home.write("wrong.txt", "curl http://127.0.0.1/v4/card -u key: -d '{\"card_reference\": \"token_1\"}'");
    assert!(SAMPLE.contains("ACTIVE"), "the replacement above finds its place");
    let mut lines = Vec::new();
    for (exit, file) in
        [(0, "good.json"), (3, "refused.txt"), (5, "page.html"), (6, "suspended.json"), (2, "none.json")]
    {
        for format in ["text", "json", "markdown"] {
            lines.push((exit, Out::Whole, format!("diagnose {file} --format {format}")));
        }
    }
    lines.push((1, Out::Full, "diagnose good.json".into()));
    for (exit, file) in [(0, "good.json"), (5, "page.html"), (2, "none.json")] {
        lines.push((exit, Out::Whole, format!("redact {file}")));
    }
    lines.push((1, Out::Full, "redact good.json".into()));
    for (exit, file) in [(0, "right.json"), (2, "wrong.txt"), (2, "none.txt")] {
        for format in ["text", "json", "markdown"] {
            lines.push((exit, Out::Whole, format!("lint {file} --format {format}")));
        }
    }
    lines.push((1, Out::Full, "lint right.json".into()));
    let lines: Vec<_> = lines.iter().map(|(exit, out, line)| (*exit, *out, line.as_str())).collect();
    insta::assert_snapshot!("offline", told_to(&home, &lines));
}

#[test]
fn history() {
    let (_server, home) = home();
    let before = told(
        &home,
        &[
            (2, "history list"),
            (2, "history list --format json"),
            (0, "history verify"),
            (2, "history show 1"),
            (2, "history export --format csv"),
        ],
    );
    told(&home, &[(0, "fetch --card-reference good --customer-id c")]);
    let kept = told(
        &home,
        &[
            (0, "history list"),
            (0, "history list --format json"),
            (0, "history show 1"),
            (0, "history show 1 --format json"),
            (2, "history show 9"),
            (2, "history show 9 --format json"),
            (0, "history export --format csv"),
            (0, "history export --format json"),
            (0, "history verify"),
            (0, "history verify --format json"),
            (2, "history purge"),
            (2, "history purge --confirm yes"),
            (2, "history list --data-dir in.csv"),
        ],
    );
    let full = told_to(&home, &[(1, Out::Full, "history list"), (1, Out::Full, "history verify")]);
    let database = Connection::open(home.path(".local/share/tokenscope/history.db")).unwrap();
    database.execute_batch("DROP TRIGGER audit_is_not_edited; UPDATE audit SET outcome = 'x'").unwrap();
    drop(database);
    let after = told(
        &home,
        &[
            (1, "history verify"),
            (1, "history verify --format json"),
            (0, "history purge --confirm purge"),
            (0, "history list"),
        ],
    );
    home.write(".local/share/tokenscope/history.db", "no database");
    let damaged = told(
        &home,
        &[(2, "history verify"), (2, "history verify --format json"), (1, "history list --format json")],
    );
    insta::assert_snapshot!("history", [before, kept, full, after, damaged].concat());
}

#[test]
fn config() {
    let home = Home::new("127.0.0.1:9".parse().unwrap(), "");

    home.write(
        "wrong.toml",
        "default_profile = \"x\"\n[profiles.near]\nenviroment = \"custom\"\nkey = \"sk_live_1234567890\"\n",
    );
    let lines = [
        (0, "config path"),
        (0, "config show"),
        (0, "config check"),
        (1, "config check --config wrong.toml"),
        (2, "config show --config wrong.toml"),
        (2, "config show --config none.toml"),
        (2, "config init"),
    ];
    insta::assert_snapshot!("config", told(&home, &lines));
}

#[test]
fn what_is_long_or_runs_on() {
    let home = Home::new("127.0.0.1:9".parse().unwrap(), "");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!("emulator --port {}", taken.local_addr().unwrap().port());
    let lines = [
        (0, Out::Long, "completions bash"),
        (2, Out::Whole, "completions tcsh"),
        (1, Out::Full, "completions bash"),
        (0, Out::Long, "man"),
        (1, Out::Full, "man"),
        (0, Out::Long, "emulator --list"),
        (2, Out::Whole, "emulator --port 70000"),
        (2, Out::Whole, "self-audit --format markdown"),
        (1, Out::Full, "emulator --list"),
    ];
    let told = told_to(&home, &lines)
        + &["--port ", "port "].iter().fold(told(&home, &[(2, &port)]), |told, mark| {
            replaced(&told, mark, "PORT", |c| c.is_ascii_digit())
        });
    insta::assert_snapshot!("long", told);
}
