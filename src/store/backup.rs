//! The backup file (备份): one consistent copy of a store in one file, the same for every engine.
//!
//! Knows nothing of engines, which feed a [`Writer`] or drain a [`Reader`]. All numbers are big-endian.
//!
//! ```text
//! file    = "KEHOUBK1" schema:u32 entry* end sha256
//! entry   = tag:u8 length:u32 payload          tag 1 = record, tag 2 = log entry
//! record  = text(kind) text(id) version:u64 count:u16 (text(index) text(value))*count body
//! log     = text(log) position:u64 body
//! text(x) = length:u16, then UTF-8
//! end     = tag 0, length 16, records:u64 log_entries:u64
//! sha256  = 32 octets over all that is before them
//! ```
//!
//! A file is written beside its final name and put in place only when it is whole and on the medium.
//! Start at [`Writer::create`] and [`Reader::open`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::bytes::{Cursor, put_text};
use super::{BackupSummary, StoreError, Version};

const MAGIC: &[u8; 8] = b"KEHOUBK1";
const TAG_END: u8 = 0;
const TAG_RECORD: u8 = 1;
const TAG_LOG: u8 = 2;
const BUFFER_BYTES: usize = 1 << 18;
/// A body of 1 MiB with all its index entries stays far below.
const PAYLOAD_BYTES_MAX: u32 = 4 << 20;

/// The schema of what is stored; an older program refuses newer data.
pub(super) const SCHEMA: u32 = 1;

/// One record as a backup holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BackupRecord {
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) version: Version,
    pub(super) indexes: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// One entry of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    Record(BackupRecord),
    Log { log: String, position: u64, body: Vec<u8> },
}

/// Writes a backup; a writer that is dropped unfinished leaves nothing behind.
pub(super) struct Writer {
    file: BufWriter<File>,
    hash: Sha256,
    part: PathBuf,
    to: PathBuf,
    summary: BackupSummary,
    is_finished: bool,
}

