//! Stream mode (Stream 模式): a connection of ours through which DingTalk sends messages and events.
//!
//! Each connection begins with a ticket, good once. When DingTalk says that it will leave, the next one stands before the
//! old one is let go; when one breaks, the next waits a little longer each time. What is not acknowledged comes again, here
//! or on another process's connection, so nothing is lost and de-duplication makes it once. Knows no use case. Start at
//! [`Connector::run`]; one connection is `socket`, what stands in a frame `frame`.
//!
//! Source: <https://open-dingtalk.github.io/developerpedia/docs/learn/stream/protocol>, read 2026-08.

mod backoff;
mod frame;
mod socket;

use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use futures_util::future::{BoxFuture, FutureExt as _, OptionFuture};
use futures_util::stream::FuturesUnordered;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::backoff::Backoff;
use self::socket::{Leaving, Socket};
use super::robot::DingtalkRobot;
use super::{App, errors};
use crate::platform::SendError;
use crate::platform::http::exchange;
use crate::platform::stream::{Stream, Taker};

/// The pause after DingTalk refused the app itself.
const REFUSED_PAUSE: Duration = Duration::from_mins(5);
/// Connections that can say at one moment that they will be closed; more of them wait.
const LEAVING_LEN: usize = 8;
/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// What somebody looks at when DingTalk refuses the app and does not say why.
const CHECK_APP: &str =
    "请在钉钉开发者后台核对 Client ID、Client Secret，以及机器人和事件订阅是否选了 Stream 模式";
/// What DingTalk is told that we are.
const USER_AGENT: &str = concat!("kehou/", env!("CARGO_PKG_VERSION"));

/// Presses of cards.
pub(super) const CARD_TOPIC: &str = "/v1.0/card/instances/callback";
/// Messages to the robot.
pub(super) const ROBOT_TOPIC: &str = "/v1.0/im/bot/messages/get";

/// Keeps one school's app connected.
pub(super) struct Connector<'a> {
    pub(super) app: &'a App,
    pub(super) taker: &'a dyn Taker,
}

/// A connection that stands, or why there is none.
type Connected = Result<Socket, ConnectError>;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
enum ConnectError {
    /// DingTalk refuses the app.
    #[error("dingtalk refuses the app: {0}")]
    Refused(&'static str),
    /// It asks to wait.
    #[error("dingtalk asks to wait {0:?}")]
    Throttled(Duration),
    /// It did not work this time.
    #[error("no connection: {0}")]
    Failed(&'static str),
}

#[derive(Deserialize)]
struct Opened {
    endpoint: String,
    ticket: String,
}

#[async_trait]
impl Stream for DingtalkRobot {
    async fn run(&self, taker: &dyn Taker, stop: CancellationToken) {
        Connector { app: self.app(), taker }.run(&stop).await;
    }
}

impl Connector<'_> {
    /// Stays connected until `stop`.
    pub(super) async fn run(&self, stop: &CancellationToken) {
        let clock = &self.app.clock;
        let (leaving_sender, mut leaving) = mpsc::channel::<Leaving>(LEAVING_LEN);
        let mut serving = FuturesUnordered::new();
        let mut connecting: OptionFuture<BoxFuture<'_, Connected>> = Some(self.connect().boxed()).into();
        let mut is_connecting = true;
        let (mut newest, mut backoff) = (0_u64, Backoff::new(clock.now()));
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                Some(connected) = &mut connecting, if is_connecting => {
                    is_connecting = false;
                    match connected {
                        Ok(socket) => {
                            newest += 1;
                            backoff.stands(clock.now());
                            let leaving = leaving_sender.clone();
                            let number = newest;
                            serving.push(async move {
                                socket.serve(self.app, self.taker, number, &leaving).await;
                                number
                            });
                        }
                        Err(error) => {
                            let pause = self.pause_after(&error, &mut backoff);
                            connecting = Some(self.connect_after(pause).boxed()).into();
                            is_connecting = true;
                        }
                    }
                }
                Some(Leaving(number)) = leaving.recv() => {
                    if number == newest && !is_connecting {
                        let pause = backoff.leaves(clock.now(), self.chance());
                        connecting = Some(self.connect_after(pause).boxed()).into();
                        is_connecting = true;
                    }
                }
                Some(number) = serving.next(), if !serving.is_empty() => {
                    if number == newest && !is_connecting {
                        let pause = backoff.broke(clock.now(), self.chance());
                        connecting = Some(self.connect_after(pause).boxed()).into();
                        is_connecting = true;
                    }
                }
            }
        }
    }

    async fn connect_after(&self, pause: Duration) -> Connected {
        if pause > Duration::ZERO {
            let pause = chrono::Duration::from_std(pause.min(REFUSED_PAUSE)).unwrap_or_default();
            self.app.clock.sleep_until(self.app.clock.now() + pause).await;
        }
        self.connect().await
    }

    /// Asks for a ticket and connects with it.
    async fn connect(&self) -> Connected {
        let opened = self.app.ticket().await?;
        let connecting = Socket::connect(&opened.endpoint, &opened.ticket);
        match tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
            Ok(Ok(socket)) => Ok(socket),
            Ok(Err(why)) => Err(ConnectError::Failed(why)),
            Err(_) => Err(ConnectError::Failed("the connection did not stand in time")),
        }
    }

    fn pause_after(&self, error: &ConnectError, backoff: &mut Backoff) -> Duration {
        let pause = backoff.failed(self.chance());
        match error {
            ConnectError::Refused(advice) => {
                tracing::error!(school.id = %self.app.school, advice, "dingtalk does not open a stream for this app");
                REFUSED_PAUSE
            }
            ConnectError::Throttled(_) | ConnectError::Failed(_) => {
                tracing::warn!(school.id = %self.app.school, %error, failures = backoff.failures(),
                    "the stream does not stand and is tried again");
                match error {
                    ConnectError::Throttled(asked) => pause.max(*asked),
                    _ => pause,
                }
            }
        }
    }

    fn chance(&self) -> u8 {
        let [chance] = self.app.ids.bytes();
        chance
    }
}

