//! Rolls that nobody called: whoever has the school's duty hears of all rooms in one message, not of each.
//!
//! Part of `custody`; the room's own teacher is reminded by `climb`. Start at [`report_due`].

use std::collections::BTreeMap;

use serde_json::json;

use super::super::{CONFLICTS_MAX, School, Service, UseCaseError, facts, record};
use super::notices::{Told, tell_role};
use super::{Concern, open_rooms};
use crate::clock::Moment;
use crate::domain::custody::{CustodyEvent, Rung, What, roll_call_due};
use crate::domain::ledger::Actor;
use crate::domain::people::{Person, Role};
use crate::store::{Batch, StoreError};

/// Tells of the rooms whose roll is due higher up; returns of how many.
///
/// # Errors
/// The store failed.
pub(super) async fn report_due(
    service: &Service,
    school: &School,
    now: Moment,
) -> Result<usize, UseCaseError> {
    for _ in 0..CONFLICTS_MAX {
        let mut due: BTreeMap<Rung, Vec<Concern>> = BTreeMap::new();
        for concern in open_rooms(service, school, now).await? {
            if let Some(rung @ (Rung::DutyLead | Rung::Head)) =
                roll_call_due(&concern.room.day, now, &school.plan)
            {
                due.entry(rung).or_default().push(concern);
            }
        }
        if due.is_empty() {
            return Ok(0);
        }
        let mut batch = Batch::default();
        let mut count = 0;
        for (rung, rooms) in due {
            count += rooms.len();
            report(service, school, rung, rooms, now, &mut batch).await?;
        }
        match service.store.commit(batch).await {
            Ok(_) => return Ok(count),
            // A roll was called meanwhile, or another tick was here.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(UseCaseError::Busy)
}

async fn report(
    service: &Service,
    school: &School,
    rung: Rung,
    mut rooms: Vec<Concern>,
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    rooms.sort_by(|one, other| (&one.room.day.classes, &one.key).cmp(&(&other.room.day.classes, &other.key)));
    let (mut lines, count) = (Vec::new(), rooms.len());
    for Concern { key, mut room, expect, .. } in rooms {
        let leader = record::key::<Person>(&school.id, &room.day.teacher);
        let leader = record::load::<Person>(service.store.as_ref(), &leader).await?;
        let leader = leader.map(|leader| format!("，{}", facts::teacher_title(&leader.value.name.0)));
        let children = room.day.seats.len();
        lines.push(format!("{}（{children}人{}）", room.day.room, leader.unwrap_or_default()));
        let what = What::Reminded(rung);
        room.take(&school.id, &[CustodyEvent { at: now, by: Actor::System, student: None, what }], batch)?;
        record::put(batch, &school.id, key, &room, expect)?;
    }
    let values =
        BTreeMap::from([("result".to_owned(), json!({ "count": count, "lines": lines.join("\n") }))]);
    let words = service.flows().common_words("roll_calls_missing", &values);
    let roles: &[Role] = if rung == Rung::Head {
        &[Role::Head, Role::SchoolAdmin]
    } else {
        &[Role::DutyTeacher, Role::SchoolAdmin]
    };
    tell_role(&mut Told { service, school, now, batch }, &words, roles, None).await.map(drop)
}
