//! A call for a program: one JSON object with the keys of INTERFACE, "Reports". Written here and not by serde, so that a
//! mask stays a part of its own up to the screen and nothing but masked text can get in.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Call, Told, millis, readiness, redacted_by};
use crate::diagnosis::Finding;
use crate::domain::exchange::{Outcome, Part, Reply};
use crate::secret::{ESCAPED, Entry, Masked, Node};
use crate::text::{holds, is_plain};

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

/// JSON out of masked parts, which are lent wherever they stand somewhere else.
pub(super) enum Json<'a> {
    Null,
    Number(i128),
    /// Written as it stands: a number as it came, `true`, `false`.
    Bare(Cow<'a, Masked>),
    Text(Cow<'a, Masked>),
    /// A word of the program or its tables, plain and without a quote.
    Word(&'static str),
    List(Vec<Json<'a>>),
    Map(Vec<Member<'a>>),
    /// A masked body, of which no part is made before it is written.
    Tree(&'a Node),
}

/// The name of a member.
pub(super) enum Name<'a> {
    /// A word of the program, as [`Json::Word`] is.
    Word(&'static str),
    Text(Cow<'a, Masked>),
}

/// A name and its value.
pub(super) type Member<'a> = (Name<'a>, Json<'a>);

pub(super) fn named<'a>(name: &'static str, value: Json<'a>) -> Member<'a> {
    (Name::Word(word(name)), value)
}

/// Room for the members of most rows.
pub(super) const MEMBERS: usize = 16;

pub(super) fn members<'a>(told: &Told<'a>) -> Vec<Member<'a>> {
    let mut all = Vec::with_capacity(MEMBERS);
    push_members(&mut all, told);
    all
}

/// Appends the members of a call, one by one, since the whole of them is a lot to move.
pub(super) fn push_members<'a>(all: &mut Vec<Member<'a>>, told: &Told<'a>) {
    let (sent, verdict) = (told.sent, told.judgement.verdict);
    let text = |text: Option<Cow<'a, Masked>>| text.map_or(Json::Null, Json::Text);
    let number = |number: Option<u32>| number.map_or(Json::Null, Json::number);
    let mut push = |name, value| all.push(named(name, value));
    push("card_reference", text(told.id(|sent| &sent.card_reference, |answer| &answer.reference)));
    push("customer_id", text(told.id(|sent| &sent.customer_id, |answer| &answer.customer_id)));
    push("profile", sent.map_or(Json::Null, |sent| Json::lent(&sent.profile)));
    push("environment", sent.map_or(Json::Null, |sent| Json::fixed(sent.environment.name())));
    push("host", sent.map_or(Json::Null, |sent| Json::lent(&sent.host)));
    push("http_status", number(told.status.map(u32::from)));
    push("verdict", Json::fixed(verdict.word()));
    push("exit", Json::number(verdict.exit()));
    push("summary", Json::lent(&told.judgement.finding.meaning));
    push("findings", Json::List(told.judgement.findings().map(finding).collect()));
    push("answer", answer(told));
    push("timing_ms", number(told.total_ms()));
    told.parts().iter().for_each(|parts| push("timing_parts_ms", timing(parts)));
    told.judgement.readiness.iter().for_each(|it| push("readiness", readiness::json(it)));
}

fn timing<'a>(parts: &[Part]) -> Json<'a> {
    let number = |part: &Part| part.time.map_or(Json::Null, |time| Json::number(millis(time)));
    Json::Map(parts.iter().map(|part| named(part.name, number(part))).collect())
}

pub(super) fn finding(finding: &Finding) -> Json<'_> {
    let members = [
        ("id", Json::fixed(finding.id)),
        ("severity", Json::fixed(finding.severity.word())),
        ("meaning", Json::lent(&finding.meaning)),
        ("action", Json::lent(&finding.action)),
        ("source", Json::fixed(finding.source)),
        ("confidence", Json::fixed(finding.confidence.word())),
    ];
    Json::Map(members.map(|(name, value)| named(name, value)).into())
}

fn answer<'a>(told: &Told<'a>) -> Json<'a> {
    tree_of(told.reply).map_or(Json::Null, Json::Tree)
}

/// The masked body of an answer or a refusal.
pub(super) fn tree_of(reply: &Reply) -> Option<&Node> {
    match &reply.exchange()?.outcome {
        Outcome::Answered(answer) => Some(&answer.tree),
        Outcome::Refused(refusal) => refusal.tree.as_ref(),
        Outcome::Unreadable(_) => None,
    }
}

/// The text that a value is written as, within quotes; `None` where it is written as anything else.
pub(super) fn json_text(node: &Node) -> Option<Cow<'_, Masked>> {
    match Json::of(node) {
        Json::Text(text) => Some(text),
        _ => None,
    }
}

