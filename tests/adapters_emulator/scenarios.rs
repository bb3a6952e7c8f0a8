//! The scenarios: each fetched over a socket, and the facts that their made-up cards keep.

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use tokenscope::emulator::{Emulator, SAMPLE_REFERENCE, ScenarioInfo, scenarios};

use crate::emulator;
use crate::raw::{Ask, Reply};
use crate::transport::{NEVER_WHOLE, SLOW};

/// Their tokens are wrong on purpose, or there twice.
const NO_CARD_OF_THE_RULES: [&str; 8] = [
    "token_demo_bad_luhn",
    "token_demo_masked_token",
    "token_demo_other_digits",
    "token_demo_short_secrets",
    "token_demo_token_masked",
    "token_demo_token_length",
    "token_demo_duplicate_keys",
    "token_demo_duplicate_objects",
];

fn fetch(emulator: &Emulator, scenario: &ScenarioInfo) -> Reply {
    Ask::new(emulator, scenario.reference, scenario.customer_id).fetch(emulator.address())
}

fn fetch_named(emulator: &Emulator, reference: &str) -> Reply {
    let scenario = scenarios().into_iter().find(|scenario| scenario.reference == reference).expect(reference);
    fetch(emulator, &scenario)
}

fn quick() -> impl Iterator<Item = ScenarioInfo> {
    let slow = |reference: &str| SLOW.contains(&reference) || NEVER_WHOLE.contains(&reference);
    scenarios().into_iter().filter(move |scenario| !slow(scenario.reference))
}

#[test]
fn every_quick_scenario_answers_whole_with_the_headers_of_any_answer() {
    let emulator = emulator();
    let mut ids = BTreeSet::new();
    for scenario in quick() {
        let reply = fetch(&emulator, &scenario);
        assert!(reply.whole, "{}", scenario.reference);
        for name in ["x-request-id", "x-response-id", "date"] {
            assert!(reply.headers.iter().any(|(own, _)| own == name), "{}: {name}", scenario.reference);
        }
        assert!(ids.insert(reply.header("x-request-id")), "{}: an id used before", scenario.reference);
        assert!(!reply.text_lossy().contains("could not make this answer"), "{}", scenario.reference);
    }
    assert_eq!(emulator.requests(), ids.len() as u64);
    assert_eq!(ids.len() + SLOW.len() + NEVER_WHOLE.len(), scenarios().len());
}

#[test]
fn the_sample_reference_answers_the_contracts_sample_with_a_fresh_cryptogram() {
    let emulator = emulator();
    let texts = [(); 2].map(|()| fetch_named(&emulator, SAMPLE_REFERENCE).text());
    let cryptograms =
        texts.clone().map(|text| text.split('"').find(|part| part.len() == 28).unwrap().to_owned());
    for (text, cryptogram) in texts.iter().zip(&cryptograms) {
        assert_eq!(text.replace(cryptogram.as_str(), "XXXXXXXXXXXXXXXX").trim(), SAMPLE_ANSWER.trim());
        assert_eq!(BASE64_STANDARD.decode(cryptogram).unwrap().len(), 20);
    }
    assert_ne!(cryptograms[0], cryptograms[1]);
}

/// As the contract prints it.
const SAMPLE_ANSWER: &str = r#"
{
  "eci": "07",
  "name_on_card": "Rohit Singh",
  "token_requestor_id": "40000000079",
  "fingerprint": "65soeo5vf909rfe4vrvmreu88f",
  "card_type": "DEBIT",
  "reference": "token_a0c16957f9bf46b0966a91a35b555353",
  "customer_id": "juspaytest_cust",
  "sub_type": null,
  "network": "VISA",
  "token_details": {
    "status": "ACTIVE",
    "first_six": "478808",
    "last_four": "8243",
    "exp_month": "11",
    "exp_year": "2029",
    "provider": "VISA",
    "provider_category": "NETWORK"
  },
  "issuer_country_code": null,
  "authentication_details": {
    "cryptogram": "XXXXXXXXXXXXXXXX",
    "token": "4788080252078243"
  },
  "nickname": null,
  "issuer": "Paytm",
  "card_details": {
    "last_four": "9426",
    "par": "V0010014622122423467188903638",
    "exp_month": "11",
    "exp_year": "2029"
  }
}
"#;

#[derive(Deserialize)]
struct Card {
    token_requestor_id: String,
    token_details: TokenDetails,
    authentication_details: Option<Authentication>,
    #[serde(rename = "card_details")]
    behind: CardDetails,
}

#[derive(Deserialize)]
struct TokenDetails {
    status: Option<String>,
    first_six: String,
    last_four: String,
}

#[derive(Deserialize)]
struct Authentication {
    cryptogram: Option<String>,
    token: String,
}

#[derive(Deserialize)]
struct CardDetails {
    last_four: Option<String>,
    par: Option<String>,
}

