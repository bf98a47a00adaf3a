//! Weekdays (星期): which days of the week, from lists, ranges, exclusions and everyday words.
//!
//! `reply = clause*`, `clause = (group | all | rest | except group)* negative?`, `group = day (separator? day)* | day 到 day`.
//! A negative after a group rules it out; an exclusion counts only when the reply says that the rest is wanted.
//! Start at [`read`]; [`group_at`] is shared with other grammars.

mod counted;
mod exception;
mod listed;
mod reading;
mod words;

use std::borrow::Cow;

use chrono::Weekday;
use smallvec::SmallVec;

use super::clause::{self, Mood};
use super::few::Few;
use super::lexicon;
use super::phrases::{ends_with_any, starts_with_any};
use super::{Answer, Value, numerals};
use listed::{joined_lists, refused_list, with_leads};
use reading::Said;
use words::LEXICON;

/// Days found at a place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// Numbers from Monday = 1; 6 and 7 are the weekend, 8 stands for no day at all.
    pub(super) days: Few<u8>,
    /// The byte after it.
    pub(super) end: usize,
}

/// Days with a lead (`周一`, `星期一、三`, `礼拜2到4`, `周一三五`) that start at this byte.
pub(super) fn group_at(text: &str, start: usize) -> Option<Group> {
    let rest = text.get(start..)?;
    if !rest.starts_with(['每', '星', '礼', '周', '拜', '逢']) {
        return None;
    }
    let lead = ["每个星期", "每星期", "每周", "星期", "礼拜", "周", "拜", "逢"]
        .iter()
        .find(|lead| rest.starts_with(**lead))?;
    let from = start + lead.len();
    // 一个礼拜五天 counts the days of a week.
    let is_length = text.get(..start).is_some_and(|t| t.ends_with("一个") || t.ends_with('一'));
    let counted = text.get(from..).is_some_and(|t| t.chars().nth(1) == Some('天'));
    if is_length && counted {
        return None;
    }
    let group = run(text, from, true)?;
    let next = text.get(group.end..).unwrap_or_default();
    // 每周三次 counts, it names no day.
    let counts = starts_with_any(next, &["次", "回", "节", "个", "天"]);
    (!(counts && group.end - from <= 3)).then_some(group)
}

/// Day digits one after another, with or without separators and ranges.
fn run(text: &str, start: usize, is_led: bool) -> Option<Group> {
    let mut days: Few<u8> = Few::new();
    let (mut at, mut end, mut last, mut count) = (start, start, None::<u8>, 0);
    let mut is_range = false;
    while let Some((day, after)) =
        day_digit(text, at, is_led).or_else(|| slip(text, at).filter(|_| is_led && count > 0 && at > end))
    {
        // 每周两天: counts days, and names none.
        if count > 0 && at == end && text.get(at..).is_some_and(|t| t.starts_with('天')) {
            break;
        }
        // 周五两头: a count begins here.
        if count > 0 && text.get(at..).is_some_and(|t| t.starts_with('两')) {
            break;
        }
        // 周二17:00: the hour of a clock time is no day.
        if (count > 0 || !is_led) && is_hour(text, at) {
            break;
        }
        let next = text.get(after..).unwrap_or_default();
        let is_number_of_else = ["点", "时", "号", "月", "年", "班", "分", "楼", "个", "次", "节", "小时", "."]
                .iter()
                .any(|w| next.starts_with(w) && !(*w == "." && count > 0))
                || (next.starts_with('天') && !next.starts_with("天天") && (!is_led || count > 0))
                // 5:30, but not 周五：不上 and 周五：17:30接
                || !(is_led && count == 0)
                    && next.strip_prefix(':').is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()))
                // 周五一整天, 周三一起
                || (count > 0 && next.starts_with(['整', '起', '直', '定', '样', '般']) && !is_range)
                || (next.starts_with("半") && !next.starts_with("半天"));
        if is_number_of_else && !(count == 0 && is_led && next.starts_with(['.', '个', '次', '节'])) {
            break;
        }
        if is_range {
            let from = last.unwrap_or(day);
            days.extend(from.min(day)..=day);
            if from >= day {
                days.insert(8);
            }
        } else if !days.insert(day) {
            days.insert(8);
        }
        (last, end, count) = (Some(day), after, count + 1);
        is_range = false;
        at = after;
        for (word, range) in SEPARATORS {
            if next.starts_with(word) {
                let mut to = after + word.len();
                if let Some(lead) = ["星期", "礼拜", "周", "拜"]
                    .iter()
                    .find(|lead| text.get(to..).is_some_and(|t| t.starts_with(**lead)))
                {
                    if !range {
                        break;
                    }
                    to += lead.len();
                }
                (at, is_range) = (to, *range);
                break;
            }
        }
    }
    (count > 0).then_some(Group { days, end })
}

