//! Consent (意愿): yes, no or not decided, from what a reply means rather than from the words it holds.
//!
//! Every clause has a stance: its words for joining or agreeing, turned by its negatives (an even number cancels out).
//! Past, superseded and conditional clauses argue and do not decide; a bare 好的 only acknowledges when something
//! stronger follows; what stands after a contrast wins. Start at [`read`].

mod conditions;
mod constructions;
mod menu;
mod neighbours;
mod open;
mod others;
mod polarity;
mod reasons;
mod rhetoric;
mod stance;
mod weighed;
mod words;

use std::borrow::Cow;

use smallvec::SmallVec;

use super::clause::{self, Clause, Mood};
use super::lexicon::Token;
use super::phrases::{Phrases, find, holds_any, phrases, starts_with_any};
use super::{Answer, Consent, Value};
use conditions::{consequence, is_conditional};
use constructions::{fixed, goes_without_saying, is_weekly_share, own_part};
pub(super) use menu::menu_number;
use menu::{goes_on_with_a_number, picked, placed};
pub(super) use open::without_later;
use open::{leaves_open, puts_off_for_years, refuses_for_now, says_neither};
use others::{
    denies_a_reason, is_of_another_matter, is_of_other_people, is_opposed, is_praise_of_others, leads,
};
use polarity::{Stance, turned};
use reasons::supposes_refusal;
use rhetoric::{answers_itself, asks_which, without_echo};
use stance::{concedes, ends_in_fear, leaves_to_child, stance};
use weighed::Weighed;
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
    // 无论如何不参加 asks nothing.
    let text = match find(&text, "无论如何") {
        Some(_) => Cow::Owned(text.replace("无论如何", "一定")),
        None => text,
    };
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
    let mut sum = Weighed::default();
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
            if is_firm { &mut sum.firm } else { &mut sum.weak }.push(value);
            continue;
        }
        if is_conditional(&tokens, clause.text) {
            index += sum.suppose(&consequence(&tokens, clause.text, next));
            continue;
        }
        if leaves_open(clause, &tokens) {
            sum.leave_open(clause.text, has(Word::Answering) || has(Word::Later));
            continue;
        }
        if clause.mood == Mood::Asks || asks_which(clause.text) {
            sum.asks = true;
            continue;
        }
        let says = stance(&tokens, clause.text);
        let is_concluded = is_set_against && matches!(says, Stance::Firm(_)) && clause.text.ends_with('了');
        let outweighs = has(Word::But) || has(Word::OrNot) || is_concluded;
        // 报是想报，就是没时间，不报了: so does a point that is granted.
        is_set_against |= has(Word::But) && says == Stance::Nothing && !has(Word::Day)
            || concedes(clause.text)
            || clause.text.contains("倒是想")
            || is_opposed(clause.text);
        // 报的报的，这学期我们不报: nothing has changed between a plain yes and a plain no.
        if outweighs && !is_concluded && contradicts(&sum.firm, says, plain_before, clause.text) {
            return Said::Unclear;
        }
        sum.is_hedged |= next.is_none() && before.is_some_and(|wish| ends_in_fear(wish.text, clause.text));
        sum.is_hedged |= leaves_to_child(clause.text);
        plain_before = is_plain(&tokens, clause.text);
        match says {
            // 不参加行吗, 可以不参加吧: asks leave to refuse.
            Stance::Firm(Consent::No) if clause.mood == Mood::Requests || asks_leave(clause.text) => {
                sum.asks = true;
            }
            Stance::Firm(value) if is_elsewhere(value, clause.text, next, clauses.len() > 1) => {
                sum.is_hedged |= next.is_some_and(|next| leads(clause.text, next.text));
            }
            Stance::Firm(value) if outweighs => {
                sum.firm = SmallVec::from_slice(&[value]);
                (sum.is_open, sum.is_delayed, sum.is_granted) = (false, false, false);
                sum.is_hedged &= !is_concluded;
            }
            Stance::Firm(value) => sum.firm.push(value),
            Stance::Weak(Consent::Yes) if acknowledges(text) || is_praise_of_others(clause.text) => {}
            Stance::Weak(value) => sum.weak.push(value),
            Stance::Hedged if concedes(clause.text) => sum.is_granted = true,
            Stance::Hedged => sum.is_hedged = true,
            Stance::Nothing => {}
        }
    }
    sum.conclude()
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
    // 别人报我也不报: the family, whatever others do.
    if let Some(own) = own_part(text)
        && let Stance::Firm(value) = turned(&LEXICON.scan(own), own)
    {
        return Some((value, true));
    }
    if let Some(value) = fixed(text) {
        return Some((value, true));
    }
    if goes_without_saying(text) || is_weekly_share(text) {
        return Some((Consent::Yes, false));
    }
    (refuses_for_now(tokens) || puts_off_for_years(text)).then_some((Consent::No, true))
}

/// Whether what a clause says so firmly is said of other matters or people, or of neither way.
fn is_elsewhere(value: Consent, text: &str, next: Option<&Clause>, is_one_of_several: bool) -> bool {
    is_of_another_matter(text)
        || denies_a_reason(text, next.map(|c| c.text))
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
    const CHANGED: &Phrases = phrases![
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
