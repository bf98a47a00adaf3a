//! WeCom (企业微信): a school's own app in its own corp, as a [`Platform`].
//!
//! Everything that WeCom calls by its own names stays in this folder. Knows nothing of conversations. Start at
//! [`Wecom`]; [`callback`] is the way in, [`api`] the way out to members and [`notice`] to parents, with [`media`] for
//! pictures and [`card`] for what can be pressed; [`kf`] is the chat of parents on plain WeChat; who the parents are is read by [`directory`].

pub mod api;
pub mod callback;
mod card;
mod checkup;
mod directory;
pub mod errors;
pub mod kf;
mod media;
pub mod notice;
mod sign_in;
mod token;
#[cfg(test)]
pub(crate) mod vectors;
pub mod xml;

pub use notice::WecomNotice;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use self::api::Api;
use self::callback::Callbacks;
use self::kf::Kf;
use self::sign_in::Door;
use self::token::AppSecret;
use super::card::CardLimits;
use super::checkup::Checkup;
use super::crypto::Crypto;
use super::http::http_client;
use super::picture::Pictures;
use super::sign_in::SignIn;
use super::token::Tokens;
use super::{
    Call, CallbackAnswer, CallbackRequest, Inbound, Limits, Message, Opened, Platform, Rejected, SendError,
    SendReport, SettingsError,
};
use crate::clock::{Clock, Moment};
use crate::domain::people::{Channel, SchoolId};
use crate::ids::Ids;

/// What the console of a school's WeCom shows about the app.
#[derive(Debug, Clone)]
pub struct WecomSettings {
    /// Whose app it is.
    pub school: SchoolId,
    /// The corp's id (企业 ID).
    pub corp_id: String,
    /// The app's number, `AgentId`.
    pub agent_id: u32,
    /// The app's secret.
    pub secret: SecretString,
    /// The token of the callback address.
    pub token: SecretString,
    /// The key of the callback address.
    pub encoding_aes_key: SecretString,
    /// Where the API is: `https://qyapi.weixin.qq.com`, or a simulator.
    pub api_base: String,
    /// Where browsers are authorised: `https://open.weixin.qq.com`, or a simulator.
    pub oauth_base: String,
    /// Where a scan signs in: `https://login.work.weixin.qq.com`, or a simulator.
    pub login_base: String,
}

#[cfg(test)]
impl WecomSettings {
    /// A school's settings, with the keys of the official example and another corp.
    pub(crate) fn sample(api_base: &str) -> Self {
        Self {
            school: "east".into(),
            corp_id: "wwSCHOOL".to_owned(),
            agent_id: 1_000_002,
            secret: "secret".to_owned().into(),
            token: "QDG6eK".to_owned().into(),
            encoding_aes_key: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C".to_owned().into(),
            api_base: api_base.to_owned(),
            oauth_base: OAUTH_BASE.to_owned(),
            login_base: LOGIN_BASE.to_owned(),
        }
    }
}

/// WeCom's own address of the API.
pub const API_BASE: &str = "https://qyapi.weixin.qq.com";

/// WeChat's own address of the authorisation.
pub const OAUTH_BASE: &str = "https://open.weixin.qq.com";

/// WeCom's own address of the sign-in with a scan.
pub const LOGIN_BASE: &str = "https://login.work.weixin.qq.com";

/// A school's WeCom app.
#[derive(Debug)]
pub struct Wecom {
    callbacks: Callbacks,
    api: Arc<Api>,
    door: Door,
    ids: Arc<Ids>,
}

impl Wecom {
    /// Prepares the app; nothing is sent yet.
    ///
    /// # Errors
    /// [`SettingsError`] when a setting cannot be right; says what to write.
    pub fn new(settings: WecomSettings, clock: Arc<dyn Clock>, ids: Arc<Ids>) -> Result<Self, SettingsError> {
        let http = http_client().map_err(|_| SettingsError::HttpClient)?;
        Self::with_http(settings, clock, ids, http)
    }

    /// As [`Wecom::new`], over a client with time-outs of one's own.
    ///
    /// # Errors
    /// As [`Wecom::new`].
    pub fn with_http(
        settings: WecomSettings,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
        http: reqwest::Client,
    ) -> Result<Self, SettingsError> {
        let crypto = Crypto::new(
            settings.token.expose_secret(),
            settings.encoding_aes_key.expose_secret(),
            &settings.corp_id,
        )?;
        let api_base = settings.api_base.trim_end_matches('/').to_owned();
        let is_address = reqwest::Url::parse(&api_base).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none()
        });
        if !is_address {
            return Err(SettingsError::Address(API_BASE));
        }
        let base = |address: &str, example: &'static str| {
            reqwest::Url::parse(address).map_err(|_| SettingsError::Address(example))
        };
        let oauth_base = base(&settings.oauth_base, OAUTH_BASE)?;
        let login_base = base(&settings.login_base, LOGIN_BASE)?;
        let (corp_id, agent_id) = (settings.corp_id.clone(), settings.agent_id);
        let door = Door { corp_id, agent_id, oauth_base, login_base };
        let (corp_id, secret) = (settings.corp_id, settings.secret);
        let source = AppSecret { http: http.clone(), api_base: api_base.clone(), corp_id, secret };
        let tokens = Tokens::new(Box::new(source), clock);
        Ok(Self {
            callbacks: Callbacks { school: settings.school, agent_id: settings.agent_id, crypto },
            api: Arc::new(Api { http, api_base, tokens }),
            door,
            ids,
        })
    }

    /// The customer service accounts (`wk…`) of the same school, over the same token.
    pub fn customer_service(&self, accounts: Vec<String>) -> Kf {
        Kf::new(self.callbacks.school.clone(), accounts, self.api.clone())
    }

    /// The same app's 学校通知 to parents; both share one token.
    ///
    /// - `page`: the address of the parent page, where a parent answers.
    pub fn notices(&self, page: &str) -> WecomNotice {
        WecomNotice::new(self.callbacks.school.clone(), self.callbacks.agent_id, self.api.clone(), page)
    }
}

#[async_trait]
impl Platform for Wecom {
    fn school(&self) -> &SchoolId {
        &self.callbacks.school
    }

    fn channel(&self) -> Channel {
        Channel::WecomApp
    }

    fn limits(&self) -> &Limits {
        &api::LIMITS
    }

    fn open(&self, request: &CallbackRequest) -> Result<Opened, Rejected> {
        self.callbacks.open(request)
    }

    fn answer(&self, to: &Inbound, text: Option<&str>, now: Moment) -> CallbackAnswer {
        self.callbacks.answer(to, text, now, &self.ids)
    }

    fn compose(&self, accounts: &[String], message: &Message) -> Call {
        api::compose(self.callbacks.agent_id, accounts, message)
    }

    fn pictures(&self) -> Option<&dyn Pictures> {
        Some(self)
    }

    fn cards(&self) -> Option<CardLimits> {
        Some(card::LIMITS)
    }

    fn sign_in(&self) -> Option<&dyn SignIn> {
        Some(self)
    }

    fn checkup(&self) -> Option<&dyn Checkup> {
        Some(self)
    }

    /// The change of a card is done once, and a second try refused for just that.
    fn guard(&self, call: &Call) -> Duration {
        if call.endpoint == card::UPDATE { Duration::ZERO } else { self.limits().duplicate_guard }
    }

    async fn send(&self, call: &Call) -> Result<SendReport, SendError> {
        self.api.send(call).await
    }
}
