//! The way out (`kf/send_msg`): answers with an id of their own, as text or as a menu that can be tapped.
//!
//! What breaks a limit of WeCom's is refused here, before it could be cut there. Start at [`compose`] and [`send`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/94677> and path/95122, read 2026-08.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::errors;
use super::Kf;
use super::sync::Envelope;
use crate::platform::mailbox::{Answering, TapId};
use crate::platform::text::carried;
use crate::platform::{Call, Message, SendError, SendReport};

/// The interface for answers.
const SEND: &str = "kf/send_msg";
/// The one for a greeting by a code.
const SEND_ON_EVENT: &str = "kf/send_msg_on_event";
/// The longest text, in bytes; WeCom cuts longer ones without a word.
const TEXT_BYTES_MAX: usize = 2_048;
/// The longest text above a menu, in bytes.
const HEAD_BYTES_MAX: usize = 1_024;
/// Items that can be tapped.
const ITEMS_MAX: usize = 10;
/// The longest item, in bytes.
const ITEM_BYTES_MAX: usize = 128;
/// The longest id of a message, of `[0-9a-zA-Z_-]`.
const ID_BYTES_MAX: usize = 32;

/// The body of both interfaces; the order of the fields is the order on the wire.
#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    touser: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_kfid: Option<String>,
    msgid: String,
    msgtype: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    msgmenu: Option<Menu>,
}

#[derive(Serialize, Deserialize)]
struct Text {
    content: String,
}

#[derive(Serialize, Deserialize)]
struct Menu {
    head_content: String,
    list: Vec<MenuItem>,
}

#[derive(Serialize, Deserialize)]
struct MenuItem {
    #[serde(rename = "type")]
    kind: String,
    click: Click,
}

#[derive(Serialize, Deserialize)]
struct Click {
    id: String,
    content: String,
}

/// Freezes an answer.
pub(super) fn compose(first_account: &str, answer: &Answering<'_>) -> Call {
    let envelope: Envelope = serde_json::from_str(&answer.to.envelope)
        .unwrap_or_else(|_| Envelope { kf: first_account.to_owned(), code: None });
    let words = carried(&answer.message.in_words());
    let taps = &answer.to.taps;
    let is_menu = !taps.is_empty()
        && taps.len() <= ITEMS_MAX
        && words.len() <= HEAD_BYTES_MAX
        && taps.iter().all(|tap| (1..=ITEM_BYTES_MAX).contains(&tap.label.len()));
    let (msgtype, text, msgmenu) = if is_menu {
        let list = taps.iter().map(|tap| MenuItem {
            kind: "click".to_owned(),
            click: Click { id: write_tap(tap.id), content: carried(&tap.label) },
        });
        ("msgmenu", None, Some(Menu { head_content: words, list: list.collect() }))
    } else {
        ("text", Some(Text { content: words }), None)
    };
    let by_code = envelope.code.is_some();
    let body = Body {
        touser: (!by_code).then(|| answer.account.to_owned()),
        open_kfid: (!by_code).then_some(envelope.kf),
        code: envelope.code,
        msgid: answer.id.to_owned(),
        msgtype: msgtype.to_owned(),
        text,
        msgmenu,
    };
    freeze(if by_code { SEND_ON_EVENT } else { SEND }, &body)
}

/// Freezes words that answer nothing in particular. Several accounts are refused before they are sent.
pub(super) fn compose_unasked(kf: &str, accounts: &[String], message: &Message) -> Call {
    let content = carried(&message.in_words());
    let touser = accounts.join("|");
    let digest = hex::encode(Sha256::digest(format!("{touser}\n{content}")));
    let body = Body {
        code: None,
        touser: Some(touser),
        open_kfid: Some(kf.to_owned()),
        msgid: digest.get(..ID_BYTES_MAX).unwrap_or_default().to_owned(),
        msgtype: "text".to_owned(),
        text: Some(Text { content }),
        msgmenu: None,
    };
    freeze(SEND, &body)
}

fn freeze(endpoint: &str, body: &Body) -> Call {
    // Texts always serialise; an empty body would be refused before it is sent.
    Call { endpoint: endpoint.to_owned(), body: serde_json::to_string(body).unwrap_or_default() }
}

/// Sends a frozen answer. That the person cannot be answered now is told as not reached.
pub(super) async fn send(kf: &Kf, call: &Call) -> Result<SendReport, SendError> {
    let touser = check(call).map_err(errors::classify)?;
    let answer = kf.post(call).await?;
    match (errors::cannot_be_answered(answer.errcode), touser) {
        (Some(reason), Some(account)) => {
            Ok(SendReport { unreached: vec![(account, reason)], ..SendReport::default() })
        }
        _ if answer.errcode == 0 => Ok(SendReport::default()),
        _ => Err(errors::classify(answer.errcode)),
    }
}

/// Whom a call goes to that keeps WeCom's limits, or the code that WeCom would answer.
fn check(call: &Call) -> Result<Option<String>, i64> {
    let body: Body = serde_json::from_str(&call.body).map_err(|_| errors::BAD_PARAMETER)?;
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    let is_addressed = match (call.endpoint.as_str(), &body.code, &body.touser, &body.open_kfid) {
        (SEND, None, Some(touser), Some(kf)) => is_word(touser) && is_word(kf),
        (SEND_ON_EVENT, Some(code), None, None) => !code.is_empty(),
        _ => false,
    };
    if !is_addressed || body.msgid.len() > ID_BYTES_MAX || !is_word(&body.msgid) {
        return Err(errors::BAD_PARAMETER);
    }
    match (&body.text, &body.msgmenu) {
        (Some(text), None) if text.content.is_empty() => Err(44004),
        (Some(text), None) if text.content.len() > TEXT_BYTES_MAX => Err(errors::TOO_LONG),
        (None, Some(menu)) if menu.list.len() > ITEMS_MAX => Err(errors::MENU_TOO_LONG),
        (None, Some(menu)) if menu.head_content.len() > HEAD_BYTES_MAX => Err(errors::TOO_LONG),
        (None, Some(menu)) if !menu.list.iter().all(is_item) => Err(errors::MENU_WRONG),
        (Some(_), None) | (None, Some(_)) => Ok(body.touser),
        _ => Err(errors::BAD_PARAMETER),
    }
}

fn is_item(item: &MenuItem) -> bool {
    let lengths =
        [&item.click.id, &item.click.content].map(|text| (1..=ITEM_BYTES_MAX).contains(&text.len()));
    item.kind == "click" && lengths == [true, true] && read_tap(&item.click.id).is_some()
}

/// The id of an item: `t12_0`. Only `[A-Za-z0-9_]` is sure to come back.
fn write_tap(tap: TapId) -> String {
    format!("t{}_{}", tap.asked_in_turn, tap.place)
}

/// Reads the id of an item that was tapped; `None` when it is none of ours.
pub(super) fn read_tap(id: &str) -> Option<TapId> {
    let (turn, place) = id.strip_prefix('t')?.split_once('_')?;
    Some(TapId { asked_in_turn: turn.parse().ok()?, place: place.parse().ok()? })
}
