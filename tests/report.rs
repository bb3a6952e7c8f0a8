//! Reports of real answers: complete, valid in their own language, and inert whatever the answer holds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::zero_sized_map_values,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod replies;

use std::collections::BTreeMap;

use replies::{CUSTOMER, REFERENCE, TOKEN, answered, came, judged, sent, usable};
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokenscope::domain::exchange::{Exchange, Outcome, Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::history::{Entry, Verdict};
use tokenscope::report::{
    Call, RawLine, entry, export_json, json, markdown, raw_json, raw_rows, raw_window, text,
};
use tokenscope::secret::{MASK, Masked, Piece};

const KEYS: [&str; 12] = [
    "answer",
    "card_reference",
    "customer_id",
    "environment",
    "exit",
    "findings",
    "host",
    "http_status",
    "profile",
    "summary",
    "timing_ms",
    "verdict",
];

/// What no report may hold: any six characters of token or cryptogram in a row, but for first six and last four in their
/// fields, and the personal values.
const SECRETS: [&str; 6] = ["080252", "788080", "Uc/zwf", "Rohit", "65soeo", "V00100146"];

fn with_call<T>(reply: &Reply, render: impl Fn(&Call<'_>) -> T) -> T {
    let (sent, judgement) = (sent(REFERENCE), judged(reply));
    render(&Call { sent: &sent, reply, judgement: &judgement })
}

fn as_json(reply: &Reply) -> String {
    with_call(reply, json).text()
}

fn as_markdown(reply: &Reply) -> String {
    with_call(reply, markdown).text()
}

fn as_entry(reply: &Reply) -> Entry {
    with_call(reply, entry)
}

fn keys(json: &str) -> Vec<String> {
    serde_json::from_str::<BTreeMap<String, IgnoredAny>>(json).unwrap().into_keys().collect()
}

/// An answer whose every field tries something.
fn hostile() -> Reply {
    let nasty = r#"\"]}\\u0022 ``` \u001b[2J \u202e @all <img src=x> [a](http://x) | ********"#;
    let body = usable()
        .replace("\"Paytm\"", &format!("\"{nasty}\""))
        .replace("\"DEBIT\"", "\"` `` ```` ~~~ \\n# h\"")
        .replace("\"VISA\",\n  \"token", &format!("\"declined {TOKEN}\",\n  \"evil\\\"key`\": 1,\n  \"token"))
        .replace("\"eci\": \"07\"", "\"eci\": \"07\", \"eci\": \"05\"");
    let headers = [("x-request-id", "```\u{202e}<b>@x</b>"), ("set-cookie", "session=1")];
    came(200, &headers, &body)
}

fn all_replies() -> Vec<Reply> {
    vec![
        answered(&usable()),
        answered(replies::SAMPLE),
        hostile(),
        came(400, &[], r#"{"error": "true", "user_message": "Stored Card Entry Not Found"}"#),
        came(502, &[("content-type", "text/html")], "<html>"),
        answered("{\"a\": 1}"),
        Reply::Failed(Failure::Connect, Timing::default()),
    ]
}

#[test]
fn the_json_of_every_reply_is_valid_and_has_the_keys_of_the_interface() {
    for reply in all_replies() {
        let json = as_json(&reply);
        assert_eq!(keys(&json), KEYS, "{json}");
    }
}

#[derive(Deserialize)]
struct Read {
    http_status: Option<u16>,
    verdict: String,
    exit: u8,
    findings: Vec<BTreeMap<String, String>>,
    answer: Option<BTreeMap<String, IgnoredAny>>,
}

#[test]
fn the_json_says_verdict_exit_and_finding() {
    let read: Read = serde_json::from_str(&as_json(&answered(&usable()))).unwrap();
    assert_eq!((read.http_status, read.verdict.as_str(), read.exit), (Some(200), "USABLE", 0));
    let names: Vec<&str> = read.findings[0].keys().map(String::as_str).collect();
    assert_eq!(names, ["action", "confidence", "id", "meaning", "severity", "source"]);
    assert_eq!(read.answer.unwrap().len(), 15);
    let none: Read =
        serde_json::from_str(&as_json(&Reply::Failed(Failure::Name, Timing::default()))).unwrap();
    assert_eq!((none.http_status, none.exit, none.answer.is_none()), (None, 4, true));
}

#[test]
fn an_exported_json_says_first_who_redacted_it() {
    let text = with_call(&answered(&usable()), export_json).text();
    assert!(text.starts_with("{\n  \"redacted\": \"redacted by tokenscope "), "{text}");
    assert!(text.contains(&format!("rules version {}", tokenscope::secret::POLICY_VERSION)));
    assert_eq!(keys(&text).len(), KEYS.len() + 1);
}

#[test]
fn no_report_holds_a_secret_or_a_personal_value() {
    for reply in all_replies() {
        for (form, text) in [
            ("json", as_json(&reply)),
            ("markdown", as_markdown(&reply)),
            ("text", with_call(&reply, text).text()),
            ("entry", format!("{:?}", as_entry(&reply))),
        ] {
            for secret in SECRETS {
                assert!(!text.contains(secret), "{secret} in {form}:\n{text}");
            }
        }
    }
}

#[test]
fn the_search_above_would_find_what_it_looks_for() {
    let body = usable();
    assert!(SECRETS.iter().all(|secret| body.contains(secret)));
}

#[test]
fn no_control_or_bidi_character_but_our_line_feeds_gets_out() {
    let reply = hostile();
    for text in [as_json(&reply), as_markdown(&reply), with_call(&reply, text).text()] {
        let bullets = text.replace(MASK, "");
        let bad: Vec<char> =
            bullets.chars().filter(|c| *c != '\n' && tokenscope::text::is_dangerous(*c)).collect();
        assert!(bad.is_empty(), "{bad:?} in {text}");
        assert!(text.contains("202e}"), "{text}");
    }
}

/// The lines outside fenced blocks, read as `CommonMark` reads fences.
fn outside_fences(markdown: &str) -> String {
    let mut outside = String::new();
    let mut open: Option<usize> = None;
    for line in markdown.lines() {
        let ticks = line.chars().take_while(|c| *c == '`').count();
        match open {
            Some(length) if ticks >= length && line.trim_end().len() == ticks => open = None,
            Some(_) => {}
            None if ticks >= 3 => open = Some(ticks),
            None => outside.extend([line, "\n"]),
        }
    }
    assert_eq!(open, None, "a fence stays open");
    outside
}

#[test]
fn in_markdown_nothing_from_outside_stands_outside_a_fence() {
    let outside = outside_fences(&as_markdown(&hostile()));
    for alive in ["@", "<", "[", "](", "http", "~~~", "|", "declined"] {
        assert!(!outside.contains(alive), "{alive} in {outside}");
    }
    assert_eq!(outside.lines().filter(|line| line.starts_with('#')).count(), 5, "{outside}");
}

#[test]
fn a_fence_is_longer_than_any_run_of_backticks_within() {
    let markdown = as_markdown(&hostile());
    let (_, card) = markdown.split_once("## Card").unwrap();
    assert!(card.contains(" ```` ") && card.contains("\n`````text\n"), "{card}");
}

#[test]
fn a_profile_name_with_backticks_stays_in_its_span() {
    let (mut sent, reply) = (sent(REFERENCE), answered(&usable()));
    sent.profile = Masked::ours("a`b``@all");
    let judgement = judged(&reply);
    let text = markdown(&Call { sent: &sent, reply: &reply, judgement: &judgement }).text();
    assert!(text.contains("profile ``` a`b``@all ``` (SANDBOX)"), "{text}");
}

#[test]
fn token_and_card_have_sections_of_their_own() {
    let markdown = as_markdown(&answered(&usable()));
    let (token, card) = markdown.split_once("## Card").unwrap();
    assert!(token.contains(&format!("478808{MASK}8243")) && !token.contains("9426"));
    assert!(card.contains("9426") && !card.contains("8243"));
}

#[test]
fn a_second_field_of_one_name_keeps_a_name_of_its_own() {
    let json = as_json(&hostile());
    assert!(
        json.contains(&format!("\"eci\": \"{MASK}\"")) && json.contains(&format!("\"eci#2\": \"{MASK}\""))
    );
}

#[test]
fn the_raw_view_keeps_each_mask_a_part_of_its_own() {
    let Reply::Came(exchange) = answered(&usable()) else { panic!() };
    let Outcome::Answered(answer) = &exchange.outcome else { panic!() };
    let lines: Vec<RawLine> = raw_json(&answer.tree);
    let named = |name: &str| lines.iter().find(|line| line.name == Some(Masked::ours(name))).unwrap();
    let token = named("token");
    assert_eq!(token.indent, 2);
    let [Piece::Text(open), Piece::Mask, Piece::Text(close)] = token.value.pieces() else { panic!() };
    assert_eq!((&**open, &**close), ("\"", "\""));
    assert_eq!(named("sub_type").value.text(), "null,");
    assert_eq!(named("token_details").value.text(), "{");
    assert_eq!(lines.last().unwrap(), &RawLine { indent: 0, name: None, value: Masked::ours("}") });
}

/// A body with maps in maps and names that come again, some of them before a window and some within.
fn nested() -> Exchange {
    let again = |n: usize| format!("\"note_{}\": {{\"a\": {n}, \"b\": {{}}, \"a\": null}}", n % 7);
    let members: Vec<String> = (0..40).map(again).collect();
    let Reply::Came(exchange) = answered(&usable().replacen('{', &format!("{{{},", members.join(",")), 1))
    else {
        panic!()
    };
    exchange
}

#[test]
fn a_window_of_the_raw_view_holds_just_its_lines_and_their_count_needs_none() {
    let exchange = nested();
    let Outcome::Answered(answer) = &exchange.outcome else { panic!() };
    let whole = raw_json(&answer.tree);
    assert_eq!(raw_rows(&answer.tree), whole.len());
    let is_numbered = |line: &&RawLine| line.name.as_ref().is_some_and(|name| name.text().contains('#'));
    assert!(whole.iter().filter(is_numbered).count() > 30);
    for first in 0..whole.len() + 2 {
        for rows in [0, 1, 2, 7, 60] {
            let expected: Vec<RawLine> = whole.iter().skip(first).take(rows).cloned().collect();
            assert_eq!(raw_window(&answer.tree, first..first + rows), expected, "{first} and {rows}");
        }
    }
}

#[test]
fn the_raw_view_says_what_the_report_says_of_the_body() {
    let exchange = nested();
    let Outcome::Answered(answer) = &exchange.outcome else { panic!() };
    let json = as_json(&Reply::Came(nested()));
    let mut at = json.find("\"answer\": {").unwrap() + "\"answer\": ".len();
    for line in raw_json(&answer.tree) {
        let name = line.name.map(|name| format!("{}: ", name.json_string().text())).unwrap_or_default();
        let said = format!("{name}{}", line.value.text());
        let rest = json.get(at..).unwrap().trim_start();
        assert!(rest.starts_with(&said), "{said:?} in {:?}", rest.get(..80));
        at = json.len() - rest.len() + said.len();
    }
}

#[test]
fn look_alike_letters_are_named_in_every_form_and_nowhere_without_them() {
    let body = usable().replace("Paytm", "P\u{430}ytm");
    let (plain, mixed) = (answered(&usable()), answered(&body));
    for form in [with_call(&mixed, text).text(), as_markdown(&mixed)] {
        let words: Vec<&str> = form.split_whitespace().collect();
        assert!(words.join(" ").contains("issuer mixes scripts: look-alike letters"), "{form}");
    }
    for form in [with_call(&plain, text).text(), as_markdown(&plain), as_json(&plain)] {
        assert!(!form.contains("look-alike"), "{form}");
    }
    let read: Read = serde_json::from_str(&as_json(&mixed)).unwrap();
    let ids: Vec<&str> = read.findings.iter().map(|finding| finding["id"].as_str()).collect();
    assert_eq!(ids, ["usable", "look-alike-letters"]);
    assert!(read.findings[1]["meaning"].starts_with("issuer mixes scripts"));
}

#[test]
fn look_alike_letters_of_a_refusal_are_named_too() {
    let refused = came(400, &[], "{\"error\": \"true\", \"user_message\": \"N\u{43e}t Found\"}");
    assert!(with_call(&refused, text).text().contains("user_message mixes scripts: look-alike letters"));
}

#[test]
fn a_row_of_history_is_the_allow_list_and_nothing_else() {
    let entry = as_entry(&answered(&usable()));
    assert_eq!(entry.verdict, Verdict::Usable);
    let shown = [&entry.card_reference, &entry.network, &entry.issuer, &entry.token_status];
    assert_eq!(shown.map(Masked::text), [REFERENCE, "VISA", "Paytm", "ACTIVE"]);
    assert_eq!(
        (entry.card_last_four.text().as_str(), entry.total_ms, entry.http_status),
        ("9426", 42, Some(200))
    );
}

/// Answers for another card, another customer, and both.
fn wrong_answers() -> [(Reply, &'static str); 3] {
    let other_card = usable().replace(REFERENCE, "token_other");
    let other_customer = |body: &str| body.replace(CUSTOMER, "somebody_else");
    [
        (answered(&other_card), "for another card: its reference"),
        (answered(&other_customer(&usable())), "for another customer: its customer_id"),
        (
            answered(&other_customer(&other_card)),
            "for another card of another customer: neither its reference",
        ),
    ]
}

#[test]
fn an_answer_for_another_card_or_customer_is_kept_under_none_of_the_ids_asked_for() {
    let mut sent = sent(REFERENCE);
    sent.routing_id = Masked::ours("order_7");
    sent.submerchant_id = Masked::ours("airline1");
    let row = |reply: &Reply| entry(&Call { sent: &sent, reply, judgement: &judged(reply) });
    let ids = |entry: &Entry| {
        [&entry.card_reference, &entry.customer_id, &entry.routing_id, &entry.submerchant_id]
            .map(Masked::text)
    };
    assert_eq!(ids(&row(&answered(&usable()))), [REFERENCE, CUSTOMER, "order_7", "airline1"]);
    for (reply, why) in wrong_answers() {
        let entry = row(&reply);
        assert_eq!(ids(&entry), [MASK; 4]);
        assert_eq!((entry.verdict, entry.http_status), (Verdict::NotUsable, Some(200)));
        assert!(entry.summary.text().contains(why), "{}", entry.summary.text());
    }
}

#[test]
fn a_row_for_another_card_tells_no_submerchant_where_none_was_sent() {
    assert!(as_entry(&wrong_answers()[0].0).submerchant_id.is_empty());
}

#[test]
fn every_form_says_first_that_the_answer_is_for_another() {
    for (reply, why) in wrong_answers() {
        let folded = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (text, markdown) = (with_call(&reply, text).text(), as_markdown(&reply));
        assert!(folded(text).starts_with(&format!("NOT USABLE Why The answer is {why}")));
        assert!(markdown.starts_with("# NOT USABLE\n"));
        let (first, _) = markdown.split_once("## Token").unwrap();
        assert!(folded(first.to_owned()).contains(why), "{first}");
        let read: Read = serde_json::from_str(&as_json(&reply)).unwrap();
        assert_eq!((read.verdict.as_str(), read.exit), ("NOT USABLE", 6));
        assert!(read.findings[0]["id"].starts_with("other-") && read.findings[0]["meaning"].contains(why));
    }
}

#[test]
fn the_text_fits_a_terminal_of_eighty_columns() {
    for reply in all_replies().into_iter().filter(|reply| !as_json(reply).contains("202e")) {
        let text = with_call(&reply, text).text();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}

#[test]
fn reports_of_a_usable_token_look_like_this() {
    let reply = answered(&usable());
    let version = env!("CARGO_PKG_VERSION");
    insta::assert_snapshot!("markdown", as_markdown(&reply).replace(version, "VERSION"));
    insta::assert_snapshot!("json", as_json(&reply));
    insta::assert_snapshot!("text", with_call(&reply, text).text());
}
