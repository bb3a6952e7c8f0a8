//! An answer as it came, masked and not judged.

use super::json;
use crate::domain::exchange::Cover;
use crate::secret::Masked;

/// The head, where there was one, a blank line, and the body as JSON: the order of what `curl -i` writes.
pub fn cover(status: Option<u16>, cover: &Cover) -> Masked {
    let mut out = Masked::default();
    if let Some(status) = status {
        push_head(&mut out, status, cover);
    }
    out.push(&json::tree(&cover.tree));
    out
}

fn push_head(out: &mut Masked, status: u16, cover: &Cover) {
    out.push_ours(&format!("HTTP {status}"));
    out.end_line();
    for header in &cover.headers {
        out.push(&header.name);
        out.push_ours(": ");
        out.push(&header.value);
        out.end_line();
    }
    out.end_line();
}
