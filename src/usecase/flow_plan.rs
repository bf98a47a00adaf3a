//! A look ahead (流程预演): what would become of those who stand in flows, were these files loaded.
//!
//! Counts people and names nobody. Changes nothing. Start at [`plan`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::flow_files::{self, Source};
use super::flow_shelf::{Changed, changed};
use super::record::{self, Document};
use super::{Service, UseCaseError};
use crate::clock::Moment;
use crate::flow::Flows;
use crate::flow::conversation::{Conversation, Frame};
use crate::flow::definition::Flow;
use crate::flow::parse::id_of;
use crate::problem::Problem;
use crate::store::Range;

/// What would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowPlan {
    /// The flows with another version.
    pub changes: Vec<Change>,
    /// What is wrong with the files; with problems, they would not be loaded.
    pub problems: Vec<Problem>,
}

/// One flow with another version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// From which version to which.
    #[serde(flatten)]
    pub version: Changed,
    /// Where people stand.
    pub stands: Vec<Stand>,
    /// Steps that the map of the new version names and no version in use has.
    pub named_in_vain: Vec<String>,
}

/// People at one step of one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stand {
    /// The step.
    pub step: String,
    /// The version that they began with.
    pub hash: String,
    /// How many.
    pub people: usize,
    /// What would become of them.
    #[serde(flatten)]
    pub fate: Fate,
}

/// What becomes of people at a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// They go on in the old version.
    Stay,
    /// The map of the new version moves them.
    Move {
        /// To this step.
        to: String,
    },
    /// The map names a step that the new version does not have.
    Misled {
        /// The step that is not there.
        to: String,
    },
    /// Their version is not known any more: they go on at the step of the same name.
    Follow,
    /// Their version is not known any more, and the new one has no such step.
    Lost,
}

/// A flow, a version and a step.
type Place = (String, String, String);

/// Says what these files of a school would change for those who stand in flows.
///
/// # Errors
/// The store failed.
pub async fn plan(service: &Service, own: &[Source], now: Moment) -> Result<FlowPlan, UseCaseError> {
    let schools = service.schools.values().map(AsRef::as_ref);
    let sources = flow_files::with(own.to_vec());
    let (after, problems) = flow_files::read(&sources, schools, now);
    let before = service.flows();
    let places = places(service).await?;
    let written: BTreeSet<String> = sources.iter().filter_map(|(_, text)| id_of(text)).collect();
    // A flow that is there and cannot be read is a problem, not gone.
    let versions = changed(&before, &after).into_iter();
    let versions = versions.filter(|version| version.to.is_some() || !written.contains(&version.flow));
    let changes = versions.map(|version| {
        let there = places.iter().filter(|((flow, ..), _)| *flow == version.flow);
        let stands = there.map(|((flow, hash, step), people)| Stand {
            step: step.clone(),
            hash: hash.clone(),
            people: *people,
            fate: fate(&before, after.get(flow).map(AsRef::as_ref), (flow, hash, step)),
        });
        let stands = stands.collect();
        let named_in_vain = after.get(&version.flow).map(|flow| in_vain(&before, flow)).unwrap_or_default();
        Change { version, stands, named_in_vain }
    });
    Ok(FlowPlan { changes: changes.collect(), problems })
}

/// How many people stand where, those who wait for a decision among them.
async fn places(service: &Service) -> Result<BTreeMap<Place, usize>, UseCaseError> {
    let mut found: BTreeMap<Place, usize> = BTreeMap::new();
    let mut range = Range::all(record::PAGE);
    loop {
        let page = service.store.scan(Conversation::KIND, &range).await?;
        for stored in &page {
            let conversation = record::read::<Conversation>(stored)?.value;
            let place = |frame: Frame| (frame.flow, frame.hash, frame.node);
            let places: BTreeSet<Place> =
                conversation.frames.into_iter().chain(conversation.parked).map(place).collect();
            for place in places {
                *found.entry(place).or_default() += 1;
            }
        }
        match page.last() {
            Some(last) if page.len() == record::PAGE => range = range.after(&last.key.id),
            _ => return Ok(found),
        }
    }
}

fn fate(before: &Flows, after: Option<&Flow>, (flow, hash, step): (&str, &str, &str)) -> Fate {
    let Some(after) = after else { return Fate::Stay };
    if let Some(target) = after.upgrade.get(step).filter(|_| after.hash != hash) {
        let to = target.node.clone();
        return if after.node(&to).is_some() { Fate::Move { to } } else { Fate::Misled { to } };
    }
    let mut known = before.older().chain(before.iter());
    if known.any(|known| known.id == flow && known.hash == hash) || after.hash == hash {
        return Fate::Stay;
    }
    if after.node(step).is_some() { Fate::Follow } else { Fate::Lost }
}

/// The steps of a map that no version in use has.
fn in_vain(before: &Flows, after: &Flow) -> Vec<String> {
    let is_known = |step: &String| {
        let mut versions = before.older().chain(before.iter()).filter(|flow| flow.id == after.id);
        versions.any(|flow| flow.node(step).is_some())
    };
    after.upgrade.keys().filter(|step| !is_known(step)).cloned().collect()
}

impl FlowPlan {
    /// Whether these files can be loaded and lead nobody astray.
    pub fn is_sound(&self) -> bool {
        let mut stands = self.changes.iter().flat_map(|change| &change.stands);
        self.problems.is_empty() && !stands.any(|stand| matches!(stand.fate, Fate::Misled { .. }))
    }
}
