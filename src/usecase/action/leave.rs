//! Leave (请假, 销假): what a family asks for its child and takes back, and what that means in today's room.
//!
//! Part of `action`; the rules are `domain::leave`, the words are in [`words`]. Start at [`perform`].

mod tell;
mod words;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value as Json, json};

use super::super::UseCaseError;
use super::super::custody::{self, Concern};
use super::super::draft::Draft;
use super::super::record::{self, Stored};
use super::{Action, Outcome, answer, custody as gate};
use crate::domain::custody::{self as rules, CustodyEvent, SeatState};
use crate::domain::enrolment::Wish;
use crate::domain::leave::{self, Added, Asked, Cancel, Cancelled, Care, Leaves, Refusal};
use crate::domain::ledger::{Actor, Change};
use crate::domain::people::StudentId;
use crate::store::{Expect, Write};
use crate::understand::{DateSpan, Value};

pub(super) use tell::NOTICES;
pub(super) use words::reasons;

/// Characters of a receipt code.
const RECEIPT_LEN: usize = 6;

/// Does one of these actions for a child.
///
/// # Errors
/// The store failed.
pub(super) async fn perform(
    draft: &mut Draft<'_>,
    action: Action,
    values: &BTreeMap<String, Value>,
    student: &StudentId,
) -> Result<Outcome, UseCaseError> {
    let key = record::key::<Leaves>(&draft.school.id, &student.0);
    let stored = record::load::<Leaves>(draft.service.store.as_ref(), &key).await?;
    let stored = stored.unwrap_or_else(|| Stored { value: Leaves::default(), expect: Expect::Absent });
    match action {
        Action::CheckLeave => Ok(match plan(draft, &stored.value, &said(values, "days"), student) {
            Ok(_) => outcome("fine", &[]),
            Err(refused) => refused,
        }),
        Action::TakeLeave => take(draft, stored, &said(values, "days"), student).await,
        Action::CancelLeave => {
            let what = to_come(draft, &stored.value);
            cancel(draft, stored, &what, student).await
        }
        Action::CancelLeaveDays => cancel(draft, stored, &said(values, "back"), student).await,
        _ => Ok(look(draft, &stored.value, student)),
    }
}

fn outcome(name: &'static str, values: &[(&str, String)]) -> Outcome {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
    (name, values.collect::<BTreeMap<String, Json>>())
}

fn said(values: &BTreeMap<String, Value>, slot: &str) -> Vec<DateSpan> {
    match values.get(slot) {
        Some(Value::Date(spans)) => spans.clone(),
        _ => Vec::new(),
    }
}

pub(super) fn today(draft: &Draft<'_>) -> NaiveDate {
    draft.school.calendar.local_date(draft.now)
}

/// The first day whose care is not over yet: nobody can be back today when it has ended.
fn first_open_day(draft: &Draft<'_>) -> NaiveDate {
    let (today, time) = (today(draft), draft.school.calendar.local_time(draft.now));
    if time < draft.school.plan.until { today } else { today.succ_opt().unwrap_or(today) }
}

/// The leave that is still to come, each span without its days that have passed.
fn to_come(draft: &Draft<'_>, leaves: &Leaves) -> Vec<DateSpan> {
    let first = first_open_day(draft);
    let left = leaves.spans().iter().filter(|span| span.to >= first);
    let left = left.map(|span| DateSpan { from: span.from.max(first), to: span.to, part: span.part });
    left.filter(|span| !service_days(draft, *span).is_empty()).collect()
}

fn service_days(draft: &Draft<'_>, span: DateSpan) -> Vec<NaiveDate> {
    leave::leave_days(span, &draft.school.calendar, &draft.school.plan)
}

fn look(draft: &Draft<'_>, leaves: &Leaves, student: &StudentId) -> Outcome {
    let standing = answer::standing(draft, student);
    if !standing.registration().is_some_and(|known| matches!(known.wish, Wish::Accepted(_))) {
        return outcome("not_registered", &[]);
    }
    let left = to_come(draft, leaves);
    let days: usize = left.iter().map(|span| service_days(draft, *span).len()).sum();
    let name = match days {
        0 => "none",
        1 => "one_day",
        _ => "several_days",
    };
    outcome(name, &[("present", words::spans(draft, &left))])
}

/// A leave as it can be taken.
struct Planned {
    leaves: Leaves,
    /// The spans that it adds.
    spans: Vec<DateSpan>,
    receipt: String,
    /// Whether none of them touches the care after class.
    is_morning_only: bool,
    /// Whether the child does not come today.
    is_today: bool,
}

