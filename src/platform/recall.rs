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

/// A platform that can recall.
#[async_trait]
pub trait Recalls: Send + Sync {
    /// How long after they were sent messages can be recalled.
    fn within(&self) -> chrono::Duration;

    /// Recalls all messages of one call.
    ///
    /// # Errors
    /// [`SendError`]; doing it again is always safe.
    async fn recall(&self, key: &RecallKey) -> Result<(), SendError>;
}

impl std::fmt::Debug for RecallKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecallKey")
    }
}
