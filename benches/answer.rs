//! What one answer costs: parse and redaction, then diagnosis, beside a `serde_json::Value` parse of the same body.
//!
//! `cargo bench --bench answer`. The ratio of the README is `redacted` and `diagnosed` to `value`, of one run.
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
use replies::{REFERENCE, came, judged, order, usable};
use tokenscope::domain::exchange::{Exchange, RawReply, Timing};
use tokenscope::secret::Needles;

/// As in the program, where every block is wiped when it is freed.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Bytes of a field that is added to the contract's answer.
const SIZES: [usize; 5] = [0, 1 << 10, 1 << 14, 1 << 17, 1_000_000];

fn main() {
    divan::main();
}

/// The contract's answer with a public field of that many bytes.
fn body(more: usize) -> String {
    let words = "Ref 7f3c1f0e-9d3b No. 42, IND/Pune: ";
    let text: String = words.chars().cycle().take(more).collect();
    usable().replace("\"Paytm\"", &format!("\"Paytm{text}\""))
}

#[divan::bench(args = SIZES)]
fn value(bencher: Bencher<'_, '_>, more: usize) {
    let body = body(more);
    bencher
        .counter(BytesCount::of_str(&body))
        .bench(|| serde_json::from_str::<serde_json::Value>(black_box(&body)).unwrap());
}

#[divan::bench(args = SIZES)]
fn redacted(bencher: Bencher<'_, '_>, more: usize) {
    let body = body(more);
    let order = order(REFERENCE);
    bencher.counter(BytesCount::of_str(&body)).bench(|| {
        let raw = RawReply { status: 200, headers: &[], body: black_box(body.as_bytes()) };
        let timing = Timing { total: Duration::from_millis(42), ..Timing::default() };
        Exchange::read(&raw, Some(order.request()), Needles::default(), timing)
    });
}

#[divan::bench]
fn diagnosed(bencher: Bencher<'_, '_>) {
    let reply = came(200, &[], &usable());
    bencher.bench(|| judged(black_box(&reply)));
}
