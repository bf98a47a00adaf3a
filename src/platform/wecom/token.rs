//! The access token of one app: fetched once for everybody, renewed before it ends, never shown.
//!
//! Knows nothing of messages. A wrong secret opens a breaker, because WeCom blocks an address that keeps asking with
//! one. Start at [`Tokens::get`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/91039>, read 2026-08.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::errors;
use crate::clock::{Clock, Moment};
use crate::platform::http::{Failure, exchange};
use crate::platform::{HttpError, SendError};

/// A token is renewed when this share of its life is over, in percent.
const LIFE_USED_PERCENT: i64 = 90;
/// The longest life that is believed, in seconds; WeCom gives 7200.
const LIFE_SECONDS_MAX: i64 = 7_200;
/// After a wrong secret nobody asks again for so long.
const BREAKER_PAUSE: chrono::Duration = chrono::Duration::minutes(10);
/// The code of an outage before WeCom could say one.
pub(super) const NO_CONNECTION: i64 = 0;

/// The token of one app.
pub struct Tokens {
    http: reqwest::Client,
    api_base: String,
    corp_id: String,
    secret: SecretString,
    clock: Arc<dyn Clock>,
    // Counts finished fetches, so that those who waited for one take its outcome instead of asking again.
    fetches: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    last_failure: Option<TokenError>,
    breaker_until: Option<Moment>,
}

struct Current {
    token: Arc<SecretString>,
    renew_at: Moment,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenError {
    /// WeCom did not answer, or not usably.
    Transport,
    /// WeCom said no with this code.
    Code(i64),
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    errcode: i64,
    access_token: Option<String>,
    expires_in: Option<i64>,
}

impl Tokens {
    /// The token of the app whose secret this is.
    pub fn new(
        http: reqwest::Client,
        api_base: String,
        corp_id: String,
        secret: SecretString,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (fetches, state) = (AtomicU64::new(0), Mutex::default());
        Self { http, api_base, corp_id, secret, clock, fetches, state }
    }

    /// The token, from memory or from WeCom; however many ask at once, one request goes out.
    ///
    /// # Errors
    /// [`TokenError`], the same for all who waited for the same request.
    pub async fn get(&self) -> Result<Arc<SecretString>, TokenError> {
        let fetches_before = self.fetches.load(Ordering::SeqCst);
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        if let Some(current) = state.current.as_ref().filter(|current| now < current.renew_at) {
            return Ok(current.token.clone());
        }
        if state.breaker_until.is_some_and(|until| now < until) {
            return Err(TokenError::Code(errors::WRONG_SECRET));
        }
        if self.fetches.load(Ordering::SeqCst) != fetches_before
            && let Some(failure) = &state.last_failure
        {
            return Err(failure.clone());
        }
        let fetched = self.fetch(now).await;
        self.fetches.fetch_add(1, Ordering::SeqCst);
        match fetched {
            Ok(current) => {
                let token = current.token.clone();
                *state = State { current: Some(current), ..State::default() };
                Ok(token)
            }
            Err(failure) => {
                if failure == TokenError::Code(errors::WRONG_SECRET) {
                    tracing::error!(
                        advice = errors::advice(errors::WRONG_SECRET),
                        "wecom refuses the secret"
                    );
                    state.breaker_until = Some(now + BREAKER_PAUSE);
                }
                state.last_failure = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// Forgets a token that WeCom no longer takes, unless a newer one is already there.
    pub async fn forget(&self, used: &SecretString) {
        let mut state = self.state.lock().await;
        if state.current.as_ref().is_some_and(|current| current.token.expose_secret() == used.expose_secret())
        {
            state.current = None;
        }
    }

    async fn fetch(&self, now: Moment) -> Result<Current, TokenError> {
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
            return Err(TokenError::Code(answer.errcode));
        }
        let token = answer
            .access_token
            .filter(|token| !token.is_empty())
            .map(SecretString::from)
            .ok_or(TokenError::Transport)?;
        let life = answer.expires_in.unwrap_or(LIFE_SECONDS_MAX).clamp(0, LIFE_SECONDS_MAX);
        let renew_at = now + chrono::Duration::seconds(life * LIFE_USED_PERCENT / 100);
        Ok(Current { token: Arc::new(token), renew_at })
    }
}

impl From<TokenError> for SendError {
    /// Without a token no message left, so nothing is unknown.
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Transport => Self::Unavailable { code: NO_CONNECTION },
            TokenError::Code(code) => errors::classify(code),
        }
    }
}

impl From<Failure> for SendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotSent(HttpError(_)) => Self::Unavailable { code: NO_CONNECTION },
            Failure::Unknown(error) => Self::Unknown(error),
        }
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("corp_id", &self.corp_id).finish_non_exhaustive()
    }
}
