//! Checking a flow (检查流程): dead ends, loops without an end, names and texts that lead nowhere, wording that breaks
//! the policy.
//!
//! Knows a parsed flow and the [`Vocabulary`]; finds all problems, each with its line and what to write instead. A
//! flow with problems is never loaded. Start at [`check`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::definition::{CommonTexts, Flow, NodeKind, Privacy, RungAction, SlotType, Target, Text};
use super::{Vocabulary, template};
use crate::problem::{Place, Problem};

/// The engine's own texts, all of which `common.yaml` must have.
pub const COMMON_TEXTS: [&str; 10] = [
    "back_at_start",
    "cancelled",
    "goodbye",
    "not_available",
    "nothing_pending",
    "resume",
    "teacher_list",
    "told_other_guardian",
    "trouble",
    "unreadable",
];

/// Finds everything wrong with a parsed flow.
pub fn check(flow: &Flow, vocabulary: &Vocabulary) -> Vec<Problem> {
    let mut checker = Checker { file: &flow.file, vocabulary, problems: Vec::new() };
    checker.targets(flow);
    checker.reachable(flow);
    checker.loops(flow);
    checker.actions(flow);
    checker.ladders(flow);
    checker.slots(flow);
    for node in &flow.nodes {
        for text in node.kind.texts() {
            checker.text(text, &sample_values(flow, vocabulary));
        }
    }
    checker.unused_texts(flow);
    checker.problems.sort();
    checker.problems.dedup();
    checker.problems
}

/// Finds everything wrong with the engine's own texts.
pub fn check_common(common: &CommonTexts, vocabulary: &Vocabulary) -> Vec<Problem> {
    let mut checker = Checker { file: &common.file, vocabulary, problems: Vec::new() };
    for name in COMMON_TEXTS {
        if !common.texts.contains_key(name) {
            checker.report(
                1,
                format!("the text `{name}` is missing"),
                format!("add `{name}: …` below `texts:`"),
            );
        }
    }
    for (name, text) in &common.texts {
        if !COMMON_TEXTS.contains(&name.as_str()) {
            let known = COMMON_TEXTS.join("`, `");
            checker.report(
                text.line,
                format!("nothing says `{name}`"),
                format!("delete it; known are `{known}`"),
            );
        }
        let mut values = vocabulary.sample.values.clone();
        values
            .extend(vocabulary.sample.children.first().map(|(_, child)| ("child".to_owned(), child.clone())));
        checker.text(text, &values);
    }
    checker.problems
}

