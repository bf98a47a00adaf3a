//! Understanding (理解): what people type, pure and deterministic: text + question → value, unclear or a command.
//!
//! One grammar a file; knows no flow and no school. A wrong guess is far worse than asking again, so a grammar
//! answers only when exactly one reading fits what was offered. Start at [`read`].

mod account;
mod acknowledgement;
mod answer;
mod answers;
mod approve;
mod batch;
pub mod case;
mod chars;
mod child;
mod choices;
mod class_and_name;
mod clause;
mod command;
mod complaint;
mod confirm;
mod consent;
mod date;
mod decisions;
mod digest_row;
mod doubt;
mod explain;
mod few;
mod handover;
mod lexicon;
mod likely;
mod normalise;
mod nothing_more;
mod number;
mod numerals;
mod opening;
mod phrases;
mod pickup_person;
mod pickup_reply;
mod plan_changes;
mod question;
mod render;
mod roll_call;
mod roster;
mod script;
mod sound;
mod start_day;
mod time;
mod weekdays;

use std::borrow::Cow;

pub use answer::{
    Answer, Approval, Choices, ClassAndName, Command, Consent, DateSpan, DayPart, Decision, PickupPerson,
    TimeAnswer, Value,
};
pub use answers::OwnWords;
pub use batch::{
    DecisionItem, Decisions, Handover, HandoverHow, PickupReply, Present, RollCall, RollCallChild,
};
pub use complaint::says_what_is_wrong;
pub use explain::{Explanation, Rule, explain};
pub use likely::{MEANINGS_MAX, likely};
pub use nothing_more::is_nothing_more;
pub use plan_changes::{PlanChange, PlanWhat, Which};
pub use question::{ChildOption, ChoiceOption, Holiday, Question, Replier, Stage};
pub use render::render;

/// The longest answer in characters. Who writes more tells a story, which only a person can answer; a complaint can be
/// as long as it is.
const ANSWER_CHARS_MAX: usize = 500;

/// The longest reply about a whole list: a teacher's forty children, each by number and name with what is said of it, fit into
/// the longest message that the platform delivers (2,048 bytes).
const LIST_CHARS_MAX: usize = 700;

/// Reads a reply.
///
/// - `text`: as received; may be empty, thousands of characters long, or hold control characters.
/// - `question`: what was asked; nothing else is known.
///
/// Total and pure: the same reply to the same question always reads the same.
pub fn read(text: &str, question: &Question) -> Answer {
    read_spaced(text, &normalise::normalise(text), question).0
}

/// Reads a normal form without the spaces between its words, and once more as if they ended clauses: a space may be
/// either, so where both are readings they must agree. A name never goes on after a space.
fn read_spaced(raw: &str, normal: &normalise::Normal, question: &Question) -> (Answer, Rule) {
    let joined = read_normal(raw, &normal.text, normal.is_code, question);
    let Some(divided) = normal.divided.as_ref().filter(|_| joined.1 == Rule::Grammar) else { return joined };
    let apart = read_normal(raw, divided, normal.is_code, question);
    match (&joined.0, &apart.0) {
        (_, Answer::Value(Value::ClassAndName(_))) | (Answer::Unclear, _) => apart,
        (Answer::Value(_), Answer::Unclear) if apart.1 == Rule::Grammar => joined,
        (a, b) if a == b => joined,
        _ => (Answer::Unclear, Rule::Grammar),
    }
}

