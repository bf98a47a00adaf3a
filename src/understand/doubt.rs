//! Doubt (保留): whether a reply leaves its own answer open, whatever was asked.
//!
//! `周三，看情况吧` names a day and takes it back in one breath. How people keep an answer open does not depend on what was
//! asked, so it stands here once, as constructions instead of phrases: not yet sure (`还没 + 定`), hanging on something
//! (`看 + 天气`, `如果…`), guessed (`大概 + 周三`), told later (`晚上 + 给准信`), to be thought over (`还得 + 问问孩子`), taken
//! back (`算了`).
//! Start at [`is_open`].

mod displaced;
mod words;

use super::clause::{self, Clause, Mood};
use super::lexicon::Token;
use super::phrases::{holds_any, phrases, starts_with_any};
use displaced::{is_displaced, is_guess};
use words::{LEXICON, Word};

/// What has a meaning of its own for a question, and so leaves no answer open.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one flag for each way of doubt that can be an answer")]
pub(super) struct Own {
    /// 再说, 商量: not decided is an answer to the question for consent.
    pub(super) deferral: bool,
    /// 如果…: its grammar weighs conditions itself.
    pub(super) condition: bool,
    /// 还是算了: refusing is an answer.
    pub(super) refusal: bool,
    /// 看哪个合适: leaving the choice to the school is an answer to the question for options.
    pub(super) choice: bool,
    /// 大概五点半: near enough is an answer, or its grammar weighs guesses itself.
    pub(super) guess: bool,
    /// 谁说不行, 哪有不批的: its grammar reads rhetoric.
    pub(super) rhetoric: bool,
    /// 邻居家奶奶接: of whom it is, its grammar weighs itself.
    pub(super) others: bool,
    /// 上学期参加: what once was, its grammar weighs itself.
    pub(super) past: bool,
}

/// How far a condition or a verb of thinking reaches for its object, in bytes.
const REACH: usize = 24;

/// Whether something in a reply leaves its answer open.
///
/// - `own`: what has a meaning of its own for this question.
pub(super) fn is_open(text: &str, own: Own) -> bool {
    // Most replies hold no word of doubt, and cost no more than this.
    if LEXICON.tokens(text).all(|token| token.kind == Word::Harmless) {
        return false;
    }
    let clauses = clause::clauses(text);
    let last = clauses.len().saturating_sub(1);
    clauses.iter().enumerate().any(|(index, clause)| {
        let is_last = index == last && index > 0;
        let tokens = LEXICON.scan(clause.text);
        !tokens.is_empty()
            && !is_reservation(clause.text, &tokens)
            && (opens(clause, &tokens, is_last, own)
                || last == 0 && is_displaced(clause.text, &tokens, own)
                || !own.guess
                    && clause.mood == Mood::States
                    && is_guess(clause.text, &tokens, index == 0, last == 0))
    })
}

/// 有变动再通知您, 临时有事会提前说: what holds unless something unforeseen happens holds.
fn is_reservation(text: &str, tokens: &[Token<Word>]) -> bool {
    tokens.iter().any(|t| t.kind == Word::Unforeseen)
        && holds_any(text, phrases!["再", "会", "提前", "及时", "另", "随时"])
        && holds_any(text, phrases!["说", "通知", "告诉", "联系", "电话", "讲", "报", "沟通", "反馈", "改"])
}

fn opens(clause: &Clause, tokens: &[Token<Word>], is_last: bool, own: Own) -> bool {
    let text = clause.text;
    // What is asked says nothing, and so leaves nothing open; 要看加不加班 only looks like a question.
    let is_asked = clause.mood == Mood::Asks;
    tokens.iter().enumerate().filter(|(_, t)| !is_asked || matches!(t.kind, Word::Open | Word::Hang)).any(
        |(index, token)| {
            let before = text.get(..token.start).unwrap_or_default();
            let after = text.get(token.end..).unwrap_or_default();
            let earlier = |kind| tokens.iter().take(index).any(|t| t.kind == kind);
            match token.kind {
                Word::Open => true,
                Word::Deferred => !own.deferral,
                Word::If => !own.condition,
                Word::Topic => !own.condition && is_condition(before),
                Word::Hang => !own.choice && hangs_on_something(after),
                Word::Asking => is_end(after),
                Word::Tell => !own.deferral && (earlier(Word::Later) || before.is_empty() && is_last),
                Word::Think => !own.deferral && is_to_be_thought(tokens, index, before, after),
                Word::TakenBack => {
                    !own.refusal
                        && is_last
                        && before.trim_start_matches(['还', '是', '那', '就', '都']).is_empty()
                        && is_end(after)
                }
                Word::Await => after.is_empty() || starts_with_any(after, &["再", "才", "吧", "了再"]),
                Word::Unforeseen
                | Word::Later
                | Word::Still
                | Word::Guess
                | Word::Supposed
                | Word::Unreal
                | Word::Untrue
                | Word::Feared
                | Word::Unsaid
                | Word::Rhetorical
                | Word::Past
                | Word::Others
                | Word::Harmless => false,
            }
        },
    )
}

