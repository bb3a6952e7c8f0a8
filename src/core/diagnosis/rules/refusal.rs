//! A refusal: what the API, or something in front of it, objects to.

use super::{Question, Refused, Seen, refusal};
use crate::diagnosis::{around, ours};
use crate::domain::answer::Field;
use crate::secret::Masked;

/// The error text of the contract's 400.
const NOT_FOUND: &str = "stored card entry not found";

/// Columns of a `Retry-After` that are shown; a date takes 29.
const RETRY_AFTER_WIDTH: usize = 40;

/// From the most telling sign to the bare status; the last one always fires.
pub(super) const QUESTIONS: &[Question] = &[&[
    refusal("short-lived-token", short_lived_token),
    refusal("card-not-found", card_not_found),
    refusal("key-refused", key_refused),
    refusal("origin-refused", |case| case.by_code("BAD_ORIGIN")),
    refusal("too-many-calls", too_many_calls),
    refusal("network-not-onboarded", |case| case.by_text("contact juspay to register")),
    refusal("card-not-eligible", |case| case.by_text("can currently not be used")),
    refusal("network-down", |case| case.by_text("token service was unavailable")),
    refusal("network-fault", |case| case.by_text("upstream api error")),
    refusal("server-fault", server_fault),
    refusal("answered-with-redirect", redirect),
    refusal("not-the-api", not_the_api),
    refusal("code-invalid-input", |case| case.by_code("INVALID_INPUT")),
    refusal("code-parameter-missing", |case| case.by_code("MISSING_MANDATORY_PARAMETER")),
    refusal("code-not-found", |case| case.by_code("RESOURCE_NOT_FOUND")),
    refusal("code-expired", |case| case.by_code("EXPIRED")),
    refusal("code-duplicate", |case| case.by_code("DUPLICATE_REQUEST")),
    refusal("code-unauthorized", |case| case.by_code("UNAUTHORIZED")),
    refusal("code-unauthenticated", |case| case.by_code("UNAUTHENTICATED")),
    refusal("key-refused-unnamed", |case| case.by_status(401)),
    refusal("origin-refused-unnamed", |case| case.by_status(403)),
    refusal("path-unknown", |case| case.by_status(404)),
    refusal("service-error", service_error),
    refusal("error-under-2xx", error_under_2xx),
    refusal("refused", |case| Some(refused(case))),
]];

impl Refused<'_> {
    /// What the API said, in quotes, to end a sentence with.
    fn told(&self) -> Masked {
        match self.refusal.told() {
            Some(told) if !told.is_empty() => around(": \"", &told, "\"."),
            _ => ours("."),
        }
    }

    /// The status as evidence, and what was said.
    fn seen(&self) -> Seen {
        let status = self.status.map_or_else(|| ours("not known"), |status| ours(&status.to_string()));
        Seen::at("HTTP status", status).word("told", self.told())
    }

    /// The texts for people.
    pub(super) fn texts(&self) -> [(&'static str, &Field); 4] {
        let refusal = self.refusal;
        [
            ("user_message", &refusal.user_message),
            ("error_message", &refusal.error_message),
            ("error_info.user_message", &refusal.info_user_message),
            ("error_info.developer_message", &refusal.info_developer_message),
        ]
    }

    /// Fires where a text holds these words, in small letters.
    fn by_text(&self, words: &str) -> Option<Seen> {
        let holds = |field: &Field| field.plain().is_some_and(|it| it.to_ascii_lowercase().contains(words));
        let (path, field) = self.texts().into_iter().find(|(_, field)| holds(field))?;
        Some(self.seen().and(path, field.shown()))
    }

    /// Fires on a code of the API's list.
    fn by_code(&self, code: &str) -> Option<Seen> {
        let codes = [("error_code", &self.refusal.error_code), ("error_info.code", &self.refusal.info_code)];
        let is_it = |field: &Field| field.plain().is_some_and(|it| it.eq_ignore_ascii_case(code));
        let (path, field) = codes.into_iter().find(|(_, field)| is_it(field))?;
        Some(self.seen().and(path, field.shown()))
    }

    fn by_status(&self, status: u16) -> Option<Seen> {
        (self.status == Some(status)).then(|| self.seen())
    }

    fn is_html(&self) -> bool {
        let kind = self.exchange.header("content-type").map(|kind| kind.text().to_ascii_lowercase());
        self.refusal.tree.is_none() && kind.is_some_and(|kind| kind.contains("html"))
    }
}

