//! Restoring a backup into a new folder, whole or not at all.
//!
//! Start at [`restore`].

use std::fs;
use std::io;
use std::path::Path;

use super::codec::{self, Stored};
use super::folder;
use super::plan::index_keys;
use super::trees::{Long, Trees, Writes};
use crate::store::backup::{Entry, Reader, SCHEMA, sync_parent};
use crate::store::{BackupSummary, StoreError};

/// How many entries are written at once.
const CHUNK_ENTRIES: usize = 512;

/// Restores the backup `from` into `folder`, which is empty or not there yet.
///
/// All is built in a folder beside it, which takes its name only when the backup's checksum was right and all is on
/// the medium.
///
/// # Errors
/// [`StoreError::Exists`] when the folder holds something, [`StoreError::Damaged`] when the backup is not whole,
/// [`StoreError::TooNew`] or [`StoreError::Medium`].
pub fn restore(from: &Path, folder: &Path) -> Result<BackupSummary, StoreError> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => return Err(StoreError::Exists(folder.display().to_string())),
        Ok(false) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(StoreError::Medium(error)),
    }
    let mut reader = Reader::open(from)?;
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".restoring");
    let beside = folder.with_file_name(name);
    // Left over from a restore that was killed.
    remove(&beside).map_err(StoreError::Medium)?;
    let built = build(&mut reader, &beside).and_then(|()| place(&beside, folder).map_err(StoreError::Medium));
    if built.is_err() {
        // The error that led here matters more than one while tidying up.
        let _ = remove(&beside);
    }
    built.map(|()| reader.summary())
}

fn build(reader: &mut Reader, beside: &Path) -> Result<(), StoreError> {
    folder::make(beside).map_err(StoreError::Medium)?;
    let trees = Trees::open(beside)?;
    let (mut writes, mut count) = (Writes::default(), 0);
    while let Some(entry) = reader.next_entry()? {
        put(&mut writes, entry);
        count += 1;
        if count % CHUNK_ENTRIES == 0 {
            std::mem::take(&mut writes).apply(&trees)?;
        }
    }
    writes.apply(&trees)?;
    folder::set_schema(&trees, SCHEMA)
}

fn put(writes: &mut Writes, entry: Entry) {
    match entry {
        Entry::Record(record) => {
            let key = codec::record_key(&record.kind, &record.id);
            let indexes = codec::sorted(record.indexes);
            let stored = Stored { version: record.version, indexes, body: record.body };
            for index in index_keys(&key, Some(&stored)) {
                writes.insert_index(index);
            }
            writes.put(Long::Records, &key, None, &stored.encode());
        }
        Entry::Log { log, position, body } => {
            writes.put(Long::Log, &codec::log_key(&log, position), None, &body);
        }
    }
}

fn place(beside: &Path, folder: &Path) -> io::Result<()> {
    folder::sync_all(beside, true)?;
    // Replaces an empty folder, and only an empty one.
    fs::rename(beside, folder)?;
    sync_parent(folder)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
