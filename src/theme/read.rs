//! The one reader of themes, the built-in ones and the user's. Strict: what it does not know it refuses, with the line.
//!
//! No fault quotes a value of the file, only names of ours and the names that stand where one of ours should.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Colour, NAMES, Role, Theme, colour};

/// Names at the top of a theme.
const TOP: [&str; 2] = ["base", "roles"];
/// Names of a look.
const LOOK: [&str; 3] = ["fg", "bg", "modifiers"];

/// Below this contrast nobody reads a text.
const LEAST_CONTRAST: f64 = 2.0;

/// The longest theme that is read, in bytes; a longer text is none, and its lines are not counted.
const LONGEST: usize = 64 * 1024;

/// Why a text is no theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// What is there.
    pub subject: Subject,
    /// What is wrong with it.
    pub what: &'static str,
    /// What to do about it; empty where the names to choose from say it.
    pub mend: String,
}

/// What a fault is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The column of a text that is no TOML.
    Column(usize),
    /// A name of ours.
    Known(String),
    /// A name that is none of these.
    Unknown(String, Vec<&'static str>),
}

/// Reads a theme over a base. The first thing that is wrong, in the order of the file, is the fault.
pub fn read(text: &str, base: Theme) -> Result<Theme, Fault> {
    let source = Source { text };
    if text.len() > LONGEST {
        return Err(source.fault(0, "the file", "is longer than 64 KiB", "name another file"));
    }
    let table = DeTable::parse(text).map_err(|error| source.no_toml(&error))?;
    let root = source.names(table.get_ref(), &TOP)?;
    let mut theme = base;
    let mut roles = Vec::new();
    for (name, offset, value) in root {
        match (name, value.as_table()) {
            ("base", _) => theme = source.base(offset, value)?,
            (_, Some(table)) => roles = source.names(table, &Role::ALL.map(|(_, name)| name))?,
            _ => {
                return Err(source.fault(
                    offset,
                    name,
                    "is not a table",
                    "write [roles] on a line of its own",
                ));
            }
        }
    }
    for (name, offset, value) in &roles {
        source.look(&mut theme, name, *offset, value)?;
    }
    judge(&theme).map_or(Ok(theme), |(role, what, mend)| {
        let name = Role::ALL.iter().find(|(known, _)| *known == role).map_or("text", |(_, name)| name);
        let offset = roles.iter().find(|(known, ..)| *known == name).map_or(0, |(_, offset, _)| *offset);
        Err(source.fault(offset, name, what, mend))
    })
}

/// What a theme may not do, whoever wrote it.
fn judge(theme: &Theme) -> Option<(Role, &'static str, &'static str)> {
    let roles = || Role::ALL.into_iter().map(|(role, _)| role);
    let back = |role| theme.look(role).bg;
    if let Some(role) = roles().find(|role| theme.contrast(*role) < LEAST_CONTRAST) {
        return Some((
            role,
            "cannot be read, since its colours are too near each other",
            "move fg and bg apart",
        ));
    }
    let is_flat = |role: &Role| {
        role.is_filled() && back(*role).unwrap_or_default() == back(Role::Text).unwrap_or_default()
    };
    if let Some(role) = roles().find(|role| *role != Role::Text && is_flat(role)) {
        return Some((role, "does not stand out from the background", "give it a bg of its own"));
    }
    let others = [Role::Emulator, Role::Sandbox, Role::Custom];
    others
        .into_iter()
        .find(|other| back(*other) == back(Role::Production))
        .map(|role| (role, "looks like production", "give it another bg"))
}

/// A text that is being read.
struct Source<'a> {
    text: &'a str,
}

/// A name, where it stands, and what stands behind it.
type Named<'a> = (&'a str, usize, &'a DeValue<'a>);

