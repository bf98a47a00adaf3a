//! Nodes (节点): what one step of a flow says, asks for or has done, and where it leads.
//!
//! Plain data; whether the places exist that it leads to, `check` asks. Start at [`Node`].

use std::collections::BTreeMap;

use super::{Decide, DecideRungAction, Rung, RungAction, Target, Text};
use crate::understand::Consent;

/// One node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its name.
    pub id: String,
    /// Where it stands in the file.
    pub line: usize,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node does.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// Says something and goes on.
    Say {
        /// The words.
        text: Text,
        /// Where it goes on.
        next: Target,
    },
    /// Asks for one slot and waits.
    Ask(Ask),
    /// Repeats what was understood and waits for a yes.
    Confirm(Confirm),
    /// Has something done and goes on by its outcome.
    Do {
        /// The action.
        action: String,
        /// Where each outcome leads.
        outcomes: BTreeMap<String, Target>,
    },
    /// Somebody else decides; the person need not wait in the conversation.
    Decide(Decide),
    /// Goes over to another flow, about the same children.
    GoOver {
        /// The flow.
        flow: Target,
    },
    /// Ends the flow, or its run for one child.
    End {
        /// How it ended.
        ending: String,
        /// Last words.
        text: Option<Text>,
    },
}

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The slot that the answer fills.
    pub slot: String,
    /// The words.
    pub text: Text,
    /// What 1, 2, 3 … mean for a consent slot.
    pub menu: Vec<Consent>,
    /// What is listed for an option slot, numbered from 1.
    pub options: Vec<Choice>,
    /// Words that answer a consent slot beside those that are always understood: what the question itself offers.
    pub words: BTreeMap<String, Consent>,
    /// What its answers are called where they can be tapped.
    pub taps: TapLabels,
    /// Whether it stays when somebody else has answered for the child meanwhile.
    pub asks_anyway: bool,
    /// Whether yes takes over what was answered for the child before; the question is passed over with no where
    /// nothing was.
    pub yes_takes_over: bool,
    /// What happens when the reply is not understood.
    pub unclear: Unclear,
    /// What happens when nothing comes.
    pub silence: Vec<Rung>,
    /// Where an answer leads.
    pub next: Next,
}

/// The question whether what was understood is right.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirm {
    /// The slots that it repeats; a reply that answers one of them corrects it.
    pub slots: Vec<String>,
    /// The words.
    pub text: Text,
    /// What its answers are called where they can be tapped.
    pub taps: TapLabels,
    /// What happens when the reply is not understood.
    pub unclear: Unclear,
    /// What happens when nothing comes.
    pub silence: Vec<Rung>,
    /// Where yes leads.
    pub yes: Target,
    /// Where no leads.
    pub no: Target,
}

/// What yes, no and undecided are called on a button, as far as the author says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TapLabels(pub Vec<(Consent, String)>);

/// One listed option.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Where it leads.
    pub next: Target,
}

/// Where an answer leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// The same way for each answer.
    Always(Target),
    /// By the answer.
    Consent {
        /// After yes.
        yes: Target,
        /// After no.
        no: Target,
        /// After undecided; where there is none, an undecided reply is not understood.
        undecided: Option<Target>,
    },
    /// By the option, see [`Choice::next`].
    ByOption,
}

/// What happens when a reply is not understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Unclear {
    /// What is said before the question is asked again, by the number of misses; the last one stays.
    pub texts: Vec<Text>,
    /// How often it is asked again.
    pub retries: u32,
    /// Where it leads after that.
    pub then: Target,
}

impl NodeKind {
    /// Every place that this node can lead to.
    pub fn targets(&self) -> Vec<&Target> {
        match self {
            Self::Say { next, .. } => vec![next],
            Self::Ask(ask) => {
                let mut targets = match &ask.next {
                    Next::Always(target) => vec![target],
                    Next::Consent { yes, no, undecided } => {
                        [yes, no].into_iter().chain(undecided.as_ref()).collect()
                    }
                    Next::ByOption => ask.options.iter().map(|choice| &choice.next).collect(),
                };
                targets.push(&ask.unclear.then);
                targets.extend(ladder_targets(&ask.silence));
                targets
            }
            Self::Confirm(confirm) => {
                let mut targets = vec![&confirm.yes, &confirm.no, &confirm.unclear.then];
                targets.extend(ladder_targets(&confirm.silence));
                targets
            }
            Self::Do { outcomes, .. } => outcomes.values().collect(),
            Self::Decide(decide) => decide.outcomes.named().into_iter().map(|(_, target)| target).collect(),
            Self::GoOver { .. } | Self::End { .. } => Vec::new(),
        }
    }

    /// Every text that this node can say.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Self::Say { text, .. } => vec![text],
            Self::Ask(ask) => waiting_texts(&ask.text, &ask.unclear, &ask.silence),
            Self::Confirm(confirm) => waiting_texts(&confirm.text, &confirm.unclear, &confirm.silence),
            Self::Decide(decide) => {
                let said = decide.ladder.iter().filter_map(|rung| match &rung.what {
                    DecideRungAction::Remind(text) | DecideRungAction::Tell(text) => Some(text),
                    DecideRungAction::Also(_) => None,
                });
                [&decide.text].into_iter().chain(said).collect()
            }
            Self::Do { .. } | Self::GoOver { .. } => Vec::new(),
            Self::End { text, .. } => text.iter().collect(),
        }
    }

    /// The ladder for silence, where the node waits.
    pub fn silence(&self) -> &[Rung] {
        match self {
            Self::Ask(ask) => &ask.silence,
            Self::Confirm(confirm) => &confirm.silence,
            Self::Say { .. } | Self::Do { .. } | Self::Decide(_) | Self::GoOver { .. } | Self::End { .. } => {
                &[]
            }
        }
    }

    /// The names of a decision's outcomes and rungs, as turns and the clock pass them.
    pub fn decisions(&self) -> Vec<String> {
        let Self::Decide(decide) = self else { return Vec::new() };
        let outcomes = decide.outcomes.named().into_iter().map(|(name, _)| name.to_owned());
        outcomes.chain((0..decide.ladder.len()).map(|rung| format!("ladder/{rung}"))).collect()
    }

    /// What happens when a reply is not understood, where the node waits.
    pub fn unclear(&self) -> Option<&Unclear> {
        match self {
            Self::Ask(ask) => Some(&ask.unclear),
            Self::Confirm(confirm) => Some(&confirm.unclear),
            Self::Say { .. } | Self::Do { .. } | Self::Decide(_) | Self::GoOver { .. } | Self::End { .. } => {
                None
            }
        }
    }
}

fn ladder_targets(rungs: &[Rung]) -> impl Iterator<Item = &Target> {
    rungs.iter().filter_map(|rung| match &rung.what {
        RungAction::Then(target) => Some(target),
        RungAction::Remind(_) | RungAction::OtherGuardian | RungAction::ListFor(_) => None,
    })
}

fn waiting_texts<'a>(text: &'a Text, unclear: &'a Unclear, silence: &'a [Rung]) -> Vec<&'a Text> {
    let reminders = silence.iter().filter_map(|rung| match &rung.what {
        RungAction::Remind(text) => Some(text),
        RungAction::OtherGuardian | RungAction::ListFor(_) | RungAction::Then(_) => None,
    });
    [text].into_iter().chain(&unclear.texts).chain(reminders).collect()
}
