//! Workload (工作量, R18): what each member of staff did in a month, from the custody log.
//!
//! Nothing is typed in; the rules are `domain::workload`. Start at [`of_month`].

use std::collections::BTreeMap;

use chrono::{Datelike as _, Months, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::action::Outcome;
use super::draft::Draft;
use super::record::{self, Stored};
use super::{School, Service, UseCaseError, custody};
use crate::domain::custody::CustodyEvent;
use crate::domain::people::{Person, PersonName};
use crate::domain::workload::{self, MonthRow, Work};

/// The workload of a school in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthlyWorkload {
    /// The month's first day.
    pub month: NaiveDate,
    /// A row for each person who did something, staff before volunteers.
    pub rows: Vec<NamedRow>,
}

/// A row with the person's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedRow {
    /// The name; empty for somebody who is no longer on record.
    pub name: PersonName,
    /// What they did.
    pub row: MonthRow,
}

/// What everybody did in a month.
///
/// - `day`: any day of the month.
///
/// # Errors
/// The store failed.
pub async fn of_month(
    service: &Service,
    school: &School,
    day: NaiveDate,
) -> Result<MonthlyWorkload, UseCaseError> {
    let month = day.with_day(1).unwrap_or(day);
    let mut named = Vec::new();
    for row in rows(service, school, month).await? {
        let key = record::key::<Person>(&school.id, &row.person);
        let person = record::load::<Person>(service.store.as_ref(), &key).await?;
        let name = person.map_or_else(|| PersonName(String::new()), |Stored { value, .. }| value.name);
        named.push(NamedRow { name, row });
    }
    Ok(MonthlyWorkload { month, rows: named })
}

/// Shows a member of staff their own work of this month and the last.
///
/// # Errors
/// The store failed.
pub(super) async fn show(draft: &Draft<'_>) -> Result<Outcome, UseCaseError> {
    let today = draft.school.calendar.local_date(draft.now);
    let this = today.with_day(1).unwrap_or(today);
    let last = this.checked_sub_months(Months::new(1)).unwrap_or(this);
    let mut lines = Vec::new();
    for month in [this, last] {
        let rows = rows(draft.service, draft.school, month).await?;
        let own = rows.iter().filter(|row| row.person == draft.person.id);
        lines.extend(own.map(|row| format!("{}月：{}", month.month(), in_words(row))));
    }
    if lines.is_empty() {
        return Ok(("nothing", BTreeMap::new()));
    }
    Ok(("shown", BTreeMap::from([("lines".to_owned(), json!(lines.join("\n")))])))
}

/// The rows of the month that begins with `first`.
async fn rows(service: &Service, school: &School, first: NaiveDate) -> Result<Vec<MonthRow>, UseCaseError> {
    let end = first.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
    let calendar = &school.calendar;
    let span = (calendar.moment(first, NaiveTime::MIN), calendar.moment(end, NaiveTime::MIN));
    let mut rooms: BTreeMap<(NaiveDate, String), Vec<CustodyEvent>> = BTreeMap::new();
    custody::events_between(service, &school.id, span, |day, room, event| {
        rooms.entry((day, room)).or_default().push(event);
    })
    .await?;
    let lines: Vec<_> = rooms.values().flat_map(|log| workload::of_day(log, &school.plan)).collect();
    Ok(workload::month(&lines, first))
}

/// Such as `6天，照看178人次，交接170人次，共11小时20分钟，其中放学后多陪了35分钟`.
fn in_words(row: &MonthRow) -> String {
    let Work { minutes, children, handovers, late_minutes, .. } = row.work;
    let late = format!("，其中放学后多陪了{}", hours(late_minutes));
    let late = if late_minutes > 0 { late.as_str() } else { "" };
    format!("{}天，照看{children}人次，交接{handovers}人次，共{}{late}", row.days, hours(minutes))
}

fn hours(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}分钟"),
        (hours, 0) => format!("{hours}小时"),
        (hours, minutes) => format!("{hours}小时{minutes}分钟"),
    }
}
