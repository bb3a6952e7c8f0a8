//! What each gateway needs of an answer: held against the published matrix, masked, dated.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod replies;

use std::collections::BTreeMap;

use replies::{CRYPTOGRAM, REFERENCE, answered, came, judged, sent, usable};
use serde::Deserialize;
use tokenscope::diagnosis::readiness::{Encoding, Readiness, State};
use tokenscope::domain::exchange::Reply;
use tokenscope::domain::gateway::{Demand, PaymentGateway, published};
use tokenscope::report::{Call, json, markdown, text};
use tokenscope::secret::Masked;

fn gateway(id: &str) -> &'static PaymentGateway {
    PaymentGateway::find(id).expect(id)
}

fn ready(id: &str, body: &str) -> Readiness {
    let reply = answered(body);
    judged(&reply).for_gateway(Some(gateway(id)), reply.answer()).readiness.unwrap()
}

fn state(readiness: &Readiness, parameter: &str) -> State {
    readiness.needs.iter().find(|need| need.parameter == parameter).expect(parameter).state
}

/// The usable sample with one piece of text replaced.
fn with(from: &str, to: &str) -> String {
    let body = usable();
    assert!(body.contains(from), "{from}");
    body.replace(from, to)
}

#[test]
fn the_sample_satisfies_every_gateway_and_maps_each_field() {
    for gateway in PaymentGateway::all() {
        let readiness = ready(&gateway.id, &usable());
        assert!(readiness.is_ready(), "{}", gateway.id);
        let mapping: Vec<_> = readiness.needs.iter().map(|need| (need.parameter, need.field)).collect();
        let expected = [
            ("card_number", "authentication_details.token"),
            ("tavv", "authentication_details.cryptogram"),
            ("card_exp_month", "token_details.exp_month"),
            ("card_exp_year", "token_details.exp_year"),
            ("token.requestor_id", "token_requestor_id"),
            ("token.card_last_four", "card_details.last_four"),
            ("token.par", "card_details.par"),
            ("token.eci", "eci"),
        ];
        assert_eq!(mapping, expected, "{}", gateway.id);
    }
}

#[test]
fn a_field_that_is_missing_stops_the_gateways_that_need_it_and_no_other() {
    for (from, parameter, stopped, caveat) in [
        ("\"eci\": \"07\"", "token.eci", vec!["mpgs"], vec![]),
        ("\"par\": \"V0010014622122423467188903638\"", "token.par", vec!["pinelabs", "paytm-v2"], vec![]),
        (
            "\"token_requestor_id\": \"40000000079\"",
            "token.requestor_id",
            vec!["gocashfree"],
            vec!["payu", "easebuzz"],
        ),
        (
            "\"last_four\": \"9426\"",
            "token.card_last_four",
            vec!["payu", "paytm-v2", "billdesk", "gocashfree", "easebuzz"],
            vec!["razorpay"],
        ),
    ] {
        let name = from.split(':').next().unwrap();
        let body = with(from, &format!("{name}: null"));
        for gateway in PaymentGateway::all() {
            let (id, readiness) = (gateway.id.as_str(), ready(&gateway.id, &body));
            assert_eq!(readiness.is_ready(), !stopped.contains(&id), "{id} without {parameter}");
            assert_eq!(state(&readiness, parameter), State::Missing, "{id}");
            let lacking: Vec<_> = readiness.lacking(Demand::Conditional).collect();
            assert_eq!(lacking == [parameter], caveat.contains(&id), "{id} without {parameter}");
            let names = stopped.contains(&id) || caveat.contains(&id);
            assert_eq!(readiness.sentence().contains(parameter), names, "{}", readiness.sentence());
        }
    }
}

#[test]
fn what_a_finding_says_of_a_field_is_said_of_its_parameter_too() {
    let short = with("40000000079", "4000000007");
    assert_eq!(state(&ready("gocashfree", &short), "token.requestor_id"), State::Doubtful);
    let placeholder = ready("cybersource", &with(CRYPTOGRAM, "XXXXXXXXXXXXXXXX"));
    assert_eq!(state(&placeholder, "tavv"), State::Unusable);
    assert!(!placeholder.is_ready() && placeholder.sentence().contains("no usable tavv"));
    let other = ready("cybersource", &with("\"ACTIVE\"", "\"SUSPENDED\""));
    assert_eq!(state(&other, "tavv"), State::There);
    assert!(!other.is_ready() && other.sentence().contains("cannot be used"), "{}", other.sentence());
}

