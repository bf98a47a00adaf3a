//! What lies where in sled, and how it is read.
//!
//! | tree | key | value |
//! |---|---|---|
//! | `records` | kind, id | version, index entries, body |
//! | `index` | kind, index, value, id | nothing |
//! | `log` | log, position | body |
//! | `pieces` | tree, key, number | part of a value that is too long for its tree |
//! | `meta` | `schema` | the schema version |
//!
//! Why pieces: sled writes an item above a quarter of a segment, and a leaf of up to some two dozen values is one
//! item, into a file of its own that it never syncs; a power cut could then take back what was acknowledged. With
//! values of at most [`PIECE_BYTES`] all data stays in the one file that the commit thread syncs.
//! Start at [`Trees`].

use std::fs;
use std::io;
use std::ops::Bound;
use std::path::Path;

use sled::transaction::{ConflictableTransactionResult, TransactionError, Transactional as _};
use sled::{Db, IVec, Tree};

use super::codec::{self, Stored};
use crate::store::{Key, Kind, LogEntry, Range, Record, StoreError};

/// The longest value in a tree: 128 KiB, a quarter of a segment, hold more of them than a leaf ever has.
const PIECE_BYTES: usize = 4096;
/// How the name of a snapshot ends while sled writes it.
const UNFINISHED: &str = ".generating";
const WHOLE: u8 = 0;
const IN_PIECES: u8 = 1;

/// A tree whose values may be long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Long {
    Records = 1,
    Log = 2,
}

/// All trees of an open folder.
#[derive(Clone)]
pub(super) struct Trees {
    pub(super) db: Db,
    pub(super) records: Tree,
    pub(super) pieces: Tree,
    pub(super) index: Tree,
    pub(super) log: Tree,
    pub(super) meta: Tree,
}

impl Trees {
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let db = open_db(folder)?;
        let tree = |name: &str| db.open_tree(name).map_err(failed);
        Ok(Self {
            records: tree("records")?,
            pieces: tree("pieces")?,
            index: tree("index")?,
            log: tree("log")?,
            meta: tree("meta")?,
            db,
        })
    }

    pub(super) fn long(&self, long: Long) -> &Tree {
        match long {
            Long::Records => &self.records,
            Long::Log => &self.log,
        }
    }

    /// The whole value of what lies at `key` as `raw`.
    pub(super) fn whole(&self, long: Long, key: &[u8], raw: &[u8]) -> Result<Vec<u8>, StoreError> {
        let damaged = || StoreError::Damaged("a long value is not whole".to_owned());
        let (tag, rest) = raw.split_first().ok_or_else(damaged)?;
        if *tag == WHOLE {
            return Ok(rest.to_vec());
        }
        let length = u32::from_be_bytes(rest.try_into().map_err(|_| damaged())?) as usize;
        let mut value = Vec::new();
        for number in 0..pieces_of(length) {
            let piece = self.pieces.get(piece_key(long, key, number)).map_err(failed)?;
            value.extend_from_slice(&piece.ok_or_else(damaged)?);
        }
        if *tag == IN_PIECES && value.len() == length { Ok(value) } else { Err(damaged()) }
    }

    pub(super) fn stored(&self, key: &[u8]) -> Result<Option<Stored>, StoreError> {
        match self.records.get(key).map_err(failed)? {
            Some(raw) => Ok(Some(Stored::decode(&self.whole(Long::Records, key, &raw)?)?)),
            None => Ok(None),
        }
    }

    pub(super) fn load(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        let stored = self.stored(&codec::record_key(key.kind.0, &key.id))?;
        Ok(stored.map(|stored| Record { key: key.clone(), version: stored.version, body: stored.body }))
    }

    pub(super) fn scan(&self, kind: Kind, range: &Range) -> Result<Vec<Record>, StoreError> {
        let bounds = codec::last_text_bounds(&codec::kind_prefix(kind.0), &range.from, &range.to);
        let mut found = Vec::new();
        for item in between(&self.records, bounds).take(range.limit) {
            let (key, raw) = item.map_err(failed)?;
            let stored = Stored::decode(&self.whole(Long::Records, &key, &raw)?)?;
            let [_, id] = codec::split_key(&key).ok_or_else(key_damaged)?;
            found.push(Record { key: Key::new(kind, id), version: stored.version, body: stored.body });
        }
        Ok(found)
    }

    pub(super) fn scan_index(
        &self,
        kind: Kind,
        index: &str,
        range: &Range,
    ) -> Result<Vec<Record>, StoreError> {
        let prefix = [codec::kind_prefix(kind.0), codec::kind_prefix(index)].concat();
        let bounds = codec::inner_text_bounds(&prefix, &range.from, &range.to);
        let mut found = Vec::new();
        for item in between(&self.index, bounds).take(range.limit) {
            let (key, _) = item.map_err(failed)?;
            let [_, _, _, id] = codec::split_key(&key).ok_or_else(key_damaged)?;
            let record = self.load(&Key::new(kind, id))?;
            let missing = || StoreError::Damaged("an index entry has no record".to_owned());
            found.push(record.ok_or_else(missing)?);
        }
        Ok(found)
    }

    pub(super) fn read_log(&self, log: &str, after: u64, limit: usize) -> Result<Vec<LogEntry>, StoreError> {
        let from = Bound::Excluded(codec::log_key(log, after));
        let to = Bound::Excluded(codec::end_of(&codec::log_prefix(log)));
        let mut found = Vec::new();
        for item in between(&self.log, (from, to)).take(limit) {
            let (key, raw) = item.map_err(failed)?;
            let (_, position) = codec::split_log_key(&key).ok_or_else(key_damaged)?;
            found.push(LogEntry { position, body: self.whole(Long::Log, &key, &raw)? });
        }
        Ok(found)
    }

    /// The position of the last entry of a log, 0 when it has none.
    pub(super) fn log_end(&self, log: &str) -> Result<u64, StoreError> {
        let prefix = codec::log_prefix(log);
        match self.log.get_lt(codec::end_of(&prefix)).map_err(failed)? {
            Some((key, _)) if key.starts_with(&prefix) => {
                codec::split_log_key(&key).map(|(_, position)| position).ok_or_else(key_damaged)
            }
            _ => Ok(0),
        }
    }
}

