//! Token and cryptogram: one copy each while there is an answer, one more of the cryptogram on the screen while it is
//! revealed, and none once the answer is dropped.

use tokenscope::selfaudit::memory::{Form, Found};

use crate::bench::{Bench, drawn, is_release, wait_found};
use crate::secrets::Secrets;
use crate::server::Speech;

/// The life of an answer from its send to `clear`.
#[track_caller]
fn assert_leaves_nothing(speech: Speech) {
    let secrets = Secrets::new();
    let mut bench = Bench::answered(speech, &secrets);
    bench.wait_copies("one copy each is held", &secrets.plain(), 2);
    bench.press("v", "REVEALED");
    let found = bench.wait_copies("held and shown", &secrets.cryptogram(), 2);
    let in_cells = |one: &Found| matches!(one.form, Form::Cells { .. });
    assert_eq!(
        found.iter().filter(|one| in_cells(one)).count(),
        1,
        "the search finds what is shown: {found:x?}"
    );
    bench.press_away("V", "REVEALED");
    let found = bench.wait_copies("one copy each is held on", &secrets.plain(), 2);
    assert_eq!(drawn(&found), 0, "on the screen no more: {found:x?}");
    bench.press("C", "The answer is dropped");
    bench.assert_gone(&format!("cleared over {speech:?}"), &secrets.forms());
}

#[test]
fn nothing_of_an_answer_is_left_over_plain_http() {
    assert_leaves_nothing(Speech::Plain);
}

#[test]
fn nothing_of_an_answer_is_left_over_tls_with_http_1() {
    assert_leaves_nothing(Speech::Http1);
}

#[test]
fn nothing_of_an_answer_is_left_over_tls_with_http_2() {
    assert_leaves_nothing(Speech::Http2);
}

#[test]
#[ignore = "needs root and a release build, named by TOKENSCOPE_TEST_RELEASE"]
fn nothing_of_an_answer_is_left_in_a_release_build() {
    assert!(is_release(), "a release build is named");
    [Speech::Plain, Speech::Http1, Speech::Http2].into_iter().for_each(assert_leaves_nothing);
}

/// Everything that a person can do with an answer, the reveal in several sizes among it.
#[test]
fn no_view_of_an_answer_keeps_a_copy() {
    let secrets = Secrets::new();
    let mut bench = Bench::answered(Speech::Plain, &secrets);
    for (columns, rows) in [(60, 20), (120, 36), (100, 30)] {
        bench.pty.resize(columns, rows);
        // A resize hides, so it has to be over: then the keys stand in the last row.
        bench.pty.wait_for("the new size", |terminal| {
            let text = terminal.text();
            let last = text.lines().nth(usize::from(rows) - 1);
            last.is_some_and(|line| line.contains("v reveal"))
        });
        // A frame of the new size may be drawn before the program hears of the resize; a key that came later is heard later.
        bench.press("?", "Keys here");
        bench.press_away("\x1b", "Keys here");
        // A second `v` within 300 ms is a key that bounced.
        std::thread::sleep(std::time::Duration::from_millis(300));
        bench.press("v", "REVEALED");
        assert!(drawn(&bench.look(&secrets.cryptogram())) >= 1, "shown at {columns}");
        bench.press_away("\x1b", "REVEALED");
    }
    bench.press("I", "REVEALED");
    bench.press_away("t", "REVEALED");
    bench.press("r", "\"eci\"");
    bench.press_away("r", "\"eci\"");
    bench.press("x", "Export as Markdown");
    bench.press("\r", "Written to");
    let found = bench.wait_copies("one copy each is held", &secrets.plain(), 2);
    assert_eq!(drawn(&found), 0, "{found:x?}");
    bench.press("C", "The answer is dropped");
    bench.assert_gone("cleared after everything", &secrets.forms());
}

