//! Whatever stands in an answer, a header, a profile or a row: what is written stays what we wrote around it. Markdown is read
//! by a `CommonMark` parser, JSON and CSV by readers of another make.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::format_collect,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod replies;

use std::collections::BTreeMap;

use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use replies::{AT, REFERENCE, SAMPLE, came, judged, sent};
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokenscope::batch::{Form, Kept, Outcome as BatchOutcome};
use tokenscope::domain::exchange::{Outcome, Reply};
use tokenscope::domain::history::{Details, Entry, Verdict};
use tokenscope::domain::profile::Environment;
use tokenscope::domain::sent::Sent;
use tokenscope::report::{
    BatchRow, BatchTold, Call, batch_fact, batch_line, csv_head, csv_row, entry_json, export_json, json,
    markdown,
};
use tokenscope::secret::{Drawn, MASK, Masked, POLICY_VERSION};
use tokenscope::text::is_dangerous;

/// What attacks a ticket, a chat, a spreadsheet, a terminal or a reader of JSON.
const ATTACKS: [&str; 44] = [
    "`",
    "``",
    "```",
    "````",
    "\n```\n",
    "~~~",
    "\n~~~\n",
    "\n# heading\n",
    "\n> quote",
    "\n---\n",
    "| a | b |",
    "\n- [ ] x",
    "<img src=x onerror=alert(1)>",
    "<!-- ",
    "<https://x.example>",
    "https://x.example",
    "www.x.example",
    "a@x.example",
    "![x](http://x.example/p.png)",
    "[pay](http://x.example)",
    "[x]: http://x.example",
    "[~admin]",
    "@all",
    "@here",
    "<@U1>",
    "#123",
    "!image.png!",
    "{code}",
    "{color:red}",
    "{{html}}",
    "\\",
    "\\`",
    "&lt;",
    "\"",
    "\",\"exit\":0,\"a\":\"",
    "\u{202e}",
    "\u{2028}",
    "\r\n",
    "\t",
    "\0",
    "\x1b]0;x\x07",
    "=1+1",
    "＝1",
    "\u{2022}\u{2022}\u{2022}\u{2022}",
];

fn hostile() -> impl Strategy<Value = String> {
    let attack = proptest::sample::select(ATTACKS.as_slice()).prop_map(str::to_owned);
    let part = prop_oneof![3 => attack, 1 => "\\PC{0,8}", 1 => "[ -~]{0,8}", 1 => any::<char>().prop_map(String::from)];
    proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

/// A text as the inside of a JSON string.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>())
        .collect()
}

/// Hostile text in a call, wherever there can be any.
#[derive(Debug, Clone)]
struct Nasty {
    fields: [String; 8],
    names: [String; 3],
    is_refused: bool,
}

fn nasty() -> impl Strategy<Value = Nasty> {
    let texts = proptest::array::uniform8(hostile());
    (texts, proptest::array::uniform3(hostile()), any::<bool>())
        .prop_map(|(fields, names, is_refused)| Nasty { fields, names, is_refused })
}

impl Nasty {
    /// The same call with nothing nasty in it.
    fn tame(&self) -> Self {
        let plain = |text: &String| if text.is_empty() { String::new() } else { "plain".to_owned() };
        Self {
            fields: self.fields.each_ref().map(plain),
            names: self.names.each_ref().map(|_| "plain".to_owned()),
            is_refused: self.is_refused,
        }
    }

    fn reply(&self) -> Reply {
        let [issuer, network, status, card, country, provider, unknown, header] = &self.fields;
        let [issuer, network, status, card, country, provider, unknown] =
            [issuer, network, status, card, country, provider, unknown].map(|text| escaped(text));
        // A name that is empty would be another shape, and one of the contract another field.
        let body = if self.is_refused {
            format!(
                r#"{{"error": true, "error_message": "{issuer}", "user_message": "{network}", "error_code": "{status}",
                    "error_info": {{"code": "{card}", "developer_message": "{country}"}}, "x{unknown}": "{provider}"}}"#
            )
        } else {
            SAMPLE
                .replace("\"Paytm\"", &format!("\"{issuer}\""))
                .replace("\"network\": \"VISA\"", &format!("\"x{unknown}\": 1, \"network\": \"{network}\""))
                .replace("\"ACTIVE\"", &format!("\"{status}\""))
                .replace("\"DEBIT\"", &format!("\"{card}\""))
                .replace("\"issuer_country_code\": null", &format!("\"issuer_country_code\": \"{country}\""))
                .replace("\"provider\": \"VISA\"", &format!("\"provider\": \"{provider}\""))
        };
        let status = if self.is_refused { 400 } else { 200 };
        came(status, &[("content-type", "application/json"), ("x-request-id", &format!("-{header}"))], &body)
    }

    fn sent(&self) -> Sent {
        let [profile, reference, customer] =
            self.names.each_ref().map(|text| Masked::typed(&format!("-{text}")));
        Sent { profile, card_reference: reference, customer_id: customer, ..sent(REFERENCE) }
    }

    fn render(&self, form: impl Fn(&Call<'_>) -> Masked) -> String {
        let (sent, reply) = (self.sent(), self.reply());
        form(&Call { sent: &sent, reply: &reply, judgement: &judged(&reply) }).text()
    }
}

