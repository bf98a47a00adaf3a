//! The store in memory: plain and obviously right, the model that the other engines are compared with.
//!
//! For tests and `talk`; forgets everything with the process. Shares with the other engines only the bounds and the
//! backup format. Start at [`MemoryStore`].

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::Path;
use std::sync::Mutex;

use async_trait::async_trait;

use super::{
    BackupSummary, Batch, Committed, Expect, IndexEntry, Key, Kind, LogEntry, Range, Record, Store,
    StoreError, Version, Write, backup, limits,
};

/// A store that lives as long as the value.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    records: BTreeMap<Key, Stored>,
    logs: BTreeMap<String, Vec<Vec<u8>>>,
    is_closed: bool,
}

#[derive(Clone)]
struct Stored {
    version: Version,
    body: Vec<u8>,
    indexes: Vec<IndexEntry>,
}

/// What a batch changed so far, newest last, so that a conflict can take it back.
#[derive(Default)]
struct Undo {
    records: Vec<(Key, Option<Stored>)>,
    appended: Vec<String>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn open(&self) -> Result<std::sync::MutexGuard<'_, State>, StoreError> {
        let state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if state.is_closed { Err(StoreError::Closed) } else { Ok(state) }
    }
}

impl State {
    fn expect(&self, key: &Key, expect: Expect) -> Result<(), StoreError> {
        let version = self.records.get(key).map(|stored| stored.version);
        let holds = match expect {
            Expect::Any => true,
            Expect::Absent => version.is_none(),
            Expect::Version(expected) => version == Some(expected),
        };
        if holds { Ok(()) } else { Err(StoreError::Conflict(key.clone())) }
    }

    fn apply(&mut self, write: Write, undo: &mut Undo, done: &mut Committed) -> Result<(), StoreError> {
        match write {
            Write::Put { key, expect, body, indexes } => {
                self.expect(&key, expect)?;
                let version = self.records.get(&key).map_or(1, |stored| stored.version + 1);
                let before = self.records.insert(key.clone(), Stored { version, body, indexes });
                undo.records.push((key, before));
            }
            Write::Delete { key, expect } => {
                self.expect(&key, expect)?;
                let before = self.records.remove(&key);
                undo.records.push((key, before));
            }
            Write::Check { key, expect } => self.expect(&key, expect)?,
            Write::Append { log, body } => {
                let entries = self.logs.entry(log.clone()).or_default();
                entries.push(body);
                done.positions.push(entries.len() as u64);
                undo.appended.push(log);
            }
        }
        Ok(())
    }

    fn take_back(&mut self, undo: Undo) {
        for (key, before) in undo.records.into_iter().rev() {
            match before {
                Some(stored) => self.records.insert(key, stored),
                None => self.records.remove(&key),
            };
        }
        for log in undo.appended {
            if let Some(entries) = self.logs.get_mut(&log) {
                entries.pop();
            }
        }
    }

    /// All records of a kind, which stand together.
    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&Key, &Stored)> {
        let from = Key { kind, id: String::new() };
        self.records.range(from..).take_while(move |(key, _)| key.kind == kind)
    }

    fn record(key: &Key, stored: &Stored) -> Record {
        Record { key: key.clone(), version: stored.version, body: stored.body.clone() }
    }
}

fn contains(range: &Range, value: &str) -> bool {
    let from = match &range.from {
        Bound::Included(from) => value >= from.as_str(),
        Bound::Excluded(from) => value > from.as_str(),
        Bound::Unbounded => true,
    };
    let to = match &range.to {
        Bound::Included(to) => value <= to.as_str(),
        Bound::Excluded(to) => value < to.as_str(),
        Bound::Unbounded => true,
    };
    from && to
}

#[async_trait]
impl Store for MemoryStore {
    async fn load(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        Ok(self.open()?.records.get(key).map(|stored| State::record(key, stored)))
    }

    async fn scan(&self, kind: Kind, range: &Range) -> Result<Vec<Record>, StoreError> {
        let state = self.open()?;
        let wanted = state.of_kind(kind).filter(|(key, _)| contains(range, &key.id));
        Ok(wanted.take(range.limit).map(|(key, stored)| State::record(key, stored)).collect())
    }

    async fn scan_index(
        &self,
        kind: Kind,
        index: &'static str,
        range: &Range,
    ) -> Result<Vec<Record>, StoreError> {
        let state = self.open()?;
        let mut found = Vec::new();
        for (key, stored) in state.of_kind(kind) {
            for entry in stored.indexes.iter().filter(|entry| entry.name == index) {
                if contains(range, &entry.value) {
                    found.push((entry.value.as_str(), key, stored));
                }
            }
        }
        found.sort_by_key(|(value, key, _)| (*value, *key));
        found.dedup_by_key(|(value, key, _)| (*value, *key));
        Ok(found.into_iter().take(range.limit).map(|(_, key, stored)| State::record(key, stored)).collect())
    }

    async fn read_log(&self, log: &str, after: u64, limit: usize) -> Result<Vec<LogEntry>, StoreError> {
        let state = self.open()?;
        let numbered = (1..).zip(state.logs.get(log).into_iter().flatten());
        let wanted = numbered.filter(|(position, _)| *position > after).take(limit);
        Ok(wanted.map(|(position, body)| LogEntry { position, body: body.clone() }).collect())
    }

    async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        let mut state = self.open()?;
        limits::check(&batch)?;
        let (mut undo, mut done) = (Undo::default(), Committed::default());
        for write in batch.writes {
            if let Err(error) = state.apply(write, &mut undo, &mut done) {
                state.take_back(undo);
                return Err(error);
            }
        }
        Ok(done)
    }

    async fn backup(&self, to: &Path) -> Result<BackupSummary, StoreError> {
        let state = self.open()?;
        let mut writer = backup::Writer::create(to)?;
        for (key, stored) in &state.records {
            writer.record(&backup::BackupRecord {
                kind: key.kind.0.to_owned(),
                id: key.id.clone(),
                version: stored.version,
                indexes: stored.indexes.iter().map(|e| (e.name.to_owned(), e.value.clone())).collect(),
                body: stored.body.clone(),
            })?;
        }
        for (log, entries) in &state.logs {
            for (position, body) in (1..).zip(entries) {
                writer.log_entry(log, position, body)?;
            }
        }
        writer.finish()
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.open()?.is_closed = true;
        Ok(())
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("records", &self.records.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::contract;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn memory_passes_the_contract() {
        let scratch = tempfile::tempdir().unwrap();
        contract::all(async || Arc::new(MemoryStore::new()) as Arc<dyn Store>, scratch.path()).await;
    }
}
