//! `kehou completions`: a script that completes commands in a shell.
//!
//! Knows no command; clap does. Start at [`run`].

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Arguments, Exit, print};

/// Arguments of `kehou completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> anyhow::Result<Exit> {
    // clap_complete panics where it cannot write, so it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "kehou", &mut script);
    print::bytes(&script)?;
    Ok(Exit::Done)
}
