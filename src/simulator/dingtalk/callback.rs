//! Callbacks (回调): what people write to the robot and what changes in the organisation, delivered to the server.
//!
//! Knows nothing of the server beyond its addresses. Start at [`DingtalkSimulator::say`].
//!
//! Source: <https://open.dingtalk.com/document/development/receive-message> and `…/http-callback-overview`, read 2026-08.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::super::wecom::{Author, DeliveryState, PhoneMessage, Shown};
use super::{DingtalkSimulator, Session};

/// How long a session of a message lives.
const SESSION_LIFE: Duration = Duration::minutes(90);
/// Times that an event is delivered again when it was not answered as it must be.
const EVENT_RETRIES: usize = 2;

/// What somebody does in the chat with the robot.
#[derive(Clone, PartialEq, Eq)]
pub enum Saying {
    /// Types words.
    Text(String),
    /// Sends a picture.
    Picture,
}

/// What changes in the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `edu_user_insert` and so on.
    pub kind: String,
    /// What it says besides.
    pub fields: Value,
}

/// What became of a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// How many requests it took, extra deliveries included.
    pub requests: usize,
}

/// Why a callback did not get through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Nobody has this account.
    #[error("no such member")]
    NotAMember,
    /// The phone shows nothing of the kind.
    #[error("nothing to press")]
    NothingToPress,
    /// The server did not answer as it must.
    #[error("not accepted: {0}")]
    NotAccepted(String),
}

impl DingtalkSimulator {
    /// Somebody writes `text` to the robot.
    ///
    /// # Errors
    /// [`DeliveryError`] when the server did not take it.
    pub async fn say(&self, account: &str, text: &str) -> Result<Delivered, DeliveryError> {
        self.send(account, &Saying::Text(text.to_owned())).await
    }

    /// Somebody does something in the chat with the robot.
    ///
    /// # Errors
    /// As [`Self::say`].
    pub async fn send(&self, account: &str, saying: &Saying) -> Result<Delivered, DeliveryError> {
        let message = self.message(account, saying)?;
        let times = 1 + usize::from(self.faults().extra_deliveries);
        for _ in 0..times {
            let delivered = self.deliver(account, &message).await;
            delivered.inspect_err(|_| self.mark_failed(account))?;
        }
        Ok(Delivered { requests: times })
    }

    /// What somebody wrote last shows that it did not get through.
    fn mark_failed(&self, account: &str) {
        let mut state = self.state();
        let thread = state.members.get_mut(account).map(|member| &mut member.phone.thread);
        let last = thread.into_iter().flatten().rfind(|bubble| bubble.from == Author::Me);
        if let Some(bubble) = last {
            bubble.delivery = DeliveryState::Failed("没有送到".to_owned());
        }
    }

    /// Delivers a message once, whether it came before or not.
    ///
    /// # Errors
    /// As [`Self::say`].
    pub async fn deliver(&self, account: &str, message: &str) -> Result<(), DeliveryError> {
        self.post_robot(account, message).await.map_err(DeliveryError::NotAccepted)
    }

    /// The body of a message to the robot, with a session of its own; the bubble is on the phone.
    ///
    /// # Errors
    /// [`DeliveryError::NotAMember`].
    pub fn message(&self, account: &str, saying: &Saying) -> Result<String, DeliveryError> {
        let now = self.now();
        let settings = &self.shared.settings;
        let mut state = self.state();
        let number = state.number();
        let (session, until) = (format!("s{number}"), now + SESSION_LIFE);
        let member = state.members.get_mut(account).ok_or(DeliveryError::NotAMember)?;
        let shows = match saying {
            Saying::Text(text) => Shown::Text { text: text.clone() },
            Saying::Picture => Shown::Picture,
        };
        let delivery = DeliveryState::Ok;
        member.phone.thread.push(PhoneMessage { from: Author::Me, shows, at: now, delivery });
        state.sessions.insert(session.clone(), Session { account: account.to_owned(), until });
        let mut message = json!({
            "msgId": format!("msg{number}"),
            "conversationType": "1",
            "conversationId": format!("cid{account}=="),
            "senderId": format!("$:LWCP_v1:${account}"),
            "senderStaffId": account,
            "senderNick": "某人",
            "senderCorpId": settings.corp_id,
            "chatbotCorpId": settings.corp_id,
            "chatbotUserId": "$:LWCP_v1:$robot",
            "robotCode": settings.robot_code,
            "isAdmin": false,
            "createAt": now.timestamp_millis(),
            "sessionWebhook": format!("{}/robot/sendBySession?session={session}", state.base),
            "sessionWebhookExpiredTime": until.timestamp_millis(),
        });
        let (kind, name, part) = match saying {
            Saying::Text(text) => ("text", "text", json!({"content": text})),
            Saying::Picture => ("picture", "content", json!({"downloadCode": "code"})),
        };
        if let Some(fields) = message.as_object_mut() {
            fields.insert("msgtype".to_owned(), json!(kind));
            fields.insert(name.to_owned(), part);
        }
        Ok(message.to_string())
    }

