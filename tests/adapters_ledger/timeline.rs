//! What was done with the answer of one call, read out of the trail of all.

use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{AuditRow, Deed};
use tokenscope::domain::trail::Subject;
use tokenscope::ports::{Ledger, LedgerFault};
use tokenscope::secret::Masked;

use crate::{Place, row, tamper};

const SENT: i64 = 1_700_000_000_000;

fn subject(reference: &str) -> Subject {
    let of = row(reference);
    Subject { card_reference: of.card_reference, profile: of.profile, host: of.host, sent: Stamp(SENT) }
}

fn write(place: &Place, after: i64, deed: Deed, reference: &str) {
    let row = AuditRow { at: Stamp(SENT + after), deed, outcome: Masked::ours("asked"), ..row(reference) };
    place.open().audit(&row).unwrap();
}

fn deeds(place: &Place, of: &Subject) -> Vec<String> {
    let rows = place.open().timeline(of).unwrap();
    rows.iter().map(|row| format!("{} {}", row.at.0 - SENT, row.deed.text())).collect()
}

#[test]
fn the_rows_of_a_call_go_from_its_send_to_the_next_send_of_the_same_card() {
    let place = Place::new();
    write(&place, -5, Deed::Copy, "token_1");
    write(&place, 0, Deed::Send, "token_1");
    let ended = AuditRow { outcome: Masked::ours("USABLE, HTTP 200"), deed: Deed::Send, ..row("token_1") };
    place.open().audit(&AuditRow { at: Stamp(SENT + 3), ..ended }).unwrap();
    write(&place, 4, Deed::Reveal, "token_2");
    write(&place, 5, Deed::Reveal, "token_1");
    write(&place, 9, Deed::Send, "token_1");
    write(&place, 10, Deed::Export, "token_1");
    assert_eq!(deeds(&place, &subject("token_1")), ["0 send", "3 send", "5 reveal"]);
    let second = Subject { sent: Stamp(SENT + 9), ..subject("token_1") };
    assert_eq!(deeds(&place, &second), ["9 send", "10 export"]);
    assert_eq!(deeds(&place, &subject("token_3")), [""; 0]);
}

#[test]
fn another_profile_or_host_has_rows_of_its_own() {
    let place = Place::new();
    write(&place, 0, Deed::Send, "token_1");
    let other = Masked::typed("other");
    assert_eq!(deeds(&place, &Subject { profile: other.clone(), ..subject("token_1") }), [""; 0]);
    assert_eq!(deeds(&place, &Subject { host: other, ..subject("token_1") }), [""; 0]);
}

#[test]
fn a_very_long_reference_is_kept_in_part_and_still_found() {
    let place = Place::new();
    let long = "r".repeat(5_000);
    write(&place, 0, Deed::Send, &long);
    assert_eq!(deeds(&place, &subject(&long)), ["0 send"]);
    assert_eq!(place.findings(), []);
}

#[test]
fn of_very_many_rows_the_newest_are_read() {
    let place = Place::new();
    let mut ledger = place.open();
    for n in 0..230 {
        ledger.audit(&AuditRow { at: Stamp(SENT + n), ..row("token_1") }).unwrap();
    }
    let deeds = deeds(&place, &subject("token_1"));
    assert_eq!((deeds.len(), deeds[0].as_str(), deeds[199].as_str()), (200, "30 reveal", "229 reveal"));
}

#[test]
fn rows_that_were_tampered_with_come_back_harmless() {
    let place = Place::new();
    write(&place, 0, Deed::Send, "token_1");
    tamper(
        &place,
        "UPDATE audit SET deed = char(27) || '[2J', who = CAST(x'61ff' AS TEXT), outcome = '4111111111111111'",
    );
    let rows = place.open().timeline(&subject("token_1")).unwrap();
    assert_eq!(rows[0].deed.text(), "\\u{1b}[2J");
    assert_eq!((rows[0].who.text().as_str(), &rows[0].outcome), ("a\u{fffd}", &Masked::hidden()));
    tamper(&place, "UPDATE audit SET outcome = CAST(zeroblob(50000000) AS TEXT)");
    assert!(place.open().timeline(&subject("token_1")).unwrap()[0].outcome.text().len() < 10_000);
    place.raw().execute_batch("DROP TABLE audit").unwrap();
    assert_eq!(place.open().timeline(&subject("token_1")), Err(LedgerFault::Damaged));
}
