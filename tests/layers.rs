//! Holds the direction of the house: which module may use which, and which crates the pure ones must not see.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// (module, modules that it may use). `a <- b` of the map in `src/lib.rs`, written out.
const TABLE: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("theme", &[]),
    ("secret", &["text"]),
    ("domain", &["text", "secret"]),
    ("ports", &["domain", "secret"]),
    ("log", &["secret", "domain", "ports"]),
    ("diagnosis", &["text", "secret", "domain"]),
    ("batch", &["text", "secret", "domain"]),
    ("report", &["text", "secret", "domain", "diagnosis", "batch"]),
    ("app", &["text", "theme", "secret", "domain", "batch", "diagnosis", "report", "ports"]),
    ("view", &["text", "theme", "secret", "domain", "batch", "diagnosis", "report", "app", "ports"]),
    ("adapters", &["text", "secret", "domain", "ports", "log"]),
    ("config", &["text", "theme", "secret", "domain", "log"]),
    ("runtime", &["text", "secret", "domain", "batch", "diagnosis", "report", "app", "view", "ports", "log"]),
    (
        "cli",
        &["text", "secret", "domain", "batch", "diagnosis", "report", "ports", "log", "config", "selfaudit"],
    ),
    ("emulator", &[]),
    ("selfaudit", &["runtime", "emulator"]),
    (
        "wire",
        &[
            "text",
            "secret",
            "domain",
            "ports",
            "log",
            "adapters",
            "config",
            "emulator",
            "runtime",
            "cli",
            "app",
            "view",
            "selfaudit",
        ],
    ),
    ("main", &["wire"]),
];

/// Modules that do no I/O and read no clock, and what would betray them.
const PURE: &[&str] = &["text", "theme", "secret", "domain", "batch", "diagnosis", "report", "app", "log"];
const WORLDLY: &[&str] = &[
    "ratatui",
    "crossterm",
    "tokio",
    "reqwest",
    "rusqlite",
    "hyper",
    "SystemTime",
    "time::Instant",
    "std::fs",
    "std::env",
    "std::net::Tcp",
    "std::os",
    "std::process",
    "Timestamp::now",
    "Zoned::now",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all.push(path);
        }
    }
    all
}

/// The module that a file belongs to, be it of the console or of the core.
fn module(file: &Path) -> String {
    let file = file.strip_prefix("src/core").or_else(|_| file.strip_prefix("src")).unwrap();
    let first = file.components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The code of a file without comments and without its test module.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let product = text.split("#[cfg(test)]").next().unwrap().to_owned();
    product.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn used_modules(code: &str) -> Vec<String> {
    let starts = ["crate::", "tokenscope::", "tokenscope_core::"];
    let name =
        |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    let mut used: Vec<String> = starts.iter().flat_map(|start| code.split(start).skip(1).map(name)).collect();
    used.sort();
    used.dedup();
    used
}

#[test]
fn every_use_follows_the_direction_of_the_house() {
    let mut wrong = Vec::new();
    for file in files(Path::new("src")) {
        let here = module(&file);
        if here == "lib" {
            continue;
        }
        let Some((_, allowed)) = TABLE.iter().find(|(name, _)| *name == here) else {
            wrong.push(format!("{}: the table has no module {here}", file.display()));
            continue;
        };
        for used in used_modules(&code(&file)) {
            let known = TABLE.iter().any(|(name, _)| *name == used);
            if known && used != here && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}: {here} may not use {used}", file.display()));
            }
        }
    }
    for (name, allowed) in TABLE {
        eprintln!("{name} <- may use {allowed:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_sees_no_world_and_no_clock() {
    let mut wrong = Vec::new();
    for file in files(Path::new("src")).iter().filter(|file| PURE.contains(&module(file).as_str())) {
        let code = code(file);
        for word in WORLDLY.iter().filter(|word| code.contains(**word)) {
            wrong.push(format!("{}: {word}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Crates that the core is made of. Of `csv`, `jiff` and `ring` it uses what reads no file, no clock and no chance.
const OF_THE_CORE: [&str; 15] = [
    "base64",
    "compact_str",
    "csv",
    "jiff",
    "ring",
    "serde",
    "serde_json",
    "static_assertions",
    "thiserror",
    "toml",
    "unicode-normalization",
    "unicode-script",
    "unicode-segmentation",
    "unicode-width",
    "zeroize",
];

#[test]
fn the_core_depends_on_these_crates_and_no_others() {
    let manifest: toml::Table = fs::read_to_string("src/core/Cargo.toml").unwrap().parse().unwrap();
    let crates: Vec<&String> = manifest["dependencies"].as_table().unwrap().keys().collect();
    assert_eq!(crates, OF_THE_CORE);
    let others = manifest.keys().filter(|table| table.ends_with("dependencies") || *table == "target");
    assert_eq!(others.collect::<Vec<_>>(), ["dependencies", "dev-dependencies"]);
}

#[test]
fn the_direction_is_really_read() {
    assert_eq!(
        used_modules("use crate::adapters::http;\nlet x = crate::text::clean(y);"),
        ["adapters", "text"]
    );
    let modules = ["src/core/text/search.rs", "src/core/text.rs", "src/view.rs", "src/core/lib.rs"];
    assert_eq!(modules.map(|file| module(Path::new(file))), ["text", "text", "view", "lib"]);
}
