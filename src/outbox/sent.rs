//! What was sent and can still be recalled (可撤回的消息): by the row's id, without its words, for as long as the platform may.
//!
//! Works on the store alone. Start at [`sent`].

use std::ops::Bound;

use serde::{Deserialize, Serialize};

use super::row::{Lane, Row, decode, encode};
use crate::clock::{Moment, sortable};
use crate::domain::people::{Channel, PersonId, SchoolId, mask_account};
use crate::platform::recall::RecallKey;
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, Range, Store, StoreError, Write};

/// The kind of the record of a message that can be recalled.
pub const OUTBOX_SENT: Kind = Kind("outbox_sent");
/// These by the moment that they were sent.
pub(super) const AT: &str = "at";
/// Records that are read at once.
const PAGE: usize = 500;
/// No platform recalls anything older.
pub(super) const KEPT: chrono::Duration = chrono::Duration::hours(24);

/// A message that was sent (已发消息).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The id of its row.
    pub id: String,
    /// The school whose account sent it.
    pub school: SchoolId,
    /// The channel that carried it.
    pub channel: Channel,
    /// The receiver's account.
    pub account: String,
    /// The receiver.
    pub person: PersonId,
    /// How pressing it was.
    pub lane: Lane,
    /// When it was decided.
    pub created_at: Moment,
    /// When the platform took it.
    pub sent_at: Moment,
    /// By what it is recalled, with all of its call.
    pub key: RecallKey,
    /// What [`Deliveries`](super::Deliveries) was handed; the outbox does not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_delivered: Option<String>,
}

impl Sent {
    pub(super) fn put(row: &Row, key: &RecallKey, now: Moment) -> Write {
        let sent = Self {
            id: row.id.clone(),
            school: row.school.clone(),
            channel: row.channel,
            account: row.account.clone(),
            person: row.person.clone(),
            lane: row.lane,
            created_at: row.created_at,
            sent_at: now,
            key: key.clone(),
            on_delivered: row.on_delivered.clone(),
        };
        let value = format!("{}/{}/{}", sent.school, sortable(now), sent.id);
        let indexes = vec![IndexEntry { name: AT, value }];
        Write::Put {
            key: record_key(&sent.school, &sent.id),
            expect: Expect::Any,
            body: encode(&sent),
            indexes,
        }
    }

    /// It did not arrive after all.
    pub(super) fn forget(row: &Row) -> Write {
        Write::Delete { key: record_key(&row.school, &row.id), expect: Expect::Any }
    }
}

/// What can be recalled of a school, the oldest first, at most `limit`.
///
/// # Errors
/// [`StoreError`] of the store.
pub async fn sent(
    store: &dyn Store,
    school: &SchoolId,
    now: Moment,
    limit: usize,
) -> Result<Vec<Sent>, StoreError> {
    let prefix = format!("{school}/");
    let from = Bound::Included(format!("{prefix}{}", sortable(now - KEPT)));
    let range = Range { from, to: Range::prefix(&prefix, 0).to, limit };
    store.scan_index(OUTBOX_SENT, AT, &range).await?.iter().map(decode).collect()
}

/// The message of a row that can be recalled, and all that were sent by the same call; empty where there is none.
///
/// # Errors
/// [`StoreError`] of the store.
pub async fn sent_with(
    store: &dyn Store,
    school: &SchoolId,
    id: &str,
    now: Moment,
) -> Result<Vec<Sent>, StoreError> {
    let Some(found) = store.load(&record_key(school, id)).await? else { return Ok(Vec::new()) };
    let known: Sent = decode(&found)?;
    if known.sent_at + KEPT <= now {
        return Ok(Vec::new());
    }
    // Those of one call were taken in one commit.
    let prefix = format!("{school}/{}/", sortable(known.sent_at));
    let together = store.scan_index(OUTBOX_SENT, AT, &Range::prefix(&prefix, PAGE)).await?;
    let together: Vec<Sent> = together.iter().map(decode).collect::<Result<_, _>>()?;
    Ok(together.into_iter().filter(|sent| sent.channel == known.channel && sent.key == known.key).collect())
}

/// Adds that these cannot be recalled any more.
pub fn recalled(batch: &mut Batch, sent: &[Sent]) {
    batch.writes.extend(
        sent.iter()
            .map(|sent| Write::Delete { key: record_key(&sent.school, &sent.id), expect: Expect::Any }),
    );
}

fn record_key(school: &SchoolId, id: &str) -> Key {
    Key::new(OUTBOX_SENT, format!("{school}/{id}"))
}

impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sent")
            .field("id", &self.id)
            .field("channel", &self.channel)
            .field("account", &mask_account(&self.account))
            .finish_non_exhaustive()
    }
}
