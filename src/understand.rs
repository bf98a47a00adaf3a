//! Understanding (理解): what people type, pure and deterministic: text + question → value, unclear or a command.
//!
//! One grammar a file; knows no flow and no school. A wrong guess is far worse than asking again, so a grammar
//! answers only when exactly one reading fits what was offered. Start at [`read`].

mod account;
mod approve;
pub mod case;
mod child;
mod choices;
mod class_and_name;
mod clause;
mod command;
mod complaint;
mod confirm;
mod consent;
mod date;
mod doubt;
mod explain;
mod lexicon;
mod normalise;
mod numerals;
mod opening;
mod pickup_person;
mod render;
mod script;
mod time;
mod weekdays;

pub use explain::{Explanation, Rule, explain};
pub use render::render;

use chrono::{NaiveDate, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

/// What the pending question asks for, with all that is known at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Yes, no or not decided.
    Consent {
        /// What 1, 2, 3 … mean, where the question had numbers.
        menu: Vec<Consent>,
    },
    /// Whether what was repeated back is right.
    Confirm {
        /// What 1, 2 … mean.
        menu: Vec<Consent>,
        /// The words beside the numbers, in the same order.
        labels: Vec<String>,
    },
    /// Days of the week.
    Weekdays {
        /// The days on offer, in week order.
        offered: Vec<Weekday>,
    },
    /// A time of the day.
    Time {
        /// The window, both ends included.
        earliest: NaiveTime,
        /// See `earliest`.
        latest: NaiveTime,
        /// When school is out.
        dismissal: NaiveTime,
        /// The time now, for relative answers.
        now: Option<NaiveTime>,
    },
    /// Some of several options, such as activities.
    Choices {
        /// The options.
        options: Vec<ChoiceOption>,
        /// How many at the most.
        choices_max: Option<usize>,
    },
    /// One or more of the family's children.
    Child {
        /// The children, eldest first.
        children: Vec<ChildOption>,
    },
    /// A child's class and name, from somebody we do not know.
    ClassAndName {
        /// The kind of school.
        stage: Stage,
    },
    /// Who collects the child.
    PickupPerson {
        /// What the person replying is to the child.
        replier: Replier,
        /// The child's name.
        child: String,
    },
    /// A teacher's decision.
    Approve {
        /// What is to be decided: `enrol`, `leave` or `pickup_change`.
        item: String,
    },
    /// One or more days.
    Date {
        /// Today.
        today: NaiveDate,
        /// Public holidays.
        holidays: Vec<Holiday>,
        /// Weekend days with school.
        makeup_days: Vec<NaiveDate>,
    },
    /// Nothing but commands: no question is pending, or one whose answer is free text.
    Command,
}

/// One option of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceOption {
    /// The number it is listed under.
    pub no: u32,
    /// Its name.
    pub name: String,
}

/// One child of the family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildOption {
    /// The id that an answer names.
    pub id: String,
    /// The full name.
    pub name: String,
    /// `Some(true)` for a girl.
    pub is_girl: Option<bool>,
    /// The grade, 1–12 counted through; kindergarten -3 小班, -2 中班, -1 大班.
    pub grade: i8,
    /// The class number.
    pub class: u8,
}

/// A public holiday (节假日).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Its name, such as `国庆节`.
    pub name: String,
    /// The festival's own day.
    pub day: NaiveDate,
    /// The first day off.
    pub from: NaiveDate,
    /// The last day off.
    pub to: NaiveDate,
}

/// The kind of school, as far as class names go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 幼儿园.
    Kindergarten,
    /// 小学.
    Primary,
    /// 初中.
    Junior,
    /// 高中.
    Senior,
}

/// What the person replying is to the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replier {
    /// 妈妈.
    Mother,
    /// 爸爸.
    Father,
}

/// What was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The reply answers the question.
    Value(Value),
    /// A careful clerk would ask again.
    Unclear,
    /// The reply is a global command, whatever the question was.
    Command(Command),
}

/// A value in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Yes, no or not decided.
    Consent(Consent),
    /// Days in week order, without repeats, at least one.
    Weekdays(Vec<Weekday>),
    /// A time.
    Time(TimeAnswer),
    /// Options.
    Choices(Choices),
    /// Ids of children, sorted; empty for none of them.
    Child(Vec<String>),
    /// A class and a name.
    ClassAndName(ClassAndName),
    /// Persons.
    PickupPerson(Vec<PickupPerson>),
    /// A decision.
    Approve(Approval),
    /// Days, in order, not overlapping.
    Date(Vec<DateSpan>),
}

