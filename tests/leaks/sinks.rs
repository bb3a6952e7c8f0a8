//! Everything that text of an answer comes out at.

use tokenscope::diagnosis::verdict::judge;
use tokenscope::domain::exchange::{Exchange, Header, Outcome, RawReply, Reply, Timing};
use tokenscope::domain::gateway::PaymentGateway;
use tokenscope::report::{self, Call, Told};
use tokenscope::secret::{Needles, Node, Secret};

use super::answer::{Case, Secrets};
use super::replies::{AT, REFERENCE, order, sent};

/// The answer as the adapter reads it.
pub fn exchange(case: &Case) -> Exchange {
    let headers: Vec<(&str, &[u8])> =
        case.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let body = case.body.written();
    let raw = RawReply { status: case.status, headers: &headers, body: body.as_bytes() };
    let mut needles = Needles::default();
    needles.know_key(&Secret::new(&case.secrets.key));
    let order = order(REFERENCE);
    Exchange::read(&raw, Some(order.request()), needles, Timing::default())
}

pub fn tree(exchange: &Exchange) -> Option<&Node> {
    match &exchange.outcome {
        Outcome::Answered(answer) => Some(&answer.tree),
        Outcome::Refused(refusal) => refusal.tree.as_ref(),
        Outcome::Unreadable(_) => None,
    }
}

/// The raw view of a body.
pub fn raw(exchange: &Exchange) -> String {
    let line = |line: report::RawLine| {
        let name = line.name.map(|name| format!("{}: ", name.text())).unwrap_or_default();
        format!("{name}{}\n", line.value.text())
    };
    tree(exchange).map(report::raw_json).unwrap_or_default().into_iter().map(line).collect()
}

/// No secrets at all.
pub fn nothing() -> Secrets {
    let none = String::new;
    Secrets {
        key: none(),
        token: none(),
        cryptogram: none(),
        par: none(),
        fingerprint: none(),
        other: none(),
    }
}

/// What redaction leaves of body and headers.
pub fn redacted(case: &Case) -> Vec<(&'static str, String)> {
    let exchange = exchange(case);
    let header = |it: &Header| format!("{}: {}\n", it.name.text(), it.value.text());
    vec![("the body", raw(&exchange)), ("the headers", exchange.headers.iter().map(header).collect())]
}

/// Every report of a call, and its row of history.
pub fn reports(case: &Case) -> Vec<(&'static str, String)> {
    let (reply, sent) = (Reply::Came(exchange(case)), sent(REFERENCE));
    let gateway = PaymentGateway::find("paytm-v2");
    let judgement = judge(&reply, Some(&sent), AT.date_in_india()).for_gateway(gateway, reply.answer());
    let kept = Told::kept(&reply, Some(200), &judgement);
    let call = Call { sent: &sent, reply: &reply, judgement: &judgement };
    vec![
        ("JSON", report::json(&call).text()),
        ("the JSON export", report::export_json(&call).text()),
        ("Markdown", report::markdown(&call).text()),
        ("text", report::text(&call).text()),
        ("the cURL", report::curl(&sent).text()),
        ("the findings", format!("{:?}", judgement.findings().collect::<Vec<_>>())),
        ("a kept answer as JSON", report::json_of(&kept).text()),
        ("a kept answer as Markdown", report::markdown_of(&kept).text()),
        ("a kept answer as text", report::text_of(&kept).text()),
        ("the history row", format!("{:?}", report::entry(&call))),
    ]
}
