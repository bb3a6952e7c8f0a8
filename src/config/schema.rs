//! Reads the whole file: `default_profile`, `[ui]`, `[history]`, `[export]`, `[keys]`; the profiles have their own file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::DeValue;

use super::document::{Document, Section, Wrong, parse, wrong};
use super::fault::{ConfigFault, Warning, shown};
use super::file::ConfigFile;
use super::inputs::{DATA_DIR_VARIABLE, Inputs};
use super::loudness::Loudness;
use super::origin::{Origin, Setting};
use super::{
    Config, DEFAULT_RETENTION_DAYS, DEFAULT_REVEAL_SECONDS, StartProfile, Ui, leak, names, profiles, start,
    theme,
};
use crate::domain::gateway::PaymentGateway;
use crate::domain::profile::{KeySource, Profile};
use crate::log::Threshold;
use crate::secret::MAX_REVEAL;

/// Ten years; more is a slip of the hand.
const LONGEST_RETENTION: u32 = 3650;
/// Words for a setting that has no value.
pub(super) const NOT_SET: &str = "not set";

/// What is known before the file is read.
pub(super) struct Base {
    data_dir: Option<PathBuf>,
    state_dir: Option<PathBuf>,
    log: Threshold,
    settings: Vec<Setting>,
}

impl Base {
    pub(super) fn of(inputs: &Inputs, loudness: &Loudness) -> Self {
        let (named, origin) = match (&inputs.options.data_dir, inputs.variable(DATA_DIR_VARIABLE)) {
            (Some(dir), _) => (Some(dir.clone()), Origin::Option("--data-dir")),
            (None, Some(dir)) => (Some(PathBuf::from(dir)), Origin::Environment(DATA_DIR_VARIABLE)),
            (None, None) => (None, Origin::Default),
        };
        let folders = &inputs.folders;
        let data_dir = named.clone().or_else(|| folders.data.clone());
        let state_dir = named.or_else(|| folders.state.clone()).or_else(|| data_dir.clone());
        let settings = vec![
            path_setting("data_dir", data_dir.as_deref(), origin.clone()),
            path_setting("state_dir", state_dir.as_deref(), origin),
            loudness.setting(),
            flag_setting("demo", inputs.options.demo, "--demo"),
            flag_setting("read_only", inputs.options.read_only, "--read-only"),
        ];
        Self { data_dir, state_dir, log: loudness.threshold, settings }
    }

    /// The emulator and defaults only.
    pub(super) fn without_file(self, inputs: &Inputs) -> Config {
        let nothing = toml::de::DeTable::new();
        let mut document = Document::new(Path::new(""), "", None);
        let root = Document::root(&nothing);
        let file = read(&mut document, &root);
        let settings = document.finish().unwrap_or_default();
        let start = if inputs.options.demo { start::demo() } else { start::without_file(inputs) };
        self.finish(inputs, file, settings, start)
    }

    /// What the file says, or everything that is wrong with it.
    pub(super) fn with_file(self, inputs: &Inputs, source: &ConfigFile) -> Result<Config, Vec<ConfigFault>> {
        let table = parse(&source.path, &source.text).map_err(|fault| vec![fault])?;
        let mut document = Document::new(&source.path, &source.text, inputs.folders.home.as_deref());
        document.refuse_keys(&leak::find(&table));
        let root = Document::root(&table);
        let file = read(&mut document, &root);
        let warnings = judge_group(&mut document, source.group_writes, &file.profiles);
        let line = root.find("default_profile").map_or(1, |(_, offset)| document.line(offset));
        let default = (file.default_profile.as_deref(), line);
        let chosen = start::from_file(inputs, &source.path, &file.profiles, default);
        document.note("config".into(), shown(&source.path), source.origin.clone());
        let settings = document.finish()?;
        let config = self.finish(inputs, file, settings, chosen);
        Ok(Config { path: Some(source.path.clone()), warnings, ..config })
    }

