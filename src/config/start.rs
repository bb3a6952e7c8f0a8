//! Decides which profile the console starts with. A production profile is never taken by itself.

use std::path::Path;

use super::DEMO;
use super::fault::{ConfigFault, shown};
use super::inputs::{Inputs, PROFILE_VARIABLE};
use super::origin::{Origin, Setting};
use super::profiles::{is_name, list_mend};
use crate::domain::profile::{Environment, Profile};
use crate::text::clean;

/// The profile to start with, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartProfile {
    /// The built-in emulator.
    Demo,
    /// A profile of the file.
    Named(String),
    /// None can be taken; what needs no profile still runs.
    Undecided(ConfigFault),
}

/// A [`StartProfile`] that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start<'a> {
    /// The built-in emulator, whose profile [`super::demo_profile`] makes.
    Demo,
    /// A profile of the file.
    Profile(&'a Profile),
}

type Chosen = (StartProfile, Setting);

/// `--demo` stands above all.
pub(super) fn demo() -> Chosen {
    chosen(StartProfile::Demo, Origin::Option("--demo"))
}

/// Without a file there is the emulator only.
pub(super) fn without_file(inputs: &Inputs) -> Chosen {
    match asked(inputs) {
        None => chosen(StartProfile::Demo, Origin::Default),
        Some((name, origin)) if name == DEMO => chosen(StartProfile::Demo, origin),
        Some((_, origin)) => {
            let mend =
                "there is no config file: make one with `tokenscope config init`, or start with --demo";
            undecided(format!("the profile that {origin} names is not there; {mend}"), origin)
        }
    }
}

/// By option, environment, `default_profile` (which the reading has checked), or as the single sandbox profile.
pub(super) fn from_file(
    inputs: &Inputs,
    file: &Path,
    profiles: &[Profile],
    (default, line): (Option<&str>, usize),
) -> Chosen {
    let default = default.map(|name| (name.to_owned(), Origin::File { line }));
    match asked(inputs).or(default) {
        Some((name, origin)) if name == DEMO => chosen(StartProfile::Demo, origin),
        Some((name, origin)) if profiles.iter().any(|profile| profile.name == name) => {
            chosen(StartProfile::Named(name), origin)
        }
        Some((_, origin)) => {
            let mend = list_mend(&names(profiles));
            undecided(format!("the profile that {origin} names is not in {}; {mend}", shown(file)), origin)
        }
        None => single(file, profiles),
    }
}

fn single(file: &Path, profiles: &[Profile]) -> Chosen {
    let mut sandboxes = profiles.iter().filter(|profile| profile.environment() == Environment::Sandbox);
    if let (Some(only), None) = (sandboxes.next(), sandboxes.next()) {
        return chosen(StartProfile::Named(only.name.clone()), Origin::Default);
    }
    let file = shown(file);
    let sentence = if profiles.is_empty() {
        format!("{file} names no profile; add one as [profiles.NAME], or start with --demo")
    } else {
        let names = names(profiles).join(", ");
        format!(
            "{file} does not say which profile to start with; pass --profile or write default_profile, one of: {names}"
        )
    };
    undecided(sentence, Origin::Default)
}

fn asked(inputs: &Inputs) -> Option<(String, Origin)> {
    if let Some(name) = &inputs.options.profile {
        return Some((name.clone(), Origin::Option("--profile")));
    }
    let name = inputs.variable(PROFILE_VARIABLE)?;
    Some((name.to_string_lossy().into_owned(), Origin::Environment(PROFILE_VARIABLE)))
}

fn names(profiles: &[Profile]) -> Vec<&str> {
    profiles.iter().map(|profile| profile.name.as_str()).filter(|name| is_name(name)).collect()
}

fn chosen(start: StartProfile, origin: Origin) -> Chosen {
    let value = match &start {
        StartProfile::Demo => DEMO.to_owned(),
        StartProfile::Named(name) => clean(name),
        StartProfile::Undecided(_) => "none".to_owned(),
    };
    (start, Setting { name: "profile".to_owned(), value, origin })
}

fn undecided(sentence: String, origin: Origin) -> Chosen {
    chosen(StartProfile::Undecided(ConfigFault::whole(sentence)), origin)
}
