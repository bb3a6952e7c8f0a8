//! One call and what came back of it: the reading of a whole HTTP answer.

use std::time::Duration;

use super::answer::{Answer, Refusal, is_answer, is_error};
use super::failure::{Failure, Processed, Unreadable};
use super::request::ValidRequest;
use crate::secret::{Masked, Needles, Node, Redacted, header_is_shown, redact};

/// The largest body that is read, in bytes (threat model, row 50).
pub const LARGEST_BODY: usize = 1024 * 1024;

/// Where the time of a call went. What is not known, or did not happen, is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// For the look-up of the name; there is none for an address and on a connection that was kept.
    pub lookup: Option<Duration>,
    /// For the connection with its TLS, without the look-up; there is none on a connection that was kept.
    pub connect: Option<Duration>,
    /// Until the first byte of the answer.
    pub first_byte: Option<Duration>,
    /// Until the end of the answer, or of the attempt.
    pub total: Duration,
}

/// A part of the time of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its name in a report.
    pub name: &'static str,
    /// Its name for a person.
    pub label: &'static str,
    /// How long it took.
    pub time: Option<Duration>,
}

impl Timing {
    /// The parts in their order. Those that are known add up to the total of a call that an answer began to.
    pub fn parts(&self) -> [Part; 4] {
        let before = self.lookup.unwrap_or_default() + self.connect.unwrap_or_default();
        let part = |name, label, time| Part { name, label, time };
        [
            part("lookup", "lookup", self.lookup),
            part("connect", "connect+TLS", self.connect),
            part("first_byte", "first byte", self.first_byte.map(|at| at.saturating_sub(before))),
            part("rest", "rest", self.first_byte.map(|at| self.total.saturating_sub(at))),
        ]
    }

    /// Whether any part of it is known.
    pub fn has_parts(&self) -> bool {
        self.parts().iter().any(|part| part.time.is_some())
    }
}

/// A response header; the value of most is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name, sanitised.
    pub name: Masked,
    /// Its value, masked.
    pub value: Masked,
}

/// A whole HTTP answer in plaintext, as it is handed over by an adapter; it is read at once and not kept.
pub struct RawReply<'a> {
    /// HTTP status.
    pub status: u16,
    /// Names and values as they came.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The body, not decoded.
    pub body: &'a [u8],
}

/// What a whole HTTP answer means.
pub enum Outcome {
    /// The contract's 200.
    Answered(Box<Answer>),
    /// The API refused: any 4xx or 5xx whatever its body, or an error shape under 2xx.
    Refused(Box<Refusal>),
    /// It cannot be read as the contract.
    Unreadable(Unreadable),
}

/// A whole answer, masked.
pub struct Exchange {
    /// HTTP status.
    pub status: u16,
    /// The headers, masked.
    pub headers: Vec<Header>,
    /// What it means.
    pub outcome: Outcome,
    /// Where the time went.
    pub timing: Timing,
}

/// A whole answer masked and not judged, whatever JSON its body is.
pub struct Cover {
    /// The headers, masked.
    pub headers: Vec<Header>,
    /// The body, masked.
    pub tree: Node,
}

impl Cover {
    /// Masks an answer.
    pub fn of(raw: &RawReply<'_>) -> Result<Self, Unreadable> {
        let mut needles = Needles::default();
        let body = body(raw, &mut needles)?;
        Ok(Self { headers: headers(raw, &needles), tree: body.tree })
    }
}

/// How a send ended.
pub enum Reply {
    /// A whole HTTP answer came.
    Came(Exchange),
    /// None did.
    Failed(Failure, Timing),
}

impl Reply {
    /// The HTTP status, where an answer came.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Came(exchange) => Some(exchange.status),
            Self::Failed(..) => None,
        }
    }

    /// Where the time went.
    pub fn timing(&self) -> Timing {
        match self {
            Self::Came(exchange) => exchange.timing,
            Self::Failed(_, timing) => *timing,
        }
    }

    /// Whether the server may have processed the call.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::Came(_) => true,
            Self::Failed(failure, _) => failure.processed() == Processed::Maybe,
        }
    }

    /// The exchange, where a whole HTTP answer came.
    pub fn exchange(&self) -> Option<&Exchange> {
        match self {
            Self::Came(exchange) => Some(exchange),
            Self::Failed(..) => None,
        }
    }

    /// The contract's 200, where one came.
    pub fn answer(&self) -> Option<&Answer> {
        self.exchange()?.answer()
    }
}

impl Exchange {
    /// Reads a whole answer. `needles` holds the key; `asked` is what the answer is held against.
    pub fn read(
        raw: &RawReply<'_>,
        asked: Option<&ValidRequest>,
        mut needles: Needles,
        timing: Timing,
    ) -> Self {
        if let Some(asked) = asked {
            needles.spare(asked.ids());
        }
        let outcome = outcome(raw, asked, &mut needles);
        Self { status: raw.status, headers: headers(raw, &needles), outcome, timing }
    }

    /// The contract's 200, where it is one.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    /// The value of a shown header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&Masked> {
        let is_it = |header: &&Header| header.name.plain().is_some_and(|it| it.eq_ignore_ascii_case(name));
        self.headers.iter().find(is_it).map(|header| &header.value)
    }
}