/// Sees what the days come to, or says why they cannot be taken.
///
/// A day without service among others is no day of leave; today is none any more for a child that was here.
fn plan(
    draft: &Draft<'_>,
    present: &Leaves,
    spans: &[DateSpan],
    student: &StudentId,
) -> Result<Planned, Outcome> {
    let was_here = seat_today(draft, student)
        .is_some_and(|(_, state)| matches!(state, SeatState::InRoom(_)) || state.is_gone());
    let open: Vec<DateSpan> = spans
        .iter()
        .flat_map(|span| if was_here { without(*span, today(draft)) } else { vec![*span] })
        .collect();
    if open.is_empty() && !spans.is_empty() {
        return Err(outcome("here", &[]));
    }
    let receipt = draft.service.ids.code(RECEIPT_LEN);
    let asked = Asked { by: draft.person.id.clone(), at: draft.now, receipt: receipt.clone() };
    let (calendar, school_plan) = (&draft.school.calendar, &draft.school.plan);
    let mut planned = Planned {
        leaves: present.clone(),
        spans: Vec::new(),
        receipt,
        is_morning_only: true,
        is_today: false,
    };
    let (mut free, mut is_new) = (Vec::new(), false);
    for span in open {
        match leave::add(&planned.leaves, span, &asked, today(draft), calendar, school_plan) {
            Ok(Added { leaves, care, is_new: adds, days, .. }) => {
                planned.leaves = leaves;
                planned.spans.push(span);
                planned.is_morning_only &= care == Care::StillExpected;
                planned.is_today |= care == Care::Excused && days.contains(&today(draft));
                is_new |= adds;
            }
            Err(Refusal::NoServiceDay { days }) => free.extend(days),
            Err(Refusal::TooLong { days }) => {
                let max = leave::LEAVE_DAYS_MAX;
                return Err(outcome(
                    "too_long",
                    &[("why", format!("这次说的是{days}天，一次最多请{max}天"))],
                ));
            }
            Err(Refusal::Backwards { .. } | Refusal::NotOnLeave | Refusal::Past { .. }) => {
                return Err(outcome("no_service", &[("why", "开始的日子在结束的后面".to_owned())]));
            }
        }
    }
    match (planned.spans.is_empty(), is_new) {
        (true, _) => Err(outcome("no_service", &[("why", words::reasons(&free))])),
        (false, false) => Err(outcome("already", &[("present", words::spans(draft, &planned.spans))])),
        (false, true) => Ok(planned),
    }
}

/// A span without one day.
fn without(span: DateSpan, day: NaiveDate) -> Vec<DateSpan> {
    if day < span.from || span.to < day {
        return vec![span];
    }
    let before = day.pred_opt().map(|to| DateSpan { to, ..span });
    let after = day.succ_opt().map(|from| DateSpan { from, ..span });
    before.into_iter().chain(after).filter(|span| span.from <= span.to).collect()
}

async fn take(
    draft: &mut Draft<'_>,
    stored: Stored<Leaves>,
    spans: &[DateSpan],
    student: &StudentId,
) -> Result<Outcome, UseCaseError> {
    let planned = match plan(draft, &stored.value, spans, student) {
        Ok(planned) => planned,
        Err(refused) => return Ok(refused),
    };
    put(draft, student, &planned.leaves, stored.expect)?;
    let by = Actor::Person(draft.person.id.clone());
    draft.record(student, by, Change::LeaveTaken { spans: planned.spans.clone() });
    let is_today = planned.is_today;
    let family_knows = is_today && excuse_today(draft, student)?;
    let present = words::spans(draft, &planned.spans);
    let told = tell::Told { texts: ["told_leave", "told_other_leave"], is_today, family_knows };
    let who = tell::family_and_teachers(draft, student, &told, &present).await?;
    let name = if planned.is_morning_only { "morning" } else { "taken" };
    Ok(outcome(name, &[("present", present), ("who", who), ("receipt", planned.receipt)]))
}

