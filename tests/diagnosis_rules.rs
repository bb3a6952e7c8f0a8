//! Every rule: a reply that fires it, and a near miss that does not. A rule without both fails the last test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and the table is one"
)]

mod replies;

use std::collections::BTreeSet;

use replies::{AT, CRYPTOGRAM, CUSTOMER, REFERENCE, TOKEN, came, sent, usable};
use tokenscope::diagnosis::verdict::{Judgement, judge};
use tokenscope::diagnosis::{Confidence, Severity, rules};
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::{Failure, TlsFault};
use tokenscope::domain::history::Verdict;
use tokenscope::domain::sent::Sent;
use tokenscope::secret::Masked;

/// A reply and what was sent for it.
struct Told {
    reply: Reply,
    sent: Sent,
}

impl Told {
    fn of(reply: Reply) -> Self {
        Self { reply, sent: sent(REFERENCE) }
    }

    fn asked(self, reference: &str) -> Self {
        Self { sent: Sent { card_reference: Masked::ours(reference), ..self.sent }, ..self }
    }

    fn on_production(self) -> Self {
        Self { sent: Sent { guarded: true, ..self.sent }, ..self }
    }

    fn resold(self, submerchant: &str) -> Self {
        let submerchant_id = Masked::ours(submerchant);
        Self { sent: Sent { reseller: true, submerchant_id, ..self.sent }, ..self }
    }

    fn routed(self, routing_id: &str) -> Self {
        Self { sent: Sent { routing_id: Masked::ours(routing_id), ..self.sent }, ..self }
    }

    fn judged(&self) -> Judgement {
        judge(&self.reply, Some(&self.sent), AT.date_in_india())
    }
}

