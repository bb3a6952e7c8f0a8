//! Where the time of a call went: what was looked up and connected, and what was not.

use std::time::Duration;

use tokenscope::adapters::http::Http;
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::profile::Profile;
use tokenscope::ports::Gateway;

use super::SAMPLE;
use super::crew::{ask, crew};
use super::hostile::order::{came, custom, draft, key_of, order_of};
use super::hostile::server::{Server, http};
use super::hostile::tls::{Authority, Holds, answering};

async fn timing_of(http: &Http, profile: &Profile) -> Timing {
    whole(http.send(&order_of(profile, &draft()), &key_of(profile)).await)
}

/// That of an answer.
fn whole(reply: Reply) -> Timing {
    let timing = came(reply).timing;
    let known: Duration = timing.parts().iter().filter_map(|part| part.time).sum();
    assert_eq!(known, timing.total, "{timing:?}");
    assert!(timing.first_byte.unwrap() <= timing.total, "{timing:?}");
    timing
}

#[tokio::test]
async fn an_address_is_connected_to_without_a_lookup() {
    let server = Server::answering(http("200 OK", &[], SAMPLE));
    let timing = timing_of(&Http::new(), &custom(&server.base_url())).await;
    assert_eq!(timing.lookup, None);
    assert!(timing.connect.unwrap() > Duration::ZERO && timing.connect <= timing.first_byte, "{timing:?}");
}

#[tokio::test]
async fn a_name_is_looked_up_and_the_connection_is_made_with_its_tls() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    let server = answering(authority.certify("localhost", Holds::Now), http("200 OK", &[], SAMPLE));
    let port = server.address.port();
    let profile = Profile { ca_file: Some(path), ..custom(&format!("https://localhost:{port}")) };
    let timing = timing_of(&Http::new(), &profile).await;
    let (lookup, connect) = (timing.lookup.unwrap(), timing.connect.unwrap());
    assert!(lookup > Duration::ZERO && connect > Duration::ZERO, "{timing:?}");
    assert!(lookup + connect <= timing.first_byte.unwrap(), "{timing:?}");
}

#[tokio::test]
async fn a_connection_that_was_kept_shows_neither_lookup_nor_connect() {
    let server = Server::run(|mut peer| {
        while !peer.read_request().is_empty() {
            peer.write(&http("200 OK", &[], SAMPLE));
        }
    });
    let (mut crew, profile) = (crew(1), custom(&server.base_url()));
    assert!(whole(ask(&mut crew, &profile).await).connect.is_some());
    let kept = whole(ask(&mut crew, &profile).await);
    assert_eq!((server.connections(), kept.lookup, kept.connect), (1, None, None));
}

#[tokio::test]
async fn a_call_that_fails_tells_how_far_it_came() {
    let silent = Server::run(|mut peer| drop(peer.read_request()));
    let profile = custom(&silent.base_url());
    let reply = Http::new().send(&order_of(&profile, &draft()), &key_of(&profile)).await;
    let Reply::Failed(_, timing) = reply else { panic!("an answer") };
    assert!(timing.connect.is_some() && timing.first_byte.is_none(), "{timing:?}");

    let nobody = custom("https://no-such-host.invalid");
    let reply = Http::new().send(&order_of(&nobody, &draft()), &key_of(&nobody)).await;
    let Reply::Failed(failure, timing) = reply else { panic!("an answer") };
    assert_eq!((failure, timing.lookup, timing.connect), (Failure::Name, None, None));
}
