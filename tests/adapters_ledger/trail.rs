//! The audit trail: whatever is done to its rows behind our back is found and named.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tokenscope::adapters::sqlite::verify;
use tokenscope::domain::history::{AuditRow, Deed};
use tokenscope::domain::trail::Finding;
use tokenscope::ports::{Ledger, LedgerFault};
use tokenscope::secret::Masked;

use crate::child::below;
use crate::{Place, row, tamper};

/// A trail of as many rows.
fn trail(rows: usize) -> Place {
    let place = Place::new();
    write(&place, rows);
    place
}

fn write(place: &Place, rows: usize) {
    let mut ledger = place.open();
    for n in 0..rows {
        ledger.audit(&row(&format!("token_{n}"))).unwrap();
    }
}

fn findings(place: &Place) -> Vec<Finding> {
    place.findings()
}

/// The finding of one row that does not fit its seal.
fn edited(row: i64) -> Finding {
    Finding::Edited { first: row, last: row }
}

#[test]
fn a_trail_that_nobody_touched_has_no_findings_also_after_a_new_start() {
    let place = trail(0);
    assert_eq!((place.verify().rows, place.verify().span, place.findings()), (0, None, vec![]));
    write(&place, 3);
    write(&place, 3);
    let span = place.verify().span.unwrap();
    assert_eq!((place.verify().rows, span.first, span.last, place.findings()), (6, 1, 6, vec![]));
}

#[test]
fn every_field_is_written_as_it_is() {
    let place = Place::new();
    let mut ledger = place.open();
    for deed in [Deed::Send, Deed::Reveal, Deed::Identity, Deed::Export, Deed::Copy, Deed::Retention] {
        let hostile = Masked::ours("'); DROP TABLE audit; --\n\u{2022}");
        ledger.audit(&AuditRow { deed, outcome: hostile, ..row("4111111111111111") }).unwrap();
    }
    let sql = "SELECT group_concat(deed), min(outcome), min(who || profile || host), min(at) FROM audit";
    let (deeds, outcome, rest, at): (String, String, String, i64) = place
        .raw()
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap();
    assert_eq!(deeds, "send,reveal,identity,export,copy,retention");
    assert_eq!(outcome, "'); DROP TABLE audit; --\\u{a}\\u{2022}");
    assert_eq!((rest.as_str(), at), ("annprodapi.juspay.in", 1_700_000_000_000));
    assert_eq!(place.findings(), []);
}

#[test]
fn rows_are_neither_edited_nor_deleted_by_plain_sql() {
    let place = trail(3);
    for sql in ["UPDATE audit SET who = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE seq = 2"] {
        assert!(place.raw().execute_batch(sql).is_err(), "{sql}");
    }
    assert_eq!(place.verify().rows, 3);
}

#[test]
fn an_edit_of_any_column_is_found() {
    for change in [
        "at = at + 1",
        "who = 'bob'",
        "deed = 'copy'",
        "profile = 'sandbox'",
        "host = 'elsewhere'",
        "card_reference = 'token_9'",
        "outcome = 'denied'",
        "who = who || deed, deed = ''",
        "previous = zeroblob(32)",
        "mac = zeroblob(32)",
        "mac = zeroblob(31)",
    ] {
        let place = trail(4);
        tamper(&place, &format!("UPDATE audit SET {change} WHERE seq = 3"));
        assert_eq!(findings(&place), [edited(3)], "{change}");
    }
}

#[test]
fn removed_rows_are_found_wherever_they_were() {
    for (sql, finding) in [
        ("DELETE FROM audit WHERE seq = 2", Finding::Removed { first: 2, last: 2 }),
        ("DELETE FROM audit WHERE seq IN (2, 3)", Finding::Removed { first: 2, last: 3 }),
        ("DELETE FROM audit WHERE seq = 1", Finding::Removed { first: 1, last: 1 }),
        ("DELETE FROM audit WHERE seq > 3", Finding::Cut { first: 4, last: 5 }),
        ("DELETE FROM audit", Finding::Cut { first: 1, last: 5 }),
    ] {
        let place = trail(5);
        tamper(&place, sql);
        assert_eq!(findings(&place), [finding], "{sql}");
    }
}

#[test]
fn a_removed_row_is_found_also_where_the_rest_moved_up() {
    let place = trail(4);
    tamper(&place, "DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2;");
    let moved = |at, from| Finding::Moved { at, from };
    assert_eq!(findings(&place), [moved(2, 3), moved(3, 4), Finding::Cut { first: 4, last: 4 }]);
}

