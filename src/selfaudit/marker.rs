//! Fresh secrets for one audit, and the answers of the emulator that are full of them.
//!
//! Owns: which secrets there are, in which places and encodings an answer repeats them, and what to look for afterwards. Must
//! not know: sinks. Every value is random, so that whatever is found was put there by this run. Tested: here.

use std::fmt::Write as _;

use ring::rand::{SecureRandom, SystemRandom};

use super::encode;
use super::search::{RUN, Search};

/// Digits that have to stand together to be taken for a part of the token: six meet by chance among times and numbers.
const DIGITS: usize = 8;

/// Letters and digits that a made-up secret consists of.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRandom;

/// One secret, and the texts in which the answers hold it.
pub struct Marker {
    /// What it is, in the words of the trade.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    search: Search,
}

impl Marker {
    /// Whether a part of it stands in the text, in any encoding in which it was planted.
    pub fn is_in(&self, text: &str) -> bool {
        self.search.find(text).is_some()
    }
}

/// The secrets of one audit.
pub struct Markers {
    /// The API key of the profile.
    pub key: String,
    /// The cryptogram.
    pub cryptogram: String,
    /// The token's number.
    pub token: String,
    name_on_card: String,
    par: String,
    fingerprint: String,
    unnamed: String,
    /// The `card_reference` of the answer; public, so every sink that tells of the call has to hold it.
    pub reference: String,
    /// The `card_reference` that is refused with an error that repeats the key.
    pub refused: String,
    /// The customer of both.
    pub customer: String,
}

impl Markers {
    /// Makes them up.
    pub fn fresh() -> Result<Self, NoRandom> {
        Ok(Self {
            key: letters(40)?,
            cryptogram: encode::base64_of(&random::<20>()?),
            token: with_check_digit(&format!("4{}", digits(14)?)),
            name_on_card: letters(14)?,
            par: format!("V001{}", letters(25)?.to_uppercase()),
            fingerprint: letters(26)?,
            unnamed: letters(24)?,
            reference: format!("token_audit{}", letters(20)?.to_lowercase()),
            refused: format!("token_refused{}", letters(20)?.to_lowercase()),
            customer: format!("cust_audit{}", letters(10)?.to_lowercase()),
        })
    }

    /// What stands behind `Basic ` in the authorization header.
    fn basic(&self) -> String {
        encode::base64(&format!("{}:", self.key), 0, false)
    }

    /// The secrets by value, which are masked wherever they turn up.
    fn by_value(&self) -> [String; 4] {
        [self.cryptogram.clone(), self.token.clone(), self.key.clone(), self.basic()]
    }

    /// What to look for in the sinks.
    pub fn all(&self) -> Vec<Marker> {
        let basic = self.basic();
        // The first six digits are shown in their own field, so runs count from the second digit on.
        let tail = self.token.get(1..).unwrap_or_default();
        let token = Marker { value: self.token.clone(), ..marker("token", tail, DIGITS, &self.token) };
        vec![
            marker("API key", &self.key, RUN, &self.key),
            marker("Basic credentials", basic.trim_end_matches('='), RUN, &basic),
            marker("cryptogram", self.cryptogram.trim_end_matches('='), RUN, &self.cryptogram),
            token,
            marker("name on card", &self.name_on_card, RUN, ""),
            marker("PAR", &self.par, RUN, ""),
            marker("fingerprint", &self.fingerprint, RUN, ""),
            marker("unnamed field", &self.unnamed, RUN, ""),
        ]
    }

    /// The emulator's scenarios, in the form of its data files.
    pub fn scenarios(&self) -> String {
        format!("theme = 'Self-audit'\n\n{}\n{}", self.answered(), self.refusal())
    }

    fn answered(&self) -> String {
        let body = self.body(&self.by_value());
        scenario(&self.reference, &self.customer, 200, &body, &headers(&self.by_value()))
    }

    /// The answer as somebody kept it in a file. Whoever judges it later does not know the key, which is masked in it only
    /// under a name that the policy does not show.
    pub fn kept(&self) -> String {
        self.body(&[self.cryptogram.clone(), self.token.clone()])
    }

