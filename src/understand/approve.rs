//! Approval (审批): a teacher's yes, no or wait, and the reason or condition that comes with it.
//!
//! Decision words are turned by their negatives; `先` before a refusal waits; a question about the matter asks.
//! Start at [`read`].

use std::sync::LazyLock;

use super::clause::{self, Mood};
use super::lexicon::{Lexicon, Token, Tokens};
use super::{Answer, Approval, Decision, Value, normalise};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Approve,
    Reject,
    Not,
    /// 反对, 意见.
    Objection,
    /// 等等, 核实.
    Wait,
    /// 核实过了, 不用再核.
    Settled,
    /// 先, 暂时.
    First,
    If,
    /// 好好休息, 谢谢.
    Polite,
    Other,
}

/// Characters that belong to no word beside them.
const LIGHT: &str = "的了吧啊呀哈哦嘛呢也就都还那，。、 ";

static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{Approve, First, If, Not, Objection, Other, Polite, Reject, Settled, Wait};
    Lexicon::new(
        &[
            (
                Approve,
                "同意 可以 sure 通过 行 准 批 批准 准了 批了 收下 接收 收 ok okay yes y 好 好的 没问题 没意见 没有意见 没毛病 允许 准假 核准 予以通过 放行 放人 得行 要得 中 给他办 给她办 给办 办吧 办了吧 安排 安排上 ✅ approve approved agree 允 成 准许 赞成 支持 认可 给过 过 让他参加 让她参加 加进来 加上 录取 给假 agreed pass 可 是 对 嗯 能 没有问题 给批 让他走 让她走 批下 算上 确认 阔以 妥 收了 给他报上 给她报上 报上 加入 已批 已准 已同意 已通过 已阅同意",
            ),
            (
                Reject,
                "拒 拒了 批不了 办不了 收不了 同意不了 通过不了 准不了 接收不了 过不了 驳回 退回 拒绝 打回 否决 no ❌ 婉拒 回绝 reject rejected refuse deny declined 不同意 不行 不可以 不批 不准 不合适 不能 不通过 不收 不接收 不允许 不好 不成 不赞成 不支持 没法批 不给批 不能批 不给 不中 不要 不认可 不妥 退了 退回去 没名额 满员了 否 不得行 没法通过 不符合",
            ),
            (Not, "not 不予 不 别 没 没有 不用 不要 不必 莫 不是 无需 不会 别急着"),
            (Objection, "反对 意见 异议 问题"),
            (
                Wait,
                "等等 等一等 等一下 稍等 再等 等家长 等他 等她 等我 放一放 先放 搁一搁 放放 等会 缓一缓 缓缓 核实 核对 确认一下 问一下 问问 问下 了解 待定 待核 再看 看看 再说 考虑 联系家长 联系一下 打电话问 打个电话 回头 晚点 明天再 暂缓 稍后 待会 过会 hold wait pending 我再 再商量 商量 查一下 再议 先挂 挂起 先不急 不急 还不清楚 不清楚 没想好 回头再 补充 补材料 补一下 再定 没核实 没确认 先等 缓 等 先放一放 先等一等 先缓一缓 先搁一搁 再等一等 再看一看 再想一想 再问一问 补交 再批 再审 再通过 先看 通个电话 通电话 打电话 沟通 请示 汇报 商量 做不了主 说了不算 定不了 一会说 一会儿说 一会再说 下课说 下课再说",
            ),
            (
                Settled,
                "核实过 核实了 核实过了 确认过 确认了 问过 问过了 核对过 核对过了 已核实 已确认 已经核实 已经确认 不用核 不用再核 不用等 不用再等 联系过 看过 看过了 不用核实 无需核实 不必核实 核过",
            ),
            (First, "先 暂时 暂且 暂 目前"),
            (If, "如果 要是 假如 只要 除非 的话 前提"),
            (
                Polite,
                "好好休息 谢谢 辛苦 早日康复 注意休息 收到 知道了 老师 谢谢老师 请假 这个 那个 嗯 吧 了 的 给他 给她 他 她 注意身体 祝早日康复 麻烦 您好 你好 好好养病 注意安全 哈 啊 直接 我 这边 申请 这位 同学 家长 啦 呀 没事",
            ),
            (
                Other,
                "不好意思 没事 没关系 不客气 行程 好几 好像 进行 银行 中午 中间 对方 是不是 是否 可是 还是 但是 就是 要是 成绩 收到 通过电话 对接 能不能 过来 过去 过几天 不过 过敏 批次 不错 不舒服 不在 不见 不来 中途 名额 上学 时间 班级 说不参加 还没 没来得及 过了 等级 同等 不知道 没说 没有说 不接收到 早上好 上午好 中午好 下午好 晚上好 要不要紧 要不要 要不要来 严不严重",
            ),
        ],
        "同意 通过 驳回 批准 退回 可以 拒绝 核实",
    )
});

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a teacher's reply to "do you approve?".
///
/// - `raw`: as received, for the note.
/// - `text`: its normal form.
pub(super) fn read(raw: &str, text: &str) -> Answer {
    let text = LEXICON.repair(text);
    // 退回，班级写错了: the mistake may be the family's, and the decision stand before it.
    match decided(clause::corrected(&text)).or_else(|| decided(&text)) {
        Some((decision, note)) => {
            Answer::Value(Value::Approve(Approval { decision, note: note_of(raw, note) }))
        }
        None => Answer::Unclear,
    }
}

