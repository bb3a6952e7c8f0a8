//! Keys, and what became of an order.

use tokenscope::domain::exchange::{Exchange, Reply};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::guard::ApiKey;
use tokenscope::domain::profile::Profile;
use tokenscope::secret::Secret;

#[path = "../support/orders.rs"]
mod orders;

pub use orders::{REFERENCE, custom, draft, order_of, profile};

/// The API key of every test.
pub const KEY: &str = "synthetic-api-key-0815";

/// `Basic` and the base64 of [`KEY`] and a colon, written out so that nothing of ours computes it.
pub const BASIC: &str = "Basic c3ludGhldGljLWFwaS1rZXktMDgxNTo=";

pub fn key_of(profile: &Profile) -> ApiKey {
    ApiKey::bind(profile, Secret::new(KEY))
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
