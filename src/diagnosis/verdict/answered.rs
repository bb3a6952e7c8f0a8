//! The rules for the contract's 200: can this token be used in a payment now?

use jiff::civil::Date;

use super::Judgement;
use crate::diagnosis::{CONTRACT, Confidence, Finding, Severity, around, ours};
use crate::domain::answer::{Answer, Field, Held, Mismatch};
use crate::domain::calendar::Expiry;
use crate::domain::history::Verdict;
use crate::secret::{Alphabet, Facts, Node, is_named};

/// Life cycle of a network token: CYB-LCM and RZP of contract/domain.md, section 3.
const LIFE_CYCLE: &str = "token life cycle, Cybersource and Razorpay";

/// Fit for any fault between us and the network.
const JUDGEMENT: &str = "judgement of this program";

type Rule = fn(&Answer, Date) -> Option<Finding>;

/// In order of weight: first whose answer it is, then whether it can be read one way only, then the token itself.
const RULES: [Rule; 9] = [
    another_card,
    another_customer,
    said_twice,
    state,
    authentication_missing,
    cryptogram_unusable,
    cryptogram_damaged,
    token_unusable,
    expiry_unusable,
];

pub(super) fn judge(answer: &Answer, today: Date) -> Judgement {
    match RULES.iter().find_map(|rule| rule(answer, today)) {
        Some(finding) => Judgement { verdict: Verdict::NotUsable, finding },
        None => Judgement { verdict: Verdict::Usable, finding: usable(answer) },
    }
}

fn usable(answer: &Answer) -> Finding {
    let meaning = "The token is ACTIVE and came with its cryptogram, number and expiry: it can be used now.";
    let eci = if answer.eci.plain().is_some_and(|eci| matches!(eci, "07" | "7")) {
        " ECI 07 is normal here, as no 3-D Secure ran."
    } else {
        ""
    };
    let odd_case = status(answer).filter(|word| *word != "ACTIVE");
    let case = odd_case.map_or("", |_| " (The state is not written in capitals as the contract has it.)");
    Finding {
        id: if odd_case.is_some() { "usable-odd-case" } else { "usable" },
        severity: if odd_case.is_some() { Severity::Warning } else { Severity::Good },
        meaning: ours(&format!("{meaning}{eci}{case}")),
        action: ours(
            "Send token, cryptogram and ECI of this one answer, with the token's expiry; the cryptogram works once.",
        ),
        source: CONTRACT,
        confidence: Confidence::Sure,
    }
}

fn another_card(answer: &Answer, _: Date) -> Option<Finding> {
    let meaning = if answer.mismatches.contains(&Mismatch::Customer) {
        "The answer is for another card of another customer: neither its reference nor its customer_id is the one that was asked for."
    } else {
        "The answer is for another card: its reference is not the card_reference that was asked for."
    };
    answer.mismatches.contains(&Mismatch::Reference).then(|| {
        Finding::bad(
            "other-card",
            ours(meaning),
            "Do not use it. Fetch once more; if it happens again, escalate with the request id and the time.",
        )
        .from(JUDGEMENT, Confidence::Sure)
    })
}

fn another_customer(answer: &Answer, _: Date) -> Option<Finding> {
    answer.mismatches.contains(&Mismatch::Customer).then(|| {
        Finding::bad(
            "other-customer",
            ours("The answer is for another customer: its customer_id is not the one that was asked for."),
            "Do not use it. Check the customer_id with the merchant; if it is right, escalate with the request id.",
        )
        .from(JUDGEMENT, Confidence::Sure)
    })
}

fn said_twice(answer: &Answer, _: Date) -> Option<Finding> {
    let path = answer.duplicated.iter().find(|path| is_named(path))?;
    let meaning = format!("{path} stands in the answer twice, so nobody can tell which value counts.");
    let action = "Do not use it. Escalate with the request id and the time: the sender's JSON is broken.";
    Some(Finding::bad("said-twice", ours(&meaning), action).from(JUDGEMENT, Confidence::Sure))
}

fn status(answer: &Answer) -> Option<&str> {
    answer.token_details.status.plain()
}