fn note_of(raw: &str, piece: Option<&str>) -> Option<String> {
    piece.and_then(|piece| normalise::original(raw, piece)).filter(|n| !n.is_empty())
}

/// The decision of a piece of a longer reply, such as what is said of one item of a list. Where it has no note by the
/// rules for a whole reply, what stands beside the decision word in its first clause is the note (不行人满了).
pub(super) fn decide(raw: &str, piece: &str) -> Option<Approval> {
    let (decision, note) = decided(piece)?;
    Some(Approval { decision, note: note_of(raw, note.or_else(|| beside(piece))) })
}

/// Whether a stretch of text holds a decision, or words of one.
pub(super) fn is_decision(text: &str) -> bool {
    let tokens = LEXICON.scan(text);
    let is_long = |t: &Token<Word>| {
        matches!(t.kind, Word::Approve | Word::Reject | Word::Wait) && t.end - t.start > "行".len()
    };
    decision(&tokens, text).is_some() || tokens.iter().any(is_long)
}

/// Where the word that starts at this byte ends.
pub(super) fn word_end(text: &str, at: usize) -> Option<usize> {
    LEXICON.at(text, at).map(|token| token.end)
}

/// A clause without the decision word it begins with, when more than words of courtesy and waiting is left.
fn beside(piece: &str) -> Option<&str> {
    let clauses = clause::clauses(piece);
    let text = clauses.first()?.text;
    let tokens = LEXICON.scan(text);
    let covered: usize = tokens.iter().filter(|t| t.kind != Word::Other).map(|t| t.end - t.start).sum();
    if covered + "了".len() >= text.len() {
        return None;
    }
    let start = match tokens.first() {
        Some(t) if t.start == 0 && matches!(t.kind, Word::Approve | Word::Reject) => t.end,
        _ => 0,
    };
    text.get(start..).map(trimmed).filter(|rest| !rest.is_empty())
}

fn decided(text: &str) -> Option<(Decision, Option<&str>)> {
    let clauses = clause::clauses(text);
    let mut found: Vec<(Decision, usize)> = Vec::new();
    let mut asks = false;
    for (index, clause) in clauses.iter().enumerate() {
        let tokens = sure_words(clause.text);
        let has = |kind| tokens.iter().any(|t| t.kind == kind);
        if has(Word::If) {
            return None;
        }
        let decides = |kind| {
            tokens.iter().any(|t| {
                t.kind == kind
                    && (t.end - t.start > 3
                        || matches!(clause.text.get(t.start..t.end), Some("批" | "准" | "行")))
            })
        };
        if decides(Word::Approve)
            && decides(Word::Reject)
            && (clause.mood != Mood::States || clause.text.contains("还是"))
        {
            return None;
        }
        if clause.mood != Mood::States {
            let is_about_decision =
                (decides(Word::Approve) || decides(Word::Reject)) && !clause.text.contains("还是");
            if clause.mood == Mood::Requests || is_about_decision && clause.text.chars().count() < 8 {
                return None;
            }
            asks |= clause
                .text
                .trim_matches(|c: char| LIGHT.contains(c) || "嗯是你您?".contains(c))
                .chars()
                .count()
                > 1;
            continue;
        }
        // 不同意，名单早就报上去了: a reason may hold words of deciding.
        let explains = found.first().is_some_and(|_| unread(&tokens, clause.text) > 2);
        if let Some(decision) = decision(&tokens, clause.text).filter(|_| !explains) {
            found.push((decision, index));
        }
    }
    let (first, at) = match found.first() {
        Some((decision, at)) => (*decision, *at),
        None if asks => return Some((Decision::Ask, None)),
        None => return None,
    };
    let later = found.iter().skip(1).map(|(d, _)| *d).find(|d| *d != first);
    let decision = match (first, later) {
        (_, None) => first,
        (_, Some(Decision::Ask)) | (Decision::Ask, Some(Decision::Reject)) => Decision::Ask,
        _ => return None,
    };
    let decision = if asks && decision != Decision::Reject { Decision::Ask } else { decision };
    Some((decision, note(text, clauses.get(at)?.text)))
}

/// Whether a word holds this byte; words stand in order, so few are looked at.
fn covers(tokens: &[Token<Word>], at: usize) -> bool {
    let first = tokens.partition_point(|t| t.end <= at);
    tokens.get(first).is_some_and(|t| t.start <= at)
}

