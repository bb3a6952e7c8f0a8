//! The scenarios: which reference of which merchant and customer gets which answer, read from `assets/scenarios`.
//!
//! It owns the files, the lookup and what the placeholders stand for; it must not know HTTP. The files are part of the binary, so
//! that it needs no folder beside it. Tested below: every file of the folder is read, every text can be filled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use super::contract::Asked;
use super::random::{self, NoRandom};
use super::scenario::{Fields, Fill, Scenario, ScenarioInfo};
use super::template::{self, BrokenTemplate};

/// The whole answer as a template, and the made-up cards that fill it.
const FORM: (&str, &str) = ("answer.toml", include_str!("../../assets/scenarios/answer.toml"));
/// The scenarios by theme, in the order in which they are listed.
const THEMES: [(&str, &str); 9] = [
    ("contract.toml", include_str!("../../assets/scenarios/contract.toml")),
    ("states.toml", include_str!("../../assets/scenarios/states.toml")),
    ("networks.toml", include_str!("../../assets/scenarios/networks.toml")),
    ("checks.toml", include_str!("../../assets/scenarios/checks.toml")),
    ("shapes.toml", include_str!("../../assets/scenarios/shapes.toml")),
    ("hostile.toml", include_str!("../../assets/scenarios/hostile.toml")),
    ("errors.toml", include_str!("../../assets/scenarios/errors.toml")),
    ("isolation.toml", include_str!("../../assets/scenarios/isolation.toml")),
    ("transport.toml", include_str!("../../assets/scenarios/transport.toml")),
];

static EMBEDDED: LazyLock<Result<Arc<Catalogue>, &'static str>> = LazyLock::new(|| read(&THEMES));

/// Every scenario of the emulator, in the order of its data files.
pub fn scenarios() -> Vec<ScenarioInfo> {
    let themes = embedded().as_ref().map(|catalogue| catalogue.themes.as_slice()).unwrap_or_default();
    let lines = |theme: &'static Theme| theme.scenarios.iter().map(|scenario| scenario.info(&theme.theme));
    themes.iter().flat_map(lines).collect()
}

/// The scenarios of this binary, or the name of the data file that is broken.
pub(super) fn embedded() -> &'static Result<Arc<Catalogue>, &'static str> {
    &EMBEDDED
}

/// The scenarios of a text in the form of the data files, and no others.
pub(super) fn of(text: &str) -> Result<Arc<Catalogue>, &'static str> {
    read(&[("that it was given", text)])
}

/// All scenarios and what they share.
#[derive(Debug)]
pub(super) struct Catalogue {
    form: Form,
    themes: Vec<Theme>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    body: String,
    fields: Fields,
    cards: BTreeMap<String, Fields>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Theme {
    theme: String,
    #[serde(rename = "scenario")]
    scenarios: Vec<Scenario>,
}

/// Why a text of a scenario could not be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoText {
    NoRandom,
    Broken(BrokenTemplate),
}

impl From<NoRandom> for NoText {
    fn from(_: NoRandom) -> Self {
        Self::NoRandom
    }
}

/// What the placeholders of one answer stand for; the cryptogram is the same throughout the answer.
pub(super) struct Words<'a> {
    made: [(&'static str, String); 2],
    asked: &'a Asked,
    layers: [Option<&'a Fields>; 3],
    body: &'a str,
}

impl Catalogue {
    /// The scenario of this reference, if it is this merchant's and this customer's.
    pub(super) fn find(&self, asked: &Asked) -> Option<&Scenario> {
        self.all().find(|scenario| scenario.is_of(asked))
    }

    /// Whether a card belongs to this merchant, besides those of the emulator's own.
    pub(super) fn knows_merchant(&self, merchant_id: &str) -> bool {
        self.all().any(|scenario| scenario.merchant_id.as_deref() == Some(merchant_id))
    }

    /// The words for one answer, with a cryptogram of its own.
    pub(super) fn words<'a>(&'a self, scenario: &'a Scenario, asked: &'a Asked) -> Result<Words<'a>, NoText> {
        let fill = scenario.fill.map(Fill::text).unwrap_or_default();
        Ok(Words {
            made: [("cryptogram", random::cryptogram()?), ("fill", fill)],
            asked,
            layers: [Some(&scenario.fields), self.form.cards.get(&scenario.card), Some(&self.form.fields)],
            body: scenario.body.as_deref().unwrap_or(&self.form.body),
        })
    }

    fn all(&self) -> impl Iterator<Item = &Scenario> {
        self.themes.iter().flat_map(|theme| &theme.scenarios)
    }

    /// Every reference is there once, and every card that is named exists.
    fn holds_together(&self) -> bool {
        let references: BTreeSet<_> = self.all().map(|scenario| &scenario.reference).collect();
        references.len() == self.all().count()
            && self.all().all(|scenario| self.form.cards.contains_key(&scenario.card))
    }
}

