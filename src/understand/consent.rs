//! Consent (意愿): yes, no or not decided, from what a reply means rather than from the words it holds.
//!
//! Every clause has a stance: its words for joining or agreeing, turned by its negatives (an even number cancels out).
//! Past, superseded and conditional clauses argue and do not decide; a bare 好的 only acknowledges when something
//! stronger follows; what stands after a contrast wins. Start at [`read`].

mod polarity;
mod words;

use smallvec::SmallVec;

use super::clause::{self, Clause, Mood};
use super::lexicon::Token;
use super::{Answer, Consent, Value, numerals};
use polarity::{Stance, turned};
use words::{LEXICON, Word};

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "do you want to take part?".
///
/// - `text`: the normal form.
/// - `menu`: what the numbers of the question mean.
pub(super) fn read(text: &str, menu: &[Consent]) -> Answer {
    let text = LEXICON.repair(text);
    let (chosen, words) = match menu_number(&text) {
        Some((number, rest)) => {
            match number.checked_sub(1).and_then(|i| menu.get(usize::try_from(i).ok()?)) {
                Some(consent) => (Some(*consent), rest),
                None if rest.is_empty() || !menu.is_empty() => return Answer::Unclear,
                None => (None, rest),
            }
        }
        None => (None, text.as_ref()),
    };
    if chosen.is_some() && words.chars().next().is_some_and(|c| c.is_ascii_digit() || "或/".contains(c)) {
        return Answer::Unclear;
    }
    // 3还是1, 1和3: one number too many.
    if chosen.is_some() && goes_on_with_a_number(words) {
        return Answer::Unclear;
    }
    // 跟孩子说好了，3: a number that is a clause by itself.
    if chosen.is_none()
        && !menu.is_empty()
        && clause::clauses(words).iter().any(|c| c.text.bytes().all(|b| b.is_ascii_digit()))
    {
        return lone_number(words, menu);
    }
    let said = overall(clause::split_correction(words));
    match (chosen, said) {
        (Some(menu), Said::Nothing) => Answer::Value(Value::Consent(menu)),
        (Some(menu), Said::Value(value)) if menu == value => Answer::Value(Value::Consent(menu)),
        (None, Said::Value(value)) => Answer::Value(Value::Consent(value)),
        _ => Answer::Unclear,
    }
}

/// Reads a reply in which one clause is nothing but a number: the other clauses may only agree.
fn lone_number(text: &str, menu: &[Consent]) -> Answer {
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let clauses = clause::clauses(text);
    let mut numbers =
        clauses.iter().filter(|c| is_number(c.text)).filter_map(|c| c.text.parse::<usize>().ok());
    let picked = numbers.next().and_then(|n| n.checked_sub(1)).and_then(|n| menu.get(n)).copied();
    let words: Vec<&str> = clauses.iter().filter(|c| !is_number(c.text)).map(|c| c.text).collect();
    match (picked, numbers.next(), weigh(&words.join("，"))) {
        (Some(picked), None, Said::Nothing) => Answer::Value(Value::Consent(picked)),
        (Some(picked), None, Said::Value(said)) if said == picked => Answer::Value(Value::Consent(picked)),
        _ => Answer::Unclear,
    }
}

/// A number that picks a line of the menu, and what stands after it.
pub(super) fn menu_number(text: &str) -> Option<(u32, &str)> {
    let lead = text
        .find(|c: char| c.is_ascii_digit() || c == '第' || numerals::digit(c).is_some())
        .and_then(|at| text.get(..at))
        .unwrap_or_default();
    let picks = ["选择", "选项", "选", "回复", "回", "就", "答案", "填", "是"]
        .iter()
        .any(|word| lead.ends_with(word));
    let picks = picks && lead.chars().count() <= 6 && !lead.contains(['不', '没', '别']);
    let body = text.strip_prefix(lead).filter(|_| picks).unwrap_or(text);
    let is_picked = body.len() < text.len() || body.starts_with('第');
    let body = body.strip_prefix('第').unwrap_or(body);
    let (number, end) = numerals::number_at(body, 0)?;
    let rest = body.get(end..)?;
    let is_arabic = body.starts_with(|c: char| c.is_ascii_digit());
    let measure = ["个选项", "个", "项", "号", "种", "条", "吧", "选项"]
        .iter()
        .find_map(|word| rest.strip_prefix(word));
    let next = rest.chars().next();
    let is_free = next.is_none_or(|c| "，。、.:)✅❌-谢吧啊呀哈".contains(c));
    let other = [
        "年", "月", "点", "天", "次", "班", "个孩", "个娃", "起", "直", "定", "样", "下", "%", ":", "学期",
        "周", "孩", "家", "块", "元", "小时",
    ];
    if other.iter().any(|word| rest.starts_with(word))
        || !(is_arabic || is_free || is_picked && measure.is_some())
    {
        return None;
    }
    Some((number, measure.unwrap_or(rest).trim_start_matches(['，', '、', '。', ' ', ')', '.', ':', '-'])))
}

