//! Beginning a flow (开始流程): by an event, by a word, by its title, on top of what is spoken of already.
//!
//! Start at [`Walk::start_with`].

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::super::conversation::Frame;
use super::super::definition::{CountsFrom, Covers, Flow, Trigger, WhenInterrupted};
use super::opening;
use super::reply::bare;
use super::walk::Walk;
use crate::understand::Value;

/// Flows that can wait for one another; one more interruption replaces the topmost.
const FRAMES_MAX: usize = 4;

/// What a flow begins with.
#[derive(Default)]
pub(super) struct Beginning {
    /// Where, if not at the first node.
    pub(super) node: Option<String>,
    /// What is answered already.
    pub(super) slots: BTreeMap<String, Value>,
    /// Values for texts and actions.
    pub(super) given: BTreeMap<String, Json>,
    /// When the event was that it is about.
    pub(super) event_at: Option<DateTime<Utc>>,
}

impl Walk<'_> {
    /// Begins a flow about these children, or adds them to the run of it that is under way.
    pub(super) fn start_or_add(&mut self, flow: &str, children: &[String], with: Beginning) {
        let frames = &mut self.conversation.frames;
        let same = frames.iter_mut().find(|frame| frame.flow == flow && frame.given == with.given);
        let Some(frame) = same else {
            return self.start_with(flow, children, with);
        };
        for child in children {
            if !frame.children_left().contains(child) {
                frame.children.push(child.clone());
            }
        }
        if frame.slots.is_empty() {
            // Nothing was answered yet, so nothing is lost when all are asked about together.
            let all = frame.children_left().to_vec();
            self.start_with(flow, &all, with);
        }
    }

    /// Begins a flow about these children, on top of what waits, with what is known already.
    pub(super) fn start_with(&mut self, flow: &str, children: &[String], with: Beginning) {
        let Some(flow) = self.flows.get(flow).cloned() else { return };
        let Some(first) = with.node.or_else(|| flow.nodes.first().map(|node| node.id.clone())) else {
            return;
        };
        self.conversation.frames.retain(|frame| frame.flow != flow.id);
        self.put_on_top(Frame {
            flow: flow.id.clone(),
            hash: flow.hash.clone(),
            began_in_turn: self.conversation.turn,
            node: first.clone(),
            slots: with.slots,
            before: BTreeMap::new(),
            unread: opening::slots(&flow, &with.given),
            ahead: String::new(),
            given: with.given,
            result: BTreeMap::new(),
            event_at: with.event_at.filter(|_| flow.counts_from == CountsFrom::Event),
            children: children.to_vec(),
            child_index: 0,
            misses: 0,
            meant: Vec::new(),
            history: Vec::new(),
            asked_in_turn: self.conversation.turn,
        });
        self.run(&first);
    }

    /// Lets a frame interrupt what is spoken of.
    pub(super) fn put_on_top(&mut self, frame: Frame) {
        let top = self.top().and_then(|frame| self.flows.version(frame));
        if top.is_some_and(|flow| flow.when_interrupted == WhenInterrupted::End) {
            self.conversation.frames.pop();
        }
        self.conversation.frames.truncate(FRAMES_MAX - 1);
        self.conversation.frames.push(frame);
    }

    /// Begins the flow of a trigger about all children; says so when there is none.
    pub(super) fn start_by(&mut self, trigger: Trigger) {
        self.start_by_words(trigger, "");
    }

    /// The same with the words that began it, as `given.said`.
    pub(super) fn start_by_words(&mut self, trigger: Trigger, said: &str) {
        let found =
            self.facts.audiences.iter().find_map(|audience| self.flows.started_by(trigger, *audience));
        let Some(flow) = found else {
            self.say_common("not_available");
            self.repeat_question();
            return;
        };
        let flow = flow.clone();
        self.start_said(&flow, said);
    }

    /// Starts the flow whose title this is, or what else it is called; whether there is one. Signs and particles at the
    /// end make no difference.
    pub(super) fn start_by_title(&mut self, said: &str) -> bool {
        let is_said = |name: &str| !bare(said).is_empty() && bare(name) == bare(said);
        let found = self.facts.audiences.iter().find_map(|audience| self.flows.titled(is_said, *audience));
        let Some(flow) = found.cloned() else { return false };
        self.start_said(&flow, said);
        true
    }

    fn start_said(&mut self, flow: &Flow, said: &str) {
        let children: Vec<String> = self.facts.children.iter().map(|(id, _)| id.clone()).collect();
        if flow.covers == Covers::EachChild && children.is_empty() {
            self.say_common("not_available");
            self.repeat_question();
            return;
        }
        let given = BTreeMap::from([("said".to_owned(), Json::from(said))]);
        self.start_with(&flow.id, &children, Beginning { given, ..Beginning::default() });
    }

    /// Goes over to another flow about the child that is spoken of; a flow that covers each child goes on with the next
    /// one afterwards.
    pub(super) fn go_over(&mut self, flow: &Flow, to: &str) {
        let Some(frame) = self.top() else { return };
        let (mut children, given) = (frame.children_left().to_vec(), frame.given.clone());
        let is_about_all =
            children.is_empty() && self.flows.get(to).is_some_and(|to| to.covers == Covers::EachChild);
        if is_about_all {
            children = self.facts.children.iter().map(|(id, _)| id.clone()).collect();
        }
        if let Some(next) = self.advance(flow) {
            children.truncate(1);
            if let Some(frame) = self.top_mut() {
                frame.node = next;
            }
        } else {
            self.conversation.frames.pop();
        }
        self.start_with(to, &children, Beginning { given, ..Beginning::default() });
    }
}
