//! Plan (一校一案): what a school offers in one term, when, by whom, and how children go home.
//!
//! Pure. [`Plan::parse`] reads the school's file and finds what is written wrong; [`check::check`] holds what is
//! written right against the policy (R1, R2, R6-R12), and a plan in breach cannot be used for a campaign
//! ([`check::usable`]). Every later message about times, activities and gates is derived from here. Start at
//! [`Plan`].

use chrono::{Datelike, Duration, NaiveDate, NaiveTime, Weekday};

use crate::domain::calendar::{Calendar, DailyHours, Term, Year};
use crate::domain::people::ClassId;

pub mod check;
mod parse;
pub mod wording;

/// A school's plan for one term (一校一案, 一园一案).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The school's name, as families say it.
    pub school: String,
    /// The kind of school, which chooses the rules.
    pub kind: SchoolKind,
    /// What the plan says about money: anything but 免费 is a breach (R6).
    pub fee: String,
    /// The term.
    pub term: Term,
    /// The classes of the school, in order.
    pub classes: Vec<ClassId>,
    /// The rooms whose leaders the plan names; for the other classes see [`Plan::rooms`].
    pub named_rooms: Vec<Room>,
    /// The hours around the service.
    pub hours: Hours,
    /// The weekdays on which the service is offered, from Monday.
    pub weekdays: Vec<Weekday>,
    /// When the service ends on an ordinary day.
    pub until: NaiveTime,
    /// The time slots (集中课后服务时段) of a day, in order of time.
    pub time_slots: Vec<TimeSlot>,
    /// What children can choose from, by number.
    pub activities: Vec<Activity>,
    /// When and where children are collected.
    pub pickup: Pickup,
    /// Care beyond the last pickup time (延时托管).
    pub extended_care: Option<ExtendedCare>,
    /// Who answers for the service; the head first (R2).
    pub responsible: Vec<Responsible>,
    /// How a family applies (申请流程).
    pub how_to_apply: String,
    /// What keeps children safe and well (保障措施).
    pub safeguards: Vec<String>,
    /// How staff are rewarded (教职工激励办法).
    pub incentives: String,
}

/// The kind of a school (学段).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchoolKind {
    /// Kindergarten (幼儿园).
    Kindergarten,
    /// Primary school (小学).
    Primary,
    /// Junior secondary school (初中).
    Junior,
}

/// The hours around the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// When the last lesson ends (放学).
    pub dismissal: NaiveTime,
    /// When offices around the school close (当地下班时间).
    pub local_office_ends: NaiveTime,
    /// The minutes of one class period (课时).
    pub class_period_minutes: u32,
    /// The hours in which deadlines of staff run.
    pub school: DailyHours,
    /// The hours in which nothing that can wait is sent.
    pub quiet: DailyHours,
}

/// One time slot of a day (服务时段).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeSlot {
    /// Its name.
    pub name: String,
    /// Its first minute.
    pub from: NaiveTime,
    /// Its end.
    pub until: NaiveTime,
}

/// A room of the service (教室): whose children are there, and who leads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its name.
    pub name: String,
    /// The classes, at least one.
    pub classes: Vec<ClassId>,
    /// The teacher's name as the staff sheet has it; `None` for the homeroom teacher of its one class.
    pub teacher: Option<String>,
    /// The names of volunteers who help (R19).
    pub helpers: Vec<String>,
}

/// Something a child can join (活动, 社团).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The number that families choose it by.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// What it develops (R11).
    pub category: Category,
    /// Whether it happens outdoors.
    pub is_outdoors: bool,
    /// Who leads it.
    pub staff: Vec<String>,
    /// What children do there, in a sentence.
    pub note: String,
}

/// What an activity develops (活动类别).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// 德育.
    Moral,
    /// 体育.
    Sport,
    /// 艺术.
    Art,
    /// 实践.
    Practice,
    /// 科技创新.
    Technology,
    /// 综合探究.
    Inquiry,
    /// 自主作业.
    Homework,
    /// 阅读.
    Reading,
    /// 游戏.
    Games,
    /// 区域活动.
    AreaPlay,
}

/// When and where children are collected (接送).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pickup {
    /// The earliest time that a family can choose.
    pub earliest: NaiveTime,
    /// The latest.
    pub latest: NaiveTime,
    /// The times of staggered dismissal (错峰离校), in order.
    pub times: Vec<NaiveTime>,
    /// The gates.
    pub gates: Vec<Gate>,
}

/// A gate (校门).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its name.
    pub name: String,
    /// Students per minute, `1..=60`.
    pub students_per_minute: u32,
}

