//! Secrets that nobody has seen before, the answer that carries them, and what is looked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom as _, SystemRandom};
use tokenscope::selfaudit::memory::Needle;

const ANSWER: &str = include_str!("../fixtures/usable_200.json");

/// A token and a cryptogram of a test's own.
pub struct Secrets {
    pub token: String,
    pub cryptogram: String,
}

impl Secrets {
    pub fn new() -> Self {
        Self { token: card_number(), cryptogram: STANDARD.encode(random::<20>()) }
    }

    /// The usable answer of the fixtures with these secrets in it.
    pub fn answer(&self) -> String {
        ANSWER
            .replace("Uc/zwfC8WfYYfnBAzBKk6bHsp6o=", &self.cryptogram)
            .replace("4788080252078243", &self.token)
            .replace("\"478808\"", &format!("\"{}\"", &self.token[..6]))
            .replace("\"8243\"", &format!("\"{}\"", &self.token[12..]))
    }

    /// Both as they are, which each is held once while there is an answer.
    pub fn plain(&self) -> Vec<Needle> {
        vec![needle("token", &self.token), needle("cryptogram", &self.cryptogram)]
    }

    /// The cryptogram as it is.
    pub fn cryptogram(&self) -> Vec<Needle> {
        vec![needle("cryptogram", &self.cryptogram)]
    }

    /// Both, in every form that our own code makes of them.
    pub fn forms(&self) -> Vec<Needle> {
        let bytes = STANDARD.decode(&self.cryptogram).unwrap();
        let mut all = self.plain();
        all.push(needle("cryptogram in lower case", self.cryptogram.to_lowercase()));
        all.push(needle("hex of the cryptogram", hex(&bytes).to_lowercase()));
        all.push(needle("bytes of the cryptogram", bytes));
        all
    }
}

/// An API key of a test's own: capitals only, so that its lower case has no character of it.
pub fn api_key() -> String {
    random::<32>().iter().map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// The key and what goes onto the wire for it.
pub fn key_forms(key: &str) -> Vec<Needle> {
    vec![
        needle("key", key),
        needle("key in lower case", key.to_lowercase()),
        needle("Basic form of the key", STANDARD.encode(format!("{key}:"))),
    ]
}

fn needle(name: &str, text: impl AsRef<[u8]>) -> Needle {
    Needle::new(name, text).expect("long enough")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat()
}

/// Sixteen digits that are a card number.
fn card_number() -> String {
    let mut digits: Vec<u8> = random::<15>().iter().map(|byte| byte % 10).collect();
    digits[0] = 4;
    let doubled = |(place, digit): (usize, &u8)| match (place % 2 == 0, digit * 2) {
        (true, twice) => twice / 10 + twice % 10,
        (false, _) => *digit,
    };
    let sum: u8 = digits.iter().enumerate().map(doubled).sum();
    digits.push((10 - sum % 10) % 10);
    digits.into_iter().map(|digit| char::from(b'0' + digit)).collect()
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).unwrap();
    bytes
}
