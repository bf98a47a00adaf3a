//! Lists of days that punctuation sets apart: 1，3，5 and 一要，三要，二不要.
//!
//! Start at [`with_leads`] and [`joined_lists`].

use std::borrow::Cow;

use super::super::phrases::without_leading;

/// 一要，三要，二不要: where each clause is a day's number and a verb, the numbers are days.
pub(super) fn with_leads(text: &str) -> Cow<'_, str> {
    let is_led = |clause: &str| {
        let verb = clause
            .strip_prefix(['一', '二', '三', '四', '五'])
            .map(|rest| rest.trim_end_matches(['了', '吧', '的']));
        verb.is_some_and(|verb| DAY_VERBS.contains(&verb))
    };
    if !text.contains('，') || text.split(['，', '。']).filter(|clause| is_led(clause)).count() < 2 {
        return Cow::Borrowed(text);
    }
    let led: Vec<Cow<'_, str>> = text
        .split(['，', '。'])
        .map(|clause| if is_led(clause) { Cow::Owned(format!("周{clause}")) } else { Cow::Borrowed(clause) })
        .collect();
    Cow::Owned(led.join("，"))
}

/// 不去的是周三, 有两天不去:周三和周五: the days that are out are named after it, and so the rest is wanted.
pub(super) fn refused_list(text: &str) -> Option<String> {
    const REFUSING: &[&str] = &[
        "不去",
        "不来",
        "不上",
        "不参加",
        "不用去",
        "不用上",
        "不用来",
        "不用",
        "不需要",
        "不留",
        "不报",
        "不要",
        "来不了",
        "去不了",
        "休息",
    ];
    if !text.contains(['不', '休']) {
        return None;
    }
    let rest = text.trim_start_matches(['有', '就', '只', '每', '周', '里', '孩', '子']);
    let counted =
        rest.find('天').filter(|at| *at <= '两'.len_utf8()).and_then(|at| rest.get(at + '天'.len_utf8()..));
    let after = REFUSING.iter().find_map(|word| counted.unwrap_or(rest).strip_prefix(word))?;
    let named = after.strip_prefix('的');
    if named.is_none() && counted.is_none() {
        return None;
    }
    let days = without_leading(
        named.unwrap_or(after),
        &["日子", "时间", "那天", "几天", "天", "了", "就", "分别", "是", "有", ":", "，"],
    );
    (!days.is_empty() && days.len() < named.unwrap_or(after).len()).then(|| format!("除了{days}"))
}

/// What may be said of one day by itself.
const DAY_VERBS: &[&str] = &[
    "要",
    "不要",
    "去",
    "不去",
    "上",
    "不上",
    "来",
    "不来",
    "留",
    "不留",
    "报",
    "不报",
    "参加",
    "不参加",
    "行",
    "不行",
    "可以",
    "不可以",
    "能",
    "不能",
    "能去",
    "不能去",
    "用",
    "不用",
    "需要",
    "不需要",
    "有空",
    "没空",
];

/// Lists set apart by commas are lists: `1，3，5` is one clause.
pub(super) fn joined_lists(text: &str) -> Cow<'_, str> {
    if !text.contains(['，', '。', '.']) {
        return Cow::Borrowed(text);
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (index, c) in chars.iter().enumerate() {
        let is_day = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_digit() || "一二三四五".contains(*c));
        let previous = index.checked_sub(1).and_then(|i| chars.get(i));
        // 一二四，三五不用 is no list: each of its two parts is one.
        let is_run = is_day(index.checked_sub(2).and_then(|i| chars.get(i))) && is_day(chars.get(index + 2));
        let is_between =
            matches!(c, '，' | '。' | '.') && is_day(previous) && is_day(chars.get(index + 1)) && !is_run;
        // 周二、四，一周两天: counts, or begins another word.
        let begins_word = chars.get(index + 1) == Some(&'一')
            && chars.get(index + 2).is_some_and(|c| "周个星共般定起天样直下些切".contains(*c));
        out.push(if is_between && !begins_word { '、' } else { *c });
    }
    Cow::Owned(out)
}
