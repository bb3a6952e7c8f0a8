//! A call for a program: one JSON object with the keys of INTERFACE, "Reports". Written here and not by serde, so that a
//! mask stays a part of its own up to the screen and nothing but masked text can get in.

use std::collections::HashMap;

use super::{Call, Told, millis, readiness, redacted_by};
use crate::diagnosis::Finding;
use crate::domain::exchange::{Outcome, Part};
use crate::secret::{Entry, Masked, Node, Piece};
use crate::text::is_plain;

/// A line of a JSON text. The value holds the whole rest of the line: quotes, brackets and comma too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLine {
    /// Levels of indentation.
    pub indent: usize,
    /// Name of the member, without quotes; `None` for a closing bracket and the outermost value.
    pub name: Option<Masked>,
    /// What stands behind the name.
    pub value: Masked,
}

/// The report of a call, ended by a line feed.
pub fn json(call: &Call<'_>) -> Masked {
    json_of(&Told::of(call))
}

/// The same of whatever there is to tell of; what is not known is `null`.
pub fn json_of(told: &Told<'_>) -> Masked {
    written(&Json::Map(members(told)))
}

/// The report as a file: the same object, led by a member that says who redacted it.
pub fn export_json(call: &Call<'_>) -> Masked {
    let mut all = vec![named("redacted", Json::ours(&redacted_by()))];
    all.extend(members(&Told::of(call)));
    written(&Json::Map(all))
}

/// A masked body as JSON, ended by a line feed.
pub(super) fn tree(tree: &Node) -> Masked {
    written(&Json::of(tree))
}

/// JSON out of masked parts.
pub(super) enum Json {
    Null,
    /// Written as it stands: a number, `true`, `false`.
    Bare(Masked),
    Text(Masked),
    List(Vec<Json>),
    Map(Vec<(Masked, Json)>),
}

pub(super) fn named(name: &'static str, value: Json) -> (Masked, Json) {
    (Masked::fixed(name), value)
}

pub(super) fn members(told: &Told<'_>) -> Vec<(Masked, Json)> {
    let (sent, verdict) = (told.sent, told.judgement.verdict);
    let text = |text: Option<Masked>| text.map_or(Json::Null, Json::Text);
    let number = |number: Option<u32>| number.map_or(Json::Null, Json::number);
    let all = [
        ("card_reference", text(told.id(|sent| &sent.card_reference, |answer| &answer.reference))),
        ("customer_id", text(told.id(|sent| &sent.customer_id, |answer| &answer.customer_id))),
        ("profile", text(sent.map(|sent| sent.profile.clone()))),
        ("environment", sent.map_or(Json::Null, |sent| Json::fixed(sent.environment.name()))),
        ("host", text(sent.map(|sent| sent.host.clone()))),
        ("http_status", number(told.status.map(u32::from))),
        ("verdict", Json::fixed(verdict.word())),
        ("exit", Json::number(verdict.exit().into())),
        ("summary", Json::Text(told.judgement.finding.meaning.clone())),
        ("findings", Json::List(told.judgement.findings().map(finding).collect())),
        ("answer", answer(told)),
        ("timing_ms", number(told.total_ms())),
    ]
    .map(|(name, value)| named(name, value));
    let parts = told.parts().map(|parts| named("timing_parts_ms", timing(&parts)));
    let readiness = told.judgement.readiness.as_ref().map(|it| named("readiness", readiness::json(it)));
    all.into_iter().chain(parts).chain(readiness).collect()
}

fn timing(parts: &[Part]) -> Json {
    let number = |part: &Part| part.time.map_or(Json::Null, |time| Json::number(millis(time)));
    Json::Map(parts.iter().map(|part| named(part.name, number(part))).collect())
}

pub(super) fn finding(finding: &Finding) -> Json {
    let members = [
        ("id", Json::fixed(finding.id)),
        ("severity", Json::fixed(finding.severity.word())),
        ("meaning", Json::Text(finding.meaning.clone())),
        ("action", Json::Text(finding.action.clone())),
        ("source", Json::fixed(finding.source)),
        ("confidence", Json::fixed(finding.confidence.word())),
    ];
    Json::Map(members.map(|(name, value)| named(name, value)).into())
}

/// The masked body of an answer or a refusal.
fn answer(told: &Told<'_>) -> Json {
    let tree = told.reply.exchange().and_then(|exchange| match &exchange.outcome {
        Outcome::Answered(answer) => Some(&answer.tree),
        Outcome::Refused(refusal) => refusal.tree.as_ref(),
        Outcome::Unreadable(_) => None,
    });
    tree.map_or(Json::Null, Json::of)
}

impl Json {
    pub(super) fn ours(text: &str) -> Self {
        Self::Text(Masked::ours(text))
    }

    /// A word of the program or its tables.
    pub(super) fn fixed(text: &'static str) -> Self {
        Self::Text(Masked::fixed(text))
    }

