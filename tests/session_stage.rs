//! Stage mode in the real console: no id on the screen, in what the terminal kept, or in what is written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and writes its own config"
)]

mod console;
mod support;

use std::os::unix::fs::PermissionsExt as _;

use console::{answered, console, files, press};
use support::{Launch, Pty};

/// Ids of the sample, and digits of its token.
const IDS: [&str; 4] =
    ["token_a0c16957f9bf46b0966a91a35b555353", "juspaytest_cust", "demo_merchant", "478808"];

/// Six characters that are words of the screen too.
const OURS: [&str; 12] = [
    "token_", "juspay", "mercha", "erchan", "rchant", "_merch", "uspay_", "merch", "chant", "_cust",
    "t_cust", "_custo",
];

fn pieces() -> Vec<&'static str> {
    let of = |id: &'static str| (0..id.len() - 5).map(move |at| &id[at..at + 6]);
    IDS.into_iter().flat_map(of).filter(|piece| !OURS.contains(piece)).collect()
}

fn held(text: &str) -> Vec<&'static str> {
    pieces().into_iter().filter(|piece| text.contains(piece)).collect()
}

fn staged(launch: Launch) -> Launch {
    let folder = launch.home().join(".config/tokenscope");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("config.toml");
    std::fs::write(&path, "default_profile = \"demo\"\n[ui]\nstage = true\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    launch.args(&["--profile", "demo"])
}

fn assert_clean(pty: &Pty, what: &str) {
    pty.look(|terminal| {
        assert!(terminal.text().contains(" STAGE "), "{what}\n{}", terminal.text());
        let all = terminal.text_with_scrollback();
        assert_eq!(held(&all), [""; 0], "{what}\n{all}");
    });
}

#[test]
fn a_session_that_starts_on_stage_shows_and_writes_no_id() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 50)] {
        let mut pty = staged(console()).size(columns, rows).spawn();
        pty.wait_text("customer-");
        assert_clean(&pty, "start");
        press(&mut pty, "s");
        pty.wait_gone("No calls yet.");
        assert_clean(&pty, "answer");
        for (keys, wait) in [
            ("r", "\"reference\": \"card-"),
            ("r", "TOKEN into the payment"),
            ("t", "What was done with it"),
            ("t", "TOKEN into the payment"),
            ("?", "Keys here"),
            ("\u{1b}", "TOKEN into the payment"),
            ("p", "Switch to profile"),
            ("\u{1b}", "TOKEN into the payment"),
            ("Y", "ids are pseudonyms"),
            ("\u{1b}", "TOKEN into the payment"),
            ("4", "▸4 History"),
            ("\r", "Filled in"),
            ("e", "(editing)"),
            ("x", "characters"),
            ("\r", "▸2 Request"),
            ("x", "with pseudonyms"),
        ] {
            press(&mut pty, keys);
            pty.wait_text(wait);
            if keys == "\r" {
                pty.wait_gone("(editing)");
            }
            assert_clean(&pty, wait);
        }
        press(&mut pty, "\r");
        pty.wait_text("Written to");
        press(&mut pty, "q");
        assert_eq!(pty.wait_exit(), 0);
        let export = files(&pty.home())
            .into_iter()
            .find(|path| path.extension().is_some_and(|it| it == "md"))
            .unwrap();
        let export = std::fs::read_to_string(export).unwrap();
        assert!(export.contains("card-") && held(&export).is_empty(), "{export}");
    }
}

#[test]
fn the_stage_is_entered_and_left_by_a_key_and_the_same_search_finds_the_ids_without() {
    let mut pty = answered(console().size(120, 36));
    assert_eq!(held(&pty.screen()).len(), pieces().len(), "{}", pty.screen());
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    press(&mut pty, "P");
    pty.wait_text("STAGE: ids are pseudonyms");
    pty.wait_gone("REVEALED");
    assert_clean(&pty, "entered");
    std::thread::sleep(std::time::Duration::from_millis(300));
    press(&mut pty, "v");
    pty.wait_text("It stays masked on STAGE");
    press(&mut pty, "P");
    pty.wait_text("The stage is left");
    pty.wait_text("token_a0c16957f9bf46b0966a91a35b555353");
}
