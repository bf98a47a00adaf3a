//! One day named twice (同一天): by its number and by its weekday, in two clauses.
//!
//! Inside one clause `named` does the same. Start at [`repeated`].

use chrono::{Datelike as _, NaiveDate};

use super::super::phrases::starts_with_any;
use super::super::weekdays;
use super::day::{Anchor, Bare};
use super::named::Said;
use super::week;

/// 19号，周四: whether a clause that is a weekday names the later day before it once more; `None` where it is a day of its
/// own.
pub(super) fn repeated(last: &Said, is_numbered: bool, text: &str, anchor: &Anchor) -> Option<bool> {
    if !is_numbered || anchor.bare != Bare::Coming {
        return None;
    }
    let (weekday, end) = week::weekday_at(text, 0)?;
    let ([day], None) = (last.days.as_slice(), last.to) else { return None };
    let coming = anchor.today.iter_days().skip(1).take(7).find(|d| d.weekday() == weekday)?;
    (end == text.len() && coming < *day).then(|| day.weekday() == weekday)
}

/// 下周三，也就是19号: whether the clause puts another day in the place of the one that was named.
pub(super) fn contradicts(text: &str, all: &[Said], named: &[Said]) -> bool {
    let only = |said: &[Said]| -> Option<NaiveDate> {
        let [Said { days, to: None, .. }] = said else { return None };
        days.first().copied().filter(|_| days.len() == 1)
    };
    starts_with_any(text, &["也就是", "就是", "即"])
        && only(all).zip(only(named)).is_some_and(|(one, other)| one != other)
}

/// 今天周日, 今天是星期天: a clause that says what today is called, and nothing else.
pub(super) fn names_today(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("今天").or_else(|| text.strip_prefix("今儿")) else {
        return false;
    };
    let rest = rest.strip_prefix('是').unwrap_or(rest);
    weekdays::group_at(rest, 0).is_some_and(|group| group.end == rest.len())
}
