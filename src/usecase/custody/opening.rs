//! The beginning of the service: every room gets its list, and its teacher is asked to call the roll.
//!
//! Once a school day, also across a restart at that minute. Start at [`open_due`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::record::{self, Document, Stored};
use super::super::{CONFLICTS_MAX, School, Service, UseCaseError, card, notice};
use super::notices::Told;
use super::{Room, dismissal, notices, room_key};
use crate::clock::Moment;
use crate::domain::custody::{self, Expected, Opening, RoomDay, SeatState, agreed_time};
use crate::domain::enrolment::{Arrangement, Standing, Wish};
use crate::domain::health_note::HealthNotes;
use crate::domain::leave::Leaves;
use crate::domain::people::{Person, PersonName, Role, Student, StudentId};
use crate::domain::plan;
use crate::outbox::Lane;
use crate::store::{Batch, Expect, Kind, StoreError, Write};

/// That the rooms of a day were opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct DayOpened {
    at: Moment,
}

impl Document for DayOpened {
    const KIND: Kind = Kind("day_opened");
}

/// Opens today's rooms when the service begins; returns how many.
///
/// # Errors
/// The store failed.
pub(in crate::usecase) async fn open_due(
    service: &Service,
    school: &School,
    now: Moment,
) -> Result<usize, UseCaseError> {
    let (today, time) = (school.calendar.local_date(now), school.calendar.local_time(now));
    let is_time = school.plan.begins() <= time && time < school.plan.until;
    if !is_time || !school.plan.has_service(&school.calendar, today) {
        return Ok(0);
    }
    for _ in 0..CONFLICTS_MAX {
        let marker = record::key::<DayOpened>(&school.id, today);
        if service.store.load(&marker).await?.is_some() {
            return Ok(0);
        }
        let mut batch = Batch::default();
        record::put(&mut batch, &school.id, marker, &DayOpened { at: now }, Expect::Absent)?;
        let opened = open_rooms(service, school, now, &mut batch).await?;
        match service.store.commit(batch).await {
            Ok(_) => return Ok(opened),
            // Another turn of the clock may have opened them: then the marker says so.
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    tracing::warn!("the rooms are not open yet; the next tick tries again");
    Ok(0)
}

/// Opens every room with its children; returns how many.
async fn open_rooms(
    service: &Service,
    school: &School,
    now: Moment,
    batch: &mut Batch,
) -> Result<usize, UseCaseError> {
    let mut children = children(service, school, school.calendar.local_date(now)).await?;
    let on_leave = on_leave(service, school, &children, now, batch).await?;
    dismissal::publish(&mut Told { service, school, now, batch }, &mut children, &on_leave).await?;
    let noted = noted(service, school).await?;
    let mut opened = 0;
    for place in school.plan.rooms() {
        let here: Vec<_> =
            children.iter().filter(|(student, _)| place.classes.contains(&student.class)).collect();
        if here.is_empty() {
            continue;
        }
        let Some(teacher) = teacher_of(service, school, &place).await? else {
            tracing::error!(room = %place.name, "nobody leads this room, and the school has no admin to tell");
            continue;
        };
        let helpers = helpers_of(service, school, &place).await?;
        let of_room = (here.as_slice(), &on_leave);
        let crew = Crew { place: &place, teacher, helpers, noted: &noted };
        open_room(service, school, &crew, of_room, now, batch)?;
        opened += 1;
    }
    Ok(opened)
}

/// The children who are expected by their registration, in the order of their numbers.
async fn children(
    service: &Service,
    school: &School,
    today: NaiveDate,
) -> Result<Vec<(Student, Expected)>, UseCaseError> {
    let store = service.store.as_ref();
    let standings = record::all::<Standing>(store, &school.id).await?;
    let standings: BTreeMap<String, Standing> =
        standings.into_iter().map(|(id, stored)| (id, stored.value)).collect();
    let mut expected = Vec::new();
    for (id, Stored { value: student, .. }) in record::all::<Student>(store, &school.id).await? {
        let registration = standings.get(&id).and_then(Standing::registration);
        let Some(Wish::Accepted(arrangement)) = registration.and_then(|known| known.wish_on(today)) else {
            continue;
        };
        if student.is_on_roll && comes_on(arrangement, today) {
            let pickup_at = agreed_time(arrangement.pickup_at, &school.plan.pickup);
            expected.push((student, Expected::at(pickup_at)));
        }
    }
    Ok(expected)
}

/// Whether a child comes on this day: who said no days comes on all of them, and a made-up weekend day is everybody's.
fn comes_on(arrangement: &Arrangement, today: NaiveDate) -> bool {
    let is_made_up = matches!(today.weekday(), chrono::Weekday::Sat | chrono::Weekday::Sun);
    arrangement.days.as_ref().is_none_or(|days| is_made_up || days.contains(&today.weekday()))
}

/// Who leads a room: the plan's teacher, else the homeroom teacher, else an admin, who has to find somebody.
async fn teacher_of(
    service: &Service,
    school: &School,
    place: &plan::Room,
) -> Result<Option<Person>, UseCaseError> {
    let store = service.store.as_ref();
    if let Some(name) = &place.teacher {
        for role in ["duty", "admin", "head"] {
            let people = record::people_with(store, &school.id, role).await?;
            if let Some(person) = people.into_iter().find(|person| person.name.0 == *name) {
                return Ok(Some(person));
            }
        }
    }
    for class in &place.classes {
        let role = record::role_key(&Role::HomeroomTeacher(*class));
        if let Some(person) = record::first_with(store, &school.id, &role).await? {
            return Ok(Some(person));
        }
    }
    record::first_with(store, &school.id, &record::role_key(&Role::SchoolAdmin)).await
}

/// The volunteers whom the plan names for a room (R19).
async fn helpers_of(
    service: &Service,
    school: &School,
    place: &plan::Room,
) -> Result<Vec<Person>, UseCaseError> {
    if place.helpers.is_empty() {
        return Ok(Vec::new());
    }
    let volunteers = record::role_key(&Role::Volunteer);
    let mut people = record::people_with(service.store.as_ref(), &school.id, &volunteers).await?;
    people.retain(|person| place.helpers.contains(&person.name.0));
    if people.len() < place.helpers.len() {
        tracing::warn!(room = %place.name, "the roster lacks a volunteer whom the plan names for this room");
    }
    Ok(people)
}

/// Which of these children are on leave today.
async fn on_leave(
    service: &Service,
    school: &School,
    children: &[(Student, Expected)],
    now: Moment,
    batch: &mut Batch,
) -> Result<BTreeSet<StudentId>, UseCaseError> {
    let today = school.calendar.local_date(now);
    let mut on_leave = BTreeSet::new();
    for (student, _) in children {
        let key = record::key::<Leaves>(&school.id, &student.id.0);
        let leaves = record::load::<Leaves>(service.store.as_ref(), &key).await?;
        if leaves.as_ref().is_some_and(|leaves| leaves.value.is_on_leave(today)) {
            on_leave.insert(student.id.clone());
        }
        // Leave that is asked for at this very moment is on the list, or finds the room open.
        let expect = leaves.map_or(Expect::Absent, |leaves| leaves.expect);
        batch.writes.push(Write::Check { key, expect });
    }
    Ok(on_leave)
}

/// The students with health notes, which their room's teacher should read.
async fn noted(service: &Service, school: &School) -> Result<BTreeSet<String>, UseCaseError> {
    let all = record::all::<HealthNotes>(service.store.as_ref(), &school.id).await?;
    Ok(all.into_iter().filter(|(_, stored)| !stored.value.notes().is_empty()).map(|(id, _)| id).collect())
}

/// Who is in a room besides the children, and what its teacher should know.
struct Crew<'a> {
    place: &'a plan::Room,
    teacher: Person,
    helpers: Vec<Person>,
    noted: &'a BTreeSet<String>,
}

fn open_room(
    service: &Service,
    school: &School,
    Crew { place, teacher, helpers, noted }: &Crew<'_>,
    (here, on_leave): (&[&(Student, Expected)], &BTreeSet<StudentId>),
    now: Moment,
    batch: &mut Batch,
) -> Result<(), UseCaseError> {
    let today = school.calendar.local_date(now);
    let opening = Opening {
        room: place.name.clone(),
        day: today,
        teacher: teacher.id.clone(),
        helpers: helpers.iter().map(|person| person.id.clone()).collect(),
        classes: place.classes.clone(),
        children: here.iter().map(|(student, expected)| (student.id.clone(), expected.clone())).collect(),
        on_leave: on_leave.clone(),
    };
    let (day, event) = custody::open(opening, now);
    let names: BTreeMap<StudentId, PersonName> =
        here.iter().map(|(student, _)| (student.id.clone(), student.name.clone())).collect();
    let mut room = Room { day: day.clone(), names, searched: BTreeSet::new() };
    room.take(&school.id, &[event], batch)?;
    let values = BTreeMap::from([
        ("person".to_owned(), json!({ "title": notices::title(teacher) })),
        (
            "result".to_owned(),
            json!({
                "room": place.name,
                "count": expected_count(&day),
                "lines": list(&room),
                "waves": waves(&day),
                "notes": numbers_of(&day, noted),
            }),
        ),
    ]);
    let words = service.flows().common_words("roll_call_begins", &values);
    notice::tell(service, school, (teacher, Lane::Urgent), &words, now, batch)?;
    let key = room_key(school, today, &place.name);
    let offer = super::card::offer(&key.id, &room, &words);
    card::add(service, school, (teacher, Lane::Urgent), &offer, now, batch)?;
    for helper in helpers {
        // No names of children: a volunteer reads nobody's records.
        let values = BTreeMap::from([
            ("person".to_owned(), json!({ "title": notices::title(helper) })),
            (
                "result".to_owned(),
                json!({
                    "room": place.name,
                    "count": expected_count(&day),
                    "teacher": notices::title(teacher),
                }),
            ),
        ]);
        let words = service.flows().common_words("volunteer_begins", &values);
        notice::tell(service, school, (helper, Lane::Urgent), &words, now, batch)?;
    }
    record::put(batch, &school.id, key, &room, Expect::Absent)
}

/// The numbers of the children who are expected and have health notes, such as `3、7`.
fn numbers_of(day: &RoomDay, noted: &BTreeSet<String>) -> String {
    let seats = day.seats.iter().filter(|seat| seat.state != SeatState::OnLeave);
    let numbers = seats.filter(|seat| noted.contains(&seat.student.0)).map(|seat| seat.no.to_string());
    numbers.collect::<Vec<_>>().join("、")
}

fn expected_count(day: &RoomDay) -> usize {
    day.seats.iter().filter(|seat| seat.state != SeatState::OnLeave).count()
}

/// The list that the teacher calls: `1 李小禾  2 王小雨（请假）`.
pub(super) fn list(room: &Room) -> String {
    let seats = room.day.seats.iter().map(|seat| {
        let mark = if seat.state == SeatState::OnLeave { "（请假）" } else { "" };
        format!("{} {}{mark}", seat.no, room.name(&seat.student))
    });
    seats.collect::<Vec<_>>().join("  ")
}

/// Who leaves when, in the order of time, by numbers: `17:10 南门 1、2；17:11 东门 3`; empty where nobody has a gate.
fn waves(day: &RoomDay) -> String {
    let mut waves: BTreeMap<(NaiveTime, &str), Vec<String>> = BTreeMap::new();
    for seat in day.seats.iter().filter(|seat| seat.state != SeatState::OnLeave) {
        if let Some(slot) = &seat.expected.slot {
            waves.entry((slot.at, slot.gate.as_str())).or_default().push(seat.no.to_string());
        }
    }
    let said = waves
        .iter()
        .map(|((at, gate), numbers)| format!("{} {gate} {}", at.format("%H:%M"), numbers.join("、")));
    said.collect::<Vec<_>>().join("；")
}
