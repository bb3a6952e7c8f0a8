//! `batch` with the real binary against servers on real sockets that count what they are asked.
//!
//! `cargo test --release --test cli_batch -- --ignored --nocapture ten_thousand` kills a batch of 10,000 rows at random, and
//! `... a_million` measures the memory of 1,000 rows beside that of 1,000,000.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod batch;
mod replies;

#[path = "batch/memory.rs"]
mod memory;
#[path = "batch/pipes.rs"]
mod pipes;
#[path = "batch/resume.rs"]
mod resume;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use batch::{Answer, Home, Server, whole};
use replies::{CRYPTOGRAM, TOKEN, usable};
use ring::digest::{SHA256, digest};

const NOT_FOUND: &str = r#"{"error": true, "user_message": "Stored Card Entry Not Found"}"#;
const NO_KEY: &str = r#"{"status": "error", "error_code": "access_denied"}"#;

/// The contract's answer for this reference.
fn card(reference: &str) -> String {
    usable().replace(replies::REFERENCE, reference).replace(replies::CUSTOMER, &reference.replace('r', "c"))
}

fn cards() -> Server {
    Server::start(|reference| whole(200, &card(reference)))
}

fn answered(rows: std::ops::RangeInclusive<u64>) -> Vec<(u64, String)> {
    rows.map(|row| (row, "answered".to_owned())).collect()
}

#[test]
fn every_row_is_asked_once_and_told_in_the_order_of_the_input_without_a_secret() {
    let server = Server::start(|reference| {
        // Rows that come late have no influence on the order.
        let pause = if reference == "r2" { 150 } else { 0 };
        let answer = if reference == "r5" { whole(400, NOT_FOUND) } else { whole(200, &card(reference)) };
        Answer::Late(Duration::from_millis(pause), Box::new(answer))
    });
    let home = Home::new(server.address, "");
    home.write(
        "in.csv",
        "customer_id,card_reference,name\nc1,r1,Rohit\nc2,r2,x\nc3,r3,x\nc4,4111 1111 1111 1111,x\nc5,r5,x\nc6,,x\nc7\nc8,r8,x\n",
    );
    let run = home.batch(&["--concurrency", "3"]);
    assert_eq!(run.exit, 0, "{}{}", run.out, run.err);
    let outcomes: Vec<String> =
        home.report().into_iter().map(|(row, outcome)| format!("{row} {outcome}")).collect();
    assert_eq!(
        outcomes,
        [
            "1 answered",
            "2 answered",
            "3 answered",
            "4 invalid",
            "5 refused",
            "6 invalid",
            "7 invalid",
            "8 answered"
        ]
    );
    assert_eq!((server.total(), server.calls("r5")), (5, 1));
    let all = home.read("out.jsonl") + &home.read("out.jsonl.progress") + &run.out + &run.err;
    let secrets = [TOKEN, CRYPTOGRAM, "4111", "Rohit", "V00100146", "synthetic-key"];
    assert!(secrets.iter().all(|secret| !all.contains(secret)), "{all}");
    assert!(
        all.contains("\"last_four\": \"8243\"") && all.contains("••••••••"),
        "the search reads what was written"
    );
    insta::assert_snapshot!("batch_summary", run.out);
    insta::assert_snapshot!("batch_told", run.err.replace(&server.address.to_string(), "ADDRESS"));
    let stable = home.read("out.jsonl").replace(&server.address.to_string(), "ADDRESS");
    let untimed: String =
        stable.lines().map(|line| line.split("\"timing_ms\"").next().unwrap().to_owned() + "\n").collect();
    insta::assert_snapshot!("batch_report", untimed);
}

