//! The robot (机器人): single chat with the people of the organisation, as a [`Platform`].
//!
//! What answers a message goes by the session that the message brought along, while that lives, and else like all others
//! by the interface, to twenty at a time. DingTalk says whom it does not know and whom it takes nothing for now; an
//! answer that got lost it cannot tell from one that never came, so such a call is not repeated. Start at
//! [`DingtalkRobot`].
//!
//! Sources: <https://open.dingtalk.com/document/development/chatbots-send-one-on-one-chat-messages-in-batches> and
//! `…/robot-message-type`, read 2026-08.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::api::{Told, read_old, refusal_in, unusable};
use super::callback::{self, Session};
use super::{App, card, errors, media};
use crate::clock::Moment;
use crate::domain::answer_window::AnswerLimits;
use crate::domain::people::{Channel, SchoolId};
use crate::platform::card::CardLimits;
use crate::platform::checkup::Checkup;
use crate::platform::http::exchange;
use crate::platform::mailbox::{Answering, Answers};
use crate::platform::meter::Meter;
use crate::platform::picture::{Pictures, Uploaded};
use crate::platform::recall::{RecallKey, Recalls};
use crate::platform::sign_in::SignIn;
use crate::platform::stream::Stream;
use crate::platform::text::carried;
use crate::platform::{
    Call, CallbackAnswer, CallbackRequest, Content, Inbound, Limits, Message, Opened, Platform, Rejected,
    SendError, SendReport,
};

/// The endpoint of messages.
pub(super) const BATCH_SEND: &str = "/v1.0/robot/oToMessages/batchSend";
/// What our own calls by a session are called.
const BY_SESSION: &str = "session";
/// The longest link, in bytes.
const URL_BYTES_MAX: usize = 500;
/// The pause for whom the robot writes to too fast; the numbers are not documented.
const FLOW_PAUSE: Duration = Duration::from_mins(1);
/// A session that ends so soon is not used.
const SESSION_MARGIN_MILLIS: i64 = 5_000;
/// Why the words of a card are not sent again.
const UNKNOWN_WORDS: &str = "卡片没有送到，改发文字后钉钉没有回音：请确认对方是否收到后再重发";
/// What stands on the button of a card.
const BUTTON: &str = "查看";

/// What the robot allows. Apart from the recipients and the calls of a second no number is documented.
const LIMITS: Limits = Limits {
    text_bytes_max: 4_000,
    recipients_max: 20,
    per_person_per_minute: 20,
    per_person_per_hour: 400,
    // Twenty for an app and an interface; the margin is for a second process.
    calls_per_second: 15,
    calls_per_minute: 900,
    person_times_per_day: 100_000,
    duplicate_guard: Duration::ZERO,
};

/// How much may be answered. A session says when it ends, and then the interface takes over.
const ANSWERS: AnswerLimits = AnswerLimits { count_max: 100, within: chrono::Duration::hours(24) };

/// The robot of a school's app.
#[derive(Debug)]
pub struct DingtalkRobot {
    app: Arc<App>,
}

/// The body of a message; the order of the fields is the order on the wire.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    robot_code: String,
    user_ids: Vec<String>,
    msg_key: String,
    msg_param: String,
}

/// The body of an answer by a session, with what goes by the interface once the session is over.
#[derive(Serialize, Deserialize)]
struct BySession {
    query: String,
    until: i64,
    message: Value,
    otherwise: String,
}

/// Whom a message did not reach, and by what it is found again.
#[derive(Deserialize)]
struct Missed {
    #[serde(rename = "processQueryKey")]
    key: Option<String>,
    #[serde(rename = "invalidStaffIdList")]
    invalid: Option<Vec<String>>,
    #[serde(rename = "flowControlledStaffIdList")]
    flow_controlled: Option<Vec<String>>,
    #[serde(rename = "filteredStaffIdList")]
    filtered: Option<Vec<String>>,
}

impl DingtalkRobot {
    pub(super) fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    pub(super) fn app(&self) -> &App {
        &self.app
    }

    fn freeze(&self, accounts: &[String], msg_key: &str, msg_param: &Value) -> Call {
        let body = Body {
            robot_code: self.app.robot_code.clone(),
            user_ids: accounts.to_vec(),
            msg_key: msg_key.to_owned(),
            msg_param: msg_param.to_string(),
        };
        // Strings always serialise; an empty body would be refused before it is sent.
        Call { endpoint: BATCH_SEND.to_owned(), body: serde_json::to_string(&body).unwrap_or_default() }
    }

    fn in_words(&self, accounts: &[String], message: &Message) -> Call {
        self.freeze(accounts, "sampleText", &json!({"content": carried(&message.in_words())}))
    }

