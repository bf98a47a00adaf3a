//! Mailboxes (收件箱): what was fetched takes effect, each message once, and then the place in the mailbox is kept.
//!
//! The place is written after what the messages caused: after a crash in between the page is fetched again, and each
//! message finds itself handled. Knows no network; `app` fetches. Start at [`take`].

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};

use super::record::{self, Document, Stored};
use super::{Service, UseCaseError, binding, deliveries, turn};
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};
use crate::platform::Inbound;
use crate::platform::mailbox::{Arrived, Page};
use crate::store::{Batch, Expect, Key, Kind};

/// People whose messages take effect at the same time; the store groups their commits.
const TOGETHER: usize = 32;

/// On the very first look into a mailbox, what is older was answered by somebody else or by nobody.
const FIRST_LOOK_BACK: chrono::Duration = chrono::Duration::minutes(5);

/// How far a mailbox was read (游标).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxPlace {
    /// The platform's own word for it.
    pub cursor: String,
    /// What was sent before is left alone; `None` where everything counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Moment>,
}

impl Document for MailboxPlace {
    const KIND: Kind = Kind("mailbox");
}

/// Which mailbox.
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// The school.
    pub school: SchoolId,
    /// The channel.
    pub channel: Channel,
    /// Its name in the platform's words.
    pub name: String,
}

/// How far a mailbox was read; `None` before the first look.
///
/// # Errors
/// The store failed.
pub async fn place(
    service: &Service,
    mailbox: &Mailbox,
) -> Result<Option<Stored<MailboxPlace>>, UseCaseError> {
    record::load(service.store.as_ref(), &key(mailbox)).await
}

/// Lets a page take effect, in order for each person, and keeps the place after it.
///
/// - `from`: the place at which the page was fetched.
///
/// # Errors
/// The store failed; the page is to be fetched again.
pub async fn take(
    service: &Service,
    mailbox: &Mailbox,
    from: Option<Stored<MailboxPlace>>,
    page: Page,
    now: Moment,
) -> Result<(), UseCaseError> {
    let since = from.as_ref().map_or(Some(now - FIRST_LOOK_BACK), |place| place.value.since);
    let mut people: BTreeMap<String, Vec<Arrived>> = BTreeMap::new();
    for arrived in page.arrived {
        let inbound = inbound(&arrived);
        if inbound.sent_at.is_none_or(|sent_at| since.is_none_or(|since| since <= sent_at)) {
            people.entry(inbound.account.clone()).or_default().push(arrived);
        }
    }
    let turns = people.into_values().map(|arrived| take_in_order(service, arrived, now));
    let mut turns = futures_util::stream::iter(turns).buffer_unordered(TOGETHER);
    let mut failure = None;
    while let Some(result) = turns.next().await {
        failure = failure.or(result.err());
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    let mut batch = Batch::default();
    let expect = from.map_or(Expect::Absent, |place| place.expect);
    let place = MailboxPlace { cursor: page.cursor, since };
    record::put(&mut batch, &mailbox.school, key(mailbox), &place, expect)?;
    service.store.commit(batch).await?;
    Ok(())
}

async fn take_in_order(service: &Service, arrived: Vec<Arrived>, now: Moment) -> Result<(), UseCaseError> {
    for one in arrived {
        let result = match &one {
            Arrived::Message(inbound) => turn::receive(service, inbound, now).await.map(drop),
            Arrived::Entered(entered) => binding::enter(service, entered, now).await,
            Arrived::Undelivered(undelivered) => deliveries::failed(service, undelivered, now).await,
        };
        match result {
            // What cannot be read now cannot be read later, and must not hold up everybody else.
            Err(error @ UseCaseError::Unreadable { .. }) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a fetched message is left out");
            }
            other => other?,
        }
    }
    Ok(())
}

fn inbound(arrived: &Arrived) -> &Inbound {
    match arrived {
        Arrived::Message(inbound) => inbound,
        Arrived::Entered(entered) => &entered.inbound,
        Arrived::Undelivered(undelivered) => &undelivered.inbound,
    }
}

fn key(mailbox: &Mailbox) -> Key {
    let id = format!("{}/{}", mailbox.channel.key(), mailbox.name);
    record::key::<MailboxPlace>(&mailbox.school, id)
}
