//! The words of a command line, as the shells write them that people copy from: sh, bash, zsh, cmd and PowerShell.
//!
//! Owns: quoting and line ends. Must not know: curl. A line end without a sign before it is a blank, since tickets lose
//! backslashes; a redirection, a pipe and a second command end the command. Tested below.

use std::iter::Peekable;
use std::str::Chars;

use super::NotRead;

/// The prompts that a command is copied with.
const PROMPTS: [&str; 4] = ["$ ", "% ", "# ", "> "];

/// The text from the command on: the first line that begins with it.
pub(super) fn find_curl(text: &str) -> Option<&str> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        let start =
            PROMPTS.iter().find_map(|prompt| start.strip_prefix(prompt)).unwrap_or(start).trim_start();
        let rest = start.strip_prefix("curl").map(|rest| rest.strip_prefix(".exe").unwrap_or(rest));
        if rest.is_some_and(|rest| rest.starts_with(char::is_whitespace)) {
            return text.get(at + line.len() - start.len()..);
        }
        at += line.len();
    }
    None
}

/// The words, and whether a backslash glued a word to the next line.
pub(super) fn words(text: &str) -> Result<(Vec<String>, bool), NotRead> {
    let undone = without_carets(text);
    let chars = undone.as_deref().unwrap_or(text).chars().peekable();
    let mut words = Words { chars, done: Vec::new(), open: None, is_glued: false };
    words.read()?;
    Ok((words.done, words.is_glued))
}

/// The line as cmd hands it on: a caret at the end of a line continues it, and before any other sign it goes.
fn without_carets(text: &str) -> Option<String> {
    if !["^\n", "^\r\n", "curl ^\""].iter().any(|sign| text.contains(sign)) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '^' if matches!(chars.peek(), Some('\r' | '\n')) => out.push(' '),
            '^' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    Some(out)
}

struct Words<'a> {
    chars: Peekable<Chars<'a>>,
    done: Vec<String>,
    open: Option<String>,
    is_glued: bool,
}

