//! A pasted request in plaintext, between its reader and [`strip`](super::strip). It never leaves this folder.
//!
//! It cannot be printed. The texts are wiped when they are freed, by the allocator of the program.

use super::Kind;

/// A request as it stood there.
pub(super) struct Raw {
    pub(super) kind: Kind,
    pub(super) calls: usize,
    pub(super) is_glued: bool,
    /// `None` for a body alone.
    pub(super) head: Option<RawHead>,
    pub(super) body: RawBody,
}

/// URL, method and headers.
#[derive(Default)]
pub(super) struct RawHead {
    pub(super) url: Option<String>,
    pub(super) method: String,
    pub(super) headers: Vec<(String, String)>,
    /// User and password as an option of curl.
    pub(super) user: Option<String>,
}

/// What is sent.
pub(super) enum RawBody {
    Missing,
    InFile,
    Object(Vec<Member>),
    Form(Vec<Member>),
    Other,
}

/// A name and its value.
pub(super) type Member = (String, Value);

/// A value.
pub(super) enum Value {
    Text(String),
    /// A number, `true`, `false` or `null`, as digits where it has some.
    Bare(String),
    Map(Vec<Member>),
    List(Vec<Value>),
}

impl RawHead {
    /// The values of a header, whatever the case of its name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |header: &&(String, String)| header.0.trim().eq_ignore_ascii_case(name);
        self.headers.iter().filter(named).map(|(_, value)| value.trim())
    }

    /// The value that counts: the last, where it is not empty.
    pub(super) fn one<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).last().filter(|value| !value.is_empty())
    }
}

/// Whether a value is filled in later: a variable of a shell or of Postman.
pub(super) fn is_later(value: &str) -> bool {
    value.contains("{{") || value.contains('$')
}
