//! What a person says out of the blue: words that answer no question and yet say all that a flow needs to begin.
//!
//! Start at [`hear`].

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::super::definition::Covers;
use super::begin::Beginning;
use super::walk::Walk;
use crate::understand::{Answer, read};

/// What a person says out of the blue, such as «3号奶奶接走了», begins the flow that waits for it. Returns whether
/// anything was heard; where it fits two flows, they are asked to say more. What somebody is comes in the order of the
/// facts: a teacher whose own child is in care as well speaks of the class first.
pub(super) fn hear(walk: &mut Walk<'_>, text: &str) -> bool {
    let mut heard: Vec<(String, Covers, Beginning)> = Vec::new();
    for audience in &walk.facts.audiences {
        if !heard.is_empty() {
            break;
        }
        for flow in walk.flows.hearing(*audience) {
            for (slot, target) in &flow.hears {
                let question =
                    flow.slots.get(slot).and_then(|slot| walk.facts.questions.get(&slot.slot_type));
                let Some(Answer::Value(value)) = question.map(|question| read(text, question)) else {
                    continue;
                };
                let slots = BTreeMap::from([(slot.clone(), value)]);
                let node = Some(target.node.clone());
                let given = BTreeMap::from([("said".to_owned(), Json::from(text))]);
                let with = Beginning { node, slots, given, ..Beginning::default() };
                heard.push((flow.id.clone(), flow.covers, with));
            }
        }
    }
    let Some((flow, covers, with)) = heard.pop() else { return false };
    if !heard.is_empty() {
        walk.say_common("say_more");
        return true;
    }
    let children = match covers {
        Covers::EachChild => walk.facts.children.iter().map(|(id, _)| id.clone()).collect(),
        Covers::Person => Vec::new(),
    };
    walk.start_with(&flow, &children, with);
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::Weekday;

    use super::super::super::conversation::Conversation;
    use super::super::super::definition::{Audience, SlotType};
    use super::super::super::effect::{Effect, Input, Turn};
    use super::super::super::parse::{parse_common, parse_flow};
    use super::super::super::{Facts, Flows};
    use super::super::step;
    use crate::understand::Question;

    const GATE: &str = "
id: gate
title: 交接
speaks_to: staff
hears: {days: heard}
slots: {days: {type: weekdays, privacy: minor}}
steps:
  asked: {say: 问过了, next: heard}
  heard: {end: done, text: '记下了 {{answer.days}}'}
";
    const ASKS: &str = "
id: asks
title: 问
speaks_to: staff
starts_on: [menu]
slots: {which: {type: option, privacy: plain}}
texts: {again: 请回复 1。}
steps:
  ask:
    ask: which
    text: 哪个？
    options: [{name: 苹果, next: done}]
    unclear: {texts: [t.again], retries: 2, then: done}
    silence: [{after: 1 hour, then: done}]
  done: {end: done}
";

    fn next(flows: &[&str], at: &Conversation, text: &str) -> Turn {
        let common = "texts: {resume: 接着来, trouble: 出错, say_more: 再说清楚一点, not_available: 办不了}";
        let common = parse_common("common.yaml", common).unwrap();
        let flows = Flows::new(flows.iter().map(|source| parse_flow("test.yaml", source).unwrap()), common);
        let offered = vec![Weekday::Mon, Weekday::Tue];
        let questions = BTreeMap::from([
            (SlotType::Weekdays, Question::Weekdays { offered }),
            (SlotType::Message, Question::FreeText { takes_complaint: false }),
        ]);
        let facts = Facts { audiences: vec![Audience::Staff], questions, ..Facts::default() };
        step(&flows, at, &Input::Reply(text.into()), &facts)
    }

    fn said(turn: &Turn) -> Vec<&str> {
        let words = turn.effects.iter().filter_map(|effect| match effect {
            Effect::Say(text) => Some(text.as_str()),
            _ => None,
        });
        words.collect()
    }

    #[test]
    fn words_that_fit_begin_the_flow_without_any_question() {
        let heard = next(&[GATE, ASKS], &Conversation::default(), "周二");
        assert_eq!(said(&heard), ["记下了 周二"]);
        assert!(heard.conversation.frames.is_empty());
    }

    #[test]
    fn they_are_heard_beside_a_pending_question_which_is_asked_again() {
        let asked = next(&[GATE, ASKS], &Conversation::default(), "菜单");
        let heard = next(&[GATE, ASKS], &asked.conversation, "周一");
        assert_eq!(said(&heard), ["记下了 周一", "接着来", "哪个？"]);
        assert_eq!(said(&next(&[GATE, ASKS], &asked.conversation, "不知道")), ["请回复 1。"]);
    }

    #[test]
    fn a_message_to_be_passed_on_is_not_what_another_flow_hears() {
        let letter = "
id: letter
title: 写信
speaks_to: staff
starts_on: [menu]
slots: {words: {type: message, privacy: plain}}
texts: {again: 请写一句话。}
steps:
  ask:
    ask: words
    text: 想说什么？
    unclear: {texts: [t.again], retries: 2, then: done}
    silence: [{after: 1 hour, then: done}]
    next: done
  done: {end: done, text: '转了 {{answer.words}}'}
";
        let asked = next(&[GATE, letter], &Conversation::default(), "菜单");
        let heard = next(&[GATE, letter], &asked.conversation, "周一");
        assert_eq!(said(&heard), ["记下了 周一", "接着来", "想说什么？"]);
        assert_eq!(said(&next(&[GATE, letter], &heard.conversation, "水壶忘了")), ["转了 水壶忘了"]);
    }

    #[test]
    fn words_that_fit_two_flows_are_asked_for_more() {
        let other = GATE.replace("id: gate", "id: wall");
        let heard = next(&[GATE, &other], &Conversation::default(), "周二");
        assert_eq!(said(&heard), ["再说清楚一点"]);
    }

    #[test]
    fn the_title_of_a_flow_is_nothing_for_another_to_hear() {
        let monday = "{id: monday, title: 周一, speaks_to: staff, starts_on: [title],
            steps: {shown: {end: shown, text: 周一的名单}}}";
        let begun = next(&[GATE, ASKS, monday], &Conversation::default(), "周一");
        assert_eq!(said(&begun), ["周一的名单"]);
        assert_eq!(said(&next(&[GATE, ASKS, monday], &begun.conversation, "周二")), ["记下了 周二"]);
    }
}
