//! Reading a plan from its TOML file, every problem at its line.
//!
//! Judges only what is written wrong, so that the file has one meaning; what breaks policy is `check`'s. Start at
//! [`Plan::parse`].

use std::collections::BTreeSet;

use chrono::{NaiveTime, Weekday};

use super::{
    Activity, Category, ExtendedCare, Gate, Hours, Pickup, Plan, Responsible, Room, SchoolKind, TimeSlot,
};
use crate::domain::calendar::{DailyHours, Term};
use crate::domain::document::{self, Document, Section, Wrong};
use crate::domain::people::{ClassId, Grade};
use crate::problem::Problem;

/// The names of categories; the first of each is the one that people read.
pub(super) const CATEGORIES: &[(&str, Category)] = &[
    ("德育", Category::Moral),
    ("体育", Category::Sport),
    ("艺术", Category::Art),
    ("实践", Category::Practice),
    ("科技创新", Category::Technology),
    ("综合探究", Category::Inquiry),
    ("自主作业", Category::Homework),
    ("阅读", Category::Reading),
    ("游戏", Category::Games),
    ("区域活动", Category::AreaPlay),
];

/// The names of weekdays.
pub(super) const WEEKDAYS: &[(&str, Weekday)] = &[
    ("周一", Weekday::Mon),
    ("周二", Weekday::Tue),
    ("周三", Weekday::Wed),
    ("周四", Weekday::Thu),
    ("周五", Weekday::Fri),
    ("周六", Weekday::Sat),
    ("周日", Weekday::Sun),
];

const KINDS: &[(&str, SchoolKind)] = &[
    ("幼儿园", SchoolKind::Kindergarten),
    ("小学", SchoolKind::Primary),
    ("初中", SchoolKind::Junior),
    ("kindergarten", SchoolKind::Kindergarten),
    ("primary", SchoolKind::Primary),
    ("junior", SchoolKind::Junior),
];

/// More classes in one grade than any school has.
const CLASSES_PER_GRADE_MAX: i64 = 60;

impl Plan {
    /// Reads a plan; `file` is its name in problems.
    ///
    /// # Errors
    /// Every problem with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        Document::parse(file, text, plan)
    }
}

fn plan(section: &mut Section<'_>) -> Option<Plan> {
    let school = section.required("school", document::text);
    let kind = section.required("kind", document::choice(KINDS));
    let fee = section.required("fee", document::text);
    let how_to_apply = section.optional("how_to_apply", document::text).unwrap_or_default();
    let safeguards = section.list("safeguards", document::text);
    let incentives = section.optional("incentives", document::text).unwrap_or_default();
    let term = section.section("term", term);
    let classes = classes(section);
    let rooms = section.sections("room", |one| Some((one.position(), room(one, &classes)?)));
    let hours = section.section("hours", hours);
    let service = section.section("service", service);
    let time_slots = section.sections("time_slot", |one| Some((one.position(), time_slot(one)?)));
    let activities = section.sections("activity", |one| Some((one.position(), activity(one)?)));
    let pickup = section.section("pickup", pickup);
    let extended_care = section.optional_section("extended_care", extended_care);
    let responsible = section.sections("responsible", responsible);
    check_time_slots(section, &time_slots);
    check_activities(section, &activities);
    check_rooms(section, &rooms, &classes);
    let (weekdays, until) = service?;
    Some(Plan {
        school: school?,
        kind: kind?,
        fee: fee?,
        term: term?,
        classes,
        named_rooms: rooms.into_iter().map(|(_, room)| room).collect(),
        hours: hours?,
        weekdays,
        until,
        time_slots: time_slots.into_iter().map(|(_, time_slot)| time_slot).collect(),
        activities: activities.into_iter().map(|(_, activity)| activity).collect(),
        pickup: pickup?,
        extended_care,
        responsible,
        how_to_apply,
        safeguards,
        incentives,
    })
}

fn term(section: &mut Section<'_>) -> Option<Term> {
    let name = section.required("name", document::text);
    let first_day = section.required("first_day", document::date);
    let last_day = section.required("last_day", document::date);
    let days_off = section.list("days_off", document::date);
    let extra_days = section.list("extra_days", document::date);
    let (first_day, last_day) = (first_day?, last_day?);
    if last_day <= first_day {
        section.report("last_day", &Wrong::new("学期结束在开始之前", "核对学期的首日与末日"));
    } else if (last_day - first_day).num_days() > 250 {
        section.report("last_day", &Wrong::new("学期长过 250 天", "一份方案只写一个学期，核对年份"));
    }
    for (key, days) in [("days_off", &days_off), ("extra_days", &extra_days)] {
        if let Some(day) = days.iter().find(|day| **day < first_day || **day > last_day) {
            section.report(key, &Wrong::new(format!("{day} 不在学期之内"), "只写本学期的日子"));
        }
    }
    if let Some(day) = extra_days.iter().find(|day| days_off.contains(day)) {
        section.report("extra_days", &Wrong::new(format!("{day} 又写放假又写补课日"), "两处留一处"));
    }
    Some(Term {
        name: name?,
        first_day,
        last_day,
        days_off: days_off.into_iter().collect(),
        extra_days: extra_days.into_iter().collect(),
    })
}

