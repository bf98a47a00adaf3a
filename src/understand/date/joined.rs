//! Days that punctuation sets apart and that belong together: lists, spans, and a week without one of its days.
//!
//! Start at [`joined`].

use std::borrow::Cow;

use super::super::phrases::{ends_with_any, starts_with_any};

/// `20，21号` is a list, not two clauses; 号 stands for every number before it.
pub(super) fn joined(text: &str) -> Cow<'_, str> {
    // 19到21: two days of the month, where days are asked for.
    let is_bare = |n: &str| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit());
    if text.split_once(['到', '至']).is_some_and(|(from, to)| is_bare(from) && is_bare(to)) {
        return Cow::Owned(format!("{text}号"));
    }
    // 下周三起，到周五为止: one span.
    if let Some((from, to)) = text.split_once("起，到").or_else(|| text.split_once("开始，到")) {
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

/// 下周除了周二都不来: what is excepted from a week, said inside it.
fn week_without(text: &str) -> Option<String> {
    const WEEKS: [&str; 9] =
        ["下周", "这周", "本周", "下星期", "下礼拜", "这星期", "这礼拜", "下个星期", "下个礼拜"];
    // 下周只有周二能来，其他几天都请.
    if let Some((week, rest)) = text.split_once("只有").or_else(|| text.split_once("就只")) {
        let (day, others) = rest.split_once(['，', '。'])?;
        let day = ["能来", "可以来", "来", "能去", "去", "上学", "在", "能到校"]
            .iter()
            .find_map(|verb| day.strip_suffix(verb))?;
        let is_rest = starts_with_any(others, &["其他", "其余", "剩下", "别的"]) && others.contains("请");
        return (is_rest && ends_with_any(week, &WEEKS)).then(|| format!("除了{day}，{week}都请假"));
    }
    let at = text.find("除了")?;
    let (week, rest) = text.split_at(at);
    let is_week = ends_with_any(week, &WEEKS);
    let (excepted, after) = rest.split_once('都')?;
    is_week.then(|| format!("{excepted}，{week}都{after}"))
}