/// Whether two digits that start here are the hour of a clock time: 17:00, 17点.
fn is_hour(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits == 2 && rest.get(digits..).is_some_and(|next| next.starts_with([':', '点', '时']))
}

/// What stands between days, and whether it makes a range.
const SEPARATORS: &[(&str, bool)] = &[
    ("一直上到", true),
    ("上到", true),
    ("待到", true),
    ("开始一直到", true),
    ("开始到", true),
    ("起到", true),
    ("起至", true),
    ("一直到", true),
    ("直到", true),
    ("到", true),
    ("至", true),
    ("-", true),
    ("--", true),
    ("、", false),
    ("，", false),
    ("和", false),
    ("跟", false),
    ("及", false),
    ("与", false),
    ("还有", false),
    ("以及", false),
    ("同", false),
    ("+", false),
    ("&", false),
    (".", false),
    (" ", false),
    ("/", false),
    ("再加", false),
    ("加上", false),
    ("外加", false),
    ("加", false),
    ("搭", false),
];

fn day_digit(text: &str, at: usize, is_led: bool) -> Option<(u8, usize)> {
    let c = text.get(at..)?.chars().next()?;
    let day = match c {
        '1'..='9' => u8::try_from(c.to_digit(10)?).ok()?.min(8),
        '日' | '天' if is_led => 7,
        '两' if is_led => 2,
        '壹' | '贰' | '叁' | '肆' | '伍' => {
            u8::try_from("壹贰叁肆伍".chars().position(|d| d == c)? + 1).ok()?
        }
        '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' => {
            u8::try_from(numerals::digit(c)?).ok()?.min(8)
        }
        _ => return None,
    };
    Some((day, at + c.len_utf8()))
}

/// 周一、三、无: after a separator, a last character that sounds like a day's number.
fn slip(text: &str, at: usize) -> Option<(u8, usize)> {
    let c = text.get(at..)?.chars().next()?;
    let after = at + c.len_utf8();
    let ends = text.get(after..)?.chars().next().is_none_or(|next| "，。、吧".contains(next));
    let heard = lexicon::sound_of(std::iter::once(c))?;
    let day = "一二三四五"
        .chars()
        .position(|digit| lexicon::sound_of(std::iter::once(digit)).as_ref() == Some(&heard))?;
    ends.then_some((u8::try_from(day).ok()? + 1, after))
}

