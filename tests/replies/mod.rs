//! Replies as the HTTP adapter would hand them over, made from bodies.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test file uses its part")]

use std::time::Duration;

use tokenscope::diagnosis::verdict::{Judgement, judge};
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Exchange, RawReply, Reply, Timing};
use tokenscope::domain::guard::Order;
use tokenscope::domain::profile::Endpoint;
use tokenscope::domain::request::Draft;
use tokenscope::domain::sent::Sent;
use tokenscope::secret::Needles;

#[path = "../support/orders.rs"]
pub mod orders;

pub use orders::{CUSTOMER, REFERENCE};

/// The contract's sample token.
pub const TOKEN: &str = "4788080252078243";
/// A well-formed cryptogram: 28 characters, 20 bytes.
pub const CRYPTOGRAM: &str = "Uc/zwfC8WfYYfnBAzBKk6bHsp6o=";
/// 2026-11-23, 18:20:05 UTC.
pub const AT: Stamp = Stamp(1_795_458_005_000);

/// The contract's sample answer, as printed there.
pub const SAMPLE: &str = r#"{
  "eci": "07",
  "name_on_card": "Rohit Singh",
  "token_requestor_id": "40000000079",
  "fingerprint": "65soeo5vf909rfe4vrvmreu88f",
  "card_type": "DEBIT",
  "reference": "token_a0c16957f9bf46b0966a91a35b555353",
  "customer_id": "juspaytest_cust",
  "sub_type": null,
  "network": "VISA",
  "token_details": {
    "status": "ACTIVE",
    "first_six": "478808",
    "last_four": "8243",
    "exp_month": "11",
    "exp_year": "2029",
    "provider": "VISA",
    "provider_category": "NETWORK"
  },
  "issuer_country_code": null,
  "authentication_details": {
    "cryptogram": "XXXXXXXXXXXXXXXX",
    "token": "4788080252078243"
  },
  "nickname": null,
  "issuer": "Paytm",
  "card_details": {
    "last_four": "9426",
    "par": "V0010014622122423467188903638",
    "exp_month": "11",
    "exp_year": "2029"
  }
}
"#;

/// The sample with a real cryptogram in place of its placeholder.
pub fn usable() -> String {
    SAMPLE.replace("XXXXXXXXXXXXXXXX", CRYPTOGRAM)
}

/// An order for a reference under a sandbox profile.
pub fn order(reference: &str) -> Order {
    let sandbox = orders::profile("sandbox", Endpoint::sandbox());
    orders::order_of(&sandbox, &Draft { card_reference: reference.into(), ..orders::draft() })
}

/// What was sent for a reference.
pub fn sent(reference: &str) -> Sent {
    Sent::of(&order(reference), 1, AT)
}

/// A whole answer to the sample request.
pub fn came(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    read(&RawReply { status, headers: &headers, body: body.as_bytes() })
}

/// The same for a body that is no text.
pub fn came_bytes(status: u16, body: &[u8]) -> Reply {
    read(&RawReply { status, headers: &[], body })
}

fn read(raw: &RawReply<'_>) -> Reply {
    let timing = Timing { total: Duration::from_millis(42), ..Timing::default() };
    let order = order(REFERENCE);
    Reply::Came(Exchange::read(raw, Some(order.request()), Needles::default(), timing))
}

/// A 200 with JSON.
pub fn answered(body: &str) -> Reply {
    came(200, &[("content-type", "application/json"), ("x-request-id", "req-1")], body)
}

/// The judgement of a reply to the sample request on the day of [`AT`].
pub fn judged(reply: &Reply) -> Judgement {
    judge(reply, Some(&sent(REFERENCE)), AT.date_in_india())
}
