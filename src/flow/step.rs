//! One turn of a conversation (一轮对话). Total: a checked flow has an answer to every input.
//!
//! Pure: the conversation so far + what happened + facts → the next conversation and what to do about it. Knows no
//! store and no platform. Start at [`step`].

mod ahead;
mod begin;
mod decide;
mod hear;
mod meaning;
mod opening;
mod reply;
mod taps;
mod version;
mod walk;

#[cfg(test)]
mod tests;

use super::conversation::{Conversation, Frame};
use super::definition::{NodeKind, RungAction, Trigger};
use super::effect::{Effect, Input, Turn};
use super::{Facts, Flows};
use begin::Beginning;
use walk::Walk;

pub use taps::{Tap, Taps, taps, together};

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
        Input::Start { flow, children, given, event_at } => {
            let with = Beginning { given: given.clone(), event_at: *event_at, ..Beginning::default() };
            walk.start_or_add(flow, children, with);
        }
        Input::Welcome => walk.start_by(Trigger::Welcome),
        Input::Reply(text) => reply::take(&mut walk, text),
        Input::Pressed(text) => {
            if !hear::hear(&mut walk, text) {
                walk.say_common("stale_tap");
                walk.repeat_question();
            }
        }
        Input::Unreadable => {
            walk.say_common("unreadable");
            walk.repeat_question();
        }
        Input::StaleTap => {
            walk.say_common("stale_tap");
            walk.repeat_question();
        }
        Input::Silence { asked_in_turn, rung } => take_silence(&mut walk, *asked_in_turn, *rung),
        Input::Outcome { name, values } => {
            if let Some(frame) = walk.top_mut() {
                frame.result.clone_from(values);
            }
            take_outcome(&mut walk, name);
        }
        Input::Decided { flow, child, asked_in_turn, verdict, values } => {
            let decided = decide::Decided { flow, child: child.as_deref(), asked_in_turn: *asked_in_turn };
            decide::take(&mut walk, &decided, *verdict, values);
        }
        Input::Settled { flow, children } => take_settled(&mut walk, flow, children),
    }
    walk.finish()
}

/// A rung is due: it acts only while its own question still waits for an answer.
fn take_silence(walk: &mut Walk<'_>, asked_in_turn: u64, rung: usize) {
    let frames = &mut walk.conversation.frames;
    let Some(index) = frames.iter().position(|frame| frame.asked_in_turn == asked_in_turn) else { return };
    let top = frames.len() - 1;
    // What is asked below another flow is spoken of for this turn only.
    let frame = frames.remove(index);
    frames.push(frame);
    walk.is_aside = index < top;
    let is_over = fire(walk, asked_in_turn, rung);
    if let Some(frame) = walk.conversation.frames.pop_if(|_| !is_over) {
        walk.conversation.frames.insert(index, frame);
    }
}

/// What the rung says; returns whether the question was left.
fn fire(walk: &mut Walk<'_>, asked_in_turn: u64, rung: usize) -> bool {
    let Some((flow, node)) = walk.pending_node() else { return false };
    let ladder = node.kind.silence();
    let Some(due) = ladder.get(rung) else { return false };
    walk.passed.push(format!("{}/{}/silence/{rung}", flow.id, node.id));
    let children = walk.top().map(Frame::children_left).unwrap_or_default().to_vec();
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
        RungAction::Then(target) => {
            walk.run(&target.node);
            return true;
        }
    }
    if let Some(next) = ladder.get(rung + 1) {
        walk.wait(asked_in_turn, rung + 1, next.after);
    }
    false
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
    let node = walk.flows.version(frame).and_then(|flow| flow.node(&frame.node));
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
    let first = walk.flows.version(frame).and_then(|flow| flow.nodes.first()).map(|node| node.id.clone());
    let Some(first) = first else { return };
    if is_top {
        walk.run(&first);
    } else if let Some(frame) = walk.conversation.frames.get_mut(index) {
        frame.node = first;
    }
}
