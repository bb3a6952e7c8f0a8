//! A report as a list of rows of which only those on the screen are in memory, however many there are.
//!
//! It is read once to be counted, a slice at a time, so that its reader can be asked for rows in between. Of each
//! [`STRIDE`] rows it remembers where the first one stands and how many before it are not USABLE: that is enough to find any
//! row again, of all or of those alone, by reading few lines.

use std::io::{self, BufRead, Seek, SeekFrom};

use super::{COLUMNS, Form, Kept, Tally, Whole};
use crate::batch::Seen;
use crate::domain::history::Verdict;

/// Rows between two places that are remembered.
const STRIDE: u64 = 1_000;

/// Lines that are read before somebody may ask for rows.
const SLICE: u64 = 2_000;

/// Rows of a page.
pub const PAGE: usize = 200;

/// Bytes of the longest line; a masked answer of the largest size fits.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// Which rows are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// All.
    #[default]
    All,
    /// Those that are not USABLE.
    Unusable,
}

/// Why a file is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoListing {
    /// Nothing in it.
    Empty,
    /// No report.
    NotOurs,
    /// A report, of a newer program.
    Newer,
    /// It cannot be read.
    Disk,
}

impl From<io::Error> for NoListing {
    fn from(_: io::Error) -> Self {
        Self::Disk
    }
}

/// What was counted so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// Counts by outcome, verdict, network, issuer and finding.
    pub tally: Tally,
    /// Rows.
    pub rows: u64,
    /// Rows that are not USABLE.
    pub unusable: u64,
    /// Lines that are no rows.
    pub strange: u64,
    /// Whether the last line is not whole: the batch was killed, or writes it now.
    pub torn: bool,
    /// Whether the end was reached.
    pub complete: bool,
}

impl Counted {
    /// How many rows are listed.
    pub fn of(&self, which: Which) -> u64 {
        match which {
            Which::All => self.rows,
            Which::Unusable => self.unusable,
        }
    }
}

/// Where a row stands, and how many before it are not USABLE.
#[derive(Debug, Clone, Copy)]
struct Mark {
    at: u64,
    unusable: u64,
}

/// A report that is listed.
#[derive(Debug)]
pub struct Listing<R> {
    source: R,
    form: Form,
    marks: Vec<Mark>,
    counted: Counted,
    /// How far it was counted, in bytes.
    end: u64,
}

/// What came where a line was to be read.
enum Came {
    Line(String),
    /// Too long, or not UTF-8.
    Unread,
    /// Bytes without a line end.
    Torn,
    End,
}

impl<R: BufRead + Seek> Listing<R> {
    /// Looks at the first line.
    pub fn open(mut source: R) -> Result<Self, NoListing> {
        source.seek(SeekFrom::Start(0))?;
        let (first, length) = next(&mut source)?;
        let form = match first {
            Came::End => return Err(NoListing::Empty),
            Came::Line(line) => form(&line)?,
            Came::Unread | Came::Torn => return Err(NoListing::NotOurs),
        };
        let end = if form == Form::Csv { length } else { 0 };
        Ok(Self { source, form, marks: Vec::new(), counted: Counted::default(), end })
    }

    /// What was counted so far.
    pub fn counted(&self) -> &Counted {
        &self.counted
    }

    /// Counts the next lines.
    pub fn count(&mut self) -> io::Result<()> {
        self.source.seek(SeekFrom::Start(self.end))?;
        for _ in 0..SLICE {
            let (came, length) = next(&mut self.source)?;
            match came {
                Came::End | Came::Torn => {
                    self.counted.torn = matches!(came, Came::Torn);
                    self.counted.complete = true;
                    return Ok(());
                }
                Came::Unread => self.counted.strange += 1,
                Came::Line(line) => self.count_line(&line),
            }
            self.end += length;
        }
        Ok(())
    }

    fn count_line(&mut self, line: &str) {
        let Some(kept) = Kept::read(self.form, line) else {
            self.counted.strange += u64::from(!line.trim().is_empty());
            return;
        };
        if self.counted.rows.is_multiple_of(STRIDE) {
            self.marks.push(Mark { at: self.end, unusable: self.counted.unusable });
        }
        self.counted.rows += 1;
        self.counted.unusable += u64::from(!is_usable(&kept));
        self.counted.tally.count(&kept.fact);
    }

    /// The rows from this place on, at most [`PAGE`].
    pub fn page(&mut self, which: Which, from: u64) -> io::Result<Vec<Seen>> {
        let mut rows = Vec::new();
        self.walk(which, from, |whole| {
            rows.push(whole.seen);
            rows.len() < PAGE
        })?;
        Ok(rows)
    }

