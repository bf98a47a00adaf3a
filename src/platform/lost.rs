//! Lost events (补取): what a platform could not deliver to our addresses, and keeps until we fetch it.
//!
//! Knows no platform and no use case. Start at [`LostEvents`].

use async_trait::async_trait;

use super::{Inbound, SendError};

/// What could not be delivered.
#[derive(Debug, Default)]
pub struct Lost {
    /// The events, with when each happened where the platform says so.
    pub events: Vec<Inbound>,
    /// Whether there is more already.
    pub has_more: bool,
}

/// A platform that keeps what it could not deliver.
#[async_trait]
pub trait LostEvents: Send + Sync {
    /// Fetches what could not be delivered. The next fetch drops there what this one returned: it is to be on the medium
    /// before.
    ///
    /// # Errors
    /// [`SendError`]; what waits there is still there.
    async fn fetch(&self) -> Result<Lost, SendError>;
}
