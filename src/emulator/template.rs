//! The texts of scenarios: `{{name}}`, `{{name|form}}` and `{{bytes 1b ff}}` inside plain text.
//!
//! It owns the grammar of the placeholders and the forms in which a value can be echoed (`hex`, `base64`, ...);
//! it must not know what the names mean. A value may hold placeholders itself. Tested below.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::random::hex;

/// A name in a value in a value ...: more than this is a name that holds itself.
const NESTING: usize = 8;

/// A text with a placeholder that means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BrokenTemplate(pub(super) String);

/// Fills `text`; `lookup` knows the values by name. The result is bytes, since a hostile answer may not be UTF-8.
pub(super) fn fill<'a>(
    text: &str,
    lookup: &impl Fn(&str) -> Option<&'a str>,
) -> Result<Vec<u8>, BrokenTemplate> {
    let mut filled = Vec::with_capacity(text.len());
    append(&mut filled, text, lookup, NESTING)?;
    Ok(filled)
}

fn append<'a>(
    out: &mut Vec<u8>,
    text: &str,
    lookup: &impl Fn(&str) -> Option<&'a str>,
    nesting: usize,
) -> Result<(), BrokenTemplate> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, behind) = after.split_once("}}").ok_or_else(|| broken(after))?;
        out.extend_from_slice(before.as_bytes());
        append_placeholder(out, inside.trim(), lookup, nesting)?;
        rest = behind;
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(())
}

fn append_placeholder<'a>(
    out: &mut Vec<u8>,
    inside: &str,
    lookup: &impl Fn(&str) -> Option<&'a str>,
    nesting: usize,
) -> Result<(), BrokenTemplate> {
    if let Some(digits) = inside.strip_prefix("bytes ") {
        return append_bytes(out, digits);
    }
    let (name, form) = inside.split_once('|').unwrap_or((inside, ""));
    let value = lookup(name).ok_or_else(|| broken(inside))?;
    let nesting = nesting.checked_sub(1).ok_or_else(|| broken(inside))?;
    let mut plain = Vec::with_capacity(value.len());
    append(&mut plain, value, lookup, nesting)?;
    out.extend_from_slice(&in_form(plain, form).ok_or_else(|| broken(inside))?);
    Ok(())
}

fn append_bytes(out: &mut Vec<u8>, digits: &str) -> Result<(), BrokenTemplate> {
    for pair in digits.split_whitespace() {
        out.push(u8::from_str_radix(pair, 16).map_err(|_| broken(digits))?);
    }
    Ok(())
}

/// The value in one of the forms in which servers and proxies are known to repeat one.
fn in_form(value: Vec<u8>, form: &str) -> Option<Vec<u8>> {
    Some(match form {
        "" => value,
        "first_six" => value.into_iter().take(6).collect(),
        "last_four" => value.split_at_checked(value.len().checked_sub(4)?)?.1.to_vec(),
        "lower" => value.to_ascii_lowercase(),
        "reversed" => value.into_iter().rev().collect(),
        "base64" => STANDARD.encode(value).into_bytes(),
        "hex" => hex(&value).into_bytes(),
        "percent" => each(&value, |byte| format!("%{}", hex(&[byte]).to_ascii_uppercase())),
        "escaped" => each(&value, |byte| format!("\\u00{}", hex(&[byte]))),
        "spaced" => value.chunks(4).collect::<Vec<_>>().join(&b' '),
        "dashed" => value.chunks(4).collect::<Vec<_>>().join(&b'-'),
        _ => return None,
    })
}

fn each(value: &[u8], written: impl Fn(u8) -> String) -> Vec<u8> {
    value.iter().flat_map(|byte| written(*byte).into_bytes()).collect()
}

fn broken(what: &str) -> BrokenTemplate {
    BrokenTemplate(what.chars().take(60).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, BrokenTemplate> {
        let lookup = |name: &str| match name {
            "token" => Some("4111110000001234"),
            "outer" => Some("<{{token}}>"),
            "loop" => Some("{{loop}}"),
            _ => None,
        };
        fill(text, &lookup).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn text_without_placeholders_stays_as_it_is() {
        assert_eq!(filled(r#"{"a": {"b": {}}}"#).unwrap(), r#"{"a": {"b": {}}}"#);
    }

    #[test]
    fn values_are_filled_in_within_values_too() {
        assert_eq!(filled("[{{ outer }}]").unwrap(), "[<4111110000001234>]");
        assert_eq!(filled(r#"{"x": {{token}}}"#).unwrap(), r#"{"x": 4111110000001234}"#);
    }

    #[test]
    fn a_value_is_written_in_the_form_asked_for() {
        for (form, expected) in [
            ("first_six", "411111"),
            ("last_four", "1234"),
            ("reversed", "4321000000111114"),
            ("base64", "NDExMTExMDAwMDAwMTIzNA=="),
            ("spaced", "4111 1100 0000 1234"),
            ("dashed", "4111-1100-0000-1234"),
            ("hex", "34313131313130303030303031323334"),
        ] {
            assert_eq!(filled(&format!("{{{{token|{form}}}}}")).unwrap(), expected);
        }
        assert!(filled("{{token|percent}}").unwrap().starts_with("%34%31"));
        assert!(filled("{{token|escaped}}").unwrap().starts_with("\\u0034\\u0031"));
    }

    #[test]
    fn bytes_may_be_anything() {
        assert_eq!(fill("a{{bytes ff 00}}b", &|_| None).unwrap(), b"a\xff\x00b");
    }

    #[test]
    fn what_means_nothing_is_an_error() {
        for bad in ["{{nobody}}", "{{token|rot13}}", "{{token", "{{bytes zz}}", "{{loop}}"] {
            assert!(filled(bad).is_err(), "{bad}");
        }
    }
}
