//! Days of the week (星期) in a named week or the coming one: 下周三, 周五, 下周一、三, 这周剩下的三天, 下周整周.
//!
//! Start at [`week`].

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::super::numerals;
use super::day::{Anchor, Bare, Found, Mention, lasting, one, run_of, shifted};
use super::{in_week, monday};

/// 下周三, 这周五, 周一, 下周一整周, 下周一、三.
pub(super) fn week(text: &str, at: usize, anchor: &Anchor, after: Option<NaiveDate>) -> Found {
    let rest = text.get(at..)?;
    if let Some(word) = ["一整个", "整个", "整"].iter().find(|w| rest.starts_with(**w)) {
        let (base, from) = week_base(text, at + word.len(), anchor)?;
        let span = base.and_then(|monday| Some(Mention::Span(monday, shifted(monday, 4)?)));
        return Some((span, from + lead(text.get(from..)?)?.len()));
    }
    let (base, from) = week_base(text, at, anchor)?;
    let tail = text.get(from..)?;
    if let Some((weekday, length)) = english(tail) {
        return Some((one(pick(weekday, base, anchor, after)), from + length));
    }
    let from = from + lead(tail)?.len();
    // 下个礼拜的周五.
    let doubled =
        text.get(from..).and_then(|rest| rest.strip_prefix('的')).filter(|_| base.is_some()).and_then(lead);
    let from = from + doubled.map_or(0, |lead| '的'.len_utf8() + lead.len());
    if let (Some(base), Some(length)) = (base, whole_week(text.get(from..)?)) {
        return Some((shifted(base, 4).map(|friday| Mention::Span(base, friday)), from + length));
    }
    // 这周剩下的三天: those after today, as many as are counted.
    if let Some(base) = base
        && let Some((count, end)) = rest_of_week(text, from)
    {
        let friday = shifted(base, 4)?;
        let first = shifted(anchor.today, 1)?;
        let is_all = base <= anchor.today && (friday - anchor.today).num_days() == i64::from(count);
        return Some((is_all.then_some(Mention::Span(first, friday)), end));
    }
    // 下礼拜头两天: the first or the last few of its school days.
    if let Some(base) = base
        && let Some((first, last, end)) = few_of_week(text, from)
    {
        return Some((
            shifted(base, first).zip(shifted(base, last)).map(|(from, to)| Mention::Span(from, to)),
            end,
        ));
    }
    let (days, end) = week_days(text, from, base.is_some());
    let picked: Option<Vec<NaiveDate>> = days.iter().map(|day| pick(*day, base, anchor, after)).collect();
    let Some(picked) = picked else { return Some((None, end)) };
    match picked.as_slice() {
        // 下周 alone does not say which day.
        [] => base.map(|_| (None, from)).filter(|_| !tail.starts_with("周末")),
        [first] if after.is_none() && lasting(text, end).is_some() => {
            lasting(text, end).map(|(length, end)| (run_of(*first, length), end))
        }
        _ => Some((Some(Mention::Days(picked)), end)),
    }
}

/// 剩下的三天: how many, and the byte after it.
fn rest_of_week(text: &str, at: usize) -> Option<(u32, usize)> {
    let rest = text.get(at..)?;
    let word = ["剩下的", "余下的"].into_iter().find(|word| rest.starts_with(word))?;
    let (count, end) = numerals::number_at(text, at + word.len())?;
    text.get(end..)?.starts_with('天').then(|| (count, end + '天'.len_utf8()))
}

/// 头两天, 最后三天: which days of a week, counted from Monday as 0, and the byte after them.
fn few_of_week(text: &str, at: usize) -> Option<(i64, i64, usize)> {
    let rest = text.get(at..)?;
    let (word, is_first) = [
        ("的前", true),
        ("的头", true),
        ("的后", false),
        ("前", true),
        ("头", true),
        ("最后", false),
        ("后", false),
    ]
    .into_iter()
    .find(|(word, _)| rest.starts_with(word))?;
    let (count, end) = numerals::number_at(text, at + word.len())?;
    let count = i64::from(count);
    let ends = text.get(end..)?.starts_with('天') && (1..=5).contains(&count);
    ends.then_some(if is_first {
        (0, count - 1, end + '天'.len_utf8())
    } else {
        (5 - count, 4, end + '天'.len_utf8())
    })
}

