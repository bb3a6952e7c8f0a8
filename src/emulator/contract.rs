//! The contract of `POST /v4/card/get` as a server sees it: what a request must be, and how it is refused.
//!
//! It owns the route, the headers, the request body and the refusals; it must not know scenarios, sockets or the
//! client's own types. No refusal repeats a value that was sent. Tested below and over sockets in
//! `tests/adapters_emulator.rs`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use serde::{Deserialize, Deserializer, Serialize};

/// The one path of the contract.
pub(super) const PATH: &str = "/v4/card/get";
/// More than any request of the contract can need.
pub(super) const BODY_CAP: usize = 64 * 1024;

const MERCHANT_ID: HeaderName = HeaderName::from_static("x-merchantid");
const VERSION: HeaderName = HeaderName::from_static("version");
const ROUTING_ID: HeaderName = HeaderName::from_static("x-routing-id");

/// Whom this server lets in.
#[derive(Debug)]
pub(super) struct Contract {
    authorization: String,
    merchant_id: String,
}

/// What a request that keeps the contract asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) reference: String,
    pub(super) customer_id: String,
    /// The merchant, where it is another than the emulator's own.
    pub(super) other_merchant: Option<String>,
    pub(super) submerchant_id: Option<String>,
}

/// Why a request gets no card, with everything its answer needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Another path, or a query, which the contract does not have.
    UnknownPath,
    /// Another method than POST.
    OtherMethod,
    /// The key or the merchant id is none of ours.
    AccessDenied,
    /// Something of the request breaks the contract; the sentence says what.
    Malformed(&'static str),
    /// A content type that is not JSON.
    OtherMediaType,
    /// A body beyond [`BODY_CAP`].
    TooLarge,
    /// The body did not arrive in time.
    TooSlow,
    /// No scenario has this reference for this merchant and customer.
    UnknownCard,
    /// A fault of the emulator itself.
    Broken,
}

impl Contract {
    /// The contract for holders of `key` who send `merchant_id`.
    pub(super) fn new(key: &str, merchant_id: &str) -> Self {
        let authorization = format!("Basic {}", STANDARD.encode(format!("{key}:")));
        Self { authorization, merchant_id: merchant_id.to_owned() }
    }

    /// Judges all that stands before the body, in the order route, key, merchant, other headers, and returns the merchant
    /// where it is another one that `is_known`.
    pub(super) fn check_head(
        &self,
        head: &Parts,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, Refusal> {
        if head.uri.path() != PATH || head.uri.query().is_some() {
            return Err(Refusal::UnknownPath);
        }
        if head.method != Method::POST {
            return Err(Refusal::OtherMethod);
        }
        self.check_key(&head.headers)?;
        let other_merchant = self.check_merchant(&head.headers, is_known)?;
        check_version(&head.headers)?;
        check_routing_id(&head.headers)?;
        check_content_type(&head.headers)?;
        Ok(other_merchant)
    }

    fn check_key(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let missing = Refusal::AccessDenied;
        let value = once(headers, &AUTHORIZATION, missing, "Header Authorization must be sent once")?;
        if value == self.authorization { Ok(()) } else { Err(Refusal::AccessDenied) }
    }

    fn check_merchant(
        &self,
        headers: &HeaderMap,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, Refusal> {
        let rule = "Header x-merchantid must be sent once and not be empty";
        let value = once(headers, &MERCHANT_ID, Refusal::Malformed(rule), rule)?;
        match value {
            "" => Err(Refusal::Malformed(rule)),
            value if value == self.merchant_id => Ok(None),
            value if is_known(value) => Ok(Some(value.to_owned())),
            _ => Err(Refusal::AccessDenied),
        }
    }
}

fn check_version(headers: &HeaderMap) -> Result<(), Refusal> {
    let rule = "Header version must be sent once, as a date YYYY-MM-DD";
    let value = once(headers, &VERSION, Refusal::Malformed(rule), rule)?;
    if is_date(value) { Ok(()) } else { Err(Refusal::Malformed(rule)) }
}

fn check_routing_id(headers: &HeaderMap) -> Result<(), Refusal> {
    let rule = "Header x-routing-id must be sent once and not be empty";
    let value = once(headers, &ROUTING_ID, Refusal::Malformed(rule), rule)?;
    if value.is_empty() { Err(Refusal::Malformed(rule)) } else { Ok(()) }
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let rule = "Header Content-Type must be sent once, as application/json";
    let value = once(headers, &CONTENT_TYPE, Refusal::Malformed(rule), rule)?;
    let (media, parameter) = value.split_once(';').map_or((value, ""), |(media, rest)| (media, rest.trim()));
    let json = media.trim().eq_ignore_ascii_case("application/json");
    if json && (parameter.is_empty() || parameter.eq_ignore_ascii_case("charset=utf-8")) {
        Ok(())
    } else {
        Err(Refusal::OtherMediaType)
    }
}

/// The value of a header that stands there exactly once, as text.
fn once<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    missing: Refusal,
    rule: &'static str,
) -> Result<&'a str, Refusal> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().ok_or(missing)?;
    if values.next().is_some() {
        return Err(Refusal::Malformed(rule));
    }
    value.to_str().map_err(|_| Refusal::Malformed(rule))
}

fn is_date(text: &str) -> bool {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shaped && text.parse::<jiff::civil::Date>().is_ok()
}

