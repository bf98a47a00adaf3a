//! Workload (工作量): who looked after how many children for how long, from the log of the custody days.
//!
//! Pure. Nothing is typed in: a roll call, a take-over and a hand-over are the evidence, so that a line can be opened into
//! the events behind it. Knows no pay. Start at [`of_day`]; [`month`] sums up. Source: R18, R19.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::calendar;
use super::custody::{CustodyEvent, RoomDay, SeatState, What};
use super::ledger::Actor;
use super::people::{PersonId, StudentId};
use super::plan::Plan;
use crate::clock::Moment;

/// One person's work in one room on one day (工作量明细).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who.
    pub person: PersonId,
    /// Which day.
    pub day: NaiveDate,
    /// Which room.
    pub room: String,
    /// Whether as a volunteer (志愿者), who helps and is not paid by the count.
    pub is_volunteer: bool,
    /// How much.
    pub work: Work,
}

/// How much work; sums up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Rooms and days.
    pub sessions: u32,
    /// Minutes from the first act to the last.
    pub minutes: u32,
    /// Children found in the room or taken over, each once a room and day.
    pub children: u32,
    /// Children handed over or let go alone, without those undone.
    pub handovers: u32,
    /// Minutes after the end of the service until the last of them had gone.
    pub late_minutes: u32,
}

/// One person's work in a month (月度工作量).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthRow {
    /// Who.
    pub person: PersonId,
    /// Whether as a volunteer.
    pub is_volunteer: bool,
    /// On how many days.
    pub days: u32,
    /// How much.
    pub work: Work,
}

/// What one person did in a room, while it is gathered.
#[derive(Debug, Default)]
struct Acts {
    span: Option<(Moment, Moment)>,
    children: BTreeSet<StudentId>,
    gone: BTreeMap<StudentId, Moment>,
}

/// The lines of one room day, by its log from the opening on; none of a log without an opening.
///
/// Volunteers have no events of their own: they are counted from the roll call to the last event.
pub fn of_day(log: &[CustodyEvent], plan: &Plan) -> Vec<Line> {
    let Some(day) = RoomDay::fold(log) else { return Vec::new() };
    let mut people: BTreeMap<&PersonId, Acts> = BTreeMap::new();
    for event in log {
        if let Actor::Person(person) = &event.by
            && is_work(&event.what)
        {
            people.entry(person).or_default().add(event);
        }
    }
    let last = people.values().filter_map(|acts| acts.span).map(|(_, last)| last).max();
    let called = day.roll_called.as_ref().map(|done| done.at);
    let line = |person: &PersonId, is_volunteer: bool, work: Work| Line {
        person: person.clone(),
        day: day.day,
        room: day.room.clone(),
        is_volunteer,
        work,
    };
    let staff = people.iter().map(|(person, acts)| line(person, false, acts.work(day.day, plan)));
    let helped = called.zip(last).map(|(from, until)| Work {
        sessions: 1,
        minutes: minutes(from, until),
        ..Work::default()
    });
    let helpers = helped.into_iter().flat_map(|work| day.helpers.iter().map(move |person| (person, work)));
    staff.chain(helpers.map(|(person, work)| line(person, true, work))).collect()
}

/// The sum of lines.
pub fn total<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Work {
    lines.into_iter().fold(Work::default(), |mut total, line| {
        total += line.work;
        total
    })
}

/// The rows of a month, by person, those of volunteers apart.
///
/// - `first`: any day of the month.
pub fn month<'a>(lines: impl IntoIterator<Item = &'a Line>, first: NaiveDate) -> Vec<MonthRow> {
    let mut rows: BTreeMap<(bool, &PersonId), (BTreeSet<NaiveDate>, Work)> = BTreeMap::new();
    let is_of_month = |day: NaiveDate| (day.year(), day.month()) == (first.year(), first.month());
    for line in lines.into_iter().filter(|line| is_of_month(line.day)) {
        let (days, work) = rows.entry((line.is_volunteer, &line.person)).or_default();
        days.insert(line.day);
        *work += line.work;
    }
    let row = |((is_volunteer, person), (days, work)): ((bool, &PersonId), (BTreeSet<NaiveDate>, Work))| {
        let days = u32::try_from(days.len()).unwrap_or(u32::MAX);
        MonthRow { person: person.clone(), is_volunteer, days, work }
    };
    rows.into_iter().map(row).collect()
}

