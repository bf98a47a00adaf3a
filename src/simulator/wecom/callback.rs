//! Callbacks (回调): what a member does becomes encrypted requests to the server, with WeCom's patience, retries and
//! checks of the reply.
//!
//! Knows nothing of the server beyond its callback address. Start at [`WecomSimulator::say`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/90238> and `…/90930`, read 2026-08.

use chrono::Duration;
use futures_util::future::join_all;
use reqwest::StatusCode;

use super::api::cut_bytes;
use super::card::Press;
use super::xml::{self, Body, Callback};
use super::{Author, DeliveryState, PhoneMessage, Shown, WecomSimulator};
use crate::clock::{Clock as _, SystemClock};

/// Bytes of a passive reply's text; the rest is cut without a word.
const REPLY_BYTES_MAX: usize = 2_048;

/// What a member does.
#[derive(Clone, PartialEq, Eq)]
pub enum Saying {
    /// Types words.
    Text(String),
    /// Sends a picture.
    Picture,
    /// Sends a voice message.
    Voice,
    /// Presses something on a card, whatever the phone shows; see [`WecomSimulator::card_click`].
    Press(Press),
    /// Opens the app.
    Enter,
    /// Comes into the app's visible range.
    Subscribe,
    /// Leaves the app's visible range.
    Unsubscribe,
}

/// What became of a callback.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivered {
    /// How many requests it took, extra deliveries included.
    pub requests: usize,
    /// The reply inside each `200`, `None` for a plain acknowledgement; more than one under extra deliveries.
    pub replies: Vec<Option<String>>,
}

/// Why a callback did not get through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Nobody in the corp has this id.
    #[error("no such member")]
    NotAMember,
    /// The phone shows no such card, or one that is over.
    #[error("nothing to press")]
    NothingToPress,
    /// The server did not answer 200 in time, retries included.
    #[error("not accepted after {requests} requests, the last: {last}")]
    NotAccepted {
        /// How many requests were made.
        requests: usize,
        /// What the last one met.
        last: String,
    },
    /// The server answered 200 with something that is no reply.
    #[error("the reply is not valid: {0}")]
    BadReply(&'static str),
}

/// Why the console would not save the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// No answer within the time, or no connection.
    #[error("no answer within the time: {0}")]
    NoAnswer(String),
    /// Another status than 200.
    #[error("status {0}")]
    Status(u16),
    /// Another body than the exact plaintext.
    #[error("the body is not the exact plaintext")]
    Body,
}

/// In which order messages of several members arrive at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One after the other, as written.
    AsWritten,
    /// One after the other, the newest first.
    Reversed,
    /// All at the same moment.
    AtOnce,
}

impl WecomSimulator {
    /// Checks the callback address as the console does when the admin presses 保存.
    ///
    /// # Errors
    /// [`VerifyError`] when the console would not save.
    pub async fn verify_url(&self) -> Result<(), VerifyError> {
        let shared = &self.shared;
        let echo = shared.ids.new_id("", self.now());
        let encrypted = shared.crypto.encrypt(&echo, shared.ids.bytes());
        let request = shared
            .client
            .get(&shared.settings.callback_url)
            .query(&self.outer(&encrypted))
            .query(&[("echostr", &encrypted)])
            .timeout(shared.settings.verify_timeout);
        let no_answer = |error: reqwest::Error| VerifyError::NoAnswer(describe(&error));
        let response = request.send().await.map_err(no_answer)?;
        let status = response.status();
        let body = response.bytes().await.map_err(no_answer)?;
        if status != StatusCode::OK {
            return Err(VerifyError::Status(status.as_u16()));
        }
        if body == echo.as_bytes() { Ok(()) } else { Err(VerifyError::Body) }
    }

    /// A member writes `text` to the app; the reply of the `200` appears on the phone.
    ///
    /// # Errors
    /// [`DeliveryError`] when the server never took it.
    pub async fn say(&self, account: &str, text: &str) -> Result<Delivered, DeliveryError> {
        self.send(account, &Saying::Text(text.to_owned())).await
    }

    /// A member does something in the app.
    ///
    /// # Errors
    /// [`DeliveryError`] when the server never took it.
    pub async fn send(&self, account: &str, saying: &Saying) -> Result<Delivered, DeliveryError> {
        let written = self.write(account, saying)?;
        self.deliver(written).await
    }