/// The Monday that 下, 这 or 上 before a weekday means, if one is there, and where the weekday starts.
fn week_base(text: &str, at: usize, anchor: &Anchor) -> Option<(Option<NaiveDate>, usize)> {
    // 下一周, 下一个星期: the week, but 下一个周三 may be the coming one.
    for word in ["下一个", "下一"] {
        if let Some(tail) = text.get(at..)?.strip_prefix(word)
            && let Some(after) = lead(tail).and_then(|lead| tail.get(lead.len()..))
        {
            let is_week = after.starts_with("天天") || after.chars().next().and_then(weekday).is_none();
            return is_week
                .then(|| shifted(monday(anchor.today)?, 7).map(|next| (Some(next), at + word.len())))?;
        }
    }
    let prefixes = [
        ("大下个", 2),
        ("大下", 2),
        ("下下个", 2),
        ("下下", 2),
        ("下个", 1),
        ("下", 1),
        ("上个", -1),
        ("上", -1),
        ("这个", 0),
        ("这", 0),
        ("本", 0),
        ("next ", 1),
        ("this ", 0),
    ];
    let rest = text.get(at..)?;
    if !rest.starts_with(|c| may_name_week(c) || matches!(c, 'n' | 't')) {
        return Some((None, at));
    }
    let names_day = |t: &str| lead(t).is_some() || english(t).is_some();
    let found = prefixes.iter().find(|(word, _)| rest.strip_prefix(word).is_some_and(names_day));
    let base = match found {
        Some((_, weeks)) => Some(shifted(monday(anchor.today)?, 7 * weeks)?),
        None => None,
    };
    Some((base, at + found.map_or(0, |(word, _)| word.len())))
}

/// The only week that a text names, by its Monday, and whether it is named by itself, without one of its days; `None`
/// where the text names none or several.
pub(super) fn only_week(text: &str, anchor: &Anchor) -> Option<(NaiveDate, bool)> {
    let mut found = None::<(NaiveDate, bool)>;
    let mut skipped = 0;
    for (at, c) in text.char_indices() {
        if at < skipped || !may_name_week(c) {
            continue;
        }
        let Some((Some(monday), from)) = week_base(text, at, anchor) else { continue };
        skipped = from + lead(text.get(from..)?)?.len();
        if found.is_some_and(|(known, _)| known != monday) {
            return None;
        }
        let is_topic = text.get(skipped..)?.chars().next().and_then(weekday).is_none();
        found.get_or_insert((monday, is_topic));
    }
    found
}

/// The week that is named with the day at this byte, by its Monday.
pub(super) fn week_at(text: &str, at: usize, anchor: &Anchor) -> Option<NaiveDate> {
    text.get(at..)?.starts_with(may_name_week).then(|| week_base(text, at, anchor))??.0
}

fn may_name_week(c: char) -> bool {
    matches!(c, '大' | '下' | '上' | '这' | '本')
}

/// 下周我们|周二请假, 下周|，周二: the week of the days that follow, by its Monday, and the byte before them.
pub(super) fn topic_at(text: &str, at: usize, anchor: &Anchor) -> Option<(NaiveDate, usize)> {
    const LIGHT: &[&str] = &[
        "我们", "我", "孩子", "娃", "他", "她", "家", "想", "要", "得", "需要", "打算", "准备", "请假", "请",
        "的", "在", "就", "从", "只有", "只要", "只", "有", "是", "不是", "呢", "吧", "，", "、",
    ];
    let monday = week_at(text, at, anchor)?;
    let (_, from) = week_base(text, at, anchor)?;
    let named = from + lead(text.get(from..)?)?.len();
    let mut end = named;
    while let Some(word) = LIGHT.iter().find(|word| text.get(end..).is_some_and(|t| t.starts_with(**word))) {
        end += word.len();
    }
    let rest = text.get(end..)?;
    let is_day =
        lead(rest).is_some_and(|lead| rest.chars().nth(lead.chars().count()).and_then(weekday).is_some());
    (rest.is_empty() && end == named || is_day).then_some((monday, end))
}

/// What makes a week whole, after it.
const WHOLE: &[&str] = &[
    "一整周",
    "一整个星期",
    "一周",
    "整周",
    "全周",
    "整个星期",
    "整个礼拜",
    "整个周",
    "整整一周",
    "整整一个星期",
    "整整一个礼拜",
    "整整一星期",
    "一整星期",
    "一整礼拜",
    "整星期",
    "整礼拜",
    "从周一到周五",
    "从星期一到星期五",
    "从礼拜一到礼拜五",
    "一个星期",
    "都请假",
    "全部请假",
    "请满五天",
    "请五天",
    "全都请",
    "都要请",
    "都想请",
    "五天",
    "一整个礼拜",
    "一个礼拜",
    "全部",
    "全请假",
    "全请",
    "全不来",
    "都请",
    "都不来上学",
    "都不来",
    "都不去",
    "都不上学",
    "都不上",
    "都不到校",
    "都不",
    "一星期",
    "一礼拜",
    "天天",
    "每天",
    "从头到尾",
    "从周一请到周五",
    "全周请",
];

