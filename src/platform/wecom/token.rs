//! Where the access token of a WeCom app comes from: `gettoken`.
//!
//! Keeping it is `platform::token`'s. Start at [`AppSecret`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/91039>, read 2026-08.

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::errors;
use crate::platform::http::exchange;
use crate::platform::token::{Fetched, TokenError, TokenSource};

/// What an app asks for its token with.
pub(super) struct AppSecret {
    pub(super) http: reqwest::Client,
    pub(super) api_base: String,
    pub(super) corp_id: String,
    pub(super) secret: SecretString,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    errcode: i64,
    access_token: Option<String>,
    expires_in: Option<i64>,
}

#[async_trait]
impl TokenSource for AppSecret {
    async fn fetch(&self) -> Result<Fetched, TokenError> {
        let request = self
            .http
            .get(format!("{}/cgi-bin/gettoken", self.api_base))
            .query(&[("corpid", self.corp_id.as_str()), ("corpsecret", self.secret.expose_secret())]);
        let answer = exchange(request).await.map_err(|failure| {
            tracing::warn!(error = %failure, "wecom gave no token");
            TokenError::Transport
        })?;
        let answer: Answer = serde_json::from_slice(&answer.body).map_err(|_| TokenError::Transport)?;
        if answer.errcode != 0 {
            let is_secret = answer.errcode == errors::WRONG_SECRET;
            return Err(TokenError::of(&errors::classify(answer.errcode), is_secret));
        }
        let token = answer.access_token.filter(|token| !token.is_empty()).ok_or(TokenError::Transport)?;
        Ok(Fetched { token: SecretString::from(token), life_seconds: answer.expires_in })
    }
}
