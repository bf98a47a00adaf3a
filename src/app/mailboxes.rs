//! Fetching (收取): each mailbox by a loop of its own, woken by its bell and by time.
//!
//! A bell is not written down: the mailbox keeps what lies in it for days, the place in it is durable, and it is looked
//! into at the start and every few minutes. So a bell that is lost, here or on the way, costs minutes and no message.
//! Knows no platform's words. Start at [`App::ring`] and [`App::fetch`].

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::App;
use crate::clock::Moment;
use crate::domain::people::{PersonId, SchoolId};
use crate::platform::mailbox::{Doorbell, Page};
use crate::platform::{NextTry, Platform, SendError};
use crate::usecase::mailbox::{self, Mailbox};
use crate::usecase::{UseCaseError, binding};

/// How often a mailbox is looked into although no bell rang. Without a bell's token the platform allows few looks.
const LOOK_EVERY: chrono::Duration = chrono::Duration::minutes(5);
/// The pause after the first failure; each further one doubles it.
const PAUSE_FIRST: Duration = Duration::from_secs(2);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_mins(5);
/// Pages fetched in one go; the rest is fetched right after.
const PAGES_MAX: usize = 1_000;

/// One mailbox and its bell.
pub(super) struct Postbox {
    mailbox: Mailbox,
    platform: Arc<dyn Platform>,
    rung: Notify,
    /// The last bell's token, and when it rang.
    token: Mutex<Option<(String, Moment)>>,
    /// Nobody else looks into it meanwhile.
    turn: tokio::sync::Mutex<()>,
}

