//! The first verdict, by table over real bodies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod replies;

use replies::{CRYPTOGRAM, REFERENCE, SAMPLE, TOKEN, answered, came, judged, sent, usable};
use tokenscope::diagnosis::verdict::judge;
use tokenscope::diagnosis::{Confidence, Severity};
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::history::Verdict;

fn id_of(body: &str) -> (Verdict, &'static str) {
    let judgement = judged(&answered(body));
    (judgement.verdict, judgement.finding.id)
}

/// The usable sample with one piece of text replaced.
fn with(from: &str, to: &str) -> String {
    let body = usable();
    assert!(body.contains(from), "{from}");
    body.replace(from, to)
}

#[test]
fn the_contracts_sample_as_printed_is_not_usable_because_of_its_placeholder() {
    assert_eq!(id_of(SAMPLE), (Verdict::NotUsable, "cryptogram-placeholder"));
}

#[test]
fn the_sample_with_a_real_cryptogram_is_usable_and_eci_07_is_called_normal() {
    let judgement = judged(&answered(&usable()));
    assert_eq!((judgement.verdict, judgement.finding.severity), (Verdict::Usable, Severity::Good));
    assert!(judgement.finding.meaning.text().contains("ECI 07 is normal"));
}

#[test]
fn an_id_that_shares_six_characters_with_the_cryptogram_by_chance_is_still_the_one_that_was_asked_for() {
    let by_chance = CRYPTOGRAM.replace("nBAzBK", "16957f");
    let shared = "16957f";
    assert!(REFERENCE.contains(shared) && by_chance.contains(shared) && by_chance.len() == CRYPTOGRAM.len());
    let body = with(CRYPTOGRAM, &by_chance);
    assert_eq!(id_of(&body), (Verdict::Usable, "usable"));
    let reply = answered(&body);
    assert_eq!(reply.answer().unwrap().reference.shown().text(), REFERENCE);
    // Of another id the part stays hidden, and it is another.
    let other = REFERENCE.replace("token_", "token-");
    let reply = answered(&body.replace(REFERENCE, &other));
    assert!(!reply.answer().unwrap().reference.shown().text().contains(shared));
    assert_eq!(id_of(&body.replace(REFERENCE, &other)).0, Verdict::NotUsable);
}

#[test]
fn every_token_state_has_its_own_finding() {
    for (state, id) in [
        ("SUSPENDED", "token-suspended"),
        ("INACTIVE", "token-inactive"),
        ("EXPIRED", "token-expired"),
        ("DELETED", "token-deleted"),
        ("DEACTIVATED", "token-deactivated"),
        ("suspended", "token-suspended"),
        ("FROZEN", "token-state-unknown"),
        ("ACTIVE\\u200b", "token-state-unknown"),
        ("ACTIVE ", "token-state-unknown"),
        ("", "token-state-missing"),
    ] {
        let body = with("\"status\": \"ACTIVE\"", &format!("\"status\": \"{state}\""));
        assert_eq!(id_of(&body), (Verdict::NotUsable, id), "{state}");
    }
}

#[test]
fn an_unknown_state_is_quoted_sanitised() {
    let judgement = judged(&answered(&with("\"ACTIVE\"", "\"AC\\u202eTIVE\"")));
    assert!(judgement.finding.meaning.text().contains(r"AC\u{202e}TIVE"));
    assert!(judgement.finding.action.text().starts_with("Treat the token as not usable"));
}

#[test]
fn a_state_in_small_letters_counts_and_is_pointed_out() {
    let judgement = judged(&answered(&with("\"ACTIVE\"", "\"Active\"")));
    assert_eq!((judgement.verdict, judgement.finding.severity), (Verdict::Usable, Severity::Good));
    let [odd] = judgement.others.as_slice() else { panic!("{:?}", judgement.others) };
    assert_eq!((odd.id, odd.severity), ("token-state-case", Severity::Warning));
}

#[test]
fn a_state_that_is_no_text_is_not_usable() {
    for (to, id) in [
        ("\"status\": null", "token-state-missing"),
        ("\"statu\": \"ACTIVE\"", "token-state-missing"),
        ("\"status\": [\"ACTIVE\"]", "token-state-unknown"),
        ("\"status\": 1", "token-state-unknown"),
    ] {
        assert_eq!(id_of(&with("\"status\": \"ACTIVE\"", to)), (Verdict::NotUsable, id), "{to}");
    }
}

