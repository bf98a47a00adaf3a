//! What the platforms told us of, and when last (最近回调): by kind, for `kehou doctor`.
//!
//! Written down once in a while only, so that a busy evening pays nothing for it. Holds nothing of what was said. Start at
//! [`LastHeard::note`].

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::UseCaseError;
use super::record::{self, Document};
use crate::clock::Moment;
use crate::domain::people::{Channel, SchoolId};
use crate::platform::checkup::Heard;
use crate::store::{Batch, Expect, Key, Kind, Store};

/// How often the same kind is written down.
const NOTED_EVERY: Duration = Duration::minutes(10);

/// When something of a kind was last heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct HeardRecord {
    at: Moment,
}

impl Document for HeardRecord {
    const KIND: Kind = Kind("heard");
}

/// When each kind was last written down by this process.
#[derive(Debug, Default)]
pub struct LastHeard(Mutex<BTreeMap<(SchoolId, Channel, Heard), Moment>>);

impl LastHeard {
    /// Writes down that something was heard, unless that was done a moment ago. A store that fails is told to the log: what
    /// was heard took effect all the same.
    pub async fn note(
        &self,
        store: &dyn Store,
        (school, channel): (&SchoolId, Channel),
        heard: Heard,
        now: Moment,
    ) {
        if !self.is_due(school, channel, heard, now) {
            return;
        }
        let mut batch = Batch::default();
        let record = HeardRecord { at: now };
        let put = record::put(&mut batch, school, key(school, channel, heard), &record, Expect::Any);
        let noted = match put {
            Ok(()) => store.commit(batch).await.map_err(UseCaseError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = noted {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "that a callback came was not written down"
            );
        }
    }

    fn is_due(&self, school: &SchoolId, channel: Channel, heard: Heard, now: Moment) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = (school.clone(), channel, heard);
        let is_due = last.get(&of).is_none_or(|at| (now - *at).abs() >= NOTED_EVERY);
        if is_due {
            last.insert(of, now);
        }
        is_due
    }
}

/// When something of a kind was last heard, to within ten minutes.
///
/// # Errors
/// The store failed.
pub async fn last(
    store: &dyn Store,
    school: &SchoolId,
    channel: Channel,
    heard: Heard,
) -> Result<Option<Moment>, UseCaseError> {
    let found = record::load::<HeardRecord>(store, &key(school, channel, heard)).await?;
    Ok(found.map(|found| found.value.at))
}

fn key(school: &SchoolId, channel: Channel, heard: Heard) -> Key {
    record::key::<HeardRecord>(school, format!("{}/{}", channel.key(), heard.key()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory::MemoryStore;

    #[tokio::test]
    async fn a_kind_is_written_down_at_most_every_ten_minutes() {
        let (store, noted) = (MemoryStore::default(), LastHeard::default());
        let east = SchoolId::from("east");
        let start: Moment = "2026-10-12T02:00:00Z".parse().unwrap();
        for (minutes, want) in [(0, 0), (9, 0), (10, 10), (19, 10), (21, 21)] {
            let now = start + Duration::minutes(minutes);
            noted.note(&store, (&east, Channel::WecomApp), Heard::Message, now).await;
            let last = last(&store, &east, Channel::WecomApp, Heard::Message).await.unwrap();
            assert_eq!(last, Some(start + Duration::minutes(want)), "after {minutes}");
        }
        for other in [Heard::Member, Heard::Directory, Heard::Mailbox] {
            assert_eq!(last(&store, &east, Channel::WecomApp, other).await.unwrap(), None);
        }
    }
}
