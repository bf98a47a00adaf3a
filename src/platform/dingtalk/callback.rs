//! DingTalk's callbacks: an encrypted event, a signed message to the robot, and their answers.
//!
//! Pure: no input or output on this path, because DingTalk waits about a second. Knows nothing of conversations. Start at
//! [`Doors::open_event`] and [`Doors::open_robot`].
//!
//! Sources: <https://open.dingtalk.com/document/development/http-callback-overview> and `…/receive-message`, read 2026-08.

use std::borrow::Cow;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::api::number;
use super::signed::Signed;
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};
use crate::ids::Ids;
use crate::platform::crypto::{Crypto, DecryptError};
use crate::platform::query::RawQuery;
use crate::platform::{CallbackAnswer, CallbackRequest, Content, Inbound, InboundId, Opened, Rejected};

/// The longest query that is read, in bytes.
const QUERY_BYTES_MAX: usize = 4 * 1024;
/// The longest body that is read, in bytes.
const BODY_BYTES_MAX: usize = 128 * 1024;
/// The longest account that a member can have, with room.
pub(super) const ACCOUNT_BYTES_MAX: usize = 128;
/// The longest id of DingTalk's that is kept as it is.
const ID_BYTES_MAX: usize = 100;
/// Characters of the nonce of our answer.
const NONCE_LEN: usize = 12;
/// How far the time of a signed message may be from ours.
const SIGN_WINDOW: chrono::Duration = chrono::Duration::hours(1);
/// The code of a message without words, because the organisation's quota is used up.
const QUOTA_IS_OVER: i64 = 20001;
/// Where the session of a reply lives.
pub(super) const SESSION_PATH: &str = "/robot/sendBySession";

/// What every event must be answered with, encrypted.
pub(super) const SUCCESS: &str = "success";

pub(super) const JSON: &str = "application/json; charset=utf-8";

/// The two addresses of one school's app.
#[derive(Debug)]
pub(super) struct Doors {
    pub(super) school: SchoolId,
    pub(super) corp_id: String,
    pub(super) robot_code: String,
    pub(super) client_secret: SecretString,
    pub(super) oapi_base: String,
    /// `None` where everything comes through a connection of ours, and nothing by these addresses.
    pub(super) events: Option<EventDoor>,
}

/// The crypto of the event address, by whom an event can be for.
#[derive(Debug)]
pub(super) struct EventDoor {
    pub(super) for_app: Crypto,
    pub(super) for_corp: Crypto,
}

/// How to answer a message to the robot: the session that it brought along, as long as it lives.
#[derive(Serialize, Deserialize)]
pub(super) struct Session {
    /// The query of the session's address.
    pub(super) query: String,
    /// When it ends, in milliseconds.
    pub(super) until: i64,
}

/// A message to the robot, as far as we read it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RobotMessage {
    msg_id: Option<String>,
    msgtype: Option<String>,
    conversation_type: Option<String>,
    sender_staff_id: Option<String>,
    chatbot_corp_id: Option<String>,
    robot_code: Option<String>,
    create_at: Option<Value>,
    session_webhook: Option<String>,
    session_webhook_expired_time: Option<Value>,
    text: Option<Text>,
    content: Option<Value>,
    error_code: Option<Value>,
}

#[derive(Deserialize)]
struct Text {
    content: Option<String>,
}

