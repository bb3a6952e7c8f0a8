//! The questions of `config init`. Every answer is judged by the config's own reader, so that what is written is taken.

use std::path::Path;

use zeroize::Zeroizing;

use super::Desk;
use crate::config::{self, DEFAULT_VERSION, Inputs};

/// How often a question is asked before it is given up: a script that feeds us rubbish must come to an end.
const TRIES: usize = 5;

/// The answer of whoever sends to none in particular.
const NO_GATEWAY: &str = "none";

/// A profile in the making: what is not answered yet has a value that the reader takes.
struct Sketch {
    name: String,
    /// Name and value, in the writing of the file.
    values: Vec<(&'static str, String)>,
    /// Whose needs are told with each answer.
    gateway: Option<String>,
}

impl Sketch {
    fn new() -> Self {
        let values = vec![
            ("environment", quoted("sandbox")),
            ("merchant_id", quoted("acme")),
            ("version", quoted(DEFAULT_VERSION)),
            ("key", "{ prompt = true }".to_owned()),
        ];
        Self { name: "sandbox".to_owned(), values, gateway: None }
    }

    fn set(&mut self, name: &'static str, value: String) {
        match self.values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            // Only the address of a custom profile is not there from the start; it stands below `environment`.
            None => self.values.insert(1, (name, value)),
        }
    }

    fn text(&self) -> String {
        let header = "# Written by `tokenscope config init`. config.example.toml explains every setting there is.\n\
                      # No API key belongs in here: the profile names the place that its key is fetched from.\n";
        let name = &self.name;
        let in_quotes = quoted(name);
        let key = if name.bytes().all(|b| b.is_ascii_alphanumeric()) && !name.is_empty() {
            name
        } else {
            &in_quotes
        };
        let mut text = format!("{header}default_profile = {in_quotes}\n\n[profiles.{key}]\n");
        for (name, value) in &self.values {
            text.extend([*name, " = ", value, "\n"]);
        }
        if let Some(gateway) = &self.gateway {
            text.extend(["\n[ui]\ngateway = ", &quoted(gateway), "\n"]);
        }
        text
    }
}

/// Asks what a profile needs and gives the text of the config; `None` once the answers end.
pub(super) fn ask(inputs: &Inputs, path: &Path, desk: &mut Desk<'_>) -> Option<String> {
    let mut sketch = Sketch::new();
    let mut form = Form { inputs, path, desk };
    form.tell("This writes a config with one profile. An empty answer takes what stands in [brackets].");
    form.ask("Name of the profile", Some("sandbox"), &mut sketch, |sketch, answer| {
        answer.clone_into(&mut sketch.name);
    })?;
    let environment = form.ask(
        "Environment: sandbox, production or custom",
        Some("sandbox"),
        &mut sketch,
        |sketch, answer| {
            sketch.set("environment", quoted(answer));
            if answer == "custom" {
                sketch.set("base_url", quoted("https://gateway.example.internal"));
            }
        },
    )?;
    if environment == "custom" {
        form.set(
            "Address before /v4/card/get, such as https://gateway.example.internal",
            "base_url",
            &mut sketch,
        )?;
    }
    form.set("Merchant id (x-merchantid), exactly as the dashboard shows it", "merchant_id", &mut sketch)?;
    form.ask("Version of the API, YYYY-MM-DD", Some(DEFAULT_VERSION), &mut sketch, |sketch, answer| {
        sketch.set("version", quoted(answer));
    })?;
    key(&mut form, &mut sketch)?;
    last(&mut form, &mut sketch)?;
    Some(sketch.text())
}

/// What most leave as it is, so it comes last.
fn last(form: &mut Form<'_, '_>, sketch: &mut Sketch) -> Option<()> {
    let question = "Is the merchant a reseller, whose calls name a submerchant: yes or no";
    if form.choose(question, "no", &["yes", "no"])? == "yes" {
        sketch.values.push(("reseller", "true".to_owned()));
    }
    let question = "Gateway that the token goes to, such as payu, whose needs are told with each answer";
    form.ask(question, Some(NO_GATEWAY), sketch, |sketch, answer| {
        sketch.gateway = (answer != NO_GATEWAY).then(|| answer.to_owned());
    })?;
    Some(())
}