fn luhn(digits: &str) -> bool {
    let doubled = |(at, digit): (usize, char)| {
        let digit = digit.to_digit(10).expect("a digit") << (at % 2);
        if digit > 9 { digit - 9 } else { digit }
    };
    digits.chars().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0
}

#[test]
fn every_card_keeps_the_rules_of_the_trade() {
    let emulator = emulator();
    let mut seen = 0;
    for scenario in quick().filter(|scenario| !NO_CARD_OF_THE_RULES.contains(&scenario.reference)) {
        let reply = fetch(&emulator, &scenario);
        let Ok(card) = serde_json::from_slice::<Card>(&reply.body) else { continue };
        let Some(authentication) = card.authentication_details else { continue };
        let (token, shown) = (authentication.token, card.token_details);
        assert!((15..=16).contains(&token.len()) && luhn(&token), "{}: {token}", scenario.reference);
        assert!(
            token.starts_with(&shown.first_six) && token.ends_with(&shown.last_four),
            "{}",
            scenario.reference
        );
        seen += 1;
    }
    assert!(seen >= 50, "only {seen} cards were looked at");
}

#[test]
fn requestor_ids_and_account_references_have_their_lengths() {
    let emulator = emulator();
    let wrong_on_purpose = ["token_demo_short_par", "token_demo_short_requestor"];
    for scenario in quick().filter(|scenario| !wrong_on_purpose.contains(&scenario.reference)) {
        let Ok(card) = serde_json::from_slice::<Card>(&fetch(&emulator, &scenario).body) else { continue };
        let requestor = card.token_requestor_id;
        assert!(requestor.len() == 11 && requestor.bytes().all(|byte| byte.is_ascii_digit()), "{requestor}");
        let Some(par) = card.behind.par else { continue };
        let alphabet = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        assert!(par.len() == 29 && par.bytes().all(alphabet), "{}: {par}", scenario.reference);
    }
}

#[test]
fn token_and_card_never_end_alike_by_accident() {
    let emulator = emulator();
    for scenario in quick().filter(|scenario| scenario.reference != "token_demo_card_in_place") {
        let Ok(card) = serde_json::from_slice::<Card>(&fetch(&emulator, &scenario).body) else { continue };
        assert_ne!(Some(card.token_details.last_four), card.behind.last_four, "{}", scenario.reference);
    }
}

