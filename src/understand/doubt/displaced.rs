//! Answers that are displaced (非实说): guessed, heard, supposed, past, or somebody else's: 大概周三, 听说周三去, 以前周三去.
//!
//! Which of these are answers to a question is told by [`Own`]. Start at [`is_displaced`].

use super::super::lexicon::Token;
use super::super::numerals;
use super::super::phrases::{Phrases, ends_with_any, holds_any, phrases, starts_with_any};
use super::words::Word;
use super::{Own, is_end};

/// 同桌去我们也去, 以前周三现在周五: the answer is set against what others do, or what was once.
const SET_AGAINST: &Phrases =
    phrases!["我", "咱", "也", "现在", "这次", "这学期", "改", "换", "还是", "照", "一样", "不变", "继续"];

/// What an answer says of whom it names, or names.
const ANSWERS: &[&str] = &[
    "接", "参加", "请假", "上课", "报", "留", "选", "学", "喜欢", "周", "星期", "礼拜", "今天", "明天",
    "后天", "下周", "老大", "老二", "大的", "小的", "大宝", "二宝", "哥", "姐", "弟", "妹", "奶奶", "爷爷",
    "外婆", "外公", "姥姥", "姥爷", "爸", "妈",
];

/// 听说周三去, 以前奶奶接, 同桌选足球: all that is said, said of what is not so, was so once, or is of others.
///
/// Beside another clause it may be what led to the answer: 我以为要交钱，参加.
pub(super) fn is_displaced(text: &str, tokens: &[Token<Word>], own: Own) -> bool {
    // 周三去就算了: never mind, which to the question for consent is a no.
    let is_dropped = text.trim_end_matches(['吧', '了', '啊', '哈']).ends_with("就算");
    is_dropped && !own.deferral
        || tokens.iter().any(|token| {
            let before = text.get(..token.start).unwrap_or_default();
            let is_head =
                before.trim_start_matches(['嗯', '我', '们', '那', '就', '都', '还', '也', '可']).is_empty();
            let after = text.get(token.end..).unwrap_or_default();
            let is_said = !after.is_empty();
            let is_begun = || before.is_empty() && is_said;
            match token.kind {
                Word::Unreal => is_head && is_said,
                Word::Untrue => !own.refusal && !before.is_empty() && is_end(after),
                Word::Feared => {
                    let answers = ends_with_any(after, &["参加", "接", "请假", "同意"]);
                    is_head && (answers || starts_with_any(after, ANSWERS))
                }
                Word::Unsaid => !own.deferral && is_head && is_said,
                Word::Rhetorical => !own.rhetoric && is_head && is_said,
                Word::Others => !own.others && is_begun() && !holds_any(text, SET_AGAINST),
                // 上次那个阿姨接: which one.
                Word::Past => {
                    !own.past
                        && is_begun()
                        && !holds_any(text, SET_AGAINST)
                        && !after.starts_with(['那', '的'])
                }
                _ => false,
            }
        })
}

/// 大概周三, 奶奶大概会来接, 奶奶接吧大概: a guess before what it answers, or after all of it. 可能要加班 is a reason and no answer.
pub(super) fn is_guess(text: &str, tokens: &[Token<Word>], is_first: bool, is_only: bool) -> bool {
    // What happens, or does not, and is neither who, which nor when.
    const HAPPENS: [char; 16] =
        ['要', '会', '得', '能', '在', '有', '没', '不', '下', '堵', '赶', '晚', '来', '去', '还', '忙'];
    // 应该批: ought to, and is.
    const OUGHT: [char; 6] = ['批', '同', '通', '给', '让', '可'];
    tokens.iter().filter(|t| matches!(t.kind, Word::Guess | Word::Supposed)).any(|token| {
        let before = text.get(..token.start).unwrap_or_default();
        let after = text.get(token.end..).unwrap_or_default();
        let is_head = before
            .trim_start_matches(['嗯', '我', '们', '想', '那', '就', '这', '个', '老', '师'])
            .is_empty();
        // 写错了，应该是周五: a correction, and no guess.
        if token.kind == Word::Supposed && !is_first {
            return !is_head && is_end(after) || is_head && after.is_empty();
        }
        if is_end(after) {
            return !is_head || !is_first;
        }
        let ought = token.kind == Word::Supposed && after.starts_with(OUGHT);
        let rest = after.trim_start_matches(['会', '要', '能', '就', '是', '得', '都', '也', '去', '来']);
        let answers = starts_with_any(rest, ANSWERS) || is_end(rest);
        // 可能是吃坏肚子了，明天请假: what has happened, and what follows from it.
        let tells = after.starts_with(HAPPENS) || after.starts_with('是') && !is_only;
        (is_head && !tells || answers && !after.contains(['不', '没'])) && !ought && !is_hour(after)
    })
}

/// 十一点多能弄完, 中午就能结束: about when something is over.
fn is_hour(after: &str) -> bool {
    const HOURS: &[&str] = &["点", ":", "个", "分", "小时", "半", "节", "来"];
    starts_with_any(after, &["中午", "上午", "下午", "晚上", "早上", "傍晚", "放学", "一会", "半"])
        || numerals::number_at(after, 0)
            .and_then(|(_, end)| after.get(end..))
            .is_some_and(|unit| starts_with_any(unit, HOURS))
}
