//! The theme of the config: which file is read, and what is said of one that cannot be.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking and writes its own files"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use tokenscope::config::{self, Config, Folders, Inputs};
use tokenscope::theme::{Role, Theme};

/// A config folder with a theme of the user's.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn with(theme: &str) -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        home.write("config.toml", "[ui]\n\ntheme = \"mine.toml\"\n");
        home.write("mine.toml", theme);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn inputs(&self) -> Inputs {
        let user = rustix::process::geteuid().as_raw();
        let folders = Folders { config: Some(self.folder.path().to_owned()), ..Folders::default() };
        Inputs { folders, user, ..Inputs::default() }
    }

    fn load(&self) -> Config {
        config::load(&self.inputs()).unwrap()
    }

    /// Every sentence of `config check`, with the folder left out.
    fn faults(&self) -> Vec<String> {
        let folder = format!("{}/", self.folder.path().display());
        let faults = config::inspect(&self.inputs()).unwrap_err();
        faults.iter().map(|fault| fault.to_string().replace(&folder, "")).collect()
    }
}

#[test]
fn a_file_beside_the_config_is_a_theme_under_its_own_name() {
    let ui = Home::with("base = \"light\"\n[roles]\nfocus = { fg = 90 }\n").load().ui;
    assert_eq!(ui.theme, "mine.toml");
    assert_eq!(ui.themes.names(), ["dark", "light", "high-contrast", "mine.toml"]);
    let (mine, light) = (ui.themes.find("mine.toml"), Theme::built_in("light").unwrap());
    assert_ne!(mine.look(Role::Focus), light.look(Role::Focus));
    assert_eq!(mine.look(Role::Mask), light.look(Role::Mask));
}

#[test]
fn the_built_in_themes_are_named_by_their_names() {
    for name in ["dark", "light", "high-contrast"] {
        let home = Home::with("");
        home.write("config.toml", &format!("[ui]\ntheme = \"{name}\"\n"));
        let ui = home.load().ui;
        assert_eq!((ui.theme.as_str(), ui.themes.names().len()), (name, 3));
    }
}

#[test]
fn what_is_wrong_with_a_theme_is_one_sentence_with_line_and_mend_and_no_value() {
    for (theme, sentence) in [
        ("[roles]\nmsak = {}", "unknown name `msak` in line 2 of mine.toml; did you mean `mask`?"),
        ("[roles]\nmask = { fgg = 1 }", "unknown name `fgg` in line 2 of mine.toml; did you mean `fg`?"),
        (
            "\n\nMARKERMARKERMARKERMARKERMARKER = 1",
            "an unknown name in line 3 of mine.toml; known there: base, roles",
        ),
        (
            "[roles]\nbad = { modifiers = [\"MARKER\"] }",
            "`modifiers` in line 2 of mine.toml names no modifier; write \"bold\" or \"italic\"",
        ),
        (
            "[roles]\ntext = { fg = 7, bg = 7 }",
            "`text` in line 2 of mine.toml cannot be read, since its colours are too near each other; move fg and bg apart",
        ),
        (
            "base = \"MARKER\"",
            "`base` in line 1 of mine.toml is no built-in theme; write one of \"dark\", \"light\", \"high-contrast\"",
        ),
        (
            "[roles",
            "column 7 in line 1 of mine.toml cannot be read as TOML; check the quotes, brackets and equals signs there",
        ),
    ] {
        assert_eq!(Home::with(theme).faults(), [sentence]);
    }
}

#[test]
fn a_theme_that_is_no_file_of_ours_is_refused() {
    let home = Home::with("");
    fs::write(home.path("mine.toml"), b"\xff").unwrap();
    assert_eq!(home.faults(), ["the theme mine.toml is not UTF-8; save it as UTF-8"]);
    home.write("mine.toml", &"#".repeat(64 * 1024 + 1));
    assert_eq!(
        home.faults(),
        ["the theme mine.toml cannot be read; check that it is a file of at most 64 KiB"]
    );
    fs::set_permissions(home.path("mine.toml"), fs::Permissions::from_mode(0o606)).unwrap();
    let told = home.faults().concat();
    assert!(told.contains("every user of this machine may change it"), "{told}");
}

#[test]
fn no_path_leaves_the_folder_of_the_config() {
    let home = Home::with("");
    fs::create_dir(home.path("sub")).unwrap();
    home.write("sub/other.toml", "");
    let outside = home.path("mine.toml").display().to_string();
    for name in
        ["sub/other.toml", "../config.toml", "./mine.toml", "", ".", "..", "sub", "gone.toml", &outside]
    {
        home.write("config.toml", &format!("[ui]\ntheme = \"{name}\"\n"));
        let told = home.faults().concat();
        assert!(
            told.starts_with("`theme` in line 2 of config.toml is no theme; write \"dark\""),
            "{name}: {told}"
        );
    }
}

/// The blocks of the README that are TOML and hold this text.
fn block(marker: &str) -> String {
    let readme = include_str!("../README.md");
    let blocks = readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.filter(|block| block.contains(marker)).collect()
}

#[test]
fn the_theme_of_the_readme_works() {
    let example = block("[roles]");
    let ui = Home::with(&example).load().ui;
    let (mine, light) = (ui.themes.find("mine.toml"), Theme::built_in("light").unwrap());
    assert!(Role::ALL.iter().any(|(role, _)| mine.look(*role) != light.look(*role)), "{example}");
}

#[test]
fn the_readme_names_every_role() {
    let readme = include_str!("../README.md");
    let themes = readme.split("## Themes").nth(1).expect("a section").split("\n## ").next().unwrap();
    for (_, name) in Role::ALL {
        let part = name.strip_prefix("profile-").unwrap_or(name);
        assert!([format!("`{name}`"), format!("`-{part}`")].iter().any(|it| themes.contains(it)), "{name}");
    }
}
