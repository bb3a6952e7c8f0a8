//! From a request in plaintext to what may stay of it.
//!
//! What may not is known first; every text that is kept is then masked by it, and an id of which anything was masked is not
//! taken. Nothing is kept under a name that the contract does not have.

use zeroize::Zeroizing;

use super::authorization::authorization;
use super::request::{Member, Raw, RawBody, RawHead, Value, is_later};
use super::url::Url;
use super::{Body, Dropped, Head, Media, Pasted, Place, Shape, Told};
use crate::domain::request::{Draft, RequestField};
use crate::secret::{Masked, Needles, Secret, is_sensitive};

/// Headers of the contract.
const HEADERS: [&str; 5] = ["Authorization", "x-merchantid", "version", "x-routing-id", "Content-Type"];

/// Members of the contract's body.
const MEMBERS: [RequestField; 3] =
    [RequestField::CardReference, RequestField::CustomerId, RequestField::SubmerchantId];

/// Parts of names that mean data of a card.
const OF_A_CARD: [&str; 8] =
    ["cardnumber", "cardno", "cardexp", "expiry", "expmonth", "expyear", "cardholder", "nameoncard"];

/// Names that mean data of a card.
const CARD: [&str; 8] = ["pan", "cvv", "cvc", "cvv2", "cvc2", "csc", "securitycode", "cardsecuritycode"];

/// Characters of a secret that are looked for, and bytes of a text that is kept; no real one is longer.
const LONGEST_SECRET: usize = 4096;

/// Bytes of secrets that are looked for at most, so that the work is bounded. No request has as many; of one that does,
/// nothing is kept.
const MOST_SECRETS: usize = 16 * 1024;

/// Characters of a word in a path or of a name that are shown.
const LONGEST_WORD: usize = 40;

/// Digits in a word that is shown; one with more may be a number or a key.
const MOST_DIGITS: usize = 4;

/// What is known while a request is stripped.
#[derive(Default)]
struct Strip {
    needles: Needles,
    /// Bytes of what is looked for.
    known: usize,
    dropped: Dropped,
}

pub(super) fn strip(raw: &Raw) -> Pasted {
    let mut strip = Strip::default();
    if let Some(head) = &raw.head {
        strip.know_head(head);
    }
    let members = match &raw.body {
        RawBody::Object(members) | RawBody::Form(members) => members.as_slice(),
        _ => &[],
    };
    for (name, value) in members {
        strip.know_member(name, value);
    }
    let mut draft = Draft::default();
    let body = strip.body(&raw.body, members, &mut draft);
    let head = raw.head.as_ref().map(|head| strip.head(head, raw.is_glued, &mut draft));
    Pasted { kind: raw.kind, calls: raw.calls, head, body, draft, dropped: strip.dropped }
}

impl Strip {
    fn know(&mut self, text: &str) {
        if !is_later(text) {
            let start: Zeroizing<String> = Zeroizing::new(text.chars().take(LONGEST_SECRET).collect());
            self.known += start.len();
            if self.known <= MOST_SECRETS {
                self.needles.know(&Secret::new(&start));
            }
        }
    }

    fn know_head(&mut self, head: &RawHead) {
        for (name, value) in &head.headers {
            let name = name.trim();
            let is_key = is_sensitive(name) || name.to_ascii_lowercase().contains("cookie");
            if is_key && !value.is_empty() {
                self.dropped.key = true;
                // What base64 of it decodes to is looked for with it.
                let bare = value.split_once(' ').map_or(value.as_str(), |(_, rest)| rest).trim();
                self.know(bare);
            }
            self.dropped.card |= holds_card(value);
        }
        let url_user = head.url.as_deref().and_then(|url| Url::of(url).user);
        for user in head.user.as_deref().into_iter().chain(url_user) {
            self.dropped.key = true;
            self.know(user.trim_end_matches(':'));
        }
        self.dropped.card |= head.url.as_deref().is_some_and(holds_card);
    }

    fn know_member(&mut self, name: &str, value: &Value) {
        match value {
            Value::Map(members) => members.iter().for_each(|(name, value)| self.know_member(name, value)),
            Value::List(items) => items.iter().for_each(|item| self.know_member(name, item)),
            Value::Text(text) | Value::Bare(text) => {
                let (is_card, is_secret) = (is_of_card(name), is_sensitive(name));
                self.dropped.card |= (is_card && !text.is_empty()) || holds_card(text);
                self.dropped.secret |= is_secret && !is_card && !text.is_empty();
                if is_secret || holds_card(text) {
                    self.know(text);
                }
            }
        }
    }

    /// A text that may stay, or the mask.
    fn told(&self, text: &str) -> Masked {
        let is_judged = text.len() <= LONGEST_SECRET && self.known <= MOST_SECRETS;
        if is_judged { Masked::free_text(text, &self.needles) } else { Masked::hidden() }
    }

    /// A word that may be shown though nobody knows what it means.
    fn word(&self, text: &str) -> Masked {
        let is_word = text.len() <= LONGEST_WORD
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
            && text.chars().filter(char::is_ascii_digit).count() <= MOST_DIGITS;
        if is_word { self.told(text) } else { Masked::hidden() }
    }

    /// An id for the form: all of it or nothing.
    fn id(&self, text: &str) -> Option<String> {
        let told = self.told(text);
        (told.plain() == Some(text) && !is_later(text)).then(|| text.to_owned())
    }

