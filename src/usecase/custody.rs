//! The custody day (在管): rooms are opened when the service begins, and the clock calls whoever must be called.
//!
//! The rules are `domain::custody`; here are the records, the notices, and what is due. Every event of a day goes into the
//! append-only log of the school's custody. Start at [`open_due`], then [`climb_due`].

mod card;
mod climb;
mod dismissal;
mod notices;
mod opening;
mod roll_calls;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(super) use climb::climb_due;
pub(super) use notices::{Told, search, tell_guardians, tell_teacher};
pub(super) use opening::open_due;

use super::record::{self, Document, Stored};
use super::{School, Service, UseCaseError};
use crate::clock::Moment;
use crate::domain::authorised_person::PickupList;
use crate::domain::custody::{CustodyEvent, RoomDay, SeatState, What};
use crate::domain::digest::figures::CustodyFigures;
use crate::domain::leave::Leaves;
use crate::domain::people::{ClassId, Person, PersonName, Role, SchoolId, StudentId};
use crate::store::{Batch, Expect, IndexEntry, Key, Kind, Range, Write};
use crate::understand::RollCallChild;

/// Texts of `bot-flows/common.yaml` about children in care.
pub(super) const NOTICES: &[&str] = &[
    "arrived",
    "explained",
    "family_says",
    "gone_alone",
    "handed_over",
    "missing_settled",
    "pickup_notice",
    "pickup_waiting",
    "pickup_waiting_other",
    "roll_call_begins",
    "roll_call_late",
    "dismissal_full",
    "dismissal_later",
    "roll_calls_missing",
    "search",
    "stopped_at_gate",
    "uncollected",
    "volunteer_begins",
];

/// Rooms of a school that are read at once.
const ROOMS_MAX: usize = 1_000;
/// For how long a room that nobody closed is still looked at.
const OPEN_KNOWN_FOR: chrono::Duration = chrono::Duration::days(7);

/// Events that are read at once.
const EVENTS_PAGE: usize = 5_000;

/// Numbers of a teacher's second room begin after these, and so on.
const NUMBERS_PER_ROOM: u32 = 100;

/// One room on one day, with the names that its list shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The room's day.
    pub day: RoomDay,
    /// The children's names.
    pub names: BTreeMap<StudentId, PersonName>,
    /// The missing children for whom the search has begun.
    #[serde(default)]
    pub searched: BTreeSet<StudentId>,
}

impl Document for Room {
    const KIND: Kind = Kind("room_day");

    fn indexes(&self, school: &SchoolId) -> Vec<IndexEntry> {
        let led_by = format!("{school}/{}/{}", self.day.day, self.day.teacher);
        let of_day = format!("{school}/{}", self.day.day);
        let mut indexes =
            vec![IndexEntry { name: "led_by", value: led_by }, IndexEntry { name: "of_day", value: of_day }];
        if self.day.closed.is_none() {
            indexes.push(IndexEntry { name: "open", value: format!("{school}/{}", self.day.day) });
        }
        indexes
    }
}

impl Document for PickupList {
    const KIND: Kind = Kind("pickup_list");
}

impl Document for Leaves {
    const KIND: Kind = Kind("leaves");
}

impl Room {
    /// A child's name.
    pub(super) fn name(&self, student: &StudentId) -> &str {
        self.names.get(student).map_or("", |name| name.0.as_str())
    }

    /// Takes events, and adds them to the custody log of the school.
    pub(super) fn take(
        &mut self,
        school: &SchoolId,
        events: &[CustodyEvent],
        batch: &mut Batch,
    ) -> Result<(), UseCaseError> {
        for event in events {
            if let Some(student) = &event.student
                && matches!(event.what, What::Moved(_))
            {
                // Whoever is found, and missed again, is searched for again.
                self.searched.remove(student);
            }
            self.day = self.day.clone().after(event);
            let line = Line { room: self.day.room.clone(), day: self.day.day, event: event.clone() };
            let body = serde_json::to_vec(&line)
                .map_err(|source| UseCaseError::Unreadable { key: "custody".to_owned(), source })?;
            batch.writes.push(Write::Append { log: log(school), body });
        }
        Ok(())
    }
}

/// One line of the custody log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    room: String,
    day: chrono::NaiveDate,
    event: CustodyEvent,
}

/// The custody log of a school.
fn log(school: &SchoolId) -> String {
    format!("custody/{school}")
}

