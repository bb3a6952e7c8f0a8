//! Looking for a text in another one, whatever the case of the letters: plain text, no patterns.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

/// A text without its case, for [`places`].
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Where a folded text stands in another one, in bytes and by whole graphemes. An empty one stands nowhere.
pub fn places(text: &str, folded: &str) -> Vec<Range<usize>> {
    let wanted: Vec<char> = folded.chars().collect();
    let lower = |(at, c): (usize, char)| c.to_lowercase().map(move |low| (low, at..at + c.len_utf8()));
    let here: Vec<(char, Range<usize>)> = text.char_indices().flat_map(lower).collect();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(window) = here.get(from..from + wanted.len()).filter(|window| !window.is_empty()) {
        if !window.iter().map(|(c, _)| c).eq(&wanted) {
            from += 1;
            continue;
        }
        if let (Some((_, first)), Some((_, last))) = (window.first(), window.last()) {
            found.push(whole(text, first.start..last.end));
        }
        from += wanted.len();
    }
    found
}

/// Widens a range to the graphemes that it touches.
fn whole(text: &str, range: Range<usize>) -> Range<usize> {
    let touched = text.grapheme_indices(true).map(|(at, grapheme)| at..at + grapheme.len());
    let mut touched = touched.filter(|it| it.start < range.end && it.end > range.start);
    let Some(first) = touched.next() else { return range };
    first.start..touched.next_back().map_or(first.end, |last| last.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, wanted: &str) -> Vec<String> {
        places(text, &fold(wanted)).into_iter().map(|range| text.get(range).unwrap().to_owned()).collect()
    }

    #[test]
    fn every_place_is_found_whatever_the_case_and_nothing_is_a_pattern() {
        assert_eq!(marked("Token token TOKEN", "toKen"), ["Token", "token", "TOKEN"]);
        assert_eq!(marked("aaaa", "aa"), ["aa", "aa"]);
        assert_eq!(marked("ÜBER über", "über"), ["ÜBER", "über"]);
        assert_eq!(marked("İstanbul", "i\u{307}st"), ["İst"]);
        for (text, wanted) in [("abc", "."), ("abc", "a*"), ("abc", ""), ("", "a"), ("ab", "abc")] {
            assert_eq!(marked(text, wanted), [""; 0], "{wanted} in {text}");
        }
    }

    #[test]
    fn a_grapheme_is_marked_as_a_whole() {
        assert_eq!(marked("ae\u{301}b", "e"), ["e\u{301}"]);
        assert_eq!(marked("卡片", "片"), ["片"]);
    }
}