/// Reads a normal form, and tells what decided.
fn read_normal(raw: &str, normal: &str, is_code: bool, question: &Question) -> (Answer, Rule) {
    if is_code {
        return (Answer::Unclear, Rule::Code);
    }
    if normal.is_empty() {
        return (Answer::Unclear, Rule::Empty);
    }
    // What a teacher writes to a family under its number may hold any words, those of commands among them.
    if let Question::Answers { numbers, only_open } = question
        && let value @ Answer::Value(_) = answers::read(raw, numbers, *only_open)
    {
        return (value, Rule::Grammar);
    }
    let text = normalise::without_thanks(normal);
    // Who writes names the child, and so is an answer there.
    let keeps_writer = matches!(question, Question::ClassAndName { .. });
    // «收到，马上来»: the opening is the answer.
    let keeps_opening = matches!(question, Question::Acknowledgement);
    let text = if keeps_opening { text } else { opening::without_opening(text, keeps_writer) };
    let text = &*clause::without_slip_report(text);
    let takes_complaint = matches!(question, Question::FreeText { takes_complaint: true });
    if !takes_complaint && complaint::is_complaint(text, !is_asked_of_teacher(question)) {
        return (Answer::Command(Command::Complaint), Rule::Complaint);
    }
    let is_text = matches!(question, Question::FreeText { .. });
    let chars_max = if is_list(question) && !is_text { LIST_CHARS_MAX } else { ANSWER_CHARS_MAX };
    if text.chars().nth(chars_max).is_some() {
        return (Answer::Unclear, Rule::Long);
    }
    if let Question::Confirm { menu, labels } = question
        && let Some(picked) = confirm::label(text, menu, labels)
    {
        return (Answer::Value(Value::Consent(picked)), Rule::Label);
    }
    let is_none = |command: &Command| {
        is_no(*command, question) || *command == Command::Cancel && complaint::is_withdrawn(text)
    };
    if let Some(command) = command::read(text, question).filter(|command| !is_none(command)) {
        return (Answer::Command(command), Rule::Command);
    }
    if let Some(plan) = plan(question) {
        return match plan_changes::read(text, &plan) {
            Ok(changes) => (Answer::Value(Value::PlanChanges(changes)), Rule::Grammar),
            Err(plan_changes::Trouble::Contradicts) => (Answer::Unclear, Rule::Contradiction),
            Err(plan_changes::Trouble::Gap) => (Answer::Unclear, Rule::Gap),
            Err(plan_changes::Trouble::Unreadable) => (Answer::Unclear, Rule::Grammar),
        };
    }
    let answer = answer(raw, text, question);
    if is_list(question) {
        // Each line of a list is held against its own words by its own grammar.
        return (answer, Rule::Grammar);
    }
    let differs = matches!(
        question,
        Question::Consent { .. }
            | Question::Weekdays { .. }
            | Question::Time { .. }
            | Question::Choices { .. }
    );
    let of_others = without_others(text, question, &answer);
    if is_left_open(of_others.as_deref().unwrap_or(text), &answer)
        || differs && matches!(answer, Answer::Value(_)) && clause::is_split(text)
    {
        return (Answer::Unclear, Rule::Doubt);
    }
    if matches!(answer, Answer::Value(_)) && account::loses_anything(clause::corrected(text), question) {
        return (Answer::Unclear, Rule::Account);
    }
    (answer, Rule::Grammar)
}

/// A reply without what it leaves open of other children, or of later days.
fn without_others<'a>(text: &'a str, question: &Question, answer: &Answer) -> Option<Cow<'a, str>> {
    match (question, answer) {
        (Question::Child { children }, Answer::Value(Value::Child(ids))) => {
            Some(child::without_others(text, ids, children))
        }
        (Question::Date { .. }, Answer::Value(_)) => Some(date::without_later(text)),
        (Question::Consent { .. }, Answer::Value(Value::Consent(Consent::No))) => {
            Some(consent::without_later(text))
        }
        _ => None,
    }
}

/// Whether a question is about a whole list, a count, or words of any kind.
fn is_list(question: &Question) -> bool {
    matches!(
        question,
        Question::Decisions { .. }
            | Question::RollCall { .. }
            | Question::Handover { .. }
            | Question::PickupReply { .. }
            | Question::PlanChanges { .. }
            | Question::Answers { .. }
            | Question::Number { .. }
            | Question::DigestRow { .. }
            | Question::Acknowledgement
            | Question::FreeText { .. }
    )
}

/// Whether a reply takes back what it answers; to some questions, waiting is an answer.
fn is_left_open(text: &str, answer: &Answer) -> bool {
    match answer {
        Answer::Unclear | Answer::Command(_) | Answer::Value(Value::Consent(Consent::Undecided)) => false,
        Answer::Value(Value::Approve(approval)) if approval.decision == Decision::Ask => false,
        Answer::Value(value) => doubt::is_open(text, own_doubt(value)),
    }
}

