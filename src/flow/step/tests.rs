//! One turn of a conversation: what it says, asks for and remembers, over small flows of its own.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::conversation::Conversation;
use super::super::definition::{Audience, SlotType};
use super::super::effect::{Effect, Input, Turn};
use super::super::parse::{parse_common, parse_flow};
use super::super::{Facts, Flows};
use super::step;
use crate::understand::Question;

const FLOW: &str = r#"
id: colour
title: 颜色
speaks_to: guardian
covers: each_child
starts_on: [menu]
slots:
  need: {type: consent, privacy: minor}
texts:
  again: 再问一次：{{child.name}}要吗？
  last: 请回复 1 或 2。
  reminder: 还在等您的回复。
steps:
  ask-need:
    ask: need
    text: "{{child.name}}要吗？ 1 要 2 不要"
    menu: {1: yes, 2: no}
    unclear: {texts: [t.again, t.last], retries: 2, then: give-up}
    silence:
      - {after: 1 schoolday, at: "19:00", remind: t.reminder}
      - {after: 2 schooldays, other_guardian: true}
      - {after: 3 schooldays, then: give-up}
    next: {yes: save, no: refused}
  save:
    do: save
    outcomes: {done: saved}
  saved: {end: accepted, text: "记下了 {{result.receipt}}"}
  refused: {end: declined, text: "好的"}
  give-up: {end: lost, text: "请联系老师"}
"#;

const HELP: &str = "
id: help
title: 帮助
speaks_to: guardian
starts_on: [help]
steps:
  how: {end: helped, text: 这样用}
";

fn flows() -> Flows {
    let common = parse_common(
        "common.yaml",
        "texts: {resume: 接着来。, cancelled: 取消了, goodbye: 再见, trouble: 出错, unreadable: 看不懂图, \
         nothing_pending: 没有在办, not_available: 办不了, back_at_start: 第一步}",
    )
    .unwrap();
    Flows::new([FLOW, HELP].map(|source| parse_flow("test.yaml", source).unwrap()), common)
}

fn facts() -> Facts {
    Facts {
        audiences: vec![Audience::Guardian],
        values: BTreeMap::new(),
        children: vec![("a".into(), json!({"name": "小禾"})), ("b".into(), json!({"name": "小苗"}))],
        questions: BTreeMap::from([(SlotType::Consent, Question::Consent { menu: Vec::new() })]),
    }
}

fn start(children: &[&str]) -> Turn {
    let children = children.iter().map(|&id| id.to_owned()).collect();
    step(&flows(), &Conversation::default(), &Input::start("colour", children), &facts())
}

fn next(turn: &Turn, input: &Input) -> Turn {
    step(&flows(), &turn.conversation, input, &facts())
}

fn reply(turn: &Turn, text: &str) -> Turn {
    next(turn, &Input::Reply(text.into()))
}

