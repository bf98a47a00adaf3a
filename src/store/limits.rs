//! What a batch may hold: the bounds that every engine enforces before it looks at a batch.
//!
//! Knows nothing of engines. A batch outside the bounds is a bug of the caller. Start at [`check`].

use super::{Batch, IndexEntry, Key, StoreError, Write};

/// The longest body of a record or a log entry, in bytes.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// The most writes in one batch. A roster lands in one, six writes a student: 8,100 students took 2 s, in which callbacks
/// waited and none would have been lost.
pub const BATCH_WRITES_MAX: usize = 100_000;
/// The most bytes of bodies in one batch.
pub const BATCH_BYTES_MAX: usize = 64 << 20;
/// The longest id of a record, name of a log, and value of an index entry, in bytes.
pub const ID_BYTES_MAX: usize = 512;
/// The longest name of a kind or an index, in bytes.
pub const NAME_BYTES_MAX: usize = 64;
/// The most index entries of one record.
pub const INDEX_ENTRIES_MAX: usize = 64;

/// Refuses a batch that no engine could keep.
///
/// # Errors
/// [`StoreError::Malformed`], which names the bound but never what was in the batch: ids can be personal.
pub fn check(batch: &Batch) -> Result<(), StoreError> {
    bound("writes in a batch", batch.writes.len(), BATCH_WRITES_MAX)?;
    let mut bytes = 0;
    for write in &batch.writes {
        match write {
            Write::Put { key, body, indexes, .. } => {
                check_key(key)?;
                check_indexes(indexes)?;
                bound("bytes in a body", body.len(), BODY_BYTES_MAX)?;
                bytes += body.len();
            }
            Write::Delete { key, .. } | Write::Check { key, .. } => check_key(key)?,
            Write::Append { log, body } => {
                text("the name of a log", log, ID_BYTES_MAX)?;
                bound("bytes in a body", body.len(), BODY_BYTES_MAX)?;
                bytes += body.len();
            }
        }
    }
    bound("bytes in a batch", bytes, BATCH_BYTES_MAX)
}

fn check_key(key: &Key) -> Result<(), StoreError> {
    text("a kind", key.kind.0, NAME_BYTES_MAX)?;
    text("an id", &key.id, ID_BYTES_MAX)
}

fn check_indexes(indexes: &[IndexEntry]) -> Result<(), StoreError> {
    bound("index entries of a record", indexes.len(), INDEX_ENTRIES_MAX)?;
    for entry in indexes {
        text("the name of an index", entry.name, NAME_BYTES_MAX)?;
        // An index value may be empty: what has no value sorts first.
        if !entry.value.is_empty() {
            text("an index value", &entry.value, ID_BYTES_MAX)?;
        }
    }
    Ok(())
}

fn text(what: &str, text: &str, max: usize) -> Result<(), StoreError> {
    if text.is_empty() {
        return Err(StoreError::Malformed(format!("{what} is empty")));
    }
    if text.contains('\0') {
        return Err(StoreError::Malformed(format!("{what} contains a NUL")));
    }
    bound(&format!("bytes in {what}"), text.len(), max)
}

fn bound(what: &str, found: usize, max: usize) -> Result<(), StoreError> {
    if found > max {
        return Err(StoreError::Malformed(format!("{found} {what}, at most {max} are allowed")));
    }
    Ok(())
}
