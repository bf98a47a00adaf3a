//! What a family says about its child in care: on the way, later, not coming, or where a missing child is.
//!
//! Part of `action`; the rules are `domain::custody`. Start at [`take_reply`].

use std::collections::BTreeMap;

use chrono::{Duration, NaiveTime};
use serde_json::{Value as Json, json};

use super::super::custody::{self, Concern, Told};
use super::super::draft::Draft;
use super::super::{UseCaseError, record};
use super::{Action, Outcome, custody as room};
use crate::domain::custody::{self as rules, Absence, Expected, SeatState};
use crate::domain::ledger::Actor;
use crate::domain::people::StudentId;
use crate::understand::{PickupReply, Value};

fn outcome(name: &'static str, values: &[(&str, String)]) -> Outcome {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    (name, values.collect::<BTreeMap<String, Json>>())
}

/// The family's children who are still in care, with the rooms they are in.
fn in_care(draft: &Draft<'_>) -> Vec<(usize, StudentId)> {
    let mut found = Vec::new();
    for (place, concern) in draft.rooms.iter().enumerate() {
        let seats = concern.room.day.seats.iter();
        let own = seats.filter(|seat| is_own(draft, &seat.student));
        let open = own.filter(|seat| matches!(seat.state, SeatState::InRoom(_) | SeatState::Expected));
        found.extend(open.map(|seat| (place, seat.student.clone())));
    }
    found
}

/// Whether it is a child of the family whom this guardian may take.
fn is_own(draft: &Draft<'_>, student: &StudentId) -> bool {
    draft.family.iter().any(|child| child.student.id == *student) && !draft.barred.contains(student)
}

fn names(draft: &Draft<'_>, children: &[(usize, StudentId)]) -> String {
    let names = children.iter().filter_map(|(place, student)| {
        draft.rooms.get(*place).map(|concern| concern.room.name(student).to_owned())
    });
    names.collect::<Vec<_>>().join("、")
}

/// Shows the family where its children are.
pub(super) fn show(draft: &Draft<'_>) -> Outcome {
    let mut lines = Vec::new();
    for concern in &draft.rooms {
        for seat in &concern.room.day.seats {
            if is_own(draft, &seat.student) {
                let (name, state) = (concern.room.name(&seat.student), custody::state_in_words(&seat.state));
                let at = seat.expected.pickup_at.format("%H:%M");
                lines.push(format!("{name}：{state}（{}），约好{at}接", concern.room.day.room));
            }
        }
    }
    let name = if lines.is_empty() { "nothing" } else { "shown" };
    outcome(name, &[("lines", lines.join("\n"))])
}

/// Takes what the family says when its child can be collected.
///
/// # Errors
/// The store failed.
pub(super) async fn take_reply(
    draft: &mut Draft<'_>,
    values: &BTreeMap<String, Value>,
) -> Result<Outcome, UseCaseError> {
    let children = in_care(draft);
    let Some(Value::PickupReply(reply)) = values.get("reply").filter(|_| !children.is_empty()) else {
        return Ok(show_or_nothing(draft));
    };
    let names = names(draft, &children);
    let place = gate(draft);
    match reply {
        PickupReply::Arrived => {
            tell_teachers(draft, &children, "到了，请带孩子出来").await?;
            Ok(outcome("arrived", &[("names", names), ("place", place)]))
        }
        PickupReply::OnTheWay => Ok(outcome("on_the_way", &[("names", names)])),
        PickupReply::AlreadyCollected => {
            tell_teachers(draft, &children, "说已经接到孩子了，请马上核对").await?;
            Ok(outcome("contradicts", &[("lines", format!("{names}还在班里"))]))
        }
        PickupReply::SomebodyElse(_) => Ok(outcome("somebody_else", &[("names", names)])),
        PickupReply::Late { minutes } => {
            let now = draft.school.calendar.local_time(draft.now);
            let late = Duration::minutes(i64::from(*minutes));
            agree(draft, &children, |agreed| add(agreed.max(now), late)).await
        }
        PickupReply::At(time) => agree(draft, &children, |_| *time).await,
    }
}

fn show_or_nothing(draft: &Draft<'_>) -> Outcome {
    let (name, values) = show(draft);
    // Whoever asks after the child has gone is told where it is.
    if name == "shown" { ("collected", values) } else { ("nothing", values) }
}

fn add(time: NaiveTime, more: Duration) -> NaiveTime {
    let (later, wrapped) = time.overflowing_add_signed(more);
    if wrapped == 0 { later } else { NaiveTime::from_hms_opt(23, 59, 0).unwrap_or(time) }
}