impl Words<'_> {
    fn read(&mut self) -> Result<(), NotRead> {
        while let Some(c) = self.chars.next() {
            match c {
                c if c.is_whitespace() => self.end_word(),
                '|' | ';' | '&' | '<' | '>' => break,
                '#' if self.open.is_none() => while self.chars.next().is_some_and(|c| c != '\n') {},
                '\\' if self.is_line_end() => self.continue_line(),
                '`' if self.open.is_none() && self.is_line_end() => self.continue_line(),
                '\\' => {
                    let next = self.chars.next();
                    self.word().extend(next);
                }
                '\'' => self.single()?,
                '"' => self.double()?,
                '$' if self.chars.next_if_eq(&'\'').is_some() => self.ansi()?,
                '$' if self.chars.peek() == Some(&'"') => {}
                c => self.word().push(c),
            }
        }
        self.end_word();
        Ok(())
    }

    fn is_line_end(&mut self) -> bool {
        matches!(self.chars.peek(), Some('\r' | '\n'))
    }

    fn word(&mut self) -> &mut String {
        self.open.get_or_insert_default()
    }

    fn end_word(&mut self) {
        self.done.extend(self.open.take());
    }

    /// A shell glues the word before to the one behind where no blank stands between; what was meant is two words.
    fn continue_line(&mut self) {
        while self.chars.next_if(|c| matches!(c, '\r' | '\n')).is_some() {}
        let is_behind = self.chars.peek().is_some_and(|c| !c.is_whitespace());
        self.is_glued |= self.open.is_some() && is_behind;
        self.end_word();
    }

    fn single(&mut self) -> Result<(), NotRead> {
        self.word();
        loop {
            match self.chars.next().ok_or(NotRead::OpenQuote)? {
                '\'' => return Ok(()),
                c => self.word().push(c),
            }
        }
    }

    fn double(&mut self) -> Result<(), NotRead> {
        self.word();
        loop {
            match self.chars.next().ok_or(NotRead::OpenQuote)? {
                '"' => return Ok(()),
                '\\' => {
                    let escaped = self.chars.next_if(|c| matches!(c, '"' | '\\' | '$' | '`' | '\n'));
                    let c = escaped.unwrap_or('\\');
                    self.word().extend((c != '\n').then_some(c));
                }
                c => self.word().push(c),
            }
        }
    }

    /// `$'…'`, where a backslash means what it means in C.
    fn ansi(&mut self) -> Result<(), NotRead> {
        self.word();
        loop {
            match self.chars.next().ok_or(NotRead::OpenQuote)? {
                '\'' => return Ok(()),
                '\\' => {
                    let c = self.escape()?;
                    self.word().push(c);
                }
                c => self.word().push(c),
            }
        }
    }

    fn escape(&mut self) -> Result<char, NotRead> {
        Ok(match self.chars.next().ok_or(NotRead::OpenQuote)? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'x' => self.number(16, 2, 0),
            'u' => self.number(16, 4, 0),
            'U' => self.number(16, 8, 0),
            c @ '0'..='7' => self.number(8, 2, c.to_digit(8).unwrap_or_default()),
            c => c,
        })
    }

    fn number(&mut self, radix: u32, most: usize, first: u32) -> char {
        let mut code = first;
        for _ in 0..most {
            let Some(digit) = self.chars.peek().and_then(|c| c.to_digit(radix)) else { break };
            self.chars.next();
            code = code.wrapping_mul(radix).wrapping_add(digit);
        }
        char::from_u32(code).unwrap_or('\u{fffd}')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        words(text).unwrap().0
    }

    #[test]
    fn each_shell_is_read_as_it_quotes() {
        for (text, wanted) in [
            ("curl -H 'a: b' x", &["curl", "-H", "a: b", "x"] as &[&str]),
            ("curl 'it'\\''s'", &["curl", "it's"]),
            ("curl \"a \\\"b\\\" \\$c \\d\"", &["curl", "a \"b\" $c \\d"]),
            ("curl $'a\\n\\x41\\u00e9\\'\\101'", &["curl", "a\nA\u{e9}'A"]),
            ("curl \\\n  -k \\\r\n x", &["curl", "-k", "x"]),
            ("curl `\n -k", &["curl", "-k"]),
            ("curl a\nb", &["curl", "a", "b"]),
            ("curl ^\"a^\" ^\r\n  -d ^\"^{^\\^\"b^\\^\":1^}^\"", &["curl", "a", "-d", "{\"b\":1}"]),
            ("curl '' \"\" b", &["curl", "", "", "b"]),
            ("curl a # b\n c", &["curl", "a", "c"]),
            ("curl a | jq . ; rm x", &["curl", "a"]),
            ("curl $\"a\"", &["curl", "a"]),
        ] {
            assert_eq!(split(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_quote_that_does_not_end_is_one() {
        for text in ["curl 'a", "curl \"a", "curl $'a", "curl $'a\\"] {
            assert_eq!(words(text), Err(NotRead::OpenQuote), "{text}");
        }
    }

    #[test]
    fn a_backslash_right_behind_a_word_glues_two_lines() {
        assert_eq!(
            words("curl 'a'\\\n-H b").unwrap(),
            (vec!["curl".into(), "a".into(), "-H".into(), "b".into()], true)
        );
        assert!(!words("curl 'a' \\\n-H b").unwrap().1);
        assert!(!words("curl 'a'\\\n -H b").unwrap().1);
    }

    #[test]
    fn the_command_is_found_behind_a_prompt_and_other_lines() {
        for text in ["curl x", "$ curl x", "Hello,\n\n  curl x", "```\n> curl.exe x"] {
            assert!(find_curl(text).unwrap().starts_with("curl"), "{text}");
        }
        for text in ["curly x", "use curl x", "curl", "token_1"] {
            assert_eq!(find_curl(text), None, "{text}");
        }
    }
}
