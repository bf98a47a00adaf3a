//! The digest (日报): what an evening looks like, computed from a ledger position that it names.
//!
//! Computed once per day and kept, words and figures, so that it reads and looks the same for ever; sent once per reader
//! and day, also across a restart at that minute: the text, then the picture. The words are `domain::digest`, the picture
//! is `picture`. Start at [`send_due`].

mod rows;

use chrono::{Datelike as _, NaiveDate, NaiveTime};

use super::deliveries::{self, OnDelivered};
use super::reach::best_contact_point;
use super::record::{self, DigestRecord, DigestSent, Stored};
use super::{School, Service, UseCaseError, custody, ledger};
use crate::clock::Moment;
use crate::domain::digest::Digest;
use crate::domain::people::Person;
use crate::outbox::{self, Lane};
use crate::picture::digest_png;
use crate::platform::Message;
use crate::platform::text::split_text;
use crate::store::{Batch, Expect, StoreError};

pub use rows::rows_behind;

/// For how many days a digest can be opened in chat.
const KNOWN_DAYS: usize = 8;

/// The digest of a day: the one that was sent, else computed from the ledger and the rooms as they stand.
///
/// # Errors
/// The store failed.
pub async fn show(
    service: &Service,
    school: &School,
    day: NaiveDate,
    now: Moment,
) -> Result<DigestRecord, UseCaseError> {
    let key = record::key::<DigestRecord>(&school.id, day);
    match record::load::<DigestRecord>(service.store.as_ref(), &key).await? {
        Some(kept) => Ok(kept.value),
        None => compute(service, school, day, u64::MAX, now).await,
    }
}

/// The day of the last digest that was sent, at most a week ago.
///
/// # Errors
/// The store failed.
pub(super) async fn last_day(
    service: &Service,
    school: &School,
    now: Moment,
) -> Result<Option<NaiveDate>, UseCaseError> {
    let today = school.calendar.local_date(now);
    for day in today.iter_days().rev().take(KNOWN_DAYS) {
        let key = record::key::<DigestRecord>(&school.id, day);
        if service.store.load(&key).await?.is_some() {
            return Ok(Some(day));
        }
    }
    Ok(None)
}

/// Computes the digest of a day at a ledger position, with the day's care as it stands.
///
/// # Errors
/// The store failed.
pub async fn compute(
    service: &Service,
    school: &School,
    day: NaiveDate,
    until: u64,
    now: Moment,
) -> Result<DigestRecord, UseCaseError> {
    let custody = custody::figures(service, school, day, now).await?;
    let digest = Digest { custody, ..by_ledger(service, school, day, until).await? };
    let figures = Some(digest.figures());
    Ok(DigestRecord { position: digest.roll.position, text: digest.text(), figures })
}

/// What the ledger alone says of a day, the same for ever.
async fn by_ledger(
    service: &Service,
    school: &School,
    day: NaiveDate,
    until: u64,
) -> Result<Digest, UseCaseError> {
    let (roll, changes) = ledger::of_day(service, school, day, until, |_| true).await?;
    Ok(Digest { school: school.name.clone(), day, roll, changes, custody: None })
}

/// The picture of a digest as PNG, the same bytes for the same digest.
///
/// Figures that were not kept are computed again from the digest's position. `None` when the picture cannot be drawn,
/// which is told to the log: the words are worth sending without it.
///
/// # Errors
/// The store failed.
pub async fn picture(
    service: &Service,
    school: &School,
    day: NaiveDate,
    digest: &DigestRecord,
) -> Result<Option<Vec<u8>>, UseCaseError> {
    let figures = match &digest.figures {
        Some(figures) => figures.clone(),
        None => by_ledger(service, school, day, digest.position).await?.figures(),
    };
    // Drawing is work for the processor alone: nobody else on this thread would be served meanwhile.
    let drawn = tokio::task::spawn_blocking(move || digest_png(&figures)).await;
    match drawn {
        Ok(Ok(png)) => Ok(Some(png)),
        Ok(Err(error)) => {
            tracing::error!(%error, "the digest's picture was not drawn");
            Ok(None)
        }
        Err(error) => {
            tracing::error!(%error, "the digest's picture was not drawn to its end");
            Ok(None)
        }
    }
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
    let digest = keep(service, school, day, now).await?;
    let png = picture(service, school, day, &digest).await?;
    let mut sent = 0;
    for (key, reader) in readers {
        let mut batch = Batch::default();
        record::put(&mut batch, &school.id, key, &DigestSent { at: now }, Expect::Absent)?;
        let is_sent = send_to(service, school, &reader, &digest.text, now, &mut batch)?;
        if let (true, Some(png)) = (is_sent, &png) {
            send_picture(service, school, &reader, (day, png), now, &mut batch)?;
        }
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
async fn keep(
    service: &Service,
    school: &School,
    day: NaiveDate,
    now: Moment,
) -> Result<DigestRecord, UseCaseError> {
    let key = record::key::<DigestRecord>(&school.id, day);
    if let Some(Stored { value, .. }) = record::load::<DigestRecord>(service.store.as_ref(), &key).await? {
        return Ok(value);
    }
    let digest = compute(service, school, day, u64::MAX, now).await?;
    let mut batch = Batch::default();
    record::put(&mut batch, &school.id, key.clone(), &digest, Expect::Absent)?;
    match service.store.commit(batch).await {
        Ok(_) => Ok(digest),
        Err(StoreError::Conflict(_)) => show(service, school, day, now).await,
        Err(error) => Err(error.into()),
    }
}

pub(super) fn send_to(
    service: &Service,
    school: &School,
    reader: &Person,
    text: &str,
    now: Moment,
    batch: &mut Batch,
) -> Result<bool, UseCaseError> {
    let Some((point, bytes_max)) = best_contact_point(school, reader) else {
        tracing::warn!(person = %reader.id, "a reader of digests has no contact point; they can be read with `digest show`");
        return Ok(false);
    };
    for part in split_text(text, bytes_max) {
        let to = (&school.id, &reader.id, &point);
        let row = deliveries::row(service, to, Lane::Bulk, part, &OnDelivered::default(), now)?;
        outbox::enqueue(batch, row);
    }
    Ok(true)
}

/// The picture, in a row after the words.
fn send_picture(
    service: &Service,
    school: &School,
    reader: &Person,
    (day, png): (NaiveDate, &[u8]),
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let Some((point, _)) = best_contact_point(school, reader) else { return Ok(()) };
    let picture = outbox::keep_picture(batch, &school.id, png, now);
    let words = format!("{}月{}日课后服务日报", day.month(), day.day());
    let (to, message) = ((&school.id, &reader.id, &point), Message::Image { picture, words });
    let row = deliveries::message_row(service, to, Lane::Bulk, message, &OnDelivered::default(), now)?;
    outbox::enqueue(batch, row);
    Ok(())
}
