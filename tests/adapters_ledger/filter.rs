//! Looking through the history step by step: all of it is found, in order, and only what a row shows.

use tokenscope::adapters::sqlite::Sqlite;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{Entry, Page};
use tokenscope::ports::Ledger;
use tokenscope::secret::{MASK, Masked};

use crate::{Place, entry, found, references};

/// What each step finds, until the oldest row was looked at.
fn steps(ledger: &mut Sqlite, filter: &str, limit: u32, scan: u32) -> Vec<Vec<String>> {
    let mut page = Page { limit, filter: filter.into(), ..Page::default() };
    let mut steps = Vec::new();
    loop {
        let part = ledger.find(&page, scan).unwrap();
        steps.push(references(&part.rows));
        assert!(steps.len() < 100, "it comes to an end");
        match part.next {
            Some(next) => page.before = Some(next),
            None => return steps,
        }
    }
}

#[test]
fn each_step_looks_at_so_many_rows_and_the_next_goes_on_there() {
    let mut ledger = Place::new().open();
    for n in 0..10 {
        let name = if n % 4 == 0 { format!("hit_{n}") } else { format!("other_{n}") };
        ledger.record(&entry(&name)).unwrap();
    }
    let expected: [&[&str]; 5] = [&["hit_8"], &["hit_4"], &[], &["hit_0"], &[]];
    assert_eq!(steps(&mut ledger, "HIT", 9, 3), expected);
    assert_eq!(steps(&mut ledger, "hit", 2, 100), [vec!["hit_8", "hit_4"], vec!["hit_0"], vec![]]);
    assert_eq!(steps(&mut ledger, "nowhere", 9, 4).concat(), [""; 0]);
}

#[test]
fn status_and_time_are_found_as_they_are_shown() {
    let mut ledger = Place::new().open();
    ledger.record(&Entry { http_status: Some(401), ..entry("refused") }).unwrap();
    ledger.record(&Entry { http_status: None, at: Stamp(1_795_430_000_123), ..entry("late") }).unwrap();
    for (filter, expected) in
        [("401", "refused"), ("2026-11-23 10:33:20", "late"), ("10:33", "late"), ("2023-11-14", "refused")]
    {
        assert_eq!(references(&found(&mut ledger, filter)), [expected], "{filter}");
    }
    assert_eq!(references(&found(&mut ledger, "2026-11-23t")), [""; 0]);
}

#[test]
fn letters_of_every_script_are_found_whatever_their_case() {
    let mut ledger = Place::new().open();
    ledger.record(&Entry { profile: Masked::typed("Zürich"), ..entry("a") }).unwrap();
    ledger.record(&entry("b")).unwrap();
    assert_eq!(references(&found(&mut ledger, "zÜR")), ["a"]);
}

#[test]
fn what_a_row_does_not_show_cannot_be_found() {
    let place = Place::new();
    let mut ledger = place.open();
    let summary = Masked::ours("hidden_summary");
    ledger.record(&Entry { summary, routing_id: Masked::typed("hidden_route"), ..entry("token_1") }).unwrap();
    // Another program wrote what is never written by us.
    let raw = "UPDATE history SET customer_id = '4111111111111111'";
    place.raw().execute_batch(raw).unwrap();
    let mask = Masked::hidden().to_stored();
    for filter in ["4111", "1111111", "411111111111111", "hidden", MASK, &mask, "*", "cust"] {
        assert_eq!(references(&found(&mut ledger, filter)), [""; 0], "{filter}");
    }
    assert_eq!(references(&found(&mut ledger, "token_1")), ["token_1"], "the search finds what is there");
    place.raw().execute_batch("UPDATE history SET customer_id = '4111111111'").unwrap();
    assert_eq!(references(&found(&mut ledger, "41111")), ["token_1"], "also in that column");
}

#[test]
#[ignore = "a figure: a million rows"]
fn a_million_rows_are_looked_through() {
    let place = Place::new();
    let mut ledger = place.open();
    ledger.record(&entry("token_first")).unwrap();
    let columns = "at, profile, environment, host, card_reference, customer_id, routing_id, submerchant_id, \
                   http_status, verdict, summary, network, issuer, token_status, card_last_four, total_ms";
    let more = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999999) \
         INSERT INTO history ({columns}) SELECT at + i, profile, environment, host, 'token_' || i, 'cust_' || i, \
         routing_id, '', http_status, verdict, summary, network, issuer, token_status, card_last_four, total_ms \
         FROM n, history WHERE history.id = 1"
    );
    place.raw().execute_batch(&more).unwrap();
    let start = std::time::Instant::now();
    let all = steps_of_a_million(&mut ledger, "token_first");
    #[expect(clippy::print_stderr, reason = "a figure")]
    {
        eprintln!("whole: {:?}, longest step: {:?}", start.elapsed(), all.1);
    }
    assert_eq!(all.0, ["token_first"]);
}

fn steps_of_a_million(ledger: &mut Sqlite, filter: &str) -> (Vec<String>, std::time::Duration) {
    let mut page = Page { limit: 200, filter: filter.into(), ..Page::default() };
    let (mut all, mut longest) = (Vec::new(), std::time::Duration::ZERO);
    loop {
        let start = std::time::Instant::now();
        let part = ledger.find(&page, 10_000).unwrap();
        longest = longest.max(start.elapsed());
        all.extend(references(&part.rows));
        let Some(next) = part.next else { return (all, longest) };
        page.before = Some(next);
    }
}
