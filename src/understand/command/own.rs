//! Commands about what is one's own (我的, 查询): what has been submitted, and what is known of the writer.
//!
//! Start at [`about_own`].

use smallvec::SmallVec;

use super::super::Command;
use super::super::lexicon::Token;
use super::super::phrases::{Phrases, ends_with_any, holds_any, phrases, starts_with_any};
use super::negated;
use super::words::Word;

/// What has been submitted, and what is known of oneself.
pub(super) fn about_own(
    text: &str,
    tokens: &[Token<Word>],
    has: &dyn Fn(Word) -> bool,
    asks: bool,
) -> Option<Command> {
    let is = |command| tokens.iter().any(|t| t.kind == Word::Whole(command));
    let only_looks = tokens.iter().all(|t| !matches!(t.kind, Word::Status | Word::Submitted | Word::Change));
    // 查一下我的信息: looks at what is known, and waits for nothing.
    if is(Command::Mine)
        && is(Command::Query)
        && only_looks
        && text.contains('查')
        && !asks
        && !holds_any(text, phrases!["进度", "结果"])
    {
        return Some(Command::Mine);
    }
    // 审批的操作说明书: how it is done.
    if is(Command::Help) && holds_any(text, MANUALS) {
        return Some(Command::Help);
    }
    // 看看审批, 报上名没, 我的申请通过了吗.
    let awaits = has(Word::Submitted) || has(Word::Own) || is(Command::Leave);
    if is(Command::Query)
        || has(Word::Look) && (has(Word::Status) || ends_with_any(text, &["申请", "审批", "假条"]))
        || asks && has(Word::Done) && has(Word::Submitted) && text.ends_with('没')
        || asks && has(Word::Status) && awaits && !text.contains('谁')
    {
        return (!negated(tokens, Command::Query)).then_some(Command::Query);
    }
    // 看我的记录, 我报的是哪几天.
    let looks = has(Word::Look) && !asks && holds_any(text, phrases!["资料", "信息", "记录"]);
    // 我还得问问孩子 asks the child, 看看我的孩子 looks for it.
    let sees_child = text.ends_with("孩子") && !text.ends_with("的孩子");
    let names_info = has(Word::Info) && (has(Word::Look) && !sees_child || asks);
    let is_of_own = has(Word::Own) && !has(Word::Change) && (names_info || looks);
    let is_asked =
        (has(Word::Own) || text.contains("名下")) && asks && !has(Word::Status) && says_what_was_given(text);
    // 返回去，我看看前面填的啥: going back, and what for.
    if is(Command::Back) {
        return None;
    }
    let is_mine = is_of_own || is_asked || has(Word::Look) && is(Command::Mine) || is_only_info(text, tokens);
    is_mine.then_some(Command::Mine)
}

/// What tells how things are done.
pub(super) const MANUALS: &Phrases =
    phrases!["说明书", "操作说明", "使用说明", "指南", "指引", "教程", "手册", "操作步骤", "操作方法"];

/// 都登记了什么, 报的哪几天: asks for what was given.
fn says_what_was_given(text: &str) -> bool {
    let of_account = ["绑定", "绑", "关联", "名下"].iter().any(|verb| {
        text.split_once(verb).is_some_and(|(_, after)| {
            starts_with_any(after.trim_start_matches(['的', '了', '是', '有']), &["哪", "几个"])
        })
    });
    of_account
        || ["登记", "报", "选", "填"].iter().any(|verb| {
            text.split_once(verb).is_some_and(|(_, after)| {
                let after = after.trim_start_matches(['名', '了', '的', '都', '是', '过']);
                starts_with_any(after, &["什么", "哪些", "哪几", "啥", "几天", "几个"])
            })
        })
}

/// 我登记的信息: what is mine, and nothing done to it.
fn is_only_info(text: &str, tokens: &[Token<Word>]) -> bool {
    let kinds: SmallVec<[Word; 12]> = tokens.iter().map(|t| t.kind).collect();
    // 我家孩子参加 says what we do; 我家孩子的报名 is what we have.
    let is_owned = |t: &Token<Word>| {
        t.kind == Word::Info || text.get(..t.start).is_some_and(|before| before.ends_with('的'))
    };
    let is_end = tokens.last().is_some_and(|t| {
        let after = text.get(t.end..).unwrap_or_default();
        after.trim_matches(['吧', '啊', '呢', '呀', '哈', '，', '。', '?', '的']).is_empty()
    });
    is_end
        && kinds.contains(&Word::Own)
        && tokens.last().is_some_and(is_owned)
        && matches!(kinds.last(), Some(Word::Info | Word::Submitted))
        && kinds
            .iter()
            .all(|k| matches!(k, Word::Own | Word::Info | Word::Fill | Word::Submitted | Word::Polite))
}
