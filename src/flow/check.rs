//! Checking a flow (检查流程): dead ends, loops without an end, names and texts that lead nowhere, wording that breaks
//! the policy.
//!
//! Knows a parsed flow and the [`Vocabulary`]; finds all problems, each with its line and what to write instead. A
//! flow with problems is never loaded. Start at [`check`].

mod ways;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::definition::{CommonTexts, DecideRungAction, Flow, NodeKind, Privacy, RungAction, SlotType, Text};
use super::{Vocabulary, template};
use crate::problem::{Place, Problem, one_of};

pub use ways::rounds;

/// The engine's own texts, all of which `common.yaml` must have.
pub const COMMON_TEXTS: [&str; 12] = [
    "back_at_start",
    "cancelled",
    "goodbye",
    "not_available",
    "nothing_pending",
    "resume",
    "say_more",
    "did_you_mean",
    "which_did_you_mean",
    "trouble",
    "stale_tap",
    "unreadable",
];

/// Finds everything wrong with a parsed flow.
pub fn check(flow: &Flow, vocabulary: &Vocabulary) -> Vec<Problem> {
    let mut checker = Checker { file: &flow.file, vocabulary, problems: Vec::new() };
    checker.targets(flow);
    checker.reachable(flow);
    checker.dead_ends(flow);
    checker.refusals(flow);
    checker.actions(flow);
    checker.ladders(flow);
    checker.decisions(flow);
    checker.heard(flow);
    checker.opening(flow);
    checker.ahead(flow);
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
    let known: BTreeSet<&str> = COMMON_TEXTS.iter().chain(&vocabulary.notices).copied().collect();
    for name in &known {
        if !common.texts.contains_key(*name) {
            checker.report(
                1,
                format!("the text `{name}` is missing"),
                format!("add `{name}: …` below `texts:`"),
            );
        }
    }
    for (name, text) in &common.texts {
        if !known.contains(name.as_str()) {
            let instead = one_of(name, known.iter().copied());
            checker.report(text.line, format!("nothing says `{name}`"), instead);
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
        let all = flow.nodes.iter().flat_map(|node| node.kind.targets());
        let all = all.chain(&flow.for_next_child).chain(flow.hears.values()).chain(flow.upgrade.values());
        for target in all {
            if flow.node(&target.node).is_none() {
                let what = format!("there is no step `{}`", target.node);
                let known = flow.nodes.iter().map(|node| node.id.as_str());
                self.report(target.line, what, one_of(&target.node, known));
            }
        }
    }

    fn actions(&mut self, flow: &Flow) {
        for node in &flow.nodes {
            if let NodeKind::GoOver { flow } = &node.kind
                && !self.vocabulary.flows.contains(&flow.node)
            {
                let what = format!("there is no flow `{}`", flow.node);
                let instead = one_of(&flow.node, self.vocabulary.flows.iter().map(String::as_str));
                self.report(flow.line, what, instead);
            }
            let NodeKind::Do { action, outcomes } = &node.kind else { continue };
            let Some(words) = self.vocabulary.actions.get(action.as_str()) else {
                let what = format!("there is no action `{action}`");
                self.report(node.line, what, one_of(action, self.vocabulary.actions.keys().copied()));
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
                self.role(role, node.line);
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

    fn role(&mut self, role: &str, line: usize) {
        if !self.vocabulary.roles.contains(role) {
            let what = format!("there is no role `{role}`");
            self.report(line, what, one_of(role, self.vocabulary.roles.iter().copied()));
        }
    }

    /// A decision that nobody takes must reach somebody else, and a refusal must not be the end of it (R4).
    fn decisions(&mut self, flow: &Flow) {
        for node in &flow.nodes {
            let NodeKind::Decide(decide) = &node.kind else { continue };
            let also = decide.ladder.iter().filter_map(|rung| match &rung.what {
                DecideRungAction::Also(role) => Some(role),
                DecideRungAction::Remind(_) | DecideRungAction::Tell(_) => None,
            });
            let also: Vec<_> = also.collect();
            for role in decide.who.iter().chain(also.iter().copied()) {
                self.role(&role.name, role.line);
            }
            if also.is_empty() {
                let what = format!("when nobody decides `{}`, nobody else ever can", node.id);
                self.report(
                    node.line,
                    what,
                    "add a rung such as `{after: 8 schoolhours, also: school_admin}`",
                );
            }
        }
    }

    /// What is heard out of the blue must be told apart from anything else by its words alone.
    fn heard(&mut self, flow: &Flow) {
        for (name, target) in &flow.hears {
            let found = flow.slots.get(name).map(|slot| slot.slot_type);
            let is_hearable = matches!(
                found,
                Some(
                    SlotType::Decisions
                        | SlotType::Answer
                        | SlotType::RollCall
                        | SlotType::Handover
                        | SlotType::PickupReply
                        | SlotType::Changes
                        | SlotType::DigestRow
                        | SlotType::Acknowledgement
                )
            );
            if !is_hearable {
                let what = match found {
                    None => format!("there is no slot `{name}`"),
                    Some(_) => format!("`{name}` cannot be heard out of the blue: it takes too many words"),
                };
                let instead = "name a slot of type `decisions`, `answer`, `roll_call`, `handover`, `pickup_reply`, `changes`, `digest_row` or \
                     `acknowledgement`";
                self.report(target.line, what, instead);
            }
        }
    }

    /// What the opening words answer must be told apart in a sentence that says something else as well.
    fn opening(&mut self, flow: &Flow) {
        for (name, line) in &flow.opening {
            let what = match flow.slots.get(name).map(|slot| slot.slot_type) {
                Some(
                    SlotType::Child
                    | SlotType::Consent
                    | SlotType::Date
                    | SlotType::Person
                    | SlotType::Option,
                ) => continue,
                None => format!("there is no slot `{name}`"),
                Some(_) => format!("`{name}` cannot be read from the words that begin a flow"),
            };
            self.report(*line, what, "name a slot of type `child`, `consent`, `date`, `person` or `option`");
        }
    }

    /// What is said ahead must be told apart in a sentence as well, and be read back before it is stored.
    fn ahead(&mut self, flow: &Flow) {
        let is_read_back = |name: &String| {
            let mut kinds = flow.nodes.iter().map(|node| &node.kind);
            kinds.any(|kind| matches!(kind, NodeKind::Confirm(confirm) if confirm.slots.contains(name)))
        };
        for (name, line) in &flow.ahead {
            let what = match flow.slots.get(name).map(|slot| slot.slot_type) {
                Some(SlotType::Weekdays | SlotType::Time | SlotType::Choices) if is_read_back(name) => {
                    continue;
                }
                Some(SlotType::Weekdays | SlotType::Time | SlotType::Choices) => {
                    let what = format!("`{name}` can be said ahead, and no step reads it back");
                    self.report(*line, what, "name it in a `confirm`, or leave it out of `ahead`");
                    continue;
                }
                None => format!("there is no slot `{name}`"),
                Some(_) => format!("`{name}` cannot be read from what is said ahead"),
            };
            self.report(*line, what, "name a slot of type `weekdays`, `time` or `choices`");
        }
    }

    fn slots(&mut self, flow: &Flow) {
        for (name, slot) in &flow.slots {
            let is_used = flow.nodes.iter().any(|node| match &node.kind {
                NodeKind::Ask(ask) => ask.slot == *name,
                NodeKind::Confirm(_)
                | NodeKind::Say { .. }
                | NodeKind::Do { .. }
                | NodeKind::Decide(_)
                | NodeKind::GoOver { .. }
                | NodeKind::End { .. } => false,
            });
            if !is_used && !flow.hears.contains_key(name) {
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
                let known = names_of(values);
                let used = template::variables(&text.source).unwrap_or_default();
                let unknown = used.iter().find(|name| !known.contains(name));
                let instead = match unknown {
                    Some(name) => one_of(name, known.iter().map(String::as_str)),
                    None => "write variables as `{{child.name}}` and conditions as `{% if … %}…{% endif %}`"
                        .to_owned(),
                };
                self.report(text.line, format!("the text cannot be filled in: {error}"), instead);
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
