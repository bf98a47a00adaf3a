//! `kehou campaign`: asks all families about the service (意愿调查), and shows how far that is.
//!
//! What would happen is always said before it happens. The work is `usecase::campaign`. Start at [`run`].

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand};
use comfy_table::Cell;

use super::office::{Office, SchoolArg, print_json, unexpected};
use super::{Exit, Shared, WrongArguments, print};
use crate::domain::people::SchoolId;
use crate::domain::survey::Counts;
use crate::usecase::campaign::Preview;
use crate::usecase::facts::day_in_words;
use crate::usecase::office::{Answer, Coverage, Request};

/// School days that families have to answer, where nobody says otherwise.
const DAYS: u32 = 5;

/// Arguments of `kehou campaign`.
#[derive(Debug, Args)]
pub(super) struct CampaignArgs {
    #[command(subcommand)]
    command: CampaignCommand,
}

#[derive(Debug, Subcommand)]
enum CampaignCommand {
    /// Say what would be sent to whom, then begin to ask
    Open(OpenArgs),
    /// Show how far it is: every student in exactly one state, class by class
    Status(SchoolArg),
    /// Write to the families that are silent, and ask those that are new on the roll
    Remind(SchoolArg),
    /// End it; answers that come later are still taken
    Close(SchoolArg),
}

#[derive(Debug, Args)]
struct OpenArgs {
    #[command(flatten)]
    school: SchoolArg,
    /// School days to answer
    #[arg(long, value_name = "N", default_value_t = DAYS, value_parser = clap::value_parser!(u32).range(1..=60))]
    days: u32,
    /// Say what would happen and do nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Begin without being asked again
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(shared: &Shared, args: &CampaignArgs) -> anyhow::Result<Exit> {
    match &args.command {
        CampaignCommand::Open(args) => open(shared, args),
        CampaignCommand::Status(school) => {
            status(shared, school, "统计", |school| Request::CampaignStatus { school })
        }
        CampaignCommand::Close(school) => {
            status(shared, school, "结束调查", |school| Request::CampaignClose { school })
        }
        CampaignCommand::Remind(school) => remind(shared, school),
    }
}

fn open(shared: &Shared, args: &OpenArgs) -> anyhow::Result<Exit> {
    let can_ask = std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && !shared.json;
    if !args.dry_run && !args.yes && !can_ask {
        let said = "nobody can be asked whether to begin; add --yes to begin, or --dry-run to look only";
        return Err(WrongArguments(said.to_owned()).into());
    }
    let office = Office::enter(shared)?;
    let (school, days) = (office.school(&args.school)?, args.days);
    let answer = office.ask("查看名册", &Request::CampaignPreview { school: school.clone(), days })?;
    let Answer::Preview(preview) = &answer else { return Err(unexpected()) };
    if args.dry_run {
        if shared.json {
            print_json(&answer)?;
        } else {
            print::line(&in_words(preview))?;
        }
        return Ok(Exit::Done);
    }
    if !shared.json {
        print::line(&in_words(preview))?;
    }
    if !args.yes && !is_confirmed()? {
        print::note("没有开始，什么都没有发出。");
        return Ok(Exit::Done);
    }
    let answer = office.ask("开始调查", &Request::CampaignOpen { school, days })?;
    if shared.json {
        print_json(&answer)?;
    } else {
        print::line("调查已开始。进度：kehou campaign status")?;
    }
    office.note_if_alone();
    Ok(Exit::Done)
}

fn is_confirmed() -> std::io::Result<bool> {
    print::note("现在开始询问吗？输入 y 开始，其他键取消：");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(["y", "yes", "是", "好"].contains(&line.trim().to_lowercase().as_str()))
}

/// What opening would do.
fn in_words(preview: &Preview) -> String {
    let count = print::thousands;
    let without = preview.students - preview.answered - preview.reachable;
    let answered = match preview.answered {
        0 => String::new(),
        answered => format!("{} 名已回复、不再询问，", count(answered)),
    };
    let names = match preview.unreachable.as_slice() {
        [] => String::new(),
        names => format!("：{}", names.join("、")),
    };
    let (students, reachable) = (count(preview.students), count(preview.reachable));
    let (calls, minutes) = (count(preview.calls), count(preview.minutes));
    let (guardians, day) = (count(preview.guardians), day_in_words(preview.deadline_on));
    format!(
        "{students} 名学生，{answered}{reachable} 名可联系，{} 名无联系方式{names}，约 {calls} 次接口调用，预计 {minutes} 分钟。\n\
         询问 {guardians} 位家长，请他们在{day}前回复。",
        count(without),
    )
}

fn remind(shared: &Shared, school: &SchoolArg) -> anyhow::Result<Exit> {
    let office = Office::enter(shared)?;
    let school = office.school(school)?;
    let answer = office.ask("提醒家长", &Request::CampaignRemind { school })?;
    if shared.json {
        print_json(&answer)?;
    } else {
        let Answer::Reminded { guardians } = answer else { return Err(unexpected()) };
        print::line(&format!("将写给 {} 位家长；已回复的家庭不打扰。", print::thousands(guardians)))?;
    }
    office.note_if_alone();
    Ok(Exit::Done)
}

fn status(
    shared: &Shared,
    school: &SchoolArg,
    what: &'static str,
    request: impl FnOnce(SchoolId) -> Request,
) -> anyhow::Result<Exit> {
    let office = Office::enter(shared)?;
    let school = office.school(school)?;
    let answer = office.ask(what, &request(school))?;
    let Answer::Status(coverage) = &answer else { return Err(unexpected()) };
    if shared.json {
        print_json(&answer)?;
    } else {
        print_coverage(coverage)?;
    }
    if coverage.adds_up() {
        return Ok(Exit::Done);
    }
    let (counted, on_roll) = (coverage.total.roll(), coverage.on_roll);
    Err(anyhow::Error::msg(format!(
        "the ledger counts {counted} students and the roster {on_roll}; make a backup and report this"
    )))
}

fn print_coverage(coverage: &Coverage) -> std::io::Result<()> {
    print::line(&match &coverage.campaign {
        Some(campaign) if campaign.is_asked => {
            format!("调查进行中，{}截止。", day_in_words(campaign.deadline_on))
        }
        Some(campaign) => {
            format!("调查进行中，还在陆续发出；{}截止。", day_in_words(campaign.deadline_on))
        }
        None => "现在没有在进行的调查。".to_owned(),
    })?;
    let headings = ["班级", "在册", "参加", "不参加", "再考虑", "未回复", "联系不上", "未询问", "已回复"];
    let mut table = print::table(&headings);
    for class in &coverage.classes {
        table.add_row(row(&class.class, &class.counts));
    }
    table.add_row(row("合计", &coverage.total));
    print::line(&table.to_string())
}

fn row(name: &str, counts: &Counts) -> Vec<Cell> {
    let roll = counts.roll();
    let share = if roll == 0 { 0 } else { u64::from(counts.answered()) * 100 / u64::from(roll) };
    let figures = [
        roll,
        counts.accepted,
        counts.declined,
        counts.undecided,
        counts.silent,
        counts.unreachable,
        counts.not_asked,
    ];
    let mut cells = vec![Cell::new(name)];
    cells.extend(figures.map(print::figure));
    cells.push(print::figure(format!("{share}%")));
    cells
}
