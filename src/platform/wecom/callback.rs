//! WeCom's callbacks: from a raw request to an [`Inbound`], and the passive reply back.
//!
//! Pure: no input or output on this path, because WeCom waits one second for the address check. Knows nothing of
//! conversations. Start at [`Callbacks::open`].
//!
//! Sources: <https://developer.work.weixin.qq.com/document/path/90930> and path/90238 to 90241, read 2026-08.

use std::borrow::Cow;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::card;
use super::kf;
use super::xml::{self, Fields};
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};
use crate::ids::Ids;
use crate::platform::crypto::Crypto;
use crate::platform::query::RawQuery;
use crate::platform::{CallbackAnswer, CallbackRequest, Content, Inbound, InboundId, Opened, Rejected};

/// The longest query that is read, in bytes.
const QUERY_BYTES_MAX: usize = 16 * 1024;
/// The longest account that a member can have, with room.
const ACCOUNT_BYTES_MAX: usize = 128;
/// Characters of the nonce of our reply.
const NONCE_LEN: usize = 12;

pub(super) const EMPTY: CallbackAnswer =
    CallbackAnswer { content_type: "text/plain; charset=utf-8", body: String::new() };

/// The callback address of one school's app.
#[derive(Debug)]
pub struct Callbacks {
    /// Whose app it is.
    pub school: SchoolId,
    /// The app's number in the corp.
    pub agent_id: u32,
    /// The crypto of the address; its receive id is the corp id.
    pub crypto: Crypto,
}

/// What a passive reply needs to know of the message: the names as WeCom spelled them.
#[derive(Serialize, Deserialize)]
struct Envelope {
    from: String,
    to: String,
}

/// The parameters of a callback's query, decoded exactly once.
struct Query<'a> {
    signature: Cow<'a, str>,
    timestamp: Cow<'a, str>,
    nonce: Cow<'a, str>,
    echo: Option<Cow<'a, str>>,
}

impl Callbacks {
    /// Verifies, decrypts and reads a request.
    ///
    /// # Errors
    /// [`Rejected`] with the check that failed; the answer over HTTP must be the same for all of them.
    pub fn open(&self, request: &CallbackRequest) -> Result<Opened, Rejected> {
        let query = Query::parse(&request.query)?;
        if request.is_get {
            let echo = query.echo.as_deref().ok_or(rejected("the query has no echostr"))?;
            let body = self.verified_plaintext(&query, echo)?;
            return Ok(Opened::Verification(CallbackAnswer {
                content_type: "text/plain; charset=utf-8",
                body,
            }));
        }
        if request.body.len() > xml::DOCUMENT_BYTES_MAX {
            return Err(rejected("the body is too long"));
        }
        let document = std::str::from_utf8(&request.body).map_err(|_| rejected("the body is not utf-8"))?;
        let outer = Fields::parse(document).map_err(|error| rejected(xml_reason(error)))?;
        let encrypted = outer.text("Encrypt").ok_or(rejected("the body has no Encrypt"))?;
        let plaintext = self.verified_plaintext(&query, encrypted)?;
        self.check_addressee(&outer)?;
        self.read(&plaintext)
    }

    /// The `200` to a message, with words for its sender or without. WeCom cuts words beyond 2048 bytes. What came from
    /// nobody gets no words.
    pub fn answer(&self, to: &Inbound, text: Option<&str>, now: Moment, ids: &Ids) -> CallbackAnswer {
        let envelope: Option<Envelope> = serde_json::from_str(&to.envelope).ok();
        let envelope = envelope.filter(|envelope| !envelope.from.is_empty());
        let (Some(text), Some(envelope)) = (text, envelope) else { return EMPTY };
        let seconds = now.timestamp();
        let plaintext = xml::text_reply(&envelope.from, &envelope.to, seconds, text);
        let (timestamp, nonce) = (seconds.to_string(), ids.code(NONCE_LEN));
        let encrypted = self.crypto.encrypt(&plaintext, ids.bytes());
        let signature = self.crypto.signature(&timestamp, &nonce, &encrypted);
        CallbackAnswer {
            content_type: "application/xml; charset=utf-8",
            body: xml::reply_envelope(&encrypted, &signature, &timestamp, &nonce),
        }
    }

    fn verified_plaintext(&self, query: &Query<'_>, encrypted: &str) -> Result<String, Rejected> {
        if !self.crypto.verify(&query.signature, &query.timestamp, &query.nonce, encrypted) {
            return Err(rejected("the signature is wrong"));
        }
        self.crypto.decrypt(encrypted).map_err(|error| rejected(error.reason()))
    }

