//! What the sessions of the real binary share: how it is started, how a person presses its keys, what its screen shows.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::{Launch, Pty};

pub const BINARY: &str = env!("CARGO_BIN_EXE_tokenscope");
pub const MASK: &str = "••••••••";

/// The console, about to be started in a fresh home on the built-in emulator.
pub fn console() -> Launch {
    Launch::new(BINARY)
}

/// Presses a key like a person: not within the 30 ms in which a printable key counts as part of a stray paste.
pub fn press(pty: &mut Pty, key: &str) {
    std::thread::sleep(Duration::from_millis(60));
    pty.send(key);
}

/// Types a text like a person, where one that comes at once is refused as a paste.
pub fn type_words(pty: &mut Pty, text: &str) {
    text.chars().for_each(|c| press(pty, c.encode_utf8(&mut [0; 4])));
}

/// With the answer of the sample on the screen.
pub fn answered(launch: Launch) -> Pty {
    let mut pty = launch.spawn();
    pty.wait_text("EMULATOR");
    pty.wait_text("juspaytest_cust");
    press(&mut pty, "s");
    pty.wait_text("USABLE");
    pty
}

/// The revealed cryptogram without its blanks; the line below its title.
pub fn revealed(pty: &Pty) -> String {
    let screen = pty.screen();
    let mut lines = screen.lines().skip_while(|line| !line.contains("cryptogram, 28 characters")).skip(1);
    let line = lines.next().expect("a value under its title").to_owned();
    let cell = line.split('│').rfind(|cell| cell.contains('=')).expect("base64").to_owned();
    cell.chars().filter(|c| !c.is_whitespace()).collect()
}

/// All files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Files below a folder that hold the text.
pub fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| match std::fs::read(path) {
        Ok(bytes) => bytes.windows(text.len()).any(|window| window == text.as_bytes()),
        // A file of a moment, renamed since the folder was read; what it has become is read under that name or not at all.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => panic!("{}: {error}", path.display()),
    };
    files(folder).into_iter().filter(holds).collect()
}
