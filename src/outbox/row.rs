//! A row (待发消息): one message to one account, from the moment it is decided until it is delivered or parked.
//!
//! Pure. Rows are written into the same batch as what caused them. Knows nothing of sending. Start at [`enqueue`].

use std::sync::atomic::{AtomicU64, Ordering};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::clock::{Moment, sortable};
use crate::domain::people::{Channel, PersonId, SchoolId, mask_account};
use crate::platform::Message;
use crate::platform::mailbox::AnswerTo;
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, Record, StoreError, Write};

/// The kind of a row's record.
pub const OUTBOX: Kind = Kind("outbox");
/// The kind of the record that keeps a message from being written twice.
pub const OUTBOX_DEDUP: Kind = Kind("outbox_dedup");
/// Rows that wait, in the order in which they go.
pub(super) const DUE: &str = "due";
/// Rows that do not wait for their turn, by state: in a call, parked, expired.
pub(super) const STATE: &str = "state";

/// How pressing a message is; a lane goes before all that follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Pickup and emergencies.
    Urgent,
    /// Answers to somebody who just wrote.
    Reply,
    /// Something to decide; rests in quiet hours.
    Decision,
    /// Surveys and digests; rests in quiet hours.
    Bulk,
}

impl Lane {
    /// All lanes, the most pressing first.
    pub const ALL: [Self; 4] = [Self::Urgent, Self::Reply, Self::Decision, Self::Bulk];

    /// Whether the lane rests in quiet hours.
    pub fn rests_in_quiet_hours(self) -> bool {
        match self {
            Self::Urgent | Self::Reply => false,
            Self::Decision | Self::Bulk => true,
        }
    }

    fn digit(self) -> char {
        match self {
            Self::Urgent => '1',
            Self::Reply => '2',
            Self::Decision => '3',
            Self::Bulk => '4',
        }
    }
}

/// One message to one account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The id, unique in its school.
    pub id: String,
    /// The school whose account sends it.
    pub school: SchoolId,
    /// The channel that carries it.
    pub channel: Channel,
    /// The receiver's account, in canonical case.
    pub account: String,
    /// The receiver.
    pub person: PersonId,
    /// How pressing it is.
    pub lane: Lane,
    /// What it says, within the limits of its channel.
    pub message: Message,
    /// When it was decided.
    pub created_at: Moment,
    /// Not sent before.
    pub not_before: Moment,
    /// Worthless from then on.
    pub expires_at: Option<Moment>,
    /// How often it was tried without success.
    #[serde(default)]
    pub attempts: u32,
    /// Not tried again before.
    #[serde(default)]
    pub retry_at: Option<Moment>,
    /// Goes without company, because a call with others was refused.
    #[serde(default)]
    pub is_alone: bool,
    /// Where it stands.
    #[serde(default)]
    pub state: RowState,
    /// A second row with the same key in the same school is a conflict.
    pub dedup_key: Option<String>,
    /// Handed to [`Deliveries`](super::Deliveries) when the row is delivered; the outbox does not read it.
    pub on_delivered: Option<String>,
    /// What it answers, where an answer goes out by a call of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<AnswerTo>,
    /// Breaks the tie between rows of the same moment; [`enqueue`] sets it.
    #[serde(default)]
    pub sequence: u64,
}

/// Where a row stands. A delivered row is gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// It waits for its turn.
    #[default]
    Waiting,
    /// It is part of a frozen call.
    Sending {
        /// The call.
        call: String,
    },
    /// It was not sent, and somebody must look.
    Parked {
        /// Since when.
        at: Moment,
        /// Why, for an admin, in Chinese.
        reason: String,
    },
    /// It became worthless before it could be sent.
    Expired {
        /// When that was noticed.
        at: Moment,
    },
}

/// What keeps a message from being written twice.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Dedup {
    pub(super) row: String,
    pub(super) at: Moment,
}

impl Dedup {
    /// The index that sorts these by their time.
    pub(super) const AT: &'static str = "at";
}

/// Rows of the same moment go in the order in which this process wrote them.
static SEQUENCE: AtomicU64 = AtomicU64::new(0);

