//! The contract's request, byte for byte: method, headers, body.
//!
//! The one place where the API key is read as text.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use serde::Serialize;

use crate::domain::failure::Failure;
use crate::domain::guard::Order;
use crate::domain::request::ValidRequest;
use crate::secret::Secret;

const MERCHANT_ID: HeaderName = HeaderName::from_static("x-merchantid");
const VERSION: HeaderName = HeaderName::from_static("version");
const ROUTING_ID: HeaderName = HeaderName::from_static("x-routing-id");

/// The body, with the contract's names in the contract's order.
#[derive(Serialize)]
struct Body<'a> {
    card_reference: &'a str,
    customer_id: &'a str,
    #[serde(rename = "submerchantId", skip_serializing_if = "Option::is_none")]
    submerchant_id: Option<&'a str>,
}

impl<'a> Body<'a> {
    fn of(asked: &'a ValidRequest) -> Self {
        Self {
            card_reference: asked.card_reference(),
            customer_id: asked.customer_id(),
            submerchant_id: asked.submerchant_id(),
        }
    }
}

/// Builds the request of an order; [`Failure::Unsendable`] where the profile holds what no header or URL takes.
pub(super) fn request(order: &Order, key: &Secret) -> Result<Request, Failure> {
    let url = Url::parse(&order.profile().endpoint.url()).map_err(|_| Failure::Unsendable)?;
    let body = serde_json::to_vec(&Body::of(order.request())).map_err(|_| Failure::Unsendable)?;
    let mut request = Request::new(Method::POST, url);
    *request.headers_mut() = headers(order, key)?;
    *request.body_mut() = Some(body.into());
    Ok(request)
}

fn headers(order: &Order, key: &Secret) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(AUTHORIZATION, authorization(key)?);
    headers.insert(MERCHANT_ID, value(&order.profile().merchant_id)?);
    headers.insert(VERSION, value(&order.profile().version)?);
    headers.insert(ROUTING_ID, value(order.request().routing_id())?);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(headers)
}

/// The copy in the header cannot be wiped by hand; the allocator of the program wipes it when it is freed.
#[expect(clippy::disallowed_methods, reason = "the key goes onto the wire here and nowhere else")]
fn authorization(key: &Secret) -> Result<HeaderValue, Failure> {
    let mut value = value(key.basic().expose_on_wire())?;
    value.set_sensitive(true);
    Ok(value)
}

fn value(text: &str) -> Result<HeaderValue, Failure> {
    HeaderValue::from_str(text).map_err(|_| Failure::Unsendable)
}
