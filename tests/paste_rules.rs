//! Every rule about a pasted request: one that fires it, and a near miss that does not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and the table is one"
)]

#[path = "support/orders.rs"]
mod orders;

use std::collections::BTreeSet;

use tokenscope::diagnosis::lint::{check_paste, matters};
use tokenscope::diagnosis::{Finding, rules};
use tokenscope::domain::clinic::{self, NotRead};
use tokenscope::domain::profile::{Endpoint, Profile};
use tokenscope::secret::Masked;

/// base64 of `KEY-9A3F07C2:`.
const BASIC: &str = "Basic S0VZLTlBM0YwN0MyOg==";

/// A curl command with nothing wrong about it.
fn sound() -> String {
    format!(
        r#"curl 'https://sandbox.juspay.in/v4/card/get' \
  -H 'Content-Type: application/json' \
  -H 'x-merchantid: acme' \
  -H 'version: 2023-01-01' \
  -H 'x-routing-id: cust_1' \
  -H 'Authorization: {BASIC}' \
  -d '{{"card_reference": "token_1", "customer_id": "cust_1"}}'"#
    )
}

/// The same with pieces replaced; `->` parts them.
fn with(edits: &[&str]) -> String {
    edits.iter().fold(sound(), |text, edit| {
        let (from, to) = edit.split_once("->").unwrap();
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

fn body(body: &str) -> String {
    with(&[&format!("{{\"card_reference\": \"token_1\", \"customer_id\": \"cust_1\"}}->{body}")])
}

fn har(url: &str, times: usize) -> String {
    let call = format!(
        r#"{{"request": {{"method": "POST", "url": "{url}", "headers": [{{"name": ":path", "value": "/"}},
        {{"name": "content-type", "value": "application/json; charset=utf-8"}}, {{"name": "X-MerchantId", "value": "acme"}},
        {{"name": "version", "value": "2023-01-01"}}, {{"name": "x-routing-id", "value": "cust_1"}},
        {{"name": "authorization", "value": "{BASIC}"}}],
        "postData": {{"text": "{{\"card_reference\": \"token_1\", \"customer_id\": \"cust_1\"}}"}}}},
        "response": {{"content": {{"text": "secret"}}}}}}"#
    );
    let other = r#"{"request": {"method": "GET", "url": "https://shop.example/", "headers": []}}"#;
    let calls = vec![call; times].join(",");
    format!(r#"{{"log": {{"version": "1.2", "entries": [{other},{calls}]}}}}"#)
}

fn profiles() -> Vec<Profile> {
    let named = |name: &str, endpoint, merchant: &str| Profile {
        merchant_id: merchant.into(),
        ..orders::profile(name, endpoint)
    };
    vec![
        named("sandbox", Endpoint::sandbox(), "acme"),
        named("prod", Endpoint::production(None).unwrap(), "acme"),
        named("beta", Endpoint::sandbox(), "beta_shop"),
    ]
}

/// What is found under profile `sandbox`.
fn found(text: &str) -> Vec<Finding> {
    let profiles = profiles();
    check_paste(
        &clinic::read(text).unwrap_or_else(|why| panic!("{why}: {text}")),
        profiles.first(),
        &profiles,
    )
}

fn ids(text: &str) -> Vec<&'static str> {
    found(text).iter().map(|finding| finding.id).collect()
}

const URL: &str = "https://sandbox.juspay.in/v4/card/get";
const AUTH: &str = "  -H 'Authorization: Basic S0VZLTlBM0YwN0MyOg==' \\\n";

