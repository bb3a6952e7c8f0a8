//! What a batch came to: counts by outcome, verdict, network, issuer and finding.

use std::borrow::Cow;
use std::collections::BTreeMap;

use compact_str::CompactString;

use super::Outcome;

/// So many different names are counted apart; the rest count together, so that a hostile API cannot fill the memory.
const MOST_NAMES: usize = 200;

/// What is counted of a row. Names take no memory where they are short, since one thread makes them and another frees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// How it ended.
    pub outcome: Outcome,
    /// The word of its verdict; empty where it was not sent.
    pub verdict: Cow<'static, str>,
    /// Network of the card; empty where none is known.
    pub network: CompactString,
    /// Issuer of the card; empty where none is known.
    pub issuer: CompactString,
    /// Ids of its findings.
    pub findings: Vec<Cow<'static, str>>,
}

/// The counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    outcomes: BTreeMap<Outcome, u64>,
    verdicts: BTreeMap<String, u64>,
    networks: BTreeMap<String, u64>,
    issuers: BTreeMap<String, u64>,
    findings: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts a row.
    pub fn count(&mut self, fact: &Fact) {
        *self.outcomes.entry(fact.outcome).or_default() += 1;
        one_more(&mut self.verdicts, &fact.verdict);
        one_more(&mut self.networks, &fact.network);
        one_more(&mut self.issuers, &fact.issuer);
        fact.findings.iter().for_each(|id| one_more(&mut self.findings, id));
    }

    /// Rows with this outcome.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }

    /// Rows that were counted, whatever their outcome.
    pub fn rows(&self) -> u64 {
        self.outcomes.values().sum()
    }

    /// Rows that say nothing about their card.
    pub fn open(&self) -> u64 {
        self.of(Outcome::NoAnswer) + self.of(Outcome::Unknown)
    }

    /// Each kind of count with its title, most frequent first.
    pub fn parts(&self) -> Vec<(&'static str, Vec<(&str, u64)>)> {
        let outcomes = self.outcomes.iter().map(|(outcome, count)| (outcome.word(), *count)).collect();
        [
            ("By outcome", outcomes),
            ("By verdict", borrowed(&self.verdicts)),
            ("By network", borrowed(&self.networks)),
            ("By issuer", borrowed(&self.issuers)),
            ("By finding", borrowed(&self.findings)),
        ]
        .map(|(title, counts): (_, Vec<(&str, u64)>)| (title, by_count(counts)))
        .into_iter()
        .filter(|(_, counts)| !counts.is_empty())
        .collect()
    }
}

fn borrowed(counts: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    counts.iter().map(|(name, count)| (name.as_str(), *count)).collect()
}

/// Most frequent first; those of one count stay in the order of their names.
fn by_count(mut counts: Vec<(&str, u64)>) -> Vec<(&str, u64)> {
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

fn one_more(counts: &mut BTreeMap<String, u64>, name: &str) {
    if name.is_empty() {
        return;
    }
    if let Some(count) = counts.get_mut(name) {
        *count += 1;
        return;
    }
    let name = if counts.len() < MOST_NAMES { name } else { "others" };
    *counts.entry(name.to_owned()).or_default() += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(outcome: Outcome, issuer: &str) -> Fact {
        Fact {
            outcome,
            verdict: "USABLE".into(),
            network: CompactString::default(),
            issuer: issuer.into(),
            findings: vec!["usable".into(), "eci-none".into()],
        }
    }

    #[test]
    fn counts_come_most_frequent_first_and_what_is_not_known_is_not_counted() {
        let mut tally = Tally::default();
        for (outcome, issuer) in [
            (Outcome::Answered, "B"),
            (Outcome::NoAnswer, ""),
            (Outcome::Answered, "A"),
            (Outcome::Answered, "B"),
        ] {
            tally.count(&fact(outcome, issuer));
        }
        assert_eq!(
            tally.parts(),
            [
                ("By outcome", vec![("answered", 3), ("no_answer", 1)]),
                ("By verdict", vec![("USABLE", 4)]),
                ("By issuer", vec![("B", 2), ("A", 1)]),
                ("By finding", vec![("eci-none", 4), ("usable", 4)]),
            ]
        );
        assert_eq!((tally.rows(), tally.open(), tally.of(Outcome::Answered)), (4, 1, 3));
    }

    #[test]
    fn a_flood_of_names_is_counted_together() {
        let mut tally = Tally::default();
        (0..1_000).for_each(|n| tally.count(&fact(Outcome::Answered, &format!("bank {n}"))));
        let parts = tally.parts();
        let (_, issuers) = parts.iter().find(|(title, _)| *title == "By issuer").unwrap();
        assert_eq!((issuers.len(), issuers[0]), (MOST_NAMES + 1, ("others", 800)));
    }
}
