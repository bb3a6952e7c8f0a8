//! What the environment may change (the trust store) and what it may not (proxies, key logs). Each of these runs in a
//! process of its own.

use std::ffi::OsStr;

use tokenscope::adapters::http::Http;
use tokenscope::domain::exchange::{Outcome, Reply};
use tokenscope::domain::failure::{Failure, TlsFault};
use tokenscope::ports::Gateway;

use super::SAMPLE;
use super::hostile::child;
use super::hostile::order::{came, custom, draft, failed, key_of, order_of};
use super::hostile::server::{Server, http};
use super::hostile::tls::{Authority, Holds, answering};

async fn send(base_url: &str) -> Reply {
    let profile = custom(base_url);
    Http::new().send(&order_of(&profile, &draft()), &key_of(&profile)).await
}

fn secure_server(authority: &Authority) -> (Server, String) {
    let server = answering(authority.certify("127.0.0.1", Holds::Now), http("200 OK", &[], SAMPLE));
    let url = format!("https://{}", server.address);
    (server, url)
}

#[tokio::test]
async fn proxies_of_the_environment_are_ignored() {
    if let Some(told) = child::told() {
        for url in told.split(' ') {
            assert!(matches!(came(send(url).await).outcome, Outcome::Answered(_)), "{url}");
        }
        return;
    }
    let (trap, plain) =
        (Server::answering("HTTP/1.1 502 Trapped\r\n\r\n"), Server::answering(http("200 OK", &[], SAMPLE)));
    let authority = Authority::new();
    let (secure, secure_url) = secure_server(&authority);
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    authority.write(&ca);
    let trap_url = trap.base_url();
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let mut environment: Vec<(&str, &OsStr)> = names.map(|name| (name, OsStr::new(&trap_url))).to_vec();
    environment.extend([
        ("NO_PROXY", OsStr::new("")),
        ("no_proxy", OsStr::new("")),
        ("SSL_CERT_FILE", ca.as_os_str()),
    ]);
    child::run(
        "environment::proxies_of_the_environment_are_ignored",
        &format!("{} {secure_url}", plain.base_url()),
        &environment,
    );
    assert_eq!((trap.connections(), plain.connections(), secure.connections()), (0, 1, 1));
}

#[tokio::test]
async fn the_trust_store_of_the_environment_is_taken_and_no_key_log_is_written() {
    if let Some(url) = child::told() {
        assert!(matches!(came(send(&url).await).outcome, Outcome::Answered(_)));
        return;
    }
    let authority = Authority::new();
    let (server, url) = secure_server(&authority);
    let folder = tempfile::tempdir().unwrap();
    let (ca, log) = (folder.path().join("ca.pem"), folder.path().join("keys.log"));
    authority.write(&ca);
    child::run(
        "environment::the_trust_store_of_the_environment_is_taken_and_no_key_log_is_written",
        &url,
        &[("SSL_CERT_FILE", ca.as_os_str()), ("SSLKEYLOGFILE", log.as_os_str())],
    );
    assert_eq!(server.requests().len(), 1);
    assert!(!log.exists());
}

#[tokio::test]
async fn an_empty_trust_store_is_told_and_cleartext_to_loopback_needs_none() {
    if let Some(told) = child::told() {
        let (plain, secure) = told.split_once(' ').unwrap();
        assert!(matches!(came(send(plain).await).outcome, Outcome::Answered(_)));
        assert_eq!(failed(send(secure).await), Failure::Tls(TlsFault::NoTrustStore));
        return;
    }
    let plain = Server::answering(http("200 OK", &[], SAMPLE));
    let (secure, secure_url) = secure_server(&Authority::new());
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    child::run(
        "environment::an_empty_trust_store_is_told_and_cleartext_to_loopback_needs_none",
        &format!("{} {secure_url}", plain.base_url()),
        &[("SSL_CERT_FILE", empty.as_os_str())],
    );
    assert_eq!((plain.connections(), secure.connections()), (1, 0));
}