/// A rule and what fires it.
type Broken = (&'static str, fn() -> Told);

/// The usable answer with one piece of text replaced.
fn ok(from: &str, to: &str) -> Told {
    ok_with(&[(from, to)])
}

fn ok_with(edits: &[(&str, &str)]) -> Told {
    let mut body = usable();
    for (from, to) in edits {
        assert!(body.contains(from), "{from}");
        body = body.replace(from, to);
    }
    Told::of(came(200, &[("content-type", "application/json")], &body))
}

/// The answer as it is: what most near misses come down to.
fn sound() -> Told {
    ok_with(&[])
}

fn status(word: &str) -> Told {
    ok("\"status\": \"ACTIVE\"", &format!("\"status\": {word}"))
}

fn cryptogram(value: &str) -> Told {
    ok(&format!("\"{CRYPTOGRAM}\""), value)
}

fn token(value: &str) -> Told {
    ok(&format!("\"{TOKEN}\""), value)
}

const VISA: &str = "\"network\": \"VISA\"";
const ECI: &str = "\"eci\": \"07\"";
const TOKEN_EXPIRY: &str = "\"last_four\": \"8243\",\n    \"exp_month\": \"11\",\n    \"exp_year\": \"2029\"";
const CARD_EXPIRY: &str = "3638\",\n    \"exp_month\": \"11\",\n    \"exp_year\": \"2029\"";

fn token_expiry(month: &str, year: &str) -> Told {
    ok(
        TOKEN_EXPIRY,
        &format!("\"last_four\": \"8243\",\n    \"exp_month\": {month},\n    \"exp_year\": {year}"),
    )
}

fn card_expiry(month: &str, year: &str) -> Told {
    ok(CARD_EXPIRY, &format!("3638\",\n    \"exp_month\": {month},\n    \"exp_year\": {year}"))
}

fn no(status: u16, body: &str) -> Told {
    Told::of(came(status, &[("content-type", "application/json")], body))
}

fn html(status: u16) -> Told {
    Told::of(came(status, &[("content-type", "text/html")], "<html>blocked</html>"))
}

fn not_found() -> Told {
    no(400, r#"{"error": true, "user_message": "Stored Card Entry Not Found", "error_message": "Not Found"}"#)
}

fn code(code: &str) -> Told {
    no(400, &format!(r#"{{"status": "error", "error_code": "{code}"}}"#))
}

fn developer(text: &str) -> Told {
    no(400, &format!(r#"{{"error_info": {{"code": "TE_1", "developer_message": "{text}"}}}}"#))
}

fn failed(failure: Failure) -> Told {
    Told::of(Reply::Failed(failure, Timing::default()))
}

fn body(body: &[u8]) -> Told {
    let text = String::from_utf8_lossy(body);
    assert_ne!(text.len(), 0);
    Told::of(came(200, &[], &text))
}

/// Rule, a reply that fires it, and a near miss.
fn cases() -> Vec<(&'static str, Told, Told)> {
    let amex = |value: &str| {
        let (from, to) = (format!("\"{CRYPTOGRAM}\""), format!("\"{value}\""));
        ok_with(&[(&from, &to), (VISA, "\"network\": \"AMEX\"")])
    };
    let deep = format!("{{\"a\": {}{}}}", "[".repeat(126), "]".repeat(126));
    let deeper = format!("{{\"a\": {}{}}}", "[".repeat(140), "]".repeat(140));
    let keys = |count: usize| {
        let members: Vec<String> = (0..count).map(|at| format!("\"k{at}\": 1")).collect();
        format!("{{\"eci\": \"07\", {}}}", members.join(", "))
    };
    let encoded = |encoding: &str| Told::of(came(200, &[("content-encoding", encoding)], &usable()));
    let waits = "{\"error_code\": \"too_many_requests\"}";
    let redirect = Failure::Redirected { status: 302, target: Masked::ours("https://elsewhere.example") };
    vec![
        // The answer as a whole.
        ("usable", sound(), status("\"SUSPENDED\"")),
        ("other-card", ok(REFERENCE, "token_other"), sound()),
        ("other-customer", ok(CUSTOMER, "somebody"), sound()),
        (
            "said-twice",
            ok(ECI, "\"eci\": \"07\", \"eci\": \"07\""),
            ok(ECI, "\"eci\": \"07\", \"foo\": 1, \"foo\": 1"),
        ),
        (
            "look-alike-letters",
            ok("Paytm", "P\u{430}ytm"),
            ok("Paytm", "\u{41f}\u{435}\u{439}\u{442}\u{43c}"),
        ),
        // Token state.
        ("token-suspended", status("\"SUSPENDED\""), status("\"SUSPENDED \"")),
        ("token-inactive", status("\"INACTIVE\""), sound()),
        ("token-expired", status("\"EXPIRED\""), status("\"EXPIRED?\"")),
        ("token-deleted", status("\"DELETED\""), status("\"DEACTIVATED\"")),
        ("token-deactivated", status("\"DEACTIVATED\""), status("\"DELETED\"")),
        ("token-state-missing", status("null"), status("\"NULL\"")),
        ("token-state-unknown", status("\"FROZEN\""), status("\"suspended\"")),
        ("token-state-case", status("\"Active\""), sound()),
        // Cryptogram.
        (
            "authentication-missing",
            ok("\"authentication_details\"", "\"authentication\""),
            ok_with(&[("\"authentication_details\"", "\"authentication\""), ("\"ACTIVE\"", "\"DELETED\"")]),
        ),
        ("cryptogram-missing", cryptogram("\"\""), cryptogram("\" \"")),
        ("cryptogram-type", cryptogram("[1]"), cryptogram("1")),
        ("cryptogram-placeholder", cryptogram("\"xXxX\""), cryptogram("\"xXxY\"")),
        ("cryptogram-masked", cryptogram("\"Uc/zwf****\""), cryptogram("\"Uc/zwfXXXX\"")),
        (
            "cryptogram-space",
            cryptogram("\"Uc/zwfC8WfYY nBAzBKk6bHsp6o=\""),
            cryptogram("\"Uc/zwfC8WfYY+nBAzBKk6bHsp6o=\""),
        ),
        ("cryptogram-alphabet", cryptogram("\"Uc%2FzwfC8WfYYfnBAzBKk6bHsp6o\""), sound()),
        (
            "cryptogram-length",
            cryptogram("\"Uc/zwfC8WfYYfnBAzBKk6bHsp6\""),
            cryptogram("\"Uc/zwfC8WfYYfnBAzBKk6bHsp6o\""),
        ),
        ("cryptogram-amex", amex("Uc/zwfC8WfYY"), amex("1234")),
        // Token number and expiry.
        ("token-missing", token("null"), token("\"0\"")),
        ("token-type", token("{}"), token(TOKEN)),
        ("token-masked", token("\"478808******8243\""), token("\"478808XXXXXX8243\"")),
        ("token-not-digits", token("\"4788 0802 5207 8243\""), sound()),
        ("token-length", token("\"47880802520\""), token("\"478808025207\"")),
        ("token-check-digit", token("\"4788080252078244\""), sound()),
        ("token-other-digits", ok("\"last_four\": \"8243\"", "\"last_four\": \"9426\""), sound()),
        ("token-like-card", ok("\"last_four\": \"9426\"", "\"last_four\": \"8243\""), sound()),
        ("token-prefix", ok(VISA, "\"network\": \"MASTERCARD\""), ok(VISA, "\"network\": \"DINERS\"")),
        ("token-expiry-unreadable", token_expiry("\"13\"", "\"2029\""), token_expiry("\"1\"", "\"29\"")),
        ("token-expiry-past", token_expiry("\"10\"", "\"2026\""), token_expiry("\"11\"", "\"2026\"")),
        // Card, network, requestor.
        ("card-expired", card_expiry("\"10\"", "\"2026\""), card_expiry("\"11\"", "\"2026\"")),
        ("card-expiry-unreadable", card_expiry("\"00\"", "\"2029\""), card_expiry("null", "\"2029\"")),
        ("issuer-token", ok("\"NETWORK\"", "\"ISSUER\""), ok("\"NETWORK\"", "\"network\"")),
        (
            "network-differs",
            ok("\"provider\": \"VISA\"", "\"provider\": \"RUPAY\""),
            ok("\"provider\": \"VISA\"", "\"provider\": \"Visa\""),
        ),
        ("requestor-length", ok("40000000079", "4000000007"), sound()),
        ("requestor-wallet", ok("40000000079", "40010030273"), ok("40000000079", "40010030274")),
        (
            "requestor-family",
            ok("40000000079", "50100000042"),
            ok_with(&[("40000000079", "50100000042"), (VISA, "\"network\": \"MASTERCARD\"")]),
        ),
        ("par-form", ok("V0010014622122423467188903638", "V001001462212242346718890363"), sound()),
        ("par-prefix", ok("V0010014622122423467188903638", "V0020014622122423467188903638"), sound()),
        // ECI.
        ("eci-other-family", ok(ECI, "\"eci\": \"02\""), ok(ECI, "\"eci\": \"6\"")),
        ("eci-unknown", ok(ECI, "\"eci\": \"77\""), ok(ECI, "\"eci\": \"7\"")),
        ("eci-missing", ok(ECI, "\"eci\": null"), ok(ECI, "\"eci\": \"0\"")),
        ("eci-not-judged", ok(VISA, "\"network\": \"RUPAY\""), sound()),
        // Refusals.
        ("short-lived-token", not_found().asked("tkn_1"), not_found().asked("token_tkn_1")),
        ("card-not-found", not_found(), no(400, r#"{"error": true, "user_message": "Card Not Found"}"#)),
        ("older-reference", not_found().asked("a0c16957f9bf46b0966a91a35b555353"), not_found()),
        ("submerchant-missing", not_found().resold(""), not_found().resold("airline1")),
        ("routing-differs", not_found().routed("cart_1"), not_found().routed(CUSTOMER)),
        (
            "key-refused",
            no(401, r#"{"status": "error", "error_code": "access_denied"}"#),
            no(400, r#"{"error_code": "access_denied"}"#),
        ),
        ("key-refused-unnamed", no(401, ""), html(401)),
        ("origin-refused", code("BAD_ORIGIN"), code("BAD_ORIGINS")),
        ("origin-refused-unnamed", no(403, ""), html(403)),
        ("too-many-calls", no(429, waits), no(428, waits)),
        (
            "network-not-onboarded",
            developer("Contact juspay to register for ALT_ID"),
            developer("Contact juspay"),
        ),
        (
            "card-not-eligible",
            developer("Card can currently not be used with card association"),
            developer("Card not used"),
        ),
        (
            "network-down",
            developer("network token service was unavailable or timed out"),
            developer("timed out"),
        ),
        ("network-fault", developer("VISA upstream API error"), developer("VISA API error")),
        ("server-fault", no(503, ""), no(499, "")),
        ("not-the-api", html(404), no(404, "<html>")),
        ("answered-with-redirect", html(302), no(200, r#"{"error": true}"#)),
        ("code-invalid-input", code("INVALID_INPUT"), code("INVALID_INPUTS")),
        ("code-parameter-missing", code("MISSING_MANDATORY_PARAMETER"), code("MISSING_PARAMETER")),
        ("code-not-found", code("RESOURCE_NOT_FOUND"), code("NOT_FOUND")),
        ("code-expired", code("expired"), code("EXPIRED_KEY")),
        ("code-duplicate", code("DUPLICATE_REQUEST"), code("DUPLICATE")),
        ("code-unauthorized", code("UNAUTHORIZED"), code("UNAUTHENTICATED")),
        ("code-unauthenticated", code("UNAUTHENTICATED"), code("UNAUTHORIZED")),
        ("path-unknown", no(404, r#"{"error": true}"#), no(405, r#"{"error": true}"#)),
        ("service-error", developer("too old"), code("TE_1")),
        ("error-under-2xx", no(200, r#"{"error": "true"}"#), no(400, r#"{"error": "true"}"#)),
        ("refused", no(400, "not json"), no(404, "not json")),
        // No answer.
        ("host-not-found", failed(Failure::Name), failed(Failure::Connect)),
        ("no-connection", failed(Failure::ConnectTimeout), failed(Failure::Name)),
        ("tls-refused", failed(Failure::Tls(TlsFault::Expired)), failed(Failure::Proxy)),
        ("proxy-refused", failed(Failure::Proxy), failed(Failure::Connect)),
        ("key-of-another-profile", failed(Failure::ForeignKey), failed(Failure::Unsendable)),
        ("profile-not-sendable", failed(Failure::Unsendable), failed(Failure::ForeignKey)),
        ("too-slow", failed(Failure::TotalTimeout), failed(Failure::ConnectTimeout)),
        ("redirected", failed(redirect), failed(Failure::NotHttp)),
        ("cut-off", failed(Failure::CutOff), failed(Failure::NoAnswer)),
        ("closed-without-answer", failed(Failure::NoAnswer), failed(Failure::CutOff)),
        ("not-http", failed(Failure::NotHttp), failed(Failure::HeadersTooLarge)),
        ("too-large", failed(Failure::BodyTooLarge), failed(Failure::NotHttp)),
        ("cancelled", failed(Failure::Cancelled), failed(Failure::TotalTimeout)),
        // Unreadable.
        ("body-empty", body(b" \n"), body(b"null")),
        ("body-markup", body(b" <html>"), body(b"> <html>")),
        (
            "body-not-utf8",
            Told::of(replies::came_bytes(200, b"{\"eci\": \"\xff\"}")),
            body(b"{\"eci\": \"\\ud83d\"}"),
        ),
        ("body-cut-short", body(b"{\"eci\": \"07"), body(b"{\"eci\": \"07\"} x")),
        ("body-not-json", body(b"{\"eci\": 07}"), body(b"{\"eci\"")),
        ("body-too-deep", body(deeper.as_bytes()), body(deep.as_bytes())),
        ("body-too-many-keys", body(keys(10_001).as_bytes()), body(keys(9_000).as_bytes())),
        ("body-encoded", encoded("gzip"), encoded("identity")),
        ("body-no-object", body(b"[{}]"), body(b"{}")),
        ("body-other-object", body(b"{\"a\": 1}"), body(b"[1]")),
    ]
}

fn ids(judgement: &Judgement) -> Vec<&'static str> {
    judgement.findings().map(|finding| finding.id).collect()
}

#[test]
fn every_rule_fires_on_its_case_and_not_on_a_near_miss() {
    for (id, fires, near) in cases() {
        let (fires, near) = (ids(&fires.judged()), ids(&near.judged()));
        assert!(fires.contains(&id), "{id} does not fire: {fires:?}");
        assert!(!near.contains(&id), "{id} fires on its near miss: {near:?}");
    }
}

#[test]
fn every_rule_of_the_code_has_a_case_and_a_text_and_nothing_else_has() {
    let code: BTreeSet<&str> = rules::themes().flat_map(|(_, ids)| ids).collect();
    let cases: BTreeSet<&str> = cases().into_iter().map(|(id, ..)| id).collect();
    let texts: BTreeSet<&str> = rules::texts().collect();
    // Rules about a request have theirs in `tests/lint_rules.rs`.
    assert_eq!(cases, &code - &rules::lints().collect());
    assert_eq!(texts, code);
}

#[test]
fn every_finding_names_a_source_and_says_what_it_means_what_to_do_and_what_to_tell() {
    for (_, fires, near) in cases() {
        for finding in [fires.judged(), near.judged()].iter().flat_map(Judgement::findings) {
            let texts = [&finding.meaning, &finding.action, &finding.merchant].map(Masked::text);
            for text in texts {
                assert!(text.ends_with('.') && text.len() > 10, "{}: {text}", finding.id);
                assert!(!text.contains(['{', '}']) && !text.contains(".."), "{}: {text}", finding.id);
            }
            assert!(!finding.source.is_empty(), "{}", finding.id);
            assert!(["sure", "likely", "hint"].contains(&finding.confidence.word()));
        }
    }
}

#[test]
fn findings_stand_in_order_of_severity_and_a_bad_one_gives_the_verdict() {
    for (id, fires, near) in cases() {
        for judgement in [fires.judged(), near.judged()] {
            let severities: Vec<Severity> = judgement.others.iter().map(|finding| finding.severity).collect();
            assert!(severities.is_sorted_by(|one, next| one >= next), "{id}: {severities:?}");
            let bad = judgement.findings().any(|finding| finding.severity == Severity::Bad);
            assert_eq!(bad, judgement.verdict != Verdict::Usable, "{id}");
            let decides = if bad { Severity::Bad } else { Severity::Good };
            assert_eq!(judgement.finding.severity, decides, "{id}");
        }
    }
}

#[test]
fn no_hint_stands_under_a_verdict_that_it_turned() {
    let mut hints = 0;
    for (id, fires, _) in cases() {
        let judgement = fires.on_production().judged();
        let hint = |confidence| confidence == Confidence::Hint;
        assert!(!hint(judgement.finding.confidence), "{id}");
        hints += judgement.others.iter().filter(|finding| hint(finding.confidence)).count();
    }
    assert!(hints >= 4, "{hints}");
}

#[test]
fn a_format_turns_the_verdict_on_production_and_warns_elsewhere() {
    let formats: [Broken; 4] = [
        ("cryptogram-length", || cryptogram("\"Uc/zwfC8WfYY\"")),
        ("cryptogram-alphabet", || cryptogram("\"Uc%2FzwfC8WfYYfnBAzBKk6bHsp6o\"")),
        ("token-length", || token("\"47880802520\"")),
        ("token-check-digit", || token("\"4788080252078244\"")),
    ];
    for (id, told) in formats {
        let elsewhere = told().judged();
        assert_eq!((elsewhere.verdict, elsewhere.finding.id), (Verdict::Usable, "usable"), "{id}");
        let warning = elsewhere.others.iter().find(|finding| finding.id == id).expect(id);
        assert_eq!(warning.severity, Severity::Warning);
        let production = told().on_production().judged();
        assert_eq!((production.verdict, production.finding.id), (Verdict::NotUsable, id));
    }
}

#[test]
fn the_length_of_a_cryptogram_is_judged_for_no_other_network_and_for_no_token_of_an_issuer() {
    let short = (format!("\"{CRYPTOGRAM}\""), "\"Uc/zwfC8WfYY\"");
    let with = |from, to| ok_with(&[(&short.0, short.1), (from, to)]).on_production();
    let judged = [
        with(VISA, "\"network\": \"RUPAY\""),
        with(VISA, "\"network\": \"DINERS\""),
        with(VISA, "\"network\": \"AMEX\""),
        with(VISA, "\"network\": \"MAESTRO\""),
        with("\"NETWORK\"", "\"ISSUER\""),
    ]
    .map(|told| told.judged());
    for judgement in judged {
        assert_eq!(judgement.verdict, Verdict::Usable, "{:?}", ids(&judgement));
        assert!(!ids(&judgement).contains(&"cryptogram-length"));
    }
}

#[test]
fn a_placeholder_a_mask_and_a_token_that_is_no_number_turn_the_verdict_everywhere() {
    let damages: [Broken; 5] = [
        ("cryptogram-placeholder", || cryptogram("\"XXXXXXXXXXXXXXXX\"")),
        ("cryptogram-masked", || cryptogram("\"Uc/z****6o=\"")),
        ("cryptogram-space", || cryptogram("\"Uc/zwfC8WfYY nBAzBKk6bHsp6o=\"")),
        ("token-masked", || token("\"478808******8243\"")),
        ("token-not-digits", || token("\"478808XXXXXX8243\"")),
    ];
    for (id, told) in damages {
        for judgement in [told().judged(), told().on_production().judged()] {
            assert_eq!((judgement.verdict, judgement.finding.id), (Verdict::NotUsable, id));
        }
    }
}

#[test]
fn evidence_names_fields_and_shows_no_secret_and_nothing_personal() {
    let hidden = ["080252", "Uc/zwf", "V00100146", "V00200146", "Rohit"];
    for (id, fires, _) in cases() {
        for finding in fires.judged().findings() {
            for evidence in &finding.evidence {
                let value = evidence.value.text();
                assert!(hidden.iter().all(|secret| !value.contains(secret)), "{id}: {value}");
            }
        }
    }
    let judgement = token("\"4788080252078244\"").judged();
    let evidence = &judgement.others.iter().find(|it| it.id == "token-check-digit").unwrap().evidence[0];
    assert_eq!(
        (evidence.field.as_ref(), &evidence.value),
        ("authentication_details.token", &Masked::hidden())
    );
    let state = status("\"SUSPENDED\"").judged().finding.evidence.remove(0);
    assert_eq!((state.field.as_ref(), state.value.text().as_str()), ("token_details.status", "SUSPENDED"));
}
