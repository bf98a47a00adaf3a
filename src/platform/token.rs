//! The access token (访问令牌) of one app: fetched once for everybody, renewed before it ends, never shown.
//!
//! Knows no platform: a [`TokenSource`] asks for it. A wrong secret opens a breaker, because platforms block an address
//! that keeps asking with one. Start at [`Tokens::get`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use super::SendError;
use super::http::NO_CONNECTION;
use crate::clock::{Clock, Moment};

/// A token is renewed when this share of its life is over, in percent.
const LIFE_USED_PERCENT: i64 = 90;
/// The longest life that is believed, in seconds.
const LIFE_SECONDS_MAX: i64 = 7_200;
/// After a wrong secret nobody asks again for so long.
const BREAKER_PAUSE: chrono::Duration = chrono::Duration::minutes(10);

/// Asks the platform for a token.
#[async_trait]
pub(super) trait TokenSource: Send + Sync {
    /// A fresh token.
    ///
    /// # Errors
    /// [`TokenError`].
    async fn fetch(&self) -> Result<Fetched, TokenError>;
}

/// A token as it came.
pub(super) struct Fetched {
    pub(super) token: SecretString,
    /// How long it lives, where the platform says it.
    pub(super) life_seconds: Option<i64>,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenError {
    /// The platform did not answer, or not usably.
    Transport,
    /// It asks to wait.
    Throttled(Duration),
    /// It says no for now, with this code.
    Unavailable(i64),
    /// It refuses the app.
    Refused {
        code: i64,
        advice: &'static str,
        /// Whether the secret itself is wrong.
        is_secret: bool,
    },
}

/// The token of one app.
pub(super) struct Tokens {
    source: Box<dyn TokenSource>,
    clock: Arc<dyn Clock>,
    // Counts finished fetches, so that those who waited for one take its outcome instead of asking again.
    fetches: AtomicU64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    last_failure: Option<TokenError>,
    breaker_until: Option<(Moment, TokenError)>,
}

struct Current {
    token: Arc<SecretString>,
    renew_at: Moment,
}

impl Tokens {
    pub(super) fn new(source: Box<dyn TokenSource>, clock: Arc<dyn Clock>) -> Self {
        Self { source, clock, fetches: AtomicU64::new(0), state: Mutex::default() }
    }

    /// The token, from memory or from the platform; however many ask at once, one request goes out.
    ///
    /// # Errors
    /// [`TokenError`], the same for all who waited for the same request.
    pub(super) async fn get(&self) -> Result<Arc<SecretString>, TokenError> {
        let fetches_before = self.fetches.load(Ordering::SeqCst);
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        if let Some(current) = state.current.as_ref().filter(|current| now < current.renew_at) {
            return Ok(current.token.clone());
        }
        if let Some((until, failure)) = &state.breaker_until
            && now < *until
        {
            return Err(failure.clone());
        }
        if self.fetches.load(Ordering::SeqCst) != fetches_before
            && let Some(failure) = &state.last_failure
        {
            return Err(failure.clone());
        }
        let fetched = self.source.fetch().await;
        self.fetches.fetch_add(1, Ordering::SeqCst);
        match fetched {
            Ok(fetched) => {
                let life = fetched.life_seconds.unwrap_or(LIFE_SECONDS_MAX).clamp(0, LIFE_SECONDS_MAX);
                let renew_at = now + chrono::Duration::seconds(life * LIFE_USED_PERCENT / 100);
                let token = Arc::new(fetched.token);
                *state =
                    State { current: Some(Current { token: token.clone(), renew_at }), ..State::default() };
                Ok(token)
            }
            Err(failure) => {
                if let TokenError::Refused { advice, is_secret: true, .. } = &failure {
                    tracing::error!(advice, "the platform refuses the app's secret");
                    state.breaker_until = Some((now + BREAKER_PAUSE, failure.clone()));
                }
                state.last_failure = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// Forgets a token that the platform no longer takes, unless a newer one is already there.
    pub(super) async fn forget(&self, used: &SecretString) {
        let mut state = self.state.lock().await;
        if state.current.as_ref().is_some_and(|current| current.token.expose_secret() == used.expose_secret())
        {
            state.current = None;
        }
    }
}

impl TokenError {
    /// What a platform's answer means where a token was asked for.
    ///
    /// - `is_secret`: whether the code says that the secret is wrong.
    pub(super) fn of(error: &SendError, is_secret: bool) -> Self {
        match error {
            SendError::Throttled(pause) | SendError::Resting { pause, .. } => Self::Throttled(*pause),
            SendError::Unavailable { code } => Self::Unavailable(*code),
            SendError::Unknown(_) => Self::Transport,
            SendError::Refused { code, advice } => Self::Refused { code: *code, advice, is_secret },
        }
    }
}

impl From<TokenError> for SendError {
    /// Without a token no message left, so nothing is unknown.
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Transport => Self::Unavailable { code: NO_CONNECTION },
            TokenError::Throttled(pause) => Self::Throttled(pause),
            TokenError::Unavailable(code) => Self::Unavailable { code },
            TokenError::Refused { code, advice, .. } => Self::Refused { code, advice },
        }
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}
