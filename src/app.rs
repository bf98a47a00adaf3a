//! The one place of joining (组装): settings and seams → a running kehou.
//!
//! Alone names concrete stores and platforms. Everything else takes what it needs as an argument. Start at
//! [`App::open`], then [`App::run`].

mod dingtalk;
mod lost;
mod mailboxes;
pub mod stage;
mod streams;
mod wecom;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveTime;
use tokio::sync::Notify;

use crate::clock::{Clock, Moment, Stopwatch};
use crate::config::{self, Config};
use crate::domain::calendar::Year;
use crate::domain::people::{Channel, SchoolId};
use crate::domain::plan::Plan;
use crate::flow::Flows;
use crate::ids::Ids;
use crate::outbox::Outbox;
use crate::platform::checkup::Heard;
use crate::platform::mailbox::Answers;
use crate::platform::parent_page::ParentPage;
use crate::platform::sign_in::{Audience, SignIn};
use crate::platform::{CallbackAnswer, CallbackRequest, Inbound, Opened, Platform, Rejected, SettingsError};
use crate::problem::{Place, Problem};
use crate::store::sled::{SledStore, restore};
use crate::store::{BackupSummary, Store, StoreError};
use crate::usecase::deliveries::Delivered;
use crate::usecase::directory::Directories;
use crate::usecase::flow_files::{self, Source};
use crate::usecase::flow_shelf::{self, FlowShelf};
use crate::usecase::flow_versions;
use crate::usecase::footprints::Footprints;
use crate::usecase::heard::LastHeard;
use crate::usecase::ledger::Mornings;
use crate::usecase::meter;
use crate::usecase::recall::Recallers;
use crate::usecase::{Carried, PersonQueue, School, Service, UseCaseError, turn};

pub use mailboxes::FetchError;

/// What tests and the demo put in the place of the real thing.
#[derive(Debug, Clone)]
pub struct Seams {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub ids: Arc<Ids>,
    /// What is remembered.
    pub store: Arc<dyn Store>,
}

/// What an [`App`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// The schools; their channels are filled in from the platforms.
    pub schools: Vec<School>,
    /// The conversations.
    pub flows: Vec<Source>,
    /// The same conversations as they were loaded before, where they were.
    pub loaded: Option<Flows>,
    /// The school's own folder, where the conversations can be read again.
    pub flows_dir: Option<PathBuf>,
    /// The platforms' accounts.
    pub platforms: Vec<Arc<dyn Platform>>,
    /// When the digest is sent.
    pub digest_at: NaiveTime,
    /// The address under which the outside world reaches us, without a final slash.
    pub public_url: String,
}

/// A running kehou.
#[derive(Debug)]
pub struct App {
    /// The seams.
    pub seams: Seams,
    /// What use cases work with.
    pub service: Arc<Service>,
    /// What is to be sent.
    pub outbox: Outbox,
    /// The address under which the outside world reaches us, without a final slash.
    pub public_url: String,
    platforms: Vec<Arc<dyn Platform>>,
    boxes: Vec<mailboxes::Postbox>,
    digest_at: NaiveTime,
    work: Notify,
    heard: LastHeard,
}

