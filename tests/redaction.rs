//! Redaction by path and by value, case by case: what is hidden, and what has to stay readable.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod replies;

use replies::{REFERENCE, TOKEN, came, order, usable};
use tokenscope::domain::exchange::{Exchange, Outcome, RawReply, Reply, Timing};
use tokenscope::report::raw_json;
use tokenscope::secret::{MASK, Needles, Node, Secret, redact};

const KEY: &str = "MUQ2QUxhYmNERUY5QTIxQzNFNTQwNkFD";

/// The raw view of a 200 with these members beside the contract's sample.
fn shown(more: &str) -> String {
    let body = usable().trim_end().trim_end_matches('}').to_owned() + "," + more + "}";
    raw(came(200, &[], &body))
}

fn raw(reply: Reply) -> String {
    let Reply::Came(exchange) = reply else { panic!("no reply") };
    let tree = match &exchange.outcome {
        Outcome::Answered(answer) => &answer.tree,
        Outcome::Refused(refusal) => refusal.tree.as_ref().unwrap(),
        Outcome::Unreadable(_) => panic!("unreadable"),
    };
    let line = |line: tokenscope::report::RawLine| {
        format!("{}: {}", line.name.unwrap_or_default().text(), line.value.text().trim_end_matches(','))
    };
    raw_json(tree).into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The value of the line that starts with this name.
fn value(raw: &str, name: &str) -> String {
    let start = format!("{name}: ");
    raw.lines()
        .find_map(|line| line.strip_prefix(&start))
        .unwrap_or_else(|| panic!("{name} in {raw}"))
        .to_owned()
}

fn mask() -> String {
    format!("\"{MASK}\"")
}

#[test]
fn an_empty_secret_is_shown_to_be_empty() {
    let body = usable().replacen(TOKEN, "", 1);
    assert_ne!(body, usable());
    assert_eq!(value(&raw(came(200, &[], &body)), "token"), "\"\"");
}

#[test]
fn what_the_policy_does_not_name_is_masked_whatever_its_type() {
    for of_any_type in ["\"text\"", "7", "1.5", "true", "null", "[]", "{\"eci\": \"07\"}", "[{\"a\": 1}]"] {
        assert_eq!(value(&shown(&format!("\"unknown\": {of_any_type}")), "unknown"), mask(), "{of_any_type}");
    }
    for name in ["ECI", "eci ", "e\u{200b}ci", "issuer.name", "token_details.status", "card-type", "cardType"]
    {
        let raw = shown(&format!("\"{name}\": \"public\""));
        assert!(!raw.contains("public"), "{name}: {raw}");
    }
}

#[test]
fn a_body_that_is_no_object_is_masked_whatever_it_is() {
    for body in ["null", "true", "7", "1.5", "\"text\"", "[]", "[{\"eci\": \"07\"}]"] {
        let tree = redact(body.as_bytes(), &mut Needles::default()).map(|redacted| redacted.tree);
        assert_eq!(tree, Ok(Node::Hidden), "{body}");
    }
}

#[test]
fn a_named_field_of_a_wrong_type_is_masked() {
    for (path, wrong) in [("\"eci\": \"07\"", "\"eci\": [\"07\"]"), ("\"eci\": \"07\"", "\"eci\": 4.5")] {
        assert_eq!(value(&raw(came(200, &[], &usable().replace(path, wrong))), "eci"), mask());
    }
    let number = usable().replace(&format!("\"{TOKEN}\""), TOKEN);
    assert_eq!(value(&raw(came(200, &[], &number)), "token"), mask());
    let object = usable().replace("\"478808\"", "478808");
    assert_eq!(value(&raw(came(200, &[], &object)), "first_six"), mask());
}

#[test]
fn a_field_that_stands_there_twice_is_masked_both_times_and_both_values_are_secrets() {
    let twice = usable().replace("\"token\":", "\"token\": \"6080009173658213\", \"token\":");
    let body = twice.replace("\"Paytm\"", "\"6080009173658213 or 4788080252078243\"");
    let raw = raw(came(200, &[], &body));
    assert_eq!(value(&raw, "issuer"), format!("\"{MASK} or {MASK}\""));
    assert_eq!((value(&raw, "token"), value(&raw, "token#2")), (mask(), mask()));
}

#[test]
fn a_public_field_that_stands_there_twice_is_masked_both_times_and_its_neighbours_are_not() {
    let raw = shown("\"error\": \"first\", \"error\": \"second\", \"error_code\": \"third\"");
    assert_eq!((value(&raw, "error"), value(&raw, "error#2")), (mask(), mask()));
    assert_eq!((value(&raw, "error_code"), value(&raw, "network")), ("\"third\"".into(), "\"VISA\"".into()));
}

#[test]
fn a_named_field_shows_null_true_and_numbers_as_they_are() {
    let raw = shown("\"error_code\": 404, \"error\": true, \"error_info\": null, \"extra\": null");
    assert_eq!((value(&raw, "error_code"), value(&raw, "error")), ("404".into(), "true".into()));
    // A field and an object of the contract; what it does not name is masked even where it is null.
    for named in ["sub_type", "error_info"] {
        assert_eq!(value(&raw, named), "null", "{named}");
    }
    assert_eq!(value(&raw, "extra"), mask());
    let nothing = usable().replace(&format!("\"{TOKEN}\""), "null");
    assert_eq!(value(&self::raw(came(200, &[], &nothing)), "token"), "null");
    let secret = shown(&format!("\"error_code\": {TOKEN}"));
    assert_eq!(value(&secret, "error_code"), mask());
}

#[test]
fn last_four_shows_four_digits_and_nothing_else() {
    for (digits, reads) in
        [("9426", "\"9426\""), ("", "\"\""), ("942", &*mask()), ("94266", &*mask()), ("94a6", &*mask())]
    {
        let body = usable().replace("\"8243\"", &format!("\"{digits}\""));
        assert_eq!(value(&raw(came(200, &[], &body)), "last_four"), reads, "{digits}");
    }
}

#[test]
fn a_value_that_may_be_asked_for_is_held_under_its_path_and_can_be_taken_once() {
    let mut redacted = redact(usable().as_bytes(), &mut Needles::default()).ok().unwrap();
    let mut length = |path: &str| redacted.take(path).map(|secret| secret.facts().length);
    assert_eq!(length("name_on_card"), Some("Rohit Singh".len()));
    assert_eq!(length("authentication_details.token"), Some(TOKEN.len()));
    assert_eq!(length("card_details.par"), Some(29));
    for none in ["authentication_details.token", "token", "eci", ""] {
        assert_eq!(length(none), None, "{none}");
    }
}

#[test]
fn a_value_under_a_name_that_means_a_secret_is_masked_wherever_it_turns_up() {
    for name in
        ["tavv", "CAVV", "apiKey", "card-number", "p\u{430}n", "ｔｏｋｅｎ", "network_cryptogram_value"]
    {
        let raw = shown(&format!("\"{name}\": \"Zq81Wx\", \"user_message\": \"bad zQ81wX here\""));
        assert_eq!(value(&raw, "user_message"), format!("\"bad {MASK} here\""), "{name}");
    }
    let deep = shown("\"a\": [{\"dpan\": {\"b\": [98765432101]}}], \"user_message\": \"9876 5432 101\"");
    assert_eq!(value(&deep, "user_message"), mask());
}

#[test]
fn a_number_too_large_to_be_held_is_masked_also_where_a_string_holds_its_json() {
    let digits = "47880802520782434788080252";
    let inner = format!(r#"{{\"token\": {digits}}}"#);
    let raw = shown(&format!(r#""note": "{inner}", "user_message": "see {digits} there""#));
    assert_eq!(value(&raw, "user_message"), format!("\"see {MASK} there\""));
}

#[test]
fn a_number_too_large_to_be_held_is_masked_where_it_turns_up() {
    for (number, written) in [
        ("478808025207824391234567", "478808025207824391234567"),
        ("4788080252078243.0", "4788080252078243"),
        ("4.788080252078243e15", "4788 0802 5207 8243"),
    ] {
        let raw = shown(&format!("\"pan\": {number}, \"user_message\": \"declined {written}!\""));
        assert_eq!(value(&raw, "user_message"), format!("\"declined {MASK}!\""), "{number}");
    }
}

#[test]
fn plain_words_and_the_ids_of_the_request_are_no_secrets_whatever_their_name() {
    let raw = shown(
        "\"errors\": {\"token\": \"expired\", \"pan\": \"Not Found\"}, \"user_message\": \"Token expired: Not Found\"",
    );
    assert_eq!(value(&raw, "user_message"), "\"Token expired: Not Found\"");
    let raw = shown(&format!("\"card\": {{\"token\": \"{REFERENCE}\", \"pan\": \"juspaytest_cust\"}}"));
    assert_eq!(value(&raw, "reference"), format!("\"{REFERENCE}\""));
    assert_eq!(value(&raw, "customer_id"), "\"juspaytest_cust\"");
}

#[test]
fn json_in_a_string_tells_its_own_secrets() {
    let inner = r#"{\"authentication_details\": {\"cryptogram\": \"Qw81Zx77\"}, \"code\": 7}"#;
    for (before, behind) in [("", ""), ("upstream said ", " (502)")] {
        let raw = shown(&format!("\"error_message\": \"{before}{inner}{behind}\""));
        let message = value(&raw, "error_message");
        assert!(!message.contains("Qw81Zx") && message.contains(MASK), "{message}");
        assert!(message.contains("authentication_details") && message.contains("code"), "{message}");
    }
    let elsewhere = shown(&format!("\"error_message\": \"{inner}\", \"user_message\": \"qw81zx77\""));
    assert_eq!(value(&elsewhere, "user_message"), mask());
}

#[test]
fn json_in_strings_in_strings_is_followed_three_deep_and_read_at_any_depth() {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let mut inner = "{\"cavv\": \"Qw81Zx77\"}".to_owned();
    for depth in 1..=5 {
        let raw = shown(&format!("\"error_message\": {}, \"user_message\": \"qw81zx77\"", quoted(&inner)));
        assert_eq!(value(&raw, "user_message") == mask(), depth <= 3, "{depth}: {raw}");
        inner = format!("{{\"user_message\": {}}}", quoted(&inner));
    }
}

#[test]
fn a_word_of_up_to_nineteen_letters_is_no_secret_and_a_longer_one_or_one_of_digits_is() {
    for (text, is_secret) in [
        ("abcdefghijklmnopqrs", false),
        ("abcdefghijklmnopqrst", true),
        ("Expired, NOT found", false),
        ("4 7 8 8 0 8", true),
        ("abcDefg", true),
    ] {
        let raw = shown(&format!("\"errors\": {{\"token\": \"{text}\"}}, \"user_message\": \"{text}\""));
        let reads = if is_secret { mask() } else { format!("\"{text}\"") };
        assert_eq!(value(&raw, "user_message"), reads, "{text}");
    }
}

#[test]
fn first_six_shows_the_tokens_first_six_digits_and_no_others() {
    assert_eq!(value(&shown("\"a\": 1"), "first_six"), "\"478808\"");
    for (digits, reads) in
        [("080252", &*mask()), ("123456", "\"123456\""), ("47880", &*mask()), ("4788o8", &*mask())]
    {
        let body = usable().replace("\"478808\"", &format!("\"{digits}\""));
        assert_eq!(value(&raw(came(200, &[], &body)), "first_six"), reads, "{digits}");
    }
    // Twelve digits would be known whole but for two.
    let short = usable().replace(TOKEN, "478808258243");
    assert_eq!(value(&raw(came(200, &[], &short)), "first_six"), mask());
}

#[test]
fn names_that_hold_a_secret_are_masked_in_part() {
    let raw = shown(&format!("\"by {TOKEN}\": 1, \"{}\": 2", TOKEN.replace("0802", "-0802-")));
    assert!(raw.contains(&format!("by {MASK}: ")) && !raw.contains("0802"), "{raw}");
}

#[test]
fn the_key_and_its_basic_form_are_secrets_in_any_case() {
    let basic = Secret::new(KEY).basic();
    assert_eq!(basic.facts().length, "Basic ".len() + 44);
    let sent = "TVVRMlFVeGhZbU5FUlVZNVFUSXhRek5GTlRRd05rRkQ6";
    let headers: [(&str, &[u8]); 2] =
        [("x-trace-id", sent.as_bytes()), ("x-request-id", b"muq2quxHYMNERUY5")];
    let body = format!("{{\"error_message\": \"Basic {} of {KEY}\"}}", sent.to_lowercase());
    let mut needles = Needles::default();
    needles.know_key(&Secret::new(KEY));
    let raw = RawReply { status: 401, headers: &headers, body: body.as_bytes() };
    let order = order(REFERENCE);
    let exchange = Exchange::read(&raw, Some(order.request()), needles, Timing::default());
    assert!(exchange.headers.iter().all(|header| header.value.text() == MASK), "{:?}", exchange.headers);
    let Outcome::Refused(refusal) = &exchange.outcome else { panic!("not refused") };
    assert_eq!(refusal.error_message.shown().text(), format!("Basic {MASK} of {MASK}"));
}

#[test]
fn words_of_http_are_shown_whatever_is_known_and_no_other_header_is() {
    let mut needles = Needles::default();
    // As a key, these would be found in any text.
    for key in ["content-type", "application/json", "x-trace-contents"] {
        needles.know(&Secret::new(key));
    }
    let headers: [(&str, &[u8]); 3] = [
        ("content-type", b"application/json"),
        ("x-trace-contents", b"content-type application/json"),
        ("date", b"application/jsonp"),
    ];
    let raw = RawReply { status: 200, headers: &headers, body: b"{}" };
    let exchange = Exchange::read(&raw, None, needles, Timing::default());
    let shown: Vec<_> = exchange.headers.iter().map(|it| (it.name.text(), it.value.text())).collect();
    let reads = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        shown,
        [
            reads("content-type", "application/json"),
            reads(MASK, &format!("{MASK} {MASK}")),
            reads("date", &format!("{MASK}p")),
        ]
    );
}