    async fn send_batch(&self, text: &str) -> Result<SendReport, SendError> {
        let body = check(text)?;
        match self.app.api.ask_new(Method::POST, BATCH_SEND, text).await? {
            Told::Success(answer) => {
                let missed = serde_json::from_slice(&answer);
                let missed: Missed = missed.map_err(|_| unusable("the answer is not what was asked for"))?;
                Ok(report(&missed, &body.user_ids))
            }
            Told::Refusal(refusal) => match (refusal.is_unreached(), body.user_ids.as_slice()) {
                // Of several it does not say which one; the outbox then sends to each alone.
                (Some(reason), [account]) => {
                    let unreached = vec![(account.clone(), reason)];
                    Ok(SendReport { unreached, ..SendReport::default() })
                }
                _ => Err(refusal.classify()),
            },
        }
    }

    /// Sends a card, and its words where it cannot be shown.
    async fn send_card(&self, text: &str) -> Result<SendReport, SendError> {
        let cards = self.app.cards.as_ref().ok_or_else(not_ours)?;
        let otherwise = match cards.send(&self.app.api, text).await? {
            card::Sent::Shown(report) => return Ok(report),
            card::Sent::InWords(otherwise) => otherwise,
        };
        self.send_batch(&otherwise).await.map_err(|error| match error {
            // The card can go again, but its words would come twice.
            SendError::Unknown(_) => SendError::Refused { code: 504, advice: UNKNOWN_WORDS },
            error => error,
        })
    }

    /// Sends by the session, and by the interface where the session is over or DingTalk says no.
    async fn send_by_session(&self, text: &str) -> Result<SendReport, SendError> {
        let by: BySession = serde_json::from_str(text).map_err(|_| not_ours())?;
        check(&by.otherwise)?;
        let api = &self.app.api;
        if api.clock.now().timestamp_millis() + SESSION_MARGIN_MILLIS < by.until {
            let url = format!("{}{}?{}", api.old_base, callback::SESSION_PATH, by.query);
            let request = api.http.post(url).json(&by.message).header("accept", "application/json");
            let answer = exchange(request).await?;
            match read_old(&answer).and_then(|answer| refusal_in(&answer)) {
                Ok(None) => return Ok(SendReport::default()),
                // Anything but its own no may have been carried out, and would come twice.
                Ok(Some(refusal)) => match refusal.classify() {
                    SendError::Refused { .. } => {}
                    error => return Err(error),
                },
                Err(error) => return Err(error),
            }
        }
        self.send_batch(&by.otherwise).await
    }
}

#[async_trait]
impl Platform for DingtalkRobot {
    fn school(&self) -> &SchoolId {
        &self.app.school
    }

    fn channel(&self) -> Channel {
        Channel::DingtalkRobot
    }

    fn limits(&self) -> &Limits {
        &LIMITS
    }

    fn open(&self, request: &CallbackRequest) -> Result<Opened, Rejected> {
        let (doors, now) = (&self.app.doors, self.app.clock.now());
        let opened = if request.headers.contains_key(card::SIGNATURE) {
            doors.open_card(request, now)?
        } else {
            doors.open_robot(request, now)?
        };
        self.app.api.quota.count_push(now);
        Ok(opened)
    }

    fn answer(&self, to: &Inbound, text: Option<&str>, _now: Moment) -> CallbackAnswer {
        if matches!(to.content, Content::Press(_)) {
            return card::unchanged();
        }
        text.map_or_else(callback::nothing, callback::words)
    }

    fn compose(&self, accounts: &[String], message: &Message) -> Call {
        match message {
            Message::TextCard { title, description, url } => {
                let text = markdown(description);
                let param = json!({"title": title, "text": text, "singleTitle": BUTTON, "singleURL": url});
                self.freeze(accounts, "sampleActionCard", &param)
            }
            Message::Card(card) => {
                let words = self.in_words(accounts, message);
                let cards = self.app.cards.as_ref();
                let shown = cards.and_then(|cards| {
                    cards.compose(&self.app.robot_code, accounts, card, words.body.clone())
                });
                shown.unwrap_or(words)
            }
            Message::CardUpdate(update) if self.app.cards.is_some() => card::compose_update(update),
            // A picture goes by its media id; without one only its words can.
            Message::Text(_) | Message::Image { .. } | Message::CardUpdate(_) => {
                self.in_words(accounts, message)
            }
        }
    }

    fn pictures(&self) -> Option<&dyn Pictures> {
        Some(self)
    }

    fn cards(&self) -> Option<CardLimits> {
        self.app.cards.is_some().then_some(card::LIMITS)
    }

    fn guard(&self, call: &Call) -> Duration {
        let is_one = matches!(call.endpoint.as_str(), card::CARD | card::UPDATE);
        if is_one { card::GUARD } else { LIMITS.duplicate_guard }
    }

    fn recalls(&self) -> Option<&dyn Recalls> {
        Some(self)
    }

    fn checkup(&self) -> Option<&dyn Checkup> {
        Some(self)
    }

    fn stream(&self) -> Option<&dyn Stream> {
        let is_connected = self.app.doors.events.is_none();
        is_connected.then_some(self)
    }

