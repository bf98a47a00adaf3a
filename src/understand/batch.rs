//! Batch replies (批量回复): what one message says of a whole list, such as a roll call or a row of applications.
//!
//! Types only. Read by `decisions`, `roll_call`, `handover` and `pickup_reply`.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use super::{Approval, PickupPerson};

/// One application (待办) of a list that a teacher decides on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionItem {
    /// The number it is listed under.
    pub no: u32,
    /// What people call it: the child's full name, or several children's.
    pub names: Vec<String>,
    /// Whether it waits for a decision. What is decided already can be named, but 同意 and 全部 do not mean it.
    pub is_open: bool,
}

/// One child (学生) of a list that a teacher speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollCallChild {
    /// The number it is listed under.
    pub no: u32,
    /// The id that an answer names.
    pub id: String,
    /// The full name.
    pub name: String,
}

/// What a teacher decided of a list: the number of each item and its decision, in order, each item at most once.
pub type Decisions = Vec<(u32, Approval)>;

/// A roll call (点名). Ids are in the order of the list; no id stands in two groups.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RollCall {
    /// 没到: not there, and nothing said of a day off.
    pub absent: Vec<String>,
    /// 请假.
    pub on_leave: Vec<String>,
    /// Who is there.
    pub present: Present,
}

/// See [`RollCall`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Present {
    /// Everyone else on the list.
    TheRest,
    /// Only these were named as there, such as a child that came late; of the others nothing is said.
    These(Vec<String>),
}

/// One child's way out of school (交接).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Handover {
    /// The child's id.
    pub child: String,
    /// How it left, or that it has not.
    pub how: HandoverHow,
    /// The pickup code that was shown, four to six digits.
    pub code: Option<String>,
}

/// See [`Handover`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverHow {
    /// 接走了, by this person where one was said.
    Collected(Option<PickupPerson>),
    /// 自己走了.
    LeftAlone,
    /// 还没人接.
    Waiting,
}

/// What a guardian says when asked where they are (接孩子的回复).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PickupReply {
    /// 到门口了.
    Arrived,
    /// 马上到.
    OnTheWay,
    /// 晚到15分钟.
    Late {
        /// As said: later than agreed, or from now on (二十分钟后到).
        minutes: u16,
    },
    /// 六点才能到.
    At(NaiveTime),
    /// 换人来接; empty when it was not said who.
    SomebodyElse(Vec<PickupPerson>),
    /// 已经接到了.
    AlreadyCollected,
}