    /// All of the row at this place.
    pub fn whole(&mut self, which: Which, place: u64) -> io::Result<Option<Whole>> {
        let mut found = None;
        self.walk(which, place, |whole| {
            found = Some(whole);
            false
        })?;
        Ok(found)
    }

    /// Hands over the rows from this place on while more are wanted. Where no row of a stride is listed, none of it is read.
    fn walk(&mut self, which: Which, from: u64, mut wanted: impl FnMut(Whole) -> bool) -> io::Result<()> {
        let first = match which {
            Which::All => from / STRIDE,
            Which::Unusable => {
                let at = self.marks.partition_point(|mark| mark.unusable <= from);
                at.saturating_sub(1) as u64
            }
        };
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let mut skip = from.saturating_sub(self.before(which, first));
        for chunk in first..self.marks.len() {
            if self.before(which, chunk) == self.before(which, chunk + 1) {
                continue;
            }
            if !self.walk_chunk(which, chunk, &mut skip, &mut wanted)? {
                break;
            }
        }
        Ok(())
    }

    /// Listed rows before a stride; behind the last one, all of them.
    fn before(&self, which: Which, chunk: usize) -> u64 {
        match (self.marks.get(chunk), which) {
            (None, _) => self.counted.of(which),
            (Some(_), Which::All) => chunk as u64 * STRIDE,
            (Some(mark), Which::Unusable) => mark.unusable,
        }
    }

