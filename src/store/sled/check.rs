//! Whether a folder holds what was written: a short look at every start, a full one on request.
//!
//! Start at [`verify`].

use std::collections::HashSet;
use std::path::Path;

use super::codec::{self, Stored};
use super::folder;
use super::plan::index_keys;
use super::trees::{self, Long, Trees};
use crate::store::StoreError;

/// How many entries of each tree are decoded at every start: some 20 ms.
const ENTRIES_AT_OPEN: usize = 5_000;

/// What a full check has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifySummary {
    /// How many records.
    pub records: u64,
    /// How many index entries, each with its record.
    pub index_entries: u64,
    /// How many log entries, in logs without gaps.
    pub log_entries: u64,
}

/// Checks everything in a folder that no process has open: every value decodes, every index entry has its record and
/// the reverse, every log counts 1, 2, 3 … without gaps, and no piece of a long value is left over.
///
/// # Errors
/// [`StoreError::Damaged`] with the first thing that is wrong; otherwise as [`super::SledStore::open`].
pub fn verify(folder: &Path) -> Result<VerifySummary, StoreError> {
    if !folder.join("db").is_file() {
        return Err(StoreError::Damaged(format!("{} holds no data", folder.display())));
    }
    folder::guarded(|| {
        let (_lock, trees) = folder::open(folder)?;
        deep(&trees)
    })
}

/// Decodes the first entries of each tree.
pub(super) fn at_open(trees: &Trees) -> Result<(), StoreError> {
    for item in trees.records.iter().take(ENTRIES_AT_OPEN) {
        let (key, raw) = item.map_err(trees::failed)?;
        record(trees, &key, &raw)?;
    }
    for item in trees.index.iter().take(ENTRIES_AT_OPEN) {
        let (key, _) = item.map_err(trees::failed)?;
        codec::split_key::<4>(&key).ok_or_else(trees::key_damaged)?;
    }
    for item in trees.log.iter().take(ENTRIES_AT_OPEN) {
        let (key, _) = item.map_err(trees::failed)?;
        codec::split_log_key(&key).ok_or_else(trees::key_damaged)?;
    }
    Ok(())
}

fn deep(trees: &Trees) -> Result<VerifySummary, StoreError> {
    let (mut summary, mut pieces) = (VerifySummary { records: 0, index_entries: 0, log_entries: 0 }, 0);
    let mut promised = 0;
    for item in &trees.records {
        let (key, raw) = item.map_err(trees::failed)?;
        let (indexes, length) = record(trees, &key, &raw)?;
        for index in &indexes {
            if !trees.index.contains_key(index).map_err(trees::failed)? {
                return Err(damaged("a record lacks its index entry"));
            }
        }
        promised += indexes.len() as u64;
        pieces += u64::from(trees::pieces_of(length));
        summary.records += 1;
    }
    for item in &trees.index {
        let (key, _) = item.map_err(trees::failed)?;
        let [kind, _, _, id] = codec::split_key(&key).ok_or_else(trees::key_damaged)?;
        if !trees.records.contains_key(codec::record_key(kind, id)).map_err(trees::failed)? {
            return Err(damaged("an index entry has no record"));
        }
        summary.index_entries += 1;
    }
    // Every promised entry is there, so a greater number means one that its record does not know.
    if summary.index_entries != promised {
        return Err(damaged("an index entry is not of its record"));
    }
    pieces += logs(trees, &mut summary)?;
    if trees.pieces.len() as u64 != pieces {
        return Err(damaged("pieces of long values are left over"));
    }
    Ok(summary)
}

fn logs(trees: &Trees, summary: &mut VerifySummary) -> Result<u64, StoreError> {
    let (mut current, mut end, mut pieces) = (String::new(), 0, 0);
    for item in &trees.log {
        let (key, raw) = item.map_err(trees::failed)?;
        let (log, position) = codec::split_log_key(&key).ok_or_else(trees::key_damaged)?;
        if log != current {
            (current, end) = (log.to_owned(), 0);
        }
        end += 1;
        if position != end {
            return Err(damaged("a log has a gap"));
        }
        pieces += u64::from(trees::pieces_of(trees.whole(Long::Log, &key, &raw)?.len()));
        summary.log_entries += 1;
    }
    Ok(pieces)
}

/// Decodes a record; its index keys and its length.
fn record(trees: &Trees, key: &[u8], raw: &[u8]) -> Result<(HashSet<Vec<u8>>, usize), StoreError> {
    codec::split_key::<2>(key).ok_or_else(trees::key_damaged)?;
    let whole = trees.whole(Long::Records, key, raw)?;
    let stored = Stored::decode(&whole)?;
    Ok((index_keys(key, Some(&stored)), whole.len()))
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(what.to_owned())
}
