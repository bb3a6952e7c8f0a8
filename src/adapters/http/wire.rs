//! The contract's request, byte for byte: method, headers, body.
//!
//! The one place where the API key is read as text.

use std::sync::{Arc, Mutex};

use hyper::body::Bytes;
use hyper::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use hyper::{Method, Request, Uri};
use reqwest::Url;
use serde::Serialize;

use super::clients::{self, Route};
use super::lock;
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
    uri: Uri,
    headers: HeaderMap,
    /// They know the key. Behind a lock, since whoever looks with needles writes on them.
    needles: Mutex<Needles>,
}

impl Common {
    /// Of an order and those like it; [`Failure::Unsendable`] where the profile holds what no header or URL takes. Where they
    /// are many, it has all that a connection is to be told, and else a client adds its part.
    pub(super) fn of(order: &Order, key: &Arc<Secret>, is_for_many: bool) -> Result<Self, Failure> {
        let profile = order.shared_profile();
        let url = Url::parse(&profile.endpoint.url()).map_err(|_| Failure::Unsendable)?;
        let mut headers = headers(&profile, key)?;
        if is_for_many {
            add_ours(&mut headers, &url)?;
        }
        let target = if is_for_many { url.path() } else { url.as_str() };
        let uri = target.parse().map_err(|_| Failure::Unsendable)?;
        let route = Arc::new(Route::of(&profile)?);
        let mut needles = Needles::default();
        needles.know_key(key);
        Ok(Self { profile, key: Arc::clone(key), route, uri, headers, needles: Mutex::new(needles) })
    }

    /// Whether an order is one of those, sent with this very key.
    pub(super) fn is_of(&self, order: &Order, key: &Arc<Secret>) -> bool {
        Arc::ptr_eq(&self.profile, &order.shared_profile()) && Arc::ptr_eq(&self.key, key)
    }

    /// What to look for in one answer. What is learnt of it is not kept for others.
    pub(super) fn needles(&self) -> Needles {
        lock(&self.needles).for_another_answer()
    }

    /// The request of an order of those.
    pub(super) fn request(&self, asked: &ValidRequest) -> Result<Request<Bytes>, Failure> {
        let body = serde_json::to_vec(&Body::of(asked)).map_err(|_| Failure::Unsendable)?;
        let length = HeaderValue::from(body.len());
        let mut request = Request::new(Bytes::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().insert(ROUTING_ID, value(asked.routing_id())?);
        // Into its place, where it has one: the library would make room for it in each copy.
        if let Some(place) = request.headers_mut().get_mut(CONTENT_LENGTH) {
            *place = length;
        }
        Ok(request)
    }
}

/// What a client adds to the headers of a request.
fn add_ours(headers: &mut HeaderMap, url: &Url) -> Result<(), Failure> {
    let host = url.host_str().ok_or(Failure::Unsendable)?;
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(USER_AGENT, HeaderValue::from_static(clients::USER_AGENT));
    headers.insert(HOST, value(&host)?);
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static(""));
    Ok(())
}

/// The headers in the order of the contract; that of the routing id is empty, and each order puts its own there.
fn headers(profile: &Profile, key: &Secret) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::with_capacity(12);
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
