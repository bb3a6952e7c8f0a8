//! What is written comes back, and goes when it is due.

use tokenscope::adapters::sqlite::Sqlite;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{Entry, Page, Verdict};
use tokenscope::domain::profile::Environment;
use tokenscope::ports::{Ledger, LedgerFault, Purged};
use tokenscope::report::Call;
use tokenscope::secret::{MASK, Masked, Needles, Piece};

use crate::child::below;
use crate::replies::{self, CUSTOMER, REFERENCE};
use crate::{Place, all, entry, found, references, row};

#[test]
fn a_row_comes_back_as_it_was_written_also_after_a_new_start() {
    let place = Place::new();
    let mut row = entry("token_1");
    row.http_status = None;
    row.submerchant_id = Masked::typed("airline");
    row.id = place.open().record(&row).unwrap();
    assert_eq!(all(&mut place.open()), [row]);
}

#[test]
fn every_verdict_and_environment_is_kept() {
    let place = Place::new();
    let mut ledger = place.open();
    for verdict in Verdict::ALL {
        for environment in
            [Environment::Emulator, Environment::Sandbox, Environment::Production, Environment::Custom]
        {
            let mut row = Entry { verdict, environment, ..entry("token_1") };
            row.id = ledger.record(&row).unwrap();
            assert_eq!(all(&mut ledger)[0], row);
        }
    }
}

#[test]
fn pages_go_back_from_the_newest_row() {
    let mut ledger = Place::new().open();
    let ids: Vec<i64> = (0..5).map(|n| ledger.record(&entry(&format!("token_{n}"))).unwrap()).collect();
    let mut page = |limit, before| ledger.page(&Page { limit, before, ..Page::default() }).unwrap();
    assert_eq!(references(&page(2, None)), ["token_4", "token_3"]);
    assert_eq!(references(&page(2, Some(ids[3]))), ["token_2", "token_1"]);
    assert_eq!(references(&page(2, Some(ids[0]))), [""; 0]);
}

#[test]
fn a_filter_looks_into_profile_reference_customer_and_verdict() {
    let mut ledger = Place::new().open();
    ledger.record(&Entry { profile: Masked::typed("Staging"), ..entry("a") }).unwrap();
    ledger.record(&Entry { customer_id: Masked::typed("cust_9"), ..entry("b") }).unwrap();
    ledger.record(&Entry { verdict: Verdict::NoAnswer, ..entry("ref_c") }).unwrap();
    for (filter, expected) in
        [("staging", "a"), ("UST_9", "b"), ("no answer", "ref_c"), ("REF_", "ref_c"), ("HDFC", "")]
    {
        assert_eq!(references(&found(&mut ledger, filter)).join(","), expected, "{filter}");
    }
}

#[test]
fn a_filter_has_no_wildcards_and_no_sql() {
    let mut ledger = Place::new().open();
    for reference in ["plain", "100%", "a_b", r"back\slash", "o'brien", "x*y"] {
        ledger.record(&entry(reference)).unwrap();
    }
    for (filter, expected) in
        [("%", "100%"), ("\\", r"back\slash"), ("*", "x*y"), ("'", "o'brien"), ("a_b", "a_b")]
    {
        assert_eq!(references(&found(&mut ledger, filter)), [expected], "{filter}");
    }
    for filter in ["' OR 1=1 --", "plain%", "p_ain", "\0", &"%".repeat(100_000)] {
        assert!(found(&mut ledger, filter).is_empty());
    }
}

#[test]
fn sql_in_a_value_stays_a_value() {
    let mut ledger = Place::new().open();
    let hostile = "'); DROP TABLE history; -- \" ; ?1 :at";
    let mut row = entry(hostile);
    row.summary = Masked::ours(hostile);
    row.id = ledger.record(&row).unwrap();
    assert_eq!(all(&mut ledger), [row]);
}

#[test]
fn a_mask_comes_back_as_a_mask_and_its_imitation_as_text() {
    let mut ledger = Place::new().open();
    let masked = Masked::free_text("card 4111111111111111 of Ann", &Needles::default());
    let row = Entry { summary: masked.clone(), issuer: Masked::ours(MASK), ..entry("4111111111111111") };
    ledger.record(&row).unwrap();
    let back = &all(&mut ledger)[0];
    assert_eq!(back.summary, masked);
    assert!(back.summary.pieces().contains(&Piece::Mask));
    assert_eq!(back.card_reference, Masked::hidden());
    assert!(!back.issuer.pieces().contains(&Piece::Mask) && !back.issuer.text().contains(MASK));
}

