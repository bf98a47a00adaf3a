//! The decision of one clause: its words for agreeing and refusing, each turned by its negatives.
//!
//! Start at [`decision`].

use super::super::Decision;
use super::super::lexicon::Token;
use super::super::phrases::{Phrase, ends_with_any, holds_any, phrases, starts_with_any};
use super::words::Word;

/// What puts the decision off, though the matter is settled: 核实了再批.
const PUT_OFF: &[Phrase] =
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
    if lets(text) || sees_no_reason_against(text) {
        return Some(Decision::Approve);
    }
    if refuses_by_asking(text) {
        return Some(Decision::Reject);
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
        let is_refused =
            refusal_end.is_some_and(|end| token.start.saturating_sub(end) <= REFUSED_REACH_BYTES);
        if token.kind == Word::Approve && is_refused {
            continue;
        }
        // 不能不批: two negatives, and no refusal.
        let is_modal = is_modal(token, text);
        if is_modal && tokens.get(index + 1).is_some_and(|next| turns(token, next, text)) {
            negatives += 1;
            continue;
        }
        refusal_end = (token.kind == Word::Reject && is_modal).then_some(token.end);
        let value = match token.kind {
            // 没办法给他批: what cannot be done is refused; 没办法，只能批 only explains.
            Word::Unable => {
                negatives +=
                    usize::from(tokens.get(index + 1).is_some_and(|next| is_kept_from(token, next, text)));
                continue;
            }
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

/// Up to how many bytes stand between an inability and the decision: 没办法给他批.
const UNABLE_REACH_BYTES: usize = 9;

/// Whether a decision stands right after a word of not being able to.
fn is_kept_from(unable: &Token<Word>, next: &Token<Word>, text: &str) -> bool {
    let between = text.get(unable.end..next.start).unwrap_or_default();
    matches!(next.kind, Word::Approve | Word::Reject)
        && between.len() <= UNABLE_REACH_BYTES
        && !between.contains(['只', '，', '就', '才'])
}

/// 有什么不能批的, 有啥不可以的: no reason not to.
pub(super) fn sees_no_reason_against(text: &str) -> bool {
    let plain = text.trim_end_matches(['啊', '呀', '呢', '嘛', '哦']);
    plain.ends_with('的')
        && ["有什么", "有啥", "有甚"].iter().filter_map(|word| plain.split_once(word)).any(
            |(before, after)| {
                let after = after.trim_start_matches(['好', '可']);
                !before.ends_with('没')
                    && starts_with_any(
                        after,
                        &[
                            "不能",
                            "不可",
                            "不行",
                            "不批",
                            "不同意",
                            "不准",
                            "不给",
                            "不放",
                            "不通过",
                            "不成",
                            "不允许",
                            "不好批",
                        ],
                    )
            },
        )
}

/// 这怎么行, 那哪成: refuses by asking how it could be.
pub(super) fn refuses_by_asking(text: &str) -> bool {
    let plain = text.trim_end_matches(['啊', '呀', '呢', '嘛', '哦']);
    ends_with_any(
        plain,
        &[
            "怎么行",
            "怎么成",
            "怎么可以",
            "怎么能行",
            "怎么能成",
            "哪行",
            "哪成",
            "哪能行",
            "哪能成",
            "哪里行",
            "哪可以",
            "哪里可以",
            "咋行",
            "咋成",
            "咋能行",
            "怎么使得",
            "哪使得",
        ],
    ) && plain.chars().count() <= 8
}

/// 不批说不过去, 批了说不过去: what would be wrong is not done.
pub(super) fn supposes(text: &str) -> Option<Decision> {
    const WRONG: &[&str] =
        &["说不过去", "讲不过去", "过意不去", "不近人情", "没人情味", "不合情理", "没人情"];
    // 不批也不行: only of what is refused.
    const UNFIT: &[&str] = &["不合适", "不行", "不成", "不妥"];
    let wrong = WRONG.iter().find_map(|word| text.split_once(word));
    let (before, _) = wrong.or_else(|| Some((UNFIT.iter().find_map(|word| text.strip_suffix(word))?, "")))?;
    let act = before.trim_end_matches([
        '也', '太', '就', '可', '有', '点', '的', '话', '是', '真', '实', '在', '怕', '，',
    ]);
    let act = act.trim_start_matches(['要', '真', '这', '个', '我', '再', '如', '果', '是']);
    let refused = [
        "不批",
        "不同意",
        "不准",
        "不准假",
        "不给批",
        "不给假",
        "不通过",
        "不让",
        "不放",
        "不答应",
        "不给过",
    ];
    let agreed = ["批了", "批", "同意", "准了", "准", "通过", "给过", "放行"];
    if refused.contains(&act) {
        return Some(Decision::Approve);
    }
    (wrong.is_some() && agreed.contains(&act)).then_some(Decision::Reject)
}

/// 给她登上, 登记吧, 别给他登: enters the child in the list, or not.
pub(super) fn enters(text: &str) -> Option<Decision> {
    const WHO_MAX: usize = 4;
    let rest = text.trim_start_matches(['那', '就', '嗯', '好', '行', '您', '你', '直', '也', '都', '先']);
    let (rest, decision) =
        match ["不要", "不能", "不给", "别", "甭", "不用"].iter().find_map(|word| rest.strip_prefix(word))
        {
            Some(rest) => (rest, Decision::Reject),
            None => (rest, Decision::Approve),
        };
    let done = rest.trim_end_matches(['吧', '了', '呗', '啊', '哈', '好', '行']);
    let verbs = [
        "登记上",
        "登上",
        "记上",
        "录上",
        "录进去",
        "录入",
        "填上",
        "添上",
        "写上",
        "列上",
        "加进去",
        "算进去",
        "登记",
        "录进来",
    ];
    let who = verbs.iter().find_map(|verb| done.strip_suffix(verb))?;
    let is_whom = |who: &str| {
        (1..=WHO_MAX).contains(&who.chars().count()) && !who.contains(['不', '没', '别', '先', '我'])
    };
    let is_for = ["给", "帮", "把", "让", "替", "叫"]
        .iter()
        .find_map(|word| who.strip_prefix(word))
        .is_some_and(is_whom);
    let is_bare = who.is_empty() && (done.len() < rest.len() || done.ends_with('上'));
    (is_for || is_bare || who == "给").then_some(decision)
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

/// 让她接吧, 叫他回去吧: lets somebody do it.
fn lets(text: &str) -> bool {
    const WHO_MAX: usize = 4;
    let Some(rest) = text.trim_start_matches(['那', '就', '嗯', '好']).strip_prefix('让') else {
        return false;
    };
    let done = rest.trim_end_matches(['吧', '好', '了', '行', '就', '呗', '啊']);
    ["接", "去", "走", "参加", "来", "回去", "回家", "休息", "请假", "报", "上", "过", "通过"].iter().any(
        |verb| {
            done.strip_suffix(verb).is_some_and(|who| {
                (1..=WHO_MAX).contains(&who.chars().count()) && !who.contains(['不', '没', '别', '先'])
            })
        },
    ) && done.len() < rest.len()
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
