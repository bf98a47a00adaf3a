//! Stream mode (Stream 模式): a connection of ours through which DingTalk sends messages and events.
//!
//! Each connection begins with a ticket, good once. When DingTalk says that it will leave, the next one stands before the
//! old one is let go; when one breaks, the next waits a little longer each time. What is not acknowledged comes again, here
//! or on another process's connection, so nothing is lost and de-duplication makes it once. Knows no use case. Start at
//! [`Connector::run`]; one connection is `socket`, what stands in a frame `frame`.
//!
//! Source: <https://open-dingtalk.github.io/developerpedia/docs/learn/stream/protocol>, read 2026-08.

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

use self::socket::{Leaving, Socket};
use super::robot::DingtalkRobot;
use super::{App, errors};
use crate::clock::{Clock, Moment};
use crate::platform::http::exchange;
use crate::platform::stream::{Stream, Taker};

/// The pause after the first failure, before chance; each further one doubles it.
const PAUSE_FIRST: Duration = Duration::from_secs(2);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// The pause after DingTalk refused the app itself.
const REFUSED_PAUSE: Duration = Duration::from_mins(5);
/// A connection that lasted so long was no failure.
const STABLE_AFTER: chrono::Duration = chrono::Duration::minutes(1);
/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
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
        let (leaving_sender, mut leaving) = mpsc::unbounded_channel::<Leaving>();
        let mut serving = FuturesUnordered::new();
        let mut connecting: OptionFuture<BoxFuture<'_, Connected>> = Some(self.connect().boxed()).into();
        let mut is_connecting = true;
        let (mut newest, mut failures, mut since) = (0_u64, 0_u32, clock.now());
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                Some(connected) = &mut connecting, if is_connecting => {
                    is_connecting = false;
                    match connected {
                        Ok(socket) => {
                            newest += 1;
                            since = clock.now();
                            let leaving = leaving_sender.clone();
                            let number = newest;
                            serving.push(async move {
                                socket.serve(self.app, self.taker, number, &leaving).await;
                                number
                            });
                        }
                        Err(error) => {
                            failures = failures.saturating_add(1);
                            let pause = self.pause_after(&error, failures);
                            connecting = Some(self.connect_after(pause).boxed()).into();
                            is_connecting = true;
                        }
                    }
                }
                Some(Leaving(number)) = leaving.recv() => {
                    if number == newest && !is_connecting {
                        connecting = Some(self.connect().boxed()).into();
                        is_connecting = true;
                    }
                }
                Some(number) = serving.next(), if !serving.is_empty() => {
                    if number == newest && !is_connecting {
                        failures = if is_stable(since, clock.as_ref()) { 1 } else { failures.saturating_add(1) };
                        connecting = Some(self.connect_after(self.pause(failures)).boxed()).into();
                        is_connecting = true;
                    }
                }
            }
        }
    }

    async fn connect_after(&self, pause: Duration) -> Connected {
        let pause = chrono::Duration::from_std(pause).unwrap_or(STABLE_AFTER);
        self.app.clock.sleep_until(self.app.clock.now() + pause).await;
        self.connect().await
    }

    /// Asks for a ticket and connects with it.
    async fn connect(&self) -> Connected {
        let (app, api) = (self.app, &self.app.api);
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
            let refusal = errors::Refusal::read(&answer);
            let _ = refusal.classify();
            return Err(match answer.status {
                400 | 401 | 403 => ConnectError::Refused(
                    "请在钉钉开发者后台核对 Client ID、Client Secret，以及机器人和事件订阅是否选了 Stream 模式",
                ),
                _ => ConnectError::Failed("the opening was not answered with a ticket"),
            });
        }
        let opened: Opened = serde_json::from_slice(&answer.body)
            .map_err(|_| ConnectError::Failed("the opening was not answered with a ticket"))?;
        let connecting = Socket::connect(&opened.endpoint, &opened.ticket);
        match tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
            Ok(Ok(socket)) => Ok(socket),
            Ok(Err(why)) => Err(ConnectError::Failed(why)),
            Err(_) => Err(ConnectError::Failed("the connection did not stand in time")),
        }
    }

    fn pause_after(&self, error: &ConnectError, failures: u32) -> Duration {
        match error {
            ConnectError::Refused(advice) => {
                tracing::error!(school.id = %self.app.school, advice, "dingtalk does not open a stream for this app");
                REFUSED_PAUSE
            }
            ConnectError::Failed(_) => {
                tracing::warn!(school.id = %self.app.school, %error, failures, "the stream does not stand and is tried again");
                self.pause(failures)
            }
        }
    }

    /// The pause after the nth failure: half of the nominal one, and up to as much again by chance.
    fn pause(&self, failures: u32) -> Duration {
        let nominal = (PAUSE_FIRST * 2_u32.pow(failures.saturating_sub(1).min(16))).min(PAUSE_MAX);
        let [chance] = self.app.ids.bytes();
        nominal * (256 + u32::from(chance) * 2) / 512
    }
}

fn is_stable(since: Moment, clock: &dyn Clock) -> bool {
    clock.now() - since >= STABLE_AFTER
}