    /// Several members write, and their messages arrive in this order. Results are in the order of `sayings`.
    pub async fn send_all(
        &self,
        sayings: &[(String, Saying)],
        order: Order,
    ) -> Vec<Result<Delivered, DeliveryError>> {
        let written = sayings.iter().map(|(account, saying)| self.write(account, saying));
        let arrive = |one: Result<Written, DeliveryError>| async { self.deliver(one?).await };
        match order {
            Order::AtOnce => join_all(written.map(arrive)).await,
            Order::AsWritten => {
                let mut results = Vec::new();
                for one in written {
                    results.push(arrive(one).await);
                }
                results
            }
            Order::Reversed => {
                let mut results = Vec::new();
                for one in written.collect::<Vec<_>>().into_iter().rev() {
                    results.push(arrive(one).await);
                }
                results.reverse();
                results
            }
        }
    }

    /// Puts the member's bubble on the phone and fixes the callback's plaintext.
    fn write(&self, account: &str, saying: &Saying) -> Result<Written, DeliveryError> {
        let now = self.now();
        let key = account.to_lowercase();
        let mut state = self.state();
        state.next_message_id += 1;
        let message_id = state.next_message_id;
        let response_code = match saying {
            Saying::Press(press) => self.code_of_press(&mut state, &press.task, now),
            _ => String::new(),
        };
        let member = state.members.get_mut(&key).ok_or(DeliveryError::NotAMember)?;
        let (body, shows) = match saying {
            Saying::Text(text) => {
                (Body::Text { content: text.clone(), message_id }, Some(Shown::Text { text: text.clone() }))
            }
            Saying::Picture => (Body::Image { message_id }, Some(Shown::Picture)),
            Saying::Voice => (Body::Voice { message_id }, Some(Shown::Voice)),
            Saying::Press(press) => (Body::Press { press: press.clone(), response_code }, None),
            Saying::Enter => (Body::Event { event: "enter_agent" }, None),
            Saying::Subscribe => (Body::Event { event: "subscribe" }, None),
            Saying::Unsubscribe => (Body::Event { event: "unsubscribe" }, None),
        };
        match saying {
            Saying::Subscribe => member.is_in_range = true,
            Saying::Unsubscribe => member.is_in_range = false,
            Saying::Text(_) | Saying::Picture | Saying::Voice | Saying::Press(_) | Saying::Enter => {}
        }
        let bubble = shows.map(|shows| {
            let message = PhoneMessage { from: Author::Me, shows, at: now, delivery: DeliveryState::Ok };
            member.phone.thread.push(message);
            member.phone.thread.len() - 1
        });
        let settings = &self.shared.settings;
        let plaintext = Callback {
            corp_id: settings.corp_id.clone(),
            agent_id: settings.agent_id,
            member: member.user_id.clone(),
            created_at: now.timestamp(),
            body,
        }
        .to_xml();
        Ok(Written { key, plaintext, bubble })
    }

    /// Delivers a plaintext that no bubble belongs to.
    pub(super) async fn deliver_from(
        &self,
        account: &str,
        plaintext: String,
    ) -> Result<Delivered, DeliveryError> {
        self.deliver(Written { key: account.to_owned(), plaintext, bubble: None }).await
    }

