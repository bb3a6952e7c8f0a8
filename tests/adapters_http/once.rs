//! One send is one request, whatever the server does; a connection and what it holds serve one call.

use tokenscope::adapters::http::Http;
use tokenscope::domain::exchange::Outcome;
use tokenscope::domain::failure::Failure;
use tokenscope::ports::Gateway;
use tokenscope::secret::MASK;

use super::SAMPLE;
use super::calls::{exchange_of, failure_of};
use super::hostile::order::{KEY, came, custom, draft, failed, key_of, order_of};
use super::hostile::server::{DEADLINE, Server, http};

#[tokio::test]
async fn a_redirect_is_not_followed_and_its_target_is_masked_and_sanitised() {
    let elsewhere = Server::answering(http("200 OK", &[], SAMPLE));
    for status in [300, 301, 302, 303, 307, 308] {
        let location =
            format!("location: {}/v4/card/get?k={KEY}&pan=4111111111111111\u{202e}", elsewhere.base_url());
        let found = failure_of(http(&format!("{status} Moved"), &[&location], SAMPLE)).await;
        let Failure::Redirected { status: told, target } = &found else { panic!("{found:?}") };
        assert_eq!(*told, status);
        let target = target.text();
        assert!(target.starts_with(&elsewhere.base_url()), "{target}");
        assert!(target.contains(MASK) && target.contains("\\u{202e}"), "{target}");
        assert!(!target.contains("api-key") && !target.contains("411111"), "{target}");
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_redirect_to_nowhere_and_to_far_too_much_is_told_in_one_sentence() {
    let nowhere = failure_of("HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n").await;
    assert!(nowhere.sentence().contains("redirects (HTTP 302) to nowhere"), "{}", nowhere.sentence());
    let location = format!("location: https://x.example/{}", "z".repeat(20_000));
    let far = failure_of(http("302 Found", &[&location], "")).await;
    assert!(far.sentence().len() < 1024);
}

#[tokio::test]
async fn no_other_header_that_names_a_place_is_gone_to() {
    let elsewhere = Server::answering(http("200 OK", &[], SAMPLE));
    let (base, address) = (elsewhere.base_url(), elsewhere.address);
    let headers = [
        format!("location: {base}/"),
        format!("refresh: 0; url={base}/"),
        format!("content-location: {base}/"),
        format!("link: <{base}/>; rel=preload"),
        format!("alt-svc: http/1.1=\"{address}\""),
    ];
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    for status in ["200 OK", "401 Unauthorized", "421 Misdirected Request", "503 Service Unavailable"] {
        let more = [headers.as_slice(), &["retry-after: 0", "www-authenticate: Basic realm=\"x\""]].concat();
        assert_eq!(exchange_of(http(status, &more, SAMPLE)).await.status.to_string(), status[..3]);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_connection_that_the_server_keeps_open_is_closed_after_its_answer() {
    let server = Server::run(|mut peer| {
        while !peer.read_request().is_empty() {
            peer.write(&http("200 OK", &["connection: keep-alive"], SAMPLE));
        }
        peer.wait_for_close();
    });
    let profile = custom(&server.base_url());
    let gateway = Http::new();
    for count in 1..=2 {
        came(gateway.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
        assert_eq!((server.connections(), server.requests().len()), (count, count));
        assert!(server.wait(DEADLINE, |seen| seen.closed.len() == count).await, "a connection was kept");
    }
}

/// A pool would take the first connection for the second send, see it closed, and send once more on a new one.
#[tokio::test]
async fn a_closed_idle_connection_leads_to_no_second_send() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.write(&http("200 OK", &["connection: keep-alive", "keep-alive: timeout=600"], SAMPLE));
        peer.read_request();
    });
    let profile = custom(&server.base_url());
    let gateway = Http::new();
    for count in 1..=3 {
        came(gateway.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
        assert_eq!((server.connections(), server.requests().len()), (count, count));
    }
}

#[tokio::test]
async fn what_follows_an_answer_is_not_taken_for_the_next_one() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.write(&http("200 OK", &["connection: keep-alive"], SAMPLE));
        peer.write(&http("200 OK", &[], "{\"reference\":\"poison\"}"));
        peer.wait_for_close();
    });
    let profile = custom(&server.base_url());
    let gateway = Http::new();
    for _ in 0..2 {
        let exchange = came(gateway.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
        let Outcome::Answered(answer) = exchange.outcome else { panic!("not answered") };
        assert!(answer.mismatches.is_empty());
    }
    assert_eq!((server.connections(), server.requests().len()), (2, 2));
}

#[tokio::test]
async fn an_answer_that_asks_for_another_try_gets_none() {
    for status in ["408 Request Timeout", "425 Too Early", "429 Too Many Requests", "503 Service Unavailable"]
    {
        let server = Server::answering(http(status, &["retry-after: 0", "connection: close"], "{}"));
        let profile = custom(&server.base_url());
        came(Http::new().send(&order_of(&profile, &draft()), &key_of(&profile)).await);
        assert_eq!((server.connections(), server.requests().len()), (1, 1), "{status}");
    }
}

#[tokio::test]
async fn cookies_are_not_kept() {
    let server = Server::answering(http("200 OK", &["set-cookie: sid=77; Path=/"], SAMPLE));
    let profile = custom(&server.base_url());
    let gateway = Http::new();
    for _ in 0..2 {
        came(gateway.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
    }
    let second = String::from_utf8(server.requests().remove(1)).unwrap().to_ascii_lowercase();
    assert!(!second.contains("cookie"), "{second}");
}

#[tokio::test]
async fn two_calls_at_once_get_each_its_own_answer() {
    let server = Server::run(|mut peer| {
        let request = String::from_utf8(peer.read_request()).unwrap();
        let asked = if request.contains("token_two") { "token_two" } else { "token_one" };
        peer.write(&http("200 OK", &[], &SAMPLE.replace("token_a0c16957f9bf46b0966a91a35b555353", asked)));
    });
    let profile = custom(&server.base_url());
    let gateway = Http::new();
    let send = async |reference: &str| {
        let asked = tokenscope::domain::request::Draft { card_reference: reference.into(), ..draft() };
        came(gateway.send(&order_of(&profile, &asked), &key_of(&profile)).await)
    };
    for exchange in <[_; 2]>::from(tokio::join!(send("token_one"), send("token_two"))) {
        let Outcome::Answered(answer) = exchange.outcome else { panic!("not answered") };
        assert!(answer.mismatches.is_empty());
    }
    let lost = Server::answering("");
    let profile = custom(&lost.base_url());
    failed(gateway.send(&order_of(&profile, &draft()), &key_of(&profile)).await);
    assert_eq!((lost.connections(), server.connections()), (1, 2));
}
