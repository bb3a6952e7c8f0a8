//! The texts of the rules, from `assets/rules.toml`, and of the differences, from `assets/compare.toml`, and how a finding is made of one.
//!
//! Owns: severity, confidence, source and sentences of each rule. Must not know: when a rule fires. Tested below and in
//! `tests/diagnosis_rules.rs`, which reads every text.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::rules::Seen;
use super::{Confidence, Finding, Severity, ours};
use crate::secret::Masked;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    // A table that cannot be read has no texts; a test reads all of it.
    toml::from_str(include_str!("../../assets/rules.toml")).unwrap_or_default()
});

static DIFFERENCES: LazyLock<Texts> =
    LazyLock::new(|| toml::from_str(include_str!("../../assets/compare.toml")).unwrap_or_default());

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    sources: BTreeMap<String, String>,
    rules: BTreeMap<String, Text>,
    #[serde(rename = "no_rule", default)]
    no_rules: Vec<NoRule>,
}

/// How bad a finding is, by its table.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Weight {
    Good,
    Note,
    Warning,
    Bad,
    /// Bad on production, a warning elsewhere.
    Format,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    severity: Weight,
    confidence: Confidence,
    source: String,
    meaning: String,
    action: String,
    merchant: String,
    /// The same in some words, for the name of a form's field to be followed by.
    #[serde(default)]
    beside: String,
}

/// A row of the facts that is no rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoRule {
    /// What the row says.
    pub row: String,
    /// Why there is no rule for it.
    pub reason: String,
}

/// The ids that have a text.
pub fn ids() -> impl Iterator<Item = &'static str> {
    TEXTS.rules.keys().map(String::as_str)
}

/// What stands beside a field of the form that a rule objects to; empty for a rule about something else.
pub fn beside(id: &str) -> &'static str {
    TEXTS.rules.get(id).map_or("", |text| &text.beside)
}

/// The rows of the facts that are no rule, each with its reason.
pub fn no_rules() -> &'static [NoRule] {
    &TEXTS.no_rules
}

/// The ids of differences that have a text.
pub fn differences() -> impl Iterator<Item = &'static str> {
    DIFFERENCES.rules.keys().map(String::as_str)
}

/// The finding of a rule. A rule without a text says so little that it counts as bad.
pub(super) fn finding(id: &'static str, seen: Seen, production: bool) -> Finding {
    finding_of(&TEXTS, id, seen, production)
}

/// The finding of a difference.
pub(super) fn difference(id: &'static str, seen: Seen) -> Finding {
    finding_of(&DIFFERENCES, id, seen, false)
}

fn finding_of(texts: &'static Texts, id: &'static str, seen: Seen, production: bool) -> Finding {
    let text = texts.rules.get(id);
    let weight = text.map_or(Weight::Bad, |text| text.severity);
    let confidence = text.map_or(Confidence::Sure, |text| text.confidence);
    let filled =
        |read: fn(&Text) -> &String| text.map_or_else(|| ours(id), |text| fill(read(text), &seen.words));
    Finding {
        id,
        severity: severity(weight, confidence, production),
        meaning: filled(|text| &text.meaning),
        action: filled(|text| &text.action),
        merchant: filled(|text| &text.merchant),
        source: text.and_then(|text| texts.sources.get(&text.source)).map_or("", String::as_str),
        confidence,
        evidence: seen.evidence,
    }
}

/// A hint is never bad, and a format is bad on production only.
fn severity(weight: Weight, confidence: Confidence, production: bool) -> Severity {
    match weight {
        Weight::Good => Severity::Good,
        Weight::Note => Severity::Note,
        Weight::Bad | Weight::Format if confidence == Confidence::Hint => Severity::Warning,
        Weight::Format if production => Severity::Bad,
        Weight::Warning | Weight::Format => Severity::Warning,
        Weight::Bad => Severity::Bad,
    }
}

/// Our text with each `{name}` replaced by its word.
pub(super) fn fill(text: &'static str, words: &[(&'static str, Masked)]) -> Masked {
    if !text.contains('{') {
        return Masked::fixed(text);
    }
    let mut out = Masked::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        out.push_ours(before);
        words.iter().filter(|(word, _)| *word == name).for_each(|(_, word)| out.push(word));
        rest = behind;
    }
    out.push_ours(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_table_can_be_read_and_every_text_says_something() {
        let rules: Texts = toml::from_str(include_str!("../../assets/rules.toml")).unwrap();
        let differences: Texts = toml::from_str(include_str!("../../assets/compare.toml")).unwrap();
        assert!(rules.rules.len() > 80 && differences.rules.len() > 15);
        [rules, differences].iter().for_each(assert_says_something);
    }

    fn assert_says_something(texts: &Texts) {
        for (id, text) in &texts.rules {
            assert!(texts.sources.contains_key(&text.source), "{id}: source");
            let last = [&text.meaning, &text.action, &text.merchant].map(|it| it.ends_with(['.', '}']));
            assert_eq!(last, [true; 3], "{id} ends no sentence");
            assert!(!text.merchant.contains('{'), "{id}: the merchant is told nothing from outside");
        }
        for source in texts.sources.keys() {
            assert!(texts.rules.values().any(|text| text.source == *source), "{source} is no rule's");
        }
        for row in &texts.no_rules {
            assert!(!row.row.is_empty() && row.reason.ends_with('.'), "{}", row.row);
        }
    }

    #[test]
    fn no_hint_is_written_down_as_bad() {
        let hints = TEXTS.rules.values().filter(|text| text.confidence == Confidence::Hint);
        assert!(hints.clone().count() > 3);
        for hint in hints {
            assert!(matches!(hint.severity, Weight::Note | Weight::Warning), "{}", hint.meaning);
        }
    }

    #[test]
    fn a_hint_turns_nothing_whatever_the_table_says() {
        for weight in [Weight::Bad, Weight::Format] {
            for production in [true, false] {
                assert_eq!(severity(weight, Confidence::Hint, production), Severity::Warning);
            }
        }
        assert_eq!(severity(Weight::Bad, Confidence::Likely, false), Severity::Bad);
        assert_eq!(severity(Weight::Format, Confidence::Sure, false), Severity::Warning);
        assert_eq!(severity(Weight::Format, Confidence::Sure, true), Severity::Bad);
    }

    #[test]
    fn a_word_is_filled_in_with_its_masks_and_a_brace_from_outside_stays() {
        let words = [("a", Masked::hidden()), ("b", ours("{a}"))];
        let filled = fill("x {a} y {b}{c}.", &words);
        assert_eq!(filled.text(), format!("x {} y {{a}}.", crate::secret::MASK));
        assert_eq!(filled.pieces().len(), 3);
    }
}
