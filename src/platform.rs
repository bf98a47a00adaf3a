//! A platform (平台): a chat app that carries our words, behind one trait.
//!
//! Each platform is one folder; its field names, error codes and endpoints stay inside. The web layer hands every
//! callback to [`Platform::open`], `outbox` hands every message to [`Platform::compose`] and [`Platform::send`].
//! Every platform passes `contract::all`. Start at [`Platform`].

pub mod card;
pub mod checkup;
#[cfg(test)]
pub(crate) mod contract;
pub mod crypto;
pub mod dingtalk;
pub mod directory;
pub mod faulty;
pub mod http;
mod inbound;
pub mod lost;
pub mod mailbox;
pub mod meter;
pub mod parent_page;
pub mod picture;
mod query;
pub mod recall;
pub mod sign_in;
pub mod stream;
pub mod terminal;
pub mod text;
mod token;
pub mod wecom;

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};

pub use http::http_client;
pub use inbound::{CallbackAnswer, CallbackRequest, Content, Inbound, InboundId, Opened, Rejected};

use card::{Card, CardCode, CardLimits, CardUpdate};
use checkup::Checkup;
use directory::Directory;
use lost::LostEvents;
use mailbox::{Answers, Mailboxes};
use meter::Meter;
use picture::{PictureId, Pictures};
use recall::{RecallKey, Recalls};
use sign_in::SignIn;
use stream::Stream;

/// The shortest pause after an outage that gave no pause of its own.
const RETRY_PAUSE: Duration = Duration::from_secs(2);

/// A chat app, for one school's account with it.
#[async_trait]
pub trait Platform: Send + Sync + std::fmt::Debug {
    /// The school whose account this is.
    fn school(&self) -> &SchoolId;

    /// The channel that it carries.
    fn channel(&self) -> Channel;

    /// What it allows.
    fn limits(&self) -> &Limits;

    /// Verifies and decrypts a callback. Pure and fast: no input or output happens here.
    ///
    /// # Errors
    /// [`Rejected`] when it is not the platform's; from outside all reasons look the same.
    fn open(&self, request: &CallbackRequest) -> Result<Opened, Rejected>;

    /// The body of the `200` that answers `to`, with `text` for the person who wrote, where the platform allows it.
    /// `None` is the plain acknowledgement.
    fn answer(&self, to: &Inbound, text: Option<&str>, now: Moment) -> CallbackAnswer;

    /// Freezes a message to these accounts into the exact bytes to send, so that a retry is identical.
    fn compose(&self, accounts: &[String], message: &Message) -> Call;

    /// How it carries pictures; `None` where it does not: [`Platform::compose`] says their words then.
    fn pictures(&self) -> Option<&dyn Pictures> {
        None
    }

    /// What its cards can carry; `None` where it has none: [`Platform::compose`] says their words then.
    fn cards(&self) -> Option<CardLimits> {
        None
    }

    /// The school's directory there; `None` where there is none to read.
    fn directory(&self) -> Option<&dyn Directory> {
        None
    }

    /// What it keeps for us until we fetch it, and how those are answered; `None` where callbacks bring everything.
    fn mailboxes(&self) -> Option<&dyn Mailboxes> {
        None
    }

    /// What it could not deliver to our addresses; `None` where it keeps nothing.
    fn lost_events(&self) -> Option<&dyn LostEvents> {
        None
    }

    /// The connection that it sends through; `None` where callbacks bring everything.
    fn stream(&self) -> Option<&dyn Stream> {
        None
    }

    /// The meter of the month's calls; `None` where nobody counts them, or another account of the app does.
    fn meter(&self) -> Option<&dyn Meter> {
        None
    }

    /// How answers go out by calls of their own; `None` where the `200` to a message carries them.
    fn answers(&self) -> Option<&dyn Answers> {
        None
    }

    /// How it recognises who opens a page of ours; `None` where it does not.
    fn sign_in(&self) -> Option<&dyn SignIn> {
        None
    }

    /// How it recalls what was sent; `None` where it cannot.
    fn recalls(&self) -> Option<&dyn Recalls> {
        None
    }

    /// What it can say of how the school has set it up; `None` where there is nothing to set up.
    fn checkup(&self) -> Option<&dyn Checkup> {
        None
    }

    /// Sends a frozen call and reads the platform's answer whole.
    async fn send(&self, call: &Call) -> Result<SendReport, SendError>;

    /// For how long it takes `call` again without doing it twice; zero where it never does.
    fn guard(&self, call: &Call) -> Duration {
        let _ = call;
        self.limits().duplicate_guard
    }

    /// Asks what became of a call that was accepted with this receipt; `None` while the platform does not know yet.
    ///
    /// # Errors
    /// [`SendError`]; asking again is always safe.
    async fn outcome(&self, call: &Call, receipt: &Receipt) -> Result<Option<SendReport>, SendError> {
        let _ = (call, receipt);
        Ok(Some(SendReport::default()))
    }
}