/// 有空的话 sets a condition, 周三的话 only a topic.
fn is_condition(before: &str) -> bool {
    let verbs = phrases![
        "有", "没", "不", "能", "会", "想", "肯", "愿", "允许", "下雨", "下雪", "加班", "堵车", "赶"
    ];
    holds_any(before, verbs) && !before.ends_with("没意外")
}

/// 看天气, 看他爸加不加班, 看谁有空: what 看 depends on, near enough.
fn hangs_on_something(after: &str) -> bool {
    let near: String = after.chars().take(8).collect();
    words::GROUNDS.iter().any(|word| near.contains(word)) || clause::asks(&near)
}

/// 还得问问孩子, 我想想: still to be done, and the family's own matter.
fn is_to_be_thought(tokens: &[Token<Word>], index: usize, before: &str, after: &str) -> bool {
    let is_done =
        starts_with_any(after, &["了", "过", "好", "完", "到", "后", "下来"]) && !after.starts_with("了再");
    let near = tokens.get(..index).and_then(|all| all.last()).filter(|t| before.len() - t.end <= REACH);
    let is_ahead =
        near.is_some_and(|t| matches!(t.kind, Word::Still | Word::Later)) || before.ends_with(['我', '们']);
    is_ahead && !is_done
}

fn is_end(after: &str) -> bool {
    after.trim_start_matches(['吧', '了', '啊', '哈', '呀', '吗', '嘛']).is_empty()
}

#[cfg(test)]
mod tests {
    use super::{Own, is_open};

    #[test]
    fn what_leaves_an_answer_open_is_seen_and_what_only_accompanies_it_is_not() {
        for (text, want) in [
            ("周三，看情况吧", true),
            ("周三，不敢肯定", true),
            ("爷爷接，还没最后定", true),
            ("五点半，要看加不加班", true),
            ("看谁有空", true),
            ("明天，还得问问孩子他爸", true),
            ("周三，晚上给您准信", true),
            ("周三，算了", true),
            ("有空的话周三", true),
            ("等他爸回来再定，周三", true),
            ("周三，等通知", true),
            ("听说周三去", true),
            ("我以为奶奶接", true),
            ("没说足球", true),
            ("后悔选足球", true),
            ("奶奶接是开玩笑的", true),
            ("以前周三去", true),
            ("同桌选足球", true),
            ("周三去就算了", true),
            ("我以为要交钱，周三去", false),
            ("忘了说奶奶接", false),
            ("同桌选足球我们也选", false),
            ("大概周三", true),
            ("我估计是奶奶接", true),
            ("应该浩然", true),
            ("奶奶接，大概", true),
            ("奶奶大概会来接", true),
            ("周三可能去", true),
            ("今天应该是奶奶接", true),
            ("他爸可能接不了，奶奶接", false),
            ("可能是吃坏肚子了，明天请假", false),
            ("可能要加班，他姑接", false),
            ("写错了，应该是周五", false),
            ("估计十一点多能弄完，上午请一下", false),
            ("周三，有变动再通知您", false),
            ("跟他爸商量好了，周三", false),
            ("周三的话可以", false),
            ("请老师看一下孩子，五点半", false),
            ("看书和画画", false),
            ("不用商量，爷爷接", false),
            ("五点半，到了给您打电话", false),
            ("方便的话五点半", false),
        ] {
            assert_eq!(is_open(text, Own::default()), want, "{text}");
        }
    }
}
