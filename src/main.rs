//! The binary: arguments → `cli` → exit code.
//!
//! Knows nothing else; start at [`kehou::cli::run`].

use std::process::ExitCode;

fn main() -> ExitCode {
    kehou::cli::run(std::env::args_os())
}
