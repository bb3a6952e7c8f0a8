//! The answer of the call, typed after the contract's 200, 400 and 401 and the error shape of the tokenization service.
//!
//! It is built from masked data only: what may be shown is a [`Field`], what may not is held as a [`Secret`].

use std::borrow::Cow;

use super::request::ValidRequest;
use crate::secret::{Entry, Masked, Node, Redacted, Secret};

/// A field that may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Field {
    /// Not in the answer.
    #[default]
    Missing,
    /// `null`; normal for some fields that the contract tags Mandatory (its own sample has three).
    Null,
    /// Its text; a number or boolean is written as JSON writes it.
    Shown(Masked),
    /// There, but hidden: it holds a secret, is of a wrong type or stands there twice.
    Hidden,
}

impl Field {
    /// The text, where nothing of it is hidden.
    pub fn plain(&self) -> Option<&str> {
        match self {
            Self::Shown(text) => text.plain(),
            _ => None,
        }
    }

    /// What stands in its place for a reader: its text, a word for what is not there, or the mask.
    pub fn shown(&self) -> Masked {
        self.to_show().into_owned()
    }

    /// The same to look at, since a text may be a mebibyte.
    pub fn to_show(&self) -> Cow<'_, Masked> {
        match self {
            Self::Missing => Cow::Owned(Masked::fixed("missing")),
            Self::Null => Cow::Owned(Masked::fixed("null")),
            Self::Shown(text) if text.is_empty() => Cow::Owned(Masked::fixed("empty")),
            Self::Shown(text) => Cow::Borrowed(text),
            Self::Hidden => Cow::Owned(Masked::hidden()),
        }
    }

    /// What a report or a history row holds of it; `None` where there is nothing.
    pub fn masked(&self) -> Option<Masked> {
        match self {
            Self::Missing | Self::Null => None,
            Self::Shown(text) => Some(text.clone()),
            Self::Hidden => Some(Masked::hidden()),
        }
    }

    /// Whether the field says something.
    pub fn is_present(&self) -> bool {
        !matches!(self, Self::Missing | Self::Null)
    }
}

/// A field whose value is held and not shown.
#[derive(Default)]
pub enum Held {
    /// Not in the answer.
    #[default]
    Missing,
    /// `null`.
    Null,
    /// The value.
    Value(Secret),
    /// There, but neither text nor number, or there twice.
    Unusable,
}

impl Held {
    /// The value, where there is one that is not empty.
    pub fn value(&self) -> Option<&Secret> {
        match self {
            Self::Value(secret) if secret.facts().length > 0 => Some(secret),
            _ => None,
        }
    }

    /// What a view shows in its place: a word, or the mask.
    pub fn masked(&self) -> Masked {
        match self {
            Self::Missing => Masked::fixed("missing"),
            Self::Null => Masked::fixed("null"),
            Self::Value(secret) if secret.facts().length == 0 => Masked::fixed("empty"),
            Self::Value(_) | Self::Unusable => Masked::hidden(),
        }
    }
}

/// The contract's `token_details`: the facts of the **token**.
#[expect(missing_docs, reason = "the names are the contract's")]
#[derive(Default)]
pub struct TokenDetails {
    pub status: Field,
    pub first_six: Field,
    pub last_four: Field,
    pub exp_month: Field,
    pub exp_year: Field,
    pub provider: Field,
    pub provider_category: Field,
}

/// The contract's `card_details`: the facts of the **card**, which has another number than its token.
#[derive(Default)]
pub struct CardDetails {
    /// Last four digits of the card.
    pub last_four: Field,
    /// Payment Account Reference: names the account behind card and tokens.
    pub par: Held,
    /// Month the card expires.
    pub exp_month: Held,
    /// Year the card expires.
    pub exp_year: Held,
}

/// A field of the answer that is not the one asked for (threat model, row 52).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// `reference` differs from the `card_reference` asked for.
    Reference,
    /// `customer_id` differs.
    Customer,
}

impl Mismatch {
    /// The contract's name of the field.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Customer => "customer_id",
        }
    }
}

