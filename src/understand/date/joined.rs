//! Days that punctuation sets apart and that belong together: lists, spans, and a week without one of its days.
//!
//! Start at [`joined`].

use std::borrow::Cow;

use super::super::phrases::{around, find, phrases, starts_with_any, without_trailing};

/// `20，21号` is a list, not two clauses; 号 stands for every number before it.
pub(super) fn joined(text: &str) -> Cow<'_, str> {
    // 19到21: two days of the month, where days are asked for.
    let is_bare = |n: &str| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit());
    if text.split_once(['到', '至']).is_some_and(|(from, to)| is_bare(from) && is_bare(to)) {
        return Cow::Owned(format!("{text}号"));
    }
    // 下周三起，到周五为止: one span.
    if let Some((from, to)) = around(text, phrases!["起，到", "开始，到"]).next() {
        return Cow::Owned(format!("{from}到{to}"));
    }
    if let Some(text) = week_without(text) {
        return Cow::Owned(text);
    }
    if !text.contains('，') {
        return Cow::Borrowed(text);
    }
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(char::is_ascii_digit);
    chars
        .iter()
        .enumerate()
        .map(|(i, c)| if *c == '，' && digit(i.checked_sub(1)) && digit(Some(i + 1)) { '、' } else { *c })
        .collect()
}

/// What a week is called.
const WEEKS: &[&str] = &[
    "下下周",
    "下下个星期",
    "下下个礼拜",
    "下下星期",
    "下下礼拜",
    "下个星期",
    "下个礼拜",
    "下星期",
    "下礼拜",
    "下个周",
    "下周",
    "这个星期",
    "这个礼拜",
    "这星期",
    "这礼拜",
    "这周",
    "本周",
];

/// What names the other days of a week.
const OTHERS: &[&str] = &[
    "其他", "其它", "其余", "剩下", "别的", "另外", "的", "几天", "四天", "三天", "两天", "天天", "每天",
    "日子", "时间", "时候", "天",
];

/// 都, and what says the same.
const ALL: &[&str] = &["全都", "全部", "都", "全", "均", "一律"];

/// What says that a child stays away; 请 only where leave is meant.
const STAYS_AWAY: &[&str] = &[
    "请假",
    "不来",
    "不去",
    "不上",
    "不到",
    "不在",
    "不能",
    "来不了",
    "来不成",
    "去不了",
    "去不成",
    "上不了",
    "没法",
    "没办法",
    "无法",
    "休",
    "缺",
    "在家",
    "有事",
    "回老家",
];

/// What says that a child is at school.
const ATTENDS: &[&str] = &[
    "正常",
    "照常",
    "能来",
    "会来",
    "可以来",
    "来",
    "能去",
    "会去",
    "可以去",
    "去",
    "上学",
    "上课",
    "能上",
    "到校",
    "能到校",
    "在校",
    "在",
];

