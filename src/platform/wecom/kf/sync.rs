//! The way in (`kf/sync_msg`): from a page of WeCom's records to what arrived.
//!
//! Reads each record by itself, so that one of a new kind does not hide the others. Start at [`fetch`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/94670>, read 2026-08.

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::super::errors;
use super::{Kf, send};
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};
use crate::platform::mailbox::{Arrived, Entered, Page, Ticket, Undelivered};
use crate::platform::{Call, Content, Inbound, InboundId, SendError};

/// The interface.
const SYNC: &str = "kf/sync_msg";
/// Records of one page; WeCom allows 1000, but long ones would not fit into the longest answer that is read.
const PAGE: u32 = 200;
/// The longest id that is kept as it is.
const ID_BYTES_MAX: usize = 100;
/// The longest account that a customer can have, with room.
const ACCOUNT_BYTES_MAX: usize = 128;
/// How long a welcome code is good.
const WELCOME: chrono::Duration = chrono::Duration::seconds(20);

/// Who sent a record: a customer, the system.
const CUSTOMER: i64 = 3;
const SYSTEM: i64 = 4;

/// What an answer needs to know of the message: the account that it came to, and the code of a greeting.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Envelope {
    pub(super) kf: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
}

/// A page as WeCom writes it.
#[derive(Deserialize)]
struct Records {
    #[serde(default)]
    next_cursor: String,
    #[serde(default)]
    has_more: i64,
    #[serde(default)]
    msg_list: Vec<Json>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    msgid: String,
    #[serde(default)]
    external_userid: String,
    #[serde(default)]
    send_time: i64,
    #[serde(default)]
    origin: i64,
    #[serde(default)]
    msgtype: String,
    #[serde(default)]
    text: Text,
    #[serde(default)]
    event: Event,
}

#[derive(Default, Deserialize)]
struct Text {
    #[serde(default)]
    content: String,
    #[serde(default)]
    menu_id: String,
}

#[derive(Default, Deserialize)]
struct Event {
    #[serde(default, rename = "event_type")]
    kind: String,
    #[serde(default)]
    external_userid: String,
    #[serde(default)]
    scene_param: String,
    #[serde(default)]
    welcome_code: String,
    #[serde(default)]
    fail_msgid: String,
    #[serde(default)]
    fail_type: i64,
}

/// Fetches a page; a token that is over is left out.
pub(super) async fn fetch(
    kf: &Kf,
    mailbox: &str,
    cursor: Option<&str>,
    token: Option<&str>,
) -> Result<Page, SendError> {
    let mut answer = kf.post(&request(mailbox, cursor, token)).await?;
    if answer.errcode == errors::DOORBELL_OVER && token.is_some() {
        answer = kf.post(&request(mailbox, cursor, None)).await?;
    }
    match answer.errcode {
        0 => Ok(page(&kf.school, mailbox, answer.read()?, cursor)),
        errors::DOORBELL_OVER => Err(SendError::Unavailable { code: errors::DOORBELL_OVER }),
        code => Err(errors::classify(code)),
    }
}

fn request(mailbox: &str, cursor: Option<&str>, token: Option<&str>) -> Call {
    let mut body = json!({"open_kfid": mailbox, "limit": PAGE});
    for (name, value) in [("cursor", cursor), ("token", token)] {
        if let (Some(value), Some(body)) = (value.filter(|value| !value.is_empty()), body.as_object_mut()) {
            body.insert(name.to_owned(), Json::from(value));
        }
    }
    Call { endpoint: SYNC.to_owned(), body: body.to_string() }
}

fn page(school: &SchoolId, mailbox: &str, records: Records, cursor: Option<&str>) -> Page {
    let arrived = records.msg_list.iter().filter_map(|record| arrived(school, mailbox, record)).collect();
    let cursor = match records.next_cursor {
        empty if empty.is_empty() => cursor.unwrap_or_default().to_owned(),
        next => next,
    };
    Page { arrived, has_more: records.has_more == 1, cursor }
}

/// What one record is to us; `None` when it is nothing, such as what a human wrote in the console.
pub(super) fn arrived(school: &SchoolId, mailbox: &str, record: &Json) -> Option<Arrived> {
    let item = Item::deserialize(record)
        .inspect_err(|error| tracing::warn!(%error, "a record of customer service cannot be read"))
        .ok()?;
    let is_event = item.msgtype == "event";
    let account = if is_event { &item.event.external_userid } else { &item.external_userid };
    if account.is_empty() || account.len() > ACCOUNT_BYTES_MAX {
        return None;
    }
    let inbound = |content, envelope: &Envelope| Inbound {
        school: school.clone(),
        channel: Channel::WecomKf,
        id: id(&item.msgid, record),
        account: account.clone(),
        content,
        sent_at: moment(item.send_time),
        // Two texts always serialise.
        envelope: serde_json::to_string(envelope).unwrap_or_default(),
    };
    let plain = Envelope { kf: mailbox.to_owned(), code: None };
    match (item.origin, is_event) {
        (CUSTOMER, false) => Some(Arrived::Message(inbound(content(&item), &plain))),
        (SYSTEM, true) => match item.event.kind.as_str() {
            "enter_session" => {
                let code = Some(item.event.welcome_code.clone()).filter(|code| !code.is_empty());
                let greet_until =
                    code.as_ref().and_then(|_| moment(item.send_time)).map(|sent_at| sent_at + WELCOME);
                let ticket = Some(item.event.scene_param.clone()).filter(|ticket| !ticket.is_empty());
                let inbound = inbound(Content::Entered, &Envelope { code, ..plain });
                Some(Arrived::Entered(Entered { inbound, ticket: ticket.map(Ticket), greet_until }))
            }
            "msg_send_fail" => Some(Arrived::Undelivered(Undelivered {
                inbound: inbound(Content::Other, &plain),
                answer: item.event.fail_msgid.clone(),
                reason: failure(item.event.fail_type),
            })),
            _ => None,
        },
        _ => None,
    }
}

fn content(item: &Item) -> Content {
    match item.msgtype.as_str() {
        "text" => match send::read_tap(&item.text.menu_id) {
            Some(tap) => Content::Tap(tap),
            None => Content::Text(item.text.content.clone()),
        },
        _ => Content::Unreadable,
    }
}

fn moment(seconds: i64) -> Option<Moment> {
    DateTime::from_timestamp(seconds, 0).filter(|_| seconds > 0)
}

/// The record's own id, or else the hash of all that it says.
fn id(msgid: &str, record: &Json) -> InboundId {
    let is_usable =
        !msgid.is_empty() && msgid.len() <= ID_BYTES_MAX && msgid.bytes().all(|byte| byte.is_ascii_graphic());
    InboundId(if is_usable {
        format!("k:{msgid}")
    } else {
        format!("h:{}", hex::encode(Sha256::digest(record.to_string())))
    })
}

/// Why an answer did not arrive, by `fail_type`.
fn failure(fail_type: i64) -> &'static str {
    match fail_type {
        1 => "微信客服账号已删除",
        2 => "应用已关闭",
        4 => "家长超过 48 小时没有说话",
        5 => "会话已经结束",
        6 => "超过 48 小时内 5 条的限制",
        8 => "企业尚未认证",
        10 => "家长拒收",
        11 => "企业没有成员登录企业微信客户端",
        12 => "消息类型被禁止",
        13 => "安全限制",
        _ => "平台没有说明原因",
    }
}
