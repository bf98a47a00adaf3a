//! A check-up (体检): what a platform can say of how a school has set it up, as findings that tell what to click where.
//!
//! One border for all platforms. A finding is for the school's IT person: in their language, with the console's own names
//! of switches, and never with a secret, a phone or a name of a person. Knows no store and no terminal; `kehou doctor`
//! puts the findings together. Start at [`Checkup`] and [`Finding`].

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::http::NO_CONNECTION;
use super::{Content, Inbound, Opened, SendError};
use crate::clock::Moment;
use crate::domain::people::Channel;
use crate::ids::Ids;

/// Clocks that differ by more than this are worth a look, in seconds.
const SKEW_SECONDS_LOOK: i64 = 30;
/// And by more than this wrong: reminders come at the wrong minute.
const SKEW_SECONDS_WRONG: i64 = 120;

/// How a school has set up its account with a platform.
#[async_trait]
pub trait Checkup: Send + Sync {
    /// Asks the platform whatever shows how the account is set up, without any effect for a person.
    ///
    /// - `now`: by our clock.
    async fn examine(&self, now: Moment) -> Examined;

    /// The account without which this one cannot work, where it is a part of another.
    fn part_of(&self) -> Option<Channel> {
        None
    }

    /// A request to each address of ours as the platform itself sends it, or the same with a wrong signature; without any
    /// effect for a person.
    fn knocks(&self, is_genuine: bool, now: Moment, ids: &Ids) -> Vec<Knock> {
        let _ = (is_genuine, now, ids);
        Vec::new()
    }

    /// Whether the body of a `200` says what the answer to a knock must say.
    fn is_answer(&self, knock: &Knock, body: &[u8]) -> bool {
        knock.answer.as_ref().is_some_and(|answer| answer.as_bytes() == body)
    }

    /// What the platform should have told us of by now.
    fn expected(&self) -> Vec<Expected> {
        Vec::new()
    }
}

/// What an examination has found.
#[derive(Debug, Default)]
pub struct Examined {
    /// The findings, in the order in which somebody would mend them.
    pub findings: Vec<Finding>,
    /// Whether the platform refuses the account as such, so that asking about its parts is of no use.
    pub is_shut: bool,
}

/// How good it is (结论).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Fine,
    /// Works, or may work; somebody should look.
    Look,
    /// Does not work.
    Wrong,
    /// Could not be looked at from here.
    Unseen,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its name for scripts, such as `wecom.token`; the same in every version.
    pub id: String,
    /// How good it is.
    pub level: Level,
    /// What was looked at, in a few words.
    pub subject: String,
    /// What was tried, and what came of it.
    pub tried: String,
    /// What that means for the school.
    pub means: Option<String>,
    /// What to do: what to click where.
    pub then: Option<String>,
}

impl Finding {
    /// A finding without consequences yet.
    pub fn new(level: Level, id: &str, subject: &str, tried: impl Into<String>) -> Self {
        let (id, subject, tried) = (id.to_owned(), subject.to_owned(), tried.into());
        Self { id, level, subject, tried, means: None, then: None }
    }

    /// As it should be.
    pub fn fine(id: &str, subject: &str, tried: impl Into<String>) -> Self {
        Self::new(Level::Fine, id, subject, tried)
    }

    /// Adds what it means.
    #[must_use]
    pub fn means(mut self, means: impl Into<String>) -> Self {
        self.means = Some(means.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn then(mut self, then: impl Into<String>) -> Self {
        self.then = Some(then.into());
        self
    }
}

/// An address of ours that a platform calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Door {
    /// The last part of its path; empty where the account has one address.
    pub name: &'static str,
    /// What the findings are called after the account, of a genuine request and of a forged one.
    pub ids: (&'static str, &'static str),
    /// Which address it is, in the console's words.
    pub subject: &'static str,
    /// What does not work when it does not answer.
    pub means: &'static str,
    /// What to compare when a genuine request is refused here.
    pub when_refused: &'static str,
}

/// A request to our address of callbacks.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Knock {
    /// Which address.
    pub door: Door,
    /// The raw query.
    pub query: String,
    /// Headers of the platform's own.
    pub headers: Vec<(&'static str, String)>,
    /// What is posted; `None` where the platform only asks.
    pub body: Option<String>,
    /// What the `200` that it must get says; `None` when it must be refused.
    pub answer: Option<String>,
}

/// What a platform tells us of (平台回调).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// Somebody wrote or tapped.
    Message,
    /// Somebody opened the app, joined or left.
    Member,
    /// The school's directory changed, or a parent follows or no longer does.
    Directory,
    /// Something waits in a mailbox.
    Mailbox,
}

