//! Days written by number: 9月20号, 9.20, 20-22号, the month's last day, sept 23.
//!
//! Start at [`written`].

use chrono::{Datelike as _, Months, NaiveDate, Weekday};

use super::super::phrases::starts_with_any;
use super::super::{numerals, weekdays};
use super::day::{Anchor, Found, Mention, lasting, one, run_of, shifted};

/// 9月20号, 9.20, 2021-09-23, 20号, 下个月5号, 九月的最后一天, 20、21号.
pub(super) fn written(text: &str, at: usize, anchor: &Anchor, after: Option<NaiveDate>) -> Found {
    let rest = text.get(at..)?;
    for (word, shift) in
        [("下个月", 1), ("下月", 1), ("这个月", 0), ("本月", 0), ("当月", 0), ("上个月", -1), ("上月", -1)]
    {
        if rest.starts_with(word) {
            let month = if shift < 0 {
                anchor.today.checked_sub_months(Months::new(1))?
            } else {
                anchor.today.checked_add_months(Months::new(u32::try_from(shift).ok()?))?
            };
            return in_month(text, at + word.len(), month.year(), month.month())
                .or(Some((None, at + word.len())));
        }
    }
    if let Some(found) = english_date(text, at, anchor) {
        return Some(found);
    }
    let (first, end) = numerals::number_at(text, at)?;
    let tail = text.get(end..)?;
    if let Some(found) = compact(text, at, anchor).or_else(|| later(text, at, (first, end), anchor)) {
        return Some(found);
    }
    if let (1000..=9999, Some(mark)) = (first, tail.chars().next().filter(|c| "年-./".contains(*c))) {
        let (month, end) = numerals::number_at(text, end + mark.len_utf8())?;
        let next = text.get(end..)?.chars().next().filter(|c| "月-./".contains(*c))?;
        let (day, end) = numerals::number_at(text, end + next.len_utf8())?;
        let date = NaiveDate::from_ymd_opt(i32::try_from(first).ok()?, month, day);
        return Some((one(date), end + day_word(text, end)));
    }
    if tail.starts_with('月') && !tail.starts_with("月底") {
        let year = nearest(first, 15, anchor.today).map_or(anchor.today.year(), |d| d.year());
        if let Some(found) = month_day(text, end + '月'.len_utf8(), first, anchor) {
            return Some(found);
        }
        return in_month(text, end + '月'.len_utf8(), year, first).or(Some((None, end + 3)));
    }
    if let Some(mark) = tail.chars().next().filter(|c| "./-".contains(*c)) {
        let found = numerals::number_at(text, end + mark.len_utf8());
        if let Some((day, day_end)) = found.filter(|_| rest.starts_with(|c: char| c.is_ascii_digit())) {
            let is_days = text.get(day_end..)?.starts_with(['号', '日']) && mark == '-';
            if !is_days && (1..=12).contains(&first) && (1..=31).contains(&day) {
                return Some((one(nearest(first, day, anchor.today)), day_end + day_word(text, day_end)));
            }
        }
    }
    days_of_month(text, at, anchor, after)
}

/// 20250430, and 0430 where it is all that was said.
fn compact(text: &str, at: usize, anchor: &Anchor) -> Found {
    let rest = text.get(at..)?;
    let digits = rest.get(..rest.bytes().take_while(u8::is_ascii_digit).count())?;
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let day = match digits.len() {
        8 => NaiveDate::from_ymd_opt(digits.get(..4)?.parse().ok()?, number(4, 6)?, number(6, 8)?),
        4 if text.len() == 4 => nearest(number(0, 2)?, number(2, 4)?, anchor.today),
        _ => return None,
    };
    Some((one(day), at + digits.len()))
}

