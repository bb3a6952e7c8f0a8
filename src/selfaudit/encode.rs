//! Ways to write a text so that it does not look like itself, and back.
//!
//! It shares nothing with the product, which decodes: here a secret is encoded, so that a search can look for it as it might
//! stand somewhere. Tested: by `tests/leaks.rs`, where each plant has to be found before anything is searched.

#![expect(clippy::format_collect, reason = "short texts, where one format a character reads best")]

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// Bytes as two lower-case hexadecimal digits each.
pub fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Every byte as `%XX`.
pub fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Every character as JSON's `\uXXXX`.
pub fn json(text: &str) -> String {
    text.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect()
}

/// Every character as a decimal character reference.
pub fn html(text: &str) -> String {
    text.chars().map(|c| format!("&#{};", u32::from(c))).collect()
}

/// Every character as a hexadecimal character reference.
pub fn html_hex(text: &str) -> String {
    text.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect()
}

/// Every visible ASCII character in full width.
pub fn wide(text: &str) -> String {
    let widen = |c: char| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_graphic()).unwrap_or(c);
    text.chars().map(widen).collect()
}

/// Groups of so many characters with something between them.
pub fn grouped(text: &str, size: usize, gap: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(size).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(gap)
}

/// Base64 of the text behind `before` other bytes, as it stands in a longer value.
pub fn base64(text: &str, before: usize, url: bool) -> String {
    let bytes = [vec![b'~'; before], text.as_bytes().to_vec()].concat();
    if url { URL_SAFE.encode(bytes) } else { STANDARD.encode(bytes) }
}

/// Base64 of bytes.
pub fn base64_of(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// An encoding, and where the bytes of a part end up in it.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Step {
    Hex,
    UpperHex,
    Percent,
    Json,
    Wide,
    /// Behind so many other bytes; in the URL-safe alphabet or not.
    Base64(usize, bool),
}

impl Step {
    /// The text in this encoding.
    pub fn write(self, text: &str) -> String {
        match self {
            Self::Hex => hex(text),
            Self::UpperHex => hex(text).to_uppercase(),
            Self::Percent => percent(text),
            Self::Json => json(text),
            Self::Wide => wide(text),
            Self::Base64(before, url) => base64(text, before, url),
        }
    }

    /// The bytes of the written text that belong to these bytes alone.
    pub fn span(self, part: Range<usize>) -> Range<usize> {
        let times = |factor: usize| part.start * factor..part.end * factor;
        match self {
            Self::Hex | Self::UpperHex => times(2),
            Self::Percent | Self::Wide => times(3),
            Self::Json => times(6),
            Self::Base64(before, _) => ((before + part.start) * 8).div_ceil(6)..(before + part.end) * 8 / 6,
        }
    }
}

/// The text with `%XX` undone.
pub fn un_percent(text: &str) -> String {
    undo(text, "%", |rest| Some((u32::from_str_radix(rest.get(1..3)?, 16).ok()?, 3)))
}

/// The text with `\uXXXX` undone.
pub fn un_json(text: &str) -> String {
    undo(text, "\\u", |rest| Some((u32::from_str_radix(rest.get(2..6)?, 16).ok()?, 6)))
}

/// The text with character references undone.
pub fn un_html(text: &str) -> String {
    undo(text, "&#", |rest| {
        let (inner, _) = rest.get(2..)?.split_once(';').filter(|(inner, _)| inner.len() < 8)?;
        let code = match inner.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => inner.parse().ok()?,
        };
        Some((code, inner.len() + 3))
    })
}

fn undo(text: &str, sign: &str, take: impl Fn(&str) -> Option<(u32, usize)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = if rest.starts_with(sign) { take(rest) } else { None };
        let escape = taken.and_then(|(code, used)| Some((char::from_u32(code)?, used)));
        let (c, used) = escape.unwrap_or((first, first.len_utf8()));
        out.push(c);
        rest = rest.get(used..).unwrap_or_default();
    }
    out
}