/// Adds a row to a batch, so that it lands with what caused it.
///
/// With a `dedup_key` the batch conflicts on [`dedup_record_key`] when there was such a row before.
pub fn enqueue(batch: &mut Batch, mut row: Row) {
    row.sequence = SEQUENCE.fetch_add(1, Ordering::Relaxed);
    if let Some(dedup_key) = &row.dedup_key {
        let dedup = Dedup { row: row.id.clone(), at: row.created_at };
        let value = format!("{}/{}/{}", row.school, sortable(row.created_at), row.id);
        batch.writes.push(Write::Put {
            key: dedup_record_key(&row.school, dedup_key),
            expect: Expect::Absent,
            body: encode(&dedup),
            indexes: vec![IndexEntry { name: Dedup::AT, value }],
        });
    }
    batch.writes.push(row.put(Expect::Absent));
}

/// Where the record lies that tells whether a row with this key was ever written.
pub fn dedup_record_key(school: &SchoolId, dedup_key: &str) -> Key {
    // Hashed, because a caller's key may be longer than a record's id.
    Key::new(OUTBOX_DEDUP, format!("{school}/{}", hex::encode(Sha256::digest(dedup_key))))
}

/// Adds a row to a batch that was delivered and turned out not to have arrived: it is shown to an admin.
pub fn park(batch: &mut Batch, mut row: Row, reason: &str, at: Moment) {
    row.state = RowState::Parked { at, reason: format!("没有送达：{reason}") };
    batch.writes.push(row.put(Expect::Any));
}

impl Row {
    /// Where the row lies.
    pub fn key(&self) -> Key {
        row_key(&self.school, &self.id)
    }

    /// Reads a stored row.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when it is none.
    pub fn read(record: &Record) -> Result<Self, StoreError> {
        decode(record)
    }

    /// Puts the row again from the start of its lane's order at `now`.
    pub(super) fn restart(&mut self, now: Moment) {
        self.state = RowState::Waiting;
        (self.attempts, self.retry_at, self.is_alone) = (0, None, false);
        self.not_before = self.not_before.max(now);
        self.sequence = SEQUENCE.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn put(&self, expect: Expect) -> Write {
        Write::Put { key: self.key(), expect, body: encode(self), indexes: self.indexes() }
    }

    pub(super) fn delete(&self, expect: Expect) -> Write {
        Write::Delete { key: self.key(), expect }
    }

    /// Where the row stands among those that wait: lane, moment, sequence. A retry keeps the place.
    pub(super) fn due_value(&self) -> String {
        format!(
            "{}{}/{:020}/{}",
            due_prefix(&self.school, self.channel, self.lane),
            sortable(self.not_before),
            self.sequence,
            self.id
        )
    }

    /// Where the row stands among those of its state.
    pub(super) fn state_value(&self) -> String {
        self.indexes().into_iter().map(|entry| entry.value).collect()
    }

    fn indexes(&self) -> Vec<IndexEntry> {
        let by_state = |state: &str, at: Moment| {
            (STATE, format!("{}/{state}/{}/{}", self.school, sortable(at), self.id))
        };
        let (name, value) = match &self.state {
            RowState::Waiting => (DUE, self.due_value()),
            RowState::Sending { .. } => by_state("sending", self.not_before),
            RowState::Parked { at, .. } => by_state("parked", *at),
            RowState::Expired { at } => by_state("expired", *at),
        };
        vec![IndexEntry { name, value }]
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Row")
            .field("id", &self.id)
            .field("school", &self.school)
            .field("channel", &self.channel)
            .field("account", &mask_account(&self.account))
            .field("lane", &self.lane)
            .field("message", &self.message)
            .field("not_before", &self.not_before)
            .field("attempts", &self.attempts)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Where a row lies.
pub fn row_key(school: &SchoolId, id: &str) -> Key {
    Key::new(OUTBOX, format!("{school}/{id}"))
}

/// What the places of a lane's waiting rows begin with.
pub(super) fn due_prefix(school: &SchoolId, channel: Channel, lane: Lane) -> String {
    format!("{school}/{}/{}/", channel.key(), lane.digit())
}

pub(super) fn encode(document: &impl Serialize) -> Vec<u8> {
    // Strings, numbers and moments always serialise.
    serde_json::to_vec(document).unwrap_or_default()
}

pub(super) fn decode<T: DeserializeOwned>(record: &Record) -> Result<T, StoreError> {
    serde_json::from_slice(&record.body)
        .map_err(|error| StoreError::Damaged(format!("{} {}: {error}", record.key.kind.0, record.key.id)))
}
