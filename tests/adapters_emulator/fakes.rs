//! Nobody can take what the emulator gives for the real thing, nor reach it from another machine.
//!
//! Why its cards fail in a payment: each number begins with a BIN that the networks and gateways keep for tests, the
//! cryptogram is twenty random bytes that no network has made, and PAR and fingerprint have EMULATOR written in them. The one
//! exception is the contract's own sample, which is printed in its documentation.

use std::net::SocketAddr;

use tokenscope::emulator::{Emulator, ScenarioInfo, scenarios};

use crate::emulator;
use crate::raw::{Ask, Reply};
use crate::transport::{NEVER_WHOLE, SLOW};

/// PAR and fingerprint of the contract's sample.
const PRINTED: [&str; 2] = ["V0010014622122423467188903638", "65soeo5vf909rfe4vrvmreu88f"];

/// Visa, Mastercard (two), `RuPay` and American Express for tests, and the contract's sample.
const TEST_BINS: [&str; 6] = ["411111", "555555", "510510", "608000", "378282", "478808"];

fn fetch(emulator: &Emulator, scenario: &ScenarioInfo) -> Reply {
    Ask::new(emulator, scenario.reference, scenario.customer_id).fetch(emulator.address())
}

fn whole() -> impl Iterator<Item = ScenarioInfo> {
    let part = |reference: &str| SLOW.contains(&reference) || NEVER_WHOLE.contains(&reference);
    scenarios().into_iter().filter(move |scenario| !part(scenario.reference))
}

/// What could be a card number: 12 to 19 digits that satisfy Luhn and stand alone, since random ids and references hold
/// such runs too, among their letters.
fn card_numbers(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let runs = words.filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    runs.filter(|run| (12..=19).contains(&run.len()) && tokenscope::secret::luhn(run))
        .map(str::to_owned)
        .collect()
}

/// Its answer holds the random cryptogram in hexadecimal, so any digits may stand in it.
const HEXADECIMAL: &str = "token_demo_echo_encoded";

#[test]
fn every_number_that_could_be_a_cards_begins_as_one_for_tests() {
    let emulator = emulator();
    let mut found = 0;
    for scenario in whole().filter(|scenario| scenario.reference != HEXADECIMAL) {
        let text = fetch(&emulator, &scenario).text_lossy();
        for number in card_numbers(&text) {
            let known = TEST_BINS.iter().any(|bin| number.starts_with(bin));
            assert!(known, "{}: {number}", scenario.reference);
            found += 1;
        }
    }
    assert!(found >= 50, "only {found} numbers were looked at");
}

#[test]
fn account_references_and_fingerprints_say_that_they_are_made_up() {
    let emulator = emulator();
    let mut found = 0;
    for scenario in whole() {
        let text = fetch(&emulator, &scenario).text_lossy();
        for name in ["par", "fingerprint"] {
            let value =
                text.split_once(&format!("\"{name}\": \"")).and_then(|(_, rest)| rest.split('"').next());
            if let Some(value) = value.filter(|value| !value.is_empty() && !PRINTED.contains(value)) {
                let lower = value.to_ascii_lowercase();
                assert!(lower.contains("emulator"), "{}: {name} {value}", scenario.reference);
                found += 1;
            }
        }
    }
    assert!(found >= 50, "only {found} values were looked at");
}

/// The kernel's own list of who listens where.
#[cfg(target_os = "linux")]
#[test]
fn no_address_but_loopback_listens() {
    let emulator = emulator();
    let port = format!("{:04X}", emulator.address().port());
    let mut listening = Vec::new();
    for table in ["/proc/self/net/tcp", "/proc/self/net/tcp6"] {
        let Ok(table) = std::fs::read_to_string(table) else { continue };
        let words = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let mine = words.filter(|words| words.get(3) == Some(&"0A"));
        listening.extend(
            mine.filter_map(|words| {
                words[1].split_once(':').map(|(ip, port)| (ip.to_owned(), port.to_owned()))
            }),
        );
    }
    let addresses: Vec<&str> =
        listening.iter().filter(|(_, own)| *own == port).map(|(ip, _)| ip.as_str()).collect();
    assert_eq!(addresses, ["0100007F"]);
}

/// A page in a browser on this machine can post to a port of loopback, and knows no key.
#[test]
fn a_request_without_the_key_of_this_start_gets_nothing() {
    let (old, new) = (emulator(), emulator());
    let address: SocketAddr = new.address();
    for ask in [Ask::sample(&old), Ask::sample(&new).without("Authorization")] {
        let reply = ask.fetch(address);
        assert!(reply.status == 401 && !reply.text_lossy().contains("authentication_details"));
    }
}