/// Which ways of leaving an answer open are answers themselves, or are weighed by the grammar of the slot.
fn own_doubt(value: &Value) -> doubt::Own {
    let is_consent = matches!(value, Value::Consent(_));
    let is_approval = matches!(value, Value::Approve(_));
    // What is asked for is the child's, and of this term.
    let is_of_child =
        matches!(value, Value::Weekdays(_) | Value::Time(_) | Value::Choices(_) | Value::Child(_));
    doubt::Own {
        deferral: is_consent,
        condition: is_consent,
        refusal: matches!(value, Value::Consent(Consent::No)),
        choice: matches!(value, Value::Choices(Choices::Any)),
        guess: is_consent || matches!(value, Value::Time(_)),
        rhetoric: is_consent || is_approval,
        others: !is_of_child && !is_approval && !matches!(value, Value::Date(_)),
        past: !is_of_child && !matches!(value, Value::PickupPerson(_)),
    }
}

/// What is known where changes of the plan are asked for.
fn plan(question: &Question) -> Option<plan_changes::Plan<'_>> {
    let Question::PlanChanges {
        today,
        offered,
        earliest,
        latest,
        dismissal,
        children,
        replier,
        holidays,
        makeup_days,
    } = question
    else {
        return None;
    };
    Some(plan_changes::Plan {
        today: *today,
        offered,
        earliest: *earliest,
        latest: *latest,
        dismissal: *dismissal,
        children,
        replier: *replier,
        holidays,
        makeup_days,
    })
}

/// Reads an answer by the grammar of its question.
fn answer(raw: &str, text: &str, question: &Question) -> Answer {
    match question {
        Question::Consent { menu } => consent::read(text, menu),
        Question::Confirm { menu, labels } => confirm::read(text, menu, labels),
        Question::Weekdays { offered } => weekdays::read(text, offered),
        Question::Time { earliest, latest, dismissal, now } => {
            let window =
                time::Window { earliest: *earliest, latest: *latest, dismissal: *dismissal, now: *now };
            time::read(text, &window)
        }
        Question::Choices { options, choices_max } => choices::read(text, options, *choices_max),
        Question::Child { children } => child::read(text, children),
        Question::ClassAndName { stage } => class_and_name::read(text, *stage),
        Question::PickupPerson { replier, child } => pickup_person::read(text, *replier, child),
        Question::Approve { .. } => approve::read(raw, text),
        Question::Date { today, holidays, .. } => date::read(text, *today, holidays),
        Question::StartDay { today, holidays, .. } => start_day::read(text, *today, holidays),
        Question::Decisions { items } => decisions::read(raw, text, items),
        Question::RollCall { children } => roll_call::read(text, children),
        Question::Handover { children } => handover::read(text, children),
        Question::PickupReply { now, latest, replier, child, .. } => {
            pickup_reply::read(text, &pickup_reply::Window { now: *now, latest: *latest }, *replier, child)
        }
        Question::Number { min, max } => number::read(raw, text, *min, *max),
        Question::DigestRow { last } => digest_row::read(text, *last),
        Question::Acknowledgement => acknowledgement::read(raw, text),
        Question::FreeText { .. } => free_text(raw),
        // Read before, with what stands in its way.
        Question::PlanChanges { .. } | Question::Answers { .. } | Question::Command => Answer::Unclear,
    }
}

/// What a teacher writes about children is no complaint unless it says so.
fn is_asked_of_teacher(question: &Question) -> bool {
    matches!(
        question,
        Question::Approve { .. }
            | Question::Decisions { .. }
            | Question::Answers { .. }
            | Question::RollCall { .. }
            | Question::Handover { .. }
    )
}

/// Any text, as it was written. A longer one is not cut, for nobody knows which half matters.
fn free_text(raw: &str) -> Answer {
    let text = raw.trim();
    let is_short = text.chars().nth(ANSWER_CHARS_MAX).is_none();
    // Signs and pictures alone say nothing that could be passed on.
    if is_short && text.chars().any(char::is_alphanumeric) {
        Answer::Value(Value::Text(text.to_owned()))
    } else {
        Answer::Unclear
    }
}

/// «改一下» to "is that right?" is a no, not the command to change something else.
fn is_no(command: Command, question: &Question) -> bool {
    matches!(command, Command::Edit | Command::Restart) && matches!(question, Question::Confirm { .. })
}

#[cfg(test)]
mod blind;
#[cfg(test)]
mod tests;