/// 三天后 as all that comes first, 一周后的今天: so far from today. 两周后的周一 may be two days.
fn later(text: &str, at: usize, (count, end): (u32, usize), anchor: &Anchor) -> Found {
    let tail = text.get(end..)?;
    if !tail.starts_with(['天', '周', '个', '星', '礼']) {
        return None;
    }
    let unit =
        ["天", "周", "个星期", "星期", "个礼拜", "礼拜"].iter().find(|unit| tail.starts_with(**unit))?;
    let after = tail.get(unit.len()..)?;
    let word = ["之后", "以后", "后"].iter().find(|word| after.starts_with(**word))?;
    let (from, rest) = (end + unit.len() + word.len(), after.get(word.len()..)?);
    if *unit != "天" {
        let same_day = ["的今天", "今天"].iter().find(|word| rest.starts_with(**word));
        let day = same_day.and_then(|_| shifted(anchor.today, 7 * i64::from(count)));
        return Some((one(day), from + same_day.map_or(0, |word| word.len())));
    }
    let is_alone =
        at == 0 && (rest.is_empty() || starts_with_any(rest, &["请", "要请", "想请", "不来", "，"]));
    (is_alone && count <= 30).then(|| (one(shifted(anchor.today, i64::from(count))), from))
}

/// sept 23, april 8th.
pub(super) fn english_date(text: &str, at: usize, anchor: &Anchor) -> Found {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let rest = text.get(at..)?;
    let month = MONTHS.iter().position(|name| rest.starts_with(name))?;
    let word = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let from = at + word + rest.get(word..)?.len() - rest.get(word..)?.trim_start_matches([' ', '.']).len();
    let (day, end) = numerals::number_at(text, from)?;
    let suffix = ["st", "nd", "rd", "th"].iter().any(|s| text.get(end..).is_some_and(|t| t.starts_with(s)));
    let day = nearest(u32::try_from(month).ok()? + 1, day, anchor.today);
    Some((one(day), end + if suffix { 2 } else { 0 }))
}

pub(super) fn day_word(text: &str, at: usize) -> usize {
    text.get(at..).filter(|t| t.starts_with(['号', '日'])).map_or(0, |_| 3)
}

/// The day and days after a month: 9月20号, 9月20、21号; the month's last day.
pub(super) fn month_day(text: &str, at: usize, month: u32, anchor: &Anchor) -> Found {
    let numbers = number_list(text, at)?;
    let days: Option<Vec<NaiveDate>> =
        numbers.0.iter().map(|day| nearest(month, *day, anchor.today)).collect();
    Some((days.map(Mention::Days), numbers.1))
}

/// 下个月5号, 九月的最后一天.
pub(super) fn in_month(text: &str, at: usize, year: i32, month: u32) -> Found {
    let rest = text.get(at..)?;
    let last = ["的最后一天", "最后一天", "底最后一天", "末最后一天"].iter().find(|w| rest.starts_with(**w));
    if let Some(word) = last {
        let first = NaiveDate::from_ymd_opt(year, month, 1);
        let day = first.and_then(|d| d.checked_add_months(Months::new(1))).and_then(|d| d.pred_opt());
        return Some((one(day), at + word.len()));
    }
    if let Some(found) = ordinal_weekday(text, at, year, month) {
        return Some(found);
    }
    let (numbers, end) = number_list(text, at)?;
    let days: Option<Vec<NaiveDate>> =
        numbers.iter().map(|day| NaiveDate::from_ymd_opt(year, month, *day)).collect();
    Some((days.map(Mention::Days), end))
}

/// 5月的第一个周三, 这个月最后一个周五.
fn ordinal_weekday(text: &str, at: usize, year: i32, month: u32) -> Found {
    let rest = text.get(at..)?;
    if !rest.starts_with(['份', '的', '第', '最']) {
        return None;
    }
    let rest = rest.strip_prefix('份').unwrap_or(rest);
    let rest = rest.strip_prefix('的').unwrap_or(rest);
    let (count, from) = if let Some(after) = rest.strip_prefix("最后一个") {
        (None, text.len() - after.len())
    } else {
        let (count, end) = numerals::number_at(text, text.len() - rest.strip_prefix('第')?.len())?;
        (Some(u8::try_from(count).ok()?), text.get(end..)?.strip_prefix('个').map(|t| text.len() - t.len())?)
    };
    let group = weekdays::group_at(text, from)?;
    let mut days = group.days.iter();
    let (Some(number), None) = (days.next(), days.next()) else { return None };
    let weekday = Weekday::try_from(number.checked_sub(1)?).ok()?;
    let day = match count {
        Some(count) => NaiveDate::from_weekday_of_month_opt(year, month, weekday, count),
        None => [5, 4].iter().find_map(|n| NaiveDate::from_weekday_of_month_opt(year, month, weekday, *n)),
    };
    Some((one(day), group.end))
}

