//! Handshakes that are refused: each with its own fault, and not a byte of HTTP has left.

use std::path::Path;
use std::time::Duration;

use tokenscope::adapters::http::{Http, Limits};
use tokenscope::domain::exchange::{Outcome, Reply};
use tokenscope::domain::failure::{Failure, Processed, TlsFault};
use tokenscope::ports::Gateway;

use super::SAMPLE;
use super::hostile::order::{came, custom, draft, failed, key_of, order_of};
use super::hostile::server::{Server, http};
use super::hostile::tls::{
    ALERT, APPLICATION, Authority, HANDSHAKE, Holds, answering, records, self_signed, tls_1_1,
};

/// Sends to a server over TLS under a profile with this `ca_file`.
async fn send(server: &Server, ca_file: Option<&Path>) -> Reply {
    let mut profile = custom(&format!("https://{}", server.address));
    profile.ca_file = ca_file.map(Path::to_owned);
    let limits = Limits { connect: Duration::from_secs(2), ..Limits::default() };
    Http::with_limits(limits).send(&order_of(&profile, &draft()), &key_of(&profile)).await
}

/// Sends to a server that this authority's file is trusted for, and sees that not a byte of HTTP has left: none came out of
/// TLS, and below it there was nothing but TLS.
async fn refusal(server: &Server, authority: &Authority) -> Failure {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    let failure = failed(send(server, Some(&path)).await);
    assert_eq!(server.requests(), Vec::<Vec<u8>>::new(), "{failure:?}");
    assert_eq!((server.connections(), failure.processed()), (1, Processed::No), "{failure:?}");
    assert_eq!(records(&server.raw()).first(), Some(&HANDSHAKE));
    failure
}

/// As [`refusal`], from a server that has no key to read with: no record holds data.
async fn refusal_without_keys(server: &Server) -> Failure {
    let failure = refusal(server, &Authority::new()).await;
    let kinds = records(&server.raw());
    assert!(kinds.iter().all(|kind| matches!(*kind, HANDSHAKE | ALERT)), "{kinds:?}");
    failure
}

fn whole() -> Vec<u8> {
    http("200 OK", &[], SAMPLE)
}

#[tokio::test]
async fn a_certificate_of_the_profiles_own_authority_is_trusted() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    for config in [
        authority.certify("127.0.0.1", Holds::Now),
        authority.certify_under(&rustls::version::TLS12),
        authority.certify_under(&rustls::version::TLS13),
    ] {
        let server = answering(config, whole());
        let exchange = came(send(&server, Some(&path)).await);
        assert!(matches!(exchange.outcome, Outcome::Answered(_)));
        assert_eq!((server.connections(), server.requests().len()), (1, 1));
        assert!(records(&server.raw()).contains(&APPLICATION), "the search finds what is there");
    }
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let authority = Authority::new();
    let server = answering(authority.certify("127.0.0.1", Holds::Before), whole());
    assert_eq!(refusal(&server, &authority).await, Failure::Tls(TlsFault::Expired));
}

#[tokio::test]
async fn a_certificate_of_the_future_is_refused() {
    let authority = Authority::new();
    let server = answering(authority.certify("127.0.0.1", Holds::Later), whole());
    assert_eq!(refusal(&server, &authority).await, Failure::Tls(TlsFault::NotYetValid));
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused() {
    let authority = Authority::new();
    for name in ["127.0.0.2", "gw.example", "127.0.0.1.evil.example", "*.0.0.1"] {
        let server = answering(authority.certify(name, Holds::Now), whole());
        assert_eq!(refusal(&server, &authority).await, Failure::Tls(TlsFault::WrongHost), "{name}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_trusted_signed_is_refused() {
    let authority = Authority::new();
    for config in [
        self_signed("127.0.0.1", false),
        self_signed("127.0.0.1", true),
        Authority::new().certify("127.0.0.1", Holds::Now),
    ] {
        let server = answering(config, whole());
        assert_eq!(refusal(&server, &authority).await, Failure::Tls(TlsFault::Untrusted));
    }
}

#[tokio::test]
async fn a_server_of_tls_1_1_is_refused() {
    for bytes in tls_1_1() {
        assert_eq!(refusal_without_keys(&speaking(bytes)).await, Failure::Tls(TlsFault::Version));
    }
}

#[tokio::test]
async fn junk_or_a_close_in_place_of_a_handshake_is_refused() {
    for bytes in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b"SSH-2.0-OpenSSH_9.9\r\n", b"\0\0\0\0\0\0", b""]
    {
        let server = speaking(bytes.to_vec());
        assert_eq!(refusal_without_keys(&server).await, Failure::Tls(TlsFault::Handshake), "{bytes:?}");
    }
}

#[tokio::test]
async fn a_mute_handshake_runs_into_the_limit_of_the_connection() {
    let server = Server::run(|mut peer| peer.wait_for_close());
    assert_eq!(refusal_without_keys(&server).await, Failure::ConnectTimeout);
}

/// A server that takes the client's hello and writes these bytes.
fn speaking(bytes: Vec<u8>) -> Server {
    Server::run(move |mut peer| {
        peer.read_some();
        peer.write(&bytes);
        if !bytes.is_empty() {
            peer.wait_for_close();
        }
    })
}

#[tokio::test]
async fn a_ca_file_that_is_not_there_or_none_is_told_before_a_connection_is_made() {
    let server = answering(Authority::new().certify("127.0.0.1", Holds::Now), whole());
    let folder = tempfile::tempdir().unwrap();
    let (missing, empty, broken) =
        (folder.path().join("missing"), folder.path().join("empty"), folder.path().join("broken"));
    std::fs::write(&empty, "not a certificate\n").unwrap();
    std::fs::write(&broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    for path in [&missing, &empty, &broken, &folder.path().to_owned()] {
        let failure = failed(send(&server, Some(path)).await);
        assert_eq!((failure.clone(), failure.processed()), (Failure::Tls(TlsFault::CaFile), Processed::No));
    }
    assert_eq!(server.connections(), 0);
}
