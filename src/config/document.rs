//! Reads a TOML text value by value, and keeps of each one its line, its origin and what is wrong with it.
//!
//! The TOML library's own words never reach a person, since they quote the line at fault, which may hold a key.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::fault::{ConfigFault, shown};
use super::origin::{Origin, Setting};
use super::{leak, names};
use crate::text::clean;

/// What is wrong with one value, and the mend.
pub(super) struct Wrong {
    what: String,
    mend: String,
}

/// A [`Wrong`], in short.
pub(super) fn wrong(what: impl Into<String>, mend: impl Into<String>) -> Wrong {
    Wrong { what: what.into(), mend: mend.into() }
}

/// A table of the file, or the lack of one.
#[derive(Clone)]
pub(super) struct Section<'a> {
    /// Dotted, as `config show` prints it; empty at the top.
    pub(super) path: String,
    /// Where it begins.
    pub(super) line: usize,
    table: Option<&'a DeTable<'a>>,
}

/// The file as it is being read.
pub(super) struct Document<'a> {
    path: &'a Path,
    text: &'a str,
    home: Option<&'a Path>,
    faults: Vec<ConfigFault>,
    settings: Vec<Setting>,
}

/// Parses a text, or says in our words where it is no TOML.
pub(super) fn parse<'a>(path: &Path, text: &'a str) -> Result<DeTable<'a>, ConfigFault> {
    DeTable::parse(text).map(toml::Spanned::into_inner).map_err(|error| {
        let offset = error.span().map_or(text.len(), |span| span.start);
        let line = line_of(text, offset);
        if text.lines().nth(line - 1).is_some_and(leak::is_key_line) {
            return ConfigFault::key_as_text(path, line);
        }
        if error.message() == "duplicate key" {
            return ConfigFault::at(
                path,
                line,
                "a name",
                "stands there for the second time",
                "keep one of the two",
            );
        }
        let subject = format!("column {}", column_of(text, offset));
        let mend = "check the quotes, brackets and equals signs there";
        ConfigFault::at(path, line, &subject, "cannot be read as TOML", mend)
    })
}

impl<'a> Document<'a> {
    pub(super) fn new(path: &'a Path, text: &'a str, home: Option<&'a Path>) -> Self {
        Self { path, text, home, faults: Vec::new(), settings: Vec::new() }
    }

