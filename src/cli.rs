//! The command line: arguments → one command → exit code.
//!
//! One command a file; a command takes the [`Shared`] arguments and its own, and returns an [`Exit`] or an error, which
//! is printed here once with its whole chain. Knows no rule of the school. Start at [`run`].
//!
//! Exit codes, for scripts:
//!
//! | code | means |
//! |---|---|
//! | 0 | done |
//! | 1 | the world failed: a file, the network, the store |
//! | 2 | the arguments are wrong |
//! | 3 | problems in what somebody wrote: settings, flows, plans, rosters; they are listed |

mod backup;
mod campaign;
mod completions;
mod config;
pub mod control;
pub mod demo;
mod digest;
pub mod doctor;
mod flow;
mod load;
pub mod logging;
mod office;
mod outbox;
mod plan;
mod print;
mod roster;
mod serve;
mod talk;
mod understand;
mod workload;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, process_environment};
use crate::problem::Problem;

use self::control::ControlError;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "kehou",
    version,
    about = "Runs a school's free after-class care (课后延时服务) in the chat apps families already use",
    after_help = "Exit codes: 0 done, 1 the world failed, 2 wrong arguments, 3 problems in what somebody wrote.",
    max_term_width = 100
)]
struct Arguments {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

/// Arguments that every command takes.
#[derive(Debug, Args)]
struct Shared {
    /// The settings file
    #[arg(long, global = true, env = "KEHOU_CONFIG", hide_env_values = true)]
    #[arg(value_name = "FILE", default_value = "kehou.toml")]
    config: PathBuf,
    /// Print results as JSON, for scripts
    #[arg(long, global = true)]
    json: bool,
}

// A new command: a file `cli/<command>.rs` with its arguments and `run`, a variant here, an arm in `dispatch`, and its
// help page in tests/suite/cli. It is listed only once it works. Commands that change or read the store reach it
// through `control::Reached`.
/// What to do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Take callbacks and send messages until told to stop
    Serve,
    /// Import the students, guardians and staff of a school (名册)
    Roster(roster::RosterArgs),
    /// Hold a school's plan (一校一案) against the policy
    Plan(plan::PlanArgs),
    /// Ask all families about the service, and see how far that is (意愿调查)
    Campaign(campaign::CampaignArgs),
    /// See what waits to be sent or was not sent, and send it again
    Outbox(outbox::OutboxArgs),
    /// Show the digest of a day (日报)
    Digest(digest::DigestArgs),
    /// Show what each member of staff did in a month (工作量)
    Workload(workload::WorkloadArgs),
    /// Say what is wrong with a school's setup, and what to click where (体检)
    Doctor(doctor::DoctorArgs),
    /// Copy everything that is remembered into a new file, while the server runs
    Backup(backup::BackupArgs),
    /// Put a backup in the place of a data folder that is not there or empty
    Restore(backup::RestoreArgs),
    /// Show it all on this machine: two example schools, a simulated WeCom and DingTalk, pages with phones
    Demo(demo::DemoArgs),
    /// Measure how many callbacks a second this machine takes, on the example school
    Load(load::LoadArgs),
    /// Check or explain the settings
    Config(config::ConfigArgs),
    /// Read cases on standard input and print what is understood, one JSON a line
    Understand(understand::UnderstandArgs),
    /// Check, draw, test and exchange the conversations
    Flow(flow::FlowArgs),
    /// Talk with the example school in this terminal
    Talk(talk::TalkArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Done.
    Done = 0,
    /// The world failed.
    Failed = 1,
    /// The arguments are wrong.
    Usage = 2,
    /// Somebody wrote something wrong.
    Problems = 3,
}

/// Problems as an error, so that a command can return them with `?`.
#[derive(Debug, thiserror::Error)]
#[error("{} problems found", .0.len())]
struct ProblemsFound(Vec<Problem>);

/// Arguments that only the settings show to be wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct WrongArguments(String);

/// Runs the command line with the program's name as its first argument.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let exit = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => dispatch(&arguments).unwrap_or_else(|error| failed(&error, arguments.shared.json)),
        Err(error) => {
            // Nobody may be there to read it.
            let _ = error.print();
            if error.use_stderr() { Exit::Usage } else { Exit::Done }
        }
    };
    ExitCode::from(exit as u8)
}

fn dispatch(arguments: &Arguments) -> anyhow::Result<Exit> {
    let shared = &arguments.shared;
    match &arguments.command {
        Command::Serve => serve::run(shared),
        Command::Roster(args) => roster::run(shared, args),
        Command::Plan(args) => plan::run(shared, args),
        Command::Campaign(args) => campaign::run(shared, args),
        Command::Outbox(args) => outbox::run(shared, args),
        Command::Digest(args) => digest::run(shared, args),
        Command::Workload(args) => workload::run(shared, args),
        Command::Doctor(args) => doctor::run(shared, args),
        Command::Backup(args) => backup::run(shared, args),
        Command::Restore(args) => backup::restore(shared, args),
        Command::Understand(args) => {
            understand::run(*args, std::io::stdin().lock(), std::io::stdout().lock()).map(|()| Exit::Done)
        }
        Command::Demo(args) => demo::run(args),
        Command::Load(args) => load::run(shared, args),
        Command::Config(args) => config::run(shared, args),
        Command::Flow(args) => flow::run(shared, args),
        Command::Talk(args) => talk::run(args),
        Command::Completions(args) => completions::run(args),
    }
}

/// Prints why a command did not work.
fn failed(error: &anyhow::Error, is_json: bool) -> Exit {
    if let Some(problems) = problems_of(error) {
        print::problems(problems, is_json);
        return Exit::Problems;
    }
    let is_unread = |cause: &(dyn std::error::Error + 'static)| {
        let error = cause.downcast_ref::<std::io::Error>();
        error.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(is_unread) {
        // The reader has seen enough, as in `kehou … | head`.
        return Exit::Done;
    }
    print::failure(error, is_json);
    if error.is::<WrongArguments>() { Exit::Usage } else { Exit::Failed }
}

fn problems_of(error: &anyhow::Error) -> Option<&[Problem]> {
    if let Some(ProblemsFound(problems)) = error.downcast_ref() {
        return Some(problems);
    }
    match error.downcast_ref() {
        Some(ControlError::Problems(problems)) => Some(problems),
        _ => None,
    }
}

impl Shared {
    /// Loads the settings.
    fn load_config(&self) -> Result<Config, ProblemsFound> {
        Config::load(&self.config, &process_environment).map_err(ProblemsFound)
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;
    use crate::problem::Place;

    #[test]
    fn each_kind_of_failure_has_its_exit_code() {
        let io = |kind| anyhow::Error::from(std::io::Error::from(kind));
        let problems = || vec![Problem::new(Place::Key("a.b".into()), "is odd")];
        let cases = [
            (io(std::io::ErrorKind::BrokenPipe), Exit::Done, "the reader has left"),
            (io(std::io::ErrorKind::StorageFull), Exit::Failed, "a full disk"),
            (anyhow::anyhow!("no").context("cannot"), Exit::Failed, "anything else"),
            (ProblemsFound(problems()).into(), Exit::Problems, "our problems"),
            (ControlError::Problems(problems()).into(), Exit::Problems, "the server's problems"),
            (ControlError::Refused("no".into()).into(), Exit::Failed, "the server's no"),
            (WrongArguments("which school".into()).into(), Exit::Usage, "arguments"),
        ];
        for (error, want, row) in cases {
            let error = Err::<(), _>(error).context("while doing it").unwrap_err();
            assert_eq!(failed(&error, false), want, "{row}");
        }
    }

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
