//! Customer service (微信客服): the chat of parents on plain WeChat, as a platform that is fetched and only answers.
//!
//! Its callbacks come to the app's address and say only that something waits. Knows nothing of conversations. Start at
//! [`Kf`]; [`sync`] is the way in, [`send`] the way out.
//!
//! Sources: <https://developer.work.weixin.qq.com/document/path/94638>, path/94670, path/94677 and path/97712,
//! read 2026-08.

mod send;
mod sync;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::json;

use super::api::{Answer, Api};
use super::errors;
use super::xml::Fields;
use crate::clock::Moment;
use crate::domain::answer_window::AnswerLimits;
use crate::domain::people::{Channel, SchoolId};
use crate::platform::checkup::Checkup;
use crate::platform::mailbox::{Answering, Answers, Doorbell, Mailboxes, Page};
use crate::platform::{
    Call, CallbackAnswer, CallbackRequest, Inbound, Limits, Message, Opened, Platform, Rejected, SendError,
    SendReport,
};

/// What WeCom allows: the API's base limit; how much one person may get stands in [`ANSWERS`].
const LIMITS: Limits = Limits {
    // Below the hard limit of 2048 bytes.
    text_bytes_max: 2_000,
    recipients_max: 1,
    // None is documented; nobody taps faster.
    per_person_per_minute: 60,
    per_person_per_hour: 1_000,
    calls_per_second: 10_000,
    calls_per_minute: 10_000,
    person_times_per_day: 10_000_000,
    // An id counts for good; so long it makes sense to try the same answer again.
    duplicate_guard: std::time::Duration::from_mins(30),
};

/// At most five messages within 48 hours after each message of the person.
const ANSWERS: AnswerLimits = AnswerLimits { count_max: 5, within: chrono::Duration::hours(48) };

/// How long the token of a callback is good.
const TOKEN_LIFE: chrono::Duration = chrono::Duration::minutes(10);
/// What a link is known by on WeCom's side: at most 32 of `[0-9a-zA-Z_-]`.
const SCENE: &str = "kehou";
/// The longest ticket that a link carries, in bytes.
const TICKET_BYTES_MAX: usize = 128;

/// The customer service accounts of one school.
#[derive(Debug)]
pub struct Kf {
    school: SchoolId,
    accounts: Vec<String>,
    api: Arc<Api>,
}

#[derive(Deserialize)]
struct Link {
    url: String,
}

impl Kf {
    /// The accounts (`wk…`) that the app may use.
    pub(super) fn new(school: SchoolId, accounts: Vec<String>, api: Arc<Api>) -> Self {
        Self { school, accounts, api }
    }

    /// Posts a call to one of the interfaces of customer service.
    async fn post(&self, call: &Call) -> Result<Answer, SendError> {
        self.api.ask(|token| self.api.request(call, token)).await
    }
}

/// Reads a callback that says only that something waits; `None` when it is another one.
pub(super) fn doorbell(fields: &Fields) -> Option<Doorbell> {
    if fields.word("MsgType") != Some("event") {
        return None;
    }
    let channel = Channel::WecomKf;
    match fields.word("Event")? {
        "kf_msg_or_event" => Some(Doorbell {
            channel,
            mailboxes: fields.words("OpenKfId"),
            lost: Vec::new(),
            token: fields.word("Token").map(str::to_owned),
        }),
        // What was granted just now may have something in it.
        "kf_account_auth_change" => Some(Doorbell {
            channel,
            mailboxes: fields.words("AuthAddOpenKfId"),
            lost: fields.words("AuthDelOpenKfId"),
            token: None,
        }),
        _ => None,
    }
}

#[async_trait]
impl Platform for Kf {
    fn school(&self) -> &SchoolId {
        &self.school
    }

    fn channel(&self) -> Channel {
        Channel::WecomKf
    }

    fn limits(&self) -> &Limits {
        &LIMITS
    }

    fn open(&self, _: &CallbackRequest) -> Result<Opened, Rejected> {
        Err(Rejected { reason: "customer service has no callback address of its own" })
    }

    fn answer(&self, _: &Inbound, _: Option<&str>, _: Moment) -> CallbackAnswer {
        CallbackAnswer { content_type: "text/plain; charset=utf-8", body: String::new() }
    }

    fn compose(&self, accounts: &[String], message: &Message) -> Call {
        send::compose_unasked(
            self.accounts.first().map(String::as_str).unwrap_or_default(),
            accounts,
            message,
        )
    }

    fn answers(&self) -> Option<&dyn Answers> {
        Some(self)
    }

    fn mailboxes(&self) -> Option<&dyn Mailboxes> {
        Some(self)
    }

    fn checkup(&self) -> Option<&dyn Checkup> {
        Some(self)
    }

    async fn send(&self, call: &Call) -> Result<SendReport, SendError> {
        send::send(self, call).await
    }
}

impl Answers for Kf {
    fn answer_limits(&self) -> AnswerLimits {
        ANSWERS
    }

    fn compose(&self, answer: &Answering<'_>) -> Call {
        send::compose(self.accounts.first().map(String::as_str).unwrap_or_default(), answer)
    }
}

#[async_trait]
impl Mailboxes for Kf {
    fn names(&self) -> &[String] {
        &self.accounts
    }

    fn token_life(&self) -> chrono::Duration {
        TOKEN_LIFE
    }

    async fn fetch(
        &self,
        mailbox: &str,
        cursor: Option<&str>,
        token: Option<&str>,
    ) -> Result<Page, SendError> {
        sync::fetch(self, mailbox, cursor, token).await
    }

    async fn link(&self, mailbox: &str, ticket: &str) -> Result<String, SendError> {
        if ticket.len() > TICKET_BYTES_MAX {
            return Err(errors::classify(errors::BAD_PARAMETER));
        }
        let body = json!({"open_kfid": mailbox, "scene": SCENE}).to_string();
        let answer = self.post(&Call { endpoint: "kf/add_contact_way".to_owned(), body }).await?;
        if answer.errcode != 0 {
            return Err(errors::classify(answer.errcode));
        }
        let Link { url } = answer.read()?;
        let ticket = utf8_percent_encode(ticket, NON_ALPHANUMERIC);
        Ok(format!("{url}&scene_param={ticket}"))
    }
}
