//! DingTalk's side (钉钉一方): its two interfaces for one app of one school, its callbacks, and the phones of its people.
//!
//! Virtual time comes from the [`Clock`]; only the patience of real connections is real. Knows nothing of what the server
//! does with a message. Start at [`DingtalkSimulator`]: [`DingtalkSimulator::serve`] plays the interfaces,
//! [`DingtalkSimulator::say`] makes somebody write to the robot.

mod api;
mod callback;
mod card;
mod faults;
mod lost;
mod notice;
mod recall;
mod school;
mod sign_in;
mod stream;
#[cfg(test)]
mod tests;
mod trouble;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::wecom::{Author, DeliveryState, News, Phone, PhoneMessage, Shown};
use crate::clock::{Clock, Moment};
use crate::ids::Ids;
use crate::platform::crypto::{Crypto, KeyError};
use crate::platform::{HttpError, http_client};

pub use callback::{Delivered, DeliveryError, Event, Saying};
pub use faults::{Faults, Outage};
pub use school::ClassInContacts;
pub use trouble::Trouble;

/// What the school's admin sees and sets in the developer console, and what the edition allows.
#[derive(Clone)]
pub struct ConsoleSettings {
    /// The organisation.
    pub corp_id: String,
    /// The app.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: String,
    /// The app's robot.
    pub robot_code: String,
    /// The app's number.
    pub agent_id: u64,
    /// The token of the event address.
    pub event_token: String,
    /// The key of the event address.
    pub event_aes_key: String,
    /// Where the server is, without a final slash, and the school's id there; callbacks go below it.
    pub callback_url: String,
    /// Calls that the edition has in a month.
    pub calls_per_month: u64,
    /// Calls of one interface in a second.
    pub calls_per_second: usize,
}

/// DingTalk's side of the wire. Clones share one state.
#[derive(Debug, Clone)]
pub struct DingtalkSimulator {
    shared: Arc<Shared>,
}

struct Shared {
    settings: ConsoleSettings,
    crypto: Crypto,
    clock: Arc<dyn Clock>,
    ids: Ids,
    client: reqwest::Client,
    state: Mutex<State>,
    /// Counts what changes in the streams, so that a test can wait for it.
    stream_changes: watch::Sender<u64>,
}

/// Everything that changes.
#[derive(Default)]
struct State {
    /// Where the interfaces are, once they are served.
    base: String,
    members: BTreeMap<String, Member>,
    token: Option<(String, Moment)>,
    /// The times of the calls of each interface, for the limit of a second.
    calls: HashMap<&'static str, VecDeque<Moment>>,
    /// Calls of the present month.
    month: ((i32, u32), u64),
    sessions: HashMap<String, Session>,
    media: HashMap<String, Arc<[u8]>>,
    tasks: HashMap<u64, notice::Task>,
    stream: stream::StreamBook,
    contacts: school::ContactsBook,
    sign_in: sign_in::SignInBook,
    cards: card::CardBook,
    lost: lost::LostBook,
    /// When each call of the robot or of notices was taken, by its key or its task.
    taken: HashMap<String, Moment>,
    /// Those of them that were taken back.
    recalled: HashSet<String>,
    faults: Faults,
    figures: Figures,
    news: Vec<News>,
    next_number: u64,
}

/// Somebody of the organisation.
#[derive(Default)]
struct Member {
    is_in_range: bool,
    phone: Phone,
    /// The day and the words of the notices that came.
    notices: HashSet<(i64, String)>,
}

/// A session of a message to the robot.
struct Session {
    account: String,
    until: Moment,
}

/// What the simulator has counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Figures {
    /// Times that a token was asked for.
    pub token_calls: u64,
    /// Messages of the robot by the interface.
    pub batch_calls: u64,
    /// Answers by a session.
    pub session_calls: u64,
    /// Notices, each call.
    pub notice_calls: u64,
    /// Questions about a notice.
    pub result_calls: u64,
    /// Questions about events that could not be delivered.
    pub lost_calls: u64,
    /// Calls that took something back.
    pub recall_calls: u64,
    /// Cards, each call.
    pub card_calls: u64,
    /// Changes of cards, each call.
    pub card_updates: u64,
    /// Pictures that were uploaded.
    pub uploads: u64,
    /// Calls that a limit refused.
    pub throttled: u64,
    /// Messages that reached a phone.
    pub messages_shown: u64,
    /// Notices that were dropped because the person had the same words today.
    pub duplicates_dropped: u64,
    /// Callback requests, repetitions included.
    pub callback_requests: u64,
    /// Connections of a stream that stood.
    pub connections: u64,
    /// Frames that were sent, repetitions included.
    pub frames: u64,
    /// Frames that were acknowledged.
    pub acknowledged: u64,
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

