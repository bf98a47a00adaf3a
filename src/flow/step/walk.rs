//! Walking from node to node until somebody has to answer or something has to be done.
//!
//! The state of one turn in the making. Knows the flows, not what a reply means: `reply` does. Start at [`Walk::run`].

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::super::conversation::{Conversation, Frame};
use super::super::definition::{After, Ask, Covers, Flow, Next, Node, NodeKind, SlotType, Text};
use super::super::effect::{Effect, Turn};
use super::super::{Facts, Flows, template};
use super::{ahead, opening, version};
use crate::understand::{ChoiceOption, Consent, Question, Value, render};

/// Nodes that one turn passes at the most; `check` refuses flows that could need more.
const NODES_PER_TURN_MAX: usize = 64;

/// One turn in the making.
pub(super) struct Walk<'a> {
    pub(super) flows: &'a Flows,
    pub(super) facts: &'a Facts,
    pub(super) conversation: Conversation,
    pub(super) effects: Vec<Effect>,
    pub(super) passed: Vec<String>,
    /// Whether what is spoken of was interrupted by the clock only: then it is asked again only if something was said.
    pub(super) is_aside: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(flows: &'a Flows, at: &Conversation, facts: &'a Facts) -> Self {
        let mut conversation = at.clone();
        conversation.turn += 1;
        for frame in conversation.frames.iter_mut().chain(&mut conversation.parked) {
            version::upgrade(flows, frame);
        }
        Self { flows, facts, conversation, effects: Vec::new(), passed: Vec::new(), is_aside: false }
    }

    pub(super) fn finish(self) -> Turn {
        Turn { conversation: self.conversation, effects: self.effects, passed: self.passed }
    }

    /// Where the person stands in the flow that is spoken of.
    pub(super) fn top(&self) -> Option<&Frame> {
        self.conversation.frames.last()
    }

    pub(super) fn top_mut(&mut self) -> Option<&mut Frame> {
        self.conversation.frames.last_mut()
    }

    /// The node that waits, with its flow.
    pub(super) fn pending_node(&self) -> Option<(Arc<Flow>, Node)> {
        let frame = self.top()?;
        let flow = self.flows.version(frame)?;
        let node = flow.node(&frame.node)?;
        Some((flow.clone(), node.clone()))
    }

    /// Walks from a node on until somebody has to answer, something has to be done, or the flow ends.
    pub(super) fn run(&mut self, from: &str) {
        let mut at = from.to_owned();
        for _ in 0..NODES_PER_TURN_MAX {
            if let Some(frame) = self.top_mut() {
                frame.node.clone_from(&at);
            }
            let Some((flow, node)) = self.pending_node() else { return self.lose_way() };
            self.passed.push(format!("{}/{}", flow.id, node.id));
            match self.enter(&flow, &node) {
                Some(next) => at = next,
                None => return,
            }
        }
        self.lose_way();
    }

    /// Enters one node; returns the next one unless the turn ends here.
    fn enter(&mut self, flow: &Flow, node: &Node) -> Option<String> {
        match &node.kind {
            NodeKind::Say { text, next } => {
                self.say(text);
                Some(next.node.clone())
            }
            NodeKind::Ask(ask) => {
                let skipped = self.skip_only_child(flow, ask).or_else(|| self.skip_takeover(ask));
                let said = skipped.or_else(|| opening::answer(self, flow, ask));
                if let Some(next) = said.or_else(|| ahead::answer(self, flow, ask)) {
                    return Some(next);
                }
                self.ask(node, &ask.text);
                None
            }
            NodeKind::Confirm(confirm) => {
                self.ask(node, &confirm.text);
                None
            }
            NodeKind::Do { action, .. } => {
                let values = self.top().map(|frame| frame.slots.clone()).unwrap_or_default();
                let child = self.top().and_then(Frame::child).map(str::to_owned);
                self.effects.push(Effect::Do { action: action.clone(), values, child });
                None
            }
            NodeKind::Decide(decide) => self.request(flow, decide),
            NodeKind::GoOver { flow: target } => {
                self.go_over(flow, &target.node);
                None
            }
            NodeKind::End { ending, text } => {
                if let Some(text) = text {
                    self.say(text);
                }
                let child = self.top().and_then(Frame::child).map(str::to_owned);
                self.effects.push(Effect::End { flow: flow.id.clone(), ending: ending.clone(), child });
                self.next_child(flow)
            }
        }
    }

    /// Nobody is asked which child when there is only one, or when the flow before was about one.
    fn skip_only_child(&mut self, flow: &Flow, ask: &Ask) -> Option<String> {
        let is_child = flow.slots.get(&ask.slot).is_some_and(|slot| slot.slot_type == SlotType::Child);
        let children = self.top().map(|frame| frame.children.as_slice()).unwrap_or_default();
        let [only] = children else { return None };
        let only = only.clone();
        let Next::Always(target) = ask.next.clone() else { return None };
        if !is_child {
            return None;
        }
        let frame = self.top_mut()?;
        frame.children = vec![only.clone()];
        frame.child_index = 0;
        frame.slots.insert(ask.slot.clone(), Value::Child(vec![only.clone()]));
        Some(target.node)
    }

    /// Nobody is asked whether all is as before when there is nothing before.
    fn skip_takeover(&self, ask: &Ask) -> Option<String> {
        let has_nothing = self.top().is_some_and(|frame| frame.before.is_empty());
        match &ask.next {
            Next::Consent { no, .. } if ask.yes_takes_over && has_nothing => Some(no.node.clone()),
            Next::Consent { .. } | Next::Always(_) | Next::ByOption => None,
        }
    }

    /// Moves on to the next child; when there is none, the flow is over and what waits below goes on.
    pub(super) fn next_child(&mut self, flow: &Flow) -> Option<String> {
        let next = self.advance(flow);
        if next.is_none() {
            self.leave();
        }
        next
    }

    /// Moves the frame on to the next child, if there is one; returns where that begins.
    pub(super) fn advance(&mut self, flow: &Flow) -> Option<String> {
        let asks_which =
            |name: &str| flow.slots.get(name).is_some_and(|slot| slot.slot_type == SlotType::Child);
        let frame = self.top_mut()?;
        // Until it was said which child is meant, the flow is about none of them.
        let is_chosen = !flow.slots.keys().any(|name| asks_which(name) && !frame.slots.contains_key(name));
        let has_more = frame.child_index + 1 < frame.children.len();
        if flow.covers != Covers::EachChild || !is_chosen || !has_more {
            return None;
        }
        frame.child_index += 1;
        frame.history.clear();
        frame.unread = opening::slots(flow, &frame.given);
        frame.ahead.clear();
        frame.before = std::mem::take(&mut frame.slots);
        let chosen = frame.before.iter().filter(|(name, _)| asks_which(name));
        frame.slots.extend(chosen.map(|(name, value)| (name.clone(), value.clone())));
        match &flow.for_next_child {
            Some(target) => Some(target.node.clone()),
            None => flow.nodes.first().map(|node| node.id.clone()),
        }
    }

    /// Leaves the topmost flow and returns to the one that waits below, if any.
    pub(super) fn leave(&mut self) {
        self.conversation.frames.pop();
        let has_words = self.effects.iter().any(|effect| matches!(effect, Effect::Say(_)));
        if has_words || !self.is_aside {
            self.resume();
        }
    }

    /// Asks once more what waits, if anything does.
    pub(super) fn resume(&mut self) {
        if let Some((_, node)) = self.pending_node() {
            self.say_common("resume");
            match &node.kind {
                NodeKind::Ask(Ask { text, .. }) => self.ask(&node, &text.clone()),
                NodeKind::Confirm(confirm) => self.ask(&node, &confirm.text.clone()),
                NodeKind::Say { .. }
                | NodeKind::Do { .. }
                | NodeKind::Decide(_)
                | NodeKind::GoOver { .. }
                | NodeKind::End { .. } => {
                    self.run(&node.id);
                }
            }
        } else {
            self.conversation.frames.clear();
        }
    }

    /// Asks and arms the ladder for silence from its first rung.
    fn ask(&mut self, node: &Node, text: &Text) {
        let turn = self.conversation.turn;
        if let Some(frame) = self.top_mut() {
            frame.asked_in_turn = turn;
            frame.misses = 0;
            frame.meant.clear();
        }
        self.say(text);
        if let Some(first) = node.kind.silence().first() {
            self.wait(turn, 0, first.after);
        }
    }

    /// Arms a rung of the flow that is spoken of.
    pub(super) fn wait(&mut self, asked_in_turn: u64, rung: usize, after: After) {
        let Some(frame) = self.top() else { return };
        let (flow, event_at) = (frame.flow.clone(), frame.event_at);
        self.effects.push(Effect::Wait { flow, asked_in_turn, rung, after, event_at });
    }

    /// Says the pending question once more; its ladder goes on as it was.
    pub(super) fn repeat_question(&mut self) {
        let Some((_, node)) = self.pending_node() else { return };
        match &node.kind {
            NodeKind::Ask(ask) => self.say(&ask.text),
            NodeKind::Confirm(confirm) => self.say(&confirm.text),
            NodeKind::Say { .. }
            | NodeKind::Do { .. }
            | NodeKind::Decide(_)
            | NodeKind::GoOver { .. }
            | NodeKind::End { .. } => {}
        }
    }

    /// The flow has no way on, which `check` makes impossible for the flows as they are: the person is told and the
    /// flow is left, so that nobody is stuck.
    pub(super) fn lose_way(&mut self) {
        self.conversation.frames.pop();
        self.say_common("trouble");
    }

    pub(super) fn say(&mut self, text: &Text) {
        let words = self.render(text);
        self.effects.push(Effect::Say(words));
    }

    pub(super) fn say_common(&mut self, name: &str) {
        if let Some(text) = self.flows.common.texts.get(name) {
            self.say(text);
        }
    }

    /// Says a common text that speaks of the reply itself, as `result.*`.
    pub(super) fn say_common_with(&mut self, name: &str, result: &[(&str, String)]) {
        let Some(text) = self.flows.common.texts.get(name) else { return };
        let values = result.iter().map(|(name, value)| ((*name).to_owned(), Json::from(value.as_str())));
        let words = self.render_with(text, values.collect());
        self.effects.push(Effect::Say(words));
    }

    /// A text with everything filled in. One that cannot be filled in, which `check` makes impossible, becomes the
    /// common apology.
    pub(super) fn render(&self, text: &Text) -> String {
        let result = self.top().map(|frame| frame.result.clone()).unwrap_or_default();
        self.render_with(text, result)
    }

    fn render_with(&self, text: &Text, result: BTreeMap<String, Json>) -> String {
        let mut values = self.facts.values.clone();
        values.insert("result".to_owned(), Json::Object(result.into_iter().collect()));
        let child = self.top().and_then(Frame::child);
        let child_values = child.and_then(|id| self.facts.children.iter().find(|(other, _)| other == id));
        if let Some((_, child_values)) = child_values {
            values.insert("child".to_owned(), child_values.clone());
        }
        let given = self.top().map(|frame| frame.given.clone()).unwrap_or_default();
        values.insert("given".to_owned(), Json::Object(given.into_iter().collect()));
        values.insert("answer".to_owned(), self.answers());
        values.insert("asked".to_owned(), self.asked());
        template::render(&text.source, &values).unwrap_or_else(|_| self.apology())
    }

    /// Which children the flow goes through.
    fn asked(&self) -> Json {
        let children = self.top().map(|frame| frame.children.as_slice()).unwrap_or_default();
        let name = |id: &String| {
            let (_, values) = self.facts.children.iter().find(|(other, _)| other == id)?;
            values.get("name")?.as_str()
        };
        let names: Vec<_> = children.iter().filter_map(name).collect();
        serde_json::json!({ "count": children.len(), "names": names.join("、") })
    }

    fn apology(&self) -> String {
        self.flows.common.texts.get("trouble").map(|text| text.source.clone()).unwrap_or_default()
    }

    /// What was answered so far, in words; nothing for what was not.
    fn answers(&self) -> Json {
        let Some(frame) = self.top() else { return Json::Null };
        let Some(flow) = self.flows.version(frame) else { return Json::Null };
        let unanswered = flow.slots.keys().map(|name| (name.clone(), Json::String(String::new())));
        let in_words = frame.slots.iter().map(|(name, value)| {
            let words = match flow.slots.get(name).and_then(|slot| self.facts.questions.get(&slot.slot_type))
            {
                Some(question) => render(value, question),
                None => render(value, &Question::Command),
            };
            (name.clone(), Json::String(words))
        });
        Json::Object(unanswered.chain(in_words).collect())
    }

    /// The question whether something is right, with the labels that its text gives the numbers.
    pub(super) fn confirmation(&self, text: &Text, menu: Vec<Consent>) -> Question {
        Question::Confirm { menu, labels: labels(&self.render(text)) }
    }

    /// What a node asks for, as `understand` wants to know it.
    pub(super) fn question(&self, flow: &Flow, ask: &Ask) -> Option<Question> {
        let slot_type = flow.slots.get(&ask.slot)?.slot_type;
        match slot_type {
            SlotType::Consent => Some(Question::Consent { menu: ask.menu.clone() }),
            SlotType::Confirm => Some(self.confirmation(&ask.text, ask.menu.clone())),
            SlotType::Option => {
                let options = (1..)
                    .zip(&ask.options)
                    .map(|(no, choice)| ChoiceOption { no, name: choice.name.clone() })
                    .collect();
                Some(Question::Choices { options, choices_max: Some(1) })
            }
            SlotType::Weekdays
            | SlotType::Time
            | SlotType::Choices
            | SlotType::Child
            | SlotType::Person
            | SlotType::Date
            | SlotType::StartDay
            | SlotType::Number
            | SlotType::DigestRow
            | SlotType::Acknowledgement
            | SlotType::Class
            | SlotType::Text
            | SlotType::Message
            | SlotType::Decisions
            | SlotType::Answer
            | SlotType::RollCall
            | SlotType::Handover
            | SlotType::PickupReply
            | SlotType::Changes => self.facts.questions.get(&slot_type).cloned(),
        }
    }
}

/// The words beside the numbers of a question's last line, `1 对  2 要改` → 对, 要改.
fn labels(text: &str) -> Vec<String> {
    let line = text.lines().last().unwrap_or_default();
    let mut words = line.split_whitespace();
    let mut labels = Vec::new();
    while words.next() == Some((labels.len() + 1).to_string().as_str()) {
        labels.extend(words.next().map(str::to_owned));
    }
    labels
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_words_beside_the_numbers_are_labels() {
        assert_eq!(super::labels("换吗？\n1 换成新的  2 保留原来的"), ["换成新的", "保留原来的"]);
        assert!(super::labels("几点来接？（16:20到18:00）").is_empty());
    }
}
