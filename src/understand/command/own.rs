//! Commands about what is one's own (我的, 查询): what has been submitted, and what is known of the writer.
//!
//! Start at [`about_own`].

use smallvec::SmallVec;

use super::super::Command;
use super::super::lexicon::Token;
use super::super::phrases::{ends_with_any, holds_any, phrases, starts_with_any};
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
    // 看看审批, 报上名没, 我的申请通过了吗.
    let awaits = has(Word::Submitted) || has(Word::Own) || is(Command::Leave);
    if is(Command::Query) && !is_out_of_another(text, tokens)
        || has(Word::Look) && (has(Word::Status) || ends_with_any(text, &["申请", "审批", "假条"]))
        || asks && has(Word::Done) && has(Word::Submitted) && text.ends_with('没')
        || asks && has(Word::Status) && awaits && !text.contains('谁')
    {
        return (!negated(tokens, Command::Query)).then_some(Command::Query);
    }
    // 看我的记录, 我报的是哪几天.
    let looks = has(Word::Look) && !asks && holds_any(text, phrases!["资料", "信息", "记录"]);
    let is_of_own =
        has(Word::Own) && !has(Word::Change) && (has(Word::Info) && (has(Word::Look) || asks) || looks);
    let is_asked = has(Word::Own) && asks && !has(Word::Status) && says_what_was_given(text);
    let is_mine = is_of_own || is_asked || has(Word::Look) && is(Command::Mine) || is_only_info(text, tokens);
    is_mine.then_some(Command::Mine)
}

/// 新课表出来了没: what comes out is nothing that was submitted.
pub(super) fn is_out_of_another(text: &str, tokens: &[Token<Word>]) -> bool {
    let comes_out = |t: &Token<Word>| {
        t.kind == Word::Whole(Command::Query)
            && text.get(t.start..).is_some_and(|word| word.starts_with("出来"))
    };
    let Some(index) = tokens.iter().position(comes_out) else { return false };
    let before = tokens.get(..index).unwrap_or_default();
    let is_known =
        |kind| matches!(kind, Word::Status | Word::Submitted | Word::Whole(Command::Mine | Command::Leave));
    let said = tokens.get(index).map_or(0, |t| t.start);
    let is_polite: usize = before.iter().filter(|t| t.kind == Word::Polite).map(|t| t.end - t.start).sum();
    is_polite < said && !before.iter().any(|t| is_known(t.kind))
}

/// 都登记了什么, 报的哪几天: asks for what was given.
fn says_what_was_given(text: &str) -> bool {
    ["登记", "报", "选", "填"].iter().any(|verb| {
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
    kinds.contains(&Word::Own)
        && tokens.last().is_some_and(is_owned)
        && matches!(kinds.last(), Some(Word::Info | Word::Submitted))
        && kinds
            .iter()
            .all(|k| matches!(k, Word::Own | Word::Info | Word::Fill | Word::Submitted | Word::Polite))
}
