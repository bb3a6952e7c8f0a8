//! Where other inputs come from: the other profiles, the history, the form of the reference, and the engineer.

use super::{Form, Input, Inputs, Variation, forms};
use crate::domain::history::Entry;
use crate::domain::profile::{Environment, KeySource, Profile};
use crate::secret::Masked;

/// What the alternatives are taken from.
pub struct Known<'a> {
    /// All profiles.
    pub profiles: &'a [Profile],
    /// Whether the key of a profile is at hand, so that nobody is asked for it in the middle of the calls.
    pub is_unlocked: &'a dyn Fn(&Profile) -> bool,
    /// Calls made before, newest first.
    pub history: &'a [Entry],
    /// Customer ids that the engineer typed.
    pub customers: &'a [String],
}

/// Why a profile takes no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its vault is another.
    OtherEnvironment,
    /// A custom profile on another host, which is another environment.
    OtherHost,
    /// It sends nothing.
    ReadOnly,
    /// Its merchant is tried already.
    SameMerchant,
    /// Its key would be asked for in the middle of the calls.
    KeyLocked,
    /// The request does not go with it.
    Unsendable,
}

impl Why {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::OtherEnvironment => "another environment, so another vault",
            Self::OtherHost => "another host, so another vault",
            Self::ReadOnly => "read-only",
            Self::SameMerchant => "a merchant that is tried already",
            Self::KeyLocked => "its key is asked for: send on it once, then probe",
            Self::Unsendable => "the request does not go with it",
        }
    }
}

/// A profile that takes no part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub profile: Masked,
    /// Why.
    pub why: Why,
}

/// The variations of each input, the likeliest input first, and the profiles that give none.
pub(super) fn groups(base: &Inputs, known: &Known<'_>) -> (Vec<Vec<Variation>>, Vec<LeftOut>) {
    let (merchants, left_out) = merchants(base, known);
    let groups = order(base).map(|input| match input {
        Input::Merchant => merchants.clone(),
        Input::Customer => customers(base, known),
        Input::Reference => references(base),
        Input::Submerchant => submerchants(base, known),
        Input::Routing => routing(base),
    });
    (groups.into(), left_out)
}

/// A reseller's call without a sub-merchant lacks that before anything else.
fn order(base: &Inputs) -> [Input; 5] {
    let mut order = Input::ALL;
    if base.profile.reseller && base.submerchant_id.is_empty() {
        order.sort_by_key(|input| *input != Input::Submerchant);
    }
    order
}

fn vary(base: &Inputs, input: Input, change: impl FnOnce(&mut Inputs)) -> Option<Variation> {
    let mut inputs = base.clone();
    change(&mut inputs);
    let request = inputs.request()?;
    Some(Variation { input, inputs, request })
}

fn merchants(base: &Inputs, known: &Known<'_>) -> (Vec<Variation>, Vec<LeftOut>) {
    let (mut variations, mut left_out): (Vec<Variation>, Vec<LeftOut>) = (Vec::new(), Vec::new());
    for profile in known.profiles.iter().filter(|profile| profile.name != base.profile.name) {
        let tried: Vec<&Profile> = variations.iter().map(|it| &it.inputs.profile).collect();
        let variation = hindrance(base, profile, &tried, known).map_or_else(
            || vary(base, Input::Merchant, |it| it.profile = profile.clone()).ok_or(Why::Unsendable),
            Err,
        );
        match variation {
            Ok(variation) => variations.push(variation),
            Err(why) => left_out.push(LeftOut { profile: Masked::typed(&profile.name), why }),
        }
    }
    (variations, left_out)
}

fn hindrance(base: &Inputs, profile: &Profile, tried: &[&Profile], known: &Known<'_>) -> Option<Why> {
    let own = &base.profile;
    let needs_terminal = matches!(profile.key, KeySource::Prompt | KeySource::Command { terminal: true, .. });
    let is_custom = own.environment() == Environment::Custom;
    let same = |other: &Profile| other.merchant_id == profile.merchant_id;
    if profile.environment() != own.environment() {
        Some(Why::OtherEnvironment)
    } else if is_custom && profile.endpoint != own.endpoint {
        Some(Why::OtherHost)
    } else if profile.read_only {
        Some(Why::ReadOnly)
    } else if same(own) || tried.iter().any(|other| same(other)) {
        Some(Why::SameMerchant)
    } else if needs_terminal && !(known.is_unlocked)(profile) {
        Some(Why::KeyLocked)
    } else {
        None
    }
}

/// Those typed by the engineer, those that this reference was asked with, those of this profile.
fn customers(base: &Inputs, known: &Known<'_>) -> Vec<Variation> {
    let seen = seen(base, known, |entry| &entry.customer_id);
    let others = known.customers.iter().cloned().chain(seen);
    let follows = base.routing_id == base.customer_id;
    let with = |customer: String| {
        vary(base, Input::Customer, |it| {
            if follows {
                it.routing_id.clone_from(&customer);
            }
            it.customer_id = customer;
        })
    };
    distinct(others, &base.customer_id).into_iter().filter_map(with).collect()
}

fn references(base: &Inputs) -> Vec<Variation> {
    let with = |(form, reference): (Form, String)| {
        vary(base, Input::Reference, |it| {
            it.form = form;
            it.card_reference = reference;
        })
    };
    forms::of(&base.card_reference).into_iter().filter_map(with).collect()
}

/// Without one, the profile's own, and those of the history.
fn submerchants(base: &Inputs, known: &Known<'_>) -> Vec<Variation> {
    let own = [String::new(), base.profile.submerchant_id.clone()];
    let seen = seen(base, known, |entry| &entry.submerchant_id);
    let with = |id: String| vary(base, Input::Submerchant, |it| it.submerchant_id = id);
    distinct(own.into_iter().chain(seen), &base.submerchant_id).into_iter().filter_map(with).collect()
}

fn routing(base: &Inputs) -> Vec<Variation> {
    let follow = |it: &mut Inputs| it.routing_id.clone_from(&it.customer_id);
    let differs = base.routing_id != base.customer_id;
    differs.then(|| vary(base, Input::Routing, follow)).flatten().into_iter().collect()
}

/// An id of the calls before, of those in the same environment: first where the reference was the same, then where the
/// profile was. One that is not kept whole is none.
fn seen(base: &Inputs, known: &Known<'_>, read: fn(&Entry) -> &Masked) -> Vec<String> {
    let host = base.profile.endpoint.authority();
    let environment = base.profile.environment();
    let is_custom = environment == Environment::Custom;
    let is_here = |entry: &&Entry| {
        entry.environment == environment && (!is_custom || entry.host.plain() == Some(host.as_str()))
    };
    let id = |entry: &Entry| read(entry).plain().map(str::to_owned);
    let here = || known.history.iter().filter(is_here);
    let of_reference =
        here().filter(|entry| entry.card_reference.plain() == Some(base.card_reference.as_str()));
    let of_profile = here().filter(|entry| entry.profile.plain() == Some(base.profile.name.as_str()));
    of_reference.chain(of_profile).filter_map(id).filter(|id| !id.is_empty()).collect()
}

/// Each once, in order, without what was sent.
fn distinct(ids: impl Iterator<Item = String>, sent: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for id in ids {
        if id != sent && !out.contains(&id) {
            out.push(id);
        }
    }
    out
}