#[test]
fn report_and_notes_are_ours_alone() {
    let server = cards();
    let home = Home::new(server.address, "");
    home.rows(2);
    assert_eq!(home.batch(&[]).exit, 0);
    for name in ["out.jsonl", "out.jsonl.progress"] {
        assert_eq!(fs::metadata(home.path(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_report_of_csv_has_a_line_for_each_row_and_no_formula() {
    let server =
        Server::start(|reference| whole(200, &card(reference).replace("Paytm", "=cmd|x, \\\"Bank\\\"")));
    let home = Home::new(server.address, "");
    home.write("in.jsonl", "{\"card_reference\": \"r1\", \"customer_id\": \"c1\"}\n[]\n");
    let run = home.run(&["batch", "in.jsonl", "--out", "out.csv"]);
    assert_eq!(run.exit, 0, "{}", run.err);
    let text = home.read("out.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| {
        rows[row].get(heads.iter().position(|it| it == name).unwrap()).unwrap().to_owned()
    };
    assert_eq!(rows.len(), 2, "{text}");
    assert_eq!((cell(0, "issuer"), cell(0, "verdict")), ("'=cmd|x, \"Bank\"".into(), "USABLE".into()));
    assert_eq!((cell(0, "findings"), cell(0, "card_last_four")), ("usable".into(), "9426".into()));
    assert_eq!(
        (cell(1, "row"), cell(1, "outcome"), cell(1, "verdict")),
        ("2".into(), "invalid".into(), String::new())
    );
    assert_eq!(text.lines().count(), 3);
}

#[test]
fn connections_are_used_again_and_no_more_rows_are_under_way_than_asked_for() {
    let server = Server::start(|reference| {
        Answer::Late(Duration::from_millis(3), Box::new(whole(200, &card(reference))))
    });
    let home = Home::new(server.address, "");
    home.rows(60);
    assert_eq!(home.batch(&["--concurrency", "3"]).exit, 0);
    let seen = server.seen.lock().unwrap();
    assert!(
        seen.most <= 3 && seen.connections <= 6,
        "{} at once, {} connections",
        seen.most,
        seen.connections
    );
    assert_eq!(seen.order[0], "r1");
}

#[test]
fn a_connection_that_the_server_closes_is_never_a_reason_to_ask_twice() {
    let server = Server::start(|reference| match reference {
        "r3" | "r7" => Answer::Nothing,
        _ => Answer::Whole(200, "Connection: close\r\n".into(), card(reference)),
    });
    let home = Home::new(server.address, "");
    home.rows(10);
    let run = home.batch(&["--concurrency", "2"]);
    assert_eq!(run.exit, 4, "some rows have no answer: {}", run.err);
    assert_eq!(server.total(), 10);
    let silent: Vec<u64> =
        home.report().into_iter().filter(|(_, outcome)| outcome == "no_answer").map(|(row, _)| row).collect();
    assert_eq!(silent, [3, 7]);
}

#[test]
fn a_refused_key_stops_the_batch_at_its_first_row_and_it_can_go_on_with_a_better_one() {
    let server = Server::start(|_| whole(401, NO_KEY));
    let home = Home::new(server.address, "");
    home.rows(50);
    let run = home.batch(&["--concurrency", "16"]);
    assert_eq!((run.exit, server.total()), (3, 1), "the first row goes alone: {}", run.err);
    assert!(run.err.contains("HTTP 401") && run.err.contains("--resume goes on"), "{}", run.err);
    assert_eq!(home.report(), [(1, "refused".to_owned())]);
}

#[test]
fn a_403_in_the_middle_lets_those_under_way_end_and_stops() {
    let server =
        Server::start(
            |reference| if reference == "r5" { whole(403, "{}") } else { whole(200, &card(reference)) },
        );
    let home = Home::new(server.address, "");
    home.rows(40);
    assert_eq!(home.batch(&["--concurrency", "4"]).exit, 3);
    let report = home.report();
    assert!((5..=9).contains(&report.len()) && server.total() as usize == report.len(), "{report:?}");
    let again = home.batch(&["--resume", "--concurrency", "4"]);
    assert_eq!((again.exit, home.report().len()), (0, 40), "{}", again.err);
    assert_eq!(server.total(), 40, "no row is asked again whose result was written");
}

#[test]
fn a_429_slows_all_rows_down_and_repeats_none() {
    let server = Server::start(|reference| match reference {
        // Twice what a pause is that the API gives no time for.
        "r3" => Answer::Whole(429, "Retry-After: 2\r\n".into(), "{}".into()),
        _ => whole(200, &card(reference)),
    });
    let home = Home::new(server.address, "");
    home.rows(8);
    let run = home.batch(&["--concurrency", "1"]);
    assert_eq!((run.exit, server.total()), (0, 8), "{}", run.err);
    assert!(run.err.contains("the API asks for fewer calls, so none leaves for 2 s"), "{}", run.err);
    assert_eq!(home.report()[2], (3, "refused".to_owned()));
}

#[test]
fn a_rate_keeps_calls_apart_that_there_would_be_room_for() {
    let came = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let times = std::sync::Arc::clone(&came);
    let server = Server::start(move |reference| {
        times.lock().unwrap().push(std::time::Instant::now());
        whole(200, &card(reference))
    });
    let home = Home::new(server.address, "");
    home.rows(11);
    let run = home.batch(&["--concurrency", "2", "--rate", "20"]);
    assert_eq!((run.exit, server.total()), (0, 11), "{}", run.err);
    let came = came.lock().unwrap();
    let took = came.last().unwrap().duration_since(*came.first().unwrap());
    // Two may leave at once and the other nine every 50 ms; the first alone may have come late.
    assert!(took >= Duration::from_millis(400), "11 calls at 20 a second came within {took:?}");
}

#[test]
fn the_input_is_checked_before_anything_is_sent() {
    let server = cards();
    let home = Home::new(server.address, "");
    for (input, part) in [
        ("", "is empty"),
        ("card_reference,customer_id\n", "has no rows"),
        ("reference,customer\nr1,c1\n", "names no column card_reference"),
        ("card_reference,customer_id\n4111111111111111,c1\n,c2\n", "no row of the input can be sent"),
    ] {
        home.write("in.csv", input);
        let run = home.batch(&[]);
        assert_eq!((run.exit, run.out.as_str()), (2, ""), "{}", run.err);
        assert!(run.err.lines().last().unwrap().starts_with("tokenscope: nothing was sent: "), "{}", run.err);
        assert!(run.err.contains(part) && !run.err.contains("4111"), "{}", run.err);
        assert!(!home.path("out.jsonl").exists(), "{input:?}");
    }
    for (words, part) in [
        (vec!["batch", "nowhere.csv", "--out", "out.jsonl"], "no input of that name"),
        (vec!["batch", "in.txt", "--out", "out.jsonl"], "has to end in .csv or .jsonl"),
        (vec!["batch", "in.csv", "--out", "out.txt"], "has to end in .csv or .jsonl"),
        (vec!["batch", "in.csv", "--out", "nowhere/out.csv"], "folder of the report"),
        (vec!["batch", "in.csv", "--out", "out.csv", "--rate", "0"], "--rate"),
        (vec!["batch", "in.csv", "--out", "out.csv", "--concurrency", "0"], "--concurrency"),
        (vec!["batch", "in.csv", "--out", "out.csv", "--retry-unknown"], "nothing was sent"),
    ] {
        let run = home.run(&words);
        assert!(run.exit == 2 && run.err.contains(part), "{words:?}: {} {}", run.exit, run.err);
    }
    assert_eq!(server.total(), 0);
}

#[test]
fn a_report_is_never_written_over_and_carried_on_with_its_own_input_only() {
    let server = cards();
    let home = Home::new(server.address, "");
    home.rows(3);
    let refused = |more: &[&str], part: &str| {
        let run = home.batch(more);
        assert!(run.exit == 2 && run.err.contains(part), "{} {}", run.exit, run.err);
    };
    refused(&["--resume"], "no report of that name to carry on");
    assert_eq!(home.batch(&[]).exit, 0);
    refused(&[], "--resume carries it on");
    let done = home.batch(&["--resume"]);
    assert_eq!((done.exit, server.total()), (0, 3), "{}", done.err);
    home.rows(4);
    refused(&["--resume"], "another input");
    home.rows(3);
    home.write(
        "config.toml",
        &home.read("config.toml").replace("profiles.near", "profiles.far").replace("\"near\"", "\"far\""),
    );
    refused(&["--resume"], "another profile or host");
    assert_eq!(server.total(), 3);
}

#[test]
fn a_guarded_profile_names_the_number_of_cryptograms_and_sends_only_once_confirmed() {
    let server = cards();
    let home = Home::new(server.address, "guard = \"production\"");
    home.rows(3);
    let barred = home.batch(&[]);
    assert_eq!((barred.exit, server.total()), (2, 0));
    assert!(barred.err.contains("up to 3 calls, and each may mint a cryptogram"), "{}", barred.err);
    assert_eq!(home.batch(&["--confirm-production", "other"]).exit, 2);
    assert_eq!(home.batch(&["--confirm-production", "acme", "--read-only"]).exit, 2);
    assert_eq!(server.total(), 0);
    let run = home.batch(&["--confirm-production", "acme"]);
    assert_eq!((run.exit, server.total()), (0, 3), "{}", run.err);
    assert!(run.err.contains("each of up to 3 calls may mint a cryptogram"), "{}", run.err);
}

#[test]
fn a_batch_leaves_two_rows_in_the_audit_trail_and_none_in_the_history() {
    let server = cards();
    let home = Home::new(server.address, "");
    home.rows(4);
    assert_eq!(home.batch(&[]).exit, 0);
    let hash = digest(&SHA256, home.read("out.jsonl").as_bytes());
    let hash: Vec<String> = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let database = rusqlite::Connection::open(home.path(".local/share/tokenscope/history.db")).unwrap();
    let mut rows = database.prepare("SELECT deed, outcome FROM audit ORDER BY rowid").unwrap();
    let rows: Vec<(String, String)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    let ended =
        format!("answered 4, refused 0, no_answer 0, invalid 0, unknown 0; report sha256 {}", hash.concat());
    assert_eq!(rows, [("batch".into(), "asked, 4 of 4 rows".into()), ("batch".into(), ended)]);
    let kept: i64 = database.query_row("SELECT count(*) FROM history", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 0);
    assert_eq!(home.run(&["history", "verify"]).exit, 0);
}

#[test]
fn production_without_an_audit_trail_sends_nothing() {
    let server = cards();
    let home = Home::new(server.address, "guard = \"production\"");
    home.rows(2);
    home.write("data", "a file where the data folder should be");
    let data = home.path("data").join("x");
    let run = home.batch(&["--confirm-production", "acme", "--data-dir", data.to_str().unwrap()]);
    assert_eq!((run.exit, server.total()), (2, 0), "{}", run.err);
    assert!(run.err.contains("production needs an audit trail"), "{}", run.err);
}

#[test]
fn a_report_goes_through_jq_in_a_shell() {
    let server = cards();
    let home = Home::new(server.address, "");
    home.rows(5);
    assert_eq!(home.batch(&[]).exit, 0);
    let mut shell = Command::new("sh")
        .args([
            "-c",
            "jq -r 'select(.verdict == \"USABLE\") | [.row, .answer.network] | @csv' out.jsonl | tail -1",
        ])
        .current_dir(home.0.path())
        .stdout(Stdio::piped())
        .stdin(Stdio::piped())
        .spawn()
        .expect("this test needs sh and jq");
    shell.stdin.take().unwrap().flush().unwrap();
    let output = shell.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "5,\"VISA\"\n", "this test needs jq");
}
