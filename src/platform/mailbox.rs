//! Mailboxes (收件箱): what a platform keeps for us until we fetch it, page by page, after its bell has rung.
//!
//! For chats whose callbacks only say that something waits, and where we only answer. Knows no platform's words. Start
//! at [`Mailboxes`].

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Call, Inbound, Message, SendError};
use crate::domain::answer_window::AnswerLimits;
use crate::domain::people::Channel;

/// A callback that says only that something waits (门铃).
#[derive(Clone, PartialEq, Eq)]
pub struct Doorbell {
    /// The channel of the mailboxes.
    pub channel: Channel,
    /// The mailboxes with something in them.
    pub mailboxes: Vec<String>,
    /// The mailboxes that were taken away from us.
    pub lost: Vec<String>,
    /// With this the platform lets us fetch more often, for a while.
    pub token: Option<String>,
}

/// How somebody who wrote is answered by calls of their own (应答), with what their message brought along.
pub trait Answers: Send + Sync {
    /// How much may be answered.
    fn answer_limits(&self) -> AnswerLimits;

    /// Freezes an answer to one account.
    fn compose(&self, answer: &Answering<'_>) -> Call;
}

/// The mailboxes of a school on one platform.
#[async_trait]
pub trait Mailboxes: Answers {
    /// Their names in the platform's words.
    fn names(&self) -> &[String];

    /// How long a bell's token is good.
    fn token_life(&self) -> chrono::Duration;

    /// Fetches what comes after `cursor`, from the oldest that the platform still has without one.
    ///
    /// # Errors
    /// [`SendError`]; what waits there is still there.
    async fn fetch(
        &self,
        mailbox: &str,
        cursor: Option<&str>,
        token: Option<&str>,
    ) -> Result<Page, SendError>;

    /// An address that opens the chat and brings the ticket along; see [`Entered::ticket`].
    ///
    /// # Errors
    /// [`SendError`].
    async fn link(&self, mailbox: &str, ticket: &str) -> Result<String, SendError>;
}

/// One page of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What arrived, in order.
    pub arrived: Vec<Arrived>,
    /// Where the next page begins.
    pub cursor: String,
    /// Whether there is one already, also when nothing is on this one.
    pub has_more: bool,
}

/// What lay in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrived {
    /// A person wrote.
    Message(Inbound),
    /// A person opened the chat by a link.
    Entered(Entered),
    /// An answer that the platform had accepted did not arrive.
    Undelivered(Undelivered),
}

/// A person opened the chat by a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// Who, and what is needed to greet them.
    pub inbound: Inbound,
    /// What the link brought along.
    pub ticket: Option<Ticket>,
    /// Until when one greeting is possible although the person has said nothing.
    pub greet_until: Option<crate::clock::Moment>,
}

/// What a link brings along to tell who opens it; does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket(pub String);

/// An answer that the platform had accepted did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// The message that says so, without words.
    pub inbound: Inbound,
    /// The answer's id; see [`Answering::id`].
    pub answer: String,
    /// Why, for an admin, in Chinese.
    pub reason: &'static str,
}

/// An answer that is to be frozen.
#[derive(Debug)]
pub struct Answering<'a> {
    /// Its id, the same on each try and never used again.
    pub id: &'a str,
    /// Whom it goes to.
    pub account: &'a str,
    /// What it says.
    pub message: &'a Message,
    /// What it answers.
    pub to: &'a AnswerTo,
}

/// What a platform needs to answer somebody who wrote; travels with the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerTo {
    /// The envelope of the message that is answered.
    pub envelope: String,
    /// Answers that can be tapped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taps: Vec<Tap>,
}

/// An answer that can be tapped (选项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tap {
    /// The turn that asked and the place among its answers.
    pub id: TapId,
    /// What it says.
    pub label: String,
}

/// Which answer of which question was tapped: an old one stays tappable, so it names its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TapId {
    /// The turn that asked.
    pub asked_in_turn: u64,
    /// The place among the answers, from 0.
    pub place: usize,
}

impl std::fmt::Debug for Doorbell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doorbell").field("mailboxes", &self.mailboxes.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket")
    }
}
