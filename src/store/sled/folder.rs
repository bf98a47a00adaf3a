//! The folder of a store: making it, locking it, and its schema version.
//!
//! Start at [`open`].

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use super::trees::{self, Trees};
use crate::clock::Stopwatch;
use crate::store::StoreError;
use crate::store::backup::{SCHEMA, sync_parent};

/// How long sled's own threads may hold its files after the last owner in this process is gone.
const LINGER_MAX: Duration = Duration::from_secs(5);
const LINGER_STEP: Duration = Duration::from_millis(10);

/// Makes what is stored one schema version newer.
type Migration = fn(&Trees) -> Result<(), StoreError>;

/// The migration at place `n` leads from version `n + 1` to `n + 2`.
const MIGRATIONS: &[Migration] = &[];

/// Keeps other processes out of a folder for as long as it lives.
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Whether the folder has ever been opened: then its lock file says so.
    fn is_used(&self) -> io::Result<bool> {
        Ok(self.file.metadata()?.len() > 0)
    }

    fn mark_used(&self) -> io::Result<()> {
        if self.is_used()? { Ok(()) } else { (&self.file).write_all(b"in use since its first start\n") }
    }
}

/// Locks the folder, making it if needed, opens sled in it and brings the schema up to date.
pub(super) fn open(folder: &Path) -> Result<(Lock, Trees), StoreError> {
    let is_new = make(folder).map_err(StoreError::Medium)?;
    let lock = lock(folder)?;
    let trees = open_trees(folder)?;
    if lock.is_used().map_err(StoreError::Medium)?
        && !trees.meta.contains_key("schema").map_err(trees::failed)?
    {
        // sled takes a damaged beginning for an empty file.
        return Err(StoreError::Damaged("its data is gone; restore a backup".to_owned()));
    }
    migrate(&trees, MIGRATIONS)?;
    lock.mark_used().map_err(StoreError::Medium)?;
    sync_all(folder, is_new).map_err(StoreError::Medium)?;
    Ok((lock, trees))
}

/// Makes a folder that only its owner can read, with what is missing above it; says whether it did.
pub(super) fn make(folder: &Path) -> io::Result<bool> {
    if folder.is_dir() {
        return Ok(false);
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    Ok(true)
}

/// Brings all that sled does not sync itself onto the medium: its settings, and the names of its files.
pub(super) fn sync_all(folder: &Path, is_new: bool) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            File::open(path)?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()?;
    if is_new { sync_parent(folder) } else { Ok(()) }
}

/// Runs what reads files that may be damaged: sled panics on some damage instead of reporting it.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let result = catch_unwind(AssertUnwindSafe(read));
    result
        .unwrap_or_else(|_| Err(StoreError::Damaged("its files cannot be read; restore a backup".to_owned())))
}

// sled has a lock of its own, but it frees it some time after the last owner is gone and says little; this one is
// free as soon as its owner is.
fn lock(folder: &Path) -> Result<Lock, StoreError> {
    let path = folder.join("kehou.lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path);
    let file = file.map_err(StoreError::Medium)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(folder.display().to_string())),
        Err(TryLockError::Error(error)) => Err(StoreError::Medium(error)),
    }
}

fn open_trees(folder: &Path) -> Result<Trees, StoreError> {
    let waiting = Stopwatch::start();
    loop {
        match Trees::open(folder) {
            Err(StoreError::Medium(error)) if is_lock_error(&error) => {
                if waiting.elapsed() > LINGER_MAX {
                    return Err(StoreError::InUse(folder.display().to_string()));
                }
                pause();
            }
            opened => return opened,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "waits for threads of this process, which no clock drives")]
fn pause() {
    std::thread::sleep(LINGER_STEP);
}

fn is_lock_error(error: &io::Error) -> bool {
    error.to_string().contains("could not acquire lock")
}

fn migrate(trees: &Trees, migrations: &[Migration]) -> Result<(), StoreError> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX).saturating_add(1);
    debug_assert!(known >= SCHEMA, "every schema version has its migration");
    let Some(raw) = trees.meta.get("schema").map_err(trees::failed)? else {
        if !trees.records.is_empty() || !trees.log.is_empty() {
            return Err(StoreError::Damaged("the data has no schema version".to_owned()));
        }
        return set_schema(trees, known);
    };
    let found = raw.as_ref().try_into().map(u32::from_be_bytes);
    let found = found.map_err(|_| StoreError::Damaged("the schema version cannot be read".to_owned()))?;
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    for (from, migration) in (1..).zip(migrations).skip(found.saturating_sub(1) as usize) {
        tracing::info!(schema.from = from, "bringing the data to a newer schema");
        migration(trees)?;
        set_schema(trees, from + 1)?;
    }
    Ok(())
}

pub(super) fn set_schema(trees: &Trees, version: u32) -> Result<(), StoreError> {
    trees.meta.insert("schema", &version.to_be_bytes()).map_err(trees::failed)?;
    trees.db.flush().map_err(trees::failed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_data_is_migrated_once_and_newer_data_is_refused() {
        #[expect(clippy::unnecessary_wraps, reason = "a migration may fail")]
        fn mark(trees: &Trees) -> Result<(), StoreError> {
            assert!(trees.meta.insert("migrated", b"yes").unwrap().is_none(), "migrated twice");
            Ok(())
        }
        let home = tempfile::tempdir().unwrap();
        let (_lock, trees) = open(&home.path().join("store")).unwrap();
        migrate(&trees, &[mark]).unwrap();
        migrate(&trees, &[mark]).unwrap();
        assert!(trees.meta.contains_key("migrated").unwrap());
        assert!(matches!(migrate(&trees, &[]), Err(StoreError::TooNew { found: 2, known: 1 })));
    }

    #[test]
    fn data_without_a_schema_version_is_damaged() {
        let home = tempfile::tempdir().unwrap();
        let (_lock, trees) = open(home.path()).unwrap();
        trees.meta.remove("schema").unwrap();
        trees.log.insert(b"l\0\0\0\0\0\0\0\0\x01", b"\0x").unwrap();
        assert!(matches!(migrate(&trees, MIGRATIONS), Err(StoreError::Damaged(_))));
    }
}
