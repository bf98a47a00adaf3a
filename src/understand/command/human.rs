//! The wish for a human (人工): by name, by whom one wants to reach, or by not wanting a bot.
//!
//! Start at [`wants_human`].

use super::super::Command;
use super::super::lexicon::Token;
use super::super::phrases::{holds_any, phrases};
use super::words::Word;
use super::{follows, negated};

/// Whether a reply asks for a human, by a word of its own or by whom it wants to reach.
pub(super) fn wants_human(text: &str, tokens: &[Token<Word>], has: &dyn Fn(Word) -> bool) -> bool {
    let is = |command| has(Word::Whole(command));
    let names_person = has(Word::Person) || text.contains("老师");
    is(Command::Human) && !negated(tokens, Command::Human)
        || is_talk_wanted(text, tokens, has) && !is(Command::Leave)
        || has(Word::Bot) && has(Word::Reach) && names_person
        || is_no_bot(tokens)
        || has(Word::Reach) && names_person && is_called_over(text)
        || is_put_through(text, tokens) && !text.bytes().any(|b| b.is_ascii_digit())
        || is_call_wanted(text, tokens) && names_person && !has(Word::Not)
}

/// 找老师说一下, but not 跟老师说清楚了.
fn is_talk_wanted(text: &str, tokens: &[Token<Word>], has: &dyn Fn(Word) -> bool) -> bool {
    let is_over = |t: &Token<Word>| {
        t.kind == Word::Talk && text.get(t.end..).is_some_and(|after| after.starts_with(['了', '过', '好']))
    };
    follows(tokens, Word::Reach, Word::Person)
        && has(Word::Talk)
        && !has(Word::Other)
        && !tokens.iter().any(is_over)
}

/// 叫个老师来.
fn is_called_over(text: &str) -> bool {
    text.ends_with('来') && holds_any(text, phrases!["叫个", "找个", "喊个"])
}

/// 给我回个电话, but not 打电话给我了.
fn is_call_wanted(text: &str, tokens: &[Token<Word>]) -> bool {
    tokens.iter().any(|t| {
        t.kind == Word::CallMe && !text.get(t.end..).is_some_and(|rest| rest.starts_with(['了', '过']))
    })
}

/// 不要机器人: a human instead.
fn is_no_bot(tokens: &[Token<Word>]) -> bool {
    tokens
        .windows(2)
        .any(|w| matches!(w, [a, b] if a.kind == Word::Not && b.kind == Word::Bot && a.end == b.start))
}

/// 转接老师, 联系工作人员: nothing but the wish to be put through.
fn is_put_through(text: &str, tokens: &[Token<Word>]) -> bool {
    let reaches = |t: &Token<Word>| {
        t.kind == Word::Reach
            && text.get(t.start..t.end).is_some_and(|w| {
                ["找", "转", "转接", "联系", "对接", "呼叫", "给我接", "帮我接通", "帮我转", "给我转", "接通"]
                    .contains(&w)
            })
    };
    tokens.iter().any(reaches)
        && tokens.iter().any(|t| t.kind == Word::Person)
        && tokens.iter().all(|t| matches!(t.kind, Word::Reach | Word::Person | Word::Polite))
}
