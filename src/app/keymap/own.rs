//! The user's own keys: `[keys]` held against the table.
//!
//! A key takes the place of the default ones wherever the intent holds, with three exceptions that keep the console safe and
//! usable whatever is written: where text is typed a character stays text; Enter and Esc keep their meaning in every dialog;
//! Esc goes back and ^C quits, always. No two meanings of one key in one place are taken.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Binding, Code, Key, Keymap, Mode, Scope, TABLE, written};
use crate::app::intent::Intent;
use crate::text::nearest::nearest;

/// What is wrong with a line of `[keys]`, without the place, which the config knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFault {
    /// The name at the left.
    pub name: String,
    /// What is wrong with it.
    pub what: String,
    /// What to do about it.
    pub mend: String,
}

type Own = HashMap<Intent, Vec<Key>>;

impl Keymap {
    /// The table with these changes: the name of an intent, and its keys as they are written. All that is wrong where
    /// something is.
    pub fn with(written: &BTreeMap<String, Vec<String>>) -> Result<Self, Vec<KeyFault>> {
        let mut faults = Vec::new();
        let mut own = Own::new();
        for (name, keys) in written {
            match read(name, keys) {
                Ok((intent, keys)) => drop(own.insert(intent, keys)),
                Err(fault) => faults.push(fault),
            }
        }
        let rows: Vec<Binding> = TABLE.iter().map(|row| changed(row, &own)).collect();
        // Two that clash do so in every mode that both hold in; the first tells it.
        let mut told = HashSet::new();
        for (pair, fault) in Mode::ALL.iter().flat_map(|mode| conflicts(*mode, &rows, &own)) {
            if told.insert(pair) {
                faults.push(fault);
            }
        }
        if faults.is_empty() { Ok(Self { rows }) } else { Err(faults) }
    }
}

fn read(name: &str, keys: &[String]) -> Result<(Intent, Vec<Key>), KeyFault> {
    let fault = |what: &str, mend: String| KeyFault { name: name.to_owned(), what: what.to_owned(), mend };
    let named = Intent::NAMED.iter().find(|(_, known)| *known == name);
    let (intent, _) = named.ok_or_else(|| fault("is no intent", meant(name)))?;
    let read = |key: &String| {
        let key = written::read(key).map_err(|(what, mend)| fault(what, mend))?;
        misplaced(*intent, key).map_or(Ok(key), |(what, mend)| Err(fault(&what, mend.to_owned())))
    };
    Ok((*intent, keys.iter().map(read).collect::<Result<_, _>>()?))
}

fn meant(name: &str) -> String {
    let names: Vec<&str> = Intent::NAMED.iter().map(|(_, name)| *name).collect();
    let near = nearest(name, &names).map(|near| format!("did you mean `{near}`?"));
    near.unwrap_or_else(|| "the palette (: in the console) lists every name".to_owned())
}

/// Why a key cannot stand for this intent wherever else it is free.
fn misplaced(intent: Intent, key: Key) -> Option<(String, &'static str)> {
    let label = key.label();
    if intent.is_weighty() && matches!(key.code, Code::Enter | Code::Char(' ')) {
        let what =
            format!("is on {label}, which is pressed by accident too easily for what cannot be taken back");
        return Some((what, "take another key"));
    }
    let mut rows = TABLE.iter().filter(|row| row.intent == intent && !is_fixed(row));
    if key.is_printable() && rows.all(|row| types_text(row.scope)) {
        let what = format!("is on {label}, which is a character where text is typed");
        return Some((what, "take a key with Ctrl or Alt, or one of f1 to f12"));
    }
    None
}

fn changed(row: &Binding, own: &Own) -> Binding {
    let Some(own) = own.get(&row.intent).filter(|_| !is_fixed(row)) else { return row.clone() };
    let keys: Vec<Key> = if row.intent == Intent::Back {
        row.keys.iter().chain(own).copied().collect()
    } else if types_text(row.scope) && !own.is_empty() {
        let apart: Vec<Key> = own.iter().copied().filter(|key| !key.is_printable()).collect();
        if apart.is_empty() { row.keys.to_vec() } else { apart }
    } else {
        own.clone()
    };
    Binding { keys: Cow::Owned(keys), ..row.clone() }
}

/// Whether the user changes nothing here: Enter and Esc of dialogs, and ^C.
fn is_fixed(row: &Binding) -> bool {
    match row.intent {
        Intent::Open | Intent::Back => !row.scope.is_of_panes(),
        Intent::Quit => row.scope == Scope::Everywhere,
        _ => false,
    }
}

fn types_text(scope: Scope) -> bool {
    Mode::ALL.iter().any(|mode| mode.takes_text() && scope.holds(*mode))
}

/// Each key that would mean two things in a mode.
fn conflicts(mode: Mode, rows: &[Binding], own: &Own) -> Vec<([Intent; 2], KeyFault)> {
    let here: Vec<&Binding> = rows.iter().filter(|row| row.scope.holds(mode)).collect();
    let mut found = Vec::new();
    for (place, row) in here.iter().enumerate() {
        for other in here.iter().take(place).filter(|other| other.intent != row.intent) {
            let shared = row.keys.iter().find(|key| other.keys.contains(key));
            let pair = [row.intent, other.intent];
            found.extend(shared.map(|key| (pair, conflict(mode, *key, [row, other], own))));
        }
    }
    found
}

fn conflict(mode: Mode, key: Key, [one, other]: [&Binding; 2], own: &Own) -> KeyFault {
    let (blamed, other) = if own.contains_key(&one.intent) { (one, other) } else { (other, one) };
    let name = |row: &Binding| row.intent.name().unwrap_or_default();
    let mend = if is_fixed(other) || other.intent == Intent::Back {
        "take another key".to_owned()
    } else {
        format!("take another key, or give `{}` another one too", name(other))
    };
    KeyFault {
        name: name(blamed).to_owned(),
        what: format!("is on {}, which means `{}` {}", key.label(), name(other), place(mode)),
        mend,
    }
}

fn place(mode: Mode) -> String {
    match mode {
        Mode::Pane(pane) => format!("in the {} pane", pane.title()),
        _ if mode.takes_text() => "where text is typed".to_owned(),
        _ => "in a list or dialog".to_owned(),
    }
}
