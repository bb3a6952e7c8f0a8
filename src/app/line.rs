//! A line of text under the cursor, edited by grapheme with the keys of readline.

use unicode_segmentation::UnicodeSegmentation;

use super::intent::Edit;

/// Where the cursor of a line stands, in bytes. The text itself belongs to the caller, so that a form is plain data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor(usize);

impl Cursor {
    /// Behind the last character.
    pub fn at_end(text: &str) -> Self {
        Self(text.len())
    }

    /// Text before and behind the cursor.
    pub fn split(self, text: &str) -> (&str, &str) {
        text.split_at_checked(self.0).unwrap_or((text, ""))
    }

    /// Makes one change.
    pub fn edit(&mut self, text: &mut String, edit: Edit) {
        let (before, behind) = self.split(text);
        let (before, behind) = (before.to_owned(), behind.to_owned());
        let cut_last = |text: &str| text.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        let first_len = |text: &str| text.graphemes(true).next().map_or(0, str::len);
        let (head, tail) = match edit {
            Edit::Insert(c) => (format!("{before}{c}"), behind),
            Edit::Backspace => (prefix(&before, cut_last(&before)), behind),
            Edit::Delete => (before, suffix(&behind, first_len(&behind))),
            Edit::WordBack => (prefix(&before, word_start(&before)), behind),
            Edit::KillToStart => (String::new(), behind),
            Edit::KillToEnd => (before, String::new()),
            Edit::Left => return self.0 = cut_last(&before),
            Edit::Right => return self.0 = before.len() + first_len(&behind),
            Edit::Home => return self.0 = 0,
            Edit::End => return self.0 = text.len(),
        };
        self.0 = head.len();
        *text = head + &tail;
    }

    /// Puts a text in at the cursor.
    pub fn insert(&mut self, text: &mut String, more: &str) {
        let (before, behind) = self.split(text);
        let joined = format!("{before}{more}{behind}");
        self.0 = before.len() + more.len();
        *text = joined;
    }
}

fn prefix(text: &str, end: usize) -> String {
    text.get(..end).unwrap_or(text).to_owned()
}

fn suffix(text: &str, start: usize) -> String {
    text.get(start..).unwrap_or_default().to_owned()
}

/// Where the word before the cursor starts; ids are words up to `_`, `-`, `.` and blanks.
fn word_start(before: &str) -> usize {
    let is_gap = |c: char| matches!(c, ' ' | '_' | '-' | '.' | '/');
    let trimmed = before.trim_end_matches(is_gap);
    trimmed.rfind(is_gap).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, edits: &[Edit]) -> (String, String) {
        let mut text = text.to_owned();
        let mut cursor = Cursor::at_end(&text);
        for edit in edits {
            cursor.edit(&mut text, *edit);
        }
        let (before, behind) = cursor.split(&text);
        (before.to_owned(), behind.to_owned())
    }

    #[test]
    fn a_line_is_edited_like_in_readline() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(after("ab", &[Edit::Insert('c')]), pair("abc", ""));
        assert_eq!(after("ab", &[Edit::Left, Edit::Insert('c')]), pair("ac", "b"));
        assert_eq!(after("abc", &[Edit::Home, Edit::Delete]), pair("", "bc"));
        assert_eq!(after("abc", &[Edit::Left, Edit::KillToStart]), pair("", "c"));
        assert_eq!(after("abc", &[Edit::Home, Edit::Right, Edit::KillToEnd]), pair("a", ""));
        assert_eq!(after("token_demo_active", &[Edit::WordBack]), pair("token_demo_", ""));
        assert_eq!(after("token_demo_", &[Edit::WordBack]), pair("token_", ""));
        assert_eq!(after("", &[Edit::Backspace, Edit::Delete, Edit::Left, Edit::Right]), pair("", ""));
    }

    /// A letter with two marks, a wide character, a family of five code points and a flag, between plain letters.
    const GRAPHEMES: [&str; 6] = ["a", "e\u{301}\u{302}", "卡", "👩\u{200d}👩\u{200d}👧", "🇮🇳", "b"];

    #[test]
    fn a_grapheme_goes_as_a_whole() {
        let line = GRAPHEMES.concat();
        for count in 0..=GRAPHEMES.len() {
            let (kept, gone) = GRAPHEMES.split_at(GRAPHEMES.len() - count);
            let pair = (kept.concat(), gone.concat());
            let left = vec![Edit::Left; count];
            assert_eq!(after(&line, &left), pair, "{count} to the left");
            assert_eq!(after(&line, &vec![Edit::Backspace; count]), (kept.concat(), String::new()));
            let right: Vec<Edit> = std::iter::once(Edit::Home).chain(vec![Edit::Right; kept.len()]).collect();
            assert_eq!(after(&line, &right), pair, "{} to the right", kept.len());
            let delete: Vec<Edit> =
                std::iter::once(Edit::Home).chain(vec![Edit::Delete; kept.len()]).collect();
            assert_eq!(after(&line, &delete), (String::new(), gone.concat()));
            let kills = |kill| left.iter().copied().chain([kill]).collect::<Vec<_>>();
            assert_eq!(after(&line, &kills(Edit::KillToEnd)), (kept.concat(), String::new()));
            assert_eq!(after(&line, &kills(Edit::KillToStart)), (String::new(), gone.concat()));
            assert_eq!(after(&line, &kills(Edit::End)), (line.clone(), String::new()));
            assert_eq!(after(&line, &kills(Edit::Home)), (String::new(), line.clone()));
        }
        let words = "卡_e\u{301}.🇮🇳";
        let back: Vec<String> = (1..=4).map(|count| after(words, &vec![Edit::WordBack; count]).0).collect();
        assert_eq!(back, ["卡_e\u{301}.", "卡_", "", ""]);
    }
}
