//! The call within what a browser recorded. Answers, pages and timings are passed over unread.

use serde::Deserialize;

use super::body;
use super::request::{Raw, RawBody, RawHead, Value};
use super::{Kind, NotRead};

/// What the path of the call holds, as the contract writes it and as it is often mistaken.
const CALLS: [&str; 2] = ["card/get", "get/card"];

#[derive(Deserialize)]
struct File {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: Request,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(default)]
    method: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    text: Option<String>,
    #[serde(default)]
    params: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

/// Whether a JSON text is one; a broken one counts too.
pub(super) fn is_one(text: &str) -> bool {
    text.contains("\"log\"") && text.contains("\"entries\"")
}

/// Reads the last call of it.
pub(super) fn read(text: &str) -> Result<Raw, NotRead> {
    let file: File = serde_json::from_str(text).map_err(|error| body::broken(&error))?;
    let mut calls: Vec<Request> =
        file.log.entries.into_iter().map(|entry| entry.request).filter(is_call).collect();
    let count = calls.len();
    let request = calls.pop().ok_or(NotRead::NoCall)?;
    let headers = request.headers.into_iter().filter(|it| !it.name.starts_with(':'));
    let head = RawHead {
        url: Some(request.url).filter(|url| !url.is_empty()),
        method: request.method,
        headers: headers.map(|it| (it.name, it.value)).collect(),
        user: None,
    };
    Ok(Raw {
        kind: Kind::Har,
        calls: count,
        is_glued: false,
        head: Some(head),
        body: request.post_data.map_or(RawBody::Missing, of_post),
    })
}

fn is_call(request: &Request) -> bool {
    let path = request.url.split(['?', '#']).next().unwrap_or_default();
    CALLS.iter().any(|call| path.contains(call))
}

fn of_post(data: PostData) -> RawBody {
    match data.text {
        Some(text) => body::of_text(&text),
        None if data.params.is_empty() => RawBody::Missing,
        None => RawBody::Form(data.params.into_iter().map(|it| (it.name, Value::Text(it.value))).collect()),
    }
}
