//! A live rehearsal (彩排): a real kehou in memory with the cast, whose time and faults are in the caller's hand.
//!
//! Knows people by what scripts call them; judges nothing. Start at [`Live::open`].

mod loose_ends;
mod records;
mod time;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use chrono::{NaiveDateTime, NaiveTime};

use super::cast::{Actress, Cast, school_id};
use super::phones::{Phones, TerminalPhones};
use super::script::{Office, Said};
use crate::app::stage;
use crate::app::{App, Seams, StartError};
use crate::clock::{Clock, ManualClock, Moment};
use crate::domain::calendar::ZONE;
use crate::domain::people::Channel;
use crate::flow::Flows;
use crate::ids::Ids;
use crate::outbox::{self, Listing};
use crate::platform::{Content, Inbound, InboundId};
use crate::store::faulty::{Fault, FaultyStore};
use crate::store::{Batch, Store};
use crate::usecase::flow_files::Source;
use crate::usecase::{School, UseCaseError, campaign};

/// How often a message is delivered again, as platforms do, before a rehearsal gives up.
const DELIVERIES_MAX: usize = 4;

/// How long the survey of a rehearsal waits for answers.
const SURVEY_DAYS: u32 = 5;

/// Pauses in which what was sent may arrive, on phones that need a while, and the first and the longest of them in seconds.
const PAUSES_MAX: usize = 12;
const PAUSE_FIRST: i64 = 5;
const PAUSE_LONGEST: i64 = 80;

/// The seed of a rehearsal's chance: the same each time.
const SEED: u64 = 20_261_123;

