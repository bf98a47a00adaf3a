//! Open answers: put off, thought over, or left to what comes.
//!
//! Start at [`leaves_open`].

use std::borrow::Cow;

use super::super::clause::{self, Clause, Mood};
use super::super::lexicon::Token;
use super::super::phrases::{Phrases, around, ends_with_any, holds_any, phrases, starts_with_any};
use super::polarity::is_idle;
use super::words::{LEXICON, Word};

/// Whether a clause leaves the matter open.
pub(super) fn leaves_open(clause: &Clause, tokens: &[Token<Word>]) -> bool {
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    // 下学期再考虑: a no for this one.
    if has(Word::NextTerm) && (has(Word::Open) || has(Word::Consider) || has(Word::Waver) || has(Word::Join))
    {
        return false;
    }
    if has(Word::Decided) {
        return is_unsettled(clause.text, tokens) || is_yet_to_come(clause.text, tokens);
    }
    awaits(clause.text)
        || cannot_tell_whether(clause.text)
        || will_tell(clause.text, tokens)
        || wants_and_does_not(clause.text)
        || asks_at_home(clause.text)
        || has(Word::Open)
        || has(Word::Later) && has(Word::Answering)
        || (has(Word::Consider) || has(Word::Waver)) && considers(clause, tokens)
}

/// 还没跟家里商量好: what would settle it has not been done.
fn is_unsettled(text: &str, tokens: &[Token<Word>]) -> bool {
    let is_lacking = |t: &Token<Word>| {
        t.kind == Word::Open
            && text.get(t.start..).is_some_and(|word| word.starts_with(['还', '没', '未', '尚']))
    };
    tokens.iter().take_while(|t| t.kind != Word::Decided).any(is_lacking)
}

/// 等他爸回来定: put off until somebody or something comes.
fn awaits(text: &str) -> bool {
    let end = text.trim_end_matches(['吧', '了', '哈']);
    // 等我妈那边的消息: what comes from somebody.
    let is_of_news = || {
        ends_with_any(
            end,
            &[
                "消息",
                "回音",
                "回信",
                "回话",
                "的信",
                "的信儿",
                "准信",
                "准话",
                "答复",
                "回复",
                "意见",
                "结果",
            ],
        )
    };
    text.starts_with('等')
        && (is_of_news()
            || ends_with_any(end, &["定", "再说", "商量", "再看", "拿主意"])
            || holds_any(text, phrases!["再回", "再答", "再告", "再给您", "再跟您"]))
}

/// 下班了再回您, 截止前给您答复, 明天定: a time or what comes first, and telling or settling.
fn will_tell(text: &str, tokens: &[Token<Word>]) -> bool {
    const FIRST: [char; 9] = ['前', '后', '完', '了', '儿', '会', '空', '天', '末'];
    const TO_WHOM: [&str; 4] = ["您", "你", "老师", "学校"];
    let is_answer = |t: &Token<Word>| {
        if t.kind != Word::Answering {
            return false;
        }
        let word = text.get(t.start..t.end).unwrap_or_default();
        let after = text.get(t.end..).unwrap_or_default();
        let is_told = word.ends_with(['您', '你'])
            || word.contains(['信', '话'])
            || TO_WHOM.iter().any(|whom| after.starts_with(whom))
            || after.trim_start_matches(['哈', '吧', '啊', '哦']).is_empty();
        let before = text.get(..t.start).unwrap_or_default();
        let event = before.trim_end_matches(['再', '给', '就', '跟', '我', '您', '你']);
        is_told && event.ends_with(FIRST) && !event.contains("已经") && !event.contains("收到")
    };
    let is_settled_later = |t: &Token<Word>| {
        let after = text.get(t.end..).unwrap_or_default();
        let after = after.trim_start_matches(['再', '来', '就']);
        t.kind == Word::Later && ["定", "决定"].contains(&after.trim_end_matches(['吧', '哈', '啊']))
    };
    tokens.iter().any(|t| is_answer(t) || is_settled_later(t))
}

/// 有点想又有点不想, 又想又不想: both at once.
fn wants_and_does_not(text: &str) -> bool {
    text.contains('又')
        && around(text, phrases!["又"]).any(|(before, after)| {
            let is_both = before.contains('想') && !before.contains('不')
                || before.is_empty() && after.starts_with('想');
            is_both && around(after, phrases!["不想"]).any(|(_, rest)| rest.chars().nth(3).is_none())
        })
}

/// 等他放学问问, 我问一下哈: asks, and nobody here.
fn asks_at_home(text: &str) -> bool {
    const HERE: &Phrases = phrases!["想", "老师", "请", "麻烦", "帮", "您", "你"];
    const HOME: &Phrases = phrases!["回去", "回家", "放学", "家里", "等", "娃", "孩子", "他", "她"];
    let asked = text.trim_end_matches(['哈', '吧', '先', '啊', '哦', '再', '说']);
    ends_with_any(asked, &["问问", "问一问", "问一下", "问下"])
        && holds_any(text, HOME)
        && !holds_any(text, HERE)
}

