//! Work notifications (工作通知): the app's messages to guardians, as a [`Platform`] of its own.
//!
//! They go out only. Each is a card whose button opens the parent page, where the guardian answers; nothing personal is in
//! the address. DingTalk takes a call first and tells who got it when asked; the same words to the same person on one day
//! it drops without a word, so each card says when it was written. The events of the app come by this account too. Start at
//! [`DingtalkNotice`].
//!
//! Source: <https://open.dingtalk.com/document/development/asynchronous-sending-of-enterprise-session-messages>, read
//! 2026-08.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::api::number;
use super::robot::{is_account, is_link, markdown};
use super::{App, errors, media};
use crate::clock::Moment;
use crate::domain::calendar::local;
use crate::domain::people::{Channel, SchoolId};
use crate::platform::checkup::Checkup;
use crate::platform::directory::Directory;
use crate::platform::lost::LostEvents;
use crate::platform::picture::{Pictures, Uploaded};
use crate::platform::recall::{RecallKey, Recalls};
use crate::platform::{
    Call, CallbackAnswer, CallbackRequest, Inbound, Limits, Message, Opened, Platform, Receipt, Rejected,
    SendError, SendReport,
};

/// The endpoint of notices.
const ASYNC_SEND: &str = "/topapi/message/corpconversation/asyncsend_v2";
/// Where DingTalk tells who got one.
const SEND_RESULT: &str = "/topapi/message/corpconversation/getsendresult";
/// The longest message, in bytes.
const MESSAGE_BYTES_MAX: usize = 2_048;
/// The headline of a card with words, which the list of chats shows.
const TITLE: &str = "课后服务";
/// What stands on its button.
const ANSWER_HERE: &str = "打开家长页";
/// What stands on the button of a card with an address of its own.
const LOOK_HERE: &str = "查看";
/// The pause for whom a minute's or a day's notices are used up.
const MINUTE_PAUSE: Duration = Duration::from_mins(1);
const DAY_PAUSE: Duration = Duration::from_hours(1);

/// What DingTalk allows: 5000 persons in a minute and 500 notices for a person in a day.
const LIMITS: Limits = Limits {
    // With line breaks as markdown, the address and the names of the fields it stays below the hard limit.
    text_bytes_max: 1_100,
    recipients_max: 100,
    per_person_per_minute: 10,
    per_person_per_hour: 20,
    calls_per_second: 15,
    calls_per_minute: 45,
    person_times_per_day: 100_000,
    // The same card is dropped all day; a retry must not be much later, because it says when it was written.
    duplicate_guard: Duration::from_mins(30),
};

/// The notices of a school's app.
#[derive(Debug)]
pub struct DingtalkNotice {
    app: Arc<App>,
    page: String,
}

/// The body of a notice; the order of the fields is the order on the wire.
#[derive(Serialize, Deserialize)]
struct Body {
    agent_id: u64,
    userid_list: String,
    to_all_user: bool,
    msg: Value,
}

/// What DingTalk answers to a notice.
#[derive(Deserialize)]
struct Accepted {
    task_id: Option<Value>,
}

#[derive(Deserialize)]
struct Outcome {
    #[serde(default)]
    send_result: SendResult,
}

/// Who got a notice and who did not.
#[derive(Deserialize, Default)]
#[serde(default)]
struct SendResult {
    #[serde(rename = "invalid_user_id_list")]
    invalid: Option<Vec<String>>,
    #[serde(rename = "forbidden_user_id_list")]
    forbidden: Option<Vec<String>>,
    #[serde(rename = "failed_user_id_list")]
    failed: Option<Vec<String>>,
    #[serde(rename = "read_user_id_list")]
    read: Option<Vec<String>>,
    #[serde(rename = "unread_user_id_list")]
    unread: Option<Vec<String>>,
    #[serde(rename = "forbidden_list")]
    codes: Option<Vec<Forbidden>>,
}

#[derive(Deserialize)]
struct Forbidden {
    code: Option<Value>,
    userid: Option<String>,
}

impl DingtalkNotice {
    pub(super) fn new(app: Arc<App>, page: &str) -> Self {
        Self { app, page: page.to_owned() }
    }

    pub(super) fn app(&self) -> &App {
        &self.app
    }

    fn freeze(&self, accounts: &[String], msg: Value) -> Call {
        let body =
            Body { agent_id: self.app.agent_id, userid_list: accounts.join(","), to_all_user: false, msg };
        // Strings and numbers always serialise; an empty body would be refused before it is sent.
        Call { endpoint: ASYNC_SEND.to_owned(), body: serde_json::to_string(&body).unwrap_or_default() }
    }

    fn card(&self, accounts: &[String], title: &str, words: &str, (button, url): (&str, &str)) -> Call {
        let written_at = local(self.app.clock.now()).format("%-m月%-d日 %H:%M");
        let text = if words.is_empty() { String::new() } else { format!("{words}\n（{written_at}）") };
        let card = json!({
            "title": title,
            "markdown": markdown(&text),
            "single_title": button,
            "single_url": url,
        });
        self.freeze(accounts, json!({"msgtype": "action_card", "action_card": card}))
    }
}

#[async_trait]
impl Platform for DingtalkNotice {
    fn school(&self) -> &SchoolId {
        &self.app.school
    }

    fn channel(&self) -> Channel {
        Channel::DingtalkNotice
    }

    fn limits(&self) -> &Limits {
        &LIMITS
    }

    fn open(&self, request: &CallbackRequest) -> Result<Opened, Rejected> {
        let now = self.app.clock.now();
        let opened = self.app.doors.open_event(request, now, &self.app.ids)?;
        // The others are checks of the address, and events that are free or not ours.
        if matches!(opened, Opened::Inbound(_)) {
            self.app.api.quota.count_push(now);
        }
        Ok(opened)
    }

