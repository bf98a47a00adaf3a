//! The store (存储): what is remembered, behind one narrow trait.
//!
//! Records are documents under a key, with versions for optimistic writing and secondary indexes for reading in
//! another order; logs are append-only and numbered by the store. A [`Batch`] lands whole and durably, or not at
//! all. Knows nothing of schools: `usecase::record` says which records there are. Every engine passes
//! `contract::all`. Start at [`Store`].

mod backup;
mod bytes;
pub mod contract;
pub mod faulty;
pub mod limits;
pub mod memory;
pub mod sled;

use std::ops::Bound;
use std::path::Path;

use async_trait::async_trait;

/// The kind of a record (记录种类): a short constant such as `student`, the same for all its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kind(pub &'static str);

/// Where a record lies: its kind and its id. An id is UTF-8, not empty, at most 512 bytes and without NUL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The kind.
    pub kind: Kind,
    /// The id, unique within the kind. Ids sort bytewise.
    pub id: String,
}

/// How often a record was written, from 1. A deleted record that is written again goes on from 1.
pub type Version = u64;

/// A stored document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it lies.
    pub key: Key,
    /// Its version when it was read.
    pub version: Version,
    /// The document, JSON in UTF-8.
    pub body: Vec<u8>,
}

/// What must hold of a record for a write to it to land.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Anything: the write replaces whatever is there.
    Any,
    /// There is no such record yet.
    Absent,
    /// The record still has this version.
    Version(Version),
}

/// One entry of a secondary index (索引): under `name`, this record sorts as `value` (no NUL in either).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// The index, the same for all records of a kind.
    pub name: &'static str,
    /// What the record sorts by; several records may share it.
    pub value: String,
}

/// One write of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Writes a document and replaces all its index entries.
    Put {
        /// Where to.
        key: Key,
        /// What must hold.
        expect: Expect,
        /// The document.
        body: Vec<u8>,
        /// All its index entries.
        indexes: Vec<IndexEntry>,
    },
    /// Deletes a document with its index entries. Deleting what is not there is no error under [`Expect::Any`].
    Delete {
        /// Which.
        key: Key,
        /// What must hold.
        expect: Expect,
    },
    /// Writes nothing, but the batch lands only if this holds.
    Check {
        /// Of which record.
        key: Key,
        /// What must hold.
        expect: Expect,
    },
    /// Appends an entry to a log; the store gives it the next position.
    Append {
        /// The log, such as `ledger/example`. A log begins with its first entry.
        log: String,
        /// The entry.
        body: Vec<u8>,
    },
}

/// Writes that land together or not at all. Writes to the same key apply in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The writes.
    pub writes: Vec<Write>,
}

/// What a landed batch was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// The position of each [`Write::Append`], in the order of the batch. Positions of a log are 1, 2, 3 … without
    /// gaps.
    pub positions: Vec<u64>,
}

/// Which records to scan, in the order of their ids (or index values).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The lower bound.
    pub from: Bound<String>,
    /// The upper bound.
    pub to: Bound<String>,
    /// How many at the most, from the lower bound on.
    pub limit: usize,
}

/// An entry of a log and its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The position, from 1.
    pub position: u64,
    /// The entry.
    pub body: Vec<u8>,
}

/// Why a store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else wrote first; load again and decide again. Nothing of the batch landed.
    #[error("record {0:?} is not as expected")]
    Conflict(Key),
    /// Another process has the folder open.
    #[error("the data folder {0} is in use by another kehou process; stop it first, or let it do the work")]
    InUse(String),
    /// The data was written by a newer kehou.
    #[error(
        "the data has schema version {found}, this kehou reads up to {known}; install the newer kehou again"
    )]
    TooNew {
        /// The version on the medium.
        found: u32,
        /// The newest version that this program reads.
        known: u32,
    },
    /// What is stored cannot be what was written.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// The batch itself is malformed: an empty id, a NUL, an oversized body. A bug of the caller.
    #[error("malformed write: {0}")]
    Malformed(String),
    /// A backup or a restore would overwrite what is there. Carries the path.
    #[error("{0} already exists and is not overwritten; choose a new name")]
    Exists(String),
    /// The medium failed.
    #[error("the storage medium failed")]
    Medium(#[source] std::io::Error),
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
}

/// What is remembered.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Loads one record.
    async fn load(&self, key: &Key) -> Result<Option<Record>, StoreError>;

    /// Records of a kind in the order of their ids.
    async fn scan(&self, kind: Kind, range: &Range) -> Result<Vec<Record>, StoreError>;

    /// Records of a kind in the order of an index, then of their ids; `range` is over the index values.
    async fn scan_index(
        &self,
        kind: Kind,
        index: &'static str,
        range: &Range,
    ) -> Result<Vec<Record>, StoreError>;

    /// Entries of a log after position `after` (0 = from the start), at most `limit`.
    async fn read_log(&self, log: &str, after: u64, limit: usize) -> Result<Vec<LogEntry>, StoreError>;

    /// Lands a batch, whole and durably: when this returns, a power cut cannot take it back. A call that is dropped
    /// before it returns may land or not, like one whose reply was lost.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with the first write whose expectation did not hold.
    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError>;

    /// Writes a consistent copy of everything into the new file `to`, while the store is in use.
    async fn backup(&self, to: &Path) -> Result<BackupSummary, StoreError>;

    /// Commits what is waiting and closes; later calls get [`StoreError::Closed`].
    async fn close(&self) -> Result<(), StoreError>;
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BackupSummary {
    /// How many records.
    pub records: u64,
    /// How many log entries.
    pub log_entries: u64,
    /// The file's size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
}

impl Range {
    /// Everything, up to `limit`.
    pub fn all(limit: usize) -> Self {
        Self { from: Bound::Unbounded, to: Bound::Unbounded, limit }
    }

    /// All that begins with `prefix`, up to `limit`.
    pub fn prefix(prefix: &str, limit: usize) -> Self {
        // U+10FFFF is the last of all characters and is assigned to nothing.
        Self {
            from: Bound::Included(prefix.to_owned()),
            to: Bound::Excluded(format!("{prefix}\u{10FFFF}")),
            limit,
        }
    }

    /// The same range, but only what comes after `id`: the next page. Over an index, `id` is an index value, and all
    /// records that share it are left out: give records that are paged through an index values of their own.
    #[must_use]
    pub fn after(mut self, id: &str) -> Self {
        self.from = Bound::Excluded(id.to_owned());
        self
    }
}

impl Key {
    /// A key.
    pub fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}
