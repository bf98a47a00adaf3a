//! The course of the readings (同步经过): a change is noted, a reading begins, it ends with effect or without.
//!
//! What changes while one is under way is read again after it; one that a crash cut off is begun anew. Start at
//! [`changed`].

use super::super::record::{self, Stored};
use super::super::{CONFLICTS_MAX, School, Service, UseCaseError, notice};
use super::kept::{readings, readings_key};
use crate::clock::Moment;
use crate::domain::people::{Role, SchoolId};
use crate::outbox::Lane;
use crate::store::{Batch, StoreError};

/// More changed classes than these are read as the whole directory.
const CLASSES_MAX: usize = 5;

/// What has changed in a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::usecase) enum Change<'a> {
    /// Anything.
    Any,
    /// People of the class with this id.
    Class(&'a str),
}

/// Notes that a school's directory has changed, to be read when the changes have come to rest.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn changed(
    service: &Service,
    school: &SchoolId,
    change: Change<'_>,
    now: Moment,
) -> Result<(), UseCaseError> {
    for _ in 0..CONFLICTS_MAX {
        let mut batch = Batch::default();
        put_change(service, school, change, now, &mut batch).await?;
        if batch.writes.is_empty() {
            return Ok(());
        }
        match service.store.commit(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// Adds what [`changed`] notes, where it is not noted yet.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn put_change(
    service: &Service,
    school: &SchoolId,
    change: Change<'_>,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    if !service.directories.0.contains_key(school) {
        return Ok(());
    }
    let Stored { mut value, expect } = readings(service.store.as_ref(), school).await?;
    let before = value.clone();
    value.changed_classes = match (change, value.changed_at.is_some(), value.changed_classes) {
        (Change::Class(class), false, _) => Some([class.to_owned()].into()),
        (Change::Class(class), true, Some(mut classes)) => {
            classes.insert(class.to_owned());
            Some(classes).filter(|classes| classes.len() <= CLASSES_MAX)
        }
        (Change::Any, ..) | (Change::Class(_), true, None) => None,
    };
    value.changed_at = value.changed_at.or(Some(now));
    if value == before {
        return Ok(());
    }
    record::put(batch, school, readings_key(school), &value, expect)
}

/// Notes what a reading that is under way may have missed: it is read again.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn overtaken(
    service: &Service,
    school: &SchoolId,
    now: Moment,
) -> Result<(), UseCaseError> {
    let is_reading = readings(service.store.as_ref(), school).await?.value.is_reading;
    if is_reading { changed(service, school, Change::Any, now).await } else { Ok(()) }
}

/// Whom the end of a reading without effect is told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tell {
    /// The school's admins, where it is not what they were told the last time.
    Admins,
    /// Nobody: who asked for it reads it.
    Nobody,
}

/// A reading begins, or one that was broken off goes on: what changes from its beginning on is to be read after it.
pub(super) async fn begin(service: &Service, school: &School, has_begun: bool) -> Result<(), UseCaseError> {
    for _ in 0..CONFLICTS_MAX {
        let Stored { mut value, expect } = readings(service.store.as_ref(), &school.id).await?;
        if has_begun && value.is_reading {
            return Ok(());
        }
        value.is_reading = true;
        if !has_begun {
            (value.changed_at, value.changed_classes) = (None, None);
        }
        let mut batch = Batch::default();
        record::put(&mut batch, &school.id, readings_key(&school.id), &value, expect)?;
        match service.store.commit(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// A reading ends without effect.
///
/// - `is_whole`: whether all was read.
pub(super) async fn end(
    service: &Service,
    school: &School,
    (why, is_whole): (&str, bool),
    tell: Tell,
    now: Moment,
) -> Result<(), UseCaseError> {
    for _ in 0..CONFLICTS_MAX {
        let mut batch = Batch::default();
        let before = readings(service.store.as_ref(), &school.id).await?.value.refused;
        if tell == Tell::Admins && before.as_deref() != Some(why) {
            let role = record::role_key(&Role::SchoolAdmin);
            for admin in record::people_with(service.store.as_ref(), &school.id, &role).await? {
                let words = format!("通讯录没有同步：{why}");
                notice::tell(service, school, (&admin, Lane::Bulk), &words, now, &mut batch)?;
            }
        }
        put_end(service, school, (Some(why.to_owned()), is_whole), now, &mut batch).await?;
        match service.store.commit(batch).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

/// Adds the end of a reading, with effect where nothing refused it.
///
/// - `is_whole`: whether all was read.
pub(super) async fn put_end(
    service: &Service,
    school: &School,
    (refused, is_whole): (Option<String>, bool),
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let Stored { mut value, expect } = readings(service.store.as_ref(), &school.id).await?;
    (value.tried_at, value.is_reading) = (Some(now), false);
    let is_with_effect = refused.is_none();
    if is_with_effect {
        value.read_at = Some(now);
    }
    if is_whole {
        value.tried_whole_at = Some(now);
    }
    if is_whole && is_with_effect {
        value.read_whole_at = Some(now);
    }
    value.refused = refused;
    record::put(batch, &school.id, readings_key(&school.id), &value, expect)
}
