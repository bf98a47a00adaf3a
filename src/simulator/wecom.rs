//! WeCom's side (企业微信一方): its API for one app of one corp, its callbacks, and the phones of its members.
//!
//! Virtual time comes from the [`Clock`]; only the patience of real connections (time-outs, retry spacing) is real.
//! Knows nothing of what the server does with a message. Start at [`WecomSimulator`]: [`WecomSimulator::serve`]
//! plays `qyapi`, [`WecomSimulator::say`] makes a member write to the app.

mod api;
mod callback;
mod card;
mod faults;
mod kf;
mod limits;
mod media;
mod oauth;
mod phone;
mod school;
mod sealed;
mod serve;
mod trouble;
mod xml;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

pub use callback::{Delivered, DeliveryError, Order, Saying, VerifyError};
pub use card::{Press, TaskCard};
pub use faults::{Faults, Outage};
pub use kf::{Chat, KfFigures, KfMessage, SessionState, external_id};
pub use oauth::Holder;
pub use phone::{Author, DeliveryState, Phone, PhoneMessage, Shown};
pub use school::{Department, Parent, Pupil, ROOT, Rights};
pub use sealed::Sealed;
pub use serve::Running;
pub use trouble::{BURST_MAX, Calls, Trouble};

use crate::clock::{Clock, Moment};
use crate::ids::Ids;
use crate::platform::crypto::{Crypto, KeyError};
use crate::platform::{HttpError, http_client};
use limits::{CallMeter, DayMeter, TokenBook, Window};

/// What the school's admin sees and sets in WeCom's console, and how patient WeCom is.
#[derive(Clone)]
pub struct ConsoleSettings {
    /// The corp (企业ID).
    pub corp_id: String,
    /// The app (`AgentId`).
    pub agent_id: i64,
    /// The app's secret.
    pub secret: String,
    /// The token of 接收消息.
    pub token: String,
    /// The `EncodingAESKey` of 接收消息.
    pub encoding_aes_key: String,
    /// The address of 接收消息.
    pub callback_url: String,
    /// Accounts of the corp; the app may send 200 person-times a day for each.
    pub account_quota: u32,
    /// Calls of one API in a minute.
    pub calls_per_minute_max: u32,
    /// Wrong secrets within an hour before the caller is blocked for an hour.
    pub wrong_secrets_per_hour_max: usize,
    /// How long WeCom waits for the answer to a callback, in real time.
    pub callback_timeout: Duration,
    /// How long WeCom waits for the answer to the console's check, in real time.
    pub verify_timeout: Duration,
    /// The real pauses before each retry of a callback; as many retries as pauses.
    pub retry_pauses: Vec<Duration>,
}

/// WeCom's side of the wire. Clones share one state.
#[derive(Debug, Clone)]
pub struct WecomSimulator {
    shared: Arc<Shared>,
}

struct Shared {
    settings: ConsoleSettings,
    crypto: Crypto,
    clock: Arc<dyn Clock>,
    ids: Ids,
    client: reqwest::Client,
    state: Mutex<State>,
    faults: watch::Sender<Faults>,
}

/// Everything that changes.
#[derive(Default)]
struct State {
    members: BTreeMap<String, Member>,
    tokens: TokenBook,
    wrong_secrets: Window,
    secrets_blocked_until: Option<Moment>,
    meters: HashMap<&'static str, CallMeter>,
    /// Interfaces that are refused, each with its `errcode`.
    refused: HashMap<String, i64>,
    day: DayMeter,
    recent_sends: HashMap<String, RecentSend>,
    media: HashMap<String, media::Media>,
    cards: card::CardBook,
    kf: kf::KfBook,
    school: school::SchoolBook,
    oauth: oauth::OauthBook,
    troubles: Vec<Trouble>,
    figures: Figures,
    news: Vec<News>,
    next_message_id: u64,
}

/// A member of the corp.
#[derive(Default)]
struct Member {
    /// The id as the console shows it; comparisons ignore case.
    user_id: String,
    /// Whether the app's visible range covers the member.
    is_in_range: bool,
    phone: Phone,
    received: Window,
}

/// A send that the duplicate check remembers.
struct RecentSend {
    until: Moment,
    message_id: String,
}

/// What the simulator has counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Figures {
    /// Calls of `gettoken`.
    pub token_calls: u64,
    /// Calls of `media/upload`.
    pub uploads: u64,
    /// Calls of `message/send`.
    pub send_calls: u64,
    /// Calls of `message/update_template_card`.
    pub card_updates: u64,
    /// Calls of `externalcontact/message/send`.
    pub notice_calls: u64,
    /// Calls that read the school's directory.
    pub directory_calls: u64,
    /// Notices that reached a parent's phone.
    pub notices_shown: u64,
    /// Notices that were skipped without a word because the parent does not follow.
    pub notices_skipped: u64,
    /// Messages and notices that a trouble dropped without a word.
    pub dropped_silently: u64,
    /// Calls of customer service.
    pub kf_calls: u64,
    /// Messages that reached a phone through `message/send`.
    pub messages_shown: u64,
    /// Messages that the per-member limits dropped.
    pub messages_dropped: u64,
    /// Calls that the duplicate check swallowed.
    pub duplicates_swallowed: u64,
    /// Callback requests sent, retries included.
    pub callback_requests: u64,
    /// Passive replies that reached a phone.
    pub passive_replies: u64,
}

