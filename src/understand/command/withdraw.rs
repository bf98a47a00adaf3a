//! Leaving the service (退出服务): a verb of leaving and what is left, or an end that is said to last.
//!
//! Start at [`withdraws`].

use super::super::Command;
use super::super::clause;
use super::super::lexicon::Token;
use super::super::phrases::{holds_any, phrases, starts_with_any};
use super::words::{LEXICON, Word};
use super::{follows, negation_before};

/// 以后不去了, 退出延时班, 不想上托管.
pub(super) fn withdraws(text: &str, tokens: &[Token<Word>], has: &dyn Fn(Word) -> bool, asks: bool) -> bool {
    let from_now = |second: Word| follows(tokens, Word::Forever, second);
    let for_good = from_now(Word::Attend) || from_now(Word::Quit) || from_now(Word::Not) && has(Word::Join);
    let quits = has(Word::Quit) || has(Word::Whole(Command::Exit));
    if supposes(text, tokens) {
        return false;
    }
    ends_with_a_period(text, has)
        || for_good && !has(Word::Day)
        || has(Word::Service) && quits && !asks && (!has(Word::Not) || quits_in_a_clause(text, tokens))
        || has(Word::Service) && has(Word::Attend) && !has(Word::Day) && !asks
        || has(Word::Service) && has(Word::Quit) && text.contains("不想")
}

/// 不去托管就让奶奶接: what follows if it is so. 不去托管了就退掉 ends it.
fn supposes(text: &str, tokens: &[Token<Word>]) -> bool {
    let refuses = tokens.iter().position(|t| t.kind == Word::Attend);
    let service = refuses.and_then(|at| tokens.get(at + 1)).filter(|next| next.kind == Word::Service);
    service.and_then(|service| text.get(service.end..)).is_some_and(|after| {
        let then = after.trim_start_matches(['，', '的', '话']).strip_prefix('就');
        then.is_some_and(|then| {
            starts_with_any(
                then,
                &["让", "叫", "由", "我", "爷爷", "奶奶", "外婆", "外公", "爸", "妈", "直接", "自己"],
            )
        })
    })
}

/// 上完这周课后班就不去了: what has run out is not taken up again.
fn ends_with_a_period(text: &str, has: &dyn Fn(Word) -> bool) -> bool {
    const RUNS_OUT: &[&str] = &["上完", "读完", "念完", "学完", "待完", "用完", "到期"];
    let periods = phrases![
        "这周",
        "本周",
        "这个星期",
        "这个礼拜",
        "这星期",
        "这礼拜",
        "这个月",
        "本月",
        "这学期",
        "本学期",
        "月底",
        "这期"
    ];
    has(Word::Service)
        && (has(Word::Attend) || has(Word::Quit))
        && !clause::asks(text)
        && holds_any(text, periods)
        && RUNS_OUT.iter().filter_map(|word| text.split_once(word)).any(|(_, after)| {
            after.split_once('就').is_some_and(|(_, then)| {
                starts_with_any(then, &["不", "退", "停"]) && !holds_any(then, phrases!["不用接", "不用等"])
            })
        })
}

/// 孩子不愿意去，课后班退了吧: the negative is in the reason, and no one else's.
fn quits_in_a_clause(text: &str, tokens: &[Token<Word>]) -> bool {
    let is_of_others = tokens.iter().any(|t| matches!(t.kind, Word::Other | Word::Peer));
    !is_of_others
        && !negation_before(tokens, Word::Quit)
        && clause::clauses(text).iter().any(|c| {
            let tokens = LEXICON.scan(c.text);
            let has = |kind| tokens.iter().any(|t| t.kind == kind);
            let is_wish =
                has(Word::Quit) && holds_any(c.text, phrases!["帮我退", "给我退", "给俺退", "替我退"]);
            (has(Word::Service) || is_wish) && has(Word::Quit) && !has(Word::Not) && !c.text.contains('谁')
        })
}