fn key(form: &mut Form<'_, '_>, sketch: &mut Sketch) -> Option<()> {
    let kind = form.choose(
        "Where the key comes from: command, file, env (the weaker one) or prompt",
        "prompt",
        &["command", "file", "env", "prompt"],
    )?;
    let (question, write): (_, fn(&str) -> String) = match kind.as_str() {
        "command" => ("The command and its arguments, such as: pass show juspay/sandbox", command),
        "file" => ("The file, readable by you alone, such as ~/.keys/juspay", file),
        "env" => ("The name of the environment variable", variable),
        _ => return Some(()),
    };
    let answer = form.ask(question, None, sketch, |sketch, answer| sketch.set("key", write(answer)))?;
    if kind == "command" {
        let lent = form.choose(
            "Does it ask for a PIN or a password on the terminal: yes or no",
            "no",
            &["yes", "no"],
        )?;
        let terminal = if lent == "yes" { ", terminal = true" } else { "" };
        sketch.set("key", format!("{{ command = {}{terminal} }}", argv(&answer)));
    }
    Some(())
}

fn command(answer: &str) -> String {
    format!("{{ command = {} }}", argv(answer))
}

fn argv(answer: &str) -> String {
    let words: Vec<String> = answer.split_whitespace().map(quoted).collect();
    format!("[{}]", words.join(", "))
}

fn file(answer: &str) -> String {
    format!("{{ file = {} }}", quoted(answer))
}

fn variable(answer: &str) -> String {
    format!("{{ env = {} }}", quoted(answer))
}

/// A text in the writing of TOML. A control character, which no value may hold, becomes one that is refused as well.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Somebody who answers.
struct Form<'a, 'd> {
    inputs: &'a Inputs,
    path: &'a Path,
    desk: &'a mut Desk<'d>,
}

impl Form<'_, '_> {
    /// A question whose answer is the value of a name.
    fn set(&mut self, question: &str, name: &'static str, sketch: &mut Sketch) -> Option<String> {
        self.ask(question, None, sketch, |sketch, answer| sketch.set(name, quoted(answer)))
    }

    /// Asks until the reader takes the profile with the answer in it.
    fn ask(
        &mut self,
        question: &str,
        standard: Option<&str>,
        sketch: &mut Sketch,
        mut fill: impl FnMut(&mut Sketch, &str),
    ) -> Option<String> {
        for _ in 0..TRIES {
            let answer = self.answer(question, standard)?;
            fill(sketch, &answer);
            match config::judge(self.inputs, self.path, &sketch.text()) {
                Ok(()) => return Some(answer.to_string()),
                Err(fault) => self.tell(&format!("  That {}.", fault.reason())),
            }
        }
        None
    }

    fn choose(&mut self, question: &str, standard: &str, choices: &[&str]) -> Option<String> {
        for _ in 0..TRIES {
            let answer = self.answer(question, Some(standard))?;
            if let Some(choice) = choices.iter().find(|choice| **choice == answer.as_str()) {
                return Some((*choice).to_owned());
            }
            self.tell(&format!("  That is none of the choices; write {}.", choices.join(" or ")));
        }
        None
    }

    /// One line, without the blanks around it, wiped after use: somebody may type a key where none is asked.
    fn answer(&mut self, question: &str, standard: Option<&str>) -> Option<Zeroizing<String>> {
        let hint = standard.map(|standard| format!(" [{standard}]")).unwrap_or_default();
        let _ = write!(self.desk.err, "{question}{hint}: ").and_then(|()| self.desk.err.flush());
        let mut line = Zeroizing::new(String::new());
        if self.desk.answers.as_mut()?.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let answer = line.trim();
        Some(Zeroizing::new(if answer.is_empty() { standard.unwrap_or_default() } else { answer }.to_owned()))
    }

    fn tell(&mut self, sentence: &str) {
        let _ = writeln!(self.desk.err, "{sentence}");
    }
}