/// The 200 of the contract.
#[derive(Default)]
pub struct Answer {
    /// Electronic Commerce Indicator.
    pub eci: Field,
    /// Name on the card.
    pub name_on_card: Held,
    /// Token requestor id (TRID).
    pub token_requestor_id: Field,
    /// Fingerprint of the card.
    pub fingerprint: Held,
    /// CREDIT, DEBIT and the like.
    pub card_type: Field,
    /// The `card_reference` that was asked for.
    pub reference: Field,
    /// The customer that was asked for.
    pub customer_id: Field,
    /// Sub type of the card.
    pub sub_type: Field,
    /// The card network.
    pub network: Field,
    /// Facts of the token.
    pub token_details: TokenDetails,
    /// The issuer's country.
    pub issuer_country_code: Field,
    /// The cryptogram (TAVV): single-use proof that goes with the token.
    pub cryptogram: Held,
    /// The network token: the number that goes in place of the card's.
    pub token: Held,
    /// The customer's name for the card.
    pub nickname: Held,
    /// The bank that issued the card.
    pub issuer: Field,
    /// Facts of the card.
    pub card_details: CardDetails,
    /// The whole answer, masked, in its own order; also what the contract does not name.
    pub tree: Node,
    /// Where it is not the answer to what was asked.
    pub mismatches: Vec<Mismatch>,
    /// Contract fields that stand in it more than once, by path.
    pub duplicated: Vec<String>,
}

impl Answer {
    /// Types a redacted body.
    pub(super) fn of(mut body: Redacted, asked: Option<&ValidRequest>) -> Box<Self> {
        let (mut answer, tree) = (Box::<Self>::default(), std::mem::take(&mut body.tree));
        answer.read("", &tree, &mut body);
        answer.duplicated = body.duplicated;
        answer.tree = tree;
        answer.mismatches = asked.map(|asked| answer.mismatches(asked)).unwrap_or_default();
        answer
    }

    /// Reads an object of the body: the whole, of no name, or one in it. Of a name that stands twice every value is hidden, so
    /// that the last is as good as the first.
    fn read(&mut self, object: &str, node: &Node, body: &mut Redacted) {
        for Entry { name, value, .. } in members(node) {
            let name = name.plain().unwrap_or_default();
            match self.slot(object, name) {
                Some(Slot::Shown(slot)) => *slot = field(Some(value)),
                Some(Slot::Held(slot, path)) => *slot = held(value, body.take(path)),
                // The contract has no object in an object of the body.
                None if object.is_empty() => self.read(name, value, body),
                None => {}
            }
        }
    }

    /// Where a member of an object is kept.
    fn slot(&mut self, object: &str, name: &str) -> Option<Slot<'_>> {
        match object {
            "" => self.own_slot(name),
            "token_details" => self.token_details.slot(name),
            "authentication_details" => Some(match name {
                "cryptogram" => Slot::Held(&mut self.cryptogram, "authentication_details.cryptogram"),
                "token" => Slot::Held(&mut self.token, "authentication_details.token"),
                _ => return None,
            }),
            "card_details" => self.card_details.slot(name),
            _ => None,
        }
    }

    fn own_slot(&mut self, name: &str) -> Option<Slot<'_>> {
        Some(match name {
            "eci" => Slot::Shown(&mut self.eci),
            "name_on_card" => Slot::Held(&mut self.name_on_card, "name_on_card"),
            "token_requestor_id" => Slot::Shown(&mut self.token_requestor_id),
            "fingerprint" => Slot::Held(&mut self.fingerprint, "fingerprint"),
            "card_type" => Slot::Shown(&mut self.card_type),
            "reference" => Slot::Shown(&mut self.reference),
            "customer_id" => Slot::Shown(&mut self.customer_id),
            "sub_type" => Slot::Shown(&mut self.sub_type),
            "network" => Slot::Shown(&mut self.network),
            "issuer_country_code" => Slot::Shown(&mut self.issuer_country_code),
            "nickname" => Slot::Held(&mut self.nickname, "nickname"),
            "issuer" => Slot::Shown(&mut self.issuer),
            _ => return None,
        })
    }

    /// The personal fields, under the names that a person knows them by.
    pub fn personal(&self) -> impl Iterator<Item = (&'static str, &Held)> {
        let all = [
            ("card name", &self.name_on_card),
            ("nickname", &self.nickname),
            ("PAR", &self.card_details.par),
            ("fingerprint", &self.fingerprint),
            ("card month", &self.card_details.exp_month),
            ("card year", &self.card_details.exp_year),
        ];
        all.into_iter()
    }

    fn mismatches(&self, asked: &ValidRequest) -> Vec<Mismatch> {
        let differs = |field: &Field, asked: &str| field.is_present() && field.plain() != Some(asked);
        let reference = differs(&self.reference, asked.card_reference()).then_some(Mismatch::Reference);
        let customer = differs(&self.customer_id, asked.customer_id()).then_some(Mismatch::Customer);
        reference.into_iter().chain(customer).collect()
    }
}

/// What an API says when it refuses: the contract's 400 and 401 and the tokenization service's `error_info`
/// (contract/domain.md, section 2, source HS).
#[expect(missing_docs, reason = "the names are the contract's")]
pub struct Refusal {
    pub error: Field,
    pub error_message: Field,
    pub user_message: Field,
    pub error_code: Field,
    pub status: Field,
    pub info_code: Field,
    pub info_category: Field,
    pub info_user_message: Field,
    pub info_developer_message: Field,
    /// The whole body, masked; `None` where it is no JSON object.
    pub tree: Option<Node>,
}