/// Rule, a request that fires it, and a near miss.
fn cases() -> Vec<(&'static str, String, String)> {
    let drop = |line: &str| with(&[&format!("{line}->")]);
    let auth = |value: &str| with(&[&format!("{BASIC}->{value}")]);
    let merchant = |id: &str| with(&[&format!("x-merchantid: acme->x-merchantid: {id}")]);
    let url = |url: &str| with(&[&format!("'{URL}'->{url}")]);
    vec![
        (
            "paste-host-of-profile",
            with(&["sandbox.juspay.in->api.juspay.in"]),
            with(&["sandbox.juspay.in->SANDBOX.juspay.in:443"]),
        ),
        ("paste-url-missing", url(""), url("--url https://sandbox.juspay.in/v4/card/get")),
        ("paste-host-other", with(&["sandbox.juspay.in->sandbox.juspay.in.evil.example"]), sound()),
        ("paste-plain-http", url("sandbox.juspay.in/v4/card/get"), url("http://127.0.0.1:8080/v4/card/get")),
        ("paste-key-in-url", url("https://KEY:@sandbox.juspay.in/v4/card/get"), sound()),
        ("paste-path-mistaken", with(&["card/get->get/card"]), sound()),
        ("paste-path-other", with(&["card/get->card/get/"]), with(&["card/get->get/card"])),
        ("paste-query", with(&["card/get->card/get?a=b"]), with(&["card/get->card/get?"])),
        ("paste-method", with(&["curl ->curl -X GET "]), with(&["curl ->curl -X post "])),
        (
            "paste-glued-lines",
            with(&["cust_1' \\\n->cust_1'\\\n", "  -H->-H"]),
            with(&["cust_1' \\\n->cust_1' \n"]),
        ),
        ("paste-auth-missing", drop(AUTH), with(&[&format!("{AUTH}->-u KEY: \\\n")])),
        ("paste-auth-no-colon", auth("Basic S0VZLTlBM0YwN0My"), auth("Basic S0VZLTlBM0YwN0MyOg")),
        (
            "paste-auth-password",
            with(&[&format!("{AUTH}->-uKEY:pass \\\n")]),
            with(&[&format!("{AUTH}->-u \"$KEY:\" \\\n")]),
        ),
        ("paste-auth-not-base64", auth("Basic KEY-9A3F07C2:"), auth("Basic {{basic}}")),
        ("paste-auth-scheme", auth("Bearer S0VZLTlBM0YwN0MyOg=="), auth("basic S0VZLTlBM0YwN0MyOg==")),
        (
            "paste-merchant-missing",
            drop("  -H 'x-merchantid: acme' \\\n"),
            with(&["x-merchantid->X-MerchantId"]),
        ),
        ("paste-merchant-case", merchant("Acme"), merchant("acme")),
        ("paste-merchant-of-profile", merchant("beta_shop"), merchant("Beta_Shop")),
        ("paste-merchant-other", merchant("gamma"), merchant("${MERCHANT}")),
        ("paste-version-missing", with(&["version: 2023-01-01->version:"]), sound()),
        ("paste-version-no-day", with(&["2023-01-01->01-01-2023"]), with(&["2023-01-01->2024-02-29"])),
        ("paste-routing-missing", drop("  -H 'x-routing-id: cust_1' \\\n"), sound()),
        (
            "paste-routing-differs",
            with(&["x-routing-id: cust_1->x-routing-id: cart_1"]),
            with(&["x-routing-id: cust_1->x-routing-id: {{id}}"]),
        ),
        (
            "paste-type-missing",
            drop("  -H 'Content-Type: application/json' \\\n"),
            with(&["  -H 'Content-Type: application/json' \\\n->", "-d->--json"]),
        ),
        (
            "paste-type-form",
            with(&["application/json->application/x-www-form-urlencoded"]),
            with(&["application/json->APPLICATION/JSON; charset=utf-8"]),
        ),
        ("paste-type-other", with(&["application/json->text/plain"]), sound()),
        (
            "paste-header-twice",
            with(&["-d->-H 'VERSION: 2023-01-01' -d"]),
            with(&["-d->-H 'Accept: a' -H 'Accept: b' -d"]),
        ),
        ("paste-body-missing", with(&["-d '{->-H '{"]), sound()),
        ("paste-body-in-file", with(&["-d '{->-d @body.json -H '{"]), with(&["-d '{->--data-raw '{"])),
        ("paste-body-form", body("card_reference=token_1&customer_id=cust_1"), sound()),
        (
            "paste-body-other",
            body("{\"card_reference\": \"token_1\""),
            body("{\"card_reference\": \"token_1\"}"),
        ),
        (
            "paste-card-data",
            body("{\"card_reference\": \"token_1\", \"customer_id\": \"cust_1\", \"cvv\": \"123\"}"),
            body("{\"card_reference\": \"token_1\", \"customer_id\": \"cust_1\", \"cvv\": \"\"}"),
        ),
        (
            "paste-field-missing",
            body("{\"card_reference\": \"token_1\"}"),
            body("{\"card_reference\": \"{{ref}}\", \"customerId\": \"cust_1\"}"),
        ),
        (
            "paste-field-misnamed",
            body("{\"card_reference\": \"token_1\", \"customer_id\": \"cust_1\", \"submerchant_id\": \"a\"}"),
            body("{\"card_reference\": \"token_1\", \"customer_id\": \"cust_1\", \"submerchantId\": \"a\"}"),
        ),
        (
            "paste-field-twice",
            body(
                "{\"card_reference\": \"token_1\", \"customer_id\": \"cust_1\", \"customer_id\": \"cust_2\"}",
            ),
            sound(),
        ),
        (
            "paste-field-not-text",
            body("{\"card_reference\": \"token_1\", \"customer_id\": 7}"),
            body("{\"card_reference\": \"token_1\", \"customer_id\": \"7\"}"),
        ),
        (
            "paste-field-left-out",
            body("{\"card_reference\": \"4111111111111111\", \"customer_id\": \"cust_1\"}"),
            body("{\"card_reference\": \"4111111111111112\", \"customer_id\": \"cust_1\"}"),
        ),
        (
            "paste-submerchant-empty",
            body("{\"card_reference\": \"token_1\", \"customer_id\": \"cust_1\", \"submerchantId\": \"\"}"),
            sound(),
        ),
        (
            "paste-field-unknown",
            body("{\"card_reference\": \"token_1\", \"customer_id\": \"cust_1\", \"order_id\": \"1\"}"),
            sound(),
        ),
        (
            "paste-cryptogram-space",
            body("card_reference=token_1&customer_id=cust_1&tavv=AwAA+AEAQ"),
            body("card_reference=token_1&customer_id=cust_1&tavv=AwAA%2BAEAQ"),
        ),
        ("paste-key-seen", sound(), drop(AUTH)),
        ("paste-several-calls", har(URL, 2), har(URL, 1)),
    ]
}

