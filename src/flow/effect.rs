//! What goes into a turn and what a turn asks for (输入与效果).
//!
//! The engine performs nothing: a use case reads the effects and commits what they mean. Start at [`Effect`].

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::conversation::Conversation;
use super::definition::After;
use crate::understand::Value;

/// What a turn begins with.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A flow begins, about these children.
    Start {
        /// The flow.
        flow: String,
        /// The children.
        children: Vec<String>,
    },
    /// The person became reachable for the first time.
    Welcome,
    /// The person wrote.
    Reply(String),
    /// The person sent something that cannot be read: a picture, a voice message.
    Unreadable,
    /// A rung of the ladder for silence is due.
    Silence {
        /// The turn that asked.
        asked_in_turn: u64,
        /// Which rung.
        rung: usize,
    },
    /// What became of the last [`Effect::Do`].
    Outcome {
        /// One of the action's outcomes.
        name: String,
        /// Values for texts, as `result.*`.
        values: BTreeMap<String, Json>,
    },
    /// What was asked about these children has been settled by somebody else.
    Settled {
        /// The flow that asked.
        flow: String,
        /// The children.
        children: Vec<String>,
    },
}

/// What a turn asks for, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Words for the person.
    Say(String),
    /// Words for the person who has not answered, outside of any reply.
    Remind(String),
    /// Something to be done; the next turn is its [`Input::Outcome`]. Always the last effect of a turn.
    Do {
        /// The action.
        action: String,
        /// What was answered so far, by slot.
        values: BTreeMap<String, Value>,
        /// The child it is about.
        child: Option<String>,
    },
    /// A question was asked or a rung has passed: this rung comes next.
    Wait {
        /// The turn that asked.
        asked_in_turn: u64,
        /// Which rung.
        rung: usize,
        /// When, counted from the delivery of the question.
        after: After,
    },
    /// The other guardians of these children are to be asked by the same flow.
    OtherGuardian {
        /// The flow.
        flow: String,
        /// The children.
        children: Vec<String>,
    },
    /// These children go on somebody's list.
    ListFor {
        /// The role.
        role: String,
        /// The children.
        children: Vec<String>,
    },
    /// A run of a flow ended.
    End {
        /// The flow.
        flow: String,
        /// How.
        ending: String,
        /// The child it was about.
        child: Option<String>,
    },
}

/// One turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The conversation after it.
    pub conversation: Conversation,
    /// What it asks for.
    pub effects: Vec<Effect>,
    /// What it passed, for coverage: nodes as `flow/node`, rungs as `flow/node/silence/0`, texts for an unclear reply
    /// as `flow/node/unclear/0`.
    pub passed: Vec<String>,
}
