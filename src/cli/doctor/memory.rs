//! What is remembered (数据): asked of the running server, or looked at in the folder where none runs.
//!
//! Start at [`look`].

use crate::app::open_store;
use crate::cli::control::Reached;
use crate::cli::print;
use crate::clock::Moment;
use crate::config::{self, Config};
use crate::domain::people::Channel;
use crate::platform::checkup::{Expected, Finding, Level};
use crate::platform::meter::Meter;
use crate::store::StoreError;
use crate::usecase::checkup::{self, RECORDS_MAX, Remembered};
use crate::usecase::office::{Answer, Request};
use crate::usecase::trial::Progress;
use crate::web::control::OFFICE_PATH;

/// Writes that take longer than this are worth a look, in milliseconds.
const WRITE_MILLISECONDS_LOOK: u64 = 2_000;
/// What was heard longer ago than this is worth a look.
const HEARD_DAYS_LOOK: i64 = 30;

/// A share of the month's calls that is worth a look, in percent.
const QUOTA_PERCENT_LOOK: u64 = 80;

/// What was seen, and how.
#[derive(Debug)]
pub(super) struct Memory {
    by: By,
    seen: Option<Remembered>,
}

/// Who looked.
#[derive(Debug)]
enum By {
    /// The running server.
    Server,
    /// We, because none runs.
    Us,
    /// Nobody: another process has it and does not answer.
    Another,
    /// Nobody: there is nothing yet.
    Nothing,
    /// Nobody, for this reason.
    Nobody(String),
}

/// Looks at what is remembered of a school.
pub(super) async fn look(config: &Config, school: &config::School, now: Moment) -> Memory {
    let dir = &config.data.dir;
    match Reached::look_in(dir).await {
        Ok(Reached::Server(client)) => {
            match client.call(OFFICE_PATH, &Request::CheckUp { school: school.id.clone() }).await {
                Ok(Answer::CheckedUp(seen)) => Memory { by: By::Server, seen: Some(seen) },
                Ok(_) => Memory::unseen("kehou serve 是另一个版本，请重启它".to_owned()),
                Err(error) => Memory::unseen(error.to_string()),
            }
        }
        Ok(Reached::Alone) if !dir.exists() => Memory { by: By::Nothing, seen: None },
        Ok(Reached::Alone) => match open_store(dir) {
            Ok(store) => {
                let seen = checkup::look(store.as_ref(), &school.id, now).await;
                match store.close().await {
                    Ok(()) => Memory { by: By::Us, seen: Some(seen) },
                    Err(error) => Memory::unseen(error.to_string()),
                }
            }
            Err(StoreError::InUse(_)) => Memory { by: By::Another, seen: None },
            Err(error) => Memory::unseen(error.to_string()),
        },
        Err(error) => Memory::unseen(error.to_string()),
    }
}

impl Memory {
    fn unseen(why: String) -> Self {
        Self { by: By::Nobody(why), seen: None }
    }

    /// The server, the store, and what waits in it.
    pub(super) fn findings(&self) -> Vec<Finding> {
        const ID: &str = "store";
        const SUBJECT: &str = "存储";
        let server = match &self.by {
            By::Server => Finding::fine("server", "kehou serve", "在运行"),
            By::Us | By::Nothing => Finding::new(Level::Look, "server", "kehou serve", "没有在运行")
                .means("现在没有人收消息，也没有人发消息")
                .then("启动它（systemctl start kehou），再查一次"),
            By::Another => {
                Finding::new(Level::Look, "server", "kehou serve", "有一个 kehou 占着数据，但是不应答")
                    .means("收到过什么、数据完好不完好，这次看不到")
                    .then("它可能正在启动或停下，等一会儿再查；还是这样，看它的日志（journalctl -u kehou）")
            }
            By::Nobody(why) => {
                let store = Finding::new(Level::Wrong, ID, SUBJECT, format!("打不开：{why}"))
                    .means("收到过什么、数据完好不完好，这次看不到")
                    .then("用运行 kehou serve 的那个用户再查一次，并看它的日志（journalctl -u kehou）");
                return vec![store];
            }
        };
        let mut found = vec![server];
        if let Some(seen) = &self.seen {
            found.extend(of_store(seen));
        }
        found
    }

