//! What goes into a turn and what a turn asks for (输入与效果).
//!
//! The engine performs nothing: a use case reads the effects and commits what they mean. Start at [`Effect`].

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
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
        /// Values for texts and actions, as `given.*`.
        given: BTreeMap<String, Json>,
        /// When that happened which the flow is about, where ladders count from it.
        event_at: Option<DateTime<Utc>>,
    },
    /// The person became reachable for the first time.
    Welcome,
    /// The person wrote.
    Reply(String),
    /// The person pressed an answer of a card: these words, whatever question waits.
    Pressed(String),
    /// The person sent something that cannot be read: a picture, a voice message.
    Unreadable,
    /// The person tapped an answer of a question that does not wait any more.
    StaleTap,
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
    /// Somebody has decided.
    Decided {
        /// The flow that waits.
        flow: String,
        /// The child it is about.
        child: Option<String>,
        /// The turn in which it was asked for: a decision that names another one comes too late.
        asked_in_turn: u64,
        /// What was decided.
        verdict: Verdict,
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

impl Input {
    /// A flow begins about these children, and nothing else is known.
    pub fn start(flow: &str, children: Vec<String>) -> Self {
        Self::Start { flow: flow.to_owned(), children, given: BTreeMap::new(), event_at: None }
    }
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
    /// Somebody else must decide; the answer comes as [`Input::Decided`].
    Decide(Request),
    /// A question was asked or a rung has passed: this rung comes next.
    Wait {
        /// The flow that asked.
        flow: String,
        /// The turn that asked.
        asked_in_turn: u64,
        /// Which rung.
        rung: usize,
        /// When, counted from the delivery of the question, or from `event_at`.
        after: After,
        /// The event from which it counts.
        event_at: Option<DateTime<Utc>>,
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

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Yes.
    Approve,
    /// Something is to be known first.
    Ask,
    /// No, with a reason.
    Reject,
    /// An answer in words.
    Answer,
}

impl Verdict {
    /// The word that flows write for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Ask => "ask",
            Self::Reject => "reject",
            Self::Answer => "answer",
        }
    }
}

/// What somebody else must decide, with all words filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The flow that waits.
    pub flow: String,
    /// The turn in which the flow began: what is asked for again after a question has the same one.
    pub began_in_turn: u64,
    /// The step that waits.
    pub node: String,
    /// The turn in which it was asked for.
    pub asked_in_turn: u64,
    /// The child it is about.
    pub child: Option<String>,
    /// What it is called.
    pub title: String,
    /// The roles, the first one decides.
    pub who: Vec<String>,
    /// What the decider reads.
    pub words: String,
    /// How long it may take.
    pub within: After,
    /// What happens while nobody decides.
    pub ladder: Vec<RequestRung>,
    /// What can be decided.
    pub kind: RequestKind,
}

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// Yes or no.
    Decision {
        /// Whether the decider may ask back.
        can_ask: bool,
    },
    /// An answer in the decider's own words.
    Answer,
}

/// One rung while nobody decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRung {
    /// When, counted from the request.
    pub after: After,
    /// What happens.
    pub what: RequestRungAction,
}

/// See [`RequestRung`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestRungAction {
    /// All who can decide read this.
    Remind(String),
    /// This role can decide as well.
    Also(String),
    /// Who asked reads this.
    Tell(String),
}

/// One turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The conversation after it.
    pub conversation: Conversation,
    /// What it asks for.
    pub effects: Vec<Effect>,
    /// What it passed, for coverage: nodes as `flow/node`, rungs as `flow/node/silence/0`, texts for an unclear reply
    /// as `flow/node/unclear/0`, decisions as `flow/node/approve`.
    pub passed: Vec<String>,
}
