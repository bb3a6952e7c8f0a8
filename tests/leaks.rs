//! Nothing leaks, and nothing readable is lost: properties of redaction over whole answers, at every sink of text.
//!
//! `PROPTEST_CASES=1000000 cargo test --release --test leaks survives_redaction` is the long run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::format_push_string,
    clippy::format_collect,
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::duplicate_mod,
    reason = "a test fails by panicking, and its modules are no library"
)]

#[path = "leaks/answer.rs"]
mod answer;
#[path = "leaks/plant.rs"]
mod plant;
#[path = "leaks/sinks.rs"]
mod sinks;

#[path = "replies/mod.rs"]
mod replies;

#[path = "stage/mod.rs"]
mod stage;

use answer::{Case, Json, base, case};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tokenscope::app::intent::Intent;
use tokenscope::app::state::State;
use tokenscope::domain::exchange::{Exchange, Outcome, RawReply, Reply, Timing};
use tokenscope::secret::{Masked, Needles, Secret};
use tokenscope::selfaudit::encode;
use tokenscope::selfaudit::search::{self, Search};

/// Cases of a property: enough for every run of the tests, or as many as `PROPTEST_CASES` asks for.
fn cases(usual: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn search(case: &Case) -> Search {
    let basic = case.secrets.basic();
    let secrets = case.secrets.all().into_iter().chain([basic.trim_end_matches('=')]);
    let planted = case.parts.iter().map(String::as_str).zip(case.plants.iter().map(String::as_str));
    Search::new(secrets, planted)
}

fn assert_hidden(case: &Case, texts: Vec<(&'static str, String)>) -> Result<(), TestCaseError> {
    let search = search(case);
    for plant in &case.plants {
        prop_assert!(search.find(plant).is_some(), "the search does not find the plant {plant:?}");
    }
    for (sink, text) in texts {
        let found = search.find(&text);
        prop_assert!(found.is_none(), "{sink} holds {found:?}:\n{text}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn no_run_of_six_characters_of_a_secret_survives_redaction(case in case()) {
        assert_hidden(&case, sinks::redacted(&case))?;
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn no_run_of_six_characters_of_a_secret_reaches_a_report_or_a_row(case in case()) {
        assert_hidden(&case, sinks::reports(&case))?;
    }
}

/// The console with this answer, in each of its views.
fn screens(case: &Case) -> Vec<State> {
    let console = || stage::ended(0, |_| Reply::Came(sinks::exchange(case)));
    let (fields, mut raw, mut timing, mut export) = (console(), console(), console(), console());
    stage::press(&mut raw, Intent::Raw);
    stage::press(&mut timing, Intent::Timing);
    stage::press(&mut export, Intent::Export);
    vec![fields, raw, timing, export]
}

fn rows(state: &State) -> String {
    let buffer = stage::drawn(state, (200, 120));
    let row = |cells: &[ratatui::buffer::Cell]| {
        cells.iter().map(|cell| cell.symbol().trim_end()).collect::<String>()
    };
    buffer.content.chunks(200).map(row).collect::<Vec<_>>().join("\n")
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn no_run_of_six_characters_of_a_secret_reaches_the_screen(case in case()) {
        assert_hidden(&case, screens(&case).iter().map(|state| ("the screen", rows(state))).collect())?;
    }
}

#[test]
fn the_screen_that_reveals_holds_the_cryptogram_and_no_other_secret() {
    let revealed = rows(&stage::revealed());
    let cryptogram = "MADEUPmadeupMADEUPmadeupMA0=";
    assert!(Search::new([cryptogram], []).find(&revealed).is_some(), "{revealed}");
    let others =
        ["0080252078243", "V0010014622122423467188903638", "65soeo5vf909rfe4vrvmreu88f", "Rohit Singh"];
    assert_eq!(Search::new(others, []).find(&revealed), None, "{revealed}");
}

#[test]
fn no_text_of_ours_holds_six_of_the_letters_that_secrets_are_made_of() {
    let is_ours = |c: char| "QXZJKWqxzjkw479".contains(c);
    for status in [200, 400, 401, 502] {
        let empty = |body| Case {
            secrets: sinks::nothing(),
            status,
            headers: vec![("date".into(), "Mon, 23 Nov 2026 18:20:05 GMT".into())],
            body,
            plants: vec![],
            parts: vec![],
        };
        for body in [Json::Map(vec![]), Json::Map(vec![("network".into(), Json::text("VISA"))])] {
            for (sink, text) in sinks::reports(&empty(body)) {
                let run = text.split(|c: char| !is_ours(c)).map(str::len).max();
                assert!(run < Some(search::RUN), "{sink}: {text}");
            }
        }
    }
}

const PUBLIC: [&str; 14] = [
    "eci",
    "token_requestor_id",
    "card_type",
    "sub_type",
    "network",
    "issuer_country_code",
    "issuer",
    "token_details.exp_month",
    "token_details.exp_year",
    "token_details.provider",
    "error_code",
    "status",
    "error_message",
    "error_info.developer_message",
];

/// What the API and what stands before it say; each has to stay readable beside any secret.
const TEXTS: [&str; 16] = [
    "Stored Card Entry Not Found",
    "Not Found",
    "access_denied",
    "Card can currently not be used with card association",
    "Contact juspay to register for ALT_ID",
    "network token service was unavailable or timed out",
    "VISA upstream API error",
    "MISSING_MANDATORY_PARAMETER",
    "token_a0c16957f9bf46b0966a91a35b555353",
    "customer_1122",
    "40000000079",
    "2026-11-23T23:47:55Z",
    "HTTP 502 Bad Gateway (cloudfront) request 7f3c1f0e-6f0a-4a52-9d3b-0f8a7a1d2c3e",
    "Invalid value for field \"customer_id\": must match [A-Za-z0-9_-]{1,64}",
    "https://juspay.io/docs/errors?code=INVALID_INPUT&lang=en",
    "कार्ड नहीं मिला · 카드 없음 · Zoë’s “card”",
];

/// Secrets as networks make them: a number of 16 digits, 20 random bytes in base64.
fn real_secrets() -> impl Strategy<Value = (String, [u8; 20])> {
    ("4[0-9]{15}", any::<[u8; 20]>())
}

/// What such secrets share with a text by chance, and what has to be masked then: six characters as they stand, which some
/// texts have for one token in some thousand; and, for one in some millions, six characters of base64 of the token's digits
/// taken for hex, or nine hex digits, which hold as much, of what token and cryptogram are the base64 of.
fn chance(token: &str, cryptogram: [u8; 20]) -> Search {
    let pair = |at: usize| u8::from_str_radix(&token[at..at + 2], 16).unwrap();
    let of_hex = encode::base64_of(&(0..token.len()).step_by(2).map(pair).collect::<Vec<_>>());
    let mut search = Search::new([token, &encode::base64_of(&cryptogram), of_hex.trim_end_matches('=')], []);
    for bytes in [STANDARD.decode(token).unwrap(), cryptogram.to_vec()] {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        search.know(&digits, 9);
    }
    search
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn what_the_policy_names_as_public_stays_readable_beside_any_secret(
        (token, cryptogram) in real_secrets(),
        texts in vec((select(&PUBLIC[..]), select(&TEXTS[..])), 1..6),
        status in select(vec![200, 400, 502]),
    ) {
        let search = chance(&token, cryptogram);
        prop_assume!(texts.iter().all(|(_, text)| search.find(text).is_none()));
        let mut secrets = sinks::nothing();
        (secrets.token, secrets.cryptogram) = (token, encode::base64_of(&cryptogram));
        let mut case = Case { body: base(&secrets, &answer::plain_shape()), secrets, status, headers: vec![], plants: vec![], parts: vec![] };
        let texts: std::collections::BTreeMap<_, _> = texts.into_iter().collect();
        for (path, text) in &texts {
            answer::set(&mut case.body, path, Json::text(text));
            case.headers.push(("x-request-id".into(), (*text).to_owned()));
        }
        let exchange = sinks::exchange(&case);
        let raw = sinks::raw(&exchange);
        for text in texts.values() {
            let shown = Masked::ours(text).json_string().text();
            prop_assert!(raw.contains(&shown), "{text} is not in {raw}");
            let is_shown = |header: &tokenscope::domain::exchange::Header| header.value == Masked::ours(text);
            prop_assert!(exchange.headers.iter().any(is_shown), "{text} is not in the headers");
        }
    }

    #[test]
    fn whatever_comes_is_read_without_a_panic(
        status in 100..600_u16,
        headers in vec((".*", vec(any::<u8>(), 0..64)), 0..4),
        body in bodies(),
    ) {
        let named: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let raw = RawReply { status, headers: &named, body: &body };
        let mut needles = Needles::default();
        needles.know_key(&Secret::new(&String::from_utf8_lossy(&body)));
        let exchange = Exchange::read(&raw, None, needles, Timing::default());
        prop_assert!((200..300).contains(&status) || matches!(exchange.outcome, Outcome::Refused(_)));
    }

    #[test]
    fn whatever_stands_in_a_row_is_read_without_a_panic(text in "\\PC*|[\\x00-\\x{10ffff}]*") {
        let read = Masked::from_stored(&text);
        prop_assert_eq!(Masked::from_stored(&read.to_stored()), read);
    }
}

/// Bytes that are anything, and answers of the contract with some bytes changed.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let sample = || include_bytes!("fixtures/contract_200.json").to_vec();
    let spoilt = vec((0..sample().len(), any::<u8>()), 0..6).prop_map(move |changes| {
        let mut body = sample();
        for (at, byte) in changes {
            body[at] = byte;
        }
        body
    });
    prop_oneof![
        vec(any::<u8>(), 0..256),
        spoilt,
        "[\\[\\]{}:,\"\\\\u0-9a-f]{0,64}".prop_map(String::into_bytes)
    ]
}
