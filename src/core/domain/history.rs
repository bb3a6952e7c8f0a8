//! What is kept of a call: an allow-listed projection, never a body, a token or a cryptogram.
//!
//! An [`Entry`] holds [`Masked`] text and plain enums only, so a secret cannot get into it. Of the card it keeps the last
//! four digits and the issuer and nothing else (contract/domain.md, section 6, RBI).

mod wanted;

pub use wanted::Wanted;

use super::answer::{Answer, Held};
use super::calendar::Stamp;
use super::profile::Environment;
use super::sent::Sent;
use crate::secret::{Masked, Print, PrintKey};

/// The verdict of a call, in the words of the screen (INTERFACE, "Words on the screen").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Answered, and the token can be used now.
    Usable,
    /// Answered, and it cannot.
    NotUsable,
    /// The API refused.
    Refused,
    /// No whole answer came.
    NoAnswer,
    /// What came cannot be read as the contract.
    Unreadable,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 5] =
        [Self::Usable, Self::NotUsable, Self::Refused, Self::NoAnswer, Self::Unreadable];

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Usable => "USABLE",
            Self::NotUsable => "NOT USABLE",
            Self::Refused => "REFUSED",
            Self::NoAnswer => "NO ANSWER",
            Self::Unreadable => "UNREADABLE",
        }
    }

    /// Reads [`Verdict::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The exit code of a headless call (INTERFACE, "Exit codes").
    pub fn exit(self) -> u8 {
        match self {
            Self::Usable => 0,
            Self::NotUsable => 6,
            Self::Refused => 3,
            Self::NoAnswer => 4,
            Self::Unreadable => 5,
        }
    }
}

/// One row of history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the database; zero before it is written.
    pub id: i64,
    /// When the call was sent.
    pub at: Stamp,
    /// Name of the profile.
    pub profile: Masked,
    /// Environment of the profile.
    pub environment: Environment,
    /// Host that it was sent to.
    pub host: Masked,
    /// `card_reference` asked for. This and the next three are hidden where the answer was for another card or customer.
    pub card_reference: Masked,
    /// `customer_id` asked for.
    pub customer_id: Masked,
    /// `x-routing-id` sent.
    pub routing_id: Masked,
    /// `submerchantId` sent; empty for none.
    pub submerchant_id: Masked,
    /// HTTP status, where an answer came.
    pub http_status: Option<u16>,
    /// The verdict.
    pub verdict: Verdict,
    /// One sentence.
    pub summary: Masked,
    /// Network of the card.
    pub network: Masked,
    /// Issuer of the card.
    pub issuer: Masked,
    /// State of the token.
    pub token_status: Masked,
    /// Last four digits of the card.
    pub card_last_four: Masked,
    /// Whole time of the call in milliseconds.
    pub total_ms: u32,
    /// What later answers about the card are compared by.
    pub details: Details,
}

/// What two answers are compared by, beside the fields above. Values that are not kept have a print, but the token has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// Month and year that the token expires.
    pub token_expiry: Masked,
    /// Electronic Commerce Indicator.
    pub eci: Masked,
    /// Provider of the token.
    pub provider: Masked,
    /// Token requestor id.
    pub requestor: Masked,
    /// Of the PAR.
    pub par: Option<Print>,
    /// Of the fingerprint.
    pub fingerprint: Option<Print>,
    /// Of the cryptogram.
    pub cryptogram: Option<Print>,
}

impl Details {
    /// Takes the prints of an answer. One for another card or customer has none, since it is kept under none of their ids.
    pub fn take_prints(&mut self, answer: &Answer, key: &PrintKey) {
        if !answer.mismatches.is_empty() {
            return;
        }
        let print = |held: &Held, field| held.value().map(|value| value.print(field, key));
        self.par = print(&answer.card_details.par, "par");
        self.fingerprint = print(&answer.fingerprint, "fingerprint");
        self.cryptogram = print(&answer.cryptogram, "cryptogram");
    }
}

impl Entry {
    /// Whether an answer came of the card that this call asked for, by the same profile and host.
    pub fn is_answer_to(&self, sent: &Sent) -> bool {
        matches!(self.verdict, Verdict::Usable | Verdict::NotUsable)
            && self.card_reference == sent.card_reference
            && self.profile == sent.profile
            && self.host == sent.host
    }
}

