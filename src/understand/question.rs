//! Questions (提问): what a reply answers, with all that is known at that moment.
//!
//! Types only. Start at [`Question`].

use chrono::{NaiveDate, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use super::{Consent, DecisionItem, RollCallChild};

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
    /// From which day something holds.
    StartDay {
        /// Today.
        today: NaiveDate,
        /// Public holidays.
        holidays: Vec<Holiday>,
    },
    /// A teacher's decisions on several listed items.
    Decisions {
        /// The items, each with its own number.
        items: Vec<DecisionItem>,
    },
    /// A teacher's answer in words of their own to one of several open questions.
    Answers {
        /// The numbers of the questions that people may still name, open or answered lately.
        numbers: Vec<u32>,
        /// The one that is open, where it is the only thing that waits: then «回复：» names it.
        only_open: Option<u32>,
    },
    /// Who of a list is not there.
    RollCall {
        /// The children, each with its own number.
        children: Vec<RollCallChild>,
    },
    /// Who of a list has been collected.
    Handover {
        /// The children, each with its own number.
        children: Vec<RollCallChild>,
    },
    /// Where a guardian is who comes to collect the child.
    PickupReply {
        /// The time now; nobody comes earlier.
        now: NaiveTime,
        /// The window for collecting; a time up to three hours after it can be meant.
        earliest: NaiveTime,
        /// See `earliest`.
        latest: NaiveTime,
        /// What the person replying is to the child.
        replier: Replier,
        /// The child's name.
        child: String,
    },
    /// What is different from the plan, and on which days.
    PlanChanges {
        /// Today.
        today: NaiveDate,
        /// The days on offer, in week order.
        offered: Vec<Weekday>,
        /// The window for collecting, both ends included.
        earliest: NaiveTime,
        /// See `earliest`.
        latest: NaiveTime,
        /// When school is out.
        dismissal: NaiveTime,
        /// The family's children, eldest first.
        children: Vec<ChildOption>,
        /// What the person replying is to them.
        replier: Replier,
        /// Public holidays.
        holidays: Vec<Holiday>,
        /// Weekend days with school.
        makeup_days: Vec<NaiveDate>,
    },
    /// A count.
    Number {
        /// The least that is possible.
        min: u32,
        /// The most.
        max: u32,
    },
    /// Which line of a digest to see the names behind.
    DigestRow {
        /// The highest number that a digest can have.
        last: u32,
    },
    /// Whether something was read: 收到.
    Acknowledgement,
    /// Any text that is no command.
    FreeText {
        /// A complaint is the text itself, not the command.
        takes_complaint: bool,
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
