//! The body of a request: JSON with all its members, equal names too, or a form.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::request::{Member, Raw, RawBody, Value};
use super::{Kind, NotRead};

/// Reads a JSON object that is the whole paste.
pub(super) fn read_alone(text: &str) -> Result<Raw, NotRead> {
    let body = RawBody::Object(members(text)?);
    Ok(Raw { kind: Kind::Json, calls: 1, is_glued: false, head: None, body })
}

/// Reads what a request sends.
pub(super) fn of_text(text: &str) -> RawBody {
    let text = text.trim();
    if text.is_empty() {
        RawBody::Missing
    } else if text.starts_with('{') {
        members(text).map_or(RawBody::Other, RawBody::Object)
    } else if text.contains('=') && !text.starts_with(['[', '<', '"']) {
        RawBody::Form(text.split('&').map(pair).collect())
    } else {
        RawBody::Other
    }
}

fn members(text: &str) -> Result<Vec<Member>, NotRead> {
    match serde_json::from_str(text) {
        Ok(Value::Map(members)) => Ok(members),
        Ok(_) => Err(NotRead::Neither),
        Err(error) => Err(broken(&error)),
    }
}

/// The place of the fault; the library's own text quotes what stands there.
pub(super) fn broken(error: &serde_json::Error) -> NotRead {
    NotRead::BrokenJson { line: error.line(), column: error.column() }
}

fn pair(text: &str) -> Member {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (decoded(name), Value::Text(decoded(value)))
}

/// A form's own escapes: `+` is a blank and `%xx` a byte.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let ahead = rest.clone().take(2).map(|b| char::from(b).to_digit(16)).collect::<Option<Vec<u32>>>();
        match (byte, ahead.as_deref()) {
            (b'%', Some([high, low])) => {
                bytes.extend(u8::try_from(high * 16 + low));
                rest.nth(1);
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Bare(number.to_string()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Bare(String::new()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Bare(format!("{number:.0}")))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Bare(String::new()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Bare(String::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Value::Map(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded_and_a_broken_escape_stays() {
        for (text, plain) in
            [("a+b", "a b"), ("a%2Bb%3d", "a+b="), ("%4", "%4"), ("%zz%", "%zz%"), ("%ff", "\u{fffd}")]
        {
            assert_eq!(decoded(text), plain, "{text}");
        }
    }

    #[test]
    fn equal_names_are_kept_and_depth_has_an_end() {
        assert_eq!(members(r#"{"a": 1, "a": "2"}"#).map(|it| it.len()), Ok(2));
        let deep = format!("{}1{}", "{\"a\":".repeat(5000), "}".repeat(5000));
        assert!(matches!(members(&deep), Err(NotRead::BrokenJson { .. })));
    }
}
