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

impl Place {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Chat, Self::Desk];
}

/// How a browser gets its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passage {
    /// At this address of the platform, which sends it back to us.
    Address(String),
    /// In a page of ours, from the chat app that it runs in.
    Page(CodePage),
}

/// What a page of ours needs to ask the chat app for a code. Its script fills the form `door` and sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePage {
    /// The address of the chat app's own script.
    pub app_script: String,
    /// Our script, which asks that one.
    pub script: &'static str,
    /// What our script finds in the form's `data-` attributes.
    pub values: Vec<(&'static str, String)>,
    /// The app's name in Chinese.
    pub inside: &'static str,
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
    /// Its name in our addresses and cookies: small letters.
    fn key(&self) -> &'static str;

    /// What people call it.
    fn name(&self) -> &'static str;

    /// The channel by which the guardians of its directory are reached.
    fn guardians(&self) -> Channel;

    /// Whether this browser says that it is the one inside the chat app; a hint, because it can say anything.
    fn is_inside(&self, user_agent: &str) -> bool;

    /// Whether it takes any browser as one inside the chat app, and says itself where else to open the page.
    fn takes_any_browser(&self) -> bool;

    /// What in the query of a browser that comes back can be the code, best first.
    fn code_names(&self) -> &'static [&'static str];

    /// How the browser gets its code. From an address it comes back to `back` with the code and `state` in its query.
    ///
    /// - `back`: an address of ours under the public address, without a query.
    /// - `state`: letters and digits, at most 128.
    fn passage(&self, from: Place, back: &str, state: &str) -> Passage;

    /// Whose the code is that was got from there. A code can be asked for once.
    ///
    /// # Errors
    /// [`SignInError`].
    async fn account(&self, audience: Audience, from: Place, code: &str) -> Result<Account, SignInError>;
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
