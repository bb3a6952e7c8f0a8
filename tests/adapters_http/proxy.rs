//! Production and sandbox, driven through a CONNECT proxy that answers in their place with a certificate of a test's own.

use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokenscope::adapters::http::{Http, Limits};
use tokenscope::domain::exchange::{Outcome, Reply};
use tokenscope::domain::failure::{Failure, Processed, TlsFault};
use tokenscope::domain::profile::{Endpoint, Profile};
use tokenscope::ports::Gateway;

use super::hostile::child;
use super::hostile::order::{BASIC, KEY, came, custom, draft, failed, key_of, order_of, profile};
use super::hostile::server::{Server, http};
use super::hostile::tls::{Authority, HANDSHAKE, Holds, accept, records, self_signed, tls_1_1};
use super::{SAMPLE, parts};

const PRODUCTION: &str = "api.juspay.in";

fn production(proxy: &str) -> Profile {
    let mut profile = profile("production", Endpoint::production(None).unwrap());
    profile.proxy = Some(proxy.to_owned());
    profile
}

fn sandbox(proxy: &str) -> Profile {
    let mut profile = profile("sandbox", Endpoint::sandbox());
    profile.proxy = Some(proxy.to_owned());
    profile
}

async fn send(profile: &Profile) -> Reply {
    let limits = Limits { connect: Duration::from_secs(2), ..Limits::default() };
    Http::with_limits(limits).send(&order_of(profile, &draft()), &key_of(profile)).await
}

/// A proxy that opens every tunnel into itself and answers there as the API.
fn tunnelling(authority: &Authority, host: &str) -> Server {
    ending_tls(authority.certify(host, Holds::Now))
}

/// The same with a certificate of the test's choice.
fn ending_tls(config: ServerConfig) -> Server {
    let config = Arc::new(config);
    Server::run(move |mut peer| {
        peer.read_request();
        peer.write(b"HTTP/1.1 200 Connection established\r\n\r\n");
        let mut peer = accept(peer, &config);
        peer.read_request();
        peer.write(&http("200 OK", &[], SAMPLE));
    })
}

/// Runs a test again in a process that trusts this authority.
fn run_trusting(authority: &Authority, name: &str, told: &str) {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    authority.write(&ca);
    child::run(name, told, &[("SSL_CERT_FILE", ca.as_os_str())]);
}

#[tokio::test]
async fn production_is_reached_through_the_proxy_of_the_profile_which_never_sees_the_key() {
    if let Some(proxy) = child::told() {
        assert!(matches!(came(send(&production(&proxy)).await).outcome, Outcome::Answered(_)));
        return;
    }
    let authority = Authority::new();
    let proxy = tunnelling(&authority, PRODUCTION);
    let name = "proxy::production_is_reached_through_the_proxy_of_the_profile_which_never_sees_the_key";
    run_trusting(&authority, name, &proxy.base_url());
    let requests = proxy.requests();
    assert_eq!((proxy.connections(), requests.len()), (1, 2));
    let (first, headers, body) = parts(&requests[0]);
    assert_eq!((first.as_str(), body.as_str()), ("CONNECT api.juspay.in:443 HTTP/1.1", ""));
    let agent = format!("user-agent: tokenscope/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(headers, ["host: api.juspay.in:443".to_owned(), agent]);
    let (first, headers, _) = parts(&requests[1]);
    assert_eq!(first, "POST /v4/card/get HTTP/1.1");
    for header in ["host: api.juspay.in", &format!("authorization: {BASIC}")] {
        assert_eq!(headers.iter().filter(|it| *it == header).count(), 1, "{header}: {headers:?}");
    }
}

#[tokio::test]
async fn the_key_of_one_environment_never_reaches_the_host_of_another() {
    if let Some(proxy) = child::told() {
        let (production, sandbox) = (production(&proxy), sandbox(&proxy));
        for (order, key) in [(&production, &sandbox), (&sandbox, &production)] {
            let reply = Http::new().send(&order_of(order, &draft()), &key_of(key)).await;
            assert_eq!(failed(reply), Failure::ForeignKey);
        }
        return;
    }
    let authority = Authority::new();
    let proxy = tunnelling(&authority, PRODUCTION);
    run_trusting(
        &authority,
        "proxy::the_key_of_one_environment_never_reaches_the_host_of_another",
        &proxy.base_url(),
    );
    assert_eq!(proxy.connections(), 0);
}

#[tokio::test]
async fn a_proxy_that_answers_as_another_host_gets_no_request() {
    if let Some(proxy) = child::told() {
        assert_eq!(failed(send(&sandbox(&proxy)).await), Failure::Tls(TlsFault::WrongHost));
        return;
    }
    let authority = Authority::new();
    let proxy = tunnelling(&authority, PRODUCTION);
    run_trusting(
        &authority,
        "proxy::a_proxy_that_answers_as_another_host_gets_no_request",
        &proxy.base_url(),
    );
    assert_eq!((proxy.connections(), proxy.requests().len()), (1, 1));
}

/// A proxy that opens a tunnel and writes these bytes into it.
fn muttering(bytes: Vec<u8>) -> Server {
    Server::run(move |mut peer| {
        peer.read_request();
        peer.write(b"HTTP/1.1 200 Connection established\r\n\r\n");
        peer.read_some();
        peer.write(&bytes);
        peer.wait_for_close();
    })
}

/// Everything that can be wrong with TLS, in the place of production, each with what it has to be told as.
fn impostors(authority: &Authority) -> Vec<(Server, Failure)> {
    let tls = |fault| Failure::Tls(fault);
    let of = |config, fault| (ending_tls(config), tls(fault));
    let named = |name: &str| of(authority.certify(name, Holds::Now), TlsFault::WrongHost);
    let [alert, hello] = tls_1_1();
    let mut all = vec![
        of(authority.certify(PRODUCTION, Holds::Before), TlsFault::Expired),
        of(authority.certify(PRODUCTION, Holds::Later), TlsFault::NotYetValid),
        of(self_signed(PRODUCTION, false), TlsFault::Untrusted),
        of(self_signed(PRODUCTION, true), TlsFault::Untrusted),
        of(Authority::new().certify(PRODUCTION, Holds::Now), TlsFault::Untrusted),
        (muttering(alert), tls(TlsFault::Version)),
        (muttering(hello), tls(TlsFault::Version)),
        (muttering(http("200 OK", &[], SAMPLE)), tls(TlsFault::Handshake)),
        (muttering(Vec::new()), Failure::ConnectTimeout),
    ];
    let alike = ["api.juspay.in.evil.example", "evil-api.juspay.in", "juspay.in", "sandbox.juspay.in"];
    all.extend(alike.map(named));
    all.extend(["*.api.juspay.in", "*.evil.example", "xapi.juspay.in", "127.0.0.1"].map(named));
    all
}

#[tokio::test]
async fn an_impostor_in_the_place_of_production_gets_not_a_byte_of_http() {
    if let Some(told) = child::told() {
        for (proxy, fault) in told.split(' ').filter_map(|case| case.split_once('=')) {
            let failure = failed(send(&production(proxy)).await);
            assert_eq!(format!("{failure:?}"), fault);
            assert_eq!(failure.processed(), Processed::No, "{failure:?}");
        }
        return;
    }
    let authority = Authority::new();
    let impostors = impostors(&authority);
    let told: Vec<String> =
        impostors.iter().map(|(proxy, failure)| format!("{}={failure:?}", proxy.base_url())).collect();
    let name = "proxy::an_impostor_in_the_place_of_production_gets_not_a_byte_of_http";
    run_trusting(&authority, name, &told.join(" "));
    for (proxy, failure) in impostors {
        let requests = proxy.requests();
        assert_eq!((proxy.connections(), requests.len()), (1, 1), "{failure:?}");
        assert!(requests[0].starts_with(b"CONNECT api.juspay.in:443 "));
        let inside = proxy.raw().split_off(requests[0].len());
        assert_eq!(records(&inside).first(), Some(&HANDSHAKE), "{failure:?}");
    }
}

#[tokio::test]
async fn a_ca_file_counts_for_custom_profiles_only() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let proxy = tunnelling(&authority, PRODUCTION);
    let mut profile = production(&proxy.base_url());
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    profile.ca_file = Some(path);
    let found = failed(send(&profile).await);
    assert!(matches!(found, Failure::Tls(TlsFault::Untrusted | TlsFault::NoTrustStore)), "{found:?}");
    assert!(proxy.requests().len() <= 1);
}

