//! What a clause says beside its days: asks for leave, tells a story, counts the days off.
//!
//! Start at [`is_comment`].

use super::super::numerals;
use super::super::phrases::{Phrases, holds_any, phrases, starts_with_any};
use super::day::{self, Anchor};
use super::word_end;
use super::words::{LEXICON, Word};

/// What asks for leave in so many words.
const ASKING_LEAVE: &Phrases = phrases![
    "想请",
    "要请",
    "请到",
    "请假",
    "不去学校",
    "不去上学",
    "不上学",
    "不来了",
    "不去了",
    "不到校",
    "不来上学",
    "上不了学",
    "去不了学校",
    "请个",
    "请今天",
    "请明天",
    "请后天",
    "请周",
    "请星期",
    "请礼拜",
    "请下周",
    "请下个",
    "请这周",
    "请本周",
    "请一",
    "请两",
    "请三",
    "请半",
    "申请",
];

/// 想请, 请假: asks for leave in so many words.
pub(super) fn asks_for_leave(text: &str) -> bool {
    holds_any(text, ASKING_LEAVE)
}

/// Whether a day stands anywhere in a text.
pub(super) fn names_a_day(text: &str, anchor: &Anchor) -> bool {
    text.char_indices().any(|(at, _)| day::mention_at(text, at, anchor, None).is_some())
}

/// 要来考试, 得到校: says that the child is at school.
pub(super) fn attends(text: &str) -> bool {
    let verbs = phrases![
        "要来",
        "会来",
        "能来",
        "得来",
        "还来",
        "来学校",
        "来上",
        "来参加",
        "来考",
        "来校",
        "到校",
        "去学校",
        "上学",
        "回校",
        "在校",
        "去上课",
        "来一",
        "过来"
    ];
    holds_any(text, verbs) && !text.contains(['不', '没'])
}

/// 就周三来, 周三会去: the child comes, said at the end.
pub(super) fn ends_coming(text: &str) -> bool {
    let plain = text.trim_end_matches(['的', '了', '吧', '啊', '哈']);
    plain.ends_with(['来', '去', '上']) && !text.contains(['不', '没', '上', '下', '回'])
}

/// 17号走: somebody leaves, said at the end; of the child it would be leave.
pub(super) fn leaves(text: &str) -> bool {
    text.trim_end_matches(['的', '了', '吧', '啊', '哈']).ends_with('走') && !asks_for_leave(text)
}

/// Whether a clause names a day, asks for nothing, and says something else of it.
pub(super) fn tells(text: &str, anchor: &Anchor) -> bool {
    let has_part = || LEXICON.tokens(text).any(|token| matches!(token.kind, Word::Part(_)));
    !asks_for_leave(text) && (names_a_day(text, anchor) || has_part()) && is_comment(text, anchor)
}

/// 后续再看恢复情况: a clause that leaves open what comes after the days that were named.
pub(super) fn is_of_later(text: &str) -> bool {
    const LATER: &[&str] = &[
        "后续",
        "后面",
        "后头",
        "往后",
        "再往后",
        "之后",
        "再之后",
        "以后",
        "后边",
        "接下来",
        "剩下的",
        "再后面",
    ];
    const DECIDED_LATER: &Phrases = phrases![
        "看",
        "再说",
        "再定",
        "再联系",
        "再跟",
        "再和",
        "再通知",
        "再告",
        "另说",
        "另行",
        "再请",
        "视"
    ];
    // 以后再说 puts off what was asked.
    let is_bare = ["再说", "再看", "再定", "再联系", "再通知"].iter().any(|verb| {
        text.trim_end_matches(['吧', '了', '哈'])
            .strip_suffix(verb)
            .is_some_and(|later| LATER.contains(&later))
    });
    !is_bare && starts_with_any(text, LATER) && holds_any(text, DECIDED_LATER)
}

/// What says that a child stays away, or why.
const AWAY: &Phrases = phrases![
    "不在", "请", "假", "不来", "不去", "不上", "来不", "去不", "没法", "不能", "不到", "看", "医", "病",
    "牙", "针", "疫苗", "休", "缺", "老家", "检查", "复查", "出门", "比赛", "考",
];

/// Whether a clause says of its day something else than that the child stays away.
pub(super) fn is_comment(text: &str, anchor: &Anchor) -> bool {
    if holds_any(text, AWAY) {
        return false;
    }
    let (mut at, mut unknown) = (0, 0);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let end = day::mention_at(text, at, anchor, None).map(|(_, end)| end).or_else(|| word_end(text, at));
        // 前天开始烧的: a symptom tells a story by itself.
        if end.is_none() && "烧咳吐泻疼痛晕喘".contains(c) {
            return true;
        }
        unknown += usize::from(
            end.is_none() && !"的了吧啊呀哈和跟就是那这个两天要也还有想我们孩子娃他她、-早晚 ".contains(c),
        );
        at = end.filter(|end| *end > at).unwrap_or(at + c.len_utf8());
    }
    unknown > 1
}

/// How many days off a reply speaks of: 请三天, 三天假.
pub(super) fn days_said(text: &str) -> Option<u32> {
    text.match_indices('天').find_map(|(end, _)| {
        let before = text.get(..end)?;
        let start =
            before.rfind(|c: char| !(c.is_ascii_digit() || numerals::digit(c).is_some() || c == '十'))?;
        let start = start + before.get(start..)?.chars().next()?.len_utf8();
        let (count, after) = numerals::number_at(text, start)?;
        let is_leave =
            before.get(..start)?.ends_with(['请', '休', '假']) || text.get(end..)?.starts_with("天假");
        (after == end && is_leave && (1..=30).contains(&count)).then_some(count)
    })
}