    fn finish(
        mut self,
        inputs: &Inputs,
        file: File,
        settings: Vec<Setting>,
        (start, setting): (StartProfile, Setting),
    ) -> Config {
        self.settings.insert(0, setting);
        self.settings.extend(settings);
        Config {
            profiles: file.profiles,
            demo: start == StartProfile::Demo,
            start,
            ui: file.ui,
            retention_days: file.retention_days,
            export_dir: file.export_dir,
            keys: file.keys,
            data_dir: self.data_dir,
            state_dir: self.state_dir,
            log: self.log,
            read_only: inputs.options.read_only,
            path: None,
            warnings: Vec::new(),
            settings: self.settings,
        }
    }
}

fn path_setting(name: &str, path: Option<&Path>, origin: Origin) -> Setting {
    Setting { name: name.to_owned(), value: path.map_or_else(|| NOT_SET.to_owned(), shown), origin }
}

fn flag_setting(name: &str, flag: bool, option: &'static str) -> Setting {
    let origin = if flag { Origin::Option(option) } else { Origin::Default };
    Setting { name: name.to_owned(), value: flag.to_string(), origin }
}

/// What a file can say.
struct File {
    default_profile: Option<String>,
    ui: Ui,
    retention_days: u32,
    export_dir: Option<PathBuf>,
    keys: BTreeMap<String, Vec<String>>,
    profiles: Vec<Profile>,
}

fn read<'a>(document: &mut Document<'a>, root: &Section<'a>) -> File {
    document.only(root, &names::TOP);
    let profiles = profiles::read(document, root);
    File {
        default_profile: default_profile(document, root),
        ui: ui(document, root),
        retention_days: retention(document, root),
        export_dir: export_dir(document, root),
        keys: keys(document, root),
        profiles,
    }
}

fn default_profile<'a>(document: &mut Document<'a>, root: &Section<'a>) -> Option<String> {
    let table = root.find("profiles").and_then(|(value, _)| value.as_table());
    let known: Vec<&str> =
        table.into_iter().flat_map(|table| table.keys().map(|key| key.get_ref().as_ref())).collect();
    document.value(root, "default_profile", (None, NOT_SET), |value| {
        let name = text(value)?;
        if known.contains(&name) || name == super::DEMO {
            return Ok(Some(name.to_owned()));
        }
        Err(wrong("names no profile of this file", profiles::list_mend(&known)))
    })
}

fn ui<'a>(document: &mut Document<'a>, root: &Section<'a>) -> Ui {
    let at = document.section(root, "ui");
    document.only(&at, &names::UI);
    let standard = Ui::default();
    let longest = u8::try_from(MAX_REVEAL.as_secs()).unwrap_or(u8::MAX);
    let (theme, themes) = theme::read(document, &at);
    let seconds = DEFAULT_REVEAL_SECONDS.to_string();
    Ui {
        reveal_seconds: document.value(&at, "reveal_seconds", (standard.reveal_seconds, &seconds), |value| {
            number(value, 1, longest)
        }),
        hide_on_focus_loss: flag(document, &at, "hide_on_focus_loss", standard.hide_on_focus_loss),
        theme,
        themes,
        mouse: flag(document, &at, "mouse", standard.mouse),
        stage: flag(document, &at, "stage", standard.stage),
        gateway: document.value(&at, "gateway", (None, NOT_SET), |value| gateway(value).map(Some)),
    }
}

fn gateway(value: &DeValue<'_>) -> Result<String, Wrong> {
    let name = text(value)?;
    let known: Vec<&str> = PaymentGateway::all().iter().map(|gateway| gateway.id.as_str()).collect();
    let mend = || format!("write one of {}", known.join(", "));
    PaymentGateway::find(name)
        .map(|gateway| gateway.id.clone())
        .ok_or_else(|| wrong("is no gateway of the published matrix", mend()))
}

