//! `kehou outbox`: what waits to be sent or was not sent, and sending it again.
//!
//! Shows who and why, never the words: they can be about a child. Start at [`run`].

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::Cell;

use super::office::{Office, SchoolArg, print_json, unexpected};
use super::{Exit, Shared, WrongArguments, print};
use crate::clock::{Clock, Moment, SystemClock};
use crate::domain::calendar::ZONE;
use crate::domain::people::Channel;
use crate::outbox::Lane;
use crate::usecase::office::{Answer, Listed, OutboxState, Request};

/// Arguments of `kehou outbox`.
#[derive(Debug, Args)]
pub(super) struct OutboxArgs {
    #[command(subcommand)]
    command: OutboxCommand,
}

#[derive(Debug, Subcommand)]
enum OutboxCommand {
    /// List messages with their receivers and what is wrong
    List(ListArgs),
    /// Send again what was parked
    Resend(ResendArgs),
    /// Take back a message that was sent within the last 24 hours, where its platform can
    ///
    /// On DingTalk these are messages of the robot and work notifications; cards, and answers to what somebody just wrote,
    /// cannot be taken back. `kehou outbox list --state sent` shows what can, with its id.
    Recall(RecallArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    school: SchoolArg,
    /// Which messages
    #[arg(long, value_enum, default_value_t = StateArg::Parked)]
    state: StateArg,
}

#[derive(Debug, Args)]
struct ResendArgs {
    #[command(flatten)]
    school: SchoolArg,
    /// Parked at this time or later: 16:00 (today), 2026-10-12, or "2026-10-12 16:00"
    #[arg(long, value_name = "TIME")]
    since: String,
}

#[derive(Debug, Args)]
struct RecallArgs {
    /// The message's id, as `kehou outbox list --state sent` shows it
    id: String,
    #[command(flatten)]
    school: SchoolArg,
    /// Also from the others who had it by the same call
    #[arg(long)]
    everyone: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StateArg {
    /// Those that wait for their turn
    Waiting,
    /// Those that somebody must look at
    Parked,
    /// Those that became worthless before they could be sent
    Expired,
    /// Those that were sent and can still be taken back
    Sent,
}

pub(super) fn run(shared: &Shared, args: &OutboxArgs) -> anyhow::Result<Exit> {
    match &args.command {
        OutboxCommand::List(args) => list(shared, args),
        OutboxCommand::Resend(args) => resend(shared, args),
        OutboxCommand::Recall(args) => recall(shared, args),
    }
}

fn list(shared: &Shared, args: &ListArgs) -> anyhow::Result<Exit> {
    let office = Office::enter(shared)?;
    let (school, state) = (office.school(&args.school)?, args.state.into());
    let answer = office.ask("查看待发消息", &Request::OutboxList { school, state })?;
    if shared.json {
        print_json(&answer)?;
        return Ok(Exit::Done);
    }
    let Answer::Outbox(listed) = answer else { return Err(unexpected()) };
    print_rows(&listed, state)?;
    Ok(Exit::Done)
}

fn print_rows(listed: &Listed, state: OutboxState) -> std::io::Result<()> {
    if listed.rows.is_empty() {
        return print::line(match state {
            OutboxState::Waiting => "没有等待发送的消息。",
            OutboxState::Parked => "没有停下来要人处理的消息。",
            OutboxState::Expired => "没有过期未发的消息。",
            OutboxState::Sent => "没有可以撤回的消息。",
        });
    }
    if state == OutboxState::Sent {
        return print_sent(listed);
    }
    let mut table = print::table(&["生成", "停下", "收件人", "账号", "渠道", "类别", "试过", "原因"]);
    for row in &listed.rows {
        table.add_row(vec![
            Cell::new(print::local(row.created_at)),
            Cell::new(row.stopped_at.map(print::local).unwrap_or_default()),
            Cell::new(&row.name),
            Cell::new(&row.account),
            Cell::new(channel(row.channel)),
            Cell::new(lane(row.lane)),
            print::figure(row.attempts),
            Cell::new(row.reason.as_deref().unwrap_or_default()),
        ]);
    }
    print::line(&table.to_string())?;
    print_count(listed)
}

fn print_sent(listed: &Listed) -> std::io::Result<()> {
    let mut table = print::table(&["编号", "发出", "收件人", "账号", "渠道", "类别"]);
    for row in &listed.rows {
        table.add_row(vec![
            Cell::new(&row.id),
            Cell::new(row.stopped_at.map(print::local).unwrap_or_default()),
            Cell::new(&row.name),
            Cell::new(&row.account),
            Cell::new(channel(row.channel)),
            Cell::new(lane(row.lane)),
        ]);
    }
    print::line(&table.to_string())?;
    print_count(listed)
}

fn print_count(listed: &Listed) -> std::io::Result<()> {
    let count = listed.rows.len();
    print::line(&if listed.has_more {
        format!("最前面的 {count} 条，还有更多。")
    } else {
        format!("共 {count} 条。")
    })
}

fn resend(shared: &Shared, args: &ResendArgs) -> anyhow::Result<Exit> {
    let since = since(&args.since, SystemClock.now())?;
    let office = Office::enter(shared)?;
    let school = office.school(&args.school)?;
    let answer = office.ask("重新发送", &Request::OutboxResend { school, since })?;
    if shared.json {
        print_json(&answer)?;
    } else {
        let Answer::Resent { messages } = answer else { return Err(unexpected()) };
        if messages > 0 {
            office.note_if_alone();
        }
        print::line(&format!(
            "{} 条消息重新排队（{} 起停下的）。",
            print::thousands(messages),
            print::local(since)
        ))?;
    }
    Ok(Exit::Done)
}

fn recall(shared: &Shared, args: &RecallArgs) -> anyhow::Result<Exit> {
    let office = Office::enter(shared)?;
    let school = office.school(&args.school)?;
    let request = Request::OutboxRecall { school, id: args.id.clone(), from_everyone: args.everyone };
    let answer = office.ask("撤回", &request)?;
    if shared.json {
        print_json(&answer)?;
        return Ok(Exit::Done);
    }
    let Answer::Recalled { people } = answer else { return Err(unexpected()) };
    print::line(&format!("已从 {people} 个人那里撤回。"))?;
    Ok(Exit::Done)
}

/// The moment that somebody wrote, by the school's clock.
fn since(text: &str, now: Moment) -> Result<Moment, WrongArguments> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.to_utc());
    }
    let today = now.with_timezone(&ZONE).date_naive();
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok().map(|time| today.and_time(time));
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN));
    let both = |format: &str| NaiveDateTime::parse_from_str(text, format).ok();
    let local = time.or_else(day).or_else(|| both("%Y-%m-%d %H:%M")).or_else(|| both("%Y-%m-%dT%H:%M"));
    let moment = local.and_then(|local| local.and_local_timezone(ZONE).earliest());
    moment.map(|moment| moment.to_utc()).ok_or_else(|| {
        let write = "write 16:00 for today, 2026-10-12, or \"2026-10-12 16:00\"";
        WrongArguments(format!("--since cannot be {text:?}; {write}"))
    })
}

