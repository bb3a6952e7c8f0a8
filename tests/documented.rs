//! What an engineer reads of every answer and error that is documented, over a real socket: a snapshot for each theme of the
//! emulator. Too much masking shows here as well as too little.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_push_string,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod replies;

use std::collections::BTreeMap;

use replies::AT;
use tokenscope::adapters::http::Http;
use tokenscope::config::demo_profile;
use tokenscope::diagnosis::verdict::judge;
use tokenscope::domain::exchange::{Exchange, Outcome, Reply};
use tokenscope::domain::guard::{ApiKey, Guard};
use tokenscope::domain::request::Draft;
use tokenscope::domain::sent::Sent;
use tokenscope::emulator::{DEMO_MERCHANT, Emulator, Options, ScenarioInfo, scenarios};
use tokenscope::ports::Gateway;
use tokenscope::report::{self, Call};
use tokenscope::secret::{Masked, Moment, Secret};

/// They take their time or never end; what is told of them is held by `tests/adapters_http`.
const NEVER_WHOLE: [&str; 5] =
    ["token_demo_slow", "token_demo_mute", "token_demo_dribble", "token_demo_stalled", "token_demo_endless"];

/// Its ids hold secrets; those of all others are new for each call.
const ECHO: &str = "token_demo_echo_headers";

/// Longer lines are cut in the snapshot.
const WIDTH: usize = 160;

async fn fetch(emulator: &Emulator, scenario: &ScenarioInfo) -> (Sent, Reply) {
    let profile = demo_profile(emulator.address(), scenario.merchant_id.unwrap_or(DEMO_MERCHANT));
    let draft = Draft {
        card_reference: scenario.reference.into(),
        customer_id: scenario.customer_id.into(),
        submerchant_id: "airline1".into(),
        ..Draft::default()
    };
    let request = draft.validate(&profile).unwrap();
    let order = Guard::new(false).admit(&profile, request, None, Moment::default()).unwrap();
    let key = ApiKey::bind(&profile, Secret::new(emulator.key()));
    (Sent::of(&order, 1, AT), Http::new().send(&order, &key).await)
}

/// Verdict, sentences and fields, then the whole body and the headers, all as they are shown.
fn read(sent: &Sent, reply: &Reply, ids_vary: bool) -> String {
    let judgement = judge(reply, Some(sent), AT.date_in_india());
    let text = report::text(&Call { sent, reply, judgement: &judgement }).text();
    let mut out = text.split("\n\nCall\n").next().unwrap().to_owned();
    if let Reply::Came(exchange) = reply {
        out.push_str(&format!(
            "\n\nHTTP {}\n{}\n{}",
            exchange.status,
            headers(exchange, ids_vary),
            body(exchange)
        ));
    }
    out
}

fn headers(exchange: &Exchange, ids_vary: bool) -> String {
    let varies = |name: &str| name == "date" || ids_vary && matches!(name, "x-request-id" | "x-response-id");
    let lines = exchange.headers.iter().map(|header| {
        let name = header.name.text();
        format!("{name}: {}", if varies(&name) { "VARIES".to_owned() } else { header.value.text() })
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn body(exchange: &Exchange) -> String {
    let tree = match &exchange.outcome {
        Outcome::Answered(answer) => Some(&answer.tree),
        Outcome::Refused(refusal) => refusal.tree.as_ref(),
        Outcome::Unreadable(_) => None,
    };
    let line = |line: &report::RawLine| {
        let name = line.name.as_ref().map(|name| format!("\"{}\": ", name.text())).unwrap_or_default();
        format!("{}{name}{}", "  ".repeat(line.indent), line.value.text())
    };
    tree.map_or_else(String::new, |tree| {
        report::raw_json(tree).iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

#[tokio::test]
async fn every_documented_answer_and_error_reads_like_this() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let mut themes: BTreeMap<&str, String> = BTreeMap::new();
    for scenario in scenarios().iter().filter(|scenario| !NEVER_WHOLE.contains(&scenario.reference)) {
        let (sent, reply) = fetch(&emulator, scenario).await;
        let text = Masked::ours(scenario.shows).text();
        let read: Vec<String> = read(&sent, &reply, scenario.reference != ECHO)
            .replace(&emulator.address().to_string(), "HOST")
            .lines()
            .map(|line| tokenscope::text::cut(line, WIDTH))
            .collect();
        let page = format!("=== {}\n=== {text}\n\n{}\n\n\n", scenario.reference, read.join("\n"));
        themes.entry(scenario.theme).or_default().push_str(&page);
    }
    for (theme, pages) in themes {
        let name: String = theme.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect();
        insta::assert_snapshot!(name.to_lowercase().replace(' ', "_"), pages);
    }
}