/// Every event of the custody log between two moments, with its day and room.
///
/// The log is in the order of time, so that its beginning is searched for, not read through.
///
/// # Errors
/// The store failed, or a line cannot be read.
pub(super) async fn events_between(
    service: &Service,
    school: &SchoolId,
    (from, until): (Moment, Moment),
    mut take: impl FnMut(chrono::NaiveDate, String, CustodyEvent),
) -> Result<(), UseCaseError> {
    let log = log(school);
    // Bound: a position has 64 bits.
    let (mut low, mut step) = (0, 1);
    while is_later(service, &log, low + step, from).await? {
        low += step;
        step *= 2;
    }
    while step > 1 {
        step /= 2;
        if is_later(service, &log, low + step, from).await? {
            low += step;
        }
    }
    loop {
        let page = service.store.read_log(&log, low, EVENTS_PAGE).await?;
        for entry in &page {
            low = entry.position;
            let line = read_line(&entry.body)?;
            if line.event.at >= until {
                return Ok(());
            }
            if line.event.at >= from {
                take(line.day, line.room, line.event);
            }
        }
        if page.len() < EVENTS_PAGE {
            return Ok(());
        }
    }
}

/// Whether `moment` is later than what stands after this position; nothing stands after the end of the log.
async fn is_later(service: &Service, log: &str, position: u64, moment: Moment) -> Result<bool, UseCaseError> {
    let entries = service.store.read_log(log, position, 1).await?;
    let line = entries.first().map(|entry| read_line(&entry.body)).transpose()?;
    Ok(line.is_some_and(|line| line.event.at < moment))
}

fn read_line(body: &[u8]) -> Result<Line, UseCaseError> {
    serde_json::from_slice(body)
        .map_err(|source| UseCaseError::Unreadable { key: "custody".to_owned(), source })
}

/// The key of a room on a day.
pub(super) fn room_key(school: &School, day: chrono::NaiveDate, room: &str) -> Key {
    record::key::<Room>(&school.id, format!("{day}/{room}"))
}

/// The room of a class by the plan.
pub(super) fn room_of(school: &School, class: ClassId) -> Option<String> {
    let rooms = school.plan.rooms();
    rooms.into_iter().find(|room| room.classes.contains(&class)).map(|room| room.name)
}

/// A room that concerns a person now.
#[derive(Debug, Clone)]
pub struct Concern {
    /// Where it is kept.
    pub key: Key,
    /// The room.
    pub room: Room,
    /// What must still hold when it is put back.
    pub expect: Expect,
    /// Whether this person leads it.
    pub is_own: bool,
    /// Whether this person may speak of all its children: who leads it, and who has the whole school's duty. A teacher
    /// whose own child is in the room of somebody else is a family there like any other.
    pub is_in_charge: bool,
}

/// The rooms that concern a person today, those they lead first.
///
/// # Errors
/// The store failed.
pub(super) async fn of_person(
    service: &Service,
    school: &School,
    person: &Person,
    classes: &[ClassId],
    now: Moment,
) -> Result<Vec<Concern>, UseCaseError> {
    let mut rooms = of_classes(service, school, classes, now).await?;
    if person.roles.iter().any(Role::is_staff) {
        for concern in of_staff(service, school, person, now).await? {
            // A teacher whose own child is in the room leads it all the same.
            rooms.retain(|other| other.key != concern.key);
            rooms.push(concern);
        }
        // A room that was left open on an earlier day stands behind today's, so that a name means the child of today.
        let place = |concern: &Concern| {
            (!concern.is_own, std::cmp::Reverse(concern.room.day.day), concern.key.clone())
        };
        rooms.sort_by_key(place);
    }
    Ok(rooms)
}

/// The rooms of a member of staff today: those they lead, and for who has the whole school's duty all that are open.
///
/// # Errors
/// The store failed.
async fn of_staff(
    service: &Service,
    school: &School,
    person: &Person,
    now: Moment,
) -> Result<Vec<Concern>, UseCaseError> {
    let today = school.calendar.local_date(now);
    let led_by = format!("{}/{today}/{}", school.id, person.id);
    let mut found = rooms(service, "led_by", led_by.clone(), led_by).await?;
    for concern in &mut found {
        concern.is_own = true;
        concern.is_in_charge = true;
    }
    let sees_all =
        person.roles.iter().any(|role| matches!(role, Role::DutyTeacher | Role::SchoolAdmin | Role::Head));
    if sees_all {
        for mut concern in open_rooms(service, school, now).await? {
            concern.is_in_charge = true;
            if !found.iter().any(|own| own.key == concern.key) {
                found.push(concern);
            }
        }
    }
    Ok(found)
}

