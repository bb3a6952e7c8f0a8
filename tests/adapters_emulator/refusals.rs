//! The contract: what is refused, and with which words.

use crate::emulator;
use crate::raw::{Ask, Reply};
use tokenscope::emulator::{Emulator, Options, SAMPLE_REFERENCE};

const ACCESS_DENIED: &str = r#"{"status": "error", "error_code": "access_denied"}"#;

/// The contract's 400, with the first word that names what is wrong.
fn assert_malformed(reply: &Reply, status: u16, names: &str) {
    let text = reply.text();
    assert_eq!(reply.status, status, "{text}");
    assert!(text.starts_with(r#"{"error":true,"user_message":""#), "{text}");
    assert!(text.contains(names), "{text} does not name {names}");
    assert!(text.contains(r#","error_message":""#), "{text}");
}

#[test]
fn a_request_of_the_contract_is_answered() {
    let emulator = emulator();
    assert_eq!(Ask::sample(&emulator).fetch(emulator.address()).status, 200);
}

#[test]
fn a_submerchant_is_taken() {
    let emulator = emulator();
    let body = format!(
        r#"{{"card_reference": "{SAMPLE_REFERENCE}", "customer_id": "juspaytest_cust", "submerchantId": "airline1"}}"#
    );
    assert_eq!(Ask::sample(&emulator).body(body).fetch(emulator.address()).status, 200);
}

#[test]
fn any_key_but_the_whole_basic_value_is_denied() {
    let emulator = emulator();
    let key = emulator.key().to_owned();
    let basic =
        |text: &str| format!("Basic {}", base64::Engine::encode(&base64::prelude::BASE64_STANDARD, text));
    let wrong = [
        basic(&key),
        basic(&format!("{key}:secret")),
        basic(&format!("{}:", key.to_lowercase())),
        basic("another:"),
        basic(&format!("{key}:")).replace("Basic", "basic"),
        format!("Bearer {key}"),
        key,
    ];
    for value in wrong {
        let reply = Ask::sample(&emulator).with("Authorization", &value).fetch(emulator.address());
        assert_eq!((reply.status, reply.text().as_str()), (401, ACCESS_DENIED), "{value}");
    }
    let reply = Ask::sample(&emulator).without("Authorization").fetch(emulator.address());
    assert_eq!((reply.status, reply.text().as_str()), (401, ACCESS_DENIED));
}

#[test]
fn another_merchant_is_denied_in_any_case_of_letters() {
    let emulator = emulator();
    for merchant in ["another", &emulator.merchant_id().to_uppercase()] {
        let reply = Ask::sample(&emulator).with("x-merchantid", merchant).fetch(emulator.address());
        assert_eq!((reply.status, reply.text().as_str()), (401, ACCESS_DENIED));
    }
}

#[test]
fn a_missing_header_is_named() {
    let emulator = emulator();
    for name in ["x-merchantid", "version", "x-routing-id", "Content-Type"] {
        let reply = Ask::sample(&emulator).without(name).fetch(emulator.address());
        assert_malformed(&reply, 400, name);
    }
}

#[test]
fn a_header_that_is_there_twice_is_named() {
    let emulator = emulator();
    for name in ["Authorization", "x-merchantid", "version", "x-routing-id", "Content-Type"] {
        let ask = Ask::sample(&emulator);
        let value = ask.headers.iter().find(|(own, _)| own == name).unwrap().1.clone();
        assert_malformed(&ask.also(name, &value).fetch(emulator.address()), 400, name);
    }
}

#[test]
fn an_empty_header_or_a_version_that_is_no_date_is_named() {
    let emulator = emulator();
    for (name, value) in [
        ("x-merchantid", ""),
        ("x-routing-id", ""),
        ("version", ""),
        ("version", "2023-1-1"),
        ("version", "2023-02-30"),
        ("version", "v4"),
    ] {
        assert_malformed(&Ask::sample(&emulator).with(name, value).fetch(emulator.address()), 400, name);
    }
}

#[test]
fn only_json_is_taken() {
    let emulator = emulator();
    for media in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", ""] {
        let reply = Ask::sample(&emulator).with("Content-Type", media).fetch(emulator.address());
        assert_malformed(&reply, 415, "Content-Type");
    }
    let reply = Ask::sample(&emulator).with("Content-Type", "application/json; charset=utf-8");
    assert_eq!(reply.fetch(emulator.address()).status, 200);
}

#[test]
fn a_body_that_breaks_the_contract_is_refused() {
    let emulator = emulator();
    for (body, names) in [
        ("", "JSON object"),
        ("null", "JSON object"),
        (r#"["token_demo_active", "juspaytest_cust", "a"]"#, "JSON object"),
        (r#"{"card_reference": "#, "not valid JSON"),
        (r#"{"customer_id": "c"}"#, "card_reference"),
        (r#"{"card_reference": "", "customer_id": "c"}"#, "card_reference"),
        (r#"{"card_reference": "r"}"#, "customer_id"),
        (r#"{"card_reference": "r", "customer_id": ""}"#, "customer_id"),
        (r#"{"card_reference": "r", "customer_id": "c", "submerchantId": ""}"#, "submerchantId"),
        (r#"{"card_reference": "r", "customer_id": "c", "submerchantId": null}"#, "submerchantId"),
        (r#"{"card_reference": "r", "customer_id": "c", "customer_id": "d"}"#, "once"),
        (r#"{"card_reference": 7, "customer_id": "c"}"#, "string"),
    ] {
        assert_malformed(&Ask::sample(&emulator).body(body).fetch(emulator.address()), 400, names);
    }
}

#[test]
fn a_body_over_64_kib_is_refused() {
    let emulator = emulator();
    let mut full = String::from_utf8(Ask::sample(&emulator).body).unwrap();
    full.push_str(&" ".repeat(64 * 1024 - full.len()));
    assert_eq!(Ask::sample(&emulator).body(full.clone()).fetch(emulator.address()).status, 200);
    assert_malformed(&Ask::sample(&emulator).body(full + " ").fetch(emulator.address()), 413, "64 KiB");
}

#[test]
fn an_unknown_reference_or_customer_is_the_contracts_400() {
    let emulator = emulator();
    let ours = "juspaytest_cust";
    for (reference, customer) in [
        ("token_nobody", ours),
        (SAMPLE_REFERENCE, "somebody_else"),
        ("token_demo_guest", ours),
        ("TOKEN_DEMO_ACTIVE", ours),
    ] {
        let reply = Ask::new(&emulator, reference, customer).fetch(emulator.address());
        assert_eq!(reply.status, 400);
        assert_eq!(
            reply.text(),
            r#"{"error":true,"user_message":"Stored Card Entry Not Found","error_message":"Not Found"}"#
        );
    }
}

#[test]
fn another_path_or_method_is_refused() {
    let emulator = emulator();
    for line in [
        "POST / HTTP/1.1",
        "POST /v4/get/card HTTP/1.1",
        "POST /v4/card/get/ HTTP/1.1",
        "POST /v4/card/get?a=b HTTP/1.1",
        "GET /favicon.ico HTTP/1.1",
    ] {
        assert_malformed(&Ask::sample(&emulator).line(line).fetch(emulator.address()), 404, "/v4/card/get");
    }
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "PURGE"] {
        let ask = Ask::sample(&emulator).line(&format!("{method} /v4/card/get HTTP/1.1"));
        let reply = ask.fetch(emulator.address());
        assert_malformed(&reply, 405, "POST");
        assert_eq!(reply.header("allow").as_deref(), Some("POST"));
    }
}

#[test]
fn a_refusal_has_the_headers_of_any_answer() {
    let emulator = emulator();
    let reply = Ask::sample(&emulator).without("Authorization").fetch(emulator.address());
    assert_eq!(reply.header("content-type").as_deref(), Some("application/json"));
    for name in ["x-request-id", "x-response-id", "date"] {
        assert!(reply.header(name).is_some(), "{name}");
    }
}

#[test]
fn a_key_and_a_merchant_of_ones_own_are_enforced() {
    let options = Options {
        port: 0,
        key: Some("own-key".to_owned()),
        merchant_id: "Acme".to_owned(),
        ..Options::default()
    };
    let emulator = Emulator::start(options).unwrap();
    let ask = || Ask::sample(&emulator);
    assert_eq!(emulator.key(), "own-key");
    assert_eq!(ask().with("Authorization", "Basic b3duLWtleTo=").fetch(emulator.address()).status, 200);
    assert_eq!(ask().with("Authorization", "Basic b3duLWtleQ==").fetch(emulator.address()).status, 401);
    assert_eq!(ask().with("x-merchantid", "acme").fetch(emulator.address()).status, 401);
}
