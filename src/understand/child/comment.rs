//! Comments (评论): what a clause says of a child besides whether it takes part.
//!
//! Start at [`is_comment`].

use super::super::ChildOption;
use super::super::phrases::{Phrases, holds_any, phrases};
use super::mention::named_at;
use super::words::LEXICON;

/// What says that a child takes part or not, or which child it is.
const TAKING_PART: &Phrases = phrases![
    "请假", "办", "申请", "改", "参加", "报", "要", "上", "来", "登记", "选", "可以", "行", "不", "没", "除",
    "年级", "班", "是",
];

/// What a child does instead of taking part.
const ELSEWHERE: &Phrases = phrases![
    "外面",
    "校外",
    "自己写",
    "自己做",
    "自己回",
    "自己能",
    "自己走",
    "别的班",
    "兴趣班",
    "培训班",
    "住校",
    "在老家",
    "要学",
    "去学",
    "学琴",
    "学画",
    "补课",
];

/// Whether a clause says of a child something else than that it takes part: 老大自己在家写作业.
pub(super) fn is_comment(text: &str, children: &[ChildOption], is_alone: bool) -> bool {
    if !holds_any(text, ELSEWHERE) && holds_any(text, TAKING_PART) {
        return false;
    }
    let (mut at, mut unknown) = (0, 0);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let end =
            named_at(text, at, children).map(|(_, end)| end).or_else(|| LEXICON.at(text, at).map(|t| t.end));
        unknown += usize::from(end.is_none() && !"的了吧啊呀哈给我们家个那位这".contains(c));
        at = end.unwrap_or(at + c.len_utf8());
    }
    unknown > if is_alone { 2 } else { 1 }
}