/// A value that is compared is a secret too: one way of writing it that the answer does not hold, and it is found while it is
/// being typed.
#[test]
fn a_value_that_was_compared_is_kept_nowhere() {
    let secrets = Secrets::new();
    let other = Secrets::new();
    let mut bench = Bench::answered(Speech::Plain, &secrets);
    bench.press("=", "Is it the cryptogram or the token?");
    bench.pty.paste(&other.cryptogram);
    bench.pty.wait_text("28 characters");
    wait_found(&bench, "what is pasted is held", &other.cryptogram());
    bench.press("\r", "DIFFERENT");
    bench.assert_gone("compared with another", &other.forms());
    bench.pty.paste(&secrets.cryptogram);
    bench.wait_copies("what is pasted is held beside the answer's", &secrets.cryptogram(), 2);
    bench.press("\r", "SAME");
    let found = bench.wait_copies("one copy each is held", &secrets.plain(), 2);
    assert_eq!(drawn(&found), 0, "{found:x?}");
    bench.press_away("\x1b", "Is it the cryptogram");
    bench.press("C", "The answer is dropped");
    bench.assert_gone("compared and cleared", &secrets.forms());
}

#[test]
fn a_profile_switch_leaves_nothing_of_the_answer_before() {
    let secrets = Secrets::new();
    let mut bench = Bench::answered(Speech::Plain, &secrets);
    bench.press("v", "REVEALED");
    bench.wait_copies("held and shown", &secrets.plain(), 3);
    bench.press("p", "Switch to profile");
    bench.press("G\r", "Profile other.");
    bench.assert_gone("switched", &secrets.forms());
}

#[test]
fn the_next_send_leaves_nothing_of_the_answer_before() {
    let (first, second) = (Secrets::new(), Secrets::new());
    let mut bench = Bench::answered(Speech::Http2, &first);
    bench.wait_copies("one copy each is held", &first.plain(), 2);
    bench.server.answer(200, &second.answer());
    bench.send_again("#2");
    bench.assert_gone("replaced", &first.forms());
    bench.wait_copies("of the next as well", &second.plain(), 2);
}

#[test]
fn a_call_that_is_cancelled_in_the_middle_of_its_answer_leaves_nothing() {
    for speech in [Speech::Plain, Speech::Http1, Speech::Http2] {
        let secrets = Secrets::new();
        let mut bench = Bench::new(speech, "{ file = \"FILE\" }", "synthetic-api-key-0815");
        bench.server.answer_in_part(200, &secrets.answer(), 5);
        bench.press("s", "SENDING");
        wait_found(&bench, "the part that came is in memory", &secrets.cryptogram());
        bench.press("\x1b", "You cancelled the call");
        bench.assert_gone(&format!("cancelled over {speech:?}"), &secrets.forms());
    }
}

#[test]
fn an_answer_that_is_no_success_keeps_none_of_its_secrets() {
    let secrets = Secrets::new();
    let answer = secrets.answer();
    let mut bench = Bench::answered(Speech::Http2, &secrets);
    bench.wait_copies("the search finds what is held", &secrets.plain(), 2);
    let token_as_a_number = answer.replace(&format!("\"{}\"", secrets.token), &secrets.token);
    for (number, (status, body, shown)) in [
        (500, answer.clone(), "REFUSED"),
        (400, token_as_a_number, "REFUSED"),
        (200, answer[..answer.len() - 5].to_owned(), "UNREADABLE"),
        (200, format!("[{answer}]"), "UNREADABLE"),
    ]
    .into_iter()
    .enumerate()
    {
        bench.server.answer(status, &body);
        bench.send_again(&format!("#{}", number + 2));
        bench.pty.wait_text(shown);
        bench.assert_gone(shown, &secrets.forms());
    }
}

#[test]
fn an_answer_in_escapes_and_one_of_a_megabyte_are_held_once() {
    let secrets = Secrets::new();
    let escaped: String = secrets.cryptogram.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let large = format!("{}{}", secrets.answer().trim_end().trim_end_matches('}'), filler());
    let mut bench = Bench::answered(Speech::Plain, &secrets);
    for (number, body) in [secrets.answer().replace(&secrets.cryptogram, &escaped), large].iter().enumerate()
    {
        bench.server.answer(200, body);
        bench.send_again(&format!("#{}", number + 2));
        bench.pty.wait_text("USABLE");
        bench.wait_copies("one copy each is held", &secrets.plain(), 2);
    }
    bench.press("C", "The answer is dropped");
    bench.assert_gone("cleared", &secrets.forms());
}

/// Members that fill an answer up to nearly what is read.
fn filler() -> String {
    let value = "y".repeat(1000);
    let mut members = String::new();
    for place in 0..900 {
        members.extend([",\"x", &place.to_string(), "\":\"", &value, "\""]);
    }
    members + "}"
}
