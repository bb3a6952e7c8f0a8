//! What can be printed at all: no type that holds a secret, and no word of a library (threat model, rows 10 and 11).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod hostile;

use std::error::Error;
use std::fmt::{Debug, Display};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use static_assertions::{assert_impl_all, assert_not_impl_any, const_assert_eq};

use hostile::order::{custom, draft, failed, key_of, order_of};
use tokenscope::adapters::http::Http;
use tokenscope::adapters::keys::KeyFetcher;
use tokenscope::adapters::private::DiskFault;
use tokenscope::app::call::{Call, Record};
use tokenscope::app::event::What;
use tokenscope::app::state::State;
use tokenscope::cli::args::{self, Instead};
use tokenscope::config::{self, Inputs};
use tokenscope::domain::answer::{Answer, Held};
use tokenscope::domain::exchange::{Exchange, Outcome, RawReply, Reply};
use tokenscope::domain::failure::{Failure, TlsFault, Unreadable};
use tokenscope::domain::guard::{ApiKey, Barred, Order};
use tokenscope::domain::profile::EndpointFault;
use tokenscope::domain::request::FieldFault;
use tokenscope::ports::{CopyFault, ExportFault, Gateway as _, KeyFault, LedgerFault};
use tokenscope::runtime::prompt::PromptError;
use tokenscope::secret::{AliasKey, Masked, Needles, Pasted, PrintKey, Redacted, Secret, Unparsed, redact};

