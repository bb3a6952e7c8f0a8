//! Calls that are not made: each says so, and that nothing was processed.

use std::net::TcpListener;

use tokenscope::adapters::http::Http;
use tokenscope::domain::failure::{Failure, Processed};
use tokenscope::domain::profile::{Endpoint, EndpointFault, Profile};
use tokenscope::domain::request::FieldFault;
use tokenscope::ports::Gateway;

use super::calls::send_under;
use super::hostile::order::{came, custom, draft, failed, key_of, order_of};
use super::hostile::server::{Server, http};

/// The failure of a send that never left.
async fn unsent(profile: &Profile) -> Failure {
    let failure = failed(send_under(profile, &draft()).await);
    assert_eq!(failure.processed(), Processed::No, "{failure:?}");
    failure
}

#[tokio::test]
async fn a_refused_connection_is_told() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(unsent(&custom(&format!("http://{gone}"))).await, Failure::Connect);
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told() {
    assert_eq!(unsent(&custom("https://no-such-host.invalid")).await, Failure::Name);
}

#[tokio::test]
async fn the_key_of_another_profile_or_host_is_not_sent() {
    let (server, other) = (Server::answering(""), Server::answering(""));
    let profile = custom(&server.base_url());
    let elsewhere = custom(&other.base_url());
    let namesake = Profile { name: "prod".into(), ..profile.clone() };
    for foreign in [key_of(&elsewhere), key_of(&namesake)] {
        let failure = failed(Http::new().send(&order_of(&profile, &draft()), &foreign).await);
        assert_eq!((failure.clone(), failure.processed()), (Failure::ForeignKey, Processed::No));
    }
    assert_eq!((server.connections(), other.connections()), (0, 0));
}

#[tokio::test]
async fn a_profile_that_fits_no_header_is_told() {
    let server = Server::answering("");
    for bad in ["acme\r\nx-injected: 1", "acme\0", "acme\u{1b}[2J", "acme\n"] {
        let profile = Profile { merchant_id: bad.into(), ..custom(&server.base_url()) };
        assert_eq!(unsent(&profile).await, Failure::Unsendable, "{bad:?}");
        // The version does not even come so far: a request under such a profile cannot be made.
        let profile = Profile { version: bad.into(), ..custom(&server.base_url()) };
        assert_eq!(draft().validate(&profile), Err(vec![FieldFault::NotADay]), "{bad:?}");
    }
    assert_eq!(server.connections(), 0);
}

/// The name is this machine whatever a name service says, since the key goes there in clear text.
#[tokio::test]
async fn cleartext_goes_to_loopback_by_its_name_too() {
    let server = Server::answering(http("200 OK", &[], super::SAMPLE));
    let profile = custom(&format!("http://localhost:{}", server.address.port()));
    came(send_under(&profile, &draft()).await);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn cleartext_beyond_loopback_cannot_be_written_down() {
    for base in [
        "http://gw.example.internal",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://localhost.",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::]",
        "http://[::ffff:10.0.0.1]",
        "http://2130706433",
        "http://0x7f000001",
        "http://127.1",
        "HTTP://gw.example.internal",
    ] {
        let fault = Endpoint::custom(base).expect_err(base);
        assert!(matches!(fault, EndpointFault::Cleartext | EndpointFault::Scheme), "{base}: {fault:?}");
    }
    for base in
        ["http://127.0.0.1@evil.example", "http://evil.example#@127.0.0.1", "http://evil.example\\@::1"]
    {
        assert!(Endpoint::custom(base).is_err(), "{base}");
    }
}
