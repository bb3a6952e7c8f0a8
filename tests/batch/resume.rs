//! A batch that was killed or interrupted, and is carried on.

use std::collections::HashMap;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::batch::{Answer, Home, Run, Server, has_lines, until, whole};
use super::{NO_KEY, answered, card, cards};

/// Runs until the server has so many calls under way that it never answers, and kills the batch.
fn kill_with_rows_under_way(home: &Home, server: &Server, calls: u32, more: &[&str]) {
    let mut child = home.spawn(more);
    until("the calls to be under way", || server.total() >= calls);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn rows_that_were_under_way_on_production_are_unknown_until_they_are_asked_for_again() {
    let hangs = Arc::new(AtomicBool::new(true));
    let stuck = Arc::clone(&hangs);
    let server = Server::start(move |reference| {
        let late = stuck.load(Ordering::SeqCst) && ["r4", "r5"].contains(&reference);
        Answer::Late(Duration::from_secs(if late { 60 } else { 0 }), Box::new(whole(200, &card(reference))))
    });
    let home = Home::new(server.address, "guard = \"production\"");
    home.rows(8);
    let confirmed = ["--confirm-production", "acme", "--concurrency", "2"];
    kill_with_rows_under_way(&home, &server, 5, &confirmed);
    hangs.store(false, Ordering::SeqCst);
    assert_eq!(home.report(), answered(1..=3));

    let resumed = home.batch(&[&confirmed[..], &["--resume"]].concat());
    assert_eq!(resumed.exit, 4, "{}", resumed.err);
    assert_eq!((server.calls("r4"), server.calls("r5"), server.total()), (1, 1, 8), "neither is asked again");
    let outcomes: Vec<_> = home.report().into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes[3..5], ["unknown", "unknown"]);
    assert!(home.read("out.jsonl").contains("--resume --retry-unknown asks again"));

    let retried = home.batch(&[&confirmed[..], &["--resume", "--retry-unknown"]].concat());
    assert_eq!((retried.exit, home.report()), (0, answered(1..=8)), "{}", retried.err);
    assert_eq!((server.calls("r4"), server.calls("r5"), server.total()), (2, 2, 10));
    assert!(home.read("out.jsonl").contains("••••••••") && !home.read("out.jsonl").contains("u{2022}"));
    assert!(!home.path("out.jsonl.new").exists());
}

#[test]
fn rows_that_were_under_way_elsewhere_are_asked_again_and_no_other() {
    let server = Server::start(|reference| {
        let late = if reference == "r6" { 60 } else { 0 };
        Answer::Late(Duration::from_secs(late), Box::new(whole(200, &card(reference))))
    });
    let home = Home::new(server.address, "");
    home.rows(6);
    kill_with_rows_under_way(&home, &server, 6, &["--concurrency", "3"]);
    let written = home.report().len();
    let mut child = home.spawn(&["--resume", "--concurrency", "3"]);
    until("the last row to be asked again", || server.calls("r6") == 2);
    child.kill().unwrap();
    child.wait().unwrap();
    for row in 1..=6_u32 {
        let times = server.calls(&format!("r{row}"));
        assert!(
            times == 1 || (times == 2 && row as usize > written),
            "row {row}: {times}, {written} written"
        );
    }
}

#[test]
fn an_interrupted_batch_lets_its_rows_end_and_goes_on_from_there() {
    let server = Server::start(|reference| {
        Answer::Late(Duration::from_millis(20), Box::new(whole(200, &card(reference))))
    });
    let home = Home::new(server.address, "");
    home.rows(60);
    let child = home.spawn(&["--concurrency", "2"]);
    until("some rows", || has_lines(&home.path("out.jsonl"), 5));
    interrupt(&child);
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!(run.exit, 130, "{}", run.err);
    assert!(run.err.contains("stopped as you asked"), "{}", run.err);
    let written = home.report().len();
    assert_eq!(server.total() as usize, written, "every row that was asked has its result");
    assert_eq!(home.batch(&["--resume"]).exit, 0);
    assert_eq!((home.report(), server.total()), (answered(1..=60), 60));
}

fn interrupt(child: &Child) {
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
}

#[test]
fn a_second_interruption_leaves_the_calls_that_are_under_way() {
    let server = Server::start(|reference| {
        let late = if reference == "r1" { 0 } else { 60 };
        Answer::Late(Duration::from_secs(late), Box::new(whole(200, &card(reference))))
    });
    let home = Home::new(server.address, "");
    home.rows(9);
    let mut child = home.spawn(&["--concurrency", "2"]);
    until("calls to be under way", || server.total() == 3);
    // Of two that come at once only one is heard.
    until("the end", || {
        interrupt(&child);
        child.try_wait().unwrap().is_some()
    });
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!((run.exit, server.total(), home.report()), (130, 3, answered(1..=1)), "{}", run.err);
}

