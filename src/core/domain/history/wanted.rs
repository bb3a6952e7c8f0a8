//! What is looked for in the history, and where a row may hold it.

use super::Entry;
use crate::secret::Masked;
use crate::text::{clean, fold};

/// A text that rows are narrowed by: sanitised, as rows are, and without its case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted(String);

impl Wanted {
    /// Of what was typed.
    pub fn new(typed: &str) -> Self {
        Self(fold(&clean(typed)))
    }

    /// The text, folded.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether every row holds it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it could stand in a time or a status.
    pub fn is_number(&self) -> bool {
        self.0.chars().all(|c| c.is_ascii_digit() || "-: ".contains(c))
    }

    /// Whether a row shows it in profile, reference, customer, verdict, HTTP status or time. What is masked there holds
    /// nothing.
    pub fn is_in(&self, row: &Entry) -> bool {
        let holds = |text: &str| self.stands_in(text);
        let shows = |text: &Masked| text.plain().map_or_else(|| holds(&text.text()), holds);
        // A time is put together only where the text could stand in one, since very many rows are looked at.
        let counts = || holds(&status(row)) || holds(&row.time());
        [&row.profile, &row.card_reference, &row.customer_id].into_iter().any(shows)
            || holds(row.verdict.word())
            || (self.is_number() && counts())
    }

    /// Whether a text holds it whatever the case. Of one in ASCII no copy is folded, since very many rows are looked at.
    fn stands_in(&self, text: &str) -> bool {
        if !text.is_ascii() {
            return fold(text).contains(&self.0);
        }
        let wanted = self.0.as_bytes();
        let mut parts = text.as_bytes().windows(wanted.len().max(1));
        wanted.is_empty() || parts.any(|part| part.eq_ignore_ascii_case(wanted))
    }
}

fn status(row: &Entry) -> String {
    row.http_status.map(|status| status.to_string()).unwrap_or_default()
}

impl Entry {
    /// Date and time as the history shows them.
    pub fn time(&self) -> String {
        self.at.utc().replace('T', " ").trim_end_matches('Z').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_holds_it_as_if_both_were_folded(text in "[abAB0 _Ä]{0,6}", typed in "[abABä0 ]{0,2}") {
            let wanted = Wanted::new(&typed);
            prop_assert_eq!(wanted.stands_in(&text), fold(&text).contains(wanted.text()));
        }
    }
}