impl Doors {
    /// Verifies, decrypts and reads an event.
    ///
    /// # Errors
    /// [`Rejected`] with the check that failed; the answer over HTTP must be the same for all of them.
    pub(super) fn open_event(
        &self,
        request: &CallbackRequest,
        now: Moment,
        ids: &Ids,
    ) -> Result<Opened, Rejected> {
        let door = self.events.as_ref().ok_or(rejected("this app takes nothing by its addresses"))?;
        let plaintext = door.plaintext(request)?;
        let event: Value =
            serde_json::from_str(&plaintext.0).map_err(|_| rejected("the event is not json"))?;
        let word = |name: &str| word_of(&event, name);
        if word("CorpId").or(word("corpId")).is_some_and(|corp| corp != self.corp_id) {
            return Err(rejected("it is for another organisation"));
        }
        let kind = word("EventType").or(word("eventType")).unwrap_or_default();
        let Some(content) = event_content(kind, &event) else {
            let answer = door.success(plaintext.1, now, ids);
            return Ok(Opened::Verification(answer));
        };
        let id = word("eventId").or(word("EventId"));
        Ok(Opened::Inbound(self.event(content, inbound_id("e", id, &plaintext.0), plaintext.1.to_owned())))
    }

    /// An event that concerns the school.
    pub(super) fn event(&self, content: Content, id: InboundId, envelope: String) -> Inbound {
        Inbound {
            school: self.school.clone(),
            channel: Channel::DingtalkNotice,
            id,
            account: String::new(),
            content,
            sent_at: None,
            envelope,
        }
    }

    /// The encrypted `success` that every event must get.
    pub(super) fn answer_event(&self, to: &Inbound, now: Moment, ids: &Ids) -> CallbackAnswer {
        match &self.events {
            Some(door) => door.success(&to.envelope, now, ids),
            None => nothing(),
        }
    }

    /// Verifies and reads a message to the robot.
    ///
    /// # Errors
    /// As [`Doors::open_event`].
    pub(super) fn open_robot(&self, request: &CallbackRequest, now: Moment) -> Result<Opened, Rejected> {
        if self.events.is_none() {
            return Err(rejected("this app takes nothing by its addresses"));
        }
        let signed = Signed {
            time: "timestamp",
            sign: "sign",
            window: SIGN_WINDOW,
            secret: &self.client_secret,
            message: robot_message,
        };
        signed.check(request, now)?;
        let body = text_of(&request.body)?;
        Ok(match self.read_robot(body)? {
            Some(inbound) => Opened::Inbound(inbound),
            None => Opened::Verification(nothing()),
        })
    }

    /// Reads a message to the robot that is known to be genuine; `None` when there is nobody to answer.
    ///
    /// # Errors
    /// [`Rejected`] when it is none, or for another robot.
    pub(super) fn read_robot(&self, body: &str) -> Result<Option<Inbound>, Rejected> {
        let message: RobotMessage =
            serde_json::from_str(body).map_err(|_| rejected("the message is not what a robot gets"))?;
        let kind = message.msgtype.as_deref().ok_or(rejected("the message has no msgtype"))?;
        if message.chatbot_corp_id.as_ref().is_some_and(|corp| *corp != self.corp_id) {
            return Err(rejected("it is for a robot of another organisation"));
        }
        if message.robot_code.as_ref().is_some_and(|robot| *robot != self.robot_code) {
            return Err(rejected("it is for another robot"));
        }
        if number(message.error_code.as_ref()) == Some(QUOTA_IS_OVER) {
            tracing::error!(school.id = %self.school, advice = super::errors::QUOTA_ADVICE,
                "dingtalk delivers messages without their words: the month's quota is used up");
            return Ok(None);
        }
        let account = message.sender_staff_id.as_deref().unwrap_or_default();
        if account.is_empty() {
            tracing::warn!(school.id = %self.school,
                "dingtalk does not say who writes: publish the app's robot, or it is somebody from outside");
            return Ok(None);
        }
        if account.len() > ACCOUNT_BYTES_MAX {
            return Err(rejected("the sender's account is too long"));
        }
        // In a group everybody reads along: nothing of a family is said there.
        if message.conversation_type.as_deref() != Some("1") {
            return Ok(None);
        }
        let session = self.session(&message).and_then(|session| serde_json::to_string(&session).ok());
        Ok(Some(Inbound {
            school: self.school.clone(),
            channel: Channel::DingtalkRobot,
            id: inbound_id("r", message.msg_id.as_deref(), body),
            account: account.to_owned(),
            content: robot_content(kind, &message),
            sent_at: number(message.create_at.as_ref()).and_then(Moment::from_timestamp_millis),
            envelope: session.unwrap_or_default(),
        }))
    }