#[test]
fn an_interruption_is_heard_before_the_first_row_that_is_sent() {
    const ROWS: usize = 60_000;
    let server = cards();
    let home = Home::new(server.address, "");
    home.write("in.csv", &format!("card_reference,customer_id\n{}r1,c1\n", "r2,\n".repeat(ROWS)));
    let child = home.spawn(&[]);
    until("some rows", || has_lines(&home.path("out.jsonl"), 5));
    interrupt(&child);
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!(run.exit, 130, "{}", run.err);
    assert!(home.whole_lines() < ROWS, "all of them were told");
}

#[test]
fn a_batch_whose_notes_find_no_room_says_so_and_sends_nothing_more() {
    const ROOM: usize = 64 * 1024;
    let server =
        Server::start(
            |reference| {
                if reference == "r3" { whole(401, NO_KEY) } else { whole(200, &card(reference)) }
            },
        );
    let home = Home::new(server.address, "");
    home.rows(9);
    assert_eq!((home.batch(&["--concurrency", "1"]).exit, server.total()), (3, 3));
    // Room for the note of one more row.
    let mut notes = home.read("out.jsonl.progress");
    notes.extend(std::iter::repeat_n('\n', ROOM - "4\n5".len() - notes.len()));
    home.write("out.jsonl.progress", &notes);
    let resume = ["batch", "in.csv", "--out", "out.jsonl", "--resume"];
    let program = home.command(&resume);
    let mut limited = home.shell("trap '' XFSZ; ulimit -f 128; exec \"$0\" \"$@\"");
    limited.arg(program.get_program()).args(program.get_args());
    let mut child = limited.spawn().unwrap();
    until("the end", || child.try_wait().unwrap().is_some());
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!((run.exit, server.total()), (1, 4), "{}", run.err);
    assert!(run.err.contains("4 of 9 rows have a result"), "{}", run.err);
    assert_eq!((home.run(&resume).exit, server.total()), (0, 9));
    assert_eq!(home.report().len(), 9);
}

/// Calls that may be under way in a run that is killed.
const WIDTH: u32 = 4;

/// The rows of the input that were asked, and have no whole line in the report.
fn under_way(home: &Home, server: &Server) -> Vec<String> {
    let written = home.whole_lines();
    let number = |reference: &String| reference.strip_prefix('r').unwrap().parse::<usize>().unwrap();
    let seen = server.seen.lock().unwrap();
    seen.calls.keys().filter(|reference| number(reference) > written).cloned().collect()
}

/// Kills the batch after so many more calls each time, wherever it is then, and carries it on until it ends by itself.
fn killed_and_carried_on(rows: u32, steps: &[u32]) {
    let server = cards();
    let home = Home::new(server.address, "");
    home.rows(rows);
    let mut more = vec!["--concurrency", "4"];
    let mut kills_under_way: HashMap<String, u32> = HashMap::new();
    let mut kills = 0;
    for step in steps {
        let wanted = server.total() + step;
        let mut child = home.spawn(&more);
        until("calls, or the end", || server.total() >= wanted || child.try_wait().unwrap().is_some());
        let ended = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        // What the batch wrote before it died is still on its way to the server until the connections are at their end.
        until("the last calls to be counted", || server.open() == 0);
        let lost = under_way(&home, &server);
        assert!(lost.len() <= WIDTH as usize, "{lost:?} were under way");
        for row in lost {
            *kills_under_way.entry(row).or_default() += 1;
        }
        kills += u32::from(!ended);
        // Without a report there is nothing to carry on.
        if home.path("out.jsonl.progress").exists() {
            more = vec!["--concurrency", "4", "--resume"];
        }
    }
    let run = home.batch(&more);
    assert_eq!(run.exit, 0, "{}", run.err);
    assert_eq!(home.report(), answered(1..=rows.into()), "each row exactly once");
    for (row, times) in &server.seen.lock().unwrap().calls {
        let most = 1 + kills_under_way.get(row).copied().unwrap_or_default();
        assert!(*times <= most, "{row} was asked {times} times, and was under way at {} kills", most - 1);
    }
    let again = server.total() - rows;
    assert!(again <= kills * WIDTH, "{again} rows were asked again after {kills} kills");
    println!("{rows} rows, {kills} kills, {again} rows asked again (at most {})", kills * WIDTH);
}

#[test]
fn after_kills_each_row_stands_in_the_report_exactly_once() {
    killed_and_carried_on(120, &[1, 17, 0, 30, 2]);
}

#[test]
#[ignore = "takes a minute in a release build: the run of the README"]
fn ten_thousand_rows_survive_kills_at_random() {
    let mut bytes = [0_u8; 120];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).unwrap();
    let steps: Vec<u32> =
        bytes.chunks_exact(2).map(|it| u32::from(u16::from_be_bytes([it[0], it[1]])) % 330).collect();
    killed_and_carried_on(10_000, &steps);
}
