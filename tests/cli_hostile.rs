//! The real binary against servers that write raw bytes: exit code, stdout and history of every kind of broken answer.

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

mod hostile;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::Sqlite;
use tokenscope::domain::history::{Entry, Page};
use tokenscope::ports::Ledger;

use hostile::order::{BASIC, KEY, REFERENCE};
use hostile::server::{Server, http};

const USABLE: &str = include_str!("fixtures/usable_200.json");

/// What a fetch left behind.
struct Fetched {
    exit: i32,
    out: String,
    err: String,
    rows: Vec<Entry>,
}

/// Fetches from this server, in a home of its own.
fn fetch(server: &Server, format: &str) -> Fetched {
    let home = tempfile::tempdir().unwrap();
    configure(&home, &server.base_url());
    let data = home.path().join("data");
    let output = Command::new(env!("CARGO_BIN_EXE_tokenscope"))
        .args([
            "fetch",
            "--card-reference",
            REFERENCE,
            "--customer-id",
            "juspaytest_cust",
            "--format",
            format,
        ])
        .arg("--data-dir")
        .arg(&data)
        .env_clear()
        .env("HOME", home.path())
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let mut ledger = Sqlite::open(&Folders::open(&data, &data).unwrap()).unwrap();
    Fetched {
        exit: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        rows: ledger.page(&Page { limit: 9, ..Page::default() }).unwrap(),
    }
}

fn configure(home: &TempDir, base_url: &str) {
    let write = |name: &str, text: &str| {
        let path = home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    };
    let key = write("key", KEY);
    let text = format!(
        "[profiles.lab]\nenvironment = \"custom\"\nbase_url = \"{base_url}\"\nmerchant_id = \"acme\"\n\
         version = \"2023-01-01\"\nkey = {{ file = \"{}\" }}\n",
        key.display()
    );
    write(".config/tokenscope/config.toml", &format!("default_profile = \"lab\"\n{text}"));
}

/// Holds how a fetch of these bytes ends, in every format and in the history.
fn assert_ends(bytes: &[u8], exit: i32, verdict: &str) {
    let shown = String::from_utf8_lossy(bytes);
    for (format, word) in [
        ("text", format!("{verdict}\n")),
        ("json", format!("\"verdict\": \"{verdict}\"")),
        ("markdown", format!("# {verdict}\n")),
    ] {
        let server = Server::answering(bytes);
        let run = fetch(&server, format);
        assert_eq!(run.exit, exit, "{shown}\n{}{}", run.out, run.err);
        assert!(run.out.contains(&word), "{shown}\n{}", run.out);
        assert!(!run.out.contains(KEY) && !run.out.contains(BASIC) && !run.err.contains(KEY));
        let rows: Vec<(&str, i32)> =
            run.rows.iter().map(|row| (row.verdict.word(), row.verdict.exit().into())).collect();
        assert_eq!(rows, [(verdict, exit)], "{shown}");
        assert_eq!(run.rows[0].network.is_empty(), exit != 0, "{shown}");
        assert_eq!((server.connections(), server.requests().len()), (1, 1), "{shown}");
    }
}

#[test]
fn a_whole_answer_is_the_success_that_the_others_are_not() {
    assert_ends(&http("200 OK", &[], USABLE), 0, "USABLE");
}

#[test]
fn broken_framing_is_exit_4_and_no_answer_in_the_history() {
    let length = USABLE.len();
    let chunk = format!("{length:x}\r\n{USABLE}\r\n");
    for bytes in [
        String::new(),
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{USABLE}", length + 1),
        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\ncontent-length: 5\r\n\r\n{USABLE}"),
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}"),
        format!(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: {length}\r\n\r\n{chunk}0\r\n\r\n"
        ),
        format!("HTTP/1.1 206 Partial Content\r\ncontent-length: {length}\r\n\r\n{USABLE}"),
        format!("HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: {length}\r\n\r\n{USABLE}"),
        format!("HTTP/2.0 200 OK\r\ncontent-length: {length}\r\n\r\n{USABLE}"),
        USABLE.to_owned(),
    ] {
        assert_ends(bytes.as_bytes(), 4, "NO ANSWER");
    }
}

#[test]
fn a_whole_body_that_is_no_answer_is_exit_5_and_unreadable_in_the_history() {
    let short = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{USABLE}", USABLE.len() - 20);
    let utf_16: Vec<u8> = USABLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf_16 =
        [format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", utf_16.len()).as_bytes(), &utf_16].concat();
    for bytes in [
        short.into_bytes(),
        utf_16,
        http("200 OK", &["content-encoding: identity", "content-encoding: gzip"], USABLE),
        http("204 No Content", &[], USABLE),
    ] {
        assert_ends(&bytes, 5, "UNREADABLE");
    }
}

#[test]
fn escapes_of_an_answer_reach_no_pipe() {
    let head = "HTTP/1.1 200 O\u{202e}K\r\nx-request-id: \u{202e}\u{9b}31m\r\n";
    let body = USABLE.replace("Paytm", r"Pay\u001b]52;c;eA==\u0007tm\u202e");
    let bytes = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    for format in ["text", "json", "markdown"] {
        let run = fetch(&Server::answering(bytes.clone()), format);
        assert_eq!(run.exit, 0, "{}", run.err);
        let bad = run.out.chars().find(|c| *c != '\n' && (c.is_control() || *c == '\u{202e}'));
        assert_eq!(bad, None, "{}", run.out);
        assert!(run.out.contains("202e}"), "the escapes are really there: {}", run.out);
    }
}