/// The request body of the contract. A name that it does not have is refused: the client misspelt one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    card_reference: Option<String>,
    customer_id: Option<String>,
    #[serde(default, rename = "submerchantId", deserialize_with = "text")]
    submerchant_id: Option<String>,
}

/// A string and not null: the contract leaves the field out when there is nothing to say.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    String::deserialize(deserializer).map(Some)
}

/// Reads the request body of a merchant.
pub(super) fn read_body(bytes: &[u8], other_merchant: Option<String>) -> Result<Asked, Refusal> {
    // serde would also take an array for a struct.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::Malformed("The body must be a JSON object"));
    }
    let body: Body = serde_json::from_slice(bytes).map_err(|error| {
        Refusal::Malformed(if error.is_data() {
            "The body must hold card_reference, customer_id and at most submerchantId, each once and a string"
        } else {
            "The body is not valid JSON"
        })
    })?;
    if body.submerchant_id.as_ref().is_some_and(String::is_empty) {
        return Err(Refusal::Malformed("Field submerchantId must be left out or not be empty"));
    }
    Ok(Asked {
        reference: filled(body.card_reference, "Field card_reference is missing or empty")?,
        customer_id: filled(body.customer_id, "Field customer_id is missing or empty")?,
        other_merchant,
        submerchant_id: body.submerchant_id,
    })
}

fn filled(field: Option<String>, rule: &'static str) -> Result<String, Refusal> {
    field.filter(|value| !value.is_empty()).ok_or(Refusal::Malformed(rule))
}

/// The contract's body of a 400.
#[derive(Serialize)]
struct Failure {
    error: bool,
    user_message: &'static str,
    error_message: &'static str,
}

impl Refusal {
    /// The HTTP status of the refusal.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::UnknownPath => StatusCode::NOT_FOUND,
            Self::OtherMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::AccessDenied => StatusCode::UNAUTHORIZED,
            Self::Malformed(_) | Self::UnknownCard => StatusCode::BAD_REQUEST,
            Self::OtherMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The JSON body of the refusal: the contract's own shapes of 400 and 401.
    pub(super) fn body(self) -> String {
        let (user_message, error_message) = match self {
            Self::AccessDenied => return r#"{"status": "error", "error_code": "access_denied"}"#.to_owned(),
            Self::UnknownCard => ("Stored Card Entry Not Found", "Not Found"),
            Self::UnknownPath => ("The contract has one path, /v4/card/get, without a query", "Not Found"),
            Self::OtherMethod => ("The contract has one method, POST", "Method Not Allowed"),
            Self::Malformed(rule) => (rule, "Bad Request"),
            Self::OtherMediaType => {
                ("Header Content-Type must be application/json", "Unsupported Media Type")
            }
            Self::TooLarge => ("The body is larger than 64 KiB", "Payload Too Large"),
            Self::TooSlow => ("The body did not arrive within 10 seconds", "Request Timeout"),
            Self::Broken => ("The emulator could not make this answer", "Internal Server Error"),
        };
        let failure = Failure { error: true, user_message, error_message };
        serde_json::to_string(&failure).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_real_date_in_the_contracts_form_is_a_version() {
        assert!(is_date("2023-01-01"));
        for bad in [
            "",
            "2023-1-1",
            "20230101",
            "2023-13-01",
            "2023-02-30",
            "2023-01-01T00",
            "+023-01-01",
            "2023/01/01",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn a_whole_body_is_read_with_and_without_the_submerchant() {
        let of = |submerchant: Option<&str>| Asked {
            reference: "r".into(),
            customer_id: "c".into(),
            other_merchant: None,
            submerchant_id: submerchant.map(str::to_owned),
        };
        let plain = br#" {"card_reference": "r", "customer_id": "c"}"#;
        let reseller = br#"{"card_reference": "r", "customer_id": "c", "submerchantId": "airline1"}"#;
        assert_eq!(read_body(plain, None), Ok(of(None)));
        assert_eq!(read_body(reseller, None), Ok(of(Some("airline1"))));
    }

    #[test]
    fn a_body_that_breaks_the_contract_is_refused() {
        for bad in [
            "",
            "[\"r\", \"c\", \"s\"]",
            "{",
            r#"{"customer_id": "c"}"#,
            r#"{"card_reference": "r"}"#,
            r#"{"card_reference": "", "customer_id": "c"}"#,
            r#"{"card_reference": "r", "customer_id": ""}"#,
            r#"{"card_reference": null, "customer_id": "c"}"#,
            r#"{"card_reference": 1, "customer_id": "c"}"#,
            r#"{"card_reference": "r", "customer_id": "c", "submerchantId": ""}"#,
            r#"{"card_reference": "r", "customer_id": "c", "submerchantId": null}"#,
            r#"{"card_reference": "r", "customer_id": "c", "submerchant_id": "s"}"#,
            r#"{"card_reference": "r", "card_reference": "r", "customer_id": "c"}"#,
            r#"{"card_reference": "r", "customer_id": "c"} x"#,
        ] {
            assert!(matches!(read_body(bad.as_bytes(), None), Err(Refusal::Malformed(_))), "{bad}");
        }
    }

    #[test]
    fn no_refusal_repeats_what_was_sent() {
        let refusal =
            read_body(br#"{"card_reference": 4242424242424242, "customer_id": "c"}"#, None).unwrap_err();
        assert!(!refusal.body().contains("4242"));
    }
}
