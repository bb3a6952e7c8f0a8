//! The parser of a body: JSON text to a tree of plaintext, with limits. The texts of the tree are those of the body, and the few
//! that are escaped there are copies that are wiped.
//!
//! It is a serde visitor of our own and not `serde_json::Value`, which keeps only the last of two equal keys and turns big
//! numbers into floats. Nothing of the tree leaves this folder; an error holds a place and never content.

use std::cell::Cell;
use std::ops::Deref;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use super::policy::Place;

/// Objects and lists within each other (threat model, row 50); it is also the limit of the JSON library.
const MAX_DEPTH: usize = 127;

/// Object keys in the whole body (threat model, row 50).
const MAX_KEYS: usize = 10_000;

/// Digits of a whole number that can be held; below zero some of so many cannot, and no secret is below zero.
const LONGEST_NUMBER: usize = 19;

/// Members that room is made for at once: as many as the contract's answer has, in a KiB (see `runs`).
const AT_ONCE: usize = 16;

/// A text of a body.
pub(super) enum Plain<'a> {
    /// As it stands there.
    Here(&'a str),
    /// What its escapes mean, or a number written out.
    Own(Zeroizing<String>),
}

impl Deref for Plain<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Here(text) => text,
            Self::Own(text) => text,
        }
    }
}

/// A JSON value in plaintext.
pub(super) enum Raw<'a> {
    Null,
    Bool(bool),
    /// The digits of a whole number.
    Number(Plain<'a>),
    /// A number that cannot be held exactly, as near as it can.
    Inexact(Plain<'a>),
    Text(Plain<'a>),
    List(Vec<Raw<'a>>),
    /// All members in their order, equal names too.
    Map(Vec<Member<'a>>),
}

/// A member of an object.
pub(super) struct Member<'a> {
    pub(super) name: Plain<'a>,
    /// Where it stands: nowhere, if the policy does not name it.
    pub(super) place: Option<&'static Place>,
    pub(super) value: Raw<'a>,
}

/// A body in plaintext.
pub(super) struct Body<'a> {
    pub(super) raw: Raw<'a>,
    /// Whether some number in it could not be held as it is written.
    pub(super) has_inexact: bool,
}

/// A place in a body, both counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The byte within the line.
    pub column: usize,
}

/// Why a body is not JSON that we take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unparsed {
    /// Nothing but white space.
    Empty,
    /// It begins as HTML and XML do.
    Markup,
    /// Not UTF-8, from this byte on.
    NotUtf8 {
        /// Bytes that were still good.
        offset: usize,
    },
    /// Ends in the middle of a value.
    CutShort(Spot),
    /// Broken JSON, a lone surrogate or text behind the value.
    NotJson(Spot),
    /// More than 127 objects and lists within each other.
    TooDeep,
    /// More than 10,000 object keys.
    TooManyKeys,
}

/// A body as text; a byte order mark at its start is accepted.
pub(super) fn text(body: &[u8]) -> Result<&str, Unparsed> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    std::str::from_utf8(body).map_err(|e| Unparsed::NotUtf8 { offset: e.valid_up_to() })
}

/// Whole numbers of a text that are too large to be held; in the tree they are [`Raw::Inexact`].
pub(super) fn large_numbers(text: &str) -> impl Iterator<Item = &str> {
    let (mut inside, mut escaped) = (false, false);
    let is_no_number = move |c: char| {
        let literal = std::mem::take(&mut escaped);
        match c {
            '"' if !literal => inside = !inside,
            '\\' if inside && !literal => escaped = true,
            _ => {}
        }
        inside || !c.is_ascii_digit()
    };
    text.split(is_no_number).filter(|digits| digits.len() > LONGEST_NUMBER)
}

/// Parses a body.
pub(super) fn parse(text: &str) -> Result<Body<'_>, Unparsed> {
    if text.trim_ascii().is_empty() {
        return Err(Unparsed::Empty);
    }
    if text.trim_ascii_start().starts_with('<') {
        return Err(Unparsed::Markup);
    }
    let seen = Seen::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let root = Seed { seen: &seen, depth: 0, place: Some(Place::root()) };
    let raw = root.deserialize(&mut json).map_err(|e| seen.explain(&e))?;
    json.end().map_err(|e| seen.explain(&e))?;
    Ok(Body { raw, has_inexact: seen.inexact.get() })
}

/// What the visitor has seen so far.
#[derive(Default)]
struct Seen {
    keys: Cell<usize>,
    deepest: Cell<usize>,
    inexact: Cell<bool>,
}

impl Seen {
    fn explain(&self, error: &serde_json::Error) -> Unparsed {
        let spot = Spot { line: error.line(), column: error.column() };
        if self.keys.get() > MAX_KEYS {
            Unparsed::TooManyKeys
        } else if error.is_eof() {
            Unparsed::CutShort(spot)
        } else if self.deepest.get() >= MAX_DEPTH {
            Unparsed::TooDeep
        } else {
            Unparsed::NotJson(spot)
        }
    }

    fn one_more_key<E: serde::de::Error>(&self) -> Result<(), E> {
        self.keys.set(self.keys.get() + 1);
        if self.keys.get() > MAX_KEYS { Err(E::custom("keys")) } else { Ok(()) }
    }
}

#[derive(Clone, Copy)]
struct Seed<'a> {
    seen: &'a Seen,
    depth: usize,
    /// Where the value stands.
    place: Option<&'static Place>,
}

