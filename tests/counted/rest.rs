//! Context switches at rest: none, on every screen on which nothing moves.

use std::thread;
use std::time::Duration;

use tokenscope::app::intent::Pane;
use tokenscope::app::keymap::Mode;
use tokenscope::emulator::{Emulator, Options};

use crate::console::{answered, console, press};
use crate::support::{Pty, eventually, proc};
use crate::world::{LIVE, REFUSED, ageless, fill, launch, open_report, steps};

/// How long nothing may run: longer than any interval of the console, the longest of which below a minute is a second.
const WINDOW: Duration = Duration::from_secs(3);

const PLAN: &str = "Which input is wrong? The plan";

/// How a screen is come to.
type Go = fn(&mut Pty);

/// On which profile, and how.
type Way = (&'static str, Go);

/// With a refusal on the screen, which is of no age.
fn refused(pty: &mut Pty) {
    fill(pty, REFUSED);
    steps(pty, &[("s", "i find the wrong input")]);
}

/// Types the words that a guarded profile wants.
fn words(pty: &mut Pty, words: &str) {
    for (place, _) in words.char_indices() {
        let (key, shown) = (&words[place..=place], format!("> {}", &words[..=place]));
        steps(pty, &[(key, shown.trim_end())]);
    }
}

/// How each mode is come to; `None` where a stopwatch runs for as long as it is shown.
fn way(mode: Mode) -> Option<Way> {
    let go: Go = match mode {
        Mode::CancelAsk | Mode::ProbeRun => return None,
        Mode::Confirm | Mode::ProbeWords => return Some((LIVE, way_of_words(mode))),
        Mode::Pane(Pane::Profiles) => |pty| steps(pty, &[("1", "▸1 Profiles")]),
        Mode::Pane(Pane::Request) => |pty| pty.wait_text("▸2 Request"),
        Mode::Pane(Pane::Answer) => refused,
        Mode::Pane(Pane::History) => |pty| steps(pty, &[("4", "▸4 History")]),
        Mode::Field => |pty| steps(pty, &[("e", "(editing)")]),
        Mode::Filter => |pty| steps(pty, &[("4", "▸4 History"), ("/", "keep it"), ("7", "/7  1 of 2")]),
        Mode::Purge => |pty| steps(pty, &[("4", "▸4 History"), ("D", "delete nothing")]),
        Mode::Profiles => |pty| steps(pty, &[("p", "Switch to profile")]),
        Mode::Palette => |pty| steps(pty, &[(":", "Palette")]),
        Mode::Help => |pty| steps(pty, &[("?", "Keys here")]),
        Mode::ReportPath => |pty| steps(pty, &[("b", "The report of a batch")]),
        Mode::ReportList => open_report,
        Mode::ReportRow => |pty| {
            open_report(pty);
            steps(pty, &[("\r", "Told of row 1.")]);
        },
        Mode::Differences => |pty| steps(pty, &[("4", "▸4 History"), ("=", "From 20")]),
        _ => way_over_an_answer(mode),
    };
    Some(("first", go))
}

fn way_over_an_answer(mode: Mode) -> Go {
    match mode {
        Mode::Export => |pty| {
            refused(pty);
            steps(pty, &[("x", "Export as Markdown")]);
        },
        Mode::CopyMenu => |pty| {
            refused(pty);
            steps(pty, &[("Y", "redacted cURL")]);
        },
        Mode::Fields => |pty| {
            ageless(pty);
            steps(pty, &[("Y", "redacted cURL"), ("G", "a field"), ("\r", "Copy a field")]);
        },
        Mode::Compare => |pty| {
            ageless(pty);
            steps(pty, &[("=", "Is it the cryptogram or the token?")]);
        },
        Mode::Findings => |pty| {
            refused(pty);
            steps(pty, &[("\r", "Findings, and what gateways need")]);
        },
        Mode::Finding => |pty| {
            refused(pty);
            steps(pty, &[("\r", "Findings, and what gateways need"), ("\r", "Tell the merchant")]);
        },
        Mode::ProbePlan => |pty| {
            refused(pty);
            steps(pty, &[("i", PLAN)]);
        },
        Mode::ProbeCustomer => |pty| {
            refused(pty);
            steps(pty, &[("i", PLAN), ("c", "Another customer_id")]);
        },
        Mode::ProbeEnd => |pty| {
            refused(pty);
            steps(pty, &[("i", PLAN), ("\r", "The merchant is wrong")]);
        },
        other => panic!("no way is known to {other:?}"),
    }
}

fn way_of_words(mode: Mode) -> Go {
    if mode == Mode::Confirm {
        return |pty| {
            fill(pty, REFUSED);
            steps(pty, &[("s", "Type prod demo_merchant")]);
        };
    }
    |pty| {
        fill(pty, REFUSED);
        steps(pty, &[("s", "Type prod demo_merchant")]);
        words(pty, "prod demo_merchant");
        steps(pty, &[("\r", "i find the wrong input"), ("i", PLAN), ("\r", "Type prod ")]);
    }
}

/// Screens that are no mode of their own.
const MORE: [(&str, Go); 6] = [
    ("zoomed", |pty| steps(pty, &[("4", "▸4 History"), ("z", "▸4 History (UTC)")])),
    ("on stage", |pty| steps(pty, &[("P", " STAGE ")])),
    ("timeline", |pty| {
        refused(pty);
        steps(pty, &[("t", "asked")]);
    }),
    ("raw", |pty| {
        refused(pty);
        steps(pty, &[("r", "{")]);
    }),
    ("a search in the findings", |pty| {
        refused(pty);
        steps(pty, &[("\r", "Findings, and what gateways need"), ("/", "keep it"), ("e", " 1 of ")]);
    }),
    ("after 40 moves", |pty| {
        steps(pty, &[("4", "▸4 History")]);
        pty.send(&"\x1b[B\x1b[A".repeat(20));
    }),
];

/// Switches of all its threads while nothing happens.
fn switches_at_rest(pty: &Pty) -> u64 {
    proc::wait_rest(pty.pid());
    let before = proc::context_switches(pty.pid());
    thread::sleep(WINDOW);
    proc::context_switches(pty.pid()) - before
}

#[test]
fn on_no_screen_where_nothing_moves_does_the_process_wake() {
    let ways = Mode::ALL.iter().filter_map(|mode| Some((format!("{mode:?}"), way(*mode)?)));
    let more = MORE.iter().map(|(name, go)| ((*name).to_owned(), ("first", *go)));
    let emulator = Emulator::start(Options::default()).unwrap();
    let woken: Vec<(String, u64)> = thread::scope(|scope| {
        let look = |(name, (profile, go)): (String, Way)| {
            let launch = launch(&emulator, profile);
            scope.spawn(move || {
                let mut pty = launch.spawn();
                pty.wait_text("CUSTOM");
                go(&mut pty);
                (name, switches_at_rest(&pty))
            })
        };
        let looks: Vec<_> = ways.chain(more).map(look).collect();
        looks.into_iter().map(|look| look.join().expect("the screen was come to")).collect()
    });
    println!("{} screens", woken.len());
    assert!(woken.iter().all(|(_, switches)| *switches == 0), "{woken:?}");
}

#[test]
fn the_console_with_the_emulator_in_it_does_not_wake_at_its_first_start() {
    let pty = console().spawn();
    pty.wait_text("juspaytest_cust");
    assert_eq!(switches_at_rest(&pty), 0);
}

/// Waits for three switches more, long after everything else is done.
fn assert_wakes(pty: &Pty) {
    let before = proc::context_switches(pty.pid());
    eventually("seconds that are drawn", || (proc::context_switches(pty.pid()) >= before + 3).then_some(()));
}

#[test]
fn a_running_stopwatch_and_a_countdown_are_seen_to_wake_it() {
    let mut pty = answered(console());
    pty.wait_text("age         2 s");
    assert_wakes(&pty);
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    pty.wait_text(" 17 s");
    assert_wakes(&pty);
}
