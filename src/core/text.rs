//! The one sanitiser for text from outside.
//!
//! Owns: what an untrusted character looks like once a person, a log, a file or a terminal gets it. Every text that
//! comes from an answer, a header, the config, a paste or a database row passes [`clean`] before it enters any of them.
//! Must not know: where a text came from or where it goes. Tested: below, by table and by property.
//!
//! A dangerous character is made visible as `\u{202e}` and never dropped: a dropped one would hide a look-alike.

pub mod nearest;
mod search;

pub use search::{fold, places};

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Combining marks kept on one base character; more of them climb over the neighbouring lines of a terminal.
const MARKS_PER_BASE: usize = 3;

/// Stars in a row that could be taken for a mask.
const STARS_OF_A_MASK: usize = 4;

/// Bytes within which a column is full in all but made-up texts: a letter with its marks.
const BYTES_OF_A_COLUMN: usize = 16;

/// Whether a text is nothing but printable ASCII without a star, as nearly every text is: such a one is clean.
pub fn is_plain(text: &str) -> bool {
    all(text, is_plain_word)
}

/// Whether all bytes of a text are so. Eight are looked at together, written out, since a build for size does not find that by
/// itself; the last ones are looked at with those before them, or with the first of them over and over.
#[inline]
fn all(text: &str, are_so: impl Fn(u64) -> bool) -> bool {
    let bytes = text.as_bytes();
    let (words, rest) = bytes.as_chunks();
    let last = || match (bytes.last_chunk(), rest) {
        (Some(last), _) => u64::from_ne_bytes(*last),
        (None, [first, ..]) => rest.iter().fold(each(*first), |word, byte| word << 8 | u64::from(*byte)),
        (None, []) => each(b' '),
    };
    words.iter().all(|word| are_so(u64::from_ne_bytes(*word))) && (rest.is_empty() || are_so(last()))
}

/// Whether eight bytes are plain.
fn is_plain_word(word: u64) -> bool {
    let is_control = word.wrapping_sub(each(b' ')) & !word & each(0x80) != 0;
    word & each(0x80) == 0 && !is_control && !has(word, b'*') && !has(word, 0x7f)
}

/// Whether any of these bytes, which are ASCII, stands in a text.
pub fn holds<const N: usize>(text: &str, bytes: [u8; N]) -> bool {
    !all(text, |word| !bytes.iter().any(|byte| has(word, *byte)))
}

/// Whether one of the eight bytes of a word is this one.
fn has(word: u64, byte: u8) -> bool {
    let zero = word ^ each(byte);
    zero.wrapping_sub(each(1)) & !zero & each(0x80) != 0
}

/// A word of eight times this byte.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Columns that a text takes on a terminal. Of what nearly all is made of, each character is one.
pub fn width(text: &str) -> usize {
    if is_a_column_each(text, usize::MAX) { text.chars().count() } else { text.width() }
}

/// Whether each of the first characters of a text is a column whatever stands beside it: printable ASCII, and what we draw
/// masks, boxes and marks with.
pub fn is_a_column_each(text: &str, first: usize) -> bool {
    let is_one = |c| matches!(c, ' '..='~' | '\u{2500}'..='\u{259f}' | '•' | '▸' | '…' | '·' | '—');
    let start = text.get(..first).unwrap_or(text);
    is_plain(start) || text.chars().take(first).all(is_one)
}

