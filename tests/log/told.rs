//! What is told at which level.

use super::hostile::order::REFERENCE;
use super::{Home, events, records, the};

const IDS: [&str; 5] = ["fetch", "--card-reference", REFERENCE, "--customer-id", "juspaytest_cust"];

#[test]
fn a_fetch_is_told_from_start_to_end() {
    let home = Home::new();
    assert_eq!(home.run(&["--demo", "fetch"]).exit, 0);
    let records = records(&home.log());
    let order =
        ["started", "ledger_opened", "call_admitted", "key_fetched", "call_sent", "call_replied", "ended"];
    assert_eq!(events(&records), order);
    assert!(records.iter().all(|record| record.time.ends_with('Z') && record.pid == records[0].pid));
    assert_eq!(the(&records, "started").text("version"), env!("CARGO_PKG_VERSION"));
    assert_eq!(the(&records, "key_fetched").text("source"), "built in");
    let replied = the(&records, "call_replied");
    assert_eq!(
        ["profile", "environment", "verdict", "finding"].map(|it| replied.text(it)),
        ["demo", "emulator", "USABLE", "usable"]
    );
    assert!(replied.text("host").starts_with("127.0.0.1:") && replied.text("card_reference") == REFERENCE);
    assert!(replied.number("http_status") == 200 && replied.number("total_ms") < 60_000);
    assert_eq!((replied.level.as_str(), the(&records, "ended").number("exit")), ("info", 0));
}

#[test]
fn where_nothing_is_said_only_what_fails_is_told() {
    let home = Home::new();
    let quiet = |words: &[&str]| {
        let mut command = home.command("", words);
        command.env_remove("TOKENSCOPE_LOG");
        super::finish(command).exit
    };
    assert_eq!(quiet(&["--demo", "fetch"]), 0);
    assert!(!home.log().exists(), "RUST_LOG alone makes no log");
    assert_eq!(quiet(&["--demo", "fetch", "--card-reference", "token_demo_hang_up"]), 4);
    let failed = records(&home.log());
    assert_eq!(events(&failed), ["call_failed"]);
    assert_eq!((failed[0].level.as_str(), failed[0].text("finding")), ("warn", "closed-without-answer"));
    assert!(!failed[0].fields.contains_key("http_status"));
    assert_eq!(quiet(&["--demo", "fetch", "--card-reference", "token_demo_not_found"]), 3);
    assert_eq!(events(&records(&home.log())), ["call_failed", "call_replied"], "and what the API refuses");
}

#[test]
fn a_log_that_is_off_is_not_there() {
    let home = Home::new();
    assert_eq!(home.run_at("off", &["--demo", "fetch", "--card-reference", "token_demo_hang_up"]).exit, 4);
    assert!(!home.log().exists());
}

#[test]
fn a_level_that_is_none_is_refused_before_anything_is_done() {
    let home = Home::new();
    let run = home.run_at("Sk_live_9f8e7d", &["--demo", "fetch"]);
    assert_eq!((run.exit, run.out.as_str()), (2, ""));
    let list = "set it to one of: off, error, warn, info, debug, trace\n";
    assert!(run.err.lines().count() == 1 && run.err.ends_with(list), "{}", run.err);
    assert!(!run.err.contains("live"), "{}", run.err);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn what_the_guard_refuses_is_told_with_the_reason() {
    let home = Home::new();
    home.configure("http://127.0.0.1:1", "guard = \"production\"");
    for (more, level, part) in [
        (vec![], "info", "has to be confirmed first"),
        (vec!["--confirm-production", "other"], "warn", "not the confirmation"),
        (vec!["--read-only"], "warn", "--read-only"),
    ] {
        assert_eq!(home.run(&[IDS.as_slice(), &more].concat()).exit, 2);
        let records = records(&home.log());
        let barred = the(&records, "call_barred");
        assert!(barred.level == level && barred.text("why").contains(part), "{barred:?}");
        assert_eq!((barred.text("profile"), barred.text("host")), ("mine", "127.0.0.1:1"));
        assert!(!events(&records).contains(&"call_sent"));
        std::fs::remove_file(home.log()).unwrap();
    }
}

#[test]
fn a_key_that_cannot_be_had_is_told_by_its_kind_of_source() {
    let home = Home::new();
    home.configure("http://127.0.0.1:1", "");
    std::fs::remove_file(home.path().join("key")).unwrap();
    assert_eq!(home.run(&IDS).exit, 2);
    let records = records(&home.log());
    let failed = the(&records, "key_failed");
    assert_eq!((failed.level.as_str(), failed.text("source")), ("warn", "file"));
    let text = std::fs::read_to_string(home.log()).unwrap();
    assert!(!text.contains(home.path().to_str().unwrap()), "no word of where the key lies: {text}");
}

#[test]
fn a_ledger_that_cannot_be_opened_is_told() {
    let home = Home::new();
    home.make_state();
    std::fs::create_dir_all(home.path().join(".local/share")).unwrap();
    std::fs::write(home.path().join(".local/share/tokenscope"), "a file in the way").unwrap();
    assert_eq!(home.run_at("warn", &["--demo", "fetch"]).exit, 0);
    let records = records(&home.log());
    let failed = the(&records, "ledger_failed");
    assert!(failed.text("doing") == "open" && failed.text("why").contains("--data-dir"), "{failed:?}");
}
