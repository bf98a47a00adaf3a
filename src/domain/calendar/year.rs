//! One year's public holidays and make-up workdays (节假日与调休), read from `config/calendars/cn-YYYY.toml`.
//!
//! Knows no school. Start at [`Year::parse`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};

use crate::domain::document::{self, Document, Section, Wrong};
use crate::problem::Problem;

/// The longest run of holidays that a notice has ever named is ten days; more is a slip of the pen.
const HOLIDAY_DAYS_MAX: usize = 15;

/// A year's public holidays and make-up workdays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// The year.
    pub number: i32,
    /// The notice that it follows.
    pub source: String,
    /// Each day off with the name of its holiday.
    pub holidays: BTreeMap<NaiveDate, String>,
    /// Weekend days on which the country works.
    pub workdays: BTreeSet<NaiveDate>,
}

/// The years that come with the program, by the name of their file.
const SHIPPED: [(&str, &str); 2] = [
    ("config/calendars/cn-2025.toml", include_str!("../../../config/calendars/cn-2025.toml")),
    ("config/calendars/cn-2026.toml", include_str!("../../../config/calendars/cn-2026.toml")),
];

impl Year {
    /// The years that come with the program.
    ///
    /// # Errors
    /// None in a released program; the files are read like a school's own.
    pub fn shipped() -> Result<Vec<Self>, Vec<Problem>> {
        SHIPPED.iter().map(|(file, text)| Self::parse(file, text)).collect()
    }

    /// Reads one year; `file` is its name in problems.
    ///
    /// # Errors
    /// Every problem with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        Document::parse(file, text, |section| {
            let year = section.required("year", document::count(2000..=2100));
            let source = section.required("source", document::text);
            let spans = section.sections("holidays", holiday);
            let workdays = section.list("workdays", document::date);
            let number = i32::try_from(year?).ok()?;
            let holidays = days_of(spans);
            check(section, number, &holidays, &workdays);
            Some(Self { number, source: source?, holidays, workdays: workdays.into_iter().collect() })
        })
    }
}

/// One holiday's name, first and last day.
fn holiday(section: &mut Section<'_>) -> Option<(String, NaiveDate, NaiveDate)> {
    let name = section.required("name", document::text);
    let first = section.required("first_day", document::date);
    let last = section.required("last_day", document::date);
    let (name, first, last) = (name?, first?, last?);
    if last < first {
        section.report(
            "last_day",
            &Wrong::new(format!("「{name}」结束在开始之前"), "末日写在首日之后，首日末日都算放假"),
        );
        return None;
    }
    if first.iter_days().take_while(|day| *day <= last).count() > HOLIDAY_DAYS_MAX {
        section.report(
            "last_day",
            &Wrong::new(format!("「{name}」超过 {HOLIDAY_DAYS_MAX} 天"), "核对首日与末日的月份"),
        );
        return None;
    }
    Some((name, first, last))
}

fn days_of(spans: Vec<(String, NaiveDate, NaiveDate)>) -> BTreeMap<NaiveDate, String> {
    let days = |(name, first, last): (String, NaiveDate, NaiveDate)| {
        first.iter_days().take_while(move |day| *day <= last).map(move |day| (day, name.clone()))
    };
    spans.into_iter().flat_map(days).collect()
}

fn check(section: &Section<'_>, year: i32, holidays: &BTreeMap<NaiveDate, String>, workdays: &[NaiveDate]) {
    if let Some(day) = holidays.keys().find(|day| day.year() != year) {
        section.report(
            "holidays",
            &Wrong::new(format!("{day} 不在 {year} 年"), format!("只写 {year} 年的日子")),
        );
    }
    for day in workdays {
        if day.year() != year {
            section.report(
                "workdays",
                &Wrong::new(format!("{day} 不在 {year} 年"), format!("只写 {year} 年的日子")),
            );
        }
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            section.report(
                "workdays",
                &Wrong::new(format!("{day} 不是周末，不需要调休上班"), "核对通知里的日期"),
            );
        }
        if let Some(name) = holidays.get(day) {
            section.report("workdays", &Wrong::new(format!("{day} 同时写成了「{name}」放假"), "两处留一处"));
        }
    }
}
