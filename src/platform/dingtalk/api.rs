//! DingTalk's two interfaces: a request with the app's token, and what the answer means.
//!
//! The new one answers errors with a status and a word, the old one with a number inside a `200`. Knows no message. Start
//! at [`Api::ask_new`] and [`Api::ask_old`].
//!
//! Source: <https://open.dingtalk.com/document/development/common-errors>, read 2026-08.

use std::sync::Arc;

use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::errors::{self, OldRefusal, Refusal};
use super::quota::Quota;
use crate::clock::Clock;
use crate::platform::http::{Answer, exchange};
use crate::platform::token::Tokens;
use crate::platform::{HttpError, SendError};

/// The interfaces of one app.
#[derive(Debug)]
pub(super) struct Api {
    pub(super) http: reqwest::Client,
    pub(super) new_base: String,
    pub(super) old_base: String,
    pub(super) tokens: Tokens,
    pub(super) quota: Quota,
    pub(super) clock: Arc<dyn Clock>,
}

/// What the new interface answers.
pub(super) enum Told {
    /// A success, and what it says.
    Success(Vec<u8>),
    /// Anything else.
    Refusal(Refusal),
}

impl Api {
    /// Sends a body to the new interface, once more with a fresh token if DingTalk no longer takes the present one.
    ///
    /// # Errors
    /// [`SendError`]: no token, or no answer.
    pub(super) async fn ask_new(&self, method: Method, path: &str, body: &str) -> Result<Told, SendError> {
        let url = format!("{}{path}", self.new_base);
        let request = |token: &SecretString| {
            self.http
                .request(method.clone(), &url)
                .header("x-acs-dingtalk-access-token", token.expose_secret())
                .header("content-type", "application/json; charset=utf-8")
                .header("accept", "application/json")
                .body(body.to_owned())
        };
        let mut told = self.told(request).await?;
        if let Told::Refusal(refusal) = &told
            && refusal.is_token()
        {
            told = self.told(request).await?;
        }
        Ok(told)
    }

    async fn told(&self, request: impl Fn(&SecretString) -> RequestBuilder) -> Result<Told, SendError> {
        let token = self.tokens.get().await?;
        let answer = exchange(request(&token)).await?;
        if answer.status == 200 {
            self.count();
            return Ok(Told::Success(answer.body));
        }
        let refusal = Refusal::read(&answer);
        if refusal.is_token() {
            self.tokens.forget(&token).await;
        }
        Ok(Told::Refusal(refusal))
    }

    /// Sends a request to the old interface, once more with a fresh token if DingTalk no longer takes the present one.
    ///
    /// # Errors
    /// [`SendError`]: no token, no answer, or DingTalk's own refusal.
    pub(super) async fn ask_old<Wanted: DeserializeOwned>(
        &self,
        request: impl Fn(&SecretString) -> RequestBuilder,
    ) -> Result<Wanted, SendError> {
        let value = self.old_answer(request).await?;
        self.count();
        read_as(value)
    }

    /// The same for what the month's calls do not count: who signs in.
    ///
    /// # Errors
    /// As [`Self::ask_old`].
    pub(super) async fn ask_old_free<Wanted: DeserializeOwned>(
        &self,
        request: impl Fn(&SecretString) -> RequestBuilder,
    ) -> Result<Wanted, SendError> {
        read_as(self.old_answer(request).await?)
    }

    async fn old_answer(
        &self,
        request: impl Fn(&SecretString) -> RequestBuilder,
    ) -> Result<Value, SendError> {
        let mut is_fresh = false;
        loop {
            let token = self.tokens.get().await?;
            let answer = exchange(request(&token).header("accept", "application/json")).await?;
            let value = read_old(&answer)?;
            let Some(refusal) = refusal_in(&value)? else { return Ok(value) };
            if refusal.is_token() {
                self.tokens.forget(&token).await;
                if !is_fresh {
                    is_fresh = true;
                    continue;
                }
            }
            return Err(refusal.classify());
        }
    }

    /// A post of a JSON body to the old interface.
    pub(super) fn old_post(&self, path: &str, body: &str, token: &SecretString) -> RequestBuilder {
        self.http
            .post(format!("{}{path}", self.old_base))
            .query(&[("access_token", token.expose_secret())])
            .header("content-type", "application/json; charset=utf-8")
            .body(body.to_owned())
    }

    pub(super) fn count(&self) {
        self.quota.count(self.clock.now());
    }
}

fn read_as<Wanted: DeserializeOwned>(value: Value) -> Result<Wanted, SendError> {
    serde_json::from_value(value).map_err(|_| unusable("the answer is not what was asked for"))
}

/// What the old interface answers, whatever it is.
pub(super) fn read_old(answer: &Answer) -> Result<Value, SendError> {
    if answer.status < 500 && errors::is_banned(&answer.body) {
        return Err(errors::banned());
    }
    match answer.status {
        200 => serde_json::from_slice(&answer.body).map_err(|_| unusable("the answer is not json")),
        429 => Err(errors::classify_old(90018)),
        408 | 500..=599 => Err(SendError::Unknown(HttpError(format!("http status {}", answer.status)))),
        status => Err(SendError::Refused {
            code: i64::from(status),
            advice: "接口地址的应答不是钉钉的：请核对配置里的 oapi_base",
        }),
    }
}

/// Why the old interface did not do what it was asked, by its own word; `None` where it did.
///
/// # Errors
/// [`SendError::Unknown`] where it does not say.
pub(super) fn refusal_in(answer: &Value) -> Result<Option<OldRefusal>, SendError> {
    match number(answer.get("errcode")) {
        None => Err(unusable("the answer has no errcode")),
        Some(0) => Ok(None),
        Some(code) => Ok(Some(OldRefusal::read(code, answer))),
    }
}

/// A number that may be written as a text.
pub(super) fn number(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

pub(super) fn unusable(why: &str) -> SendError {
    SendError::Unknown(HttpError(why.to_owned()))
}