#[test]
fn without_a_cryptogram_nothing_is_usable() {
    let field = format!("\"cryptogram\": \"{CRYPTOGRAM}\",");
    for (to, id) in [
        ("", "cryptogram-missing"),
        ("\"cryptogram\": null,", "cryptogram-missing"),
        ("\"cryptogram\": \"\",", "cryptogram-missing"),
        ("\"cryptogram\": \"xxxxxxxx\",", "cryptogram-placeholder"),
        ("\"cryptogram\": \"AwAA********AAA=\",", "cryptogram-masked"),
        ("\"cryptogram\": \"\u{2022}\u{2022}\u{2022}\u{2022}\",", "cryptogram-masked"),
        ("\"cryptogram\": {\"value\": \"AwAAAAEAQ3Pr\"},", "cryptogram-type"),
        ("\"cryptogram\": [],", "cryptogram-type"),
        ("\"cryptogram\": true,", "cryptogram-type"),
        ("\"cryptogram\": \"Uc/zwfC8WfYY nBAzBKk6bHsp6o=\",", "cryptogram-space"),
    ] {
        assert_eq!(id_of(&with(&field, to)), (Verdict::NotUsable, id), "{to}");
    }
}

#[test]
fn authentication_details_have_to_be_an_object() {
    let whole = format!("{{\n    \"cryptogram\": \"{CRYPTOGRAM}\",\n    \"token\": \"{TOKEN}\"\n  }}");
    for to in ["null", "\"none\"", "[]"] {
        assert_eq!(id_of(&with(&whole, to)), (Verdict::NotUsable, "authentication-missing"), "{to}");
    }
    let missing = with("\"authentication_details\"", "\"authentication\"");
    assert_eq!(id_of(&missing), (Verdict::NotUsable, "authentication-missing"));
}

#[test]
fn a_token_number_has_to_be_a_token_number() {
    for (to, id) in [
        ("null", "token-missing"),
        ("\"\"", "token-missing"),
        ("\"478808XXXXXX8243\"", "token-not-digits"),
        ("\"XXXXXXXXXXXXXXXX\"", "token-masked"),
        ("\"478808******8243\"", "token-masked"),
        ("\"4788 0802 5207 8243\"", "token-not-digits"),
        ("[4788080252078243]", "token-type"),
    ] {
        assert_eq!(id_of(&with(&format!("\"{TOKEN}\""), to)), (Verdict::NotUsable, id), "{to}");
    }
}

/// The sample with another expiry of the token; the card's stays.
fn with_expiry(month: &str, year: &str) -> String {
    let old = "\"last_four\": \"8243\",\n    \"exp_month\": \"11\",\n    \"exp_year\": \"2029\"";
    with(old, &format!("\"last_four\": \"8243\",\n    \"exp_month\": {month},\n    \"exp_year\": {year}"))
}

#[test]
fn a_token_is_good_to_the_end_of_its_month_and_no_longer() {
    for (month, year, expected) in [
        ("\"11\"", "\"2026\"", (Verdict::Usable, "usable")),
        ("11", "2026", (Verdict::Usable, "usable")),
        ("\"10\"", "\"2026\"", (Verdict::NotUsable, "token-expiry-past")),
        ("\"12\"", "\"25\"", (Verdict::NotUsable, "token-expiry-past")),
        ("\"13\"", "\"2029\"", (Verdict::NotUsable, "token-expiry-unreadable")),
        ("null", "\"2029\"", (Verdict::NotUsable, "token-expiry-unreadable")),
        ("\"\"", "\"\"", (Verdict::NotUsable, "token-expiry-unreadable")),
    ] {
        assert_eq!(id_of(&with_expiry(month, year)), expected, "{month} {year}");
    }
}