/// Takes leave back on these days, as far as they are to come.
async fn cancel(
    draft: &mut Draft<'_>,
    stored: Stored<Leaves>,
    spans: &[DateSpan],
    student: &StudentId,
) -> Result<Outcome, UseCaseError> {
    let (first, mut leaves) = (first_open_day(draft), stored.value);
    let (mut back, mut is_past) = (Vec::new(), spans.is_empty());
    for day in spans.iter().flat_map(|span| span.from.iter_days().take_while(|day| *day <= span.to)) {
        match leave::cancel(&leaves, &Cancel::Day(day), first) {
            Ok(Cancelled { leaves: left, days }) => {
                leaves = left;
                back.extend(days);
            }
            Err(Refusal::Past { .. }) => is_past = true,
            Err(_) => {}
        }
    }
    back.retain(|day| draft.school.plan.has_service(&draft.school.calendar, *day));
    if back.is_empty() {
        let present = words::spans(draft, &to_come(draft, &leaves));
        return Ok(outcome(if is_past { "past" } else { "not_on_leave" }, &[("present", present)]));
    }
    put(draft, student, &leaves, stored.expect)?;
    let by = Actor::Person(draft.person.id.clone());
    draft.record(student, by, Change::LeaveTakenBack { days: back.clone() });
    let is_today = back.contains(&today(draft));
    if is_today {
        expect_today(draft, student)?;
    }
    let present = words::days(draft, &back);
    let texts = ["told_leave_back", "told_other_leave_back"];
    let told = tell::Told { texts, is_today, family_knows: false };
    let who = tell::family_and_teachers(draft, student, &told, &present).await?;
    Ok(outcome("done", &[("present", present), ("who", who)]))
}

fn put(
    draft: &mut Draft<'_>,
    student: &StudentId,
    leaves: &Leaves,
    expect: Expect,
) -> Result<(), UseCaseError> {
    let school = draft.school.id.clone();
    let key = record::key::<Leaves>(&school, &student.0);
    record::put(draft.batch_mut(), &school, key, leaves, expect)
}

/// The place of today's room of a child among the rooms of the turn, and where the child is.
pub(super) fn seat_today(draft: &Draft<'_>, student: &StudentId) -> Option<(usize, SeatState)> {
    let today = today(draft);
    let mut rooms = draft.rooms.iter().enumerate().filter(|(_, concern)| concern.room.day.day == today);
    rooms.find_map(|(place, concern)| Some((place, concern.room.day.seat(student)?.state.clone())))
}

/// The child does not come today: in a room that is open already, it is not waited for any more. Returns whether it was
/// missing there; then its family hears by this that nobody has to look for it.
fn excuse_today(draft: &mut Draft<'_>, student: &StudentId) -> Result<bool, UseCaseError> {
    let Some((place, state)) = seat_today(draft, student) else {
        expect_no_room(draft, student);
        return Ok(false);
    };
    let (by, now) = (Actor::Person(draft.person.id.clone()), draft.now);
    let day = draft.rooms.get(place).map(|concern| &concern.room.day);
    // Who was here was left out before.
    let events = day.and_then(|day| rules::excuse(day, student, by, now).ok()).unwrap_or_default();
    move_seat(draft, place, &events)?;
    let was_missing = matches!(state, SeatState::Missing { .. });
    if was_missing {
        draft.settle_own(gate::MISSING, student);
        gate::settle_missing(draft, student, "今天请假");
    }
    Ok(was_missing)
}

fn expect_today(draft: &mut Draft<'_>, student: &StudentId) -> Result<(), UseCaseError> {
    let Some((place, _)) = seat_today(draft, student) else {
        expect_no_room(draft, student);
        return Ok(());
    };
    let (by, now) = (Actor::Person(draft.person.id.clone()), draft.now);
    let day = draft.rooms.get(place).map(|concern| &concern.room.day);
    // A room that is closed keeps its record.
    let events = day.and_then(|day| rules::end_leave(day, student, by, now).ok()).unwrap_or_default();
    move_seat(draft, place, &events)
}

/// A room that opens at this very moment reads the leave, or is met by it.
fn expect_no_room(draft: &mut Draft<'_>, student: &StudentId) {
    let child = draft.family.iter().find(|child| child.student.id == *student);
    let room = child.and_then(|child| custody::room_of(draft.school, child.student.class));
    let Some(key) = room.map(|room| custody::room_key(draft.school, today(draft), &room)) else { return };
    if !draft.rooms.iter().any(|concern| concern.key == key) {
        draft.batch_mut().writes.push(Write::Check { key, expect: Expect::Absent });
    }
}

fn move_seat(draft: &mut Draft<'_>, place: usize, events: &[CustodyEvent]) -> Result<(), UseCaseError> {
    if events.is_empty() {
        return Ok(());
    }
    let school = draft.school.id.clone();
    let mut rooms = std::mem::take(&mut draft.rooms);
    if let Some(Concern { key, room, expect, .. }) = rooms.get_mut(place) {
        room.take(&school, events, draft.batch_mut())?;
        record::put(draft.batch_mut(), &school, key.clone(), room, *expect)?;
    }
    draft.rooms = rooms;
    Ok(())
}
