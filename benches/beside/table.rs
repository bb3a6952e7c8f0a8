//! A table of Markdown with a ratio to the floor and to each peer.

use std::fmt::Write as _;

use crate::program::{Kind, Program};
use crate::stats::figure;

pub struct Table {
    title: String,
    /// What was measured, and which figure the ratios are of.
    note: String,
    columns: Vec<&'static str>,
    rows: Vec<Row>,
}

pub struct Row {
    pub name: String,
    pub kind: Kind,
    /// What the ratios are of; `None` where it was not measured.
    pub main: Option<f64>,
    pub cells: Vec<String>,
}

impl Row {
    pub fn of(program: &Program, main: f64, cells: Vec<String>) -> Self {
        Self { name: program.name.clone(), kind: program.kind, main: Some(main), cells }
    }

    /// A row that says why there is no figure.
    pub fn without(program: &Program, why: &str) -> Self {
        let cells = vec![format!("not measured: {why}")];
        Self { name: program.name.clone(), kind: program.kind, main: None, cells }
    }
}

impl Table {
    pub fn new(title: &str, note: &str, columns: &[&'static str]) -> Self {
        Self { title: title.to_owned(), note: note.to_owned(), columns: columns.to_vec(), rows: Vec::new() }
    }

    pub fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub fn markdown(&self) -> String {
        let bases: Vec<&Row> = self.rows.iter().filter(|row| row.is_base()).collect();
        let mut text = format!("### {}\n\n{}\n\n| |", self.title, self.note);
        let ratios: Vec<String> = bases.iter().map(|base| format!("to {}", base.name)).collect();
        for head in self.columns.iter().copied().chain(ratios.iter().map(String::as_str)) {
            let _ = write!(text, " {head} |");
        }
        let _ = write!(text, "\n|---|{}", "--:|".repeat(self.columns.len() + bases.len()));
        for row in &self.rows {
            let _ = write!(text, "\n| {} |", row.name);
            row.write(&mut text, self.columns.len(), &bases);
        }
        text.push('\n');
        text
    }
}

impl Row {
    /// Whether other rows are compared with it.
    fn is_base(&self) -> bool {
        self.kind != Kind::Ours && self.main.is_some_and(|main| main > 0.0)
    }

    fn write(&self, text: &mut String, columns: usize, bases: &[&Self]) {
        let missing = columns.saturating_sub(self.cells.len());
        for cell in self.cells.iter().map(String::as_str).chain(std::iter::repeat_n("", missing)) {
            let _ = write!(text, " {cell} |");
        }
        for base in bases {
            let ratio = self.main.zip(base.main).map(|(main, base)| figure(main / base));
            let _ = write!(text, " {} |", ratio.unwrap_or_default());
        }
    }
}
