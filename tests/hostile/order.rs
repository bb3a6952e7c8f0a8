//! Orders through the real guard, and keys.

use tokenscope::domain::exchange::{Exchange, Reply};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::guard::{ApiKey, Guard, Order};
use tokenscope::domain::profile::{Colour, Endpoint, KeySource, Profile, Routing};
use tokenscope::domain::request::Draft;
use tokenscope::secret::{Moment, Secret};

/// The API key of every test.
pub const KEY: &str = "synthetic-api-key-0815";

/// `Basic` and the base64 of [`KEY`] and a colon, written out so that nothing of ours computes it.
pub const BASIC: &str = "Basic c3ludGhldGljLWFwaS1rZXktMDgxNTo=";

/// The reference of the contract's sample.
pub const REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";

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

pub fn custom(base_url: &str) -> Profile {
    profile("lab", Endpoint::custom(base_url).unwrap())
}

pub fn key_of(profile: &Profile) -> ApiKey {
    ApiKey::bind(profile, Secret::new(KEY))
}

pub fn draft() -> Draft {
    Draft { card_reference: REFERENCE.into(), customer_id: "juspaytest_cust".into(), ..Draft::default() }
}

pub fn order_of(profile: &Profile, draft: &Draft) -> Order {
    let request = draft.validate(profile).unwrap();
    let typed = profile.is_guarded().then(|| profile.confirmation());
    Guard::new(false).admit(profile, request, typed.as_deref(), Moment::default()).unwrap_or_else(|barred| {
        panic!("{barred}");
    })
}

pub fn came(reply: Reply) -> Exchange {
    match reply {
        Reply::Came(exchange) => exchange,
        Reply::Failed(failure, _) => panic!("no answer: {failure:?}"),
    }
}

pub fn failed(reply: Reply) -> Failure {
    match reply {
        Reply::Failed(failure, _) => failure,
        Reply::Came(exchange) => panic!("an answer: HTTP {}", exchange.status),
    }
}
