//! Use cases (用例): load → decide → commit, one use case a file.
//!
//! Between the pure core and the borders: [`turn`] takes a message, [`tick`] does what the clock makes due,
//! [`office`] is what the school's office asks for, [`campaign`], [`roster_import`] and [`digest`] among it. What is
//! remembered goes through one `Batch`, what leaves goes through `outbox`. Start at [`Service`], then
//! [`turn::receive`].

pub mod access;
pub mod action;
pub mod binding;
pub mod broadcast;
pub mod campaign;
pub mod card;
pub mod checkup;
mod complaint;
pub mod console;
pub mod custody;
pub mod deliveries;
pub mod digest;
pub mod directory;
pub mod draft;
pub mod errand;
pub mod facts;
pub mod flow_files;
pub mod flow_plan;
pub mod flow_shelf;
pub mod flow_versions;
pub mod footprints;
mod guardians;
mod guest;
pub mod heard;
pub mod ledger;
pub mod login;
pub mod lost;
pub mod mailbox;
pub mod matter;
pub mod meter;
mod notice;
pub mod office;
pub mod parent_page;
pub mod progress;
pub mod reach;
pub mod recall;
pub mod record;
pub mod roster_file;
pub mod roster_import;
pub mod teacher_list;
pub mod thread;
pub mod tick;
pub mod trial;
pub mod turn;
pub mod weekly;
pub mod workload;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

use crate::domain::answer_window::AnswerLimits;
use crate::domain::calendar::Calendar;
use crate::domain::people::{Channel, PersonId, SchoolId};
use crate::domain::plan::Plan;
use crate::flow::Flows;
use crate::ids::Ids;
use crate::platform::Limits;
use crate::platform::card::CardLimits;
use crate::store::{Store, StoreError};

/// How often a decision is made anew because somebody else wrote first.
pub const CONFLICTS_MAX: usize = 8;

/// What every use case works with.
#[derive(Debug)]
pub struct Service {
    /// What is remembered.
    pub store: Arc<dyn Store>,
    /// Chance.
    pub ids: Arc<Ids>,
    /// The conversations.
    pub flows: flow_shelf::FlowShelf,
    /// The schools by id.
    pub schools: BTreeMap<SchoolId, Arc<School>>,
    /// One turn at a time for each person.
    pub queue: PersonQueue,
    /// The steps that conversations pass, where somebody follows them.
    pub footprints: footprints::Footprints,
    /// The directories of the schools that have one.
    pub directories: directory::Directories,
    /// Where the fold of each school's ledger begins for who looks at today.
    pub mornings: ledger::Mornings,
    /// The accounts that can take back what they sent.
    pub recallers: recall::Recallers,
}

/// One school (学校): its settings, plan and calendar.
#[derive(Debug)]
pub struct School {
    /// The id.
    pub id: SchoolId,
    /// The name that people read.
    pub name: String,
    /// The plan (一校一案).
    pub plan: Plan,
    /// The calendar.
    pub calendar: Calendar,
    /// The channels that a platform carries for this school, the one to prefer first.
    pub channels: Vec<Carried>,
}

/// A channel that a platform carries for a school (渠道), with what it allows.
#[derive(Debug, Clone, Copy)]
pub struct Carried {
    /// The channel.
    pub channel: Channel,
    /// What it allows at all.
    pub limits: Limits,
    /// How much may be answered, where an answer goes out by a call of its own.
    pub answers: Option<AnswerLimits>,
    /// What its cards can carry, where it shows them.
    pub cards: Option<CardLimits>,
}

impl School {
    fn carried(&self, channel: Channel) -> Option<&Carried> {
        self.channels.iter().find(|carried| carried.channel == channel)
    }

    /// The longest text that goes through a channel, in bytes; `None` where the school does not have it.
    pub fn text_bytes_max(&self, channel: Channel) -> Option<usize> {
        self.carried(channel).map(|carried| carried.limits.text_bytes_max)
    }

    /// How much may be answered on a channel; `None` where that is not bounded, or nothing goes there.
    pub fn answer_limits(&self, channel: Channel) -> Option<&AnswerLimits> {
        self.carried(channel)?.answers.as_ref()
    }

    /// What a card on a channel can carry; `None` where there are none.
    pub fn card_limits(&self, channel: Channel) -> Option<&CardLimits> {
        self.carried(channel)?.cards.as_ref()
    }
}

/// A use case did not come through.
#[derive(Debug, thiserror::Error)]
pub enum UseCaseError {
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// What is stored cannot be read; nothing was changed.
    #[error("stored record {key} cannot be read")]
    Unreadable {
        /// Which.
        key: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// Too many others wrote at the same time.
    #[error("gave up after {CONFLICTS_MAX} conflicts")]
    Busy,
    /// There is no such school.
    #[error("there is no school {0}")]
    NoSchool(SchoolId),
    /// The school's rules say no; the sentence is for whoever asked.
    #[error("{0}")]
    Refused(String),
}

/// Leaves what cannot be done now for a later look, so that it does not hold up the others: a school that is no longer
/// in the settings, or a person about whom many write at once.
///
/// # Errors
/// The store failed, or what is stored cannot be read: then nothing goes on.
fn skip(error: UseCaseError, what: &'static str) -> Result<(), UseCaseError> {
    match error {
        UseCaseError::Busy | UseCaseError::NoSchool(_) | UseCaseError::Refused(_) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "{what} waits for a later look");
            Ok(())
        }
        UseCaseError::Store(_) | UseCaseError::Unreadable { .. } => Err(error),
    }
}

impl Service {
    /// The conversations as they are now; a turn reads them once.
    pub fn flows(&self) -> Arc<Flows> {
        self.flows.present()
    }

    /// A school by its id.
    ///
    /// # Errors
    /// [`UseCaseError::NoSchool`].
    pub fn school(&self, id: &SchoolId) -> Result<&Arc<School>, UseCaseError> {
        self.schools.get(id).ok_or_else(|| UseCaseError::NoSchool(id.clone()))
    }
}

/// Lets one turn of a person finish before the next begins; people of other stripes do not wait.
#[derive(Debug)]
pub struct PersonQueue(Vec<Mutex<()>>);

/// How many people can have a turn at the same time at the most.
const STRIPES: usize = 1_024;

impl Default for PersonQueue {
    fn default() -> Self {
        Self((0..STRIPES).map(|_| Mutex::new(())).collect())
    }
}

impl PersonQueue {
    /// Waits for the person's turn, first come first served; it lasts as long as the guard.
    pub async fn turn_of(&self, school: &SchoolId, person: &PersonId) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        (school, person).hash(&mut hasher);
        let stripes = u64::try_from(STRIPES).unwrap_or(1);
        let stripe = usize::try_from(hasher.finish() % stripes).unwrap_or(0);
        match self.0.get(stripe) {
            Some(stripe) => Some(stripe.lock().await),
            None => None,
        }
    }
}
