//! What one answer costs: reading it, masking it and judging it, beside a `serde_json::Value` parse of the same body.
//!
//! `cargo bench --bench answer`; the README's row "redaction and diagnosis of one answer" is `redacted` and `diagnosed` to
//! `value` at 0, and `redacted` at the largest body to `redacted` at a quarter of it, all of one run. Take `fastest`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_types,
    missing_docs,
    unreachable_pub,
    reason = "a bench fails by panicking"
)]

#[path = "../tests/replies/mod.rs"]
mod replies;

use std::time::Duration;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use replies::{AT, REFERENCE, came, order, sent, usable};
use tokenscope::diagnosis::verdict::judge;
use tokenscope::domain::exchange::{Exchange, LARGEST_BODY, RawReply, Timing};
use tokenscope::secret::{Needles, Unparsed, redact};
use tokenscope::text::clean;

/// As in the program, where every block is wiped when it is freed.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Bytes of a body; the first is the contract's answer as it is.
const SIZES: [usize; 5] = [0, 1 << 14, 1 << 16, LARGEST_BODY / 4, LARGEST_BODY];

/// What a public field says, over and over.
const PLAIN: &str = "Ref 7f3c1f0e-9d3b No. 42, IND/Pune: ";

/// A word, a colour, a text that runs backwards, a mask that is none, marks in a heap, letters of three scripts.
const HOSTILE: &str =
    "Paytm \u{1b}[31m \u{202e}abc\u{202c} •••• ***** e\u{301}\u{301}\u{301}\u{301} कार्ड 卡\u{200b}\u{7f} ";

fn main() {
    divan::main();
}

fn text(of: &str, bytes: usize) -> String {
    let mut text = of.repeat(bytes / of.len() + 1);
    text.truncate(text.floor_char_boundary(bytes));
    text
}

/// The contract's answer, with a public field that makes it so large.
fn body(size: usize) -> String {
    let usable = usable();
    let more = text(PLAIN, size.saturating_sub(usable.len()));
    usable.replace("\"Paytm\"", &format!("\"Paytm{more}\""))
}

/// The largest refusal of secrets: as many keys as a body may have, every other one with a name that makes its value a secret.
fn secrets() -> String {
    let member = |n| format!("\"api_key_{n}\":\"Zx{n}Qw8{n}rT\",\"note_{n}\":\"{}\",", text(PLAIN, 64));
    let members: String = (0..4_900).map(member).collect();
    format!("{{{members}\"error_message\":\"{}\"}}", text(PLAIN, 1 << 15))
}

#[divan::bench(args = SIZES)]
fn value(bencher: Bencher<'_, '_>, size: usize) {
    let body = body(size);
    bencher
        .counter(BytesCount::of_str(&body))
        .bench(|| serde_json::from_str::<serde_json::Value>(black_box(&body)).unwrap());
}

/// Our own reader alone: a body without its last brace is read to its end, and then there is nothing to mask.
#[divan::bench(args = SIZES)]
fn parsed(bencher: Bencher<'_, '_>, size: usize) {
    let whole = body(size);
    let body = whole.trim_end().strip_suffix('}').unwrap();
    let read = || redact(black_box(body.as_bytes()), &mut Needles::default()).err();
    assert!(matches!(read(), Some(Unparsed::CutShort(_))));
    bencher.counter(BytesCount::of_str(body)).bench(read);
}

#[divan::bench(args = SIZES)]
fn redacted(bencher: Bencher<'_, '_>, size: usize) {
    bench_read(bencher, 200, &body(size));
}

#[divan::bench(sample_count = 10)]
fn redacted_of_secrets(bencher: Bencher<'_, '_>) {
    bench_read(bencher, 400, &secrets());
}

fn bench_read(bencher: Bencher<'_, '_>, status: u16, body: &str) {
    let order = order(REFERENCE);
    bencher.counter(BytesCount::of_str(body)).bench(|| {
        let raw = RawReply { status, headers: &[], body: black_box(body.as_bytes()) };
        let timing = Timing { total: Duration::from_millis(42), ..Timing::default() };
        Exchange::read(&raw, Some(order.request()), Needles::default(), timing)
    });
}

#[divan::bench(args = [1 << 6, 1 << 14, LARGEST_BODY])]
fn sanitised_plain(bencher: Bencher<'_, '_>, size: usize) {
    let text = text(PLAIN, size);
    bencher.counter(BytesCount::of_str(&text)).bench(|| clean(black_box(&text)));
}

#[divan::bench(args = [1 << 6, 1 << 14, LARGEST_BODY])]
fn sanitised_hostile(bencher: Bencher<'_, '_>, size: usize) {
    let text = text(HOSTILE, size);
    bencher.counter(BytesCount::of_str(&text)).bench(|| clean(black_box(&text)));
}

#[divan::bench(args = SIZES)]
fn diagnosed(bencher: Bencher<'_, '_>, size: usize) {
    let reply = came(200, &[], &body(size));
    let (sent, today) = (sent(REFERENCE), AT.date_in_india());
    bencher.bench(|| judge(black_box(&reply), Some(&sent), today));
}
