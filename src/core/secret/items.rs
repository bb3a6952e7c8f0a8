//! A body in plaintext: the list of its values, each before those that stand in it. One list takes one block of memory, where a
//! tree takes many. Nothing of it leaves this folder. Tested in `body`.

use std::ops::Deref;

use zeroize::Zeroizing;

use super::policy::Place;

/// Values that room is made for at once: those of the contract's answer, in a KiB (see `runs`).
pub(super) const AT_ONCE: usize = 32;

/// A text of a body.
pub(super) enum Plain<'a> {
    /// As it stands there.
    Here(&'a str),
    /// What its escapes mean, or a number written out. Boxed, so that the others take less.
    Own(Box<Zeroizing<String>>),
}

impl Plain<'_> {
    pub(super) fn own(text: String) -> Self {
        Self::Own(Box::new(Zeroizing::new(text)))
    }
}

impl Deref for Plain<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Here(text) => text,
            Self::Own(text) => text,
        }
    }
}

/// What a value of a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    /// A whole number, by its digits.
    Number,
    /// A number that cannot be held exactly, as near as it can.
    Inexact,
    Text,
    List,
    Map,
    /// No value: the name of the one behind it, where the policy has no place for that.
    Name,
}

/// What the names above a value say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing.
    Nothing,
    /// It stands below a name that means a secret.
    Sensitive,
    /// It is the contract's secret or names a person.
    Secret,
}

/// A value of a body in plaintext.
pub(super) struct Item<'a> {
    pub(super) kind: Kind,
    pub(super) known: Known,
    /// How many items behind it stand in it.
    pub(super) inside: u32,
    /// Where it stands: nowhere, if the policy does not name it.
    pub(super) place: Option<&'static Place>,
    /// What it says; empty, where it is neither a text nor a number.
    pub(super) text: Plain<'a>,
}

static_assertions::assert_eq_size!([Item<'_>; AT_ONCE], [u8; 1024]);

/// A member of an object.
pub(super) struct Member<'b> {
    pub(super) name: &'b str,
    pub(super) place: Option<&'static Place>,
    /// Its value, and behind that what stands in it.
    pub(super) value: &'b [Item<'b>],
}

/// The members of an object in their order, those of equal names too.
pub(super) fn members<'b>(object: &'b [Item<'b>]) -> impl Iterator<Item = Member<'b>> {
    let mut rest = object.get(1..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (first, behind) = rest.split_first()?;
        let name = (first.kind == Kind::Name).then_some(&*first.text);
        let all = if name.is_some() { behind } else { rest };
        let value = all.first()?;
        let (whole, others) = all.split_at_checked(1 + value.inside as usize)?;
        rest = others;
        let name = name.or_else(|| value.place.map(Place::word)).unwrap_or_default();
        Some(Member { name, place: value.place, value: whole })
    })
}