#[test]
fn every_rule_fires_on_its_case_and_not_on_a_near_miss() {
    for (id, fires, near) in cases() {
        assert!(ids(&fires).contains(&id), "{id} does not fire: {:?}\n{fires}", ids(&fires));
        assert!(!ids(&near).contains(&id), "{id} fires on its near miss: {:?}\n{near}", ids(&near));
    }
}

#[test]
fn every_rule_about_a_pasted_request_has_a_case_and_nothing_else_has() {
    let code: BTreeSet<&str> = rules::lints().filter(|id| id.starts_with("paste-")).collect();
    let cases: BTreeSet<&str> = cases().into_iter().map(|(id, ..)| id).collect();
    assert_eq!(cases, code);
}

#[test]
fn every_finding_says_what_it_means_what_to_do_and_what_to_tell() {
    for (_, fires, _) in cases() {
        for finding in found(&fires) {
            for text in [&finding.meaning, &finding.action, &finding.merchant].map(Masked::text) {
                assert!(text.ends_with('.') && text.len() > 10, "{}: {text}", finding.id);
                assert!(!text.contains(['{', '}']) && !text.contains(".."), "{}: {text}", finding.id);
            }
            assert!(!finding.source.is_empty(), "{}", finding.id);
        }
    }
}

#[test]
fn what_keeps_the_contract_has_no_difference_that_matters_in_any_form() {
    let json = r#"{"card_reference": "token_1", "customer_id": "cust_1", "submerchantId": "airline1"}"#;
    let ours = format!(
        "# a comment\n{}",
        with(&[&format!("{AUTH}->-u \"${{JUSPAY_API_KEY:?}}:\" \\\n"), "curl ->curl -sSi "])
    );
    for text in [sound(), har(URL, 1), json.into(), ours] {
        let found = found(&text);
        assert!(!found.iter().any(matters), "{:?}\n{text}", ids(&text));
    }
}

