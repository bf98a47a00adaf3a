//! How people are reached (联系方式): channels of different powers, and a person's accounts there.
//!
//! Knows no platform's words. Start at [`ContactPoint`].

use std::fmt;

use serde::{Deserialize, Serialize};

use super::keep_ends;

/// How a person is reached and answers (渠道).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A member of the school's WeCom who writes to the school's app (企业微信应用).
    WecomApp,
    /// The school's notices to parents in plain WeChat (学校通知): they go out, nothing comes back.
    WecomNotice,
    /// Customer service in plain WeChat (微信客服): a chat that the parent begins, answered in few messages.
    WecomKf,
    /// Our own page (家长页), opened from the link in a notice: what a parent says there is answered there.
    ParentPage,
    /// A member of the school's DingTalk who writes to the school's robot (钉钉机器人).
    #[serde(rename = "dingtalk")]
    DingtalkRobot,
    /// The school's notices to people of its DingTalk (钉钉工作通知): they go out, nothing comes back.
    DingtalkNotice,
    /// The terminal of `kehou talk`.
    Terminal,
}

impl Channel {
    /// Its name in keys of records.
    pub fn key(self) -> &'static str {
        match self {
            Self::WecomApp => "wecom_app",
            Self::WecomNotice => "wecom_notice",
            Self::WecomKf => "wecom_kf",
            Self::ParentPage => "parent_page",
            Self::DingtalkRobot => "dingtalk",
            Self::DingtalkNotice => "dingtalk_notice",
            Self::Terminal => "terminal",
        }
    }

    /// An account in the platform's canonical case: WeCom compares members and parents without case and answers in lower
    /// case (platforms/wecom.md §2, §4.2); all others keep it. The parent page keeps what the platform says that
    /// recognised the guardian.
    pub fn canonical(self, account: &str) -> String {
        match self {
            Self::WecomApp | Self::WecomNotice => account.to_ascii_lowercase(),
            Self::WecomKf
            | Self::ParentPage
            | Self::DingtalkRobot
            | Self::DingtalkNotice
            | Self::Terminal => account.to_owned(),
        }
    }

    /// Whether words only go out by it: nobody is asked there about what they say.
    pub fn is_one_way(self) -> bool {
        matches!(self, Self::WecomNotice | Self::DingtalkNotice)
    }

    /// Whether we can write there first (DESIGN §2); elsewhere we only answer.
    pub fn can_begin(self) -> bool {
        match self {
            Self::WecomApp
            | Self::WecomNotice
            | Self::DingtalkRobot
            | Self::DingtalkNotice
            | Self::Terminal => true,
            Self::WecomKf | Self::ParentPage => false,
        }
    }
}

/// One way to reach a person (联系方式).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContactPoint {
    /// The channel.
    pub channel: Channel,
    /// The person's account there, in the platform's canonical case.
    pub account: String,
    /// Whether the platform reaches this account as far as we know.
    pub is_reachable: bool,
}

impl fmt::Debug for ContactPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}:{}", self.channel, mask_account(&self.account))
    }
}

/// Masks an account of a platform for the log: two characters at each end of a long one, nothing of a short one.
pub fn mask_account(account: &str) -> String {
    if account.chars().count() < 8 { "***".to_owned() } else { keep_ends(account, 2, 2) }
}
