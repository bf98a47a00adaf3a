//! A decision of somebody else: the request for it, and what becomes of the conversation when it comes.
//!
//! The flow is parked meanwhile, so that the person can speak of other things. Start at [`Walk::request`].

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::super::conversation::Frame;
use super::super::definition::{Covers, Decide, DecideRungAction, Flow, NodeKind, Outcomes};
use super::super::effect::{Effect, Request, RequestKind, RequestRung, RequestRungAction, Verdict};
use super::walk::Walk;

/// Flows of one person that can wait for somebody else's decision.
const PARKED_MAX: usize = 32;

impl Walk<'_> {
    /// Asks somebody else to decide and parks the flow; goes on with the next child, if there is one.
    pub(super) fn request(&mut self, flow: &Flow, decide: &Decide) -> Option<String> {
        let turn = self.conversation.turn;
        let words = self.render(&decide.text);
        let ladder = decide.ladder.iter().map(|rung| RequestRung {
            after: rung.after,
            what: match &rung.what {
                DecideRungAction::Remind(text) => RequestRungAction::Remind(self.render(text)),
                DecideRungAction::Tell(text) => RequestRungAction::Tell(self.render(text)),
                DecideRungAction::Also(role) => RequestRungAction::Also(role.name.clone()),
            },
        });
        let ladder = ladder.collect();
        let mut parked = self.top()?.clone();
        let child = parked.child().map(str::to_owned);
        parked.asked_in_turn = turn;
        let parked_at = parked.node.clone();
        if flow.covers == Covers::EachChild {
            parked.children = child.iter().cloned().collect();
            parked.child_index = 0;
        }
        let (began_in_turn, waiting) = (parked.began_in_turn, &mut self.conversation.parked);
        waiting.retain(|other| other.began_in_turn != began_in_turn || other.child() != child.as_deref());
        // Whoever asks for so much is answered about the latest; the older ones are still decided and on record.
        waiting.drain(..(waiting.len() + 1).saturating_sub(PARKED_MAX));
        waiting.push(parked);
        self.effects.push(Effect::Decide(Request {
            flow: flow.id.clone(),
            began_in_turn,
            node: parked_at,
            asked_in_turn: turn,
            child,
            title: decide.title.clone(),
            who: decide.who.iter().map(|role| role.name.clone()).collect(),
            words,
            within: decide.within,
            ladder,
            kind: match &decide.outcomes {
                Outcomes::Decision { ask, .. } => RequestKind::Decision { can_ask: ask.is_some() },
                Outcomes::Answer(_) => RequestKind::Answer,
            },
        }));
        self.next_child(flow)
    }
}

/// Which request was decided.
pub(super) struct Decided<'a> {
    pub(super) flow: &'a str,
    pub(super) child: Option<&'a str>,
    pub(super) asked_in_turn: u64,
}

