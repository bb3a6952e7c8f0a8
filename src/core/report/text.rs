//! A call for eyes in a terminal. The verdict stands alone on the first line; colour is the business of who prints it.

use super::findings::{self, ALSO};
use super::{Call, Told, facts, layout, readiness};
use crate::secret::Masked;

/// The call as lines of at most 80 columns, but for long values.
pub fn text(call: &Call<'_>) -> Masked {
    text_of(&Told::of(call))
}

/// The same of whatever there is to tell of.
pub fn text_of(told: &Told<'_>) -> Masked {
    let judgement = told.judgement;
    let mut out = Masked::ours(judgement.verdict.word());
    out.end_line();
    findings::push_verdict(&mut out, "  ", judgement);
    if !judgement.others.is_empty() {
        push_title(&mut out, ALSO);
        findings::push_others(&mut out, "  ", judgement);
    }
    if let Some(it) = &judgement.readiness {
        push_title(&mut out, &readiness::readiness_title(it));
        readiness::push(&mut out, "  ", it);
    }
    for section in facts::sections(told.reply) {
        push_section(&mut out, section.title, &section.rows);
    }
    let call = facts::call(told);
    if !call.is_empty() {
        push_section(&mut out, "Call", &call);
    }
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
