//! YAML → definition (解析流程): every problem of a file at once, with line and what to write instead.
//!
//! Knows the words of the language, not what the names in a flow refer to: `check` does. Start at [`parse_flow`].

use std::collections::BTreeMap;

use chrono::NaiveTime;
use marked_yaml::Node as Yaml;
use marked_yaml::types::{MarkedMappingNode, MarkedScalarNode};
use sha2::{Digest, Sha256};

use super::definition::{
    After, Audience, CommonTexts, CountsFrom, Covers, Flow, Node, Privacy, Rung, RungAction, Slot, SlotType,
    Target, Text, Trigger, Unclear, Unit, WhenInterrupted,
};
use super::nodes;
use super::yaml::{Reader, line, target, text};
use crate::problem::{Problem, one_of};
use crate::understand::Command;

/// The keys of a flow file.
const FLOW_KEYS: [&str; 16] = [
    "ahead",
    "also_called",
    "id",
    "title",
    "speaks_to",
    "covers",
    "for_next_child",
    "when_interrupted",
    "starts_on",
    "hears",
    "opening",
    "counts_from",
    "upgrade",
    "slots",
    "texts",
    "steps",
];

/// Global commands by the word that a flow's `starts_on` writes.
pub const COMMAND_WORDS: [(&str, Command); 14] = [
    ("help", Command::Help),
    ("menu", Command::Menu),
    ("back", Command::Back),
    ("cancel", Command::Cancel),
    ("exit", Command::Exit),
    ("human", Command::Human),
    ("restart", Command::Restart),
    ("edit", Command::Edit),
    ("query", Command::Query),
    ("mine", Command::Mine),
    ("withdraw", Command::Withdraw),
    ("leave", Command::Leave),
    ("authorise", Command::Authorise),
    ("complaint", Command::Complaint),
];

const SLOT_TYPES: [(&str, SlotType); 22] = [
    ("consent", SlotType::Consent),
    ("confirm", SlotType::Confirm),
    ("weekdays", SlotType::Weekdays),
    ("time", SlotType::Time),
    ("choices", SlotType::Choices),
    ("child", SlotType::Child),
    ("option", SlotType::Option),
    ("person", SlotType::Person),
    ("date", SlotType::Date),
    ("start_day", SlotType::StartDay),
    ("number", SlotType::Number),
    ("class", SlotType::Class),
    ("digest_row", SlotType::DigestRow),
    ("acknowledgement", SlotType::Acknowledgement),
    ("text", SlotType::Text),
    ("message", SlotType::Message),
    ("decisions", SlotType::Decisions),
    ("answer", SlotType::Answer),
    ("roll_call", SlotType::RollCall),
    ("handover", SlotType::Handover),
    ("pickup_reply", SlotType::PickupReply),
    ("changes", SlotType::Changes),
];

/// Parses one flow.
///
/// - `file`: the name to use in problems.
/// - `source`: the YAML.
///
/// # Errors
/// Every problem that can be seen without knowing the actions and variables.
pub fn parse_flow(file: &str, source: &str) -> Result<Flow, Vec<Problem>> {
    let mut reader = Reader::new(file);
    let flow = reader.load(source).and_then(|map| read_flow(&mut reader, file, source, &map));
    match flow {
        Some(flow) if reader.problems.is_empty() => Ok(flow),
        _ => Err(reader.problems),
    }
}

/// The id that a flow file gives itself, whatever else is wrong with it.
pub fn id_of(source: &str) -> Option<String> {
    let map = Reader::new("").load(source)?;
    map.get_scalar("id").map(|id| id.as_str().to_owned())
}

/// Parses the file of texts that belong to no single flow: `texts:` and nothing else.
///
/// # Errors
/// Every problem found.
pub fn parse_common(file: &str, source: &str) -> Result<CommonTexts, Vec<Problem>> {
    let mut reader = Reader::new(file);
    let mut common = CommonTexts { file: file.to_owned(), texts: BTreeMap::new() };
    if let Some(map) = reader.load(source) {
        reader.only(&map, &["texts"]);
        common.texts = read_texts(&mut reader, &map);
    }
    if reader.problems.is_empty() { Ok(common) } else { Err(reader.problems) }
}

