//! A merchant's request as it was pasted: a curl command, a HAR file or a JSON body.
//!
//! Owns: telling them apart, and taking out everything that may not stay. What [`read`] gives holds the ids of the form and
//! facts about the rest; key, authorization, cookies, card data and every value that nobody asked for end here and are in
//! none of its fields. Must not know: the contract's opinion of the facts (`diagnosis`), where the text came from.
//! Tested: in each file, and by property in `tests/clinic.rs`.

mod authorization;
mod body;
mod curl;
mod har;
mod request;
mod shell;
mod strip;
mod url;

use zeroize::Zeroizing;

use super::request::Draft;
use crate::secret::Masked;

/// The most that is read.
pub const LARGEST: usize = 1024 * 1024;

/// What was pasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A command line.
    Curl,
    /// What a browser recorded.
    Har,
    /// The body alone.
    Json,
}

impl Kind {
    /// How it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Curl => "curl command",
            Self::Har => "HAR file",
            Self::Json => "JSON body",
        }
    }
}

/// Why a text is not read as a request. Nothing of it is part of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// Nothing but blanks.
    #[error("it is empty: copy the curl command, the HAR file or the JSON body of the call")]
    Empty,
    /// Not text.
    #[error("it is no UTF-8 text: save the curl command, the HAR file or the JSON body as UTF-8")]
    NotUtf8,
    /// Too much.
    #[error("it is larger than 1 MiB: keep the one call in it")]
    TooLarge,
    /// Something else.
    #[error("it is neither a curl command nor a HAR file nor a JSON object: copy one of these whole")]
    Neither,
    /// A quote that does not end.
    #[error("a quote of the curl command does not end: copy the command whole")]
    OpenQuote,
    /// Broken JSON.
    #[error("it cannot be read from line {line}, column {column} on: copy it whole")]
    BrokenJson {
        /// The line, from one.
        line: usize,
        /// The byte within the line.
        column: usize,
    },
    /// A HAR without the call.
    #[error("the HAR file holds no call of card/get: record it while the call is made")]
    NoCall,
}

/// A pasted request, stripped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// What it was.
    pub kind: Kind,
    /// Calls of card/get that stood in it; the last one is read.
    pub calls: usize,
    /// URL and headers; `None` for a body alone.
    pub head: Option<Head>,
    /// The body.
    pub body: Body,
    /// The ids, as far as they are ids.
    pub draft: Draft,
    /// What was taken out.
    pub dropped: Dropped,
}

/// What was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dropped {
    /// An authorization, a cookie or the like.
    pub key: bool,
    /// A card number, its code, expiry or holder.
    pub card: bool,
    /// A cryptogram, a token or the like.
    pub secret: bool,
}

impl Dropped {
    /// What it was, in words; empty where it was nothing.
    pub fn words(self) -> String {
        let all = [(self.key, "key"), (self.card, "card data"), (self.secret, "token or cryptogram")];
        let words: Vec<&str> = all.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
        words.join(" and ")
    }
}

/// URL, method and headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Where it goes; `None` where no URL stands there.
    pub place: Option<Place>,
    /// Whether it is a POST.
    pub is_post: bool,
    /// Whether a backslash glued two lines together.
    pub is_glued: bool,
    /// The authorization.
    pub authorization: Authorization,
    /// `x-merchantid`; `None` where it is missing.
    pub merchant_id: Option<Told>,
    /// `version`.
    pub version: Option<Told>,
    /// Whether there is an `x-routing-id`.
    pub has_routing: bool,
    /// `Content-Type`.
    pub media: Media,
    /// Headers of the contract that stand there more than once.
    pub twice: Vec<&'static str>,
}

/// Where a call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whether it is https.
    pub is_secure: bool,
    /// Host and port, in small letters.
    pub host: Masked,
    /// Whether the host is this machine.
    pub is_loopback: bool,
    /// The path, without what could be more than a word.
    pub path: Masked,
    /// Whether a user name or a key stands before the host.
    pub has_user: bool,
    /// Whether something stands behind a question mark.
    pub has_query: bool,
}

/// The value of a header that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A variable that somebody fills in later.
    Later,
    /// This.
    Value(Masked),
}

/// What can be said of an authorization without repeating it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authorization {
    /// None.
    Missing,
    /// Basic, of a key and a colon.
    Sound,
    /// Filled in later.
    Later,
    /// Basic, decodes without the trailing colon.
    NoColon,
    /// Basic, with a password behind the colon.
    Password,
    /// Basic, and not base64.
    NotBase64,
    /// Another scheme.
    OtherScheme,
}

/// What `Content-Type` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// Nothing.
    Missing,
    /// JSON.
    Json,
    /// A form.
    Form,
    /// Something else.
    Other,
}

/// What the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// There is none.
    #[default]
    Missing,
    /// It stands in a file that was not pasted.
    InFile,
    /// A JSON object.
    Object,
    /// A form.
    Form,
    /// None of these, or broken.
    Other,
}

/// The body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Body {
    /// What it is.
    pub shape: Shape,
    /// Names that the contract does not have.
    pub unknown: Vec<Masked>,
    /// Names that mean one of the contract, and that one.
    pub misnamed: Vec<(Masked, &'static str)>,
    /// Names of the contract that are not there and have to be, or are empty.
    pub missing: Vec<&'static str>,
    /// Names of the contract that stand there more than once.
    pub twice: Vec<&'static str>,
    /// Names of the contract whose value is no text.
    pub not_text: Vec<&'static str>,
    /// Names of the contract whose value was taken out.
    pub stripped: Vec<&'static str>,
    /// Whether `submerchantId` is there and empty.
    pub has_empty_submerchant: bool,
    /// Whether a cryptogram has a blank in it.
    pub has_spaced_cryptogram: bool,
}

/// Reads bytes that may be anything.
pub fn read_bytes(bytes: &[u8]) -> Result<Pasted, NotRead> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    read(std::str::from_utf8(bytes).map_err(|_| NotRead::NotUtf8)?)
}

/// Reads a text as one of the three.
pub fn read(text: &str) -> Result<Pasted, NotRead> {
    let text = text.trim();
    if text.len() > LARGEST {
        return Err(NotRead::TooLarge);
    }
    // A terminal hands a line feed of a paste on as a carriage return.
    let text = Zeroizing::new(text.replace("\r\n", "\n").replace('\r', "\n"));
    let raw = match text.chars().next() {
        None => return Err(NotRead::Empty),
        Some('{') if har::is_one(&text) => har::read(&text)?,
        Some('{') => body::read_alone(&text)?,
        Some(_) => curl::read(shell::find_curl(&text).ok_or(NotRead::Neither)?)?,
    };
    Ok(strip::strip(&raw))
}
