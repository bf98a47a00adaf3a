//! Consent (意愿): yes, no or not decided, from what a reply means rather than from the words it holds.
//!
//! Every clause has a stance: its words for joining or agreeing, turned by its negatives (an even number cancels out).
//! Past, superseded and conditional clauses argue and do not decide; a bare 好的 only acknowledges when something
//! stronger follows; what stands after a contrast wins. Start at [`read`].

mod menu;
mod open;
mod others;
mod polarity;
mod reasons;
mod rhetoric;
mod stance;
mod words;

use std::borrow::Cow;

use smallvec::SmallVec;

use super::clause::{self, Clause, Mood};
use super::lexicon::Token;
use super::phrases::{Phrase, holds_any, phrases, starts_with_any};
use super::{Answer, Consent, Value};
pub(super) use menu::menu_number;
use menu::{goes_on_with_a_number, picked, placed};
pub(super) use open::without_later;
use open::{leaves_open, puts_off_for_years, refuses_for_now, says_neither};
use others::{is_of_another_matter, is_of_other_people, leads};
use polarity::{Stance, turned};
use reasons::{argues_from_refusal, supposes_refusal};
use rhetoric::{answers_itself, asks_which, without_echo};
use stance::{concedes, ends_in_fear, leaves_to_child, stance};
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
    let text = LEXICON.repair(without_echo(text));
    // 只要周二周四 wants part of the week, and sets no condition.
    let text = ["只要周", "只要星期", "只要礼拜"].iter().fold(text, |text, only| {
        if text.contains(only) {
            Cow::Owned(text.replace(only, only.trim_start_matches('只')))
        } else {
            text
        }
    });
    // 按错了，不是2，是1: what stands after the correction is a number and nothing else.
    let corrected = clause::corrected(&text);
    let text = if menu_number(corrected).is_some_and(|(_, rest)| rest.is_empty()) {
        Cow::Borrowed(corrected)
    } else {
        Cow::Borrowed(text.as_ref())
    };
    let placed = placed(&text, menu.len()).map(|number| (number, ""));
    let (chosen, words) = match placed.or_else(|| menu_number(&text)) {
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
    if chosen.is_none() && !menu.is_empty() && clause::clauses(words).iter().any(|c| picked(c.text).is_some())
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
    let is_number = |text: &str| picked(text).is_some();
    let clauses = clause::clauses(text);
    let mut numbers = clauses.iter().filter_map(|c| picked(c.text));
    let picked = numbers.next().and_then(|n| n.checked_sub(1)).and_then(|n| menu.get(n)).copied();
    let words: Vec<&str> = clauses.iter().filter(|c| !is_number(c.text)).map(|c| c.text).collect();
    match (picked, numbers.next(), weigh(&words.join("，"))) {
        (Some(picked), None, Said::Nothing) => Answer::Value(Value::Consent(picked)),
        (Some(picked), None, Said::Value(said)) if said == picked => Answer::Value(Value::Consent(picked)),
        _ => Answer::Unclear,
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
    // 想参加，但是没时间，不参加了: a contrast reaches over its ground to what is decided.
    let mut is_set_against = false;
    let mut plain_before = false;
    let mut index = 0;
    while let Some(clause) = clauses.get(index) {
        index += 1;
        let tokens = LEXICON.scan(clause.text);
        let has = |kind| tokens.iter().any(|t| t.kind == kind);
        let next = clauses.get(index);
        let before = index.checked_sub(2).and_then(|at| clauses.get(at));
        if let Some((value, is_firm)) = settled(clause, &tokens, before, next) {
            if is_firm { &mut firm } else { &mut weak }.push(value);
            continue;
        }
        if is_conditional(&tokens, clause.text) {
            match consequence(&tokens, clause.text, next) {
                Consequence::Argued => firm.push(Consent::Yes),
                Consequence::Here(Stance::Hedged | Stance::Nothing) => {}
                Consequence::Next(Stance::Hedged | Stance::Nothing) => index += 1,
                _ => return Said::Unclear,
            }
            continue;
        }
        if leaves_open(clause, &tokens) {
            // 先不报了，以后再说: a no for now.
            let is_put_off = holds_any(clause.text, phrases!["再说", "以后", "缓", "等等", "放一放"]);
            is_open |= !(firm.as_slice() == [Consent::No] && is_put_off);
            continue;
        }
        if clause.mood == Mood::Asks || asks_which(clause.text) {
            asks = true;
            continue;
        }
        let says = stance(&tokens, clause.text);
        let is_concluded = is_set_against && matches!(says, Stance::Firm(_)) && clause.text.ends_with('了');
        let outweighs = has(Word::But) || has(Word::OrNot) || is_concluded;
        // 报是想报，就是没时间，不报了: so does a point that is granted.
        is_set_against |= has(Word::But) && says == Stance::Nothing && !has(Word::Day)
            || concedes(clause.text)
            || clause.text.contains("倒是想");
        // 报的报的，这学期我们不报: nothing has changed between a plain yes and a plain no.
        if outweighs && !is_concluded && contradicts(&firm, says, plain_before, clause.text) {
            return Said::Unclear;
        }
        is_hedged |= next.is_none() && before.is_some_and(|wish| ends_in_fear(wish.text, clause.text));
        is_hedged |= leaves_to_child(clause.text);
        plain_before = is_plain(&tokens, clause.text);
        match says {
            // 不参加行吗, 可以不参加吧: asks leave to refuse.
            Stance::Firm(Consent::No) if clause.mood == Mood::Requests || asks_leave(clause.text) => {
                asks = true;
            }
            Stance::Firm(value) if is_elsewhere(value, clause.text, next, clauses.len() > 1) => {
                is_hedged |= next.is_some_and(|next| leads(clause.text, next.text));
            }
            Stance::Firm(value) if outweighs => {
                firm = SmallVec::from_slice(&[value]);
                is_open = false;
                is_hedged &= !is_concluded;
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

/// What a clause says without adding up its words, and whether firmly.
fn settled(
    clause: &Clause,
    tokens: &[Token<Word>],
    before: Option<&Clause>,
    next: Option<&Clause>,
) -> Option<(Consent, bool)> {
    let text = clause.text;
    // 不报的话我都赶不回来: no condition, but a reason.
    if supposes_refusal(text) {
        return Some((Consent::Yes, false));
    }
    if is_conditional(tokens, text) {
        return None;
    }
    if let Some(value) = answers_itself(text, before.map(|c| c.text), next.map(|c| c.text)) {
        return Some((value, true));
    }
    (refuses_for_now(tokens) || puts_off_for_years(text)).then_some((Consent::No, true))
}

/// Whether what a clause says so firmly is said of other matters or people, or of neither way.
fn is_elsewhere(value: Consent, text: &str, next: Option<&Clause>, is_one_of_several: bool) -> bool {
    is_of_another_matter(text)
        || is_of_other_people(text)
        || says_neither(text, next.map(|c| c.text))
        // 兴趣班不报，课后服务报: what is refused is something else.
        || value == Consent::No && is_one_of_several && is_of_another(text)
}

/// Whether a clause says its yes or no, twice perhaps, and nothing besides: 报的报的, 我们不去.
fn is_plain(tokens: &[Token<Word>], text: &str) -> bool {
    const LIGHT: &str = "我们家咱俺的了啊呀哈吧呢嘛，、 ";
    let decides =
        |kind| matches!(kind, Word::Join | Word::Go | Word::Want | Word::Not | Word::NotWant | Word::Then);
    let is_wish = holds_any(text, phrases!["想", "希望", "同意", "支持", "赞成", "愿意", "可以"]);
    !is_wish
        && tokens.iter().all(|t| decides(t.kind))
        && text
            .char_indices()
            .all(|(at, c)| LIGHT.contains(c) || tokens.iter().any(|t| t.start <= at && at < t.end))
}

/// Whether a clause turns a plain answer round although nothing in it tells of a change of mind: 这学期, 所以 and 但是 set
/// against what was before or what was wished, and here the same was said of the same term.
fn contradicts(firm: &[Consent], says: Stance, is_plain: bool, text: &str) -> bool {
    const CHANGED: &[Phrase] = phrases![
        "后来",
        "最后决定",
        "最终",
        "结果",
        "决定",
        "还是",
        "总之",
        "反正",
        "其实",
        "只好",
        "只能",
        "改",
        "so",
        "but"
    ];
    let turns = matches!(says, Stance::Firm(value) if firm.iter().any(|said| *said != value));
    // 现在不报了: has changed.
    let has_changed = text.ends_with('了') && holds_any(text, phrases!["现在", "眼下", "如今", "这会"]);
    is_plain && turns && !has_changed && !holds_any(text, CHANGED)
}

/// 兴趣班不报: a class that is not ours to offer.
fn is_of_another(text: &str) -> bool {
    holds_any(
        text,
        phrases!["兴趣班", "社团", "校外", "补习班", "辅导班", "外面的班", "外头的班", "培训班", "别的班"],
    ) && !holds_any(text, phrases!["课后", "延时", "托管"])
}

/// 好的收到: what agrees beside it only acknowledges.
fn acknowledges(text: &str) -> bool {
    holds_any(
        text,
        phrases![
            "收到",
            "知道了",
            "明白了",
            "了解了",
            "看到通知",
            "看到了",
            "看到消息",
            "已阅",
            "收悉",
            "看见了"
        ],
    )
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
    /// A yes in the same clause, for which a refusal was only supposed.
    Argued,
    /// In the next one.
    Next(Stance),
    None,
}

/// Whether a clause sets a condition; 家里只有一位老人 only tells how many there are.
fn is_conditional(tokens: &[Token<Word>], text: &str) -> bool {
    const COUNTED: [char; 16] =
        ['一', '两', '几', '他', '她', '我', '奶', '爷', '外', '姥', '老', '孩', '妈', '爸', '个', '半'];
    let counts = |t: &Token<Word>| {
        let after = text.get(t.end..).unwrap_or_default();
        text.get(t.start..t.end) == Some("只有")
            && after.starts_with(COUNTED)
            && !after.contains(['才', '就', '同', '能', '愿'])
    };
    tokens.iter().any(|t| t.kind == Word::If && !counts(t))
}

/// What follows from a condition: the words after 就, here or at the head of the next clause.
fn consequence(tokens: &[Token<Word>], text: &str, next: Option<&Clause>) -> Consequence {
    let if_at = tokens.iter().rposition(|t| t.kind == Word::If).unwrap_or(0);
    let then_at = tokens.iter().skip(if_at).position(|t| t.kind == Word::Then).map(|i| i + if_at);
    if let Some(then_at) = then_at {
        let after = tokens.get(then_at + 1..).unwrap_or_default();
        let says = turned(after, text);
        let part = |from: Option<&Token<Word>>, to: Option<&Token<Word>>| {
            text.get(from.map_or(0, |t| t.end)..to.map_or(text.len(), |t| t.start)).unwrap_or_default()
        };
        let (supposed, follows) =
            (part(tokens.get(if_at), tokens.get(then_at)), part(tokens.get(then_at), None));
        if says == Stance::Firm(Consent::Yes) && argues_from_refusal(supposed, follows) {
            return Consequence::Argued;
        }
        return Consequence::Here(says);
    }
    match next {
        Some(next) => Consequence::Next(turned(&LEXICON.scan(next.text), next.text)),
        None => Consequence::None,
    }
}

/// 可以不参加吧, 能不去吧.
fn asks_leave(text: &str) -> bool {
    text.ends_with('吧') && starts_with_any(text, &["可以不", "能不", "应该可以不", "是可以不"])
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, Consent, Question, Value, read};

    #[test]
    fn a_number_a_stance_and_what_is_put_off_are_told_apart() {
        let question = Question::Consent { menu: vec![Consent::Yes, Consent::No, Consent::Undecided] };
        for (text, want) in [
            ("跟孩子说好了，1", Some(Consent::Yes)),
            ("按错了，不是2，是1", Some(Consent::Yes)),
            ("3还是1", None),
            ("不上我都没法上班", Some(Consent::Yes)),
            ("不是不想上是没人送那还是上吧", Some(Consent::Yes)),
            ("兴趣班不报，课后服务报", Some(Consent::Yes)),
            ("想想还是不去了", Some(Consent::No)),
            ("不不不，我们不上", Some(Consent::No)),
            ("等他爸回来定", Some(Consent::Undecided)),
            ("还没跟家里商量好", Some(Consent::Undecided)),
            ("可以不参加吧", None),
        ] {
            let want = want.map_or(Answer::Unclear, |consent| Answer::Value(Value::Consent(consent)));
            assert_eq!(read(text, &question), want, "{text}");
        }
    }
}
