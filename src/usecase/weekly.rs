//! The weekly report (周报, R21): computed from a ledger position that it names, kept, sent once per reader and week.
//!
//! It goes out on the last school day of a week, at the time of the digest. The words are `domain::weekly`. Start at
//! [`send_due`].

use chrono::{NaiveDate, NaiveTime};

use super::record::{self, DigestSent, Stored, WeeklyRecord};
use super::{School, Service, UseCaseError, complaint, custody, digest, ledger};
use crate::clock::Moment;
use crate::domain::calendar::Calendar;
use crate::domain::digest::{DayChanges, Digest};
use crate::domain::survey::{Counts, Roll};
use crate::domain::weekly::{JoinRequests, Week, Weekly, WeeklyCare};
use crate::store::{Batch, Expect, StoreError};

/// Who gets it, by `record::role_key`: the responsible inspector (责任督学).
pub const INSPECTOR: &str = "inspector";

const WEEK: chrono::Duration = chrono::Duration::weeks(1);

/// Computes the report of a week at a ledger position; what came after the week is not counted.
///
/// - `until`: the last line that counts; `u64::MAX` for all.
///
/// # Errors
/// The store failed.
pub async fn compute(
    service: &Service,
    school: &School,
    week: Week,
    until: u64,
    now: Moment,
) -> Result<WeeklyRecord, UseCaseError> {
    let (mut roll, mut before) = (Roll::default(), Counts::default());
    let (mut is_before, mut joins) = (true, JoinRequests::default());
    let (first, last) = (week.monday(), last_school_day(&school.calendar, week));
    let end = week.days().last().unwrap_or(first);
    ledger::for_each(service, &school.id, 0, until, |position, line| {
        let day = school.calendar.local_date(line.at);
        if is_before && day >= first {
            (before, is_before) = (roll.coverage().total(), false);
        }
        if day <= end {
            roll.add(position, line);
        }
        if (first..=end).contains(&day) {
            joins.add(&line.change);
        }
    })
    .await?;
    if is_before {
        before = roll.coverage().total();
    }
    let evening = Digest {
        school: school.name.clone(),
        day: last.unwrap_or(end),
        roll,
        changes: DayChanges::default(),
        custody: None,
    };
    let figures = evening.figures();
    let position = figures.position;
    let care = WeeklyCare { joins, ..care(service, school, week, now).await? };
    let weekly = Weekly { week, before, figures, care };
    Ok(WeeklyRecord { position, text: weekly.text() })
}

/// How the week's care went so far.
async fn care(
    service: &Service,
    school: &School,
    week: Week,
    now: Moment,
) -> Result<WeeklyCare, UseCaseError> {
    let monday = week.monday();
    let start = school.calendar.moment(monday, NaiveTime::MIN);
    let complaints = complaint::of_week(service, school, (start, start + WEEK)).await?;
    let mut care = WeeklyCare { complaints: Some(complaints), ..WeeklyCare::default() };
    for day in week.days() {
        if let Some(figures) = custody::figures(service, school, day, now).await? {
            *care.late_pickups.get_or_insert(0) += figures.late_pickups;
        }
    }
    Ok(care)
}

/// Sends the week's report to everybody with `role` who has not had it, if today is the week's last school day and `at`
/// has come. Returns how many were sent.
///
/// # Errors
/// The store failed.
pub async fn send_due(
    service: &Service,
    school: &School,
    at: NaiveTime,
    role: &str,
    now: Moment,
) -> Result<usize, UseCaseError> {
    let day = school.calendar.local_date(now);
    let week = Week::of(day);
    if last_school_day(&school.calendar, week) != Some(day) || school.calendar.local_time(now) < at {
        return Ok(0);
    }
    let mut readers = Vec::new();
    for reader in record::people_with(service.store.as_ref(), &school.id, role).await? {
        let id = record::weekly_sent_id(week.monday(), &reader.id);
        let key = record::key::<DigestSent>(&school.id, id);
        if service.store.load(&key).await?.is_none() {
            readers.push((key, reader));
        }
    }
    let Some(_) = readers.first() else { return Ok(0) };
    let weekly = keep(service, school, week, now).await?;
    let mut sent = 0;
    for (key, reader) in readers {
        let mut batch = Batch::default();
        record::put(&mut batch, &school.id, key, &DigestSent { at: now }, Expect::Absent)?;
        let is_sent = digest::send_to(service, school, &reader, &weekly.text, now, &mut batch)?;
        match service.store.commit(batch).await {
            Ok(_) => sent += usize::from(is_sent),
            // Another turn of the clock sent it.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(sent)
}

/// Computes the week's report once and keeps it.
async fn keep(
    service: &Service,
    school: &School,
    week: Week,
    now: Moment,
) -> Result<WeeklyRecord, UseCaseError> {
    let key = record::key::<WeeklyRecord>(&school.id, week.monday());
    let store = service.store.as_ref();
    if let Some(Stored { value, .. }) = record::load::<WeeklyRecord>(store, &key).await? {
        return Ok(value);
    }
    let weekly = compute(service, school, week, u64::MAX, now).await?;
    let mut batch = Batch::default();
    record::put(&mut batch, &school.id, key.clone(), &weekly, Expect::Absent)?;
    match store.commit(batch).await {
        Ok(_) => Ok(weekly),
        // Another turn of the clock kept it first.
        Err(StoreError::Conflict(_)) => {
            record::load::<WeeklyRecord>(store, &key).await?.map(|kept| kept.value).ok_or(UseCaseError::Busy)
        }
        Err(error) => Err(error.into()),
    }
}

fn last_school_day(calendar: &Calendar, week: Week) -> Option<NaiveDate> {
    week.days().filter(|day| calendar.is_school_day(*day)).last()
}
