//! Calendar (校历): school days, school hours, and the one place where the school's zone enters.
//!
//! Pure. Public holidays and make-up workdays (调休) are data, one file a year (`config/calendars/`); the term and
//! the hours come from the school's plan. A year without its file is a [`Problem`] of [`Calendar::problems`], not a
//! guess in silence: until the file is there, weekdays count as school days, except those that the law keeps free
//! every year. Start at [`Calendar::is_school_day`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use crate::problem::{Place, Problem};

mod year;

pub use year::Year;

/// The zone of all schools in mainland China.
pub const ZONE: Tz = chrono_tz::Asia::Shanghai;

/// A term (学期) of a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its name, as people say it.
    pub name: String,
    /// The first school day.
    pub first_day: NaiveDate,
    /// The last school day.
    pub last_day: NaiveDate,
    /// Days that this school has off beyond the public holidays, such as a sports meeting.
    pub days_off: BTreeSet<NaiveDate>,
    /// Days on which this school alone makes up for others.
    pub extra_days: BTreeSet<NaiveDate>,
}

/// A span of each day, from the first minute to before the last; past midnight when it ends before it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyHours {
    /// The first minute.
    pub from: NaiveTime,
    /// The first minute that is outside again.
    pub until: NaiveTime,
}

/// The days and hours of one school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i32, Year>,
    terms: Vec<Term>,
    school_hours: DailyHours,
}

impl DailyHours {
    /// The quiet hours (免打扰时段) of a school that says nothing else: 21:00-07:00.
    pub const QUIET: Self = Self { from: hour(21), until: hour(7) };
    /// The school hours (在校办公时段) of a school that says nothing else: 08:00-18:00.
    pub const SCHOOL: Self = Self { from: hour(8), until: hour(18) };

    /// Whether `time` lies in the span; a span that ends where it begins is empty.
    pub fn contains(self, time: NaiveTime) -> bool {
        if self.from <= self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }

    /// Whether the clocks of the schools show a time in the span at `moment`.
    pub fn is_at(self, moment: DateTime<Utc>) -> bool {
        self.contains(moment.with_timezone(&ZONE).time())
    }
}

/// What the schools' clocks and calendars show at a moment.
pub fn local(now: DateTime<Utc>) -> NaiveDateTime {
    now.with_timezone(&ZONE).naive_local()
}

