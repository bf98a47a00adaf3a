//! `[[dingtalk]]`: each school's app in its DingTalk (钉钉企业内部应用).
//!
//! Knows the form of the keys, not what they are for; `platform::dingtalk` uses them. Start at [`Dingtalk`].

use secrecy::SecretString;

use crate::domain::people::SchoolId;

use super::reader::{Spot, Table};
use super::school::{self, School};
use super::secret;
use super::server::api_base;

/// One `[[dingtalk]]`. Its secrets do not print.
#[derive(Debug, Clone)]
pub struct Dingtalk {
    /// The school that the app belongs to.
    pub school: SchoolId,
    /// `CorpId` of the school.
    pub corp_id: String,
    /// Client ID of the app, which was called `AppKey`.
    pub client_id: String,
    /// Client Secret of the app, which was called `AppSecret`.
    pub client_secret: SecretString,
    /// `RobotCode` of the app's robot.
    pub robot_code: String,
    /// `AgentId` of the app, for work notifications.
    pub agent_id: u64,
    /// How messages and events come in.
    pub mode: DingtalkMode,
    /// The template of the cards by which staff decide; `None` where they decide by words alone.
    pub card_template: Option<String>,
    /// Calls that the organisation has in a month.
    pub calls_per_month: u64,
    /// Messages and events that the organisation can be sent in a month (Webhook 与 Stream 推送).
    pub pushes_per_month: u64,
    /// Where the new interface is, without a final slash; `None` is DingTalk's own address.
    pub api_base: Option<String>,
    /// Where the old interface is.
    pub oapi_base: Option<String>,
    /// Where browsers sign in.
    pub login_base: Option<String>,
}

/// How messages and events of a DingTalk app come in.
#[derive(Debug, Clone)]
pub enum DingtalkMode {
    /// DingTalk calls our addresses.
    Http {
        /// The token of the event address.
        event_token: SecretString,
        /// The key of the event address: 43 letters and digits.
        event_aes_key: SecretString,
    },
    /// We open a connection, and DingTalk sends through it.
    Stream,
}

/// The addresses of an app (回调地址), by the last word of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DingtalkDoor {
    /// Events.
    Event,
    /// Messages to the robot.
    Robot,
    /// Presses of cards.
    Card,
}

impl DingtalkDoor {
    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Robot => "robot",
            Self::Card => "card",
        }
    }
}

/// Calls that the free edition (标准版) has in a month.
const CALLS_PER_MONTH: u64 = 5_000;
/// Pushes that it has in a month.
const PUSHES_PER_MONTH: u64 = 3_000;
/// The longest id, in bytes.
const ID_LEN_MAX: usize = 128;

pub(super) fn read_all(root: &mut Table, schools: &[Option<School>]) -> Vec<Option<Dingtalk>> {
    let known: Vec<&SchoolId> = schools.iter().flatten().map(|school| &school.id).collect();
    let is_complete = schools.iter().all(Option::is_some);
    let mut seen: Vec<(String, Spot)> = Vec::new();
    root.list("dingtalk", |table| read(table, &known, is_complete, &mut seen))
}

fn read(
    table: &mut Table,
    known: &[&SchoolId],
    is_complete: bool,
    seen: &mut Vec<(String, Spot)>,
) -> Option<Dingtalk> {
    let school = school::named(table, "dingtalk", known, is_complete, seen);
    let corp_id =
        id(table, "corp_id", "write the CorpId from 开放平台 → 首页, such as corp_id = \"ding0123\"");
    let client_id =
        id(table, "client_id", "write the Client ID from the app's 凭证与基础信息, such as \"dingabc\"");
    let robot_code = id(table, "robot_code", "write the RobotCode from the app's 机器人 page");
    let agent_id = table.required_number("agent_id", "write the app's AgentId, such as agent_id = 1000002");
    let name = school.as_ref().map_or("<SCHOOL>", SchoolId::as_str);
    let prefix = format!("KEHOU_DINGTALK_{}", name.to_ascii_uppercase().replace('-', "_"));
    let client_secret = secret::read(table, "client_secret", &format!("{prefix}_CLIENT_SECRET"), |_| Ok(()));
    let mode = mode(table, &prefix);
    let card_template = match table.text("card_template") {
        Some((template, spot)) => template_id(table, template, &spot).map(Some),
        None => Some(None),
    };
    let mut per_month = |key, free, instead| {
        if table.is_written(key) { table.required_number(key, instead) } else { Some(free) }
    };
    let calls_per_month =
        per_month("calls_per_month", CALLS_PER_MONTH, "write a number, such as calls_per_month = 5000");
    let pushes_per_month =
        per_month("pushes_per_month", PUSHES_PER_MONTH, "write a number, such as pushes_per_month = 3000");
    let mut base = |key| match table.text(key) {
        Some((text, spot)) => api_base(table, &text, &spot).map(Some),
        None => Some(None),
    };
    let (api_base, oapi_base, login_base) = (base("api_base"), base("oapi_base"), base("login_base"));
    Some(Dingtalk {
        school: school?,
        corp_id: corp_id?,
        client_id: client_id?,
        client_secret: client_secret?,
        robot_code: robot_code?,
        agent_id: agent_id?,
        mode: mode?,
        card_template: card_template?,
        calls_per_month: calls_per_month?,
        pushes_per_month: pushes_per_month?,
        api_base: api_base?,
        oapi_base: oapi_base?,
        login_base: login_base?,
    })
}

/// The mode; the secrets of the event address are asked for where DingTalk calls it.
fn mode(table: &mut Table, prefix: &str) -> Option<DingtalkMode> {
    let instead = "write \"http\" or \"stream\", as in the app's 事件订阅 and 机器人 pages";
    let (mode, spot) = table.required_text("mode", instead)?;
    let mut event_secret = |key, variable: &str, check: fn(&str) -> Result<(), String>| {
        secret::read(table, key, &format!("{prefix}_{variable}"), check)
    };
    match mode.as_str() {
        "http" => {
            let event_token = event_secret("event_token", "EVENT_TOKEN", |_| Ok(()));
            let event_aes_key = event_secret("event_aes_key", "EVENT_AES_KEY", |key| {
                secret::check_aes_key("an aes_key", key)
            });
            Some(DingtalkMode::Http { event_token: event_token?, event_aes_key: event_aes_key? })
        }
        "stream" => {
            // They do no harm, and are there again when the mode is changed back.
            let _ = (table.text("event_token"), table.text("event_aes_key"));
            Some(DingtalkMode::Stream)
        }
        other => {
            table.problem(&spot, &format!("cannot be {other:?}"), Some(instead));
            None
        }
    }
}

fn template_id(table: &mut Table, template: String, spot: &Spot) -> Option<String> {
    let is_id = (1..=ID_LEN_MAX).contains(&template.len())
        && template.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !is_id {
        let instead = "write the id that 卡片平台 shows, such as \"0123-abc.schema\", or leave it out";
        table.problem(spot, &format!("cannot be {template:?}"), Some(instead));
        return None;
    }
    Some(template)
}

fn id(table: &mut Table, key: &'static str, instead: &str) -> Option<String> {
    let (id, spot) = table.required_text(key, instead)?;
    let is_id = id.len() <= ID_LEN_MAX
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_id {
        table.problem(&spot, &format!("cannot be {id:?}"), Some(instead));
        return None;
    }
    Some(id)
}