impl Heard {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Message, Self::Member, Self::Directory, Self::Mailbox];

    /// Of what an opened callback tells; `None` where it only checks our address.
    pub fn of(opened: &Opened) -> Option<Self> {
        match opened {
            Opened::Verification(_) => None,
            Opened::Doorbell(_) => Some(Self::Mailbox),
            Opened::Inbound(inbound) => Some(Self::in_message(inbound)),
        }
    }

    /// Of what a message tells.
    pub fn in_message(inbound: &Inbound) -> Self {
        if inbound.channel == Channel::WecomNotice {
            return Self::Directory;
        }
        match &inbound.content {
            Content::Text(_) | Content::Tap(_) | Content::Press(_) | Content::Unreadable => Self::Message,
            Content::DirectoryChanged | Content::ClassChanged(_) => Self::Directory,
            Content::Entered | Content::Joined | Content::Left | Content::Other => Self::Member,
        }
    }

    /// Its name in keys of records and for scripts.
    pub fn key(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Member => "member",
            Self::Directory => "directory",
            Self::Mailbox => "mailbox",
        }
    }
}

/// Something that a platform should have told us of by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What.
    pub heard: Heard,
    /// The account whose callbacks tell of it.
    pub by: Channel,
    /// The switch, in the console's words.
    pub subject: &'static str,
    /// What does not work without it.
    pub means: &'static str,
    /// How to switch it on, and how to make it happen once.
    pub then: &'static str,
}

/// A platform, as findings speak of it.
#[derive(Debug, Clone, Copy)]
pub struct Party {
    /// Its name.
    pub name: &'static str,
    /// The settings with its addresses, and what they are by default.
    pub addresses: &'static str,
}

/// Something that was asked of a platform and refused, with what to do, or not answered at all.
///
/// - `asked`: the finding's id and subject, and what was tried.
pub fn no_answer((id, subject, tried): (&str, &str, &str), error: &SendError, by: &Party) -> Finding {
    let finding = |level, what: String| Finding::new(level, id, subject, format!("{tried}，{what}"));
    match error {
        SendError::Refused { code, advice } => {
            finding(Level::Wrong, format!("被拒绝（{code}）")).then(*advice)
        }
        SendError::Throttled(_) | SendError::Resting { .. } => {
            finding(Level::Look, format!("{}说问得太勤", by.name))
                .means("这一项现在看不出来")
                .then("过几分钟再查一次；还是这样，看看是不是还有别的程序在用同一个应用")
        }
        SendError::Unavailable { code } if *code != NO_CONNECTION => {
            finding(Level::Look, format!("{}说忙（{code}）", by.name)).then("过几分钟再查一次")
        }
        SendError::Unavailable { .. } | SendError::Unknown(_) => {
            finding(Level::Wrong, "没有得到应答".to_owned()).then(format!(
                "在这台服务器上看看能不能访问配置里的 {}：域名解析、防火墙的出站规则、代理",
                by.addresses
            ))
        }
    }
}

/// How our clock stands against a platform's.
pub fn clock(id: &str, theirs: Moment, ours: Moment) -> Finding {
    let skew = (ours - theirs).num_seconds();
    if skew.abs() <= SKEW_SECONDS_LOOK {
        return Finding::fine(id, "时钟", "与平台的时钟一致");
    }
    let level = if skew.abs() <= SKEW_SECONDS_WRONG { Level::Look } else { Level::Wrong };
    let direction = if skew > 0 { "快" } else { "慢" };
    Finding::new(level, id, "时钟", format!("比平台的时钟{direction} {} 秒", skew.abs()))
        .means("提醒、接送通知和截止时间会早到或晚到")
        .then("在这台服务器上打开自动校时（timedatectl set-ntp true），再查一次")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_says_by_how_much_and_which_way() {
        let theirs: Moment = "2026-10-12T02:00:00Z".parse().unwrap();
        for (seconds, level, words) in [
            (0, Level::Fine, "一致"),
            (-30, Level::Fine, "一致"),
            (31, Level::Look, "快 31 秒"),
            (-120, Level::Look, "慢 120 秒"),
            (3_600, Level::Wrong, "快 3600 秒"),
        ] {
            let found = clock("x.clock", theirs, theirs + chrono::Duration::seconds(seconds));
            assert!(found.level == level && found.tried.contains(words), "{seconds}: {found:?}");
        }
    }
}
