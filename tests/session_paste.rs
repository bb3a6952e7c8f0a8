//! A merchant's curl pasted into the real binary in a real pty: the form is filled, key and card number are nowhere, and
//! the send works.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and prepares its own files"
)]

mod console;
mod support;

use console::{console, files, holding, press};
use support::terminal::Terminal;

const CURL: &str = "curl 'https://sandbox.juspay.in/v4/card/get' \\\n  -H 'Authorization: Basic RkFLRUtFWU5PVFJFQUw5QTNGMDdDMjo=' \\\n  -H 'x-merchantid: acme' -H 'version: 2023-01-01' -H 'x-routing-id: juspaytest_cust' \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"card_reference\": \"token_demo_suspended\", \"customer_id\": \"juspaytest_cust\", \"card_number\": \"4012888888881881\", \"cvv\": \"739\"}'";

/// The key, its base64 and the card number.
const NEVER: [&str; 3] = ["FAKEKEY", "RkFLRUtF", "4012888888881881"];

#[test]
fn a_pasted_curl_fills_the_form_shows_no_secret_and_is_sent() {
    let mut pty = console().spawn();
    pty.wait_text("juspaytest_cust");
    // As a terminal writes the ends of lines.
    pty.paste(&CURL.replace('\n', "\r"));
    pty.wait_text("Differences from the contract");
    pty.wait_text("paste-card-data");
    press(&mut pty, "\x1b");
    pty.wait_gone("Differences from the contract");
    pty.wait_text("token_demo_suspended");
    press(&mut pty, "s");
    pty.wait_text("SUSPENDED");
    press(&mut pty, "q");
    pty.wait_exit();
    let raw = pty.raw();
    let replayed = Terminal::replay(80, 24, &raw).text_with_scrollback();
    let told = format!("{replayed} {}", String::from_utf8_lossy(&raw));
    for never in NEVER {
        assert!(!told.contains(never), "{never}");
        assert_eq!(holding(&pty.home(), never), Vec::<std::path::PathBuf>::new(), "{never}");
    }
    assert!(!files(&pty.home()).is_empty());
    assert_eq!(holding(&pty.home(), "token_demo_suspended").len(), 1, "the search finds what is there");
}

#[test]
fn the_confirmation_of_production_refuses_a_pasted_curl() {
    let launch = console();
    let folder = launch.home().join(".config/tokenscope");
    std::fs::create_dir_all(&folder).unwrap();
    let config = "default_profile = \"prod\"\n[profiles.prod]\nenvironment = \"production\"\nmerchant_id = \"acme\"\nversion = \"2023-01-01\"\nkey = { prompt = true }\n";
    std::fs::write(folder.join("config.toml"), config).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(folder.join("config.toml"), mode).unwrap();
    let mut pty = launch.spawn();
    pty.wait_text("PRODUCTION");
    pty.paste(CURL);
    pty.wait_text("Differences from the contract");
    press(&mut pty, "\x1b");
    pty.wait_gone("Differences from the contract");
    press(&mut pty, "s");
    pty.wait_text("Type prod acme");
    pty.paste("prod acme");
    pty.wait_text("A paste is refused here");
}