fn classes(section: &mut Section<'_>) -> Vec<ClassId> {
    let mut grades = section.entries("classes", |name, value| {
        let grade = Grade::parse(name).ok_or_else(|| {
            Wrong::new(
                format!("不认识年级「{name}」"),
                "写「一年级」…「九年级」，幼儿园写「小班」「中班」「大班」",
            )
        })?;
        let count = value.as_integer().and_then(|count| count.as_str().parse::<i64>().ok());
        let count = count.filter(|count| (1..=CLASSES_PER_GRADE_MAX).contains(count));
        let count = count.and_then(|count| u8::try_from(count).ok()).ok_or_else(|| {
            Wrong::new(
                format!("「{name}」的班数应当是整数"),
                format!("1 到 {CLASSES_PER_GRADE_MAX}，例如 {name} = 6"),
            )
        })?;
        Ok((grade, count))
    });
    if grades.is_empty() {
        section.report(
            "classes",
            &Wrong::new("没有写各年级的班数", "加上一节 [classes]，每个年级一行，例如 \"一年级\" = 6"),
        );
    }
    grades.sort();
    grades
        .iter()
        .flat_map(|(grade, count)| (1..=*count).map(|number| ClassId { grade: *grade, number }))
        .collect()
}

fn room(section: &mut Section<'_>, known: &[ClassId]) -> Option<Room> {
    let name = section.required("name", document::text);
    let classes = section.list("classes", |value| {
        let written = document::text(value)?;
        known.iter().copied().find(|class| class.to_string() == written).ok_or_else(|| {
            let like = known.first().map(ToString::to_string).unwrap_or_default();
            let what = format!("[classes] 里没有「{written}」");
            Wrong::new(what, format!("写成 {like} 这样，与各年级的班数相符"))
        })
    });
    let teacher = section.optional("teacher", document::text);
    let helpers = section.list("helpers", document::text);
    if classes.is_empty() {
        section.report("classes", &Wrong::new("没有写哪些班在这间教室", "例如 classes = [\"一年级1班\"]"));
    } else if classes.len() > 1 && teacher.is_none() {
        section.report(
            "teacher",
            &Wrong::new("几个班合用一间教室，要写明由谁负责", "例如 teacher = \"李晓岚\""),
        );
    }
    Some(Room { name: name?, classes, teacher, helpers })
}

fn hours(section: &mut Section<'_>) -> Option<Hours> {
    let dismissal = section.required("dismissal", document::time);
    let local_office_ends = section.required("local_office_ends", document::time);
    let class_period_minutes = section.required("class_period_minutes", document::count(10..=60));
    let school = daily_hours(section, ["school_from", "school_until"], DailyHours::SCHOOL);
    let quiet = daily_hours(section, ["quiet_from", "quiet_until"], DailyHours::QUIET);
    if school.from >= school.until {
        section.report("school_until", &Wrong::new("在校时段结束在开始之前", "例如 08:00 到 18:00"));
    }
    Some(Hours {
        dismissal: dismissal?,
        local_office_ends: local_office_ends?,
        class_period_minutes: class_period_minutes?,
        school,
        quiet,
    })
}

fn daily_hours(section: &mut Section<'_>, keys: [&'static str; 2], default: DailyHours) -> DailyHours {
    let [from, until] = keys.map(|key| section.optional(key, document::time));
    DailyHours { from: from.unwrap_or(default.from), until: until.unwrap_or(default.until) }
}

fn service(section: &mut Section<'_>) -> Option<(Vec<Weekday>, NaiveTime)> {
    let mut weekdays = section.list("weekdays", document::choice(WEEKDAYS));
    weekdays.sort_by_key(Weekday::num_days_from_monday);
    weekdays.dedup();
    let until = section.required("until", document::time);
    if weekdays.is_empty() {
        section.report(
            "weekdays",
            &Wrong::new("没有写星期几有课后服务", "例如 weekdays = [\"周一\", \"周二\"]"),
        );
    }
    Some((weekdays, until?))
}