    /// A request as a merchant sends it, with the key and what does not belong into it.
    pub fn request(&self) -> String {
        let Self { reference, customer, token, cryptogram, name_on_card, .. } = self;
        format!(
            "curl https://api.juspay.in/v4/card/get -H 'x-merchantid: acme' -H 'Authorization: Basic {}' -H 'x-api-key: {}' \
             -d '{{\"card_reference\": \"{reference}\", \"customer_id\": \"{customer}\", \"card_number\": \"{token}\", \
             \"tavv\": \"{cryptogram}\", \"name_on_card\": \"{name_on_card}\"}}'\n",
            self.basic(),
            self.key
        )
    }

    /// The rows of a batch: the answer, and the refusal that ends it.
    pub fn rows(&self) -> String {
        let Self { reference, refused, customer, .. } = self;
        format!(
            "card_reference,customer_id\n{reference},{customer}\n{reference},{customer}\n{refused},{customer}\n"
        )
    }

    /// An answer that repeats the known secrets in texts which are shown.
    fn body(&self, known: &[String]) -> String {
        let Self {
            reference, customer, token, cryptogram, name_on_card, par, fingerprint, unnamed, key, ..
        } = self;
        let (echoes, nested, basic) = (echoes(known).join(" "), nested(known).join(" "), self.basic());
        let (first_six, last_four) =
            (token.get(..6).unwrap_or_default(), token.get(12..).unwrap_or_default());
        let inner =
            format!(r#"{{\"authentication_details\":{{\"token\":\"{token}\",\"tavv\":\"{cryptogram}\"}}}}"#);
        format!(
            r#"{{"eci": "07", "name_on_card": "{name_on_card}", "token_requestor_id": "40000000079", "fingerprint": "{fingerprint}",
"card_type": "DEBIT", "reference": "{reference}", "customer_id": "{customer}", "sub_type": "{nested}", "network": "VISA",
"token_details": {{"status": "ACTIVE", "first_six": "{first_six}", "last_four": "{last_four}", "exp_month": "11", "exp_year": "2037", "provider": "VISA", "provider_category": "NETWORK"}},
"issuer_country_code": "IN", "authentication_details": {{"cryptogram": "{cryptogram}", "token": "{token}"}},
"nickname": "{name_on_card}", "issuer": "Test Bank {echoes}",
"card_details": {{"last_four": "1881", "par": "{par}", "exp_month": "08", "exp_year": "2036"}},
"unnamed": "{unnamed}", "sent": {{"api_key": "{key}", "authorization": "Basic {basic}"}}, "debug": {{"{cryptogram}": 1, "numbers": [{token}], "text": "{inner}", "deep": [[["{unnamed} {echoes}", "{nested}"]]]}}}}"#
        )
    }

    /// Of an error only the key is known as a secret; what else it repeats has sensitive names.
    fn refusal(&self) -> String {
        let known = [self.key.clone(), self.basic()];
        let (echoes, nested) = (echoes(&known).join(" "), nested(&known).join(" "));
        let body = format!(
            r#"{{"status": "error", "error_code": "access_denied", "error_message": "Not allowed {echoes}", "user_message": "{echoes}",
"error_info": {{"code": "E1", "category": "AUTH", "user_message": "No", "developer_message": "sent {nested}"}},
"authentication_details": {{"token": "{}", "cryptogram": "{}"}}}}"#,
            self.token, self.cryptogram
        );
        scenario(&self.refused, &self.customer, 400, &body, &headers(&known))
    }
}

/// Looks for runs of a value, and of it in every encoding in which an answer repeats `planted`, which holds it.
fn marker(name: &'static str, value: &str, run: usize, planted: &str) -> Marker {
    let mut search = Search::default();
    search.know(value, run);
    let planted = [planted.to_owned()];
    for echo in echoes(&planted).into_iter().chain(nested(&planted)) {
        search.know_plant(value, &echo);
    }
    Marker { name, value: value.to_owned(), search }
}

fn scenario(reference: &str, customer: &str, status: u16, body: &str, headers: &str) -> String {
    format!(
        "[[scenario]]\nreference = '{reference}'\ncustomer_id = '{customer}'\ntitle = 'audit'\nshows = 'audit'\nstatus = {status}\n\
         headers = [{headers}]\nbody = '''{body}'''\n"
    )
}

