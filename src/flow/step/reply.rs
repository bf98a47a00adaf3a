//! A reply (回复): the global commands first, then the pending question, then a friendly second try.
//!
//! Reads with `understand`; what it stores is only what was offered. Start at [`take`].

use super::super::conversation::Frame;
use super::super::definition::{Ask, Confirm, Flow, Next, NodeKind, SlotType, Trigger, Unclear};
use super::super::effect::Effect;
use super::ahead;
use super::hear::hear;
use super::meaning::{self, Picked};
use super::walk::Walk;
use crate::understand::{Answer, Choices, Command, Consent, Question, Value, read};

/// The word of [`Command::Leave`].
const LEAVE: &str = "请假";

/// Takes what the person wrote.
pub(super) fn take(walk: &mut Walk<'_>, text: &str) {
    let Some((flow, node)) = walk.pending_node() else {
        // Where the step is not there any more, the person is told rather than misread.
        return if walk.top().is_some() { walk.lose_way() } else { take_idle(walk, text) };
    };
    // «5号 七点半» names what it answers, whatever else was asked: it picks no fifth option.
    if names_what_it_answers(walk, text) && hear(walk, text) {
        return;
    }
    match &node.kind {
        NodeKind::Ask(ask) => take_answer(walk, &flow, ask, text),
        NodeKind::Confirm(confirm) => take_confirmation(walk, &flow, confirm, text),
        // A turn never ends at one of these; a conversation that stands there is left rather than stuck.
        NodeKind::Say { .. }
        | NodeKind::Do { .. }
        | NodeKind::Decide(_)
        | NodeKind::GoOver { .. }
        | NodeKind::End { .. } => {
            walk.lose_way();
        }
    }
}

/// Whether the reply answers an open question of somebody else by its number.
fn names_what_it_answers(walk: &Walk<'_>, text: &str) -> bool {
    let question = walk.facts.questions.get(&SlotType::Answer);
    question.is_some_and(|question| matches!(read(text, question), Answer::Value(_)))
}

/// Nothing is pending: a command, or the flow for anything else.
fn take_idle(walk: &mut Walk<'_>, text: &str) {
    walk.conversation.frames.clear();
    // A title means its flow, whatever else it reads as. «3请假了» to a roll call is no command: what is heard knows what
    // it is about.
    if walk.start_by_title(text) || hear(walk, text) {
        return;
    }
    match read(text, &Question::Command) {
        Answer::Command(Command::Back | Command::Cancel | Command::Exit | Command::Restart) => {
            walk.say_common("nothing_pending");
        }
        Answer::Command(command) => walk.start_by_words(Trigger::Command(command), text),
        Answer::Value(_) | Answer::Unclear => walk.start_by_words(Trigger::AnythingElse, text),
    }
}

fn take_answer(walk: &mut Walk<'_>, flow: &Flow, ask: &Ask, text: &str) {
    // «晚15分钟» is no word for the school to pass on where another flow knows what it means.
    let is_message = flow.slots.get(&ask.slot).is_some_and(|slot| slot.slot_type == SlotType::Message);
    if is_message && hear(walk, text) {
        return;
    }
    let meant = walk.top_mut().map(|frame| std::mem::take(&mut frame.meant)).unwrap_or_default();
    if let Some(picked) = meaning::picked(&meant, text) {
        return take_picked(walk, flow, ask, picked);
    }
    let answer = match said_as_offered(ask, text) {
        Some(value) => Answer::Value(value),
        None => walk.question(flow, ask).map_or(Answer::Unclear, |question| read(text, &question)),
    };
    match answer {
        Answer::Command(command) => take_command(walk, command, text),
        Answer::Value(value) => match way_on(ask, &value) {
            Some(next) => {
                ahead::keep(walk, flow, ask, text);
                accept(walk, flow, ask, value, &next);
            }
            None => miss_ask(walk, flow, ask, text),
        },
        Answer::Unclear => {
            if let Some(picked) = meaning::confirmed(&meant, text) {
                return take_picked(walk, flow, ask, picked);
            }
            match part_of_one_option(ask, text).and_then(|value| way_on(ask, &value)) {
                Some(next) => accept_option(walk, &next),
                None => miss_ask(walk, flow, ask, text),
            }
        }
    }
}

/// Takes what was meant, or asks for it in the flow's own words.
fn take_picked(walk: &mut Walk<'_>, flow: &Flow, ask: &Ask, picked: Picked) {
    match picked {
        Picked::Meaning(value) => match way_on(ask, &value) {
            Some(next) => accept(walk, flow, ask, value, &next),
            None => walk.repeat_question(),
        },
        Picked::Other => match ask.unclear.texts.first() {
            Some(text) => walk.say(text),
            None => walk.repeat_question(),
        },
    }
}

