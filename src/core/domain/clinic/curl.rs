//! The options of curl that make a request. What an option of another kind is given is passed over.

use super::body;
use super::request::{Raw, RawBody, RawHead};
use super::shell;
use super::{Kind, NotRead};

/// Short options that are given something, and the long ones that mean the same; empty for those that do not matter.
const SHORT: [(char, &str); 28] = [
    ('H', "header"),
    ('u', "user"),
    ('d', "data"),
    ('X', "request"),
    ('F', "form"),
    ('T', "upload-file"),
    ('A', ""),
    ('b', "cookie"),
    ('c', ""),
    ('C', ""),
    ('D', ""),
    ('e', ""),
    ('E', ""),
    ('K', ""),
    ('m', ""),
    ('o', ""),
    ('P', ""),
    ('Q', ""),
    ('r', ""),
    ('t', ""),
    ('U', "proxy-user"),
    ('w', ""),
    ('x', ""),
    ('y', ""),
    ('Y', ""),
    ('z', ""),
    ('G', "get"),
    ('I', "head"),
];

/// Long options that are given nothing and matter.
const FLAGS: [&str; 2] = ["get", "head"];

/// Long options that are given something.
const LONG: [&str; 43] = [
    "header",
    "user",
    "data",
    "data-ascii",
    "data-raw",
    "data-binary",
    "data-urlencode",
    "json",
    "request",
    "url",
    "form",
    "form-string",
    "upload-file",
    "cookie",
    "oauth2-bearer",
    "proxy-user",
    "user-agent",
    "referer",
    "output",
    "cookie-jar",
    "dump-header",
    "write-out",
    "max-time",
    "connect-timeout",
    "retry",
    "retry-delay",
    "retry-max-time",
    "proxy",
    "proxy-header",
    "noproxy",
    "cacert",
    "capath",
    "cert",
    "cert-type",
    "key",
    "key-type",
    "pass",
    "resolve",
    "connect-to",
    "interface",
    "ciphers",
    "tls-max",
    "config",
];

/// Reads a command line that begins with `curl`.
pub(super) fn read(text: &str) -> Result<Raw, NotRead> {
    let (words, is_glued) = shell::words(text)?;
    let mut command = Command::default();
    let mut words = words.into_iter().skip(1).take_while(|word| !word.starts_with("```"));
    while let Some(word) = words.next() {
        command.word(&word, &mut words);
    }
    Ok(command.finish(is_glued))
}

/// What was said so far.
#[derive(Default)]
struct Command {
    head: RawHead,
    method: Option<String>,
    data: Option<String>,
    is_in_file: bool,
    is_form: bool,
    is_get: bool,
    is_head: bool,
    is_put: bool,
}

impl Command {
    fn word(&mut self, word: &str, rest: &mut impl Iterator<Item = String>) {
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) =
                long.split_once('=').map_or((long, None), |(name, it)| (name, Some(it.to_owned())));
            if LONG.contains(&name) {
                let value = value.or_else(|| rest.next()).unwrap_or_default();
                self.option(name, value);
            } else if FLAGS.contains(&name) {
                self.option(name, String::new());
            }
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            self.short(letters, rest);
        } else {
            self.head.url.get_or_insert_with(|| word.to_owned());
        }
    }

    /// One letter or several; what stands behind one that is given something is given to it.
    fn short(&mut self, letters: &str, rest: &mut impl Iterator<Item = String>) {
        let mut letters = letters.chars();
        while let Some(letter) = letters.next() {
            match SHORT.iter().find(|(short, _)| *short == letter) {
                Some((_, name)) if FLAGS.contains(name) => self.option(name, String::new()),
                Some((_, name)) => {
                    let behind = letters.as_str();
                    let value =
                        if behind.is_empty() { rest.next().unwrap_or_default() } else { behind.to_owned() };
                    return self.option(name, value);
                }
                None => {}
            }
        }
    }

    fn option(&mut self, name: &str, value: String) {
        match name {
            "header" => self.header(&value),
            "user" => self.head.user = Some(value),
            "oauth2-bearer" => self.head.headers.push(("Authorization".into(), format!("Bearer {value}"))),
            "proxy-user" => self.head.headers.push(("Proxy-Authorization".into(), value)),
            "cookie" => self.head.headers.push(("Cookie".into(), value)),
            "request" => self.method = Some(value),
            "url" => self.head.url = Some(value),
            "form" | "form-string" => self.is_form = true,
            "upload-file" => (self.is_in_file, self.is_put) = (true, true),
            "get" => self.is_get = true,
            "head" => self.is_head = true,
            "data" | "data-ascii" | "data-binary" if value.starts_with('@') => self.is_in_file = true,
            "data" | "data-ascii" | "data-binary" | "data-raw" | "data-urlencode" => self.data(value, "&"),
            "json" => self.json(value),
            _ => {}
        }
    }

    fn header(&mut self, text: &str) {
        let (name, value) = text.split_once(':').unwrap_or((text.trim_end_matches(';'), ""));
        self.head.headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }

    fn data(&mut self, value: String, between: &str) {
        match &mut self.data {
            Some(before) => before.extend([between, &value]),
            None => self.data = Some(value),
        }
    }

    fn json(&mut self, value: String) {
        if self.head.one("content-type").is_none() {
            self.header("Content-Type: application/json");
        }
        if value.starts_with('@') { self.is_in_file = true } else { self.data(value, "") }
    }

    fn finish(mut self, is_glued: bool) -> Raw {
        let has_body = self.data.is_some() || self.is_in_file || self.is_form;
        let by_itself = match () {
            () if self.is_head => "HEAD",
            () if self.is_put => "PUT",
            () if has_body && !self.is_get => "POST",
            () => "GET",
        };
        self.head.method = self.method.unwrap_or_else(|| by_itself.to_owned());
        let body = match self.data {
            Some(text) => body::of_text(&text),
            None if self.is_in_file => RawBody::InFile,
            None if self.is_form => RawBody::Form(Vec::new()),
            None => RawBody::Missing,
        };
        Raw { kind: Kind::Curl, calls: 1, is_glued, head: Some(self.head), body }
    }
}
