//! The binary: parse the arguments, run, map the error to an exit code; nothing else.

fn main() {}