/// 下周除了周二都不来: what is excepted from a week, said inside it.
fn week_without(text: &str) -> Option<String> {
    if !text.contains(['除', '只', '就', '仅', '唯', '单']) {
        return None;
    }
    let (at, week) =
        WEEKS.iter().filter_map(|week| Some((find(text, week)?, *week))).min_by_key(|(at, _)| *at)?;
    let rest = text.get(at + week.len()..)?;
    // 除了周三以外下周全请.
    if let Some((_, days)) = text.get(..at)?.split_once('除') {
        let days = days.trim_start_matches(['了', '去', '开', '掉']);
        let days = without_trailing(days, &["我们", "孩子", "以外", "之外", "外"]);
        let is_said = days.ends_with(DAY_ENDS) && quantified(rest).is_some_and(stays_away);
        return is_said.then(|| format!("除了{days}，{week}都请假"));
    }
    // 下周一到周五除了周三都请.
    let rest = ["一到周五", "一到星期五", "一到礼拜五", "一至周五", "一到五", "整周", "整个星期", "一整周"]
        .iter()
        .find_map(|whole| rest.strip_prefix(whole))
        .unwrap_or(rest);
    let rest = skipped(rest, &["的话", "我们", "孩子", "娃", "他", "她", "呢", "，"]);
    let of_week =
        |days: &str| if days.starts_with(WEEKS_START) { days.to_owned() } else { format!("{week}的{days}") };
    if let Some(rest) =
        ["除了", "除去", "除开", "除掉", "除"].iter().find_map(|except| rest.strip_prefix(except))
    {
        // 下周除周三外: the days but one, and nothing else said.
        let whole = without_trailing(rest, &["以外", "之外", "外"]);
        if whole.len() < rest.len() && whole.ends_with(DAY_ENDS) {
            return Some(format!("除了{whole}，{week}都请假"));
        }
        let (days, after) = excepted_days(rest)?;
        return if stays_away(after) {
            Some(format!("除了{days}，{week}都请假"))
        } else {
            starts_with_any(after, ATTENDS).then(|| format!("{}请假", of_week(days)))
        };
    }
    // 下周只有周二能来，其他几天都请.
    let rest = ["只有", "就只有", "就只", "就", "只", "仅", "唯独", "单单"].iter().find_map(|only| {
        let rest = rest.strip_prefix(only)?;
        Some((rest, *only != "就"))
    });
    let (rest, is_only) = rest?;
    let (days, others) = rest.split_once(['，', '。']).unwrap_or((rest, ""));
    let days = days.trim_end_matches(['的', '了', '吧']);
    let verb = ATTENDS.iter().chain(&["能到", "上"]).find(|verb| days.ends_with(**verb))?;
    let days = without_trailing(days.strip_suffix(verb)?, &["正常", "可以"]).trim_end_matches(['能', '会']);
    let said = quantified(others);
    let is_said = said.is_some_and(stays_away) || others.is_empty() && is_only;
    (is_said && days.ends_with(DAY_ENDS)).then(|| format!("除了{days}，{week}都请假"))
}

/// What a week's day begins with where the week is said with it.
const WEEKS_START: [char; 3] = ['下', '这', '本'];

/// What the name of a weekday ends with.
const DAY_ENDS: [char; 13] = ['一', '二', '三', '四', '五', '1', '2', '3', '4', '5', '天', '午', '日'];

/// The days after 除了, and what is said of all others.
fn excepted_days(text: &str) -> Option<(&str, &str)> {
    let outside = ["以外", "之外", "外", "那天", "这天", "这一天", "那一天", "，", "、"];
    text.char_indices().find_map(|(at, _)| {
        let (days, rest) = text.split_at_checked(at)?;
        if !days.ends_with(DAY_ENDS) {
            return None;
        }
        Some((days, quantified(skipped(rest, &outside))?))
    })
}

/// 其他几天都|不来, 每天|请: what is said of the others.
fn quantified(text: &str) -> Option<&str> {
    let others = skipped(text, OTHERS);
    let all = skipped(others, ALL);
    (all.len() < text.len()).then_some(all)
}

/// A text without what it begins with of these, as often as it does.
fn skipped<'a>(text: &'a str, words: &[&str]) -> &'a str {
    let next = words.iter().find_map(|word| text.strip_prefix(word));
    next.map_or(text, |rest| skipped(rest, words))
}

/// 不来, 要请, 想请假.
fn stays_away(text: &str) -> bool {
    let text =
        skipped(text, &["想", "要", "得", "需要", "给", "他", "她", "孩子", "我们", "帮", "我", "会", "全"]);
    let asks = text
        .strip_prefix('请')
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['假', '了', '吧', '，', '。', '掉']));
    asks || starts_with_any(text, STAYS_AWAY)
}

/// 儿十号: 二 by its sound, where no 女儿 or 明儿 can end.
pub(super) fn twenty(text: &str) -> Cow<'_, str> {
    if !text.contains('儿') {
        return Cow::Borrowed(text);
    }
    let (mut out, mut before) = (String::with_capacity(text.len()), None::<char>);
    for (at, c) in text.char_indices() {
        let is_free = before.is_none_or(|b| "号日到至和跟从月，、".contains(b));
        let is_number = c == '儿' && is_free && text.get(at..).is_some_and(|t| t.starts_with("儿十"));
        out.push(if is_number { '二' } else { c });
        before = Some(c);
    }
    Cow::Owned(out)
}
