//! How the shipped binary lies in its file: what a start, the screens and a call use is side by side (`first.ld`), so that
//! less of the program is in memory and fewer pages are mapped before the first frame.
//!
//! A name that is no longer there is passed over, and a new function lies behind the others until the script is made anew:
//!
//! ```text
//! CARGO_PROFILE_DIST_STRIP=none cargo bench --profile dist --bench beside -- --order > order && mv order assets/layout/first.ld
//! ```
//!
//! Only the profile `dist` is laid out so, and only for glibc on Linux, where the linker is rust-lld or GNU ld, which both
//! read such a script; mold ends with an error at it, so that whoever builds with it takes the line away that names the script.
//!
//! The places that a start fills with addresses are listed as bits and not as records of 24 bytes (`DT_RELR`) where the glibc
//! of the machine can read that, and then the binary runs on glibc 2.36 and later only. Built on an older one it has the
//! records, is 265 KB larger, and runs there and later: whoever ships to old machines builds on one.
#![allow(clippy::print_stdout, reason = "a build script speaks to Cargo on stdout")]

use std::env;
use std::process::Command;

const SCRIPT: &str = "assets/layout/first.ld";

/// The first glibc that reads the list of bits.
const READS_BITS: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed={SCRIPT}");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|it| it == value);
    // The one profile of this level.
    let is_shipped = is("OPT_LEVEL", "s");
    if !is_shipped || !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-T{}/{SCRIPT}", env!("CARGO_MANIFEST_DIR"));
    if env::var("HOST") == env::var("TARGET") && glibc().is_some_and(|version| version >= READS_BITS) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of this machine's glibc; `None` on one that does not tell.
fn glibc() -> Option<(u32, u32)> {
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    let (major, minor) = told.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
