//! API keys: one copy while a key is kept, its `Basic` form only while a call is under way, and none once it is dropped.

use crate::bench::{Bench, is_release, wait_found};
use crate::secrets::{Secrets, api_key, key_forms};
use crate::server::Speech;

/// The life of a key from its first send to the 401 that drops it.
#[track_caller]
fn assert_leaves_nothing(speech: Speech, source: &str) {
    let (key, secrets) = (api_key(), Secrets::new());
    let needles = key_forms(&key);
    let mut bench = Bench::new(speech, source, &key);
    bench.server.answer_in_part(200, &secrets.answer(), 5);
    bench.press("s", "SENDING");
    wait_found(&bench, "the key is in memory while it is used", &needles[..1]);
    // Over HTTP/2 its buffers are freed as soon as the request has left.
    if speech != Speech::Http2 {
        wait_found(&bench, "and so is its Basic form", &needles[2..]);
    }
    bench.press("\x1b", "You cancelled the call");
    bench.server.answer(200, &secrets.answer());
    bench.send_again("USABLE");
    let found = bench.wait_copies("one copy of the key is kept", &needles, 1);
    assert_eq!(found[0].needle, "key", "{found:x?}");
    bench.server.answer(401, "{\"status\":\"error\",\"error_code\":\"access_denied\"}");
    bench.send_again("REFUSED");
    bench.assert_gone(&format!("refused key of {source} over {speech:?}"), &needles);
}

#[test]
fn nothing_of_a_key_from_a_file_is_left_after_a_401() {
    for speech in [Speech::Plain, Speech::Http1, Speech::Http2] {
        assert_leaves_nothing(speech, "{ file = \"FILE\" }");
    }
}

#[test]
fn nothing_of_a_key_from_a_command_is_left_after_a_401() {
    assert_leaves_nothing(Speech::Http2, "{ command = [\"cat\", \"FILE\"] }");
}

#[test]
fn nothing_of_a_key_from_a_command_with_the_terminal_is_left_after_a_401() {
    assert_leaves_nothing(Speech::Plain, "{ command = [\"cat\", \"FILE\"], terminal = true }");
}

#[test]
fn nothing_of_a_key_that_is_typed_is_left_after_a_401() {
    let key = api_key();
    let mut bench = Bench::new(Speech::Http1, "{ prompt = true }", "none");
    bench.server.answer(200, &Secrets::new().answer());
    bench.press("s", "API key of profile lab");
    bench.pty.send(&format!("{key}\r"));
    bench.pty.wait_text("USABLE");
    bench.wait_copies("one copy of the key is kept", &key_forms(&key), 1);
    bench.server.answer(401, "{}");
    bench.send_again("REFUSED");
    bench.assert_gone("refused key that was typed", &key_forms(&key));
}

/// What the README says of the weaker source, and the control of the searches above.
#[test]
fn a_key_from_a_variable_stays_in_the_environment_block_and_nowhere_else() {
    let key = api_key();
    let mut bench = Bench::new(Speech::Plain, "{ env = \"WEAK_KEY\" }", &key);
    bench.server.answer(200, &Secrets::new().answer());
    bench.press("s", "USABLE");
    bench.wait_copies("kept, and in the block", &key_forms(&key), 2);
    bench.server.answer(401, "{}");
    bench.send_again("REFUSED");
    let found = bench.wait_copies("in the block", &key_forms(&key), 1);
    assert_eq!(found[0].map, "[stack]", "the kernel puts the environment above the stack");
}

#[test]
#[ignore = "needs root and a release build, named by TOKENSCOPE_TEST_RELEASE"]
fn nothing_of_a_key_is_left_in_a_release_build() {
    assert!(is_release(), "a release build is named");
    for speech in [Speech::Plain, Speech::Http1, Speech::Http2] {
        assert_leaves_nothing(speech, "{ file = \"FILE\" }");
        assert_leaves_nothing(speech, "{ command = [\"cat\", \"FILE\"] }");
    }
}