    /// The table of the whole file.
    pub(super) fn root(table: &'a DeTable<'a>) -> Section<'a> {
        Section { path: String::new(), line: 1, table: Some(table) }
    }

    /// A table inside another; an empty one where there is none.
    pub(super) fn section(&mut self, parent: &Section<'a>, name: &str) -> Section<'a> {
        let path = parent.join(name);
        let Some((value, offset)) = parent.find(name) else { return Section { path, line: 1, table: None } };
        let line = self.line(offset);
        let table = value.as_table();
        if table.is_none() {
            let header =
                if names::is_quotable(&path) { format!("[{path}]") } else { "its name in brackets".into() };
            let mend =
                wrong("is not a table", format!("write {header} on a line of its own and its values below"));
            self.refuse(name, line, &mend);
        }
        Section { path, line, table }
    }

    /// Reads a value with `parse`; a missing one is the default, whose writing in the file is `written`.
    pub(super) fn value<T>(
        &mut self,
        at: &Section<'a>,
        name: &str,
        (default, written): (T, &str),
        parse: impl FnOnce(&'a DeValue<'a>) -> Result<T, Wrong>,
    ) -> T {
        let Some((value, offset)) = at.find(name) else {
            self.note(at.join(name), written.to_owned(), Origin::Default);
            return default;
        };
        let line = self.line(offset);
        if let Some(written) = written_as(name, value) {
            self.note(at.join(name), written, Origin::File { line });
        }
        parse(value).unwrap_or_else(|wrong| {
            self.refuse(name, line, &wrong);
            default
        })
    }

    /// Reads a value that has no default; `None` where it is missing or wrong, and a fault says so.
    pub(super) fn required<T>(
        &mut self,
        at: &Section<'a>,
        name: &str,
        mend: &str,
        parse: impl FnOnce(&'a DeValue<'a>) -> Result<T, Wrong>,
    ) -> Option<T> {
        if at.find(name).is_none() {
            let subject = format!("`{name}` of the table");
            self.faults.push(ConfigFault::at(self.path, at.line, &subject, "is missing", mend));
            return None;
        }
        self.value(at, name, (None, ""), |value| parse(value).map(Some))
    }

    /// Refuses the names of a table that the schema does not know.
    pub(super) fn only(&mut self, at: &Section<'a>, known: &[&str]) {
        for (name, offset) in at.names() {
            if !known.contains(&name) {
                let line = self.line(offset);
                self.unknown(name, line, known);
            }
        }
    }

    fn unknown(&mut self, name: &str, line: usize, known: &[&str]) {
        let subject = if names::is_quotable(name) {
            format!("unknown name `{name}`")
        } else {
            "an unknown name".into()
        };
        let mend = match names::nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known there: {}", known.join(", ")),
        };
        self.faults.push(ConfigFault::at(self.path, line, &subject, "", &mend));
    }

    /// Refuses a value that is there.
    pub(super) fn refuse(&mut self, name: &str, line: usize, wrong: &Wrong) {
        self.faults.push(ConfigFault::named(self.path, line, name, &wrong.what, &wrong.mend));
    }

    /// Refuses keys that stand as text, by their offsets.
    pub(super) fn refuse_keys(&mut self, offsets: &[usize]) {
        let lines = offsets.iter().map(|offset| self.line(*offset));
        let faults: Vec<_> = lines.map(|line| ConfigFault::key_as_text(self.path, line)).collect();
        self.faults.extend(faults);
    }

    /// Refuses what no line is to blame for.
    pub(super) fn refuse_whole(&mut self, sentence: String) {
        self.faults.push(ConfigFault::whole(sentence));
    }

    /// Keeps a value and its origin for `config show`.
    pub(super) fn note(&mut self, name: String, value: String, origin: Origin) {
        self.settings.push(Setting { name, value, origin });
    }

    /// A path of the file: `~` is the home folder, and a relative path starts at the config's folder.
    pub(super) fn expand(&self, written: &str) -> Result<PathBuf, Wrong> {
        if written.is_empty() || written.contains('\0') {
            return Err(wrong("is no path", "name a file or folder"));
        }
        let Some(rest) = written.strip_prefix('~') else { return Ok(self.folder().join(written)) };
        let home = self.home.ok_or_else(|| {
            wrong("begins with ~, and this user has no home folder", "write the whole path")
        })?;
        match rest.strip_prefix('/') {
            Some(rest) => Ok(home.join(rest.trim_start_matches('/'))),
            None if rest.is_empty() => Ok(home.to_owned()),
            None => Err(wrong("names the home of another user with ~", "write the whole path")),
        }
    }

    /// The folder that the file lies in.
    pub(super) fn folder(&self) -> &'a Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// The file, for a sentence.
    pub(super) fn file(&self) -> String {
        shown(self.path)
    }

    /// The line of an offset, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        line_of(self.text, offset)
    }

    /// What was found: the settings, or all faults in the order of the file, a key first of all in its line.
    pub(super) fn finish(mut self) -> Result<Vec<Setting>, Vec<ConfigFault>> {
        if self.faults.is_empty() {
            return Ok(self.settings);
        }
        let keys: Vec<_> =
            self.faults.iter().filter(|it| it.holds_key()).filter_map(ConfigFault::line).collect();
        self.faults.retain(|it| it.holds_key() || !it.line().is_some_and(|line| keys.contains(&line)));
        self.faults.sort_by_key(|it| it.line().unwrap_or(usize::MAX));
        self.faults.dedup();
        Err(self.faults)
    }
}

impl<'a> Section<'a> {
    /// Whether the file has this table.
    pub(super) fn is_there(&self) -> bool {
        self.table.is_some()
    }

    /// A value and the offset of its name.
    pub(super) fn find(&self, name: &str) -> Option<(&'a DeValue<'a>, usize)> {
        let mut entries = self.table?.iter();
        let (key, value) = entries.find(|(key, _)| key.get_ref() == name)?;
        Some((value.get_ref(), key.span().start))
    }

    /// Its names with their offsets, in the order of the file.
    pub(super) fn names(&self) -> Vec<(&'a str, usize)> {
        let entries = self.table.into_iter().flat_map(DeTable::iter);
        let mut names: Vec<_> = entries.map(|(key, _)| (key.get_ref().as_ref(), key.span().start)).collect();
        names.sort_by_key(|(_, offset)| *offset);
        names
    }

    /// The dotted name of a value in it.
    pub(super) fn join(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

/// A value in the writing of the file, sanitised. A table is not written out: what it holds has lines of its own. Of a
/// command the program alone, since its arguments may open what keeps the key.
fn written_as(name: &str, value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => format!("\"{}\"", clean(text)),
        DeValue::Integer(number) => clean(number.as_str()),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Float(number) => clean(number.as_str()),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(items) => {
            let shown = if name == "command" { 1 } else { items.len() };
            let written = items.iter().take(shown).filter_map(|item| written_as(name, item.get_ref()));
            let rest = (shown < items.len()).then(|| "…".to_owned());
            format!("[{}]", written.chain(rest).collect::<Vec<_>>().join(", "))
        }
        DeValue::Table(_) => return None,
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

fn column_of(text: &str, offset: usize) -> usize {
    let before = text.char_indices().take_while(|(at, _)| *at < offset);
    1 + before.fold(0, |column, (_, c)| if c == '\n' { 0 } else { column + 1 })
}