fn read_flow(reader: &mut Reader<'_>, file: &str, source: &str, map: &MarkedMappingNode) -> Option<Flow> {
    reader.only(map, &FLOW_KEYS);
    let id = reader.required_scalar(map, "id", "a short name, such as opt-in");
    let title = reader.required_scalar(map, "title", "the name that people read");
    let audiences = [
        ("guardian", Audience::Guardian),
        ("staff", Audience::Staff),
        ("supervisor", Audience::Supervisor),
        ("anyone", Audience::Anyone),
        ("guest", Audience::Guest),
    ];
    let speaks_to = reader
        .required_scalar(map, "speaks_to", "guardian")
        .and_then(
            |scalar| if scalar.as_str() == "group" { refuse_group(reader, scalar) } else { Some(scalar) },
        )
        .and_then(|scalar| reader.word(scalar, &audiences));
    let covers = match map.get_scalar("covers") {
        None => Some(Covers::Person),
        Some(scalar) => reader.word(scalar, &[("person", Covers::Person), ("each_child", Covers::EachChild)]),
    };
    let when_interrupted = match map.get_scalar("when_interrupted") {
        None => Some(WhenInterrupted::Wait),
        Some(scalar) => {
            reader.word(scalar, &[("wait", WhenInterrupted::Wait), ("end", WhenInterrupted::End)])
        }
    };
    let counts_from = match map.get_scalar("counts_from") {
        None => Some(CountsFrom::Delivery),
        Some(scalar) => {
            reader.word(scalar, &[("delivery", CountsFrom::Delivery), ("event", CountsFrom::Event)])
        }
    };
    let starts_on = read_triggers(reader, map);
    let called = reader.scalars(map, "also_called", "[报名, 我要参加]");
    let also_called = called.into_iter().map(|scalar| scalar.as_str().to_owned()).collect();
    let hears = read_targets(reader, map, "hears", "{call: a step}");
    let opening = read_named(reader, map, "opening", "[which, days]");
    let ahead = read_named(reader, map, "ahead", "[days, pickup_at]");
    let upgrade = read_targets(reader, map, "upgrade", "{old-step: a step}");
    let slots = read_slots(reader, map);
    let texts = read_texts(reader, map);
    let nodes = read_nodes(reader, map, &slots, &texts);
    Some(Flow {
        id: id?.as_str().to_owned(),
        file: file.to_owned(),
        hash: content_hash(source),
        title: title?.as_str().to_owned(),
        speaks_to: speaks_to?,
        starts_on,
        also_called,
        hears,
        opening,
        ahead,
        counts_from: counts_from?,
        upgrade,
        covers: covers?,
        for_next_child: map.get_scalar("for_next_child").map(target),
        when_interrupted: when_interrupted?,
        slots,
        texts,
        nodes,
    })
}

/// No flow can speak to a group, so no text can show a child's data there.
fn refuse_group<'n>(reader: &mut Reader<'_>, scalar: &MarkedScalarNode) -> Option<&'n MarkedScalarNode> {
    let what = "nothing is said to groups: what is about one child would be read by all families";
    let instead = "write `guardian` or `staff`: each of them reads it in a conversation of their own";
    reader.report(scalar.span(), what, instead);
    None
}

fn content_hash(source: &str) -> String {
    let digest = Sha256::digest(source.as_bytes());
    hex::encode(digest.get(..8).unwrap_or(&digest))
}

