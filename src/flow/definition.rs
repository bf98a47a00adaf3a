//! What a flow is once parsed (流程定义): nodes, slots, texts and the ladder for silence.
//!
//! Plain data, no behaviour beyond names. `parse` makes it, `check` looks for mistakes in it, `step` walks it.
//! Start at [`Flow`].

use std::collections::BTreeMap;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use crate::understand::{Command, Consent};

/// One conversation as its author wrote it (流程).
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The name that other parts use.
    pub id: String,
    /// The file, as problems name it.
    pub file: String,
    /// SHA-256 of the file, first 16 hex digits: a live conversation names the version it began with.
    pub hash: String,
    /// The name that people read.
    pub title: String,
    /// Who is spoken to.
    pub speaks_to: Audience,
    /// What starts it besides a use case.
    pub starts_on: Vec<Trigger>,
    /// What else people call it; typed as it is while nothing is asked, it starts the flow like a title.
    pub also_called: Vec<String>,
    /// Slots whose answer begins it out of the blue, and the node where it then goes on: «3号奶奶接走了» needs no question.
    pub hears: BTreeMap<String, Target>,
    /// Slots that the words which begin it may answer already, each with the line that names it: «小禾明天请假» has said both
    /// the child and the day.
    pub opening: BTreeMap<String, usize>,
    /// Slots that a reply to an earlier question may answer as well, each with the line that names it: «参加，每天».
    pub ahead: BTreeMap<String, usize>,
    /// From when its ladders for silence count.
    pub counts_from: CountsFrom,
    /// Where those who stand in an older version go on in this one, by the older node; others finish the older one.
    pub upgrade: BTreeMap<String, Target>,
    /// Whether the nodes run once, or once for each child of the conversation.
    pub covers: Covers,
    /// Where a further child begins, when that is not the first node.
    pub for_next_child: Option<Target>,
    /// What becomes of it when another flow begins on top of it.
    pub when_interrupted: WhenInterrupted,
    /// What can be answered.
    pub slots: BTreeMap<String, Slot>,
    /// Texts by name.
    pub texts: BTreeMap<String, Text>,
    /// The nodes in the author's order; the first is where the flow begins.
    pub nodes: Vec<Node>,
}

/// Who a flow speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Guardians (家长).
    Guardian,
    /// Staff (教职工).
    Staff,
    /// Those who supervise the school from outside (督学、区教体局).
    Supervisor,
    /// Whoever it is, also who is both: 收到 to what goes to all.
    Anyone,
    /// Somebody whom we do not know, where anybody can write (访客).
    Guest,
}

/// What starts a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trigger {
    /// A global command.
    Command(Command),
    /// The person became reachable for the first time.
    Welcome,
    /// Its own title, typed as it is: 点名.
    Title,
    /// Words that answer nothing.
    AnythingElse,
}

/// What one run of the nodes is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covers {
    /// The person as such.
    Person,
    /// Each child of the conversation in turn.
    EachChild,
}

/// From when a ladder for silence counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountsFrom {
    /// From the delivery of the question: a survey.
    Delivery,
    /// From the event that the flow is about, whenever the question arrived: a pickup.
    Event,
}

/// What becomes of a flow that another one interrupts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenInterrupted {
    /// It waits and goes on afterwards.
    Wait,
    /// It is over: a menu, which nobody wants to come back to.
    End,
}

/// A place that an answer fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// What it takes.
    pub slot_type: SlotType,
    /// Whose data it is.
    pub privacy: Privacy,
}

/// What a slot takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SlotType {
    /// Yes, no, perhaps undecided.
    Consent,
    /// Whether something is right, the same, or to be done.
    Confirm,
    /// Days of the week.
    Weekdays,
    /// A time.
    Time,
    /// Some of what is offered.
    Choices,
    /// Some of the family's children. Not asked when there is only one.
    Child,
    /// One of the options that the node itself lists.
    Option,
    /// Who collects a child.
    Person,
    /// Days.
    Date,
    /// The first day of what lasts.
    StartDay,
    /// A count.
    Number,
    /// A class or a grade.
    Class,
    /// A line of the digest.
    DigestRow,
    /// That something was read.
    Acknowledgement,
    /// Words in the person's own way.
    Text,
    /// Words to the school; a complaint is none of them, for it goes elsewhere.
    Message,
    /// A teacher's decisions about what is on the list.
    Decisions,
    /// A teacher's own words for a question that is on the list.
    Answer,
    /// Who is there and who is not.
    RollCall,
    /// Who went home with whom.
    Handover,
    /// What a family says when its child can be collected.
    PickupReply,
    /// Changes of days, times and persons, in one sentence.
    Changes,
}

/// Whose data a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// A child's: never in a group, a URL or a log.
    Minor,
    /// Nobody's in particular.
    Plain,
}

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

/// One rung of the ladder for silence.
#[derive(Debug, Clone, PartialEq)]
pub struct Rung {
    /// When, counted from the delivery of the question.
    pub after: After,
    /// What happens.
    pub what: RungAction,
}

/// What a rung does.
#[derive(Debug, Clone, PartialEq)]
pub enum RungAction {
    /// Says something and goes on waiting.
    Remind(Text),
    /// Asks the child's other guardian as well.
    OtherGuardian,
    /// Puts the child on somebody's list.
    ListFor(String),
    /// Goes on at a node.
    Then(Target),
}

/// A length of time in the school's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct After {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
    /// For school days: at this time of the day.
    pub at: Option<NaiveTime>,
}

/// See [`After`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Hours in which the school works (在校办公时段).
    Schoolhours,
    /// School days (上学日).
    Schooldays,
}

/// A node that something leads to, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The node's name.
    pub node: String,
    /// The line that names it.
    pub line: usize,
}

/// A text with variables (话术) and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The template.
    pub source: String,
    /// Its line.
    pub line: usize,
}

/// The engine's own texts, in `bot-flows/common.yaml`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CommonTexts {
    /// The file, as problems name it.
    pub file: String,
    /// Texts by name.
    pub texts: BTreeMap<String, Text>,
}

impl Flow {
    /// A node by its name.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }
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