fn said(turn: &Turn) -> Vec<&str> {
    turn.effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Say(text) | Effect::Remind(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn each_child_is_spoken_of_in_turn() {
    let asked = start(&["a", "b"]);
    assert_eq!(said(&asked), ["小禾要吗？ 1 要 2 不要"]);
    let refused = reply(&asked, "2");
    assert_eq!(said(&refused), ["好的", "小苗要吗？ 1 要 2 不要"]);
    let doing = reply(&refused, "1");
    let wants = matches!(doing.effects.last(), Some(Effect::Do { action, child, .. })
        if action == "save" && child.as_deref() == Some("b"));
    assert!(wants, "{:?}", doing.effects);
    let values = BTreeMap::from([("receipt".to_owned(), json!("K3M9"))]);
    let done = next(&doing, &Input::Outcome { name: "done".into(), values });
    assert_eq!(said(&done), ["记下了 K3M9"]);
    assert!(done.conversation.frames.is_empty());
}

#[test]
fn an_unclear_reply_is_asked_again_and_at_last_goes_to_a_person() {
    let mut turn = start(&["a"]);
    let mut heard = Vec::new();
    for _ in 0..3 {
        turn = reply(&turn, "今天天气不错");
        heard.extend(said(&turn).into_iter().map(str::to_owned));
    }
    assert_eq!(heard, ["再问一次：小禾要吗？", "请回复 1 或 2。", "请联系老师"]);
    assert!(turn.conversation.frames.is_empty());
}

#[test]
fn a_flow_that_interrupts_returns_to_the_pending_question() {
    let help = reply(&start(&["a"]), "帮助");
    assert_eq!(said(&help), ["这样用", "接着来。", "小禾要吗？ 1 要 2 不要"]);
    assert_eq!(said(&reply(&help, "2")), ["好的"]);
}

#[test]
fn the_title_of_a_flow_wins_over_the_command_that_it_reads_as() {
    let progress = "{id: progress, title: 登记进度, speaks_to: guardian, starts_on: [title], also_called: [查进度, 公告栏的],
        steps: {shown: {end: shown, text: 都登记了}}}";
    let desk = "{id: desk, title: 待办, speaks_to: guardian, starts_on: [query, title],
        steps: {empty: {end: shown, text: 没有要办的}}}";
    let flows = Flows::new(
        [FLOW, progress, desk].map(|source| parse_flow("test.yaml", source).unwrap()),
        flows().common,
    );
    for (text, wanted) in [
        ("登记进度", "都登记了"),
        ("“登记进度”！", "都登记了"),
        ("查进度", "都登记了"),
        ("公告栏的", "都登记了"),
        ("待办", "没有要办的"),
        ("查一下登记进度", "没有要办的"),
    ] {
        let input = Input::Reply(text.into());
        let idle = step(&flows, &Conversation::default(), &input, &facts());
        assert_eq!(said(&idle), [wanted], "«{text}» while nothing is asked");
        let beside = step(&flows, &start(&["a"]).conversation, &input, &facts());
        let resumed = [wanted, "接着来。", "小禾要吗？ 1 要 2 不要"];
        assert_eq!(said(&beside), resumed, "«{text}» beside a question");
    }
}

#[test]
fn no_title_keeps_anybody_from_leaving_a_question() {
    let title = "{id: end, title: 退出, speaks_to: guardian, starts_on: [title], steps: {end: {end: shown, text: 标题}}}";
    let flows =
        Flows::new([FLOW, title].map(|source| parse_flow("test.yaml", source).unwrap()), flows().common);
    let left = step(&flows, &start(&["a"]).conversation, &Input::Reply("退出".into()), &facts());
    assert_eq!(said(&left), ["再见"]);
}

#[test]
fn a_late_timer_hits_nothing() {
    let asked = start(&["a"]);
    let asked_in_turn = asked.conversation.turn;
    let due = Input::Silence { asked_in_turn, rung: 0 };
    let reminded = next(&asked, &due);
    assert_eq!(said(&reminded), ["还在等您的回复。"]);
    assert!(matches!(reminded.effects.last(), Some(Effect::Wait { rung: 1, .. })));
    let answered = reply(&reminded, "2");
    assert!(next(&answered, &due).effects.is_empty());
    let again = start(&["a", "b"]);
    let on_second_child = reply(&again, "2");
    assert!(next(&on_second_child, &due).effects.is_empty(), "the question for the first child is over");
}

#[test]
fn the_last_rung_goes_on_at_its_step() {
    let asked = start(&["a"]);
    let asked_in_turn = asked.conversation.turn;
    let asks_other = next(&asked, &Input::Silence { asked_in_turn, rung: 1 });
    assert!(matches!(asks_other.effects.first(), Some(Effect::OtherGuardian { .. })));
    let over = next(&asks_other, &Input::Silence { asked_in_turn, rung: 2 });
    assert_eq!(said(&over), ["请联系老师"]);
}

#[test]
fn cancel_exit_back_and_restart_leave_nobody_stuck() {
    let asked = start(&["a"]);
    for (word, wanted) in [
        ("取消", vec!["取消了"]),
        ("退出", vec!["再见"]),
        ("返回", vec!["第一步", "小禾要吗？ 1 要 2 不要"]),
        ("重新填写", vec!["小禾要吗？ 1 要 2 不要"]),
        ("投诉", vec!["办不了", "小禾要吗？ 1 要 2 不要"]),
    ] {
        assert_eq!(said(&reply(&asked, word)), wanted, "after {word}");
    }
}

