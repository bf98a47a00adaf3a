//! Staggered dismissal (错峰离校, R8): the gate and the minute by which each child of today leaves.
//!
//! Made from the families' answers when the rooms open. What a child had last stays its own where it can, and a family
//! hears of it only when it waits longer than was agreed and has not been told so before. The rules are
//! `domain::dismissal`. Start at [`publish`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveTime};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::record::{self, Document};
use super::super::{School, UseCaseError, guardians, notice};
use super::notices::{Told, tell_role};
use crate::domain::custody::{Expected, GateSlot};
use crate::domain::dismissal::{self, DismissalError, DismissalSlot, Leaver};
use crate::domain::people::{Role, Student, StudentId};
use crate::outbox::Lane;
use crate::store::{Expect, Kind};

/// A shorter wait than this is told with the notice that the child can be collected.
const WAIT_TOLD_MINUTES: i64 = 5;

/// The slots that families had last (已公布).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Published {
    slots: Vec<DismissalSlot>,
}

impl Document for Published {
    const KIND: Kind = Kind("dismissal");
}

/// Gives today's children their gates, and tells whom it makes wait. A plan without gates gives none.
///
/// # Errors
/// The store failed.
pub(super) async fn publish(
    told: &mut Told<'_>,
    children: &mut [(Student, Expected)],
    on_leave: &BTreeSet<StudentId>,
) -> Result<(), UseCaseError> {
    let (service, school) = (told.service, told.school);
    let leavers: Vec<Leaver> = children
        .iter()
        .filter(|(student, _)| !on_leave.contains(&student.id))
        .map(|(student, expected)| Leaver {
            student: student.id.clone(),
            class: student.class,
            pickup_at: expected.pickup_at,
        })
        .collect();
    let key = record::key::<Published>(&school.id, "last");
    let before = record::load::<Published>(service.store.as_ref(), &key).await?;
    let (known, expect) = before.map_or((Published::default(), Expect::Absent), |b| (b.value, b.expect));
    let slots = match dismissal::dismiss(&leavers, &school.plan.pickup.gates, closing(school), &known.slots) {
        Ok(slots) => slots,
        Err(DismissalError::TooFewMinutes { left_over }) => return tell_full(told, left_over).await,
        // A plan without gates is found when the plan is checked; nobody is named twice in a roster.
        Err(DismissalError::NoGate | DismissalError::Twice(_)) => return Ok(()),
    };
    for slot in news(&known.slots, &slots) {
        if let Some((student, _)) = children.iter().find(|(student, _)| student.id == slot.student) {
            tell_later(told, student, slot).await?;
        }
    }
    let now: BTreeMap<StudentId, DismissalSlot> =
        slots.into_iter().map(|slot| (slot.student.clone(), slot)).collect();
    for (student, expected) in children.iter_mut() {
        let slot = now.get(&student.id);
        expected.slot = slot.map(|slot| GateSlot { gate: slot.gate.clone(), at: slot.at });
    }
    // Who does not leave today keeps the slot of another day.
    let others = known.slots.into_iter().filter(|slot| !now.contains_key(&slot.student));
    let published = Published { slots: others.chain(now.values().cloned()).collect() };
    record::put(told.batch, &school.id, key, &published, expect)
}

/// The slots that make somebody wait and were not told before.
fn news<'a>(had: &[DismissalSlot], now: &'a [DismissalSlot]) -> Vec<&'a DismissalSlot> {
    let had: BTreeMap<&StudentId, &DismissalSlot> = had.iter().map(|slot| (&slot.student, slot)).collect();
    let is_long = |slot: &DismissalSlot| slot.at - slot.asked >= Duration::minutes(WAIT_TOLD_MINUTES);
    now.iter().filter(|slot| is_long(slot) && had.get(&slot.student) != Some(slot)).collect()
}

/// The first minute in which nobody leaves any more: the end of all care.
fn closing(school: &School) -> NaiveTime {
    school.plan.extended_care.as_ref().map_or(school.plan.until, |care| care.until)
}

async fn tell_later(
    told: &mut Told<'_>,
    student: &Student,
    slot: &DismissalSlot,
) -> Result<(), UseCaseError> {
    let gate = format!("{}到{}", slot.at.format("%H:%M"), slot.gate);
    let values = BTreeMap::from([
        ("child".to_owned(), json!({ "name": student.name.0 })),
        ("result".to_owned(), json!({ "at": slot.asked.format("%H:%M").to_string(), "gate": gate })),
    ]);
    let words = told.service.flows().common_words("dismissal_later", &values);
    let people = guardians::informed(told.service, told.school, &student.id).await?;
    let Some(guardian) = people.first() else { return Ok(()) };
    let to = (guardian, Lane::Urgent);
    notice::tell(told.service, told.school, to, &words, told.now, told.batch).map(drop)
}

async fn tell_full(told: &mut Told<'_>, count: usize) -> Result<(), UseCaseError> {
    let values = BTreeMap::from([("result".to_owned(), json!({ "count": count }))]);
    let words = told.service.flows().common_words("dismissal_full", &values);
    tell_role(told, &words, &[Role::SchoolAdmin, Role::Head], None).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::{ClassId, Grade};
    use crate::domain::plan::Gate;

    #[test]
    fn a_wait_is_told_when_it_is_long_and_only_once() {
        let asked = NaiveTime::from_hms_opt(17, 10, 0).unwrap();
        let class = ClassId { grade: Grade::School(1), number: 1 };
        let leavers: Vec<Leaver> = (10..22)
            .map(|no| Leaver { student: StudentId(format!("202601{no}")), class, pickup_at: asked })
            .collect();
        let gates = [Gate { name: "南门".to_owned(), students_per_minute: 2 }];
        let closing = NaiveTime::from_hms_opt(18, 0, 0).unwrap();
        let slots = dismissal::dismiss(&leavers, &gates, closing, &[]).unwrap();
        // Two a minute: the last two of twelve wait for five minutes.
        assert_eq!(news(&[], &slots).len(), 2);
        let again = dismissal::dismiss(&leavers, &gates, closing, &slots).unwrap();
        assert!(news(&slots, &again).is_empty(), "the same wait is no news on the next day");
    }
}
