//! A platform that misbehaves on demand: for tests of whatever sends and receives.
//!
//! Remembers what it was asked and what reached whom, keeps a duplicate guard like the real ones, and fails the nth
//! call as told. Carries nothing to anybody. Start at [`FaultyPlatform::new`].

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::picture::{PictureId, Pictures, Uploaded};
use super::recall::RecallKey;
use super::{
    Call, CallbackAnswer, CallbackRequest, Content, HttpError, Inbound, InboundId, Limits, Message, Opened,
    Platform, Receipt, Rejected, SendError, SendReport,
};
use crate::clock::{Clock, Moment};
use crate::domain::people::{Channel, SchoolId};

/// Limits like those of a real platform.
pub const LIMITS: Limits = Limits {
    text_bytes_max: 2_000,
    recipients_max: 1_000,
    per_person_per_minute: 30,
    per_person_per_hour: 1_000,
    calls_per_second: 10_000,
    calls_per_minute: 10_000,
    person_times_per_day: 100_000,
    duplicate_guard: Duration::from_mins(30),
};

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It does not arrive, and the sender knows.
    Unavailable,
    /// It is refused for good.
    Refuse,
    /// It does not arrive; the sender is told to wait.
    Throttle(Duration),
    /// It does not arrive, and the sender does not know.
    LoseRequest,
    /// It arrives, but the sender does not know.
    LoseReply,
    /// It arrives at all but these accounts.
    Miss(Vec<String>),
    /// It arrives at all but these accounts, whom the sender is told to write to again after the pause.
    Postpone(Vec<String>, Duration),
    /// It is accepted, and whom it reached is told at the nth question: all but these.
    TellLater(u32, Vec<String>),
    /// It is accepted and reached nobody, which is told at the first question: to be written to again after the pause.
    AcceptAndPostpone(Duration),
}

/// A call as it came in, whatever became of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Seen {
    /// When.
    pub at: Moment,
    /// The frozen bytes.
    pub call: Call,
    /// To whom.
    pub accounts: Vec<String>,
}

/// A message that reached somebody.
#[derive(Clone, PartialEq, Eq)]
pub struct Reached {
    /// When.
    pub at: Moment,
    /// Whom.
    pub account: String,
    /// What it said.
    pub message: Message,
}

/// The platform.
pub struct FaultyPlatform {
    school: SchoolId,
    channel: Channel,
    limits: Limits,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    faults: BTreeMap<usize, Fault>,
    upload_faults: BTreeMap<usize, Fault>,
    uploads: Vec<PictureId>,
    seen: Vec<Seen>,
    reached: Vec<Reached>,
    guarded: HashMap<String, (Moment, SendReport)>,
    /// What is told later, by receipt: after how many questions more, and what.
    receipts: HashMap<String, (u32, SendReport)>,
    asked: usize,
    /// Whether the change of a card can be repeated like anything else.
    repeats_changes: bool,
}

/// The body of a call.
#[derive(Serialize, Deserialize)]
struct Body {
    accounts: Vec<String>,
    message: Message,
}

/// The body of a callback; its query is the hash of the body.
#[derive(Serialize, Deserialize)]
struct Told {
    id: String,
    account: String,
    text: String,
}

impl FaultyPlatform {
    /// A platform that works until it is told otherwise.
    pub fn new(school: SchoolId, channel: Channel, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self { school, channel, limits, clock, state: Mutex::default() }
    }

    /// Lets the `nth` call from the start, counted from 0, go wrong.
    pub fn fail(&self, nth: usize, fault: Fault) {
        self.state().faults.insert(nth, fault);
    }

    /// Lets the `nth` upload from the start, counted from 0, go wrong.
    pub fn fail_upload(&self, nth: usize, fault: Fault) {
        self.state().upload_faults.insert(nth, fault);
    }

    /// Lets a card be changed again by the same call, behind the duplicate guard.
    pub fn repeat_changes(&self) {
        self.state().repeats_changes = true;
    }

    /// The pictures of all uploads so far, whatever became of them.
    pub fn uploads(&self) -> Vec<PictureId> {
        self.state().uploads.clone()
    }