/// Headers that repeat the secrets: one that is shown, and others that are named only.
fn headers(secrets: &[String]) -> String {
    let mut all = String::new();
    for secret in secrets {
        let _ = write!(all, "['x-request-id', 'id-{secret}'], ['x-echo', '{}'], ", encode::hex(secret));
    }
    all + "['set-cookie', 'audit=1']"
}

/// Each secret in every encoding that fits into a JSON string.
fn echoes(secrets: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for secret in secrets {
        let text = secret.as_str();
        all.extend([text.to_owned(), text.to_lowercase(), text.to_uppercase(), encode::hex(text)]);
        all.extend([encode::percent(text), encode::html(text), encode::html_hex(text), encode::wide(text)]);
        all.extend([encode::json(text), encode::json(text).replace('\\', r"\\")]);
        all.extend([4, 5].map(|size| encode::grouped(text, size, " ")));
        all.push(encode::grouped(text, 4, "-"));
        all.extend((0..3).map(|before| encode::base64(text, before, before == 1)));
    }
    all
}

/// Each secret in one encoding within another; redaction promises these for texts of at most 4,096 bytes.
fn nested(secrets: &[String]) -> Vec<String> {
    let hex_of_base64 = |secret: &String| encode::hex(&encode::base64(secret, 0, false));
    let base64_of_hex = |secret: &String| encode::base64(&encode::hex(secret), 1, false);
    let percent_of_base64 = |secret: &String| encode::percent(&encode::base64(secret, 2, true));
    let all = |secret| [hex_of_base64(secret), base64_of_hex(secret), percent_of_base64(secret)];
    secrets.iter().flat_map(all).collect()
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], NoRandom> {
    let mut bytes = [0; BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandom)?;
    Ok(bytes)
}

/// So many characters, at most 64, of the alphabet.
fn letters(count: usize) -> Result<String, NoRandom> {
    let letter = |byte: &u8| char::from(*ALPHABET.get(usize::from(*byte) % ALPHABET.len()).unwrap_or(&b'x'));
    Ok(random::<64>()?.iter().take(count).map(letter).collect())
}

fn digits(count: usize) -> Result<String, NoRandom> {
    Ok(random::<16>()?.iter().take(count).map(|byte| char::from(b'0' + byte % 10)).collect())
}

/// The number with the digit behind it that makes it satisfy Luhn.
fn with_check_digit(number: &str) -> String {
    let doubled = |(place, digit): (usize, u32)| {
        if place % 2 == 0 { (2 * digit) / 10 + (2 * digit) % 10 } else { digit }
    };
    let sum: u32 = number.chars().rev().filter_map(|c| c.to_digit(10)).enumerate().map(doubled).sum();
    format!("{number}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marker_is_found_where_it_is_planted_and_none_in_another_audits() {
        let mine = Markers::fresh().unwrap();
        // Six characters of one are in another's by chance once in some hundred audits, and never in all of three.
        let others = [(); 3].map(|()| Markers::fresh().unwrap());
        for marker in mine.all() {
            for planted in [Markers::scenarios, Markers::kept] {
                assert!(marker.is_in(&planted(&mine)), "{}", marker.name);
                assert!(others.iter().any(|other| !marker.is_in(&planted(other))), "{}", marker.name);
            }
        }
    }

    #[test]
    fn a_secret_is_found_in_each_encoding_in_which_it_was_planted() {
        let markers = Markers::fresh().unwrap();
        let all = markers.all();
        for (secret, marker) in [(&markers.key, 0), (&markers.cryptogram, 2), (&markers.token, 3)] {
            let secret = std::slice::from_ref(secret);
            for echo in [echoes(secret), nested(secret)].concat() {
                assert!(all[marker].is_in(&format!("before {echo} behind")), "{}: {echo}", all[marker].name);
            }
        }
    }

    #[test]
    fn the_token_satisfies_luhn() {
        assert_eq!(with_check_digit("411111111111111"), "4111111111111111");
        assert!(crate::secret::luhn(&Markers::fresh().unwrap().token));
    }

    #[test]
    fn what_the_policy_shows_of_a_token_is_no_finding() {
        let markers = Markers::fresh().unwrap();
        let (first_six, last_four) = (markers.token.get(..6).unwrap(), markers.token.get(12..).unwrap());
        let shown = format!("{first_six}••••••••{last_four}");
        assert!(markers.all().iter().all(|marker| !marker.is_in(&shown)));
    }
}
