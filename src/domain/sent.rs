//! What was really sent: the facts of a call that stay true whatever is selected or typed afterwards.

use super::calendar::Stamp;
use super::guard::Order;
use super::profile::Environment;
use crate::secret::Masked;

/// A call as it left: under which profile, to which host, with which ids. Made from the [`Order`] that was sent.
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
    /// Host and port.
    pub host: Masked,
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
}

impl Sent {
    /// The facts of an order that is sent now.
    pub fn of(order: &Order, number: u32, at: Stamp) -> Self {
        let (profile, request) = (order.profile(), order.request());
        Self {
            number,
            at,
            profile: Masked::typed(&profile.name),
            environment: profile.environment(),
            host: Masked::typed(&profile.endpoint.authority()),
            merchant_id: Masked::typed(&profile.merchant_id),
            card_reference: Masked::typed(request.card_reference()),
            customer_id: Masked::typed(request.customer_id()),
            routing_id: Masked::typed(request.routing_id()),
            submerchant_id: Masked::typed(request.submerchant_id().unwrap_or_default()),
        }
    }
}
