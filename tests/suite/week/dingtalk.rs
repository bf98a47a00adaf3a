//! The phones of a week on DingTalk: staff write to the robot, guardians read work notifications and answer on the parent
//! page, over HTTP or by a stream, with what goes wrong there.
//!
//! A message comes twice, late, or while the socket is cut; limits refuse calls, answers get lost, the same notice is dropped
//! without a word. Robots' calls whose answer gets lost are left out: kehou parks those for somebody to look, by design.
//! Start at [`DingtalkPhones::start`].

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use kehou::app::{App, StartError};
use kehou::clock::{Clock, ManualClock};
use kehou::config::{Config, Dingtalk, DingtalkMode};
use kehou::domain::people::{Channel, ContactPoint, Role};
use kehou::ids::Ids;
use kehou::outbox::{self, Listing};
use kehou::platform::{Content, Inbound, Platform};
use kehou::rehearsal::cast::{Cast, school_id};
use kehou::rehearsal::live::LiveError;
use kehou::rehearsal::phones::{Arrived, Phones};
use kehou::rehearsal::script::Said;
use kehou::simulator::dingtalk::{
    ConsoleSettings, DingtalkSimulator, Faults, Figures, Outage, Running, Saying,
};
use kehou::simulator::wecom::Author;
use kehou::web;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::town::Chance;

/// Calls of one interface in a second: few, so that the limit is met although one family is small.
const CALLS_PER_SECOND: usize = 2;
/// How often a phone looks whether it was answered, and whether a stream has taken what it must.
const LOOKS_MAX: i64 = 40;

/// The road that messages to the robot take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Road {
    Http,
    Stream,
}

/// DingTalk's side, with the phones of the cast.
pub(super) struct DingtalkPhones {
    road: Road,
    simulator: DingtalkSimulator,
    config: Config,
    clock: Arc<ManualClock>,
    /// Who is written to by notices, the others by the robot: by name, with the account.
    accounts: BTreeMap<String, (String, bool)>,
    chance: Chance,
    desk: Arc<Desk>,
    state: Mutex<State>,
    _running: Running,
}

/// Where the present kehou is, for what comes over HTTP.
#[derive(Default)]
struct Desk {
    router: Mutex<Option<axum::Router>>,
    /// Ends the stream of the present kehou.
    stream: Mutex<CancellationToken>,
}

#[derive(Default)]
struct State {
    /// The message that was written last, by its id, and what the person read then.
    last: Option<Written>,
    /// How much of each phone was seen.
    seen: BTreeMap<String, usize>,
    /// What was seen and not taken yet.
    arrived: VecDeque<Arrived>,
}

#[derive(Clone)]
struct Written {
    id: String,
    account: String,
    body: String,
    is_answered: bool,
    reply: Option<String>,
}

