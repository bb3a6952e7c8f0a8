//! `diagnose`: an answer that somebody kept, judged offline by the rules of `fetch`, masked as there.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use jiff::civil::Date;
use zeroize::Zeroizing;

use super::args::{DiagnoseArgs, Format};
use super::paper::Paper;
use super::{REFUSED, complain, print};
use crate::diagnosis::verdict::judge_kept;
use crate::domain::exchange::{Exchange, LARGEST_BODY, RawReply, Reply, Timing};
use crate::domain::gateway::PaymentGateway;
use crate::domain::kept::Kept;
use crate::report::{self, Told};
use crate::secret::Needles;

/// The name that stands for standard input.
const STDIN: &str = "-";

/// Why there is nothing to judge. The name is not repeated: what was pasted in its place may be the answer itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Unread {
    #[error("there is no file of that name: check its path, or give - and the answer on standard input")]
    Missing,
    #[error("what was named is a folder: name the file in it that holds the answer")]
    Folder,
    #[error("you may not read that file: ask its owner, or give - and the answer on standard input")]
    Forbidden,
    #[error("the answer is larger than 1 MiB, which none of the API is: keep one answer in a file")]
    TooLarge,
    #[error("the answer could not be read to its end: check the disk or what writes to standard input")]
    Broken,
}

/// Judges and returns the exit code (INTERFACE, "Exit codes").
pub fn run(
    args: &DiagnoseArgs,
    gateway: Option<&'static PaymentGateway>,
    today: Date,
    stdin: impl Read,
    paper: Paper,
) -> u8 {
    let bytes = match read(&args.file, stdin) {
        Ok(bytes) => bytes,
        Err(unread) => {
            complain(&format!("nothing was judged: {unread}"));
            return REFUSED;
        }
    };
    let (exchange, status) = exchange(&bytes);
    let judgement = judge_kept(&exchange, status, today).for_gateway(gateway, exchange.answer());
    let reply = Reply::Came(exchange);
    let told = Told::kept(&reply, status, &judgement);
    let written = match args.format {
        Format::Text => paper.draw(&report::text_of(&told), judgement.verdict),
        Format::Json => report::json_of(&told).text(),
        Format::Markdown => report::markdown_of(&told).text(),
    };
    match print(&written) {
        0 => judgement.verdict.exit(),
        unwritten => unwritten,
    }
}

/// A body alone is read as if it came under 200, which takes it by its shape; its status stays unknown.
fn exchange(bytes: &[u8]) -> (Exchange, Option<u16>) {
    let kept = Kept::read(bytes);
    let raw = RawReply { status: kept.status.unwrap_or(200), headers: &kept.headers, body: kept.body };
    (Exchange::read(&raw, None, Needles::default(), Timing::default()), kept.status)
}

fn read(file: &Path, stdin: impl Read) -> Result<Zeroizing<Vec<u8>>, Unread> {
    if file == Path::new(STDIN) {
        return read_whole(stdin);
    }
    // A folder can be opened; reading tells it apart.
    read_whole(File::open(file).map_err(|error| unread(error.kind()))?)
}

/// The buffer has its size from the start, because one that grows leaves copies behind.
fn read_whole(mut source: impl Read) -> Result<Zeroizing<Vec<u8>>, Unread> {
    let mut buffer = Zeroizing::new(vec![0; LARGEST_BODY + 1]);
    let mut filled = 0;
    while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
        match source.read(room) {
            Ok(0) => {
                buffer.truncate(filled);
                return Ok(buffer);
            }
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(unread(error.kind())),
        }
    }
    Err(Unread::TooLarge)
}

fn unread(kind: ErrorKind) -> Unread {
    match kind {
        ErrorKind::NotFound
        | ErrorKind::NotADirectory
        | ErrorKind::InvalidFilename
        | ErrorKind::InvalidInput => Unread::Missing,
        ErrorKind::IsADirectory => Unread::Folder,
        ErrorKind::PermissionDenied => Unread::Forbidden,
        _ => Unread::Broken,
    }
}
