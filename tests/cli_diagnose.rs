//! `diagnose` with the real binary: kept answers of every kind, exit codes, masking, and what cannot be read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::zero_sized_map_values,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod replies;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use replies::{CRYPTOGRAM, SAMPLE, TOKEN, usable};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What a run left behind.
struct Run {
    exit: i32,
    out: String,
    err: String,
}

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tokenscope"));
        command
            .args(words)
            .env_clear()
            .env("HOME", self.0.path())
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null());
        command.current_dir(self.0.path());
        command
    }

    /// Keeps the bytes in a file and judges it.
    fn diagnose(&self, bytes: &[u8], more: &[&str]) -> Run {
        fs::write(self.0.path().join("kept"), bytes).unwrap();
        self.run(&[&["diagnose", "kept"], more].concat())
    }

    fn run(&self, words: &[&str]) -> Run {
        let output = self.command(words).output().unwrap();
        Run {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn diagnose(bytes: &[u8]) -> Run {
    Home::new().diagnose(bytes, &[])
}

/// As `curl -i` writes it.
fn curled(status: &str, kind: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nX-Request-Id: req-7\r\n\r\n{body}")
}

const NOT_FOUND: &str = r#"{"error": true, "user_message": "Stored Card Entry Not Found"}"#;

#[test]
fn the_exit_code_follows_the_verdict_of_a_body_and_of_what_curl_wrote() {
    let json = "application/json";
    for (kept, exit, verdict) in [
        (usable(), 0, "USABLE"),
        (curled("200 OK", json, &usable()), 0, "USABLE"),
        (SAMPLE.to_owned(), 6, "NOT USABLE"),
        (usable().replace("\"ACTIVE\"", "\"DELETED\""), 6, "NOT USABLE"),
        (NOT_FOUND.to_owned(), 3, "REFUSED"),
        (curled("400 Bad Request", json, NOT_FOUND), 3, "REFUSED"),
        (curled("503 Unavailable", "text/html", "<html>"), 3, "REFUSED"),
        (curled("302 Found", "text/html", ""), 3, "REFUSED"),
        (curled("200 OK", "text/html", "<html>"), 5, "UNREADABLE"),
        (curled("200 OK", json, ""), 5, "UNREADABLE"),
        ("{}".to_owned(), 5, "UNREADABLE"),
    ] {
        let run = diagnose(kept.as_bytes());
        assert_eq!((run.exit, run.err.as_str()), (exit, ""), "{kept}");
        assert_eq!(run.out.lines().next(), Some(verdict), "{}", run.out);
    }
}

#[test]
fn what_cannot_be_read_is_told_in_a_clear_sentence_that_names_the_place() {
    let cut = usable().split_once("\"token\"").unwrap().0.to_owned();
    let cases: [(&[u8], &str); 6] = [
        (b"", "The body is empty."),
        (b" \n\r\n", "The body is empty."),
        (cut.as_bytes(), "The JSON ends in the middle of a value, at line"),
        (
            b"<!doctype html><html><body>Sign in</body></html>",
            "The body is a page of HTML or XML in place of JSON.",
        ),
        (b"{\"eci\": \"07\", \"issuer\": \"\xff\"}", "The body is not UTF-8 from byte 25 on."),
        (b"\xff\xfe{\x00}\x00", "The body is not UTF-8 from byte 0 on."),
    ];
    for (bytes, sentence) in cases {
        let run = diagnose(bytes);
        let told = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!((run.exit, run.err.as_str()), (5, ""), "{told}");
        assert!(told.starts_with(&format!("UNREADABLE Why {sentence}")), "{told}");
    }
}

#[test]
fn what_is_no_file_to_read_is_refused_and_its_name_is_not_repeated() {
    let home = Home::new();
    fs::create_dir(home.0.path().join("dir1")).unwrap();
    fs::write(home.0.path().join("big1"), vec![b' '; 1024 * 1024 + 1]).unwrap();
    let pasted = usable();
    let long = "x".repeat(5000);
    for (name, part) in [
        ("nowhere", "no file of that name"),
        ("dir1", "is a folder"),
        ("big1", "larger than 1 MiB"),
        ("dir1/kept/kept", "no file of that name"),
        (pasted.as_str(), "no file of that name"),
        (long.as_str(), "no file of that name"),
    ] {
        let run = home.run(&["diagnose", name]);
        assert_eq!((run.exit, run.out.as_str()), (2, ""), "{}", run.err);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        assert!(
            run.err.starts_with("tokenscope: nothing was judged: ") && run.err.contains(part),
            "{}",
            run.err
        );
        assert!(!run.err.contains(name) && !run.err.contains(TOKEN), "{}", run.err);
    }
}

#[test]
fn an_answer_of_just_1_mib_is_read() {
    let mut body = usable().into_bytes();
    body.resize(1024 * 1024, b' ');
    assert_eq!(diagnose(&body).exit, 0);
}

#[test]
fn standard_input_is_read_to_its_end_and_capped_too() {
    let home = Home::new();
    let judge = |bytes: &[u8]| {
        let mut child = home
            .command(&["diagnose", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        // The cap may end the reading first.
        let _ = bytes.chunks(1000).try_for_each(|chunk| input.write_all(chunk));
        drop(input);
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (exit, out) = judge(curled("200 OK", "application/json", &usable()).as_bytes());
    assert!(exit == 0 && out.starts_with("USABLE\n"), "{out}");
    assert_eq!(judge(b"").0, 5);
    assert_eq!(judge(&vec![b' '; 3 * 1024 * 1024]), (2, String::new()));
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let home = Home::new();
    fs::write(home.0.path().join("kept"), usable()).unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child =
        home.command(&["diagnose", "kept"]).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut told).unwrap();
    assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""));
}

#[test]
fn no_form_holds_a_secret_and_the_search_finds_what_is_there() {
    let body = usable().replace("\"Paytm\"", &format!("\"Bank {TOKEN}\""));
    let kept = curled("200 OK", "application/json", &body).replace("req-7", CRYPTOGRAM);
    let secrets = ["080252", "788080", "Uc/zwf", "nBAzBK", "Rohit", "65soeo", "V00100146"];
    assert!(secrets.iter().all(|secret| kept.contains(secret)), "the search finds what is there");
    for format in ["text", "json", "markdown"] {
        let run = Home::new().diagnose(kept.as_bytes(), &["--format", format, "--gateway", "payu"]);
        assert_eq!(run.exit, 0, "{}", run.err);
        let all = run.out + &run.err;
        assert!(secrets.iter().all(|secret| !all.contains(secret)), "{all}");
        assert!(all.contains("8243") && all.contains("••••••••"), "{all}");
    }
}

#[test]
fn an_error_that_holds_a_secret_in_a_broken_answer_is_not_repeated() {
    let cut = usable().split_once("\"nickname\"").unwrap().0.to_owned();
    let run = diagnose(cut.as_bytes());
    assert!(run.exit == 5 && !run.out.contains("080252") && !run.out.contains("Uc/zwf"), "{}", run.out);
}

#[derive(Deserialize)]
struct Read {
    card_reference: Option<String>,
    customer_id: Option<String>,
    profile: Option<String>,
    host: Option<String>,
    http_status: Option<u16>,
    timing_ms: Option<u32>,
    findings: Vec<BTreeMap<String, String>>,
    readiness: Option<BTreeMap<String, IgnoredAny>>,
}

fn json(kept: &str, more: &[&str]) -> Read {
    let run = Home::new().diagnose(kept.as_bytes(), &[&["--format", "json"], more].concat());
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn the_json_has_the_keys_of_fetch_and_null_for_what_nobody_knows() {
    let keys = "answer card_reference customer_id environment exit findings host http_status profile summary \
                timing_ms verdict";
    for kept in [usable(), curled("400 Bad Request", "application/json", NOT_FOUND), "<html>".into()] {
        let run = Home::new().diagnose(kept.as_bytes(), &["--format", "json"]);
        let read: BTreeMap<String, IgnoredAny> = serde_json::from_str(&run.out).unwrap();
        assert_eq!(read.into_keys().collect::<Vec<_>>().join(" "), keys);
    }
    let body = json(&usable(), &[]);
    assert_eq!((body.profile, body.host, body.http_status, body.timing_ms), (None, None, None, None));
    assert_eq!(body.card_reference.as_deref(), Some(replies::REFERENCE));
    assert_eq!(body.customer_id.as_deref(), Some(replies::CUSTOMER));
    let refused = json(&curled("400 Bad Request", "application/json", NOT_FOUND), &[]);
    assert_eq!((refused.http_status, refused.card_reference), (Some(400), None));
    assert_eq!(refused.findings[0]["id"], "card-not-found");
}

#[test]
fn a_body_alone_is_told_apart_by_its_shape() {
    for (body, id) in [
        (r#"{"status": "error", "error_code": "access_denied"}"#, "key-refused"),
        (NOT_FOUND, "card-not-found"),
        (r#"{"error": "true", "error_message": "no"}"#, "refused"),
    ] {
        let read = json(body, &[]);
        assert_eq!(read.findings[0]["id"], id, "{body}");
        assert!(!read.findings[0]["meaning"].contains("HTTP"), "{}", read.findings[0]["meaning"]);
    }
}

#[test]
fn readiness_is_told_for_the_option_else_for_the_config_and_a_gateway_that_nobody_knows_is_refused() {
    assert!(json(&usable(), &[]).readiness.is_none());
    assert!(json(&usable(), &["--gateway", "mpgs"]).readiness.is_some());
    let home = Home::new();
    fs::write(home.0.path().join("config.toml"), "[ui]\ngateway = \"pinelabs\"\n").unwrap();
    let more = ["--config", "config.toml"];
    let told = home.diagnose(usable().as_bytes(), &more);
    assert!(told.out.contains("Ready for Pine Labs"), "{}{}", told.out, told.err);
    let other = home.diagnose(usable().as_bytes(), &[&more[..], &["--gateway", "PayU"]].concat());
    assert!(other.out.contains("Ready for PayU") && !other.out.contains("Pine Labs"), "{}", other.out);
    let wrong = home.diagnose(usable().as_bytes(), &["--gateway", "payyou"]);
    assert_eq!((wrong.exit, wrong.out.as_str()), (2, ""));
    assert!(wrong.err.contains("--gateway takes one of payu, razorpay, cybersource"), "{}", wrong.err);
}

#[test]
fn fetch_tells_readiness_too() {
    let run = Home::new().run(&["--demo", "fetch", "--gateway", "gocashfree"]);
    assert!(run.exit == 0 && run.out.contains("Ready for GoCashfree"), "{}{}", run.out, run.err);
    let bare = Home::new().run(&["--demo", "fetch"]);
    assert!(!bare.out.contains("Gateway:"), "{}", bare.out);
}

#[test]
fn it_leaves_nothing_behind() {
    let home = Home::new();
    home.diagnose(usable().as_bytes(), &[]);
    let left: Vec<_> = fs::read_dir(home.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["kept"]);
}

#[test]
fn what_is_told_of_a_kept_answer_looks_like_this() {
    let kept = curled("200 OK", "application/json", SAMPLE);
    insta::assert_snapshot!("text", Home::new().diagnose(kept.as_bytes(), &["--gateway", "payu"]).out);
}