/// The first reply that answers nothing is asked about, where it may have meant something.
fn miss_ask(walk: &mut Walk<'_>, flow: &Flow, ask: &Ask, text: &str) {
    let is_first = walk.top().is_some_and(|frame| frame.misses == 0) && ask.unclear.retries > 0;
    if !is_first {
        return miss(walk, &ask.unclear, text);
    }
    if walk.start_by_title(text) || hear(walk, text) {
        return;
    }
    if meaning::ask_back(walk, flow, ask, text) {
        if let Some(frame) = walk.top_mut() {
            frame.misses += 1;
        }
        return;
    }
    miss(walk, &ask.unclear, text);
}

/// A reply that repeats what the question itself offers, such as 退出 where it asks «1 退出  2 不退出»; there it is an
/// answer and no command.
pub(super) fn said_as_offered(ask: &Ask, text: &str) -> Option<Value> {
    let consent = ask.words.iter().find(|(word, _)| bare(word) == bare(text));
    let option = ask.options.iter().position(|choice| bare(&choice.name) == bare(text));
    consent.map(|(_, consent)| Value::Consent(*consent)).or_else(|| option.map(numbered))
}

/// A reply that is a part of the name of one option and of no other, such as 几点 for 几点来接.
fn part_of_one_option(ask: &Ask, text: &str) -> Option<Value> {
    let text = bare(text);
    let is_long_enough = text.chars().count() >= 2;
    let mut found = ask.options.iter().enumerate().filter(|(_, choice)| choice.name.contains(text));
    let (index, _) = found.next().filter(|_| is_long_enough)?;
    found.next().is_none().then(|| numbered(index))
}

fn numbered(index: usize) -> Value {
    Value::Choices(Choices::These(u32::try_from(index + 1).into_iter().collect()))
}

/// A reply without signs and the particles at its end.
pub(super) fn bare(text: &str) -> &str {
    let is_sign = |character: char| !character.is_alphanumeric();
    text.trim_matches(is_sign).trim_end_matches(['的', '吧', '了', '啊', '呀', '呢'])
}

/// Where an answer leads, if it is one that this node can take.
pub(super) fn way_on(ask: &Ask, value: &Value) -> Option<String> {
    match (&ask.next, value) {
        (_, Value::Child(children)) if children.is_empty() => None,
        (Next::Always(target), _) => Some(target.node.clone()),
        (Next::Consent { yes, .. }, Value::Consent(Consent::Yes)) => Some(yes.node.clone()),
        (Next::Consent { no, .. }, Value::Consent(Consent::No)) => Some(no.node.clone()),
        (Next::Consent { undecided, .. }, Value::Consent(Consent::Undecided)) => {
            undecided.as_ref().map(|target| target.node.clone())
        }
        (Next::ByOption, Value::Choices(Choices::These(numbers))) => {
            let &[number] = numbers.as_slice() else { return None };
            let index = usize::try_from(number).ok()?.checked_sub(1)?;
            ask.options.get(index).map(|choice| choice.next.node.clone())
        }
        (Next::Consent { .. } | Next::ByOption, _) => None,
    }
}

fn accept_option(walk: &mut Walk<'_>, next: &str) {
    if let Some(frame) = walk.top_mut() {
        frame.history.push(frame.node.clone());
    }
    walk.run(next);
}

fn accept(walk: &mut Walk<'_>, flow: &Flow, ask: &Ask, value: Value, next: &str) {
    fill(walk, flow, ask, value);
    walk.run(next);
}

/// Fills the slot of a question.
pub(super) fn fill(walk: &mut Walk<'_>, flow: &Flow, ask: &Ask, value: Value) {
    if let Some(frame) = walk.top_mut() {
        frame.history.push(frame.node.clone());
        if let Value::Child(children) = &value {
            frame.children.clone_from(children);
            frame.child_index = 0;
        }
        if ask.yes_takes_over && value == Value::Consent(Consent::Yes) {
            frame.slots.clone_from(&frame.before);
        }
        let is_option = flow.slots.get(&ask.slot).is_some_and(|slot| slot.slot_type == SlotType::Option);
        if !is_option {
            frame.slots.insert(ask.slot.clone(), value);
        }
    }
}

