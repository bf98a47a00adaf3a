//! What a group of batches comes to: expectations checked, versions and positions given, nothing written yet.
//!
//! Reads the trees and never writes them. Start at [`Plan::add`].

use std::collections::{BTreeMap, HashMap, HashSet};

use super::codec::{self, Stored};
use super::snapshot::Snapshot;
use super::trees::{Long, Trees, Writes};
use crate::store::{Batch, Committed, Expect, Key, StoreError, Write};

/// What a record was on the medium and what it becomes.
struct Change {
    old: Option<Stored>,
    new: Option<Stored>,
}

/// What the accepted batches of a group come to, or what one batch comes to on top of its group.
#[derive(Default)]
pub(super) struct Plan {
    records: BTreeMap<Vec<u8>, Change>,
    appended: Vec<(String, u64, Vec<u8>)>,
    log_ends: HashMap<String, u64>,
}

impl Plan {
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.appended.is_empty()
    }

    /// Adds a batch if all that it expects holds; otherwise nothing of it.
    pub(super) fn add(&mut self, trees: &Trees, batch: Batch) -> Result<Committed, StoreError> {
        let mut staged = Plan::default();
        for write in batch.writes {
            match write {
                Write::Put { key, expect, body, indexes } => {
                    let version = self.expect(trees, &mut staged, &key, expect)?;
                    let new = Stored::new(version.unwrap_or(0) + 1, &indexes, body);
                    staged.set(&key, Some(new));
                }
                Write::Delete { key, expect } => {
                    self.expect(trees, &mut staged, &key, expect)?;
                    staged.set(&key, None);
                }
                Write::Check { key, expect } => {
                    self.expect(trees, &mut staged, &key, expect)?;
                }
                Write::Append { log, body } => {
                    let known = staged.log_ends.get(&log).or_else(|| self.log_ends.get(&log));
                    let position = known.copied().map_or_else(|| trees.log_end(&log), Ok)? + 1;
                    staged.log_ends.insert(log.clone(), position);
                    staged.appended.push((log, position, body));
                }
            }
        }
        let positions = staged.appended.iter().map(|(_, position, _)| *position).collect();
        self.accept(staged);
        Ok(Committed { positions })
    }

    /// The version of the record as the batch sees it, if that is as expected.
    fn expect(
        &self,
        trees: &Trees,
        staged: &mut Plan,
        key: &Key,
        expect: Expect,
    ) -> Result<Option<u64>, StoreError> {
        let octets = codec::record_key(key.kind.0, &key.id);
        if !staged.records.contains_key(&octets) {
            let old = match self.records.get(&octets) {
                Some(change) => change.new.clone(),
                None => trees.stored(&octets)?,
            };
            staged.records.insert(octets.clone(), Change { new: old.clone(), old });
        }
        let now = staged.records.get(&octets).and_then(|change| change.new.as_ref());
        let version = now.map(|stored| stored.version);
        if codec::holds(expect, version) { Ok(version) } else { Err(StoreError::Conflict(key.clone())) }
    }

    /// Sets a record that `expect` has looked at.
    fn set(&mut self, key: &Key, new: Option<Stored>) {
        if let Some(change) = self.records.get_mut(&codec::record_key(key.kind.0, &key.id)) {
            change.new = new;
        }
    }

    fn accept(&mut self, staged: Plan) {
        for (key, change) in staged.records {
            match self.records.get_mut(&key) {
                Some(earlier) => earlier.new = change.new,
                None if change.old == change.new => {}
                None => {
                    self.records.insert(key, change);
                }
            }
        }
        self.appended.extend(staged.appended);
        self.log_ends.extend(staged.log_ends);
    }

    pub(super) fn writes(&self) -> Writes {
        let mut writes = Writes::default();
        for (key, change) in &self.records {
            let old_bytes = change.old.as_ref().map(|old| old.encode().len());
            match (&change.new, old_bytes) {
                (Some(new), old_bytes) => writes.put(Long::Records, key, old_bytes, &new.encode()),
                (None, Some(old_bytes)) => writes.remove_record(key, old_bytes),
                (None, None) => {}
            }
            let (old, new) = (index_keys(key, change.old.as_ref()), index_keys(key, change.new.as_ref()));
            old.difference(&new).for_each(|gone| writes.remove_index(gone.clone()));
            new.difference(&old).for_each(|added| writes.insert_index(added.clone()));
        }
        for (log, position, body) in &self.appended {
            writes.put(Long::Log, &codec::log_key(log, *position), None, body);
        }
        writes
    }

    /// Whatever a reader may ask for that this changes.
    pub(super) fn touched(&self) -> HashSet<Vec<u8>> {
        let mut touched: HashSet<Vec<u8>> = self.records.keys().cloned().collect();
        for key in self.records.keys() {
            if let Some([kind, _]) = codec::split_key(key) {
                touched.insert(codec::kind_prefix(kind));
            }
        }
        touched.extend(self.log_ends.keys().map(|log| codec::log_prefix(log)));
        touched
    }

    pub(super) fn keep_for(&self, snapshot: &Snapshot) {
        for (key, change) in &self.records {
            snapshot.keep(Long::Records, key, || change.old.as_ref().map(Stored::encode));
        }
        for (log, position, _) in &self.appended {
            snapshot.keep(Long::Log, &codec::log_key(log, *position), || None);
        }
    }
}

/// The keys of all index entries of a record.
pub(super) fn index_keys(key: &[u8], stored: Option<&Stored>) -> HashSet<Vec<u8>> {
    let (Some(stored), Some([kind, id])) = (stored, codec::split_key(key)) else { return HashSet::new() };
    stored.indexes.iter().map(|(name, value)| codec::index_key(kind, name, value, id)).collect()
}
