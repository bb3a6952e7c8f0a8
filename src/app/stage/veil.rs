//! Finds ids in a text, whole or in pieces: a screen cuts, scrolls and quotes them.
//!
//! A piece is any [`PIECE`] characters of an id in a row, whatever the case, that are not also words of ours ([`WORDS`]):
//! `token_` tells nothing, and a label would vanish. An id that is shorter counts where it stands as a word of its own.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::{Kind, Stage};
use crate::secret::Masked;

/// Characters in a row that tell of an id (as threat model, row 28, has it for secrets).
const PIECE: usize = 6;

/// An id that is shorter is no word to look for: it would be found everywhere. A view that draws one knows it for an id.
const SHORTEST: usize = 3;

/// Words of ours and of the contract that ids are often made of.
const WORDS: &str = "card_reference customer_id submerchant_id submerchantId x-merchantid merchant_id x-routing-id routing_id \
    token_requestor_id token_details card_details authentication_details reference customer submerchant merchant routing \
    production sandbox.juspay.in api.juspay.in api-ns1.juspay.in emulator custom profile gateway cryptogram request-id";

/// An id and what stands for it.
struct Known {
    /// Its characters, in lower case.
    text: Vec<char>,
    alias: String,
    code: String,
    /// Whether all of it is words of ours, so that it tells nothing.
    is_word: bool,
}

/// What covers ids.
pub struct Veil {
    known: Vec<Known>,
}

/// What tells nothing of an id.
static OURS: LazyLock<HashSet<Vec<char>>> = LazyLock::new(|| {
    let words = WORDS.split_whitespace().map(folded);
    words.flat_map(|word| grams(&word).map(<[char]>::to_vec).collect::<Vec<_>>()).collect()
});

/// A place in a text, counted in characters, and what stands there instead.
#[derive(Debug, PartialEq, Eq)]
pub struct Cover<'a> {
    /// The place.
    pub place: Range<usize>,
    /// The pseudonym.
    pub alias: &'a str,
    /// Its code alone, for where there is no room.
    pub code: &'a str,
}

/// As one reads it whatever the case; one character stays one.
fn folded(text: &str) -> Vec<char> {
    text.chars().map(|c| c.to_ascii_lowercase()).collect()
}

fn grams(text: &[char]) -> impl Iterator<Item = &[char]> {
    text.windows(PIECE)
}

impl Veil {
    /// A veil over these ids; where a text is an id of several kinds, the first is its name.
    pub(super) fn over(stage: &Stage, ids: &[(Kind, String)]) -> Self {
        let mut seen = HashSet::new();
        let fresh =
            ids.iter().filter(|(_, text)| text.chars().count() >= SHORTEST && seen.insert(text.as_str()));
        let known = fresh.map(|(kind, text)| {
            let alias = stage.alias(*kind, text);
            let code = stage.code(text);
            let folded = folded(text);
            let is_word = WORDS.split_whitespace().any(|word| word.eq_ignore_ascii_case(text));
            Known { text: folded, alias, code, is_word }
        });
        Self { known: known.collect() }
    }

    /// Every id and every piece of one in a text, from the left, the longest first where two begin at one place.
    pub fn covers(&self, text: &str) -> Vec<Cover<'_>> {
        let line = folded(text);
        let (mut covers, mut at) = (Vec::new(), 0);
        while at < line.len() {
            let Some((length, known)) = self.longest(&line, at) else {
                at += 1;
                continue;
            };
            covers.push(Cover { place: at..at + length, alias: &known.alias, code: &known.code });
            at += length;
        }
        covers
    }

    /// The longest id or piece that begins here; a whole id before the piece of a longer one.
    fn longest(&self, line: &[char], at: usize) -> Option<(usize, &Known)> {
        let lengths = self.known.iter().filter_map(|known| {
            let whole = is_whole(known, line, at).then_some(known.text.len());
            let piece = piece(&known.text, line, at);
            Some((whole.max(piece)?, whole.is_some(), known))
        });
        lengths.max_by_key(|(length, whole, _)| (*length, *whole)).map(|(length, _, known)| (length, known))
    }

    /// The same without the ids of which nothing stands in a text, for a caller that looks at it line by line.
    #[must_use]
    pub fn near(mut self, text: &str) -> Self {
        let text = folded(text);
        let here: HashSet<&[char]> = grams(&text).collect();
        self.known.retain(|it| it.text.len() < PIECE || grams(&it.text).any(|gram| here.contains(gram)));
        self
    }

    /// A text with a pseudonym for each id.
    pub fn text(&self, text: &Masked) -> Masked {
        text.reworded(|part| {
            let lines: Vec<String> = part.split('\n').map(|line| self.line(line)).collect();
            lines.join("\n")
        })
    }

    fn line(&self, line: &str) -> String {
        let mut out = String::with_capacity(line.len());
        let mut chars = line.chars();
        let mut at = 0;
        for cover in self.covers(line) {
            out.extend(chars.by_ref().take(cover.place.start - at));
            chars.by_ref().take(cover.place.len()).for_each(drop);
            out.push_str(cover.alias);
            at = cover.place.end;
        }
        out.extend(chars);
        out
    }
}

