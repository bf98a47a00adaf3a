//! Rolls that nobody called: whoever has the school's duty hears of all rooms in one message, not of each.
//!
//! Part of `custody`; the room's own teacher is reminded by `climb`. Start at [`report_due`].

use std::collections::BTreeMap;

use serde_json::json;

use super::super::{CONFLICTS_MAX, School, Service, UseCaseError, facts, record};
use super::notices::{Told, duty_roles, tell_role};
use super::{Concern, Room, open_rooms};
use crate::clock::Moment;
use crate::domain::custody::{CustodyEvent, Rung, What, roll_call_due};
use crate::domain::ledger::Actor;
use crate::domain::people::Person;
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
        let mut batch = Batch::default();
        // Rungs that became due together are one message.
        let mut due: BTreeMap<Vec<Rung>, Vec<Room>> = BTreeMap::new();
        for Concern { key, mut room, expect, .. } in open_rooms(service, school, now).await? {
            let mut rungs = Vec::new();
            while let Some(rung @ (Rung::DutyLead | Rung::Head)) = roll_call_due(&room.day, now, &school.plan)
            {
                let what = What::Reminded(rung);
                let event = CustodyEvent { at: now, by: Actor::System, student: None, what };
                room.take(&school.id, &[event], &mut batch)?;
                rungs.push(rung);
            }
            if !rungs.is_empty() {
                record::put(&mut batch, &school.id, key, &room, expect)?;
                due.entry(rungs).or_default().push(room);
            }
        }
        if due.is_empty() {
            return Ok(0);
        }
        let count = due.values().map(Vec::len).sum();
        for (rungs, rooms) in due {
            let mut told = Told { service, school, now, batch: &mut batch };
            report(&mut told, &rungs, rooms).await?;
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

async fn report(told: &mut Told<'_>, rungs: &[Rung], mut rooms: Vec<Room>) -> Result<(), UseCaseError> {
    rooms.sort_by(|one, other| (&one.day.classes, &one.day.room).cmp(&(&other.day.classes, &other.day.room)));
    let mut lines = Vec::new();
    for room in &rooms {
        let leader = record::key::<Person>(&told.school.id, &room.day.teacher);
        let leader = record::load::<Person>(told.service.store.as_ref(), &leader).await?;
        let leader = leader.map(|leader| format!("，{}", facts::teacher_title(&leader.value.name.0)));
        let children = room.day.seats.len();
        lines.push(format!("{}（{children}人{}）", room.day.room, leader.unwrap_or_default()));
    }
    let said = json!({ "count": rooms.len(), "lines": lines.join("\n") });
    let words =
        told.service.flows().common_words("roll_calls_missing", &[("result".to_owned(), said)].into());
    tell_role(told, &words, &duty_roles(rungs), None).await.map(drop)
}