/// A message of the app that has just reached a phone.
#[derive(Debug, Clone)]
pub struct News {
    /// The member.
    pub account: String,
    /// The message.
    pub message: PhoneMessage,
}

/// Why a simulator could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The console's values are not usable.
    #[error("the console settings of the simulated app are not usable")]
    Key(#[from] KeyError),
    /// The HTTP client could not be built.
    #[error("the HTTP client of the simulator could not be set up")]
    Client(#[from] HttpError),
}

impl WecomSimulator {
    /// A corp without members.
    ///
    /// # Errors
    /// [`SetUpError`] when the settings are not what a console can show.
    pub fn new(settings: ConsoleSettings, clock: Arc<dyn Clock>, ids: Ids) -> Result<Self, SetUpError> {
        let crypto = Crypto::new(&settings.token, &settings.encoding_aes_key, &settings.corp_id)?;
        // Like WeCom, it follows no redirect; each request has its own time-out.
        let client = http_client()?;
        let state = Mutex::new(State { next_message_id: 7_300_000_000_000_000_000, ..State::default() });
        let faults = watch::Sender::new(Faults::default());
        Ok(Self { shared: Arc::new(Shared { settings, crypto, clock, ids, client, state, faults }) })
    }

    /// Makes `user_id` a member inside the app's visible range.
    pub fn add_member(&self, user_id: &str) {
        let mut state = self.state();
        let member = state.members.entry(user_id.to_lowercase()).or_default();
        user_id.clone_into(&mut member.user_id);
        member.is_in_range = true;
    }

    /// Puts a member inside or outside of the app's visible range; tells nobody. [`Self::send`] tells the server.
    pub fn set_in_range(&self, user_id: &str, is_in_range: bool) {
        if let Some(member) = self.state().members.get_mut(&user_id.to_lowercase()) {
            member.is_in_range = is_in_range;
        }
    }

    /// A member's phone as it is now.
    pub fn phone(&self, user_id: &str) -> Option<Phone> {
        self.state().members.get(&user_id.to_lowercase()).map(|member| member.phone.clone())
    }

    /// How many messages of the app have reached phones so far; a position for [`Self::news_since`].
    pub fn news_position(&self) -> usize {
        self.state().news.len()
    }

    /// The messages of the app that reached phones after `position`, with the position after them.
    pub fn news_since(&self, position: usize) -> (Vec<News>, usize) {
        let state = self.state();
        (state.news.get(position..).unwrap_or_default().to_vec(), state.news.len())
    }

    /// What has been counted.
    pub fn figures(&self) -> Figures {
        self.state().figures
    }

    /// What goes wrong at present.
    pub fn faults(&self) -> Faults {
        *self.shared.faults.borrow()
    }

    /// Sets what goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.faults.send_replace(faults);
    }

    /// Answers every call of one interface, such as `message/send`, with this `errcode` from now on; 0 lifts it.
    pub fn refuse(&self, api: &str, errcode: i64) {
        let mut state = self.state();
        match errcode {
            0 => drop(state.refused.remove(api)),
            errcode => drop(state.refused.insert(api.to_owned(), errcode)),
        }
    }

    /// Takes the access token back before its time, as WeCom may.
    pub fn revoke_token(&self) {
        self.state().tokens.revoke();
    }

    /// Lets the access token's time be over.
    pub fn expire_token(&self) {
        self.state().tokens.expire();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        self.shared.clock.now()
    }
}

impl State {
    /// Puts a message of the app on a phone.
    fn show(&mut self, key: &str, shows: Shown, now: Moment, delivery: DeliveryState) {
        let Some(member) = self.members.get_mut(key) else { return };
        let message = PhoneMessage { from: Author::App, shows, at: now, delivery };
        if message.delivery == DeliveryState::Ok {
            self.news.push(News { account: member.user_id.clone(), message: message.clone() });
        }
        member.phone.thread.push(message);
    }
}

impl ConsoleSettings {
    /// Settings with WeCom's own patience and limits: 5 s for a callback, 3 retries, 1 s for the console's check.
    pub fn new(corp_id: &str, agent_id: i64, secret: &str, token: &str, encoding_aes_key: &str) -> Self {
        Self {
            corp_id: corp_id.to_owned(),
            agent_id,
            secret: secret.to_owned(),
            token: token.to_owned(),
            encoding_aes_key: encoding_aes_key.to_owned(),
            callback_url: String::new(),
            account_quota: 5_000,
            calls_per_minute_max: 10_000,
            wrong_secrets_per_hour_max: 2_000,
            callback_timeout: Duration::from_secs(5),
            verify_timeout: Duration::from_secs(1),
            retry_pauses: vec![Duration::from_millis(200); 3],
        }
    }

    /// The same with the address of 接收消息.
    #[must_use]
    pub fn with_callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = url.into();
        self
    }
}

impl std::fmt::Debug for ConsoleSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsoleSettings")
            .field("corp_id", &self.corp_id)
            .field("agent_id", &self.agent_id)
            .field("callback_url", &self.callback_url)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WecomSimulator").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
