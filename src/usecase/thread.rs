//! The thread (对话记录): what was said to and by a person in the last days, for when they open the parent page.
//!
//! Kept only for people who have such a page, in the same batch as what caused it, a few days and a few dozen lines;
//! nothing else reads it. Knows no flow but the one whose words are not kept. Start at [`add`], then [`latest`].

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::record::{self, Document};
use super::{Service, UseCaseError};
use crate::clock::{Moment, sortable};
use crate::domain::people::{Channel, Person, PersonId, PrivateText, SchoolId};
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, Range, Store, Write};

/// Lines that one person's thread has at the most.
pub const LINES_MAX: usize = 60;
/// Lines beyond those that one look takes away.
const PRUNED_AT_ONCE: usize = 64;
/// How long a line is kept.
pub const KEPT: chrono::Duration = chrono::Duration::days(14);
/// How long the words of a complaint are kept: as long as the conversation waits for the next of them.
const PRIVATE_KEPT: chrono::Duration = chrono::Duration::hours(1);
/// The longest line in bytes.
const WORDS_BYTES_MAX: usize = 8 * 1024;
/// The flow whose words go to nobody but whom they are for.
pub(super) const PRIVATE_FLOW: &str = "complaint";

/// One line of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When it was said.
    pub at: Moment,
    /// By whom.
    pub by: By,
    /// The words.
    pub words: PrivateText,
    /// Until when it is kept.
    pub until: Moment,
}

/// Who said a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The person.
    Person,
    /// The school.
    School,
}

impl Line {
    /// The index that sorts lines by their end.
    pub(super) const UNTIL: &'static str = "until";
}

impl Document for Line {
    const KIND: Kind = Kind("thread");

    fn indexes(&self, _: &SchoolId) -> Vec<IndexEntry> {
        vec![IndexEntry { name: Self::UNTIL, value: sortable(self.until) }]
    }
}

/// Breaks the tie between lines of the same moment.
static SEQUENCE: AtomicU64 = AtomicU64::new(0);

/// Adds a line to a person's thread, if they have one.
///
/// - `is_private`: whether it is about a complaint; then it is gone within the hour.
///
/// # Errors
/// The line cannot be written as JSON.
pub(super) fn add(
    service: &Service,
    school: &SchoolId,
    person: &Person,
    (by, words): (By, &str),
    (now, is_private): (Moment, bool),
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let words = words.trim_end();
    if words.is_empty() || !is_kept_for(person) {
        return Ok(());
    }
    let words = words.get(..words.floor_char_boundary(WORDS_BYTES_MAX)).unwrap_or_default();
    let until = now + if is_private { PRIVATE_KEPT } else { KEPT };
    let line = Line { at: now, by, words: PrivateText(words.to_owned()), until };
    record::put(batch, school, key(service, school, &person.id, now), &line, Expect::Absent)
}

/// Whether a person has a thread: those who have a parent page do.
pub(super) fn is_kept_for(person: &Person) -> bool {
    person.contact_points.iter().any(|point| point.channel == Channel::ParentPage)
}

/// The newest line has the lowest key, so that reading begins with it.
fn key(service: &Service, school: &SchoolId, person: &PersonId, now: Moment) -> Key {
    let micros = u64::MAX - u64::try_from(now.timestamp_micros()).unwrap_or(0);
    let sequence = u64::MAX - SEQUENCE.fetch_add(1, Ordering::Relaxed);
    let id = service.ids.new_id("", now);
    record::key::<Line>(school, format!("{person}/{micros:020}/{sequence:020}/{id}"))
}

fn all_of(school: &SchoolId, person: &PersonId, limit: usize) -> Range {
    Range::prefix(&format!("{school}/{person}/"), limit)
}

/// The lines of a person's thread, the oldest first, each with its name within the thread.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub async fn latest(
    store: &dyn Store,
    school: &SchoolId,
    person: &PersonId,
    now: Moment,
) -> Result<Vec<Line>, UseCaseError> {
    let records = store.scan(Line::KIND, &all_of(school, person, LINES_MAX)).await?;
    let mut lines = Vec::new();
    for found in &records {
        let line = record::read::<Line>(found)?.value;
        if line.until > now {
            lines.push(line);
        }
    }
    lines.reverse();
    Ok(lines)
}

/// Takes the oldest lines away that are too many.
///
/// # Errors
/// The store failed.
pub(super) async fn prune(
    store: &dyn Store,
    school: &SchoolId,
    person: &PersonId,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let records = store.scan(Line::KIND, &all_of(school, person, LINES_MAX + PRUNED_AT_ONCE)).await?;
    let surplus = records.into_iter().skip(LINES_MAX);
    batch.writes.extend(surplus.map(|found| Write::Delete { key: found.key, expect: Expect::Any }));
    Ok(())
}
