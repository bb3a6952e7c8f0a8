//! The rules for a refusal: what the API, or something in front of it, objects to.

use crate::diagnosis::{CONTRACT, Confidence, Finding, around, ours};
use crate::domain::answer::{Field, Refusal};
use crate::domain::exchange::Exchange;
use crate::domain::sent::Sent;
use crate::secret::Masked;

/// The error text of the contract's 400.
const NOT_FOUND: &str = "stored card entry not found";

/// Columns of a `Retry-After` that are shown; a date takes 29.
const RETRY_AFTER_WIDTH: usize = 40;

/// A refusal with what is known around it.
pub(super) struct Case<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) refusal: &'a Refusal,
    pub(super) asked: Option<&'a Sent>,
}

type Rule = fn(&Case<'_>) -> Option<Finding>;

/// From the most telling sign to the bare status.
const RULES: [Rule; 9] = [
    short_lived_token,
    card_not_found,
    key_refused,
    origin_refused,
    too_many,
    server_fault,
    not_the_api,
    path_unknown,
    service_error,
];

pub(super) fn find(case: &Case<'_>) -> Finding {
    RULES.iter().find_map(|rule| rule(case)).unwrap_or_else(|| anything_else(case))
}

impl Case<'_> {
    fn status(&self) -> u16 {
        self.exchange.status
    }

    /// What the API said, in quotes, to end a sentence with.
    fn told(&self) -> Masked {
        match self.refusal.told() {
            Some(told) if !told.is_empty() => around(": \"", &told, "\"."),
            _ => ours("."),
        }
    }

    fn says_not_found(&self) -> bool {
        let refusal = self.refusal;
        [&refusal.user_message, &refusal.error_message, &refusal.info_user_message]
            .into_iter()
            .chain([&refusal.info_developer_message])
            .filter_map(Field::plain)
            .any(|text| text.to_ascii_lowercase().contains(NOT_FOUND))
    }

    fn has_code(&self, code: &str) -> bool {
        [&self.refusal.error_code, &self.refusal.info_code]
            .into_iter()
            .filter_map(Field::plain)
            .any(|it| it.eq_ignore_ascii_case(code))
    }

    fn is_html(&self) -> bool {
        let kind = self.exchange.header("content-type").map(|kind| kind.text().to_ascii_lowercase());
        self.refusal.tree.is_none() && kind.is_some_and(|kind| kind.contains("html"))
    }
}

fn short_lived_token(case: &Case<'_>) -> Option<Finding> {
    let reference = case.asked?.card_reference.plain()?;
    (case.says_not_found() && reference.starts_with("tkn_")).then(|| {
        Finding::bad(
            "short-lived-token",
            ours("No stored card was found: a reference that starts with tkn_ is the short-lived card_token of List Cards."),
            "Use the card_reference of that card, which List Cards shows beside it.",
        )
        .from("juspay.io, List Stored Cards", Confidence::Sure)
    })
}

fn card_not_found(case: &Case<'_>) -> Option<Finding> {
    case.says_not_found().then(|| {
        Finding::bad(
            "card-not-found",
            ours("There is no stored card for this merchant, customer and reference together."),
            "Check in this order: environment, x-merchantid, customer_id, card_reference (a reseller: submerchantId). Then list the customer's cards.",
        )
    })
}

fn key_refused(case: &Case<'_>) -> Option<Finding> {
    if case.status() != 401 || case.is_html() {
        return None;
    }
    let sure = case.has_code("access_denied");
    let how = if sure { " (access_denied)" } else { "" };
    let meaning = format!(
        "The API does not accept the key{how}: it is of the other environment, of another merchant than x-merchantid, or withdrawn."
    );
    let action = "Check environment and x-merchantid of this profile, and that its key source gives the key of just these.";
    let confidence = if sure { Confidence::Sure } else { Confidence::Likely };
    Some(Finding::bad("key-refused", ours(&meaning), action).from(CONTRACT, confidence))
}

