//! The parser of a body: JSON text to a list of its values in plaintext, with limits. Their texts are those of the body, and the
//! few that are escaped there are copies that are wiped.
//!
//! It is a serde visitor of our own and not `serde_json::Value`, which keeps only the last of two equal keys and turns big
//! numbers into floats. An error holds a place and never content.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::items::{AT_ONCE, Item, Kind, Known, Plain};
use super::policy::{self, Place};

/// Objects and lists within each other (threat model, row 50); it is also the limit of the JSON library.
const MAX_DEPTH: usize = 127;

/// Object keys in the whole body (threat model, row 50).
const MAX_KEYS: usize = 10_000;

/// Digits of a whole number that can be held; below zero some of so many cannot, and no secret is below zero.
const LONGEST_NUMBER: usize = 19;

/// A body in plaintext.
pub(super) struct Body<'a> {
    /// All values, each before those that stand in it.
    pub(super) items: Vec<Item<'a>>,
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

/// Whole numbers of a text that are too large to be held; in the list they are [`Kind::Inexact`].
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
    let mut reader = Reader::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let read = Seed::of(&mut reader).deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|e| reader.explain(&e))?;
    Ok(Body { items: reader.items, has_inexact: reader.inexact })
}

/// What has been read so far.
struct Reader<'a> {
    items: Vec<Item<'a>>,
    keys: usize,
    deepest: usize,
    inexact: bool,
}

impl Default for Reader<'_> {
    fn default() -> Self {
        Self { items: Vec::with_capacity(AT_ONCE), keys: 0, deepest: 0, inexact: false }
    }
}

impl Reader<'_> {
    fn explain(&self, error: &serde_json::Error) -> Unparsed {
        let spot = Spot { line: error.line(), column: error.column() };
        if self.keys > MAX_KEYS {
            Unparsed::TooManyKeys
        } else if error.is_eof() {
            Unparsed::CutShort(spot)
        } else if self.deepest >= MAX_DEPTH {
            Unparsed::TooDeep
        } else {
            Unparsed::NotJson(spot)
        }
    }

    fn one_more_key<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.keys += 1;
        if self.keys > MAX_KEYS { Err(E::custom("keys")) } else { Ok(()) }
    }
}

/// Reads a value, and tells nothing but whether it could.
struct Seed<'r, 'a> {
    reader: &'r mut Reader<'a>,
    depth: usize,
    /// Where the value stands.
    place: Option<&'static Place>,
    known: Known,
}

impl<'r, 'a> Seed<'r, 'a> {
    /// The seed of a whole body.
    fn of(reader: &'r mut Reader<'a>) -> Self {
        Self { reader, depth: 0, place: Some(Place::root()), known: Known::Nothing }
    }

    /// The seed of a value in this one: under these names, a secret too.
    fn inner(&mut self, place: Option<&'static Place>, is_sensitive: bool) -> Seed<'_, 'a> {
        let known = match self.known {
            _ if place.is_some_and(Place::is_secret) => Known::Secret,
            Known::Nothing if is_sensitive => Known::Sensitive,
            known => known,
        };
        Seed { reader: self.reader, depth: self.depth + 1, place, known }
    }

    fn push(&mut self, kind: Kind, text: Plain<'a>) {
        let (place, known) = (self.place, self.known);
        self.reader.items.push(Item { kind, known, inside: 0, place, text });
    }

    /// Begins a value that others stand in, and tells its place among all.
    fn begin(&mut self, kind: Kind) -> usize {
        let start = self.reader.items.len();
        self.push(kind, Plain::Here(""));
        self.reader.deepest = self.reader.deepest.max(self.depth + 1);
        start
    }

    /// Ends it.
    fn end(self, start: usize) {
        let inside = self.reader.items.len() - start - 1;
        if let Some(item) = self.reader.items.get_mut(start) {
            item.inside = u32::try_from(inside).unwrap_or(u32::MAX);
        }
    }

    /// Notes the name of the next member, and tells the seed of its value.
    fn member(&mut self, name: Plain<'a>) -> Seed<'_, 'a> {
        let place = self.place.and_then(|place| place.member(&name));
        let is_sensitive = place.map_or_else(|| policy::is_sensitive(&name), Place::is_sensitive);
        if place.is_none() {
            self.inner(None, false).push(Kind::Name, name);
        }
        self.inner(place, is_sensitive)
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(mut self) -> Result<(), E> {
        self.push(Kind::Null, Plain::Here(""));
        Ok(())
    }

    fn visit_bool<E>(mut self, value: bool) -> Result<(), E> {
        self.push(Kind::Bool(value), Plain::Here(""));
        Ok(())
    }

    fn visit_u64<E>(mut self, value: u64) -> Result<(), E> {
        self.push(Kind::Number, Plain::own(value.to_string()));
        Ok(())
    }

    fn visit_i64<E>(mut self, value: i64) -> Result<(), E> {
        self.push(Kind::Number, Plain::own(value.to_string()));
        Ok(())
    }

    fn visit_f64<E>(mut self, value: f64) -> Result<(), E> {
        self.reader.inexact = true;
        self.push(Kind::Inexact, Plain::own(value.to_string()));
        Ok(())
    }

    fn visit_borrowed_str<E>(mut self, text: &'de str) -> Result<(), E> {
        self.push(Kind::Text, Plain::Here(text));
        Ok(())
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        self.push(Kind::Text, Plain::own(text.to_owned()));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let start = self.begin(Kind::List);
        while items.next_element_seed(self.inner(None, false))?.is_some() {}
        self.end(start);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let start = self.begin(Kind::Map);
        while let Some(name) = members.next_key_seed(NameSeed)? {
            self.reader.one_more_key()?;
            members.next_value_seed(self.member(name))?;
        }
        self.end(start);
        Ok(())
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
        Ok(Plain::own(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::items::members;
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
        let body = parse(r#"{"a":1,"a":18446744073709551615,"b":1e40}"#).ok().unwrap();
        let read: Vec<_> =
            members(&body.items).map(|it| (it.name, it.value[0].kind, &*it.value[0].text)).collect();
        let all = [
            ("a", Kind::Number, "1"),
            ("a", Kind::Number, "18446744073709551615"),
            ("b", Kind::Inexact, "1e40"),
        ];
        assert_eq!(read[..2], all[..2]);
        assert_eq!((read.len(), read[2].1), (3, Kind::Inexact));
        assert_eq!(&*parse("-7").ok().unwrap().items[0].text, "-7");
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
