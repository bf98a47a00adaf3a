//! Spans of days (日期段): in order, without what is excepted, neighbours as one.
//!
//! Start at [`merged`].

use chrono::{Datelike as _, NaiveDate};

use super::super::{DateSpan, DayPart};
use super::named::Said;

/// 除了周四，下周都请假: a weekday outside the span means the one inside it.
pub(super) fn without(spans: &[DateSpan], excepted: &[NaiveDate]) -> Option<Vec<DateSpan>> {
    let days: Vec<(NaiveDate, DayPart)> = spans
        .iter()
        .flat_map(|s| s.from.iter_days().take_while(|d| *d <= s.to).map(|d| (d, s.part)))
        .collect();
    let is_inside = |day: &NaiveDate| days.iter().any(|(d, _)| d == day);
    let is_excepted = |day: NaiveDate| {
        excepted.iter().any(|e| *e == day || (!is_inside(e) && e.weekday() == day.weekday()))
    };
    let kept: Vec<Said> = days
        .iter()
        .filter(|(d, _)| !is_excepted(*d))
        .map(|(d, part)| Said { days: vec![*d], to: None, part: Some(*part), to_part: None })
        .collect();
    (kept.len() < days.len()).then(|| merged(&kept)).flatten()
}

/// Spans in order, neighbours with the same part as one; `None` when one runs backwards or two overlap.
pub(super) fn merged(all: &[Said]) -> Option<Vec<DateSpan>> {
    let mut out: Vec<DateSpan> = Vec::new();
    // 周四周五下午: the part at the end is the part of all that have none.
    let shared = all
        .last()
        .and_then(|s| s.part)
        .filter(|_| all.len() > 1 && all.iter().rev().skip(1).all(|s| s.part.is_none() && s.to.is_none()));
    for said in all {
        let part = said.part.or(shared).unwrap_or(DayPart::Day);
        match said.to {
            None => out.extend(said.days.iter().map(|d| DateSpan { from: *d, to: *d, part })),
            Some(to) => out.extend(parts_of_span(*said.days.first()?, to, said.part, said.to_part)?),
        }
    }
    out.sort_by_key(|s| (s.from, s.to));
    out.dedup();
    let mut merged: Vec<DateSpan> = Vec::new();
    for span in out {
        match merged.last_mut() {
            Some(last) if span.from <= last.to => {
                let (same_day, halves) = (
                    span.from == last.to && span.to == span.from && last.from == last.to,
                    span.part != last.part,
                );
                if !(same_day && halves) {
                    return None;
                }
                last.part = DayPart::Day;
            }
            Some(last) if last.part == span.part && last.to.succ_opt() == Some(span.from) => {
                last.to = span.to;
            }
            _ => merged.push(span),
        }
    }
    Some(merged)
}

/// 明天下午到后天上午: the first day's afternoon, whole days between, the last day's morning.
pub(super) fn parts_of_span(
    from: NaiveDate,
    to: NaiveDate,
    part: Option<DayPart>,
    to_part: Option<DayPart>,
) -> Option<Vec<DateSpan>> {
    if from > to || (to - from).num_days() > 120 {
        return None;
    }
    let one = |day: NaiveDate, part: DayPart| DateSpan { from: day, to: day, part };
    match (part, to_part) {
        _ if from == to => {
            Some(vec![one(from, if part == to_part { part.unwrap_or(DayPart::Day) } else { DayPart::Day })])
        }
        (None | Some(DayPart::Day | DayPart::Am), None) if part != Some(DayPart::Am) => {
            Some(vec![DateSpan { from, to, part: DayPart::Day }])
        }
        (None, Some(part)) => Some(vec![DateSpan { from, to, part }]),
        (Some(DayPart::Pm), Some(DayPart::Am | DayPart::Day | DayPart::Pm))
        | (Some(DayPart::Am | DayPart::Day), Some(_)) => {
            let mut out = Vec::new();
            let first_whole = if part == Some(DayPart::Pm) { from.succ_opt()? } else { from };
            let last_whole = if to_part == Some(DayPart::Am) { to.pred_opt()? } else { to };
            if part == Some(DayPart::Pm) {
                out.push(one(from, DayPart::Pm));
            }
            if first_whole <= last_whole {
                out.push(DateSpan { from: first_whole, to: last_whole, part: DayPart::Day });
            }
            if to_part == Some(DayPart::Am) {
                out.push(one(to, DayPart::Am));
            }
            Some(out)
        }
        _ => None,
    }
}
