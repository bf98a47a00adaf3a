//! Streams (长连接): a connection of ours through which a platform sends what else it would call an address with.
//!
//! Knows no platform and no use case: the platform keeps the connection, and tells that it got something when a [`Taker`]
//! says that it took effect. Start at [`Stream`].

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::Inbound;

/// A platform that sends through a connection of ours.
#[async_trait]
pub trait Stream: Send + Sync {
    /// Stays connected until `stop`. What comes is handed to `taker`, in order for each account, and acknowledged once that
    /// returned.
    async fn run(&self, taker: &dyn Taker, stop: CancellationToken);
}

/// Who takes what comes.
#[async_trait]
pub trait Taker: Send + Sync {
    /// Takes a message; when this returns, it took effect and is on the medium.
    ///
    /// # Errors
    /// [`NotTaken`]: the platform is to deliver it again.
    async fn take(&self, inbound: Inbound) -> Result<(), NotTaken>;
}

/// A message did not take effect; why stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message did not take effect")]
pub struct NotTaken;