/// What a `CommonMark` reader with every extension makes of a text: its structure, and the text outside of code.
fn structure(markdown: &str) -> Vec<String> {
    let mut in_code = false;
    let mut all = Vec::new();
    for event in Parser::new_ext(markdown, Options::all()) {
        match &event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                in_code = true;
                all.push(format!("code {info}"));
            }
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(_) if in_code => {}
            Event::Code(_) => all.push("span".into()),
            event => all.push(format!("{event:?}")),
        }
    }
    all
}

/// The text of the code blocks.
fn code(markdown: &str) -> String {
    let mut in_code = false;
    let mut all = String::new();
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) if in_code => all.push_str(&text),
            _ => {}
        }
    }
    all
}

/// A value of the reply as it is shown: the search for what stands inside of code finds what is there.
fn told(reply: &Reply) -> String {
    let Reply::Came(exchange) = reply else { return String::new() };
    match &exchange.outcome {
        Outcome::Answered(answer) => answer.issuer.shown().text(),
        Outcome::Refused(refusal) => refusal.error_message.shown().text(),
        Outcome::Unreadable(_) => String::new(),
    }
}

/// Marks that a mail, GitHub, GitLab, Jira, Slack or Teams makes something of.
const ALIVE: [&str; 12] = ["@", "#1", "[", "]", "!", "{", "}", "<", "http", "www", "~", "|"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn markdown_keeps_its_structure_and_every_value_inside_of_code(nasty in nasty()) {
        let text = nasty.render(markdown);
        let tame = nasty.tame().render(markdown);
        // Look-alike letters add a block of ours.
        prop_assume!(text.contains("\n## Also found\n") == tame.contains("\n## Also found\n"));
        let here = structure(&text);
        prop_assert_eq!(&here, &structure(&tame), "{}", text);
        let alive = |event: &String| {
            let told = event.strip_prefix("Text(").unwrap_or_default();
            ALIVE.iter().any(|mark| told.contains(mark))
        };
        prop_assert!(!here.iter().any(alive), "{:?}", here);
        let dangerous = text.replace(MASK, "").chars().find(|c| *c != '\n' && is_dangerous(*c));
        prop_assert_eq!(dangerous, None, "{}", text);
        let told = told(&nasty.reply());
        prop_assert!(code(&text).contains(&told), "{} in {}", told, text);
    }

    #[test]
    fn json_is_valid_and_gives_the_masked_texts_back(nasty in nasty()) {
        let (sent, reply) = (nasty.sent(), nasty.reply());
        for form in [json, export_json] {
            let text = nasty.render(form);
            let dangerous = text.replace(MASK, "").chars().find(|c| *c != '\n' && is_dangerous(*c));
            prop_assert_eq!(dangerous, None, "{}", text);
            let read: Read = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read.profile, &sent.profile.text());
            prop_assert_eq!(&read.card_reference, &sent.card_reference.text());
            prop_assert_eq!(&read.summary, &judged(&reply).finding.meaning.text());
            let Reply::Came(exchange) = &reply else { panic!() };
            if let Outcome::Answered(answer) = &exchange.outcome {
                let body = read.answer.unwrap();
                prop_assert_eq!(body.issuer, answer.issuer.masked().map(|it| it.text()));
                prop_assert_eq!(body.card_type, answer.card_type.masked().map(|it| it.text()));
            }
        }
    }

    #[test]
    fn what_is_counted_of_a_row_is_what_its_line_says(nasty in nasty()) {
        assert_counted(&nasty.sent(), &nasty.reply())?;
    }

    #[test]
    fn csv_gives_the_masked_texts_back_and_no_cell_begins_a_formula(texts in proptest::array::uniform8(hostile())) {
        let row = row(&texts);
        let csv = csv_head() + &csv_row(&row);
        prop_assert!(csv.ends_with("\r\n") && csv.matches(['\r', '\n']).count() == 4, "{:?}", csv);
        let cells = read_csv(&csv);
        for (name, text) in
            [("profile", &row.profile), ("card_reference", &row.card_reference), ("summary", &row.summary), ("issuer", &row.issuer)]
        {
            let cell = &cells[name];
            prop_assert!(cell.starts_with('\'') || !begins_formula(cell), "{}", cell);
            let text = text.text();
            prop_assert_eq!(cell, &if begins_formula(&text) { format!("'{text}") } else { text });
        }
    }

    #[test]
    fn a_json_line_of_a_row_is_one_line_and_gives_the_masked_texts_back(texts in proptest::array::uniform8(hostile())) {
        let row = row(&texts);
        let line = entry_json(&row).into_text();
        prop_assert_eq!(line.matches('\n').count(), 1);
        prop_assert!(line.ends_with('\n'));
        let read: Read = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(&read.summary, &row.summary.text());
        prop_assert_eq!(&read.profile, &row.profile.text());
    }
}