/// The contract's 400, whatever its status.
pub(super) fn says_not_found(case: &Refused<'_>) -> Option<Seen> {
    case.by_text(NOT_FOUND)
}

fn short_lived_token(case: &Refused<'_>) -> Option<Seen> {
    let reference = &case.asked?.card_reference;
    let is_short_lived = reference.plain()?.starts_with("tkn_");
    says_not_found(case).filter(|_| is_short_lived).map(|seen| seen.and("card_reference", reference.clone()))
}

fn card_not_found(case: &Refused<'_>) -> Option<Seen> {
    let seen = says_not_found(case)?;
    Some(match case.asked {
        Some(asked) => seen
            .and("x-merchantid", asked.merchant_id.clone())
            .and("customer_id", asked.customer_id.clone())
            .and("card_reference", asked.card_reference.clone()),
        None => seen,
    })
}

/// A body alone has no status, and its code says enough.
fn key_refused(case: &Refused<'_>) -> Option<Seen> {
    case.by_code("access_denied").filter(|_| matches!(case.status, Some(401) | None))
}

fn too_many_calls(case: &Refused<'_>) -> Option<Seen> {
    let seen = case.by_status(429)?;
    let Some(value) = case.exchange.header("retry-after") else {
        return Some(seen.says("wait", "Wait some minutes before the next call; do not try in a loop."));
    };
    let wait = around("Wait before the next call. The API names as time: ", &retry_after(value), ".");
    Some(seen.and("retry-after", value.cut(RETRY_AFTER_WIDTH)).word("wait", wait))
}

/// Digits are seconds; anything else is quoted, cut.
fn retry_after(value: &Masked) -> Masked {
    let cut = value.cut(RETRY_AFTER_WIDTH);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if cut.plain().is_some_and(is_number) { around("", &cut, " s") } else { around("\"", &cut, "\"") }
}

fn server_fault(case: &Refused<'_>) -> Option<Seen> {
    let status = case.status.filter(|status| (500..600).contains(status))?;
    let page = if case.is_html() {
        " with a page of HTML, which a proxy or gateway in between may have written"
    } else {
        ""
    };
    Some(case.seen().says("status", &status.to_string()).says("page", page))
}

fn not_the_api(case: &Refused<'_>) -> Option<Seen> {
    let status = case.status.map_or_else(|| "An answer".to_owned(), |status| format!("HTTP {status}"));
    case.is_html().then(|| case.seen().says("status", &status))
}

fn redirect(case: &Refused<'_>) -> Option<Seen> {
    let status = case.status.filter(|status| (300..400).contains(status))?;
    Some(case.seen().says("status", &status.to_string()))
}

/// The tokenization service's own shape: its code first, its developer message second.
fn service_error(case: &Refused<'_>) -> Option<Seen> {
    let code = case.refusal.info_code.masked()?;
    Some(case.seen().and("error_info.code", code.clone()).word("code", around("", &code, "")))
}

fn error_under_2xx(case: &Refused<'_>) -> Option<Seen> {
    let status = case.status.filter(|status| (200..300).contains(status))?;
    Some(case.seen().says("status", &format!("The API answered HTTP {status}")))
}

fn refused(case: &Refused<'_>) -> Seen {
    let status = case.status.map_or_else(String::new, |status| format!(" with HTTP {status}"));
    case.seen().says("status", &status)
}
