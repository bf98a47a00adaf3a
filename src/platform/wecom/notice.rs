//! 学校通知: the app's messages to parents on plain WeChat, as a [`Platform`] of its own.
//!
//! It goes out only. Each notice ends with the address of the parent page, where the parent answers; nothing personal
//! is in it. WeCom tells whom it does not know, never who read. Shares the token of its app. Start at [`WecomNotice`].
//!
//! Source: <https://developer.work.weixin.qq.com/document/path/92321>, read 2026-08.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::api::{self, Api, DUPLICATE_CHECK_SECONDS, Image, TEXT_BYTES_MAX, Text};
use super::{errors, media};
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};
use crate::platform::checkup::Checkup;
use crate::platform::directory::Directory;
use crate::platform::picture::{Pictures, Uploaded};
use crate::platform::text::carried;
use crate::platform::{
    Call, CallbackAnswer, CallbackRequest, Inbound, Limits, Message, Opened, Platform, Rejected, SendError,
    SendReport,
};

/// The endpoint of notices.
const NOTICE_SEND: &str = "externalcontact/message/send";
/// Whom `recv_scope` means: parents.
const TO_PARENTS: u8 = 0;
/// What stands before the address of the parent page.
const ANSWER_HERE: &str = "\n回复请点 ";
/// The shortest room that is left for words, however long the address is; then WeCom's own limit refuses.
const TEXT_BYTES_MIN: usize = 200;
/// Why a parent is not reached.
const NOT_REACHED: &str = "家长没有关注「学校通知」，或不在「家长可使用的应用」的可用范围";

/// The notices of a school's app.
#[derive(Debug)]
pub struct WecomNotice {
    school: SchoolId,
    pub(super) agent_id: u32,
    pub(super) api: Arc<Api>,
    /// The last line of each notice.
    link: String,
    limits: Limits,
}

/// The body of a notice; the order of the fields is the order on the wire.
#[derive(Serialize, Deserialize)]
struct Body {
    recv_scope: u8,
    to_parent_userid: Vec<String>,
    msgtype: String,
    agentid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Image>,
    enable_duplicate_check: u8,
    duplicate_check_interval: u64,
}

/// Whom a notice did not reach.
#[derive(Deserialize)]
struct Missed {
    #[serde(default)]
    invalid_parent_userid: Ids,
}

/// Ids as a list or joined by `|`: WeCom writes both.
#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Ids {
    #[default]
    None,
    List(Vec<String>),
    Joined(String),
}

impl Ids {
    fn has(&self, account: &str) -> bool {
        match self {
            Self::None => false,
            Self::List(ids) => ids.iter().any(|id| id.trim().eq_ignore_ascii_case(account)),
            Self::Joined(ids) => ids.split('|').any(|id| id.trim().eq_ignore_ascii_case(account)),
        }
    }
}

impl WecomNotice {
    pub(super) fn new(school: SchoolId, agent_id: u32, api: Arc<Api>, page: &str) -> Self {
        let link = format!("{ANSWER_HERE}{page}");
        let text_bytes_max = api::LIMITS.text_bytes_max.saturating_sub(link.len()).max(TEXT_BYTES_MIN);
        // No limits of notices are documented; those of the app are taken as a ceiling.
        let limits = Limits { text_bytes_max, ..api::LIMITS };
        Self { school, agent_id, api, link, limits }
    }

    fn freeze(&self, accounts: &[String], text: Option<Text>, image: Option<Image>) -> Call {
        let body = Body {
            recv_scope: TO_PARENTS,
            to_parent_userid: accounts.to_vec(),
            msgtype: if text.is_some() { "text" } else { "image" }.to_owned(),
            agentid: self.agent_id,
            text,
            image,
            enable_duplicate_check: 1,
            duplicate_check_interval: DUPLICATE_CHECK_SECONDS,
        };
        // Strings and numbers always serialise; an empty body would be refused before it is sent.
        let body = serde_json::to_string(&body).unwrap_or_default();
        Call { endpoint: NOTICE_SEND.to_owned(), body }
    }
}

#[async_trait]
impl Platform for WecomNotice {
    fn school(&self) -> &SchoolId {
        &self.school
    }

    fn channel(&self) -> Channel {
        Channel::WecomNotice
    }

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn open(&self, _request: &CallbackRequest) -> Result<Opened, Rejected> {
        Err(Rejected { reason: "nothing comes in by a notice" })
    }

    fn answer(&self, _to: &Inbound, _text: Option<&str>, _now: Moment) -> CallbackAnswer {
        super::callback::EMPTY
    }

    fn compose(&self, accounts: &[String], message: &Message) -> Call {
        let words = carried(&message.in_words());
        // Words that say nothing stay so, and are refused.
        let content = if words.is_empty() { words } else { format!("{words}{}", self.link) };
        self.freeze(accounts, Some(Text { content }), None)
    }

    fn pictures(&self) -> Option<&dyn Pictures> {
        Some(self)
    }

    fn directory(&self) -> Option<&dyn Directory> {
        Some(self)
    }

    fn checkup(&self) -> Option<&dyn Checkup> {
        Some(self)
    }

    async fn send(&self, call: &Call) -> Result<SendReport, SendError> {
        let recipients = check(call)
            .map_err(|code| SendError::Refused { code, advice: errors::advice_for_parents(code) })?;
        let answer = self.api.ask(|token| self.api.request(call, token)).await?;
        let is_missed: &dyn Fn(&str) -> bool = match answer.errcode {
            0 => {
                let missed: Missed = answer.read()?;
                &move |account| missed.invalid_parent_userid.has(account)
            }
            errors::ALL_UNREACHED => &|_| true,
            code => return Err(errors::classify_for_parents(code)),
        };
        let unreached = recipients.into_iter().filter(|account| is_missed(account));
        let unreached = unreached.map(|account| (account, NOT_REACHED)).collect();
        Ok(SendReport { unreached, ..SendReport::default() })
    }
}

#[async_trait]
impl Pictures for WecomNotice {
    async fn upload(&self, png: &[u8]) -> Result<Uploaded, SendError> {
        media::upload(&self.api, png).await
    }

    fn compose(&self, accounts: &[String], handle: &str) -> Call {
        self.freeze(accounts, None, Some(Image { media_id: handle.to_owned() }))
    }
}

/// The recipients of a call that keeps WeCom's limits, or the code that WeCom would answer.
fn check(call: &Call) -> Result<Vec<String>, i64> {
    if call.endpoint != NOTICE_SEND {
        return Err(errors::BAD_PARAMETER);
    }
    let body: Body = serde_json::from_str(&call.body).map_err(|_| errors::BAD_PARAMETER)?;
    let recipients = body.to_parent_userid;
    if recipients.len() > api::LIMITS.recipients_max {
        return Err(errors::TOO_MANY_RECIPIENTS);
    }
    if recipients.is_empty() || !recipients.iter().all(|account| api::is_account(account)) {
        return Err(errors::INVALID_ACCOUNT);
    }
    match (&body.text, &body.image) {
        (Some(text), None) if text.content.is_empty() => Err(44004),
        (Some(text), None) if text.content.len() > TEXT_BYTES_MAX => Err(errors::TOO_LONG),
        (None, Some(image)) if image.media_id.is_empty() => Err(errors::MEDIA_GONE),
        (Some(_), None) | (None, Some(_)) => Ok(recipients),
        _ => Err(errors::BAD_PARAMETER),
    }
}

#[cfg(test)]
mod tests;
