//! An online backup: what the store was between two groups, read while later groups land.
//!
//! The backup walks through the trees in order, a chunk at a time. Before the commit thread changes what the walk has
//! not reached yet, it keeps the old value here; the walk takes kept values before those of the trees. So writers
//! never wait for more than a chunk. Start at [`Snapshot::write`].

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::codec::{self, Stored};
use super::shared::Shared;
use super::trees::{self, Long};
use crate::store::backup::{BackupRecord, Writer};
use crate::store::{BackupSummary, StoreError};

/// How many entries are read while writers wait.
const CHUNK_ENTRIES: usize = 512;

/// One backup on its way.
#[derive(Default)]
pub(super) struct Snapshot {
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    /// The last entry that was read.
    reached: Option<(Long, Vec<u8>)>,
    /// What was changed since the backup began and is not reached yet: its value then, or that it was not there.
    before: BTreeMap<(Long, Vec<u8>), Option<Vec<u8>>>,
}

type Chunk = BTreeMap<Vec<u8>, Vec<u8>>;

impl Snapshot {
    /// Keeps the value of an entry that is about to change.
    pub(super) fn keep(&self, long: Long, key: &[u8], old: impl FnOnce() -> Option<Vec<u8>>) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (long, key.to_vec());
        if progress.reached.as_ref().is_none_or(|reached| place > *reached) {
            progress.before.entry(place).or_insert_with(old);
        }
    }

    /// Writes everything into the new file `to`.
    pub(super) fn write(&self, shared: &Shared, to: &Path) -> Result<BackupSummary, StoreError> {
        let mut writer = Writer::create(to)?;
        for long in [Long::Records, Long::Log] {
            let mut is_more = true;
            while is_more {
                let (chunk, more) = self.next_chunk(shared, long)?;
                is_more = more;
                for (key, value) in chunk {
                    write_entry(&mut writer, long, &key, &value)?;
                }
            }
        }
        writer.finish()
    }

    /// The next entries of a tree, and whether there are more.
    fn next_chunk(&self, shared: &Shared, long: Long) -> Result<(Chunk, bool), StoreError> {
        let state = shared.reading()?;
        let trees = state.trees.as_ref().ok_or(StoreError::Closed)?;
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let from = match &progress.reached {
            Some((reached, key)) if *reached == long => Bound::Excluded(key.clone()),
            _ => Bound::Unbounded,
        };
        let mut chunk = Chunk::new();
        for item in trees::between(trees.long(long), (from, Bound::Unbounded)).take(CHUNK_ENTRIES) {
            let (key, raw) = item.map_err(trees::failed)?;
            chunk.insert(key.to_vec(), trees.whole(long, &key, &raw)?);
        }
        // Kept values count up to the end of the chunk, or to the end of the tree.
        let is_more = chunk.len() == CHUNK_ENTRIES;
        let end = chunk.last_key_value().map(|(key, _)| key.clone()).filter(|_| is_more);
        while let Some(kept) = progress.before.first_entry() {
            let (kept_long, key) = kept.key();
            if *kept_long != long || end.as_ref().is_some_and(|end| key > end) {
                break;
            }
            let ((_, key), value) = kept.remove_entry();
            match value {
                Some(value) => chunk.insert(key, value),
                None => chunk.remove(&key),
            };
        }
        // A full tree is reached up to a place that no key lies behind.
        let reached = end.unwrap_or_else(|| vec![u8::MAX; 8]);
        progress.reached = Some((long, reached));
        Ok((chunk, is_more))
    }
}

fn write_entry(writer: &mut Writer, tree: Long, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
    match tree {
        Long::Records => {
            let [kind, id] = codec::split_key(key).ok_or_else(trees::key_damaged)?;
            let Stored { version, indexes, body } = Stored::decode(value)?;
            writer.record(&BackupRecord { kind: kind.to_owned(), id: id.to_owned(), version, indexes, body })
        }
        Long::Log => {
            let (log, position) = codec::split_log_key(key).ok_or_else(trees::key_damaged)?;
            writer.log_entry(log, position, value)
        }
    }
}
