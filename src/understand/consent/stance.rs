//! The stance of one clause: what its words add up to, unless it only argues, grants a point or hangs on something.
//!
//! Start at [`stance`].

use super::super::Consent;
use super::super::lexicon::Token;
use super::super::phrases::{holds_any, phrases};
use super::polarity::{Stance, turned};
use super::reasons::{is_cared_for, is_placed_elsewhere, supposes_refusal};
use super::words::{LEXICON, Word};

/// The stance of one clause.
pub(super) fn stance(tokens: &[Token<Word>], text: &str) -> Stance {
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if has(Word::NextTerm) {
        let says = has(Word::Join)
            || has(Word::Go)
            || has(Word::Open)
            || has(Word::Consider)
            || has(Word::Waver)
            || has(Word::Want);
        return if says || text.ends_with('吧') { Stance::Firm(Consent::No) } else { Stance::Nothing };
    }
    // 跟上学期一样接着上: the past goes on.
    let goes_on = holds_any(text, phrases!["一样", "接着", "继续", "照旧", "照常"]);
    if has(Word::Past) && !has(Word::But) && !goes_on || has(Word::Superseded) && !has(Word::But) {
        return Stance::Nothing;
    }
    let after_contrast = tokens
        .iter()
        .rposition(|t| matches!(t.kind, Word::But))
        .filter(|_| has(Word::Past) || has(Word::Superseded));
    let tokens = after_contrast.and_then(|at| tokens.get(at + 1..)).unwrap_or(tokens);
    // 不是不参加，是…: an excuse, and what follows decides.
    if text.starts_with("不是不") || text.starts_with("不是我不") || text.starts_with("我不是不") {
        // 不是不想上是没人送那还是上吧: without a comma, the conclusion stands in the same clause.
        let concluded = ["那还是", "所以还是", "那就", "还是"].iter().find_map(|word| text.split_once(word));
        return concluded.map_or(Stance::Nothing, |(_, after)| turned(&LEXICON.scan(after), after));
    }
    // 接不动了你就给孩子报上吧: what is asked for at the end.
    if let Some((_, after)) = text.rsplit_once("就给")
        && turned(&LEXICON.scan(after), after) == Stance::Firm(Consent::Yes)
    {
        return Stance::Firm(Consent::Yes);
    }
    if supposes_refusal(text) {
        return Stance::Weak(Consent::Yes);
    }
    if depends(tokens, text) || concedes(text) {
        return Stance::Hedged;
    }
    if is_cared_for(text) {
        return Stance::Weak(Consent::No);
    }
    // Why it is no, perhaps; whether it is, the other clauses say.
    if is_placed_elsewhere(text) {
        return Stance::Nothing;
    }
    if argues(tokens, text) {
        return Stance::Nothing;
    }
    let alternative = tokens.iter().position(|t| t.kind == Word::OrNot).and_then(|at| tokens.get(..at));
    if has(Word::Or) || alternative.is_some_and(|before| !matches!(turned(before, text), Stance::Nothing)) {
        return Stance::Hedged;
    }
    let value = turned(tokens, text);
    let is_part = has(Word::Day);
    match value {
        Stance::Firm(Consent::No) if is_part => Stance::Nothing,
        Stance::Firm(Consent::No) if is_for_days(text) => Stance::Hedged,
        Stance::Firm(_) if has(Word::Hedge) => Stance::Hedged,
        other => other,
    }
}

/// 参加是想参加, 好是好: grants the point, and the objection follows.
pub(super) fn concedes(text: &str) -> bool {
    let (before, after) = text.split_once('是').unwrap_or_default();
    let said = before.trim_start_matches(['想', '要', '我', '们', '也']);
    !said.is_empty() && after.ends_with(said)
}

/// 这周来不了: a refusal of days, not of the term.
fn is_for_days(text: &str) -> bool {
    let days = phrases!["这周", "本周", "今天", "明天", "后天", "这两天", "今儿", "明儿"];
    holds_any(text, days) && !holds_any(text, phrases!["参加", "报", "商量", "决定", "问"])
}

/// 有空位就参加: a yes that hangs on something, without an if.
fn depends(tokens: &[Token<Word>], text: &str) -> bool {
    let Some(then) = tokens.iter().position(|t| t.kind == Word::Then) else { return false };
    let Some(token) = tokens.get(then) else { return false };
    let ground = text.get(..token.start).unwrap_or_default();
    let may_be =
        phrases!["有", "能", "免费", "不收", "不花", "不要钱", "合适", "够", "可以", "方便", "允许", "便宜"];
    holds_any(ground, may_be)
        && turned(tokens.get(then + 1..).unwrap_or_default(), text) == Stance::Firm(Consent::Yes)
}

/// 不参加就没人管: joining, or not, only as the ground of something else.
fn argues(tokens: &[Token<Word>], text: &str) -> bool {
    let Some(then) = tokens.iter().position(|t| t.kind == Word::Then) else { return false };
    let (before, after) = tokens.split_at(then);
    matches!(turned(before, text), Stance::Firm(_))
        && matches!(turned(after, text), Stance::Nothing)
        && after.len() > 1
}