/// How many characters of a clause nothing of ours covers.
fn unread(tokens: &[Token<Word>], text: &str) -> usize {
    let is_known = |at: usize| covers(tokens, at);
    text.char_indices().filter(|(at, c)| !is_known(*at) && !LIGHT.contains(*c)).count()
}

/// The words of a clause, without those of one character inside words that we do not know: 期中 agrees to nothing.
fn sure_words(text: &str) -> Tokens<Word> {
    let tokens = LEXICON.scan(text);
    let is_known = |at: usize| covers(&tokens, at);
    let is_unknown = |c: Option<(usize, char)>, at: usize| {
        c.is_some_and(|(_, c)| !c.is_ascii_punctuation() && !LIGHT.contains(c)) && !is_known(at)
    };
    let stands_free = |t: &Token<Word>| {
        let before = text.get(..t.start).and_then(|b| b.char_indices().next_back());
        let after = text.get(t.end..).and_then(|a| a.char_indices().next());
        t.end - t.start > 3
            || !matches!(t.kind, Word::Approve | Word::Reject)
            || !(is_unknown(before, before.map_or(0, |(at, _)| at))
                || is_unknown(after, t.end) && before.is_some())
    };
    tokens.iter().copied().filter(stands_free).collect()
}

/// The decision of one clause.
fn decision(tokens: &[Token<Word>], text: &str) -> Option<Decision> {
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    // 不是不同意，是…: an excuse, and what follows decides.
    if text.starts_with("不是不") || text.starts_with("我不是不") {
        return None;
    }
    // 考虑了一下, 问过家长: no longer waiting.
    let is_done = |t: &Token<Word>| {
        text.get(t.end..)
            .is_some_and(|rest| rest.starts_with(['了', '过', '好']) && !rest.starts_with("了再"))
    };
    if tokens.iter().any(|t| t.kind == Word::Wait && !is_done(t))
        && (!has(Word::Settled) || text.contains("再批"))
        && !is_later(tokens, text)
    {
        return Some(Decision::Ask);
    }
    let mut negatives = 0;
    let mut values = Vec::new();
    let mut refusal_end = None;
    let is_for_now = has(Word::First) && !text.contains("因为");
    for (index, token) in tokens.iter().enumerate() {
        // 不能再收: what cannot be is refused, and the verb after it is what it is about.
        if token.kind == Word::Approve
            && refusal_end.is_some_and(|end: usize| token.start.saturating_sub(end) <= 3)
        {
            continue;
        }
        let is_modal = text.get(token.start..token.end).is_some_and(|w| {
            matches!(w, "不能" | "不可以" | "不给" | "不要" | "不好" | "不允许" | "不准" | "不合适")
        });
        // 不能不批: two negatives, and no refusal.
        let next_turns = tokens.get(index + 1).is_some_and(|t| {
            let is_negative = text.get(t.start..).is_some_and(|word| word.starts_with('不'));
            t.start == token.end && is_negative && matches!(t.kind, Word::Not | Word::Reject)
        });
        if is_modal && next_turns {
            negatives += 1;
            continue;
        }
        refusal_end = (token.kind == Word::Reject && is_modal).then_some(token.end);
        let value = match token.kind {
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
    // 同意不用: a negative that turns nothing takes back what stands before it.
    let dangles = tokens.last().is_some_and(|t| t.kind == Word::Not && text.len() == t.end);
    if dangles && !values.is_empty() {
        return None;
    }
    // 先不给过了，因为…: with its reason it is a refusal.
    let first = values.first().copied()?;
    if values.iter().all(|v| *v == first) {
        return Some(if first == Decision::Reject && is_for_now { Decision::Ask } else { first });
    }
    None
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
        && !decides.iter().any(|verb| after.starts_with(verb))
}

/// What comes with the decision: the rest of its clause after 并 or 但, and the clauses after it, unless only polite.
fn note<'a>(text: &'a str, clause: &'a str) -> Option<&'a str> {
    for word in ["并且", "并", "但是", "但", "不过"] {
        if let Some((_, rest)) =
            clause.split_once(word).filter(|(before, rest)| !before.is_empty() && !rest.is_empty())
        {
            let at = text.find(rest)?;
            return text.get(at..).map(trimmed);
        }
    }
    let at = text.find(clause)?;
    let rest = trimmed(text.get(at + clause.len()..)?);
    let says_more = clause::clauses(rest).iter().any(|c| {
        let covered: usize = LEXICON
            .scan(c.text)
            .iter()
            .filter(|t| !matches!(t.kind, Word::Not | Word::Wait | Word::If | Word::Other))
            .map(|t| t.end - t.start)
            .sum();
        covered + 3 < c.text.len()
    });
    says_more.then_some(rest)
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| "，。、? ".contains(c))
}
