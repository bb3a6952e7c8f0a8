//! The findings in writing: the one that gave the verdict, and the others below it.

use super::layout;
use crate::diagnosis::Finding;
use crate::diagnosis::verdict::Judgement;
use crate::secret::Masked;

/// The heading of the other findings.
pub(super) const ALSO: &str = "Also found";

/// Why the verdict is what it is, and what to do; each line after `indent`.
pub(super) fn push_verdict(out: &mut Masked, indent: &str, judgement: &Judgement) {
    let finding = &judgement.finding;
    layout::push_broken(out, &format!("{indent}Why   "), &finding.meaning);
    layout::push_broken(out, &format!("{indent}Next  "), &finding.action);
}

/// What the merchant can be told, and the rule with its ground.
pub(super) fn push_ground(out: &mut Masked, indent: &str, finding: &Finding) {
    layout::push_broken(out, &format!("{indent}Tell  "), &finding.merchant);
    layout::push_broken(out, &format!("{indent}Rule  "), &Masked::ours(&ground(finding)));
}

/// The other findings.
pub(super) fn push_others(out: &mut Masked, indent: &str, judgement: &Judgement) {
    push_all(out, indent, &judgement.others);
}

/// Findings, an empty line between two.
pub(super) fn push_all(out: &mut Masked, indent: &str, found: &[Finding]) {
    for (place, finding) in found.iter().enumerate() {
        if place > 0 {
            out.end_line();
        }
        layout::push_broken(
            out,
            &format!("{indent}{:<8}", capital(finding.severity.word())),
            &finding.meaning,
        );
        layout::push_broken(out, &format!("{indent}{:<8}", "Next"), &finding.action);
        layout::push_broken(out, &format!("{indent}{:<8}", "Rule"), &Masked::ours(&ground(finding)));
    }
}

/// The rule, how bad and how sure it is, and whose knowledge it is.
fn ground(finding: &Finding) -> String {
    let (severity, confidence) = (finding.severity.word(), finding.confidence.word());
    format!("{} ({severity}, {confidence}; source: {})", finding.id, finding.source)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
