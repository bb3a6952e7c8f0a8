//! The retention of the audit trail: old rows go, a sealed row says which, and nothing hides behind it.

use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::AuditRow;
use tokenscope::domain::trail::{Finding, Tombstone};
use tokenscope::ports::Ledger;

use crate::child::below;
use crate::{Place, row, tamper};

const DAY: i64 = 86_400_000;

/// The time of the newest row.
const NOW: Stamp = Stamp(1_795_458_005_000);

fn days_ago(days: i64) -> Stamp {
    Stamp(NOW.0 - days * DAY)
}

/// A trail with rows of this age, in days.
fn trail(ages: &[i64]) -> Place {
    let place = Place::new();
    write(&place, ages);
    place
}

fn write(place: &Place, ages: &[i64]) {
    let mut ledger = place.open();
    for age in ages {
        ledger.audit(&AuditRow { at: days_ago(*age), ..row(&format!("reference_{age}_days_old")) }).unwrap();
    }
}

fn expire(place: &Place, now: Stamp) {
    place.open().expire(now, 7).unwrap();
}

fn numbers(place: &Place) -> Vec<i64> {
    let db = place.raw();
    let mut rows = db.prepare("SELECT seq FROM audit ORDER BY seq").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn rows_past_their_days_go_and_a_sealed_row_says_which() {
    let place = trail(&[500, 450, 401, 400, 10, 0]);
    expire(&place, NOW);
    assert_eq!(numbers(&place), [4, 5, 6, 7]);
    let trail = place.verify();
    let tombstone = Tombstone { row: 7, first: 1, last: 3, until: days_ago(401), at: NOW };
    assert_eq!((trail.rows, trail.tombstones, trail.findings), (4, vec![tombstone], vec![]));
    assert_eq!(trail.span.map(|span| (span.first, span.last)), Some((4, 7)));
    let bytes: Vec<u8> = below(&place.data())
        .into_iter()
        .filter(|path| path.is_file())
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("reference_400_days_old") && !holds("reference_401_days_old"));
}

#[test]
fn nothing_is_written_where_nothing_is_due() {
    let place = trail(&[400, 0]);
    expire(&place, NOW);
    assert_eq!((numbers(&place), place.verify().tombstones), (vec![1, 2], vec![]));
    expire(&Place::new(), NOW);
}

#[test]
fn the_trail_goes_on_after_it_and_the_next_one_takes_over() {
    let place = trail(&[500, 405, 10]);
    expire(&place, days_ago(10));
    assert_eq!(numbers(&place), [2, 3, 4]);
    write(&place, &[0]);
    expire(&place, NOW);
    expire(&place, NOW);
    let trail = place.verify();
    let said: Vec<_> = trail.tombstones.iter().map(|it| (it.row, it.first, it.last)).collect();
    assert_eq!((said, trail.findings), (vec![(4, 1, 1), (6, 2, 2)], vec![]));
    let late = Stamp(NOW.0 + 800 * DAY);
    place.open().audit(&AuditRow { at: late, ..row("late") }).unwrap();
    expire(&place, late);
    let trail = place.verify();
    let said: Vec<_> = trail.tombstones.iter().map(|it| (it.row, it.first, it.last)).collect();
    assert_eq!((numbers(&place), said, trail.findings), (vec![7, 8], vec![(8, 3, 6)], vec![]));
}

#[test]
fn a_clock_that_is_set_forward_takes_nothing() {
    let place = trail(&[300, 0]);
    for days in [200, 4_000] {
        expire(&place, Stamp(NOW.0 + days * DAY));
        assert_eq!(numbers(&place), [1, 2], "{days} days ahead");
    }
}

#[test]
fn a_cut_at_the_start_that_no_sealed_row_tells_of_is_found() {
    let place = trail(&[500, 450, 10, 0]);
    expire(&place, NOW);
    tamper(&place, "DELETE FROM audit WHERE seq = 3");
    assert_eq!(place.findings(), [Finding::Removed { first: 3, last: 3 }]);
    let place = trail(&[500, 450, 10, 0]);
    expire(&place, NOW);
    tamper(&place, "DELETE FROM audit WHERE seq = 5");
    let gone = [Finding::Removed { first: 1, last: 2 }, Finding::Cut { first: 5, last: 5 }];
    assert_eq!(place.findings(), gone, "without the row that tells of them");
}

#[test]
fn a_row_that_tells_of_more_than_went_is_found() {
    let place = trail(&[500, 450, 10, 0]);
    expire(&place, NOW);
    tamper(
        &place,
        "UPDATE audit SET outcome = replace(outcome, 'rows 1 to 2', 'rows 1 to 3') WHERE seq = 5; \
         DELETE FROM audit WHERE seq = 3",
    );
    let edited = Finding::Edited { first: 5, last: 5 };
    assert_eq!(place.findings(), [Finding::Removed { first: 1, last: 3 }, edited]);
}

#[test]
fn a_row_that_went_and_was_put_back_is_found() {
    let place = trail(&[500, 450, 10, 0]);
    let old = place.raw();
    old.execute_batch("CREATE TABLE kept AS SELECT * FROM audit WHERE seq = 2").unwrap();
    drop(old);
    expire(&place, NOW);
    tamper(&place, "INSERT INTO audit SELECT * FROM kept");
    assert_eq!(place.findings(), [Finding::Returned(2)]);
}

#[test]
fn rows_that_were_tampered_with_are_not_vouched_for_by_letting_them_go() {
    for (change, finding) in [
        ("UPDATE audit SET who = 'bob' WHERE seq = 2", Finding::Edited { first: 2, last: 2 }),
        ("DELETE FROM audit WHERE seq = 2", Finding::Removed { first: 2, last: 2 }),
        ("DELETE FROM audit WHERE seq = 1", Finding::Removed { first: 1, last: 1 }),
        ("UPDATE audit SET at = 0 WHERE seq = 4", Finding::Edited { first: 4, last: 4 }),
        ("UPDATE audit SET at = at * 2 WHERE seq = 5", Finding::Edited { first: 5, last: 5 }),
    ] {
        let place = trail(&[500, 450, 440, 10, 0]);
        tamper(&place, change);
        let before = numbers(&place);
        expire(&place, Stamp(NOW.0 + 4_000 * DAY));
        assert_eq!((numbers(&place), place.findings()), (before, vec![finding]), "{change}");
    }
}

#[test]
fn rows_cannot_be_deleted_by_plain_sql_afterwards() {
    let place = trail(&[500, 0]);
    expire(&place, NOW);
    assert!(place.raw().execute_batch("DELETE FROM audit").is_err());
}