impl Words<'_> {
    /// The body, filled.
    pub(super) fn body(&self) -> Result<Vec<u8>, NoText> {
        self.fill(self.body)
    }

    /// Any other text of the scenario, filled.
    pub(super) fn fill(&self, text: &str) -> Result<Vec<u8>, NoText> {
        template::fill(text, &|name| self.meaning(name)).map_err(NoText::Broken)
    }

    fn meaning(&self, name: &str) -> Option<&str> {
        let made = self.made.iter().find(|(made, _)| *made == name).map(|(_, text)| text.as_str());
        let field = || self.layers.iter().flatten().find_map(|layer| layer.get(name)).map(String::as_str);
        match name {
            "asked_reference" => Some(&self.asked.reference),
            "asked_customer_id" => Some(&self.asked.customer_id),
            _ => made.or_else(field),
        }
    }
}

fn read(themes: &[(&'static str, &str)]) -> Result<Arc<Catalogue>, &'static str> {
    let form = toml::from_str(FORM.1).map_err(|_| FORM.0)?;
    let theme = |(name, text): &(&'static str, &str)| toml::from_str(text).map_err(|_| *name);
    let themes = themes.iter().map(theme).collect::<Result<_, _>>()?;
    let catalogue = Catalogue { form, themes };
    if catalogue.holds_together() { Ok(Arc::new(catalogue)) } else { Err(FORM.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(reference: &str, customer_id: &str) -> Asked {
        let (reference, customer_id) = (reference.to_owned(), customer_id.to_owned());
        Asked { reference, customer_id, other_merchant: None, submerchant_id: None }
    }

    #[test]
    fn every_data_file_of_the_folder_is_part_of_the_binary() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/scenarios");
        let names =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let embedded = THEMES.iter().chain([&FORM]).map(|(name, _)| (*name).to_owned());
        assert_eq!(names.collect::<BTreeSet<_>>(), embedded.collect::<BTreeSet<_>>());
    }

    #[test]
    fn every_data_file_keeps_the_schema() {
        toml::from_str::<Form>(FORM.1).unwrap();
        for (name, text) in THEMES {
            toml::from_str::<Theme>(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        assert!(embedded().is_ok());
    }

    #[test]
    fn every_text_of_every_scenario_can_be_filled() {
        let catalogue = embedded().as_ref().unwrap();
        for scenario in catalogue.all() {
            let asked = asked(&scenario.reference, &scenario.customer_id);
            let words = catalogue.words(scenario, &asked).unwrap();
            words.body().unwrap_or_else(|error| panic!("{}: {error:?}", scenario.reference));
            for text in scenario.headers.iter().map(|(_, value)| value).chain(&scenario.reason) {
                words.fill(text).unwrap_or_else(|error| panic!("{}: {error:?}", scenario.reference));
            }
        }
    }

    #[test]
    fn a_field_that_no_template_uses_is_a_slip_of_the_pen() {
        let catalogue = embedded().as_ref().unwrap();
        let known: BTreeSet<_> = catalogue.form.fields.keys().collect();
        for fields in catalogue.form.cards.values().chain(catalogue.all().map(|scenario| &scenario.fields)) {
            for name in fields.keys() {
                assert!(known.contains(name), "{name} is not in [fields] of answer.toml");
            }
        }
    }

    #[test]
    fn a_reference_is_found_for_its_own_customer_only() {
        let catalogue = embedded().as_ref().unwrap();
        let sample = crate::emulator::SAMPLE_REFERENCE;
        assert!(catalogue.find(&asked(sample, "juspaytest_cust")).is_some());
        assert!(catalogue.find(&asked(sample, "JUSPAYTEST_CUST")).is_none());
    }

    #[test]
    fn a_reference_of_another_merchant_or_of_a_submerchant_is_found_for_those_only() {
        let catalogue = embedded().as_ref().unwrap();
        let of = |reference: &str, merchant: Option<&str>, submerchant: Option<&str>| {
            let asked = Asked {
                other_merchant: merchant.map(str::to_owned),
                submerchant_id: submerchant.map(str::to_owned),
                ..asked(reference, "juspaytest_cust")
            };
            catalogue.find(&asked).is_some()
        };
        let (merchants, submerchants) = ("token_demo_other_merchant", "token_demo_submerchant");
        assert!(of(merchants, Some("demo_merchant_2"), None) && of(submerchants, None, Some("airline1")));
        assert!(!of(merchants, None, None) && !of(merchants, Some("demo_merchant_3"), None));
        assert!(!of(submerchants, None, None) && !of(submerchants, None, Some("Airline1")));
        let sample = crate::emulator::SAMPLE_REFERENCE;
        assert!(of(sample, None, Some("airline1")) && !of(sample, Some("demo_merchant_2"), None));
    }

    #[test]
    fn every_scenario_says_what_it_shows_in_one_sentence() {
        for scenario in scenarios() {
            assert!(scenario.shows.ends_with('.'), "{}", scenario.reference);
            assert!(scenario.shows.len() <= 160, "{}", scenario.reference);
            assert!(!scenario.title.is_empty() && scenario.title.len() <= 48, "{}", scenario.reference);
        }
    }
}
