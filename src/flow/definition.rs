//! What a flow is once parsed (流程定义): nodes, slots, texts and the ladder for silence.
//!
//! Plain data, no behaviour beyond names. `parse` makes it, `check` looks for mistakes in it, `step` walks it.
//! Start at [`Flow`]; [`node`] has what it is made of, [`decide`] what others decide.

mod decide;
mod node;

use std::collections::BTreeMap;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use crate::understand::Command;

pub use decide::{Decide, DecideRung, DecideRungAction, Outcomes, Role};
pub use node::{Ask, Choice, Confirm, Next, Node, NodeKind, TapLabels, Unclear};

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
    /// What else people call it; typed as it is, it starts the flow like a title, also where it reads as a command.
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
