//! What a scenario is: the schema of the data files in `assets/scenarios`.
//!
//! It owns the fields, their defaults and the texts too long for a file; it must not know where the files are or how
//! an answer is sent. Tested through `catalogue`, which reads every file.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::contract::Asked;

/// Name to text; a text may hold placeholders for other names.
pub(super) type Fields = BTreeMap<String, String>;

/// One line of `emulator --list`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScenarioInfo {
    /// The `card_reference` that reaches it.
    pub reference: &'static str,
    /// The `customer_id` that goes with it.
    pub customer_id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it is for, in one sentence.
    pub shows: &'static str,
    /// The heading that it belongs under.
    pub theme: &'static str,
    /// The rule of the diagnosis that it fires.
    pub rule: Option<&'static str>,
    /// The other merchant that it belongs to; `None` for the emulator's own.
    pub merchant_id: Option<&'static str>,
}

impl ScenarioInfo {
    /// The reference that is named after its rule, by which it is reached too.
    pub fn named_after_rule(&self) -> Option<String> {
        self.rule.map(named_after)
    }
}

/// The reference that is named after a rule.
fn named_after(rule: &str) -> String {
    format!("token_demo_{}", rule.replace('-', "_"))
}

/// One scenario as its data file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    pub(super) reference: String,
    /// The rule that it fires; it is reached under a reference of that name too.
    rule: Option<String>,
    #[serde(default = "sample_customer")]
    pub(super) customer_id: String,
    /// Another merchant than the emulator's own, whose card it is; the same key is good for both.
    pub(super) merchant_id: Option<String>,
    /// The sub-merchant that has to be named for it; any or none where it is not set.
    pub(super) submerchant_id: Option<String>,
    title: String,
    shows: String,
    #[serde(default = "ok")]
    pub(super) status: u16,
    /// Another reason phrase than the usual one; may hold placeholders.
    pub(super) reason: Option<String>,
    /// Empty: no such header.
    #[serde(default = "json")]
    pub(super) content_type: String,
    /// Further headers in order; the values may hold placeholders.
    #[serde(default)]
    pub(super) headers: Vec<(String, String)>,
    /// Headers `x-filler-N`, as many as this.
    #[serde(default)]
    pub(super) filler_headers: u16,
    /// Which card of `answer.toml` fills the answer.
    #[serde(default = "visa")]
    pub(super) card: String,
    /// Texts that replace those of the card; raw JSON where the answer's template wants JSON.
    #[serde(default)]
    pub(super) fields: Fields,
    /// Replaces the answer's template as a whole.
    pub(super) body: Option<String>,
    /// What `{{fill}}` stands for.
    pub(super) fill: Option<Fill>,
    #[serde(default)]
    pub(super) delivery: Delivery,
}

/// Text that is too long for a data file.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Fill {
    /// So many letters.
    Letters(usize),
    /// So many arrays, each within the one before.
    Arrays(usize),
    /// So many object members.
    Members(usize),
}

/// How the answer goes out.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Delivery {
    /// Milliseconds before the first byte.
    pub(super) delay_ms: u64,
    /// In pieces, with pauses.
    pub(super) dribble: Option<Dribble>,
    /// Bytes of the body after which the connection breaks.
    pub(super) cut_after: Option<usize>,
    /// In chunks, without a Content-Length.
    pub(super) chunked: bool,
    /// The body never ends.
    pub(super) endless: bool,
    /// The connection closes before the first byte of an answer.
    pub(super) hang_up: bool,
}

/// Pieces of `bytes` bytes, `every_ms` milliseconds apart.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dribble {
    pub(super) bytes: usize,
    pub(super) every_ms: u64,
}

impl Scenario {
    /// The line of the list, under the heading `theme`.
    pub(super) fn info(&'static self, theme: &'static str) -> ScenarioInfo {
        let Self { reference, customer_id, title, shows, .. } = self;
        let (rule, merchant_id) = (self.rule.as_deref(), self.merchant_id.as_deref());
        ScenarioInfo { reference, customer_id, title, shows, theme, rule, merchant_id }
    }

    /// Whether it is the card of this merchant, customer and reference, and of the sub-merchant where it has one.
    pub(super) fn is_of(&self, asked: &Asked) -> bool {
        self.is_reached_by(&asked.reference)
            && self.customer_id == asked.customer_id
            && self.merchant_id == asked.other_merchant
            && (self.submerchant_id.is_none() || self.submerchant_id == asked.submerchant_id)
    }

    fn is_reached_by(&self, reference: &str) -> bool {
        self.reference == reference || self.rule.as_deref().is_some_and(|rule| named_after(rule) == reference)
    }
}

impl Fill {
    /// The text it stands for.
    pub(super) fn text(self) -> String {
        match self {
            Self::Letters(count) => "x".repeat(count),
            Self::Arrays(count) => format!("{}{}", "[".repeat(count), "]".repeat(count)),
            Self::Members(count) => {
                let members: Vec<_> = (1..=count).map(|number| format!("\"k{number}\": {number}")).collect();
                members.join(", ")
            }
        }
    }
}

fn sample_customer() -> String {
    super::SAMPLE_CUSTOMER.to_owned()
}

fn ok() -> u16 {
    200
}

fn json() -> String {
    "application/json".to_owned()
}

fn visa() -> String {
    "visa".to_owned()
}