/// 搞不清楚去不去, 还没弄明白要不要报: a verb of making out, denied, and the question.
fn cannot_tell_whether(text: &str) -> bool {
    const DENIED: &Phrases = phrases![
        "搞不清",
        "弄不清",
        "说不清",
        "搞不明白",
        "弄不明白",
        "没搞清",
        "没弄清",
        "没搞明白",
        "没弄明白",
        "没整明白",
        "不清楚"
    ];
    (text.contains('清') || text.contains('白')) && around(text, DENIED).any(|(_, after)| wonders(after))
}

/// Whether what is thought over is not settled yet: 想想, but not 不用考虑 and not 想想还是不去了.
fn considers(clause: &Clause, tokens: &[Token<Word>]) -> bool {
    let is_thought = |kind| matches!(kind, Word::Consider | Word::Waver);
    let is_denied = tokens.windows(2).any(|w| {
        // 不再犹豫了: the wavering is over, too.
        matches!(w, [a, b] if a.kind == Word::Not && is_thought(b.kind)
            || matches!(a.kind, Word::Decline | Word::NotWant) && b.kind == Word::Waver)
    });
    // 没什么可考虑的: nothing is left to think over.
    let is_idle = tokens.iter().find(|t| is_thought(t.kind)).is_some_and(|t| is_idle(clause.text, t.start));
    let after = tokens.iter().skip_while(|t| !is_thought(t.kind)).skip(1);
    let is_settled = after.clone().any(|t| matches!(t.kind, Word::OrNot | Word::But))
        && after.clone().any(|t| matches!(t.kind, Word::Join | Word::Go | Word::Unable | Word::Decline));
    let is_own_question = || {
        // 再考虑几天: a few, and nobody is asked how many.
        let has_few = || {
            !clause.text.contains(['能', '可', '最'])
                && ends_with_any(clause.text.trim_end_matches(['吧', '了', '哈', '啊']), &["几天", "几日"])
        };
        clause.mood != Mood::Asks
            || wonders(clause.text)
            || has_few()
            || !clause::asks(&clause.text.replace("一下", "").replace("问下", "问"))
    };
    // 经家庭商议，同意: done.
    !is_denied && !clause.text.starts_with('经') && !is_idle && !is_settled && is_own_question()
}

/// 先不报等她适应了再说: not now, whatever may be said later.
pub(super) fn refuses_for_now(tokens: &[Token<Word>]) -> bool {
    tokens.windows(3).any(|w| {
        matches!(w, [now, not, verb]
            if now.kind == Word::ForNow && not.kind == Word::Not && matches!(verb.kind, Word::Join | Word::Go)
                && now.end == not.start && not.end == verb.start)
    }) && tokens.iter().any(|t| t.kind == Word::Open)
}

/// 等升了二年级再参加, 等他大一点再报: not before another year, and so not now.
pub(super) fn puts_off_for_years(text: &str) -> bool {
    const GROWN: &Phrases = phrases!["大一点", "大点", "大些", "大一些", "大了", "长大", "懂事"];
    let text = text.trim_start_matches(['还', '是', '那', '先', '我', '们', '就', '想']);
    let Some((event, then)) = text.strip_prefix('等').and_then(|after| after.split_once('再')) else {
        return false;
    };
    (holds_any(event, GROWN) || reaches_a_grade(event))
        && LEXICON.at(then, 0).is_some_and(|t| matches!(t.kind, Word::Join | Word::Go | Word::Consider))
}

/// 升了二年级, 上到初中; 到年级通知 reaches no grade.
fn reaches_a_grade(event: &str) -> bool {
    const NUMBERS: [char; 11] = ['一', '二', '三', '四', '五', '六', '高', '1', '2', '3', '4'];
    const REACHED: [char; 4] = ['升', '上', '读', '到'];
    around(event, phrases!["年级", "初中", "高中", "小学", "中班", "大班"]).any(|(before, _)| {
        let verb = before.trim_end_matches(NUMBERS);
        let is_named = verb.len() < before.len() || !event.contains("年级");
        is_named && verb.trim_end_matches(['了', '完']).ends_with(REACHED)
    })
}

/// 没说不参加，也没定: what was not said either way, denied twice.
pub(super) fn says_neither(text: &str, next: Option<&str>) -> bool {
    holds_any(text, phrases!["没说", "没讲", "没有说"])
        && next.is_some_and(|next| starts_with_any(next, &["也没", "也不", "但没", "可没", "又没"]))
}

/// 这学期不报，明年看情况: a refusal without what it leaves open for later.
pub(in crate::understand) fn without_later(text: &str) -> Cow<'_, str> {
    let is_later = |text: &str| LEXICON.holds(text, Word::NextTerm);
    let clauses = clause::clauses(text);
    if clauses.len() < 2 || !clauses.iter().any(|clause| is_later(clause.text)) {
        return Cow::Borrowed(text);
    }
    let kept: Vec<&str> = clauses.iter().map(|c| c.text).filter(|text| !is_later(text)).collect();
    Cow::Owned(kept.join("，"))
}

/// 问问他愿不愿意, 纠结报不报: the question is the family's own.
fn wonders(text: &str) -> bool {
    let own = phrases![
        "纠结",
        "犹豫",
        "愿不愿",
        "想不想",
        "去不去",
        "要不要",
        "参不参加",
        "来不来",
        "报不报",
        "上不上"
    ];
    holds_any(text, own) && !text.ends_with(['吗', '么', '呢'])
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
