//! The findings in the real binary in a real pty: Enter, the list, one whole, the gateway of the config.
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

use std::os::unix::fs::PermissionsExt as _;

use console::{MASK, answered, console, press, revealed};

#[test]
fn enter_lists_what_was_found_and_what_the_gateway_of_the_config_needs() {
    let launch = console();
    let folder = launch.home().join(".config/tokenscope");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("config.toml");
    std::fs::write(&path, "default_profile = \"demo\"\n[ui]\ngateway = \"mpgs\"\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let mut pty = answered(launch.args(&["--profile", "demo"]));
    pty.wait_text("+ mpgs  Ready for MPGS");
    press(&mut pty, "\r");
    pty.wait_text("Findings, and what gateways need");
    press(&mut pty, "\r");
    pty.wait_text("Tell the merchant");
    pty.wait_text("contract, Fetch Token and Cryptogram");
    press(&mut pty, "q");
    pty.wait_gone("Tell the merchant");
    press(&mut pty, "j");
    press(&mut pty, "\r");
    pty.wait_text("Gateway: MPGS");
    pty.wait_text("URL-encode the cryptogram in tavv");
    assert!(pty.screen().contains(MASK), "{}", pty.screen());
}

#[test]
fn the_list_hides_what_is_revealed() {
    let mut pty = answered(console());
    press(&mut pty, "v");
    pty.wait_text("REVEALED");
    let cryptogram = revealed(&pty);
    press(&mut pty, "\r");
    pty.wait_text("Findings, and what gateways need");
    let drawn = pty.screen().replace(' ', "");
    assert!(!drawn.contains("REVEALED") && !drawn.contains(cryptogram.get(..8).unwrap()), "{drawn}");
}