/// Days without a lead (`135`, `一三五`, `1-4`): two and more, or the whole clause.
fn bare_at(text: &str, start: usize) -> Option<Group> {
    let group = run(text, start, false)?;
    let before = text.get(..start).unwrap_or_default();
    // 5:30, but not 两天:二四.
    let after_clock = before.strip_suffix(':').is_some_and(|b| b.ends_with(|c: char| c.is_ascii_digit()));
    let is_inside =
        after_clock || before.ends_with(|c: char| c.is_ascii_digit() || "第点十一二三四五六".contains(c));
    let after = text.get(group.end..).unwrap_or_default();
    let is_inside = is_inside
        || after.starts_with(|c: char| c.is_ascii_digit() || "十百点:年班号月分个次块元岁".contains(c));
    let is_whole = start == 0
        && after
            .trim_start_matches(['吧', '啊', '呀', '的', '就', '行', '好', '，', '。', '谢', '老', '师'])
            .is_empty();
    let is_chosen =
        ends_with_any(before, &["选", "要", "报", "是", "除了", "就", "和", "、"]) && after.is_empty();
    let width = group.end - start;
    let is_list = width > 3
        || (width > 1 && text.get(start..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit())));
    // 四不行: one digit that opens the clause and is ruled out.
    let is_refused = start == 0 && LEXICON.at(after, 0).is_some_and(|t| t.kind == words::Word::Not);
    (!is_inside && (is_list || is_whole || is_chosen || is_refused)).then_some(group)
}

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// The byte after the days that are named at this byte.
pub(super) fn mention_end(text: &str, at: usize) -> Option<usize> {
    let group = group_at(text, at).or_else(|| bare_at(text, at)).map(|group| group.end);
    let word =
        || LEXICON.at(text, at).filter(|t| matches!(t.kind, words::Word::English(_) | words::Word::All));
    group.or_else(|| word().map(|t| t.end))
}

/// The byte after the word of this grammar at this byte.
pub(super) fn word_end(text: &str, at: usize) -> Option<usize> {
    LEXICON.at(text, at).map(|t| t.end)
}

/// What an unclear reply about days may mean: 周三不参加 the others, 周一周六 what of it is on offer.
pub(super) fn near(text: &str, offered: &[Weekday]) -> Vec<Value> {
    let mut named: Few<u8> = Few::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        match group_at(text, at) {
            Some(group) => {
                named.extend(group.days.iter().copied());
                at = group.end;
            }
            None => at += c.len_utf8(),
        }
    }
    let is_refused = text.contains(['不', '没', '别']);
    let is_named =
        |day: &&Weekday| u8::try_from(day.number_from_monday()).is_ok_and(|number| named.contains(&number));
    let days: Vec<Weekday> = offered.iter().filter(|day| is_named(day) != is_refused).copied().collect();
    if named.is_empty() || days.is_empty() { Vec::new() } else { vec![Value::Weekdays(days)] }
}

/// 不用, 就不上了: a clause that refuses, and says not what.
fn only_refuses(text: &str) -> bool {
    let refusals = ["不用", "不去", "不上", "不要", "不参加", "不用去", "不留", "不用留"];
    let plain = text.trim_start_matches(['就', '都', '我', '们']).trim_end_matches(['了', '吧', '的', '哈']);
    refusals.contains(&plain)
}

/// Reads a reply to "which days?".
pub(super) fn read(text: &str, offered: &[Weekday]) -> Answer {
    let text = LEXICON.repair(text);
    let offered: Few<u8> =
        offered.iter().filter_map(|day| u8::try_from(day.number_from_monday()).ok()).collect();
    if adds_to_past(&text) {
        return Answer::Unclear;
    }
    let text = clause::corrected(&text);
    // 周五(周四有事): what stands in brackets is a clause of its own.
    let divided = if text.contains(['(', ')']) {
        Cow::Owned(text.replace(['(', ')'], "，"))
    } else {
        Cow::Borrowed(text)
    };
    let divided = refused_list(&divided).map_or(divided, Cow::Owned);
    let told = with_leads(&divided);
    let text = joined_lists(&told);
    let mut said = Said { is_unclear: of_two_weeks(&text), ..Said::default() };
    let clauses = clause::clauses(&text);
    for clause in clauses.iter().filter(|clause| clause.mood != Mood::Asks) {
        // 周三周四，不参加: the days that were only named are refused; 周三爷爷在，不留: and of what has a verb, who knows.
        if only_refuses(clause.text) && !(said.commented.is_empty() && said.wanted.is_empty()) {
            let bare = std::mem::take(&mut said.bare);
            said.wanted.retain(|day| !bare.contains(day));
            said.is_unclear |= !said.wanted.is_empty();
            said.refused.extend(std::mem::take(&mut said.commented));
            said.refused.extend(bare);
            continue;
        }
        reading::add(&mut said, clause.text, clauses.len() == 1, &offered);
    }
    let counts: SmallVec<[u32; 4]> = counted::counts(&text).collect();
    let agrees = |days: &Few<u8>| {
        counts.is_empty() || counts.iter().any(|count| usize::try_from(*count) == Ok(days.len()))
    };
    // 参加四天，周四不参加: the count says that the rest is wanted.
    if said.rest.is_none()
        && counts
            .iter()
            .any(|count| usize::try_from(*count) == Ok(offered.len() - said.refused.len().min(offered.len())))
        && !said.refused.is_empty()
    {
        said.rest = Some(true);
    }
    // 一星期四天, with four on offer: all of them.
    let says_none = said.wanted.is_empty() && said.refused.is_empty() && said.rest.is_none();
    said.all |= says_none && counted::of_a_week(&text).is_some_and(|count| count == offered.len());
    match conclude(&said, &offered).filter(agrees) {
        Some(days) => Answer::Value(Value::Weekdays(
            days.iter().filter_map(|day| Weekday::try_from(day - 1).ok()).collect(),
        )),
        None => Answer::Unclear,
    }
}

