//! What the form held before its last changes, so that they can be taken back.
//!
//! Owns: how many steps there are, which changes make one step, and that no card number is kept in them. A step is a
//! [`Draft`], so nothing of an answer has a way in (threat model, row 21). Tested: below and in `tests/update_undo.rs`.

use super::intent::Edit;
use crate::domain::request::{Draft, Likeness, RequestField};

/// The most steps; the oldest goes first.
const STEPS: usize = 100;

/// From this many digits on, a value without letters may be a part of a card number.
const PART: usize = 6;

/// Changes of one kind in one field that are one step together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run {
    /// Characters that are typed.
    Typing(RequestField),
    /// Characters that are deleted one by one.
    Erasing(RequestField),
    /// Values used before that are stepped through.
    Recalling(RequestField),
}

impl Run {
    /// The run that an edit of a field belongs to; `None` for one that stands alone.
    pub(super) fn of(edit: Edit, field: RequestField) -> Option<Self> {
        match edit {
            Edit::Insert(_) => Some(Self::Typing(field)),
            Edit::Backspace | Edit::Delete => Some(Self::Erasing(field)),
            _ => None,
        }
    }
}

/// The form before its last changes.
#[derive(Debug, Default)]
pub(super) struct Past {
    steps: Vec<(Draft, usize)>,
    run: Option<Run>,
}

impl Past {
    /// Keeps the form as it was before a change, and the place of the field that was selected.
    pub(super) fn keep(&mut self, before: &Draft, place: usize, run: Option<Run>) {
        if run.is_none() || self.run != run {
            if self.steps.len() >= STEPS {
                self.steps.remove(0);
            }
            self.steps.push((without_cards(before), place));
        }
        self.run = run;
    }

    /// The next change is a step of its own.
    pub(super) fn end_run(&mut self) {
        self.run = None;
    }

    /// Whether there is no step to take back.
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Takes the last step back.
    pub(super) fn take(&mut self) -> Option<(Draft, usize)> {
        self.run = None;
        self.steps.pop()
    }

    /// A field turned out to hold a card number: no part of it stays in the steps.
    pub(super) fn forget_parts(&mut self, field: RequestField) {
        for (draft, _) in &mut self.steps {
            if is_part_of_a_card(draft.get(field)) {
                draft.get_mut(field).clear();
            }
        }
    }

    /// Forgets every step.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

fn without_cards(draft: &Draft) -> Draft {
    let mut kept = draft.clone();
    for field in RequestField::ALL {
        if draft.likeness(field) == Some(Likeness::Card) {
            kept.get_mut(field).clear();
        }
    }
    kept
}

fn is_part_of_a_card(value: &str) -> bool {
    value.chars().filter(|c| c.is_numeric()).count() >= PART && !value.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: RequestField = RequestField::CardReference;

    fn draft(card_reference: &str) -> Draft {
        Draft { card_reference: card_reference.to_owned(), ..Draft::default() }
    }

    fn kept(past: &mut Past) -> Vec<String> {
        std::iter::from_fn(|| past.take()).map(|(draft, _)| draft.card_reference).collect()
    }

    #[test]
    fn a_run_is_one_step_until_it_ends() {
        let mut past = Past::default();
        let typing = Some(Run::Typing(FIELD));
        past.keep(&draft(""), 0, typing);
        past.keep(&draft("a"), 0, typing);
        past.end_run();
        past.keep(&draft("ab"), 0, typing);
        past.keep(&draft("abc"), 0, None);
        past.keep(&draft(""), 0, None);
        assert_eq!(kept(&mut past), ["", "abc", "ab", ""]);
    }

    #[test]
    fn there_are_only_so_many_steps_and_the_newest_stay() {
        let mut past = Past::default();
        for n in 0..STEPS + 7 {
            past.keep(&draft(&n.to_string()), 0, None);
        }
        let kept = kept(&mut past);
        assert_eq!((kept.len(), kept.first().map(String::as_str)), (STEPS, Some("106")));
    }

    #[test]
    fn no_card_number_and_no_part_of_one_is_kept() {
        let mut past = Past::default();
        past.keep(&draft("token_4111111"), 0, None);
        past.keep(&draft("411111111111"), 0, None);
        past.keep(&draft("4111-1111-1111-1111"), 0, None);
        past.forget_parts(FIELD);
        assert_eq!(kept(&mut past), ["", "", "token_4111111"]);
    }
}