/// Why a mailbox could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The platform did not hand it out.
    #[error("the mailbox was not handed out")]
    Platform(#[from] SendError),
    /// What was in it did not take effect.
    #[error("what was in the mailbox did not take effect")]
    UseCase(#[from] UseCaseError),
}

/// The mailboxes of these platforms.
pub(super) fn of(platforms: &[Arc<dyn Platform>]) -> Vec<Postbox> {
    let boxes = platforms.iter().flat_map(|platform| {
        let names = platform.mailboxes().map(|mailboxes| mailboxes.names().to_vec()).unwrap_or_default();
        names.into_iter().map(|name| Postbox {
            mailbox: Mailbox { school: platform.school().clone(), channel: platform.channel(), name },
            platform: platform.clone(),
            rung: Notify::new(),
            token: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        })
    });
    boxes.collect()
}

impl App {
    /// Wakes the loops of the mailboxes that a bell names. Bells of others, and of other schools' mailboxes, wake nobody.
    pub fn ring(&self, school: &SchoolId, bell: &Doorbell) {
        let of_school = |one: &&Postbox| one.mailbox.school == *school && one.mailbox.channel == bell.channel;
        for name in &bell.mailboxes {
            let Some(found) = self.boxes.iter().filter(of_school).find(|one| one.mailbox.name == *name)
            else {
                tracing::warn!(school.id = %school, "a bell rang for a mailbox that is not in the settings");
                continue;
            };
            if let Some(token) = &bell.token {
                *found.token.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some((token.clone(), self.seams.clock.now()));
            }
            found.rung.notify_one();
        }
        for one in self.boxes.iter().filter(of_school).filter(|one| bell.lost.contains(&one.mailbox.name)) {
            tracing::error!(school.id = %school, mailbox = one.mailbox.name,
                "the platform took a mailbox away from this app; give it back in the platform's console");
        }
    }

    /// Whether a school has a chat that [`Self::chat_link`] leads to.
    pub fn has_chat(&self, school: &SchoolId) -> bool {
        self.boxes.iter().any(|one| one.mailbox.school == *school)
    }

    /// A link that opens the chat on plain WeChat and says who opens it, for ten minutes and once; `None` where the school
    /// has no such chat. For the parent page, which knows the person.
    ///
    /// # Errors
    /// [`FetchError`]: no ticket, or the platform gave no link.
    pub async fn chat_link(
        &self,
        school: &SchoolId,
        person: &PersonId,
    ) -> Result<Option<String>, FetchError> {
        let Some(one) = self.boxes.iter().find(|one| one.mailbox.school == *school) else { return Ok(None) };
        let Some(mailboxes) = one.platform.mailboxes() else { return Ok(None) };
        let ticket = binding::invite(&self.service, school, person, self.seams.clock.now()).await?;
        Ok(Some(mailboxes.link(&one.mailbox.name, &ticket.0).await?))
    }

    /// Fetches all mailboxes until nothing is left in them, for tests and scripts.
    ///
    /// # Errors
    /// [`FetchError`] of the first mailbox that failed; the others were fetched.
    pub async fn fetch(&self) -> Result<(), FetchError> {
        let results = join_all(self.boxes.iter().map(|one| self.fetch_one(one))).await;
        results.into_iter().collect()
    }

    /// Fetches each mailbox again and again until `stop`.
    pub(super) async fn fetch_until(&self, stop: &CancellationToken) {
        join_all(self.boxes.iter().map(|one| self.fetch_one_until(one, stop))).await;
    }

    async fn fetch_one_until(&self, one: &Postbox, stop: &CancellationToken) {
        let mut failures = 0;
        while !stop.is_cancelled() {
            let result = tokio::select! {
                () = stop.cancelled() => return,
                result = self.fetch_one(one) => result,
            };
            let now = self.seams.clock.now();
            match result {
                Ok(()) => {
                    failures = 0;
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = one.rung.notified() => {}
                        () = self.seams.clock.sleep_until(now + LOOK_EVERY) => {}
                    }
                }
                Err(error) => {
                    failures += 1;
                    tracing::error!(error = &error as &dyn std::error::Error, school.id = %one.mailbox.school,
                        advice = advice(&error), "a mailbox could not be fetched and is tried again");
                    let pause = chrono::Duration::from_std(pause(&error, failures)).unwrap_or(LOOK_EVERY);
                    // A bell does not shorten it: the platform asked for the pause.
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = self.seams.clock.sleep_until(now + pause) => {}
                    }
                }
            }
        }
    }

    async fn fetch_one(&self, one: &Postbox) -> Result<(), FetchError> {
        let Some(mailboxes) = one.platform.mailboxes() else { return Ok(()) };
        let _turn = one.turn.lock().await;
        for _ in 0..PAGES_MAX {
            let token = one.good_token(mailboxes.token_life(), self.seams.clock.now());
            let from = mailbox::place(&self.service, &one.mailbox).await?;
            let cursor = from.as_ref().map(|place| place.value.cursor.clone());
            let page = mailboxes.fetch(&one.mailbox.name, cursor.as_deref(), token.as_deref()).await?;
            let (has_more, is_news) = (page.has_more, !page.arrived.is_empty());
            if is_news || Some(&page.cursor) != cursor.as_ref() {
                self.take_page(one, from, page).await?;
            }
            if !has_more {
                return Ok(());
            }
        }
        one.rung.notify_one();
        Ok(())
    }

    async fn take_page(
        &self,
        one: &Postbox,
        from: Option<crate::usecase::record::Stored<mailbox::MailboxPlace>>,
        page: Page,
    ) -> Result<(), UseCaseError> {
        let taken = mailbox::take(&self.service, &one.mailbox, from, page, self.seams.clock.now()).await;
        // Also after a failure something may have been caused.
        self.wake();
        taken
    }
}

impl Postbox {
    /// The last bell's token while it is good; with one that is over each look would be two.
    fn good_token(&self, life: chrono::Duration, now: Moment) -> Option<String> {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if token.as_ref().is_some_and(|(_, rung_at)| *rung_at + life <= now) {
            *token = None;
        }
        token.as_ref().map(|(token, _)| token.clone())
    }
}

/// How long to wait after a failure.
fn pause(error: &FetchError, failures: u32) -> Duration {
    let backoff = (PAUSE_FIRST * 2_u32.pow(failures.saturating_sub(1).min(16))).min(PAUSE_MAX);
    match error {
        FetchError::Platform(error) => match error.next() {
            NextTry::After(pause) => backoff.max(pause),
            NextTry::Park => PAUSE_MAX,
        },
        FetchError::UseCase(_) => backoff,
    }
}

fn advice(error: &FetchError) -> Option<&'static str> {
    match error {
        FetchError::Platform(SendError::Refused { advice, .. }) => Some(advice),
        FetchError::Platform(_) | FetchError::UseCase(_) => None,
    }
}

impl std::fmt::Debug for Postbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postbox").field("mailbox", &self.mailbox).finish_non_exhaustive()
    }
}