/// Numbers that share one 号: 20、21和22号.
pub(super) fn number_list(text: &str, at: usize) -> Option<(Vec<u32>, usize)> {
    let (first, mut end) = numerals::number_at(text, at)?;
    let mut numbers = vec![first];
    end += day_word(text, end);
    loop {
        let next = text.get(end..)?;
        // 2号3号: the word for a day ends the number before it.
        let is_next = text.get(..end).is_some_and(|before| before.ends_with(['号', '日']))
            && next.starts_with(|c: char| {
                c.is_ascii_digit() || numerals::digit(c).is_some() && c != '两' || matches!(c, '十' | '廿')
            });
        let separator = ["、", "和", "跟", "，", "及", " "].iter().find(|s| next.starts_with(**s)).copied();
        let Some(separator) = separator.or(is_next.then_some("")) else { break };
        let Some((number, after)) = numerals::number_at(text, end + separator.len()) else { break };
        let tail = text.get(after..)?;
        if tail.starts_with(['月', '点', '年', '.', '/', ':']) {
            break;
        }
        if separator.is_empty() && day_word(text, after) == 0 {
            break;
        }
        numbers.push(number);
        end = after + day_word(text, after);
    }
    Some((numbers, end))
}

/// 20号, 20-22号, 二十二号到…: days without a month are this month's, and not past.
pub(super) fn days_of_month(text: &str, at: usize, anchor: &Anchor, after: Option<NaiveDate>) -> Found {
    let (numbers, end) = number_list(text, at)?;
    let is_counted = numbers.len() > 1
        && ["两天", "三天", "这两天", "两号", "两日", "三号这"]
            .iter()
            .any(|w| text.get(end..).is_some_and(|t| t.starts_with(w)));
    let counts_as_day = is_counted && starts_with_any(text.get(end..)?, &["两号", "两日"]);
    let end = end + if counts_as_day { "两号".len() } else { 0 };
    // 请一日假 counts, and names no day.
    if numbers.len() == 1 && text.get(..end)?.ends_with('日') && text.get(end..)?.starts_with('假') {
        return None;
    }
    let has_word = is_counted || text.get(..end)?.ends_with(['号', '日']) || ends_span(text, at, end, after);
    let this_month = |day: u32| {
        let base = after.unwrap_or(anchor.today);
        let date = NaiveDate::from_ymd_opt(base.year(), base.month(), day)?;
        (date >= anchor.today || after.is_some_and(|a| date >= a)).then_some(date)
    };
    if !has_word {
        let rest = text.get(end..)?;
        let word = ["到", "至", "-"].iter().find(|w| rest.starts_with(**w))?;
        let (to, to_end) = numerals::number_at(text, end + word.len())?;
        let is_days = text.get(to_end..)?.starts_with(['号', '日']) && numbers.len() == 1;
        let span = this_month(*numbers.first()?)
            .zip(this_month(to))
            .filter(|(a, b)| a < b)
            .map(|(a, b)| Mention::Span(a, b));
        return is_days.then_some((span, to_end + 3));
    }
    let days: Option<Vec<NaiveDate>> = numbers.iter().map(|day| this_month(*day)).collect();
    let found = days.map(Mention::Days);
    if let (Some(Mention::Days(days)), Some((length, lasting_end))) = (&found, lasting(text, end)) {
        return Some((days.first().and_then(|d| run_of(*d, length)), lasting_end));
    }
    Some((found, end))
}

/// 24号到|26|: a number without 号 ends the span that one began.
fn ends_span(text: &str, at: usize, end: usize, after: Option<NaiveDate>) -> bool {
    let (Some(before), Some(rest)) = (text.get(..at), text.get(end..)) else { return false };
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '号' | '日');
    after.is_some()
        && text.get(at..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()))
        && before.strip_suffix(['到', '至', '-']).is_some_and(|t| t.ends_with(is_number))
        && (rest.is_empty() || rest.starts_with(['，', '。', '请', '都', '(']))
}

/// A month and a day in the year that brings them nearest to today.
pub(super) fn nearest(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    (-1..=1)
        .filter_map(|n| NaiveDate::from_ymd_opt(today.year() + n, month, day))
        .min_by_key(|d| (*d - today).num_days().abs())
}
