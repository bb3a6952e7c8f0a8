//! The theme of the config on the real terminal, and a theme that is refused before there is a screen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::format_push_string,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod console;
mod support;

use std::os::unix::fs::PermissionsExt as _;

use console::console;
use support::Launch;
use vt100::Color;

/// The console on the emulator with this in `[ui]`, and this theme beside the config.
fn launch(ui: &str, theme: &str) -> Launch {
    let launch = console();
    let folder = launch.home().join(".config/tokenscope");
    std::fs::create_dir_all(&folder).unwrap();
    let config = format!("default_profile = \"demo\"\n[ui]\n{ui}\n");
    for (name, text) in [("config.toml", config.as_str()), ("mine.toml", theme)] {
        std::fs::write(folder.join(name), text).unwrap();
        std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    launch
}

/// The background of the environment's word, and of a place where nothing stands.
fn backgrounds(launch: Launch) -> (Color, Color) {
    let pty = launch.spawn();
    pty.wait_text("EMULATOR");
    pty.wait_text("juspaytest_cust");
    pty.look(|terminal| {
        let back = |row, column| terminal.screen().cell(row, column).unwrap().bgcolor();
        (back(0, 1), back(0, 79))
    })
}

#[test]
fn the_theme_of_the_config_is_drawn() {
    assert_eq!(backgrounds(launch("", "")), (Color::Idx(6), Color::Default));
    assert_eq!(backgrounds(launch("theme = \"light\"", "")), (Color::Idx(80), Color::Idx(231)));
    let mine = "base = \"light\"\n[roles]\nemulator = { fg = 16, bg = 220 }\n";
    assert_eq!(backgrounds(launch("theme = \"mine.toml\"", mine)), (Color::Idx(220), Color::Idx(231)));
    let bare = launch("theme = \"light\"", "").env("NO_COLOR", "1");
    assert_eq!(backgrounds(bare), (Color::Default, Color::Default));
}

#[test]
fn a_theme_that_is_none_is_refused_before_there_is_a_screen() {
    let mut pty = launch("theme = \"mine.toml\"", "[roles]\nmsak = {}\n").spawn();
    assert_eq!(pty.wait_exit(), 2);
    let told = pty.screen().replace('\n', "");
    assert!(told.contains("unknown name `msak` in line 2 of"), "{told}");
    assert!(told.contains("did you mean `mask`?"), "{told}");
}
