//! Answers that hold secrets where they belong and where they do not, in every way of writing them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::encode;
use super::plant::{Place, Plant, plant};

/// What is planted, of letters and digits of which no six stand together in any text of ours.
#[derive(Debug, Clone)]
pub struct Secrets {
    pub key: String,
    pub token: String,
    pub cryptogram: String,
    pub par: String,
    pub fingerprint: String,
    /// Under a name that means a secret, somewhere else than in the contract's places.
    pub other: String,
}

impl Secrets {
    pub fn all(&self) -> [&str; 6] {
        [&self.key, &self.token, &self.cryptogram, &self.par, &self.fingerprint, &self.other]
    }

    pub fn basic(&self) -> String {
        encode::base64(&format!("{}:", self.key), 0, false)
    }
}

pub fn secrets() -> impl Strategy<Value = Secrets> {
    (
        "[QXZJKWqxzjkw479]{16,40}",
        "[479]{13,19}",
        "[QXZJKWqxzjkw479]{5}[QXZJKWqxzjkw479+/]{10,34}={0,2}",
        "[QXZJKW479]{29}",
        "[qxzjkw479]{12,32}",
        "[QXZJKWqxzjkw479]{2,12}[479][QXZJKWqxzjkw479]{3,12}",
    )
        .prop_map(|(key, token, cryptogram, par, fingerprint, other)| Secrets {
            key,
            token,
            cryptogram,
            par,
            fingerprint,
            other,
        })
}

/// JSON as it is sent: a name may stand twice.
#[derive(Debug, Clone)]
pub enum Json {
    Bare(String),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Json {
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub fn written(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        match self {
            Self::Bare(text) => text.clone(),
            Self::Text(text) => quoted(text),
            Self::List(items) => format!("[{}]", joined(items.iter().map(Self::written))),
            Self::Map(members) => {
                let member = |(name, value): &(String, Json)| format!("{}:{}", quoted(name), value.written());
                format!("{{{}}}", joined(members.iter().map(member)))
            }
        }
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

/// A whole answer and what is hidden in it.
#[derive(Debug, Clone)]
pub struct Case {
    pub secrets: Secrets,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Json,
    /// The texts that hold a secret, as they stand in headers, names and values.
    pub plants: Vec<String>,
    /// The parts of secrets that are written there.
    pub parts: Vec<String>,
}

/// How the secrets themselves are sent.
#[derive(Debug, Clone)]
pub struct Shape {
    token_is_number: bool,
    cryptogram_is_object: bool,
    twice: bool,
    sensitive: String,
    status: u16,
}

fn shape() -> impl Strategy<Value = Shape> {
    let names = [
        "tavv",
        "Card-Number",
        "PAN",
        "apiKey",
        "networkToken",
        "accountNumber",
        "C_V_V",
        "ｃａｖｖ",
        "to\u{200b}ken",
        "crypto gram",
        "DPAN",
        "\u{441}ryptogram",
        "t\u{3bf}ken",
        "payment_token",
        "cryptogramValue",
    ];
    let statuses = [200, 200, 200, 400, 401, 502];
    (any::<bool>(), any::<bool>(), any::<bool>(), select(names.to_vec()), select(statuses.to_vec())).prop_map(
        |(token_is_number, cryptogram_is_object, twice, sensitive, status)| Shape {
            token_is_number,
            cryptogram_is_object,
            twice,
            sensitive: sensitive.to_owned(),
            status,
        },
    )
}

/// The secrets in the contract's places, as the contract has them.
pub fn plain_shape() -> Shape {
    Shape {
        token_is_number: false,
        cryptogram_is_object: false,
        twice: false,
        sensitive: "cavv".into(),
        status: 200,
    }
}

pub fn case() -> impl Strategy<Value = Case> {
    (secrets(), shape(), vec(plant(), 1..4))
        .prop_map(|(secrets, shape, plants)| build(secrets, &shape, &plants))
}

fn build(secrets: Secrets, shape: &Shape, plants: &[Plant]) -> Case {
    let mut case = Case {
        status: shape.status,
        headers: headers(),
        body: base(&secrets, shape),
        plants: vec![],
        parts: vec![],
        secrets,
    };
    for plant in plants {
        let part = plant.chosen(&case.secrets);
        let text = plant.written(&part);
        let around = plant.around(&text);
        case.parts.push(part);
        case.plants.push(text);
        put(&mut case, plant.place, around);
    }
    case
}

fn headers() -> Vec<(String, String)> {
    vec![("content-type".into(), "application/json".into()), ("x-request-id".into(), "req-1".into())]
}

pub fn base(secrets: &Secrets, shape: &Shape) -> Json {
    let token =
        if shape.token_is_number { Json::Bare(secrets.token.clone()) } else { Json::text(&secrets.token) };
    let cryptogram = Json::text(&secrets.cryptogram);
    let cryptogram = if shape.cryptogram_is_object {
        Json::Map(vec![("value".into(), Json::List(vec![cryptogram]))])
    } else {
        cryptogram
    };
    let mut inner = vec![("cryptogram".to_owned(), cryptogram), ("token".to_owned(), token)];
    if shape.twice {
        inner.push(("token".into(), Json::text("other")));
    }
    let card = vec![("last_four".to_owned(), Json::text("9426")), ("par".into(), Json::text(&secrets.par))];
    let details = vec![("status".to_owned(), Json::text("ACTIVE"))];
    Json::Map(vec![
        ("fingerprint".into(), Json::text(&secrets.fingerprint)),
        ("token_details".into(), Json::Map(details)),
        ("authentication_details".into(), Json::Map(inner)),
        ("card_details".into(), Json::Map(card)),
        (
            "deep".into(),
            Json::List(vec![Json::Map(vec![(shape.sensitive.clone(), Json::text(&secrets.other))])]),
        ),
    ])
}

fn put(case: &mut Case, place: Place, text: String) {
    match place {
        Place::Named(path) => set(&mut case.body, path, Json::Text(text)),
        Place::Unknown => set(&mut case.body, "unknown", Json::Text(text)),
        Place::Nested => {
            let list = Json::List(vec![Json::Bare("17.25".into()), Json::Text(text)]);
            set(&mut case.body, "extra", Json::Map(vec![("inside".into(), list)]));
        }
        Place::Name => set(&mut case.body, &text.replace('.', " "), Json::Bare("null".into())),
        Place::InnerName => {
            set(&mut case.body, &format!("card_details.{}", text.replace('.', " ")), Json::text("x"));
        }
        Place::ShownHeader => case.headers.push(("x-trace-id".into(), text)),
        Place::HiddenHeader => case.headers.push(("set-cookie".into(), text)),
        Place::HeaderName => case.headers.push((text, "1".into())),
    }
}

/// Adds a member at a path of one or two names.
pub fn set(body: &mut Json, path: &str, value: Json) {
    let Json::Map(members) = body else { return };
    match path.split_once('.') {
        None => members.push((path.to_owned(), value)),
        Some((outer, inner)) => match members.iter_mut().find(|(name, _)| name == outer) {
            Some((_, object)) => set(object, inner, value),
            None => members.push((outer.to_owned(), Json::Map(vec![(inner.to_owned(), value)]))),
        },
    }
}