impl Source<'_> {
    /// What a table holds, in the order of the file.
    fn names<'a>(&self, table: &'a DeTable<'a>, known: &[&'static str]) -> Result<Vec<Named<'a>>, Fault> {
        let named =
            table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span().start, value.get_ref()));
        let mut all: Vec<Named<'a>> = named.collect();
        all.sort_by_key(|(_, offset, _)| *offset);
        let unknown = all.iter().find(|(name, ..)| !known.contains(name));
        unknown.map_or(Ok(()), |(name, offset, _)| Err(self.unknown(*offset, name, known)))?;
        Ok(all)
    }

    fn base(&self, offset: usize, value: &DeValue<'_>) -> Result<Theme, Fault> {
        let named = value.as_str().and_then(Theme::built_in).cloned();
        let mend = || format!("write one of \"{}\"", NAMES.join("\", \""));
        let mut base = named.ok_or_else(|| self.fault(offset, "base", "is no built-in theme", &mend()))?;
        base.is_for_light = value.as_str() == Some("light");
        Ok(base)
    }

    fn look<'a>(
        &self,
        theme: &mut Theme,
        name: &str,
        offset: usize,
        value: &'a DeValue<'a>,
    ) -> Result<(), Fault> {
        let Some(table) = value.as_table() else {
            return Err(self.fault(
                offset,
                name,
                "is not a look",
                "write it as { fg = \"cyan\", modifiers = [\"bold\"] }",
            ));
        };
        let Some(place) = Role::ALL.iter().position(|(_, known)| *known == name) else { return Ok(()) };
        let Some(look) = theme.looks.get_mut(place) else { return Ok(()) };
        for (part, offset, value) in self.names(table, &LOOK)? {
            match part {
                "fg" => look.fg = Some(self.colour(offset, part, value)?),
                "bg" => look.bg = Some(self.colour(offset, part, value)?),
                _ => (look.bold, look.italic) = self.modifiers(offset, name, value)?,
            }
        }
        Ok(())
    }

    fn colour(&self, offset: usize, name: &str, value: &DeValue<'_>) -> Result<Colour, Fault> {
        let number = value.as_integer().and_then(|it| u8::from_str_radix(it.as_str(), it.radix()).ok());
        let colour = number.map(Colour::Index).or_else(|| value.as_str().and_then(Colour::named));
        let mend = || {
            format!(
                "write a number from 0 to 255, \"default\", or one of \"{}\"",
                colour::NAMES.join("\", \"")
            )
        };
        colour.ok_or_else(|| self.fault(offset, name, "is no colour", &mend()))
    }

    /// Whether bold and whether slanted. Underline is the mask's alone and not for a theme to give or take.
    fn modifiers(&self, offset: usize, role: &str, value: &DeValue<'_>) -> Result<(bool, bool), Fault> {
        let wrong = |what, mend| self.fault(offset, "modifiers", what, mend);
        let names = value.as_array().ok_or_else(|| wrong("is not a list", "write it as [\"bold\"]"))?;
        let mut found = (false, false);
        for name in names.iter().map(Spanned::get_ref) {
            match name.as_str() {
                Some("bold") => found.0 = true,
                Some("italic") => found.1 = true,
                Some("underlined") if role == "mask" => {}
                Some("underlined") => {
                    return Err(wrong(
                        "underlines, which only a mask may be",
                        "write \"bold\" or \"italic\"",
                    ));
                }
                _ => return Err(wrong("names no modifier", "write \"bold\" or \"italic\"")),
            }
        }
        Ok(found)
    }

    fn no_toml(&self, error: &toml::de::Error) -> Fault {
        let offset = error.span().map_or(self.text.len(), |span| span.start);
        let before = self.text.get(..offset).unwrap_or(self.text);
        let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
        let (what, mend) =
            ("cannot be read as TOML", "check the quotes, brackets and equals signs there".to_owned());
        Fault { line: self.line(offset), subject: Subject::Column(column), what, mend }
    }

    fn unknown(&self, offset: usize, name: &str, known: &[&'static str]) -> Fault {
        let subject = Subject::Unknown(name.to_owned(), known.to_vec());
        Fault { line: self.line(offset), subject, what: "", mend: String::new() }
    }

    fn fault(&self, offset: usize, name: &str, what: &'static str, mend: &str) -> Fault {
        Fault {
            line: self.line(offset),
            subject: Subject::Known(name.to_owned()),
            what,
            mend: mend.to_owned(),
        }
    }

    fn line(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
    }
}