    fn answer(&self, to: &Inbound, _text: Option<&str>, now: Moment) -> CallbackAnswer {
        self.app.doors.answer_event(to, now, &self.app.ids)
    }

    fn compose(&self, accounts: &[String], message: &Message) -> Call {
        match message {
            Message::TextCard { title, description, url } => {
                self.card(accounts, title, description, (LOOK_HERE, url))
            }
            Message::Text(_) | Message::Image { .. } | Message::Card(_) | Message::CardUpdate(_) => {
                self.card(accounts, TITLE, &message.in_words(), (ANSWER_HERE, &self.page))
            }
        }
    }

    fn pictures(&self) -> Option<&dyn Pictures> {
        Some(self)
    }

    fn recalls(&self) -> Option<&dyn Recalls> {
        Some(self)
    }

    fn checkup(&self) -> Option<&dyn Checkup> {
        Some(self)
    }

    fn lost_events(&self) -> Option<&dyn LostEvents> {
        self.app.doors.events.is_some().then_some(self)
    }

    fn directory(&self) -> Option<&dyn Directory> {
        Some(self)
    }

    async fn send(&self, call: &Call) -> Result<SendReport, SendError> {
        check(call).map_err(|code| SendError::Refused { code, advice: errors::old_advice(code) })?;
        let api = &self.app.api;
        let accepted: Accepted = api.ask_old(|token| api.old_post(ASYNC_SEND, &call.body, token)).await?;
        // Without a number nobody can ask; then it counts as sent.
        let receipt =
            accepted.task_id.map(|task| Receipt(task.as_str().map_or(task.to_string(), str::to_owned)));
        let recall = receipt.as_ref().map(|receipt| RecallKey(receipt.0.clone()));
        Ok(SendReport { receipt, recall, ..SendReport::default() })
    }

    async fn outcome(&self, call: &Call, receipt: &Receipt) -> Result<Option<SendReport>, SendError> {
        let recipients = check(call).unwrap_or_default();
        let task_id: Value = serde_json::from_str(&receipt.0).unwrap_or_else(|_| json!(receipt.0));
        let body = json!({"agent_id": self.app.agent_id, "task_id": task_id}).to_string();
        let api = &self.app.api;
        let outcome: Outcome = api.ask_old(|token| api.old_post(SEND_RESULT, &body, token)).await?;
        Ok(report(&outcome.send_result, &recipients))
    }
}

#[async_trait]
impl Pictures for DingtalkNotice {
    async fn upload(&self, png: &[u8]) -> Result<Uploaded, SendError> {
        media::upload(&self.app.api, png).await
    }

    fn compose(&self, accounts: &[String], handle: &str) -> Call {
        self.freeze(accounts, json!({"msgtype": "image", "image": {"media_id": handle}}))
    }
}

/// The recipients of a call that keeps DingTalk's limits, or the code that it would answer.
fn check(call: &Call) -> Result<Vec<String>, i64> {
    if call.endpoint != ASYNC_SEND {
        return Err(1_430_001);
    }
    let body: Body = serde_json::from_str(&call.body).map_err(|_| 1_430_001_i64)?;
    let recipients: Vec<String> = body.userid_list.split(',').map(str::to_owned).collect();
    let is_listed =
        recipients.len() <= LIMITS.recipients_max && recipients.iter().all(|account| is_account(account));
    if !is_listed {
        return Err(1_430_000);
    }
    let card = body.msg.get("action_card");
    let word = |name: &str| card.and_then(|card| card.get(name)?.as_str()).unwrap_or_default();
    let is_whole = match (card, body.msg.get("image").and_then(|image| image.get("media_id")?.as_str())) {
        (Some(_), None) => {
            !word("markdown").is_empty() && !word("title").is_empty() && is_link(word("single_url"))
        }
        (None, Some(media_id)) => !media_id.is_empty(),
        _ => false,
    };
    if !is_whole || body.msg.to_string().len() > MESSAGE_BYTES_MAX {
        return Err(errors::TOO_LONG);
    }
    Ok(recipients)
}

/// Who was reached, once DingTalk knows it of everybody.
fn report(result: &SendResult, recipients: &[String]) -> Option<SendReport> {
    let has = |list: &Option<Vec<String>>, account: &String| {
        list.as_ref().is_some_and(|list| list.contains(account))
    };
    let mut report = SendReport::default();
    for account in recipients {
        let mut forbidden = result.codes.iter().flatten();
        let code = forbidden.find(|one| one.userid.as_ref() == Some(account));
        let code = code.and_then(|one| number(one.code.as_ref()));
        if has(&result.read, account) || has(&result.unread, account) {
            continue;
        }
        if has(&result.invalid, account) {
            report.unreached.push((account.clone(), "不是本校钉钉的成员，或不在应用的可使用范围"));
        } else if has(&result.failed, account) {
            report.later.push((account.clone(), MINUTE_PAUSE));
        } else if code.is_some() || has(&result.forbidden, account) {
            match code {
                // The same words of the same minute are there already.
                Some(errors::SAME_WORDS) => {}
                Some(code) if errors::MINUTE_IS_FULL.contains(&code) => {
                    report.later.push((account.clone(), MINUTE_PAUSE));
                }
                Some(errors::DAY_IS_FULL) => report.later.push((account.clone(), DAY_PAUSE)),
                Some(errors::PROTECTED) => report.unreached.push((account.clone(), "对方开了高管保护")),
                _ => report.unreached.push((account.clone(), "钉钉不让给这个人发工作通知")),
            }
        } else {
            return None;
        }
    }
    Some(report)
}