/// 原来周二周四，这学期加周五: what was stays, or not.
fn adds_to_past(text: &str) -> bool {
    starts_with_any(text, &["原来", "之前", "以前", "上学期", "原先", "本来"])
        && text.split(['，', '。']).skip(1).any(|clause| clause.contains('加') && !clause.contains("参加"))
}

/// 这周一三五，下周二四: differs by week.
fn of_two_weeks(text: &str) -> bool {
    if !text.contains("下周") && !text.contains("下星期") && !text.contains("下礼拜") {
        return false;
    }
    let (mut at, mut this, mut next) = (0, false, false);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let Some(group) = group_at(text, at) else {
            at += c.len_utf8();
            continue;
        };
        // 下周一开始: when it begins.
        let begins = starts_with_any(text.get(group.end..).unwrap_or_default(), &["开始", "起"]);
        let is_next = text.get(..at).is_some_and(|before| before.ends_with('下'));
        next |= is_next && !begins;
        this |= !is_next;
        at = group.end;
    }
    this && next
}

fn conclude(said: &Said, offered: &Few<u8>) -> Option<Few<u8>> {
    let names_nothing = said.wanted.is_empty() && said.refused.is_empty() && !said.commented.is_empty();
    // 周五爷爷在家，其他都去: the others are those that were not spoken of.
    if said.rest == Some(true) && names_nothing {
        let told = Said { refused: said.commented.clone(), commented: Few::new(), ..said.clone() };
        return conclude(&told, offered);
    }
    let says_nothing =
        said.wanted.is_empty() && said.refused.is_empty() && !said.all && !said.each && said.rest.is_none();
    if says_nothing && !said.commented.is_empty() {
        let is_offered = !said.is_unclear && said.commented.is_subset(offered);
        return is_offered.then(|| said.commented.clone());
    }
    let others: Few<u8> = said.wanted.difference(&said.doubtful).copied().collect();
    let is_doubtful = !said.doubtful.is_empty() && !others.is_empty();
    if is_doubtful && said.doubtful.iter().any(|day| said.wanted.contains(day)) {
        return None;
    }
    if said.denies_all && said.wanted.is_empty() {
        return None;
    }
    let weekend = Few::from([6, 7]);
    let refused: Few<u8> = said.refused.difference(&weekend).copied().collect();
    let is_offered = said.wanted.is_subset(offered) && refused.is_subset(offered);
    if said.is_unclear || !is_offered || !said.wanted.is_disjoint(&refused) {
        return None;
    }
    let everything = || offered.difference(&refused).copied().collect::<Few<u8>>();
    let days = match said.rest {
        Some(true) if !refused.is_empty() => everything(),
        Some(true) if said.wanted.is_empty() => everything(),
        Some(true) => return None,
        _ if !said.wanted.is_empty() && !said.all => said.wanted.clone(),
        _ if said.all && said.rest.is_none() => everything(),
        _ if said.each && said.rest.is_none() && said.wanted.is_empty() => everything(),
        _ => return None,
    };
    (!days.is_empty()).then_some(days)
}
