//! The rules: an id and a condition each, by theme.
//!
//! A theme is a list of questions, and a question a list of rules of which the first that fires is the answer: a cryptogram
//! that is missing is not also too short. Owns: the conditions and their order. Must not know: sentences (`texts`), verdicts.

mod card;
mod cryptogram;
mod draft;
mod eci;
mod network;
pub(super) mod paste;
mod refusal;
mod request;
mod state;
mod token;
mod transport;
mod unreadable;
mod whole;

use std::borrow::Cow;

use jiff::civil::Date;

use paste::Brought;

use super::networks::{self, Eci, Network};
pub use super::texts::{beside, ids as texts};
use super::{Evidence, Finding, Severity, ours, texts as table};
use crate::domain::answer::{Answer, Field, Held, Refusal};
use crate::domain::calendar::Expiry;
use crate::domain::exchange::Exchange;
use crate::domain::failure::{Failure, Unreadable};
use crate::domain::history::Entry;
use crate::domain::profile::Profile;
use crate::domain::request::{Draft, FieldFault, RequestField};
use crate::domain::sent::Sent;
use crate::secret::Masked;

/// What a condition saw: words for the sentences, and where.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) words: Vec<(&'static str, Masked)>,
    pub(super) evidence: Vec<Evidence>,
}

impl Seen {
    /// Seen in this field.
    fn at(field: impl Into<Cow<'static, str>>, value: Masked) -> Self {
        Self::default().and(field, value)
    }

    /// And in this one.
    fn and(mut self, field: impl Into<Cow<'static, str>>, value: Masked) -> Self {
        self.evidence.push(Evidence { field: field.into(), value });
        self
    }

    /// A word for the sentences.
    fn word(mut self, name: &'static str, text: Masked) -> Self {
        self.words.push((name, text));
        self
    }

    /// A word of ours.
    fn says(self, name: &'static str, text: &str) -> Self {
        self.word(name, ours(text))
    }
}

/// The contract's 200.
pub(super) struct Answered<'a> {
    pub(super) answer: &'a Answer,
    pub(super) today: Date,
    /// The network that the answer names, where it is known.
    pub(super) network: Option<&'static Network>,
    /// What its ECI is to that network.
    pub(super) eci: Option<Eci>,
    /// When the token expires, where that can be read.
    pub(super) expiry: Option<Expiry>,
}

impl<'a> Answered<'a> {
    pub(super) fn new(answer: &'a Answer, today: Date) -> Self {
        let network = answer.network.plain().and_then(networks::find);
        let eci = answer.eci.plain().map(|eci| networks::eci(network, eci));
        Self { answer, today, network, eci, expiry: token::expiry(&answer.token_details) }
    }
}

/// A refusal with what is known around it.
pub(super) struct Refused<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) refusal: &'a Refusal,
    pub(super) asked: Option<&'a Sent>,
    /// HTTP status; `None` for a body without one.
    pub(super) status: Option<u16>,
}

/// A place of a request that was typed: one of its fields, or none for what the profile adds.
pub(super) struct Drafted<'a> {
    pub(super) draft: &'a Draft,
    pub(super) profile: Option<&'a Profile>,
    pub(super) field: Option<RequestField>,
    /// Why it is not sent, as far as this place is to blame.
    pub(super) fault: Option<FieldFault>,
    /// Calls before it, newest first.
    pub(super) before: &'a [Entry],
}

/// A body that cannot be read.
pub(super) struct Unread<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) fault: Unreadable,
}

