//! The name of a member in a masked object: of the contract at its place, and so public whatever is known, or text from outside.

use std::fmt;

use super::Masked;
use super::policy::Place;

/// A name: lent, where it is one of the contract, and masked, where it is not.
#[derive(Clone)]
pub struct Name(Whose);

#[derive(Clone)]
enum Whose {
    Contract(&'static Place),
    Outside(Masked),
}

impl Name {
    /// The name of a place of the contract.
    pub(super) fn of(place: &'static Place) -> Self {
        Self(Whose::Contract(place))
    }

    /// A name from outside.
    pub fn outside(name: Masked) -> Self {
        Self(Whose::Outside(name))
    }

    /// The name as it is shown.
    pub fn masked(&self) -> &Masked {
        match &self.0 {
            Whose::Contract(place) => place.name(),
            Whose::Outside(name) => name,
        }
    }

    /// Its text, where nothing of it is hidden.
    pub fn plain(&self) -> Option<&str> {
        match &self.0 {
            Whose::Contract(place) => Some(place.word()),
            Whose::Outside(name) => name.plain(),
        }
    }

    /// The name, where it is one of the contract.
    pub fn of_contract(&self) -> Option<&'static str> {
        match self.0 {
            Whose::Contract(place) => Some(place.word()),
            Whose::Outside(_) => None,
        }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.masked() == other.masked()
    }
}

impl Eq for Name {}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masked().fmt(f)
    }
}
