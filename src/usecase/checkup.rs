//! A look at what is remembered (数据体检): whether the store takes writes and gives them back, and what it says of the
//! callbacks that came.
//!
//! Cheap, whatever the size of the school; counts only. Knows no platform and no terminal: `kehou doctor` says it in words.
//! Start at [`look`].

use serde::{Deserialize, Serialize};

use super::record::{self, Document};
use super::trial::{self, ChatKnown};
use super::{UseCaseError, heard, ledger, meter};
use crate::clock::{Moment, Stopwatch};
use crate::domain::people::{Channel, Person, SchoolId, Student};
use crate::outbox::{self, Listing};
use crate::platform::checkup::Heard;
use crate::platform::meter::Reading;
use crate::store::{Batch, Expect, Kind, Range, Store, Write};

/// Records of each kind that are read and counted.
pub const RECORDS_MAX: usize = 1_000;
/// Parked messages that are counted at the most.
const PARKED_MAX: usize = 1_000;

/// What was seen of one school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Why it does not work, with the first thing that was found.
    pub trouble: Option<String>,
    /// How long a write and its reading back took, in milliseconds.
    pub write_milliseconds: u64,
    /// Students, up to a thousand.
    pub students: usize,
    /// Messages that wait for a human, up to a thousand.
    pub parked: usize,
    /// When what was last heard, to within ten minutes.
    pub heard: Vec<LastOf>,
    /// What the meters of the month's calls showed last.
    #[serde(default)]
    pub meters: Vec<(Channel, Reading)>,
    /// Whether guardians can chat with the robot, as far as it was tried.
    #[serde(default)]
    pub chat: ChatKnown,
}

/// When a kind was last heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastOf {
    /// The account.
    pub by: Channel,
    /// The kind.
    pub heard: Heard,
    /// When.
    pub at: Moment,
}

/// What is written to see that it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Probe {
    at: Moment,
}

impl Document for Probe {
    const KIND: Kind = Kind("probe");
}

/// Looks at what is remembered of a school. What fails is part of the answer.
pub async fn look(store: &dyn Store, school: &SchoolId, now: Moment) -> Remembered {
    let mut seen = Remembered {
        trouble: None,
        write_milliseconds: 0,
        students: 0,
        parked: 0,
        heard: Vec::new(),
        meters: Vec::new(),
        chat: ChatKnown::default(),
    };
    if let Err(error) = fill(store, school, now, &mut seen).await {
        seen.trouble = Some(match error {
            UseCaseError::Store(error) => error.to_string(),
            // Its source can quote what it read.
            error => error.to_string(),
        });
    }
    seen
}

async fn fill(
    store: &dyn Store,
    school: &SchoolId,
    now: Moment,
    seen: &mut Remembered,
) -> Result<(), UseCaseError> {
    let watch = Stopwatch::start();
    write_and_read(store, school, now).await?;
    seen.write_milliseconds = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
    let first = Range::prefix(&format!("{school}/"), RECORDS_MAX);
    for record in store.scan(Student::KIND, &first).await? {
        seen.students += usize::from(record::read::<Student>(&record)?.value.is_on_roll);
    }
    for record in store.scan(Person::KIND, &first).await? {
        record::read::<Person>(&record)?;
    }
    seen.chat = trial::look(store, school).await?;
    ledger::first_page(store, school).await?;
    seen.parked = outbox::list(store, school, Listing::Parked, PARKED_MAX).await?.len();
    for by in [Channel::WecomApp, Channel::DingtalkRobot, Channel::DingtalkNotice] {
        seen.meters.extend(meter::last(store, school, by).await?.map(|reading| (by, reading)));
        for heard in Heard::ALL {
            let at = heard::last(store, school, by, heard).await?;
            seen.heard.extend(at.map(|at| LastOf { by, heard, at }));
        }
    }
    Ok(())
}

async fn write_and_read(store: &dyn Store, school: &SchoolId, now: Moment) -> Result<(), UseCaseError> {
    let (key, probe) = (record::key::<Probe>(school, "doctor"), Probe { at: now });
    let mut batch = Batch::default();
    record::put(&mut batch, school, key.clone(), &probe, Expect::Any)?;
    store.commit(batch).await?;
    record::load::<Probe>(store, &key).await?;
    store.commit(Batch { writes: vec![Write::Delete { key, expect: Expect::Any }] }).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal::cast::Cast;
    use crate::store::Key;
    use crate::store::memory::MemoryStore;

    fn now() -> Moment {
        "2026-10-12T02:00:00Z".parse().unwrap()
    }

    #[tokio::test]
    async fn a_school_that_is_well_is_counted_and_nothing_is_left_behind() {
        let store = MemoryStore::default();
        Cast::example().enrol(&store, now()).await.unwrap();
        let seen = look(&store, &"example".into(), now()).await;
        assert_eq!((seen.trouble, seen.students, seen.parked), (None, 5, 0));
        assert_eq!(store.scan(Probe::KIND, &Range::all(9)).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_record_that_cannot_be_read_is_told_without_what_stands_in_it() {
        let store = MemoryStore::default();
        let key = Key::new(Student::KIND, "example/20240301");
        let body = r#"{"id":"20240301","name":17,"class":"李小禾"}"#.as_bytes().to_vec();
        let writes = vec![Write::Put { key, expect: Expect::Any, body, indexes: Vec::new() }];
        store.commit(Batch { writes }).await.unwrap();
        let seen = look(&store, &"example".into(), now()).await;
        assert_eq!(seen.trouble.as_deref(), Some("stored record student cannot be read"));
    }
}