fn retention<'a>(document: &mut Document<'a>, root: &Section<'a>) -> u32 {
    let at = document.section(root, "history");
    document.only(&at, &names::HISTORY);
    let standard = DEFAULT_RETENTION_DAYS.to_string();
    document.value(&at, "retention_days", (DEFAULT_RETENTION_DAYS, &standard), |value| {
        number(value, 1, LONGEST_RETENTION)
    })
}

fn export_dir<'a>(document: &mut Document<'a>, root: &Section<'a>) -> Option<PathBuf> {
    let at = document.section(root, "export");
    document.only(&at, &names::EXPORT);
    let dir =
        document.value(&at, "dir", (None, "exports/ in the data folder"), |value| text(value).map(Some))?;
    path(document, &at, "dir", dir)
}

/// A path of the file, expanded; a fault where that cannot be done.
pub(super) fn path<'a>(
    document: &mut Document<'a>,
    at: &Section<'a>,
    name: &str,
    written: &str,
) -> Option<PathBuf> {
    match document.expand(written) {
        Ok(path) => Some(path),
        Err(wrong) => {
            let line = at.find(name).map_or(at.line, |(_, offset)| document.line(offset));
            document.refuse(name, line, &wrong);
            None
        }
    }
}

fn keys<'a>(document: &mut Document<'a>, root: &Section<'a>) -> BTreeMap<String, Vec<String>> {
    let at = document.section(root, "keys");
    let names = at.names();
    let read =
        |(name, _): (&str, usize)| (name.to_owned(), document.value(&at, name, (Vec::new(), ""), key_list));
    names.into_iter().map(read).collect()
}

fn key_list(value: &DeValue<'_>) -> Result<Vec<String>, Wrong> {
    let fault = || wrong("is not a key or a list of keys", "write it as \"x\" or [\"x\", \"ctrl-x\"]");
    let one = |value: &DeValue<'_>| value.as_str().filter(|key| !key.is_empty()).map(ToOwned::to_owned);
    match value {
        DeValue::Array(items) => items.iter().map(|item| one(item.get_ref()).ok_or_else(fault)).collect(),
        other => one(other).map(|key| vec![key]).ok_or_else(fault),
    }
}

/// A file that its group can change is taken with a warning, but not where a guarded profile runs a command from it.
fn judge_group(document: &mut Document<'_>, group_writes: bool, profiles: &[Profile]) -> Vec<Warning> {
    let runs = |profile: &Profile| profile.is_guarded() && matches!(profile.key, KeySource::Command { .. });
    let file = document.file();
    if !group_writes {
        return Vec::new();
    }
    if profiles.iter().any(runs) {
        document.refuse_whole(format!(
            "the config {file} can be changed by its group and names a command that fetches a production key; \
             take that right away with chmod g-w {file}"
        ));
        return Vec::new();
    }
    vec![Warning(format!(
        "the config {file} can be changed by its group; take that right away with chmod g-w {file}"
    ))]
}

/// A yes or no.
pub(super) fn flag<'a>(document: &mut Document<'a>, at: &Section<'a>, name: &str, standard: bool) -> bool {
    document.value(at, name, (standard, &standard.to_string()), |value| {
        value
            .as_bool()
            .ok_or_else(|| wrong("is neither true nor false", format!("write {name} = {standard}")))
    })
}

/// A text.
pub(super) fn text<'a>(value: &'a DeValue<'_>) -> Result<&'a str, Wrong> {
    value.as_str().ok_or_else(|| wrong("is not a text", "write it in double quotes"))
}

/// A whole number within limits.
fn number<T: Copy + TryFrom<u64> + PartialOrd + std::fmt::Display>(
    value: &DeValue<'_>,
    least: T,
    most: T,
) -> Result<T, Wrong> {
    let written = value.as_integer();
    let number = written.and_then(|it| u64::from_str_radix(it.as_str(), it.radix()).ok());
    number.and_then(|number| T::try_from(number).ok()).filter(|it| (&least..=&most).contains(&it)).ok_or_else(
        || {
            let range = format!("{least} to {most}");
            wrong(format!("is not a whole number from {range}"), format!("write a number from {range}"))
        },
    )
}
