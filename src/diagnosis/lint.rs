//! What to look at before a request is sent: the rules of `rules/draft`, asked of each of its places.
//!
//! Owns: which place a finding stands at, and which findings refuse. Must not know: how they are shown, where the calls
//! before come from. Tested: `tests/lint_rules.rs`.

use super::rules::{self, Drafted, Subject};
use super::{Finding, Severity};
use crate::domain::history::Entry;
use crate::domain::profile::Profile;
use crate::domain::request::{Draft, FieldFault, RequestField};

/// Something to look at, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linted {
    /// The field; `None` for what the profile adds.
    pub field: Option<RequestField>,
    /// What was found.
    pub finding: Finding,
}

impl Linted {
    /// Whether it says no more than that the field is empty.
    pub fn is_emptiness(&self) -> bool {
        self.finding.id == rules::EMPTY_FIELD
    }

    /// Whether the request is not sent because of it; anything else is sent all the same.
    pub fn is_refusal(&self) -> bool {
        self.finding.severity == Severity::Bad
    }
}

/// Looks at a request in the order of the form. `before` are calls that were made, newest first.
pub fn lint(draft: &Draft, profile: &Profile, before: &[Entry]) -> Vec<Linted> {
    let faults = draft.validate(profile).err().unwrap_or_default();
    let places = RequestField::ALL.into_iter().map(Some).chain([None]);
    places.flat_map(|field| at(field, draft, profile, before, &faults)).collect()
}

fn at(
    field: Option<RequestField>,
    draft: &Draft,
    profile: &Profile,
    before: &[Entry],
    faults: &[FieldFault],
) -> Vec<Linted> {
    let fault = faults.iter().copied().find(|fault| fault.field() == field);
    let place = Drafted { draft, profile, field, fault, before };
    let found = rules::find(Subject::Draft(&place), profile.is_guarded());
    found.into_iter().map(|finding| Linted { field, finding }).collect()
}