fn outcome(raw: &RawReply<'_>, asked: Option<&ValidRequest>, needles: &mut Needles) -> Outcome {
    let body = body(raw, needles);
    if !(200..300).contains(&raw.status) {
        return Outcome::Refused(Box::new(Refusal::of(body.ok())));
    }
    match body {
        Err(fault) => Outcome::Unreadable(fault),
        Ok(body) if !matches!(body.tree, Node::Map(_)) => Outcome::Unreadable(Unreadable::NotAnObject),
        Ok(body) if is_error(&body.tree) => Outcome::Refused(Box::new(Refusal::of(Some(body)))),
        Ok(body) if is_answer(&body.tree) => Outcome::Answered(Answer::of(body, asked)),
        Ok(_) => Outcome::Unreadable(Unreadable::NotTheContract),
    }
}

/// The body, masked. The secrets of it are known then, for the headers too.
fn body(raw: &RawReply<'_>, needles: &mut Needles) -> Result<Redacted, Unreadable> {
    let encodes =
        |name: &str, value: &[u8]| name.eq_ignore_ascii_case("content-encoding") && !is_identity(value);
    if raw.headers.iter().any(|(name, value)| encodes(name, value)) {
        return Err(Unreadable::Encoded);
    }
    redact(raw.body, needles).map_err(Unreadable::Body)
}

fn headers(raw: &RawReply<'_>, needles: &Needles) -> Vec<Header> {
    raw.headers.iter().map(|(name, value)| header(name, value, needles)).collect()
}

fn is_identity(value: &[u8]) -> bool {
    value.trim_ascii().eq_ignore_ascii_case(b"identity")
}

fn header(name: &str, value: &[u8], needles: &Needles) -> Header {
    let shown = |text: &str| of_http(text).unwrap_or_else(|| Masked::free_text(text, needles));
    let value = if header_is_shown(name) { shown(&String::from_utf8_lossy(value)) } else { Masked::hidden() };
    Header { name: shown(name), value }
}

/// A word that stands in every such answer is public, whatever is known, as is a name of the contract at its place. A search
/// for secrets in it would cost as much as one in the whole body.
fn of_http(text: &str) -> Option<Masked> {
    let place = OF_HTTP.binary_search_by_key(&by_length(text), |word| by_length(word)).ok()?;
    OF_HTTP.get(place).map(|word| Masked::fixed(word))
}

/// Texts in an order in which hardly any are compared byte by byte.
fn by_length(text: &str) -> (usize, &str) {
    (text.len(), text)
}

/// Names of headers, and types of a body, as servers and the proxies before them write them; in the order of [`by_length`].
const OF_HTTP: [&str; 43] = [
    "age",
    "via",
    "date",
    "etag",
    "vary",
    "allow",
    "pragma",
    "server",
    "alt-svc",
    "expires",
    "location",
    "connection",
    "keep-alive",
    "set-cookie",
    "retry-after",
    "content-type",
    "x-powered-by",
    "x-request-id",
    "accept-ranges",
    "cache-control",
    "last-modified",
    "x-response-id",
    "content-length",
    "referrer-policy",
    "x-frame-options",
    "application/json",
    "content-encoding",
    "content-language",
    "www-authenticate",
    "x-xss-protection",
    "transfer-encoding",
    "x-content-type-options",
    "content-security-policy",
    "strict-transport-security",
    "access-control-allow-origin",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "application/json;charset=UTF-8",
    "application/json;charset=utf-8",
    "application/json; charset=UTF-8",
    "application/json; charset=utf-8",
    "access-control-allow-credentials",
];

#[cfg(test)]
mod tests {
    use super::super::profile::demo_profile;
    use super::super::request::Draft;
    use super::*;

    #[test]
    fn each_id_that_was_asked_for_is_no_secret_under_whatever_name_it_comes_back() {
        let ids = ["card_9041", "cust_8841", "route_7731", "sub_5512"];
        let [card_reference, customer_id, routing_id, submerchant_id] = ids.map(str::to_owned);
        let draft = Draft { card_reference, customer_id, routing_id, submerchant_id };
        let asked = draft.validate(&demo_profile(([127, 0, 0, 1], 1).into(), "acme")).unwrap();
        for id in ids {
            let body = format!(r#"{{"network":"VISA","issuer":"{id}","card":{{"pan":"{id}"}}}}"#);
            let raw = RawReply { status: 200, headers: &[], body: body.as_bytes() };
            let read = |asked| Exchange::read(&raw, asked, Needles::default(), Timing::default());
            let issuer = |read: &Exchange| read.answer().unwrap().issuer.plain().map(str::to_owned);
            assert_eq!(issuer(&read(Some(&asked))).as_deref(), Some(id));
            assert_eq!(issuer(&read(None)), None);
        }
    }

    #[test]
    fn each_word_of_http_is_found() {
        assert!(OF_HTTP.is_sorted_by_key(|word| by_length(word)));
        for word in OF_HTTP {
            assert_eq!(of_http(word), Some(Masked::ours(word)));
        }
        assert_eq!(of_http("Content-Type"), None);
    }
}
