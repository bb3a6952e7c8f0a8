//! An answer that somebody kept: a body alone, or what `curl -i` writes, status line and headers before the body.
//!
//! Owns: telling the one from the other. Must not know: where the bytes came from, what the body says. Tested below.

use super::exchange::RawReply;

/// A kept answer in plaintext; it is read at once and not kept on.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept<'a> {
    /// HTTP status; `None` for a body alone.
    pub status: Option<u16>,
    /// Names and values as they stand there.
    pub headers: Vec<(&'a str, &'a [u8])>,
    /// What stands behind them.
    pub body: &'a [u8],
}

impl<'a> Kept<'a> {
    /// Reads a kept answer. Where it holds several heads (an interim answer, the proxy's, one for each redirect that was
    /// followed), the last one counts.
    pub fn read(bytes: &'a [u8]) -> Self {
        let mut kept = Self { status: None, headers: Vec::new(), body: bytes };
        let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        while let Some((status, headers, body)) = head(rest) {
            kept = Self { status: Some(status), headers, body };
            rest = body;
        }
        kept.forget_encoding();
        kept
    }

    /// The answer to be read. A body alone is read as if it came under 200, which takes it by its shape.
    pub fn reply(&self) -> RawReply<'_> {
        RawReply { status: self.status.unwrap_or(200), headers: &self.headers, body: self.body }
    }

    /// curl decodes the body and leaves the header, so that the header is a trace of nothing where the body is text.
    fn forget_encoding(&mut self) {
        if std::str::from_utf8(self.body).is_ok() {
            self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-encoding"));
        }
    }
}

type Head<'a> = (u16, Vec<(&'a str, &'a [u8])>, &'a [u8]);

/// A status line and its headers, and what stands behind the blank line.
fn head(bytes: &[u8]) -> Option<Head<'_>> {
    let (first, mut rest) = line(bytes);
    let status = status(first)?;
    let mut headers = Vec::new();
    loop {
        let (text, behind) = line(rest);
        rest = behind;
        if text.is_empty() {
            return Some((status, headers, rest));
        }
        headers.extend(header(text));
    }
}

/// The first line without its end, and the rest.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let (first, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    (first.strip_suffix(b"\r").unwrap_or(first), rest)
}

fn status(line: &[u8]) -> Option<u16> {
    let mut words = std::str::from_utf8(line.strip_prefix(b"HTTP/")?).ok()?.split(' ');
    let version = words.next()?;
    let status = words.next().filter(|word| word.len() == 3)?.parse().ok()?;
    version.bytes().all(|b| b.is_ascii_digit() || b == b'.').then_some(status)
}

fn header(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(colon)?;
    Some((std::str::from_utf8(name).ok()?, value.get(1..)?.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<u16>, usize, &str) {
        let kept = Kept::read(text.as_bytes());
        (kept.status, kept.headers.len(), std::str::from_utf8(kept.body).unwrap())
    }

    #[test]
    fn a_body_alone_has_no_status() {
        for body in ["", "{}", "\n{\"a\": 1}\n", "HTTP is a protocol", "HTTP/1.1", "HTTP/x 200\n\n{}"] {
            assert_eq!(read(body), (None, 0, body), "{body}");
        }
    }

    #[test]
    fn a_head_is_read_with_either_line_end_and_behind_a_byte_order_mark() {
        for text in [
            "HTTP/1.1 200 OK\r\nA: b\r\n\r\n{}",
            "HTTP/2 200 \na:b\n\n{}",
            "\u{feff}\nHTTP/1.0 200\nA: b\n\n{}",
        ] {
            assert_eq!(read(text), (Some(200), 1, "{}"), "{text}");
        }
        let kept = Kept::read(b"HTTP/1.1 429 \r\nRetry-After: 30 \r\nno colon\r\n\xff: 1\r\n\r\n");
        assert_eq!(kept.headers, [("Retry-After", b"30".as_slice())]);
    }

    #[test]
    fn of_several_heads_the_last_counts() {
        let text = "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\nA: b\r\n\r\n{}";
        assert_eq!(read(text), (Some(401), 1, "{}"));
    }

    #[test]
    fn a_head_that_is_cut_off_has_an_empty_body() {
        assert_eq!(read("HTTP/1.1 200 OK\r\nContent-Ty"), (Some(200), 0, ""));
    }

    #[test]
    fn an_encoding_that_curl_has_undone_is_no_encoding() {
        let of = |body: &[u8]| {
            let bytes = [b"HTTP/1.1 200 OK\nContent-Encoding: gzip\n\n".as_slice(), body].concat();
            Kept::read(&bytes).headers.len()
        };
        assert_eq!((of(b"{}"), of(b"\x1f\x8b\x08")), (0, 1));
    }
}
