//! `kehou roster`: spreadsheets become the roster, or a list of every problem; a platform's directory becomes part of it.
//!
//! Opens the files with the rights of whoever runs the command; the rest is `usecase::roster_import` and
//! `usecase::directory`. Start at [`run`].

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::office::{Office, SchoolArg, print_json, unexpected};
use super::{Exit, ProblemsFound, Shared, print};
use crate::usecase::directory::Synced;
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
    /// Make the school's directory (家校通讯录) part of the roster, and print the difference
    ///
    /// Needs `parents = true` in the school's `[[wecom]]`, or a `[[dingtalk]]`. What the directory changed since it was
    /// last read takes effect: students, classes, parents, and on WeCom who follows 学校通知. What only the sheets know
    /// stays. From the first time on it is read by itself: on WeCom every night and after each change, on DingTalk, where
    /// readings count against the month's calls, weekly and some time after a change. When a fifth of the students or
    /// parents has vanished, nothing is changed unless --force is given.
    Sync(SyncArgs),
    /// Print what `sync` would change, and how the last one went
    Diff(DiffArgs),
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

#[derive(Debug, Args)]
struct SyncArgs {
    #[command(flatten)]
    school: SchoolArg,
    /// Print the difference and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Take the directory over even when a great part of it has vanished
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
struct DiffArgs {
    #[command(flatten)]
    school: SchoolArg,
}

pub(super) fn run(shared: &Shared, args: &RosterArgs) -> anyhow::Result<Exit> {
    match &args.command {
        RosterCommand::Import(args) => import(shared, args),
        RosterCommand::Sync(args) => sync(shared, &args.school, args.dry_run, args.force),
        // Also when so much has vanished that a sync would refuse it.
        RosterCommand::Diff(args) => sync(shared, &args.school, true, true),
    }
}

fn import(shared: &Shared, args: &ImportArgs) -> anyhow::Result<Exit> {
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
        print::line(if imported.is_dry_run { REHEARSED } else { "已导入。" })?;
    }
    Ok(Exit::Done)
}

/// What is said after a difference that was only looked at.
const REHEARSED: &str = "这是预演，什么都没有改。";

fn sync(shared: &Shared, school: &SchoolArg, is_dry_run: bool, is_forced: bool) -> anyhow::Result<Exit> {
    let office = Office::enter(shared)?;
    let school = office.school(school)?;
    let answer = office.ask("读取通讯录", &Request::RosterSync { school, is_dry_run, is_forced })?;
    if shared.json {
        print_json(&answer)?;
        return Ok(Exit::Done);
    }
    let Answer::Synced(Synced { imported, problems, readings }) = answer else { return Err(unexpected()) };
    print::line(&imported.text)?;
    if !problems.is_empty() {
        print::line(&format!("通讯录里有 {} 处要看一看", problems.len()))?;
    }
    for problem in &problems {
        print::line(&format!("  {problem}"))?;
    }
    if let (true, Some(why)) = (imported.is_dry_run, readings.refused) {
        print::line(&format!("上一次没有同步：{why}"))?;
    }
    if imported.is_changed {
        print::line(if imported.is_dry_run { REHEARSED } else { "已同步。" })?;
    }
    Ok(Exit::Done)
}