/// A full hour; an hour that does not exist is midnight.
const fn hour(hour: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, 0, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

impl Calendar {
    /// A school's calendar; a later year of the same number replaces an earlier one, so that a school's own file
    /// wins over the shipped one.
    pub fn new(years: impl IntoIterator<Item = Year>, terms: Vec<Term>, school_hours: DailyHours) -> Self {
        let years = years.into_iter().map(|year| (year.number, year)).collect();
        Self { years, terms, school_hours }
    }

    /// One problem for each year that a term touches and that has no file.
    pub fn problems(&self) -> Vec<Problem> {
        let touched: BTreeSet<i32> =
            self.terms.iter().flat_map(|term| term.first_day.year()..=term.last_day.year()).collect();
        let missing = touched.into_iter().filter(|year| !self.years.contains_key(year));
        missing.map(missing_year).collect()
    }

    /// Whether the holidays of the day's year are known.
    pub fn is_known(&self, date: NaiveDate) -> bool {
        self.years.contains_key(&date.year())
    }

    /// Whether children go to school on `date`.
    pub fn is_school_day(&self, date: NaiveDate) -> bool {
        let Some(term) = self.terms.iter().find(|term| term.first_day <= date && date <= term.last_day)
        else {
            return false;
        };
        if term.days_off.contains(&date) {
            return false;
        }
        if term.extra_days.contains(&date) {
            return true;
        }
        let is_weekday = !matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        match self.years.get(&date.year()) {
            Some(year) => year.workdays.contains(&date) || (is_weekday && !year.holidays.contains_key(&date)),
            None => is_weekday && !is_always_free(date),
        }
    }

    /// The public holiday that `date` belongs to, where the year's file names one.
    pub fn holiday(&self, date: NaiveDate) -> Option<&str> {
        self.years.get(&date.year())?.holidays.get(&date).map(String::as_str)
    }

    /// The first school day after `after`; `None` when the terms end before.
    pub fn next_school_day(&self, after: NaiveDate) -> Option<NaiveDate> {
        let last = self.terms.iter().map(|term| term.last_day).max()?;
        let days = after.iter_days().skip(1).take_while(|day| *day <= last);
        // A jump over the time before a term keeps the walk as short as the terms are.
        let mut days = days.skip_while(|day| self.terms.iter().all(|term| *day < term.first_day));
        days.find(|day| self.is_school_day(*day))
    }

    /// The `days`-th school day after `date`, which is `date` itself for 0; `None` when the terms end before.
    pub fn add_school_days(&self, date: NaiveDate, days: u32) -> Option<NaiveDate> {
        (0..days).try_fold(date, |day, _| self.next_school_day(day))
    }

    /// How many school days lie after `from` up to and including `to`; 0 when `to` is not later.
    pub fn school_days_between(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let first = self.terms.iter().map(|term| term.first_day).min();
        let before_first = first.and_then(|first| first.pred_opt()).map_or(from, |day| day.max(from));
        let last = self.terms.iter().map(|term| term.last_day).max().map_or(from, |last| last.min(to));
        let days = before_first.iter_days().skip(1).take_while(|day| *day <= last);
        u32::try_from(days.filter(|day| self.is_school_day(*day)).count()).unwrap_or(u32::MAX)
    }

    /// The term that `date` lies in.
    pub fn term(&self, date: NaiveDate) -> Option<&Term> {
        self.terms.iter().find(|term| term.first_day <= date && date <= term.last_day)
    }

    /// The civil date at the school.
    pub fn local_date(&self, now: DateTime<Utc>) -> NaiveDate {
        now.with_timezone(&ZONE).date_naive()
    }

    /// The time of day at the school.
    pub fn local_time(&self, now: DateTime<Utc>) -> NaiveTime {
        now.with_timezone(&ZONE).time()
    }

    /// The moment at which the school's clocks show `date` and `time`.
    pub fn moment(&self, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let local = date.and_time(time);
        let shown = ZONE.from_local_datetime(&local).earliest();
        // Clocks were put forward in some years before 1992: an hour that was left out is the one after it.
        let shown = shown.or_else(|| ZONE.from_local_datetime(&(local + Duration::hours(1))).earliest());
        shown.map_or_else(|| local.and_utc(), |moment| moment.with_timezone(&Utc))
    }

    /// The moment `days` school days after `from`, at `time`, or at the same time of day without one.
    ///
    /// `None` when the terms end before. This is how a flow's «after 2 schooldays, at 19:00» is read.
    pub fn at_school_time(
        &self,
        from: DateTime<Utc>,
        days: u32,
        time: Option<NaiveTime>,
    ) -> Option<DateTime<Utc>> {
        let date = self.add_school_days(self.local_date(from), days)?;
        Some(self.moment(date, time.unwrap_or_else(|| self.local_time(from))))
    }

    /// The school time (在校工作时间) between two moments; nothing when `until` is not later.
    ///
    /// Only the school hours of school days count: from Friday 17:00 to Monday 09:00 it is two hours.
    pub fn school_time_between(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Duration {
        let (first, last) = (self.local_date(from), self.local_date(until));
        let mut day = if self.is_school_day(first) { Some(first) } else { self.next_school_day(first) };
        let mut total = Duration::zero();
        // Bound: each round moves on by one school day of a term.
        while let Some(today) = day.filter(|today| *today <= last) {
            let opens = self.moment(today, self.school_hours.from).max(from);
            let closes = self.moment(today, self.school_hours.until).min(until);
            total += (closes - opens).max(Duration::zero());
            day = self.next_school_day(today);
        }
        total
    }

    /// The moment at which `hours` of school time have passed since `from`; `None` when the terms end before.
    ///
    /// Only the school hours of school days count: four hours from Friday 16:00 end on Monday morning.
    pub fn add_school_hours(&self, from: DateTime<Utc>, hours: Duration) -> Option<DateTime<Utc>> {
        let mut left = hours.max(Duration::zero());
        let today = self.local_date(from);
        let mut day = if self.is_school_day(today) { today } else { self.next_school_day(today)? };
        // Bound: each round takes at least a minute away or moves on by one school day of a term.
        loop {
            let opens = self.moment(day, self.school_hours.from).max(from);
            let closes = self.moment(day, self.school_hours.until);
            let open = (closes - opens).max(Duration::zero());
            if left <= open && opens < closes {
                return Some(opens + left);
            }
            left -= open;
            day = self.next_school_day(day)?;
        }
    }

    /// The public holidays that touch these days, each with its first and last day off, and the weekend days with school
    /// between them; both ends included.
    pub fn around(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> (Vec<(String, NaiveDate, NaiveDate)>, Vec<NaiveDate>) {
        let years = || self.years.range(from.year()..=to.year()).map(|(_, year)| year);
        let mut holidays: Vec<(String, NaiveDate, NaiveDate)> = Vec::new();
        for (day, name) in years().flat_map(|year| &year.holidays) {
            match holidays.last_mut() {
                Some((last, _, end)) if last == name && end.succ_opt() == Some(*day) => *end = *day,
                _ => holidays.push((name.clone(), *day, *day)),
            }
        }
        holidays.retain(|(_, first, last)| *last >= from && *first <= to);
        let workdays = years().flat_map(|year| &year.workdays).copied();
        (holidays, workdays.filter(|day| (from..=to).contains(day)).collect())
    }

    /// The hours that count for deadlines.
    pub fn school_hours(&self) -> DailyHours {
        self.school_hours
    }
}

/// The days in fixed places of the solar year that are free by law, whatever a year's notice says.
///
/// Source: 全国年节及纪念日放假办法, as of 2025-01-01.
fn is_always_free(date: NaiveDate) -> bool {
    matches!((date.month(), date.day()), (1, 1) | (5, 1 | 2) | (10, 1..=3))
}

fn missing_year(year: i32) -> Problem {
    let file = format!("config/calendars/cn-{year}.toml");
    Problem::new(
        Place::File(file.clone()),
        format!("没有 {year} 年的节假日与调休安排；补上之前按「周一至周五上学」估算，可能在假期里打扰家长"),
    )
    .instead(format!("国务院办公厅公布 {year} 年放假安排后，照 cn-{}.toml 的样子新建 {file}", year - 1))
}

#[cfg(test)]
mod tests;