    /// The session of a message. Its address is only believed where it leads to DingTalk itself: nobody signs the body.
    fn session(&self, message: &RobotMessage) -> Option<Session> {
        let url = reqwest::Url::parse(message.session_webhook.as_deref()?).ok()?;
        let own = reqwest::Url::parse(&self.oapi_base).ok()?;
        let is_own = url.origin() == own.origin() && url.path() == SESSION_PATH;
        let until = number(message.session_webhook_expired_time.as_ref())?;
        let query = url.query().filter(|_| is_own)?.to_owned();
        Some(Session { query, until })
    }
}

impl EventDoor {
    /// The plaintext of an event, and whom it is for.
    fn plaintext(&self, request: &CallbackRequest) -> Result<(String, &str), Rejected> {
        if request.is_get {
            return Err(rejected("an event is posted"));
        }
        let query = Query::parse(&request.query)?;
        let body: Value =
            serde_json::from_str(text_of(&request.body)?).map_err(|_| rejected("the body is not json"))?;
        let encrypted =
            body.get("encrypt").and_then(Value::as_str).ok_or(rejected("the body has no encrypt"))?;
        let is_signed = |signature: &Cow<'_, str>| {
            self.for_app.verify(signature, &query.timestamp, &query.nonce, encrypted)
        };
        if !query.signatures.iter().any(is_signed) {
            return Err(rejected("the signature is wrong"));
        }
        let opened = match self.for_app.decrypt(encrypted) {
            Ok(plaintext) => Ok((plaintext, self.for_app.receive_id())),
            Err(DecryptError::ReceiveId) => {
                self.for_corp.decrypt(encrypted).map(|plaintext| (plaintext, self.for_corp.receive_id()))
            }
            Err(error) => Err(error),
        };
        opened.map_err(|error| {
            if error == DecryptError::ReceiveId {
                tracing::error!(
                    expected = self.for_app.receive_id(),
                    or = self.for_corp.receive_id(),
                    "an event is signed by the event token and meant for neither; check client_id and corp_id"
                );
            }
            rejected(error.reason())
        })
    }

    fn success(&self, owner: &str, now: Moment, ids: &Ids) -> CallbackAnswer {
        let is_for_corp = owner == self.for_corp.receive_id();
        let crypto = if is_for_corp { &self.for_corp } else { &self.for_app };
        let (timestamp, nonce) = (now.timestamp_millis().to_string(), ids.code(NONCE_LEN));
        let encrypted = crypto.encrypt(SUCCESS, ids.bytes());
        let signature = crypto.signature(&timestamp, &nonce, &encrypted);
        let body = json!({
            "msg_signature": signature,
            "timeStamp": timestamp,
            "nonce": nonce,
            "encrypt": encrypted,
        });
        CallbackAnswer { content_type: JSON, body: body.to_string() }
    }
}

impl EventDoor {
    /// What an answer to an event says; `None` where it is none.
    pub(super) fn read_answer(&self, body: &[u8]) -> Option<String> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let word = |name| word_of(&body, name);
        let encrypted = word("encrypt")?;
        let is_signed =
            self.for_app.verify(word("msg_signature")?, word("timeStamp")?, word("nonce")?, encrypted);
        is_signed.then(|| self.for_app.decrypt(encrypted).ok()).flatten()
    }
}

/// The parameters of an event's query; official pages spell two of them in two ways.
struct Query<'a> {
    signatures: Vec<Cow<'a, str>>,
    timestamp: Cow<'a, str>,
    nonce: Cow<'a, str>,
}

