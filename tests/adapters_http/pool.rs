//! The gateway of many calls: its requests are those of one call, its connections are kept, and none of what makes a call
//! safe is lost by that.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use rustls::{ServerConnection, StreamOwned};
use tokenscope::adapters::http::Http;
use tokenscope::diagnosis::verdict::judge;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Outcome, Reply};
use tokenscope::domain::failure::{Failure, Processed, TlsFault};
use tokenscope::domain::profile::Profile;
use tokenscope::domain::sent::Sent;
use tokenscope::ports::Gateway;
use tokenscope::report;

use super::crew::{ask, crew};
use super::hostile::order::{came, custom, draft, failed, key_of, order_of};
use super::hostile::server::{DEADLINE, Server, http};
use super::hostile::tls::{Authority, Holds, accept, answering};
use super::{SAMPLE, parts};

async fn failure_of_many(profile: &Profile) -> Failure {
    failed(ask(&mut crew(1), profile).await)
}

/// Answers each request of a connection with these bytes.
fn answering_all(bytes: Vec<u8>) -> Server {
    Server::run(move |mut peer| {
        while !peer.read_request().is_empty() {
            peer.write(&bytes);
        }
        peer.wait_for_close();
    })
}

#[tokio::test]
async fn the_requests_of_many_are_those_of_one() {
    let server = answering_all(http("200 OK", &[], SAMPLE));
    let (profile, mut many) = (custom(&server.base_url()), crew(1));
    came(Http::new().send(&order_of(&profile, &draft()), &key_of(&profile)).await);
    for _ in 0..2 {
        came(ask(&mut many, &profile).await);
    }
    let requests: Vec<_> = server.requests().iter().map(|request| parts(request)).collect();
    assert_eq!((server.connections(), requests.len()), (2, 3));
    assert!(requests.iter().all(|request| *request == requests[0]), "{requests:?}");
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_is_not_used_and_no_request_is_sent_twice() {
    let (tell, told) = std::sync::mpsc::channel();
    let server = Server::run(move |mut peer| {
        peer.read_request();
        peer.write(&http("200 OK", &["connection: keep-alive"], SAMPLE));
        drop(peer);
        tell.send(()).unwrap();
    });
    let (profile, mut many) = (custom(&server.base_url()), crew(1));
    for count in 1..=5 {
        came(ask(&mut many, &profile).await);
        assert_eq!((server.connections(), server.requests().len()), (count, count));
        // A close that comes while the next request leaves is seen by that one.
        told.recv_timeout(DEADLINE).unwrap();
    }
}

#[tokio::test]
async fn a_request_that_left_on_a_kept_connection_is_not_sent_again() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        peer.write(&http("200 OK", &["connection: keep-alive"], SAMPLE));
        peer.read_request();
    });
    let (profile, mut many) = (custom(&server.base_url()), crew(1));
    came(ask(&mut many, &profile).await);
    let failure = failed(ask(&mut many, &profile).await);
    assert_eq!((failure.processed(), failure), (Processed::Maybe, Failure::NoAnswer));
    assert_eq!((server.connections(), server.requests().len()), (1, 2));
}

#[tokio::test]
async fn what_follows_an_answer_ends_the_connection_and_is_nobodys_answer() {
    let server = Server::run(|mut peer| {
        peer.read_request();
        let answer = http("200 OK", &["connection: keep-alive"], SAMPLE);
        peer.write(&[answer, http("200 OK", &[], "{\"reference\":\"poison\"}")].concat());
        peer.wait_for_close();
    });
    let (profile, mut many) = (custom(&server.base_url()), crew(1));
    for count in 1..=3 {
        let exchange = came(ask(&mut many, &profile).await);
        let Outcome::Answered(answer) = exchange.outcome else { panic!("not answered") };
        assert!(answer.mismatches.is_empty());
        assert_eq!((server.connections(), server.requests().len()), (count, count));
    }
}

