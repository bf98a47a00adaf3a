//! The wish for a human (人工): by name, by whom one wants to reach, or by not wanting a bot.
//!
//! Start at [`wants_human`].

use super::super::Command;
use super::super::lexicon::Token;
use super::super::phrases::{ends_with_any, holds_any, phrases, starts_with_any};
use super::words::{LEXICON, Word};
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
        || is_fetched(text, tokens)
        || is_call_wanted(text, tokens) && names_person && !has(Word::Not)
}

/// 找老师说一下, but not 跟老师说清楚了, 问了老师再答复你.
fn is_talk_wanted(text: &str, tokens: &[Token<Word>], has: &dyn Fn(Word) -> bool) -> bool {
    let is_over = |t: &Token<Word>| {
        let is_reply = text.get(t.start..).is_some_and(|word| word.starts_with(['答', '回']));
        let ends: &[&str] =
            if is_reply { &["了", "过", "好", "你", "您", "家长"] } else { &["了", "过", "好"] };
        t.kind == Word::Talk && text.get(t.end..).is_some_and(|after| starts_with_any(after, ends))
    };
    // 被老师叫到办公室谈话: it was done to somebody, and nobody wants it.
    let is_done_to = |t: &Token<Word>| {
        t.kind == Word::Reach
            && text.get(..t.start).is_some_and(|before| {
                ends_with_any(before, &["被", "被老师", "被班主任", "被校长", "被主任"])
            })
    };
    follows(tokens, Word::Reach, Word::Person)
        && has(Word::Talk)
        && !has(Word::Other)
        && !tokens.iter().any(|t| is_over(t) || is_done_to(t))
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

/// 帮我叫老师, but not 帮我叫老师提醒他: the one to be fetched, and nothing that he shall do.
fn is_fetched(text: &str, tokens: &[Token<Word>]) -> bool {
    tokens.windows(2).any(|w| {
        matches!(w, [a, b] if a.kind == Word::Reach && b.kind == Word::Person && a.end == b.start
            && text.get(a.start..a.end).is_some_and(|word| starts_with_any(word, &["帮", "给我"]) && word.ends_with(['叫', '喊', '找']))
            && text.get(b.end..).is_some_and(|after| after.trim_matches(['来', '吧', '一', '下', '啊', '呀', '哈', '，', '。']).is_empty()))
    })
}

/// 你这机器听不懂人话，换人; 跟机器说不清，让老师来: somebody else than the bot, of which the clauses before speak.
pub(super) fn swaps_the_bot(text: &str) -> bool {
    const SWAPS: &[&str] = &["换人", "换个人", "换一个", "换一个人", "换别人", "换个", "换真人"];
    let bot =
        phrases!["机器", "自动", "智能", "听不懂", "答非所问", "驴唇不对马嘴", "鸡同鸭讲", "牛头不对马嘴"];
    let Some((reason, wish)) = text.rsplit_once(['，', '。']) else { return false };
    if !holds_any(reason, bot) || reason.contains('坏') {
        return false;
    }
    // 让值班老师来.
    let tokens = LEXICON.scan(wish);
    let fetches = follows(&tokens, Word::Reach, Word::Person)
        && tokens
            .iter()
            .all(|t| matches!(t.kind, Word::Reach | Word::Person | Word::Polite | Word::Talk | Word::Fill));
    let covered: usize = tokens.iter().map(|t| t.end - t.start).sum();
    if fetches && covered == wish.len() {
        return true;
    }
    let bare = wish.trim_end_matches(['吧', '了', '啊', '呀', '来', '说', '聊', '讲', '谈', '行', '不']);
    let bare = bare.trim_start_matches(['给', '我', '快', '赶', '紧', '要', '你', '们']);
    SWAPS.contains(&bare)
}