fn state(answer: &Answer, _: Date) -> Option<Finding> {
    let word = status(answer).map(str::to_ascii_uppercase);
    match word.as_deref() {
        Some("ACTIVE") => None,
        Some("SUSPENDED") => Some(suspended()),
        Some("INACTIVE") => Some(inactive()),
        Some("EXPIRED") => Some(expired()),
        Some("DELETED") => Some(gone("token-deleted", "DELETED")),
        Some("DEACTIVATED") => Some(gone("token-deactivated", "DEACTIVATED")),
        _ => Some(unknown_state(&answer.token_details.status)),
    }
}

fn suspended() -> Finding {
    Finding::bad(
        "token-suspended",
        ours("The token is SUSPENDED: the issuer or the cardholder has paused it, and it may come back."),
        "Let the cardholder ask the issuer, or take another card; do not try in a loop.",
    )
    .from(LIFE_CYCLE, Confidence::Sure)
}

fn inactive() -> Finding {
    Finding::bad(
        "token-inactive",
        ours("The token is INACTIVE: it is not activated yet, or was switched off."),
        "If the card was saved just now, fetch later; else let the customer save the card again.",
    )
    .from("state list of Hyperswitch", Confidence::Likely)
}

fn expired() -> Finding {
    Finding::bad(
        "token-expired",
        ours("The token is EXPIRED: it is past its own date, and only the issuer can renew it."),
        "Fetch again in some days; if it stays so, let the customer save the card again.",
    )
    .from(LIFE_CYCLE, Confidence::Likely)
}

fn gone(id: &'static str, word: &str) -> Finding {
    let meaning = format!("The token is {word}: this is final, it cannot come back.");
    let action = "Let the customer save the card again, with new consent and authentication.";
    Finding::bad(id, ours(&meaning), action).from(LIFE_CYCLE, Confidence::Sure)
}

fn unknown_state(status: &Field) -> Finding {
    let seen = match status {
        Field::Missing => ours("The answer names no token state (token_details.status is missing)"),
        Field::Null => ours("The answer names no token state (token_details.status is null)"),
        Field::Shown(text) if text.is_empty() => {
            ours("The answer names no token state (token_details.status is empty)")
        }
        Field::Shown(text) => around("The token state \"", text, "\" is none that is known"),
        Field::Hidden => ours("The token state cannot be read, as it is no text"),
    };
    let id = if status.plain().is_some_and(|word| !word.is_empty()) {
        "token-state-unknown"
    } else {
        "token-state-missing"
    };
    let action = "Treat the token as not usable. Escalate with the request id and the time of this call.";
    Finding::bad(id, around("", &seen, "."), action).from("state list of Hyperswitch", Confidence::Sure)
}

fn authentication_missing(answer: &Answer, _: Date) -> Option<Finding> {
    let how = match authentication_details(&answer.tree) {
        Some(Node::Map(_)) => return None,
        None => "missing",
        Some(Node::Null) => "null",
        Some(_) => "no object",
    };
    let meaning = format!(
        "The token is ACTIVE, but authentication_details is {how}: the network gave no cryptogram this time."
    );
    Some(no_cryptogram("authentication-missing", &meaning))
}

fn authentication_details(tree: &Node) -> Option<&Node> {
    let Node::Map(entries) = tree else { return None };
    entries
        .iter()
        .find(|entry| entry.name.plain() == Some("authentication_details"))
        .map(|entry| &entry.value)
}

fn no_cryptogram(id: &'static str, meaning: &str) -> Finding {
    let action = "Fetch once more later; if it happens again, escalate with the reference and the time.";
    Finding::bad(id, ours(meaning), action).from(JUDGEMENT, Confidence::Likely)
}

fn cryptogram_unusable(answer: &Answer, _: Date) -> Option<Finding> {
    let absent = |how: &str| {
        let meaning =
            format!("The token is ACTIVE, but the cryptogram is {how}: the network gave none this time.");
        Some(no_cryptogram("cryptogram-missing", &meaning))
    };
    match &answer.cryptogram {
        Held::Missing => absent("missing"),
        Held::Null => absent("null"),
        Held::Unusable => Some(wrong_type("cryptogram-type", "cryptogram")),
        Held::Value(secret) => match secret.facts() {
            Facts { length: 0, .. } => absent("empty"),
            Facts { placeholder: true, .. } => Some(hidden_upstream(
                "cryptogram-placeholder",
                "The cryptogram is a row of X, the placeholder of the contract's sample, and no real value.",
            )),
            Facts { masked_upstream: true, .. } => Some(hidden_upstream(
                "cryptogram-masked",
                "The cryptogram was masked before it came here: it holds stars or bullets.",
            )),
            _ => None,
        },
    }
}

