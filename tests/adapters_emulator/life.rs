//! Start, many callers at once, and the end; and plain curl.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, Output};
use std::sync::mpsc;
use std::time::Duration;

use tokenscope::emulator::{DEMO_MERCHANT, Emulator, EmulatorError, Options, SAMPLE_REFERENCE, scenarios};

use crate::emulator;
use crate::raw::{Ask, Line};

#[test]
fn it_listens_on_loopback_only() {
    let emulator = emulator();
    assert_eq!(emulator.address().ip(), IpAddr::V4(Ipv4Addr::LOCALHOST));
    let other = SocketAddr::from(([127, 0, 0, 2], emulator.address().port()));
    if cfg!(target_os = "linux") {
        assert!(TcpStream::connect_timeout(&other, Duration::from_secs(2)).is_err());
    }
}

#[test]
fn a_taken_port_is_refused_in_one_sentence() {
    let first = emulator();
    let port = first.address().port();
    let refused = Emulator::start(Options { port, ..Options::default() }).unwrap_err();
    assert_eq!(refused, EmulatorError::PortTaken(port));
    assert!(refused.to_string().contains("taken by another program"));
}

#[test]
fn an_unusable_key_or_merchant_is_refused() {
    let key = Options { key: Some(String::new()), ..Options::default() };
    assert_eq!(Emulator::start(key).unwrap_err(), EmulatorError::UnusableOption("key"));
    let merchant = Options { merchant_id: "a\r\nb".to_owned(), ..Options::default() };
    assert_eq!(Emulator::start(merchant).unwrap_err(), EmulatorError::UnusableOption("merchant id"));
}

#[test]
fn each_emulator_has_a_key_of_its_own_that_looks_fake() {
    let (one, two) = (emulator(), emulator());
    assert!(one.key().starts_with("EMULATOR-"));
    assert_ne!(one.key(), two.key());
    assert_eq!(Ask::sample(&one).fetch(two.address()).status, 401);
}

#[test]
fn every_request_is_counted_refused_ones_too() {
    let emulator = emulator();
    Ask::sample(&emulator).fetch(emulator.address());
    Ask::sample(&emulator).line("GET / HTTP/1.1").fetch(emulator.address());
    assert_eq!(emulator.requests(), 2);
}

#[test]
fn one_connection_carries_several_requests() {
    let emulator = emulator();
    let mut line = Line::open(emulator.address());
    for ask in [Ask::sample(&emulator), Ask::sample(&emulator).without("version"), Ask::sample(&emulator)] {
        line.say(&ask);
        assert!(line.reply().unwrap().whole);
    }
    assert_eq!(emulator.requests(), 3);
}

#[test]
fn two_connections_are_served_at_once() {
    let emulator = emulator();
    let mut waiting = Ask::new(&emulator, "token_demo_mute", "juspaytest_cust").send(emulator.address());
    let idle = Line::open(emulator.address());
    assert_eq!(Ask::sample(&emulator).fetch(emulator.address()).status, 200);
    assert!(waiting.is_mute_for(Duration::from_millis(50)));
    drop(idle);
}

#[test]
fn callers_who_gave_up_leave_their_seats() {
    let emulator = emulator();
    // More than may be connected at once, all in the midst of a wait of a minute.
    for _ in 0..300 {
        drop(Ask::new(&emulator, "token_demo_mute", "juspaytest_cust").send(emulator.address()));
    }
    assert_eq!(Ask::sample(&emulator).fetch(emulator.address()).status, 200);
}

#[test]
fn bytes_that_are_no_http_harm_nobody() {
    let emulator = emulator();
    let mut junk = Ask::sample(&emulator).line("\u{16}\u{3}\u{1} not http").send(emulator.address());
    assert_eq!(junk.reply().map(|reply| reply.status), Some(400));
    assert_eq!(Ask::sample(&emulator).fetch(emulator.address()).status, 200);
}

#[test]
fn a_drop_closes_the_port_and_every_connection_soon() {
    let emulator = emulator();
    let address = emulator.address();
    let mut waiting = Ask::new(&emulator, "token_demo_mute", "juspaytest_cust").send(address);
    let mut idle = Line::open(address);
    idle.say(&Ask::sample(&emulator));
    assert!(idle.reply().unwrap().whole);
    let (tell, told) = mpsc::channel();
    let dropping = std::thread::spawn(move || {
        drop(emulator);
        tell.send(()).unwrap();
    });
    // Below the limit after which a drop no longer waits for its thread: the thread has ended by itself.
    told.recv_timeout(Duration::from_millis(1500)).expect("the drop comes to its end");
    dropping.join().unwrap();
    assert!(TcpStream::connect(address).is_err());
    assert!(waiting.is_closed() && idle.is_closed());
}

#[test]
fn the_list_names_every_scenario_once_with_a_readable_reference() {
    let list = scenarios();
    let mut references: Vec<_> = list.iter().map(|scenario| scenario.reference).collect();
    references.sort_unstable();
    references.dedup();
    assert_eq!(references.len(), list.len());
    assert!(
        references
            .iter()
            .all(|reference| reference.starts_with("token_demo_") || *reference == SAMPLE_REFERENCE)
    );
    assert_eq!(list[0].reference, SAMPLE_REFERENCE);
}

/// A program run as on a bare machine: no proxies, no curlrc.
fn run(program: &str, arguments: &[&str]) -> Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let output = Command::new(program).args(arguments).env_clear().env("PATH", path).output();
    output.unwrap_or_else(|_| panic!("{program} is needed for this test: install it"))
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The request as the contract prints it, with the key, and the headers that its sample leaves out.
fn contract_request(emulator: &Emulator, left_out: &[&str]) -> String {
    let url = format!("http://{}/v4/card/get", emulator.address());
    let basic = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("{}:", emulator.key()));
    let authorization = format!("Authorization: Basic {basic}");
    let body = r#"{
    "card_reference": "token_a0c16957f9bf46b0966a91a35b555353",
    "customer_id" : "juspaytest_cust",
    "submerchantId" : "airline1"
}"#;
    let printed = ["-sSL", &url, "-H", "Content-Type: application/json", "-H", "x-routing-id: customer_1122"];
    let rest = ["-H", &authorization, "-d", body, "-w", "\n%{http_code}"];
    text(&run("curl", &[&printed, left_out, &rest].concat()))
}

#[test]
fn plain_curl_gets_the_sample_with_the_contracts_own_request() {
    let emulator = emulator();
    let merchant = format!("x-merchantid: {DEMO_MERCHANT}");
    let answer = contract_request(&emulator, &["-H", &merchant, "-H", "version: 2023-01-01"]);
    assert!(answer.ends_with("\n200"), "{answer}");
    assert!(answer.contains(r#""token": "4788080252078243""#), "{answer}");
}

#[test]
fn the_contracts_sample_curl_lacks_a_mandatory_header_and_hears_which() {
    let emulator = emulator();
    let answer = contract_request(&emulator, &[]);
    assert!(answer.ends_with("\n400") && answer.contains("x-merchantid"), "{answer}");
}

#[test]
fn the_curl_example_works_when_pasted_into_a_shell() {
    let options = Options { merchant_id: "it's".to_owned(), ..Options::default() };
    let emulator = Emulator::start(options).unwrap();
    let line = emulator.curl_example();
    assert!(line.contains(emulator.key()));
    let answer = text(&run("sh", &["-c", &line]));
    assert!(answer.contains(&format!(r#""reference": "{SAMPLE_REFERENCE}""#)), "{answer}");
}
