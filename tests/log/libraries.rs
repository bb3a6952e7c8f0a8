//! What libraries say: a real server makes HTTP/2 complain.

use super::hostile::frames::{DATA, END_HEADERS, END_STREAM, HEADERS, STATUS_200, frame, read_request};
use super::hostile::order::REFERENCE;
use super::hostile::tls::{Authority, Holds, serve};
use super::{Home, events, records};

const PING: u8 = 6;
const ACK: u8 = 1;
const SAMPLE: &str = include_str!("../fixtures/contract_200.json");

/// What the server writes into a frame that nobody asked for; the library prints it.
const PAYLOAD: &[u8; 8] = b"p4yl0ad!";

#[test]
fn a_warning_of_a_library_is_told_by_its_place_and_what_is_below_not_at_all() {
    let (home, authority) = (Home::new(), Authority::new());
    let mut config = authority.certify("127.0.0.1", Holds::Now);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let server = serve(config, |mut peer| {
        read_request(&mut peer);
        let answer = [
            frame(PING, ACK, 0, PAYLOAD),
            frame(HEADERS, END_HEADERS, 1, &[STATUS_200]),
            frame(DATA, END_STREAM, 1, SAMPLE.as_bytes()),
        ];
        peer.write(&answer.concat());
        peer.wait_for_close();
    });
    let ca = home.path().join("ca.pem");
    authority.write(&ca);
    home.configure(&format!("https://{}", server.address), &format!("ca_file = \"{}\"", ca.display()));
    let run = home.run(&["fetch", "--card-reference", REFERENCE, "--customer-id", "juspaytest_cust"]);
    assert!(run.out.contains("HTTP status"), "{}{}", run.out, run.err);

    let records = records(&home.log());
    assert!(events(&records).contains(&"call_replied"));
    let [warning] =
        records.iter().filter(|record| record.target.is_some()).collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((warning.level.as_str(), warning.target.as_deref()), ("warn", Some("h2::proto::ping_pong")));
    assert!(warning.text("file").ends_with("src/proto/ping_pong.rs") && warning.number("line") > 0);
    assert_eq!(warning.fields.len(), 2, "{warning:?}");
    let text = std::fs::read_to_string(home.log()).unwrap();
    let printed = format!("{PAYLOAD:?}");
    for said in ["PING", "ack", printed.trim_matches(['[', ']'])] {
        assert!(!text.contains(said), "{said} in {text}");
    }
}
