//! The kinds of nodes, read from YAML: `say`, `ask`, `confirm`, `do`, `decide`, `flow`, `end`.
//!
//! Part of `parse`; knows one node at a time. Start at [`read_kind`].

mod decide;

use std::collections::BTreeMap;

use marked_yaml::types::MarkedMappingNode;

use super::definition::{Ask, Choice, Confirm, Next, NodeKind, Slot, SlotType, TapLabels, Text};
use super::parse::{read_silence, read_text, read_unclear};
use super::yaml::{Reader, target};
use crate::problem::one_of;
use crate::understand::Consent;

const CONSENTS: [(&str, Consent); 3] =
    [("yes", Consent::Yes), ("no", Consent::No), ("undecided", Consent::Undecided)];

const KINDS: [&str; 7] = ["say", "ask", "confirm", "do", "decide", "flow", "end"];

/// Reads a node's lines.
pub(super) fn read_kind(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    slots: &BTreeMap<String, Slot>,
    texts: &BTreeMap<String, Text>,
) -> Option<NodeKind> {
    let named: Vec<_> = KINDS.iter().filter(|kind| map.get_node(kind).is_some()).collect();
    let &[&kind] = named.as_slice() else {
        let what = if named.is_empty() { "this step does nothing" } else { "a step does one thing" };
        reader.report(
            map.span(),
            what,
            "begin it with one of `say:`, `ask:`, `confirm:`, `do:`, `decide:`, `flow:`, `end:`",
        );
        return None;
    };
    match kind {
        "say" => read_say(reader, map, texts),
        "ask" => read_ask(reader, map, slots, texts),
        "confirm" => read_confirm(reader, map, slots, texts),
        "do" => read_do(reader, map),
        "decide" => decide::read(reader, map, texts),
        "flow" => read_go_over(reader, map),
        _ => read_end(reader, map, texts),
    }
}

fn read_say(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    texts: &BTreeMap<String, Text>,
) -> Option<NodeKind> {
    reader.only(map, &["say", "next"]);
    let text = reader.required(map, "say", "the words").and_then(|node| read_text(reader, node, texts));
    let next = reader.required_target(map, "next");
    Some(NodeKind::Say { text: text?, next: next? })
}

fn read_end(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    texts: &BTreeMap<String, Text>,
) -> Option<NodeKind> {
    reader.only(map, &["end", "text"]);
    let ending = reader.required_scalar(map, "end", "how it ended, such as accepted");
    let text = map.get_node("text").and_then(|node| read_text(reader, node, texts));
    Some(NodeKind::End { ending: ending?.as_str().to_owned(), text })
}

