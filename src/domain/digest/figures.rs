//! The figures of an evening (日报数字): what the picture shows, kept so that it can be drawn again.
//!
//! Pure. Numbers by class, nothing about a single child. Start at [`DigestFigures`].

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::custody::{self, RoomDay, Seat, SeatState};
use super::super::people::{ClassId, Grade};
use super::super::plan::Plan;
use super::super::survey::Counts;
use super::words;
use crate::clock::Moment;

/// A class counts as slow below this share of answers, in thousandths.
const SLOW_PER_MILLE: u32 = 900;

/// What one evening's picture shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestFigures {
    /// The school's name.
    pub school: String,
    /// The day.
    pub day: NaiveDate,
    /// The position in the ledger that the coverage was computed at.
    pub position: u64,
    /// Coverage by class, in the school's order.
    pub classes: Vec<ClassFigures>,
    /// How the day's care went; `None` where nobody keeps it yet.
    #[serde(default)]
    pub custody: Option<CustodyFigures>,
}

/// The coverage of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassFigures {
    /// The class.
    pub class: ClassId,
    /// How many of its students are in each state.
    #[serde(flatten)]
    pub counts: Counts,
}

/// How one day's care went (当天看护), in children.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustodyFigures {
    /// 应到: enrolled for this day.
    pub expected: u32,
    /// 已到: seen at the roll call.
    pub present: u32,
    /// 请假: excused.
    pub on_leave: u32,
    /// 缺席: not there and not excused.
    pub absent: u32,
    /// 已接走: handed over, or left alone by standing permission.
    pub handed_over: u32,
    /// 还在校: still with us when this was counted.
    pub in_school: u32,
    /// 晚接: handed over after the agreed time.
    pub late_pickups: u32,
    /// 未点名: in a room whose roll nobody has called.
    #[serde(default)]
    pub uncalled: u32,
    /// 还没找到: missing at the roll call, and nobody has said since where the child is. Part of `absent`.
    #[serde(default)]
    pub missing: u32,
}

impl DigestFigures {
    /// The figures of the whole school.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for class in &self.classes {
            total += class.counts;
        }
        total
    }

    /// The figures by grade, in the school's order.
    pub fn grades(&self) -> Vec<(Grade, Counts)> {
        let mut grades = std::collections::BTreeMap::<Grade, Counts>::new();
        for class in &self.classes {
            *grades.entry(class.class.grade).or_default() += class.counts;
        }
        grades.into_iter().collect()
    }

    /// The classes with the smallest share of answers, at most `max`, as long as that is under nine in ten; those that
    /// nobody has been asked in are left out.
    pub fn slowest_classes(&self, max: usize) -> Vec<ClassFigures> {
        let per_mille = |counts: Counts| counts.answered() * 1_000 / counts.roll().max(1);
        let mut slow: Vec<ClassFigures> = self
            .classes
            .iter()
            .filter(|class| class.counts.roll() > class.counts.not_asked)
            .filter(|class| per_mille(class.counts) < SLOW_PER_MILLE)
            .copied()
            .collect();
        slow.sort_by_key(|class| (per_mille(class.counts), class.class));
        slow.truncate(max);
        slow
    }
}

impl CustodyFigures {
    /// The figures of a day's rooms as they stand; `None` where there are none.
    pub fn of<'a>(rooms: impl IntoIterator<Item = &'a RoomDay>, plan: &Plan, now: Moment) -> Option<Self> {
        let mut rooms = rooms.into_iter().peekable();
        rooms.peek()?;
        let mut figures = Self::default();
        for (day, seat) in rooms.flat_map(|day| day.seats.iter().map(move |seat| (day, seat))) {
            figures.add(day, seat, plan, now);
        }
        Some(figures)
    }

    fn add(&mut self, day: &RoomDay, seat: &Seat, plan: &Plan, now: Moment) {
        self.expected += 1;
        match &seat.state {
            SeatState::Expected => self.uncalled += 1,
            SeatState::OnLeave => self.on_leave += 1,
            SeatState::Absent { .. } => self.absent += 1,
            SeatState::Missing { .. } => {
                self.absent += 1;
                self.missing += 1;
            }
            SeatState::InRoom(_) => {
                self.present += 1;
                self.in_school += 1;
            }
            SeatState::HandedOver { .. } | SeatState::LeftAlone { .. } => {
                self.present += 1;
                self.handed_over += 1;
                self.late_pickups += u32::from(custody::late(day, seat, plan, now).after_agreed > 0);
            }
        }
    }

    /// What is not as it should be, such as `晚接 3，未点名 12`; `None` where all is well.
    pub fn to_look_at(&self) -> Option<String> {
        words(&self.alarms(), "，")
    }

    fn alarms(&self) -> [(u32, &'static str); 3] {
        [(self.late_pickups, "晚接"), (self.uncalled, "未点名"), (self.missing, "还没找到")]
    }

    /// The figures with their names, in the order in which they are read.
    pub fn named(&self) -> [(u32, &'static str); 6] {
        [
            (self.expected, "应到"),
            (self.present, "已到"),
            (self.on_leave, "请假"),
            (self.absent, "缺席"),
            (self.handed_over, "已接走"),
            (self.in_school, "还在校"),
        ]
    }

    /// One line; what is zero is not said.
    pub(super) fn words(&self) -> String {
        let mut named = self.named().to_vec();
        named.extend(self.alarms());
        words(&named, "，").unwrap_or_else(|| "没有安排".to_owned())
    }
}