impl<'a> Query<'a> {
    fn parse(query: &'a str) -> Result<Self, Rejected> {
        let query = RawQuery::new(query, QUERY_BYTES_MAX)?;
        let signatures: Vec<_> =
            ["msg_signature", "signature"].into_iter().filter_map(|name| query.value(name)).collect();
        if signatures.is_empty() {
            return Err(rejected("the query has no signature"));
        }
        let timestamp = query.value("timestamp").or_else(|| query.value("timeStamp"));
        Ok(Self {
            signatures,
            timestamp: timestamp.ok_or(rejected("the query has no timestamp"))?,
            nonce: query.value("nonce").ok_or(rejected("the query has no nonce"))?,
        })
    }
}

/// What an event is to us; `None` for one that only wants its answer.
///
/// - `event`: its body. Of one about people only the class is read, in either spelling: events carry no order, so the class
///   itself is read again.
pub(super) fn event_content(kind: &str, event: &Value) -> Option<Content> {
    if !kind.starts_with("edu_") {
        return None;
    }
    let class = ["class_id", "classId"].into_iter().find_map(|name| {
        let fields = event.as_object()?;
        let (_, id) = fields.iter().find(|(key, _)| key.trim() == name)?;
        number(Some(id)).filter(|id| *id > 0)
    });
    Some(match class.filter(|_| kind.starts_with("edu_user_")) {
        Some(class) => Content::ClassChanged(class.to_string()),
        None => Content::DirectoryChanged,
    })
}

/// What the `sign` of a message to the robot is over.
pub(super) fn robot_message(timestamp: &str, secret: &SecretString) -> String {
    format!("{timestamp}\n{}", secret.expose_secret())
}

/// The `200` that says nothing to the person.
pub(super) fn nothing() -> CallbackAnswer {
    CallbackAnswer { content_type: JSON, body: json!({"msgtype": "empty"}).to_string() }
}

/// The `200` with words for the person.
pub(super) fn words(text: &str) -> CallbackAnswer {
    let body = json!({"msgtype": "text", "text": {"content": text}});
    CallbackAnswer { content_type: JSON, body: body.to_string() }
}

/// What a person said to the robot.
fn robot_content(kind: &str, message: &RobotMessage) -> Content {
    match kind {
        "text" => {
            let text = message.text.as_ref().and_then(|text| text.content.clone());
            Content::Text(text.unwrap_or_default())
        }
        "richText" => {
            let parts = message.content.as_ref().and_then(|content| content.get("richText")?.as_array());
            let words = parts.into_iter().flatten().filter_map(|part| part.get("text")?.as_str());
            let words: String = words.collect();
            if words.trim().is_empty() { Content::Unreadable } else { Content::Text(words) }
        }
        "picture" | "audio" | "video" | "file" => Content::Unreadable,
        _ => Content::Other,
    }
}

/// DingTalk's own id, or else the hash of all that was said.
pub(super) fn inbound_id(prefix: &str, id: Option<&str>, plaintext: &str) -> InboundId {
    let is_plain =
        |id: &&str| (1..=ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    InboundId(match id.filter(is_plain) {
        Some(id) => format!("{prefix}:{id}"),
        None => format!("{prefix}h:{}", hex::encode(Sha256::digest(plaintext))),
    })
}

/// A text of an object. Keys are trimmed: a documented sample has one with a tab behind it.
pub(super) fn word_of<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    let (_, value) = object.as_object()?.iter().find(|(key, _)| key.trim() == name)?;
    value.as_str()
}

pub(super) fn text_of(body: &[u8]) -> Result<&str, Rejected> {
    if body.len() > BODY_BYTES_MAX {
        return Err(rejected("the body is too long"));
    }
    std::str::from_utf8(body).map_err(|_| rejected("the body is not utf-8"))
}

pub(super) fn rejected(reason: &'static str) -> Rejected {
    Rejected { reason }
}

#[cfg(test)]
mod tests;
