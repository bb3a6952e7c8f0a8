//! The commands without a screen: what they print to stdout and stderr, in every form.
//!
//! Owns: which commands are run, and what each has to tell so that its silence means something. Must not know: how a search
//! works. Tested: through `tests/self_audit.rs`.

use super::house::House;
use super::pty::Pty;
use super::sink::{Searched, Sink};
use super::{CannotLook, Scene};

/// The forms in which an answer is told.
const FORMS: [&str; 3] = ["text", "json", "markdown"];

/// Commands about the calls of the audit: each has to name the reference of the planted answer, which is the first call.
const ABOUT_CALLS: [&[&str]; 6] = [
    &["history", "list"],
    &["history", "list", "--format", "json"],
    &["history", "show", "1"],
    &["history", "show", "1", "--format", "json"],
    &["history", "export", "--format", "csv"],
    &["history", "export", "--format", "json"],
];

/// Other commands, each with what it has to say.
const OTHERS: [(&[&str], &str); 4] = [
    (&["history", "verify"], "The audit trail is whole"),
    (&["history", "verify", "--format", "json"], "\"findings\": []"),
    (&["config", "show"], "audit"),
    (&["config", "check"], "ok: "),
];

/// Fetches both answers in every form and by the row, judges and masks what was kept, reads the history and looks after its
/// trail.
pub(super) fn run(scene: &Scene) -> Result<Vec<Searched>, CannotLook> {
    let Scene { house, markers, .. } = scene;
    let mut sinks = told_answers(scene)?;
    sinks.extend(told_texts(scene)?);
    sinks.extend(batches(scene)?);
    for words in ABOUT_CALLS {
        sinks.push(Sink::holding(&words.join(" "), output(house, words)?, &markers.reference));
    }
    for (words, said) in OTHERS {
        sinks.push(Sink::holding(&words.join(" "), output(house, words)?, said));
    }
    Ok(scene.search(&sinks))
}

fn told_answers(Scene { house, markers, .. }: &Scene) -> Result<Vec<Sink>, CannotLook> {
    let kept = house.kept_answer();
    let mut sinks = Vec::new();
    for format in FORMS {
        for (reference, name) in [(&markers.reference, "fetch"), (&markers.refused, "fetch, refused,")] {
            let about = ["--card-reference", reference, "--customer-id", &markers.customer];
            let words = [&["fetch", "--format", format], about.as_slice()].concat();
            sinks.push(Sink::holding(
                &format!("{name} --format {format}"),
                output(house, &words)?,
                reference,
            ));
        }
        let words = ["diagnose", &kept.to_string_lossy(), "--format", format];
        let name = format!("diagnose FILE --format {format}");
        sinks.push(Sink::holding(&name, output(house, &words)?, &markers.reference));
    }
    Ok(sinks)
}

/// What is said of the answer and the request that somebody kept.
fn told_texts(Scene { house, markers, .. }: &Scene) -> Result<Vec<Sink>, CannotLook> {
    let (answer, request) = (house.kept_answer(), house.kept_request());
    let mut sinks = Vec::new();
    let masked = output(house, &["redact", &answer.to_string_lossy()])?;
    sinks.push(Sink::holding("redact FILE", masked, &markers.reference));
    for format in FORMS {
        let told = output(house, &["lint", &request.to_string_lossy(), "--format", format])?;
        sinks.push(Sink::holding(&format!("lint FILE --format {format}"), told, &markers.reference));
    }
    Ok(sinks)
}

/// What a batch prints and writes; the last of its rows is refused and ends it.
fn batches(Scene { house, markers, .. }: &Scene) -> Result<Vec<Sink>, CannotLook> {
    let (rows, mut sinks) = (house.rows(), Vec::new());
    for ending in ["csv", "jsonl"] {
        let report = house.home().join(format!("report.{ending}"));
        let words = ["batch", &rows.to_string_lossy(), "--out", &report.to_string_lossy()];
        sinks.push(Sink::holding(&format!("batch, .{ending}"), output(house, &words)?, "rows have a result"));
        let written = std::fs::read(&report).map_err(|_| CannotLook::Step("read the report of a batch"))?;
        sinks.push(Sink::holding(&format!("report of batch, .{ending}"), written, &markers.reference));
    }
    Ok(sinks)
}

/// Deletes the history as a person does, by the typed word; what is left says that it went.
pub(super) fn purge(scene: &Scene) -> Result<Vec<Searched>, CannotLook> {
    let mut pty = Pty::start(scene.house.command(&["history", "purge"]))?;
    pty.wait("be asked for the word of the purge", "Type purge")?;
    pty.send("purge\r")?;
    if pty.wait_exit()? != Some(0) {
        return Err(CannotLook::Step("purge the history"));
    }
    let asked =
        Sink::holding("history purge, by its typed word", pty.with_scrollback(), "deleted from the history");
    let left = output(&scene.house, &["history", "list"])?;
    Ok(scene.search(&[asked, Sink::holding("history list, purged", left, "holds no call")]))
}

/// What a command prints to stdout and to stderr.
fn output(house: &House, words: &[&str]) -> Result<Vec<u8>, CannotLook> {
    let printed = house.command(words).output().map_err(|_| CannotLook::NoProgram)?;
    Ok([printed.stdout, printed.stderr].concat())
}