#[test]
fn the_ids_are_those_of_the_paste() {
    let draft =
        clinic::read(&with(&["cust_1\"}->cust_1\", \"submerchantId\": \"airline1\"}"])).unwrap().draft;
    assert_eq!((draft.card_reference.as_str(), draft.customer_id.as_str()), ("token_1", "cust_1"));
    assert_eq!((draft.routing_id.as_str(), draft.submerchant_id.as_str()), ("cust_1", "airline1"));
    let misnamed = clinic::read(r#"{"cardReference": "token_1", "CUSTOMER_ID": "cust_1"}"#).unwrap().draft;
    assert_eq!((misnamed.card_reference.as_str(), misnamed.customer_id.as_str()), ("token_1", "cust_1"));
}

#[test]
fn another_profiles_host_and_merchant_are_named_and_the_emulator_compares_neither() {
    let text = with(&["sandbox.juspay.in->api.juspay.in", "acme->beta_shop"]);
    let told: Vec<String> = found(&text).iter().map(|it| it.meaning.text()).collect();
    assert!(told.iter().any(|it| it.contains("host belongs to profile prod,")), "{told:?}");
    assert!(told.iter().any(|it| it.contains("x-merchantid belongs to profile beta,")), "{told:?}");
    let demo = tokenscope::config::demo_profile("127.0.0.1:1".parse().unwrap(), "demo_merchant");
    let pasted = clinic::read(&text).unwrap();
    let alone = check_paste(&pasted, Some(&demo), std::slice::from_ref(&demo));
    assert!(!alone.iter().any(matters), "{alone:?}");
}

#[test]
fn what_is_copied_from_browsers_postman_and_other_shells_is_read_alike() {
    let cmd = with(&["\"->\\\"", "'->\""]).replace('"', "^\"").replace(" \\\n", " ^\r\n");
    let power = with(&[" \\\n-> `\n", "curl ->curl.exe "]);
    let postman = with(&["curl ->curl --location --request POST ", "-H->--header", "-d->--data"]);
    let chrome = with(&["-d '->--compressed --data-raw $'", "token_1->token\\u005f1"]);
    let firefox = with(&["curl ->curl -X POST ", "-d->--data-binary"]);
    let bare = with(&[" \\\n->\n"]);
    let ticket = format!("Hello,\n\n```\n$ {}\n```\nBest regards", sound());
    let pasted = ticket.replace('\n', "\r");
    for text in [pasted, cmd, power, postman, chrome, firefox, bare, ticket] {
        let pasted = clinic::read(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
        assert_eq!(pasted.draft.card_reference, "token_1", "{text}");
        assert!(!found(&text).iter().any(matters), "{:?}\n{text}", ids(&text));
    }
}

#[test]
fn a_name_or_a_path_that_may_be_more_than_a_word_is_masked() {
    let key = "7B1E55D0E1B84D56A0F2C7E913B5D864";
    let text = body(&format!(
        "{{\"card_reference\": \"token_1\", \"customer_id\": \"cust_1\", \"{key}\": 1, \"order_id\": 1}}"
    ));
    let found = found(&text.replace("/v4/card/get", &format!("/v4/{key}/get")));
    let told: Vec<String> =
        found.iter().map(|it| format!("{} {:?}", it.meaning.text(), it.evidence)).collect();
    let told = told.join(" ");
    assert!(told.contains("order_id") && told.contains("••••••••"), "{told}");
    assert!(!told.contains("7B1E55"), "{told}");
}

#[test]
fn an_id_of_which_a_part_stands_in_the_authorization_is_left_out() {
    let text = with(&["\"cust_1\"}->\"x_9A3F07\"}"]);
    let pasted = clinic::read(&text).unwrap();
    assert_eq!(
        (pasted.draft.customer_id.as_str(), pasted.body.stripped.as_slice()),
        ("", ["customer_id"].as_slice())
    );
}

#[test]
fn of_a_request_with_more_secrets_than_are_looked_for_nothing_is_kept() {
    let with = |count: usize| {
        let secrets: Vec<String> = (0..count).map(|n| format!("\"tavv{n}\": \"{n:01024}\"")).collect();
        format!("{{\"customer_id\": \"cust_1\", {}}}", secrets.join(","))
    };
    assert_eq!(clinic::read(&with(16)).unwrap().draft.customer_id, "cust_1");
    let more = clinic::read(&with(17)).unwrap();
    assert_eq!(
        (more.draft.customer_id.as_str(), more.body.stripped.as_slice()),
        ("", ["customer_id"].as_slice())
    );
}

#[test]
fn several_data_options_and_combined_letters_are_joined_as_curl_does() {
    let form = body("card_reference=token_1' -d 'customer_id=cust_1");
    assert_eq!(clinic::read(&form).unwrap().draft.customer_id, "cust_1");
    let combined = with(&["curl ->curl -skXPOST ", "-d ->-d"]);
    assert!(!found(&combined).iter().any(matters), "{:?}", ids(&combined));
}

#[test]
fn the_contracts_own_sample_differs_where_it_does() {
    let sample = "curl -L 'https://api.juspay.in/v4/card/get' \\\n-H 'Content-Type: application/json' \\\n-H 'x-routing-id: customer_1122'\\\n-H 'Authorization: Basic XXXXXXk0QjJEQTlBQjc0QThCOg==' \\\n-d '{\n    \"card_reference\": \"token_a0c16957f9bf46b0966a91a35b555353\",\n    \"customer_id\" : \"juspaytest_cust\",\n    \"submerchantId\" : \"airline1\"\n}'";
    let found = check_paste(&clinic::read(sample).unwrap(), None, &[]);
    let ids: Vec<_> = found.iter().map(|it| it.id).collect();
    assert_eq!(
        ids,
        [
            "paste-glued-lines",
            "paste-merchant-missing",
            "paste-version-missing",
            "paste-routing-differs",
            "paste-key-seen"
        ]
    );
}

#[test]
fn what_is_none_of_the_three_is_refused_in_one_sentence() {
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    for (text, why) in [
        ("", NotRead::Empty),
        (" \n\t", NotRead::Empty),
        ("token_1", NotRead::Neither),
        ("[1, 2]", NotRead::Neither),
        ("use curl https://x", NotRead::Neither),
        ("curl 'https://x", NotRead::OpenQuote),
        (&har("https://sandbox.juspay.in/cards", 1), NotRead::NoCall),
        ("{\"a\": \n", NotRead::BrokenJson { line: 1, column: 5 }),
        ("{\"log\": {\"entries\": 7}}", NotRead::BrokenJson { line: 1, column: 21 }),
    ] {
        assert_eq!(clinic::read(text), Err(why), "{text}");
    }
    assert!(matches!(clinic::read(&deep), Err(NotRead::BrokenJson { .. })));
    assert_eq!(clinic::read_bytes(b"curl \xff"), Err(NotRead::NotUtf8));
    assert_eq!(clinic::read_bytes(&vec![b'a'; clinic::LARGEST + 1]), Err(NotRead::TooLarge));
    assert!(clinic::read_bytes("\u{feff}{}".as_bytes()).is_ok());
}