/// Care beyond the last pickup time (延时托管, R9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtendedCare {
    /// When it ends in principle; a child stays until somebody came, whatever the clock says.
    pub until: NaiveTime,
    /// Where the children wait.
    pub place: String,
    /// The duty teacher.
    pub duty_teacher: String,
}

/// Somebody who answers for the service (责任人).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Responsible {
    /// The name.
    pub name: String,
    /// The post, such as 校长.
    pub post: String,
    /// What they answer for.
    pub duty: String,
}

impl Plan {
    /// The school's calendar: the plan's term and hours over the `years`' holidays.
    pub fn calendar(&self, years: impl IntoIterator<Item = Year>) -> Calendar {
        Calendar::new(years, vec![self.term.clone()], self.hours.school)
    }

    /// Whether there is a service on `date`: on school days of its weekdays, and on weekend days that are made up.
    pub fn has_service(&self, calendar: &Calendar, date: NaiveDate) -> bool {
        let weekday = date.weekday();
        let is_made_up = matches!(weekday, Weekday::Sat | Weekday::Sun);
        calendar.is_school_day(date) && (is_made_up || self.weekdays.contains(&weekday))
    }

    /// All rooms: those of the plan, then one for each class that is in none, led by its homeroom teacher.
    pub fn rooms(&self) -> Vec<Room> {
        let is_named = |class: &ClassId| self.named_rooms.iter().any(|room| room.classes.contains(class));
        let own = |class: &ClassId| Room {
            name: class.to_string(),
            classes: vec![*class],
            teacher: None,
            helpers: Vec::new(),
        };
        let others = self.classes.iter().filter(|class| !is_named(class)).map(own);
        self.named_rooms.iter().cloned().chain(others).collect()
    }

    /// When the service begins: the first time slot, or the dismissal without one.
    pub fn begins(&self) -> NaiveTime {
        self.time_slots.first().map_or(self.hours.dismissal, |time_slot| time_slot.from)
    }

    /// The hours of the service as families read them, such as `15:40-18:00`.
    pub fn service_hours(&self) -> String {
        format!("{}-{}", self.begins().format("%H:%M"), self.until.format("%H:%M"))
    }

    /// The activities as families read them, such as `1自主作业、2足球`.
    pub fn activity_list(&self) -> String {
        let names = self.activities.iter().map(|activity| format!("{}{}", activity.number, activity.name));
        names.collect::<Vec<_>>().join("、")
    }

    /// The weekdays of the service as families read them, such as `周一至周五`.
    pub fn weekday_list(&self) -> String {
        let names: Vec<&str> = self.weekdays.iter().map(|day| weekday_name(*day)).collect();
        let is_run = self.weekdays.windows(2).all(|pair| matches!(pair, [one, next] if one.succ() == *next));
        match names.as_slice() {
            [first, _, .., last] if is_run => format!("{first}至{last}"),
            _ => names.join("、"),
        }
    }

    /// The pickup times as families read them, such as `16:20、17:10、18:00`.
    pub fn pickup_list(&self) -> String {
        let times = self.pickup.times.iter().map(|time| time.format("%H:%M").to_string());
        times.collect::<Vec<_>>().join("、")
    }

    /// The activity of that number.
    pub fn activity(&self, number: u32) -> Option<&Activity> {
        self.activities.iter().find(|activity| activity.number == number)
    }

    /// All minutes of the time slots of a day.
    pub fn service_minutes(&self) -> i64 {
        self.time_slots.iter().map(|time_slot| (time_slot.until - time_slot.from).num_minutes()).sum()
    }

    /// The gap between the dismissal and the first time slot.
    pub fn gap_after_dismissal(&self) -> Duration {
        self.begins() - self.hours.dismissal
    }
}

impl SchoolKind {
    /// What the head is called there.
    pub fn head(self) -> &'static str {
        match self {
            Self::Kindergarten => "园长",
            Self::Primary | Self::Junior => "校长",
        }
    }
}

impl Category {
    /// Its Chinese name, as plans write it.
    pub fn name(self) -> &'static str {
        let names = parse::CATEGORIES.iter();
        names.clone().find(|(_, category)| *category == self).map_or("", |(name, _)| *name)
    }
}

/// A weekday's Chinese name, such as 周一.
pub fn weekday_name(day: Weekday) -> &'static str {
    parse::WEEKDAYS.iter().find(|(_, weekday)| *weekday == day).map_or("", |(name, _)| *name)
}

#[cfg(test)]
mod tests;
