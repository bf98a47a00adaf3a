//! What a question offers to be tapped: every tap of every shipped flow is understood as what stands on it.

use std::collections::BTreeMap;

use kehou::flow::conversation::{Conversation, Frame};
use kehou::flow::definition::{Audience, Flow, Node, NodeKind, SlotType};
use kehou::flow::effect::Input;
use kehou::flow::step::{Tap, Taps, step, taps, together};
use kehou::flow::{Facts, Flows};
use kehou::rehearsal;
use kehou::rehearsal::cast::Cast;
use kehou::understand::{ChildOption, Choices, Consent, Question, Value};
use kehou::usecase::{facts, flow_files};

/// Several days are tried together only so far; the rest is more of the same.
const TOGETHER_MAX: u32 = 7;

fn school_facts() -> Facts {
    let school = Cast::school().unwrap();
    let now = "2026-11-24T07:00:00Z".parse().unwrap();
    let mut facts = facts::sample(&school, now);
    facts.audiences = vec![Audience::Guardian];
    let child = |id: &str, name: &str, class| {
        let grade = 1;
        ChildOption { id: id.into(), name: name.into(), is_girl: None, grade, class }
    };
    let children = vec![child("a", "李小禾", 1), child("b", "李小苗", 2)];
    facts.children = children
        .iter()
        .map(|child| {
            let values =
                serde_json::json!({"name": child.name, "class": "一年级1班", "registration": "参加"});
            (child.id.clone(), values)
        })
        .collect();
    facts.questions.insert(SlotType::Child, Question::Child { children });
    facts
}

fn standing_at(flow: &Flow, node: &Node) -> Conversation {
    let result = ["present", "lines", "from", "who", "why", "receipt", "note", "by", "day", "names", "alone"];
    let frame = Frame {
        flow: flow.id.clone(),
        hash: flow.hash.clone(),
        began_in_turn: 1,
        node: node.id.clone(),
        slots: BTreeMap::new(),
        before: BTreeMap::new(),
        given: BTreeMap::new(),
        unread: Vec::new(),
        ahead: String::new(),
        result: result.map(|name| (name.to_owned(), "11月25日".into())).into(),
        event_at: None,
        children: vec!["a".into(), "b".into()],
        child_index: 0,
        misses: 0,
        meant: Vec::new(),
        history: Vec::new(),
        asked_in_turn: 1,
    };
    Conversation { turn: 1, frames: vec![frame], parked: Vec::new() }
}

/// What some taps mean together.
fn meaning(chosen: &[&Tap]) -> Value {
    let mut means = chosen.iter().map(|tap| tap.means.clone());
    let first = means.next().unwrap();
    means.fold(first, |sum, next| match (sum, next) {
        (Value::Weekdays(a), Value::Weekdays(b)) => Value::Weekdays([a, b].concat()),
        (Value::Child(a), Value::Child(b)) => Value::Child([a, b].concat()),
        (Value::Date(a), Value::Date(b)) => Value::Date([a, b].concat()),
        (Value::Choices(Choices::These(a)), Value::Choices(Choices::These(b))) => {
            Value::Choices(Choices::These([a, b].concat()))
        }
        (a, b) => panic!("{a:?} and {b:?} are no answer together"),
    })
}

/// The days of spans one by one: neighbours may come back as one span.
fn spread(value: &Value) -> Value {
    let Value::Date(spans) = value else { return value.clone() };
    let days = spans.iter().flat_map(|span| {
        span.from.iter_days().take_while(|day| *day <= span.to).map(|day| {
            let mut one = *span;
            (one.from, one.to) = (day, day);
            one
        })
    });
    Value::Date(days.collect())
}

