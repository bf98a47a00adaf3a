//! The weekly report (周报, R21): how a school stands at the end of a week, for its responsible inspector.
//!
//! Pure: the same figures always give the same bytes. Figures only, no child's name. Start at [`Weekly`].

use std::fmt::Write as _;

use chrono::{Datelike, Days, NaiveDate};

use super::complaint::{Complaint, Step};
use super::digest::figures::DigestFigures;
use super::digest::share;
use super::ledger::Change;
use super::survey::Counts;
use crate::clock::Moment;

/// Classes named in one report at the most.
const CLASSES_MAX: usize = 5;

/// A civil week, Monday to Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Week {
    monday: NaiveDate,
}

/// One week of one school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weekly {
    /// The week.
    pub week: Week,
    /// How many stood where before it began.
    pub before: Counts,
    /// The figures at its end; their day is the last one that is counted.
    pub figures: DigestFigures,
    /// Complaints and late pickups, where they are kept.
    pub care: WeeklyCare,
}

/// What else an inspector asks for; `None` where nobody keeps it yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WeeklyCare {
    /// Complaints (投诉, R22).
    pub complaints: Option<Complaints>,
    /// 晚接: children who were fetched after the agreed time, each time counted.
    pub late_pickups: Option<u32>,
    /// 中途申请 (R14).
    pub joins: JoinRequests,
}

/// The requests of a week to join in mid-term.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JoinRequests {
    /// Received in the week.
    pub received: u32,
    /// Placed in the week.
    pub arranged: u32,
    /// The longest time in school minutes until a child was placed.
    pub longest_minutes: i64,
}

/// The complaints of a week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Complaints {
    /// Received in the week.
    pub received: u32,
    /// Answered in the week.
    pub answered: u32,
    /// Without an answer at its end.
    pub open: u32,
}

impl JoinRequests {
    /// Adds a line of the week.
    pub fn add(&mut self, change: &Change) {
        match change {
            Change::JoinRequested => self.received += 1,
            Change::JoinDecided { is_arranged: true, school_minutes } => {
                self.arranged += 1;
                self.longest_minutes = self.longest_minutes.max(*school_minutes);
            }
            Change::JoinDecided { is_arranged: false, .. }
            | Change::JoinedRoll { .. }
            | Change::MovedClass { .. }
            | Change::LeftRoll
            | Change::Asked { .. }
            | Change::Unreachable { .. }
            | Change::Listed
            | Change::Answered(_)
            | Change::Withdrawn(_)
            | Change::LeaveTaken { .. }
            | Change::LeaveTakenBack { .. } => {}
        }
    }
}

impl Complaints {
    /// Adds a complaint; `end` is the moment after the week.
    pub fn add(&mut self, complaint: &Complaint, start: Moment, end: Moment) {
        let is_of_week = |at: Moment| start <= at && at < end;
        let answered_at = complaint.steps().iter().find_map(|step| match step {
            Step::Answered { at, .. } => Some(*at),
            Step::Routed { .. } | Step::InReview { .. } => None,
        });
        self.received += u32::from(is_of_week(complaint.at()));
        self.answered += u32::from(answered_at.is_some_and(is_of_week));
        let is_open = complaint.at() < end && answered_at.is_none_or(|at| at >= end);
        self.open += u32::from(is_open);
    }
}

impl Week {
    /// The week of a day.
    pub fn of(day: NaiveDate) -> Self {
        let since = Days::new(u64::from(day.weekday().num_days_from_monday()));
        Self { monday: day.checked_sub_days(since).unwrap_or(day) }
    }

    /// Its first day.
    pub fn monday(self) -> NaiveDate {
        self.monday
    }

    /// Its seven days.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.monday.iter_days().take(7)
    }
}