#[test]
fn rows_that_changed_places_are_found() {
    let place = trail(5);
    tamper(
        &place,
        "UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 99;",
    );
    assert_eq!(findings(&place), [Finding::Moved { at: 2, from: 4 }, Finding::Moved { at: 4, from: 2 }]);
}

#[test]
fn a_row_that_was_slipped_in_is_found() {
    let place = trail(3);
    let columns = "at, who, deed, profile, host, card_reference, outcome, previous, mac";
    for seq in [4, 0, -7] {
        tamper_once(&place, &format!("INSERT INTO audit SELECT {seq}, {columns} FROM audit WHERE seq = 2"));
    }
    let found = findings(&place);
    assert!([4, 0, -7].iter().all(|seq| found.contains(&edited(*seq))), "{found:?}");
}

fn tamper_once(place: &Place, sql: &str) {
    place.raw().execute_batch(sql).unwrap();
}

#[test]
fn a_cut_end_stays_found_after_more_rows_were_written() {
    let place = trail(5);
    tamper(&place, "DELETE FROM audit WHERE seq > 3");
    write(&place, 2);
    assert_eq!(findings(&place), [Finding::Removed { first: 4, last: 5 }]);
}

#[test]
fn an_older_copy_of_the_database_is_found_and_stays_found() {
    let place = trail(2);
    let old = place.copy();
    write(&place, 2);
    place.copy();
    std::fs::write(place.file("history.db"), &old).unwrap();
    assert_eq!(findings(&place), [Finding::Cut { first: 3, last: 4 }]);
    write(&place, 1);
    assert_eq!(findings(&place), [Finding::Removed { first: 3, last: 4 }]);
}

#[test]
fn a_trail_that_took_another_way_is_found_and_stays_found() {
    let place = trail(2);
    let old = place.copy();
    write(&place, 1);
    place.copy();
    let head = std::fs::read(place.state("audit.head")).unwrap();
    std::fs::write(place.file("history.db"), &old).unwrap();
    std::fs::remove_file(place.state("audit.head")).unwrap();
    place.open().audit(&row("another")).unwrap();
    std::fs::write(place.state("audit.head"), head).unwrap();
    assert_eq!(findings(&place), [Finding::Replaced(3)]);
    write(&place, 1);
    assert_eq!(findings(&place), [Finding::Unlinked(4)]);
}

#[test]
fn a_head_that_is_missing_or_changed_is_found() {
    let place = trail(2);
    let head = place.state("audit.head");
    let text = std::fs::read_to_string(&head).unwrap();
    std::fs::write(&head, text.replacen('2', "1", 1)).unwrap();
    assert_eq!(findings(&place), [Finding::Replaced(1)]);
    std::fs::write(&head, "2 junk").unwrap();
    assert_eq!(findings(&place), [Finding::HeadUnreadable]);
    std::fs::remove_file(&head).unwrap();
    assert_eq!(findings(&place), [Finding::HeadMissing]);
}

#[test]
fn rows_are_not_vouched_for_under_another_key() {
    let place = trail(3);
    std::fs::write(place.file("install.key"), [7; 32]).unwrap();
    assert_eq!(findings(&place), [Finding::Edited { first: 1, last: 3 }]);
}

#[test]
fn a_key_that_is_lost_while_rows_are_there_is_a_finding_and_is_not_made_anew() {
    let place = trail(2);
    std::fs::write(place.file("install.key"), "short").unwrap();
    assert_eq!(findings(&place), [Finding::KeyUnreadable]);
    assert_eq!(place.try_open().err(), Some(LedgerFault::NoKey));
    std::fs::remove_file(place.file("install.key")).unwrap();
    assert_eq!(findings(&place), [Finding::KeyMissing]);
    assert_eq!(place.try_open().err(), Some(LedgerFault::NoKey));
    assert!(!place.file("install.key").exists());
    tamper(&place, "DELETE FROM audit");
    assert_eq!(place.try_open().err(), Some(LedgerFault::NoKey), "the head remembers rows");
    std::fs::remove_file(place.state("audit.head")).unwrap();
    assert!(place.try_open().is_ok(), "nothing was ever sealed, as far as can be seen");
}

#[test]
fn without_the_key_numbers_and_links_are_looked_at_all_the_same() {
    let place = trail(5);
    std::fs::remove_file(place.file("install.key")).unwrap();
    tamper(&place, "DELETE FROM audit WHERE seq = 2; UPDATE audit SET previous = zeroblob(32) WHERE seq = 4");
    let removed = Finding::Removed { first: 2, last: 2 };
    assert_eq!(findings(&place), [Finding::KeyMissing, removed, Finding::Unlinked(4)]);
}