#[tokio::test]
async fn an_answer_that_says_close_or_is_cut_off_ends_its_connection() {
    let closing = http("200 OK", &["connection: close"], SAMPLE);
    let server = answering_all(closing);
    let (profile, mut many) = (custom(&server.base_url()), crew(1));
    for count in 1..=2 {
        came(ask(&mut many, &profile).await);
        assert!(server.wait(DEADLINE, |seen| seen.closed.len() == count).await, "a connection was kept");
    }
    let cut = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{");
    assert_eq!(failure_of_many(&custom(&cut.base_url())).await, Failure::CutOff);
    let junk = Server::answering("SSH-2.0-OpenSSH_9.2\r\n");
    assert_eq!(failure_of_many(&custom(&junk.base_url())).await, Failure::NotHttp);
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_told_as_for_one_call() {
    assert_eq!(failure_of_many(&custom("http://127.0.0.1:1")).await, Failure::Connect);
    assert_eq!(failure_of_many(&custom("https://no-such-host.invalid")).await, Failure::Name);
    let refused =
        Profile { proxy: Some("http://127.0.0.1:1".to_owned()), ..custom("https://no-such-host.invalid") };
    assert_eq!(failure_of_many(&refused).await, Failure::Proxy);
}

#[tokio::test]
async fn a_kept_connection_has_the_tls_of_its_profile() {
    let (authority, folder) = (Authority::new(), tempfile::tempdir().unwrap());
    let path = folder.path().join("ca.pem");
    authority.write(&path);
    let trusted = answering(authority.certify("127.0.0.1", Holds::Now), http("200 OK", &[], SAMPLE));
    let profile = |server: &Server| Profile {
        ca_file: Some(path.clone()),
        ..custom(&format!("https://{}", server.address))
    };
    let sent = profile(&trusted);
    came(ask(&mut crew(1), &sent).await);
    let other = answering(Authority::new().certify("127.0.0.1", Holds::Now), http("200 OK", &[], SAMPLE));
    assert_eq!(failure_of_many(&profile(&other)).await, Failure::Tls(TlsFault::Untrusted));
    let expired = answering(authority.certify("127.0.0.1", Holds::Before), http("200 OK", &[], SAMPLE));
    assert_eq!(failure_of_many(&profile(&expired)).await, Failure::Tls(TlsFault::Expired));
    assert!(other.requests().is_empty() && expired.requests().is_empty());
}

/// A server whose connections answer so, each request with the same bytes.
fn repeating(bytes: impl Into<Vec<u8>>) -> Server {
    answering_all(bytes.into())
}

/// What is run by a person's gateway and by a batch's.
struct Case {
    name: &'static str,
    profile: Profile,
    server: Server,
    /// Whether a batch makes its second call over the connection of its first.
    is_kept: bool,
    /// Whether a request leaves at all.
    is_asked: bool,
}

impl Case {
    fn of(name: &'static str, server: Server, is_kept: bool) -> Self {
        Self { name, profile: custom(&server.base_url()), server, is_kept, is_asked: true }
    }
}

/// All that is told of a reply, but how long it took.
fn told(reply: &Reply) -> String {
    let sent = Sent::of(&order_of(&custom("http://127.0.0.1:1"), &draft()), 1, Stamp(0));
    let judgement = judge(reply, Some(&sent), Stamp(0).date_in_india());
    let json = report::json(&report::Call { sent: &sent, reply, judgement: &judgement }).text();
    let (told, _) = json.split_once("\"timing_ms\"").unwrap();
    match reply {
        Reply::Came(it) => format!("{:?} {told}", it.headers),
        Reply::Failed(failure, _) => format!("{failure:?} {told}"),
    }
}

/// What became of two calls: what was found, what was asked, and how many connections that took.
async fn two_calls(
    case: &Case,
    mut call: impl AsyncFnMut() -> Reply,
) -> (Vec<String>, BTreeSet<Parts>, usize, usize) {
    let (asked, connected) = (case.server.requests().len(), case.server.connections());
    let found = vec![told(&call().await), told(&call().await)];
    let requests: Vec<Parts> = case.server.requests()[asked..].iter().map(|it| parts(it)).collect();
    let posts = requests.iter().filter(|(first, ..)| first.starts_with("POST ")).count();
    (found, requests.into_iter().collect(), posts, case.server.connections() - connected)
}

type Parts = (String, Vec<String>, String);

/// The same server at `[::1]`; `None` on a machine that has no such address.
fn at_v6(address: SocketAddr) -> Option<SocketAddr> {
    let listener = TcpListener::bind("[::1]:0").ok()?;
    let here = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for from in listener.incoming().flatten() {
            let to = TcpStream::connect(address).unwrap();
            pass(from.try_clone().unwrap(), to.try_clone().unwrap());
            pass(to, from);
        }
    });
    Some(here)
}

/// Hands on what comes, and the end of it.
fn pass(mut from: TcpStream, mut to: TcpStream) {
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}

fn v6() -> Option<Case> {
    let server = repeating(http("200 OK", &[], SAMPLE));
    let Some(address) = at_v6(server.address) else {
        // Past what catches the output of a test, since nobody would see it there.
        std::io::stderr().write_all(b"NOT TESTED: a host of [::1], which this machine has not\n").unwrap();
        return None;
    };
    Some(Case { profile: custom(&format!("http://{address}")), ..Case::of("[::1]", server, true) })
}