    /// How much of the month's calls is used, on a platform that counts them.
    pub(super) fn quota(&self, channel: Channel, meter: &dyn Meter, now: Moment) -> Vec<Finding> {
        let id = |what: &str| format!("{}.{what}", channel.key());
        let Some(seen) = self.seen.as_ref().filter(|seen| seen.trouble.is_none()) else {
            return vec![Finding::new(Level::Unseen, &id("quota"), QUOTA, "没有查：看不到用了多少")];
        };
        let reading = seen.meters.iter().find(|(by, _)| *by == channel).map(|(_, reading)| *reading);
        let month = meter.month(now);
        let reading = reading.filter(|reading| reading.month == month).unwrap_or_default();
        let of = meter.allowance();
        let calls = (reading.calls, of.calls, "剩下的留给消息，通讯录暂时不读", "到下个月之前发不出消息");
        let pushes =
            (reading.pushes, of.pushes, "用完以后平台不再送来消息", "到下个月之前收不到老师的消息和变更");
        vec![quota(&id("quota"), QUOTA, calls), quota(&id("pushes"), PUSHES, pushes)]
    }

    /// Whether guardians can chat with the robot, as far as it was tried.
    pub(super) fn chat(&self, channel: Channel) -> Finding {
        const SUBJECT: &str = "家长与机器人单聊";
        const TRY: &str = "征得一位家长同意以后：kehou doctor --probe-guardian 家长的钉钉账号";
        let id = format!("{}.guardian_chat", channel.key());
        let Some(chat) = self.seen.as_ref().map(|seen| &seen.chat) else {
            return Finding::new(Level::Unseen, &id, SUBJECT, "没有查：看不到试过没有");
        };
        if let Some(at) = chat.works_since {
            let again = match chat.trial {
                Some(Progress::Refused { at }) => {
                    format!("；{} 又试了一次，没有送到那位家长", print::local(at))
                }
                Some(Progress::Sent { at } | Progress::Arrived { at }) => {
                    format!("；{} 又试了一次，还没有回复", print::local(at))
                }
                Some(Progress::Answered { .. }) | None => String::new(),
            };
            return Finding::fine(&id, SUBJECT, format!("{} 试过，家长的回复到了{again}", print::local(at)));
        }
        let look = |tried: String| Finding::new(Level::Look, &id, SUBJECT, tried);
        match chat.trial {
            // What was answered works.
            None | Some(Progress::Answered { .. }) => {
                Finding::new(Level::Unseen, &id, SUBJECT, "没有试过；家长在家长页里回答，不受影响").then(TRY)
            }
            Some(Progress::Sent { at }) => {
                look(format!("{} 写了一条试试的消息，还没有发出", print::local(at)))
                    .then("过一会儿再查一次；夜里不打扰家长，早上才发")
            }
            Some(Progress::Arrived { at }) => {
                look(format!("{} 钉钉收下了消息，家长还没有回复", print::local(at))).then(
                    "请那位家长在钉钉里回复机器人“能看到”，再查一次；没有看到消息的话，这所学校就用不了",
                )
            }
            Some(Progress::Refused { at }) => Finding::new(
                Level::Unseen,
                &id,
                SUBJECT,
                format!("{} 试过，消息没有送到，用不了", print::local(at)),
            )
            .then("家长在家长页里回答，不受影响；改过应用的可使用范围以后可以再试一次"),
        }
    }