/// Whether what stands after a number names another.
fn goes_on_with_a_number(words: &str) -> bool {
    words.starts_with("还是") || {
        let after = words.trim_start_matches(['和', '跟', '与', '及', '、', '+', '&', '/', ' ']);
        after.len() < words.len() && numerals::number_at(after, 0).is_some()
    }
}

enum Said {
    Value(Consent),
    Nothing,
    Unclear,
}

/// Weighs the clauses of a reply.
fn overall((before, after): (Option<&str>, &str)) -> Said {
    let text = match before {
        Some(_) if !after.is_empty() && !matches!(weigh(after), Said::Nothing) => after,
        Some(_) if after.is_empty() => return Said::Unclear,
        Some(before) => before,
        None => after,
    };
    weigh(text)
}

fn weigh(text: &str) -> Said {
    let clauses = clause::clauses(text);
    let mut firm: SmallVec<[Consent; 6]> = SmallVec::new();
    let mut weak: SmallVec<[Consent; 6]> = SmallVec::new();
    let (mut is_open, mut is_hedged, mut asks) = (false, false, false);
    let mut index = 0;
    while let Some(clause) = clauses.get(index) {
        index += 1;
        let tokens = LEXICON.scan(clause.text);
        let has = |kind| tokens.iter().any(|t| t.kind == kind);
        if has(Word::If) {
            match consequence(&tokens, clause.text, clauses.get(index)) {
                Consequence::Here(Stance::Firm(_) | Stance::Weak(_)) => return Said::Unclear,
                Consequence::Here(_) => continue,
                Consequence::Next(Stance::Firm(_) | Stance::Weak(_)) | Consequence::None => {
                    return Said::Unclear;
                }
                Consequence::Next(_) => {
                    index += 1;
                    continue;
                }
            }
        }
        if refuses_for_now(&tokens) {
            firm.push(Consent::No);
            continue;
        }
        if let Some(consent) = open(clause, &tokens) {
            // 先不报了，以后再说: a no for now.
            is_open |= !(firm.as_slice() == [Consent::No]
                && (clause.text.contains("再说") || clause.text.contains("以后")));
            if consent == Consent::No {
                firm.push(Consent::No);
            }
            continue;
        }
        if clause.mood == Mood::Asks {
            asks = true;
            continue;
        }
        let outweighs = has(Word::But) || has(Word::OrNot);
        match stance(&tokens, clause.text) {
            // 不参加行吗, 可以不参加吧: asks leave to refuse.
            Stance::Firm(Consent::No) if clause.mood == Mood::Requests || asks_leave(clause.text) => {
                asks = true;
            }
            Stance::Firm(value) if outweighs => {
                firm = SmallVec::from_slice(&[value]);
                is_open = false;
            }
            Stance::Firm(value) => firm.push(value),
            Stance::Weak(Consent::Yes) if acknowledges(text) => {}
            Stance::Weak(value) => weak.push(value),
            Stance::Hedged => is_hedged = true,
            Stance::Nothing => {}
        }
    }
    conclude(&firm, &weak, is_open, is_hedged, asks)
}

/// 好的收到: what agrees beside it only acknowledges.
fn acknowledges(text: &str) -> bool {
    ["收到", "知道了", "明白了", "了解了"].iter().any(|word| text.contains(word))
}

fn conclude(firm: &[Consent], weak: &[Consent], is_open: bool, is_hedged: bool, asks: bool) -> Said {
    let agreed = |all: &[Consent]| all.first().copied().filter(|first| all.iter().all(|c| c == first));
    match (firm.is_empty(), is_open) {
        (true, true) => Said::Value(Consent::Undecided),
        (false, true) => Said::Unclear,
        (false, false) if is_hedged => Said::Unclear,
        (false, false) => agreed(firm).map_or(Said::Unclear, Said::Value),
        (true, false) if is_hedged || asks => Said::Unclear,
        (true, false) if weak.is_empty() => Said::Nothing,
        (true, false) => agreed(weak).map_or(Said::Unclear, Said::Value),
    }
}

enum Consequence {
    /// In the same clause.
    Here(Stance),
    /// In the next one.
    Next(Stance),
    None,
}

/// What follows from a condition: the words after 就, here or at the head of the next clause.
fn consequence(tokens: &[Token<Word>], text: &str, next: Option<&Clause>) -> Consequence {
    let if_at = tokens.iter().rposition(|t| t.kind == Word::If).unwrap_or(0);
    let then_at = tokens.iter().skip(if_at).position(|t| t.kind == Word::Then).map(|i| i + if_at);
    if let Some(then_at) = then_at {
        let after = tokens.get(then_at + 1..).unwrap_or_default();
        return Consequence::Here(turned(after, text));
    }
    match next {
        Some(next) => Consequence::Next(turned(&LEXICON.scan(next.text), next.text)),
        None => Consequence::None,
    }
}

/// 先不报等她适应了再说: not now, whatever may be said later.
fn refuses_for_now(tokens: &[Token<Word>]) -> bool {
    tokens.windows(3).any(|w| {
        matches!(w, [now, not, verb]
            if now.kind == Word::ForNow && not.kind == Word::Not && matches!(verb.kind, Word::Join | Word::Go)
                && now.end == not.start && not.end == verb.start)
    }) && tokens.iter().any(|t| t.kind == Word::Open)
}