/// Writes that sled applies as one.
#[derive(Default)]
pub(super) struct Writes {
    records: sled::Batch,
    pieces: sled::Batch,
    index: sled::Batch,
    log: sled::Batch,
}

impl Writes {
    /// Puts a value in the place of one that had `old_bytes`, if any.
    pub(super) fn put(&mut self, long: Long, key: &[u8], old_bytes: Option<usize>, value: &[u8]) {
        let mut old_pieces = old_bytes.map_or(0, pieces_of);
        if value.len() <= PIECE_BYTES {
            self.long(long).insert(key, [&[WHOLE], value].concat());
        } else {
            let length = u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes();
            self.long(long).insert(key, [[IN_PIECES].as_slice(), &length].concat());
            for (number, piece) in (0..).zip(value.chunks(PIECE_BYTES)) {
                self.pieces.insert(piece_key(long, key, number), piece);
            }
        }
        while old_pieces > pieces_of(value.len()) {
            old_pieces -= 1;
            self.pieces.remove(piece_key(long, key, old_pieces));
        }
    }

    /// Removes a record that had `old_bytes`.
    pub(super) fn remove_record(&mut self, key: &[u8], old_bytes: usize) {
        self.records.remove(key);
        for number in 0..pieces_of(old_bytes) {
            self.pieces.remove(piece_key(Long::Records, key, number));
        }
    }

    pub(super) fn insert_index(&mut self, key: Vec<u8>) {
        self.index.insert(key, &[]);
    }

    pub(super) fn remove_index(&mut self, key: Vec<u8>) {
        self.index.remove(key);
    }

    /// Applies all as one transaction; durable only after a flush and a sync.
    pub(super) fn apply(&self, trees: &Trees) -> Result<(), StoreError> {
        let all = (&trees.records, &trees.pieces, &trees.index, &trees.log);
        let applied = all.transaction(|(records, pieces, index, log)| {
            records.apply_batch(&self.records)?;
            pieces.apply_batch(&self.pieces)?;
            index.apply_batch(&self.index)?;
            log.apply_batch(&self.log)?;
            ConflictableTransactionResult::<(), ()>::Ok(())
        });
        applied.map_err(|error| match error {
            TransactionError::Storage(error) => failed(error),
            TransactionError::Abort(()) => StoreError::Medium(io::Error::other("aborted")),
        })
    }

    fn long(&mut self, long: Long) -> &mut sled::Batch {
        match long {
            Long::Records => &mut self.records,
            Long::Log => &mut self.log,
        }
    }
}

/// How many pieces a value of this length is cut into; 0 when it stays whole.
pub(super) fn pieces_of(length: usize) -> u32 {
    if length <= PIECE_BYTES { 0 } else { u32::try_from(length.div_ceil(PIECE_BYTES)).unwrap_or(u32::MAX) }
}

fn piece_key(long: Long, key: &[u8], number: u32) -> Vec<u8> {
    [&[long as u8], key, &number.to_be_bytes()].concat()
}

/// Entries between two bounds; none, rather than a panic, when the bounds are crossed.
pub(super) fn between(
    tree: &Tree,
    bounds: (Bound<Vec<u8>>, Bound<Vec<u8>>),
) -> impl Iterator<Item = sled::Result<(IVec, IVec)>> + use<> {
    let is_crossed = match (&bounds.0, &bounds.1) {
        (Bound::Included(from), Bound::Included(to)) => from > to,
        (Bound::Included(from) | Bound::Excluded(from), Bound::Included(to) | Bound::Excluded(to)) => {
            from >= to
        }
        _ => false,
    };
    (!is_crossed).then(|| tree.range(bounds)).into_iter().flatten()
}

/// Opens sled's files, without a snapshot that a kill has cut off.
///
/// At each start sled writes where its pages lie into a new snapshot, under another name until it is whole. sled 0.34
/// looks out for the wrong other name, takes a cut one for its newest and refuses to open. Nothing needs a snapshot that
/// has not got its name yet: until then sled overwrites nothing that the one before it leads to. That one must stay: the
/// log alone does not always do, and sled would empty the folder (docs/decisions/0002).
fn open_db(folder: &Path) -> Result<sled::Db, StoreError> {
    remove_unfinished_snapshots(folder).map_err(StoreError::Medium)?;
    sled::Config::new().path(folder).open().map_err(failed)
}

fn remove_unfinished_snapshots(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("snap.") && name.ends_with(UNFINISHED) {
            tracing::info!(file = name, "a kill has cut off a snapshot of sled; the one before it does");
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

pub(super) fn key_damaged() -> StoreError {
    StoreError::Damaged("a key cannot be decoded".to_owned())
}

/// What sled's failure means here.
pub(super) fn failed(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(error) => StoreError::Medium(error),
        sled::Error::Corruption { .. } => StoreError::Damaged("a page has a wrong checksum".to_owned()),
        other => StoreError::Medium(io::Error::other(other)),
    }
}
