//! A home in which every screen can be come to: two profiles on an emulator and a guarded one, a history, the report of a batch.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::Connection;
use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::Sqlite;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{Details, Entry, Verdict};
use tokenscope::domain::profile::Environment;
use tokenscope::emulator::{DEMO_MERCHANT, Emulator};
use tokenscope::ports::Ledger as _;
use tokenscope::secret::Masked;

use crate::console::console;
use crate::support::{Launch, Pty, proc};

/// Found under the second merchant alone, so that the first is refused and there is an input to look for.
pub const REFUSED: &str = "token_demo_other_merchant";

/// The guarded profile; where it is started on, the second merchant's is guarded too.
pub const LIVE: &str = "live";

/// The console at the size of the benches, about to be started on `profile` in such a home.
pub fn launch(emulator: &Emulator, profile: &str) -> Launch {
    let launch = console().args(&["--profile", profile]).size(120, 36);
    configure(launch.home(), emulator, profile == LIVE);
    recorded(launch.home());
    fs::write(launch.home().join("out.jsonl"), report(60)).unwrap();
    launch
}

fn configure(home: &Path, emulator: &Emulator, guarded: bool) {
    private(&home.join("key"), emulator.key());
    let guard = "guard = \"production\"";
    let profiles = [
        ("first", DEMO_MERCHANT, "colour = \"green\""),
        ("second", "demo_merchant_2", if guarded { guard } else { "colour = \"magenta\"" }),
        (LIVE, DEMO_MERCHANT, guard),
    ];
    let mut config = "default_profile = \"first\"\n".to_owned();
    for (name, merchant, more) in profiles {
        config.push_str(&format!(
            "[profiles.{name}]\nenvironment = \"custom\"\nbase_url = \"http://{}\"\nmerchant_id = \"{merchant}\"\nversion = \"2023-01-01\"\nkey = {{ file = \"{}\" }}\n{more}\n",
            emulator.address(),
            home.join("key").display(),
        ));
    }
    private(&home.join(".config/tokenscope/config.toml"), &config);
}

/// Writes a file that nobody else may read.
pub fn private(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn ledger(home: &Path) -> Sqlite {
    let (data, state) = (home.join(".local/share/tokenscope"), home.join(".local/state/tokenscope"));
    Sqlite::open(&Folders::open(&data, &state).unwrap()).unwrap()
}

/// Two calls about each of ten cards, so that there is something to compare.
fn recorded(home: &Path) {
    let mut ledger = ledger(home);
    for number in 0..20 {
        let verdict = if number % 2 == 0 { Verdict::Usable } else { Verdict::NotUsable };
        ledger.record(&entry(&format!("token_{}", number / 2), verdict)).unwrap();
    }
}

/// A history of so many rows, most of them written at once.
pub fn history(home: &Path, rows: u32) {
    ledger(home).record(&entry("token_first", Verdict::Usable)).unwrap();
    let columns = "at, profile, environment, host, card_reference, customer_id, routing_id, submerchant_id, http_status, \
                   verdict, summary, network, issuer, token_status, card_last_four, total_ms";
    let values = columns.replace("card_reference, customer_id", "'token_' || i, 'cust_' || i");
    let more = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) \
         INSERT INTO history ({columns}) SELECT {values} FROM n, history WHERE history.id = 1",
        rows - 1
    );
    let db = Connection::open(home.join(".local/share/tokenscope/history.db")).unwrap();
    db.execute_batch(&more).unwrap();
}

fn entry(reference: &str, verdict: Verdict) -> Entry {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Entry {
        id: 0,
        at: Stamp(i64::try_from(now.as_millis()).unwrap()),
        profile: Masked::typed("first"),
        environment: Environment::Custom,
        host: Masked::typed("127.0.0.1"),
        card_reference: Masked::typed(reference),
        customer_id: Masked::typed("cust_1"),
        routing_id: Masked::typed("cust_1"),
        submerchant_id: Masked::default(),
        http_status: Some(200),
        verdict,
        summary: Masked::ours("The token can be used."),
        network: Masked::ours("VISA"),
        issuer: Masked::ours("HDFC"),
        token_status: Masked::ours("ACTIVE"),
        card_last_four: Masked::ours("1111"),
        total_ms: 321,
        details: Details::default(),
    }
}

/// The report of a batch of so many rows.
pub fn report(rows: u32) -> String {
    (1..=rows).fold(String::new(), |mut text, row| {
        let _ = writeln!(text, r#"{{"row": {row}, "outcome": "answered", "card_reference": "ref_{row}", "customer_id": "cust_{row}", "profile": "acme", "environment": "sandbox", "host": "h", "http_status": 200, "verdict": "USABLE", "exit": 0, "summary": "Told of row {row}.", "findings": [{{"id": "usable", "severity": "good", "meaning": "It means something.", "action": "Do something.", "source": "s", "confidence": "sure"}}], "answer": {{"network": "VISA", "issuer": "Paytm"}}, "timing_ms": 12}}"#);
        text
    })
}

/// Presses each key once the console rests, and waits for what it shows. Its clock that tells keys from a paste runs while it
/// rests: under load, keys that are only some milliseconds apart are a paste.
pub fn steps(pty: &mut Pty, steps: &[(&str, &str)]) {
    for (key, shown) in steps {
        proc::wait_rest(pty.pid());
        pty.send(key);
        pty.wait_text(shown);
    }
}

/// Fills the form and leaves it.
pub fn fill(pty: &mut Pty, reference: &str) {
    steps(pty, &[("e", "(editing)")]);
    pty.send(&format!("{reference}\tjuspaytest_cust\r"));
    pty.wait_gone("(editing)");
}

/// With an answer on the screen that holds a token and no cryptogram, so that no stopwatch runs.
pub fn ageless(pty: &mut Pty) {
    fill(pty, "token_demo_no_cryptogram");
    steps(pty, &[("s", "Answer #1"), ("3", "▸3 Answer")]);
}

/// Opens the report of a batch.
pub fn open_report(pty: &mut Pty) {
    steps(pty, &[("b", "The report of a batch"), ("\x15", "> ")]);
    pty.paste("~/out.jsonl");
    pty.wait_text("~/out.jsonl");
    steps(pty, &[("\r", "By verdict")]);
    pty.wait_gone("still counting");
}
