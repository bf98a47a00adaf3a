//! Days that are counted: 前三天, 周一开始连着三天, 参加四天.
//!
//! Start at [`counts`].

use super::super::few::Few;
use super::super::numerals;
use super::super::phrases::starts_with_any;
use super::words::Word;

/// How many days a reply counts: 参加四天, 两天都去; what numbers the days of a week (前三天, 周五天天) counts none.
pub(super) fn counts(text: &str) -> impl Iterator<Item = u32> {
    text.match_indices('天').filter_map(|(end, _)| {
        let before = text.get(..end)?;
        // 五天里去掉周二: what is taken from is no count of what is wanted.
        let after = text.get(end + '天'.len_utf8()..)?;
        let is_base = starts_with_any(
            after,
            &["里", "中", "内", "当中", "之中", "减", "扣", "刨", "去掉", "除", "拿掉"],
        );
        if is_base {
            return None;
        }
        let digit = before.chars().next_back()?;
        let lead = before.get(..before.len() - digit.len_utf8())?;
        let is_other = lead.ends_with(|c: char| {
            "前后头每第这那几过周期拜下上点到、和间".contains(c)
                || c.is_ascii_digit()
                || numerals::digit(c).is_some()
        });
        let count = digit.to_digit(10).or_else(|| numerals::digit(digit))?;
        (!is_other && count > 1).then_some(count)
    })
}

/// 一星期四天, 每周上四天: how many days of each week, where a reply says nothing else.
pub(super) fn of_a_week(text: &str) -> Option<usize> {
    const WEEKS: &[&str] = &[
        "一个星期",
        "一个礼拜",
        "一星期",
        "一礼拜",
        "一周",
        "每个星期",
        "每个礼拜",
        "每星期",
        "每礼拜",
        "每周",
        "周周",
    ];
    const VERBS: &[&str] = &["都", "上满", "上", "来", "去", "留", "参加", "报", "要", "满"];
    let mut rest = WEEKS.iter().find_map(|week| text.strip_prefix(week))?;
    while let Some(after) = VERBS.iter().find_map(|verb| rest.strip_prefix(verb)) {
        rest = after;
    }
    let (count, end) = numerals::number_at(rest, 0)?;
    let after = rest.get(end..)?.strip_prefix('天')?;
    let mut after = after.trim_end_matches(['吧', '了', '的', '啊', '哈', '呀', '。']);
    while let Some(next) = VERBS.iter().find_map(|verb| after.strip_prefix(verb)) {
        after = next;
    }
    after.is_empty().then(|| usize::try_from(count).ok())?
}

/// 周一|开始连着三天: so many days from this one, and how much of the text is left.
pub(super) fn run_from(days: &Few<u8>, text: &str) -> Option<(Few<u8>, usize)> {
    let first = days.first().copied().filter(|_| days.len() == 1)?;
    let rest = ["连着上", "连上", "连来", "连去", "连着", "连续", "连", "往后"]
        .iter()
        .find_map(|word| text.strip_prefix(word))?;
    let (count, end) = numerals::number_at(rest, 0)?;
    let left = rest.get(end..)?.strip_prefix('天')?.len();
    let last = first.checked_add(u8::try_from(count).ok()?)?.checked_sub(1)?;
    (count > 0 && last <= 5).then(|| ((first..=last).collect(), left))
}

/// 前三天, 后两天.
pub(super) fn ends_of_week(
    text: &str,
    at: usize,
    which: Word,
    offered: &Few<u8>,
) -> Option<(Few<u8>, usize)> {
    let (count, end) = numerals::number_at(text, at)?;
    if !text.get(end..)?.starts_with('天') {
        return None;
    }
    let count = usize::try_from(count).ok().filter(|n| (1..=offered.len()).contains(n))?;
    let skipped = match which {
        Word::FirstDays => 0,
        Word::LastDays => offered.len() - count,
        // 中间三天 of five leaves as many before as after; of two days there is no middle.
        _ if (offered.len() - count).is_multiple_of(2) => (offered.len() - count) / 2,
        _ => return None,
    };
    let days = offered.iter().skip(skipped).take(count).copied().collect();
    Some((days, end + '天'.len_utf8()))
}
