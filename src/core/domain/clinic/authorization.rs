//! What can be said of an authorization: its scheme, and how the pair in it ends.
//!
//! It is decoded in place to look at that, and wiped.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose};
use zeroize::Zeroizing;

use super::Authorization;
use super::request::{RawHead, is_later};

/// Unpadded base64 is as good.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, NO_PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// What is sent as authorization, by a header or an option.
pub(super) fn authorization(head: &RawHead) -> Authorization {
    match (head.one("authorization"), &head.user) {
        (Some(value), _) => of_header(value),
        (None, Some(user)) => of_pair(user.as_bytes(), is_later(user)),
        (None, None) => Authorization::Missing,
    }
}

fn of_header(value: &str) -> Authorization {
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    let rest = rest.trim();
    if is_later(value) {
        return Authorization::Later;
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Authorization::OtherScheme;
    }
    match BASE64.decode(rest).map(Zeroizing::new) {
        Ok(pair) if !pair.is_empty() => of_pair(&pair, false),
        _ => Authorization::NotBase64,
    }
}

/// A key and a colon, and nothing behind it.
fn of_pair(pair: &[u8], is_later: bool) -> Authorization {
    match pair.iter().position(|byte| *byte == b':') {
        _ if pair.ends_with(b":") => Authorization::Sound,
        _ if is_later => Authorization::Later,
        Some(_) => Authorization::Password,
        None => Authorization::NoColon,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authorization_is_judged_by_its_last_character() {
        let basic = |pair: &str| {
            of_header(&format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair)))
        };
        assert_eq!(basic("KEY:"), Authorization::Sound);
        assert_eq!(basic("KEY"), Authorization::NoColon);
        assert_eq!(basic("KEY:password"), Authorization::Password);
        for (value, is) in [
            ("basic S0VZOg", Authorization::Sound),
            ("Basic XXXXXXk0QjJEQTlBQjc0QThCOg==", Authorization::Sound),
            ("Basic not base64", Authorization::NotBase64),
            ("Basic", Authorization::NotBase64),
            ("Basic $(printf KEY: | base64)", Authorization::Later),
            ("Basic {{auth}}", Authorization::Later),
            ("Bearer S0VZOg==", Authorization::OtherScheme),
            ("S0VZOg==", Authorization::OtherScheme),
        ] {
            assert_eq!(of_header(value), is, "{value}");
        }
        assert_eq!(of_pair(b"${JUSPAY_API_KEY:?}:", true), Authorization::Sound);
    }
}
