//! An audit as a table for a person and as JSON for a pipeline.

use std::fmt::Write as _;

use serde::Serialize;

use super::Audit;
use super::sink::Searched;

/// Width of the sinks' column.
const NAMES: usize = 42;

/// The table, with the verdict behind it.
pub fn text(audit: &Audit) -> String {
    let mut text = format!("{:NAMES$} {:>9}  {:>7}  FOUND\n", "SINK", "BYTES", "CONTROL");
    for sink in &audit.sinks {
        let (found, all) = sink.control;
        let control = format!("{found}/{all}");
        let _ = writeln!(text, "{:NAMES$} {:>9}  {control:>7}  {}", sink.name, sink.bytes, said(sink));
    }
    for missed in &audit.missed {
        let _ = writeln!(text, "NOT LOOKED AT: {missed}.");
    }
    text + &verdict(audit)
}

fn said(sink: &Searched) -> String {
    match (sink.could_look(), sink.found.as_slice()) {
        (_, [_, ..]) => format!("LEAK: {}", sink.found.join(", ")),
        (false, []) => "NOT LOOKED AT".to_owned(),
        (true, []) => "0".to_owned(),
    }
}

fn verdict(audit: &Audit) -> String {
    let leaks = audit.sinks.iter().filter(|sink| !sink.found.is_empty()).count();
    let blind = audit.missed.len() + audit.sinks.iter().filter(|sink| !sink.could_look()).count();
    match (leaks, blind) {
        (0, 0) => format!(
            "\nCLEAN: {} sinks were looked at; no secret was in any of them, and each search finds one that is put there.\n",
            audit.sinks.len()
        ),
        (0, _) => format!(
            "\nNOT PROVEN: {blind} parts could not be looked at, so nothing is said of them; mend what is named above and run it again.\n"
        ),
        _ => format!(
            "\nLEAK: {leaks} sinks hold a secret; do not use this build with real cards, and report the table above.\n"
        ),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    verdict: &'static str,
    sinks: Vec<Row<'a>>,
    not_looked_at: Vec<String>,
}

#[derive(Serialize)]
struct Row<'a> {
    sink: &'a str,
    bytes: usize,
    control_found: usize,
    control_of: usize,
    looked_at: bool,
    found: &'a [&'static str],
}

/// The same as one JSON object.
pub fn json(audit: &Audit) -> String {
    let document = Document {
        verdict: word(audit),
        sinks: audit.sinks.iter().map(row).collect(),
        not_looked_at: audit.missed.iter().map(ToString::to_string).collect(),
    };
    serde_json::to_string_pretty(&document).map(|json| json + "\n").unwrap_or_default()
}

fn word(audit: &Audit) -> &'static str {
    match (audit.is_clean(), audit.sinks.iter().any(|sink| !sink.found.is_empty())) {
        (true, _) => "clean",
        (false, true) => "leak",
        (false, false) => "not_proven",
    }
}

fn row(sink: &Searched) -> Row<'_> {
    Row {
        sink: &sink.name,
        bytes: sink.bytes,
        control_found: sink.control.0,
        control_of: sink.control.1,
        looked_at: sink.could_look(),
        found: &sink.found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selfaudit::CannotLook;

    fn sink(found: &[&'static str], control: usize) -> Searched {
        Searched {
            name: "log".into(),
            bytes: 120,
            control: (control, 8),
            is_seen: true,
            found: found.to_vec(),
        }
    }

    fn audit(sink: Searched, missed: &[CannotLook]) -> Audit {
        Audit { sinks: vec![sink], missed: missed.to_vec() }
    }

    #[test]
    fn a_find_is_named_and_outweighs_what_could_not_be_looked_at() {
        let leak = audit(sink(&["token", "PAR"], 8), &[CannotLook::NoTerminal]);
        assert!(text(&leak).contains("LEAK: token, PAR\n") && text(&leak).contains("\nLEAK: 1 sinks hold"));
        assert!(json(&leak).contains("\"verdict\": \"leak\"") && !leak.is_clean());
    }

    #[test]
    fn a_search_whose_control_found_nothing_proves_nothing() {
        for blind in [audit(sink(&[], 7), &[]), audit(sink(&[], 8), &[CannotLook::Ended]), Audit::default()] {
            assert!(!blind.is_clean(), "{blind:?}");
            assert!(json(&blind).contains("\"verdict\": \"not_proven\""), "{blind:?}");
        }
        assert!(text(&audit(sink(&[], 7), &[])).contains("NOT LOOKED AT\n"));
        assert!(text(&audit(sink(&[], 8), &[CannotLook::Ended])).contains("NOT LOOKED AT: a part"));
    }

    #[test]
    fn nothing_found_anywhere_is_clean() {
        let clean = audit(sink(&[], 8), &[]);
        assert!(clean.is_clean() && text(&clean).contains("\nCLEAN: 1 sinks"), "{}", text(&clean));
        assert!(json(&clean).contains("\"verdict\": \"clean\""));
    }
}