/// Consent (意愿).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// 参加.
    Yes,
    /// 不参加.
    No,
    /// 再考虑.
    Undecided,
}

/// A time (时间) as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeAnswer {
    /// At this time.
    At(NaiveTime),
    /// Between the two.
    Between(NaiveTime, NaiveTime),
    /// Not later than.
    By(NaiveTime),
    /// Not earlier than.
    After(NaiveTime),
}

/// Chosen options (选择).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choices {
    /// These numbers, sorted; empty for none of them.
    These(Vec<u32>),
    /// The school may choose.
    Any,
}

/// A class and a name (班级姓名); what was not said is `None`, but never all three.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ClassAndName {
    /// See [`ChildOption::grade`].
    pub grade: Option<i8>,
    /// The class number, 1–40.
    pub class: Option<u8>,
    /// The child's name.
    pub name: Option<String>,
}

/// A person who collects a child (接送人); what was not said is `None`, but never all three.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PickupPerson {
    /// What they are to the child, one of the names of `utterances/README.md`.
    pub relation: Option<String>,
    /// The name, with a title where one was said.
    pub name: Option<String>,
    /// Eleven digits.
    pub phone: Option<String>,
}

/// A teacher's decision (审批).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Approval {
    /// What was decided.
    pub decision: Decision,
    /// The reason or the condition, a piece of the text.
    pub note: Option<String>,
}

/// See [`Approval`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// 同意.
    Approve,
    /// 不同意.
    Reject,
    /// Waits, or wants to know something first.
    Ask,
}

/// A span of days (日期), both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DateSpan {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Which part of each day.
    pub part: DayPart,
}

/// See [`DateSpan`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayPart {
    /// 全天.
    Day,
    /// 上午.
    Am,
    /// 下午.
    Pm,
}

/// A global command (全局指令), meant the same whatever was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// 帮助: how to do it.
    Help,
    /// 菜单: what can be done here.
    Menu,
    /// 返回: the previous step.
    Back,
    /// 取消: drop this form.
    Cancel,
    /// 退出: leave the conversation.
    Exit,
    /// 人工: a human, please.
    Human,
    /// 重新填写: this form from its start.
    Restart,
    /// 修改: change something given before.
    Edit,
    /// 查询: how something submitted stands.
    Query,
    /// 我的: my own data and children.
    Mine,
    /// 退出服务: leave the service after enrolling.
    Withdraw,
    /// 请假: a day off.
    Leave,
    /// 投诉: a complaint or a report of wrongdoing.
    Complaint,
}

/// The longest answer in characters. Who writes more tells a story, which only a person can answer; a complaint can be
/// as long as it is.
const ANSWER_CHARS_MAX: usize = 500;

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
    let text = normalise::without_thanks(normal);
    // Who writes names the child, and so is an answer there.
    let keeps_writer = matches!(question, Question::ClassAndName { .. });
    let text = opening::without_opening(text, keeps_writer);
    if complaint::is_complaint(text, !matches!(question, Question::Approve { .. })) {
        return (Answer::Command(Command::Complaint), Rule::Complaint);
    }
    if text.chars().nth(ANSWER_CHARS_MAX).is_some() {
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
    let answer = answer(raw, text, question);
    if is_left_open(text, &answer) {
        return (Answer::Unclear, Rule::Doubt);
    }
    let corrected = clause::corrected(text);
    if matches!(answer, Answer::Value(_))
        && (account::loses_a_negative(corrected, question) || account::loses_a_number(corrected, question))
    {
        return (Answer::Unclear, Rule::Account);
    }
    (answer, Rule::Grammar)
}

/// Whether a reply takes back what it answers; to some questions, waiting is an answer.
fn is_left_open(text: &str, answer: &Answer) -> bool {
    match answer {
        Answer::Unclear | Answer::Command(_) | Answer::Value(Value::Consent(Consent::Undecided)) => false,
        Answer::Value(Value::Approve(approval)) if approval.decision == Decision::Ask => false,
        Answer::Value(value) => {
            let is_consent = matches!(value, Value::Consent(_));
            let choice = matches!(value, Value::Choices(Choices::Any));
            let refusal = matches!(value, Value::Consent(Consent::No));
            doubt::is_open(text, doubt::Own { deferral: is_consent, condition: is_consent, refusal, choice })
        }
    }
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
        Question::Command => Answer::Unclear,
    }
}

/// «改一下» to "is that right?" is a no, not the command to change something else.
fn is_no(command: Command, question: &Question) -> bool {
    matches!(command, Command::Edit | Command::Restart) && matches!(question, Question::Confirm { .. })
}

#[cfg(test)]
mod tests;