#[test]
fn a_diners_token_needs_three_more_and_one_is_in_no_answer() {
    let body = usable().replace("\"VISA\"", "\"DINERS\"");
    let readiness = ready("cybersource", &body);
    let missing: Vec<_> = readiness.lacking(Demand::Mandatory).collect();
    assert_eq!(missing, ["token.provider_reference_id"]);
    assert_eq!(state(&readiness, "token.provider_category"), State::There);
    assert!(ready("cybersource", &usable()).is_ready(), "a Visa token needs none of them");
}

#[test]
fn a_cryptogram_with_marks_of_base64_has_to_be_encoded() {
    assert_eq!(ready("payu", &usable()).encoding, Encoding::Needed);
    let hex = with(CRYPTOGRAM, "454d550102030405060708090a0b0c0d0e0f1011");
    assert_eq!(ready("payu", &hex).encoding, Encoding::NotNeeded);
    assert_eq!(ready("payu", &with(&format!("\"{CRYPTOGRAM}\""), "null")).encoding, Encoding::Nothing);
}

#[test]
fn a_refusal_is_ready_for_nobody() {
    let reply = came(401, &[], r#"{"status": "error", "error_code": "access_denied"}"#);
    assert!(judged(&reply).for_gateway(Some(gateway("payu")), reply.answer()).readiness.is_none());
}

fn report(reply: &Reply, id: Option<&str>, render: fn(&Call<'_>) -> Masked) -> String {
    let (sent, judgement) = (sent(REFERENCE), judged(reply).for_gateway(id.map(gateway), reply.answer()));
    render(&Call { sent: &sent, reply, judgement: &judgement }).text()
}

#[derive(Deserialize)]
struct Read {
    readiness: Option<Object>,
}

#[derive(Deserialize)]
struct Object {
    gateway: String,
    ready: bool,
    published: String,
    source: String,
    tavv_url_encoding: String,
    fields: Vec<BTreeMap<String, Option<String>>>,
}

#[test]
fn the_json_has_readiness_where_a_gateway_was_chosen_and_else_not() {
    let reply = answered(&usable());
    let none: Read = serde_json::from_str(&report(&reply, None, json)).unwrap();
    assert!(none.readiness.is_none());
    let read: Read = serde_json::from_str(&report(&reply, Some("payu"), json)).unwrap();
    let readiness = read.readiness.unwrap();
    assert_eq!((readiness.gateway.as_str(), readiness.ready), ("payu", true));
    assert_eq!(
        (readiness.published.as_str(), readiness.tavv_url_encoding.as_str()),
        (published().0, "needed")
    );
    assert!(readiness.source.contains("juspay.io"));
    let four = readiness
        .fields
        .iter()
        .find(|it| it["parameter"].as_deref() == Some("token.card_last_four"))
        .unwrap();
    assert_eq!((four["value"].as_deref(), four["demand"].as_deref()), (Some("9426"), Some("mandatory")));
    assert!(four["note"].as_deref().unwrap().ends_with("8243"), "both are shown: {four:?}");
}

#[test]
fn readiness_in_writing_is_masked_and_dated_and_fits_the_terminal() {
    let reply = answered(&usable());
    for render in [text, markdown, json] {
        let told = report(&reply, Some("paytm-v2"), render);
        assert!(told.contains(published().0) && told.contains("Paytm v2"), "{told}");
        for secret in ["080252", "788080", "Uc/zwf", "V00100146"] {
            assert!(!told.contains(secret), "{told}");
        }
    }
    let told = report(&reply, Some("paytm-v2"), text);
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
    insta::assert_snapshot!(
        "readiness_text",
        told.split_once("Gateway:").unwrap().1.split_once("Token:").unwrap().0
    );
}