#[test]
fn a_database_that_is_gone_is_missed_by_its_head_and_by_its_key() {
    let place = trail(3);
    for name in ["history.db", "history.db-wal", "history.db-shm"] {
        let _ = std::fs::remove_file(place.file(name));
    }
    let cut = Finding::Cut { first: 1, last: 3 };
    assert_eq!(findings(&place), [Finding::DatabaseMissing, cut]);
    let head = std::fs::read(place.state("audit.head")).unwrap();
    std::fs::remove_file(place.state("audit.head")).unwrap();
    assert_eq!(findings(&place), [Finding::DatabaseMissing]);
    for (path, bytes) in [(place.state("audit.head"), head), (place.file("history.db"), Vec::new())] {
        std::fs::write(&path, bytes).unwrap();
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o600)).unwrap();
    }
    assert_eq!(findings(&place), [Finding::DatabaseMissing, cut], "an empty file is no database");
    write(&place, 1);
    assert_eq!(findings(&place), [Finding::Removed { first: 1, last: 3 }], "a new one goes on after the gap");
}

#[test]
fn looking_makes_and_changes_nothing_and_finds_nothing_where_nothing_is() {
    let state = |place: &Place| place.root().join("state");
    let place = Place::new();
    assert_eq!(verify(&place.data(), &state(&place)), Ok(None));
    assert!(below(place.root()).is_empty(), "no folder is made");
    place.bare();
    let before = below(place.root());
    assert_eq!(verify(&place.data(), &state(&place)), Ok(None));
    assert_eq!(below(place.root()), before, "no file is made");
    write(&place, 2);
    let bytes = |place: &Place| {
        // What programs share of a database lies in a file and is memory: each first of them writes it anew.
        let is_kept = |path: &PathBuf| path.is_file() && !path.ends_with("history.db-shm");
        let files = below(place.root()).into_iter().filter(is_kept);
        files.map(|path| (std::fs::read(&path).unwrap(), path)).collect::<Vec<_>>()
    };
    let before = bytes(&place);
    assert_eq!(place.findings(), []);
    assert_eq!(bytes(&place), before);
}

#[test]
fn values_that_no_console_writes_are_found_and_break_nothing() {
    for change in [
        "who = 'a' || char(0) || 'n'",
        "who = CAST(x'ff61' AS TEXT)",
        "outcome = CAST(zeroblob(50000000) AS TEXT)",
        "mac = zeroblob(50000000)",
        "mac = x''",
        "previous = x''",
        "at = 9223372036854775807",
        "at = -9223372036854775808",
    ] {
        let place = trail(3);
        tamper(&place, &format!("UPDATE audit SET {change} WHERE seq = 2"));
        assert_eq!(findings(&place), [edited(2)], "{change}");
    }
}

#[test]
fn text_that_only_looks_the_same_is_found() {
    let place = Place::new();
    place.open().audit(&AuditRow { outcome: Masked::ours("a\u{fffd}"), ..row("token_1") }).unwrap();
    assert_eq!(findings(&place), []);
    tamper(&place, "UPDATE audit SET outcome = CAST(x'61ff' AS TEXT)");
    assert_eq!(findings(&place), [edited(1)]);
}

#[test]
fn a_row_at_the_highest_number_there_is_is_found_and_no_row_comes_behind_it() {
    let place = trail(2);
    let columns = "at, who, deed, profile, host, card_reference, outcome, previous, mac";
    tamper(&place, &format!("INSERT INTO audit SELECT {}, {columns} FROM audit WHERE seq = 2", i64::MAX));
    assert_eq!(findings(&place), [Finding::Removed { first: 3, last: i64::MAX - 1 }, edited(i64::MAX)]);
    assert_eq!(place.open().audit(&row("token_1")), Err(LedgerFault::Damaged));
}

#[test]
fn a_trail_without_its_table_cannot_be_looked_at() {
    let place = trail(2);
    place.raw().execute_batch("DROP TABLE audit").unwrap();
    assert_eq!(verify(&place.data(), &place.root().join("state")), Err(LedgerFault::Damaged));
}

