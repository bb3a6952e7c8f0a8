//! A call for a ticket. Whatever came from outside stands inside a fence that is longer than any run of backticks in it, so
//! that no link, image, mention or HTML comes alive (threat model, row 44).

use super::findings::{self, ALSO};
use super::{Call, facts, layout, readiness, redacted_by};
use crate::secret::Masked;

/// The redacted call as Markdown.
pub fn markdown(call: &Call<'_>) -> Masked {
    let mut out = Masked::ours(&format!("# {}", call.judgement.verdict.word()));
    out.end_line();
    out.end_line();
    push_note(&mut out, call);
    push_block(&mut out, "Verdict", &verdict(call));
    if !call.judgement.others.is_empty() {
        push_block(&mut out, ALSO, &others(call));
    }
    if let Some(it) = &call.judgement.readiness {
        let mut inside = Masked::default();
        readiness::push(&mut inside, "", it);
        push_block(&mut out, &readiness::readiness_title(it), &inside);
    }
    for section in facts::sections(call.reply) {
        let mut inside = Masked::default();
        layout::push_rows(&mut inside, &section.rows);
        push_block(&mut out, section.title, &inside);
    }
    push_block(&mut out, "Call", &sent(call));
    out
}

/// Who redacted, for which profile.
fn push_note(out: &mut Masked, call: &Call<'_>) {
    out.push_ours("> ");
    out.push_ours(&redacted_by());
    out.push_ours(", profile ");
    push_span(out, &call.sent.profile);
    out.push_ours(&format!(" ({})", call.sent.environment.word()));
    out.end_line();
}

fn verdict(call: &Call<'_>) -> Masked {
    let mut out = Masked::default();
    findings::push_verdict(&mut out, "", call.judgement);
    findings::push_ground(&mut out, "", &call.judgement.finding);
    out
}

fn others(call: &Call<'_>) -> Masked {
    let mut out = Masked::default();
    findings::push_others(&mut out, "", call.judgement);
    out
}

fn sent(call: &Call<'_>) -> Masked {
    let mut out = Masked::default();
    layout::push_rows(&mut out, &facts::sent(call));
    for (name, value) in call.exchange().map(facts::headers).unwrap_or_default() {
        layout::push_labelled(&mut out, &name, &value);
    }
    out
}

/// A heading of ours and a fenced block.
fn push_block(out: &mut Masked, title: &str, inside: &Masked) {
    let fence = fence(inside, 3);
    out.end_line();
    out.push_ours(&format!("## {title}"));
    out.end_line();
    out.end_line();
    out.push_ours(&format!("{fence}text"));
    out.end_line();
    out.push(inside);
    out.push_ours(&fence);
    out.end_line();
}

/// A code span; the blanks keep a backtick at its edges apart from the fence.
fn push_span(out: &mut Masked, inside: &Masked) {
    let fence = fence(inside, 1);
    let gap = if inside.text().contains('`') { " " } else { "" };
    out.push_ours(&format!("{fence}{gap}"));
    out.push(inside);
    out.push_ours(&format!("{gap}{fence}"));
}

/// More backticks than stand together in the text, and at least `least`.
fn fence(inside: &Masked, least: usize) -> String {
    let text = inside.text();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(least.max(longest + 1))
}