impl DingtalkRobot {
    /// Whether DingTalk would open a stream; if not, what came of it and what to do.
    pub(super) async fn ask_for_ticket(&self) -> Result<(), (String, &'static str)> {
        match self.app().ticket().await {
            Ok(_) => Ok(()),
            Err(ConnectError::Refused(advice)) => Err(("被拒绝".to_owned(), advice)),
            Err(ConnectError::Throttled(pause)) => {
                Err((format!("钉钉要求等 {} 秒", pause.as_secs()), "过几分钟再查一次"))
            }
            Err(ConnectError::Failed(_)) => Err((
                "没有得到凭证".to_owned(),
                "在这台服务器上看看能不能访问配置里的 api_base（默认 https://api.dingtalk.com）",
            )),
        }
    }
}

impl App {
    /// Asks for a ticket, good for one connection and not for long.
    async fn ticket(&self) -> Result<Opened, ConnectError> {
        let (app, api) = (self, &self.api);
        let body = json!({
            "clientId": app.client_id,
            "clientSecret": app.doors.client_secret.expose_secret(),
            "subscriptions": [
                {"type": "EVENT", "topic": "*"},
                {"type": "CALLBACK", "topic": ROBOT_TOPIC},
                {"type": "CALLBACK", "topic": CARD_TOPIC},
            ],
            "ua": USER_AGENT,
        });
        let request = api
            .http
            .post(format!("{}/v1.0/gateway/connections/open", api.new_base))
            // Without it the answer may be XML.
            .header("accept", "application/json")
            .json(&body);
        let answer = exchange(request).await.map_err(|_| ConnectError::Failed("no answer to the opening"))?;
        if answer.status != 200 {
            return Err(ConnectError::of(&errors::Refusal::read(&answer), answer.status));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| ConnectError::Failed("the opening was not answered with a ticket"))
    }
}

impl ConnectError {
    /// By which word the opening refuses a wrong secret is not documented: what is known says something else.
    fn of(refusal: &errors::Refusal, status: u16) -> Self {
        let is_about_the_app = matches!(status, 400 | 401 | 403);
        match refusal.classify() {
            SendError::Throttled(pause) => Self::Throttled(pause),
            SendError::Refused { .. } | SendError::Unavailable { .. } if is_about_the_app => {
                Self::Refused(refusal.known_advice().unwrap_or(CHECK_APP))
            }
            _ => Self::Failed("the opening was not answered with a ticket"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::http::Answer;

    #[test]
    fn an_opening_that_is_refused_says_what_to_look_at() {
        for (status, code, want) in [
            (401, "authFailed", CHECK_APP),
            (400, "InvalidAuthentication", CHECK_APP),
            (403, "Forbidden.AccessDenied.IpNotInWhiteList", "出口 IP"),
            (403, "Forbidden.AccessDenied.ApiCountLimitForOrg", "额度已用完"),
        ] {
            let body = format!("{{\"code\":\"{code}\"}}").into_bytes();
            let refusal = errors::Refusal::read(&Answer { status, body, date: None });
            let error = ConnectError::of(&refusal, status).to_string();
            assert!(error.contains("refuses the app") && error.contains(want), "{code}: {error}");
        }
        let body = b"{\"code\":\"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi\"}".to_vec();
        let refusal = errors::Refusal::read(&Answer { status: 403, body, date: None });
        assert!(matches!(ConnectError::of(&refusal, 403), ConnectError::Throttled(_)));
    }
}
