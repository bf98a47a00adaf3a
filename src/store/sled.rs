//! The embedded store (内嵌存储) on sled: one folder, one process, group commit.
//!
//! One thread lands batches in groups (`commit`): one sled transaction, one flush, one fdatasync, then all answers.
//! Reads go straight to sled, whose pages are in memory, and only long scans leave the async worker. A read waits
//! when what it read is of a group that is not on the medium yet: nobody ever sees what a power cut could take
//! back. Writers wait while somebody scans, so callers page through what is much. Knows nothing of schools. Start at
//! [`SledStore::open`], then `trees` for what lies where.

mod check;
mod codec;
mod commit;
mod folder;
mod plan;
mod restore;
mod shared;
mod snapshot;
mod trees;

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use self::commit::{Committer, Job, SyncMedium};
use self::shared::Shared;
use super::{BackupSummary, Batch, Committed, Key, Kind, LogEntry, Range, Record, Store, StoreError, limits};

pub use self::check::{VerifySummary, verify};
pub use self::restore::restore;

/// Batches that wait for the commit thread; more writers than this wait for a place.
const WAITING_BATCHES_MAX: usize = 1024;
/// A scan of more than this leaves the async worker for a thread that may block.
const SCAN_INLINE_MAX: usize = 256;

/// The store in a folder of this machine.
pub struct SledStore {
    shared: Arc<Shared>,
    jobs: mpsc::Sender<Job>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl SledStore {
    /// Opens the folder, or makes it (mode 0700) when it is not there, and checks what it finds.
    ///
    /// Blocks for as long as sled's recovery takes, well under a second for a million records.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process, or this one, has it open; [`StoreError::TooNew`],
    /// [`StoreError::Damaged`] or [`StoreError::Medium`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, commit::sync_medium(folder))
    }

    /// Opens with another way to reach the medium: tests count it and make it fail.
    fn open_with(folder: &Path, sync: SyncMedium) -> Result<Self, StoreError> {
        let (lock, trees) = folder::guarded(|| {
            let (lock, trees) = folder::open(folder)?;
            check::at_open(&trees)?;
            Ok((lock, trees))
        })?;
        let shared = Arc::new(Shared::new(trees.clone()));
        let (jobs, waiting) = mpsc::channel(WAITING_BATCHES_MAX);
        let committer = Committer::new(trees, lock, shared.clone(), sync);
        let thread = std::thread::Builder::new()
            .name("store-commit".to_owned())
            .spawn(move || committer.run(waiting))
            .map_err(StoreError::Medium)?;
        Ok(Self { shared, jobs, thread: Mutex::new(Some(thread)) })
    }

    async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        if self.jobs.send(job(reply)).await.is_err() {
            return Err(self.shared.why_ended());
        }
        answer.await.unwrap_or_else(|_| Err(self.shared.why_ended()))
    }
}

#[async_trait]
impl Store for SledStore {
    async fn load(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        let touched = codec::record_key(key.kind.0, &key.id);
        let (found, group) = self.shared.read(&[touched], |trees| trees.load(key))?;
        self.shared.settled(group).await?;
        Ok(found)
    }

    async fn scan(&self, kind: Kind, range: &Range) -> Result<Vec<Record>, StoreError> {
        let wanted = range.clone();
        self.scan_with(kind, range.limit, move |trees| trees.scan(kind, &wanted)).await
    }

    async fn scan_index(
        &self,
        kind: Kind,
        index: &'static str,
        range: &Range,
    ) -> Result<Vec<Record>, StoreError> {
        let wanted = range.clone();
        self.scan_with(kind, range.limit, move |trees| trees.scan_index(kind, index, &wanted)).await
    }

    async fn read_log(&self, log: &str, after: u64, limit: usize) -> Result<Vec<LogEntry>, StoreError> {
        let touched = codec::log_prefix(log);
        let (found, group) = self.shared.read(&[touched], |trees| trees.read_log(log, after, limit))?;
        self.shared.settled(group).await?;
        Ok(found)
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        limits::check(&batch)?;
        self.ask(|reply| Job::Commit(batch, reply)).await
    }

    async fn backup(&self, to: &Path) -> Result<BackupSummary, StoreError> {
        let snapshot = self.ask(Job::Snapshot).await?;
        let (shared, to) = (self.shared.clone(), to.to_owned());
        let written = tokio::task::spawn_blocking(move || snapshot.write(&shared, &to)).await;
        written.unwrap_or_else(|error| Err(StoreError::Medium(io::Error::other(error))))
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.ask(Job::Close).await
    }
}

impl SledStore {
    async fn scan_with(
        &self,
        kind: Kind,
        limit: usize,
        scan: impl FnOnce(&trees::Trees) -> Result<Vec<Record>, StoreError> + Send + 'static,
    ) -> Result<Vec<Record>, StoreError> {
        let touched = codec::kind_prefix(kind.0);
        let (found, group) = if limit <= SCAN_INLINE_MAX {
            self.shared.read(&[touched], scan)?
        } else {
            let shared = self.shared.clone();
            let scanned = tokio::task::spawn_blocking(move || shared.read(&[touched], scan)).await;
            scanned.unwrap_or_else(|error| Err(StoreError::Medium(io::Error::other(error))))?
        };
        self.shared.settled(group).await?;
        Ok(found)
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        // Without senders the thread lands what is waiting and ends; joining it frees the folder for the next open.
        let (closed, _) = mpsc::channel(1);
        self.jobs = closed;
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the commit thread of the store panicked");
        }
    }
}

impl std::fmt::Debug for SledStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SledStore")
    }
}

#[cfg(test)]
mod tests;
