//! Where and how a secret is written where it does not belong.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::answer::{Json, Secrets};
use super::encode;

/// Where a plant goes.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// The value of a field that the policy names.
    Named(&'static str),
    /// A value under a name that it does not.
    Unknown,
    /// A list in an object in an unknown field.
    Nested,
    /// The name of a member.
    Name,
    /// The name of a member of an object that the policy looks into.
    InnerName,
    /// The value of a header that is shown.
    ShownHeader,
    /// The value of one that is not.
    HiddenHeader,
    /// The name of a header.
    HeaderName,
}

const NAMED: [&str; 24] = [
    "eci",
    "token_requestor_id",
    "card_type",
    "reference",
    "customer_id",
    "sub_type",
    "network",
    "issuer_country_code",
    "issuer",
    "name_on_card",
    "nickname",
    "token_details.status",
    "token_details.first_six",
    "token_details.last_four",
    "token_details.exp_month",
    "token_details.provider",
    "card_details.last_four",
    "error",
    "error_message",
    "user_message",
    "error_code",
    "status",
    "error_info.code",
    "error_info.developer_message",
];

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        6 => select(&NAMED[..]).prop_map(Place::Named),
        1 => Just(Place::Unknown),
        1 => Just(Place::Nested),
        1 => Just(Place::Name),
        1 => Just(Place::InnerName),
        1 => Just(Place::ShownHeader),
        1 => Just(Place::HiddenHeader),
        1 => Just(Place::HeaderName),
    ]
}

/// A way of writing; those of the second kind can stand around another.
#[derive(Debug, Clone)]
enum Way {
    Plain,
    Lower,
    Upper,
    Wide,
    Grouped(usize, &'static str),
    Hex(bool),
    HexPairs(&'static str),
    Base64(usize, bool),
    Percent,
    Json,
    Html(bool),
    JsonText(&'static str),
}

impl Way {
    fn write(&self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
            Self::Wide => encode::wide(text),
            // Groups are for what stays six characters long without its separators.
            Self::Grouped(..) if text.chars().filter(|c| c.is_alphanumeric()).count() < 6 => text.to_owned(),
            Self::Grouped(size, gap) => encode::grouped(text, *size, gap),
            Self::Hex(upper) if *upper => encode::hex(text).to_uppercase(),
            Self::Hex(_) => encode::hex(text),
            Self::HexPairs(gap) => encode::grouped(&encode::hex(text), 2, gap),
            Self::Base64(before, url) => encode::base64(text, *before, *url),
            Self::Percent => encode::percent(text),
            Self::Json => encode::json(text),
            Self::Html(true) => encode::html_hex(text),
            Self::Html(false) => encode::html(text),
            Self::JsonText(name) => Json::Map(vec![((*name).to_owned(), Json::text(text))]).written(),
        }
    }
}

const GAPS: [&str; 12] = [" ", "-", ".", "_", ":", "/", ", ", " - ", "\u{a0}", "\u{200b}", "\u{2011}", "|"];

fn any_way() -> impl Strategy<Value = Way> {
    prop_oneof![
        Just(Way::Plain),
        Just(Way::Lower),
        Just(Way::Upper),
        Just(Way::Wide),
        (1..=5_usize, select(&GAPS[..])).prop_map(|(size, gap)| Way::Grouped(size, gap)),
        select(&[" ", ":", "-"][..]).prop_map(Way::HexPairs),
        select(&["authentication", "cryptogram", "note"][..]).prop_map(Way::JsonText),
        outer_way(),
    ]
}

fn inner_way() -> impl Strategy<Value = Way> {
    prop_oneof![
        Just(Way::Plain),
        Just(Way::Lower),
        Just(Way::Upper),
        Just(Way::Wide),
        any::<bool>().prop_map(Way::Hex),
        (0..3_usize, any::<bool>()).prop_map(|(before, url)| Way::Base64(before, url)),
        Just(Way::Percent),
        Just(Way::Json),
    ]
}

fn outer_way() -> impl Strategy<Value = Way> {
    prop_oneof![
        any::<bool>().prop_map(Way::Hex),
        (0..3_usize, any::<bool>()).prop_map(|(before, url)| Way::Base64(before, url)),
        Just(Way::Percent),
        Just(Way::Json),
        any::<bool>().prop_map(Way::Html),
    ]
}

#[derive(Debug, Clone)]
pub struct Plant {
    which: Index,
    start: Index,
    length: Option<Index>,
    ways: (Way, Option<Way>),
    before: String,
    behind: String,
    pub place: Place,
}

impl Plant {
    /// The whole of a secret or six and more characters of it.
    pub fn chosen(&self, secrets: &Secrets) -> String {
        let basic = secrets.basic();
        let all: Vec<&str> = secrets.all().into_iter().chain([basic.trim_end_matches('=')]).collect();
        self.part(all[self.which.index(all.len())])
    }

    /// The part, written in one or two ways.
    pub fn written(&self, part: &str) -> String {
        let inner = self.ways.0.write(part);
        self.ways.1.as_ref().map_or(inner.clone(), |outer| outer.write(&inner))
    }

    fn part(&self, secret: &str) -> String {
        let count = secret.chars().count();
        let Some(length) = self.length else { return secret.to_owned() };
        let start = self.start.index(count - 5);
        let length = 6 + length.index(count - start - 5);
        secret.chars().skip(start).take(length).collect()
    }

    pub fn around(&self, text: &str) -> String {
        format!("{}{text}{}", self.before, self.behind)
    }
}

pub fn plant() -> impl Strategy<Value = Plant> {
    let ways = prop_oneof![
        any_way().prop_map(|way| (way, None)),
        (inner_way(), outer_way()).prop_map(|(inner, outer)| (inner, Some(outer))),
    ];
    let around = || "[ a-fghmnop:;,<>é卡\u{202e}]{0,7}";
    (any::<Index>(), any::<Index>(), option::of(any::<Index>()), ways, around(), around(), place()).prop_map(
        |(which, start, length, ways, before, behind, place)| Plant {
            which,
            start,
            length,
            ways,
            before,
            behind,
            place,
        },
    )
}
