//! A merchant's request that was pasted: every difference from the contract, and whose profile it is.
//!
//! It is handed facts that hold no secret. What the profiles tell is compared only where there are profiles of a merchant:
//! the built-in emulator answers for anybody.

mod body;
mod head;

use super::Question;
use crate::domain::clinic::{Head, Pasted};
use crate::domain::profile::{Environment, Profile};
use crate::secret::Masked;

/// A pasted request and who reads it.
pub(in crate::diagnosis) struct Brought<'a> {
    pub(in crate::diagnosis) pasted: &'a Pasted,
    /// The profile in use.
    pub(in crate::diagnosis) profile: Option<&'a Profile>,
    /// All of them.
    pub(in crate::diagnosis) profiles: &'a [Profile],
}

pub(super) const HEAD: &[Question] = head::QUESTIONS;
pub(super) const BODY: &[Question] = body::QUESTIONS;

impl<'a> Brought<'a> {
    fn head(&self) -> Option<&'a Head> {
        self.pasted.head.as_ref()
    }

    /// The profile in use, where it is a merchant's.
    fn here(&self) -> Option<&'a Profile> {
        self.profile.filter(|profile| is_merchants(profile))
    }

    /// The other profiles of merchants.
    fn others(&self) -> impl Iterator<Item = &'a Profile> {
        let here = self.profile.map(|profile| profile.name.as_str());
        self.profiles.iter().filter(move |it| is_merchants(it) && Some(it.name.as_str()) != here)
    }
}

fn is_merchants(profile: &Profile) -> bool {
    profile.environment() != Environment::Emulator
}

/// The names of profiles.
fn names<'a>(profiles: impl Iterator<Item = &'a Profile>) -> Masked {
    listed(profiles.map(|profile| Masked::typed(&profile.name)), usize::MAX)
}

/// Texts with commas between; of very many the first, and how many more.
fn listed(texts: impl Iterator<Item = Masked>, most: usize) -> Masked {
    let texts: Vec<Masked> = texts.collect();
    let mut out = Masked::default();
    for (place, text) in texts.iter().take(most).enumerate() {
        out.push_ours(if place > 0 { ", " } else { "" });
        out.push(text);
    }
    if texts.len() > most {
        out.push_ours(&format!(" and {} more", texts.len() - most));
    }
    out
}
