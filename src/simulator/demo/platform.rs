//! The platform of a demo's school (平台): what the page needs of a simulator, whichever it is.
//!
//! Start at [`DemoPlatform`].

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DemoRoad, DemoRole};
use crate::simulator::wecom::{Chat, News, Phone, Saying};

/// A simulated platform, with the phones of a school's people on it.
#[async_trait]
pub trait DemoPlatform: Send + Sync {
    /// Which it is.
    fn name(&self) -> PlatformName;

    /// What stands on the phone of somebody who answers there.
    fn phone(&self, account: &str, road: DemoRoad) -> Option<Phone>;

    /// How many messages have reached phones so far; a position for [`Self::news_since`].
    fn news_position(&self) -> usize;

    /// The messages that reached phones after `position`, with the position after them.
    fn news_since(&self, position: usize) -> (Vec<News>, usize);

    /// The bytes of a picture that a phone shows.
    fn picture(&self, media_id: &str) -> Option<Arc<[u8]>>;

    /// Somebody does something in the chat with the school's app; whether it got through.
    async fn send(&self, account: &str, saying: &Saying) -> bool;

    /// Somebody presses something on a card; whether it got through, `None` where the phone shows nothing of the kind.
    async fn press(&self, account: &str, task: &str, key: &str, chosen: &[&str]) -> Option<bool>;

    /// Whether the app answers in a call of its own, which comes a little later.
    fn answers_later(&self) -> bool {
        false
    }

    /// From now on this is who opens pages.
    fn hold_phone(&self, account: &str, role: DemoRole);

    /// What has been counted.
    fn figures(&self) -> DemoFigures;

    /// How the network is.
    fn network(&self) -> Network;

    /// Cuts and mends the network.
    fn set_network(&self, network: Network);

    /// Takes the access token back.
    fn revoke_token(&self);

    /// What can go wrong, and what does.
    fn troubles(&self) -> Vec<DemoTrouble>;

    /// Lets a trouble begin or end; `None` where there is none of the kind.
    async fn switch(&self, trouble: &Value, is_on: bool) -> Option<DemoTrouble>;

    /// Somebody's second chat beside the notices, such as 微信客服; `None` where the school has none.
    fn chat(&self, account: &str) -> Option<Chat> {
        let _ = account;
        None
    }

    /// Somebody says something in their second chat, or taps `tap` there; whether it got through.
    async fn send_in_chat(&self, account: &str, saying: &Saying, tap: Option<&str>) -> bool {
        let _ = (account, saying, tap);
        false
    }
}

/// Which platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlatformName {
    /// 企业微信.
    Wecom,
    /// 钉钉.
    Dingtalk,
}

/// What has been counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DemoFigures {
    /// Callback requests, repetitions included.
    pub callbacks: u64,
    /// Messages that reached a phone.
    pub shown: u64,
    /// Messages that the platform dropped because they were there already.
    pub swallowed: u64,
}

/// How the network between the platform and the server is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Network {
    /// Whether nothing gets through.
    pub is_cut: bool,
    /// Whether each callback comes more than once.
    pub is_repeating: bool,
}

/// Something that can go wrong, as the panel shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoTrouble {
    /// The platform's own word for it.
    pub trouble: Value,
    /// What it is called.
    pub label: String,
    /// Whether it goes on.
    pub is_on: bool,
    /// Whether it happens and is over.
    pub is_moment: bool,
}

impl PlatformName {
    /// Its name in the page's attributes, and where a second school's page is.
    pub fn key(self) -> &'static str {
        match self {
            Self::Wecom => "wecom",
            Self::Dingtalk => "dingtalk",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Wecom => "企业微信",
            Self::Dingtalk => "钉钉",
        }
    }
}