    /// All calls so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// All that reached somebody so far, in order.
    pub fn reached(&self) -> Vec<Reached> {
        self.state().reached.clone()
    }

    /// How often it was asked what became of a call.
    pub fn asked(&self) -> usize {
        self.state().asked
    }

    /// A genuine callback with words from somebody.
    pub fn callback(id: &str, account: &str, text: &str) -> CallbackRequest {
        let told = Told { id: id.to_owned(), account: account.to_owned(), text: text.to_owned() };
        let body = serde_json::to_vec(&told).unwrap_or_default();
        CallbackRequest { query: hash(&body), body, ..CallbackRequest::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for FaultyPlatform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaultyPlatform").field("school", &self.school).finish_non_exhaustive()
    }
}

impl State {
    /// Accepts the `nth` call; what became of it is told at a later question.
    fn accept(&mut self, nth: usize, questions: u32, report: SendReport) -> SendReport {
        let receipt = Receipt(nth.to_string());
        self.receipts.insert(receipt.0.clone(), (questions, report));
        let recall = Some(RecallKey(nth.to_string()));
        SendReport { receipt: Some(receipt), recall, ..SendReport::default() }
    }

    /// Lets a call arrive at all but `missed`; a call that the guard knows arrives nowhere again and missed whom it
    /// missed the first time.
    fn deliver(
        &mut self,
        call: &Call,
        body: &Body,
        missed: &[String],
        now: Moment,
        guard: Duration,
    ) -> SendReport {
        let known = self
            .guarded
            .get(&call.body)
            .filter(|(at, _)| (now - *at).to_std().is_ok_and(|since| since < guard));
        if let Some((_, report)) = known {
            return report.clone();
        }
        let (unreached, reached): (Vec<&String>, Vec<&String>) =
            body.accounts.iter().partition(|account| missed.contains(account));
        for account in reached {
            self.reached.push(Reached { at: now, account: account.clone(), message: body.message.clone() });
        }
        let unreached = unreached.into_iter().map(|account| (account.clone(), "联系不上")).collect();
        let report = SendReport { unreached, ..SendReport::default() };
        self.guarded.insert(call.body.clone(), (now, report.clone()));
        report
    }
}

#[async_trait]
impl Platform for FaultyPlatform {
    fn school(&self) -> &SchoolId {
        &self.school
    }

    fn channel(&self) -> Channel {
        self.channel
    }

    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn open(&self, request: &CallbackRequest) -> Result<Opened, Rejected> {
        if request.query != hash(&request.body) {
            return Err(Rejected { reason: "the hash is wrong" });
        }
        if request.is_get {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            return Ok(Opened::Verification(CallbackAnswer { content_type: "text/plain", body }));
        }
        let told: Told =
            serde_json::from_slice(&request.body).map_err(|_| Rejected { reason: "the body is not ours" })?;
        Ok(Opened::Inbound(Inbound {
            school: self.school.clone(),
            channel: self.channel,
            id: InboundId(hash(told.id.as_bytes())),
            envelope: told.account.clone(),
            account: self.channel.canonical(&told.account),
            content: Content::Text(told.text),
            sent_at: None,
        }))
    }

    fn answer(&self, to: &Inbound, text: Option<&str>, _now: Moment) -> CallbackAnswer {
        let body = text.map(|text| format!("{}:{text}", to.envelope)).unwrap_or_default();
        CallbackAnswer { content_type: "text/plain", body }
    }

    fn compose(&self, accounts: &[String], message: &Message) -> Call {
        let message = match message {
            Message::Card(_) => Message::Text(message.in_words()),
            message => message.clone(),
        };
        let body = Body { accounts: accounts.to_vec(), message };
        Call { endpoint: "send".to_owned(), body: serde_json::to_string(&body).unwrap_or_default() }
    }

    fn pictures(&self) -> Option<&dyn Pictures> {
        Some(self)
    }