/// Makes a text from outside safe to show, log, store and export. Idempotent.
///
/// Control characters, bidi controls, zero-width and tag characters, bullets, look-alike stars and runs of four or more
/// `*` (both could imitate our mask) become a visible escape such as `\u{202e}`; combining marks are capped.
pub fn clean(raw: &str) -> String {
    if is_plain(raw) {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut marks = 0;
    let mut rest = raw.chars().peekable();
    let mut stars = 0;
    while let Some(c) = rest.next() {
        if c == '*' {
            stars += 1;
            if rest.peek() != Some(&'*') {
                push_stars(&mut out, std::mem::take(&mut stars));
            }
            marks = 0;
            continue;
        }
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if is_dangerous(c) || marks > MARKS_PER_BASE { push_escape(&mut out, c) } else { out.push(c) }
    }
    out
}

/// Whether [`clean`] would leave the text as it is.
pub fn is_clean(text: &str) -> bool {
    clean(text) == text
}

/// Cuts a text to at most `width` terminal columns, by grapheme, with `…` where something was cut.
pub fn cut(text: &str, width: usize) -> String {
    if !is_wider(text, width) {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    let (start, _) = split(text, width - 1);
    format!("{start}…")
}

/// A text up to so many columns, by grapheme, and the rest of it.
pub fn split(text: &str, columns: usize) -> (&str, &str) {
    // With the one behind: a mark would stand on the last that fits.
    let end = if is_a_column_each(text, columns.saturating_add(1)) {
        text.char_indices().nth(columns).map(|(end, _)| end)
    } else {
        end_of(text, columns)
    };
    text.split_at_checked(end.unwrap_or(text.len())).unwrap_or((text, ""))
}

fn end_of(text: &str, columns: usize) -> Option<usize> {
    let mut used = 0;
    let mut fits = |grapheme: &str| {
        used += grapheme.width();
        used <= columns
    };
    text.grapheme_indices(true).find(|(_, grapheme)| !fits(grapheme)).map(|(end, _)| end)
}

/// Whether a text takes more columns than these. Of a very long one no more is read than it takes to know.
pub fn is_wider(text: &str, width: usize) -> bool {
    // No character takes more columns than bytes.
    if text.len() <= width {
        return false;
    }
    let start = text
        .get(..text.floor_char_boundary(width.saturating_add(1).saturating_mul(BYTES_OF_A_COLUMN)))
        .unwrap_or_default();
    self::width(start) > width && start.len() < text.len() || self::width(text) > width
}

/// Whether a spreadsheet could take the text for a formula. Blanks and quotes before it do not keep one from that, nor does
/// full width.
pub fn begins_formula(text: &str) -> bool {
    let first = text.nfkc().find(|c| !c.is_whitespace() && !is_quote(*c));
    matches!(first, Some('=' | '+' | '-' | '@' | '\u{2212}'))
}

fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '\u{b4}' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}'
    )
}

/// Whether the character has no place in a value that a person types: it controls, hides, reorders or imitates a mask.
pub fn is_dangerous(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2022}' | '\u{25cf}' | '\u{2217}' | '\u{ff0a}' | '\u{fe61}' | '\u{2731}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
        || (c.width().unwrap_or(0) == 0 && !is_mark(c))
}

/// Whether the character stands on the one before it: combining marks, and the later letters of a Korean syllable.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
        || matches!(c, '\u{1161}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7fb}')
}

fn push_stars(out: &mut String, stars: usize) {
    for _ in 0..stars {
        if stars < STARS_OF_A_MASK { out.push('*') } else { push_escape(out, '*') }
    }
}

