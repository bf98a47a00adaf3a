//! Answers (答复): a value in its normal form, unclear, or a command.
//!
//! Types only; those of whole lists are in `batch`, those of changes in `plan_changes`. Start at [`Answer`].

use chrono::{NaiveDate, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use super::{Decisions, Handover, OwnWords, PickupReply, PlanChange, RollCall};

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
    /// Decisions on listed items, by number.
    Decisions(Decisions),
    /// Words for an open question, by its number.
    OwnWords(OwnWords),
    /// A roll call.
    RollCall(RollCall),
    /// Handovers in the order of the list, each child at most once.
    Handovers(Vec<Handover>),
    /// Where the guardian is.
    PickupReply(PickupReply),
    /// Changes of the plan, in the order of the reply.
    PlanChanges(Vec<PlanChange>),
    /// A count.
    Number(u32),
    /// A line of a digest; `None` for the one that needs somebody.
    DigestRow(Option<u32>),
    /// A text as it was written, without space around it, at most 500 characters.
    Text(String),
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
    /// See [`super::ChildOption::grade`].
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
    /// 代接人: who else may take the child home, and who must not.
    Authorise,
    /// 投诉: a complaint or a report of wrongdoing.
    Complaint,
}