#[test]
fn hostile_text_in_a_row_comes_back_visible_and_harmless() {
    let place = Place::new();
    let mut ledger = place.open();
    ledger.record(&entry("token_1")).unwrap();
    let hostile: &[u8] = b"a\x1b]52;c;eA==\x07\xe2\x80\xae\xff\x9b\xe2\x80\xa2";
    let set = "UPDATE history SET profile = CAST(?1 AS TEXT), summary = CAST(?1 AS TEXT), card_reference = '4111111111111111'";
    place.raw().execute(set, [hostile]).unwrap();
    let row = &all(&mut ledger)[0];
    assert_eq!(row.profile.text(), "a\\u{1b}]52;c;eA==\\u{7}\\u{202e}\u{fffd}\u{fffd}\\u{2022}");
    assert_eq!(row.summary, row.profile);
    assert_eq!(row.card_reference, Masked::hidden());
}

/// The database as bytes, free pages and write-ahead log too.
fn bytes(place: &Place) -> Vec<u8> {
    let files = below(&place.data());
    files.iter().filter(|path| path.is_file()).flat_map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn an_answer_for_another_card_or_customer_is_found_under_no_id_asked_for() {
    let rows = |body: &str| {
        let place = Place::new();
        let (sent, reply) = (replies::sent(REFERENCE), replies::answered(body));
        let judgement = replies::judged(&reply);
        let call = Call { sent: &sent, reply: &reply, judgement: &judgement };
        place.open().record(&tokenscope::report::entry(&call)).unwrap();
        let ids = [REFERENCE, CUSTOMER];
        let by_filter = ids.map(|id| found(&mut place.open(), id).len());
        let bytes = bytes(&place);
        (by_filter, ids.map(|id| bytes.windows(id.len()).any(|window| window == id.as_bytes())))
    };
    let right = replies::usable();
    assert_eq!(rows(&right), ([1, 1], [true, true]), "the search finds what is there");
    for wrong in [right.replace(REFERENCE, "token_other"), right.replace(CUSTOMER, "somebody_else")] {
        assert_eq!(rows(&wrong), ([0, 0], [false, false]));
    }
}

#[test]
fn a_row_of_another_shape_is_called_damage() {
    for change in ["verdict = 'FINE'", "environment = 'moon'", "http_status = 70000", "total_ms = -1"] {
        let place = Place::new();
        let mut ledger = place.open();
        ledger.record(&entry("token_1")).unwrap();
        place.raw().execute_batch(&format!("UPDATE history SET {change}")).unwrap();
        assert_eq!(ledger.page(&Page { limit: 1, ..Page::default() }), Err(LedgerFault::Damaged), "{change}");
    }
}

#[test]
fn rows_past_the_retention_go_and_their_text_leaves_the_disk() {
    let place = Place::new();
    let mut ledger = place.open();
    let (day, now) = (86_400_000, Stamp(1_700_000_000_000));
    for n in 0..200 {
        let row = entry(&format!("expired_reference_{n}"));
        ledger.record(&Entry { at: Stamp(now.0 - 7 * day - 1), ..row }).unwrap();
    }
    ledger.record(&Entry { at: Stamp(now.0 - 7 * day), ..entry("kept_reference") }).unwrap();
    assert!(holds(&place, "expired_reference_7"), "the search finds what is there");
    assert_eq!(ledger.expire(now, 7), Ok(200));
    assert_eq!(references(&all(&mut ledger)), ["kept_reference"]);
    assert!(!holds(&place, "expired_reference_"));
    assert!(holds(&place, "kept_reference"));
    assert_eq!(ledger.expire(now, 7), Ok(0));
    assert_eq!(ledger.expire(now, u32::MAX), Ok(0));
}

#[test]
fn a_purge_takes_every_row_and_its_text_off_the_disk_and_leaves_the_trail() {
    let place = Place::new();
    let mut ledger = place.open();
    for n in 0..200 {
        ledger.record(&entry(&format!("purged_reference_{n}"))).unwrap();
    }
    ledger.audit(&row("kept_reference")).unwrap();
    assert!(holds(&place, "purged_reference_7"), "the search finds what is there");
    let size = || std::fs::metadata(place.file("history.db")).unwrap().len();
    ledger.expire(Stamp(0), 0).unwrap();
    let before = size();
    assert_eq!(ledger.purge(), Ok(Purged { rows: 200, is_overwritten: true }));
    assert_eq!(references(&all(&mut ledger)), [""; 0]);
    assert!(!holds(&place, "purged_reference_") && holds(&place, "kept_reference"));
    assert!(size() < before, "the file gives its pages back");
    assert_eq!((place.verify().rows, place.findings()), (1, vec![]));
    assert!(ledger.record(&entry("next")).unwrap() > 200, "no id is given twice");
}

/// Takes back what the later steps made.
const TO_THE_FIRST_VERSION: &str = "
    DROP INDEX audit_by_card;
    ALTER TABLE history DROP COLUMN token_expiry;
    ALTER TABLE history DROP COLUMN eci;
    ALTER TABLE history DROP COLUMN provider;
    ALTER TABLE history DROP COLUMN requestor;
    ALTER TABLE history DROP COLUMN par_print;
    ALTER TABLE history DROP COLUMN fingerprint_print;
    ALTER TABLE history DROP COLUMN cryptogram_print;
    PRAGMA user_version = 1";

#[test]
fn the_copy_of_an_older_database_goes_with_a_purge_and_with_the_retention() {
    type Ending = fn(&mut Sqlite) -> bool;
    let endings: [Ending; 2] =
        [|ledger| ledger.purge().is_ok(), |ledger| ledger.expire(Stamp(i64::MAX), 7).is_ok()];
    for end in endings {
        let place = Place::new();
        place.open().record(&entry("copied_reference")).unwrap();
        place.raw().execute_batch(TO_THE_FIRST_VERSION).unwrap();
        let mut ledger = place.open();
        ledger.expire(Stamp(0), 7).unwrap();
        let copies = || -> Vec<_> {
            let paths = std::fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().path());
            paths.filter(|path| path.to_str().unwrap().contains("history-v1-")).collect()
        };
        let [copy] = copies().try_into().unwrap();
        assert!(String::from_utf8_lossy(&std::fs::read(copy).unwrap()).contains("copied_reference"));
        assert!(end(&mut ledger));
        assert_eq!((copies().len(), holds(&place, "copied_reference")), (0, false));
    }
}

