//! Other times (旁的时间): clauses that tell a time of something else: what was before, and what is done first.
//!
//! Start at [`is_of_before`].

use super::super::phrases::{holds_any, phrases, starts_with_any};
use super::clock::clock_at;

/// 上次, 昨天: a clause of what was.
pub(super) fn is_of_before(text: &str) -> bool {
    const BEFORE: &[&str] =
        &["上周", "上次", "上回", "上星期", "上礼拜", "上个", "上学期", "昨天", "昨儿", "前天", "前几天"];
    starts_with_any(text, BEFORE) && !is_of_now(text)
}

/// 这次, 今天, 从这周起: a clause of what is, set against what was.
pub(super) fn is_of_now(text: &str) -> bool {
    const NOW: &[&str] = &[
        "这周",
        "这次",
        "这回",
        "这星期",
        "这礼拜",
        "这个",
        "这学期",
        "今天",
        "今儿",
        "今日",
        "本周",
        "现在",
    ];
    starts_with_any(text.trim_start_matches(['从', '那', '就', '但']), NOW)
}

/// 然后四点一刻到学校, 再五点去接他: what comes after something else, and is of no sibling.
pub(super) fn then_comes(text: &str) -> bool {
    const THEN: &[&str] =
        &["然后", "再", "接着", "之后", "完了", "随后", "送完", "接完", "接了", "送了", "弄完", "办完"];
    let arrives = phrases!["到", "接", "来", "过"];
    let siblings = phrases!["姐", "妹", "哥", "弟", "老大", "老二", "大的", "小的", "大宝", "二宝"];
    starts_with_any(text, THEN)
        && holds_any(text, arrives)
        && !holds_any(text, siblings)
        && text.char_indices().any(|(at, _)| clock_at(text, at).is_some())
}