#[test]
fn what_another_guardian_settled_is_not_asked_any_more() {
    let asked = start(&["a", "b"]);
    let settle = |children: &[&str]| Input::Settled {
        flow: "colour".into(),
        children: children.iter().map(|&id| id.to_owned()).collect(),
    };
    assert_eq!(said(&next(&asked, &settle(&["a"]))), ["小苗要吗？ 1 要 2 不要"]);
    let both = next(&asked, &settle(&["a", "b"]));
    assert!(both.effects.is_empty() && both.conversation.frames.is_empty());
}

#[test]
fn a_picture_gets_a_friendly_sentence_and_the_question_again() {
    let turn = next(&start(&["a"]), &Input::Unreadable);
    assert_eq!(said(&turn), ["看不懂图", "小禾要吗？ 1 要 2 不要"]);
}

const SIBLINGS: &str = r#"
id: siblings
title: 兄妹
speaks_to: guardian
covers: each_child
for_next_child: same
starts_on: [edit]
slots:
  need: {type: consent, privacy: minor}
  same: {type: consent, privacy: minor}
texts:
  again: 请回复 1 或 2。
steps:
  ask-need:
    ask: need
    text: "{{child.name}}要吗？"
    menu: {1: yes, 2: no}
    unclear: {texts: [t.again], retries: 1, then: give-up}
    silence: [{after: 1 hour, then: give-up}]
    next: {yes: save, no: save}
  same:
    ask: same
    text: "{{child.name}}一样吗？"
    menu: {1: yes, 2: no}
    words: {一样: yes, 不一样: no}
    yes_takes_over: true
    unclear: {texts: [t.again], retries: 1, then: give-up}
    silence: [{after: 1 hour, then: give-up}]
    next: {yes: save, no: ask-need}
  save:
    do: save
    outcomes: {done: saved, differs: replace}
  replace:
    ask: same
    text: "换吗？"
    asks_anyway: true
    unclear: {texts: [t.again], retries: 1, then: give-up}
    silence: [{after: 1 hour, then: give-up}]
    next: {yes: saved, no: saved}
  saved: {end: accepted}
  give-up: {end: lost, text: 请联系老师}
"#;

fn siblings(at: &Conversation, input: &Input) -> Turn {
    let common =
        parse_common("common.yaml", "texts: {resume: 接着来。, trouble: 出错, cancelled: 取消了}").unwrap();
    let flows =
        Flows::new([FLOW, SIBLINGS, HELP].map(|source| parse_flow("test.yaml", source).unwrap()), common);
    step(&flows, at, input, &facts())
}

fn asked_about(children: &[&str]) -> Turn {
    let children = children.iter().map(|&id| id.to_owned()).collect();
    siblings(&Conversation::default(), &Input::start("siblings", children))
}

fn outcome(name: &str) -> Input {
    Input::Outcome { name: name.into(), values: BTreeMap::new() }
}

fn done_with(turn: &Turn) -> BTreeMap<String, crate::understand::Value> {
    match turn.effects.last() {
        Some(Effect::Do { values, .. }) => values.clone(),
        other => panic!("nothing is done: {other:?}"),
    }
}

#[test]
fn only_yes_takes_over_what_was_answered_for_the_child_before() {
    let first = siblings(&asked_about(&["a", "b"]).conversation, &Input::Reply("1".into()));
    let asked = siblings(&first.conversation, &outcome("done"));
    assert_eq!(said(&asked), ["小苗一样吗？"]);
    let taken = siblings(&asked.conversation, &Input::Reply("一样的".into()));
    assert!(done_with(&taken).contains_key("need"));
    let other = siblings(&asked.conversation, &Input::Reply("不一样".into()));
    assert_eq!(said(&other), ["小苗要吗？"]);
    let slots = &other.conversation.frames[0].slots;
    assert!(!slots.contains_key("need"), "what was said for one child is never taken for another: {slots:?}");
}

#[test]
fn nobody_is_asked_whether_it_is_the_same_when_there_is_nothing_before() {
    let mut turn = asked_about(&["a", "b"]);
    for _ in 0..2 {
        turn = siblings(&turn.conversation, &Input::Reply("今天天气不错".into()));
    }
    assert_eq!(said(&turn), ["请联系老师", "小苗要吗？"]);
}

