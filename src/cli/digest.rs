//! `kehou digest show`: the digest (日报) of a day, as the admins got it or as it would be now.
//!
//! Start at [`run`].

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::office::{Office, SchoolArg, print_json, unexpected};
use super::{Exit, Shared, print};
use crate::usecase::office::{Answer, Request};

/// Arguments of `kehou digest`.
#[derive(Debug, Args)]
pub(super) struct DigestArgs {
    #[command(subcommand)]
    command: DigestCommand,
}

#[derive(Debug, Subcommand)]
enum DigestCommand {
    /// Print the digest of a day: the one that was sent, else as the ledger stands now
    Show(ShowArgs),
}

#[derive(Debug, Args)]
struct ShowArgs {
    #[command(flatten)]
    school: SchoolArg,
    /// The day, such as 2026-10-12; today when left out
    #[arg(long, value_name = "DAY")]
    date: Option<NaiveDate>,
}

pub(super) fn run(shared: &Shared, args: &DigestArgs) -> anyhow::Result<Exit> {
    let DigestCommand::Show(args) = &args.command;
    let office = Office::enter(shared)?;
    let school = office.school(&args.school)?;
    let answer = office.ask("统计", &Request::DigestShow { school, day: args.date })?;
    if shared.json {
        print_json(&answer)?;
        return Ok(Exit::Done);
    }
    let Answer::Digest { text, .. } = answer else { return Err(unexpected()) };
    print::line(&text)?;
    Ok(Exit::Done)
}
