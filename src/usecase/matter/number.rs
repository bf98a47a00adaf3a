//! The numbers of matters: small, so that people can type them, and not given again soon, so that a late «3同意» cannot
//! mean another child.
//!
//! Each number in use has a record of its own; of two matters that want the same one, one decides anew. Start at
//! [`claim`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::super::record::{self, Document, Stored};
use super::super::{School, Service, UseCaseError};
use crate::clock::Moment;
use crate::store::{Batch, Expect, Key, Kind};

/// Numbers from 1 to this one.
const NUMBER_MAX: u32 = 999;
/// How long a number belongs to its matter at the least, from the day it was given.
const KEPT_FOR: chrono::Duration = chrono::Duration::days(30);
/// Matters that come in the same moment choose among so many free numbers, so that few of them meet.
const CHOICE: usize = 8;

/// Whose a number is (待办编号).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NumberOwner {
    matter: String,
    given_at: Moment,
}

impl Document for NumberOwner {
    const KIND: Kind = Kind("matter_number");
}

/// A number for a matter, claimed in a batch.
pub(super) async fn claim(
    service: &Service,
    school: &School,
    matter: &Key,
    now: Moment,
    batch: &mut Batch,
) -> Result<u32, UseCaseError> {
    let school = &school.id;
    let taken = record::all::<NumberOwner>(service.store.as_ref(), school).await?;
    let is_kept = |owner: &NumberOwner| now - owner.given_at < KEPT_FOR;
    let kept: BTreeSet<&str> =
        taken.iter().filter(|(_, owner)| is_kept(&owner.value)).map(|(id, _)| id.as_str()).collect();
    let free = (1..=NUMBER_MAX).filter(|number| !kept.contains(number_id(*number).as_str()));
    let free: Vec<u32> = free.take(CHOICE).collect();
    let [chance, ..] = service.ids.bytes::<1>();
    let chosen = free.get(usize::from(chance) % free.len().max(1)).copied();
    // A school with so many open matters reads them by name.
    let number = chosen.unwrap_or(NUMBER_MAX);
    let id = number_id(number);
    let before = taken.into_iter().find(|(other, _)| *other == id);
    let expect = before.map_or(Expect::Absent, |(_, Stored { expect, .. })| expect);
    let owner = NumberOwner { matter: matter.id.clone(), given_at: now };
    let key = record::key::<NumberOwner>(school, &id);
    record::put(batch, school, key, &owner, expect)?;
    Ok(number)
}

fn number_id(number: u32) -> String {
    format!("{number:03}")
}
