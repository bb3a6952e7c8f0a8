//! Nothing that must not stay of a paste stays, and no paste panics: by property, over commands, recordings and bodies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use tokenscope::diagnosis::lint::check_paste;
use tokenscope::domain::clinic::{self, Pasted};
use tokenscope::report::{self, Checked};

/// Everything that is left of a paste: the state by its own debug form, and all that is written of it.
fn left(text: &str) -> Option<String> {
    let pasted: Pasted = clinic::read(text).ok()?;
    let found = check_paste(&pasted, None, &[]);
    let checked = Checked { pasted: &pasted, profile: None, found: &found };
    let written =
        [report::checked_text(&checked), report::checked_json(&checked), report::checked_markdown(&checked)];
    let written: Vec<String> = written.iter().map(|it| it.text().replace('\n', " ")).collect();
    Some(format!("{pasted:?} {found:?} {}", written.join(" ")))
}

/// What is planted: a key, a card number that passes Luhn, a token, a cryptogram, a code.
#[derive(Debug, Clone)]
struct Plants {
    key: String,
    card: String,
    token: String,
    cryptogram: String,
}

fn plants() -> impl Strategy<Value = Plants> {
    ("[A-Z0-9]{20,40}", "[0-9]{14}", "[0-9]{12}", "[A-Za-z0-9+/]{27}").prop_map(|(key, card, token, code)| {
        Plants {
            key: format!("KEY{key}"),
            card: with_check_digit(&format!("4{card}")),
            token: format!("TKN{token}"),
            cryptogram: format!("{code}="),
        }
    })
}

fn with_check_digit(digits: &str) -> String {
    let check = ('0'..='9').find(|c| tokenscope::secret::luhn(&format!("{digits}{c}"))).unwrap();
    format!("{digits}{check}")
}

impl Plants {
    /// Every run of six characters that must not be left, in plain and as the authorization has it.
    fn runs(&self) -> Vec<String> {
        let basic = STANDARD.encode(format!("{}:", self.key));
        let whole = [&self.key, &self.card, &self.token, &self.cryptogram, &basic];
        let runs = |text: &String| {
            text.as_bytes().windows(6).map(|run| String::from_utf8(run.to_vec()).unwrap()).collect::<Vec<_>>()
        };
        whole.into_iter().flat_map(runs).collect()
    }

    /// A key in a body alone is a text like any other: nothing says that it is one.
    fn body(&self, place: usize) -> String {
        self.body_of(if place % 5 == 3 { 4 } else { place })
    }

    fn body_of(&self, place: usize) -> String {
        let Self { card, token, cryptogram, key, .. } = self;
        let id = [card, token, cryptogram, key, &"token_1".to_owned()][place % 5].clone();
        format!(
            r#"{{"card_reference": "{id}", "customer_id": "cust_1", "card_number": "{card}", "cvv": "739",
            "name_on_card": "Rohit Qwertz", "card_exp_month": "11", "token": "{token}", "tavv": "{cryptogram}",
            "nested": {{"cryptogram": "{cryptogram}", "list": [{{"pan": {card}}}]}}, "note": "call {card} back"}}"#
        )
    }

    fn curl(&self, place: usize) -> String {
        let Self { key, card, .. } = self;
        let basic = STANDARD.encode(format!("{key}:"));
        let authorization = [
            format!("-H 'Authorization: Basic {basic}'"),
            format!("-u {key}:"),
            format!("-H 'authorization:Bearer {key}'"),
            format!("-H 'x-api-key: {key}' -b 'session={key}'"),
            format!("--oauth2-bearer {key} --proxy-user {key}:"),
        ][place % 5]
            .clone();
        let url = [
            "https://sandbox.juspay.in/v4/card/get".to_owned(),
            format!("https://{key}:@sandbox.juspay.in/v4/card/get"),
            format!("https://sandbox.juspay.in/v4/card/{card}/get?key={key}"),
        ][place % 3]
            .clone();
        let merchant = [key.as_str(), "acme"][place % 2];
        let body = self.body_of(place);
        format!(
            "curl '{url}' {authorization} -H 'x-merchantid: {merchant}' -H 'x-routing-id: {card}' -d '{body}'"
        )
    }

    fn har(&self, place: usize) -> String {
        let body = self.body_of(place).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ");
        let basic = STANDARD.encode(format!("{}:", self.key));
        format!(
            r#"{{"log": {{"entries": [{{"request": {{"method": "POST", "url": "https://x/v4/card/get",
            "headers": [{{"name": "Authorization", "value": "Basic {basic}"}}, {{"name": "Cookie", "value": "a={}"}}],
            "postData": {{"text": "{body}"}}}}, "response": {{"content": {{"text": "{} {}"}}}}}}]}}}}"#,
            self.key, self.token, self.cryptogram
        )
    }
}

proptest! {
    #[test]
    fn no_planted_secret_is_left_of_a_paste(plants in plants(), place in 0..30_usize) {
        for text in [plants.curl(place), plants.har(place), plants.body(place)] {
            let left = left(&text).expect("it is read");
            // The same search finds what is there.
            prop_assert!(plants.runs().iter().any(|run| text.contains(run)));
            prop_assert!(left.contains("cust_1"));
            for run in plants.runs() {
                prop_assert!(!left.contains(&run), "{} in {}", run, left);
            }
            for never in ["739", "Rohit", "Qwertz"] {
                prop_assert!(text.contains(never) && !left.contains(never), "{} in {}", never, left);
            }
        }
    }

    #[test]
    fn no_paste_panics(text in "\\PC*|[\\x00-\\x{10ffff}]*") {
        let _ = left(&text);
        let _ = left(&format!("curl {text}"));
        let _ = left(&format!("{{\"a\": \"{text}\"}}"));
    }

    #[test]
    fn no_command_of_odd_words_panics(words in prop::collection::vec(odd_word(), 0..30)) {
        let _ = left(&format!("curl {}", words.join(" ")));
    }

    #[test]
    fn no_cut_and_no_bytes_panic(plants in plants(), cut in 0..2000_usize, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for text in [plants.curl(cut), plants.har(cut), plants.body(cut)] {
            let start: String = text.chars().take(cut).collect();
            let _ = left(&start);
        }
        let _ = clinic::read_bytes(&bytes);
        let _ = clinic::read_bytes(&[b"curl ".as_slice(), &bytes].concat());
    }
}

fn odd_word() -> impl Strategy<Value = String> {
    let signs = "[-'\"\\\\$`^|;&#@=:/{}a-dHXu \n\r]{0,12}";
    prop_oneof![
        signs,
        Just("-H".to_owned()),
        Just("-d".to_owned()),
        Just("--data-raw".to_owned()),
        Just("-u".to_owned()),
        Just("--url=https://@/?#".to_owned()),
        Just("'{\"card_reference\":null}'".to_owned()),
        Just("https://[::1]:x/%".to_owned()),
    ]
}