impl Acts {
    fn add(&mut self, event: &CustodyEvent) {
        let (first, last) = self.span.unwrap_or((event.at, event.at));
        self.span = Some((first.min(event.at), last.max(event.at)));
        let Some(student) = &event.student else { return };
        match &event.what {
            What::Moved(SeatState::InRoom(_)) | What::TakenOver(_) => {
                self.children.insert(student.clone());
            }
            What::HandedOver(_) | What::LeftAlone(_) => {
                self.children.insert(student.clone());
                self.gone.insert(student.clone(), event.at);
            }
            What::Undone => {
                self.gone.remove(student);
            }
            What::Moved(
                SeatState::Expected
                | SeatState::OnLeave
                | SeatState::Absent { .. }
                | SeatState::Missing { .. }
                | SeatState::HandedOver { .. }
                | SeatState::LeftAlone { .. },
            )
            | What::Opened(_)
            | What::Added(_)
            | What::Agreed(_)
            | What::RollCalled
            | What::Called(_)
            | What::Reminded(_)
            | What::Closed
            | What::Reopened => {}
        }
    }

    fn work(&self, day: NaiveDate, plan: &Plan) -> Work {
        let last = self.gone.values().max();
        let late = |at: &Moment| calendar::local(*at) - day.and_time(plan.until);
        Work {
            sessions: 1,
            minutes: self.span.map_or(0, |(first, last)| minutes(first, last)),
            children: count(self.children.len()),
            handovers: count(self.gone.len()),
            late_minutes: last.map_or(0, |at| whole(late(at).num_minutes())),
        }
    }
}

impl AddAssign for Work {
    fn add_assign(&mut self, other: Self) {
        self.sessions += other.sessions;
        self.minutes += other.minutes;
        self.children += other.children;
        self.handovers += other.handovers;
        self.late_minutes += other.late_minutes;
    }
}

/// Whether an event is work in the room; what a guardian agrees on or asks for is not.
fn is_work(what: &What) -> bool {
    match what {
        What::RollCalled
        | What::HandedOver(_)
        | What::LeftAlone(_)
        | What::Undone
        | What::TakenOver(_)
        | What::Closed
        | What::Reopened
        | What::Moved(SeatState::InRoom(_) | SeatState::Absent { .. } | SeatState::Missing { .. }) => true,
        What::Opened(_)
        | What::Added(_)
        | What::Agreed(_)
        | What::Called(_)
        | What::Reminded(_)
        | What::Moved(
            SeatState::Expected
            | SeatState::OnLeave
            | SeatState::HandedOver { .. }
            | SeatState::LeftAlone { .. },
        ) => false,
    }
}

fn minutes(from: Moment, until: Moment) -> u32 {
    whole((until - from).num_minutes())
}