/// Somebody has decided: the parked flow goes on where that leads. A decision that comes too late hits nothing.
pub(super) fn take(
    walk: &mut Walk<'_>,
    decided: &Decided<'_>,
    verdict: Verdict,
    values: &BTreeMap<String, Json>,
) {
    let is_meant = |frame: &Frame| {
        frame.flow == decided.flow
            && frame.asked_in_turn == decided.asked_in_turn
            && frame.child() == decided.child
    };
    let Some(index) = walk.conversation.parked.iter().position(is_meant) else { return };
    let mut frame = walk.conversation.parked.remove(index);
    frame.result.clone_from(values);
    walk.put_on_top(frame);
    let Some((flow, node)) = walk.pending_node() else { return walk.lose_way() };
    let NodeKind::Decide(decide) = &node.kind else { return walk.lose_way() };
    walk.passed.push(format!("{}/{}/{}", flow.id, node.id, verdict.word()));
    let target = match (&decide.outcomes, verdict) {
        (Outcomes::Decision { approve, .. }, Verdict::Approve) => Some(approve),
        (Outcomes::Decision { ask, .. }, Verdict::Ask) => ask.as_ref(),
        (Outcomes::Decision { reject, .. }, Verdict::Reject) => Some(reject),
        (Outcomes::Answer(answer), Verdict::Answer) => Some(answer),
        (Outcomes::Decision { .. }, Verdict::Answer)
        | (Outcomes::Answer(_), Verdict::Approve | Verdict::Ask | Verdict::Reject) => None,
    };
    match target {
        Some(target) => walk.run(&target.node),
        None => walk.lose_way(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::super::super::conversation::Conversation;
    use super::super::super::definition::Audience;
    use super::super::super::effect::{Effect, Input, Request, RequestRungAction, Turn, Verdict};
    use super::super::super::parse::{parse_common, parse_flow};
    use super::super::super::{Facts, Flows};
    use super::super::step;

    const FLOW: &str = r#"
id: club
title: 社团
speaks_to: guardian
covers: each_child
starts_on: [edit]
slots:
  more: {type: consent, privacy: minor}
texts:
  waits: "{{child.name}}还在等"
steps:
  ask-teacher:
    decide: 社团
    who: [homeroom_teacher]
    text: "{{child.name}}想参加"
    within: 4 schoolhours
    ladder:
      - {after: 4 schoolhours, remind: t.waits}
      - {after: 8 schoolhours, also: school_admin}
    outcomes: {approve: placed, ask: pass-on, reject: sorry}
  pass-on:
    ask: more
    text: "{{result.by}}问：{{result.note}}"
    menu: {1: yes, 2: no}
    unclear: {texts: [t.waits], retries: 1, then: sorry}
    silence: [{after: 1 hour, then: sorry}]
    next: {yes: ask-teacher, no: sorry}
  placed: {end: placed, text: "{{child.name}}好了"}
  sorry: {end: sorry, text: "{{child.name}}没成"}
"#;
    const MENU: &str = "
id: menu
title: 菜单
speaks_to: guardian
starts_on: [menu]
steps:
  only: {end: shown, text: 菜单在这里}
";

    fn flows() -> Flows {
        let common = parse_common("common.yaml", "texts: {resume: 接着来, trouble: 出错, cancelled: 取消了}");
        Flows::new([FLOW, MENU].map(|source| parse_flow("test.yaml", source).unwrap()), common.unwrap())
    }

    fn next(at: &Conversation, input: &Input) -> Turn {
        let facts = Facts {
            audiences: vec![Audience::Guardian],
            children: vec![("a".into(), json!({"name": "小禾"})), ("b".into(), json!({"name": "小苗"}))],
            ..Facts::default()
        };
        step(&flows(), at, input, &facts)
    }

    fn said(turn: &Turn) -> Vec<&str> {
        let words = turn.effects.iter().filter_map(|effect| match effect {
            Effect::Say(text) => Some(text.as_str()),
            _ => None,
        });
        words.collect()
    }

    fn requests(turn: &Turn) -> Vec<&Request> {
        let requests = turn.effects.iter().filter_map(|effect| match effect {
            Effect::Decide(request) => Some(request),
            _ => None,
        });
        requests.collect()
    }

    fn decided(request: &Request, verdict: Verdict) -> Input {
        let values = BTreeMap::from([("by".into(), json!("李老师")), ("note".into(), json!("哪天？"))]);
        let (flow, child) = (request.flow.clone(), request.child.clone());
        Input::Decided { flow, child, asked_in_turn: request.asked_in_turn, verdict, values }
    }

    fn start() -> Turn {
        next(&Conversation::default(), &Input::start("club", vec!["a".into(), "b".into()]))
    }

    #[test]
    fn each_child_is_a_matter_of_its_own_and_nobody_has_to_wait_in_the_conversation() {
        let asked = start();
        let requests = requests(&asked);
        assert_eq!(
            requests.iter().map(|request| request.words.as_str()).collect::<Vec<_>>(),
            ["小禾想参加", "小苗想参加"]
        );
        assert_eq!(requests[0].ladder[0].what, RequestRungAction::Remind("小禾还在等".into()));
        assert!(asked.conversation.frames.is_empty());
        let menu = next(&asked.conversation, &Input::Reply("菜单".into()));
        assert_eq!(said(&menu), ["菜单在这里"]);
        let placed = next(&menu.conversation, &decided(requests[1], Verdict::Approve));
        assert_eq!(said(&placed), ["小苗好了"]);
        assert_eq!(placed.passed, ["club/ask-teacher/approve", "club/placed"]);
        let refused = next(&placed.conversation, &decided(requests[0], Verdict::Reject));
        assert_eq!(said(&refused), ["小禾没成"]);
        assert!(refused.conversation.parked.is_empty());
    }

    #[test]
    fn a_decision_that_comes_again_or_too_late_hits_nothing() {
        let asked = start();
        let request = requests(&asked)[0].clone();
        let placed = next(&asked.conversation, &decided(&request, Verdict::Approve));
        let again = next(&placed.conversation, &decided(&request, Verdict::Reject));
        assert_eq!(said(&again), Vec::<&str>::new());
        assert_eq!(again.conversation.parked, placed.conversation.parked);
    }

    #[test]
    fn a_question_of_the_decider_goes_to_the_person_and_the_answer_back() {
        let asked = start();
        let first = requests(&asked)[0].clone();
        let back = next(&asked.conversation, &decided(&first, Verdict::Ask));
        assert_eq!(said(&back), ["李老师问：哪天？"]);
        let again = next(&back.conversation, &Input::Reply("1".into()));
        let second = requests(&again)[0].clone();
        assert!(second.asked_in_turn > first.asked_in_turn);
        assert_eq!(said(&next(&again.conversation, &decided(&first, Verdict::Approve))), Vec::<&str>::new());
        assert_eq!(said(&next(&again.conversation, &decided(&second, Verdict::Approve))), ["小禾好了"]);
    }

    #[test]
    fn a_decision_interrupts_what_is_spoken_of_and_returns_to_it() {
        let asked = start();
        let [first, second] = [0, 1].map(|at| requests(&asked)[at].clone());
        let back = next(&asked.conversation, &decided(&first, Verdict::Ask));
        let placed = next(&back.conversation, &decided(&second, Verdict::Approve));
        assert_eq!(said(&placed), ["小苗好了", "接着来", "李老师问：哪天？"]);
    }
}