    fn walk_chunk(
        &mut self,
        which: Which,
        chunk: usize,
        skip: &mut u64,
        wanted: &mut impl FnMut(Whole) -> bool,
    ) -> io::Result<bool> {
        let Some(mark) = self.marks.get(chunk).copied() else { return Ok(false) };
        let (mut at, end) = (mark.at, self.marks.get(chunk + 1).map_or(self.end, |next| next.at));
        self.source.seek(SeekFrom::Start(at))?;
        while at < end {
            let (came, length) = next(&mut self.source)?;
            at += length;
            let line = match came {
                Came::Line(line) => line,
                Came::Unread => continue,
                // It is shorter than it was when it was counted.
                Came::Torn | Came::End => return Ok(false),
            };
            let Some(kept) = Kept::read(self.form, &line) else { continue };
            if which == Which::Unusable && is_usable(&kept) {
                continue;
            }
            if *skip > 0 {
                *skip -= 1;
            } else if let Some(whole) = Whole::read(self.form, &line)
                && !wanted(whole)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn is_usable(kept: &Kept) -> bool {
    kept.fact.verdict == Verdict::Usable.word()
}

/// The form of a report, told by its first line.
fn form(first: &str) -> Result<Form, NoListing> {
    let of_json = first.trim_start().starts_with('{');
    if of_json {
        return match Kept::read(Form::JsonLines, first) {
            Some(_) => Ok(Form::JsonLines),
            None if Kept::has_a_kind(first) => Err(NoListing::Newer),
            None => Err(NoListing::NotOurs),
        };
    }
    let names = super::kept::cells(first).unwrap_or_default();
    if names.iter().map(String::as_str).take(COLUMNS.len()).eq(COLUMNS) {
        return Ok(Form::Csv);
    }
    let begins = names.iter().map(String::as_str).take(2).eq(COLUMNS.into_iter().take(2));
    Err(if begins { NoListing::Newer } else { NoListing::NotOurs })
}

/// The next line without its end, and how many bytes it took.
fn next(source: &mut impl BufRead) -> io::Result<(Came, u64)> {
    let mut bytes = Vec::new();
    let mut length = io::Read::take(&mut *source, LONGEST_LINE).read_until(b'\n', &mut bytes)? as u64;
    if length == 0 {
        return Ok((Came::End, 0));
    }
    if bytes.pop_if(|last| *last == b'\n').is_none() {
        if length < LONGEST_LINE {
            return Ok((Came::Torn, length));
        }
        length += source.skip_until(b'\n')? as u64;
        return Ok((Came::Unread, length));
    }
    Ok((String::from_utf8(bytes).map_or(Came::Unread, Came::Line), length))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn line(row: u64, verdict: &str) -> String {
        format!(
            "{{\"row\": {row}, \"outcome\": \"answered\", \"card_reference\": \"r{row}\", \"customer_id\": \"c\", \"profile\": \"p\", \"verdict\": \"{verdict}\", \"summary\": \"s\", \"findings\": [], \"answer\": null}}\n"
        )
    }

    /// So many rows, of which those whose number the step divides are not usable.
    fn report(rows: u64, step: u64) -> String {
        (1..=rows).map(|row| line(row, if row % step == 0 { "NOT USABLE" } else { "USABLE" })).collect()
    }

    fn counted(text: &str) -> Listing<Cursor<&[u8]>> {
        let mut listing = Listing::open(Cursor::new(text.as_bytes())).unwrap();
        while !listing.counted().complete {
            listing.count().unwrap();
        }
        listing
    }

    fn numbers(listing: &mut Listing<Cursor<&[u8]>>, which: Which, from: u64) -> Vec<u64> {
        listing.page(which, from).unwrap().iter().map(|seen| seen.row).collect()
    }

    #[test]
    fn every_row_is_found_again_wherever_a_page_begins() {
        let text = report(5_300, 7);
        let mut listing = counted(&text);
        assert_eq!((listing.counted().rows, listing.counted().unusable), (5_300, 757));
        assert_eq!(listing.marks.len(), 6, "a place for each thousand rows and no more");
        for from in [0, 1, 999, 1_000, 1_001, 4_900, 5_299] {
            let last = (from + PAGE as u64).min(5_300);
            assert_eq!(numbers(&mut listing, Which::All, from), ((from + 1)..=last).collect::<Vec<_>>());
        }
        for from in [0, 1, 142, 143, 700] {
            let last = (from + PAGE as u64).min(757);
            let wanted: Vec<u64> = ((from + 1)..=last).map(|place| place * 7).collect();
            assert_eq!(numbers(&mut listing, Which::Unusable, from), wanted, "from {from}");
        }
        assert!(numbers(&mut listing, Which::All, 5_300).is_empty());
        assert_eq!(listing.whole(Which::Unusable, 756).unwrap().unwrap().seen.row, 5_299);
        assert_eq!(listing.whole(Which::Unusable, 757).unwrap(), None);
    }

    #[test]
    fn rare_rows_are_found_without_reading_those_between_them() {
        let text = report(6_000, 2_999);
        let mut listing = counted(&text);
        assert_eq!(numbers(&mut listing, Which::Unusable, 0), [2_999, 5_998]);
        assert_eq!(numbers(&mut listing, Which::Unusable, 1), [5_998]);
    }

    #[test]
    fn rows_can_be_asked_for_while_it_is_counted() {
        let text = report(5_000, 9);
        let mut listing = Listing::open(Cursor::new(text.as_bytes())).unwrap();
        listing.count().unwrap();
        assert_eq!((listing.counted().rows, listing.counted().complete), (SLICE, false));
        assert_eq!(numbers(&mut listing, Which::All, SLICE - 2), [SLICE - 1, SLICE]);
        listing.count().unwrap();
        assert_eq!(listing.counted().rows, 2 * SLICE);
    }

    #[test]
    fn what_is_no_report_is_told_apart() {
        let fault = |text: &str| Listing::open(Cursor::new(text.as_bytes().to_vec())).err();
        assert_eq!(fault(""), Some(NoListing::Empty));
        for text in [
            "card_reference,customer_id\nr1,c1\n",
            "{\"input\":\"ab\",\"rows\":3}\n1\n",
            "\u{0}\n",
            "{}\n",
            "{\"row\": 1",
        ] {
            assert_eq!(fault(text), Some(NoListing::NotOurs), "{text:?}");
        }
        assert_eq!(fault(&line(1, "USABLE").replace("answered", "deferred")), Some(NoListing::Newer));
        assert_eq!(fault("\"row\",\"outcome\",\"bin\"\n"), Some(NoListing::Newer));
    }

    #[test]
    fn a_torn_last_line_and_lines_that_are_no_rows_are_left_out_and_counted() {
        let text = report(2, 9) + "\n[]\n" + "{\"row\": 3, \"outcome\": \"answ";
        let listing = counted(&text);
        let Counted { rows, strange, torn, .. } = listing.counted();
        assert_eq!((*rows, *strange, *torn), (2, 1, true));
    }

    #[test]
    fn a_line_without_an_end_is_not_kept() {
        let text = report(1, 9) + &"x".repeat(5 * 1024 * 1024) + "\n" + &line(2, "USABLE");
        let mut listing = counted(&text);
        assert_eq!(listing.counted().strange, 1);
        assert_eq!(numbers(&mut listing, Which::All, 0), [1, 2]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400), lines in 0_u64..4) {
            let text = [report(lines, 2).as_bytes(), &bytes].concat();
            if let Ok(mut listing) = Listing::open(Cursor::new(text.as_slice())) {
                while !listing.counted().complete {
                    listing.count().unwrap();
                }
                prop_assert!(listing.page(Which::Unusable, 0).unwrap().len() as u64 <= listing.counted().unusable);
            }
        }
    }
}
