//! The gateway against servers that write raw bytes: what goes onto the wire, and what every answer and break means.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod hostile;

#[path = "adapters_http/bodies.rs"]
mod bodies;
#[path = "adapters_http/calls.rs"]
mod calls;
#[path = "adapters_http/cancel.rs"]
mod cancel;
#[path = "adapters_http/crew.rs"]
mod crew;
#[path = "adapters_http/environment.rs"]
mod environment;
#[path = "adapters_http/framing.rs"]
mod framing;
#[path = "adapters_http/h2.rs"]
mod h2;
#[path = "adapters_http/limits.rs"]
mod limits;
#[path = "adapters_http/once.rs"]
mod once;
#[path = "adapters_http/pool.rs"]
mod pool;
#[path = "adapters_http/proxy.rs"]
mod proxy;
#[path = "adapters_http/timing.rs"]
mod timing;
#[path = "adapters_http/tls.rs"]
mod tls;
#[path = "adapters_http/unsent.rs"]
mod unsent;

use std::time::Duration;

use tokenscope::domain::answer::{Field, Held, Mismatch};
use tokenscope::domain::exchange::Outcome;
use tokenscope::domain::request::Draft;
use tokenscope::secret::MASK;

use calls::{exchange_of, send};
use hostile::order::{BASIC, KEY, came, draft};
use hostile::server::{Server, http};

const SAMPLE: &str = include_str!("fixtures/contract_200.json");

fn shown(field: &Field) -> String {
    field.masked().map_or_else(|| format!("{field:?}"), |text| text.text())
}

/// The lines of a request's head, sorted, with names in lower case, and its body.
fn parts(request: &[u8]) -> (String, Vec<String>, String) {
    let text = String::from_utf8(request.to_vec()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap().to_owned();
    let lower = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        format!("{}: {value}", name.to_ascii_lowercase())
    };
    let mut headers: Vec<String> = lines.map(lower).collect();
    headers.sort();
    (first, headers, body.to_owned())
}

