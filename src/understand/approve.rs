//! Approval (审批): a teacher's yes, no or wait, and the reason or condition that comes with it.
//!
//! Decision words are turned by their negatives; `先` before a refusal waits; a question about the matter asks.
//! Start at [`read`].

mod acts;
mod decision;
mod rhetoric;
mod words;

use super::clause::{self, Mood};
use super::lexicon::{Token, Tokens};
use super::phrases::{Phrases, ends_with_any, holds_any, phrases, possible, starts_with_any};
use super::{Answer, Approval, Decision, Value, normalise};
use acts::{asks_of_others, decides_nothing, excludes, misses_paper, requests_paper};
use decision::decision;
use rhetoric::{challenges, refuses_by_asking, sees_no_reason_against, sees_nothing_to_weigh, supposes};
use words::{LEXICON, Word};

/// Characters that belong to no word beside them.
const LIGHT: &str = "的了吧啊呀哈哦嘛呢也就都还那，。、 ";

/// What teachers ask that no decision is about.
const OFF_TOPIC: &Phrases = phrases![
    "值日",
    "值周",
    "值班",
    "开会",
    "食堂",
    "吃什么",
    "午饭",
    "星期几",
    "监考",
    "谁的课",
    "归谁",
    "第几节",
    "放假",
    // What teachers do besides: papers, lessons, the class, messages to all.
    "教案",
    "教研",
    "备课",
    "公开课",
    "卷子",
    "试卷",
    "批改",
    "改完",
    "课本",
    "教材",
    "班会",
    "黑板报",
    "大扫除",
    "校服",
    "校牌",
    "队服",
    "群通知",
    "通知发",
    "发通知",
    "工资",
    "报表",
    "例会",
    "会议",
    "几楼开",
    "打印机",
    "成绩",
    "分数",
    "吃啥",
    "聚餐",
    "团建",
    "下班",
    "关门"
];

/// 同意，等等，不同意: on second thoughts.
const SECOND_THOUGHTS: &Phrases = phrases![
    "，等等，",
    "。等等，",
    "..等等，",
    "...等等，",
    "，慢着，",
    "。慢着，",
    "，等一下，",
    "。等一下，"
];

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
    let thought_better = possible(&*text, SECOND_THOUGHTS)
        .find_map(|word| text.rsplit_once(word))
        .and_then(|(before, after)| decided(before).and(decided(after)));
    if let Some((decision @ (Decision::Approve | Decision::Reject), note)) = thought_better {
        return Answer::Value(Value::Approve(Approval { decision, note: note_of(raw, note) }));
    }
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

/// 同意吧好像: hedged at the end.
fn is_hedged(text: &str) -> bool {
    const HEDGES: &[&str] =
        &["好像", "好像吧", "应该吧", "大概吧", "也许吧", "可能吧", "吧大概", "吧可能", "吧应该"];
    // 好像可以: and at the head of a short clause.
    let is_short = text.chars().count() <= 6;
    ends_with_any(text, HEDGES)
        || is_short
            && starts_with_any(
                text,
                &["好像可", "好像行", "好像能", "似乎可", "似乎行", "也许可", "也许行", "大概可", "大概行"],
            )
}

/// 批三天，多了不行: a limit of what has been granted.
fn limits(text: &str) -> bool {
    starts_with_any(text, &["多了", "再多", "超了", "超过", "晚了", "迟了", "下次", "下回"])
        && ends_with_any(text, &["不行", "不成", "不可以", "不批", "不准", "不中"])
}

