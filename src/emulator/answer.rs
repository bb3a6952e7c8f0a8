//! The answer to one request: a scenario's, or a refusal, with the headers that each answer carries.
//!
//! It owns status line and headers; it must not know sockets or how scenarios are stored. Tested over sockets in
//! `tests/adapters_emulator.rs`.

use hyper::Response;
use hyper::StatusCode;
use hyper::ext::ReasonPhrase;
use hyper::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SERVER};

use super::catalogue::{NoText, Words};
use super::contract::Refusal;
use super::delivery::{self, Body};
use super::random;
use super::scenario::Scenario;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RESPONSE_ID: HeaderName = HeaderName::from_static("x-response-id");

/// The answer that refuses a request.
pub(super) fn of_refusal(refusal: Refusal) -> Response<Body> {
    let mut response = Response::new(delivery::whole(refusal.body().into_bytes()));
    *response.status_mut() = refusal.status();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if refusal == Refusal::OtherMethod {
        headers.insert(ALLOW, HeaderValue::from_static("POST"));
    }
    sign(headers);
    response
}

/// The answer of a scenario.
pub(super) fn of_scenario(scenario: &Scenario, words: &Words<'_>) -> Result<Response<Body>, Refusal> {
    let body = words.body().map_err(broken)?;
    let length = body.len();
    let mut response = Response::new(delivery::paced(body, scenario.delivery));
    *response.status_mut() = StatusCode::from_u16(scenario.status).map_err(|_| Refusal::Broken)?;
    if let Some(reason) = &scenario.reason {
        let reason =
            ReasonPhrase::try_from(words.fill(reason).map_err(broken)?).map_err(|_| Refusal::Broken)?;
        response.extensions_mut().insert(reason);
    }
    let headers = response.headers_mut();
    if !scenario.delivery.chunked && !scenario.delivery.endless {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    add_own(headers, scenario, words)?;
    sign(headers);
    Ok(response)
}

fn broken(_: NoText) -> Refusal {
    Refusal::Broken
}

/// The headers that the scenario names.
fn add_own(headers: &mut HeaderMap, scenario: &Scenario, words: &Words<'_>) -> Result<(), Refusal> {
    if !scenario.content_type.is_empty() {
        headers.insert(CONTENT_TYPE, value(scenario.content_type.as_bytes())?);
    }
    for (name, text) in &scenario.headers {
        headers.append(self::name(name)?, value(&words.fill(text).map_err(broken)?)?);
    }
    for number in 1..=scenario.filler_headers {
        headers.append(self::name(&format!("x-filler-{number}"))?, HeaderValue::from(number));
    }
    Ok(())
}

fn name(text: &str) -> Result<HeaderName, Refusal> {
    HeaderName::try_from(text).map_err(|_| Refusal::Broken)
}

fn value(bytes: &[u8]) -> Result<HeaderValue, Refusal> {
    HeaderValue::from_bytes(bytes).map_err(|_| Refusal::Broken)
}

/// The ids of request and response, where the scenario has none of its own, and who answers. hyper adds the date.
fn sign(headers: &mut HeaderMap) {
    for name in [REQUEST_ID, RESPONSE_ID] {
        let id = random::id().ok().and_then(|id| HeaderValue::try_from(id).ok());
        if let Some(id) = id.filter(|_| !headers.contains_key(&name)) {
            headers.insert(name, id);
        }
    }
    headers.entry(SERVER).or_insert(HeaderValue::from_static("tokenscope-emulator"));
}