fn read_do(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> Option<NodeKind> {
    reader.only(map, &["do", "outcomes"]);
    let action = reader.required_scalar(map, "do", "the name of an action");
    let hint = "{done: a step}";
    let entries = reader.required(map, "outcomes", hint).and_then(|node| reader.mapping(node, hint));
    let mut outcomes = BTreeMap::new();
    for (name, node) in entries.into_iter().flat_map(|entries| entries.iter()) {
        if let Some(scalar) = reader.scalar(node, "done: a step") {
            outcomes.insert(name.as_str().to_owned(), target(scalar));
        }
    }
    Some(NodeKind::Do { action: action?.as_str().to_owned(), outcomes })
}

fn read_go_over(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> Option<NodeKind> {
    reader.only(map, &["flow"]);
    let flow = reader.required_scalar(map, "flow", "the id of a flow").map(target);
    Some(NodeKind::GoOver { flow: flow? })
}

fn read_ask(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    slots: &BTreeMap<String, Slot>,
    texts: &BTreeMap<String, Text>,
) -> Option<NodeKind> {
    reader.only(
        map,
        &[
            "ask",
            "text",
            "menu",
            "words",
            "taps",
            "options",
            "yes_takes_over",
            "asks_anyway",
            "unclear",
            "silence",
            "next",
        ],
    );
    let slot = reader.required_scalar(map, "ask", "the name of a slot")?;
    let kind = known_slot(reader, slot, slots)?;
    let text = reader.required(map, "text", "the question").and_then(|node| read_text(reader, node, texts));
    let has_menu = matches!(kind, SlotType::Consent | SlotType::Confirm);
    let menu = if has_menu { read_menu(reader, map) } else { Vec::new() };
    let options = if kind == SlotType::Option { read_options(reader, map) } else { Vec::new() };
    let words = read_words(reader, map);
    let taps = read_taps(reader, map);
    let yes_takes_over = read_switch(reader, map, "yes_takes_over");
    let asks_anyway = read_switch(reader, map, "asks_anyway");
    let of_consent = ["menu", "words", "taps", "yes_takes_over"].map(|key| (key, has_menu));
    for (key, fits) in of_consent.into_iter().chain([("options", kind == SlotType::Option)]) {
        if let Some(node) = map.get_node(key).filter(|_| !fits) {
            let what = format!("`{key}` does not go with the slot `{}`", slot.as_str());
            reader.report(node.span(), what, "delete it, or change the slot's type");
        }
    }
    let unclear = read_unclear(reader, map, texts);
    let silence = read_silence(reader, map, texts);
    let next = read_next(reader, map, kind);
    let slot = slot.as_str().to_owned();
    Some(NodeKind::Ask(Ask {
        slot,
        text: text?,
        menu,
        options,
        words,
        taps,
        asks_anyway: asks_anyway?,
        yes_takes_over: yes_takes_over?,
        unclear: unclear?,
        silence,
        next: next?,
    }))
}

fn known_slot(
    reader: &mut Reader<'_>,
    scalar: &marked_yaml::types::MarkedScalarNode,
    slots: &BTreeMap<String, Slot>,
) -> Option<SlotType> {
    let found = slots.get(scalar.as_str()).map(|slot| slot.slot_type);
    if found.is_none() {
        let what = format!("there is no slot `{}`", scalar.as_str());
        let add = format!("add `{}: {{type: …, privacy: …}}` below `slots:`", scalar.as_str());
        let instead = match one_of(scalar.as_str(), slots.keys().map(String::as_str)) {
            near if near.ends_with('?') => format!("{near} Or {add}"),
            _ => add,
        };
        reader.report(scalar.span(), what, instead);
    }
    found
}

fn read_switch(reader: &mut Reader<'_>, map: &MarkedMappingNode, key: &str) -> Option<bool> {
    match map.get_scalar(key) {
        None => Some(false),
        Some(scalar) => reader.word(scalar, &[("true", true), ("false", false)]),
    }
}

/// `words: {一样: yes, 不一样: no}`.
fn read_words(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> BTreeMap<String, Consent> {
    let hint = "{一样: yes, 不一样: no}";
    let Some(entries) = map.get_node("words").and_then(|node| reader.mapping(node, hint)) else {
        return BTreeMap::new();
    };
    let mut words = BTreeMap::new();
    for (word, node) in entries.iter() {
        let consent = reader.scalar(node, "一样: yes").and_then(|scalar| reader.word(scalar, &CONSENTS));
        words.extend(consent.map(|consent| (word.as_str().to_owned(), consent)));
    }
    words
}

/// `taps: {yes: 对, no: 不对，重新说}`, in the order in which they are offered.
fn read_taps(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> TapLabels {
    let hint = "{yes: 对, no: 不对}";
    let Some(entries) = map.get_node("taps").and_then(|node| reader.mapping(node, hint)) else {
        return TapLabels::default();
    };
    let mut labels = Vec::new();
    for (word, node) in entries.iter() {
        let consent = reader.word(word, &CONSENTS);
        let label = reader.scalar(node, "yes: 对");
        labels.extend(consent.zip(label).map(|(consent, label)| (consent, label.as_str().to_owned())));
    }
    TapLabels(labels)
}

/// `menu: {1: yes, 2: no, 3: undecided}`, numbered without gaps.
fn read_menu(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> Vec<Consent> {
    let hint = "{1: yes, 2: no}";
    let Some(entries) = map.get_node("menu").and_then(|node| reader.mapping(node, hint)) else {
        return Vec::new();
    };
    let mut menu = Vec::new();
    for (index, (number, node)) in entries.iter().enumerate() {
        if number.as_str() != (index + 1).to_string() {
            let what = format!("option `{}` stands where {} is expected", number.as_str(), index + 1);
            reader.report(number.span(), what, format!("number the options 1, 2, 3 …: `menu: {hint}`"));
        }
        let word = reader.scalar(node, "1: yes").and_then(|scalar| reader.word(scalar, &CONSENTS));
        menu.extend(word);
    }
    menu
}

/// `options: [{name: 我的登记, next: a step}]`.
fn read_options(reader: &mut Reader<'_>, map: &MarkedMappingNode) -> Vec<Choice> {
    let hint = "[{name: 我的登记, next: a step}]";
    let Some(list) = reader.required(map, "options", hint) else { return Vec::new() };
    let mut options = Vec::new();
    for node in reader.sequence(list, &format!("options: {hint}")) {
        let Some(entry) = reader.mapping(node, hint) else { continue };
        reader.only(entry, &["name", "next"]);
        let name = reader.required_scalar(entry, "name", "我的登记");
        let next = reader.required_target(entry, "next");
        if let (Some(name), Some(next)) = (name, next) {
            options.push(Choice { name: name.as_str().to_owned(), next });
        }
    }
    options
}

fn read_next(reader: &mut Reader<'_>, map: &MarkedMappingNode, kind: SlotType) -> Option<Next> {
    match kind {
        SlotType::Option => Some(Next::ByOption),
        SlotType::Consent | SlotType::Confirm => {
            let hint = "{yes: a step, no: a step}";
            let entry = reader.required(map, "next", hint).and_then(|node| reader.mapping(node, hint))?;
            reader.only(entry, &["yes", "no", "undecided"]);
            let (yes, no) = (reader.required_target(entry, "yes"), reader.required_target(entry, "no"));
            Some(Next::Consent { yes: yes?, no: no?, undecided: entry.get_scalar("undecided").map(target) })
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
        | SlotType::Changes => reader.required_target(map, "next").map(Next::Always),
    }
}

fn read_confirm(
    reader: &mut Reader<'_>,
    map: &MarkedMappingNode,
    slots: &BTreeMap<String, Slot>,
    texts: &BTreeMap<String, Text>,
) -> Option<NodeKind> {
    reader.only(map, &["confirm", "text", "taps", "unclear", "silence", "next"]);
    let mut names = Vec::new();
    if let Some(list) = map.get_node("confirm") {
        for node in reader.sequence(list, "confirm: [days, pickup_at]") {
            let Some(scalar) = reader.scalar(node, "days") else { continue };
            if known_slot(reader, scalar, slots).is_some() {
                names.push(scalar.as_str().to_owned());
            }
        }
    }
    let text = reader.required(map, "text", "the question").and_then(|node| read_text(reader, node, texts));
    let unclear = read_unclear(reader, map, texts);
    let silence = read_silence(reader, map, texts);
    let hint = "{yes: a step, no: a step}";
    let next = reader.required(map, "next", hint).and_then(|node| reader.mapping(node, hint))?;
    reader.only(next, &["yes", "no"]);
    let (yes, no) = (reader.required_target(next, "yes"), reader.required_target(next, "no"));
    Some(NodeKind::Confirm(Confirm {
        slots: names,
        text: text?,
        taps: read_taps(reader, map),
        unclear: unclear?,
        silence,
        yes: yes?,
        no: no?,
    }))
}