/// What the clauses decide, each with its place, and whether one asks something about the matter; `None` where a clause
/// leaves it open.
fn gathered(clauses: &clause::Clauses) -> Option<(Vec<(Decision, usize)>, bool)> {
    // 通过也行，不通过也行: either.
    if clauses.iter().filter(|c| c.text.ends_with("也行") || c.text.ends_with("也可以")).count() > 1 {
        return None;
    }
    let mut found: Vec<(Decision, usize)> = Vec::new();
    let mut asks = false;
    for (index, clause) in clauses.iter().enumerate() {
        let tokens = sure_words(clause.text);
        let has = |kind| tokens.iter().any(|t| t.kind == kind);
        if decides_nothing(clause.text) {
            continue;
        }
        // 不批说不过去: the act is only supposed, and what would be wrong is not done.
        if let Some(decision) = supposes(clause.text) {
            found.push((decision, index));
            continue;
        }
        if has(Word::If) {
            return None;
        }
        if is_hedged(clause.text) {
            return None;
        }
        if found.first().is_some_and(|(first, _)| *first == Decision::Approve) && limits(clause.text) {
            continue;
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
        // 假条呢: waits for it.
        if misses_paper(clause.text) {
            asks = true;
            continue;
        }
        let is_rhetorical = sees_no_reason_against(clause.text)
            || refuses_by_asking(clause.text)
            || challenges(clause.text).is_some();
        if clause.mood != Mood::States && !is_rhetorical {
            // 能有什么问题, 我能说不吗: asks nothing.
            if holds_any(clause.text, phrases!["能有什么", "能有啥", "能说不", "敢说不"])
                || sees_nothing_to_weigh(clause.text)
            {
                continue;
            }
            let is_about_decision = (decides(Word::Approve) || decides(Word::Reject))
                && !clause.text.contains("还是")
                && !asks_of_others(clause.text);
            if clause.mood == Mood::Requests || is_about_decision && clause.text.chars().count() < 8 {
                return None;
            }
            asks |= is_about_matter(clause.text);
            continue;
        }
        // 上午还是下午: asks which.
        let is_choice = clause.text.split_once("还是").is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
        if is_choice && !decides(Word::Approve) && !decides(Word::Reject) && clauses.len() == 1 {
            asks = true;
            continue;
        }
        // 不同意，名单早就报上去了: a reason may hold words of deciding.
        let explains = found.first().is_some_and(|_| unread(&tokens, clause.text) > 2);
        if let Some(decision) = decision(&tokens, clause.text).filter(|_| !explains) {
            found.push((decision, index));
        }
    }
    Some((found, asks))
}

fn decided(text: &str) -> Option<(Decision, Option<&str>)> {
    let clauses = clause::clauses(text);
    let (mut found, asks) = gathered(&clauses)?;
    // 原则上不批，这次例外，准了: the principle gives way.
    if found.len() > 1 && clauses.get(found.first()?.1).is_some_and(|c| is_principle(c.text)) {
        found.remove(0);
    }
    let (first, at) = match found.first() {
        Some((decision, at)) => (*decision, *at),
        None if asks => return Some((Decision::Ask, None)),
        // 请假条拍个照发我: waits for the paper.
        None if clauses.iter().any(|c| c.mood == Mood::States && requests_paper(c.text)) => {
            return Some((Decision::Ask, None));
        }
        // 人满了: where nothing is decided in so many words, what rules it out decides.
        None if clauses.len() <= 2 && clauses.iter().any(|c| excludes(c.text)) => {
            return Some((Decision::Reject, None));
        }
        None => return None,
    };
    let later = found.iter().skip(1).map(|(d, _)| *d).find(|d| *d != first);
    let decision = match (first, later) {
        (_, None) => first,
        (_, Some(Decision::Ask)) | (Decision::Ask, Some(Decision::Reject)) => Decision::Ask,
        _ => return None,
    };
    let refuses_for_now = first == Decision::Ask && later.is_none() && has_reason(&clauses, at);
    let decision = if refuses_for_now { Decision::Reject } else { decision };
    let decision = if asks && decision != Decision::Reject { Decision::Ask } else { decision };
    Some((decision, note(text, clauses.get(at)?.text)))
}

/// 原则上不批: what holds in general.
fn is_principle(text: &str) -> bool {
    starts_with_any(text, &["原则上", "按理", "照理", "按说", "本来", "按规定", "按道理"])
}

/// Whether a question says anything, and nothing of a teacher's other work.
fn is_about_matter(text: &str) -> bool {
    let said = text.trim_matches(|c: char| LIGHT.contains(c) || "嗯是你您?".contains(c));
    // 第几节课走 is of the child, 第几节有课 of the teacher.
    let is_of_child = text.contains("第几节")
        && holds_any(text, phrases!["走", "请", "接", "离开", "出校", "回家", "回来", "出去"]);
    (is_of_child || !holds_any(text, OFF_TOPIC)) && said.chars().nth(1).is_some()
}

/// 暂时不同意，姨妈没在名单里: with its reason it is a refusal.
fn has_reason(clauses: &clause::Clauses, at: usize) -> bool {
    clauses.get(at).is_some_and(|c| c.text.starts_with("暂时不") || c.text.starts_with("目前不"))
        && clauses
            .get(at + 1)
            .is_some_and(|c| c.mood == Mood::States && unread(&sure_words(c.text), c.text) > 2)
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

/// What comes with the decision: the rest of its clause after 并 or 但, and the clauses after it, unless only polite.
fn note<'a>(text: &'a str, clause: &'a str) -> Option<&'a str> {
    for word in ["并且", "并", "但是", "但", "不过"] {
        if let Some((_, rest)) = clause.split_once(word).filter(|(before, rest)| {
            // 说不过去 sets nothing against anything.
            let is_inside = word == "不过" && rest.starts_with(['去', '审', '来']);
            !before.is_empty() && !rest.is_empty() && !is_inside
        }) {
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