    fn compared(&self, value: &str) -> Told {
        if is_later(value) { Told::Later } else { Told::Value(self.told(value)) }
    }

    fn head(&self, head: &RawHead, is_glued: bool, draft: &mut Draft) -> Head {
        let routing = head.one("x-routing-id");
        draft.routing_id = routing.and_then(|id| self.id(id)).unwrap_or_default();
        let twice = |name: &&str| {
            head.all(name).count() + usize::from(*name == "Authorization" && head.user.is_some()) > 1
        };
        Head {
            place: head.url.as_deref().map(|url| self.place(url)),
            is_post: head.method.eq_ignore_ascii_case("POST"),
            is_glued,
            authorization: authorization(head),
            merchant_id: head.one("x-merchantid").map(|value| self.compared(value)),
            version: head.one("version").map(|value| self.compared(value)),
            has_routing: routing.is_some(),
            media: media(head),
            twice: HEADERS.into_iter().filter(twice).collect(),
        }
    }

    fn place(&self, url: &str) -> Place {
        let url = Url::of(url);
        let name = url.host.rsplit_once(':').map_or(url.host, |(name, _)| name).trim_matches(['[', ']']);
        let is_loopback =
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let path = url.path.split('/').enumerate().flat_map(|(place, part)| {
            let slash = if place > 0 { Masked::ours("/") } else { Masked::default() };
            [slash, self.word(part)]
        });
        let is_secure = url.scheme.eq_ignore_ascii_case("https");
        let host = url.host.to_ascii_lowercase();
        let host = host.strip_suffix(":443").filter(|_| is_secure).unwrap_or(&host);
        let is_host =
            host.bytes().all(|b| b.is_ascii_alphanumeric() || b".:-[]".contains(&b)) && host.len() <= 253;
        Place {
            is_secure,
            host: if is_host { self.told(host) } else { Masked::hidden() },
            is_loopback,
            path: Masked::joined(path),
            has_user: url.user.is_some(),
            has_query: url.has_query,
        }
    }

    fn body(&self, raw: &RawBody, members: &[Member], draft: &mut Draft) -> Body {
        let shape = match raw {
            RawBody::Missing => Shape::Missing,
            RawBody::InFile => Shape::InFile,
            RawBody::Object(_) => Shape::Object,
            RawBody::Form(_) => Shape::Form,
            RawBody::Other => Shape::Other,
        };
        let mut body = Body { shape, ..Body::default() };
        for (name, value) in members {
            self.member(&mut body, draft, name, value);
        }
        body.missing = missing(shape, members);
        let count = |field: &RequestField| members.iter().filter(|(name, _)| name == field.name()).count();
        body.twice = MEMBERS.iter().filter(|field| count(field) > 1).map(|field| field.name()).collect();
        body
    }

    fn member(&self, body: &mut Body, draft: &mut Draft, name: &str, value: &Value) {
        let exact = MEMBERS.into_iter().find(|field| field.name() == name);
        let meant = exact.or_else(|| MEMBERS.into_iter().find(|field| folded(field.name()) == folded(name)));
        body.has_spaced_cryptogram |= is_spaced_cryptogram(name, value);
        match (meant, exact) {
            (Some(field), Some(_)) => self.field(body, draft, field, value),
            (Some(field), None) => {
                body.misnamed.push((self.word(name), field.name()));
                self.field(body, draft, field, value);
            }
            (None, _) => body.unknown.push(self.word(name)),
        }
    }

    fn field(&self, body: &mut Body, draft: &mut Draft, field: RequestField, value: &Value) {
        let Value::Text(text) = value else { return body.not_text.push(field.name()) };
        if field == RequestField::SubmerchantId && text.is_empty() {
            body.has_empty_submerchant = true;
        }
        match self.id(text) {
            Some(id) => *draft.get_mut(field) = id,
            None if !is_later(text) => body.stripped.push(field.name()),
            None => {}
        }
    }
}

/// What a body has to have and has not; nothing is said of one that cannot be read.
fn missing(shape: Shape, members: &[Member]) -> Vec<&'static str> {
    let is_read = matches!(shape, Shape::Object | Shape::Form);
    let has = |field: &RequestField| {
        let is_it = |(name, value): &Member| {
            folded(name) == folded(field.name()) && !matches!(value, Value::Text(text) if text.is_empty())
        };
        members.iter().any(is_it)
    };
    let needed = [RequestField::CardReference, RequestField::CustomerId].into_iter().filter(|_| is_read);
    needed.filter(|field| !has(field)).map(RequestField::name).collect()
}

fn media(head: &RawHead) -> Media {
    let Some(value) = head.one("content-type") else { return Media::Missing };
    match value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/json" => Media::Json,
        "application/x-www-form-urlencoded" | "multipart/form-data" => Media::Form,
        _ => Media::Other,
    }
}

/// A name without case and signs.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_of_card(name: &str) -> bool {
    let name = folded(name);
    CARD.contains(&name.as_str()) || OF_A_CARD.iter().any(|part| name.contains(part))
}

fn holds_card(text: &str) -> bool {
    Masked::free_text(text, &Needles::default()).plain().is_none()
}

/// A cryptogram in which a `+` became a blank.
fn is_spaced_cryptogram(name: &str, value: &Value) -> bool {
    let name = folded(name);
    let is_one = ["tavv", "cavv", "cryptogram"].iter().any(|part| name.contains(part));
    is_one && matches!(value, Value::Text(text) if text.trim().contains(' '))
}
