//! Commands about the form (填写): back, anew, change, a day off, and how things are done.
//!
//! Start at [`about_form`].

use super::super::Command;
use super::super::lexicon::Token;
use super::super::phrases::{around, ends_with_any, phrases, starts_with_any};
use super::other::is_changed_by_another;
use super::words::Word;
use super::{follows, is_turned, negated, negation_before};

/// The form that is being filled in, a day off, and how things are done.
pub(super) fn about_form(
    text: &str,
    tokens: &[Token<Word>],
    has: &dyn Fn(Word) -> bool,
    asks: bool,
) -> Option<Command> {
    let is = |command| tokens.iter().any(|t| t.kind == Word::Whole(command));
    // 请假怎么请: how it is done, not the thing itself.
    if is(Command::Leave) && asks_how_to_apply(tokens, text) {
        return Some(Command::Help);
    }
    if has(Word::Previous) && (has(Word::Return) || has(Word::Change) || has(Word::Mistake))
        || is_wished(tokens, Command::Back)
    {
        return Some(Command::Back);
    }
    if has(Word::Again) && follows(tokens, Word::Again, Word::Fill) && !has(Word::Not)
        || is_wished(tokens, Command::Restart)
    {
        return Some(Command::Restart);
    }
    if (has(Word::Change) || is(Command::Edit))
        && !negated(tokens, Command::Edit)
        && !negation_before(tokens, Word::Change)
        && !has(Word::Other)
        && !is_changed_by_another(text, tokens)
        && !ends_with_any(text, &["了没", "了吗", "了没有", "过没"])
    {
        return Some(Command::Edit);
    }
    if has(Word::Attend) && has(Word::Day) && !asks && !has(Word::Forever)
        || has(Word::Sick) && (has(Word::Attend) || has(Word::Day)) && !asks && !has(Word::Other)
    {
        return Some(Command::Leave);
    }
    if has(Word::How) && !has(Word::Other) && (has(Word::Use) || has(Word::Fill)) && !has(Word::Submitted) {
        return Some(Command::Help);
    }
    None
}

/// A word that is this command, and that no negative turns: not 没让你重新开始.
fn is_wished(tokens: &[Token<Word>], command: Command) -> bool {
    let is_command = |index: usize| tokens.get(index).is_some_and(|t| t.kind == Word::Whole(command));
    (0..tokens.len()).any(|index| is_command(index) && !is_turned(tokens, index))
}

/// 不晓得从哪下手, 该从哪儿开始: of the form, where nothing but particles follows.
pub(super) fn asks_where_to_begin(text: &str) -> bool {
    const BEGINS: &[&str] = &[
        "下手",
        "入手",
        "着手",
        "开始填",
        "开始弄",
        "开始",
        "弄起",
        "做起",
        "填起",
        "点起",
        "办起",
        "搞起",
        "起步",
    ];
    let Some((_, place)) = around(text, phrases!["从哪", "从何"]).next() else { return false };
    let verb = place.trim_start_matches(['里', '儿', '一', '步', '边', '头', '块']);
    BEGINS.iter().find_map(|word| verb.strip_prefix(word)).is_some_and(|rest| {
        rest.trim_matches(['啊', '呀', '呢', '了', '哦', '好', '的', '，', '。', '?', '吧']).is_empty()
    })
}

/// 请假怎么请, 怎么请假, but not 请假落下的课怎么补.
fn asks_how_to_apply(tokens: &[Token<Word>], text: &str) -> bool {
    const APPLIES: &[&str] =
        &["请", "弄", "办", "操", "填", "申", "提", "搞", "走", "写", "用", "销", "整", "发"];
    tokens.iter().filter(|t| t.kind == Word::How).any(|how| {
        let after = text.get(how.end..).unwrap_or_default();
        let after =
            after.trim_start_matches(['给', '个', '才', '能', '去', '样', '跟', '老', '师', '孩', '子']);
        after.is_empty() || starts_with_any(after, APPLIES)
    })
}

/// 给孩子请明天的假: the verb and its noun with the day between them.
pub(super) fn is_split_leave(text: &str, has: &dyn Fn(Word) -> bool) -> bool {
    has(Word::Day)
        && !has(Word::Not)
        && text
            .split_once('请')
            .is_some_and(|(_, after)| after.trim_end_matches(['吧', '了', '哈']).ends_with("的假"))
}