/// A simulator that listens; dropping it stops it.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl DingtalkSimulator {
    /// An organisation without people.
    ///
    /// # Errors
    /// [`SetUpError`] when the settings are not what a console can show.
    pub fn new(settings: ConsoleSettings, clock: Arc<dyn Clock>, ids: Ids) -> Result<Self, SetUpError> {
        let crypto = Crypto::new(&settings.event_token, &settings.event_aes_key, &settings.client_id)?;
        let client = http_client()?;
        let state = Mutex::new(State { next_number: 25_600_000_000, ..State::default() });
        let stream_changes = watch::Sender::new(0);
        let shared = Shared { settings, crypto, clock, ids, client, state, stream_changes };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Listens on `address`, port 0 for a free one, until the result is dropped.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn serve(&self, address: SocketAddr) -> io::Result<Running> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        self.state().base = format!("http://{address}");
        let sockets = TcpListener::bind(SocketAddr::new(address.ip(), 0)).await?;
        self.state().stream.endpoint = format!("ws://{}/connect", sockets.local_addr()?);
        let (router, simulator) = (self.router(), self.clone());
        let task = tokio::spawn(async move {
            tokio::select! {
                // `axum::serve` ends only when its listener does.
                _ = axum::serve(listener, router) => {}
                () = simulator.accept(sockets) => {}
            }
        });
        Ok(Running { address, task })
    }

    /// Makes somebody a member of the organisation, inside the app's visible range.
    pub fn add_member(&self, account: &str) {
        self.state().members.entry(account.to_owned()).or_default().is_in_range = true;
    }

    /// Puts somebody inside or outside of the app's visible range.
    pub fn set_in_range(&self, account: &str, is_in_range: bool) {
        if let Some(member) = self.state().members.get_mut(account) {
            member.is_in_range = is_in_range;
        }
    }

    /// Somebody's chat with the robot and the app's notices, as it is now.
    pub fn phone(&self, account: &str) -> Option<Phone> {
        self.state().members.get(account).map(|member| member.phone.clone())
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

    /// The bytes of a picture that a phone shows, by its media id.
    pub fn picture(&self, media_id: &str) -> Option<Arc<[u8]>> {
        self.state().media.get(media_id).cloned()
    }

    /// What has been counted.
    pub fn figures(&self) -> Figures {
        self.state().figures
    }

    /// Sets what goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.state().faults = faults;
    }

    /// What goes wrong at present.
    pub fn faults(&self) -> Faults {
        self.state().faults
    }

    /// How many calls were taken back.
    pub fn recalled(&self) -> usize {
        self.state().recalled.len()
    }

    /// Takes the access token back before its time.
    pub fn revoke_token(&self) {
        self.state().token = None;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        self.shared.clock.now()
    }
}

impl State {
    /// A number that was not given before.
    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }

    /// Puts a message of the app on a phone.
    fn show(&mut self, account: &str, shows: Shown, now: Moment) {
        let Some(member) = self.members.get_mut(account) else { return };
        self.figures.messages_shown += 1;
        let message = PhoneMessage { from: Author::App, shows, at: now, delivery: DeliveryState::Ok };
        self.news.push(News { account: account.to_owned(), message: message.clone() });
        member.phone.thread.push(message);
    }

    /// Counts a call of an interface; false when the second's limit refuses it.
    fn is_slow_enough(&mut self, name: &'static str, now: Moment, per_second: usize) -> bool {
        let calls = self.calls.entry(name).or_default();
        while calls.front().is_some_and(|&at| at + Duration::seconds(1) <= now) {
            calls.pop_front();
        }
        if calls.len() >= per_second {
            self.figures.throttled += 1;
            return false;
        }
        calls.push_back(now);
        true
    }
}

impl ConsoleSettings {
    /// Settings of the free edition for an invented app.
    pub fn new(corp_id: &str, client_id: &str, client_secret: &str) -> Self {
        Self {
            corp_id: corp_id.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            robot_code: client_id.to_owned(),
            agent_id: 7,
            event_token: "exampleToken".to_owned(),
            event_aes_key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
            callback_url: String::new(),
            calls_per_month: 5_000,
            calls_per_second: 20,
        }
    }

    /// The same with the address below which the server takes callbacks, `<public_url>/callback/dingtalk/<school>`.
    #[must_use]
    pub fn with_callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = url.into();
        self
    }
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of both interfaces, for the server's settings.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for ConsoleSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsoleSettings")
            .field("corp_id", &self.corp_id)
            .field("client_id", &self.client_id)
            .field("callback_url", &self.callback_url)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DingtalkSimulator").field("settings", &self.settings).finish_non_exhaustive()
    }
}
