//! What is remembered of a directory: which student and which person stands behind each of its entries, and how the last
//! readings went.
//!
//! Start at [`Kept`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::domain::people::SchoolId;
use crate::domain::roster::directory::{Book, Channels, Link, LinkedTeacher};
use crate::store::{Batch, Expect, Key, Kind, Store, Write};
use crate::usecase::UseCaseError;
use crate::usecase::record::{self, Document, Stored};

/// The id of a school's one record of each kind.
const PRESENT: &str = "present";

impl Document for Link {
    const KIND: Kind = Kind("directory_link");
}

/// What the roster took from the directory besides its students.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cover {
    channels: Channels,
    teachers: BTreeSet<LinkedTeacher>,
}

impl Document for Cover {
    const KIND: Kind = Kind("directory_book");
}

/// How the readings of a directory went (同步状态).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readings {
    /// When one last took effect.
    pub read_at: Option<Moment>,
    /// When the whole was last read with effect, and not some classes alone.
    #[serde(default)]
    pub read_whole_at: Option<Moment>,
    /// When one last came to an end, with effect or without.
    pub tried_at: Option<Moment>,
    /// The same of the whole.
    #[serde(default)]
    pub tried_whole_at: Option<Moment>,
    /// Since when the directory has changed and was not read.
    pub changed_at: Option<Moment>,
    /// The classes that changed, in the platform's ids, where nothing else did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_classes: Option<BTreeSet<String>>,
    /// Whether one has begun that did not come to an end.
    pub is_reading: bool,
    /// Why the last one had no effect.
    pub refused: Option<String>,
}

impl Document for Readings {
    const KIND: Kind = Kind("directory_readings");
}

/// The book as it is stored, with what must still hold when it is replaced.
pub(in crate::usecase) struct Kept {
    pub(in crate::usecase) book: Book,
    links: BTreeMap<String, Expect>,
    cover: Expect,
}

impl Kept {
    pub(in crate::usecase) async fn load(store: &dyn Store, school: &SchoolId) -> Result<Self, UseCaseError> {
        let cover = record::load::<Cover>(store, &record::key::<Cover>(school, PRESENT)).await?;
        let mut kept = Self {
            book: Book::default(),
            links: BTreeMap::new(),
            cover: cover.as_ref().map_or(Expect::Absent, |cover| cover.expect),
        };
        if let Some(Stored { value: Cover { channels, teachers }, .. }) = cover {
            (kept.book.channels, kept.book.teachers) = (Some(channels), teachers);
        }
        for (id, Stored { value, expect }) in record::all::<Link>(store, school).await? {
            kept.links.insert(id.clone(), expect);
            kept.book.links.insert(id, value);
        }
        Ok(kept)
    }

    /// Adds what makes `next` the book; nothing when it is the same.
    pub(in crate::usecase) fn replace(
        &self,
        school: &SchoolId,
        next: &Book,
        batch: &mut Batch,
    ) -> Result<(), UseCaseError> {
        for (id, link) in next.links.iter().filter(|(id, link)| self.book.links.get(*id) != Some(link)) {
            let expect = self.links.get(id).copied().unwrap_or(Expect::Absent);
            record::put(batch, school, record::key::<Link>(school, id), link, expect)?;
        }
        for (id, expect) in self.links.iter().filter(|(id, _)| !next.links.contains_key(*id)) {
            batch.writes.push(Write::Delete { key: record::key::<Link>(school, id), expect: *expect });
        }
        let is_same = next.channels == self.book.channels && next.teachers == self.book.teachers;
        if let (Some(channels), false) = (next.channels, is_same) {
            let cover = Cover { channels, teachers: next.teachers.clone() };
            record::put(batch, school, record::key::<Cover>(school, PRESENT), &cover, self.cover)?;
        }
        Ok(())
    }
}

/// The key of how a school's readings went.
pub(super) fn readings_key(school: &SchoolId) -> Key {
    record::key::<Readings>(school, PRESENT)
}

/// How a school's readings went so far.
///
/// # Errors
/// The store failed.
pub(super) async fn readings(store: &dyn Store, school: &SchoolId) -> Result<Stored<Readings>, UseCaseError> {
    let found = record::load::<Readings>(store, &readings_key(school)).await?;
    Ok(found.unwrap_or(Stored { value: Readings::default(), expect: Expect::Absent }))
}