#[test]
fn a_child_settled_by_somebody_else_leaves_no_answers_to_its_sibling() {
    let settled = Input::Settled { flow: "siblings".into(), children: vec!["a".into()] };
    let first = siblings(&asked_about(&["a", "b"]).conversation, &Input::Reply("1".into()));
    let next = siblings(&first.conversation, &settled);
    assert_eq!(said(&next), ["小苗要吗？"]);
    assert!(next.conversation.frames[0].slots.is_empty());
    let differs = siblings(&first.conversation, &outcome("differs"));
    assert!(siblings(&differs.conversation, &settled).effects.is_empty(), "the question about it stays");
}

#[test]
fn what_is_settled_below_another_flow_is_silent_and_what_waits_is_asked_again() {
    let below = asked_about(&["a"]);
    let start = Input::start("colour", vec!["b".into()]);
    let above = siblings(&below.conversation, &start);
    let settled =
        |flow: &str, child: &str| Input::Settled { flow: flow.into(), children: vec![child.into()] };
    let silent = siblings(&above.conversation, &settled("siblings", "a"));
    assert!(silent.effects.is_empty() && silent.conversation.frames.len() == 1);
    let resumed = siblings(&above.conversation, &settled("colour", "b"));
    assert_eq!(said(&resumed), ["接着来。", "小禾要吗？"]);
    assert!(matches!(resumed.effects.last(), Some(Effect::Wait { rung: 0, .. })), "its ladder begins anew");
}

#[test]
fn a_flow_under_way_takes_further_children_on_and_loses_none() {
    let asked = asked_about(&["a"]);
    let more = Input::start("siblings", vec!["b".into()]);
    let both = siblings(&asked.conversation, &more);
    assert_eq!(both.conversation.frames[0].children, ["a", "b"]);
    assert_eq!(said(&both), ["小禾要吗？"], "nothing was answered, so all are asked about together");
}

#[test]
fn a_ladder_goes_on_while_another_flow_is_spoken_of() {
    let flows = flows();
    let asked = start(&["a"]);
    let asked_in_turn = asked.conversation.turn;
    // Something else is asked on top of it.
    let facts = facts();
    let other = FLOW.replace("id: colour", "id: shape").replace("starts_on: [menu]", "");
    let common = flows.common.clone();
    let both = Flows::new([FLOW, &other].map(|source| parse_flow("test.yaml", source).unwrap()), common);
    let on_top = step(&both, &asked.conversation, &Input::start("shape", vec!["b".into()]), &facts);
    let rung = |rung| Input::Silence { asked_in_turn, rung };
    let reminded = step(&both, &on_top.conversation, &rung(0), &facts);
    assert_eq!(said(&reminded), ["还在等您的回复。"]);
    assert_eq!(reminded.conversation.frames, on_top.conversation.frames, "the order stays");
    // The last rung ends what waits below; what is spoken of is asked again, because something was said.
    let given_up = step(&both, &reminded.conversation, &rung(2), &facts);
    assert_eq!(said(&given_up), ["请联系老师", "接着来。", "小苗要吗？ 1 要 2 不要"]);
}

#[test]
fn a_ladder_can_count_from_the_event_that_the_flow_is_about() {
    let from_event = FLOW.replace("speaks_to: guardian", "speaks_to: guardian\ncounts_from: event");
    let event_at = chrono::DateTime::from_timestamp(1_800_000_000, 0);
    let (children, given) = (vec!["a".to_owned()], BTreeMap::new());
    let input = Input::Start { flow: "colour".into(), children, given, event_at };
    for (source, want) in [(FLOW, None), (from_event.as_str(), event_at)] {
        let flows = Flows::new([parse_flow("test.yaml", source).unwrap()], flows().common);
        let turn = step(&flows, &Conversation::default(), &input, &facts());
        let counts_from = turn.effects.iter().find_map(|effect| match effect {
            Effect::Wait { event_at, .. } => Some(*event_at),
            _ => None,
        });
        assert_eq!(counts_from, Some(want));
    }
}
