//! Octets of keys and values.
//!
//! Texts in keys are separated by NUL, which no text contains, so keys sort as their texts do.
//! Start at [`Stored`].

use std::ops::Bound;

use crate::store::bytes::{Cursor, put_text};
use crate::store::{Expect, IndexEntry, StoreError, Version};

const FORMAT: u8 = 1;

/// A record as it lies in the `records` tree.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) version: Version,
    /// Name and value of each index entry, sorted, none twice.
    pub(super) indexes: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Stored {
    pub(super) fn new(version: Version, indexes: &[IndexEntry], body: Vec<u8>) -> Self {
        let pairs = indexes.iter().map(|entry| (entry.name.to_owned(), entry.value.clone())).collect();
        Self { version, indexes: sorted(pairs), body }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.body.len() + 64);
        bytes.push(FORMAT);
        bytes.extend(self.version.to_be_bytes());
        bytes.extend(u16::try_from(self.indexes.len()).unwrap_or(u16::MAX).to_be_bytes());
        for (name, value) in &self.indexes {
            put_text(&mut bytes, name);
            put_text(&mut bytes, value);
        }
        bytes.extend(&self.body);
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        Self::try_decode(bytes).ok_or_else(|| StoreError::Damaged("a record cannot be decoded".to_owned()))
    }

    fn try_decode(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        if cursor.take(1)? != [FORMAT] {
            return None;
        }
        let version = cursor.u64()?;
        let mut indexes = Vec::new();
        for _ in 0..cursor.u16()? {
            indexes.push((cursor.text()?, cursor.text()?));
        }
        Some(Self { version, indexes, body: cursor.rest().to_vec() })
    }
}

/// Whether `expect` holds of a record with this version, or of none.
pub(super) fn holds(expect: Expect, version: Option<Version>) -> bool {
    match expect {
        Expect::Any => true,
        Expect::Absent => version.is_none(),
        Expect::Version(expected) => version == Some(expected),
    }
}

pub(super) fn sorted(mut indexes: Vec<(String, String)>) -> Vec<(String, String)> {
    indexes.sort_unstable();
    indexes.dedup();
    indexes
}

/// `kind NUL`.
pub(super) fn kind_prefix(kind: &str) -> Vec<u8> {
    joined(&[kind, ""])
}

/// `kind NUL id`.
pub(super) fn record_key(kind: &str, id: &str) -> Vec<u8> {
    joined(&[kind, id])
}

/// `kind NUL index NUL value NUL id`.
pub(super) fn index_key(kind: &str, name: &str, value: &str, id: &str) -> Vec<u8> {
    joined(&[kind, name, value, id])
}

/// `log NUL`. Also says which log a read or a write is about; kinds and logs may share names, which costs a wait.
pub(super) fn log_prefix(log: &str) -> Vec<u8> {
    joined(&[log, ""])
}

/// `log NUL position`.
pub(super) fn log_key(log: &str, position: u64) -> Vec<u8> {
    let mut key = log_prefix(log);
    key.extend(position.to_be_bytes());
    key
}

/// The log and the position of a key.
pub(super) fn split_log_key(key: &[u8]) -> Option<(&str, u64)> {
    let (head, position) = key.split_last_chunk::<8>()?;
    let (nul, log) = head.split_last()?;
    let log = std::str::from_utf8(log).ok()?;
    (*nul == 0).then_some((log, u64::from_be_bytes(*position)))
}

/// The texts of a record or index key.
pub(super) fn split_key<const N: usize>(key: &[u8]) -> Option<[&str; N]> {
    let texts: Vec<&str> = std::str::from_utf8(key).ok()?.split('\0').collect();
    texts.try_into().ok()
}

/// The keys of all whose text after `prefix` lies between the bounds and is the last of the key.
pub(super) fn last_text_bounds(
    prefix: &[u8],
    from: &Bound<String>,
    to: &Bound<String>,
) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let from = match from {
        Bound::Included(text) => Bound::Included(with(prefix, text, None)),
        Bound::Excluded(text) => Bound::Excluded(with(prefix, text, None)),
        Bound::Unbounded => Bound::Included(prefix.to_vec()),
    };
    let to = match to {
        Bound::Included(text) => Bound::Included(with(prefix, text, None)),
        Bound::Excluded(text) => Bound::Excluded(with(prefix, text, None)),
        Bound::Unbounded => Bound::Excluded(end_of(prefix)),
    };
    (from, to)
}

/// The keys of all whose text after `prefix` lies between the bounds and is followed by NUL and an id.
pub(super) fn inner_text_bounds(
    prefix: &[u8],
    from: &Bound<String>,
    to: &Bound<String>,
) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    // `text NUL` is before every id under `text`, `text 1` is after all of them and before every longer text.
    let from = match from {
        Bound::Included(text) => Bound::Included(with(prefix, text, Some(0))),
        Bound::Excluded(text) => Bound::Included(with(prefix, text, Some(1))),
        Bound::Unbounded => Bound::Included(prefix.to_vec()),
    };
    let to = match to {
        Bound::Included(text) => Bound::Excluded(with(prefix, text, Some(1))),
        Bound::Excluded(text) => Bound::Excluded(with(prefix, text, Some(0))),
        Bound::Unbounded => Bound::Excluded(end_of(prefix)),
    };
    (from, to)
}

/// The first key after all that begin with `prefix`, which ends in NUL.
pub(super) fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    end
}

fn with(prefix: &[u8], text: &str, last: Option<u8>) -> Vec<u8> {
    [prefix, text.as_bytes(), last.as_slice()].concat()
}

fn joined(texts: &[&str]) -> Vec<u8> {
    texts.join("\0").into_bytes()
}
