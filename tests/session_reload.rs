//! Reload and purge in the real console, over real files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and writes its own files"
)]

mod console;
mod support;

use std::time::Duration;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use console::{answered, console, press};

fn write(home: &Path, text: &str) {
    let folder = home.join(".config/tokenscope");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("config.toml");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

const ONE: &str = "[ui]\nreveal_seconds = 5\n[profiles.one]\nenvironment = \"sandbox\"\nmerchant_id = \"acme_one\"\nversion = \"2023-01-01\"\nkey = { prompt = true }\n";

#[test]
fn the_config_is_read_anew_on_demand_and_a_wrong_one_changes_nothing() {
    let launch = console().size(120, 36);
    write(launch.home(), ONE);
    let mut pty = answered(launch.args(&["--profile", "demo"]));
    pty.wait_text("one          SANDBOX");
    write(&pty.home(), "[ui]\nreveal_seconds = 99\n");
    press(&mut pty, "R");
    pty.wait_text("Nothing was reloaded:");
    pty.wait_text("reveal_seconds");
    pty.wait_text("one          SANDBOX");
    write(&pty.home(), &ONE.replace("profiles.one", "profiles.two"));
    press(&mut pty, "R");
    pty.wait_text("The config is read anew; profile demo.");
    pty.wait_text("two          SANDBOX");
    pty.wait_gone("one          SANDBOX");
    pty.wait_text("USABLE   HTTP 200");
    // A second s within 300 ms of the first is a key that bounced.
    std::thread::sleep(Duration::from_millis(350));
    press(&mut pty, "s");
    pty.wait_text("Answer #2");
    pty.wait_text("USABLE   HTTP 200");
}

#[test]
fn a_purge_takes_its_typed_word_empties_the_pane_and_leaves_the_trail() {
    let mut pty = answered(console());
    pty.wait_text("USABLE     token_a0");
    press(&mut pty, "4");
    press(&mut pty, "D");
    pty.wait_text("1 call of the history would go");
    pty.paste("purge");
    pty.wait_text("A paste is refused here");
    for key in ["p", "u", "r", "g", "e"] {
        press(&mut pty, key);
    }
    pty.wait_text("> purge");
    press(&mut pty, "\r");
    pty.wait_text("1 call deleted from the history");
    pty.wait_text("No calls yet.");
    let db = rusqlite::Connection::open(pty.home().join(".local/share/tokenscope/history.db")).unwrap();
    let mut rows = db.prepare("SELECT deed || ' ' || outcome FROM audit ORDER BY seq").unwrap();
    let trail: Vec<String> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(trail[trail.len() - 2..], ["purge asked", "purge 1 call deleted"]);
    press(&mut pty, "q");
    assert_eq!(pty.wait_exit(), 0);
}