/// A proxy that opens a tunnel into itself and answers there, again and again.
fn tunnelled(folder: &Path) -> Case {
    let (authority, path) = (Authority::new(), folder.join("ca.pem"));
    authority.write(&path);
    let config = Arc::new(authority.certify("api.example.test", Holds::Now));
    let proxy = Server::run(move |mut peer| {
        peer.read_request();
        peer.write(b"HTTP/1.1 200 Connection established\r\n\r\n");
        let mut peer = accept(peer, &config);
        while !peer.read_request().is_empty() {
            peer.write(&http("200 OK", &[], SAMPLE));
        }
    });
    let mut profile = custom("https://api.example.test");
    (profile.ca_file, profile.proxy) = (Some(path), Some(proxy.base_url()));
    Case { profile, ..Case::of("CONNECT", proxy, true) }
}

/// A server that speaks before it is asked: what it says is one write with the end of its handshake, so that it is always there
/// when the client first looks.
fn speaking_first(folder: &Path) -> Case {
    let (authority, path) = (Authority::new(), folder.join("forward.pem"));
    authority.write(&path);
    let mut config = authority.certify("127.0.0.1", Holds::Now);
    config.send_half_rtt_data = true;
    let config = Arc::new(config);
    let server = Server::run(move |mut peer| {
        let (mut tls, mut hello) = (ServerConnection::new(Arc::clone(&config)).unwrap(), Vec::new());
        while !tls.wants_write() {
            tls.read_tls(&mut peer.stream).unwrap();
            tls.process_new_packets().unwrap();
        }
        tls.writer().write_all(&http("200 OK", &[], SAMPLE)).unwrap();
        while tls.wants_write() {
            tls.write_tls(&mut hello).unwrap();
        }
        peer.write(&hello);
        peer.over(|tap| StreamOwned::new(tls, tap)).read_request();
    });
    let mut profile = custom(&format!("https://{}", server.address));
    profile.ca_file = Some(path);
    Case { profile, is_asked: false, ..Case::of("speaks first", server, false) }
}

/// A server that says an answer of this first line, with these headers.
fn lined(first: &str, headers: &str) -> Server {
    repeating(format!("{first}\r\n{headers}content-length: {}\r\n\r\n{SAMPLE}", SAMPLE.len()))
}

fn cases(folder: &Path) -> Vec<Case> {
    let chunks = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{SAMPLE}\r\n0\r\nx-a: b\r\n\r\n",
        SAMPLE.len()
    );
    let interim = |first: &str| lined(&format!("HTTP/1.1 {first}\r\nx-a: b\r\n\r\nHTTP/1.1 200 OK"), "");
    let mut all = vec![
        tunnelled(folder),
        speaking_first(folder),
        Case::of("HTTP/1.0", lined("HTTP/1.0 200 OK", ""), false),
        // It would be, but the request that follows on it would not be the contract's.
        Case::of("HTTP/1.0 kept", lined("HTTP/1.0 200 OK", "connection: keep-alive\r\n"), false),
        Case::of("100", interim("100 Continue"), true),
        Case::of("103", interim("103 Early Hints"), true),
        Case::of("101", lined("HTTP/1.1 101 Switching Protocols", "upgrade: h2c\r\n"), false),
        Case::of("chunks", repeating(chunks), true),
        Case::of("99 headers", lined("HTTP/1.1 200 OK", &"x-a: b\r\n".repeat(99)), true),
        Case::of("101 headers", lined("HTTP/1.1 200 OK", &"x-a: b\r\n".repeat(100)), false),
        Case::of("over 1 MiB", repeating(http("200 OK", &[], &" ".repeat(1024 * 1024 + 1))), false),
    ];
    all.extend(v6());
    all
}

#[tokio::test]
async fn many_calls_ask_and_find_what_single_ones_do() {
    let folder = tempfile::tempdir().unwrap();
    for case in cases(folder.path()) {
        let (http, mut many, profile) = (Http::new(), crew(1), &case.profile);
        let (order, key) = (order_of(profile, &draft()), key_of(profile));
        let (found, asked, posts, connections) =
            two_calls(&case, async || http.send(&order, &key).await).await;
        let (found_by_many, asked_by_many, posts_of_many, kept) =
            two_calls(&case, async || ask(&mut many, profile).await).await;
        assert_eq!(found_by_many, found, "{}", case.name);
        assert_eq!(asked_by_many, asked, "{}", case.name);
        let sent = if case.is_asked { 2 } else { 0 };
        assert_eq!((posts, posts_of_many, connections), (sent, sent, 2), "{}", case.name);
        assert_eq!(kept, if case.is_kept { 1 } else { 2 }, "{}", case.name);
    }
}
