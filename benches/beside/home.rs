//! Homes: folders that a program finds by its environment, a config of ours in them, and a history of so many rows.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;

use crate::server::Server;

/// Ours, of the profile that this bench is built with.
pub const OURS: &str = env!("CARGO_BIN_EXE_tokenscope");

/// The copy of it that is measured, beside the homes.
pub const INSTALLED: &str = "tokenscope";

/// What asks for the contract's answer.
pub const REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";

/// Whose card it is.
pub const CUSTOMER: &str = "juspaytest_cust";

/// The key of the config; the server asks for none.
pub const KEY: &str = "synthetic-key";

/// The merchant of the config.
pub const MERCHANT: &str = "acme";

/// Within the seven days that rows are kept.
const SPREAD: Duration = Duration::from_hours(6 * 24);

/// Where XDG has its folders.
const FOLDERS: [(&str, &str); 6] = [
    ("HOME", "home"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_STATE_HOME", "state"),
    ("XDG_RUNTIME_DIR", "run"),
];

/// The folders of one program.
#[derive(Clone)]
pub struct Home(PathBuf);

impl Home {
    /// The home at this place, made if it is not there; and whether it was made.
    pub fn at(root: PathBuf) -> (Self, bool) {
        let is_new = !root.exists();
        for (_, name) in FOLDERS {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(root.join(name)).expect("a folder");
        }
        (Self(root), is_new)
    }

    /// The whole environment of a program.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut all: Vec<(&str, OsString)> = vec![
            ("PATH", path),
            ("TERM", "xterm-256color".into()),
            ("COLORTERM", "truecolor".into()),
            ("LANG", "C.UTF-8".into()),
        ];
        all.extend(FOLDERS.map(|(variable, name)| (variable, self.0.join(name).into_os_string())));
        all
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Ours, as it is started in this home.
    pub fn installed(&self) -> PathBuf {
        self.0.with_file_name(INSTALLED)
    }

    /// Where ours keeps its history.
    pub fn data(&self) -> PathBuf {
        self.path("data/tokenscope")
    }

    /// A file that only we can read.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        let folder = path.parent().expect("a file is in a folder");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).expect("a folder");
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
        path
    }

    /// A profile on the server, and a key in a file.
    pub fn configure(&self, server: &Server) {
        let key = self.write("key", KEY);
        let config = format!(
            "default_profile = \"bench\"\n[profiles.bench]\nenvironment = \"custom\"\n\
             base_url = \"http://127.0.0.1:{}\"\nmerchant_id = \"{MERCHANT}\"\nversion = \"2023-01-01\"\n\
             key = {{ file = \"{}\" }}\n",
            server.port,
            key.display()
        );
        self.write("config/tokenscope/config.toml", &config);
    }

    /// A command of ours in this home, without a terminal.
    pub fn ours(&self, words: &[&str]) -> Command {
        let mut command = Command::new(self.installed());
        command.args(words).env_clear().envs(self.environment()).current_dir(self.path("home"));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// A history of so many rows: ours makes the database and a call, and the call is copied. The newest row has the
    /// reference, from which the form is filled.
    pub fn seed(&self, rows: u32, reference: &str) {
        let call = ["fetch", "--card-reference", reference, "--customer-id", CUSTOMER];
        let status = self.ours(&call).status().expect("ours starts");
        assert!(status.success(), "a call of ours ended with {status}");
        copy_rows(&self.data().join("history.db"), rows);
    }
}

/// Copies of the one row, older and older, and numbered in the order of their time, as rows are that were lived through.
fn copy_rows(database: &Path, rows: u32) {
    let db = Connection::open(database).expect("ours made a database");
    let same: String = db
        .query_row(
            "SELECT group_concat(name) FROM pragma_table_info('history') WHERE name NOT IN ('id', 'at')",
            [],
            |row| row.get(0),
        )
        .expect("the history has columns");
    let varied = same.replace("card_reference", "'card_' || n");
    let gap = SPREAD.as_millis() / u128::from(rows.max(1));
    db.execute_batch(&format!(
        "BEGIN;
         CREATE TEMP TABLE first AS SELECT * FROM history;
         DELETE FROM history;
         WITH RECURSIVE count(n) AS (SELECT {rows} UNION ALL SELECT n - 1 FROM count WHERE n > 2)
         INSERT INTO history (at, {same}) SELECT at - n * {gap}, {varied} FROM first, count WHERE {rows} > 1;
         INSERT INTO history (at, {same}) SELECT at, {same} FROM first;
         COMMIT;"
    ))
    .expect("rows can be copied");
}
