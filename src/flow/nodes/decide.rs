//! The node `decide`: who decides, what they read, what happens while nobody does, and where each outcome leads.
//!
//! Part of `nodes`. Start at [`read`].

use std::collections::BTreeMap;

use marked_yaml::Node as Yaml;
use marked_yaml::types::{MarkedMappingNode, MarkedScalarNode};

use super::super::definition::{Decide, DecideRung, DecideRungAction, NodeKind, Outcomes, Role, Text};
use super::super::parse::{read_after, read_length, read_text};
use super::super::yaml::{Reader, line, target};

const RUNG: &str = "{after: 4 schoolhours, remind: t.reminder}";
const OUTCOMES: &str = "{approve: a step, ask: a step, reject: a step}";

/// Reads the node's lines.
pub(super) fn read(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    texts: &BTreeMap<String, Text>,
) -> Option<NodeKind> {
    reader.only(map, &["decide", "who", "text", "within", "ladder", "outcomes"]);
    let title = reader.required_scalar(map, "decide", "what it is called, such as 中途申请");
    let who = read_who(reader, map);
    let text = reader.required(map, "text", "what the decider reads");
    let text = text.and_then(|node| read_text(reader, node, texts));
    let within = reader.required_scalar(map, "within", "4 schoolhours");
    let within = within.and_then(|scalar| read_length(reader, map, scalar));
    let ladder = read_ladder(reader, map, texts);
    let outcomes = reader.required(map, "outcomes", OUTCOMES);
    let outcomes = outcomes.and_then(|node| reader.mapping(node, OUTCOMES))?;
    let outcomes = read_outcomes(reader, outcomes);
    Some(NodeKind::Decide(Decide {
        title: title?.as_str().to_owned(),
        who,
        text: text?,
        within: within?,
        ladder,
        outcomes: outcomes?,
    }))
}

/// `{approve: …, ask: …, reject: …}`, or `{answer: …}` alone.
fn read_outcomes(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> Option<Outcomes> {
    if let Some(answer) = map.get_scalar("answer") {
        reader.only(map, &["answer"]);
        return Some(Outcomes::Answer(target(answer)));
    }
    reader.only(map, &["approve", "ask", "reject", "answer"]);
    let approve = reader.required_target(map, "approve");
    let reject = reader.required_target(map, "reject");
    Some(Outcomes::Decision { approve: approve?, ask: map.get_scalar("ask").map(target), reject: reject? })
}

fn read_who(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> Vec<Role> {
    let hint = "[homeroom_teacher]";
    let Some(node) = reader.required(map, "who", hint) else { return Vec::new() };
    let entries = reader.sequence(node, &format!("who: {hint}"));
    if entries.is_empty() {
        reader.report(node.span(), "nobody can decide", format!("write `who: {hint}`"));
    }
    entries.iter().filter_map(|entry| reader.scalar(entry, "homeroom_teacher").map(role)).collect()
}

fn role(scalar: &MarkedScalarNode) -> Role {
    Role { name: scalar.as_str().to_owned(), line: line(scalar.span()) }
}

fn read_ladder(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    texts: &BTreeMap<String, Text>,
) -> Vec<DecideRung> {
    let Some(node) = reader.required(map, "ladder", &format!("[{RUNG}]")) else { return Vec::new() };
    let entries = reader.sequence(node, &format!("ladder: [{RUNG}]"));
    if entries.is_empty() {
        reader.report(node.span(), "nobody notices that nobody decides", format!("write `ladder: [{RUNG}]`"));
    }
    entries.iter().filter_map(|entry| read_rung(reader, entry, texts)).collect()
}

fn read_rung(reader: &mut Reader<'_>, node: &Yaml, texts: &BTreeMap<String, Text>) -> Option<DecideRung> {
    const ACTIONS: [&str; 3] = ["remind", "also", "tell"];
    let entry = reader.mapping(node, RUNG)?;
    reader.only(entry, &["after", "at", "remind", "also", "tell"]);
    let after = read_after(reader, entry);
    let named: Vec<_> = ACTIONS.iter().filter(|key| entry.get_node(key).is_some()).collect();
    let &[&action] = named.as_slice() else {
        reader.report(entry.span(), "a rung does exactly one thing", "write one of `remind`, `also`, `tell`");
        return None;
    };
    let value = entry.get_node(action)?;
    let what = match action {
        "remind" => DecideRungAction::Remind(read_text(reader, value, texts)?),
        "tell" => DecideRungAction::Tell(read_text(reader, value, texts)?),
        _ => DecideRungAction::Also(role(reader.scalar(value, "also: school_admin")?)),
    };
    Some(DecideRung { after: after?, what })
}