impl Seed<'_> {
    /// The seed of what stands in the value.
    fn inner(self) -> Self {
        let depth = self.depth + 1;
        self.seen.deepest.set(self.seen.deepest.get().max(depth));
        Self { depth, place: None, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Raw<'de>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Raw<'de>, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Raw<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Raw<'de>, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw<'de>, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw<'de>, E> {
        Ok(Raw::Number(Plain::Own(Zeroizing::new(value.to_string()))))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw<'de>, E> {
        Ok(Raw::Number(Plain::Own(Zeroizing::new(value.to_string()))))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw<'de>, E> {
        self.seen.inexact.set(true);
        Ok(Raw::Inexact(Plain::Own(Zeroizing::new(value.to_string()))))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Raw<'de>, E> {
        Ok(Raw::Text(Plain::Here(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw<'de>, E> {
        Ok(Raw::Text(Plain::Own(exact(text))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw<'de>, A::Error> {
        let inner = self.inner();
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Raw<'de>, A::Error> {
        let inner = self.inner();
        let mut map = Vec::new();
        while let Some(name) = members.next_key_seed(NameSeed)? {
            self.seen.one_more_key()?;
            if map.is_empty() {
                map.reserve_exact(self.place.map_or(0, Place::member_count).min(AT_ONCE));
            }
            let place = self.place.and_then(|place| place.member(&name));
            map.push(Member { name, place, value: members.next_value_seed(Seed { place, ..inner })? });
        }
        Ok(Raw::Map(map))
    }
}

/// The seed of a name, which is a text and nothing else.
struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Plain<'de>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Plain<'de>, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = Plain<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Plain<'de>, E> {
        Ok(Plain::Here(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Plain<'de>, E> {
        Ok(Plain::Own(exact(text)))
    }
}

fn exact(text: &str) -> Zeroizing<String> {
    let mut own = String::with_capacity(text.len());
    own.push_str(text);
    Zeroizing::new(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(body: &[u8]) -> Unparsed {
        text(body).and_then(parse).err().unwrap()
    }

    #[test]
    fn a_broken_body_is_told_by_kind_and_place() {
        assert_eq!(fault(b" \n"), Unparsed::Empty);
        assert_eq!(fault(b"{\"a\":\"\xff\"}"), Unparsed::NotUtf8 { offset: 6 });
        assert_eq!(fault(b"{\"a\": [1, 2"), Unparsed::CutShort(Spot { line: 1, column: 11 }));
        assert_eq!(fault(b"\n <html>"), Unparsed::Markup);
        assert!(matches!(fault(b"nothing"), Unparsed::NotJson(Spot { line: 1, .. })));
        assert!(matches!(fault(br#"{"a":"\ud800"}"#), Unparsed::NotJson(_)));
        assert!(matches!(fault(b"{} {}"), Unparsed::NotJson(_)));
    }

    #[test]
    fn depth_and_keys_are_limited() {
        let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
        assert_eq!(fault(deep.as_bytes()), Unparsed::TooDeep);
        let deep_enough = format!("{}{}", "[".repeat(127), "]".repeat(127));
        assert!(parse(&deep_enough).is_ok());
        let keys = format!("{{{}}}", vec!["\"k\":1"; MAX_KEYS + 1].join(","));
        assert_eq!(fault(keys.as_bytes()), Unparsed::TooManyKeys);
        let keys_enough = format!("{{{}", vec!["\"k\":1"; MAX_KEYS].join(","));
        assert!(matches!(fault(keys_enough.as_bytes()), Unparsed::CutShort(_)));
        assert!(parse(&format!("{keys_enough}}}")).is_ok());
    }

    #[test]
    fn equal_keys_and_big_numbers_are_kept() {
        let Ok(Body { raw: Raw::Map(members), .. }) = parse(r#"{"a":1,"a":18446744073709551615,"b":1e40}"#)
        else {
            panic!()
        };
        assert_eq!(members.len(), 3);
        let Ok(Body { raw: Raw::Number(below_zero), .. }) = parse("-7") else { panic!() };
        assert_eq!(&*below_zero, "-7");
    }

    #[test]
    fn numbers_too_large_to_be_held_are_read_off_the_text() {
        let body = r#"{"a": 12345678901234567890, "b": [-98765432109876543210.5e1], "\\\" 22222222222222222222 \\\\": 1}"#;
        let all: Vec<&str> = large_numbers(body).collect();
        assert_eq!(all, ["12345678901234567890", "98765432109876543210"]);
        let behind_a_backslash = r#"{"a\\": 12345678901234567890, "b": "\\", "c": 22222222222222222222}"#;
        assert_eq!(large_numbers(behind_a_backslash).count(), 2);
        assert_eq!(large_numbers("[9999999999999999999]").count(), 0, "nineteen digits can be held");
    }

    #[test]
    fn a_number_that_could_not_be_held_is_known_wherever_it_stands() {
        let large = "12345678901234567890123";
        for body in [large.to_owned(), format!("[1, [{large}]]"), format!(r#"{{"a": [{{"b": {large}}}]}}"#)] {
            assert!(parse(&body).is_ok_and(|body| body.has_inexact), "{body}");
        }
        assert!(parse(r#"{"a": ["12345678901234567890123", 7]}"#).is_ok_and(|body| !body.has_inexact));
    }

    #[test]
    fn a_byte_order_mark_is_accepted() {
        assert_eq!(text(b"\xef\xbb\xbf{}"), Ok("{}"));
    }
}
