//! DingTalk (钉钉): a school's own app in its own organisation, as two [`Platform`](super::Platform)s over one token.
//!
//! [`DingtalkRobot`] is the single chat with staff, [`DingtalkNotice`] the work notifications to guardians, whose answers
//! come by the parent page. Everything that DingTalk calls by its own names stays in this folder. Knows nothing of
//! conversations. Start at [`accounts`]; [`callback`] is the way in, [`api`] the way out.

mod api;
mod callback;
mod card;
mod checkup;
mod directory;
mod errors;
mod lost;
mod media;
mod notice;
mod quota;
mod recall;
mod robot;
mod sign_in;
mod signed;
mod stream;
#[cfg(test)]
mod tests;
mod token;
#[cfg(test)]
pub(crate) mod vectors;

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use self::api::Api;
use self::callback::{Doors, EventDoor};
use self::card::Cards;
use self::quota::Quota;
use self::sign_in::Door;
use self::token::AppSecret;
use super::SettingsError;
use super::crypto::Crypto;
use super::http::http_client;
use super::meter::Allowance;
use super::token::Tokens;
use crate::clock::Clock;
use crate::domain::people::SchoolId;
use crate::ids::Ids;

pub use notice::DingtalkNotice;
pub use robot::DingtalkRobot;
pub use sign_in::JSAPI;

/// DingTalk's own address of the new interface.
pub const API_BASE: &str = "https://api.dingtalk.com";
/// DingTalk's own address of the old interface.
pub const OAPI_BASE: &str = "https://oapi.dingtalk.com";
/// DingTalk's own address where browsers sign in.
pub const LOGIN_BASE: &str = "https://login.dingtalk.com";

/// What the developer console shows about a school's app.
#[derive(Debug, Clone)]
pub struct DingtalkSettings {
    /// Whose app it is.
    pub school: SchoolId,
    /// The organisation, `CorpId`.
    pub corp_id: String,
    /// The app, `Client ID`.
    pub client_id: String,
    /// The app's secret, `Client Secret`.
    pub client_secret: SecretString,
    /// The app's robot, `RobotCode`.
    pub robot_code: String,
    /// The app's number in the organisation, `AgentId`.
    pub agent_id: u64,
    /// Calls that the organisation has in a month.
    pub calls_per_month: u64,
    /// Pushes that it has in a month.
    pub pushes_per_month: u64,
    /// The secrets of the event address; `None` where all comes through a connection of ours.
    pub events: Option<EventSecrets>,
    /// How decisions go as cards; `None` where they go as words.
    pub cards: Option<CardSettings>,
    /// Where the new interface is: [`API_BASE`], or a simulator.
    pub api_base: String,
    /// Where the old interface is: [`OAPI_BASE`], or a simulator.
    pub oapi_base: String,
    /// Where browsers sign in: [`LOGIN_BASE`], or a simulator.
    pub login_base: String,
    /// The script by which a page inside DingTalk asks it who is there: [`JSAPI`], or a simulator's.
    pub jsapi: String,
}

/// The secrets of the event address.
#[derive(Debug, Clone)]
pub struct EventSecrets {
    /// The token (签名 token).
    pub token: SecretString,
    /// The key (加密 `aes_key`).
    pub aes_key: SecretString,
}

/// How decisions go as cards (互动卡片).
#[derive(Debug, Clone)]
pub struct CardSettings {
    /// The template (卡片模板 ID).
    pub template: String,
    /// Where presses are posted to, unless all comes through a connection of ours.
    pub callback_url: String,
}

/// What both accounts of an app share.
#[derive(Debug)]
struct App {
    school: SchoolId,
    client_id: String,
    robot_code: String,
    agent_id: u64,
    doors: Doors,
    door: Door,
    cards: Option<Cards>,
    api: Api,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
}

/// Prepares the accounts of an app; nothing is sent yet.
///
/// - `page`: the address of the parent page, where a guardian answers.
///
/// # Errors
/// [`SettingsError`] when a setting cannot be right; says what to write.
pub fn accounts(
    settings: DingtalkSettings,
    page: &str,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
) -> Result<(DingtalkRobot, DingtalkNotice), SettingsError> {
    let http = http_client().map_err(|_| SettingsError::HttpClient)?;
    let api_base = address(&settings.api_base, API_BASE)?;
    let oapi_base = address(&settings.oapi_base, OAPI_BASE)?;
    let events = settings.events.as_ref().map(|secrets| event_door(&settings, secrets)).transpose()?;
    let source = AppSecret {
        http: http.clone(),
        api_base: api_base.clone(),
        client_id: settings.client_id.clone(),
        client_secret: settings.client_secret.clone(),
    };
    let door = Door {
        corp_id: settings.corp_id.clone(),
        client_id: settings.client_id.clone(),
        client_secret: settings.client_secret.clone(),
        login_base: address(&settings.login_base, LOGIN_BASE)?,
        jsapi: address(&settings.jsapi, JSAPI)?,
    };
    let cards = settings.cards.map(|cards| {
        let callback_url = events.is_some().then_some(cards.callback_url);
        Cards::new(cards.template, callback_url, (&settings.client_id, &settings.client_secret))
    });
    let doors = Doors {
        school: settings.school.clone(),
        corp_id: settings.corp_id,
        robot_code: settings.robot_code.clone(),
        client_secret: settings.client_secret,
        oapi_base: oapi_base.clone(),
        events,
    };
    let tokens = Tokens::new(Box::new(source), clock.clone());
    let quota = Quota::new(
        settings.school.clone(),
        Allowance { calls: settings.calls_per_month, pushes: settings.pushes_per_month },
    );
    let api = Api { http, new_base: api_base, old_base: oapi_base, tokens, quota, clock: clock.clone() };
    let (school, client_id, robot_code) = (settings.school, settings.client_id, settings.robot_code);
    let agent_id = settings.agent_id;
    let app = Arc::new(App { school, client_id, robot_code, agent_id, doors, door, cards, api, clock, ids });
    Ok((DingtalkRobot::new(app.clone()), DingtalkNotice::new(app, page)))
}

/// The official pages contradict each other on who an event is for, the app or the organisation; both are ours.
fn event_door(settings: &DingtalkSettings, secrets: &EventSecrets) -> Result<EventDoor, SettingsError> {
    let (token, key) = (secrets.token.expose_secret(), secrets.aes_key.expose_secret());
    Ok(EventDoor {
        for_app: Crypto::new(token, key, &settings.client_id)?,
        for_corp: Crypto::new(token, key, &settings.corp_id)?,
    })
}

fn address(base: &str, instead: &'static str) -> Result<String, SettingsError> {
    let base = base.trim_end_matches('/');
    let is_address = reqwest::Url::parse(base).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none()
    });
    if is_address { Ok(base.to_owned()) } else { Err(SettingsError::Address(instead)) }
}
