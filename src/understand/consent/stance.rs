//! The stance of one clause: what its words add up to, unless it only argues, grants a point or hangs on something.
//!
//! Start at [`stance`].

use super::super::Consent;
use super::super::lexicon::Token;
use super::super::phrases::{around, ends_with_any, holds_any, phrases, starts_with_any};
use super::constructions::{denies_every_day, is_in_vain, was_tried, would_be_in_vain};
use super::others::follows_others;
use super::polarity::{Stance, turned};
use super::reasons::{is_cared_for, is_placed_elsewhere, supposes_refusal};
use super::rhetoric::{barring_the_unforeseen, names_both, whatever_the_case};
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
            || has(Word::Want)
            || text.starts_with('等')
            || holds_any(text, phrases!["再报"]);
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
    // 不管收不收费都参加: whatever the case, what follows holds.
    if let Some(said) = whatever_the_case(text).or_else(|| barring_the_unforeseen(text))
        && let says @ Stance::Firm(_) = turned(&LEXICON.scan(said), said)
    {
        return says;
    }
    if hedges(tokens, text) {
        return Stance::Hedged;
    }
    if is_cared_for(text) {
        return Stance::Weak(Consent::No);
    }
    // Where the child is instead is why it is no, perhaps; whether it is, the other clauses say.
    if is_placed_elsewhere(text)
        || was_tried(tokens, text)
        || denies_every_day(text)
        || would_be_in_vain(text)
        || argues(tokens, text)
    {
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

/// Whether a clause hangs on something, grants or fears it, or leaves it to others.
fn hedges(tokens: &[Token<Word>], text: &str) -> bool {
    comes_after(text)
        || depends(tokens, text)
        || concedes(text)
        || follows_others(tokens, text)
        || fears(text)
        || names_both(text)
        || is_in_vain(text) && !would_be_in_vain(text)
}

/// 参加是想参加, 好是好: grants the point, and the objection follows.
pub(super) fn concedes(text: &str) -> bool {
    let (before, after) = text.split_once('是').unwrap_or_default();
    let before = before.strip_suffix('倒').unwrap_or(before);
    let said = before.trim_start_matches(['想', '要', '我', '们', '也']);
    // 想是想: the wish itself.
    let said = if said.is_empty() && before.ends_with(['想', '要']) { before } else { said };
    !said.is_empty() && after.ends_with(said)
}

/// 等春节后再参加, 国庆后再报, 十月份再上: not now, and whether this term is not said.
fn comes_after(text: &str) -> bool {
    around(text, phrases!["再"]).any(|(event, then)| {
        let is_event = event.starts_with(['等', '过'])
            || event.ends_with(['后', '完', '月', '份', '周', '号'])
            || event.contains('了');
        let joins = |t: Token<Word>| matches!(t.kind, Word::Join | Word::Go);
        // 等我下班再给孩子报: for whom stands between them.
        let is_for_whom = || then.starts_with(['给', '帮', '替']) && LEXICON.tokens(then).any(joins);
        is_event && (LEXICON.at(then, 0).is_some_and(joins) || is_for_whom())
    })
}

/// 想报名，就怕他坐不住: a wish, and at the end of the reply what speaks against it.
pub(super) fn ends_in_fear(wish: &str, text: &str) -> bool {
    starts_with_any(text, &["就怕", "只怕", "又怕", "又担心", "就担心", "就是怕", "就是担心"])
        && holds_any(wish, phrases!["想", "愿意"])
}

/// 看孩子意愿, 要看他自己想不想: left to the child.
pub(super) fn leaves_to_child(text: &str) -> bool {
    let asked = text.trim_start_matches(['要', '得', '全', '还', '主', '先']).strip_prefix('看');
    asked.is_some_and(|asked| {
        asked.starts_with(['他', '她', '孩', '娃'])
            && holds_any(asked, phrases!["意愿", "意思", "想法", "自己", "愿不愿", "想不想"])
    })
}

/// 想报又怕他累: a wish and what speaks against it.
fn fears(text: &str) -> bool {
    let wishes = around(text, phrases!["想", "愿意", "要"]).next();
    wishes.is_some_and(|(_, after)| {
        holds_any(after, phrases!["又怕", "又担心", "又舍不得", "又不放心", "就怕", "只怕"])
    })
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
    // 既然免费那就上: what is granted sets no condition.
    if ground.contains("既然") {
        return false;
    }
    // 要钱就不报.
    if ["要钱", "收费", "要收费", "收钱", "要花钱", "花钱", "太贵", "贵", "强制", "不强制", "自愿", "不自愿"]
        .contains(&ground)
    {
        return true;
    }
    // 不要额外收费就行: agrees only so.
    let is_proviso = starts_with_any(ground, &["不要", "不收", "不花", "不影响", "不耽误", "别"]);
    let agrees = ["就行", "就可以", "就成", "就好", "就中"];
    if is_proviso && ends_with_any(text.trim_end_matches(['了', '吧', '哈', '啊']), &agrees) {
        return true;
    }
    let may_be = phrases![
        "有",
        "能",
        "免费",
        "不收",
        "不花",
        "不要钱",
        "合适",
        "够",
        "可以",
        "方便",
        "允许",
        "便宜",
        "不贵",
        "要求",
        "规定",
        "必须",
        "统一",
        "不冲突",
        "不远",
        "老师带",
        "老师教",
        "好老师"
    ];
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