fn whole(minutes: i64) -> u32 {
    u32::try_from(minutes.max(0)).unwrap_or(u32::MAX)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use proptest::prelude::*;

    use super::super::authorised_person::Verdict;
    use super::super::custody::{self, Expected, Opening, RollCall};
    use super::*;

    fn plan() -> Plan {
        Plan::parse("plan.toml", include_str!("../../config/example-school/plan.toml")).unwrap()
    }

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    /// A moment of the day at the school, eight hours before UTC.
    fn at(hour: u32, minute: u32) -> Moment {
        day().and_hms_opt(hour - 8, minute, 0).unwrap().and_utc()
    }

    fn student(no: usize) -> StudentId {
        StudentId(no.to_string())
    }

    fn mother() -> Verdict {
        Verdict::Guardian("mother".into())
    }

    fn opened() -> (RoomDay, Vec<CustodyEvent>) {
        let expected = || Expected::at(chrono::NaiveTime::from_hms_opt(17, 0, 0).unwrap());
        let opening = Opening {
            room: "一年级1班".into(),
            day: day(),
            teacher: "li".into(),
            helpers: ["volunteer".into()].into(),
            classes: Vec::new(),
            children: (1..=3).map(|no| (student(no), expected())).collect(),
            on_leave: BTreeSet::new(),
        };
        let (room, event) = custody::open(opening, at(15, 30));
        (room, vec![event])
    }

    fn add(room: RoomDay, log: &mut Vec<CustodyEvent>, events: Vec<CustodyEvent>) -> RoomDay {
        let room = events.iter().fold(room, RoomDay::after);
        log.extend(events);
        room
    }

    #[test]
    fn a_day_is_counted_from_what_each_person_did() {
        let (li, duty) = (PersonId::from("li"), PersonId::from("duty"));
        let (room, mut log) = opened();
        let events = custody::roll_call(&room, &RollCall::default(), &li, at(15, 40)).unwrap();
        let room = add(room, &mut log, events);
        let events = custody::hand_over(&room, &student(1), &mother(), &li, at(17, 0)).unwrap();
        let room = add(room, &mut log, events);
        let events = custody::undo(&room, &student(1), &li, at(17, 1)).unwrap();
        let room = add(room, &mut log, events);
        let events = custody::hand_over(&room, &student(2), &mother(), &li, at(17, 10)).unwrap();
        let room = add(room, &mut log, events);
        let events = custody::take_over(&room, &duty, &plan(), at(18, 0)).unwrap();
        let mut room = add(room, &mut log, events);
        for (no, minute) in [(1, 10), (3, 25)] {
            let events = custody::hand_over(&room, &student(no), &mother(), &duty, at(18, minute)).unwrap();
            room = add(room, &mut log, events);
        }
        let lines = of_day(&log, &plan());
        let work = |name: &str| lines.iter().find(|line| line.person.as_str() == name).unwrap().work;
        let of = |minutes, children, handovers, late_minutes| Work {
            sessions: 1,
            minutes,
            children,
            handovers,
            late_minutes,
        };
        assert_eq!(work("li"), of(90, 3, 1, 0));
        assert_eq!(work("duty"), of(25, 2, 2, 25));
        assert_eq!(work("volunteer"), of(165, 0, 0, 0));
        assert_eq!(lines.iter().filter(|line| line.is_volunteer).count(), 1);
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_log_without_an_opening_counts_nothing() {
        assert_eq!(of_day(&[], &plan()), []);
    }

    fn line() -> impl Strategy<Value = Line> {
        (0..4_u8, 0..40_i64, any::<bool>(), [0..300_u32, 0..40, 0..40, 0..60]).prop_map(
            |(person, after, is_volunteer, [minutes, children, handovers, late_minutes])| Line {
                person: PersonId(person.to_string()),
                day: NaiveDate::from_ymd_opt(2026, 11, 10).unwrap() + Duration::days(after),
                room: "一年级1班".into(),
                is_volunteer,
                work: Work { sessions: 1, minutes, children, handovers, late_minutes },
            },
        )
    }

    proptest! {
        #[test]
        fn the_rows_of_the_months_add_up_to_the_lines(lines in prop::collection::vec(line(), 0..80)) {
            let months = ["2026-11-30", "2026-12-01"].map(|day| day.parse::<NaiveDate>().unwrap());
            let rows: Vec<MonthRow> = months.into_iter().flat_map(|first| month(&lines, first)).collect();
            let mut sum = Work::default();
            for row in &rows {
                sum += row.work;
                prop_assert!(row.days <= row.work.sessions);
            }
            prop_assert_eq!(sum, total(&lines));
        }
    }
}
