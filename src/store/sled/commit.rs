//! The commit thread: lands all waiting batches as one group.
//!
//! Versions are checked against the trees and the earlier batches of the group; what holds is applied as one sled
//! transaction, flushed once and synced once, and only then is anybody answered. sled's flush ends in
//! `sync_file_range`, which a power cut can undo; the fdatasync after it cannot be undone. It is a thread of its own
//! because sled blocks. Start at [`Committer::run`].

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::{Arc, Weak};

use tokio::sync::{mpsc, oneshot};

use super::folder::Lock;
use super::plan::Plan;
use super::shared::{Shared, gone};
use super::snapshot::Snapshot;
use super::trees::{self, Trees};
use crate::store::{Batch, Committed, StoreError, Write};

/// The most batches of one group: bounds how long the first of them waits for the last.
const GROUP_BATCHES_MAX: usize = 1024;
/// The most bytes of bodies in one group, for the same reason; one batch may be larger.
const GROUP_BYTES_MAX: usize = 8 << 20;

/// Brings what sled has written onto the medium.
pub(super) type SyncMedium = Box<dyn FnMut() -> io::Result<()> + Send>;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// What the commit thread is asked for.
pub(super) enum Job {
    Commit(Batch, Reply<Committed>),
    Snapshot(Reply<Arc<Snapshot>>),
    Close(Reply<()>),
}

/// The fdatasync of sled's database file, through a second descriptor: sled keeps the first to itself.
///
/// `trees` keeps all items small enough for that file. Should sled ever make a file of its own for one (it could for
/// hundreds of neighbours with ids of hundreds of octets), that file is synced first.
pub(super) fn sync_medium(folder: &Path) -> SyncMedium {
    let (path, blobs) = (folder.join("db"), folder.join("blobs"));
    let mut file: Option<File> = None;
    let mut synced_blobs = HashSet::new();
    Box::new(move || {
        sync_new_files(&blobs, &mut synced_blobs)?;
        // Opened at the first use, when sled has surely made it.
        let opened = match file.take() {
            Some(opened) => opened,
            None => OpenOptions::new().read(true).write(true).open(&path)?,
        };
        file.insert(opened).sync_data()
    })
}

fn sync_new_files(folder: &Path, synced: &mut HashSet<OsString>) -> io::Result<()> {
    let mut present = HashSet::new();
    let mut is_new = false;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !synced.contains(&entry.file_name()) {
            is_new = true;
            match File::open(entry.path()).and_then(|file| file.sync_all()) {
                // sled has removed it meanwhile, as nothing needs it any more.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                other => other?,
            }
        }
        present.insert(entry.file_name());
    }
    *synced = present;
    if is_new { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// The owner of all writing.
pub(super) struct Committer {
    // Fields drop in this order: the folder is unlocked when sled is gone.
    trees: Trees,
    _lock: Lock,
    shared: Arc<Shared>,
    sync: SyncMedium,
    snapshots: Vec<Weak<Snapshot>>,
}

impl Committer {
    pub(super) fn new(trees: Trees, lock: Lock, shared: Arc<Shared>, sync: SyncMedium) -> Self {
        Self { trees, _lock: lock, shared, sync, snapshots: Vec::new() }
    }

    /// Works until the store is closed or dropped.
    pub(super) fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut alarm = Alarm { shared: self.shared.clone(), is_armed: true };
        let mut closing = None;
        while closing.is_none()
            && let Some(job) = jobs.blocking_recv()
        {
            let (group, next) = gather(job, &mut jobs);
            self.land(group);
            match next {
                Some(Job::Snapshot(reply)) => self.snapshot(reply),
                Some(Job::Close(reply)) => closing = Some(reply),
                Some(Job::Commit(..)) | None => {}
            }
        }
        self.shared.close();
        let flushed = self.trees.db.flush().map_err(trees::failed).map(drop);
        let result = if self.shared.has_failed() { Err(gone()) } else { flushed };
        alarm.is_armed = false;
        // sled and the lock are gone before anybody hears that the store is closed.
        drop(self);
        if let Some(reply) = closing {
            answer(reply, result);
        }
    }

    fn land(&mut self, group: Vec<(Batch, Reply<Committed>)>) {
        if group.is_empty() {
            return;
        }
        let mut plan = Plan::default();
        let mut answers = Vec::with_capacity(group.len());
        for (batch, reply) in group {
            answers.push((plan.add(&self.trees, batch), reply));
        }
        let landed = if self.shared.has_failed() { Err(gone()) } else { self.write(&plan) };
        if let Err(error) = &landed {
            if !self.shared.has_failed() {
                tracing::error!(error = ?error, "the storage medium failed; the store answers nothing any more");
            }
            self.shared.fail();
        }
        for (result, reply) in answers {
            // A conflict may be with a batch of this group, so it is no answer either when the group has failed.
            answer(reply, if landed.is_ok() { result } else { Err(gone()) });
        }
    }

    fn write(&mut self, plan: &Plan) -> Result<(), StoreError> {
        if plan.is_empty() {
            return Ok(());
        }
        self.snapshots.retain(|snapshot| snapshot.strong_count() > 0);
        let (writes, touched) = (plan.writes(), plan.touched());
        self.shared.begin(touched, || {
            for snapshot in self.snapshots.iter().filter_map(Weak::upgrade) {
                plan.keep_for(&snapshot);
            }
            writes.apply(&self.trees)
        })?;
        self.trees.db.flush().map_err(trees::failed)?;
        (self.sync)().map_err(StoreError::Medium)?;
        self.shared.finish();
        Ok(())
    }

    fn snapshot(&mut self, reply: Reply<Arc<Snapshot>>) {
        let result = if self.shared.has_failed() { Err(gone()) } else { Ok(Arc::new(Snapshot::default())) };
        if let Ok(snapshot) = &result {
            self.snapshots.push(Arc::downgrade(snapshot));
        }
        answer(reply, result);
    }
}

/// All batches that wait already, up to the bounds, and the other kind of job that ended the group.
fn gather(first: Job, jobs: &mut mpsc::Receiver<Job>) -> (Vec<(Batch, Reply<Committed>)>, Option<Job>) {
    let (mut group, mut bytes, mut next) = (Vec::new(), 0, Some(first));
    while let Some(job) = next.take() {
        match job {
            Job::Commit(batch, reply) => {
                bytes += body_bytes(&batch);
                group.push((batch, reply));
            }
            other => return (group, Some(other)),
        }
        if group.len() < GROUP_BATCHES_MAX && bytes < GROUP_BYTES_MAX {
            next = jobs.try_recv().ok();
        }
    }
    (group, None)
}

fn body_bytes(batch: &Batch) -> usize {
    let body = |write: &Write| match write {
        Write::Put { body, .. } | Write::Append { body, .. } => body.len(),
        Write::Delete { .. } | Write::Check { .. } => 0,
    };
    batch.writes.iter().map(body).sum()
}

fn answer<T>(reply: Reply<T>, result: Result<T, StoreError>) {
    // Who asked may have gone away; that is its own affair.
    let _ = reply.send(result);
}

/// Fails the store when the commit thread ends by a panic, so that nobody waits for it.
struct Alarm {
    shared: Arc<Shared>,
    is_armed: bool,
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if self.is_armed {
            self.shared.fail();
        }
    }
}
