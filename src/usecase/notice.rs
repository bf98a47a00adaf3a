//! Notices (通知): words to a person or to all who hold a role, through the outbox.
//!
//! For what nobody has to answer in a conversation of its own. Start at [`tell`].

use super::deliveries::{self, OnDelivered};
use super::reach::best_contact_point;
use super::record::{self, Stored};
use super::thread::{self, By};
use super::{School, Service, UseCaseError};
use crate::clock::Moment;
use crate::domain::people::{Person, PersonId};
use crate::outbox::{self, Lane};
use crate::platform::text::split_text;
use crate::store::Batch;

/// Adds words for a person to a batch; returns whether there is a way to reach them.
///
/// # Errors
/// A record cannot be written as JSON.
pub(super) fn tell(
    service: &Service,
    school: &School,
    (person, lane): (&Person, Lane),
    words: &str,
    now: Moment,
    batch: &mut Batch,
) -> Result<bool, UseCaseError> {
    let Some((point, bytes_max)) = best_contact_point(school, person) else {
        tracing::warn!(person = %person.id, "a person has no contact point and is not told");
        return Ok(false);
    };
    thread::add(service, &school.id, person, (By::School, words), (now, false), batch)?;
    for part in split_text(words, bytes_max) {
        let to = (&school.id, &person.id, &point);
        outbox::enqueue(batch, deliveries::row(service, to, lane, part, &OnDelivered::default(), now)?);
    }
    Ok(true)
}

/// The same for somebody known by id; nobody is told where there is no such person.
///
/// # Errors
/// The store failed, or a record cannot be written as JSON.
pub(super) async fn tell_by_id(
    service: &Service,
    school: &School,
    (person, lane): (&PersonId, Lane),
    words: &str,
    now: Moment,
    batch: &mut Batch,
) -> Result<bool, UseCaseError> {
    let key = record::key::<Person>(&school.id, person);
    match record::load::<Person>(service.store.as_ref(), &key).await? {
        Some(Stored { value: person, .. }) => tell(service, school, (&person, lane), words, now, batch),
        None => Ok(false),
    }
}
