//! A batch among other programs: a shell that stops reading, a command that gives the key, a server that falters.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::batch::{Answer, Home, Server, whole};
use super::{answered, card, cards};

#[test]
fn a_shell_that_stops_reading_loses_the_summary_and_nothing_else() {
    let server = cards();
    let home = Home::new(server.address, "");
    home.rows(6);
    let binary = env!("CARGO_BIN_EXE_tokenscope");
    // The reader of the pipe is gone long before the summary is written.
    let script = format!("{{ '{binary}' batch in.csv --out out.jsonl; echo $? > exit; }} | true");
    let output = Command::new("sh")
        .args(["-c", &script])
        .env_clear()
        .envs([("HOME", home.0.path()), ("TOKENSCOPE_CONFIG", &home.path("config.toml"))])
        .env("PATH", std::env::var_os("PATH").unwrap())
        .current_dir(home.0.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!((home.read("exit").trim(), home.report()), ("0", answered(1..=6)), "{err}");
    assert!(!err.contains("cannot be written"), "nobody is told of a pipe that nobody reads: {err}");
    assert_eq!(server.total(), 6);
}

#[test]
fn the_key_is_fetched_once_however_many_rows_there_are() {
    let server = cards();
    let home = Home::new(server.address, "");
    home.rows(12);
    let config = home.read("config.toml");
    let (before, _) = config.split_once("key = ").unwrap();
    let command = "key = { command = [\"sh\", \"-c\", \"echo once >> fetched; echo synthetic-key\"] }\n";
    home.write("config.toml", &format!("{before}{command}"));
    let run = home.batch(&["--concurrency", "4"]);
    assert_eq!((run.exit, server.total()), (0, 12), "{}", run.err);
    assert_eq!(home.read("fetched"), "once\n");
}

#[test]
fn a_server_that_cuts_off_slows_down_and_refuses_loses_no_row() {
    let server = Server::start(|reference| match reference {
        _ if reference.ends_with('3') => Answer::Nothing,
        _ if reference.ends_with('5') => Answer::Cut(card(reference)),
        _ if reference == "r12" => Answer::Whole(429, "Retry-After: 1\r\n".into(), "{}".into()),
        _ if reference.ends_with('7') => {
            Answer::Late(Duration::from_millis(120), Box::new(whole(200, &card(reference))))
        }
        _ => whole(200, &card(reference)),
    });
    let home = Home::new(server.address, "");
    home.rows(20);
    let run = home.batch(&["--concurrency", "4"]);
    assert_eq!((run.exit, server.total()), (4, 20), "each row once: {}", run.err);
    let outcomes: Vec<String> = home.report().into_iter().map(|(_, outcome)| outcome).collect();
    let wanted = (1..=20).map(|row| match row % 10 {
        3 | 5 => "no_answer",
        _ if row == 12 => "refused",
        _ => "answered",
    });
    assert_eq!(outcomes, wanted.collect::<Vec<_>>());
    assert!(run.err.contains("the API asks for fewer calls"), "{}", run.err);
}
