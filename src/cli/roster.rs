//! `kehou roster import`: spreadsheets become the roster, or a list of every problem.
//!
//! Opens the files with the rights of whoever runs the command; the rest is `usecase::roster_import`. Start at [`run`].

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::office::{Office, SchoolArg, print_json, unexpected};
use super::{Exit, ProblemsFound, Shared, print};
use crate::usecase::office::{Answer, Request};
use crate::usecase::roster_file;

/// Arguments of `kehou roster`.
#[derive(Debug, Args)]
pub(super) struct RosterArgs {
    #[command(subcommand)]
    command: RosterCommand,
}

#[derive(Debug, Subcommand)]
enum RosterCommand {
    /// Import a roster over the present one, and print the difference
    ///
    /// An .xlsx holds the sheets 学生 and 教职工; a .csv holds one of them. A sheet that is not given leaves its half of
    /// the roster as it is. A student who is not in the sheet 学生 any more leaves the roll. If anything in the
    /// files is wrong, every problem is listed with sheet, row and column, and nothing is imported.
    Import(ImportArgs),
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// The roster, .xlsx or .csv
    file: PathBuf,
    #[command(flatten)]
    school: SchoolArg,
    /// The other sheet, where each is a .csv of its own
    #[arg(long, value_name = "FILE")]
    staff: Option<PathBuf>,
    /// Print the difference and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(shared: &Shared, args: &RosterArgs) -> anyhow::Result<Exit> {
    let RosterCommand::Import(args) = &args.command;
    let files: Vec<_> = std::iter::once(&args.file).chain(&args.staff).collect();
    let sheets = {
        let _working = print::working("读取名册文件");
        roster_file::open(&files).map_err(ProblemsFound)?
    };
    let office = Office::enter(shared)?;
    let school = office.school(&args.school)?;
    let is_dry_run = args.dry_run;
    let answer = office.ask("导入名册", &Request::RosterImport { school, sheets, is_dry_run })?;
    if shared.json {
        print_json(&answer)?;
        return Ok(Exit::Done);
    }
    let Answer::Imported(imported) = answer else { return Err(unexpected()) };
    print::line(&imported.text)?;
    if imported.is_changed {
        print::line(if imported.is_dry_run {
            "这是预演，什么都没有改。"
        } else {
            "已导入。"
        })?;
    }
    Ok(Exit::Done)
}
