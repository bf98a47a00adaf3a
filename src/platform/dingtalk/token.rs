//! Where the access token of a DingTalk app comes from; both interfaces take the same one.
//!
//! Keeping it is `platform::token`'s. Start at [`AppSecret`].
//!
//! Source: <https://open.dingtalk.com/document/development/obtain-the-access-token-of-an-internal-app>, read 2026-08.

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::errors;
use crate::platform::http::exchange;
use crate::platform::token::{Fetched, TokenError, TokenSource};

/// What an app asks for its token with.
pub(super) struct AppSecret {
    pub(super) http: reqwest::Client,
    pub(super) api_base: String,
    pub(super) client_id: String,
    pub(super) client_secret: SecretString,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    access_token: Option<String>,
    expire_in: Option<i64>,
}

#[async_trait]
impl TokenSource for AppSecret {
    async fn fetch(&self) -> Result<Fetched, TokenError> {
        let body = json!({"appKey": self.client_id, "appSecret": self.client_secret.expose_secret()});
        let request = self
            .http
            .post(format!("{}/v1.0/oauth2/accessToken", self.api_base))
            // Without it the answer may be XML.
            .header("accept", "application/json")
            .json(&body);
        let answer = exchange(request).await.map_err(|failure| {
            tracing::warn!(error = %failure, "dingtalk gave no token");
            TokenError::Transport
        })?;
        if answer.status != 200 {
            let refusal = errors::Refusal::read(&answer);
            let is_secret = refusal.is_wrong_secret();
            return Err(TokenError::of(&refusal.classify(), is_secret));
        }
        let answer: Answer = serde_json::from_slice(&answer.body).map_err(|_| TokenError::Transport)?;
        let token = answer.access_token.filter(|token| !token.is_empty()).ok_or(TokenError::Transport)?;
        Ok(Fetched { token: SecretString::from(token), life_seconds: answer.expire_in })
    }
}
