//! One turn of a conversation (一轮对话). Total: a checked flow has an answer to every input.
//!
//! Pure: the conversation so far + what happened + facts → the next conversation and what to do about it. Knows no
//! store and no platform. Start at [`step`].

mod reply;
mod walk;

#[cfg(test)]
mod tests;

use super::conversation::{Conversation, Frame};
use super::definition::{NodeKind, RungAction, Trigger};
use super::effect::{Effect, Input, Turn};
use super::{Facts, Flows};
use walk::Walk;

/// Runs one turn.
///
/// - `flows`: all loaded flows.
/// - `at`: where the person stands.
/// - `input`: what happened.
/// - `facts`: what may be talked about now.
///
/// Returns the next conversation and what it asks for. When the last effect is [`Effect::Do`], the caller does it and
/// comes back with [`Input::Outcome`].
pub fn step(flows: &Flows, at: &Conversation, input: &Input, facts: &Facts) -> Turn {
    let mut walk = Walk::new(flows, at, facts);
    match input {
        Input::Start { flow, children } => walk.start_or_add(flow, children),
        Input::Welcome => walk.start_by(Trigger::Welcome),
        Input::Reply(text) => reply::take(&mut walk, text),
        Input::Unreadable => {
            walk.say_common("unreadable");
            walk.repeat_question();
        }
        Input::Silence { asked_in_turn, rung } => take_silence(&mut walk, *asked_in_turn, *rung),
        Input::Outcome { name, values } => {
            walk.result.clone_from(values);
            take_outcome(&mut walk, name);
        }
        Input::Settled { flow, children } => take_settled(&mut walk, flow, children),
    }
    walk.finish()
}

/// A rung is due: it acts only while its own question is still the pending one.
fn take_silence(walk: &mut Walk<'_>, asked_in_turn: u64, rung: usize) {
    let is_pending = walk.top().is_some_and(|frame| frame.asked_in_turn == asked_in_turn);
    let Some((flow, node)) = walk.pending_node().filter(|_| is_pending) else { return };
    let ladder = node.kind.silence();
    let Some(due) = ladder.get(rung) else { return };
    walk.passed.push(format!("{}/{}/silence/{rung}", flow.id, node.id));
    let children = walk.top().map(Frame::children_left).unwrap_or_default().to_vec();
    if let RungAction::Then(target) = &due.what {
        walk.run(&target.node);
        return;
    }
    match &due.what {
        RungAction::Remind(text) => {
            let words = walk.render(text);
            walk.effects.push(Effect::Remind(words));
        }
        RungAction::OtherGuardian => {
            walk.effects.push(Effect::OtherGuardian { flow: flow.id.clone(), children });
        }
        RungAction::ListFor(role) => {
            walk.effects.push(Effect::ListFor { role: role.clone(), children });
        }
        RungAction::Then(_) => {}
    }
    if let Some(next) = ladder.get(rung + 1) {
        walk.effects.push(Effect::Wait { asked_in_turn, rung: rung + 1, after: next.after });
    }
}

fn take_outcome(walk: &mut Walk<'_>, name: &str) {
    let Some((_, node)) = walk.pending_node() else { return };
    let NodeKind::Do { outcomes, .. } = &node.kind else { return };
    match outcomes.get(name) {
        Some(target) => walk.run(&target.node),
        None => walk.lose_way(),
    }
}

/// Somebody else answered for these children: nobody is asked about them any more.
fn take_settled(walk: &mut Walk<'_>, flow: &str, children: &[String]) {
    let Some(index) = walk.conversation.frames.iter().position(|frame| frame.flow == flow) else { return };
    let is_top = index + 1 == walk.conversation.frames.len();
    let Some(frame) = walk.conversation.frames.get_mut(index) else { return };
    let spoken_of = frame.child().map(str::to_owned);
    let mut left = frame.children_left().to_vec();
    let node = walk.flows.get(flow).and_then(|flow| flow.node(&frame.node));
    let is_kept = node.is_some_and(|node| matches!(&node.kind, NodeKind::Ask(ask) if ask.asks_anyway));
    left.retain(|child| !children.contains(child) || is_kept && spoken_of.as_ref() == Some(child));
    if left.is_empty() {
        walk.conversation.frames.remove(index);
        if is_top {
            walk.resume();
        }
        return;
    }
    let is_other_child = left.first() != spoken_of.as_ref();
    frame.children = left;
    frame.child_index = 0;
    if !is_other_child {
        return;
    }
    // What was answered so far was about a child that is settled now.
    frame.slots.clear();
    frame.before.clear();
    frame.history.clear();
    let first = walk.flows.get(flow).and_then(|flow| flow.nodes.first()).map(|node| node.id.clone());
    let Some(first) = first else { return };
    if is_top {
        walk.run(&first);
    } else if let Some(frame) = walk.conversation.frames.get_mut(index) {
        frame.node = first;
    }
}
