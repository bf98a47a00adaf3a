//! Festivals (节日): the day itself, the days around its days off, and the days off.
//!
//! Start at [`festival`].

use chrono::NaiveDate;

use super::super::Holiday;
use super::super::phrases::starts_with_any;
use super::day::{Anchor, Found, Mention, one};
use super::written::nearest;

/// What festivals are called by their date.
const EVERYDAY: &[(&str, &str)] =
    &[("劳动节", "五一"), ("国庆节", "十一"), ("儿童节", "六一"), ("春节", "过年"), ("元旦", "元旦节")];

/// Days of the year that everybody calls by a name, whether or not school is off.
const FIXED: &[(&str, u32, u32)] = &[
    ("六一儿童节", 6, 1),
    ("儿童节", 6, 1),
    ("六一", 6, 1),
    ("五一劳动节", 5, 1),
    ("三八妇女节", 3, 8),
    ("妇女节", 3, 8),
    ("教师节", 9, 10),
    ("圣诞节", 12, 25),
    ("元旦", 1, 1),
];

/// 六一那天, 教师节: a fixed day, said as a day.
pub(super) fn fixed(text: &str, at: usize, anchor: &Anchor) -> Found {
    let rest = text.get(at..)?;
    let (name, month, day) = FIXED.iter().find(|(name, ..)| rest.starts_with(name))?;
    let tail = rest.get(name.len()..)?;
    let said = ["那天", "当天", "当日", "这天", "那一天"].iter().find(|word| tail.starts_with(**word));
    let is_day = said.is_some() || name.ends_with('节') && tail.is_empty();
    is_day.then(|| {
        (one(nearest(*month, *day, anchor.today)), at + name.len() + said.map_or(0, |word| word.len()))
    })
}

/// 中秋节那天, 国庆节后第一天, 国庆前一天, 国庆期间.
pub(super) fn festival(text: &str, at: usize, anchor: &Anchor) -> Found {
    let rest = text.get(at..)?;
    let (holiday, length) = anchor.holidays.iter().find_map(|h| {
        let short = h.name.trim_end_matches('节');
        let everyday = EVERYDAY.iter().find(|(name, _)| *name == h.name).map_or("", |(_, word)| *word);
        let form = [h.name.as_str(), short, everyday]
            .into_iter()
            .find(|form| !form.is_empty() && rest.starts_with(form))?;
        let length = form.len()
            + if !form.ends_with('节') && rest.get(form.len()..)?.starts_with('节') { 3 } else { 0 };
        Some((h, length))
    })?;
    let end = at + length;
    let mut tail = text.get(end..)?;
    let skipped = ["放假", "假期", "长假", "假", "小长假", "的"]
        .iter()
        .find(|w| tail.starts_with(**w))
        .map_or(0, |w| w.len());
    let after_skip = tail.get(skipped..)?;
    // 过完五一头一天.
    let is_over = text.get(..at).is_some_and(|before| before.ends_with("过完") || before.ends_with("过了"));
    if let Some(found) = after_festival(text, end, holiday, is_over) {
        return Some(found);
    }
    let forms: [(&str, Option<NaiveDate>); 9] = [
        ("前一天", holiday.from.pred_opt()),
        ("的前一天", holiday.from.pred_opt()),
        ("前最后一天", holiday.from.pred_opt()),
        ("那天", Some(holiday.day)),
        ("当天", Some(holiday.day)),
        ("当日", Some(holiday.day)),
        ("这天", Some(holiday.day)),
        ("正日子", Some(holiday.day)),
        ("那一天", Some(holiday.day)),
    ];
    for candidate in [tail, after_skip] {
        if let Some((form, day)) = forms.iter().find(|(form, _)| candidate.starts_with(form)) {
            return Some((one(*day), text.len() - candidate.len() + form.len()));
        }
    }
    if starts_with_any(after_skip, &["期间", "七天", "几天", "全部", "整个"])
        || skipped > 3 && after_skip.is_empty()
    {
        return Some((
            Some(Mention::Span(holiday.from, holiday.to)),
            end + skipped + 6.min(after_skip.len()),
        ));
    }
    tail = tail.trim_start_matches(['请', '假', '吧', '了', '要', '想']);
    let is_alone = tail.is_empty() && (holiday.to - holiday.from).num_days() <= 2;
    Some((is_alone.then_some(Mention::Days(vec![holiday.day])), end))
}

/// 国庆节后第一天, 中秋节放假回来上学第一天: the first day after the days off.
fn after_festival(text: &str, at: usize, holiday: &Holiday, is_over: bool) -> Found {
    let mut end = at;
    let mut is_after = is_over;
    let links = [
        "放完假",
        "放完",
        "休完",
        "放假",
        "假期",
        "长假",
        "结束",
        "过完",
        "之后",
        "以后",
        "过后",
        "收假",
        "回来",
        "上学",
        "开学",
        "返校",
        "上课",
        "回学校",
        "回校",
        "到校",
        "假",
        "后",
        "的",
        "完",
    ];
    while let Some(word) = links.iter().find(|word| text.get(end..).is_some_and(|t| t.starts_with(**word))) {
        is_after |= word.contains('后')
            || matches!(*word, "回来" | "收假" | "返校" | "开学" | "放完假" | "放完" | "休完" | "过完");
        end += word.len();
    }
    let rest = text.get(end..)?;
    let word =
        ["第一天", "头一天", "首日", "一天", "那天", "当天"].iter().find(|word| rest.starts_with(**word))?;
    // 节后头一天上学: the first day of school, and not that the child is there.
    let of_school = ["的", ""].iter().find_map(|link| {
        let rest = rest.get(word.len()..)?.strip_prefix(link)?;
        let verb = ["上学", "开学", "上课", "返校", "到校", "回校", "回学校"]
            .iter()
            .find(|v| rest.starts_with(**v))?;
        (!matches!(*word, "那天" | "当天")).then_some(link.len() + verb.len())
    });
    is_after.then(|| (one(holiday.to.succ_opt()), end + word.len() + of_school.unwrap_or(0)))
}
