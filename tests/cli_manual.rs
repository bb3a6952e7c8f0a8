//! Help, manual and completions, all from the one definition of the command line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

use std::process::Command;

use clap::CommandFactory as _;
use tokenscope::cli::args::Args;

fn told(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tokenscope"))
        .args(words)
        .env_clear()
        .env("HOME", "/nonexistent")
        .output()
        .unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Every command that can be run, by its words.
fn commands() -> Vec<Vec<String>> {
    let mut all = Vec::new();
    below(&Args::command(), &mut Vec::new(), &mut all);
    all
}

fn below(command: &clap::Command, above: &mut Vec<String>, all: &mut Vec<Vec<String>>) {
    for one in command.get_subcommands() {
        above.push(one.get_name().to_owned());
        if one.has_subcommands() {
            below(one, above, all);
        } else {
            all.push(above.clone());
        }
        above.pop();
    }
}

#[test]
fn every_command_shows_an_example_in_its_help() {
    for words in commands() {
        let mut call: Vec<&str> = words.iter().map(String::as_str).collect();
        call.push("--help");
        let help = told(&call);
        let named = format!("tokenscope {}", words.join(" "));
        let example = help.split_once("Example: ").map(|(_, example)| example);
        assert!(example.is_some_and(|example| example.contains(&named)), "{named}: {help}");
    }
}

#[test]
fn the_manual_has_a_part_for_every_command_and_the_exit_codes() {
    let manual = told(&["man"]);
    for words in commands() {
        let title = format!(".SH \"TOKENSCOPE {}\"", words.join(" ").to_uppercase());
        assert!(manual.contains(&title), "{title}");
    }
    let bare = manual.replace('\\', "");
    assert!(bare.contains(".SH \"EXIT STATUS\"") && bare.contains("6 answered, token not usable"));
    assert!(!bare.contains("--as"), "what is hidden from help is hidden here");
}

#[test]
fn every_shell_gets_completions_that_know_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = told(&["completions", shell]);
        for words in commands() {
            assert!(words.iter().all(|word| script.contains(word.as_str())), "{shell}: {words:?}");
        }
        // Powershell and elvish name an option in quotes, fish without its dashes.
        let offers = |option: &str| {
            [format!("--{option}"), format!("-l {option} ")].iter().any(|it| script.contains(it.as_str()))
        };
        assert!(offers("format") && offers("config"), "{shell}: the search finds what is offered");
        assert!(!offers("as"), "{shell}: what is hidden from help is hidden here");
    }
}

#[test]
fn bash_completes_a_command_and_an_option() {
    let script = told(&["completions", "bash"]);
    let ask = r#"COMP_WORDS=(tokenscope "$@"); COMP_CWORD=$#; _tokenscope tokenscope "${!#}" ""; echo "${COMPREPLY[*]}""#;
    let complete = |words: &[&str]| {
        let asked =
            Command::new("bash").args(["-c", &format!("{script}\n{ask}"), "bash"]).args(words).output();
        let output = asked.expect("this test needs bash");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(complete(&["red"]), "redact");
    assert_eq!(complete(&["fetch", "--form"]), "--format");
}
