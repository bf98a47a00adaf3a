//! Recalling (撤回) what was sent, on a platform that can, for as long as it can.
//!
//! Knows no platform and no queue. Start at [`Recalls`].

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::SendError;

/// By what a platform finds a call's messages again; all of them, whoever they went to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecallKey(pub String);

/// What became of a recall that the platform answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recalled {
    /// The messages are gone.
    Gone,
    /// The platform leaves them where they are.
    Declined {
        /// Why, in its own words; empty where it says nothing.
        why: String,
    },
}

/// A platform that can recall.
#[async_trait]
pub trait Recalls: Send + Sync {
    /// How long after they were sent messages can be recalled.
    fn within(&self) -> chrono::Duration;

    /// Recalls all messages of one call. Doing it again may be refused because it is done.
    ///
    /// # Errors
    /// [`SendError`]; only after [`SendError::Unknown`] it may have taken effect.
    async fn recall(&self, key: &RecallKey) -> Result<Recalled, SendError>;
}

impl std::fmt::Debug for RecallKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecallKey")
    }
}
