//! The decision of one clause: its words for agreeing and refusing, each turned by its negatives.
//!
//! Start at [`decision`].

use super::super::Decision;
use super::super::lexicon::Token;
use super::super::phrases::{Phrases, ends_with_any, holds_any, phrases, starts_with_any};
use super::acts::{enters, is_matter_of_course, lets, sends_back};
use super::rhetoric::{challenges, refuses_by_asking, sees_no_reason_against};
use super::words::Word;

/// What puts the decision off, though the matter is settled: 核实了再批.
const PUT_OFF: &Phrases =
    phrases!["再批", "再说", "再定", "再看", "再回", "再审", "再答复", "再同意", "再给"];

/// How near after a refusal a verb is what it is about, in bytes: 不能再收.
const REFUSED_REACH_BYTES: usize = 3;

/// The decision of one clause.
pub(super) fn decision(tokens: &[Token<Word>], text: &str) -> Option<Decision> {
    // 不是不同意，是…: an excuse, and what follows decides.
    if text.starts_with("不是不") || text.starts_with("我不是不") {
        return None;
    }
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if tokens.iter().any(|t| t.kind == Word::Wait && waits(t, text))
        && (!has(Word::Settled) || holds_any(text, PUT_OFF))
        && !is_later(tokens, text)
    {
        return Some(Decision::Ask);
    }
    if lets(text) || is_matter_of_course(text) || sees_no_reason_against(text) {
        return Some(Decision::Approve);
    }
    // 不可能: alone it refuses, and else turns.
    let is_never =
        matches!(text, "不可能" | "那不可能" | "这不可能" | "绝对不可能" | "不可能的" | "绝无可能");
    if is_never || refuses_by_asking(text) || sends_back(text) {
        return Some(Decision::Reject);
    }
    if let Some(decision) = challenges(text) {
        return Some(decision);
    }
    if let Some(decision) = enters(text) {
        return Some(decision);
    }
    // 先不给过了，因为…: with its reason it is a refusal.
    let is_for_now = has(Word::First) && !text.contains("因为");
    let values = values(tokens, text, is_for_now);
    // 同意不用: a negative that turns nothing takes back what stands before it.
    if tokens.last().is_some_and(|t| t.kind == Word::Not && text.len() == t.end) {
        return None;
    }
    let first = values.first().copied()?;
    if values.iter().any(|value| *value != first) {
        return None;
    }
    // 先退回去吧: sent back, now.
    let is_sent_back = tokens.iter().any(|t| {
        t.kind == Word::Reject
            && text.get(t.start..).is_some_and(|word| starts_with_any(word, &["退回", "驳", "打回"]))
    });
    Some(if first == Decision::Reject && is_for_now && !is_sent_back { Decision::Ask } else { first })
}

/// Whether a word of waiting waits: not 考虑了一下, and not 家长没打电话.
fn waits(wait: &Token<Word>, text: &str) -> bool {
    let before = text.get(..wait.start).unwrap_or_default();
    let after = text.get(wait.end..).unwrap_or_default();
    let is_done = after.starts_with(['了', '过', '好']) && !after.starts_with("了再");
    let is_call = text.get(wait.start..wait.end).is_some_and(|word| word.contains("电话"));
    !(is_done || is_call && ends_with_any(before, &["没", "没有", "未"]))
}

/// What each word decides, in order.
fn values(tokens: &[Token<Word>], text: &str, is_for_now: bool) -> Vec<Decision> {
    let (mut values, mut negatives) = (Vec::new(), 0);
    let mut refusal_end: Option<usize> = None;
    for (index, token) in tokens.iter().enumerate() {
        // 不能再收: what cannot be is refused, and the verb after it is what it is about.
        let is_refused = refusal_end.is_some_and(|end| {
            token.start.saturating_sub(end) <= REFUSED_REACH_BYTES
                || text.get(end..token.start).is_some_and(is_only_whom)
        });
        if token.kind == Word::Approve && is_refused {
            continue;
        }
        // 不能不批: two negatives, and no refusal.
        let is_modal = is_modal(token, text);
        if is_modal && tokens.get(index + 1).is_some_and(|next| turns(token, next, text)) {
            negatives += 1;
            continue;
        }
        if token.kind != Word::Polite {
            refusal_end = (token.kind == Word::Reject && is_modal).then_some(token.end);
        }
        let value = match token.kind {
            // 没办法给他批: what cannot be done is refused; 没办法，只能批 only explains.
            Word::Unable => {
                negatives += usize::from(
                    decided_next(tokens, index).is_some_and(|next| is_kept_from(token, next, text)),
                );
                continue;
            }
            // 没有假条不批: what is missing is the paper.
            Word::Not if misses_a_thing(token, tokens.get(index + 1), text) => continue,
            Word::Not => {
                negatives += 1;
                continue;
            }
            Word::Approve => Decision::Approve,
            Word::Reject => Decision::Reject,
            Word::Objection if negatives > 0 => Decision::Reject,
            _ => continue,
        };
        values.push(match (value, negatives % 2) {
            (Decision::Approve, 1) if is_for_now => Decision::Ask,
            (Decision::Approve, 1) => Decision::Reject,
            (Decision::Reject, 1) => Decision::Approve,
            (value, _) => value,
        });
        negatives = 0;
    }
    values
}

