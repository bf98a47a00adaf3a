//! Leave (请假): the days on which a child does not come, as guardians ask for them and take them back.
//!
//! Pure. One document per student; no day stands in two spans. Knows no conversation and no roll call:
//! [`Leaves::is_on_leave`] is what the custody day asks. Start at [`add`] and [`cancel`]. Source: R5, R15.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::people::PersonId;
use super::plan::Plan;
use crate::clock::Moment;
use crate::understand::{DateSpan, DayPart};

/// The days of a student's leave (请假记录), in order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaves {
    spans: Vec<LeaveSpan>,
}

/// Days in a row that were asked for together, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveSpan {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Which part of each day; a morning alone leaves the care of the afternoon as it is, see [`Care`].
    pub part: DayPart,
    /// Who asked, when, and the receipt that was given.
    #[serde(flatten)]
    pub asked: Asked,
}

/// Who asked for leave, when, and the receipt for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Moment,
    /// The receipt code (回执码), fresh when it is passed in.
    pub receipt: String,
}

/// What a leave means for the care after class, which is in the afternoon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Care {
    /// The child does not come: a full day or an afternoon.
    Excused,
    /// The child is away in the morning only and is expected in care as ever.
    StillExpected,
}

/// A leave that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The document to store.
    pub leaves: Leaves,
    /// The days with service in the span, at least one.
    pub days: Vec<NaiveDate>,
    /// Those of them that had passed already: asked afterwards (补假), and to be said so.
    pub past: Vec<NaiveDate>,
    /// What it means for the care after class.
    pub care: Care,
    /// Whether anything is new; the same leave twice changes nothing.
    pub is_new: bool,
}

/// Which leave is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancel {
    /// One day.
    Day(NaiveDate),
    /// All that is still to come of the leave with this receipt.
    Whole {
        /// Its receipt code.
        receipt: String,
    },
}

/// A leave that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// The document to store.
    pub leaves: Leaves,
    /// The days on which the child comes again.
    pub days: Vec<NaiveDate>,
}

/// The school's rules say no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The span ends before it begins.
    Backwards {
        /// Its first day.
        from: NaiveDate,
        /// Its last day.
        to: NaiveDate,
    },
    /// The span is longer than [`LEAVE_DAYS_MAX`]; who stays away that long leaves the service.
    TooLong {
        /// Its days, holidays and weekends included.
        days: i64,
    },
    /// There is no service on any of its days.
    NoServiceDay {
        /// The first days of it, with the reason of each, at most seven.
        days: Vec<(NaiveDate, NoService)>,
    },
    /// There is no such leave.
    NotOnLeave,
    /// The day has passed; the record of it stays.
    Past {
        /// The last day of what was to be taken back.
        day: NaiveDate,
    },
}

/// Why there is no service on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoService {
    /// Before, after or between the terms.
    OutsideTerm,
    /// A public holiday.
    Holiday(String),
    /// A day that this school has off.
    DayOff,
    /// A weekend that is not made up.
    Weekend,
    /// A weekday without service by the plan.
    NotOffered,
}

/// The longest leave in days, about half a term.
pub const LEAVE_DAYS_MAX: i64 = 100;
/// The days that a refusal explains.
const EXPLAINED_MAX: usize = 7;

/// Takes a leave. One that shares days with an older one becomes one leave with it, under the new receipt.
///
/// - `today`: the school's civil date; days before it are allowed and come back as [`Added::past`].
///
/// # Errors
/// [`Refusal::Backwards`], [`Refusal::TooLong`], and [`Refusal::NoServiceDay`] with the reasons.
pub fn add(
    present: &Leaves,
    span: DateSpan,
    asked: &Asked,
    today: NaiveDate,
    calendar: &Calendar,
    plan: &Plan,
) -> Result<Added, Refusal> {
    if span.to < span.from {
        return Err(Refusal::Backwards { from: span.from, to: span.to });
    }
    let days = (span.to - span.from).num_days() + 1;
    if days > LEAVE_DAYS_MAX {
        return Err(Refusal::TooLong { days });
    }
    let days = leave_days(span, calendar, plan);
    if days.is_empty() {
        let reasons = days_of(span.from, span.to)
            .filter_map(|day| Some((day, no_service(day, calendar, plan)?)))
            .take(EXPLAINED_MAX);
        return Err(Refusal::NoServiceDay { days: reasons.collect() });
    }
    let past = days.iter().copied().filter(|day| *day < today).collect();
    let leaves = present.with(span, asked);
    let is_new = leaves.parts() != present.parts();
    let leaves = if is_new { leaves } else { present.clone() };
    Ok(Added { leaves, days, past, care: care(span.part), is_new })
}