#[tokio::test]
async fn a_proxy_that_opens_no_tunnel_is_told_and_nothing_was_sent() {
    if let Some(told) = child::told() {
        for proxy in told.split(' ') {
            let failure = failed(send(&production(proxy)).await);
            assert_eq!((failure.clone(), failure.processed()), (Failure::Proxy, Processed::No), "{proxy}");
        }
        return;
    }
    let refusals =
        ["HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "HTTP/1.1 403 No\r\n\r\n", "junk\r\n\r\n", ""];
    let proxies = refusals.map(Server::answering);
    let urls: Vec<String> = proxies.iter().map(Server::base_url).collect();
    let told = format!("{} http://127.0.0.1:1 http://no-such-host.invalid", urls.join(" "));
    run_trusting(
        &Authority::new(),
        "proxy::a_proxy_that_opens_no_tunnel_is_told_and_nothing_was_sent",
        &told,
    );
    for proxy in proxies {
        assert_eq!(proxy.connections(), 1);
        let seen = proxy.requests().concat();
        assert!(seen.starts_with(b"CONNECT "));
        for secret in [KEY, &BASIC[6..]] {
            assert!(!seen.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
}

#[tokio::test]
async fn a_mute_proxy_runs_into_the_limit_of_the_connection() {
    if let Some(proxy) = child::told() {
        assert_eq!(failed(send(&production(&proxy)).await), Failure::ConnectTimeout);
        return;
    }
    let proxy = Server::run(|mut peer| {
        peer.read_request();
        peer.wait_for_close();
    });
    run_trusting(
        &Authority::new(),
        "proxy::a_mute_proxy_runs_into_the_limit_of_the_connection",
        &proxy.base_url(),
    );
    assert_eq!(proxy.requests().len(), 1);
}

#[tokio::test]
async fn a_proxy_that_we_do_not_speak_with_is_not_left_out() {
    let listener = Server::answering("");
    for proxy in ["socks5://127.0.0.1:1", "ftp://127.0.0.1:1", "127.0.0.1:1", "http://", ""] {
        let mut profile = custom(&format!("https://{}", listener.address));
        profile.proxy = Some(proxy.to_owned());
        assert_eq!(failed(send(&profile).await), Failure::Proxy, "{proxy}");
    }
    assert_eq!(listener.connections(), 0);
}

#[tokio::test]
async fn cleartext_does_not_go_through_a_proxy() {
    let (proxy, server) = (Server::answering(http("200 OK", &[], SAMPLE)), Server::answering(""));
    let mut profile = custom(&server.base_url());
    profile.proxy = Some(proxy.base_url());
    assert_eq!(failed(send(&profile).await), Failure::Proxy);
    assert_eq!((proxy.connections(), server.connections()), (0, 0));
}
