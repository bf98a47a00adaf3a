//! A store that misbehaves on demand, for tests of "nothing lost, nothing twice".
//!
//! Wraps any engine. Plan faults by the number of the commit that they hit, counted from 1. Start at
//! [`FaultyStore::new`] and [`FaultyStore::on_commit`].

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{BackupSummary, Batch, Committed, Key, Kind, LogEntry, Range, Record, Store, StoreError, Write};

/// What happens to one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The medium fails; nothing of the batch landed.
    FailBefore,
    /// The batch lands, but the caller is told that the medium failed: a lost reply.
    FailAfter,
    /// Somebody else seems to have written first; nothing of the batch landed.
    Conflict,
}

/// A store with planned faults, which also counts the calls.
#[derive(Debug)]
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    faults: Mutex<BTreeMap<u64, Fault>>,
    commits: AtomicU64,
    reads: AtomicU64,
}

impl FaultyStore {
    /// A store that behaves until a fault is planned.
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, faults: Mutex::default(), commits: AtomicU64::new(0), reads: AtomicU64::new(0) }
    }

    /// Plans `fault` for the `nth` commit, counted from 1 since the store was made.
    pub fn on_commit(&self, nth: u64, fault: Fault) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).insert(nth, fault);
    }

    /// How many commits were asked for, also those that failed.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    /// How many loads, scans and log reads were asked for.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }

    fn count_read(&self) -> &dyn Store {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.inner.as_ref()
    }
}

fn broken() -> StoreError {
    StoreError::Medium(io::Error::other("planned fault"))
}

/// A key that the batch names, or an invented one for a batch that only appends.
fn some_key(batch: &Batch) -> Key {
    let key = batch.writes.iter().find_map(|write| match write {
        Write::Put { key, .. } | Write::Delete { key, .. } | Write::Check { key, .. } => Some(key.clone()),
        Write::Append { .. } => None,
    });
    key.unwrap_or_else(|| Key::new(Kind("planned_fault"), "conflict"))
}

#[async_trait]
impl Store for FaultyStore {
    async fn load(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        self.count_read().load(key).await
    }

    async fn scan(&self, kind: Kind, range: &Range) -> Result<Vec<Record>, StoreError> {
        self.count_read().scan(kind, range).await
    }

    async fn scan_index(
        &self,
        kind: Kind,
        index: &'static str,
        range: &Range,
    ) -> Result<Vec<Record>, StoreError> {
        self.count_read().scan_index(kind, index, range).await
    }

    async fn read_log(&self, log: &str, after: u64, limit: usize) -> Result<Vec<LogEntry>, StoreError> {
        self.count_read().read_log(log, after, limit).await
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        let nth = self.commits.fetch_add(1, Ordering::SeqCst) + 1;
        let fault = self.faults.lock().unwrap_or_else(PoisonError::into_inner).remove(&nth);
        match fault {
            None => self.inner.commit(batch).await,
            Some(Fault::FailBefore) => Err(broken()),
            Some(Fault::Conflict) => Err(StoreError::Conflict(some_key(&batch))),
            Some(Fault::FailAfter) => {
                self.inner.commit(batch).await?;
                Err(broken())
            }
        }
    }

    async fn backup(&self, to: &Path) -> Result<BackupSummary, StoreError> {
        self.inner.backup(to).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.inner.close().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::memory::MemoryStore;

    #[tokio::test]
    async fn a_planned_fault_hits_its_commit_and_no_other() {
        let store = FaultyStore::new(Arc::new(MemoryStore::new()));
        store.on_commit(2, Fault::FailBefore);
        store.on_commit(3, Fault::FailAfter);
        store.on_commit(4, Fault::Conflict);
        let append = || Batch { writes: vec![Write::Append { log: "l".into(), body: b"x".to_vec() }] };
        assert!(store.commit(append()).await.is_ok());
        assert!(matches!(store.commit(append()).await, Err(StoreError::Medium(_))));
        assert!(matches!(store.commit(append()).await, Err(StoreError::Medium(_))));
        assert!(matches!(store.commit(append()).await, Err(StoreError::Conflict(_))));
        assert_eq!(store.commit(append()).await.unwrap().positions, [3], "the lost reply had landed");
        assert_eq!(store.read_log("l", 0, 10).await.unwrap().len(), 3);
        assert_eq!((store.commits(), store.reads()), (5, 1));
    }
}
