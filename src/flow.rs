//! The conversation engine (对话引擎), pure: flows as data, one turn at a time.
//!
//! A *flow* has *nodes*; a *turn* is one [`step::step`]; a node says, asks, confirms, does, goes over to another flow or
//! ends. The engine knows no school and no platform: what a flow may talk about comes in as [`Facts`], what it may do is
//! named by a [`Vocabulary`]. Replies are read with `understand`. Start at [`definition`], then [`step`].

pub mod check;
pub mod conversation;
pub mod definition;
pub mod effect;
pub mod graph;
mod nodes;
pub mod parse;
pub mod step;
pub mod template;
pub(crate) mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use crate::understand::Question;
use definition::{Audience, CommonTexts, Flow, SlotType, Trigger};

/// What a flow may talk about in one turn: values for its texts, and what is on offer for its questions.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What the person is, first what is looked for first: a teacher with a child here is staff, then guardian.
    pub audiences: Vec<Audience>,
    /// Values for templates, by their first name: `plan`, `school`, `guardian` …
    pub values: BTreeMap<String, Json>,
    /// The family's children, eldest first: the id and the values of `child.*`. The conversation says which child is
    /// spoken of.
    pub children: Vec<(String, Json)>,
    /// What each type of slot can be answered with here. A missing type means that nothing is on offer.
    pub questions: BTreeMap<SlotType, Question>,
}

/// What flows may name: the actions with their outcomes and the variables of templates.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// The ids of all flows.
    pub flows: BTreeSet<String>,
    /// Each action by name.
    pub actions: BTreeMap<&'static str, ActionWords>,
    /// Each role that a silence ladder may name in `list_for`.
    pub roles: BTreeSet<&'static str>,
    /// The roles whose refusal is the last word; anybody else's goes on to somebody (R4).
    pub last_word: BTreeSet<&'static str>,
    /// Names of the texts that people are told outside of flows.
    pub notices: BTreeSet<&'static str>,
    /// Facts with every variable filled in: texts are rendered with them to see that they can be, and how long they get.
    pub sample: Facts,
    /// Says why a text breaks the policy, if it does (R6: a request for money; R10: new lessons).
    pub forbids: fn(&str) -> Option<String>,
    /// The longest text in bytes that every channel carries whole.
    pub text_bytes_max: usize,
}

/// One action that flows can name.
#[derive(Debug, Clone)]
pub struct ActionWords {
    /// The slots that it reads when they are filled.
    pub reads: &'static [&'static str],
    /// The outcomes; a flow must say for each what comes next.
    pub outcomes: &'static [&'static str],
}

/// All loaded flows and the engine's own texts.
#[derive(Debug, Clone, Default)]
pub struct Flows {
    present: BTreeMap<String, Arc<Flow>>,
    /// Which flow each trigger starts, and which ones hear something: a turn costs the same however many flows there are.
    started: BTreeMap<(Trigger, Audience), Arc<Flow>>,
    hearing: Vec<Arc<Flow>>,
    /// Older versions that somebody is still in, by id and hash.
    older: BTreeMap<(String, String), Arc<Flow>>,
    /// Texts that belong to no single flow.
    pub common: CommonTexts,
}

impl Flows {
    /// Takes flows that were parsed and checked; a later one with the same id replaces an earlier one.
    pub fn new(flows: impl IntoIterator<Item = Flow>, common: CommonTexts) -> Self {
        let present: BTreeMap<String, Arc<Flow>> =
            flows.into_iter().map(|flow| (flow.id.clone(), Arc::new(flow))).collect();
        let mut started = BTreeMap::new();
        for flow in present.values() {
            for trigger in &flow.starts_on {
                started.entry((*trigger, flow.speaks_to)).or_insert_with(|| flow.clone());
            }
        }
        let hearing = present.values().filter(|flow| !flow.hears.is_empty()).cloned().collect();
        Self { present, started, hearing, older: BTreeMap::new(), common }
    }

    /// Keeps older versions for those who are still in them.
    #[must_use]
    pub fn with_older(mut self, older: impl IntoIterator<Item = Arc<Flow>>) -> Self {
        self.older = older.into_iter().map(|flow| ((flow.id.clone(), flow.hash.clone()), flow)).collect();
        self
    }

    /// The older versions that are kept.
    pub fn older(&self) -> impl Iterator<Item = &Arc<Flow>> {
        self.older.values()
    }

    /// The version that a frame began with; the present one where that is not known any more.
    pub fn version(&self, frame: &conversation::Frame) -> Option<&Arc<Flow>> {
        let present = self.present.get(&frame.flow);
        let is_present = |flow: &&Arc<Flow>| flow.hash == frame.hash;
        present
            .filter(is_present)
            .or_else(|| self.older.get(&(frame.flow.clone(), frame.hash.clone())))
            .or(present)
    }

    /// The flow by its present version.
    pub fn get(&self, id: &str) -> Option<&Arc<Flow>> {
        self.present.get(id)
    }

    /// All flows in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Flow>> {
        self.present.values()
    }

    /// One of the texts that belong to no flow, filled in; the common apology when it cannot be.
    pub fn common_words(&self, name: &str, values: &BTreeMap<String, Json>) -> String {
        let filled = self.common.texts.get(name).and_then(|text| template::render(&text.source, values).ok());
        filled
            .or_else(|| self.common.texts.get("trouble").map(|text| text.source.clone()))
            .unwrap_or_default()
    }

    /// The flows that hear something out of the blue from this audience.
    pub fn hearing(&self, audience: Audience) -> impl Iterator<Item = &Arc<Flow>> {
        self.hearing.iter().filter(move |flow| flow.speaks_to == audience)
    }

    /// The flow of this audience that its own title starts, or what else people call it.
    ///
    /// - `is_said`: whether a name is what was said.
    pub fn titled(&self, is_said: impl Fn(&str) -> bool, audience: Audience) -> Option<&Arc<Flow>> {
        let is_called = |flow: &Flow| {
            let is_title = flow.starts_on.contains(&Trigger::Title) && is_said(&flow.title);
            is_title || flow.also_called.iter().any(|name| is_said(name))
        };
        self.present.values().find(|flow| flow.speaks_to == audience && is_called(flow))
    }

    /// The flow that a trigger starts for this audience.
    pub fn started_by(&self, trigger: Trigger, audience: Audience) -> Option<&Arc<Flow>> {
        self.started.get(&(trigger, audience))
    }
}
