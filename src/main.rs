//! The binary: parse the arguments, run, map the error to an exit code; nothing else.

use std::process::ExitCode;

/// Every block is wiped when it is freed: no copy of a token or a cryptogram stays behind.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    ExitCode::from(tokenscope::wire::main(std::env::args_os()))
}
