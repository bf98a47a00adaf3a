//! Recognising a person who opens a page of ours (网页登录): one border for all platforms, for families and for staff.
//!
//! Knows no page and no cookie: where to send the browser, and whose the code is that it brings back. What somebody may
//! do, the roster says, never the platform. Start at [`SignIn`].

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::SendError;
use crate::domain::people::Channel;

/// Whom a page is for (页面给谁看).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Families: the parent page (家长页).
    #[default]
    Guardians,
    /// Who works for the school or supervises it: the console (管理页).
    Staff,
}

/// Where the browser is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Inside the chat app, which knows who holds the phone.
    Chat,
    /// Anywhere else: the person shows with their phone who they are.
    Desk,
}

/// Who was recognised.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The channel.
    pub channel: Channel,
    /// The account there, in canonical case.
    pub account: String,
}

/// The platform's word for who is there.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// Whether this browser says that it is the one inside the chat app; a hint, because it can say anything.
    fn is_inside(&self, user_agent: &str) -> bool;

    /// The address to send the browser to. It comes back to `back` with `code` and `state` in its query.
    ///
    /// - `back`: an address of ours under the public address, without a query.
    /// - `state`: letters and digits, at most 128.
    fn address(&self, from: Place, back: &str, state: &str) -> String;

    /// Whose the code is. A code can be asked for once.
    ///
    /// # Errors
    /// [`SignInError`].
    async fn account(&self, audience: Audience, code: &str) -> Result<Account, SignInError>;
}

/// Why nobody was recognised.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The code is unknown, over, or was asked for before: the browser can be sent once more.
    #[error("the code is spent")]
    Spent,
    /// Somebody whom the page is not for: no parent of this school, or no member of its staff.
    #[error("not one of those whom the page is for")]
    Stranger,
    /// The platform gave no answer, or refuses the app.
    #[error("the platform does not say who it is")]
    Failed(#[source] SendError),
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({:?}:{})", self.channel, crate::domain::people::mask_account(&self.account))
    }
}