/// What is to be sent.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// Plain words.
    Text(String),
    /// A card with a link.
    TextCard {
        /// The headline.
        title: String,
        /// The words below it.
        description: String,
        /// Where a tap leads; never anything personal in it.
        url: String,
    },
    /// A picture (图片), which the outbox keeps by its content.
    Image {
        /// Which.
        picture: PictureId,
        /// What it shows, for a platform without pictures.
        words: String,
    },
    /// A question whose answers can be pressed.
    Card(Card),
    /// A change of a card that was shown. Nobody has to look at it when it fails.
    CardUpdate(CardUpdate),
}

impl Message {
    /// The message as plain words, for a platform that has nothing better.
    pub fn in_words(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::TextCard { title, description, url } => format!("{title}\n{description}\n{url}"),
            Self::Image { words, .. } => format!("[图片：{words}]"),
            Self::Card(card) => card.words.clone(),
            Self::CardUpdate(update) => update.otherwise.clone().unwrap_or_default(),
        }
    }

    /// Whether nobody has to look at it when it fails.
    pub fn is_fleeting(&self) -> bool {
        matches!(self, Self::CardUpdate(_))
    }
}

/// A frozen request, byte for byte the same on each try.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Which of the platform's endpoints, in the platform's own words.
    pub endpoint: String,
    /// The body.
    pub body: String,
}

/// What became of a call that the platform accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendReport {
    /// The accounts that it did not reach, in canonical case, each with the reason.
    pub unreached: Vec<(String, &'static str)>,
    /// What allows one change of the card in the call, where there was one.
    pub card: Option<CardCode>,
    /// The accounts that it takes nothing for now, each with the pause that it asks for.
    pub later: Vec<(String, Duration)>,
    /// Whether all others were reached, it will only tell who asks with this; without one they were.
    pub receipt: Option<Receipt>,
    /// By what its messages can be recalled, where they can.
    pub recall: Option<RecallKey>,
}

/// What a platform gives for a call whose outcome it tells later (回执).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Receipt(pub String);

/// Why a call did not go through.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The platform asks for a pause of this length.
    #[error("platform asks to wait {0:?}")]
    Throttled(Duration),
    /// We ourselves rest for so long, although the platform would take it.
    #[error("resting for {pause:?}: {why}")]
    Resting {
        /// How long.
        pause: Duration,
        /// Why, for an operator.
        why: &'static str,
    },
    /// It may or may not have arrived; the same bytes can be sent again behind the platform's duplicate guard.
    #[error("no usable answer from the platform")]
    Unknown(#[source] HttpError),
    /// It did not arrive, and trying again later makes sense.
    #[error("platform is unavailable (code {code})")]
    Unavailable {
        /// The platform's code.
        code: i64,
    },
    /// It will never arrive as it is; somebody must look.
    #[error("platform refuses (code {code}): {advice}")]
    Refused {
        /// The platform's code.
        code: i64,
        /// What an operator can do.
        advice: &'static str,
    },
}

/// What follows a failed call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextTry {
    /// Try again after this pause.
    After(Duration),
    /// Stop, and show it to an admin.
    Park,
}

impl SendError {
    /// What follows, as far as the platform can tell; how often, the outbox decides.
    pub fn next(&self) -> NextTry {
        match self {
            Self::Throttled(pause) | Self::Resting { pause, .. } => NextTry::After(*pause),
            Self::Unknown(_) | Self::Unavailable { .. } => NextTry::After(RETRY_PAUSE),
            Self::Refused { .. } => NextTry::Park,
        }
    }
}

/// A transport failure.
#[derive(Debug, thiserror::Error)]
#[error("http exchange failed: {0}")]
pub struct HttpError(pub String);

/// Why an account cannot be set up; says what to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The secrets of its callbacks cannot have come from the console.
    #[error("the secrets of the callbacks cannot be right")]
    Keys(#[from] crypto::KeyError),
    /// An address is none.
    #[error("an address is not http or https without a query; write {0} unless you test against a simulator")]
    Address(&'static str),
    /// The HTTP client could not be built.
    #[error("the TLS library of the HTTP client could not be set up")]
    HttpClient,
}

/// What a platform allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest text in UTF-8 bytes.
    pub text_bytes_max: usize,
    /// Recipients of one call at the most.
    pub recipients_max: usize,
    /// Messages to one person in a minute.
    pub per_person_per_minute: u32,
    /// Messages to one person in an hour.
    pub per_person_per_hour: u32,
    /// Calls of one account in a second.
    pub calls_per_second: u32,
    /// Calls of one account in a minute.
    pub calls_per_minute: u32,
    /// Person-times of one account in a day.
    pub person_times_per_day: u32,
    /// How long the platform recognises an identical call as a duplicate.
    pub duplicate_guard: Duration,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::TextCard { .. } => f.write_str("TextCard"),
            Self::Image { .. } => f.write_str("Image"),
            Self::Card(card) => write!(f, "{card:?}"),
            Self::CardUpdate(_) => f.write_str("CardUpdate"),
        }
    }
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Receipt")
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Call({}, {} bytes)", self.endpoint, self.body.len())
    }
}