#[test]
fn the_last_minutes_of_a_month_are_counted_in_india() {
    let reply = answered(&with_expiry("\"11\"", "\"2026\""));
    let last = tokenscope::domain::calendar::Stamp(1_796_063_399_000);
    assert_eq!(last.utc(), "2026-11-30T18:29:59Z");
    let next = tokenscope::domain::calendar::Stamp(last.0 + 1000);
    assert_eq!(judge(&reply, None, last.date_in_india()).verdict, Verdict::Usable);
    assert_eq!(judge(&reply, None, next.date_in_india()).verdict, Verdict::NotUsable);
}

#[test]
fn a_card_past_its_expiry_under_a_live_token_is_no_fault() {
    let body = with(
        "V0010014622122423467188903638\",\n    \"exp_month\": \"11\",\n    \"exp_year\": \"2029\"",
        "V0010014622122423467188903638\",\n    \"exp_month\": \"01\",\n    \"exp_year\": \"2020\"",
    );
    assert_eq!(id_of(&body), (Verdict::Usable, "usable"));
}

#[test]
fn an_answer_for_somebody_else_is_not_usable_whatever_its_state() {
    assert_eq!(id_of(&with(REFERENCE, "token_other")), (Verdict::NotUsable, "other-card"));
    assert_eq!(id_of(&with("juspaytest_cust", "other_cust")), (Verdict::NotUsable, "other-customer"));
}

#[test]
fn a_contract_field_that_stands_twice_is_not_usable_and_an_unknown_one_is_passed_over() {
    let twice = with("\"eci\": \"07\",", "\"eci\": \"07\", \"eci\": \"05\",");
    let judgement = judged(&answered(&twice));
    assert_eq!((judgement.verdict, judgement.finding.id), (Verdict::NotUsable, "said-twice"));
    assert!(judgement.finding.meaning.text().starts_with("eci stands in the answer twice"));
    let state = with("\"status\": \"ACTIVE\",", "\"status\": \"ACTIVE\", \"status\": \"ACTIVE\",");
    assert_eq!(id_of(&state), (Verdict::NotUsable, "said-twice"));
    let unknown = with("\"eci\": \"07\",", "\"eci\": \"07\", \"foo\": 1, \"foo\": 2,");
    assert_eq!(id_of(&unknown), (Verdict::Usable, "usable"));
}

