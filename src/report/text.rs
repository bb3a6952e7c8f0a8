//! A call for eyes in a terminal. The verdict stands alone on the first line; colour is the business of who prints it.

use super::findings::{self, ALSO};
use super::{Call, facts, layout, readiness};
use crate::secret::Masked;

/// The call as lines of at most 80 columns, but for long values.
pub fn text(call: &Call<'_>) -> Masked {
    let mut out = Masked::ours(call.judgement.verdict.word());
    out.end_line();
    findings::push_verdict(&mut out, "  ", call.judgement);
    if !call.judgement.others.is_empty() {
        push_title(&mut out, ALSO);
        findings::push_others(&mut out, "  ", call.judgement);
    }
    if let Some(it) = &call.judgement.readiness {
        push_title(&mut out, &readiness::readiness_title(it));
        readiness::push(&mut out, "  ", it);
    }
    for section in facts::sections(call.reply) {
        push_section(&mut out, section.title, &section.rows);
    }
    push_section(&mut out, "Call", &facts::sent(call));
    out
}

fn push_section(out: &mut Masked, title: &str, rows: &[facts::Row]) {
    push_title(out, title);
    for row in rows {
        let label = Masked::joined([Masked::ours("  "), Masked::ours(row.label)]);
        layout::push_labelled(out, &label, &row.value);
    }
}

fn push_title(out: &mut Masked, title: &str) {
    out.end_line();
    out.push_ours(title);
    out.end_line();
}