#[test]
fn no_run_of_six_of_the_token_stands_elsewhere_by_accident() {
    let emulator = emulator();
    for reference in [
        SAMPLE_REFERENCE,
        "token_demo_active",
        "token_demo_mastercard",
        "token_demo_rupay",
        "token_demo_amex",
    ] {
        let text = fetch_named(&emulator, reference).text();
        let card: Card = serde_json::from_str(&text).unwrap();
        let token = card.authentication_details.unwrap().token;
        let first_six = format!(r#""first_six": "{}""#, card.token_details.first_six);
        let rest = text.replace(&token, "").replace(&first_six, "");
        for run in token.as_bytes().windows(6) {
            assert!(!rest.contains(std::str::from_utf8(run).unwrap()), "{reference}: {rest}");
        }
    }
}

#[test]
fn every_token_state_is_answered_by_its_reference() {
    let emulator = emulator();
    for (reference, state) in [
        ("token_demo_active", Some("ACTIVE")),
        ("token_demo_inactive", Some("INACTIVE")),
        ("token_demo_suspended", Some("SUSPENDED")),
        ("token_demo_expired", Some("EXPIRED")),
        ("token_demo_deleted", Some("DELETED")),
        ("token_demo_deactivated", Some("DEACTIVATED")),
        ("token_demo_unknown_state", Some("PENDING_REVIEW")),
        ("token_demo_null_state", None),
        ("token_demo_stale_expiry", Some("ACTIVE")),
        ("token_demo_card_expired", Some("ACTIVE")),
    ] {
        let card: Card = serde_json::from_slice(&fetch_named(&emulator, reference).body).expect(reference);
        assert_eq!(card.token_details.status.as_deref(), state, "{reference}");
    }
}

#[test]
fn a_cryptogram_may_be_missing_in_every_way() {
    let emulator = emulator();
    for (reference, cryptogram) in [
        ("token_demo_no_cryptogram", None),
        ("token_demo_empty_cryptogram", Some("")),
        ("token_demo_placeholder", Some("XXXXXXXXXXXXXXXX")),
        ("token_demo_as_printed", Some("XXXXXXXXXXXXXXXX")),
    ] {
        let card: Card = serde_json::from_slice(&fetch_named(&emulator, reference).body).expect(reference);
        assert_eq!(card.authentication_details.unwrap().cryptogram.as_deref(), cryptogram, "{reference}");
    }
    let card: Card =
        serde_json::from_slice(&fetch_named(&emulator, "token_demo_no_authentication").body).unwrap();
    assert!(card.authentication_details.is_none());
}

#[test]
fn every_error_has_its_status_and_its_words() {
    let emulator = emulator();
    for (reference, status, words) in [
        ("token_demo_not_found", 400, r#""error": true, "user_message": "Stored Card Entry Not Found""#),
        ("token_demo_not_found_text", 400, r#""error": "true""#),
        ("token_demo_access_denied", 401, r#"{"status": "error", "error_code": "access_denied"}"#),
        ("token_demo_bad_origin", 403, "BAD_ORIGIN"),
        ("token_demo_wrong_path", 404, "Not Found"),
        ("token_demo_rate_limited", 429, "too_many_requests"),
        ("token_demo_server_error", 500, "INTERNAL_SERVER_ERROR"),
        ("token_demo_bad_gateway", 502, "<h1>502 Bad Gateway</h1>"),
        ("token_demo_network_down", 503, "developer_message"),
        ("token_demo_gateway_timeout", 504, ""),
        ("token_demo_error_in_200", 200, "Stored Card Entry Not Found"),
        ("token_demo_card_in_400", 400, "authentication_details"),
    ] {
        let reply = fetch_named(&emulator, reference);
        assert_eq!(reply.status, status, "{reference}");
        assert!(reply.text().contains(words), "{reference}: {}", reply.text());
    }
    let wait = fetch_named(&emulator, "token_demo_rate_limited").header("retry-after");
    assert_eq!(wait.as_deref(), Some("30"));
}

#[test]
fn redirects_name_where_they_lead() {
    let emulator = emulator();
    for (reference, status, start) in [
        ("token_demo_redirect", 302, "https://collector.example.invalid/"),
        ("token_demo_redirect_resend", 307, "https://collector.example.invalid/"),
        ("token_demo_redirect_here", 307, "/v4/card/get"),
    ] {
        let reply = fetch_named(&emulator, reference);
        assert_eq!(reply.status, status);
        assert!(reply.header("location").unwrap().starts_with(start));
    }
}

#[test]
fn secrets_are_echoed_where_a_scenario_says_so() {
    let emulator = emulator();
    let token = "4111117305298218";
    let echo = fetch_named(&emulator, "token_demo_echo_fields").text();
    assert!(echo.matches(token).count() >= 3, "{echo}");
    let unknown = fetch_named(&emulator, "token_demo_unknown_fields").text();
    assert!(unknown.contains(&format!(r#"\"token\": \"{token}\""#)), "{unknown}");
    let names = fetch_named(&emulator, "token_demo_secret_names").text();
    assert!(names.contains(&format!(r#""{token}": "ACTIVE""#)), "{names}");
    let headers = fetch_named(&emulator, "token_demo_echo_headers");
    assert_eq!(headers.header("x-request-id"), Some(format!("req-{token}")));
    let twice = fetch_named(&emulator, "token_demo_duplicate_keys").text();
    assert_eq!(twice.matches(r#""cryptogram":"#).count(), 2);
    let encoded = fetch_named(&emulator, "token_demo_echo_encoded").text();
    assert!(encoded.contains(&BASE64_STANDARD.encode(token)) && encoded.contains("4111-1173-0529-8218"));
}

#[test]
fn the_cryptogram_is_one_throughout_an_answer() {
    let emulator = emulator();
    let reply = fetch_named(&emulator, "token_demo_echo_headers");
    let card: Card = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(reply.header("x-response-id"), card.authentication_details.unwrap().cryptogram);
}

#[test]
fn hostile_text_arrives_as_it_is_written() {
    let emulator = emulator();
    assert!(fetch_named(&emulator, "token_demo_escapes").text().contains(r"\u001b]52;c;"));
    assert!(fetch_named(&emulator, "token_demo_fake_masks").text().contains("\"••••••••\""));
    assert!(fetch_named(&emulator, "token_demo_formula").text().contains("\"=HYPERLINK("));
    let hostile = fetch_named(&emulator, "token_demo_hostile_headers");
    assert!(hostile.status_line.windows(3).any(|three| three == "\u{202e}".as_bytes()));
    assert_eq!(hostile.headers.iter().find(|(name, _)| name == "x-trace-id").unwrap().1, [0xff, 0xfe, 0x80]);
}

#[test]
fn an_answer_may_belong_to_another() {
    let emulator = emulator();
    let other = fetch_named(&emulator, "token_demo_other_reference").text();
    assert!(other.contains(r#""reference": "token_demo_somebody_else""#));
    let other = fetch_named(&emulator, "token_demo_other_customer").text();
    assert!(other.contains(r#""customer_id": "somebody_else""#));
    let guest = fetch_named(&emulator, "token_demo_guest").text();
    assert!(guest.contains(r#""customer_id": "cart_1042""#));
}
