//! The lines of a masked body as JSON, for the console's raw view: how many there are, and those of a window.
//!
//! A body of a megabyte has thousands of lines of which a screen shows some dozens, so no other line is ever built. What they
//! say is what `json` writes of the whole body; `tests/report.rs` holds the two together.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::json::{RawLine, leaf};
use crate::secret::{Entry, Masked, Node};

/// How many lines a masked body has.
pub fn raw_rows(tree: &Node) -> usize {
    match tree {
        Node::Map(entries) => 2 + entries.iter().map(|entry| raw_rows(&entry.value)).sum::<usize>(),
        _ => 1,
    }
}

/// All of its lines.
pub fn raw_json(tree: &Node) -> Vec<RawLine> {
    raw_window(tree, 0..usize::MAX)
}

/// Those of its lines that are wanted, counted from the first.
pub fn raw_window(tree: &Node, wanted: Range<usize>) -> Vec<RawLine> {
    let mut window = Window { wanted, at: 0, lines: Vec::new() };
    window.node((0, None), tree, "");
    window.lines
}

/// A walk over all lines that builds some.
struct Window {
    wanted: Range<usize>,
    /// The line that it has come to.
    at: usize,
    lines: Vec<RawLine>,
}

impl Window {
    /// A value under its name at a level of indentation, and what stands behind it.
    fn node(&mut self, (indent, name): (usize, Option<&Masked>), node: &Node, end: &str) {
        let Node::Map(entries) = node else { return self.line(indent, name, || leaf(node), end) };
        self.line(indent, name, || Masked::fixed("{"), "");
        self.members(indent + 1, entries);
        self.line(indent, None, || Masked::fixed("}"), end);
    }

    fn members(&mut self, indent: usize, entries: &[Entry]) {
        // Which line is that of which entry.
        let mut built = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            if self.at >= self.wanted.end {
                break;
            }
            if self.wanted.contains(&self.at) {
                built.push((place, self.lines.len()));
            }
            let end = if place + 1 < entries.len() { "," } else { "" };
            self.node((indent, Some(entry.name.masked())), &entry.value, end);
        }
        self.tell_apart(entries, &built);
    }

    fn line(&mut self, indent: usize, name: Option<&Masked>, value: impl FnOnce() -> Masked, end: &str) {
        if self.wanted.contains(&self.at) {
            let mut line = RawLine { indent, name: name.cloned(), value: value() };
            line.value.push_ours(end);
            self.lines.push(line);
        }
        self.at += 1;
    }

    /// Numbers equal names, as `json` does; those before the window count, but are only looked at.
    fn tell_apart(&mut self, entries: &[Entry], built: &[(usize, usize)]) {
        let names = built.iter().filter_map(|(place, _)| entries.get(*place));
        let mut times: HashMap<Cow<'_, str>, u32> =
            names.map(|entry| (text(entry.name.masked()), 0)).collect();
        let mut built = built.iter().peekable();
        for (place, entry) in entries.iter().enumerate() {
            let Some((next, line)) = built.peek() else { break };
            let Some(times) = times.get_mut(&text(entry.name.masked())) else { continue };
            *times += 1;
            if place == *next {
                let name = self.lines.get_mut(*line).and_then(|line| line.name.as_mut());
                name.filter(|_| *times > 1).into_iter().for_each(|name| name.push_ours(&format!("#{times}")));
                built.next();
            }
        }
    }
}

/// A name as it is compared, without a copy where nothing of it is hidden.
fn text(name: &Masked) -> Cow<'_, str> {
    name.plain().map_or_else(|| name.text().into(), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_outside_of_the_window_is_counted_and_not_built() {
        let mut window = Window { wanted: 1..2, at: 0, lines: Vec::new() };
        let built = std::cell::Cell::new(0);
        let value = || {
            built.set(built.get() + 1);
            Masked::fixed("1")
        };
        (0..9).for_each(|_| window.line(0, None, value, ","));
        assert_eq!((built.get(), window.at, window.lines.len()), (1, 9, 1));
    }
}