impl Writer {
    /// Begins the new file `to`.
    pub(super) fn create(to: &Path) -> Result<Self, StoreError> {
        if fs::symlink_metadata(to).is_ok() {
            return Err(StoreError::Exists(to.display().to_string()));
        }
        let mut name = to.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = to.with_file_name(name);
        // Left over from a backup that was killed.
        match fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StoreError::Medium(error)),
            _ => {}
        }
        // 0600: the file holds children's data.
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part);
        let mut writer = Self {
            file: BufWriter::with_capacity(BUFFER_BYTES, file.map_err(StoreError::Medium)?),
            hash: Sha256::new(),
            part,
            to: to.to_owned(),
            summary: BackupSummary { records: 0, log_entries: 0, bytes: 0, sha256: String::new() },
            is_finished: false,
        };
        writer.write(MAGIC)?;
        writer.write(&SCHEMA.to_be_bytes())?;
        Ok(writer)
    }

    /// Adds a record.
    pub(super) fn record(&mut self, record: &BackupRecord) -> Result<(), StoreError> {
        let mut payload = Vec::with_capacity(record.body.len() + 128);
        put_text(&mut payload, &record.kind);
        put_text(&mut payload, &record.id);
        payload.extend(record.version.to_be_bytes());
        payload.extend(u16::try_from(record.indexes.len()).unwrap_or(u16::MAX).to_be_bytes());
        for (name, value) in &record.indexes {
            put_text(&mut payload, name);
            put_text(&mut payload, value);
        }
        payload.extend(&record.body);
        self.summary.records += 1;
        self.entry(TAG_RECORD, &payload)
    }

    /// Adds a log entry.
    pub(super) fn log_entry(&mut self, log: &str, position: u64, body: &[u8]) -> Result<(), StoreError> {
        let mut payload = Vec::with_capacity(body.len() + 64);
        put_text(&mut payload, log);
        payload.extend(position.to_be_bytes());
        payload.extend(body);
        self.summary.log_entries += 1;
        self.entry(TAG_LOG, &payload)
    }

    /// Ends the file, brings it onto the medium and puts it in place.
    pub(super) fn finish(mut self) -> Result<BackupSummary, StoreError> {
        let counts = [self.summary.records.to_be_bytes(), self.summary.log_entries.to_be_bytes()].concat();
        self.entry(TAG_END, &counts)?;
        let checksum = self.hash.clone().finalize();
        self.write(&checksum)?;
        self.place().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Exists(self.to.display().to_string()),
            _ => StoreError::Medium(error),
        })?;
        self.is_finished = true;
        let mut summary = self.summary.clone();
        summary.sha256 = hex::encode(self.hash.clone().finalize());
        Ok(summary)
    }

    fn place(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        // A link, unlike a rename, never replaces a file that appeared meanwhile; a few network file systems have none.
        match fs::hard_link(&self.part, &self.to) {
            Ok(()) => fs::remove_file(&self.part)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            Err(_) => fs::rename(&self.part, &self.to)?,
        }
        sync_parent(&self.to)
    }

    fn entry(&mut self, tag: u8, payload: &[u8]) -> Result<(), StoreError> {
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        self.write(&[tag])?;
        self.write(&length.to_be_bytes())?;
        self.write(payload)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.hash.update(bytes);
        self.summary.bytes += bytes.len() as u64;
        self.file.write_all(bytes).map_err(StoreError::Medium)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.is_finished {
            // Nothing depends on it: the next backup to the same name removes it too.
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Reads a backup entry by entry. What it gave counts only once it has returned `None`: the checksum comes last.
pub(super) struct Reader {
    file: BufReader<File>,
    hash: Sha256,
    path: String,
    summary: BackupSummary,
}

impl Reader {
    /// Opens a backup and reads its head.
    pub(super) fn open(from: &Path) -> Result<Self, StoreError> {
        let file = File::open(from).map_err(StoreError::Medium)?;
        let mut reader = Self {
            file: BufReader::with_capacity(BUFFER_BYTES, file),
            hash: Sha256::new(),
            path: from.display().to_string(),
            summary: BackupSummary { records: 0, log_entries: 0, bytes: 0, sha256: String::new() },
        };
        let magic = reader.read(MAGIC.len())?;
        if magic != MAGIC {
            return Err(reader.damaged("is not a backup of kehou"));
        }
        let schema = reader.read_u32()?;
        if schema > SCHEMA {
            return Err(StoreError::TooNew { found: schema, known: SCHEMA });
        }
        Ok(reader)
    }

    /// The next entry, or `None` after the last one when counts and checksum are right.
    pub(super) fn next_entry(&mut self) -> Result<Option<Entry>, StoreError> {
        let tag = self.read(1)?.first().copied().unwrap_or(u8::MAX);
        let length = self.read_u32()?;
        if length > PAYLOAD_BYTES_MAX || tag > TAG_LOG {
            return Err(self.damaged("holds something that no backup holds"));
        }
        let payload = self.read(length as usize)?;
        let mut cursor = Cursor::new(&payload);
        let entry = match tag {
            TAG_END => return self.end(&payload),
            TAG_RECORD => read_record(&mut cursor).map(Entry::Record),
            _ => read_log(&mut cursor),
        };
        match entry {
            Some(Entry::Record(_)) => self.summary.records += 1,
            Some(Entry::Log { .. }) => self.summary.log_entries += 1,
            None => return Err(self.damaged("holds something that no backup holds")),
        }
        Ok(entry)
    }

    /// What was read.
    pub(super) fn summary(self) -> BackupSummary {
        let sha256 = hex::encode(self.hash.finalize());
        BackupSummary { sha256, ..self.summary }
    }

    fn end(&mut self, counts: &[u8]) -> Result<Option<Entry>, StoreError> {
        let read = [self.summary.records.to_be_bytes(), self.summary.log_entries.to_be_bytes()].concat();
        if counts != read {
            return Err(self.damaged("does not hold as many entries as it says"));
        }
        let computed = self.hash.clone().finalize();
        let written = self.read(computed.len())?;
        if written != *computed {
            return Err(self.damaged("has a wrong checksum; it was changed after it was written"));
        }
        match self.file.read(&mut [0]) {
            Ok(0) => Ok(None),
            Ok(_) => Err(self.damaged("goes on after its end")),
            Err(error) => Err(StoreError::Medium(error)),
        }
    }

    fn read_u32(&mut self) -> Result<u32, StoreError> {
        Ok(self.read(4)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn read(&mut self, length: usize) -> Result<Vec<u8>, StoreError> {
        let mut bytes = vec![0; length];
        self.file.read_exact(&mut bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => self.damaged("ends too early; it was cut off"),
            _ => StoreError::Medium(error),
        })?;
        self.hash.update(&bytes);
        self.summary.bytes += length as u64;
        Ok(bytes)
    }

    fn damaged(&self, why: &str) -> StoreError {
        StoreError::Damaged(format!("the backup {} {why}", self.path))
    }
}

fn read_record(cursor: &mut Cursor<'_>) -> Option<BackupRecord> {
    let (kind, id) = (cursor.text()?, cursor.text()?);
    let version = cursor.u64()?;
    let mut indexes = Vec::new();
    for _ in 0..cursor.u16()? {
        indexes.push((cursor.text()?, cursor.text()?));
    }
    Some(BackupRecord { kind, id, version, indexes, body: cursor.rest().to_vec() })
}

fn read_log(cursor: &mut Cursor<'_>) -> Option<Entry> {
    let (log, position) = (cursor.text()?, cursor.u64()?);
    Some(Entry::Log { log, position, body: cursor.rest().to_vec() })
}

/// Brings the name of a new file or folder onto the medium.
pub(super) fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}