struct Checker<'a> {
    file: &'a str,
    vocabulary: &'a Vocabulary,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn report(&mut self, line: usize, what: impl Into<String>, instead: impl Into<String>) {
        let place = Place::Line { file: self.file.to_owned(), line, column: 1 };
        self.problems.push(Problem::new(place, what).instead(instead));
    }

    fn targets(&mut self, flow: &Flow) {
        let names: Vec<_> = flow.nodes.iter().map(|node| format!("`{}`", node.id)).collect();
        let all = flow.nodes.iter().flat_map(|node| node.kind.targets()).chain(&flow.for_next_child);
        for target in all {
            if flow.node(&target.node).is_none() {
                let what = format!("there is no step `{}`", target.node);
                self.report(target.line, what, format!("write one of {}", names.join(", ")));
            }
        }
    }

    fn reachable(&mut self, flow: &Flow) {
        let mut seen = BTreeSet::new();
        let first = flow.nodes.first().map(|node| Target { node: node.id.clone(), line: node.line });
        let mut open: Vec<Target> = first.into_iter().chain(flow.for_next_child.clone()).collect();
        while let Some(target) = open.pop() {
            if let Some(node) = flow.node(&target.node).filter(|node| seen.insert(node.id.clone())) {
                open.extend(node.kind.targets().into_iter().cloned());
            }
        }
        for node in flow.nodes.iter().filter(|node| !seen.contains(&node.id)) {
            let what = format!("no step leads to `{}`", node.id);
            self.report(node.line, what, format!("lead to it with `next: {}`, or delete it", node.id));
        }
    }

    /// A round of steps that never waits for anybody would never end.
    fn loops(&mut self, flow: &Flow) {
        for node in &flow.nodes {
            let mut at = node;
            let mut passed = BTreeSet::new();
            while let NodeKind::Say { next, .. } = &at.kind {
                if !passed.insert(at.id.clone()) {
                    break;
                }
                let Some(next) = flow.node(&next.node) else { break };
                at = next;
                if at.id == node.id {
                    let what = format!("`{}` leads back to itself without ever asking", node.id);
                    self.report(node.line, what, "put a question into the round, or end it");
                    break;
                }
            }
        }
    }

    fn actions(&mut self, flow: &Flow) {
        for node in &flow.nodes {
            if let NodeKind::GoOver { flow } = &node.kind
                && !self.vocabulary.flows.contains(&flow.node)
            {
                let known: Vec<_> = self.vocabulary.flows.iter().map(|id| format!("`{id}`")).collect();
                let what = format!("there is no flow `{}`", flow.node);
                self.report(flow.line, what, format!("write one of {}", known.join(", ")));
            }
            let NodeKind::Do { action, outcomes } = &node.kind else { continue };
            let Some(words) = self.vocabulary.actions.get(action.as_str()) else {
                let known: Vec<_> = self.vocabulary.actions.keys().map(|name| format!("`{name}`")).collect();
                let what = format!("there is no action `{action}`");
                self.report(node.line, what, format!("write one of {}", known.join(", ")));
                continue;
            };
            for outcome in words.outcomes {
                if !outcomes.contains_key(*outcome) {
                    let what =
                        format!("`{action}` can end with `{outcome}`, and nothing says what comes next");
                    self.report(node.line, what, format!("add `{outcome}: a step` below `outcomes:`"));
                }
            }
            for (outcome, target) in outcomes {
                if !words.outcomes.contains(&outcome.as_str()) {
                    let what = format!("`{action}` never ends with `{outcome}`");
                    let known = words.outcomes.join("`, `");
                    self.report(target.line, what, format!("delete it; its outcomes are `{known}`"));
                }
            }
        }
    }

    /// A question that reminds and then waits for ever would leave its person in no final state.
    fn ladders(&mut self, flow: &Flow) {
        for node in &flow.nodes {
            for rung in node.kind.silence() {
                let RungAction::ListFor(role) = &rung.what else { continue };
                if !self.vocabulary.roles.contains(role.as_str()) {
                    let known: Vec<_> =
                        self.vocabulary.roles.iter().map(|role| format!("`{role}`")).collect();
                    let what = format!("there is no role `{role}`");
                    self.report(node.line, what, format!("write one of {}", known.join(", ")));
                }
            }
            let ends = node
                .kind
                .silence()
                .last()
                .is_some_and(|rung| matches!(rung.what, RungAction::Then(_) | RungAction::ListFor(_)));
            if !node.kind.silence().is_empty() && !ends {
                let what = format!("after the last rung nobody cares for `{}` any more", node.id);
                self.report(node.line, what, "let the ladder end with `then: a step` or `list_for: a role`");
            }
            if let Some(unclear) = node.kind.unclear().filter(|unclear| unclear.texts.is_empty()) {
                self.report(unclear.then.line, "an unclear reply gets no answer", "add `texts: [t.unclear]`");
            }
        }
    }

    fn slots(&mut self, flow: &Flow) {
        for (name, slot) in &flow.slots {
            let is_used = flow.nodes.iter().any(|node| match &node.kind {
                NodeKind::Ask(ask) => ask.slot == *name,
                NodeKind::Confirm(_)
                | NodeKind::Say { .. }
                | NodeKind::Do { .. }
                | NodeKind::GoOver { .. }
                | NodeKind::End { .. } => false,
            });
            if !is_used {
                self.report(1, format!("no step asks for the slot `{name}`"), "ask for it, or delete it");
            }
            if slot.slot_type == SlotType::Child && slot.privacy == Privacy::Plain {
                self.report(1, format!("the slot `{name}` names children"), "write `privacy: minor`");
            }
        }
    }

    fn text(&mut self, text: &Text, values: &BTreeMap<String, Json>) {
        match template::render(&text.source, values) {
            Err(error) => {
                let names = names_of(values).join("`, `");
                self.report(
                    text.line,
                    format!("the text cannot be filled in: {error}"),
                    format!("known are `{names}`"),
                );
            }
            Ok(words) if words.len() > self.vocabulary.text_bytes_max => {
                let what = format!("the text has {} bytes when it is filled in", words.len());
                let max = self.vocabulary.text_bytes_max;
                self.report(text.line, what, format!("at most {max} bytes, about {} characters", max / 3));
            }
            Ok(words) => {
                if let Some(reason) = (self.vocabulary.forbids)(&words) {
                    self.report(text.line, reason, "say it without that");
                }
            }
        }
    }

    fn unused_texts(&mut self, flow: &Flow) {
        let used: BTreeSet<usize> =
            flow.nodes.iter().flat_map(|node| node.kind.texts()).map(|text| text.line).collect();
        for (name, text) in &flow.texts {
            if !used.contains(&text.line) {
                self.report(text.line, format!("no step says the text `{name}`"), "say it, or delete it");
            }
        }
    }
}

/// The vocabulary's sample with every slot of the flow answered and every child there.
fn sample_values(flow: &Flow, vocabulary: &Vocabulary) -> BTreeMap<String, Json> {
    let mut values = vocabulary.sample.values.clone();
    if let Some((_, child)) = vocabulary.sample.children.first() {
        values.insert("child".to_owned(), child.clone());
    }
    let answers =
        flow.slots.keys().map(|name| (name.clone(), Json::String("周一、周二、周三、周四、周五".to_owned())));
    values.insert("answer".to_owned(), Json::Object(answers.collect()));
    values.insert("asked".to_owned(), serde_json::json!({ "count": 2, "names": "欧阳小禾、欧阳小苗" }));
    values
}

/// The dotted names that texts can use.
fn names_of(values: &BTreeMap<String, Json>) -> Vec<String> {
    values
        .iter()
        .flat_map(|(name, value)| match value {
            Json::Object(fields) => fields.keys().map(|field| format!("{name}.{field}")).collect(),
            _ => vec![name.clone()],
        })
        .collect()
}
