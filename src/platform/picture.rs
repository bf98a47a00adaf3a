//! Pictures on a platform (图片): uploaded first, sent by the handle that the upload gave.
//!
//! An upload shows nothing to anybody, so it can be repeated freely; the call that follows is frozen with its handle and
//! stays behind the platform's duplicate guard like any other. A platform without pictures says the words instead
//! ([`super::Message::in_words`]). Start at [`Pictures`].

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Call, SendError};

/// A picture by its content: SHA-256 of its PNG in hex, so that the same picture is the same id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PictureId(String);

/// What an upload gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// The platform's own name for the picture.
    pub handle: String,
    /// How long it can be used from now on.
    pub life: Duration,
}

/// How a platform carries pictures.
#[async_trait]
pub trait Pictures: Send + Sync {
    /// Brings a PNG to the platform.
    ///
    /// # Errors
    /// [`SendError`]; an unknown outcome can be tried again without a guard.
    async fn upload(&self, png: &[u8]) -> Result<Uploaded, SendError>;

    /// Freezes a message with an uploaded picture, as [`super::Platform::compose`] does with words.
    fn compose(&self, accounts: &[String], handle: &str) -> Call;
}

impl PictureId {
    /// The id of a PNG.
    pub fn of(png: &[u8]) -> Self {
        Self(hex::encode(Sha256::digest(png)))
    }

    /// The id as text, 64 hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