fn time_slot(section: &mut Section<'_>) -> Option<TimeSlot> {
    let name = section.required("name", document::text);
    let from = section.required("from", document::time);
    let until = section.required("until", document::time);
    let (name, from, until) = (name?, from?, until?);
    if until <= from {
        section.report("until", &Wrong::new(format!("时段「{name}」结束在开始之前"), "核对起止时间"));
    }
    Some(TimeSlot { name, from, until })
}

fn activity(section: &mut Section<'_>) -> Option<Activity> {
    let number = section.required("number", document::count(1..=99));
    let name = section.required("name", document::text);
    let category = section.required("category", document::choice(CATEGORIES));
    let is_outdoors = section.optional("outdoors", document::flag).unwrap_or(false);
    let staff = section.list("staff", document::text);
    let note = section.optional("note", document::text).unwrap_or_default();
    Some(Activity { number: number?, name: name?, category: category?, is_outdoors, staff, note })
}

fn pickup(section: &mut Section<'_>) -> Option<Pickup> {
    let earliest = section.required("earliest", document::time);
    let latest = section.required("latest", document::time);
    let mut times = section.list("times", document::time);
    let gates = section.sections("gate", |gate| {
        let name = gate.required("name", document::text);
        let students_per_minute = gate.required("students_per_minute", document::count(1..=60));
        Some(Gate { name: name?, students_per_minute: students_per_minute? })
    });
    times.sort_unstable();
    times.dedup();
    let (earliest, latest) = (earliest?, latest?);
    if latest <= earliest {
        section.report("latest", &Wrong::new("最晚接走时间不晚于最早接走时间", "核对 earliest 与 latest"));
    }
    Some(Pickup { earliest, latest, times, gates })
}

fn extended_care(section: &mut Section<'_>) -> Option<ExtendedCare> {
    let until = section.required("until", document::time);
    let place = section.required("place", document::text);
    let duty_teacher = section.optional("duty_teacher", document::text).unwrap_or_default();
    Some(ExtendedCare { until: until?, place: place?, duty_teacher })
}

fn responsible(section: &mut Section<'_>) -> Option<Responsible> {
    let name = section.required("name", document::text);
    let post = section.required("post", document::text);
    let duty = section.required("duty", document::text);
    Some(Responsible { name: name?, post: post?, duty: duty? })
}

fn check_time_slots(section: &Section<'_>, time_slots: &[(usize, TimeSlot)]) {
    for pair in time_slots.windows(2) {
        if let [(_, one), (at, next)] = pair
            && next.from < one.until
        {
            let what = format!("时段「{}」在「{}」结束之前就开始", next.name, one.name);
            section.report_at(*at, &Wrong::new(what, "按时间先后写，互不重叠"));
        }
    }
}

fn check_activities(section: &Section<'_>, activities: &[(usize, Activity)]) {
    let (mut numbers, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (at, activity) in activities {
        if !numbers.insert(activity.number) {
            let what = format!("两个活动都是 {} 号（「{}」）", activity.number, activity.name);
            section.report_at(*at, &Wrong::new(what, "家长按编号选活动，每个活动一个编号"));
        }
        if !names.insert(&activity.name) {
            let what = format!("活动「{}」写了两次", activity.name);
            section.report_at(*at, &Wrong::new(what, "同名活动留一个，或改名区分"));
        }
    }
}

/// A class is in one room, and a room has a name of its own, also beside the rooms of the other classes.
fn check_rooms(section: &Section<'_>, rooms: &[(usize, Room)], classes: &[ClassId]) {
    let (mut names, mut taken) = (BTreeSet::new(), BTreeSet::new());
    for (at, room) in rooms {
        let is_of_class =
            classes.iter().any(|class| class.to_string() == room.name && !room.classes.contains(class));
        if !names.insert(&room.name) || is_of_class {
            let what = format!("两间教室都叫「{}」", room.name);
            section.report_at(*at, &Wrong::new(what, "每间教室一个名字；没有写进来的班各用自己的班名"));
        }
        if room.teacher.as_ref().is_some_and(|teacher| room.helpers.contains(teacher)) {
            let what = format!("「{}」的负责老师又写成了志愿者", room.name);
            section.report_at(*at, &Wrong::new(what, "志愿者不点名、不交接，两处留一处"));
        }
        for class in &room.classes {
            if !taken.insert(class) {
                section.report_at(*at, &Wrong::new(format!("{class}写进了两间教室"), "一个班只在一间教室"));
            }
        }
    }
}