#[test]
fn a_glance_at_the_end_sees_a_cut_a_foreign_key_and_a_lost_head() {
    let has_gap = |place: &Place| place.open().has_gap().unwrap();
    let place = trail(0);
    assert!(!has_gap(&place));
    write(&place, 3);
    assert!(!has_gap(&place));
    let head = std::fs::read(place.state("audit.head")).unwrap();
    write(&place, 1);
    std::fs::write(place.state("audit.head"), &head).unwrap();
    assert!(!has_gap(&place), "a console that died before it wrote the head");
    tamper(&place, "DELETE FROM audit WHERE seq > 2");
    assert!(has_gap(&place));
    write(&place, 1);
    assert!(!has_gap(&place), "the end is whole again");
    assert_eq!(findings(&place), [Finding::Removed { first: 3, last: 3 }], "and a walk sees the gap");
    for change in ["junk", ""] {
        std::fs::write(place.state("audit.head"), change).unwrap();
        assert!(has_gap(&place));
    }
    std::fs::remove_file(place.state("audit.head")).unwrap();
    assert!(has_gap(&place));
    let place = trail(2);
    std::fs::write(place.file("install.key"), [7; 32]).unwrap();
    assert!(has_gap(&place));
}

#[test]
fn a_trail_goes_on_after_a_crash_before_the_head_was_written() {
    let place = trail(2);
    let head = std::fs::read(place.state("audit.head")).unwrap();
    write(&place, 1);
    std::fs::write(place.state("audit.head"), head).unwrap();
    assert_eq!(findings(&place), []);
    write(&place, 1);
    assert_eq!(findings(&place), []);
}

#[test]
fn a_crash_at_the_very_first_row_leaves_no_finding_and_a_head_that_went_with_it_is_one() {
    let place = trail(0);
    let head = std::fs::read(place.state("audit.head")).unwrap();
    write(&place, 1);
    std::fs::write(place.state("audit.head"), head).unwrap();
    assert_eq!((findings(&place), place.open().has_gap()), (vec![], Ok(false)));
    write(&place, 1);
    assert_eq!((findings(&place), place.verify().rows), (vec![], 2));
    let place = trail(1);
    std::fs::remove_file(place.state("audit.head")).unwrap();
    assert_eq!((findings(&place), place.open().has_gap()), (vec![Finding::HeadMissing], Ok(true)));
}

#[test]
fn a_crash_before_the_key_was_made_leaves_nothing_to_verify_and_the_next_start_makes_it() {
    let place = trail(0);
    std::fs::remove_file(place.file("install.key")).unwrap();
    assert_eq!(findings(&place), []);
    write(&place, 1);
    assert_eq!((findings(&place), place.verify().rows), (vec![], 1));
}

#[test]
fn a_row_whose_head_cannot_be_written_is_not_confirmed() {
    let place = trail(1);
    let mut ledger = place.open();
    std::fs::remove_dir_all(place.root().join("state")).unwrap();
    assert!(ledger.audit(&row("token_1")).is_err());
}

#[test]
fn findings_are_sentences_that_name_the_row() {
    for (finding, text) in [
        (edited(3), "row 3 was edited, slipped in or sealed with another key"),
        (Finding::Removed { first: 2, last: 2 }, "row 2 was removed"),
        (Finding::Cut { first: 2, last: 4 }, "rows 2 to 4 were cut off the end"),
        (Finding::Moved { at: 2, from: 3 }, "row 2 was written as row 3"),
    ] {
        assert_eq!(finding.to_string(), text);
    }
}

#[test]
fn a_row_is_on_disk_before_its_head_follows() {
    let place = Place::new();
    let mut ledger = place.open();
    let head = || std::fs::read_to_string(place.state("audit.head")).unwrap();
    let rows =
        || place.raw().query_row("SELECT count(*) FROM audit", [], |row| row.get::<_, i64>(0)).unwrap();
    let before = head();
    ledger.audit_ahead(&row("token_1")).unwrap();
    assert_eq!((rows(), head()), (1, before));
    ledger.settle().unwrap();
    assert!(head().starts_with("1 "), "{}", head());
    assert!(place.findings().is_empty());
}

#[test]
fn no_second_row_goes_beyond_a_head_that_cannot_be_written() {
    let place = trail(1);
    let mut ledger = place.open();
    std::fs::remove_dir_all(place.root().join("state")).unwrap();
    let told = [(); 3].map(|()| ledger.audit_ahead(&row("token_1")).is_ok());
    assert_eq!(told, [true, false, false]);
    assert!(ledger.settle().is_err());
    let rows: i64 = place.raw().query_row("SELECT count(*) FROM audit", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 2);
}
