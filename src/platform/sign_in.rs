//! Recognising a person who opens a page of ours inside a chat app (网页登录): one border for all platforms.
//!
//! Knows no page and no cookie: where to send the browser, and whose the code is that it brings back. Start at
//! [`SignIn`].

use async_trait::async_trait;

use super::SendError;

/// The platform's word for who holds the phone.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// The address to send the browser to. It comes back to `back` with `code` and `state` in its query.
    ///
    /// - `back`: an address of ours under the public address, without a query.
    /// - `state`: letters and digits, at most 128.
    fn address(&self, back: &str, state: &str) -> String;

    /// Whose the code is: the account on the parent page (家长页), in canonical case. A code can be asked for once.
    ///
    /// # Errors
    /// [`SignInError`].
    async fn account(&self, code: &str) -> Result<String, SignInError>;
}

/// Why nobody was recognised.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The code is unknown, over, or was asked for before: the browser can be sent once more.
    #[error("the code is spent")]
    Spent,
    /// Somebody whom the page is not for: no parent of this school.
    #[error("not a parent of this school")]
    NoParent,
    /// The platform gave no answer, or refuses the app.
    #[error("the platform does not say who it is")]
    Failed(#[source] SendError),
}