#[test]
fn refusals_are_told_apart() {
    let not_found =
        r#"{"error": true, "user_message": "Stored Card Entry Not Found", "error_message": "Not Found"}"#;
    let as_text = not_found.replace("true", "\"true\"");
    let denied = r#"{"status": "error", "error_code": "access_denied"}"#;
    let info = r#"{"error_info": {"code": "TE_42", "developer_message": "too old"}}"#;
    for (status, body, id) in [
        (400, not_found, "card-not-found"),
        (400, &as_text, "card-not-found"),
        (200, not_found, "card-not-found"),
        (401, denied, "key-refused"),
        (401, "", "key-refused-unnamed"),
        (403, "", "origin-refused-unnamed"),
        (400, r#"{"error_code": "BAD_ORIGIN"}"#, "origin-refused"),
        (404, r#"{"error": true}"#, "path-unknown"),
        (429, "", "too-many-calls"),
        (500, "", "server-fault"),
        (503, info, "server-fault"),
        (400, info, "service-error"),
        (200, info, "service-error"),
        (200, denied, "error-under-2xx"),
        (400, r#"{"error": true}"#, "refused"),
        (400, "not json", "refused"),
    ] {
        let judgement = judged(&came(status, &[], body));
        assert_eq!((judgement.verdict, judgement.finding.id), (Verdict::Refused, id), "{status} {body}");
        assert_eq!(judgement.finding.severity, Severity::Bad);
    }
}

#[test]
fn a_short_lived_token_in_place_of_a_reference_is_named() {
    let reply = came(400, &[], r#"{"error": true, "user_message": "Stored Card Entry Not Found"}"#);
    let finding = judge(&reply, Some(&sent("tkn_1234")), replies::AT.date_in_india()).finding;
    assert_eq!(finding.id, "short-lived-token");
    assert!(finding.action.text().contains("card_reference"));
    assert_eq!(judge(&reply, None, replies::AT.date_in_india()).finding.id, "card-not-found");
}

#[test]
fn the_texts_of_the_service_are_quoted_code_first() {
    let body = r#"{"error_info": {"code": "TE_42", "developer_message": "too old"}}"#;
    let meaning = judged(&came(400, &[], body)).finding.meaning.text();
    assert_eq!(meaning, "The tokenization service refused with code TE_42: \"too old\".");
}

#[test]
fn a_page_of_html_is_not_the_api() {
    let html = [("Content-Type", "text/html; charset=utf-8")];
    let id = |status| judged(&came(status, &html, "<html>blocked</html>")).finding.id;
    assert_eq!((id(403), id(404), id(401)), ("not-the-api", "not-the-api", "not-the-api"));
    let finding = judged(&came(502, &html, "<html>bad gateway</html>")).finding;
    assert_eq!(finding.id, "server-fault");
    let text = finding.meaning.text();
    assert!(text.contains("HTML") && text.contains("minted a cryptogram"), "{text}");
}

#[test]
fn a_retry_after_is_shown_cut_and_sanitised() {
    let action = |value: &str| judged(&came(429, &[("Retry-After", value)], "")).finding.action.text();
    assert!(action("30").ends_with("names as time: 30 s."));
    assert!(action("Wed, 21 Oct 2026 07:28:00 GMT").contains("\"Wed, 21 Oct 2026 07:28:00 GMT\""));
    let hostile = action(&format!("\u{1b}]0;x\u{7}{}", "9".repeat(500)));
    assert!(!hostile.contains('\u{1b}') && hostile.chars().count() < 120, "{hostile}");
    assert!(judged(&came(429, &[], "")).finding.action.text().contains("Wait some minutes"));
}

#[test]
fn what_cannot_be_read_says_where_it_broke() {
    for (body, id, part) in [
        ("", "body-empty", "The body is empty;"),
        ("<html>", "body-markup", "a page of HTML"),
        ("nothing", "body-not-json", "line 1 column 2"),
        ("[]", "body-no-object", "not an object"),
        ("{\"a\": 1}", "body-other-object", "none of the contract's fields"),
    ] {
        let judgement = judged(&answered(body));
        assert_eq!((judgement.verdict, judgement.finding.id), (Verdict::Unreadable, id));
        assert!(judgement.finding.meaning.text().contains(part), "{body}");
    }
}

#[test]
fn a_body_that_cannot_be_read_is_named_by_its_content_type() {
    let reply = came(200, &[("content-type", "text/html")], "<html>");
    assert!(judged(&reply).finding.meaning.text().ends_with("its content-type is \"text/html\"."));
}

#[test]
fn a_cryptogram_of_rupay_may_have_another_length() {
    let body = with(CRYPTOGRAM, "Uc/zwfC8WfYY").replace("\"VISA\"", "\"RUPAY\"");
    assert_eq!(id_of(&body), (Verdict::Usable, "usable"));
}

#[test]
fn a_long_text_from_outside_does_not_bury_the_sentence() {
    let body = format!("{{\"error\": true, \"user_message\": \"{}\"}}", "no ".repeat(9000));
    let meaning = judged(&came(400, &[], &body)).finding.meaning.text();
    assert!(meaning.chars().count() < 220 && meaning.contains('…'), "{meaning}");
}

#[test]
fn no_answer_says_whether_the_server_may_have_processed_the_call() {
    let judged = |failure| judged(&Reply::Failed(failure, Timing::default()));
    let refused = judged(Failure::Connect);
    assert_eq!((refused.verdict, refused.finding.id), (Verdict::NoAnswer, "no-connection"));
    assert!(refused.finding.meaning.text().contains("processed nothing"));
    let slow = judged(Failure::TotalTimeout).finding;
    assert!(slow.meaning.text().contains("may have processed"));
    assert_eq!(slow.confidence, Confidence::Sure);
}

#[test]
fn no_sentence_holds_a_secret_that_an_error_text_repeats() {
    let body = with("\"status\": \"ACTIVE\"", &format!("\"status\": \"NO {TOKEN}\""));
    let meaning = judged(&answered(&body)).finding.meaning.text();
    assert!(!meaning.contains("080252") && meaning.contains("••••••••"), "{meaning}");
}
