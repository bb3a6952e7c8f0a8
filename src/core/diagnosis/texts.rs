//! The texts of the rules, from `assets/rules.toml`, and of the differences, from `assets/compare.toml`, and how a finding is made
//! of one.
//!
//! Owns: severity, confidence, source and sentences of each rule. Must not know: when a rule fires. Tested below and in
//! `tests/diagnosis_rules.rs`, which reads every text.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::rules::Seen;
use super::{Confidence, Finding, Severity, ours};
use crate::secret::Masked;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::of(include_str!("../../../assets/rules.toml")));

static DIFFERENCES: LazyLock<Texts> =
    LazyLock::new(|| Texts::of(include_str!("../../../assets/compare.toml")));

/// A file of texts, cut into its tables. A call needs two or three of ninety, and reading them all took longer than the rest
/// of what a call costs us.
struct Texts {
    sources: Late<BTreeMap<String, String>>,
    rules: BTreeMap<&'static str, Late<Text>>,
}

impl Texts {
    fn of(file: &'static str) -> Self {
        let mut texts = Self { sources: Late::of(""), rules: BTreeMap::new() };
        for (header, table) in tables(file) {
            match header.strip_prefix("rules.") {
                Some(id) => drop(texts.rules.insert(id, Late::of(table))),
                None if header == "sources" => texts.sources = Late::of(table),
                // A row of the facts that is no rule, with its reason: for whoever reads the file.
                None => {}
            }
        }
        texts
    }

    fn rule(&self, id: &str) -> Option<&Text> {
        self.rules.get(id)?.read()
    }

    fn source(&self, name: &str) -> Option<&str> {
        self.sources.read()?.get(name).map(String::as_str)
    }
}

/// Header and lines of each table of a file.
fn tables(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.split("\n[").skip(1).filter_map(|table| table.split_once("]\n"))
}

/// A table that is read when it is first asked for. One that cannot be read is none; a test reads all of them.
struct Late<T> {
    toml: &'static str,
    value: OnceLock<Option<T>>,
}

impl<T: DeserializeOwned> Late<T> {
    const fn of(toml: &'static str) -> Self {
        Self { toml, value: OnceLock::new() }
    }

    fn read(&self) -> Option<&T> {
        self.value.get_or_init(|| toml::from_str(self.toml).ok()).as_ref()
    }
}

/// How bad a finding is, by its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Weight {
    Good,
    Note,
    Warning,
    Bad,
    /// Bad on production, a warning elsewhere.
    Format,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    severity: Weight,
    confidence: Confidence,
    source: String,
    meaning: Sentence,
    action: Sentence,
    merchant: Sentence,
    /// The same in some words, for the name of a form's field to be followed by.
    #[serde(default)]
    beside: String,
}

/// A text of a table, cut where words go into it.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(super) struct Sentence(Vec<Part>);

#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// As it is shown; each finding has a copy.
    Text(Masked),
    /// The name of a word, which stands in braces.
    Word(String),
}

impl Sentence {
    /// With each name replaced by its word.
    pub(super) fn filled(&self, words: &[(&'static str, Masked)]) -> Masked {
        if let [Part::Text(whole)] = self.0.as_slice() {
            return whole.clone();
        }
        let mut filled = Masked::default();
        for part in &self.0 {
            match part {
                Part::Text(text) => filled.push(text),
                Part::Word(name) => {
                    words.iter().filter(|(word, _)| word == name).for_each(|(_, word)| filled.push(word));
                }
            }
        }
        filled
    }
}

impl From<String> for Sentence {
    fn from(text: String) -> Self {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            parts.extend([Part::Text(ours(before)), Part::Word(name.to_owned())]);
            rest = behind;
        }
        parts.push(Part::Text(ours(rest)));
        parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        Self(parts)
    }
}

/// The ids that have a text.
pub fn ids() -> impl Iterator<Item = &'static str> {
    TEXTS.rules.keys().copied()
}

/// What stands beside a field of the form that a rule objects to; empty for a rule about something else.
pub fn beside(id: &str) -> &'static str {
    TEXTS.rule(id).map_or("", |text| &text.beside)
}

/// The ids of differences that have a text.
pub fn differences() -> impl Iterator<Item = &'static str> {
    DIFFERENCES.rules.keys().copied()
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
    let text = texts.rule(id);
    let weight = text.map_or(Weight::Bad, |text| text.severity);
    let confidence = text.map_or(Confidence::Sure, |text| text.confidence);
    let filled =
        |read: fn(&Text) -> &Sentence| text.map_or_else(|| ours(id), |text| read(text).filled(&seen.words));
    Finding {
        id,
        severity: severity(weight, confidence, production),
        meaning: filled(|text| &text.meaning),
        action: filled(|text| &text.action),
        merchant: filled(|text| &text.merchant),
        source: text.and_then(|text| texts.source(&text.source)).unwrap_or_default(),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole of a file, as TOML has it.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Whole {
        sources: BTreeMap<String, String>,
        rules: BTreeMap<String, Text>,
        #[serde(rename = "no_rule", default)]
        no_rules: Vec<NoRule>,
    }

    /// A row of the facts that is no rule, and why.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NoRule {
        row: String,
        reason: String,
    }

    fn wholes() -> [(Whole, &'static Texts); 2] {
        let read = |file: &str| toml::from_str(file).unwrap();
        [
            (read(include_str!("../../../assets/rules.toml")), &*TEXTS),
            (read(include_str!("../../../assets/compare.toml")), &*DIFFERENCES),
        ]
    }

    #[test]
    fn the_embedded_table_can_be_read_and_every_text_says_something() {
        let [(rules, _), (differences, _)] = wholes();
        assert!(rules.rules.len() > 80 && differences.rules.len() > 15);
        [rules, differences].iter().for_each(assert_says_something);
    }

    #[test]
    fn a_table_that_is_read_alone_is_the_one_of_the_whole_file() {
        for (whole, cut) in wholes() {
            assert_eq!(cut.sources.read(), Some(&whole.sources));
            assert!(cut.rules.keys().copied().eq(whole.rules.keys().map(String::as_str)));
            for (id, text) in &whole.rules {
                assert_eq!(cut.rule(id), Some(text), "{id}");
            }
        }
    }

    /// Whether a sentence ends with a full stop or a word.
    fn ends(sentence: &Sentence) -> bool {
        match sentence.0.last() {
            Some(Part::Text(text)) => text.plain().is_some_and(|text| text.ends_with('.')),
            last => last.is_some(),
        }
    }

    fn assert_says_something(texts: &Whole) {
        for (id, text) in &texts.rules {
            assert!(texts.sources.contains_key(&text.source), "{id}: source");
            for sentence in [&text.meaning, &text.action, &text.merchant] {
                assert!(ends(sentence), "{id} ends no sentence");
            }
            let is_whole = matches!(text.merchant.0.as_slice(), [Part::Text(_)]);
            assert!(is_whole, "{id}: the merchant is told nothing from outside");
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
        let [(rules, _), _] = wholes();
        let hints = rules.rules.values().filter(|text| text.confidence == Confidence::Hint);
        assert!(hints.clone().count() > 3);
        for hint in hints {
            assert!(matches!(hint.severity, Weight::Note | Weight::Warning), "{:?}", hint.meaning);
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
        let filled = Sentence::from("x {a} y {b}{c}.".to_owned()).filled(&words);
        assert_eq!(filled.text(), format!("x {} y {{a}}.", crate::secret::MASK));
        assert_eq!(filled.pieces().len(), 3);
    }
}