/// The length of the words that make a week whole.
fn whole_week(text: &str) -> Option<usize> {
    let whole = WHOLE.iter().find(|word| text.starts_with(**word))?;
    // 下周一周三请假: two days, and no week.
    let names_day = lead_end(whole) && text.get(whole.len()..)?.chars().next().and_then(weekday).is_some();
    (!names_day).then_some(whole.len())
}

fn lead_end(word: &str) -> bool {
    word.ends_with("周") || word.ends_with("星期") || word.ends_with("礼拜")
}

/// Weekday digits after their lead, with separators: 一、三和五; of a named week also with their own lead: 下周一和周三.
fn week_days(text: &str, from: usize, is_named: bool) -> (Vec<Weekday>, usize) {
    let (mut days, mut end) = (Vec::new(), from);
    let digit = |t: &str| t.chars().next().and_then(weekday);
    while let Some(day) = text.get(end..).and_then(digit) {
        // 周四19号: a day of the month begins here.
        if !days.is_empty() && is_dated(text, end) {
            break;
        }
        // 周五一整天: this one counts something else.
        let counts = |t: &str| {
            let mut chars = t.chars();
            let first = chars.next();
            chars.next().is_some_and(|c| {
                matches!(c, '天' | '个') || first == Some('一') && "整起直早大定共下".contains(c)
            })
        };
        if !days.is_empty() && text.get(end..).is_some_and(counts) {
            break;
        }
        days.push(day);
        end += text.get(end..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
        let next = text.get(end..).unwrap_or_default();
        let separator = ["、", "和", "跟", "及"].iter().find_map(|s| {
            let after = next.strip_prefix(*s)?;
            let own = lead(after).filter(|_| is_named).map_or(0, str::len);
            let day = after.get(own..)?;
            let is_day = digit(day).is_some() && !day.chars().nth(1).is_some_and(|c| "号月点".contains(c));
            is_day.then_some(s.len() + own)
        });
        end += separator.unwrap_or(0);
    }
    (days, end)
}

/// 19号, 20日, 9月: a number that names no weekday.
fn is_dated(text: &str, at: usize) -> bool {
    numerals::number_at(text, at)
        .is_some_and(|(_, end)| text.get(end..).is_some_and(|tail| tail.starts_with(['号', '日', '月'])))
}

/// One weekday with its lead at this byte, and the byte after it.
pub(super) fn weekday_at(text: &str, at: usize) -> Option<(Weekday, usize)> {
    let rest = text.get(at..)?;
    let from = lead(rest)?.len();
    let c = rest.get(from..)?.chars().next()?;
    weekday(c).map(|day| (day, at + from + c.len_utf8()))
}

fn lead(text: &str) -> Option<&'static str> {
    ["星期", "礼拜", "周", "拜"].into_iter().find(|lead| text.starts_with(lead))
}

fn english(text: &str) -> Option<(Weekday, usize)> {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let names = [
        ("monday", Weekday::Mon),
        ("tuesday", Weekday::Tue),
        ("wednesday", Weekday::Wed),
        ("thursday", Weekday::Thu),
        ("friday", Weekday::Fri),
        ("saturday", Weekday::Sat),
        ("sunday", Weekday::Sun),
        ("mon", Weekday::Mon),
        ("tue", Weekday::Tue),
        ("wed", Weekday::Wed),
        ("thu", Weekday::Thu),
        ("fri", Weekday::Fri),
    ];
    names.into_iter().find(|(name, _)| text.starts_with(name)).map(|(name, day)| (day, name.len()))
}

/// A weekday in a given week, or the coming one; `None` for today's own name.
fn pick(
    weekday: Weekday,
    base: Option<NaiveDate>,
    anchor: &Anchor,
    after: Option<NaiveDate>,
) -> Option<NaiveDate> {
    match (base, after) {
        (Some(base), _) => in_week(base, weekday),
        (None, Some(first)) => first.iter_days().skip(1).take(7).find(|d| d.weekday() == weekday),
        (None, None) => {
            let coming = || anchor.today.iter_days().skip(1).take(6).find(|d| d.weekday() == weekday);
            match anchor.bare {
                Bare::Coming => coming(),
                Bare::Of(monday) => in_week(monday, weekday),
                Bare::After(monday, day) => {
                    let meant = in_week(monday, weekday)?;
                    (meant > day || coming() == Some(meant)).then_some(meant)
                }
            }
        }
    }
}

fn weekday(c: char) -> Option<Weekday> {
    Some(match c {
        '一' | '1' => Weekday::Mon,
        '二' | '2' => Weekday::Tue,
        '三' | '3' => Weekday::Wed,
        '四' | '4' => Weekday::Thu,
        '五' | '5' => Weekday::Fri,
        '六' | '6' => Weekday::Sat,
        '日' | '天' | '7' => Weekday::Sun,
        _ => return None,
    })
}