    fn guard(&self, call: &Call) -> Duration {
        let is_change = serde_json::from_str::<Body>(&call.body)
            .is_ok_and(|body| matches!(body.message, Message::CardUpdate(_)));
        if is_change && !self.state().repeats_changes { Duration::ZERO } else { self.limits.duplicate_guard }
    }

    async fn send(&self, call: &Call) -> Result<SendReport, SendError> {
        let lost = || SendError::Unknown(HttpError("lost".to_owned()));
        let now = self.clock.now();
        let Ok(body) = serde_json::from_str::<Body>(&call.body) else {
            return Err(SendError::Refused { code: 1, advice: "不是这个平台的消息" });
        };
        let mut state = self.state();
        let nth = state.seen.len();
        state.seen.push(Seen { at: now, call: call.clone(), accounts: body.accounts.clone() });
        let fault = state.faults.get(&nth).cloned();
        let guard = self.limits.duplicate_guard;
        match fault {
            Some(Fault::Unavailable) => Err(SendError::Unavailable { code: -1 }),
            Some(Fault::Refuse) => Err(SendError::Refused { code: 2, advice: "平台拒绝了这条消息" }),
            Some(Fault::Throttle(pause)) => Err(SendError::Throttled(pause)),
            Some(Fault::LoseRequest) => Err(lost()),
            Some(Fault::LoseReply) => {
                state.deliver(call, &body, &[], now, guard);
                Err(lost())
            }
            Some(Fault::Miss(missed)) => Ok(state.deliver(call, &body, &missed, now, guard)),
            Some(Fault::Postpone(missed, pause)) => {
                state.deliver(call, &body, &missed, now, guard);
                let later = missed.into_iter().map(|account| (account, pause)).collect();
                Ok(SendReport { later, ..SendReport::default() })
            }
            Some(Fault::TellLater(questions, missed)) => {
                let report = state.deliver(call, &body, &missed, now, guard);
                Ok(state.accept(nth, questions, report))
            }
            Some(Fault::AcceptAndPostpone(pause)) => {
                let later = body.accounts.iter().map(|account| (account.clone(), pause)).collect();
                Ok(state.accept(nth, 0, SendReport { later, ..SendReport::default() }))
            }
            None => Ok(state.deliver(call, &body, &[], now, guard)),
        }
    }

    async fn outcome(&self, _: &Call, receipt: &Receipt) -> Result<Option<SendReport>, SendError> {
        let mut state = self.state();
        state.asked += 1;
        let Some((questions, report)) = state.receipts.get_mut(&receipt.0) else {
            return Err(SendError::Refused { code: 3, advice: "没有这个回执" });
        };
        *questions = questions.saturating_sub(1);
        Ok((*questions == 0).then(|| report.clone()))
    }
}

/// How long an uploaded picture can be sent.
const PICTURE_LIFE: Duration = Duration::from_hours(72);

#[async_trait]
impl Pictures for FaultyPlatform {
    async fn upload(&self, png: &[u8]) -> Result<Uploaded, SendError> {
        let mut state = self.state();
        let nth = state.uploads.len();
        let picture = PictureId::of(png);
        let handle = format!("{nth}:{}", picture.as_str());
        state.uploads.push(picture);
        match state.upload_faults.get(&nth) {
            Some(Fault::Unavailable) => Err(SendError::Unavailable { code: -1 }),
            Some(Fault::Refuse) => Err(SendError::Refused { code: 2, advice: "平台拒绝了这张图片" }),
            Some(Fault::Throttle(pause)) => Err(SendError::Throttled(*pause)),
            Some(Fault::LoseRequest | Fault::LoseReply) => {
                Err(SendError::Unknown(HttpError("lost".to_owned())))
            }
            Some(
                Fault::Miss(_) | Fault::Postpone(..) | Fault::TellLater(..) | Fault::AcceptAndPostpone(_),
            )
            | None => Ok(Uploaded { handle, life: PICTURE_LIFE }),
        }
    }

    /// What reaches somebody says the handle.
    fn compose(&self, accounts: &[String], handle: &str) -> Call {
        Platform::compose(self, accounts, &Message::Text(format!("picture {handle}")))
    }
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
