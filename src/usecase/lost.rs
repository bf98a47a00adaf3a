//! Lost events (补取): what a platform could not deliver takes effect once it is fetched, unless it already has.
//!
//! The platform drops what it handed out at the next fetch, so that one is under way is on record until all of it took effect:
//! after a crash in between nobody knows what was in it, and the directory is read again. Knows no platform; `app` fetches.
//! Start at [`begin`].

use serde::{Deserialize, Serialize};

use super::directory::{self, Change};
use super::record::{self, Document};
use super::{Service, UseCaseError, turn};
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};
use crate::platform::Inbound;
use crate::store::{Batch, Expect, Key, Kind, Write};

/// What happened so long before the whole directory was last read was seen by that reading, which takes less.
const SEEN_BEFORE: chrono::Duration = chrono::Duration::minutes(30);

/// After so many fetches in a row whose answer got lost, the directory is read before its week is over.
const UNCLEAR_MAX: u32 = 2;

/// A fetch is under way, or did not end clearly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Fetching {
    since: Moment,
    /// How many before it, in a row, did not end clearly.
    #[serde(default)]
    unclear: u32,
    /// Whether it is over itself: its answer got lost.
    #[serde(default)]
    is_over: bool,
}

impl Document for Fetching {
    const KIND: Kind = Kind("lost_events");
}

/// A fetch begins.
///
/// # Errors
/// The store failed; nothing is to be fetched then.
pub async fn begin(
    service: &Service,
    account: (&SchoolId, Channel),
    now: Moment,
) -> Result<(), UseCaseError> {
    let key = key(account);
    let before = record::load::<Fetching>(service.store.as_ref(), &key).await?.map(|stored| stored.value);
    if before.is_some_and(|before| !before.is_over) {
        directory::changed(service, account.0, Change::Any, now).await?;
    }
    let unclear = before.map_or(0, |before| before.unclear);
    put(service, account, Fetching { since: now, unclear, is_over: false }).await
}

/// Nobody knows what was in a fetch: its answer got lost, and the next drops it there. Once, the week's reading is enough.
///
/// # Errors
/// The store failed; it counts as a crash then.
pub async fn lose(service: &Service, account: (&SchoolId, Channel), now: Moment) -> Result<(), UseCaseError> {
    let before = record::load::<Fetching>(service.store.as_ref(), &key(account)).await?;
    let mut unclear = before.map_or(0, |stored| stored.value.unclear) + 1;
    if unclear >= UNCLEAR_MAX {
        directory::changed(service, account.0, Change::Any, now).await?;
        unclear = 0;
    }
    put(service, account, Fetching { since: now, unclear, is_over: true }).await
}

async fn put(
    service: &Service,
    account: (&SchoolId, Channel),
    fetching: Fetching,
) -> Result<(), UseCaseError> {
    let mut batch = Batch::default();
    record::put(&mut batch, account.0, key(account), &fetching, Expect::Any)?;
    service.store.commit(batch).await?;
    Ok(())
}

/// Lets what was fetched take effect; returns how many did.
///
/// # Errors
/// The store failed; what had no effect yet is read again after the next [`begin`].
pub async fn take(service: &Service, events: &[Inbound], now: Moment) -> Result<usize, UseCaseError> {
    let mut taken = 0;
    for event in events {
        let read_at = directory::read_whole_at(service, &event.school).await?;
        let is_seen = match (event.sent_at, read_at) {
            (Some(at), Some(read_at)) => at + SEEN_BEFORE <= read_at,
            _ => false,
        };
        if !is_seen {
            turn::receive(service, event, now).await?;
            taken += 1;
        }
    }
    Ok(taken)
}

/// A fetch has come to its end, with or without anything in it.
///
/// # Errors
/// The store failed.
pub async fn end(service: &Service, account: (&SchoolId, Channel)) -> Result<(), UseCaseError> {
    let writes = vec![Write::Delete { key: key(account), expect: Expect::Any }];
    service.store.commit(Batch { writes }).await?;
    Ok(())
}

fn key((school, channel): (&SchoolId, Channel)) -> Key {
    record::key::<Fetching>(school, channel.key())
}