    /// `ToUserName` is the corp; `AgentID` is the app, or missing, or empty.
    fn check_addressee(&self, fields: &Fields) -> Result<(), Rejected> {
        if fields.word("ToUserName") != Some(self.crypto.receive_id()) {
            return Err(rejected("it is for another corp"));
        }
        match fields.word("AgentID") {
            None => Ok(()),
            Some(agent) if agent == self.agent_id.to_string() => Ok(()),
            Some(_) => Err(rejected("it is for another app")),
        }
    }

    /// Reads a decrypted message or event.
    fn read(&self, plaintext: &str) -> Result<Opened, Rejected> {
        let fields = Fields::parse(plaintext).map_err(|error| rejected(xml_reason(error)))?;
        self.check_addressee(&fields)?;
        if let Some(doorbell) = kf::doorbell(&fields) {
            return Ok(Opened::Doorbell(doorbell));
        }
        let said = if fields.word("Event") == Some("change_school_contact") {
            school_change(&fields)
        } else {
            // Some system events come from nobody.
            let from = fields.word("FromUserName").unwrap_or_default();
            Said { channel: Channel::WecomApp, from, account: from, content: content(&fields) }
        };
        if said.account.len() > ACCOUNT_BYTES_MAX {
            return Err(rejected("the sender's account is too long"));
        }
        let envelope = Envelope { from: said.from.to_owned(), to: self.crypto.receive_id().to_owned() };
        Ok(Opened::Inbound(Inbound {
            school: self.school.clone(),
            channel: said.channel,
            id: inbound_id(&fields, plaintext),
            account: said.channel.canonical(said.account),
            content: said.content,
            sent_at: fields.number("CreateTime").and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
            envelope: serde_json::to_string(&envelope).map_err(|_| rejected("the envelope is not text"))?,
        }))
    }
}

impl<'a> Query<'a> {
    fn parse(query: &'a str) -> Result<Self, Rejected> {
        let query = RawQuery::new(query, QUERY_BYTES_MAX)?;
        Ok(Self {
            signature: query.value("msg_signature").ok_or(rejected("the query has no msg_signature"))?,
            timestamp: query.value("timestamp").ok_or(rejected("the query has no timestamp"))?,
            nonce: query.value("nonce").ok_or(rejected("the query has no nonce"))?,
            echo: query.value("echostr"),
        })
    }
}

/// The message's own number, or else the hash of all that was said: events carry no number, and their sender and
/// second do not tell two of them apart.
fn inbound_id(fields: &Fields, plaintext: &str) -> InboundId {
    let number = fields.word("MsgId").and_then(|word| word.parse::<u64>().ok()).filter(|&number| number > 0);
    InboundId(match number {
        Some(number) => format!("m:{number}"),
        None => format!("e:{}", hex::encode(Sha256::digest(plaintext))),
    })
}

/// What a message or event says to us.
fn content(fields: &Fields) -> Content {
    match fields.word("MsgType") {
        Some("text") => Content::Text(fields.text("Content").unwrap_or_default().to_owned()),
        Some("image" | "voice" | "video" | "location" | "link" | "file") => Content::Unreadable,
        Some("event") => match fields.word("Event") {
            Some("enter_agent") => Content::Entered,
            Some("subscribe") => Content::Joined,
            Some("unsubscribe") => Content::Left,
            Some("template_card_event") => card::press(fields).map_or(Content::Other, Content::Press),
            _ => Content::Other,
        },
        _ => Content::Other,
    }
}

/// Who says what.
struct Said<'a> {
    channel: Channel,
    /// Whom words inside the answer would reach; nobody when it is empty.
    from: &'a str,
    account: &'a str,
    content: Content,
}

/// A change of the school's directory. It names an id and no more; a parent who follows or no longer does is told by
/// name, all else is read again.
///
/// Source: <https://developer.work.weixin.qq.com/document/path/92032>, read 2026-08.
fn school_change(fields: &Fields) -> Said<'_> {
    let content = match fields.word("ChangeType") {
        Some("subscribe") => Content::Joined,
        Some("unsubscribe") => Content::Left,
        // In any spelling: the samples of the documentation write `create_deparmtment`.
        _ => Content::DirectoryChanged,
    };
    let account = fields.word("Id").unwrap_or_default();
    Said { channel: Channel::WecomNotice, from: "", account, content }
}

fn rejected(reason: &'static str) -> Rejected {
    Rejected { reason }
}

fn xml_reason(error: xml::XmlError) -> &'static str {
    match error {
        xml::XmlError::TooLong => "the xml is too long",
        xml::XmlError::TooMany => "the xml has too many elements",
        xml::XmlError::Entity => "the xml has a document type or an entity",
        xml::XmlError::Malformed => "the xml is malformed",
    }
}

#[cfg(test)]
mod tests;
