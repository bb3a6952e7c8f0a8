//! A call for a ticket. Whatever came from outside stands inside a fence that is longer than any run of backticks in it, so
//! that no link, image, mention or HTML comes alive (threat model, row 44).

use super::findings::{self, ALSO};
use super::{Call, Told, facts, layout, readiness, redacted_by};
use crate::diagnosis::verdict::Judgement;
use crate::secret::Masked;

/// The redacted call as Markdown.
pub fn markdown(call: &Call<'_>) -> Masked {
    markdown_of(&Told::of(call))
}

/// The same of whatever there is to tell of.
pub fn markdown_of(told: &Told<'_>) -> Masked {
    let mut out = Masked::ours(&format!("# {}", told.judgement.verdict.word()));
    out.end_line();
    out.end_line();
    push_note(&mut out, told);
    push_block(&mut out, "Verdict", &verdict(told.judgement));
    if !told.judgement.others.is_empty() {
        push_block(&mut out, ALSO, &others(told.judgement));
    }
    if let Some(it) = &told.judgement.readiness {
        let mut inside = Masked::default();
        readiness::push(&mut inside, "", it);
        push_block(&mut out, &readiness::readiness_title(it), &inside);
    }
    for section in facts::sections(told.reply) {
        let mut inside = Masked::default();
        layout::push_rows(&mut inside, &section.rows);
        push_block(&mut out, section.title, &inside);
    }
    let call = call(told);
    if !call.is_empty() {
        push_block(&mut out, "Call", &call);
    }
    out
}

/// Who redacted, for which profile.
fn push_note(out: &mut Masked, told: &Told<'_>) {
    out.push_ours("> ");
    out.push_ours(&redacted_by());
    match told.sent {
        Some(sent) => {
            out.push_ours(", profile ");
            push_span(out, &sent.profile);
            out.push_ours(&format!(" ({})", sent.environment.word()));
        }
        None => out.push_ours(", from a kept answer"),
    }
    out.end_line();
}

fn verdict(judgement: &Judgement) -> Masked {
    let mut out = Masked::default();
    findings::push_verdict(&mut out, "", judgement);
    findings::push_ground(&mut out, "", &judgement.finding);
    out
}

fn others(judgement: &Judgement) -> Masked {
    let mut out = Masked::default();
    findings::push_others(&mut out, "", judgement);
    out
}

fn call(told: &Told<'_>) -> Masked {
    let mut out = Masked::default();
    layout::push_rows(&mut out, &facts::call(told));
    for (name, value) in told.reply.exchange().map(facts::headers).unwrap_or_default() {
        layout::push_labelled(&mut out, &name, &value);
    }
    out
}

/// A heading of ours and a fenced block.
pub(super) fn push_block(out: &mut Masked, title: &str, inside: &Masked) {
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
