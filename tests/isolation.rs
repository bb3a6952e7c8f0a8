//! A key never reaches another host than its own, whatever is pressed (threat model, rows 36 and 37).
//!
//! Ten thousand random steps (keys, intents, pastes, switches in the middle of calls, cancels, late answers, 401s, key files
//! that change, hours that pass) go through the real `app::update`, the real desk, the real HTTP adapter and real key files,
//! over a proxy that ends TLS as whichever host was asked for. `TOKENSCOPE_TEST_SEED` repeats the choices of a walk; how its
//! packets travel is the network's own affair.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, says with which seed, and writes its own key files"
)]

#[path = "isolation/bench.rs"]
mod bench;
#[path = "isolation/dice.rs"]
mod dice;
mod hostile;
#[path = "isolation/houses.rs"]
mod houses;
#[path = "isolation/rules.rs"]
mod rules;
#[path = "isolation/street.rs"]
mod street;
#[path = "isolation/walk.rs"]
mod walk;

use std::path::Path;

use hostile::child;
use hostile::tls::Authority;

/// Steps of a walk.
const STEPS: u32 = 10_000;

#[test]
fn a_key_reaches_its_own_host_only_and_production_only_after_its_words() {
    if let Some(folder) = child::told() {
        walk_in(Path::new(&folder));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (authority, ca) = (Authority::new(), folder.path().join("ca.pem"));
    authority.write(&ca);
    authority.write_key(&folder.path().join("ca.key"));
    child::run(
        "a_key_reaches_its_own_host_only_and_production_only_after_its_words",
        folder.path().to_str().unwrap(),
        &[("SSL_CERT_FILE", ca.as_os_str())],
    );
}

/// The walk itself, in a process that trusts the authority in this folder.
fn walk_in(folder: &Path) {
    let seed =
        std::env::var("TOKENSCOPE_TEST_SEED").ok().map_or_else(dice::any_seed, |seed| seed.parse().unwrap());
    eprintln!("TOKENSCOPE_TEST_SEED={seed}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let street = street::Street::open(Authority::read_key(&folder.join("ca.key")));
        let mut bench = bench::Bench::new(folder, street, seed);
        for _ in 0..STEPS {
            walk::step(&mut bench).await;
        }
        bench.settle().await;
        bench.rules.assert_thorough();
        bench.rules.assert_once();
        bench.assert_audited();
    });
}
