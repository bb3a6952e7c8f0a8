//! Answers that come slowly, in pieces, not whole, or as no JSON.

use std::time::Duration;

use tokenscope::emulator::Emulator;

use crate::emulator;
use crate::raw::{Ask, Line, Reply};

/// Their first or last byte takes too long for a test that fetches them all.
pub const SLOW: [&str; 4] =
    ["token_demo_slow", "token_demo_mute", "token_demo_dribble", "token_demo_stalled"];
/// Their answer never comes to its end.
pub const NEVER_WHOLE: [&str; 5] = [
    "token_demo_cut_off",
    "token_demo_cut_off_chunks",
    "token_demo_cut_off_whole",
    "token_demo_hang_up",
    "token_demo_endless",
];

/// Long enough that a quick answer would have come.
const A_WHILE: Duration = Duration::from_millis(400);

fn send(emulator: &Emulator, reference: &str) -> Line {
    Ask::new(emulator, reference, "juspaytest_cust").send(emulator.address())
}

fn fetch(emulator: &Emulator, reference: &str) -> Reply {
    send(emulator, reference).reply().expect("an answer")
}

#[test]
fn a_slow_answer_comes_after_a_silence() {
    let emulator = emulator();
    let mut line = send(&emulator, "token_demo_slow");
    assert!(line.is_mute_for(A_WHILE));
    let reply = line.reply().unwrap();
    assert!(reply.whole && reply.status == 200);
}

#[test]
fn the_mute_scenario_sends_nothing() {
    let emulator = emulator();
    assert!(send(&emulator, "token_demo_mute").is_mute_for(A_WHILE));
}

#[test]
fn a_dribble_begins_at_once_and_goes_on() {
    let emulator = emulator();
    let mut line = send(&emulator, "token_demo_dribble");
    assert!(line.head().is_some());
    assert!(line.read_at_least(32));
    // The whole takes the better part of a minute.
    assert!(line.unread() < 400, "{} bytes", line.unread());
}

#[test]
fn a_stalled_body_stops_after_its_first_piece() {
    let emulator = emulator();
    let mut line = send(&emulator, "token_demo_stalled");
    assert!(line.head().is_some());
    assert!(line.read_at_least(100));
    assert!(line.is_mute_for(A_WHILE));
}

#[test]
fn a_body_is_cut_off_before_the_length_it_promised() {
    let emulator = emulator();
    let reply = fetch(&emulator, "token_demo_cut_off");
    assert!(!reply.whole);
    assert_eq!(reply.body.len(), 200);
    assert!(reply.header("content-length").unwrap().parse::<usize>().unwrap() > 500);
}

#[test]
fn chunks_are_cut_off_without_a_last_one() {
    let emulator = emulator();
    let part = fetch(&emulator, "token_demo_cut_off_chunks");
    assert!(!part.whole);
    assert_eq!(part.body.len(), 200);
    let all = fetch(&emulator, "token_demo_cut_off_whole");
    assert!(!all.whole);
    assert!(all.text().trim_end().ends_with("}\n}"), "{}", all.text());
}

#[test]
fn chunks_with_a_last_one_are_whole() {
    let emulator = emulator();
    let reply = fetch(&emulator, "token_demo_chunked");
    assert!(reply.whole && reply.header("content-length").is_none());
}

#[test]
fn a_hang_up_closes_without_a_byte() {
    let emulator = emulator();
    assert!(send(&emulator, "token_demo_hang_up").is_closed());
    assert_eq!(emulator.requests(), 1);
}

#[test]
fn an_endless_body_goes_beyond_any_limit_and_leaves_room_for_others() {
    let emulator = emulator();
    let mut endless = send(&emulator, "token_demo_endless");
    assert!(endless.read_at_least(700_000));
    assert!(fetch(&emulator, "token_demo_active").whole);
    assert!(endless.read_at_least(1_500_000));
}

#[test]
fn limits_of_a_client_are_exceeded_by_name() {
    let emulator = emulator();
    assert!(fetch(&emulator, "token_demo_oversize").body.len() > 1024 * 1024);
    assert!(fetch(&emulator, "token_demo_deep").text().contains(&"[".repeat(129)));
    assert!(fetch(&emulator, "token_demo_many_keys").text().contains(r#""k10001":"#));
    assert!(fetch(&emulator, "token_demo_many_headers").headers.len() > 100);
    assert_eq!(fetch(&emulator, "token_demo_gzip").header("content-encoding").as_deref(), Some("gzip"));
}

#[test]
fn answers_that_are_no_json_object_are_what_they_say() {
    let emulator = emulator();
    for (reference, start) in [
        ("token_demo_text", "upstream ok"),
        ("token_demo_html_page", "<!doctype html>"),
        ("token_demo_array", "[{"),
        ("token_demo_scalar", "\"{"),
        ("token_demo_null", "null"),
        ("token_demo_byte_order_mark", "\u{feff}{"),
    ] {
        let reply = fetch(&emulator, reference);
        assert!(reply.status == 200 && reply.text().starts_with(start), "{reference}: {}", reply.text());
    }
    assert_eq!(fetch(&emulator, "token_demo_empty").body, b"");
    assert_eq!(fetch(&emulator, "token_demo_blank").text().trim(), "");
    assert_eq!(fetch(&emulator, "token_demo_no_type").header("content-type"), None);
}

/// A string that is really read: serde does not look into those that it skips.
#[derive(serde::Deserialize)]
struct Issuer {
    #[serde(rename = "issuer")]
    _issuer: Option<String>,
}

#[test]
fn answers_that_are_broken_json_are_complete_on_the_wire() {
    let emulator = emulator();
    for reference in [
        "token_demo_truncated",
        "token_demo_trailing",
        "token_demo_bad_utf8",
        "token_demo_lone_surrogate",
        "token_demo_raw_control",
    ] {
        let reply = fetch(&emulator, reference);
        assert!(reply.whole && reply.status == 200, "{reference}");
        assert!(serde_json::from_slice::<Issuer>(&reply.body).is_err(), "{reference}");
    }
    assert!(String::from_utf8(fetch(&emulator, "token_demo_bad_utf8").body).is_err());
}