/// Takes a leave back, from today on.
///
/// # Errors
/// [`Refusal::NotOnLeave`] when there is none, [`Refusal::Past`] when all of it has passed.
pub fn cancel(present: &Leaves, what: &Cancel, today: NaiveDate) -> Result<Cancelled, Refusal> {
    let days: Vec<NaiveDate> = match what {
        Cancel::Day(day) => present.days().into_keys().filter(|one| one == day).collect(),
        Cancel::Whole { receipt } => {
            let spans = present.spans.iter().filter(|span| span.asked.receipt == *receipt);
            spans.flat_map(|span| days_of(span.from, span.to)).collect()
        }
    };
    let last = *days.last().ok_or(Refusal::NotOnLeave)?;
    let days: Vec<NaiveDate> = days.into_iter().filter(|day| *day >= today).collect();
    if days.is_empty() {
        return Err(Refusal::Past { day: last });
    }
    let mut left = present.days();
    left.retain(|day, _| !days.contains(day));
    Ok(Cancelled { leaves: Leaves::of(left), days })
}

/// The days with service in a span: a holiday or a weekend inside it is no day of leave.
pub fn leave_days(span: DateSpan, calendar: &Calendar, plan: &Plan) -> Vec<NaiveDate> {
    days_of(span.from, span.to).filter(|day| plan.has_service(calendar, *day)).collect()
}

/// Why there is no service on `day`; `None` when there is one.
pub fn no_service(day: NaiveDate, calendar: &Calendar, plan: &Plan) -> Option<NoService> {
    if plan.has_service(calendar, day) {
        return None;
    }
    Some(match calendar.term(day) {
        None => NoService::OutsideTerm,
        Some(term) if term.days_off.contains(&day) => NoService::DayOff,
        Some(_) => match calendar.holiday(day) {
            Some(name) => NoService::Holiday(name.to_owned()),
            None if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) => NoService::Weekend,
            None => NoService::NotOffered,
        },
    })
}

/// What a leave for this part of the day means for the care after class.
pub fn care(part: DayPart) -> Care {
    match part {
        DayPart::Day | DayPart::Pm => Care::Excused,
        DayPart::Am => Care::StillExpected,
    }
}

impl Leaves {
    /// The spans in order of time; no day is in two.
    pub fn spans(&self) -> &[LeaveSpan] {
        &self.spans
    }

    /// Whether the child is excused from the care after class on `day`; a leave for the morning alone does not count.
    pub fn is_on_leave(&self, day: NaiveDate) -> bool {
        let on_day = self.spans.iter().find(|span| span.from <= day && day <= span.to);
        on_day.is_some_and(|span| care(span.part) == Care::Excused)
    }

    /// With one more span: its days, and those of every span that shares a day with it, are one statement now.
    fn with(&self, span: DateSpan, asked: &Asked) -> Self {
        let mut days = BTreeMap::new();
        for known in &self.spans {
            let is_joined = known.from <= span.to && span.from <= known.to;
            let origin = if is_joined { asked } else { &known.asked };
            days.extend(days_of(known.from, known.to).map(|day| (day, (known.part, origin.clone()))));
        }
        for day in days_of(span.from, span.to) {
            let part = days.get(&day).map_or(span.part, |(known, _)| union(*known, span.part));
            days.insert(day, (part, asked.clone()));
        }
        Self::of(days)
    }

    fn of(days: BTreeMap<NaiveDate, (DayPart, Asked)>) -> Self {
        let mut spans: Vec<LeaveSpan> = Vec::new();
        for (day, (part, asked)) in days {
            match spans.last_mut() {
                Some(last) if last.to.succ_opt() == Some(day) && last.part == part && last.asked == asked => {
                    last.to = day;
                }
                _ => spans.push(LeaveSpan { from: day, to: day, part, asked }),
            }
        }
        Self { spans }
    }

    fn days(&self) -> BTreeMap<NaiveDate, (DayPart, Asked)> {
        let days = |span: &LeaveSpan| {
            let (part, asked) = (span.part, span.asked.clone());
            days_of(span.from, span.to).map(move |day| (day, (part, asked.clone()))).collect::<Vec<_>>()
        };
        self.spans.iter().flat_map(days).collect()
    }

    fn parts(&self) -> Vec<(NaiveDate, DayPart)> {
        self.days().into_iter().map(|(day, (part, _))| (day, part)).collect()
    }
}

fn union(one: DayPart, other: DayPart) -> DayPart {
    if one == other { one } else { DayPart::Day }
}

fn days_of(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    from.iter_days().take_while(move |day| *day <= to)
}

#[cfg(test)]
mod tests;
