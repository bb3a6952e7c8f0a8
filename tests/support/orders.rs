//! Profiles, and orders that went through the real guard: what every test that sends or judges starts from.
//!
//! Taken in by path, since most of those tests need none of the pty beside it.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]

use tokenscope::domain::guard::{Guard, Order};
use tokenscope::domain::profile::{Colour, Endpoint, KeySource, Profile, Routing};
use tokenscope::domain::request::Draft;
use tokenscope::secret::Moment;

/// The reference of the contract's sample.
pub const REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";

/// The customer of the contract's sample.
pub const CUSTOMER: &str = "juspaytest_cust";

/// A profile with nothing special about it.
pub fn profile(name: &str, endpoint: Endpoint) -> Profile {
    Profile {
        name: name.into(),
        endpoint,
        merchant_id: "acme".into(),
        version: "2023-01-01".into(),
        routing: Routing::CustomerId,
        reseller: false,
        submerchant_id: String::new(),
        colour: Colour::Default,
        key: KeySource::Prompt,
        allow_reveal: true,
        read_only: false,
        guard_production: false,
        ca_file: None,
        proxy: None,
    }
}

/// A profile on a host of the test's own.
pub fn custom(base_url: &str) -> Profile {
    profile("lab", Endpoint::custom(base_url).unwrap())
}

/// The request of the contract's sample.
pub fn draft() -> Draft {
    Draft { card_reference: REFERENCE.into(), customer_id: CUSTOMER.into(), ..Draft::default() }
}

/// The order that the guard makes of a draft; a guarded profile is confirmed first.
pub fn order_of(profile: &Profile, draft: &Draft) -> Order {
    let request = draft.validate(profile).unwrap();
    let typed = profile.is_guarded().then(|| profile.confirmation());
    Guard::new(false).admit(profile, request, typed.as_deref(), Moment::default()).unwrap_or_else(|barred| {
        panic!("{barred}");
    })
}
