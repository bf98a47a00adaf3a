//! What comes in (来信): a callback as it was received, and what somebody told us by it or by a stream.
//!
//! Pure, the same for every platform; prints without what was said and by whom. Start at [`Inbound`].

use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};

use super::card::CardPress;
use super::mailbox::{Doorbell, TapId};
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId, mask_account};

/// A callback request as it came over HTTP.
#[derive(Debug, Clone, Default)]
pub struct CallbackRequest {
    /// `GET` asks to verify the address, anything else delivers.
    pub is_get: bool,
    /// The raw query, not decoded.
    pub query: String,
    /// The headers; a platform may sign there.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// What an opened callback is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// The platform checks our address, or tells what nobody here needs to know: answer exactly this.
    Verification(CallbackAnswer),
    /// A person or the platform tells us something.
    Inbound(Inbound),
    /// Something waits in a mailbox.
    Doorbell(Doorbell),
}

/// The body of a `200`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackAnswer {
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The body; empty for a plain acknowledgement.
    pub body: String,
}

/// Why a callback was not accepted. Goes into the log; outside, all look the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("callback rejected: {reason}")]
pub struct Rejected {
    /// For the log, without any content of the message.
    pub reason: &'static str,
}

/// Something that a person or the platform told us (来信).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// The school whose account received it.
    pub school: SchoolId,
    /// The channel it came by.
    pub channel: Channel,
    /// The same for each delivery of the same message, different for any two messages (DESIGN §3).
    pub id: InboundId,
    /// The sender's account with the platform, in the platform's canonical case.
    pub account: String,
    /// What it says.
    pub content: Content,
    /// When the platform says that it was sent; a hint, never used to order or to reject.
    pub sent_at: Option<Moment>,
    /// What the platform needs to answer inside the `200`, opaque to everyone else.
    pub envelope: String,
}

/// The id of an [`Inbound`] for de-duplication: printable ASCII, at most 128 bytes, unique in its school and channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InboundId(pub String);

/// What an [`Inbound`] says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Words that the person typed, perhaps none.
    Text(String),
    /// The person tapped an answer of a question, perhaps of an old one.
    Tap(TapId),
    /// The person pressed an answer of a card, perhaps of an old one.
    Press(CardPress),
    /// A picture, a voice message or another thing that we cannot read; the person gets a friendly sentence.
    Unreadable,
    /// The person opened the app, which platforms tell often; nobody is greeted each time.
    Entered,
    /// The person can be reached from now on.
    Joined,
    /// The person can no longer be reached.
    Left,
    /// The school's directory at the platform is not as it was.
    DirectoryChanged,
    /// One class of the school's directory is not as it was; it is named by the platform's id.
    ClassChanged(String),
    /// Nothing for us.
    Other,
}

impl std::fmt::Debug for Inbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbound")
            .field("school", &self.school)
            .field("channel", &self.channel)
            .field("id", &self.id)
            .field("account", &mask_account(&self.account))
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Tap(id) => write!(f, "Tap({id:?})"),
            Self::Press(press) => write!(f, "{press:?}"),
            Self::Unreadable => f.write_str("Unreadable"),
            Self::Entered => f.write_str("Entered"),
            Self::Joined => f.write_str("Joined"),
            Self::Left => f.write_str("Left"),
            Self::DirectoryChanged => f.write_str("DirectoryChanged"),
            Self::ClassChanged(class) => write!(f, "ClassChanged({class})"),
            Self::Other => f.write_str("Other"),
        }
    }
}
