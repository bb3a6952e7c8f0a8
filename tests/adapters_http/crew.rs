//! Many calls side by side: each ends once, in its time, with its own reply, whatever becomes of the others.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokenscope::adapters::http::{Limits, Many};
use tokenscope::domain::exchange::{Outcome, Reply};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::profile::Profile;
use tokenscope::domain::request::Draft;
use tokenscope::ports::{Crew, Crews as _, Due};

use super::SAMPLE;
use super::calls::short;
use super::hostile::order::{came, custom, draft, failed, key_of, order_of};
use super::hostile::server::{DEADLINE, Server, http};
use super::limits::{flood, with_turns};

/// A crew that gives replies as they are.
pub fn crew(connections: usize) -> impl Crew<(), Reply> {
    Many::new(connections).crew(|(), reply| reply)
}

fn hurried(connections: usize, limits: Limits) -> impl Crew<(), Reply> {
    Many::with_limits(connections, limits).crew(|(), reply| reply)
}

fn due<W>(number: u64, profile: &Profile, draft: &Draft, what: W) -> Due<W> {
    Due { number, order: order_of(profile, draft), what }
}

/// One call and its reply.
pub async fn ask(crew: &mut impl Crew<(), Reply>, profile: &Profile) -> Reply {
    crew.send(&key_of(profile), vec![due(7, profile, &draft(), ())]);
    let mut ended = crew.ended().await;
    let (place, reply) = ended.pop().unwrap();
    assert_eq!((place, ended.len()), (7, 0));
    reply
}

/// Waits until so many calls have ended.
async fn all<T>(crew: &mut impl Crew<(), T>, count: usize) -> BTreeMap<u64, T> {
    let mut ended = BTreeMap::new();
    while ended.len() < count {
        for (place, made) in tokio::time::timeout(DEADLINE, crew.ended()).await.expect("a call hangs") {
            assert!(ended.insert(place, made).is_none(), "{place} ended twice");
        }
    }
    ended
}

/// Answers each request with the reference and the customer that it asks for.
fn echo() -> Server {
    Server::run(|mut peer| {
        loop {
            let request = String::from_utf8(peer.read_request()).unwrap();
            let Some((_, body)) = request.split_once("\r\n\r\n") else { return };
            let asked: BTreeMap<String, String> = serde_json::from_str(body).unwrap();
            let answer = SAMPLE
                .replace("token_a0c16957f9bf46b0966a91a35b555353", &asked["card_reference"])
                .replace("juspaytest_cust", &asked["customer_id"]);
            if !peer.write(&http("200 OK", &[], &answer)) {
                return;
            }
        }
    })
}

#[tokio::test]
async fn each_of_many_calls_has_its_own_reply_over_as_many_connections_as_there_may_be() {
    const AT_ONCE: u64 = 6;
    let server = echo();
    let (profile, mut crew) = (custom(&server.base_url()), crew(6));
    for round in 0..50 {
        let places = round * AT_ONCE..(round + 1) * AT_ONCE;
        let drafts = places.clone().map(|place| Draft { card_reference: format!("card_{place}"), ..draft() });
        let calls =
            places.clone().zip(drafts).map(|(place, draft)| due(place, &profile, &draft, ())).collect();
        crew.send(&key_of(&profile), calls);
        let ended = all(&mut crew, 6).await;
        assert!(ended.keys().copied().eq(places));
        for (place, reply) in ended {
            let Outcome::Answered(answer) = came(reply).outcome else { panic!("not answered") };
            assert_eq!(answer.reference.plain(), Some(format!("card_{place}").as_str()));
            assert!(answer.mismatches.is_empty());
        }
    }
    assert_eq!(server.requests().len(), 300);
    assert!(server.connections() <= 6, "{}", server.connections());
}

#[tokio::test]
async fn a_reply_is_made_something_of_on_a_thread_of_calls_and_one_that_is_late_where_it_is_told() {
    let thread = |(), reply: Reply| (reply.status(), std::thread::current().name().map(str::to_owned));
    let (here, calls) = (std::thread::current().name().map(str::to_owned), Some("http".to_owned()));
    let answering = Server::answering(http("200 OK", &[], SAMPLE));
    let mute = Server::run(|mut peer| peer.wait_for_close());
    let mut crew = Many::with_limits(2, short()).crew(thread);
    for (at, expected) in [
        (answering.base_url(), (Some(200), calls.clone())),
        ("http://127.0.0.1:1".to_owned(), (None, calls)),
        (mute.base_url(), (None, here)),
    ] {
        let profile = custom(&at);
        crew.send(&key_of(&profile), vec![due(0, &profile, &draft(), ())]);
        assert_eq!(all(&mut crew, 1).await[&0], expected, "{at}");
    }
}