impl DingtalkPhones {
    /// An organisation with the cast, whose accounts are put into it.
    pub(super) async fn start(road: Road, seed: u64, clock: &Arc<ManualClock>, cast: &mut Cast) -> Self {
        let desk = Arc::new(Desk::default());
        let url = serve(&desk).await;
        let console = ConsoleSettings {
            calls_per_month: 1_000_000,
            calls_per_second: CALLS_PER_SECOND,
            ..ConsoleSettings::new("dingcorp", "dingapp", "secret")
        };
        let console = console.with_callback_url(format!("{url}/callback/dingtalk/{}", school_id()));
        let simulator =
            DingtalkSimulator::new(console.clone(), clock.clone(), Ids::seeded(seed + 1)).unwrap();
        let running = simulator.serve(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/example-school/kehou.toml");
        let mut config = Config::load(&shipped, &|_| None).unwrap();
        config.wecom.clear();
        config.dingtalk = vec![settings(&console, &running, road)];
        let mut accounts = BTreeMap::new();
        for (number, actress) in cast.people.iter_mut().enumerate() {
            let account = format!("d{number}");
            let is_family = actress.person.roles == [Role::Guardian];
            let channels: &[Channel] = if is_family {
                &[Channel::DingtalkNotice, Channel::ParentPage]
            } else {
                &[Channel::DingtalkRobot]
            };
            let point = |&channel| ContactPoint { channel, account: account.clone(), is_reachable: true };
            actress.person.contact_points = channels.iter().map(point).collect();
            simulator.add_member(&account);
            accounts.insert(actress.name.to_owned(), (account, is_family));
        }
        Self {
            road,
            simulator,
            config,
            clock: clock.clone(),
            accounts,
            chance: Chance::of(seed + 2),
            desk,
            state: Mutex::default(),
            _running: running,
        }
    }

    /// What DingTalk has counted.
    pub(super) fn figures(&self) -> Figures {
        self.simulator.figures()
    }

    /// What goes wrong until the next message.
    fn trouble(&self) {
        let (percent, below) = (|share| self.chance.percent(share), |bound| self.chance.below(bound));
        self.simulator.set_faults(Faults {
            outage: if percent(5) { Outage::Busy } else { Outage::None },
            outage_calls: Some(1 + below(2)),
            flow_controlled: u32::from(percent(5)),
            results_late_by: below(3),
            sessions_refused: percent(10),
            notice_answers_lost: u32::from(percent(10)),
            ..Faults::default()
        });
    }

    /// Guardians answer on the parent page: what they write is the same there as on any channel.
    async fn on_page(
        &self,
        app: &App,
        inbound: &Inbound,
        account: &str,
    ) -> Result<Option<String>, LiveError> {
        let inbound =
            Inbound { channel: Channel::ParentPage, account: account.to_owned(), ..inbound.clone() };
        Ok(app.receive(&inbound, app.seams.clock.now()).await?)
    }

    async fn to_robot(
        &self,
        app: &App,
        inbound: &Inbound,
        account: &str,
    ) -> Result<Option<String>, LiveError> {
        let written = self.written(inbound, account)?;
        self.bring(account, &written.body).await?;
        if written.is_answered {
            app.outbox.drain().await.map_err(failed)?;
            return if self.first_for(&inbound.account).is_none() {
                Ok(written.reply)
            } else {
                Err(LiveError::Phone(format!("{} was answered again", inbound.account)))
            };
        }
        let reply = self.wait_for_reply(app, &inbound.account, account).await?;
        if let Some(last) = &mut self.state.lock().unwrap().last {
            (last.is_answered, last.reply) = (true, reply.clone());
        }
        Ok(reply)
    }

    /// What is written, the same where it was written before.
    fn written(&self, inbound: &Inbound, account: &str) -> Result<Written, LiveError> {
        let mut state = self.state.lock().unwrap();
        if let Some(last) = state.last.as_ref().filter(|last| last.id == inbound.id.0) {
            return Ok(last.clone());
        }
        let saying = match &inbound.content {
            Content::Text(words) => Saying::Text(words.clone()),
            _ => Saying::Picture,
        };
        let body = self.simulator.message(account, &saying).map_err(phone)?;
        let id = inbound.id.0.clone();
        let written = Written { id, account: account.to_owned(), body, is_answered: false, reply: None };
        state.last = Some(written.clone());
        Ok(written)
    }

    /// Brings a message to kehou, by a stream perhaps twice and through a cut.
    async fn bring(&self, account: &str, body: &str) -> Result<(), LiveError> {
        match self.road {
            Road::Http => self.simulator.deliver(account, body).await.map_err(phone),
            Road::Stream => {
                self.simulator.push_message(body);
                if self.chance.percent(8) {
                    self.simulator.push_message(body);
                }
                if self.chance.percent(6) {
                    for _ in 0..self.chance.below(300) {
                        tokio::task::yield_now().await;
                    }
                    self.simulator.cut(0);
                }
                self.stream_has_taken_all().await
            }
        }
    }

    async fn stream_has_taken_all(&self) -> Result<(), LiveError> {
        for _ in 0..LOOKS_MAX {
            let (stands, open) = (self.simulator.connections() > 0, self.simulator.unacknowledged());
            if stands && open == 0 {
                return Ok(());
            }
            if stands {
                let is_over = |now: &DingtalkSimulator| now.unacknowledged() == 0 || now.connections() == 0;
                self.simulator.streams_are(is_over).await;
                continue;
            }
            // The next connection waits for a while.
            self.clock.advance(chrono::Duration::seconds(2));
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
        }
        Err(LiveError::Phone("the stream does not take what is pushed".to_owned()))
    }

    /// What the person reads first; behind limits it comes a little later.
    async fn wait_for_reply(&self, app: &App, who: &str, account: &str) -> Result<Option<String>, LiveError> {
        for look in 0..LOOKS_MAX {
            app.outbox.drain().await.map_err(failed)?;
            if let Some(words) = self.first_for(who) {
                return Ok(Some(words));
            }
            let store = app.seams.store.as_ref();
            let waiting = outbox::list(store, &school_id(), Listing::Waiting, usize::MAX).await;
            if waiting.map_err(failed)?.iter().all(|row| row.account != account) {
                return Ok(None);
            }
            self.clock.advance(chrono::Duration::seconds(1 + look));
        }
        Err(LiveError::Phone(format!("{who} waits for an answer for ever")))
    }

    /// Takes out the first thing that a person has read.
    fn first_for(&self, who: &str) -> Option<String> {
        self.look();
        let arrived = &mut self.state.lock().unwrap().arrived;
        let place = arrived.iter().position(|one| one.account == who)?;
        arrived.remove(place).map(|one| one.words)
    }

    /// Looks at all phones.
    fn look(&self) {
        let mut state = self.state.lock().unwrap();
        for (name, (account, _)) in &self.accounts {
            let thread = self.simulator.phone(account).map(|phone| phone.thread).unwrap_or_default();
            let seen = state.seen.insert(account.clone(), thread.len()).unwrap_or_default();
            for bubble in thread.into_iter().skip(seen).filter(|bubble| bubble.from == Author::App) {
                let (account, words) = (name.clone(), bubble.shows.words());
                state.arrived.push_back(Arrived { at: bubble.at, account, words });
            }
        }
    }
}

#[async_trait]
impl Phones for DingtalkPhones {
    fn platforms(
        &self,
        clock: &Arc<dyn Clock>,
        ids: &Arc<Ids>,
    ) -> Result<Vec<Arc<dyn Platform>>, StartError> {
        App::platforms(&self.config, clock, ids)
    }

