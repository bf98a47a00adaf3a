//! A member's phone (手机): the chat with the app, as the member sees it.
//!
//! Knows nothing of how a message came. Start at [`Phone`].

use serde::Serialize;

use crate::clock::Moment;

/// One member's chat with the app, oldest first.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Phone {
    /// The messages in the order in which they appeared.
    pub thread: Vec<PhoneMessage>,
}

/// One bubble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhoneMessage {
    /// Who wrote it.
    pub from: Author,
    /// What it shows.
    pub shows: Shown,
    /// When it appeared.
    pub at: Moment,
    /// Whether it got through.
    pub delivery: DeliveryState,
}

/// Who wrote a bubble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The member.
    Me,
    /// The app.
    App,
}

/// What a bubble shows.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Shown {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A card with a link.
    Card {
        /// The headline.
        title: String,
        /// The words below it.
        description: String,
        /// Where a tap leads.
        url: String,
    },
    /// A card whose answers can be pressed.
    TaskCard(super::card::TaskCard),
    /// A picture from the app; [`super::WecomSimulator::picture`] has its bytes.
    Image {
        /// Which.
        media_id: String,
    },
    /// A picture that the member sent.
    Picture,
    /// A voice message that the member sent.
    Voice,
}

/// Whether a bubble got through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "reason")]
pub enum DeliveryState {
    /// It did.
    Ok,
    /// It did not; the reason is for the visitor of the demo.
    Failed(String),
}

impl Phone {
    /// The newest message from the app that got through.
    pub fn last_from_app(&self) -> Option<&PhoneMessage> {
        self.thread
            .iter()
            .rev()
            .find(|message| message.from == Author::App && message.delivery == DeliveryState::Ok)
    }
}

impl Shown {
    /// All the words on it.
    pub fn words(&self) -> String {
        match self {
            Self::Text { text } => text.clone(),
            Self::Card { title, description, .. } => format!("{title}\n{description}"),
            Self::TaskCard(card) => card.words(),
            Self::Image { .. } | Self::Picture => "[图片]".to_owned(),
            Self::Voice => "[语音]".to_owned(),
        }
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shown({} bytes)", self.words().len())
    }
}