/// How long the piece of an id is that begins here, where it tells something.
fn piece(id: &[char], line: &[char], at: usize) -> Option<usize> {
    let rest = line.get(at..)?;
    let first = rest.get(..PIECE)?;
    let starts = grams(id).enumerate().filter(|(_, gram)| *gram == first).map(|(start, _)| start);
    let run = |start: usize| id.iter().skip(start).zip(rest).take_while(|(a, b)| a == b).count();
    let length = starts.map(run).max()?;
    let is_telling = grams(rest.get(..length)?).any(|gram| !OURS.contains(gram));
    is_telling.then_some(length)
}

/// Whether the whole id stands here as a word of its own.
fn is_whole(known: &Known, line: &[char], at: usize) -> bool {
    let end = at + known.text.len();
    let is_edge = |c: Option<&char>| c.is_none_or(|c| !c.is_alphanumeric());
    let before = at.checked_sub(1).and_then(|place| line.get(place));
    !known.is_word
        && line.get(at..end) == Some(known.text.as_slice())
        && is_edge(before)
        && is_edge(line.get(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::AliasKey;

    fn veil(ids: &[&str]) -> Veil {
        let stage = Stage { on: true, key: Some(AliasKey::new(&[7; 32])) };
        let ids: Vec<_> = ids.iter().map(|id| (Kind::Card, (*id).to_owned())).collect();
        Veil::over(&stage, &ids)
    }

    fn covered(ids: &[&str], text: &str) -> String {
        let text = Masked::ours(text);
        veil(ids).text(&text).text().replace(|c: char| !c.is_ascii_graphic() && c != ' ', "?")
    }

    #[test]
    fn an_id_is_found_whole_cut_quoted_and_in_other_case() {
        let id = "tok_90af3c77";
        let name = covered(&[id], id);
        assert!(name.starts_with("card-"), "{name}");
        for (text, said) in [
            ("a tok_90af3c77.", format!("a {name}.")),
            ("\"tok_90af3c77\"", format!("\"{name}\"")),
            ("TOK_90AF3C77", name.clone()),
            ("k_90af3c7-", format!("{name}-")),
            ("xtok_90af3c77x", format!("x{name}x")),
        ] {
            assert_eq!(covered(&[id], text), said);
        }
        assert_eq!(covered(&[id], "tok_9 0af"), "tok_9 0af", "five are no piece");
    }

    #[test]
    fn the_longest_counts_and_a_whole_id_before_a_piece() {
        let (long, short) = ("token_90af3c77", "90af3c77");
        assert_eq!(covered(&[long, short], long), covered(&[long], long));
        assert_eq!(covered(&[long, short], short), covered(&[short], short));
        assert_ne!(covered(&[long, short], short), covered(&[long], long));
    }

    #[test]
    fn words_of_ours_stay_but_within_an_id() {
        for text in ["customer_id", "the merchant", "card_reference token_requestor_id", "sandbox.juspay.in"]
        {
            assert_eq!(
                covered(&["customer_id_9", "merchant_77", "token_reference", "juspay_x1"], text),
                text
            );
        }
        assert_eq!(covered(&["merchant_77"], "merchant_77"), covered(&["merchant_77"], "MERCHANT_77"));
    }

    #[test]
    fn a_short_id_counts_as_a_word_of_its_own() {
        assert!(!covered(&["acme"], "prod acme, acme-1").contains("acme"));
        assert_eq!(covered(&["acme"], "acmes tacme"), "acmes tacme");
        assert_eq!(covered(&["c"], "c c"), "c c");
    }
}