#[derive(Deserialize)]
struct Read {
    profile: String,
    card_reference: String,
    summary: String,
    answer: Option<Body>,
}

#[derive(Deserialize)]
struct Body {
    issuer: Option<String>,
    card_type: Option<String>,
}

/// That what a batch counts of a call is what a reader of its report would.
fn assert_counted(sent: &Sent, reply: &Reply) -> Result<(), TestCaseError> {
    let judgement = judged(reply);
    for form in [Form::JsonLines, Form::Csv] {
        let told = BatchTold::Call(Call { sent, reply, judgement: &judgement });
        let row = BatchRow { row: 7, outcome: BatchOutcome::Answered, told };
        let used = Drawn::from(&Masked::ours("{\"row\": 6}"));
        let line = batch_line(form, &row, used);
        prop_assert!(!line.as_str().contains("\"row\": 6}"), "nothing stays of the line before");
        let read = Kept::read(form, line.as_str().trim_end_matches('\n')).map(|kept| kept.fact);
        prop_assert!(read.is_some());
        prop_assert_eq!(batch_fact(form, &row, &line), read, "{}", line.as_str());
    }
    Ok(())
}

#[test]
fn what_is_counted_of_a_strange_answer_is_what_its_line_says() {
    let odd =
        ["null", "7", "true", "\"\"", "[\"VISA\"]", "{\"a\": 1}", "4788080252078243", "\"4788080252078243\""];
    let names = odd.map(|value| format!("\"network\": {value}"));
    let twice = ["\"network\": \"A\", \"network\": \"B\"".to_owned(), "\"x\": 1".to_owned()];
    for name in names.into_iter().chain(twice) {
        let reply = came(200, &[], &SAMPLE.replace("\"network\": \"VISA\"", &name));
        assert_counted(&sent(REFERENCE), &reply).unwrap();
    }
    for body in ["", "[]", "\"VISA\"", "{\"network\": \"VISA\"}"] {
        assert_counted(&sent(REFERENCE), &came(200, &[], body)).unwrap();
        assert_counted(&sent(REFERENCE), &came(400, &[], body)).unwrap();
    }
}

/// A row of history with these texts, as they come out of the database.
fn row(texts: &[String; 8]) -> Entry {
    let [profile, host, card_reference, customer_id, summary, network, issuer, token_status] =
        texts.each_ref().map(|text| Masked::from_stored(text));
    Entry {
        id: 1,
        at: AT,
        profile,
        environment: Environment::Sandbox,
        host,
        card_reference,
        routing_id: customer_id.clone(),
        customer_id,
        submerchant_id: Masked::default(),
        http_status: Some(200),
        verdict: Verdict::Usable,
        summary,
        network,
        issuer,
        token_status,
        card_last_four: Masked::default(),
        total_ms: 1,
        details: Details::default(),
    }
}

/// The cells of the only row, by the names of the columns.
fn read_csv(csv: &str) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let cells: Vec<String> = reader.records().next().unwrap().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(names.len(), cells.len());
    names.into_iter().zip(cells).collect()
}

