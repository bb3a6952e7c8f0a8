//! A call for eyes in a terminal. The verdict stands alone on the first line; colour is the business of who prints it.

use super::{Call, facts, layout};
use crate::secret::Masked;

/// The call as lines of at most 80 columns, but for long values.
pub fn text(call: &Call<'_>) -> Masked {
    let finding = &call.judgement.finding;
    let mut out = Masked::ours(call.judgement.verdict.word());
    out.end_line();
    layout::push_broken(&mut out, "  Why   ", &finding.meaning);
    layout::push_broken(&mut out, "  Next  ", &finding.action);
    for section in facts::sections(call.reply) {
        push_section(&mut out, section.title, &section.rows);
    }
    push_section(&mut out, "Call", &facts::sent(call));
    out
}

fn push_section(out: &mut Masked, title: &str, rows: &[facts::Row]) {
    out.end_line();
    out.push_ours(title);
    out.end_line();
    for row in rows {
        let label = Masked::joined([Masked::ours("  "), Masked::ours(row.label)]);
        layout::push_labelled(out, &label, &row.value);
    }
}
