//! What changed between two answers of the history, by meaning: the most severe first.
//!
//! Owns: the conditions and their order; the texts are in `assets/compare.toml`. It sees rows of history, so values that are
//! not kept are compared by their prints. Must not know: which rows a person picks, how a finding is shown. Tested:
//! `tests/compare.rs`, a case and a near miss for each meaning.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::rules::Seen;
use super::texts::difference;
use super::{Evidence, Finding};
use crate::domain::history::{Entry, Verdict};
use crate::secret::{Masked, Print};

const ACTIVE: &str = "ACTIVE";

/// Two calls about one card, in the order of time.
struct Pair<'a> {
    older: &'a Entry,
    newer: &'a Entry,
}

/// What a condition finds.
type Condition = fn(&Pair<'_>) -> Option<Seen>;

/// All meanings, in order of weight.
const MEANINGS: &[(&str, Condition)] = &[
    ("par-changed", par_changed),
    ("cryptogram-repeated", cryptogram_repeated),
    ("refused-since", refused_since),
    ("state-lost", state_lost),
    ("no-answer-now", no_answer_now),
    ("elsewhere", elsewhere),
    ("last-four-changed", last_four_changed),
    ("fingerprint-changed", fingerprint_changed),
    ("network-changed", |pair| pair.moved(NETWORK)),
    ("provider-changed", |pair| pair.moved(PROVIDER)),
    ("requestor-changed", |pair| pair.moved(REQUESTOR)),
    ("issuer-changed", |pair| pair.moved(ISSUER)),
    ("eci-changed", |pair| pair.moved(ECI)),
    ("re-issued", re_issued),
    ("expiry-moved", |pair| pair.moved(EXPIRY)),
    ("state-back", state_back),
    ("answered-again", answered_again),
    ("not-kept", not_kept),
    ("time-between", time_between),
    ("unchanged", unchanged),
];

/// A field of a row, by its name in the contract.
type Part = (&'static str, fn(&Entry) -> &Masked);

const STATE: Part = ("token_details.status", |row| &row.token_status);
const LAST_FOUR: Part = ("card_details.last_four", |row| &row.card_last_four);
const NETWORK: Part = ("network", |row| &row.network);
const ISSUER: Part = ("issuer", |row| &row.issuer);
const EXPIRY: Part = ("token_details.exp_month/exp_year", |row| &row.details.token_expiry);
const ECI: Part = ("eci", |row| &row.details.eci);
const PROVIDER: Part = ("token_details.provider", |row| &row.details.provider);
const REQUESTOR: Part = ("token_requestor_id", |row| &row.details.requestor);
const PARTS: [Part; 8] = [STATE, EXPIRY, LAST_FOUR, NETWORK, ISSUER, ECI, PROVIDER, REQUESTOR];

/// A value of which the print alone is kept.
type Kept = (&'static str, fn(&Entry) -> Option<&Print>);

const PAR: Kept = ("card_details.par", |row| row.details.par.as_ref());
const FINGERPRINT: Kept = ("fingerprint", |row| row.details.fingerprint.as_ref());
const CRYPTOGRAM: Kept = ("authentication_details.cryptogram", |row| row.details.cryptogram.as_ref());
const KEPT: [Kept; 3] = [PAR, FINGERPRINT, CRYPTOGRAM];

pub use super::texts::differences as texts;

/// The ids of all meanings.
pub fn meanings() -> impl Iterator<Item = &'static str> {
    MEANINGS.iter().map(|(id, _)| *id)
}

/// What changed from one call to another about the same card, in whichever order they are given.
pub fn differences(one: &Entry, other: &Entry) -> Vec<Finding> {
    let (older, newer) = if one.at <= other.at { (one, other) } else { (other, one) };
    let pair = Pair { older, newer };
    let mut found: Vec<Finding> =
        MEANINGS.iter().filter_map(|(id, sees)| sees(&pair).map(|seen| difference(id, seen))).collect();
    // Meanings of one weight keep their order.
    found.sort_by_key(|finding| Reverse(finding.severity));
    found
}

impl Pair<'_> {
    /// Whether an answer came both times; of another kind of reply nothing of a card is known.
    fn are_answers(&self) -> bool {
        is_answer(self.older) && is_answer(self.newer)
    }

    /// Both texts, where both are known.
    fn both(&self, (_, read): Part) -> Option<(&Masked, &Masked)> {
        let (before, after) = (read(self.older), read(self.newer));
        (self.are_answers() && is_known(before) && is_known(after)).then_some((before, after))
    }

    fn changed(&self, part: Part) -> Option<(&Masked, &Masked)> {
        self.both(part).filter(|(before, after)| before != after)
    }

    /// A field that is another one now.
    fn moved(&self, part: Part) -> Option<Seen> {
        let (before, after) = self.changed(part)?;
        Some(seen(part.0, before, after))
    }

    /// Whether two prints are equal, where both are known.
    fn is_same(&self, (_, read): Kept) -> Option<bool> {
        Some(read(self.older)? == read(self.newer)?)
    }
}

fn seen(field: &'static str, before: &Masked, after: &Masked) -> Seen {
    let at = |value: &Masked, when| Evidence {
        field: Cow::Owned(format!("{field} {when}")),
        value: value.clone(),
    };
    Seen {
        words: vec![("before", before.clone()), ("after", after.clone())],
        evidence: vec![at(before, "before"), at(after, "now")],
    }
}

/// A value of which nothing may be shown.
fn hidden(field: &'static str) -> Seen {
    Seen { words: Vec::new(), evidence: vec![Evidence { field: field.into(), value: Masked::hidden() }] }
}

fn is_answer(row: &Entry) -> bool {
    matches!(row.verdict, Verdict::Usable | Verdict::NotUsable)
}

fn is_known(text: &Masked) -> bool {
    text.plain().is_some_and(|text| !text.is_empty())
}

fn ours(text: &str) -> Masked {
    Masked::ours(text)
}

fn par_changed(pair: &Pair<'_>) -> Option<Seen> {
    (!pair.is_same(PAR)?).then(|| hidden(PAR.0))
}

fn cryptogram_repeated(pair: &Pair<'_>) -> Option<Seen> {
    pair.is_same(CRYPTOGRAM)?.then(|| hidden(CRYPTOGRAM.0))
}

fn refused_since(pair: &Pair<'_>) -> Option<Seen> {
    let is_gone = is_answer(pair.older) && pair.newer.verdict == Verdict::Refused;
    is_gone.then(|| seen("verdict", &pair.older.token_status, &ours(pair.newer.verdict.word())))
}

fn state_lost(pair: &Pair<'_>) -> Option<Seen> {
    let (before, after) = pair.changed(STATE)?;
    (after.plain() != Some(ACTIVE)).then(|| seen(STATE.0, before, after))
}

fn state_back(pair: &Pair<'_>) -> Option<Seen> {
    let (before, after) = pair.changed(STATE)?;
    (after.plain() == Some(ACTIVE)).then(|| seen(STATE.0, before, after))
}

fn no_answer_now(pair: &Pair<'_>) -> Option<Seen> {
    let is_open = matches!(pair.newer.verdict, Verdict::NoAnswer | Verdict::Unreadable);
    is_open.then(|| seen("verdict", &ours(pair.older.verdict.word()), &ours(pair.newer.verdict.word())))
}

fn answered_again(pair: &Pair<'_>) -> Option<Seen> {
    let is_back = !is_answer(pair.older) && is_answer(pair.newer);
    is_back.then(|| seen("verdict", &ours(pair.older.verdict.word()), &ours(pair.newer.verdict.word())))
}

fn elsewhere(pair: &Pair<'_>) -> Option<Seen> {
    let place = |row: &Entry| Masked::joined([row.profile.clone(), ours(" at "), row.host.clone()]);
    let (before, after) = (place(pair.older), place(pair.newer));
    (pair.older.host != pair.newer.host).then(|| seen("host", &before, &after))
}

/// Another card on the same account.
fn re_issued(pair: &Pair<'_>) -> Option<Seen> {
    pair.moved(LAST_FOUR).filter(|_| pair.is_same(PAR) == Some(true))
}

/// Another card, and nothing is known of the account.
fn last_four_changed(pair: &Pair<'_>) -> Option<Seen> {
    pair.moved(LAST_FOUR).filter(|_| pair.is_same(PAR).is_none())
}

/// A re-issued card has another fingerprint by itself.
fn fingerprint_changed(pair: &Pair<'_>) -> Option<Seen> {
    let is_other = !pair.is_same(FINGERPRINT)? && pair.changed(LAST_FOUR).is_none();
    is_other.then(|| hidden(FINGERPRINT.0))
}

/// What is known on one side only: that it is neither the same nor another has to be said.
fn not_kept(pair: &Pair<'_>) -> Option<Seen> {
    let parts = PARTS.iter().filter(|part| pair.both(**part).is_none()).map(|part| part.0);
    let prints = KEPT.iter().filter(|kept| pair.is_same(**kept).is_none()).map(|kept| kept.0);
    let missing = list(prints.chain(parts));
    (pair.are_answers() && !missing.is_empty()).then(|| listed(&missing))
}

/// A cryptogram that is another one is as it should be.
fn unchanged(pair: &Pair<'_>) -> Option<Seen> {
    let prints =
        [PAR, FINGERPRINT].into_iter().filter(|kept| pair.is_same(*kept) == Some(true)).map(|kept| kept.0);
    let is_equal = |part: &&Part| pair.both(**part).is_some_and(|(before, after)| before == after);
    let same = list(prints.chain(PARTS.iter().filter(is_equal).map(|part| part.0)));
    (!same.is_empty()).then(|| listed(&same))
}

fn list(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn listed(fields: &str) -> Seen {
    Seen { words: vec![("fields", ours(fields))], evidence: Vec::new() }
}

fn time_between(pair: &Pair<'_>) -> Option<Seen> {
    let (before, after) = (ours(&pair.older.at.utc()), ours(&pair.newer.at.utc()));
    let mut seen = seen("time", &before, &after);
    seen.words.push(("between", ours(&span(pair.newer.at.0 - pair.older.at.0))));
    (before != after).then_some(seen)
}

/// A time in the largest two of its units.
fn span(millis: i64) -> String {
    let seconds = millis / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min {} s", seconds % 60),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}