pub(super) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::WecomApp => "企业微信",
        Channel::WecomNotice => "学校通知",
        Channel::WecomKf => "微信客服",
        Channel::ParentPage => "家长页",
        Channel::DingtalkRobot => "钉钉",
        Channel::DingtalkNotice => "钉钉工作通知",
        Channel::Terminal => "终端",
    }
}

fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::Urgent => "紧急",
        Lane::Reply => "回复",
        Lane::Decision => "待决定",
        Lane::Bulk => "通知",
    }
}

impl From<StateArg> for OutboxState {
    fn from(state: StateArg) -> Self {
        match state {
            StateArg::Waiting => Self::Waiting,
            StateArg::Parked => Self::Parked,
            StateArg::Expired => Self::Expired,
            StateArg::Sent => Self::Sent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::since;
    use crate::clock::Moment;

    #[test]
    fn a_time_is_read_by_the_schools_clock() {
        // 23:30 on the 11th in London is the 12th at the school.
        let now: Moment = "2026-10-11T23:30:00Z".parse().unwrap();
        for (text, want) in [
            ("16:00", "2026-10-12T08:00:00Z"),
            ("2026-10-01", "2026-09-30T16:00:00Z"),
            ("2026-10-01 16:05", "2026-10-01T08:05:00Z"),
            ("2026-10-01T16:05", "2026-10-01T08:05:00Z"),
            ("2026-10-01T16:05:00+08:00", "2026-10-01T08:05:00Z"),
        ] {
            assert_eq!(since(text, now).unwrap(), want.parse::<Moment>().unwrap(), "{text}");
        }
        for text in ["", "四点", "25:00", "2026-13-01", "yesterday"] {
            assert!(since(text, now).is_err(), "{text}");
        }
    }
}