/// The characters of the threat model in half and full width, behind blanks and quotes; written out here, so that this is no
/// copy of what it tests.
fn begins_formula(cell: &str) -> bool {
    let quotes =
        ['"', '\'', '`', '´', '“', '”', '„', '‟', '‘', '’', '‚', '‛', '«', '»', '‹', '›', '＂', '＇', '｀'];
    let start = cell.trim_start_matches(|c: char| c.is_whitespace() || quotes.contains(&c));
    start.starts_with([
        '=', '+', '-', '@', '\0', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−', '⁺', '⁻', '⁼', '₊',
        '₋', '₌',
    ])
}

#[test]
fn formulas_are_made_text_wherever_they_begin_and_nothing_else_is_changed() {
    for (text, cell) in [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("  =1", "'  =1"),
        ("\u{a0}\u{3000}=1", "'\u{a0}\u{3000}=1"),
        ("\"=1", "'\"=1"),
        ("'=1", "''=1"),
        ("“ '=1", "'“ '=1"),
        ("＝1", "'＝1"),
        ("＠x", "'＠x"),
        ("\u{2212}1", "'\u{2212}1"),
        ("\t=1", r"\u{9}=1"),
        ("\r=1", r"\u{d}=1"),
        ("\n=1", r"\u{a}=1"),
        ("\0=1", r"\u{0}=1"),
        ("a=1", "a=1"),
        ("a, \"b\"; c", "a, \"b\"; c"),
        ("", ""),
        ("  plain", "  plain"),
    ] {
        let texts = std::array::from_fn(|_| text.to_owned());
        let csv = csv_head() + &csv_row(&row(&texts));
        assert_eq!(read_csv(&csv)["issuer"], cell, "{text:?}");
    }
}

#[test]
fn a_line_feed_of_our_own_breaks_no_cell() {
    let mut two = Masked::ours("one");
    two.end_line();
    two.push_ours("two");
    let row = Entry { summary: two, ..row(&std::array::from_fn(|_| String::new())) };
    let csv = csv_head() + &csv_row(&row);
    assert_eq!(read_csv(&csv)["summary"], r"one\u{a}two");
}

#[test]
fn every_export_says_who_redacted_it_under_which_rules_and_for_which_profile() {
    let told =
        format!("redacted by tokenscope {}, rules version {POLICY_VERSION}", env!("CARGO_PKG_VERSION"));
    let reply = came(200, &[], SAMPLE);
    for environment in
        [Environment::Production, Environment::Sandbox, Environment::Custom, Environment::Emulator]
    {
        let sent = Sent { environment, profile: Masked::typed("shop"), ..sent(REFERENCE) };
        let judgement = judged(&reply);
        let call = Call { sent: &sent, reply: &reply, judgement: &judgement };
        let (markdown, json) = (markdown(&call).text(), export_json(&call).text());
        let line = format!("> {told}, profile `shop` ({})\n", environment.word());
        assert!(markdown.contains(&line), "{markdown}");
        assert!(
            json.contains(&format!("\"redacted\": \"{told}\"")) && json.contains("\"profile\": \"shop\""),
            "{json}"
        );
        for secret in ["4788080252078243", "Rohit", "65soeo5vf909rfe4vrvmreu88f"] {
            assert!(
                SAMPLE.contains(secret) && !markdown.contains(secret) && !json.contains(secret),
                "{secret}"
            );
        }
    }
    let csv = read_csv(&(csv_head() + &csv_row(&row(&std::array::from_fn(|_| "shop".to_owned())))));
    assert_eq!((csv["redacted"].as_str(), csv["profile"].as_str()), (told.as_str(), "shop"));
}

#[test]
fn the_readers_of_these_tests_find_what_they_look_for() {
    let found = |text: &str| structure(text).join(" ");
    assert!(found("[a](http://x)").contains("Link"));
    assert!(found("![a](http://x)").contains("Image"));
    assert!(found("<b>x</b>").contains("Html"));
    assert!(found("<https://x.example>").contains("Autolink"));
    assert!(found("| a |\n|---|\n| b |").contains("Table"));
    assert_ne!(structure("```text\na\n```\n"), structure("```text\n```\n# b\n```\n"));
    assert!(serde_json::from_str::<IgnoredAny>("{\"a\": \"\t\"}").is_err());
}
