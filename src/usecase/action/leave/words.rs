//! The days of a leave in words, and why there is no care on others.
//!
//! Start at [`spans`].

use chrono::NaiveDate;

use super::super::super::draft::Draft;
use super::super::super::facts::day_in_words;
use super::service_days;
use crate::domain::leave::NoService;
use crate::understand::{DateSpan, DayPart};

/// Such as `11月26日（周四）下午、11月30日（周一）到12月2日（周三）（共3天）`; holidays and weekends are not counted.
pub(super) fn spans(draft: &Draft<'_>, spans: &[DateSpan]) -> String {
    let spans = spans.iter().filter_map(|span| {
        let part = match span.part {
            DayPart::Day => "",
            DayPart::Am => "上午",
            DayPart::Pm => "下午",
        };
        Some(format!("{}{part}", run(&service_days(draft, *span))?))
    });
    spans.collect::<Vec<_>>().join("、")
}

/// Days in order, those in a row as one span.
pub(super) fn days(draft: &Draft<'_>, days: &[NaiveDate]) -> String {
    let plan = &draft.school.plan;
    let mut runs: Vec<Vec<NaiveDate>> = Vec::new();
    for day in days {
        let follows = |last: &NaiveDate| {
            let between = last.iter_days().skip(1).take_while(|other| other < day);
            last < day && !between.into_iter().any(|other| plan.has_service(&draft.school.calendar, other))
        };
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(follows) => run.push(*day),
            _ => runs.push(vec![*day]),
        }
    }
    runs.iter().filter_map(|days| run(days)).collect::<Vec<_>>().join("、")
}

fn run(days: &[NaiveDate]) -> Option<String> {
    let (first, last) = (days.first()?, days.last()?);
    let first_in_words = day_in_words(*first);
    Some(if first == last {
        first_in_words
    } else {
        format!("{first_in_words}到{}（共{}天）", day_in_words(*last), days.len())
    })
}

/// Why there is no care, such as `11月28日（周六）、11月29日（周日）是周末`.
pub(in super::super) fn reasons(free: &[(NaiveDate, NoService)]) -> String {
    let mut told: Vec<(&NoService, Vec<String>)> = Vec::new();
    for (day, why) in free {
        match told.last_mut() {
            Some((known, days)) if *known == why => days.push(day_in_words(*day)),
            _ => told.push((why, vec![day_in_words(*day)])),
        }
    }
    let told = told.into_iter().map(|(why, days)| {
        let why = match why {
            NoService::OutsideTerm => "不在这个学期里".to_owned(),
            NoService::Holiday(name) => format!("是{name}假期"),
            NoService::DayOff => "学校放假".to_owned(),
            NoService::Weekend => "是周末".to_owned(),
            NoService::NotOffered => "没有安排".to_owned(),
        };
        format!("{}{why}", days.join("、"))
    });
    told.collect::<Vec<_>>().join("，")
}
