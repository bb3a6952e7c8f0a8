//! What the calls come to: one text of `assets/probe.toml`, filled in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Form, Heard, Input, Plan, Tried, Variation};
use crate::diagnosis::texts::Sentence;
use crate::diagnosis::{Confidence, ours};
use crate::domain::failure::Processed;
use crate::secret::Masked;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    // A table that cannot be read has no texts; a test reads all of it.
    toml::from_str(include_str!("../../../../assets/probe.toml")).unwrap_or_default()
});

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    sources: BTreeMap<String, String>,
    conclusions: BTreeMap<String, Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    confidence: Confidence,
    source: String,
    meaning: Sentence,
    action: Sentence,
}

/// The ids that have a text.
pub fn text_ids() -> impl Iterator<Item = &'static str> {
    TEXTS.conclusions.keys().map(String::as_str)
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Every call was made, or one of them said enough.
    Done,
    /// The user ended it.
    Cancelled,
    /// The next call was not sent; the sentence says why.
    NotSent(Masked),
}

/// What the calls come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    /// A name that stays the same over versions.
    pub id: &'static str,
    /// What was found.
    pub meaning: Masked,
    /// What to do next.
    pub action: Masked,
    /// Where the knowledge comes from.
    pub source: &'static str,
    /// How far to trust it.
    pub confidence: Confidence,
    /// The call that answers, by its place in the plan.
    pub answered: Option<usize>,
}

/// Concludes from the calls that were made, in the order of the plan. An answer weighs more than how the run ended.
pub fn conclude(plan: &Plan, tried: &[Tried], end: &End) -> Conclusion {
    let answered: Vec<usize> =
        (0..).zip(tried).filter(|(_, it)| it.heard == Heard::Answered).map(|(at, _)| at).collect();
    let (id, words) = match answered.as_slice() {
        [] => without_answer(plan, tried, end),
        [at] => with_answer(plan, tried, *at),
        more => ("several-answer", several(plan, more)),
    };
    let words = [words, vec![("made", made(plan, tried))]].concat();
    let text = TEXTS.conclusions.get(id);
    let filled =
        |read: fn(&Text) -> &Sentence| text.map_or_else(|| ours(id), |text| read(text).filled(&words));
    Conclusion {
        id,
        meaning: filled(|text| &text.meaning),
        action: filled(|text| &text.action),
        source: text.and_then(|text| TEXTS.sources.get(&text.source)).map_or("", String::as_str),
        confidence: text.map_or(Confidence::Hint, |text| text.confidence),
        answered: answered.first().copied(),
    }
}

type Words = Vec<(&'static str, Masked)>;

/// One call answers: the input that it changed is the wrong one.
fn with_answer(plan: &Plan, tried: &[Tried], at: usize) -> (&'static str, Words) {
    let (Some(call), Some(it)) = (plan.calls.get(at), tried.get(at)) else {
        return ("none-answers", Vec::new());
    };
    let id = match call.input {
        Input::Merchant => "wrong-merchant",
        Input::Customer => "wrong-customer",
        Input::Reference => "wrong-reference",
        Input::Submerchant if call.inputs.submerchant_id.is_empty() => "wrong-submerchant-sent",
        Input::Submerchant if plan.base.submerchant_id.is_empty() => "wrong-submerchant-missing",
        Input::Submerchant => "wrong-submerchant",
        Input::Routing => "wrong-routing",
    };
    let words = vec![
        ("word", ours(it.verdict.word())),
        ("value", call.inputs.shown(call.input)),
        ("profile", Masked::typed(&call.inputs.profile.name)),
        ("form", ours(meant(call.inputs.form))),
    ];
    (id, words)
}

/// What was amiss with the reference, by the form that answers.
fn meant(form: Form) -> &'static str {
    match form {
        Form::AsSent => "as it was sent",
        Form::Within => "alone, without the text around it",
        Form::Trimmed => "without the characters around it",
        Form::Prefixed => "with token_ before it",
        Form::Lower => "in small letters",
        Form::Upper => "in capitals",
    }
}

fn several(plan: &Plan, answered: &[usize]) -> Words {
    let told = |call: &Variation| {
        Masked::joined([ours(call.input.name()), ours(" "), call.inputs.shown(call.input)])
    };
    let mut all = Masked::default();
    for call in answered.iter().filter_map(|at| plan.calls.get(*at)) {
        if !all.is_empty() {
            all.push_ours(", ");
        }
        all.push(&told(call));
    }
    vec![("all", all)]
}

fn without_answer(plan: &Plan, tried: &[Tried], end: &End) -> (&'static str, Words) {
    if let End::NotSent(why) = end {
        return ("not-sent", vec![("why", why.clone())]);
    }
    let last = tried.last();
    let status = last.and_then(|it| it.status).map_or_else(String::new, |status| format!("HTTP {status}"));
    let number = last.map_or_else(String::new, |it| format!("#{}", it.number));
    let under =
        plan.calls.get(tried.len().saturating_sub(1)).map(|call| Masked::typed(&call.inputs.profile.name));
    let words = |doubt: &str| {
        vec![
            ("status", ours(&status)),
            ("call", ours(&number)),
            ("profile", under.clone().unwrap_or_default()),
            ("doubt", ours(doubt)),
        ]
    };
    let may = "The server may have processed it and minted a cryptogram that nobody saw.";
    match last.map(|it| it.heard) {
        Some(Heard::TooMany) => ("stopped-too-many", words("")),
        Some(Heard::KeyRefused) => ("stopped-key", words("")),
        Some(Heard::OriginRefused) => ("stopped-origin", words("")),
        Some(Heard::Fault) => ("stopped-fault", words(may)),
        Some(Heard::Silent(Processed::Maybe)) => ("stopped-silent", words(may)),
        Some(Heard::Silent(Processed::No)) => ("stopped-silent", words("It did not reach the server.")),
        Some(Heard::Unreadable) => ("stopped-unreadable", words(may)),
        Some(Heard::OtherCard) => ("stopped-other-card", words("")),
        Some(Heard::Cancelled) => ("cancelled", words(may)),
        _ if *end == End::Cancelled => ("cancelled-between", words("")),
        _ if plan.beyond > 0 => ("none-of-tried", vec![("beyond", ours(&plan.beyond.to_string()))]),
        _ if tried.iter().any(|it| it.heard == Heard::Refused) => ("none-answers-refused", words("")),
        _ => ("none-answers", words("")),
    }
}

/// How far the run came.
fn made(plan: &Plan, tried: &[Tried]) -> Masked {
    ours(&format!("{} of {}", tried.len(), plan.calls.len()))
}