#[test]
fn a_purge_that_another_program_keeps_from_emptying_the_log_says_so() {
    let place = Place::new();
    let mut ledger = place.open();
    ledger.record(&entry("purged_reference")).unwrap();
    let reader = place.raw();
    reader.execute_batch("BEGIN; SELECT count(*) FROM history;").unwrap();
    let purged = ledger.purge().unwrap();
    assert_eq!(
        (purged, holds(&place, "purged_reference")),
        (Purged { rows: 1, is_overwritten: false }, true)
    );
    reader.execute_batch("COMMIT").unwrap();
    drop(ledger);
    assert!(holds(&place, "purged_reference"), "the log stays when a program goes");
    assert_eq!(place.open().expire(Stamp(0), 0), Ok(0));
    assert!(!holds(&place, "purged_reference"), "the next call finishes what this one began");
}

#[test]
fn how_a_call_ended_is_in_trail_and_history_or_in_neither() {
    let place = Place::new();
    let mut ledger = place.open();
    let first = ledger.conclude(&row("token_1"), &entry("token_1")).unwrap();
    assert_eq!((place.verify().rows, references(&all(&mut ledger))), (1, vec!["token_1".to_owned()]));
    place.raw().execute_batch("ALTER TABLE history RENAME TO away").unwrap();
    assert!(ledger.conclude(&row("token_2"), &entry("token_2")).is_err());
    place.raw().execute_batch("ALTER TABLE away RENAME TO history").unwrap();
    assert_eq!((place.verify().rows, place.findings()), (1, vec![]));
    assert!(ledger.conclude(&row("token_3"), &entry("token_3")).unwrap() > first);
    assert_eq!((place.verify().rows, place.findings()), (2, vec![]));
}

#[test]
fn the_id_of_a_row_that_went_is_not_given_again() {
    let place = Place::new();
    let mut ledger = place.open();
    let first = ledger.record(&entry("a")).unwrap();
    ledger.expire(Stamp(i64::MAX), 0).unwrap();
    assert!(ledger.record(&entry("b")).unwrap() > first);
}

/// Whether a text stands anywhere in the data folder.
fn holds(place: &Place, text: &str) -> bool {
    let files = below(&place.data()).into_iter().filter(|path| path.is_file());
    files
        .map(|path| std::fs::read(path).unwrap())
        .any(|bytes| bytes.windows(text.len()).any(|w| w == text.as_bytes()))
}
