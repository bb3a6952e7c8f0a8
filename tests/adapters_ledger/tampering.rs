//! Whatever an adversary without the key does to a trail, in whatever order, leaves a finding.

use proptest::prelude::*;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::AuditRow;
use tokenscope::ports::Ledger;

use crate::{Place, row, tamper};

const DAY: i64 = 86_400_000;
const NOW: i64 = 1_795_458_005_000;

/// Rows of the trail; retention has taken the first two of them and has written one more.
const ROWS: i64 = 8;

fn trail() -> Place {
    let place = Place::new();
    let mut ledger = place.open();
    for n in 1..ROWS {
        let at = Stamp(if n < 3 { NOW - 500 * DAY } else { NOW + n });
        ledger.audit(&AuditRow { at, ..row(&format!("token_{n}")) }).unwrap();
    }
    ledger.expire(Stamp(NOW + ROWS), 7).unwrap();
    place
}

fn change() -> impl Strategy<Value = String> {
    let column = prop::sample::select(vec!["who", "deed", "profile", "host", "card_reference", "outcome"]);
    let seq = || 3..=ROWS;
    prop_oneof![
        (column, seq(), "[a-z0-9 ]{1,12}")
            .prop_map(|(column, seq, text)| format!("UPDATE audit SET {column} = '{text}!' WHERE seq = {seq}")),
        (seq(), 1..1_000_000_i64).prop_map(|(seq, by)| format!("UPDATE audit SET at = at + {by} WHERE seq = {seq}")),
        (seq(), seq()).prop_filter("two rows", |(a, b)| a != b).prop_map(|(a, b)| format!(
            "UPDATE OR REPLACE audit SET seq = -1 WHERE seq = {a}; UPDATE OR REPLACE audit SET seq = {a} WHERE seq = {b}; \
             UPDATE OR REPLACE audit SET seq = {b} WHERE seq = -1"
        )),
        (seq(), seq()).prop_map(|(a, b)| format!("DELETE FROM audit WHERE seq BETWEEN {} AND {}", a.min(b), a.max(b))),
        seq().prop_map(|seq| format!("DELETE FROM audit WHERE seq >= {seq}")),
        (seq(), 1..=4 * ROWS).prop_filter("another place", |(seq, to)| seq != to).prop_map(|(seq, to)| format!(
            "INSERT OR REPLACE INTO audit SELECT {to}, at, who, deed, profile, host, card_reference, outcome, previous, mac \
             FROM audit WHERE seq = {seq}"
        )),
        (seq(), prop::sample::select(vec!["previous", "mac"]))
            .prop_map(|(seq, column)| format!("UPDATE audit SET {column} = randomblob(32) WHERE seq = {seq}")),
    ]
}

/// Every row as it stands there.
fn rows(place: &Place) -> String {
    let all = "SELECT group_concat(quote(seq) || quote(at) || quote(who) || quote(deed) || quote(profile) || quote(host) \
               || quote(card_reference) || quote(outcome) || quote(previous) || quote(mac)) \
               FROM (SELECT * FROM audit ORDER BY seq)";
    place.raw().query_row(all, [], |row| row.get::<_, Option<String>>(0)).unwrap().unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_without_the_key_goes_unfound(changes in prop::collection::vec(change(), 1..4)) {
        let place = trail();
        prop_assert_eq!(place.findings(), vec![]);
        let before = rows(&place);
        tamper(&place, &changes.join("; "));
        // Some take each other back: a row copied behind the end and cut off again.
        prop_assume!(rows(&place) != before);
        prop_assert!(!place.findings().is_empty());
    }
}