    /// Checks the event address as the console does when the admin presses 保存.
    ///
    /// # Errors
    /// [`DeliveryError`] when the console would not save.
    pub async fn check_url(&self) -> Result<Delivered, DeliveryError> {
        self.post_event(&json!({"EventType": "check_url"})).await.map_err(DeliveryError::NotAccepted)?;
        Ok(Delivered { requests: 1 })
    }

    /// Tells the server what changed, again where it does not answer as it must.
    ///
    /// # Errors
    /// [`DeliveryError`] when it never did.
    pub async fn announce(&self, event: &Event) -> Result<Delivered, DeliveryError> {
        let settings = &self.shared.settings;
        let mut body = event.fields.clone();
        let id = format!("event{}", self.state().number());
        if let Some(fields) = body.as_object_mut() {
            fields.insert("EventType".to_owned(), json!(event.kind));
            fields.insert("CorpId".to_owned(), json!(settings.corp_id));
            fields.insert("eventId".to_owned(), json!(id));
        }
        let mut last = String::new();
        for requests in 1..=1 + EVENT_RETRIES {
            match self.post_event(&body).await {
                Ok(()) => return Ok(Delivered { requests }),
                Err(why) => last = why,
            }
        }
        Err(DeliveryError::NotAccepted(last))
    }

    async fn post_robot(&self, account: &str, message: &str) -> Result<(), String> {
        let shared = &self.shared;
        self.state().figures.callback_requests += 1;
        let timestamp = self.now().timestamp_millis().to_string();
        let request = shared
            .client
            .post(format!("{}/robot", shared.settings.callback_url))
            .header("timestamp", &timestamp)
            .header("sign", sign(&timestamp, &shared.settings.client_secret))
            .header("content-type", "application/json; charset=utf-8")
            .body(message.to_owned());
        let answer = self.exchange(request).await?;
        let text = |name: &str| answer.get("text").and_then(|text| text.get(name)?.as_str());
        match (answer.get("msgtype").and_then(Value::as_str), text("content")) {
            (Some("empty"), _) => Ok(()),
            (Some("text"), Some(words)) => {
                let now = self.now();
                self.state().show(account, Shown::Text { text: words.to_owned() }, now);
                Ok(())
            }
            _ => Err("the answer is no message".to_owned()),
        }
    }

    async fn post_event(&self, event: &Value) -> Result<(), String> {
        let shared = &self.shared;
        self.state().figures.callback_requests += 1;
        let timestamp = self.now().timestamp_millis().to_string();
        let nonce = shared.ids.code(8);
        let encrypted = shared.crypto.encrypt(&event.to_string(), shared.ids.bytes());
        let signature = shared.crypto.signature(&timestamp, &nonce, &encrypted);
        let request = shared
            .client
            .post(format!("{}/event", shared.settings.callback_url))
            .query(&[("msg_signature", &signature), ("timestamp", &timestamp), ("nonce", &nonce)])
            .json(&json!({ "encrypt": encrypted }));
        let answer = self.exchange(request).await?;
        let word =
            |name: &str| answer.get(name).and_then(Value::as_str).ok_or(format!("the answer has no {name}"));
        let (timestamp, nonce, encrypted) = (word("timeStamp")?, word("nonce")?, word("encrypt")?);
        if !shared.crypto.verify(word("msg_signature")?, timestamp, nonce, encrypted) {
            return Err("the answer's signature is wrong".to_owned());
        }
        match shared.crypto.decrypt(encrypted).as_deref() {
            Ok("success") => Ok(()),
            Ok(_) => Err("the answer is not success".to_owned()),
            Err(error) => Err(error.reason().to_owned()),
        }
    }

    pub(super) async fn exchange(&self, request: reqwest::RequestBuilder) -> Result<Value, String> {
        if self.faults().callbacks_cut {
            return Err("no connection".to_owned());
        }
        let response = request.send().await.map_err(|_| "no connection".to_owned())?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(format!("status {status}"));
        }
        response.json().await.map_err(|_| "the answer is not json".to_owned())
    }
}

/// The `sign` header of a message to the robot.
fn sign(timestamp: &str, secret: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("{timestamp}\n{secret}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

impl std::fmt::Debug for Saying {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Picture => f.write_str("Picture"),
        }
    }
}
