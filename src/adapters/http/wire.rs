//! The contract's request, byte for byte: method, headers, body.
//!
//! The one place where the API key is read as text.

use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use serde::Serialize;

use super::clients::Route;
use crate::domain::failure::Failure;
use crate::domain::guard::Order;
use crate::domain::profile::Profile;
use crate::domain::request::ValidRequest;
use crate::secret::{Needles, Secret};

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

/// What all calls of one profile and key have in common, made once for many of them.
pub(super) struct Common {
    profile: Arc<Profile>,
    key: Arc<Secret>,
    /// The way to the host.
    pub(super) route: Arc<Route>,
    url: Url,
    headers: HeaderMap,
    /// They know the key.
    pub(super) needles: Needles,
}

impl Common {
    /// Of an order and those like it; [`Failure::Unsendable`] where the profile holds what no header or URL takes.
    pub(super) fn of(order: &Order, key: &Arc<Secret>) -> Result<Self, Failure> {
        let profile = order.shared_profile();
        let url = Url::parse(&profile.endpoint.url()).map_err(|_| Failure::Unsendable)?;
        let headers = headers(&profile, key)?;
        let route = Arc::new(Route::of(&profile)?);
        let mut needles = Needles::default();
        needles.know_key(key);
        Ok(Self { profile, key: Arc::clone(key), route, url, headers, needles })
    }

    /// Whether an order is one of those, sent with this very key.
    pub(super) fn is_of(&self, order: &Order, key: &Arc<Secret>) -> bool {
        Arc::ptr_eq(&self.profile, &order.shared_profile()) && Arc::ptr_eq(&self.key, key)
    }

    /// The request of an order.
    pub(super) fn request(&self, order: &Order) -> Result<Request, Failure> {
        let body = serde_json::to_vec(&Body::of(order.request())).map_err(|_| Failure::Unsendable)?;
        let mut request = Request::new(Method::POST, self.url.clone());
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().insert(ROUTING_ID, value(order.request().routing_id())?);
        *request.body_mut() = Some(body.into());
        Ok(request)
    }
}

/// The headers in the order of the contract; that of the routing id is empty, and each order puts its own there.
fn headers(profile: &Profile, key: &Secret) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(AUTHORIZATION, authorization(key)?);
    headers.insert(MERCHANT_ID, value(&profile.merchant_id)?);
    headers.insert(VERSION, value(&profile.version)?);
    headers.insert(ROUTING_ID, HeaderValue::from_static(""));
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
