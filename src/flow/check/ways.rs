//! Ways through a flow: what nothing leads to, what leads nowhere, and rounds in which nobody is ever asked.
//!
//! Knows steps and where they lead, not what they say. Start at [`rounds`] for all flows together.

use std::collections::{BTreeMap, BTreeSet};

use super::super::definition::{Ask, Flow, Next, Node, NodeKind, Outcomes, SlotType, Target};
use super::Checker;
use crate::problem::{Place, Problem};

/// A step of a flow.
type Stand<'a> = (&'a str, &'a str);

/// Finds the rounds in which nobody is ever asked, through `flow` steps too: such a turn would never end.
pub fn rounds(flows: &[Flow]) -> Vec<Problem> {
    let by_id: BTreeMap<&str, &Flow> = flows.iter().map(|flow| (flow.id.as_str(), flow)).collect();
    let mut problems = Vec::new();
    for flow in flows {
        for node in &flow.nodes {
            if comes_back(&by_id, flow, node) {
                let place = Place::Line { file: flow.file.clone(), line: node.line, column: 1 };
                let what = format!("`{}` leads back to itself without ever asking", node.id);
                problems.push(Problem::new(place, what).instead("put a question into the round, or end it"));
            }
        }
    }
    problems
}

fn comes_back(flows: &BTreeMap<&str, &Flow>, flow: &Flow, node: &Node) -> bool {
    let mut seen: BTreeSet<Stand<'_>> = BTreeSet::new();
    let mut open = unasked(flows, flow, node);
    while let Some(at) = open.pop() {
        if at == (flow.id.as_str(), node.id.as_str()) {
            return true;
        }
        let found = flows.get(at.0).and_then(|flow| Some((*flow, flow.node(at.1)?)));
        if let Some((flow, node)) = found.filter(|_| seen.insert(at)) {
            open.extend(unasked(flows, flow, node));
        }
    }
    false
}

/// Where a step can go on without anybody having answered a question.
fn unasked<'a>(flows: &BTreeMap<&str, &'a Flow>, flow: &'a Flow, node: &'a Node) -> Vec<Stand<'a>> {
    let here = |target: &'a Target| (flow.id.as_str(), target.node.as_str());
    match &node.kind {
        NodeKind::Say { next, .. } => vec![here(next)],
        NodeKind::Ask(ask) => passed_over(flow, ask).into_iter().map(here).collect(),
        NodeKind::Do { outcomes, .. } => outcomes.values().map(here).collect(),
        NodeKind::Decide(_) => node.kind.targets().into_iter().map(here).collect(),
        NodeKind::GoOver { flow } => {
            let other = flows.get(flow.node.as_str()).copied();
            let first = other.and_then(|flow| Some((flow.id.as_str(), flow.nodes.first()?.id.as_str())));
            first.into_iter().collect()
        }
        NodeKind::Confirm(_) | NodeKind::End { .. } => Vec::new(),
    }
}

/// Where a question leads when it is passed over: which child, where there is only one; the same as before, where
/// nothing was before.
fn passed_over<'a>(flow: &Flow, ask: &'a Ask) -> Option<&'a Target> {
    let is_child = flow.slots.get(&ask.slot).is_some_and(|slot| slot.slot_type == SlotType::Child);
    match &ask.next {
        Next::Always(target) => Some(target).filter(|_| is_child),
        Next::Consent { no, .. } => Some(no).filter(|_| ask.yes_takes_over),
        Next::ByOption => None,
    }
}

impl Checker<'_> {
    /// Every step can be come by.
    pub(super) fn reachable(&mut self, flow: &Flow) {
        let mut seen = BTreeSet::new();
        let first = flow.nodes.first().map(|node| node.id.as_str());
        let entries = flow.for_next_child.iter().chain(flow.hears.values());
        let entries = entries.chain(flow.upgrade.values()).map(|target| target.node.as_str());
        let mut open: Vec<&str> = first.into_iter().chain(entries).collect();
        while let Some(name) = open.pop() {
            if let Some(node) = flow.node(name).filter(|_| seen.insert(name)) {
                open.extend(node.kind.targets().into_iter().map(|target| target.node.as_str()));
            }
        }
        for node in flow.nodes.iter().filter(|node| !seen.contains(node.id.as_str())) {
            let what = format!("no step leads to `{}`", node.id);
            self.report(node.line, what, format!("lead to it with `next: {}`, or delete it", node.id));
        }
    }

    /// From every step there is a way to an end.
    pub(super) fn dead_ends(&mut self, flow: &Flow) {
        let mut good: BTreeSet<&str> = BTreeSet::new();
        // As many passes as the longest way has steps; each finds at least one more.
        for _ in &flow.nodes {
            let known = good.len();
            for node in &flow.nodes {
                let is_end = matches!(node.kind, NodeKind::End { .. } | NodeKind::GoOver { .. });
                // A target that is not there is another problem.
                let leads_on = |target: &&Target| {
                    good.contains(target.node.as_str()) || flow.node(&target.node).is_none()
                };
                if is_end || node.kind.targets().iter().any(leads_on) {
                    good.insert(&node.id);
                }
            }
            if good.len() == known {
                break;
            }
        }
        let by_id = BTreeMap::from([(flow.id.as_str(), flow)]);
        // A round without a question is a problem of its own.
        if flow.nodes.iter().any(|node| comes_back(&by_id, flow, node)) {
            return;
        }
        for node in flow.nodes.iter().filter(|node| !good.contains(node.id.as_str())) {
            let what = format!("from `{}` no way leads to an end", node.id);
            self.report(node.line, what, "let one of its answers lead to a step with `end:`");
        }
    }

    /// A refusal goes up to somebody and never ends with who refused (R4).
    pub(super) fn refusals(&mut self, flow: &Flow) {
        for node in &flow.nodes {
            let NodeKind::Decide(decide) = &node.kind else { continue };
            let is_last =
                decide.who.first().is_some_and(|role| self.vocabulary.last_word.contains(role.name.as_str()));
            let Outcomes::Decision { reject, .. } = &decide.outcomes else { continue };
            if is_last || !ends_straight(flow, reject) {
                continue;
            }
            let last = self.vocabulary.last_word.iter().copied().collect::<Vec<_>>().join("` or `");
            let what =
                format!("when `{}` is refused, that is the end of it; a refusal goes up (R4)", node.id);
            let instead =
                format!("let `reject:` lead to a `decide:` of `{last}`, to an action, or to a question");
            self.report(reject.line, what, instead);
        }
    }
}

/// Whether a way only says something before it ends.
fn ends_straight(flow: &Flow, from: &Target) -> bool {
    let mut at = flow.node(&from.node);
    for _ in &flow.nodes {
        match at.map(|node| &node.kind) {
            Some(NodeKind::Say { next, .. }) => at = flow.node(&next.node),
            Some(NodeKind::End { .. }) => return true,
            Some(
                NodeKind::Ask(_)
                | NodeKind::Confirm(_)
                | NodeKind::Do { .. }
                | NodeKind::Decide(_)
                | NodeKind::GoOver { .. },
            )
            | None => return false,
        }
    }
    false
}