/// Whether 没有 has a thing of two characters or more for its object, before a refusal.
fn misses_a_thing(not: &Token<Word>, next: Option<&Token<Word>>, text: &str) -> bool {
    let Some(next) = next.filter(|next| next.kind == Word::Reject) else { return false };
    let thing = text.get(not.end..next.start).unwrap_or_default();
    matches!(text.get(not.start..not.end), Some("没" | "没有"))
        && thing.chars().nth(1).is_some()
        && !thing.contains(['什', '啥', '理', '人', '，'])
}

/// 不能给她过: nothing but for whom stands between a refusal and its verb.
fn is_only_whom(between: &str) -> bool {
    const WHOM: [char; 18] = [
        '给', '他', '她', '它', '帮', '替', '让', '孩', '子', '们', '家', '长', '娃', '学', '生', '这', '个',
        '再',
    ];
    between.len() <= UNABLE_REACH_BYTES && between.trim_start_matches(WHOM).is_empty()
}

/// The next word that decides, past those of courtesy: 没办法|给他|过.
fn decided_next(tokens: &[Token<Word>], index: usize) -> Option<&Token<Word>> {
    tokens.get(index + 1..)?.iter().find(|t| t.kind != Word::Polite)
}

/// Up to how many bytes stand between an inability and the decision: 没办法给他批.
const UNABLE_REACH_BYTES: usize = 12;

/// Whether a decision stands right after a word of not being able to.
fn is_kept_from(unable: &Token<Word>, next: &Token<Word>, text: &str) -> bool {
    let between = text.get(unable.end..next.start).unwrap_or_default();
    matches!(next.kind, Word::Approve | Word::Reject)
        && between.len() <= UNABLE_REACH_BYTES
        && !between.contains(['只', '，', '就', '才'])
}

/// 不能, 不予: refuses what stands after it.
fn is_modal(token: &Token<Word>, text: &str) -> bool {
    matches!(
        text.get(token.start..token.end),
        Some(
            "不同意"
                | "不予"
                | "拒绝"
                | "不能"
                | "不可以"
                | "可不能"
                | "可不敢"
                | "可不好"
                | "可不准"
                | "可不同意"
                | "不给"
                | "不让"
                | "不放"
                | "不要"
                | "不好"
                | "不允许"
                | "不准"
                | "不得"
                | "不合适"
        )
    )
}

/// Whether a second refusal stands right after a first one: 不能|不批, 不予|退回.
fn turns(token: &Token<Word>, next: &Token<Word>, text: &str) -> bool {
    let word = text.get(next.start..).unwrap_or_default();
    let is_negative = word.starts_with('不') && matches!(next.kind, Word::Not | Word::Reject);
    let takes_back = word.starts_with(['退', '驳', '打', '拒']) && next.kind == Word::Reject;
    next.start == token.end && (is_negative || takes_back)
}

/// 等会儿上课: a time for something else, which waits for nothing.
fn is_later(tokens: &[Token<Word>], text: &str) -> bool {
    let waits: Vec<&Token<Word>> = tokens.iter().filter(|t| t.kind == Word::Wait).collect();
    let [only] = waits.as_slice() else { return false };
    let word = text.get(only.start..only.end).unwrap_or_default();
    let after = text.get(only.end..).unwrap_or_default().trim_start_matches(['儿', '我', '就', '去', '先']);
    let decides = [
        "再", "说", "看", "批", "定", "回", "处理", "审", "问", "核", "联系", "给", "告", "答", "弄", "办",
        "吧", "哈", "了",
    ];
    matches!(word, "等会" | "待会" | "过会" | "回头" | "晚点" | "稍后")
        && !after.is_empty()
        && !starts_with_any(after, &decides)
}
