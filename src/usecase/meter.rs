//! Meters (用量) through restarts: what a platform's meter showed is on record, and it goes on from there.
//!
//! A crash loses the calls since the last look, some seconds. Knows no platform. Start at [`resume`], then [`keep`].

use super::UseCaseError;
use super::record::{self, Document};
use crate::domain::people::{Channel, SchoolId};
use crate::platform::Platform;
use crate::platform::meter::{Meter, Reading};
use crate::store::{Batch, Expect, Key, Kind, Store, StoreError};

impl Document for Reading {
    const KIND: Kind = Kind("meter");
}

/// Lets the meters of these accounts go on from what is on record.
///
/// # Errors
/// The store failed.
pub async fn resume(store: &dyn Store, platform: &dyn Platform) -> Result<(), UseCaseError> {
    let Some(meter) = platform.meter() else { return Ok(()) };
    if let Some(before) = record::load::<Reading>(store, &key(platform)).await? {
        meter.resume(&before.value);
    }
    Ok(())
}

/// What the meter of a school's account showed last, as far as it is on record.
///
/// # Errors
/// The store failed.
pub async fn last(
    store: &dyn Store,
    school: &SchoolId,
    channel: Channel,
) -> Result<Option<Reading>, UseCaseError> {
    let found = record::load::<Reading>(store, &key_of(school, channel)).await?;
    Ok(found.map(|found| found.value))
}

/// Keeps what the meter of an account shows, if it has one and it has moved.
///
/// # Errors
/// The store failed.
pub async fn keep(store: &dyn Store, platform: &dyn Platform) -> Result<(), UseCaseError> {
    let Some(reading) = platform.meter().map(Meter::reading) else { return Ok(()) };
    let before = record::load::<Reading>(store, &key(platform)).await?;
    if before.as_ref().map_or(Reading::default(), |before| before.value) == reading {
        return Ok(());
    }
    let expect = before.map_or(Expect::Absent, |before| before.expect);
    let mut batch = Batch::default();
    record::put(&mut batch, platform.school(), key(platform), &reading, expect)?;
    match store.commit(batch).await {
        // Somebody else kept it at the same moment; the next look sees it.
        Ok(_) | Err(StoreError::Conflict(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn key(platform: &dyn Platform) -> Key {
    key_of(platform.school(), platform.channel())
}

fn key_of(school: &SchoolId, channel: Channel) -> Key {
    record::key::<Reading>(school, channel.key())
}
