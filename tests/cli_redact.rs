//! `redact` with the real binary: what is masked, what stays readable, and what is not shown at all.
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

mod replies;

use std::fs;
use std::process::{Command, Stdio};

use replies::{CRYPTOGRAM, TOKEN, usable};

/// The exit code, stdout and stderr of `redact` over a file that holds these bytes.
fn redact(bytes: &[u8]) -> (i32, String, String) {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("kept"), bytes).unwrap();
    run(home.path(), "kept")
}

fn run(home: &std::path::Path, name: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tokenscope"));
    command.args(["redact", name]).env_clear().env("HOME", home).env("LANG", "C.UTF-8");
    let output = command.current_dir(home).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_body_comes_out_as_json_that_holds_what_is_public_and_no_secret() {
    let body = usable();
    let secrets = [TOKEN, CRYPTOGRAM, "Rohit", "65soeo", "V00100146"];
    assert!(secrets.iter().all(|secret| body.contains(secret)), "the search finds what is there");
    let (exit, out, err) = redact(body.as_bytes());
    assert_eq!((exit, err.as_str()), (0, ""));
    assert!(secrets.iter().all(|secret| !out.contains(secret)), "{out}");
    insta::assert_snapshot!(out);
    serde_json::from_str::<serde::de::IgnoredAny>(&out).unwrap();
}

#[test]
fn what_curl_wrote_keeps_its_head_and_a_secret_of_the_body_is_hidden_there_too() {
    let head = format!("HTTP/2 200\r\nX-Request-Id: req-7\r\nDate: {TOKEN}\r\nSet-Cookie: sid=1\r\n\r\n");
    let (exit, out, _) = redact((head + &usable()).as_bytes());
    let (head, body) = out.split_once("\n\n").unwrap();
    let told = "HTTP 200\nX-Request-Id: req-7\nDate: ••••••••\nSet-Cookie: ••••••••";
    assert_eq!((exit, head), (0, told));
    assert!(body.starts_with("{\n"), "{body}");
}

#[test]
fn json_that_is_no_answer_of_the_contract_is_hidden_by_default() {
    let (exit, out, _) = redact(br#"{"user_message": "no", "odd": {"deep": [1, "x"]}, "cvv": 123}"#);
    assert_eq!(exit, 0);
    assert_eq!(out, "{\n  \"user_message\": \"no\",\n  \"odd\": \"••••••••\",\n  \"cvv\": \"••••••••\"\n}\n");
    assert_eq!(redact(b"[\"4788080252078243\"]").1, "\"••••••••\"\n");
}

#[test]
fn what_cannot_be_parsed_is_not_shown_at_all() {
    let cut = usable().split_once("\"nickname\"").unwrap().0.to_owned();
    let zipped = b"HTTP/1.1 200 OK\nContent-Encoding: gzip\n\n\x1f\x8b\x08";
    for (bytes, part) in [
        (cut.as_bytes(), "ends in the middle of a value"),
        (b"<html>4788080252078243", "page of HTML"),
        (b"", "The body is empty"),
        (b"{\"a\": \"\xff\"}", "not UTF-8"),
        (zipped, "compressed"),
    ] {
        let (exit, out, err) = redact(bytes);
        assert_eq!((exit, out.as_str()), (5, ""), "{err}");
        assert!(err.starts_with("tokenscope: nothing was masked, and so nothing is shown."), "{err}");
        assert!(err.contains(part) && err.lines().count() == 1 && !err.contains("478808"), "{err}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let (exit, out, err) = run(home.path(), "nowhere");
    assert_eq!((exit, out.as_str()), (2, ""));
    assert!(err.contains("nothing was masked: there is no file of that name"), "{err}");
}