/// Whether a clause leaves the matter open; `No` where it puts it off to the next term.
fn open(clause: &Clause, tokens: &[Token<Word>]) -> Option<Consent> {
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if has(Word::NextTerm) && (has(Word::Open) || has(Word::Consider) || has(Word::Join)) {
        return Some(Consent::No).filter(|_| false);
    }
    if has(Word::Decided) && !is_yet_to_come(clause.text, tokens) {
        return None;
    }
    if has(Word::Decided) {
        return Some(Consent::Undecided);
    }
    let is_open = has(Word::Open) || (has(Word::Later) && has(Word::Answering));
    // 想想还是不去了: thought over, and done with.
    let is_settled = tokens.iter().position(|t| t.kind == Word::Consider).is_some_and(|at| {
        tokens.iter().skip(at + 1).any(|t| matches!(t.kind, Word::OrNot | Word::But))
            && tokens
                .iter()
                .skip(at + 1)
                .any(|t| matches!(t.kind, Word::Join | Word::Go | Word::Unable | Word::Decline))
    });
    let considers = has(Word::Consider)
        && !is_settled
        && !tokens.windows(2).any(|w| matches!(w, [a, b] if a.kind == Word::Not && b.kind == Word::Consider))
        && (clause.mood != Mood::Asks
            || wonders(clause.text)
            || !clause::asks(&clause.text.replace("一下", "").replace("问下", "问")));
    (is_open || considers).then_some(Consent::Undecided)
}

/// 问问他愿不愿意, 纠结报不报: the question is the family's own.
fn wonders(text: &str) -> bool {
    let own =
        ["纠结", "犹豫", "愿不愿", "想不想", "去不去", "要不要", "参不参加", "来不来", "报不报", "上不上"];
    own.iter().any(|word| text.contains(word)) && !text.ends_with(['吗', '么', '呢'])
}

/// 可以不参加吧, 能不去吧.
fn asks_leave(text: &str) -> bool {
    text.ends_with('吧')
        && ["可以不", "能不", "应该可以不", "是可以不"].iter().any(|lead| text.starts_with(lead))
}

/// 想好了再回复您: what is decided only later.
fn is_yet_to_come(text: &str, tokens: &[Token<Word>]) -> bool {
    let decided = tokens.iter().find(|t| t.kind == Word::Decided);
    let after = decided.and_then(|t| text.get(t.end..)).unwrap_or_default();
    let after = after.trim_start_matches(['了', '之', '以', '后']);
    let then = ["再", "才", "给您", "给你", "告诉", "回复", "跟您", "跟你"]
        .iter()
        .find_map(|word| after.strip_prefix(word));
    then.is_some_and(|rest| {
        !LEXICON.at(rest, 0).is_some_and(|t| matches!(t.kind, Word::Join | Word::Go | Word::Not))
    })
}

/// The stance of one clause.
fn stance(tokens: &[Token<Word>], text: &str) -> Stance {
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if has(Word::NextTerm) {
        let says =
            has(Word::Join) || has(Word::Go) || has(Word::Open) || has(Word::Consider) || has(Word::Want);
        return if says || text.ends_with('吧') { Stance::Firm(Consent::No) } else { Stance::Nothing };
    }
    if has(Word::Past) && !has(Word::But) || has(Word::Superseded) && !has(Word::But) {
        return Stance::Nothing;
    }
    let after_contrast = tokens
        .iter()
        .rposition(|t| matches!(t.kind, Word::But))
        .filter(|_| has(Word::Past) || has(Word::Superseded));
    let tokens = after_contrast.and_then(|at| tokens.get(at + 1..)).unwrap_or(tokens);
    // 不是不参加，是…: an excuse, and what follows decides.
    if text.starts_with("不是不") {
        return Stance::Nothing;
    }
    if depends(tokens, text) || concedes(text) {
        return Stance::Hedged;
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
fn concedes(text: &str) -> bool {
    let (before, after) = text.split_once('是').unwrap_or_default();
    let said = before.trim_start_matches(['想', '要', '我', '们', '也']);
    !said.is_empty() && after.ends_with(said)
}

/// 这周来不了: a refusal of days, not of the term.
fn is_for_days(text: &str) -> bool {
    let days = ["这周", "本周", "今天", "明天", "后天", "这两天", "今儿", "明儿"];
    days.iter().any(|word| text.contains(word))
        && !["参加", "报", "商量", "决定", "问"].iter().any(|word| text.contains(word))
}

/// 有空位就参加: a yes that hangs on something, without an if.
fn depends(tokens: &[Token<Word>], text: &str) -> bool {
    let Some(then) = tokens.iter().position(|t| t.kind == Word::Then) else { return false };
    let Some(token) = tokens.get(then) else { return false };
    let ground = text.get(..token.start).unwrap_or_default();
    let may_be = ["有", "能", "免费", "不收", "不花", "不要钱", "合适", "够", "可以", "方便", "允许", "便宜"];
    may_be.iter().any(|word| ground.contains(word))
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