#[tokio::test]
async fn the_request_is_the_contracts_with_each_header_once_and_nothing_besides() {
    let server = Server::answering(http("200 OK", &[], SAMPLE));
    let asked = Draft { routing_id: "order_7".into(), submerchant_id: "airline1".into(), ..draft() };
    came(send(&server, &asked).await);
    let body = r#"{"card_reference":"token_a0c16957f9bf46b0966a91a35b555353","customer_id":"juspaytest_cust","submerchantId":"airline1"}"#;
    let mut headers = vec![
        "accept: */*".to_owned(),
        format!("authorization: {BASIC}"),
        format!("content-length: {}", body.len()),
        "content-type: application/json".to_owned(),
        format!("host: {}", server.address),
        format!("user-agent: tokenscope/{}", env!("CARGO_PKG_VERSION")),
        "version: 2023-01-01".to_owned(),
        "x-merchantid: acme".to_owned(),
        "x-routing-id: order_7".to_owned(),
    ];
    headers.sort();
    assert_eq!(server.requests().len(), 1);
    assert_eq!(
        parts(&server.requests()[0]),
        ("POST /v4/card/get HTTP/1.1".to_owned(), headers, body.to_owned())
    );
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn the_routing_id_follows_the_customer_and_an_empty_submerchant_is_left_out() {
    let server = Server::answering(http("200 OK", &[], SAMPLE));
    came(send(&server, &draft()).await);
    let (_, headers, body) = parts(&server.requests()[0]);
    assert!(headers.contains(&"x-routing-id: juspaytest_cust".to_owned()), "{headers:?}");
    assert_eq!(
        body,
        r#"{"card_reference":"token_a0c16957f9bf46b0966a91a35b555353","customer_id":"juspaytest_cust"}"#
    );
}

#[tokio::test]
async fn the_contracts_own_answer_is_read_field_by_field() {
    let exchange = exchange_of(http("200 OK", &[], SAMPLE)).await;
    assert_eq!(exchange.status, 200);
    let Outcome::Answered(answer) = exchange.outcome else { panic!("not answered") };
    let text = [
        (&answer.eci, "07"),
        (&answer.token_requestor_id, "40000000079"),
        (&answer.card_type, "DEBIT"),
        (&answer.reference, "token_a0c16957f9bf46b0966a91a35b555353"),
        (&answer.customer_id, "juspaytest_cust"),
        (&answer.network, "VISA"),
        (&answer.token_details.status, "ACTIVE"),
        (&answer.token_details.first_six, "478808"),
        (&answer.token_details.last_four, "8243"),
        (&answer.token_details.exp_month, "11"),
        (&answer.token_details.exp_year, "2029"),
        (&answer.token_details.provider, "VISA"),
        (&answer.token_details.provider_category, "NETWORK"),
        (&answer.issuer, "Paytm"),
        (&answer.card_details.last_four, "9426"),
    ];
    for (field, expected) in text {
        assert_eq!(field.plain(), Some(expected));
    }
    assert_eq!((&answer.sub_type, &answer.issuer_country_code), (&Field::Null, &Field::Null));
    assert!(matches!(answer.nickname, Held::Null));
    for held in [&answer.name_on_card, &answer.fingerprint, &answer.cryptogram, &answer.token] {
        assert!(held.value().is_some());
        assert_eq!(held.masked().text(), MASK);
    }
    assert_eq!(answer.token.value().unwrap().facts().length, 16);
    for held in [&answer.card_details.par, &answer.card_details.exp_month, &answer.card_details.exp_year] {
        assert!(held.value().is_some());
    }
    assert!(answer.mismatches.is_empty() && answer.duplicated.is_empty());
}

#[tokio::test]
async fn the_time_of_a_call_is_measured() {
    let exchange = exchange_of(http("200 OK", &[], SAMPLE)).await;
    let first = exchange.timing.first_byte.unwrap();
    assert!(Duration::ZERO < first && first <= exchange.timing.total, "{:?}", exchange.timing);
}

#[tokio::test]
async fn both_refusals_of_the_contract_are_read() {
    let body = r#"{"error":true,"user_message":"Stored Card Entry Not Found","error_message":"Not Found"}"#;
    let exchange = exchange_of(http("400 Bad Request", &[], body)).await;
    let Outcome::Refused(refusal) = exchange.outcome else { panic!("not refused") };
    assert_eq!(exchange.status, 400);
    assert_eq!(shown(&refusal.user_message), "Stored Card Entry Not Found");
    assert_eq!(shown(&refusal.error_message), "Not Found");

    let exchange =
        exchange_of(http("401 Unauthorized", &[], r#"{"status":"error","error_code":"access_denied"}"#))
            .await;
    let Outcome::Refused(refusal) = exchange.outcome else { panic!("not refused") };
    assert_eq!(
        (exchange.status, shown(&refusal.status), shown(&refusal.error_code)),
        (401, "error".into(), "access_denied".into())
    );
}

#[tokio::test]
async fn an_error_is_read_as_boolean_and_as_text_whatever_the_status() {
    for error in ["true", "\"true\""] {
        for status in ["400 Bad Request", "200 OK"] {
            let body = format!(r#"{{"error":{error},"error_message":"Not Found"}}"#);
            let Outcome::Refused(refusal) = exchange_of(http(status, &[], &body)).await.outcome else {
                panic!("{error} under {status} is no refusal")
            };
            assert_eq!(shown(&refusal.error), "true");
        }
    }
}

#[tokio::test]
async fn an_answer_for_another_reference_or_customer_is_marked() {
    let body = SAMPLE.replace("b555353", "b555354").replace("juspaytest_cust", "somebody_else");
    let Outcome::Answered(answer) = exchange_of(http("200 OK", &[], &body)).await.outcome else {
        panic!("not answered")
    };
    assert_eq!(answer.mismatches, [Mismatch::Reference, Mismatch::Customer]);
}

#[tokio::test]
async fn secrets_in_the_headers_of_an_answer_are_masked() {
    let headers = [
        "x-request-id: seen 4788080252078243 here".to_owned(),
        format!("x-trace-key: {BASIC}"),
        format!("x-trace-raw: {KEY}"),
        "x-internal: anything".to_owned(),
        "set-cookie: sid=1".to_owned(),
    ];
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let exchange = exchange_of(http("200 OK", &headers, SAMPLE)).await;
    let value = |name: &str| exchange.header(name).unwrap().text();
    assert_eq!(value("x-request-id"), format!("seen {MASK} here"));
    assert_eq!(value("content-type"), "application/json");
    assert_eq!((value("x-internal"), value("set-cookie")), (MASK.to_owned(), MASK.to_owned()));
    for name in ["x-trace-key", "x-trace-raw"] {
        let text = value(name);
        let key: Vec<char> = KEY.chars().chain(BASIC.chars().skip(6)).collect();
        let leaked = key.windows(6).map(|six| six.iter().collect::<String>()).find(|six| text.contains(six));
        assert_eq!(leaked, None, "{name}: {text}");
    }
}