    fn sign_in(&self) -> Option<&dyn SignIn> {
        Some(self.app.as_ref())
    }

    fn meter(&self) -> Option<&dyn Meter> {
        Some(&self.app.api.quota)
    }

    fn answers(&self) -> Option<&dyn Answers> {
        Some(self)
    }

    async fn send(&self, call: &Call) -> Result<SendReport, SendError> {
        match call.endpoint.as_str() {
            BATCH_SEND => self.send_batch(&call.body).await,
            card::CARD => self.send_card(&call.body).await,
            card::UPDATE => card::update(&self.app.api, &call.body).await,
            BY_SESSION => self.send_by_session(&call.body).await,
            _ => Err(not_ours()),
        }
    }
}

impl Answers for DingtalkRobot {
    fn answer_limits(&self) -> AnswerLimits {
        ANSWERS
    }

    fn compose(&self, answer: &Answering<'_>) -> Call {
        let otherwise = Platform::compose(self, &[answer.account.to_owned()], answer.message);
        let Ok(session) = serde_json::from_str::<Session>(&answer.to.envelope) else { return otherwise };
        let content = carried(&answer.message.in_words());
        let body = BySession {
            query: session.query,
            until: session.until,
            message: json!({"msgtype": "text", "text": {"content": content}}),
            otherwise: otherwise.body,
        };
        Call { endpoint: BY_SESSION.to_owned(), body: serde_json::to_string(&body).unwrap_or_default() }
    }
}

#[async_trait]
impl Pictures for DingtalkRobot {
    async fn upload(&self, png: &[u8]) -> Result<Uploaded, SendError> {
        media::upload(&self.app.api, png).await
    }

    fn compose(&self, accounts: &[String], handle: &str) -> Call {
        self.freeze(accounts, "sampleImageMsg", &json!({"photoURL": handle}))
    }
}

/// A body that keeps DingTalk's limits, so that nothing is refused there or cut.
fn check(text: &str) -> Result<Body, SendError> {
    let body: Body = serde_json::from_str(text).map_err(|_| not_ours())?;
    let param: Value = serde_json::from_str(&body.msg_param).map_err(|_| not_ours())?;
    let is_listed = (1..=LIMITS.recipients_max).contains(&body.user_ids.len())
        && body.user_ids.iter().all(|account| is_account(account));
    if !is_listed {
        return Err(SendError::Refused { code: 400, advice: errors::old_advice(60121) });
    }
    let word = |name: &str| param.get(name).and_then(Value::as_str).unwrap_or_default();
    let (words, is_linked) = match body.msg_key.as_str() {
        "sampleText" => (word("content"), true),
        "sampleActionCard" => (word("text"), is_link(word("singleURL")) && !word("title").is_empty()),
        "sampleImageMsg" => (word("photoURL"), true),
        _ => return Err(not_ours()),
    };
    if words.is_empty() || !is_linked {
        return Err(not_ours());
    }
    if words.len() > LIMITS.text_bytes_max * 2 {
        return Err(SendError::Refused { code: 400, advice: errors::old_advice(errors::TOO_LONG) });
    }
    Ok(body)
}

pub(super) fn not_ours() -> SendError {
    SendError::Refused {
        code: 400, advice: "消息格式不被接受：请把这条消息连同编号反馈给维护人员"
    }
}

/// What a userid can be; the page names no alphabet.
pub(super) fn is_account(account: &str) -> bool {
    (1..=64).contains(&account.len()) && account.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',')
}

pub(super) fn is_link(url: &str) -> bool {
    url.len() <= URL_BYTES_MAX && (url.starts_with("https://") || url.starts_with("http://"))
}

/// Words with line breaks as DingTalk's markdown wants them.
pub(super) fn markdown(text: &str) -> String {
    carried(text).replace('\n', "  \n  ")
}

/// Who was not reached although the call went through.
fn report(missed: &Missed, recipients: &[String]) -> SendReport {
    let listed = |list: &Option<Vec<String>>| {
        let list = list.clone().unwrap_or_default();
        recipients.iter().filter(move |account| list.contains(account)).cloned().collect::<Vec<_>>()
    };
    let mut unreached: Vec<(String, &'static str)> = Vec::new();
    for (list, reason) in [
        (&missed.invalid, "不是本校钉钉的成员，或不在应用的可使用范围"),
        (&missed.filtered, "钉钉没有把消息发给这个人"),
    ] {
        for account in listed(list) {
            if unreached.iter().all(|(known, _)| *known != account) {
                unreached.push((account, reason));
            }
        }
    }
    let later = listed(&missed.flow_controlled);
    let later = later.into_iter().filter(|account| unreached.iter().all(|(known, _)| known != account));
    let later = later.map(|account| (account, FLOW_PAUSE)).collect();
    let recall = missed.key.clone().filter(|key| !key.is_empty()).map(RecallKey);
    SendReport { unreached, later, recall, ..SendReport::default() }
}
