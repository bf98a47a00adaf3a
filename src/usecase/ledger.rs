//! Reading and writing the ledger (台账): lines through the store's log, the roll folded from them.
//!
//! Who looks at today reads today's lines: the roll of the morning is kept in memory. Knows the log's name and format;
//! what a line means is `domain::ledger`. Start at [`roll_at`] and [`of_day`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;

use super::{School, Service, UseCaseError, record};
use crate::domain::digest::DayChanges;
use crate::domain::ledger::{Change, LedgerLine};
use crate::domain::people::{ClassId, SchoolId};
use crate::domain::survey::Roll;
use crate::store::{Store, Write};

/// Lines that one read takes at the most.
const PAGE: usize = 5_000;

/// The write that appends a line.
///
/// # Errors
/// The line cannot be written as JSON.
pub fn append(school: &SchoolId, line: &LedgerLine) -> Result<Write, UseCaseError> {
    let body = serde_json::to_vec(line)
        .map_err(|source| UseCaseError::Unreadable { key: "ledger".into(), source })?;
    Ok(Write::Append { log: record::ledger(school), body })
}

/// Every line with its position, from after `after` up to and including `until`, given one after the other.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub async fn for_each(
    service: &Service,
    school: &SchoolId,
    after: u64,
    until: u64,
    mut take: impl FnMut(u64, &LedgerLine),
) -> Result<(), UseCaseError> {
    let log = record::ledger(school);
    let mut after = after;
    loop {
        let page = service.store.read_log(&log, after, PAGE).await?;
        for entry in &page {
            if entry.position > until {
                return Ok(());
            }
            take(entry.position, &line(&entry.body)?);
            after = entry.position;
        }
        if page.len() < PAGE {
            return Ok(());
        }
    }
}

/// Reads the first lines, to see that they can be read; returns how many.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub async fn first_page(store: &dyn Store, school: &SchoolId) -> Result<usize, UseCaseError> {
    let page = store.read_log(&record::ledger(school), 0, PAGE).await?;
    for entry in &page {
        line(&entry.body)?;
    }
    Ok(page.len())
}

fn line(body: &[u8]) -> Result<LedgerLine, UseCaseError> {
    serde_json::from_slice(body).map_err(|source| UseCaseError::Unreadable { key: "ledger".into(), source })
}

/// The roll as it stood at a position; `u64::MAX` for now.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub async fn roll_at(service: &Service, school: &SchoolId, until: u64) -> Result<Roll, UseCaseError> {
    let mut roll = service.mornings.roll(school, NaiveDate::MAX, until);
    for_each(service, school, roll.position, until, |position, line| roll.add(position, line)).await?;
    Ok(roll)
}

/// The roll as it stood at a position, and what changed on a day until then.
///
/// - `is_counted`: whether a change counts, by the class of its child: as it was before, or where the child has just come to.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub async fn of_day(
    service: &Service,
    school: &School,
    day: NaiveDate,
    until: u64,
    is_counted: impl Fn(Option<ClassId>) -> bool,
) -> Result<(Roll, DayChanges), UseCaseError> {
    let mut roll = service.mornings.roll(&school.id, day, until);
    let (mut changes, mut morning) = (DayChanges::default(), None);
    for_each(service, &school.id, roll.position, until, |position, line| {
        let on = school.calendar.local_date(line.at);
        if on >= day && morning.is_none() {
            morning = Some(roll.clone());
        }
        if on == day && is_counted(class_of(&roll, line)) {
            changes.add(&roll, line);
        }
        roll.add(position, line);
    })
    .await?;
    service.mornings.keep(&school.id, day, morning.unwrap_or_else(|| roll.clone()));
    Ok((roll, changes))
}

/// The class of the child whom a line is about: as it was before, or where the child has just come to.
fn class_of(before: &Roll, line: &LedgerLine) -> Option<ClassId> {
    match &line.change {
        Change::JoinedRoll { class } => Some(*class),
        _ => before.students.get(&line.student).map(|seat| seat.class),
    }
}

/// The rolls as they stood in the morning of the day that was last looked at, one for each school: the fold of all lines
/// before the first line of that day. The ledger stays the truth; after a restart it is read from the start once.
#[derive(Debug, Default)]
pub struct Mornings(Mutex<BTreeMap<SchoolId, (NaiveDate, Arc<Roll>)>>);

impl Mornings {
    /// Where the fold up to a position can begin without passing the morning of a day; an empty roll at the start.
    fn roll(&self, school: &SchoolId, day: NaiveDate, until: u64) -> Roll {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(school).cloned();
        let kept = kept.filter(|(morning, roll)| *morning <= day && roll.position <= until);
        kept.map(|(_, roll)| Roll::clone(&roll)).unwrap_or_default()
    }

    fn keep(&self, school: &SchoolId, day: NaiveDate, roll: Roll) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(school.clone(), (day, Arc::new(roll)));
    }
}