impl Refusal {
    /// Types a redacted body, or an empty refusal where there was none to read.
    pub(super) fn of(body: Option<Redacted>) -> Self {
        let tree = body.map(|body| body.tree).filter(|tree| matches!(tree, Node::Map(_)));
        let read = |path| tree.as_ref().map_or(Field::Missing, |tree| field_at(tree, path));
        Self {
            error: read("error"),
            error_message: read("error_message"),
            user_message: read("user_message"),
            error_code: read("error_code"),
            status: read("status"),
            info_code: read("error_info.code"),
            info_category: read("error_info.category"),
            info_user_message: read("error_info.user_message"),
            info_developer_message: read("error_info.developer_message"),
            tree,
        }
    }

    /// The most telling text that the API gave: developer message, user message, error message, code.
    pub fn told(&self) -> Option<Masked> {
        [&self.info_developer_message, &self.user_message, &self.info_user_message, &self.error_message]
            .into_iter()
            .chain([&self.error_code, &self.info_code])
            .find_map(Field::masked)
    }
}

/// Whether a body has the shape of an error: `error` true (as boolean or text), `status` "error", an `error_code` or
/// `error_info`.
pub(super) fn is_error(tree: &Node) -> bool {
    let says = |value, word: &str| field(Some(value)).plain().is_some_and(|it| it.eq_ignore_ascii_case(word));
    members(tree).iter().any(|Entry { name, value, .. }| match name.plain().unwrap_or_default() {
        "error" => says(value, "true"),
        "status" => says(value, "error"),
        "error_code" | "error_info" => *value != Node::Null,
        _ => false,
    })
}

/// Whether a body has a field of the contract's 200.
pub(super) fn is_answer(tree: &Node) -> bool {
    members(tree).iter().any(|Entry { name, value, .. }| {
        let is_named = matches!(
            name.plain().unwrap_or_default(),
            "authentication_details" | "token_details" | "card_details" | "reference" | "network"
        );
        is_named && *value != Node::Null
    })
}

/// Where a value of the answer is kept.
enum Slot<'a> {
    /// A field that may be shown.
    Shown(&'a mut Field),
    /// One that is held, and its path.
    Held(&'a mut Held, &'static str),
}

impl TokenDetails {
    fn slot(&mut self, name: &str) -> Option<Slot<'_>> {
        Some(Slot::Shown(match name {
            "status" => &mut self.status,
            "first_six" => &mut self.first_six,
            "last_four" => &mut self.last_four,
            "exp_month" => &mut self.exp_month,
            "exp_year" => &mut self.exp_year,
            "provider" => &mut self.provider,
            "provider_category" => &mut self.provider_category,
            _ => return None,
        }))
    }
}

impl CardDetails {
    fn slot(&mut self, name: &str) -> Option<Slot<'_>> {
        Some(match name {
            "last_four" => Slot::Shown(&mut self.last_four),
            "par" => Slot::Held(&mut self.par, "card_details.par"),
            "exp_month" => Slot::Held(&mut self.exp_month, "card_details.exp_month"),
            "exp_year" => Slot::Held(&mut self.exp_year, "card_details.exp_year"),
            _ => return None,
        })
    }
}

/// A value that is there, with what was taken out of it.
fn held(node: &Node, secret: Option<Secret>) -> Held {
    match (node, secret) {
        (Node::Null, _) => Held::Null,
        (_, Some(secret)) => Held::Value(secret),
        (_, None) => Held::Unusable,
    }
}

/// The members of an object; none of anything else.
fn members(node: &Node) -> &[Entry] {
    if let Node::Map(entries) = node { entries } else { &[] }
}

fn field_at(tree: &Node, path: &str) -> Field {
    field(find(tree, path))
}

fn field(node: Option<&Node>) -> Field {
    match node {
        None => Field::Missing,
        Some(Node::Null) => Field::Null,
        Some(Node::Bool(value)) => Field::Shown(Masked::ours(if *value { "true" } else { "false" })),
        Some(Node::Number(text) | Node::Text(text)) => Field::Shown(text.clone()),
        Some(Node::Hidden | Node::Map(_)) => Field::Hidden,
    }
}

fn find<'a>(tree: &'a Node, path: &str) -> Option<&'a Node> {
    path.split('.').try_fold(tree, member)
}

/// A member of an object by its name; the first, where there are several.
fn member<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    members(node).iter().find(|entry| entry.name.plain() == Some(name)).map(|entry| &entry.value)
}
