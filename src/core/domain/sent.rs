//! What was really sent: the facts of a call that stay true whatever is selected or typed afterwards.

use super::calendar::Stamp;
use super::guard::Order;
use super::profile::{Environment, Profile};
use super::request::ValidRequest;
use crate::secret::Masked;

/// A call as it left: under which profile, to which host, with which ids. Made of the [`Order`] that was sent, or of the
/// [`Sender`] of its profile and its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Number of the call in this run of the program, from one.
    pub number: u32,
    /// When.
    pub at: Stamp,
    /// Name of the profile.
    pub profile: Masked,
    /// Environment of the profile.
    pub environment: Environment,
    /// Whether the profile is guarded: a call may mint a cryptogram for a real card.
    pub guarded: bool,
    /// Whether the profile is a reseller's.
    pub reseller: bool,
    /// Host and port.
    pub host: Masked,
    /// Scheme, host, port and path.
    pub url: Masked,
    /// Header `version`.
    pub version: Masked,
    /// Header `x-merchantid`.
    pub merchant_id: Masked,
    /// Body field `card_reference`.
    pub card_reference: Masked,
    /// Body field `customer_id`.
    pub customer_id: Masked,
    /// Header `x-routing-id`.
    pub routing_id: Masked,
    /// Body field `submerchantId`; empty where it was left out.
    pub submerchant_id: Masked,
    /// Whether each text above is what was sent, character for character: none is masked, none shown as an escape.
    pub verbatim: bool,
}

impl Sent {
    /// The facts of an order that is sent now.
    pub fn of(order: &Order, number: u32, at: Stamp) -> Self {
        Sender::of(order.profile()).sent(order.request(), number, at)
    }
}

/// What all calls under one profile have in common, made once for many of them.
pub struct Sender(Sent);

impl Sender {
    /// Under this profile.
    pub fn of(profile: &Profile) -> Self {
        let mut verbatim = true;
        let mut told = |text: &str| told(text, &mut verbatim);
        Self(Sent {
            number: 0,
            at: Stamp::default(),
            profile: told(&profile.name),
            environment: profile.environment(),
            guarded: profile.is_guarded(),
            reseller: profile.reseller,
            host: told(&profile.endpoint.authority()),
            url: told(&profile.endpoint.url()),
            version: told(&profile.version),
            merchant_id: told(&profile.merchant_id),
            card_reference: Masked::default(),
            customer_id: Masked::default(),
            routing_id: Masked::default(),
            submerchant_id: Masked::default(),
            verbatim,
        })
    }

    /// The facts of a request that was sent under this profile then.
    pub fn sent(&self, request: &ValidRequest, number: u32, at: Stamp) -> Sent {
        let mut verbatim = self.0.verbatim;
        let mut told = |text: &str| told(text, &mut verbatim);
        Sent {
            number,
            at,
            card_reference: told(request.card_reference()),
            customer_id: told(request.customer_id()),
            routing_id: told(request.routing_id()),
            submerchant_id: told(request.submerchant_id().unwrap_or_default()),
            verbatim,
            ..self.0.clone()
        }
    }
}

/// A text of a call, and whether it is that character for character.
fn told(text: &str, verbatim: &mut bool) -> Masked {
    let masked = Masked::typed(text);
    *verbatim &= masked.plain() == Some(text);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request::Draft;

    #[test]
    fn of_each_call_it_is_told_anew_whether_it_is_shown_as_it_was_sent() {
        let profile = crate::domain::profile::demo_profile(([127, 0, 0, 1], 1).into(), "acme");
        let sender = Sender::of(&profile);
        let sent = |customer_id: &str| {
            let draft =
                Draft { card_reference: "r".into(), customer_id: customer_id.into(), ..Draft::default() };
            sender.sent(&draft.validate(&profile).unwrap(), 1, Stamp::default())
        };
        // Stars could be taken for a mask, so they are shown as an escape.
        assert_eq!(["c****", "c"].map(|id| sent(id).verbatim), [false, true]);
        assert_eq!(sent("c").host.text(), profile.endpoint.authority());
    }
}