/// Yes goes on; a reply that answers one of the repeated slots corrects it and is repeated; no goes back.
fn take_confirmation(walk: &mut Walk<'_>, flow: &Flow, confirm: &Confirm, text: &str) {
    if let Some((slot, value)) = correction(walk, flow, confirm, text) {
        if let Some(frame) = walk.top_mut() {
            frame.slots.insert(slot, value);
            let node = frame.node.clone();
            walk.run(&node);
        }
        return;
    }
    match read(text, &walk.confirmation(&confirm.text, vec![Consent::Yes, Consent::No])) {
        Answer::Value(Value::Consent(Consent::Yes)) => walk.run(&confirm.yes.node),
        Answer::Value(Value::Consent(Consent::No)) | Answer::Command(Command::Edit) => {
            walk.run(&confirm.no.node);
        }
        Answer::Command(command) => take_command(walk, command, text),
        Answer::Value(_) | Answer::Unclear => miss(walk, &confirm.unclear, text),
    }
}

/// The one slot that the reply answers anew. A number that picks an option of the menu is never a correction.
pub(super) fn correction(
    walk: &Walk<'_>,
    flow: &Flow,
    confirm: &Confirm,
    text: &str,
) -> Option<(String, Value)> {
    if picks_option(text) {
        return None;
    }
    let present = &walk.top()?.slots;
    let mut corrected = confirm.slots.iter().filter_map(|name| {
        let question = walk.facts.questions.get(&flow.slots.get(name)?.slot_type)?;
        match read(text, question) {
            Answer::Value(value) if present.get(name) != Some(&value) => Some((name.clone(), value)),
            Answer::Value(_) | Answer::Unclear | Answer::Command(_) => None,
        }
    });
    let first = corrected.next()?;
    corrected.next().is_none().then_some(first)
}

/// Whether the only number in a reply is one digit: `1`, `选1`, `回复2`.
fn picks_option(text: &str) -> bool {
    text.chars().filter(|c| c.is_numeric()).count() == 1 && text.chars().count() <= 4
}

/// The reply answers nothing that was asked: perhaps it is said out of the blue, else the question is asked again.
fn miss(walk: &mut Walk<'_>, unclear: &Unclear, text: &str) {
    if walk.start_by_title(text) || hear(walk, text) {
        return;
    }
    let Some(frame) = walk.top_mut() else { return };
    frame.misses += 1;
    let misses = frame.misses;
    if misses > unclear.retries {
        return walk.run(&unclear.then.node);
    }
    let index = usize::try_from(misses.saturating_sub(1)).unwrap_or(usize::MAX);
    let index = index.min(unclear.texts.len().saturating_sub(1));
    if let Some(frame) = walk.top() {
        let passed = format!("{}/{}/unclear/{index}", frame.flow, frame.node);
        walk.passed.push(passed);
    }
    match unclear.texts.get(index) {
        Some(text) => walk.say(text),
        None => walk.repeat_question(),
    }
}

fn take_command(walk: &mut Walk<'_>, command: Command, text: &str) {
    match command {
        Command::Back => go_back(walk),
        Command::Cancel => {
            if let Some(frame) = walk.top() {
                let (flow, child) = (frame.flow.clone(), frame.child().map(str::to_owned));
                walk.effects.push(Effect::End { flow, ending: "cancelled".to_owned(), child });
            }
            walk.say_common("cancelled");
            walk.leave();
        }
        Command::Exit => {
            let left: Vec<Frame> = walk.conversation.frames.drain(..).rev().collect();
            for frame in left {
                let child = frame.child().map(str::to_owned);
                walk.effects.push(Effect::End { flow: frame.flow, ending: "left".to_owned(), child });
            }
            walk.say_common("goodbye");
        }
        Command::Restart => {
            let first =
                walk.pending_node().and_then(|(flow, _)| flow.nodes.first().map(|node| node.id.clone()));
            if let (Some(first), Some(frame)) = (first, walk.top_mut()) {
                frame.slots.clear();
                frame.ahead.clear();
                frame.history.clear();
                walk.run(&first);
            }
        }
        Command::Help
        | Command::Menu
        | Command::Human
        | Command::Edit
        | Command::Query
        | Command::Mine
        | Command::Withdraw
        | Command::Authorise
        | Command::Complaint
        | Command::Leave => start_by_command(walk, command, text),
    }
}

fn start_by_command(walk: &mut Walk<'_>, command: Command, text: &str) {
    // 登记进度 reads as a command, and is the title of a flow.
    if walk.start_by_title(text) {
        return;
    }
    // «请假1» of a teacher is about the class, whatever else was asked; 请假 alone is the command.
    let is_heard = command == Command::Leave && bare(text) != LEAVE && hear(walk, text);
    if !is_heard {
        walk.start_by_words(Trigger::Command(command), text);
    }
}

fn go_back(walk: &mut Walk<'_>) {
    if let Some(node) = walk.top_mut().and_then(|frame| frame.history.pop()) {
        return walk.run(&node);
    }
    walk.say_common("back_at_start");
    walk.repeat_question();
}
