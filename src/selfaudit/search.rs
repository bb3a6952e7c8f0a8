//! Looks for six consecutive characters of a secret in a text, however they are written.
//!
//! It shares nothing with the product: it encodes the secret in every way and looks for that, where the product decodes the
//! text and looks for the secret. Tested: by `tests/leaks.rs`, where each plant has to be found before anything is searched.

use std::collections::{BTreeSet, HashMap};

use super::encode::{self, Step};

/// Characters of a secret that may not stand together.
pub const RUN: usize = 6;

/// Escapes within escapes that are undone.
const DEPTH: usize = 2;

/// What to look for: every run of every secret in every form, by its length.
#[derive(Default)]
pub struct Search {
    /// In the text as it is.
    exact: Patterns,
    /// In the text without case.
    lowered: Patterns,
    /// In the text without case, full width and separators.
    folded: Patterns,
}

/// Forms by their first six bytes, so that a text is gone through once.
struct Patterns {
    starts: HashMap<[u8; RUN], Vec<String>>,
    /// One bit for each start, at its first three bytes: most of a text is passed over without another look.
    sieve: Vec<bool>,
}

impl Default for Patterns {
    fn default() -> Self {
        Self { starts: HashMap::new(), sieve: vec![false; 1 << 15] }
    }
}

impl Patterns {
    fn add(&mut self, form: &str) {
        let Some(start) = form.as_bytes().first_chunk::<RUN>().copied() else { return };
        if let Some(known) = self.sieve.get_mut(bit(&start)) {
            *known = true;
        }
        let forms = self.starts.entry(start).or_default();
        if !forms.iter().any(|known| known == form) {
            forms.push(form.to_owned());
        }
    }

    fn find(&self, text: &str) -> Option<String> {
        let bytes = text.as_bytes();
        let at = |at: usize| {
            let rest = bytes.get(at..)?;
            let start =
                rest.first_chunk::<RUN>().filter(|start| self.sieve.get(bit(*start)) == Some(&true))?;
            self.starts.get(start)?.iter().find(|form| rest.starts_with(form.as_bytes()))
        };
        (0..bytes.len()).find_map(at).cloned()
    }
}

fn bit(start: &[u8]) -> usize {
    start.iter().take(3).fold(0, |bits, byte| bits << 5 | usize::from(byte & 31))
}

impl Search {
    /// Looks for runs of all `secrets`, and of each part in the encodings in which its plant has it.
    pub fn new<'a>(
        secrets: impl IntoIterator<Item = &'a str>,
        planted: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut search = Self::default();
        secrets.into_iter().for_each(|secret| search.know(secret, RUN));
        planted.into_iter().for_each(|(part, plant)| search.know_plant(part, plant));
        search
    }

    /// Looks for runs of so many characters, six or more, of a secret as it stands, in any case, width and grouping. Digits want
    /// longer ones: among the times and numbers of a log, six of them meet by chance.
    pub fn know(&mut self, secret: &str, run: usize) {
        let secret = secret.to_lowercase();
        let bare: String = secret.chars().filter(|c| c.is_alphanumeric()).collect();
        windows(&bare, run).for_each(|window| self.folded.add(&window));
        windows(&secret, run).for_each(|window| self.lowered.add(&window));
    }

    /// Looks for a part of a secret in the encodings in which its plant has it.
    pub fn know_plant(&mut self, part: &str, plant: &str) {
        let views = views(plant, DEPTH);
        for part in BTreeSet::from([part.to_owned(), part.to_lowercase(), part.to_uppercase()]) {
            self.know_encoded(&part, &views);
        }
    }

    /// A part of a secret in one or two encodings; what only escapes is undone in the text instead.
    fn know_encoded(&mut self, part: &str, views: &[View]) {
        for steps in chains() {
            let text = steps.iter().fold(part.to_owned(), |text, step| step.write(&text));
            let span = |at: usize| steps.iter().fold(at..at + RUN, |span, step| step.span(span));
            let is_hex = matches!(steps.last(), Some(Step::Hex | Step::UpperHex));
            let run = |at: usize| {
                let run = text.get(span(at)).unwrap_or_default();
                if is_hex { run.to_lowercase() } else { run.to_owned() }
            };
            let start = run(0);
            let stands =
                |view: &View| if is_hex { view.has_folded(&start) } else { view.text.contains(&start) };
            if views.iter().any(stands) {
                let into = if is_hex { &mut self.folded } else { &mut self.exact };
                (0..(part.len() + 1).saturating_sub(RUN)).for_each(|at| into.add(&run(at)));
            }
        }
    }

    /// A form of a secret that stands in the text.
    pub fn find(&self, text: &str) -> Option<String> {
        views(text, DEPTH).iter().find_map(|view| self.find_in(view))
    }

    fn find_in(&self, view: &View) -> Option<String> {
        let here =
            self.exact.find(&view.text).or_else(|| self.lowered.find(&narrowed(&view.text).to_lowercase()));
        here.or_else(|| view.folded.iter().find_map(|line| self.folded.find(line)))
    }
}

/// A text as it stands or with escapes undone, and its lines as letters and digits only.
struct View {
    text: String,
    folded: Vec<String>,
}

impl View {
    fn has_folded(&self, run: &str) -> bool {
        self.folded.iter().any(|line| line.contains(run))
    }
}

fn views(text: &str, depth: usize) -> Vec<View> {
    let mut all = vec![View { text: text.to_owned(), folded: text.lines().map(fold).collect() }];
    if depth > 0 {
        let undone = [encode::un_percent(text), encode::un_json(text), encode::un_html(text)];
        all.extend(
            undone.iter().filter(|undone| *undone != text).flat_map(|undone| views(undone, depth - 1)),
        );
    }
    all
}

/// Every encoding, alone and around another.
fn chains() -> Vec<Vec<Step>> {
    let base64 = (0..3).flat_map(|before| [Step::Base64(before, false), Step::Base64(before, true)]);
    let outer: Vec<Step> = base64.chain([Step::Hex]).collect();
    let texts = [Step::UpperHex, Step::Percent, Step::Json, Step::Wide];
    let inner = outer.iter().copied().chain(texts).map(Some).chain([None]);
    inner
        .flat_map(|inner| outer.iter().map(move |outer| inner.into_iter().chain([*outer]).collect()))
        .collect()
}

fn windows(secret: &str, run: usize) -> impl Iterator<Item = String> {
    let chars: Vec<char> = secret.chars().collect();
    let last = (chars.len() + 1).saturating_sub(run);
    (0..last).filter_map(move |at| Some(chars.get(at..at + run)?.iter().collect()))
}

/// Letters and digits only, in lower case and of usual width.
fn fold(text: &str) -> String {
    narrowed(text).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn narrowed(text: &str) -> String {
    let narrow = |c: char| match u32::from(c) {
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).collect()
}
