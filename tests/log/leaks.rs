//! What the log never holds: token, cryptogram, key, nor any run of six characters of them, whatever the answer does.

use std::path::Path;

use super::hostile::order::{BASIC, KEY, REFERENCE};
use super::hostile::server::{Server, http};
use super::{Home, events, records};

const TOKEN: &str = "4895370012003478";
const CRYPTOGRAM: &str = "AgAAAGQx7Vb9TqYzr0kPmN2sWcE=";
const SAMPLE: &str = include_str!("../fixtures/contract_200.json");

/// The runs of six characters of a secret.
fn runs(secret: &str) -> impl Iterator<Item = &[u8]> {
    secret.as_bytes().windows(6)
}

/// The secrets of which a run of six stands in a file.
fn held<'a>(path: &Path, secrets: &[&'a str]) -> Vec<&'a str> {
    let bytes = std::fs::read(path).unwrap();
    let holds = |run: &[u8]| bytes.windows(run.len()).any(|window| window == run);
    secrets.iter().copied().filter(|secret| runs(secret).any(holds)).collect()
}

/// None of the secrets is in the log, and the search finds what is there: the reference, and each secret once it is planted.
pub fn assert_clean(log: &Path, reference: &str, secrets: &[&str]) {
    let text = std::fs::read_to_string(log).unwrap();
    assert_eq!(held(log, secrets), Vec::<&str>::new(), "{text}");
    assert_eq!(held(log, &[reference]), [reference], "{text}");
    let planted = log.with_file_name("planted");
    for secret in secrets {
        let part = secret.get(secret.len() - 6..).unwrap();
        std::fs::write(&planted, text.replacen("pid", part, 1)).unwrap();
        assert_eq!(held(&planted, &[secret]), [*secret], "{part}");
    }
}

pub fn secrets() -> [&'static str; 4] {
    [TOKEN, CRYPTOGRAM, KEY, BASIC.strip_prefix("Basic ").unwrap()]
}

/// The contract's answer, with secrets of our own, and its harmless fields full of them.
pub fn answer() -> Vec<u8> {
    let body = SAMPLE
        .replace("XXXXXXXXXXXXXXXX", CRYPTOGRAM)
        .replace("4788080252078243", TOKEN)
        .replace("478808", "489537")
        .replace("\"8243\"", "\"3478\"")
        .replace("Paytm", &format!("{TOKEN} {CRYPTOGRAM} {KEY} {BASIC}"));
    http("200 OK", &[&format!("x-request-id: {TOKEN}-{KEY}")], &body)
}

/// An error whose texts, headers and reason repeat the secrets.
pub fn error() -> Vec<u8> {
    let echo = format!("token={TOKEN} tavv={CRYPTOGRAM} key={KEY} {BASIC}");
    let body = format!(
        r#"{{"error_info": {{"code": "{TOKEN}", "category": "{CRYPTOGRAM}", "user_message": "{KEY}", "developer_message": "{echo}"}},
            "authentication_details": {{"token": "{TOKEN}", "cryptogram": "{CRYPTOGRAM}"}}}}"#
    );
    http(&format!("500 {echo}"), &[&format!("x-request-id: {echo}"), &format!("retry-after: {TOKEN}")], &body)
}

/// A redirect to a place that names them.
fn redirect() -> Vec<u8> {
    http("302 Found", &[&format!("location: https://{TOKEN}.example/{CRYPTOGRAM}?{KEY}={BASIC}")], "")
}

#[test]
fn a_known_cryptogram_of_the_emulator_is_not_in_the_log() {
    let home = Home::new();
    let reference = "token_demo_repeated_cryptogram";
    // The only scenario whose cryptogram is the same each time.
    let scenarios = include_str!("../../assets/scenarios/checks.toml").split_once(reference).unwrap().1;
    let cryptogram = scenarios.split('"').find(|word| word.len() == 28 && !word.contains(' ')).unwrap();
    assert_eq!(home.run(&["--demo", "fetch", "--card-reference", reference]).exit, 0);
    assert_clean(&home.log(), reference, &[cryptogram, "4788080252078243"]);
}

#[test]
fn whatever_a_server_repeats_none_of_it_is_in_the_log_of_a_fetch() {
    for (bytes, exit) in
        [(answer(), 0), (error(), 3), (redirect(), 4), (b"4895370012003478\r\n\r\n".to_vec(), 4)]
    {
        let (home, server) = (Home::new(), Server::answering(bytes));
        home.configure(&server.base_url(), "");
        let run = home.run(&["fetch", "--card-reference", REFERENCE, "--customer-id", "juspaytest_cust"]);
        assert_eq!(run.exit, exit, "{}", run.err);
        assert!(events(&records(&home.log())).contains(&"key_fetched"));
        assert_clean(&home.log(), REFERENCE, &secrets());
    }
}

#[test]
fn every_hostile_answer_of_the_emulator_leaves_a_log_of_whole_records() {
    let home = Home::new();
    let list = home.run(&["emulator", "--list"]).out;
    let hostile: Vec<&str> = include_str!("../../assets/scenarios/hostile.toml")
        .lines()
        .filter_map(|line| line.strip_prefix("reference = \"")?.strip_suffix('"'))
        .collect();
    assert!(hostile.len() > 10 && hostile.iter().all(|reference| list.contains(reference)), "{list}");
    for reference in &hostile {
        home.run(&["--demo", "fetch", "--card-reference", reference]);
    }
    let records = records(&home.log());
    assert_eq!(records.iter().filter(|it| it.event.as_deref() == Some("call_sent")).count(), hostile.len());
    assert_clean(&home.log(), hostile[0], &["4788080252078243"]);
}

#[test]
fn what_is_typed_to_forge_a_record_stays_a_text() {
    let home = Home::new();
    for reference in [
        r#"x"},"event":"forged","fields":{"a":"b"#,
        r#"x\"}}\n{"event":"forged"}\n"#,
        r"x\",
        r"x\u0022}\u000a{",
    ] {
        assert_eq!(home.run(&["--demo", "fetch", "--card-reference", reference]).exit, 3);
        let records = records(&home.log());
        assert!(!events(&records).contains(&"forged"));
        let sent = super::the(&records, "call_sent");
        assert_eq!(sent.text("card_reference"), reference);
        std::fs::remove_file(home.log()).unwrap();
    }
}