/// What there is to judge.
pub(super) enum Case<'a> {
    Answered(Answered<'a>),
    Refused(Refused<'a>),
    Unread(Unread<'a>),
    Failed(&'a Failure),
}

/// What a rule may be about.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    Reply(&'a Case<'a>),
    Draft(&'a Drafted<'a>),
    Paste(&'a Brought<'a>),
}

/// When a rule fires.
#[derive(Clone, Copy)]
enum Condition {
    Answer(fn(&Answered<'_>) -> Option<Seen>),
    Refusal(fn(&Refused<'_>) -> Option<Seen>),
    Unread(fn(&Unread<'_>) -> Option<Seen>),
    Failure(fn(&Failure) -> Option<Seen>),
    Draft(fn(&Drafted<'_>) -> Option<Seen>),
    Paste(fn(&Brought<'_>) -> Option<Seen>),
}

/// A rule: its text is under the same id in `assets/rules.toml`.
struct Rule {
    id: &'static str,
    condition: Condition,
}

/// A question: the first of its rules that fires answers it.
type Question = &'static [Rule];

const fn answer(id: &'static str, sees: fn(&Answered<'_>) -> Option<Seen>) -> Rule {
    Rule { id, condition: Condition::Answer(sees) }
}

const fn refusal(id: &'static str, sees: fn(&Refused<'_>) -> Option<Seen>) -> Rule {
    Rule { id, condition: Condition::Refusal(sees) }
}

const fn unread(id: &'static str, sees: fn(&Unread<'_>) -> Option<Seen>) -> Rule {
    Rule { id, condition: Condition::Unread(sees) }
}

const fn failure(id: &'static str, sees: fn(&Failure) -> Option<Seen>) -> Rule {
    Rule { id, condition: Condition::Failure(sees) }
}

const fn drafted(id: &'static str, sees: fn(&Drafted<'_>) -> Option<Seen>) -> Rule {
    Rule { id, condition: Condition::Draft(sees) }
}

const fn pasted(id: &'static str, sees: fn(&Brought<'_>) -> Option<Seen>) -> Rule {
    Rule { id, condition: Condition::Paste(sees) }
}

/// What is said of an answer in which nothing bad was found; it needs what was found, so it stands outside of the questions.
const USABLE: &str = "usable";

/// What is said of a field that must not be empty.
pub(super) const EMPTY_FIELD: &str = "field-empty";

/// A theme and its questions.
type Theme = (&'static str, &'static [Question]);

/// All questions about an answer, in order of weight: first whose answer it is and whether it can be read one way only, then the
/// token's state, and so on. Of findings that are equally bad the first gives the verdict its sentence.
const ANSWERS: &[Theme] = &[
    ("the answer as a whole", whole::QUESTIONS),
    ("token state", state::QUESTIONS),
    ("cryptogram", cryptogram::QUESTIONS),
    ("token number and expiry", token::QUESTIONS),
    ("card", card::QUESTIONS),
    ("network and requestor", network::QUESTIONS),
    ("ECI", eci::QUESTIONS),
];

/// What is asked of every other reply beside these, and never of an answer.
const OTHERS: &[Theme] = &[
    ("refusal", refusal::QUESTIONS),
    ("request", request::QUESTIONS),
    ("no answer", transport::QUESTIONS),
    ("unreadable", unreadable::QUESTIONS),
];

/// All questions about a request, before it is sent.
const LINTS: &[Theme] = &[
    ("before a send", draft::QUESTIONS),
    ("a pasted request, URL and headers", paste::HEAD),
    ("a pasted request, body", paste::BODY),
];

/// Every rule's id under its theme, in order of weight.
pub fn themes() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let others = [ANSWERS, OTHERS, LINTS].into_iter().flatten();
    let others = others.map(|(theme, questions)| (*theme, ids(questions)));
    std::iter::once(("a usable answer", vec![USABLE])).chain(others)
}

/// The ids of the rules about a request, which no reply fires.
pub fn lints() -> impl Iterator<Item = &'static str> {
    LINTS.iter().flat_map(|(_, questions)| ids(questions))
}

fn ids(questions: &[Question]) -> Vec<&'static str> {
    let mut ids: Vec<&str> = questions.iter().flat_map(|rules| rules.iter()).map(|rule| rule.id).collect();
    ids.dedup();
    ids
}

/// What the rules find, in order of weight.
pub(super) fn find(subject: Subject<'_>, production: bool) -> Vec<Finding> {
    let themes: [&[Theme]; 2] = match subject {
        Subject::Reply(Case::Answered(_)) => [ANSWERS, &[]],
        Subject::Reply(_) => [ANSWERS, OTHERS],
        Subject::Draft(_) | Subject::Paste(_) => [LINTS, &[]],
    };
    let mut found = Vec::new();
    for (_, questions) in themes.into_iter().flatten() {
        found.extend(questions.iter().filter_map(|rules| ask(rules, subject, production)));
    }
    found
}

/// What is said of an answer in which this was found, and nothing bad.
pub(super) fn usable(case: &Case<'_>, found: &[Finding]) -> Option<Finding> {
    let Case::Answered(case) = case else { return None };
    let warnings = found.iter().filter(|finding| finding.severity == Severity::Warning).count();
    Some(table::finding(USABLE, whole::usable(case, warnings), false))
}

fn ask(question: Question, subject: Subject<'_>, production: bool) -> Option<Finding> {
    let fires = |rule: &Rule| Some(table::finding(rule.id, rule.condition.sees(subject)?, production));
    question.iter().find_map(fires)
}

impl Condition {
    fn sees(self, subject: Subject<'_>) -> Option<Seen> {
        match (self, subject) {
            (Self::Draft(sees), Subject::Draft(case)) => sees(case),
            (Self::Paste(sees), Subject::Paste(case)) => sees(case),
            (_, Subject::Reply(case)) => self.sees_reply(case),
            _ => None,
        }
    }

    fn sees_reply(self, case: &Case<'_>) -> Option<Seen> {
        match (self, case) {
            (Self::Answer(sees), Case::Answered(case)) => sees(case),
            (Self::Refusal(sees), Case::Refused(case)) => sees(case),
            (Self::Unread(sees), Case::Unread(case)) => sees(case),
            (Self::Failure(sees), Case::Failed(failure)) => sees(failure),
            _ => None,
        }
    }
}

/// A word for what is not there.
fn absence(field: &Field) -> Option<&'static str> {
    match field {
        Field::Missing => Some("missing"),
        Field::Null => Some("null"),
        Field::Shown(text) if text.is_empty() => Some("empty"),
        _ => None,
    }
}

/// The same for what is held.
fn held_absence(held: &Held) -> Option<&'static str> {
    match held {
        Held::Missing => Some("missing"),
        Held::Null => Some("null"),
        Held::Value(secret) if secret.facts().length == 0 => Some("empty"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_asked_of_an_answer_has_no_rule_about_one() {
        let rules = || OTHERS.iter().flat_map(|(_, questions)| questions.iter().copied().flatten());
        assert!(rules().count() > 20);
        for rule in rules() {
            assert!(!matches!(rule.condition, Condition::Answer(_)), "{}", rule.id);
        }
    }
}