/// The rooms of a school that are open, of today and the week before: a room that nobody closes may not crowd out those of
/// today for ever.
pub(super) async fn open_rooms(
    service: &Service,
    school: &School,
    now: Moment,
) -> Result<Vec<Concern>, UseCaseError> {
    let today = school.calendar.local_date(now);
    let since = today - OPEN_KNOWN_FOR;
    rooms(service, "open", format!("{}/{since}", school.id), format!("{}/{today}", school.id)).await
}

/// The figures of a day's rooms as they stand; `None` for a day without rooms.
///
/// # Errors
/// The store failed.
pub(super) async fn figures(
    service: &Service,
    school: &School,
    day: chrono::NaiveDate,
    now: Moment,
) -> Result<Option<CustodyFigures>, UseCaseError> {
    Ok(CustodyFigures::of(&rooms_of_day(service, school, day).await?, &school.plan, now))
}

/// A day's rooms as they stand, without names.
///
/// # Errors
/// The store failed.
pub(super) async fn rooms_of_day(
    service: &Service,
    school: &School,
    day: chrono::NaiveDate,
) -> Result<Vec<RoomDay>, UseCaseError> {
    let of_day = format!("{}/{day}", school.id);
    let rooms = rooms(service, "of_day", of_day.clone(), of_day).await?;
    Ok(rooms.into_iter().map(|concern| concern.room.day).collect())
}

async fn rooms(
    service: &Service,
    index: &'static str,
    from: String,
    to: String,
) -> Result<Vec<Concern>, UseCaseError> {
    use std::ops::Bound::Included;
    let range = Range { from: Included(from), to: Included(to), limit: ROOMS_MAX };
    let mut found = Vec::new();
    for record in service.store.scan_index(Room::KIND, index, &range).await? {
        let Stored { value: room, expect } = record::read::<Room>(&record)?;
        found.push(Concern { key: record.key, room, expect, is_own: false, is_in_charge: false });
    }
    Ok(found)
}

/// The rooms of a family's children today.
///
/// # Errors
/// The store failed.
async fn of_classes(
    service: &Service,
    school: &School,
    classes: &[ClassId],
    now: Moment,
) -> Result<Vec<Concern>, UseCaseError> {
    let today = school.calendar.local_date(now);
    if !school.plan.has_service(&school.calendar, today) {
        return Ok(Vec::new());
    }
    let mut found: Vec<Concern> = Vec::new();
    let rooms: Vec<String> = classes.iter().filter_map(|class| room_of(school, *class)).collect();
    for room in rooms {
        let key = room_key(school, today, &room);
        if found.iter().any(|other| other.key == key) {
            continue;
        }
        if let Some(Stored { value: room, expect }) =
            record::load::<Room>(service.store.as_ref(), &key).await?
        {
            found.push(Concern { key, room, expect, is_own: false, is_in_charge: false });
        }
    }
    Ok(found)
}

/// The children that a member of staff can name: by number in their own rooms, by name in all others.
pub(super) fn children(rooms: &[Concern], only_own: bool) -> Vec<RollCallChild> {
    let mut listed = Vec::new();
    let mut elsewhere = NUMBERS_PER_ROOM * 100;
    let mut known = BTreeSet::new();
    let is_meant = |concern: &Concern| concern.is_own || (concern.is_in_charge && !only_own);
    for (index, concern) in (0..).zip(rooms).filter(|(_, concern)| is_meant(concern)) {
        for seat in concern.room.day.seats.iter().filter(|seat| known.insert(&seat.student)) {
            elsewhere += 1;
            let no = if concern.is_own { seat.no + NUMBERS_PER_ROOM * index } else { elsewhere };
            let name = concern.room.name(&seat.student).to_owned();
            listed.push(RollCallChild { no, id: seat.student.0.clone(), name });
        }
    }
    listed
}

/// Where a child is, in words.
pub(super) fn state_in_words(state: &SeatState) -> &'static str {
    match state {
        SeatState::Expected => "还没点名",
        SeatState::InRoom(_) => "在班里",
        SeatState::OnLeave => "请假",
        SeatState::Absent { .. } => "没来，家长知道",
        SeatState::Missing { .. } => "没到，正在问家长",
        SeatState::HandedOver { .. } => "已接走",
        SeatState::LeftAlone { .. } => "已自己离校",
    }
}