fn origin_refused(case: &Case<'_>) -> Option<Finding> {
    let named = case.has_code("BAD_ORIGIN");
    if !named && (case.status() != 403 || case.is_html()) {
        return None;
    }
    let meaning =
        "The API does not accept calls from this network: its address is not on the merchant's allow list.";
    let action = "Send from a network that is allowed, or ask Juspay to add this one.";
    let confidence = if named { Confidence::Sure } else { Confidence::Likely };
    Some(Finding::bad("origin-refused", ours(meaning), action).from("juspay.io, error codes", confidence))
}

fn too_many(case: &Case<'_>) -> Option<Finding> {
    (case.status() == 429).then(|| {
        let when = case.exchange.header("retry-after").map_or_else(
            || ours("Wait some minutes before the next call; do not try in a loop."),
            |value| around("Wait before the next call. The API names as time: ", &retry_after(value), "."),
        );
        let meaning = ours("The API refuses for now: too many calls in too short a time (HTTP 429).");
        let finding = Finding::bad("too-many-calls", meaning, "");
        Finding { action: when, ..finding.from("HTTP, RFC 6585", Confidence::Sure) }
    })
}

/// Digits are seconds; anything else is quoted, cut.
fn retry_after(value: &Masked) -> Masked {
    let cut = value.cut(RETRY_AFTER_WIDTH);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if cut.plain().is_some_and(is_number) { around("", &cut, " s") } else { around("\"", &cut, "\"") }
}

fn server_fault(case: &Case<'_>) -> Option<Finding> {
    let status = case.status();
    (500..600).contains(&status).then(|| {
        let page = if case.is_html() {
            " with a page of HTML, which a proxy or gateway in between may have written"
        } else {
            ""
        };
        let before = format!("The server failed with HTTP {status}{page}");
        let meaning = Masked::joined([
            around(&before, &case.told(), ""),
            ours(" It may have processed the call and minted a cryptogram."),
        ]);
        let action = "Fetch once more if a second cryptogram does no harm; if it happens again, escalate with request id and time.";
        Finding::bad("server-fault", meaning, action)
            .from("judgement of this program", Confidence::Likely)
    })
}

fn not_the_api(case: &Case<'_>) -> Option<Finding> {
    case.is_html().then(|| {
        let meaning = format!(
            "HTTP {} with a page of HTML in place of JSON: a proxy, firewall or portal answered, not the API.",
            case.status()
        );
        let action = "Check host and path, then what stands between this machine and the API.";
        Finding::bad("not-the-api", ours(&meaning), action)
            .from("judgement of this program", Confidence::Likely)
    })
}

fn path_unknown(case: &Case<'_>) -> Option<Finding> {
    (case.status() == 404).then(|| {
        let meaning = around("The server does not know this path (HTTP 404)", &case.told(), "");
        let action = "The contract's path is /v4/card/get (not /v4/get/card): check base_url of the profile, or the merchant's URL.";
        Finding::bad("path-unknown", meaning, action)
    })
}

/// The tokenization service's own shape: its code first, its developer message second.
fn service_error(case: &Case<'_>) -> Option<Finding> {
    let code = case.refusal.info_code.masked()?;
    let meaning =
        Masked::joined([around("The tokenization service refused with code ", &code, ""), case.told()]);
    let action = "Look the code up in the API's error list; if it is not there, escalate with the request id and the time.";
    Some(
        Finding::bad("service-error", meaning, action).from("error shape of Hyperswitch", Confidence::Likely),
    )
}

fn anything_else(case: &Case<'_>) -> Finding {
    let status = case.status();
    let (id, before) = if (200..300).contains(&status) {
        ("error-under-2xx", format!("The API answered HTTP {status}, but the body is an error"))
    } else {
        ("refused", format!("The API refused with HTTP {status}"))
    };
    let meaning = around(&before, &case.told(), "");
    let action = "Check the four request fields and the version of the profile; then escalate with the request id and the time.";
    Finding::bad(id, meaning, action)
}