/// Which rows of history to read, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Rows at most.
    pub limit: u32,
    /// Only rows with a smaller id; `None` starts at the newest.
    pub before: Option<i64>,
    /// Only rows that hold this text in profile, reference, customer, verdict, HTTP status or time; empty for all.
    pub filter: String,
    /// Only rows that are just so.
    pub only: Only,
}

/// What was found by looking through a part of the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The rows, newest first.
    pub rows: Vec<Entry>,
    /// Rows with a smaller id were not looked at yet; `None` at the end.
    pub next: Option<i64>,
}

/// What a row has to be, each where it is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Only {
    /// Name of the profile.
    pub profile: Option<Masked>,
    /// `card_reference` asked for.
    pub card_reference: Option<Masked>,
    /// `customer_id` asked for.
    pub customer_id: Option<Masked>,
    /// The verdict.
    pub verdict: Option<Verdict>,
    /// Not sent before.
    pub since: Option<Stamp>,
}

/// What was done, to an answer or to what is kept. Each is an audit row that is on disk before the thing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Deed {
    Send,
    Batch,
    Reveal,
    Identity,
    Export,
    Copy,
    Compare,
    Purge,
    Retention,
}

impl Deed {
    /// The word in the audit trail.
    pub fn word(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Batch => "batch",
            Self::Reveal => "reveal",
            Self::Identity => "identity",
            Self::Export => "export",
            Self::Copy => "copy",
            Self::Compare => "compare",
            Self::Purge => "purge",
            Self::Retention => "retention",
        }
    }
}

/// A row of the audit trail: who did what to which card, when; no values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// When.
    pub at: Stamp,
    /// The user's name on this machine.
    pub who: Masked,
    /// What.
    pub deed: Deed,
    /// Under which profile.
    pub profile: Masked,
    /// Towards which host.
    pub host: Masked,
    /// For which `card_reference`.
    pub card_reference: Masked,
    /// How it ended, in our own words; [`ASKED`] where that is not known yet, and empty in rows of an older version.
    pub outcome: Masked,
}

/// The outcome of a row that is written before the thing is done.
pub const ASKED: &str = "asked";

impl AuditRow {
    /// A row that is yet to be written; who and when are filled in then.
    pub fn asked(deed: Deed, profile: &Masked, host: &Masked, card_reference: &Masked) -> Self {
        Self {
            at: Stamp::default(),
            who: Masked::default(),
            deed,
            profile: profile.clone(),
            host: host.clone(),
            card_reference: card_reference.clone(),
            outcome: Masked::ours(ASKED),
        }
    }

    /// The row of a send that is about to leave.
    pub fn send(sent: &Sent, who: &Masked) -> Self {
        let asked = Self::asked(Deed::Send, &sent.profile, &sent.host, &sent.card_reference);
        Self { at: sent.at, who: who.clone(), ..asked }
    }

    /// The second row of a send: how it ended. Where there is none, the program was killed.
    pub fn ended(sent: &Sent, verdict: Verdict, http_status: Option<u16>) -> Self {
        let status = http_status.map(|status| format!(", HTTP {status}")).unwrap_or_default();
        let outcome = Masked::ours(&format!("{}{status}", verdict.word()));
        Self { outcome, ..Self::asked(Deed::Send, &sent.profile, &sent.host, &sent.card_reference) }
    }

    /// A row about many sends under one profile: at the start of a batch, and at its end.
    pub fn batch(profile: &Masked, host: &Masked, outcome: &str) -> Self {
        let outcome = Masked::ours(outcome);
        Self { outcome, ..Self::asked(Deed::Batch, profile, host, &Masked::default()) }
    }

    /// The same, of a call that the isolation probe made.
    #[must_use]
    pub fn of_probe(mut self) -> Self {
        self.outcome.push_ours(", probe");
        self
    }

    /// The second row of a send that was under way when the console ended.
    pub fn left(sent: &Sent) -> Self {
        let outcome = Masked::ours("left in flight; the server may have processed it");
        Self { outcome, ..Self::asked(Deed::Send, &sent.profile, &sent.host, &sent.card_reference) }
    }

    /// A row about what is kept and not about one card.
    pub fn about_all(deed: Deed, outcome: &str) -> Self {
        let none = Masked::default();
        Self { outcome: Masked::ours(outcome), ..Self::asked(deed, &none, &none, &none) }
    }
}