/// Why kehou does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Something is written wrong.
    #[error("{} problems found", .0.len())]
    Problems(Vec<Problem>),
    /// The store does not open.
    #[error("the data folder cannot be opened")]
    Store(#[from] StoreError),
    /// A platform's settings cannot be right.
    #[error("the settings of a platform cannot be used")]
    Platform(#[from] SettingsError),
    /// What is remembered cannot be read or written.
    #[error("the conversations cannot be remembered")]
    UseCase(#[from] UseCaseError),
}

impl App {
    /// Opens the data folder of the settings and joins everything.
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then.
    pub async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Arc<Self>, StartError> {
        let ids = Arc::new(Ids::random());
        let parts = Self::parts(config, &clock, &ids)?;
        let store = open_store(&config.data.dir)?;
        Self::assemble(parts, Seams { clock, ids, store }).await
    }

    /// The parts that the settings name.
    ///
    /// # Errors
    /// What is written wrong in plans, calendars and keys.
    pub fn parts(config: &Config, clock: &Arc<dyn Clock>, ids: &Arc<Ids>) -> Result<Parts, StartError> {
        let mut problems = Vec::new();
        let mut schools = Vec::new();
        for settings in &config.schools {
            match load_school(settings) {
                Ok(school) => schools.push(school),
                Err(found) => problems.extend(found),
            }
        }
        let dir = config.flows.dir.as_deref();
        let flows = flow_shelf::sources(dir).unwrap_or_else(|found| {
            problems.extend(found);
            Vec::new()
        });
        if !problems.is_empty() {
            return Err(StartError::Problems(problems));
        }
        let platforms = Self::platforms(config, clock, ids)?;
        let flows_dir = config.flows.dir.clone();
        let (digest_at, public_url) = (config.digest.at, config.server.public_url.clone());
        Ok(Parts { schools, flows, loaded: None, flows_dir, platforms, digest_at, public_url })
    }

    /// The platforms' accounts that the settings name; nothing is asked of them yet.
    ///
    /// # Errors
    /// Keys that cannot be right.
    pub fn platforms(
        config: &Config,
        clock: &Arc<dyn Clock>,
        ids: &Arc<Ids>,
    ) -> Result<Vec<Arc<dyn Platform>>, StartError> {
        let mut platforms: Vec<Arc<dyn Platform>> = Vec::new();
        for settings in &config.wecom {
            platforms.extend(wecom::accounts(config, settings, clock, ids)?);
        }
        for settings in &config.dingtalk {
            platforms.extend(dingtalk::accounts(config, settings, clock, ids)?);
        }
        let schools: BTreeSet<SchoolId> = platforms.iter().map(|account| account.school().clone()).collect();
        platforms
            .extend(schools.into_iter().map(|school| Arc::new(ParentPage::new(school)) as Arc<dyn Platform>));
        Ok(platforms)
    }

    /// Joins parts and seams, and remembers the flows for those who will stand in them.
    ///
    /// # Errors
    /// What is written wrong in the flows, or the store failed.
    pub async fn assemble(parts: Parts, seams: Seams) -> Result<Arc<Self>, StartError> {
        let Parts { mut schools, flows: sources, loaded, flows_dir, platforms, digest_at, public_url } =
            parts;
        for school in &mut schools {
            let mine = platforms.iter().filter(|platform| *platform.school() == school.id);
            school.channels = mine.map(|platform| carried(platform.as_ref())).collect();
        }
        let (store, now) = (seams.store.as_ref(), seams.clock.now());
        let flows = match loaded {
            Some(flows) => flows,
            None => flow_files::load(&sources, &schools, now).map_err(StartError::Problems)?,
        };
        let flows = flow_versions::keep(store, &sources, flows, now).await?;
        flow_versions::forget(store, &flows).await?;
        for platform in &platforms {
            meter::resume(store, platform.as_ref()).await?;
        }
        let quiet_hours = schools.iter().map(|school| (school.id.clone(), school.plan.hours.quiet)).collect();
        let schools: BTreeMap<SchoolId, Arc<School>> =
            schools.into_iter().map(|school| (school.id.clone(), Arc::new(school))).collect();
        let service = Arc::new(Service {
            store: seams.store.clone(),
            ids: seams.ids.clone(),
            flows: FlowShelf::new(flows, flows_dir),
            schools,
            queue: PersonQueue::default(),
            footprints: Footprints::default(),
            directories: Directories::of(&platforms),
            mornings: Mornings::default(),
            recallers: Recallers::of(&platforms),
        });
        let outbox = Outbox::new(
            seams.store.clone(),
            seams.clock.clone(),
            seams.ids.clone(),
            platforms.clone(),
            Arc::new(Delivered(service.clone())),
            quiet_hours,
        );
        let (boxes, work) = (mailboxes::of(&platforms), Notify::new());
        let heard = LastHeard::default();
        Ok(Arc::new(Self { seams, service, outbox, public_url, platforms, boxes, digest_at, work, heard }))
    }

    /// A platform's account of a school.
    pub fn platform(&self, channel: Channel, school: &SchoolId) -> Option<&Arc<dyn Platform>> {
        self.platforms.iter().find(|platform| platform.channel() == channel && platform.school() == school)
    }

    /// How a school's platforms recognise who opens a page of ours. Guardians are known by the accounts of the directory
    /// that is read: where a school has two platforms, the other's would be somebody else's.
    pub fn sign_ins(&self, school: &SchoolId, audience: Audience) -> Vec<&dyn SignIn> {
        let own = self.platforms.iter().filter(|platform| platform.school() == school);
        let mut all: Vec<&dyn SignIn> = own.filter_map(|platform| platform.sign_in()).collect();
        let guardians = self.service.directories.guardians(school);
        if let (Audience::Guardians, Some(guardians), 2..) = (audience, guardians, all.len()) {
            all.retain(|sign_in| sign_in.guardians() == guardians);
        }
        all
    }

    /// Takes a callback: verified, then durable, then answered.
    ///
    /// # Errors
    /// [`CallbackError`]; the platform delivers it again unless it was rejected.
    pub async fn callback(
        &self,
        platform: &dyn Platform,
        request: &CallbackRequest,
    ) -> Result<CallbackAnswer, CallbackError> {
        let watch = Stopwatch::start();
        let opened = platform.open(request)?;
        let heard = Heard::of(&opened);
        let answer = self.take(platform, opened, watch).await?;
        if let Some(heard) = heard {
            let (store, account) = (self.seams.store.as_ref(), (platform.school(), platform.channel()));
            self.heard.note(store, account, heard, self.seams.clock.now()).await;
        }
        Ok(answer)
    }

    async fn take(
        &self,
        platform: &dyn Platform,
        opened: Opened,
        watch: Stopwatch,
    ) -> Result<CallbackAnswer, CallbackError> {
        match opened {
            Opened::Verification(answer) => Ok(answer),
            Opened::Doorbell(bell) => {
                self.ring(platform.school(), &bell);
                Ok(CallbackAnswer { content_type: "text/plain; charset=utf-8", body: String::new() })
            }
            Opened::Inbound(inbound) => {
                turn::measured("open", watch);
                let now = self.seams.clock.now();
                let words = self.receive(&inbound, now).await?;
                let watch = Stopwatch::start();
                let answer = platform.answer(&inbound, words.as_deref(), now);
                turn::measured("answer", watch);
                Ok(answer)
            }
        }
    }

    /// Takes a message that is known to be genuine.
    ///
    /// # Errors
    /// The store failed.
    pub async fn receive(&self, inbound: &Inbound, now: Moment) -> Result<Option<String>, UseCaseError> {
        let words = turn::receive(&self.service, inbound, now).await?;
        self.wake();
        Ok(words)
    }

    /// Takes a message that answers what was asked at `turn` and nothing else; whether it took effect.
    ///
    /// # Errors
    /// The store failed.
    pub async fn receive_at(&self, inbound: &Inbound, turn: u64, now: Moment) -> Result<bool, UseCaseError> {
        let is_taken = turn::receive_at(&self.service, inbound, turn, now).await?;
        self.wake();
        Ok(is_taken)
    }

    /// Says that there may be something to do or to send.
    pub fn wake(&self) {
        self.work.notify_one();
        self.outbox.wake();
    }
}

/// Why a callback was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// It is not the platform's.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// It did not take effect.
    #[error(transparent)]
    UseCase(#[from] UseCaseError),
}

/// Opens the store in a data folder.
///
/// # Errors
/// [`StoreError`], in use by another process among others.
pub fn open_store(folder: &Path) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(SledStore::open(folder)?))
}

