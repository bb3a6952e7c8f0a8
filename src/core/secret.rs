//! Where plaintext lives: secrets, the mask, and the right to look.
//!
//! Owns: [`Secret`] (a value nobody can print), [`Masked`] (text that may be shown, logged, stored, copied, exported),
//! [`Drawn`] (a line of it for a file),
//! [`Needles`] (finds known secrets in any text), [`compare`] (whether a pasted value is one), [`Print`] (a keyed hash, to tell
//! one value from another later), [`AliasKey`] (what stands for an id in stage mode), the field policy, the parser that turns a
//! body into masked data, and [`Grant`] (the right to see one field until an instant). Must not know: HTTP, SQL, screens, time.
//! Plaintext leaves through two doors only, fenced by `.clippy.toml`: [`Secret::expose_on_wire`] (`adapters/http`) and
//! [`Secret::expose_on_screen`] (`view/reveal`). Tested: in each file, in `tests/redaction.rs`
//! case by case, in `tests/leaks.rs` by property, and by the doctests here.
//!
//! What may be known of a secret can be asked:
//!
//! ```
//! let s = tokenscope_core::secret::Secret::new("4788080252078243");
//! assert_eq!(s.facts().length, 16);
//! ```
//!
//! It cannot be printed, copied, compared or serialised:
//!
//! ```compile_fail,E0277
//! let s = tokenscope_core::secret::Secret::new("4788080252078243");
//! println!("{s}");
//! ```
//! ```compile_fail,E0277
//! let s = tokenscope_core::secret::Secret::new("4788080252078243");
//! println!("{s:?}");
//! ```
//! ```compile_fail,E0599
//! let s = tokenscope_core::secret::Secret::new("4788080252078243");
//! let _ = s.clone();
//! ```
//! ```compile_fail,E0369
//! let s = tokenscope_core::secret::Secret::new("4788080252078243");
//! let _ = s == tokenscope_core::secret::Secret::new("x");
//! ```
//! ```compile_fail,E0308
//! let s = tokenscope_core::secret::Secret::new("4788080252078243");
//! let _: &str = &s;
//! ```

mod alias;
mod body;
mod chain;
mod decode;
mod drawn;
mod edges;
mod facts;
mod glance;
mod grant;
mod items;
mod masked;
mod named;
mod needles;
mod pieces;
mod policy;
mod prints;
mod reading;
mod redact;
mod runs;
mod sameness;
mod seen;
mod threes;
mod track;

pub use alias::{AliasKey, CODE};
pub use body::{Spot, Unparsed};
pub use decode::to_hex;
pub use drawn::Drawn;
pub use edges::{is_over, month_and_year};
pub use facts::{Alphabet, Facts, looks_like_card, luhn};
pub use grant::{Grant, MAX_REVEAL, Moment};
pub use masked::{ESCAPED, MASK, MASK_ASCII, Masked};
pub use named::Name;
pub use needles::Needles;
pub use pieces::{Piece, Text};
pub use policy::{Class, POLICY_VERSION, header_is_shown, is_named, is_sensitive};
pub use prints::{Print, PrintKey};
pub use redact::{Entry, Node, Redacted, redact};
pub use sameness::{Change, LEAST, Pasted, Sameness, compare};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// What stands before the value of a `Basic` authorization.
const BASIC: &str = "Basic ";

/// A value that must never be printed, stored or compared: key, token, cryptogram, personal data.
///
/// It has no `Debug`, `Display`, `Serialize`, `Clone`, `PartialEq`, `Hash`, `Deref` or `AsRef`, and is wiped on drop.
/// What others may know of it is in [`Facts`], computed when it was made.
pub struct Secret {
    text: Zeroizing<Box<str>>,
    facts: Facts,
}

impl Secret {
    /// Takes a copy of the text into a buffer of exactly its size, which is wiped on drop.
    pub fn new(text: &str) -> Self {
        Self { facts: Facts::of(text), text: Zeroizing::new(text.into()) }
    }

    /// What may be known of the value without reading it.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The value, for the one place that puts it onto the wire.
    pub fn expose_on_wire(&self) -> &str {
        &self.text
    }

    /// The value, for the one place that paints it; `None` once the grant has run out.
    pub fn expose_on_screen(&self, grant: &Grant, now: Moment) -> Option<&str> {
        grant.is_valid(now).then_some(&self.text)
    }

    /// The value of a `Basic` authorization header for this API key: base64 of the key, a colon, and no password
    /// (contract, "Basic Auth": the password is an empty string). `encode_string` is not used on purpose: it goes by
    /// way of the stack, and what it leaves there turns up in the padding of values that are moved to the heap later.
    #[must_use]
    pub fn basic(&self) -> Secret {
        let mut pair = Zeroizing::new(String::with_capacity(self.text.len() + 1));
        pair.push_str(&self.text);
        pair.push(':');
        let base64 = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        let mut value = Zeroizing::new(String::with_capacity(BASIC.len() + base64.len()));
        value.push_str(BASIC);
        value.push_str(&base64);
        Secret::new(&value)
    }

    /// Its print under this key, by which it can be told from a value that is not kept.
    #[must_use]
    pub fn print(&self, field: &str, key: &PrintKey) -> Print {
        Print::take(&self.text, field, key)
    }

    /// The plaintext, for this module alone.
    fn text(&self) -> &str {
        &self.text
    }
}

static_assertions::assert_not_impl_any!(
    Secret: std::fmt::Debug, std::fmt::Display, Clone, PartialEq, std::hash::Hash, std::ops::Deref, AsRef<str>, AsRef<[u8]>, serde::Serialize
);
