//! The digest (日报): what an evening looks like, computed from a ledger position that it names.
//!
//! Computed once per day and kept, so that it reads the same for ever; sent once per reader and day, also across a
//! restart at that minute. The words are `domain::digest`. Start at [`send_due`].

use chrono::{NaiveDate, NaiveTime};

use super::deliveries::{self, OnDelivered};
use super::reach::best_contact_point;
use super::record::{self, DigestRecord, DigestSent, Stored};
use super::{School, Service, UseCaseError, ledger};
use crate::clock::Moment;
use crate::domain::digest::{DayChanges, Digest};
use crate::domain::people::Person;
use crate::domain::survey::Roll;
use crate::outbox::{self, Lane};
use crate::platform::text::split_text;
use crate::store::{Batch, Expect, StoreError};

/// The digest of a day: the one that was sent, else computed from the ledger as it stands.
///
/// # Errors
/// The store failed.
pub async fn show(service: &Service, school: &School, day: NaiveDate) -> Result<DigestRecord, UseCaseError> {
    let key = record::key::<DigestRecord>(&school.id, day);
    match record::load::<DigestRecord>(service.store.as_ref(), &key).await? {
        Some(kept) => Ok(kept.value),
        None => compute(service, school, day, u64::MAX).await,
    }
}

/// Computes the digest of a day at a ledger position.
///
/// # Errors
/// The store failed.
pub async fn compute(
    service: &Service,
    school: &School,
    day: NaiveDate,
    until: u64,
) -> Result<DigestRecord, UseCaseError> {
    let mut roll = Roll::default();
    let mut changes = DayChanges::default();
    ledger::for_each(service, &school.id, 0, until, |position, line| {
        if school.calendar.local_date(line.at) == day {
            changes.add(&roll, line);
        }
        roll.add(position, line);
    })
    .await?;
    let digest = Digest { school: school.name.clone(), day, roll, changes, custody: None };
    Ok(DigestRecord { position: digest.roll.position, text: digest.text() })
}

/// Sends today's digest to every admin who has not had it, if it is a school day and `at` has come.
///
/// Returns how many were sent.
///
/// # Errors
/// The store failed.
pub async fn send_due(
    service: &Service,
    school: &School,
    at: NaiveTime,
    now: Moment,
) -> Result<usize, UseCaseError> {
    let day = school.calendar.local_date(now);
    if !school.calendar.is_school_day(day) || school.calendar.local_time(now) < at {
        return Ok(0);
    }
    let mut readers = Vec::new();
    for reader in record::people_with(service.store.as_ref(), &school.id, "admin").await? {
        let key = record::key::<DigestSent>(&school.id, record::digest_sent_id(day, &reader.id));
        if service.store.load(&key).await?.is_none() {
            readers.push((key, reader));
        }
    }
    let Some(_) = readers.first() else { return Ok(0) };
    let digest = keep(service, school, day).await?;
    let mut sent = 0;
    for (key, reader) in readers {
        let mut batch = Batch::default();
        record::put(&mut batch, &school.id, key, &DigestSent { at: now }, Expect::Absent)?;
        let is_sent = send_to(service, school, &reader, &digest.text, now, &mut batch)?;
        match service.store.commit(batch).await {
            Ok(_) => sent += usize::from(is_sent),
            // Another turn of the clock sent it.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(sent)
}

/// Computes the day's digest once and keeps it.
async fn keep(service: &Service, school: &School, day: NaiveDate) -> Result<DigestRecord, UseCaseError> {
    let key = record::key::<DigestRecord>(&school.id, day);
    if let Some(Stored { value, .. }) = record::load::<DigestRecord>(service.store.as_ref(), &key).await? {
        return Ok(value);
    }
    let digest = compute(service, school, day, u64::MAX).await?;
    let mut batch = Batch::default();
    record::put(&mut batch, &school.id, key.clone(), &digest, Expect::Absent)?;
    match service.store.commit(batch).await {
        Ok(_) => Ok(digest),
        Err(StoreError::Conflict(_)) => show(service, school, day).await,
        Err(error) => Err(error.into()),
    }
}

fn send_to(
    service: &Service,
    school: &School,
    reader: &Person,
    text: &str,
    now: Moment,
    batch: &mut Batch,
) -> Result<bool, UseCaseError> {
    let Some((point, bytes_max)) = best_contact_point(school, reader) else {
        tracing::warn!(person = %reader.id, "an admin has no contact point; the digest can be read with `digest show`");
        return Ok(false);
    };
    for part in split_text(text, bytes_max) {
        let to = (&school.id, &reader.id, &point);
        let row = deliveries::row(service, to, Lane::Bulk, part, &OnDelivered::default(), now)?;
        outbox::enqueue(batch, row);
    }
    Ok(true)
}
