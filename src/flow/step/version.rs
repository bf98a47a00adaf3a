//! Versions: who is in an older version of a flow goes on in it, unless the present one says where their step has gone.
//!
//! Start at [`upgrade`].

use super::super::Flows;
use super::super::conversation::Frame;

/// Moves a frame on to the present version of its flow, where that says where its step has gone. Everybody else goes on
/// in the version that they began with.
pub(super) fn upgrade(flows: &Flows, frame: &mut Frame) {
    let Some(present) = flows.get(&frame.flow).filter(|flow| flow.hash != frame.hash) else { return };
    let is_known = flows.version(frame).is_some_and(|flow| flow.hash == frame.hash);
    if let Some(target) = present.upgrade.get(&frame.node) {
        frame.node.clone_from(&target.node);
    } else if is_known {
        return;
    }
    frame.hash.clone_from(&present.hash);
    frame.history.retain(|node| present.node(node).is_some());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::super::conversation::Conversation;
    use super::super::super::effect::{Effect, Input};
    use super::super::super::parse::{parse_common, parse_flow};
    use super::super::super::{Facts, Flows};
    use super::super::step;

    const OLD: &str = "
id: asks
title: 问
speaks_to: guardian
slots: {which: {type: option, privacy: plain}}
texts: {again: 旧的第二问}
steps:
  ask:
    ask: which
    text: 旧的问题
    options: [{name: 苹果, next: done}]
    unclear: {texts: [t.again], retries: 2, then: done}
    silence: [{after: 1 hour, then: done}]
  done: {end: done, text: 旧的结束}
";

    /// What is said to somebody who stands in the old version and now writes words that answer nothing.
    fn said(present: &str, keeps_old: bool) -> Vec<String> {
        let parse = |source: &str| parse_flow("test.yaml", source).unwrap();
        let common = || parse_common("common.yaml", "texts: {trouble: 出错}").unwrap();
        let at = Conversation::default();
        let asked =
            step(&Flows::new([parse(OLD)], common()), &at, &Input::start("asks", vec![]), &Facts::default());
        let older = keeps_old.then(|| Arc::new(parse(OLD)));
        let flows = Flows::new([parse(present)], common()).with_older(older);
        let turn = step(&flows, &asked.conversation, &Input::Reply("不知道".into()), &Facts::default());
        let words = turn.effects.into_iter().filter_map(|effect| match effect {
            Effect::Say(text) => Some(text),
            _ => None,
        });
        words.collect()
    }

    #[test]
    fn who_began_with_an_older_version_goes_on_in_it() {
        assert_eq!(said(&OLD.replace('旧', "新"), true), ["旧的第二问"]);
    }

    #[test]
    fn an_upgrade_map_moves_them_to_the_present_one() {
        let renamed = OLD.replace('旧', "新").replace("\n  ask:", "\n  ask-again:");
        let present = format!("{renamed}upgrade: {{ask: ask-again}}\n");
        assert_eq!(said(&present, true), ["新的第二问"]);
    }

    #[test]
    fn where_the_older_version_is_lost_they_go_on_as_well_as_they_can() {
        assert_eq!(said(&OLD.replace('旧', "新"), false), ["新的第二问"]);
        let renamed = OLD.replace('旧', "新").replace("\n  ask:", "\n  ask-again:");
        assert_eq!(said(&renamed, false), ["出错"]);
    }
}