/// Agrees on another time with the family; the calls begin anew from there, and the teacher knows.
async fn agree(
    draft: &mut Draft<'_>,
    children: &[(usize, StudentId)],
    later: impl Fn(NaiveTime) -> NaiveTime,
) -> Result<Outcome, UseCaseError> {
    let mut at = NaiveTime::MIN;
    let mut rooms = std::mem::take(&mut draft.rooms);
    for (place, student) in children {
        let Some(concern) = rooms.get_mut(*place) else { continue };
        let Some(seat) = concern.room.day.seat(student) else { continue };
        let pickup_at = later(seat.expected.pickup_at);
        let expected = Expected { by: seat.expected.by.clone(), ..Expected::at(pickup_at) };
        let by = Actor::Person(draft.person.id.clone());
        if let Ok(events) = rules::expect(&concern.room.day, student, expected, by, draft.now) {
            concern.room.take(&draft.school.id, &events, draft.batch_mut())?;
        }
        at = at.max(pickup_at);
    }
    save(draft, &rooms, children)?;
    draft.rooms = rooms;
    let at_words = at.format("%H:%M").to_string();
    tell_teachers(draft, children, &format!("改到{at_words}接")).await?;
    let name = if at > draft.school.plan.until { "too_late" } else { "late" };
    let care = draft.school.plan.extended_care.as_ref();
    let place = care.map_or_else(|| "学校".to_owned(), |care| care.place.clone());
    Ok(outcome(name, &[("names", names(draft, children)), ("at", at_words), ("place", place)]))
}

fn save(
    draft: &mut Draft<'_>,
    rooms: &[Concern],
    children: &[(usize, StudentId)],
) -> Result<(), UseCaseError> {
    let school = draft.school.id.clone();
    for (place, concern) in rooms.iter().enumerate() {
        if children.iter().any(|(other, _)| *other == place) {
            record::put(draft.batch_mut(), &school, concern.key.clone(), &concern.room, concern.expect)?;
        }
    }
    Ok(())
}

/// Where families wait.
fn gate(draft: &Draft<'_>) -> String {
    draft.school.plan.pickup.gates.first().map_or_else(|| "校门口".to_owned(), |gate| gate.name.clone())
}

async fn tell_teachers(
    draft: &mut Draft<'_>,
    children: &[(usize, StudentId)],
    words: &str,
) -> Result<(), UseCaseError> {
    let rooms = draft.rooms.clone();
    for (place, student) in children {
        let Some(concern) = rooms.get(*place) else { continue };
        let (service, school, now) = (draft.service, draft.school, draft.now);
        let mut told = Told { service, school, now, batch: draft.batch_mut() };
        let more = [("lines", words.to_owned())];
        custody::tell_teacher(&mut told, &concern.room, student, "family_says", &more).await?;
    }
    Ok(())
}

/// Takes what a family says about its missing child.
///
/// # Errors
/// The store failed.
pub(super) async fn take_word(
    draft: &mut Draft<'_>,
    action: Action,
    student: &StudentId,
) -> Result<Outcome, UseCaseError> {
    let place = draft.rooms.iter().position(|concern| concern.room.day.seat(student).is_some());
    let mut rooms = std::mem::take(&mut draft.rooms);
    let concern = place.and_then(|place| rooms.get_mut(place));
    let state =
        concern.as_ref().and_then(|concern| concern.room.day.seat(student)).map(|seat| seat.state.clone());
    let (Some(concern), Some(SeatState::Missing { .. })) = (concern, state.as_ref()) else {
        draft.rooms = rooms;
        let present = state.as_ref().map_or("今天没有点名", custody::state_in_words);
        return Ok(outcome("settled", &[("present", present.to_owned())]));
    };
    let words = match action {
        Action::ExplainAbsence => {
            let why = Absence::Other("家长接走或在家".to_owned());
            let events = rules::explain_absence(&concern.room.day, student, why, &draft.person.id, draft.now);
            if let Ok(events) = events {
                concern.room.take(&draft.school.id, &events, draft.batch_mut())?;
                let school = draft.school.id.clone();
                record::put(draft.batch_mut(), &school, concern.key.clone(), &concern.room, concern.expect)?;
            }
            "和家长在一起，今天不参加"
        }
        Action::AnnounceArrival => "家长马上送到",
        _ => "家长也不知道在哪里，请马上一起找",
    };
    let (service, school, now) = (draft.service, draft.school, draft.now);
    let mut told = Told { service, school, now, batch: draft.batch_mut() };
    let more = [("lines", words.to_owned())];
    custody::tell_teacher(&mut told, &concern.room, student, "family_says", &more).await?;
    if action == Action::SearchChild {
        custody::search(&mut told, &mut concern.room, student).await?;
        record::put(draft.batch_mut(), &school.id, concern.key.clone(), &concern.room, concern.expect)?;
    }
    draft.rooms = rooms;
    room::settle_missing(draft, student, words);
    Ok(outcome("done", &[]))
}