/// Why a rehearsal does not go on.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// kehou does not start.
    #[error("kehou does not start")]
    Start(#[from] StartError),
    /// A use case failed.
    #[error(transparent)]
    UseCase(#[from] UseCaseError),
    /// The time lies behind, or outside of the term.
    #[error("{0}")]
    Time(&'static str),
    /// What somebody wrote did not reach kehou, or was answered as it must not be.
    #[error("a phone: {0}")]
    Phone(String),
}

/// A kehou with its cast.
pub struct Live {
    /// The people.
    pub cast: Cast,
    app: Arc<App>,
    clock: Arc<ManualClock>,
    store: Arc<FaultyStore>,
    phones: Arc<dyn Phones>,
    flows: (Vec<Source>, Option<Flows>),
    messages: usize,
    unheard: BTreeMap<String, VecDeque<String>>,
    passed: BTreeSet<String>,
}

impl Live {
    /// Opens a school at a time of its own clock, with everybody enrolled and nobody asked.
    ///
    /// # Errors
    /// The flows are written wrong.
    pub async fn open(flows: Vec<Source>, at: NaiveDateTime) -> Result<Self, LiveError> {
        Self::open_with(Cast::example(), flows, at).await
    }

    /// The same with other people.
    ///
    /// # Errors
    /// The flows are written wrong.
    pub async fn open_with(cast: Cast, flows: Vec<Source>, at: NaiveDateTime) -> Result<Self, LiveError> {
        Self::open_loaded(cast, (flows, None), at).await
    }

    /// The same with flows that were loaded before, for whoever opens many schools.
    ///
    /// # Errors
    /// The flows are written wrong.
    pub async fn open_loaded(
        cast: Cast,
        flows: (Vec<Source>, Option<Flows>),
        at: NaiveDateTime,
    ) -> Result<Self, LiveError> {
        let clock = Arc::new(ManualClock::new(moment(at)));
        Self::open_on(Arc::<TerminalPhones>::default(), clock, cast, flows).await
    }

    /// The same on other phones, where the cast has its accounts.
    ///
    /// # Errors
    /// The flows or the settings of the phones are written wrong.
    pub async fn open_on(
        phones: Arc<dyn Phones>,
        clock: Arc<ManualClock>,
        cast: Cast,
        flows: (Vec<Source>, Option<Flows>),
    ) -> Result<Self, LiveError> {
        let base = stage::memory();
        cast.enrol(base.as_ref(), clock.now()).await?;
        let store = Arc::new(FaultyStore::new(base));
        let app = open_app(&flows, &clock, &store, phones.as_ref()).await?;
        Ok(Self {
            cast,
            app,
            clock,
            store,
            phones,
            flows,
            messages: 0,
            unheard: BTreeMap::new(),
            passed: BTreeSet::new(),
        })
    }

    /// Somebody comes later, as a further import of the roster would bring them.
    ///
    /// # Errors
    /// The store failed.
    pub async fn join(&mut self, actress: Actress) -> Result<(), LiveError> {
        let mut batch = Batch::default();
        actress.write_down(&mut batch)?;
        self.store.commit(batch).await.map_err(UseCaseError::from)?;
        self.cast.people.push(actress);
        Ok(())
    }

    /// What is remembered.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// The time at the school.
    pub fn now(&self) -> NaiveDateTime {
        self.clock.now().with_timezone(&ZONE).naive_local()
    }

    /// The steps that conversations have passed, see `Footprints`.
    pub fn passed(&self) -> BTreeSet<String> {
        let mut passed = self.passed.clone();
        passed.extend(self.app.service.footprints.passed());
        passed
    }

    /// How many commits there were.
    pub fn commits(&self) -> u64 {
        self.store.commits()
    }

    /// Lets the `nth` commit from now on go wrong.
    pub fn plan_fault(&self, nth: u64, fault: Fault) {
        self.store.on_commit(self.store.commits() + nth, fault);
    }

    /// Kills kehou and starts it again over what is on the medium, and with other flows.
    ///
    /// # Errors
    /// It does not start.
    pub async fn restart_with(&mut self, flows: Vec<Source>) -> Result<(), LiveError> {
        self.flows = (flows, None);
        self.restart().await
    }

    /// Kills kehou and starts it again over what is on the medium.
    ///
    /// # Errors
    /// It does not start.
    pub async fn restart(&mut self) -> Result<(), LiveError> {
        self.passed = self.passed();
        self.app = open_app(&self.flows, &self.clock, &self.store, self.phones.as_ref()).await?;
        Ok(())
    }

    /// Somebody writes or sends something; the answer is then to be heard. What follows for others happens when it is
    /// [settled](Self::settle).
    ///
    /// - `is_twice`: the platform delivers it a second time.
    ///
    /// Returns whether there was an answer.
    ///
    /// # Errors
    /// The use case failed in a way that trying again does not mend.
    pub async fn say(&mut self, who: &str, what: &Said, is_twice: bool) -> Result<bool, LiveError> {
        self.messages += 1;
        let inbound = Inbound {
            school: school_id(),
            channel: Channel::Terminal,
            id: InboundId(format!("m{}", self.messages)),
            account: who.to_owned(),
            content: content(what),
            sent_at: Some(self.clock.now()),
            envelope: String::new(),
        };
        let reply = self.deliver(&inbound).await?;
        if is_twice && self.deliver(&inbound).await? != reply {
            return Err(LiveError::Time("the second delivery was answered differently"));
        }
        let is_answered = reply.is_some();
        if let Some(words) = reply {
            self.unheard.entry(who.to_owned()).or_default().push_back(words);
        }
        Ok(is_answered)
    }

    async fn deliver(&mut self, inbound: &Inbound) -> Result<Option<String>, LiveError> {
        for _ in 1..DELIVERIES_MAX {
            match self.phones.deliver(&self.app, inbound).await {
                Ok(reply) => return Ok(reply),
                Err(_) => self.restart().await?,
            }
        }
        self.phones.deliver(&self.app, inbound).await
    }

    /// Whether somebody can do this on their phone.
    pub fn can(&self, who: &str, what: &Said) -> bool {
        self.phones.can(who, what)
    }

    /// Lets everything that is due happen, through crashes; on slow phones a little time passes.
    ///
    /// # Errors
    /// What trying again does not mend.
    pub async fn settle(&mut self) -> Result<(), LiveError> {
        self.settle_at_once().await?;
        let mut pause = PAUSE_FIRST;
        for _ in 0..PAUSES_MAX {
            if !self.phones.is_slow() || !self.is_sending().await? {
                break;
            }
            self.clock.advance(chrono::Duration::seconds(pause));
            pause = (pause * 2).min(PAUSE_LONGEST);
            self.settle_at_once().await?;
        }
        Ok(())
    }

    /// Whether something is on its way that does not wait for the morning.
    async fn is_sending(&self) -> Result<bool, LiveError> {
        let is_quiet = self.school()?.plan.hours.quiet.is_at(self.clock.now());
        for listing in [Listing::Waiting, Listing::Sending] {
            let rows = outbox::list(self.store.as_ref(), &school_id(), listing, usize::MAX).await;
            let rows = rows.map_err(UseCaseError::from)?;
            if rows.iter().any(|row| !(is_quiet && row.lane.rests_in_quiet_hours())) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn settle_at_once(&mut self) -> Result<(), LiveError> {
        for _ in 1..DELIVERIES_MAX {
            match self.app.settle().await {
                Ok(()) => {
                    self.collect();
                    return Ok(());
                }
                Err(_) => self.restart().await?,
            }
        }
        self.app.settle().await?;
        self.collect();
        Ok(())
    }

    fn collect(&mut self) {
        for arrived in self.phones.take() {
            self.unheard.entry(arrived.account).or_default().push_back(arrived.words);
        }
    }

    /// The next thing that the bot has said to a person and nobody has heard yet.
    pub fn hear(&mut self, who: &str) -> Option<String> {
        self.unheard.get_mut(who).and_then(VecDeque::pop_front)
    }

    /// Who has something to hear.
    pub fn with_mail(&self) -> Vec<String> {
        let waiting = self.unheard.iter().filter(|(_, words)| !words.is_empty());
        waiting.map(|(name, _)| name.clone()).collect()
    }

    /// The office does something about the survey.
    ///
    /// # Errors
    /// The rules refuse it, or the store failed.
    pub async fn office(&mut self, what: Office) -> Result<(), LiveError> {
        let was_open = self.has_campaign().await?;
        if self.order(what).await.is_err() {
            // The office sees the error and tries once more; a refusal then can mean that it had worked.
            self.restart().await?;
            let is_open = self.has_campaign().await?;
            let has_worked = match what {
                Office::Open => is_open && !was_open,
                Office::Remind => is_open,
                Office::Close => was_open && !is_open,
            };
            match self.order(what).await {
                Ok(()) => {}
                Err(UseCaseError::Refused(_)) if has_worked => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.settle().await
    }

    async fn has_campaign(&self) -> Result<bool, LiveError> {
        Ok(campaign::present(&self.app.service, self.school()?.as_ref()).await?.is_some())
    }

    async fn order(&self, what: Office) -> Result<(), UseCaseError> {
        let school = self.app.service.school(&school_id())?;
        let (service, now) = (&self.app.service, self.clock.now());
        match what {
            Office::Open => drop(campaign::open(service, school, SURVEY_DAYS, now).await?),
            Office::Remind => drop(campaign::remind(service, school, now).await?),
            Office::Close => drop(campaign::close(service, school, now).await?),
        }
        Ok(())
    }

    fn school(&self) -> Result<Arc<School>, LiveError> {
        Ok(self.app.service.school(&school_id())?.clone())
    }
}

async fn open_app(
    flows: &(Vec<Source>, Option<Flows>),
    clock: &Arc<ManualClock>,
    store: &Arc<FaultyStore>,
    phones: &dyn Phones,
) -> Result<Arc<App>, LiveError> {
    let school = Cast::school().map_err(StartError::Problems)?;
    // Restarts must not draw the ids of before once more, as chance itself would not.
    let ids = Ids::seeded(SEED.wrapping_add(store.commits()));
    let (clock, ids): (Arc<dyn Clock>, _) = (clock.clone(), Arc::new(ids));
    let platforms = phones.platforms(&clock, &ids)?;
    let seams = Seams { clock, ids, store: store.clone() };
    // The evening digest of the example.
    let digest_at = NaiveTime::from_hms_opt(18, 30, 0).unwrap_or_default();
    let app = stage::open(school, flows.clone(), seams, platforms, digest_at).await?;
    app.service.footprints.follow();
    phones.connect(&app).await;
    Ok(app)
}

fn content(what: &Said) -> Content {
    match what {
        Said::Text(words) => Content::Text(words.clone()),
        Said::Picture => Content::Unreadable,
        Said::Joined => Content::Joined,
        Said::Left => Content::Left,
        Said::Opened => Content::Entered,
    }
}

fn moment(at: NaiveDateTime) -> Moment {
    use chrono::TimeZone;
    ZONE.from_local_datetime(&at).earliest().map_or_else(|| at.and_utc(), |at| at.to_utc())
}