impl Weekly {
    /// The words.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let (first, last) = (self.week.monday(), self.figures.day);
        let (school, total) = (&self.figures.school, self.figures.total());
        write!(text, "【{school}】{}月{}日—", first.month(), first.day())?;
        writeln!(text, "{}月{}日 课后服务周报", last.month(), last.day())?;
        write!(text, "全校 {} 人，已回复 {} 人（{}）", total.roll(), total.answered(), share(total))?;
        match total.answered().checked_sub(self.before.answered()) {
            Some(0) => writeln!(text, "，和上周一样")?,
            Some(more) => writeln!(text, "，本周多了 {more} 人")?,
            // Answers leave with the students who gave them.
            None => writeln!(text, "，本周少了 {} 人", self.before.answered() - total.answered())?,
        }
        writeln!(text, "参加 {}，不参加 {}，再考虑 {}", total.accepted, total.declined, total.undecided)?;
        let open = (total.silent, total.unreachable, total.not_asked);
        writeln!(text, "未回复 {}，联系不上 {}，未询问 {}", open.0, open.1, open.2)?;
        let slow = self.figures.slowest_classes(CLASSES_MAX);
        if !slow.is_empty() {
            let named: Vec<_> =
                slow.iter().map(|slow| format!("{} {}", slow.class, share(slow.counts))).collect();
            writeln!(text, "回复最少的班：{}", named.join("、"))?;
        }
        if let Some(Complaints { received, answered, open }) = self.care.complaints {
            writeln!(text, "投诉：本周收到 {received} 件，答复 {answered} 件，还没答复 {open} 件")?;
        }
        if let Some(late) = self.care.late_pickups {
            writeln!(text, "晚接：本周 {late} 人次")?;
        }
        let JoinRequests { received, arranged, longest_minutes } = self.care.joins;
        if received + arranged > 0 {
            write!(text, "中途申请：本周收到 {received} 件，安排 {arranged} 件")?;
            if arranged > 0 {
                write!(text, "，最久用了 {}", school_time(longest_minutes))?;
            }
            writeln!(text)?;
        }
        write!(text, "（按台账第 {} 行统计）", self.figures.position)
    }
}

/// School time in words, such as `3小时20分钟（上学时间）`.
fn school_time(minutes: i64) -> String {
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let hours = if hours > 0 { format!("{hours}小时") } else { String::new() };
    format!("{hours}{minutes}分钟（上学时间）")
}

#[cfg(test)]
mod tests {
    use super::super::digest::figures::ClassFigures;
    use super::super::people::{ClassId, Grade};
    use super::*;

    #[test]
    fn a_week_begins_on_monday_whatever_day_is_asked() {
        let monday = NaiveDate::from_ymd_opt(2026, 8, 31).unwrap();
        for day in monday.iter_days().take(7) {
            assert_eq!(Week::of(day).monday(), monday, "{day}");
        }
        assert_eq!(Week::of(monday).days().last(), NaiveDate::from_ymd_opt(2026, 9, 6));
    }

    #[test]
    fn it_says_how_the_week_ended_and_only_what_is_kept() {
        let counts = Counts { accepted: 30, declined: 4, silent: 6, ..Counts::default() };
        let class = ClassId { grade: Grade::School(3), number: 2 };
        let day = NaiveDate::from_ymd_opt(2026, 9, 4).unwrap();
        let figures = DigestFigures {
            school: "青禾路小学".into(),
            day,
            position: 77,
            classes: vec![ClassFigures { class, counts }],
            custody: None,
        };
        let before = Counts { accepted: 10, ..Counts::default() };
        let mut weekly = Weekly { week: Week::of(day), before, figures, care: WeeklyCare::default() };
        insta::assert_snapshot!(weekly.text(), @r"
        【青禾路小学】8月31日—9月4日 课后服务周报
        全校 40 人，已回复 34 人（85%），本周多了 24 人
        参加 30，不参加 4，再考虑 0
        未回复 6，联系不上 0，未询问 0
        回复最少的班：三年级2班 85%
        （按台账第 77 行统计）
        ");
        weekly.care.complaints = Some(Complaints { received: 2, answered: 1, open: 1 });
        weekly.care.late_pickups = Some(3);
        let text = weekly.text();
        assert!(!text.contains("中途申请"), "{text}");
        for change in [
            Change::JoinRequested,
            Change::JoinDecided { is_arranged: true, school_minutes: 200 },
            Change::JoinDecided { is_arranged: true, school_minutes: 45 },
            Change::JoinDecided { is_arranged: false, school_minutes: 900 },
        ] {
            weekly.care.joins.add(&change);
        }
        let joined = weekly.text();
        let told = "中途申请：本周收到 1 件，安排 2 件，最久用了 3小时20分钟（上学时间）\n";
        assert!(joined.contains(told), "{joined}");
        assert!(
            text.contains("投诉：本周收到 2 件，答复 1 件，还没答复 1 件\n晚接：本周 3 人次\n"),
            "{text}"
        );
    }
}