impl Name<'_> {
    fn masked(&self) -> Masked {
        match self {
            Self::Word(text) => Masked::fixed(text),
            Self::Text(text) => text.as_ref().clone(),
        }
    }
}

/// A text as one that needs no look at it; a test holds that of all that become one.
fn word(text: &'static str) -> &'static str {
    debug_assert!(is_word(text), "{text} is no word");
    text
}

fn is_word(text: &str) -> bool {
    is_plain(text) && !holds(text, ESCAPED)
}

impl<'a> Json<'a> {
    pub(super) fn ours(text: &str) -> Self {
        Self::text(Masked::ours(text))
    }

    pub(super) fn text(text: Masked) -> Self {
        Self::Text(Cow::Owned(text))
    }

    pub(super) fn lent(text: &'a Masked) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A word of the program or its tables.
    pub(super) fn fixed(text: &'static str) -> Self {
        Self::Word(word(text))
    }

    pub(super) fn number(value: impl Into<i128>) -> Self {
        Self::Number(value.into())
    }

    /// The text without quotes; nothing of what has parts.
    pub(super) fn bare(&self) -> Masked {
        match self {
            Self::Number(number) => Masked::ours(&number.to_string()),
            Self::Bare(text) | Self::Text(text) => text.as_ref().clone(),
            Self::Word(text) => Masked::fixed(text),
            Self::Tree(node) => Self::of(node).bare(),
            Self::Null | Self::List(_) | Self::Map(_) => Masked::default(),
        }
    }

    pub(super) fn flag(value: bool) -> Self {
        Self::Bare(Cow::Owned(Masked::fixed(if value { "true" } else { "false" })))
    }

    pub(super) fn of(node: &'a Node) -> Self {
        match node {
            Node::Null => Self::Null,
            Node::Bool(value) => Self::flag(*value),
            // A number of which a part is hidden is no number any more.
            Node::Number(digits) if digits.plain().is_some() => Self::Bare(Cow::Borrowed(digits)),
            Node::Number(text) | Node::Text(text) => Self::lent(text),
            Node::Hidden => Self::text(Masked::hidden()),
            Node::Map(entries) => Self::Map(distinct(entries)),
        }
    }
}

/// The members under names that differ, since a reader keeps only one of two equal names: a second `eci` is `eci#2`.
fn distinct(entries: &[Entry]) -> Vec<Member<'_>> {
    if are_distinct(entries) {
        return entries
            .iter()
            .map(|entry| (Name::Text(Cow::Borrowed(entry.name.masked())), Json::of(&entry.value)))
            .collect();
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut renamed = |name: &Masked| {
        let times = seen.entry(name.text()).or_default();
        *times += 1;
        let mut name = name.clone();
        name.push_ours(&if *times > 1 { format!("#{times}") } else { String::new() });
        Name::Text(Cow::Owned(name))
    };
    entries.iter().map(|entry| (renamed(entry.name.masked()), Json::of(&entry.value))).collect()
}

/// So many names are soon compared each with each.
const FEW: usize = 32;

/// Whether no name stands there twice, as in nearly every answer; `false` where one is masked in part.
pub(super) fn are_distinct(entries: &[Entry]) -> bool {
    if are_apart(entries) {
        return true;
    }
    let names: Option<Vec<&str>> = entries.iter().map(|entry| entry.name.plain()).collect();
    names.is_some_and(|mut names| {
        names.sort_unstable();
        names.windows(2).all(|pair| pair.first() != pair.last())
    })
}

/// Whether they are few and all of the contract, which has each name once.
fn are_apart(entries: &[Entry]) -> bool {
    entries.len() <= FEW
        && entries.iter().enumerate().all(|(count, entry)| {
            let Some(name) = entry.name.of_contract() else { return false };
            let is_it = |before: &Entry| before.name.of_contract().is_some_and(|it| std::ptr::eq(it, name));
            !entries.iter().take(count).any(is_it)
        })
}

pub(super) fn written(json: &Json<'_>) -> Masked {
    let mut out = Masked::default();
    for line in lines(json) {
        out.push_ours(&"  ".repeat(line.indent));
        push_member(&mut out, &line);
        out.end_line();
    }
    out
}

fn push_member(out: &mut Masked, line: &RawLine) {
    if let Some(name) = &line.name {
        out.push_json_string(name);
        out.push_ours(": ");
    }
    out.push(&line.value);
}

fn lines(json: &Json<'_>) -> Vec<RawLine> {
    let mut all = Vec::new();
    push_lines(&mut all, 0, None, json);
    all
}

fn push_lines(all: &mut Vec<RawLine>, indent: usize, name: Option<Masked>, json: &Json<'_>) {
    match json {
        Json::Null | Json::Number(_) | Json::Bare(_) | Json::Text(_) | Json::Word(_) => {
            push_line(all, indent, name, on_a_line(json));
        }
        Json::Tree(node) => push_lines(all, indent, name, &Json::of(node)),
        Json::List(items) => {
            push_line(all, indent, name, Masked::ours("["));
            push_inner(all, indent, items.iter().map(|item| (None, item)));
            push_line(all, indent, None, Masked::ours("]"));
        }
        Json::Map(members) => {
            push_line(all, indent, name, Masked::ours("{"));
            push_inner(all, indent, members.iter().map(|(name, value)| (Some(name.masked()), value)));
            push_line(all, indent, None, Masked::ours("}"));
        }
    }
}

fn push_inner<'a>(
    all: &mut Vec<RawLine>,
    indent: usize,
    members: impl ExactSizeIterator<Item = (Option<Masked>, &'a Json<'a>)>,
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
fn on_a_line(json: &Json<'_>) -> Masked {
    match json {
        Json::Null => Masked::fixed("null"),
        Json::Number(_) | Json::Bare(_) => json.bare(),
        Json::Text(text) => text.json_string(),
        Json::Word(text) => Masked::fixed(text).json_string(),
        Json::Tree(node) => leaf(node),
        Json::List(_) | Json::Map(_) => Masked::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::tests::masked;
    use super::*;
    use crate::secret::MASK;

    #[test]
    fn a_name_that_stands_there_twice_is_numbered_also_where_it_is_masked() {
        let entry =
            |name: &str| Entry { name: crate::secret::Name::outside(masked(name)), value: Node::Null };
        let names = |names: &[&str]| {
            let entries: Vec<Entry> = names.iter().map(|name| entry(name)).collect();
            distinct(&entries).iter().map(|(name, _)| name.masked().text()).collect::<Vec<_>>()
        };
        assert_eq!(names(&["b", "a", "c"]), ["b", "a", "c"]);
        assert_eq!(names(&["b", "a", "b"]), ["b", "a", "b#2"]);
        assert_eq!(names(&["4788080252078243", "478808-0252078243"]), [MASK.to_owned(), format!("{MASK}#2")]);
    }

    /// The names of the contract, as the policy has them.
    fn names_of_the_contract() -> Vec<String> {
        let policy: toml::Table = include_str!("../../../assets/field-policy.toml").parse().unwrap();
        let paths = policy["fields"].as_table().unwrap().keys();
        paths.flat_map(|path| path.split('.')).map(str::to_owned).collect()
    }

    /// Ids and sources, of each file that has texts of findings.
    fn words_of_tables() -> Vec<String> {
        let files = [
            ("rules", include_str!("../../../assets/rules.toml")),
            ("rules", include_str!("../../../assets/compare.toml")),
            ("conclusions", include_str!("../../../assets/probe.toml")),
        ];
        let words = files.into_iter().flat_map(|(ids, file)| {
            let table: toml::Table = file.parse().unwrap();
            let keys: Vec<String> = table[ids].as_table().unwrap().keys().cloned().collect();
            let sources = table["sources"].as_table().unwrap().values();
            keys.into_iter().chain(sources.map(|it| it.as_str().unwrap().to_owned())).collect::<Vec<_>>()
        });
        words.collect()
    }

    /// The words of the program that are values; a name is looked at by every debug build that writes it.
    fn words_of_ours() -> Vec<&'static str> {
        use crate::batch::Outcome;
        use crate::diagnosis::{Confidence, Severity};
        use crate::domain::{exchange::Timing, history::Verdict, profile::Environment};
        use Environment::{Custom, Emulator, Production, Sandbox};
        let mut all: Vec<_> = Verdict::ALL.iter().map(|it| it.word()).collect();
        all.extend(Outcome::ALL.iter().map(|it| it.word()));
        all.extend(Timing::default().parts().map(|part| part.name));
        all.extend([Severity::Good, Severity::Note, Severity::Warning, Severity::Bad].map(Severity::word));
        all.extend([Confidence::Hint, Confidence::Likely, Confidence::Sure].map(Confidence::word));
        all.extend([Custom, Emulator, Production, Sandbox].map(Environment::name));
        all.extend(crate::batch::COLUMNS);
        all
    }

    #[test]
    fn whatever_is_written_as_a_word_is_plain_and_without_a_quote() {
        let (tables, ours) = ([words_of_tables(), names_of_the_contract()].concat(), words_of_ours());
        assert!(tables.len() > 180, "{}", tables.len());
        for word in tables.iter().map(String::as_str).chain(ours) {
            assert!(is_word(word), "{word}");
        }
        for none in ["a \"quote\"", "a\\b", "a*", "\u{e9}", "a\n"] {
            assert!(!is_word(none), "{none}");
        }
    }
}
