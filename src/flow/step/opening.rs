//! The words that begin a flow (开场白): what they answer already is not asked again.
//!
//! «小禾明天请假» begins the flow of leave, and has said which child and which day. Each question is held against them once,
//! when it would be asked for the first time. Start at [`answer`].

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::super::definition::{Ask, Flow, SlotType};
use super::reply::{fill, said_as_offered, way_on};
use super::walk::Walk;
use crate::understand::{Answer, Consent, Value, read};

/// The slots that the words which begin a flow may answer; none where it was not begun by words.
pub(super) fn slots(flow: &Flow, given: &BTreeMap<String, Json>) -> Vec<String> {
    if said(given).is_empty() { Vec::new() } else { flow.opening.keys().cloned().collect() }
}

fn said(given: &BTreeMap<String, Json>) -> &str {
    given.get("said").and_then(Json::as_str).unwrap_or_default()
}

/// Answers a question with the words that began the flow, if they do; returns where that leads.
pub(super) fn answer(walk: &mut Walk<'_>, flow: &Flow, ask: &Ask) -> Option<String> {
    let frame = walk.top_mut()?;
    let place = frame.unread.iter().position(|slot| *slot == ask.slot)?;
    frame.unread.remove(place);
    let said = said(&frame.given).to_owned();
    let value = value(walk, flow, ask, &said)?;
    let next = way_on(ask, &value)?;
    fill(walk, flow, ask, value);
    Some(next)
}

/// An option has to be said as it is offered: a whole sentence has words of several. Of consent only a yes counts
/// («我要参加»): what it leads to is read back before it is stored, and a no need not be.
fn value(walk: &Walk<'_>, flow: &Flow, ask: &Ask, said: &str) -> Option<Value> {
    let slot_type = flow.slots.get(&ask.slot)?.slot_type;
    if slot_type == SlotType::Option {
        return said_as_offered(ask, said);
    }
    match read(said, &walk.question(flow, ask)?) {
        Answer::Value(Value::Consent(consent)) if consent != Consent::Yes => None,
        Answer::Value(value) => Some(value),
        Answer::Command(_) | Answer::Unclear => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::super::super::conversation::Conversation;
    use super::super::super::definition::{Audience, SlotType};
    use super::super::super::effect::{Effect, Input, Turn};
    use super::super::super::parse::{parse_common, parse_flow};
    use super::super::super::{Facts, Flows};
    use super::super::step;
    use crate::understand::{ChildOption, Question};

    const FLOW: &str = r#"
id: leave
title: 请假
speaks_to: guardian
covers: each_child
for_next_child: ask-what
starts_on: [leave]
opening: [which, what, days]
slots:
  which: {type: child, privacy: minor}
  what: {type: option, privacy: plain}
  days: {type: date, privacy: minor}
texts: {again: 再说一遍}
steps:
  ask-which:
    ask: which
    text: 哪个孩子？
    unclear: {texts: [t.again], retries: 2, then: over}
    silence: [{after: 1 hour, then: over}]
    next: ask-what
  ask-what:
    ask: what
    text: 请假还是取消？
    options: [{name: 请假, next: ask-days}, {name: 取消请假, next: over}]
    unclear: {texts: [t.again], retries: 2, then: over}
    silence: [{after: 1 hour, then: over}]
  ask-days:
    ask: days
    text: 哪天？
    unclear: {texts: [t.again], retries: 2, then: over}
    silence: [{after: 1 hour, then: over}]
    next: read-back
  read-back:
    confirm: [days]
    text: "{{child.name}}{{answer.days}}，对吗？"
    unclear: {texts: [t.again], retries: 2, then: over}
    silence: [{after: 1 hour, then: over}]
    next: {yes: over, no: ask-days}
  over: {end: over, text: 好了}
"#;

    fn next(at: &Conversation, text: &str) -> Turn {
        let common = "texts: {resume: 接着来, trouble: 出错, say_more: 再说清楚一点, not_available: 办不了}";
        let common = parse_common("common.yaml", common).unwrap();
        let flows = Flows::new([parse_flow("test.yaml", FLOW).unwrap()], common);
        let child = |id: &str, name: &str| ChildOption {
            id: id.into(),
            name: name.into(),
            is_girl: None,
            grade: 1,
            class: 1,
        };
        let children = vec![child("a", "李小禾"), child("b", "李小苗")];
        let today = "2026-11-23".parse().unwrap();
        let date = Question::Date { today, holidays: Vec::new(), makeup_days: Vec::new() };
        let facts = Facts {
            audiences: vec![Audience::Guardian],
            children: vec![("a".into(), json!({"name": "李小禾"})), ("b".into(), json!({"name": "李小苗"}))],
            questions: BTreeMap::from([
                (SlotType::Child, Question::Child { children }),
                (SlotType::Date, date),
            ]),
            ..Facts::default()
        };
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
    fn what_the_first_words_said_is_not_asked() {
        let begun = next(&Conversation::default(), "小苗明天请假");
        assert_eq!(said(&begun), ["请假还是取消？"]);
        let chosen = next(&begun.conversation, "请假");
        assert_eq!(said(&chosen), ["李小苗11月24日，对吗？"]);
    }

    #[test]
    fn it_is_read_once_and_asked_when_it_was_wrong() {
        let begun = next(&Conversation::default(), "小苗明天请假");
        let chosen = next(&begun.conversation, "请假");
        assert_eq!(said(&next(&chosen.conversation, "不对")), ["哪天？"]);
        assert_eq!(said(&next(&chosen.conversation, "返回")), ["哪天？"]);
    }

    #[test]
    fn an_option_is_taken_as_it_is_offered_and_never_guessed() {
        let begun = next(&Conversation::default(), "取消请假");
        assert_eq!(said(&begun), ["哪个孩子？"]);
        assert_eq!(said(&next(&begun.conversation, "小禾")), ["好了"]);
    }

    #[test]
    fn bare_words_leave_every_question_to_be_asked() {
        assert_eq!(said(&next(&Conversation::default(), "请病假")), ["哪个孩子？"]);
    }
}
