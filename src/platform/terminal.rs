//! The terminal (终端): a chat app that is not one, for `kehou talk` and the rehearsals of flows.
//!
//! Carries messages into a [`Mailbox`] of this process. Knows no network and takes no callbacks: who writes here hands
//! an `Inbound` over directly. Start at [`Terminal`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Call, CallbackAnswer, CallbackRequest, HttpError, Inbound, Limits, Message, Opened, Platform, Rejected,
    SendError, SendReport,
};
use crate::clock::{Clock, Moment};
use crate::domain::people::{Channel, SchoolId};

/// What the terminal allows: the text limit of the narrowest chat app, and more calls than anybody reads.
const LIMITS: Limits = Limits {
    text_bytes_max: 2_048,
    recipients_max: 1_000,
    per_person_per_minute: 60,
    per_person_per_hour: 1_000,
    calls_per_second: 10_000,
    calls_per_minute: 10_000,
    person_times_per_day: 1_000_000,
    duplicate_guard: Duration::from_mins(30),
};

/// A message that arrived.
#[derive(Clone, PartialEq, Eq)]
pub struct Arrived {
    /// When.
    pub at: Moment,
    /// At whose account.
    pub account: String,
    /// What it says.
    pub words: String,
}

/// Where the terminal's messages arrive; all clones are the same box.
#[derive(Debug, Clone, Default)]
pub struct Mailbox(Arc<Mutex<Contents>>);

#[derive(Debug, Default)]
struct Contents {
    arrived: Vec<Arrived>,
    /// The calls of late, to recognise one that comes a second time.
    calls: Vec<(Moment, Call)>,
}

impl Mailbox {
    /// Takes everything out that has arrived, in order.
    pub fn take(&self) -> Vec<Arrived> {
        std::mem::take(&mut self.contents().arrived)
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The platform.
#[derive(Debug)]
pub struct Terminal {
    school: SchoolId,
    clock: Arc<dyn Clock>,
    mailbox: Mailbox,
}

/// The body of a call.
#[derive(Serialize, Deserialize)]
struct Body {
    accounts: Vec<String>,
    words: String,
}

impl Terminal {
    /// A terminal that carries a school's messages into `mailbox`.
    pub fn new(school: SchoolId, clock: Arc<dyn Clock>, mailbox: Mailbox) -> Self {
        Self { school, clock, mailbox }
    }
}

#[async_trait]
impl Platform for Terminal {
    fn school(&self) -> &SchoolId {
        &self.school
    }

    fn channel(&self) -> Channel {
        Channel::Terminal
    }

    fn limits(&self) -> &Limits {
        &LIMITS
    }

    fn open(&self, _: &CallbackRequest) -> Result<Opened, Rejected> {
        Err(Rejected { reason: "the terminal takes no callbacks" })
    }

    fn answer(&self, _: &Inbound, text: Option<&str>, _: Moment) -> CallbackAnswer {
        CallbackAnswer { content_type: "text/plain", body: text.unwrap_or_default().to_owned() }
    }

    fn compose(&self, accounts: &[String], message: &Message) -> Call {
        let body = Body { accounts: accounts.to_vec(), words: message.in_words() };
        Call { endpoint: "mailbox".to_owned(), body: serde_json::to_string(&body).unwrap_or_default() }
    }

    async fn send(&self, call: &Call) -> Result<SendReport, SendError> {
        let body: Body = serde_json::from_str(&call.body)
            .map_err(|error| SendError::Unknown(HttpError(error.to_string())))?;
        let now = self.clock.now();
        let mut contents = self.mailbox.contents();
        contents.calls.retain(|(at, _)| now - *at < chrono::Duration::minutes(30));
        if contents.calls.iter().any(|(_, known)| known == call) {
            return Ok(SendReport::default());
        }
        contents.calls.push((now, call.clone()));
        for account in body.accounts {
            contents.arrived.push(Arrived { at: now, account, words: body.words.clone() });
        }
        Ok(SendReport::default())
    }
}

impl std::fmt::Debug for Arrived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Arrived({}, {} bytes)", self.at, self.words.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::platform::contract;

    fn terminal() -> (Terminal, Mailbox, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Moment::UNIX_EPOCH));
        let mailbox = Mailbox::default();
        (Terminal::new("s".into(), clock.clone(), mailbox.clone()), mailbox, clock)
    }

    #[test]
    fn it_keeps_what_every_sender_keeps() {
        contract::sending(&terminal().0);
    }

    #[tokio::test]
    async fn what_is_sent_arrives_once_also_when_the_call_is_repeated() {
        let (terminal, mailbox, clock) = terminal();
        let call = terminal.compose(&["a".into(), "b".into()], &Message::Text("您好".into()));
        for _ in 0..2 {
            assert_eq!(terminal.send(&call).await.unwrap(), SendReport::default());
        }
        let arrived = mailbox.take();
        let read: Vec<_> = arrived.iter().map(|one| (one.account.as_str(), one.words.as_str())).collect();
        assert_eq!(read, [("a", "您好"), ("b", "您好")]);
        clock.advance(chrono::Duration::minutes(30));
        terminal.send(&call).await.unwrap();
        assert_eq!(mailbox.take().len(), 2, "the same words are news again after the guard");
    }
}