fn push_escape(out: &mut String, c: char) {
    out.extend(c.escape_unicode());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        let places = (1..=17).flat_map(|length| (0..length).map(move |place| (length, place)));
        for (byte, (length, place)) in (0..=0x7f_u8).flat_map(|byte| places.clone().map(move |at| (byte, at)))
        {
            let mut bytes = *b"sixteen, and one!";
            bytes[place] = byte;
            let text = std::str::from_utf8(&bytes[..length]).unwrap();
            assert_eq!(is_plain(text), (b' '..=b'~').contains(&byte) && byte != b'*', "{text:?}");
            assert_eq!(holds(text, [b'"', b'\\']), b"\"\\".contains(&byte), "{text:?}");
        }
        assert!(is_plain("") && !holds("", [b' ', b'"']) && !holds("a", [b' ', b'"']));
        assert!(!is_plain("seven b\u{e9}") && !holds("seven b\u{e9}", [b'"', 0x69]));
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in
            ["", "Rohit Singh", "Stored Card Entry Not Found", "Zoë — ₹ 卡", "a*b **c** ***", r"C:\u{202e}"]
        {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn a_text_is_plain_whatever_stands_beside_each_of_its_characters() {
        for c in (0..=u8::MAX).map(char::from) {
            for beside in [' ', '~', '+', ')', 'a', '\u{ff}'] {
                let is_plain = matches!(c, ' '..=')' | '+'..='~') && beside != '\u{ff}';
                let before: String = [beside; 7].iter().collect();
                for text in
                    [format!("{before}{c}"), format!("{c}{before}"), format!("{before}{before}{c}{before}")]
                {
                    assert_eq!(super::is_plain(&text), is_plain, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn what_controls_hides_or_imitates_a_mask_becomes_visible() {
        for (raw, shown) in [
            ("\x1b]0;x\x07", r"\u{1b}]0;x\u{7}"),
            ("a\nb\tc\r", r"a\u{a}b\u{9}c\u{d}"),
            ("\u{9b}31m", r"\u{9b}31m"),
            ("abc\u{202e}def", r"abc\u{202e}def"),
            ("AC\u{200b}TIVE", r"AC\u{200b}TIVE"),
            ("\u{e0041}", r"\u{e0041}"),
            ("••", r"\u{2022}\u{2022}"),
            ("****", r"\u{2a}\u{2a}\u{2a}\u{2a}"),
            ("＊", r"\u{ff0a}"),
        ] {
            assert_eq!(clean(raw), shown);
        }
    }

    #[test]
    fn combining_marks_are_capped() {
        let zalgo = format!("e{}", "\u{301}".repeat(20));
        assert_eq!(clean(&zalgo).matches('\u{301}').count(), MARKS_PER_BASE);
    }

    #[test]
    fn cutting_keeps_graphemes_whole_and_says_that_it_cut() {
        assert_eq!(cut("Singh", 5), "Singh");
        assert_eq!(cut("Singhs", 5), "Sing…");
        assert_eq!(cut("卡卡卡", 4), "卡…");
        assert_eq!(cut("ab", 0), "");
    }

    #[test]
    fn a_text_is_wider_by_its_columns_and_not_by_its_bytes() {
        let marked = "e\u{301}\u{302}\u{303}".repeat(5);
        assert!(!is_wider(&marked, 5) && is_wider(&marked, 4));
        assert!(is_wider(&"x".repeat(1 << 20), 5) && !is_wider(&"x".repeat(1 << 20), usize::MAX));
        assert_eq!(cut(&"x".repeat(1 << 20), 5), "xxxx…");
    }

    #[test]
    fn a_star_or_three_and_words_of_every_script_stay() {
        for text in
            ["*", "***", "कार्ड", "카드", "\u{1112}\u{1161}\u{11ab}", "ไม่พบ", "לא", "e\u{301}\u{302}\u{303}"]
        {
            assert_eq!(clean(text), text);
        }
        assert_eq!(clean("*** ****"), r"*** \u{2a}\u{2a}\u{2a}\u{2a}");
        assert!(is_clean("***") && !is_clean("****"));
    }

    #[test]
    fn a_mark_counts_from_its_base_on() {
        assert_eq!(clean("e\u{301}\u{301}\u{301}\u{301}e\u{301}"), "e\u{301}\u{301}\u{301}\\u{301}e\u{301}");
        assert_eq!(clean("*\u{301}\u{301}\u{301}"), "*\u{301}\u{301}\u{301}");
    }

    /// What the threat model names, written out once more.
    fn is_named_as_a_danger(c: char) -> bool {
        let code = u32::from(c);
        let is_bidi = matches!(code, 0x202a..=0x202e | 0x2066..=0x2069 | 0x200e | 0x200f | 0x061c);
        let is_tag = (0xe0000..=0xe007f).contains(&code);
        let is_zero_width = matches!(code, 0x200b..=0x200d | 0x2060 | 0xfeff | 0x180e | 0x00ad);
        c.is_control() || is_bidi || is_tag || is_zero_width || matches!(c, '•' | '＊')
    }

    /// Texts of characters that matter here as often as of any others.
    fn texts() -> impl Strategy<Value = String> {
        let odd = "[\\x00-\\x1f\\x7f-\\x{9f}*a\u{ad}\u{61c}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{301}\u{1160}-\u{1180}\u{feff}\u{e0041}•＊]*";
        prop_oneof!["\\PC*", "[\\x00-\\x{10ffff}]*", odd]
    }

    /// Undoes the escapes, of a text that had no backslash.
    fn undone(clean: &str) -> String {
        let mut parts = clean.split("\\u{");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| {
            let (code, rest) = part.split_once('}').unwrap();
            let c = char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
            format!("{text}{c}{rest}")
        })
    }

    proptest! {
        #[test]
        fn cleaning_is_idempotent_and_leaves_nothing_dangerous(raw in texts()) {
            let once = clean(&raw);
            prop_assert!(!once.chars().any(is_named_as_a_danger), "{once:?}");
            prop_assert!(!once.chars().any(|c| c.width().unwrap_or(0) == 0 && !is_mark(c)), "{once:?}");
            prop_assert!(!once.contains("****"));
            let marks = once.split(|c| !is_mark(c)).map(|run| run.chars().count()).max();
            prop_assert!(marks <= Some(MARKS_PER_BASE), "{once:?}");
            prop_assert_eq!(clean(&once), once);
        }

        #[test]
        fn cleaning_drops_nothing(raw in texts()) {
            let raw = raw.replace('\\', "/");
            prop_assert_eq!(undone(&clean(&raw)), raw);
        }

        #[test]
        fn cutting_fits_and_keeps_the_start(raw in "\\PC*", width in 0..40_usize) {
            let short = cut(&raw, width);
            prop_assert!(short.width() <= width);
            prop_assert!(short == raw || raw.starts_with(short.trim_end_matches('…')));
        }
    }
}