    pub(super) fn number(value: u32) -> Self {
        Self::Bare(Masked::ours(&value.to_string()))
    }

    /// The text without quotes; nothing of what has parts.
    pub(super) fn bare(&self) -> Masked {
        match self {
            Self::Bare(text) | Self::Text(text) => text.clone(),
            Self::Null | Self::List(_) | Self::Map(_) => Masked::default(),
        }
    }

    pub(super) fn flag(value: bool) -> Self {
        Self::Bare(Masked::fixed(if value { "true" } else { "false" }))
    }

    fn of(node: &Node) -> Self {
        match node {
            Node::Null => Self::Null,
            Node::Bool(value) => Self::flag(*value),
            // A number of which a part is hidden is no number any more.
            Node::Number(digits) if digits.plain().is_some() => Self::Bare(digits.clone()),
            Node::Number(text) | Node::Text(text) => Self::Text(text.clone()),
            Node::Hidden => Self::Text(Masked::hidden()),
            Node::Map(entries) => Self::Map(distinct(entries)),
        }
    }
}

/// The members under names that differ, since a reader keeps only one of two equal names: a second `eci` is `eci#2`.
fn distinct(entries: &[Entry]) -> Vec<(Masked, Json)> {
    if are_distinct(entries) {
        return entries.iter().map(|entry| (entry.name.clone(), Json::of(&entry.value))).collect();
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut renamed = |entry: &Entry| {
        let times = seen.entry(entry.name.text()).or_default();
        *times += 1;
        let mut name = entry.name.clone();
        name.push_ours(&if *times > 1 { format!("#{times}") } else { String::new() });
        (name, Json::of(&entry.value))
    };
    entries.iter().map(&mut renamed).collect()
}

/// Whether no name stands there twice, as in nearly every answer; `false` where one is masked in part.
fn are_distinct(entries: &[Entry]) -> bool {
    let names: Option<Vec<&str>> = entries.iter().map(|entry| entry.name.plain()).collect();
    names.is_some_and(|mut names| {
        names.sort_unstable();
        names.windows(2).all(|pair| pair.first() != pair.last())
    })
}

pub(super) fn written(json: &Json) -> Masked {
    let mut out = Masked::default();
    for line in lines(json) {
        out.push_ours(&"  ".repeat(line.indent));
        push_member(&mut out, &line);
        out.end_line();
    }
    out
}

/// The same on one line, for one object among many.
pub(super) fn on_one_line(json: &Json) -> Masked {
    let mut line = Line { out: Masked::default(), plain: String::with_capacity(PLAIN) };
    line.push(json);
    line.flush();
    line.out.end_line();
    line.out
}

/// What stands before the first mask of most lines, in bytes.
const PLAIN: usize = 1024;

/// A line of JSON. Plain text is put together before it becomes a part of the masked one, which else would grow, and move,
/// at every word.
struct Line {
    out: Masked,
    /// Printable ASCII and nothing else, so that it is clean as a whole.
    plain: String,
}

impl Line {
    fn push(&mut self, json: &Json) {
        match json {
            Json::Null => self.plain.push_str("null"),
            Json::Bare(text) => self.push_bare(text),
            Json::Text(text) => self.push_string(text),
            Json::List(items) => {
                self.plain.push('[');
                self.push_apart(items, Self::push);
                self.plain.push(']');
            }
            Json::Map(members) => {
                self.plain.push('{');
                self.push_apart(members, |line, (name, value)| {
                    line.push_string(name);
                    line.plain.push_str(": ");
                    line.push(value);
                });
                self.plain.push('}');
            }
        }
    }

    /// Appends items with a comma and a blank between them.
    fn push_apart<T>(&mut self, items: &[T], push: impl Fn(&mut Self, &T)) {
        for (place, item) in items.iter().enumerate() {
            self.plain.push_str(if place > 0 { ", " } else { "" });
            push(self, item);
        }
    }

    fn push_bare(&mut self, text: &Masked) {
        if let Some(text) = text.plain().filter(|text| is_plain(text)) {
            self.plain.push_str(text);
        } else {
            self.flush();
            self.out.push(text);
        }
    }

    fn push_string(&mut self, text: &Masked) {
        if !text.pieces().iter().all(|piece| matches!(piece, Piece::Mask) || is_plain_text(piece)) {
            self.flush();
            self.out.push_json_string(text);
            return;
        }
        self.plain.push('"');
        for piece in text.pieces() {
            match piece {
                Piece::Text(text) => push_escaped(&mut self.plain, text),
                Piece::Mask => {
                    self.flush();
                    self.out.push(&Masked::hidden());
                }
            }
        }
        self.plain.push('"');
    }

    fn flush(&mut self) {
        self.out.push_ours(&self.plain);
        self.plain.clear();
    }
}

fn is_plain_text(piece: &Piece) -> bool {
    matches!(piece, Piece::Text(text) if is_plain(text))
}

/// Appends plain text as JSON has it within quotes.
fn push_escaped(out: &mut String, text: &str) {
    let is_marked = |byte: u8| matches!(byte, b'"' | b'\\');
    let mut rest = text;
    while let Some((before, marked)) =
        rest.bytes().position(is_marked).and_then(|at| rest.split_at_checked(at))
    {
        let (mark, after) = marked.split_at_checked(1).unwrap_or((marked, ""));
        out.extend([before, "\\", mark]);
        rest = after;
    }
    out.push_str(rest);
}

fn push_member(out: &mut Masked, line: &RawLine) {
    if let Some(name) = &line.name {
        out.push_json_string(name);
        out.push_ours(": ");
    }
    out.push(&line.value);
}

fn lines(json: &Json) -> Vec<RawLine> {
    let mut all = Vec::new();
    push_lines(&mut all, 0, None, json);
    all
}

fn push_lines(all: &mut Vec<RawLine>, indent: usize, name: Option<Masked>, json: &Json) {
    match json {
        Json::Null | Json::Bare(_) | Json::Text(_) => push_line(all, indent, name, on_a_line(json)),
        Json::List(items) => {
            push_line(all, indent, name, Masked::ours("["));
            push_inner(all, indent, items.iter().map(|item| (None, item)));
            push_line(all, indent, None, Masked::ours("]"));
        }
        Json::Map(members) => {
            push_line(all, indent, name, Masked::ours("{"));
            push_inner(all, indent, members.iter().map(|(name, value)| (Some(name.clone()), value)));
            push_line(all, indent, None, Masked::ours("}"));
        }
    }
}

fn push_inner<'a>(
    all: &mut Vec<RawLine>,
    indent: usize,
    members: impl ExactSizeIterator<Item = (Option<Masked>, &'a Json)>,
) {
    let last = members.len();
    for (place, (name, value)) in members.enumerate() {
        push_lines(all, indent + 1, name, value);
        if place + 1 < last
            && let Some(line) = all.last_mut()
        {
            line.value.push_ours(",");
        }
    }
}

fn push_line(all: &mut Vec<RawLine>, indent: usize, name: Option<Masked>, value: Masked) {
    all.push(RawLine { indent, name, value });
}

/// What stands for a value that is no map.
pub(super) fn leaf(node: &Node) -> Masked {
    on_a_line(&Json::of(node))
}

/// A value without parts as it is written; nothing of what has parts.
fn on_a_line(json: &Json) -> Masked {
    match json {
        Json::Null => Masked::fixed("null"),
        Json::Bare(text) => text.clone(),
        Json::Text(text) => text.json_string(),
        Json::List(_) | Json::Map(_) => Masked::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{MASK, Needles, Secret};

    /// A text with a secret in it, masked.
    fn masked(text: &str) -> Masked {
        let mut needles = Needles::default();
        needles.know(&Secret::new("4788080252078243"));
        Masked::free_text(text, &needles)
    }

    #[test]
    fn a_line_has_each_text_as_it_is_alone() {
        for text in [
            "",
            "plain",
            "\"quoted\" and \\ \\\\\"",
            "a * star, **** four",
            "\u{e9}\u{301}\u{301} \u{202e} \u{2022}",
            "4788080252078243",
            "by \"4788080252078243\" \\",
            "\u{e9} by 4788080252078243 \"x\"",
        ] {
            let text = masked(text);
            let map = Json::Map(vec![(text.clone(), Json::List(vec![Json::Text(text.clone()), Json::Null]))]);
            let mut alone = Masked::ours("{");
            for (part, behind) in [(&text, ": ["), (&text, ", null]}")] {
                alone.push_json_string(part);
                alone.push_ours(behind);
            }
            alone.end_line();
            assert_eq!(on_one_line(&map), alone, "{}", text.text());
        }
        let bare = on_one_line(&Json::List(vec![Json::Bare(masked("4788080252078243")), Json::number(7)]));
        assert_eq!(bare.text(), format!("[{MASK}, 7]\n"));
    }

    #[test]
    fn a_name_that_stands_there_twice_is_numbered_also_where_it_is_masked() {
        let entry = |name: &str| Entry { name: masked(name), value: Node::Null, duplicated: false };
        let names = |names: &[&str]| {
            let entries: Vec<Entry> = names.iter().map(|name| entry(name)).collect();
            distinct(&entries).iter().map(|(name, _)| name.text()).collect::<Vec<_>>()
        };
        assert_eq!(names(&["b", "a", "c"]), ["b", "a", "c"]);
        assert_eq!(names(&["b", "a", "b"]), ["b", "a", "b#2"]);
        assert_eq!(names(&["4788080252078243", "478808-0252078243"]), [MASK.to_owned(), format!("{MASK}#2")]);
    }
}