/// Restores a backup into a data folder that is empty or not there yet.
///
/// # Errors
/// [`StoreError`]; nothing is put in place then.
pub fn restore_store(from: &Path, folder: &Path) -> Result<BackupSummary, StoreError> {
    restore(from, folder)
}

/// Reads a school's plan and calendar.
///
/// # Errors
/// Every problem with file and line.
pub fn load_school(settings: &config::School) -> Result<School, Vec<Problem>> {
    let plan = read(&settings.plan).and_then(|text| Plan::parse(&settings.plan.display().to_string(), &text));
    let year = read(&settings.calendar)
        .and_then(|text| Year::parse(&settings.calendar.display().to_string(), &text));
    let (plan, year) = match (plan, year) {
        (Ok(plan), Ok(year)) => (plan, year),
        (plan, year) => {
            return Err(plan.err().into_iter().chain(year.err()).flatten().collect());
        }
    };
    // The school's own file comes last and so wins over what was shipped for its year.
    let calendar = plan.calendar(Year::shipped()?.into_iter().chain([year]));
    for problem in calendar.problems() {
        tracing::warn!(school.id = %settings.id, %problem, "the calendar has a gap");
    }
    Ok(School { id: settings.id.clone(), name: settings.name.clone(), plan, calendar, channels: Vec::new() })
}

/// What a platform carries.
fn carried(platform: &dyn Platform) -> Carried {
    Carried {
        channel: platform.channel(),
        limits: *platform.limits(),
        answers: platform.answers().map(Answers::answer_limits),
        cards: platform.cards(),
    }
}

fn read(path: &Path) -> Result<String, Vec<Problem>> {
    std::fs::read_to_string(path).map_err(|error| {
        let place = Place::File(path.display().to_string());
        vec![
            Problem::new(place, format!("cannot be read: {error}")).instead("check the path in the settings"),
        ]
    })
}
