//! What to look at in a request: before it is sent, the rules of `rules/draft`, asked of each of its places; in one that was
//! pasted, those of `rules/paste`.
//!
//! Owns: which place a finding stands at, which findings refuse, and which differences matter. Must not know: how they are shown, where the calls
//! before come from. Tested: `tests/lint_rules.rs`.

use std::cmp::Reverse;

use super::rules::paste::Brought;
use super::rules::{self, Drafted, Subject};
use super::{Finding, Severity};
use crate::domain::clinic::Pasted;
use crate::domain::history::Entry;
use crate::domain::profile::Profile;
use crate::domain::request::{Draft, RequestField};

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
    let at = |field| {
        let fault = faults.iter().copied().find(|fault| fault.field() == field);
        place(&Drafted { draft, profile: Some(profile), field, fault, before })
    };
    places.flat_map(at).collect()
}

/// Looks at a pasted request, the most severe first: how it differs from the contract, and what the form's own rules say of
/// its ids. `profile` is the one in use, of `profiles`.
pub fn check_paste(pasted: &Pasted, profile: Option<&Profile>, profiles: &[Profile]) -> Vec<Finding> {
    let brought = Brought { pasted, profile, profiles };
    let mut found = rules::find(Subject::Paste(&brought), false);
    let draft = &pasted.draft;
    // The routing id is looked at by the rules of the paste, and so is what is missing.
    for field in [RequestField::CardReference, RequestField::CustomerId, RequestField::SubmerchantId] {
        let fault = draft.fault(field).err();
        let linted = place(&Drafted { draft, profile, field: Some(field), fault, before: &[] });
        found.extend(linted.into_iter().map(|it| it.finding));
    }
    found.sort_by_key(|finding| Reverse(finding.severity));
    found
}

/// Whether a difference matters; a note is only worth knowing.
pub fn matters(finding: &Finding) -> bool {
    finding.severity >= Severity::Warning
}

fn place(place: &Drafted<'_>) -> Vec<Linted> {
    let is_guarded = place.profile.is_some_and(Profile::is_guarded);
    let found = rules::find(Subject::Draft(place), is_guarded);
    found.into_iter().map(|finding| Linted { field: place.field, finding }).collect()
}