/// What came is there, but is not what the network made.
fn cryptogram_damaged(answer: &Answer, _: Date) -> Option<Finding> {
    let facts = answer.cryptogram.value()?.facts();
    let of_card_network = answer.network.plain().is_some_and(|it| matches!(it, "VISA" | "MASTERCARD"))
        && answer.token_details.provider_category.plain() == Some("NETWORK");
    let (id, meaning, source) = if facts.has_space {
        (
            "cryptogram-space",
            "The cryptogram holds a blank: a + in it was decoded as in a web form.",
            "juspay.io, token and TAVV",
        )
    } else if of_card_network && !matches!(facts.length, 27..=32 | 40) {
        (
            "cryptogram-length",
            "The cryptogram is not as long as Visa and Mastercard make it (28 characters, 40 in hex).",
            "Cybersource, cryptogram",
        )
    } else {
        return None;
    };
    Some(hidden_upstream(id, meaning).from(source, Confidence::Sure))
}

fn hidden_upstream(id: &'static str, meaning: &str) -> Finding {
    let action = "Look for what changes the answer on its way (proxy, mock, log copy) and fetch without it.";
    Finding::bad(id, ours(meaning), action)
}

fn wrong_type(id: &'static str, name: &str) -> Finding {
    let meaning = format!("authentication_details.{name} is no text, so it cannot be used.");
    Finding::bad(id, ours(&meaning), "Escalate with the request id and the time: the contract has a String.")
}

fn token_unusable(answer: &Answer, _: Date) -> Option<Finding> {
    let absent = |how: &str| {
        let meaning = format!("The answer holds no token number (authentication_details.token is {how}).");
        let action = "Fetch once more later; if it happens again, escalate with the reference and the time.";
        Some(Finding::bad("token-missing", ours(&meaning), action))
    };
    match &answer.token {
        Held::Missing => absent("missing"),
        Held::Null => absent("null"),
        Held::Unusable => Some(wrong_type("token-type", "token")),
        Held::Value(secret) if secret.facts().length == 0 => absent("empty"),
        Held::Value(secret) => broken_number(secret.facts()),
    }
}

fn broken_number(facts: &Facts) -> Option<Finding> {
    let (id, seen) = if facts.placeholder || facts.masked_upstream {
        ("token-masked", "was masked before it came here: it holds X, stars or bullets")
    } else if facts.alphabet != Alphabet::Digits {
        ("token-not-digits", "holds something else than digits")
    } else if !(12..=19).contains(&facts.length) {
        ("token-length", "has not the 12 to 19 digits of a token")
    } else if !facts.luhn {
        ("token-check-digit", "fails its check digit, so a digit is wrong or was masked")
    } else {
        return None;
    };
    let meaning = format!("The token number {seen}.");
    Some(hidden_upstream(id, &meaning).from("EMV payment tokenisation", Confidence::Sure))
}

fn expiry_unusable(answer: &Answer, today: Date) -> Option<Finding> {
    let details = &answer.token_details;
    let read = |field: &Field| field.plain().map(str::to_owned);
    let expiry = read(&details.exp_month).zip(read(&details.exp_year));
    match expiry.and_then(|(month, year)| Expiry::read(&month, &year)) {
        None => Some(Finding::bad(
            "token-expiry-unreadable",
            ours("The token's expiry is missing or no month and year, and a payment needs it."),
            "Escalate with the request id. Do not send the card's expiry in its place: it is another date.",
        )),
        Some(expiry) if expiry.is_over(today) => Some(
            Finding::bad(
                "token-expiry-past",
                ours("The token is ACTIVE, but its own expiry is over: one of the two is out of date."),
                "Fetch once more; if it stays so, escalate, and let the customer save the card again.",
            )
            .from(JUDGEMENT, Confidence::Likely),
        ),
        Some(_) => None,
    }
}
