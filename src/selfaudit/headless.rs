//! The commands without a screen: what they print to stdout and stderr, in every form.

use super::house::House;
use super::sink::{Searched, Sink};
use super::{CannotLook, Scene};

/// Commands after a call, each with what its output has to hold; `R` stands for the reference.
const COMMANDS: [&[&str]; 6] = [
    &["history", "list"],
    &["history", "list", "--format", "json"],
    &["history", "export", "--format", "csv"],
    &["history", "export", "--format", "json"],
    &["config", "show"],
    &["config", "check"],
];

/// Fetches both answers in every form and reads the history.
pub(super) fn run(scene: &Scene) -> Result<Vec<Searched>, CannotLook> {
    let Scene { house, markers, .. } = scene;
    let mut sinks = Vec::new();
    for reference in [&markers.reference, &markers.refused] {
        for format in ["text", "json", "markdown"] {
            let words = [
                "fetch",
                "--card-reference",
                reference,
                "--customer-id",
                &markers.customer,
                "--format",
                format,
            ];
            sinks.push(Sink::holding(&format!("fetch --format {format}"), output(house, &words)?, reference));
        }
    }
    for words in COMMANDS {
        let told = output(house, words)?;
        let name = words.join(" ");
        let is_history = words.first() == Some(&"history");
        sinks.push(if is_history {
            Sink::holding(&name, told, &markers.reference)
        } else {
            Sink::of(&name, told)
        });
    }
    Ok(scene.search(&sinks))
}

/// What a command prints to stdout and to stderr.
fn output(house: &House, words: &[&str]) -> Result<Vec<u8>, CannotLook> {
    let printed = house.command(words).output().map_err(|_| CannotLook::NoProgram)?;
    Ok([printed.stdout, printed.stderr].concat())
}