    /// When something was last heard that should have been by now.
    pub(super) fn heard(&self, id: &str, expected: &Expected, now: Moment) -> Finding {
        let Some(seen) = self.seen.as_ref().filter(|seen| seen.trouble.is_none()) else {
            let tried = "没有查：看不到收到过什么";
            return Finding::new(Level::Unseen, id, expected.subject, tried);
        };
        let is_it = |last: &&checkup::LastOf| last.by == expected.by && last.heard == expected.heard;
        let finding = |tried: String| {
            Finding::new(Level::Look, id, expected.subject, tried).means(expected.means).then(expected.then)
        };
        match seen.heard.iter().find(is_it) {
            None => finding("还没有收到过".to_owned()),
            Some(last) if (now - last.at).num_days() >= HEARD_DAYS_LOOK => {
                finding(format!("最近一次是 {}，很久没有了", print::local(last.at)))
            }
            Some(last) => Finding::fine(id, expected.subject, format!("最近一次 {}", print::local(last.at))),
        }
    }
}

const QUOTA: &str = "本月接口额度";
const PUSHES: &str = "本月推送额度";

/// - `used`: how much, of how much, what it means when that becomes scarce, and when it is used up.
fn quota(id: &str, subject: &str, used: (u64, u64, &str, &str)) -> Finding {
    let (used, used_max, scarce, over) = used;
    let tried = format!("这里数到 {used} 次，共 {used_max} 次");
    let percent = used.saturating_mul(100) / used_max.max(1);
    let (level, means) = match percent {
        ..QUOTA_PERCENT_LOOK => return Finding::fine(id, subject, tried),
        QUOTA_PERCENT_LOOK..100 => (Level::Look, scarce),
        _ => (Level::Wrong, over),
    };
    Finding::new(level, id, subject, tried)
        .means(means)
        .then("在平台后台看实际用量；够用就把配置里的每月额度改成实际的，不够就升级")
}

fn of_store(seen: &Remembered) -> Vec<Finding> {
    const ID: &str = "store";
    const SUBJECT: &str = "存储";
    if let Some(trouble) = &seen.trouble {
        let broken = Finding::new(Level::Wrong, ID, SUBJECT, format!("读写不正常：{trouble}"))
            .means("收到的话可能记不下来，名单可能看不全")
            .then("先用 kehou backup 备一份，看 kehou serve 的日志；写着 damaged 的，用最近的好备份恢复（deploy/backup.md）");
        return vec![broken];
    }
    let mut found = vec![if seen.write_milliseconds > WRITE_MILLISECONDS_LOOK {
        Finding::new(Level::Look, ID, SUBJECT, format!("写一条再读回用了 {} 毫秒", seen.write_milliseconds))
            .means("人多的时候回话会慢")
            .then("看看是不是别的程序占着磁盘，数据文件夹最好在固态硬盘上")
    } else {
        Finding::fine(ID, SUBJECT, "写一条再读回，抽查的记录和台账都读得懂")
    }];
    found.push(match seen.students {
        0 => Finding::new(Level::Look, "roster", "名册", "还是空的")
            .means("谁发来消息都认不出")
            .then("kehou roster import 学生.xlsx，或者 kehou roster sync"),
        RECORDS_MAX.. => Finding::fine("roster", "名册", format!("有 {RECORDS_MAX} 名以上的学生")),
        count => Finding::fine("roster", "名册", format!("有 {count} 名学生")),
    });
    if seen.parked > 0 {
        let parked = Finding::new(
            Level::Look,
            "outbox.parked",
            "没发出去的消息",
            format!("{} 条停下来等人处理", seen.parked),
        )
        .means("这些人还没有收到")
        .then("kehou outbox list 看原因，改好以后 kehou outbox resend --since 时间");
        found.push(parked);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_that_runs_out_is_told_in_time() {
        for (calls, want) in [
            (0, Level::Fine),
            (3_999, Level::Fine),
            (4_000, Level::Look),
            (4_999, Level::Look),
            (5_000, Level::Wrong),
        ] {
            assert_eq!(quota("x.quota", QUOTA, (calls, 5_000, "", "")).level, want, "{calls}");
        }
        assert_eq!(quota("x.quota", QUOTA, (0, 0, "", "")).level, Level::Fine);
    }
}
