//! The isolation probe: which one input is wrong where no stored card is found.
//!
//! Owns: the plan (which calls, each with one input other than in the call that was refused, in which order, how many), what
//! each call told, and the conclusion with its texts (`assets/probe.toml`). Must not know: how a call is sent, what a screen
//! looks like. A key is bound to its profile, so another merchant is tried by another profile only, and never one of another
//! environment, whose vault is another. Tested: `tests/probe_plan.rs`.

mod alternatives;
mod conclusion;
mod forms;
mod heard;

pub use alternatives::{Known, LeftOut, Why};
pub use conclusion::{Conclusion, End, conclude, text_ids};
pub use forms::Form;
pub use heard::{Heard, Tried};

use crate::domain::profile::{Profile, Routing};
use crate::domain::request::{Draft, ValidRequest};
use crate::domain::sent::Sent;
use crate::secret::Masked;

/// Calls of a plan where nobody asks for another number.
pub const BUDGET: usize = 8;

/// Calls of a plan at most.
pub const MOST_CALLS: usize = 12;

/// An input of the call that can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// `x-merchantid`, by way of the profile.
    Merchant,
    /// `customer_id`.
    Customer,
    /// The form of `card_reference`.
    Reference,
    /// `submerchantId`.
    Submerchant,
    /// `x-routing-id`.
    Routing,
}

impl Input {
    /// All inputs, the likeliest first (contract/domain.md, section 2).
    pub const ALL: [Self; 5] =
        [Self::Merchant, Self::Customer, Self::Reference, Self::Submerchant, Self::Routing];

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Merchant => "x-merchantid",
            Self::Customer => "customer_id",
            Self::Reference => "card_reference",
            Self::Submerchant => "submerchantId",
            Self::Routing => "x-routing-id",
        }
    }
}

/// The inputs of a call: everything that decides whether a card is found, but for the environment.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The profile: host, merchant and key.
    pub profile: Profile,
    /// `card_reference`.
    pub card_reference: String,
    /// In which form of the one that was refused.
    pub form: Form,
    /// `customer_id`.
    pub customer_id: String,
    /// `x-routing-id`.
    pub routing_id: String,
    /// `submerchantId`; empty for none.
    pub submerchant_id: String,
}

impl Inputs {
    /// The inputs of a call that was sent under a profile; `None` where an id of it is not known letter by letter.
    pub fn of(sent: &Sent, profile: &Profile) -> Option<Self> {
        let plain = |text: &Masked| text.plain().filter(|_| sent.verbatim).map(str::to_owned);
        Some(Self {
            profile: profile.clone(),
            card_reference: plain(&sent.card_reference)?,
            form: Form::AsSent,
            customer_id: plain(&sent.customer_id)?,
            routing_id: plain(&sent.routing_id)?,
            submerchant_id: plain(&sent.submerchant_id)?,
        })
    }

    /// The form that makes this call; a routing id that follows the customer is left to do so.
    pub fn draft(&self) -> Draft {
        let follows = self.routing_id == self.customer_id && self.profile.routing == Routing::CustomerId;
        Draft {
            card_reference: self.card_reference.clone(),
            customer_id: self.customer_id.clone(),
            routing_id: if follows { String::new() } else { self.routing_id.clone() },
            submerchant_id: self.submerchant_id.clone(),
        }
    }

    /// The request, where one can be made of it.
    pub fn request(&self) -> Option<ValidRequest> {
        self.draft().validate(&self.profile).ok()
    }

    /// One input, to be shown.
    pub fn shown(&self, input: Input) -> Masked {
        match input {
            Input::Merchant => Masked::typed(&self.profile.merchant_id),
            Input::Customer => Masked::typed(&self.customer_id),
            Input::Reference => Masked::typed(&self.card_reference),
            Input::Submerchant if self.submerchant_id.is_empty() => Masked::ours("(none)"),
            Input::Submerchant => Masked::typed(&self.submerchant_id),
            Input::Routing => Masked::typed(&self.routing_id),
        }
    }
}

/// A call to be made: the refused one with one input changed.
#[derive(Debug, Clone)]
pub struct Variation {
    /// Which input.
    pub input: Input,
    /// All inputs.
    pub inputs: Inputs,
    /// What is sent.
    pub request: ValidRequest,
}

/// The calls to be made.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The call that was refused.
    pub base: Inputs,
    /// The calls in their order; at most [`MOST_CALLS`].
    pub calls: Vec<Variation>,
    /// Variations for which the budget has no call.
    pub beyond: usize,
    /// Profiles that take no part.
    pub left_out: Vec<LeftOut>,
}

impl Plan {
    /// The plan for a refused call. A budget above [`MOST_CALLS`] counts as that.
    pub fn of(base: Inputs, known: &Known<'_>, budget: usize) -> Self {
        let (groups, left_out) = alternatives::groups(&base, known);
        let all: usize = groups.iter().map(Vec::len).sum();
        let calls = chosen(groups, budget.min(MOST_CALLS));
        Self { beyond: all - calls.len(), base, calls, left_out }
    }

    /// The hosts that the calls go to.
    pub fn hosts(&self) -> Vec<String> {
        let mut hosts: Vec<String> = Vec::new();
        for call in &self.calls {
            let host = call.inputs.profile.endpoint.authority();
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        hosts
    }

    /// How many cryptograms the calls may mint: each answer is one, and the first ends the run unless all are asked for.
    pub fn cryptograms(&self, all: bool) -> usize {
        if all { self.calls.len() } else { self.calls.len().min(1) }
    }
}

/// So many of the variations: a round takes the likeliest left of each input, so that many profiles do not crowd out the
/// customers. They are made in the order of the inputs all the same.
fn chosen(groups: Vec<Vec<Variation>>, budget: usize) -> Vec<Variation> {
    let mut ranked: Vec<(usize, usize, Variation)> = Vec::new();
    for (group, variations) in groups.into_iter().enumerate() {
        ranked.extend(variations.into_iter().enumerate().map(|(round, it)| (round, group, it)));
    }
    ranked.sort_by_key(|(round, group, _)| (*round, *group));
    ranked.truncate(budget);
    ranked.sort_by_key(|(round, group, _)| (*group, *round));
    ranked.into_iter().map(|(.., variation)| variation).collect()
}