fn read_triggers(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> Vec<Trigger> {
    let mut words = vec![
        ("welcome", Trigger::Welcome),
        ("title", Trigger::Title),
        ("anything_else", Trigger::AnythingElse),
    ];
    words.extend(COMMAND_WORDS.map(|(word, command)| (word, Trigger::Command(command))));
    let named = reader.scalars(map, "starts_on", "[menu]");
    named.into_iter().filter_map(|scalar| reader.word(scalar, &words)).collect()
}

/// Names of slots, each with its line.
fn read_named(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    key: &str,
    hint: &str,
) -> BTreeMap<String, usize> {
    let named = reader.scalars(map, key, hint);
    named.into_iter().map(|scalar| (scalar.as_str().to_owned(), line(scalar.span()))).collect()
}

/// `name: step` lines below a key.
pub(super) fn read_targets(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    key: &str,
    hint: &str,
) -> BTreeMap<String, Target> {
    let Some(entries) = map.get_node(key).and_then(|node| reader.mapping(node, hint)) else {
        return BTreeMap::new();
    };
    entries
        .iter()
        .filter_map(|(name, node)| Some((name.as_str().to_owned(), target(reader.scalar(node, hint)?))))
        .collect()
}

fn read_slots(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> BTreeMap<String, Slot> {
    let hint = "`days: {type: weekdays, privacy: minor}`";
    let mut slots = BTreeMap::new();
    let Some(entries) = map.get_node("slots").and_then(|node| reader.mapping(node, hint)) else {
        return slots;
    };
    for (name, node) in entries.iter() {
        let Some(entry) = reader.mapping(node, hint) else { continue };
        reader.only(entry, &["type", "privacy"]);
        let slot_type =
            reader.required_scalar(entry, "type", "consent").and_then(|word| reader.word(word, &SLOT_TYPES));
        let privacies = [("minor", Privacy::Minor), ("plain", Privacy::Plain)];
        let privacy =
            reader.required_scalar(entry, "privacy", "minor").and_then(|word| reader.word(word, &privacies));
        if let (Some(slot_type), Some(privacy)) = (slot_type, privacy) {
            slots.insert(name.as_str().to_owned(), Slot { slot_type, privacy });
        }
    }
    slots
}

fn read_texts(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> BTreeMap<String, Text> {
    let hint = "`reminder: 您好……`";
    let Some(entries) = map.get_node("texts").and_then(|node| reader.mapping(node, hint)) else {
        return BTreeMap::new();
    };
    entries
        .iter()
        .filter_map(|(name, node)| Some((name.as_str().to_owned(), text(reader.scalar(node, "name: 话术")?))))
        .collect()
}

fn read_nodes(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    slots: &BTreeMap<String, Slot>,
    texts: &BTreeMap<String, Text>,
) -> Vec<Node> {
    let hint = "the steps, each `name:` with its lines below it";
    let Some(steps) = reader.required(map, "steps", hint).and_then(|node| reader.mapping(node, hint)) else {
        return Vec::new();
    };
    if steps.is_empty() {
        reader.report(steps.span(), "a flow needs at least one step", "add a step");
    }
    let mut nodes = Vec::new();
    for (name, node) in steps.iter() {
        let Some(entry) = reader.mapping(node, "the step's lines, such as `say:` and `next:`") else {
            continue;
        };
        let at = line(name.span());
        if let Some(kind) = nodes::read_kind(reader, entry, slots, texts) {
            nodes.push(Node { id: name.as_str().to_owned(), line: at, kind });
        }
    }
    nodes
}

/// A text, written out or as `t.name`.
pub(super) fn read_text(
    reader: &mut Reader<'_>,
    node: &Yaml,
    texts: &BTreeMap<String, Text>,
) -> Option<Text> {
    let scalar = reader.scalar(node, "the words, or t.name")?;
    let Some(name) = scalar.as_str().strip_prefix("t.") else { return Some(text(scalar)) };
    let found = texts.get(name).cloned();
    if found.is_none() {
        let known: Vec<_> = texts.keys().map(|key| format!("t.{key}")).collect();
        let instead = if known.is_empty() {
            format!("add it below `texts:` as `{name}: …`")
        } else {
            let near = one_of(scalar.as_str(), known.iter().map(String::as_str));
            let or = if near.ends_with('?') { " Or" } else { ", or" };
            format!("{near}{or} add it below `texts:`")
        };
        reader.report(scalar.span(), format!("there is no text `{name}`"), instead);
    }
    found
}

/// What happens when a reply is not understood: `{retries: 2, then: step, texts: [t.a, t.b]}`.
pub(super) fn read_unclear(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    texts: &BTreeMap<String, Text>,
) -> Option<Unclear> {
    let hint = "{texts: [t.unclear], retries: 2, then: a step}";
    let entry = reader.required(map, "unclear", hint).and_then(|node| reader.mapping(node, hint))?;
    reader.only(entry, &["texts", "retries", "then"]);
    let mut said = Vec::new();
    if let Some(list) = reader.required(entry, "texts", "[t.unclear]") {
        for node in reader.sequence(list, "texts: [t.unclear]") {
            said.extend(read_text(reader, node, texts));
        }
    }
    let retries =
        reader.required_scalar(entry, "retries", "2").and_then(|scalar| read_retries(reader, scalar));
    let then = reader.required_target(entry, "then");
    Some(Unclear { texts: said, retries: retries?, then: then? })
}

fn read_retries(reader: &mut Reader<'_>, scalar: &MarkedScalarNode) -> Option<u32> {
    let retries = scalar.as_str().parse().ok().filter(|count| (1..=5).contains(count));
    if retries.is_none() {
        let what = format!("`{}` is not a number of retries", scalar.as_str());
        reader.report(scalar.span(), what, "write a number from 1 to 5");
    }
    retries
}

/// The ladder for silence; every question needs one.
pub(super) fn read_silence(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    texts: &BTreeMap<String, Text>,
) -> Vec<Rung> {
    let hint = "[{after: 1 schoolday, at: \"19:00\", remind: t.reminder}]";
    let Some(node) = reader.required(map, "silence", hint) else { return Vec::new() };
    let entries = reader.sequence(node, &format!("silence: {hint}"));
    if entries.is_empty() {
        reader.report(node.span(), "the ladder for silence is empty", format!("write {hint}"));
    }
    entries.iter().filter_map(|entry| read_rung(reader, entry, texts)).collect()
}

fn read_rung(reader: &mut Reader<'_>, node: &Yaml, texts: &BTreeMap<String, Text>) -> Option<Rung> {
    const ACTIONS: [&str; 4] = ["remind", "other_guardian", "list_for", "then"];
    let hint = "{after: 1 schoolday, remind: t.reminder}";
    let entry = reader.mapping(node, hint)?;
    reader.only(entry, &["after", "at", "remind", "other_guardian", "list_for", "then"]);
    let after = read_after(reader, entry);
    let named: Vec<_> = ACTIONS.iter().filter(|key| entry.get_node(key).is_some()).collect();
    let &[&action] = named.as_slice() else {
        let what = "a rung does exactly one thing";
        reader.report(entry.span(), what, "write one of `remind`, `other_guardian`, `list_for`, `then`");
        return None;
    };
    let value = entry.get_node(action)?;
    let what = match action {
        "remind" => RungAction::Remind(read_text(reader, value, texts)?),
        "other_guardian" => RungAction::OtherGuardian,
        "list_for" => {
            RungAction::ListFor(reader.scalar(value, "list_for: homeroom_teacher")?.as_str().to_owned())
        }
        _ => RungAction::Then(target(reader.scalar(value, "then: a step")?)),
    };
    Some(Rung { after: after?, what })
}

pub(super) fn read_after(reader: &mut Reader<'_>, entry: &MarkedMappingNode) -> Option<After> {
    let scalar = reader.required_scalar(entry, "after", "1 schoolday")?;
    read_length(reader, entry, scalar)
}

/// A length of time, with the time of the day that may stand beside it.
pub(super) fn read_length(
    reader: &mut Reader<'_>,
    entry: &MarkedMappingNode,
    scalar: &MarkedScalarNode,
) -> Option<After> {
    const HINT: &str = "write such as `30 minutes`, `2 hours`, `4 schoolhours` (hours in which the school works), `1 schoolday`";
    let (amount, unit) = scalar.as_str().split_once(' ').unwrap_or((scalar.as_str(), ""));
    let unit = match unit.trim() {
        "minute" | "minutes" => Some(Unit::Minutes),
        "hour" | "hours" => Some(Unit::Hours),
        "schoolhour" | "schoolhours" => Some(Unit::Schoolhours),
        "schoolday" | "schooldays" => Some(Unit::Schooldays),
        _ => None,
    };
    let amount = amount.parse().ok().filter(|amount| (1..=10_000).contains(amount));
    let (Some(amount), Some(unit)) = (amount, unit) else {
        reader.report(scalar.span(), format!("`{}` is not a length of time", scalar.as_str()), HINT);
        return None;
    };
    let at = match entry.get_scalar("at") {
        None => None,
        Some(at) => {
            let time = NaiveTime::parse_from_str(at.as_str(), "%H:%M").ok();
            if time.is_none() || unit != Unit::Schooldays {
                let what = "`at` is a time of the day, and goes with schooldays only";
                reader.report(at.span(), what, "write such as `after: 1 schoolday, at: \"19:00\"`");
            }
            time
        }
    };
    Some(After { amount, unit, at })
}