#[tokio::test]
async fn a_call_that_is_late_ends_with_its_connection_and_the_others_go_on() {
    let server = Server::run(|mut peer| {
        loop {
            let request = String::from_utf8(peer.read_request()).unwrap();
            let answer = match () {
                () if request.contains("quick") => http("200 OK", &[], SAMPLE),
                () if request.contains("slow") => b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec(),
                () => return peer.wait_for_close(),
            };
            peer.write(&answer);
        }
    });
    let (profile, mut crew) = (custom(&server.base_url()), hurried(3, short()));
    for round in 1..=2 {
        let of = |(number, reference): (u64, &str)| {
            due(number, &profile, &Draft { card_reference: reference.into(), ..draft() }, ())
        };
        crew.send(&key_of(&profile), (0..).zip(["mute", "slow", "quick"]).map(of).collect());
        let mut ended = all(&mut crew, 3).await.into_values();
        let mut next = || ended.next().unwrap();
        let (Reply::Failed(mute, began), Reply::Failed(slow, broke)) = (next(), next()) else {
            panic!("an answer")
        };
        assert_eq!((mute, slow), (Failure::FirstByteTimeout, Failure::TotalTimeout));
        assert!(began.total >= short().first_byte && began.first_byte.is_none(), "{began:?}");
        assert!(broke.total >= short().total && broke.first_byte.is_some(), "{broke:?}");
        assert_eq!(came(next()).status, 200);
        assert!(server.wait(DEADLINE, |seen| seen.closed.len() == 2 * round).await, "a connection was kept");
    }
    assert_eq!(server.requests().len(), 6, "each is sent once");
}

#[tokio::test]
async fn the_limit_of_the_first_byte_does_not_wait_for_that_of_the_whole() {
    let server = Server::run(|mut peer| peer.wait_for_close());
    let mut crew = hurried(1, Limits { total: DEADLINE * 10, ..short() });
    let reply = tokio::time::timeout(DEADLINE, ask(&mut crew, &custom(&server.base_url()))).await;
    assert_eq!(failed(reply.expect("its own limit counts")), Failure::FirstByteTimeout);
}

#[tokio::test]
async fn calls_that_begin_one_after_the_other_are_late_one_after_the_other() {
    let server = Server::run(|mut peer| peer.wait_for_close());
    let limits = Limits { first_byte: Duration::from_secs(2), ..Limits::default() };
    let (profile, mut crew) = (custom(&server.base_url()), hurried(2, limits));
    let key = key_of(&profile);
    crew.send(&key, vec![due(0, &profile, &draft(), ())]);
    assert!(tokio::time::timeout(limits.first_byte / 2, crew.ended()).await.is_err(), "it is early");
    let second = Instant::now();
    crew.send(&key, vec![due(1, &profile, &draft(), ())]);
    assert!(all(&mut crew, 1).await.contains_key(&0));
    assert!(second.elapsed() < limits.first_byte, "the first waited for the second");
    assert!(all(&mut crew, 1).await.contains_key(&1));
    assert!(second.elapsed() >= limits.first_byte);
}

#[tokio::test]
async fn a_lane_that_is_flooded_holds_up_neither_the_limits_nor_the_caller() {
    let server = flood("HTTP/1.1 100 Continue\r\n\r\n");
    let (profile, mut crew) = (custom(&server.base_url()), hurried(1, short()));
    let calls = (0..2).map(|place| due(place, &profile, &draft(), ())).collect();
    crew.send(&key_of(&profile), calls);
    let (ended, turns) = with_turns(all(&mut crew, 2)).await;
    for reply in ended.into_values() {
        assert_eq!(failed(reply), Failure::FirstByteTimeout);
    }
    assert!(turns.len() > 7, "the loop had only {turns:?}");
}

#[tokio::test]
async fn dropping_the_crew_closes_its_connections_whether_they_serve_a_call_or_not() {
    for answers in [false, true] {
        let server = Server::run(move |mut peer| {
            peer.read_request();
            if answers {
                peer.write(&http("200 OK", &[], SAMPLE));
            }
            peer.wait_for_close();
        });
        let (profile, mut crew) = (custom(&server.base_url()), crew(3));
        crew.send(&key_of(&profile), (0..3).map(|number| due(number, &profile, &draft(), ())).collect());
        let asked = server.wait(DEADLINE, |seen| seen.requests.len() == 3);
        if answers {
            assert_eq!(all(&mut crew, 3).await.len(), 3);
        } else {
            tokio::select! {
                _ = crew.ended() => panic!("nobody answers"),
                asked = asked => assert!(asked),
            }
        }
        drop(crew);
        assert!(server.wait(DEADLINE, |seen| seen.closed.len() == 3).await, "{answers}");
    }
}

#[tokio::test]
async fn an_order_with_the_key_of_another_profile_is_not_sent() {
    let server = Server::answering(http("200 OK", &[], SAMPLE));
    let (profile, other) = (custom(&server.base_url()), custom("http://127.0.0.1:1"));
    let mut crew = crew(1);
    crew.send(&key_of(&other), vec![due(0, &profile, &draft(), ())]);
    assert_eq!(failed(all(&mut crew, 1).await.remove(&0).unwrap()), Failure::ForeignKey);
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
#[should_panic(expected = "made up")]
async fn a_panic_over_a_reply_is_one_of_the_caller() {
    let server = Server::answering(http("200 OK", &[], SAMPLE));
    let profile = custom(&server.base_url());
    let mut crew = Many::new(1).crew(|(), reply: Reply| assert!(reply.status().is_none(), "made up"));
    crew.send(&key_of(&profile), vec![due(0, &profile, &draft(), ())]);
    let _ = tokio::time::timeout(DEADLINE, crew.ended()).await.expect("it hangs");
}