    async fn connect(&self, app: &Arc<App>) {
        let stop = CancellationToken::new();
        std::mem::replace(&mut *self.desk.stream.lock().unwrap(), stop.clone()).cancel();
        match self.road {
            Road::Http => *self.desk.router.lock().unwrap() = Some(web::router(app.clone())),
            Road::Stream => {
                self.simulator.streams_are(|simulator| simulator.connections() == 0).await;
                let app = app.clone();
                tokio::spawn(async move {
                    let robot = app.platform(Channel::DingtalkRobot, &school_id()).unwrap();
                    robot.stream().unwrap().run(app.as_ref(), stop).await;
                });
                self.simulator.streams_are(|simulator| simulator.connections() == 1).await;
            }
        }
    }

    /// DingTalk tells nobody who opens or leaves, and a page takes no pictures.
    fn can(&self, who: &str, what: &Said) -> bool {
        match what {
            Said::Text(_) => true,
            Said::Picture => self.accounts.get(who).is_some_and(|(_, is_family)| !is_family),
            Said::Joined | Said::Left | Said::Opened => false,
        }
    }

    async fn deliver(&self, app: &App, inbound: &Inbound) -> Result<Option<String>, LiveError> {
        let Some((account, is_family)) = self.accounts.get(&inbound.account) else {
            return Err(LiveError::Phone(format!("who is {}?", inbound.account)));
        };
        // Sometimes what somebody wrote a while ago comes once more before what is written now.
        if self.chance.percent(10) {
            let late = self
                .state
                .lock()
                .unwrap()
                .last
                .as_ref()
                .filter(|last| last.is_answered)
                .map(|last| (last.account.clone(), last.body.clone()));
            if let Some((account, body)) = late {
                self.bring(&account, &body).await?;
                app.outbox.drain().await.map_err(failed)?;
                self.look();
                if !self.state.lock().unwrap().arrived.is_empty() {
                    return Err(LiveError::Phone("a message that came late was answered again".to_owned()));
                }
            }
        }
        self.trouble();
        if *is_family {
            self.on_page(app, inbound, account).await
        } else {
            self.to_robot(app, inbound, account).await
        }
    }

    fn take(&self) -> Vec<Arrived> {
        self.look();
        self.state.lock().unwrap().arrived.drain(..).collect()
    }

    fn is_slow(&self) -> bool {
        true
    }
}

impl Drop for DingtalkPhones {
    fn drop(&mut self) {
        self.desk.stream.lock().unwrap().cancel();
    }
}

/// Serves the present kehou at an address that stays.
async fn serve(desk: &Arc<Desk>) -> String {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let desk = desk.clone();
    let router = axum::Router::new().fallback(move |request: axum::extract::Request| {
        let present = desk.router.lock().unwrap().clone();
        async move { present.unwrap_or_default().oneshot(request).await }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn settings(console: &ConsoleSettings, running: &Running, road: Road) -> Dingtalk {
    let mode = match road {
        Road::Stream => DingtalkMode::Stream,
        Road::Http => DingtalkMode::Http {
            event_token: console.event_token.clone().into(),
            event_aes_key: console.event_aes_key.clone().into(),
        },
    };
    Dingtalk {
        school: school_id(),
        corp_id: console.corp_id.clone(),
        client_id: console.client_id.clone(),
        client_secret: console.client_secret.clone().into(),
        robot_code: console.robot_code.clone(),
        agent_id: console.agent_id,
        mode,
        card_template: None,
        calls_per_month: console.calls_per_month,
        pushes_per_month: 1_000_000,
        api_base: Some(running.base()),
        oapi_base: Some(running.base()),
        login_base: None,
    }
}

fn phone(error: impl std::fmt::Display) -> LiveError {
    LiveError::Phone(error.to_string())
}

fn failed(error: kehou::store::StoreError) -> LiveError {
    kehou::usecase::UseCaseError::from(error).into()
}