/// Where an answer leads, by the definition of the node.
fn leads_to(node: &Node, means: &Value) -> String {
    use kehou::flow::definition::Next;
    match (&node.kind, means) {
        (NodeKind::Confirm(confirm), Value::Consent(Consent::Yes)) => confirm.yes.node.clone(),
        (NodeKind::Confirm(confirm), Value::Consent(Consent::No)) => confirm.no.node.clone(),
        (NodeKind::Ask(ask), means) => match (&ask.next, means) {
            (Next::Always(target), _) => target.node.clone(),
            (Next::Consent { yes, .. }, Value::Consent(Consent::Yes)) => yes.node.clone(),
            (Next::Consent { no, .. }, Value::Consent(Consent::No)) => no.node.clone(),
            (Next::Consent { undecided, .. }, Value::Consent(Consent::Undecided)) => {
                undecided.as_ref().unwrap().node.clone()
            }
            (Next::ByOption, Value::Choices(Choices::These(numbers))) => {
                ask.options[usize::try_from(numbers[0]).unwrap() - 1].next.node.clone()
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

struct Place<'a> {
    flows: &'a Flows,
    facts: &'a Facts,
    flow: &'a Flow,
    node: &'a Node,
}

impl Place<'_> {
    fn holds(&self, chosen: &[&Tap]) {
        let at = standing_at(self.flow, self.node);
        let text = together(chosen.iter().map(|tap| tap.sends.as_str()));
        let turn = step(self.flows, &at, &Input::Reply(text.clone()), self.facts);
        let place = format!("{}/{}: «{text}»", self.flow.id, self.node.id);
        let means = meaning(chosen);
        let want = format!("{}/{}", self.flow.id, leads_to(self.node, &means));
        assert_eq!(turn.passed.first(), Some(&want), "{place}");
        let NodeKind::Ask(ask) = &self.node.kind else { return };
        let frame = turn.conversation.frames.iter().find(|frame| frame.flow == self.flow.id);
        if let Some(kept) = frame.and_then(|frame| frame.slots.get(&ask.slot)) {
            assert_eq!(spread(kept), spread(&means), "{place}");
        }
    }
}

#[test]
fn every_tap_of_every_question_is_understood_as_what_stands_on_it() {
    let flows = rehearsal::load(&flow_files::shipped()).unwrap();
    let facts = school_facts();
    let mut offered = 0;
    for flow in flows.iter().filter(|flow| flow.speaks_to == Audience::Guardian) {
        for node in &flow.nodes {
            let Some(found) = taps(&flows, &standing_at(flow, node), &facts) else { continue };
            let place = Place { flows: &flows, facts: &facts, flow, node };
            for tap in found.iter() {
                offered += 1;
                place.holds(&[tap]);
            }
            let Taps::Several { some, .. } = &found else { continue };
            let most = u32::try_from(some.len()).unwrap().min(TOGETHER_MAX);
            for set in 1_u32..(1 << most) {
                let chosen: Vec<&Tap> = some
                    .iter()
                    .enumerate()
                    .filter(|(bit, _)| set & (1 << bit) != 0)
                    .map(|(_, tap)| tap)
                    .collect();
                place.holds(&chosen);
            }
        }
    }
    assert!(offered > 100, "only {offered} taps");
}

#[test]
fn what_an_unclear_reply_may_have_meant_is_tapped_first_and_understood_as_just_that() {
    let flows = rehearsal::load(&flow_files::shipped()).unwrap();
    let facts = school_facts();
    let mut asked_back = 0;
    for flow in flows.iter().filter(|flow| flow.speaks_to == Audience::Guardian) {
        for node in &flow.nodes {
            for reply in ["周三不参加", "五点多", "五六点", "周一或周二", "球吧，看情况"]
            {
                let turn = step(&flows, &standing_at(flow, node), &Input::Reply(reply.into()), &facts);
                let Some(frame) = turn.conversation.frames.last().filter(|frame| !frame.meant.is_empty())
                else {
                    continue;
                };
                asked_back += 1;
                let found = taps(&flows, &turn.conversation, &facts).unwrap();
                let meant: Vec<&Tap> = found.iter().filter(|tap| frame.meant.contains(&tap.means)).collect();
                assert_eq!(meant.len(), frame.meant.len(), "{}/{}: {reply}", flow.id, node.id);
                let place = Place { flows: &flows, facts: &facts, flow, node };
                for tap in meant {
                    place.holds(&[tap]);
                }
            }
        }
    }
    assert!(asked_back > 10, "only {asked_back} were asked back");
}

/// The words beside the numbers of the last line of a question.
fn numbered(text: &str) -> Vec<String> {
    let line = text.trim().lines().last().unwrap_or_default().trim();
    let mut labels = Vec::new();
    for (index, part) in line.split("  ").enumerate() {
        match part.trim().strip_prefix(&format!("{} ", index + 1)) {
            Some(label) => labels.push(label.trim().to_owned()),
            None => return Vec::new(),
        }
    }
    labels
}

#[test]
fn what_can_be_tapped_is_what_the_sentence_offers_by_number() {
    let flows = rehearsal::load(&flow_files::shipped()).unwrap();
    let facts = school_facts();
    let mut compared = 0;
    for flow in flows.iter().filter(|flow| flow.speaks_to == Audience::Guardian) {
        for node in &flow.nodes {
            let text = match &node.kind {
                NodeKind::Ask(ask) => &ask.text,
                NodeKind::Confirm(confirm) => &confirm.text,
                _ => continue,
            };
            let said = numbered(&text.source);
            if said.is_empty() {
                continue;
            }
            compared += 1;
            let found = taps(&flows, &standing_at(flow, node), &facts);
            let labels: Vec<_> = found.iter().flat_map(Taps::iter).map(|tap| tap.label.clone()).collect();
            assert_eq!(labels, said, "{}/{}", flow.id, node.id);
        }
    }
    assert!(compared > 20, "only {compared} questions have numbers");
}

#[test]
fn questions_for_words_of_ones_own_offer_nothing() {
    let flows = rehearsal::load(&flow_files::shipped()).unwrap();
    let facts = school_facts();
    for (flow, node) in [("complaint", "ask-what"), ("contact", "ask-topic"), ("one-day", "ask-who")] {
        let flow = flows.get(flow).unwrap();
        let node = flow.node(node).unwrap_or_else(|| panic!("{}/{node}", flow.id));
        assert_eq!(taps(&flows, &standing_at(flow, node), &facts), None, "{}/{}", flow.id, node.id);
    }
    assert_eq!(taps(&flows, &Conversation::default(), &facts), None);
}

#[test]
fn what_is_on_offer_reads_well() {
    let flows = rehearsal::load(&flow_files::shipped()).unwrap();
    let facts = school_facts();
    let labels = |flow: &str, node: &str| {
        let flow = flows.get(flow).unwrap();
        let found = taps(&flows, &standing_at(flow, flow.node(node).unwrap()), &facts).unwrap();
        found.iter().map(|tap| tap.label.clone()).collect::<Vec<_>>().join(" · ")
    };
    assert_eq!(labels("opt-in", "ask-days"), "周一 · 周二 · 周三 · 周四 · 周五 · 每天");
    assert_eq!(labels("opt-in", "ask-time"), "16:20 · 16:30 · 16:45 · 17:00 · 17:15 · 17:30 · 17:45 · 18:00");
    assert_eq!(labels("leave", "ask-which"), "李小禾 · 李小苗 · 全部");
    assert_eq!(
        labels("leave", "ask-days"),
        "今天 周二 · 明天 周三 · 11月26日 周四 · 11月27日 周五 · 11月30日 周一 · 12月1日 周二"
    );
    assert_eq!(labels("withdraw", "ask-sure"), "退出 · 不退出");
}