// What holds a secret can be neither printed nor written out nor copied.
assert_not_impl_any!(Secret: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Pasted: Debug, Display, Serialize, Clone);
assert_not_impl_any!(PrintKey: Debug, Display, Serialize, Clone);
assert_not_impl_any!(AliasKey: Debug, Display, Serialize, Clone);
assert_not_impl_any!(ApiKey: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Needles: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Redacted: Debug, Display, Serialize, Clone);
assert_not_impl_any!(RawReply<'static>: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Held: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Answer: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Outcome: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Exchange: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Reply: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Order: Debug, Display, Serialize, Clone);
assert_not_impl_any!(What: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Record: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Call: Debug, Display, Serialize, Clone);
assert_not_impl_any!(State: Debug, Display, Serialize, Clone);
assert_not_impl_any!(KeyFetcher: Debug, Display, Serialize, Clone);
assert_not_impl_any!(Http: Debug, Display, Serialize, Clone);

// A fault that can be copied owns no text, and one of a single byte has room for none.
assert_impl_all!(LedgerFault: Copy);
assert_impl_all!(ExportFault: Copy);
assert_impl_all!(CopyFault: Copy);
assert_impl_all!(FieldFault: Copy);
assert_impl_all!(EndpointFault: Copy);
assert_impl_all!(PromptError: Copy);
assert_impl_all!(DiskFault: Copy);
assert_impl_all!(TlsFault: Copy);
assert_impl_all!(Unparsed: Copy);
assert_impl_all!(Unreadable: Copy);
const_assert_eq!(size_of::<KeyFault>(), 1);
const_assert_eq!(size_of::<Barred>(), 1);

/// Something that no sentence may repeat.
const SECRET: &str = "9A3F07C2E1B84D56A0F2C7E913B5D864";

/// Words by which the libraries betray themselves.
const OF_LIBRARIES: [&str; 10] = [
    "error sending request",
    "tcp connect",
    "os error",
    "invalid type",
    "expected",
    "TOML parse error",
    "SqliteFailure",
    "unexpected argument",
    "Usage:",
    "EOF while",
];

fn assert_ours(sentence: &str) {
    let runs = SECRET.as_bytes().windows(6).map(|run| std::str::from_utf8(run).unwrap());
    for never in runs.chain(OF_LIBRARIES) {
        assert!(!sentence.contains(never), "{never} in {sentence}");
    }
    assert!(sentence.contains(' '), "no sentence: {sentence}");
}

/// The only text in a failure is masked; a new one has to say here what it holds.
fn texts(failure: &Failure) -> Option<&Masked> {
    match failure {
        Failure::Redirected { status, target } => {
            let _: &u16 = status;
            Some(target)
        }
        Failure::Tls(fault) => {
            let _: &TlsFault = fault;
            None
        }
        Failure::ForeignKey
        | Failure::Unsendable
        | Failure::Name
        | Failure::Connect
        | Failure::ConnectTimeout
        | Failure::Proxy
        | Failure::FirstByteTimeout
        | Failure::TotalTimeout
        | Failure::CutOff
        | Failure::NoAnswer
        | Failure::NotHttp
        | Failure::BodyTooLarge
        | Failure::HeadersTooLarge
        | Failure::Cancelled => None,
    }
}

#[tokio::test]
async fn an_error_of_the_http_library_which_holds_the_url_becomes_a_sentence_of_ours() {
    // Nothing listens on port 1.
    let profile = custom(&format!("http://127.0.0.1:1/{SECRET}"));
    let failure = failed(Http::new().send(&order_of(&profile, &draft()), &key_of(&profile)).await);
    assert_ours(&failure.sentence());
    assert_eq!(texts(&failure), None);
}

#[test]
fn an_error_of_the_json_library_which_quotes_the_value_becomes_a_place() {
    for body in [format!("{{\"a\": {SECRET}}}"), format!("\"{SECRET}"), format!("{{\"{SECRET}\" 1}}")] {
        let fault = redact(body.as_bytes(), &mut Needles::default()).err().unwrap();
        assert_ours(&Unreadable::Body(fault).sentence());
    }
}

#[test]
fn an_error_of_the_database_which_quotes_the_statement_becomes_a_sentence_of_ours() {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    let error = db.execute_batch(&format!("INSERT INTO nowhere VALUES ('{SECRET}')")).unwrap_err();
    assert!(Error::source(&LedgerFault::from(error)).is_none());
    let error = db.execute_batch(&format!("SELECT '{SECRET}")).unwrap_err();
    assert!(error.to_string().contains(SECRET), "the library's own text would tell: {error}");
    assert_ours(&LedgerFault::from(error).to_string());
}

#[test]
fn an_error_of_the_system_becomes_a_sentence_of_ours() {
    for error in [io::Error::other(SECRET), io::Error::from_raw_os_error(28)] {
        let fault = DiskFault::from(error);
        assert_ours(&LedgerFault::from(fault).to_string());
        assert_ours(&ExportFault::from(fault).to_string());
    }
}

#[test]
fn an_error_of_the_config_library_which_quotes_the_line_becomes_a_sentence_of_ours() {
    for text in [
        format!("[profiles.a]\nkey = {SECRET}"),
        format!("[ui]\nmouse = \"{SECRET}\""),
        format!("{SECRET} = 1"),
    ] {
        let fault = config::judge(&Inputs::default(), Path::new("/c.toml"), &text).unwrap_err();
        assert_ours(&fault.to_string());
        assert!(Error::source(&fault).is_none());
    }
}

#[test]
fn an_error_of_the_command_line_library_which_quotes_the_word_becomes_a_sentence_of_ours() {
    for words in [vec![SECRET], vec!["--key", SECRET], vec!["fetch", "--format", SECRET]] {
        let words = std::iter::once("tokenscope").chain(words).map(Into::into);
        match args::read(words) {
            Err(Instead::Refuse(sentence)) => assert_ours(&sentence),
            _ => panic!("taken"),
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

/// The ways in which thiserror takes the text of another error over, and the way to print what was not made for reading.
#[test]
fn no_fault_takes_over_the_text_of_another_and_nothing_is_printed_for_debugging() {
    let wrong = |line: &str| {
        // The shell has the sign too, for a variable that must not be empty.
        let line = line.replace("${JUSPAY_API_KEY:?}", "");
        let by_debug = line.contains(":?}") || line.contains(":#?}");
        by_debug || ["#[from]", "#[source]", "error(transparent)"].iter().any(|way| line.contains(way))
    };
    assert!(
        wrong("Io(#[from] io::Error),") && wrong("format!(\"{error:?}\")"),
        "the search finds what is there"
    );
    for file in sources(Path::new("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let product = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let lines = product.lines().filter(|line| !line.trim_start().starts_with("//"));
        assert_eq!(
            lines.filter(|line| wrong(line)).collect::<Vec<_>>(),
            Vec::<&str>::new(),
            "{}",
            file.display()
        );
    }
}