    /// Delivers a callback as often as the faults say, and shows the reply once.
    async fn deliver(&self, written: Written) -> Result<Delivered, DeliveryError> {
        let faults = self.faults();
        let repeats = self.state().repeats();
        let times = 1 + usize::from(repeats.unwrap_or(faults.extra_deliveries));
        let delivered = if faults.deliveries_at_once || repeats.is_some() {
            join_all((0..times).map(|_| self.deliver_once(&written))).await
        } else {
            let mut delivered = Vec::new();
            for _ in 0..times {
                delivered.push(self.deliver_once(&written).await);
            }
            delivered
        };
        let mut sum = Delivered { requests: 0, replies: Vec::new() };
        let mut failure = None;
        for one in delivered {
            match one {
                Ok((requests, reply)) => {
                    sum.requests += requests;
                    sum.replies.push(reply);
                }
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            // One delivery that got through is enough, as with the platform's own retries.
            Some(error @ DeliveryError::NotAccepted { .. }) if sum.replies.is_empty() => {
                self.mark_failed(&written);
                Err(error)
            }
            Some(
                error @ (DeliveryError::BadReply(_)
                | DeliveryError::NotAMember
                | DeliveryError::NothingToPress),
            ) => Err(error),
            Some(DeliveryError::NotAccepted { .. }) | None => {
                self.show_reply(&written.key, &sum);
                Ok(sum)
            }
        }
    }

    /// One delivery with its retries.
    async fn deliver_once(&self, written: &Written) -> Result<(usize, Option<String>), DeliveryError> {
        let pauses = &self.shared.settings.retry_pauses;
        let mut requests = 0;
        if self.state().is_lost(&written.plaintext) {
            return Err(DeliveryError::NotAccepted { requests, last: "it got lost".to_owned() });
        }
        loop {
            requests += 1;
            let last = match self.post(&written.plaintext).await {
                Ok(body) if body.is_empty() => return Ok((requests, None)),
                Ok(body) => {
                    let reply = self.read_reply(&written.key, &body).map_err(DeliveryError::BadReply)?;
                    return Ok((requests, Some(reply)));
                }
                Err(last) => last,
            };
            let Some(pause) = pauses.get(requests - 1) else {
                return Err(DeliveryError::NotAccepted { requests, last });
            };
            let pause = Duration::from_std(*pause).unwrap_or_default();
            SystemClock.sleep_until(SystemClock.now() + pause).await;
        }
    }

    /// One request: the same plaintext in a fresh envelope.
    async fn post(&self, plaintext: &str) -> Result<String, String> {
        self.state().figures.callback_requests += 1;
        if self.faults().callbacks_cut {
            return Err("the network is cut".to_owned());
        }
        let shared = &self.shared;
        let settings = &shared.settings;
        let encrypted = shared.crypto.encrypt(plaintext, shared.ids.bytes());
        let response = shared
            .client
            .post(&settings.callback_url)
            .query(&self.outer(&encrypted))
            .header("Content-Type", "text/xml")
            .body(xml::envelope(&settings.corp_id, settings.agent_id, &encrypted))
            .timeout(settings.callback_timeout)
            .send()
            .await
            .map_err(|error| describe(&error))?;
        if response.status() != StatusCode::OK {
            return Err(format!("status {}", response.status().as_u16()));
        }
        response.text().await.map_err(|error| describe(&error))
    }

    /// The query that signs a ciphertext.
    pub(super) fn outer(&self, encrypted: &str) -> [(&'static str, String); 3] {
        let timestamp = self.now().timestamp().to_string();
        let nonce = u32::from_le_bytes(self.shared.ids.bytes()).to_string();
        let signature = self.shared.crypto.signature(&timestamp, &nonce, encrypted);
        [("msg_signature", signature), ("timestamp", timestamp), ("nonce", nonce)]
    }

    /// Reads a passive reply as strictly as WeCom does.
    pub(super) fn read_reply(&self, key: &str, body: &str) -> Result<String, &'static str> {
        let shared = &self.shared;
        let envelope = xml::read_reply_envelope(body)?;
        if !shared.crypto.verify(
            &envelope.signature,
            &envelope.timestamp,
            &envelope.nonce,
            &envelope.encrypted,
        ) {
            return Err("passive reply: wrong signature");
        }
        let message =
            shared.crypto.decrypt(&envelope.encrypted).map_err(|_| "passive reply: cannot be decrypted")?;
        let reply = xml::read_reply(&message)?;
        if reply.to.to_lowercase() != key {
            return Err("passive reply: meant for somebody else");
        }
        if reply.from != shared.settings.corp_id {
            return Err("passive reply: FromUserName is not the corp");
        }
        if reply.created_at.parse::<i64>().is_err() || envelope.timestamp.parse::<i64>().is_err() {
            return Err("passive reply: a timestamp is not a number");
        }
        if reply.kind != "text" || reply.content.is_empty() {
            return Err("passive reply: not a text with content");
        }
        Ok(cut_bytes(&reply.content, REPLY_BYTES_MAX))
    }

    /// Only the last connection that WeCom held open can show its reply.
    fn show_reply(&self, key: &str, delivered: &Delivered) {
        let Some(text) = delivered.replies.iter().rev().flatten().next() else { return };
        let now = self.now();
        let mut state = self.state();
        state.figures.passive_replies += 1;
        state.show(key, Shown::Text { text: text.clone() }, now, DeliveryState::Ok);
    }

    fn mark_failed(&self, written: &Written) {
        let mut state = self.state();
        let thread = state.members.get_mut(&written.key).map(|member| &mut member.phone.thread);
        if let (Some(thread), Some(index)) = (thread, written.bubble)
            && let Some(message) = thread.get_mut(index)
        {
            message.delivery = DeliveryState::Failed("没有送到，学校的服务器没有应答".to_owned());
        }
    }
}

/// A callback whose plaintext is fixed.
struct Written {
    key: String,
    plaintext: String,
    bubble: Option<usize>,
}

/// A transport error in a few words, without the address and its signature.
pub(super) fn describe(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "time-out"
    } else if error.is_connect() {
        "no connection"
    } else {
        "connection broken"
    };
    what.to_owned()
}

impl std::fmt::Debug for Saying {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Picture => f.write_str("Picture"),
            Self::Voice => f.write_str("Voice"),
            Self::Press(press) => write!(f, "Press({})", press.key),
            Self::Enter => f.write_str("Enter"),
            Self::Subscribe => f.write_str("Subscribe"),
            Self::Unsubscribe => f.write_str("Unsubscribe"),
        }
    }
}

impl std::fmt::Debug for Delivered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Delivered({} requests, {} replies)", self.requests, self.replies.iter().flatten().count())
    }
}
