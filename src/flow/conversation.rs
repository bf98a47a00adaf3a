//! A conversation (对话): where one person stands in the flows they are in.
//!
//! Plain data that is stored between turns. Knows no flow's content. Start at [`Conversation`].

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::understand::Value;

/// Where one person stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// How many turns there have been; each [`super::step::step`] that takes effect adds one.
    pub turn: u64,
    /// The flows they are in; the last one is spoken of, the others wait for it to end.
    pub frames: Vec<Frame>,
    /// The flows that wait for somebody else's decision; nobody is asked anything there.
    #[serde(default)]
    pub parked: Vec<Frame>,
}

/// Where one person stands in one flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The flow.
    pub flow: String,
    /// The version that it began with.
    pub hash: String,
    /// The turn in which it began, which tells it from other runs of the same flow.
    #[serde(default)]
    pub began_in_turn: u64,
    /// The node that waits for something.
    pub node: String,
    /// What was answered so far.
    pub slots: BTreeMap<String, Value>,
    /// What was answered for the child before.
    #[serde(default)]
    pub before: BTreeMap<String, Value>,
    /// What the flow was begun with, as `given.*`.
    #[serde(default)]
    pub given: BTreeMap<String, Json>,
    /// Slots that the words which began it may answer, and that were not asked for yet.
    #[serde(default)]
    pub unread: Vec<String>,
    /// What the last replies said beyond their questions; may answer what comes next.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ahead: String,
    /// What the last thing done came to, as `result.*`.
    #[serde(default)]
    pub result: BTreeMap<String, Json>,
    /// When that happened which the flow is about, where ladders count from it.
    #[serde(default)]
    pub event_at: Option<DateTime<Utc>>,
    /// The children that it is about, in the order in which they are spoken of.
    pub children: Vec<String>,
    /// Which of them is spoken of now.
    pub child_index: usize,
    /// How often in a row the reply to this node was not understood.
    pub misses: u32,
    /// What the last reply may have meant, as it was asked back: its numbers pick one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meant: Vec<Value>,
    /// The questions answered before, for «返回».
    pub history: Vec<String>,
    /// The turn in which the pending question was asked: a timer that names another one comes too late.
    pub asked_in_turn: u64,
}

impl Frame {
    /// The child that is spoken of.
    pub fn child(&self) -> Option<&str> {
        self.children.get(self.child_index).map(String::as_str)
    }

    /// The children that were not finished yet, the present one first.
    pub fn children_left(&self) -> &[String] {
        self.children.get(self.child_index..).unwrap_or_default()
    }
}
