//! Decisions (待办): who is asked to decide, what happens while nobody does, and where each outcome leads.
//!
//! Knows roles by name, not who holds them. Start at [`Decide`].

use super::{After, Target, Text};

/// A decision of somebody else (待办).
#[derive(Debug, Clone, PartialEq)]
pub struct Decide {
    /// What it is called on the decider's list, such as 中途申请.
    pub title: String,
    /// The roles in relation to the child; the first decides, the others once the ladder has come to them.
    pub who: Vec<Role>,
    /// What the decider reads.
    pub text: Text,
    /// How long it may take.
    pub within: After,
    /// What happens while nobody decides.
    pub ladder: Vec<DecideRung>,
    /// What can be decided, and where that leads.
    pub outcomes: Outcomes,
}

/// What can be decided, and where that leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcomes {
    /// Yes or no.
    Decision {
        /// Where consent leads.
        approve: Target,
        /// Where a question of the decider leads, in `result.note`; without it, there is no asking back.
        ask: Option<Target>,
        /// Where a refusal leads, with its reason in `result.note`: a refusal without a reason is not taken.
        reject: Target,
    },
    /// An answer in the decider's own words, in `result.note`.
    Answer(Target),
}

/// A role that a flow names, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The role, such as `homeroom_teacher`.
    pub name: String,
    /// Its line.
    pub line: usize,
}

/// One rung while nobody decides.
#[derive(Debug, Clone, PartialEq)]
pub struct DecideRung {
    /// When, counted from the request.
    pub after: After,
    /// What happens.
    pub what: DecideRungAction,
}

/// What a rung of a decision does.
#[derive(Debug, Clone, PartialEq)]
pub enum DecideRungAction {
    /// Reminds all who can decide.
    Remind(Text),
    /// Lets this role decide as well.
    Also(Role),
    /// Tells who asked.
    Tell(Text),
}

impl Outcomes {
    /// Each outcome by the word that flows write for it.
    pub fn named(&self) -> Vec<(&'static str, &Target)> {
        match self {
            Self::Decision { approve, ask, reject } => {
                let ask = ask.iter().map(|target| ("ask", target));
                [("approve", approve)].into_iter().chain(ask).chain([("reject", reject)]).collect()
            }
            Self::Answer(answer) => vec![("answer", answer)],
        }
    }
}
