//! How the functions of the shipped binary lie: what a start, the screens and a call use is side by side (`first.ld`), so
//! that less of the program is in memory and fewer pages are mapped before the first frame.
//!
//! A name that is no longer there is passed over, and a new function lies behind the others until the script is made anew:
//!
//! ```text
//! CARGO_PROFILE_DIST_STRIP=none cargo bench --profile dist --bench beside -- --order > order && mv order assets/layout/first.ld
//! ```
//!
//! Only the profile `dist` is laid out so, and only for glibc on Linux, where the linker is rust-lld or GNU ld, which both
//! read such a script; mold ends with an error at it, so that whoever builds with it takes the line away that names the script.
#![allow(clippy::print_stdout, reason = "a build script speaks to Cargo on stdout")]

const SCRIPT: &str = "assets/layout/first.ld";

fn main() {
    println!("cargo::rerun-if-changed={SCRIPT}");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|it| it == value);
    // The one profile of this level.
    let is_shipped = is("OPT_LEVEL", "s");
    if is_shipped && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-T{}/{SCRIPT}", env!("CARGO_MANIFEST_DIR"));
    }
}
