//! Global commands (全局指令): what a reply asks of the bot itself, whatever was asked.
//!
//! A command is a predicate and its object (`看看 + 审批`), or one word that is both (`菜单`). Negated, finished and
//! quoted ones are none. While a question with a value is pending, a command must be the whole reply, for the words of
//! commands are also words of answers. Start at [`read`].

mod combined;
mod english;
mod excuse;
mod form;
mod human;
mod menu;
mod other;
mod own;
mod pending;
mod reason;
mod wish;
mod withdraw;
mod words;

use smallvec::SmallVec;

use super::clause::{self, Mood};
use super::lexicon::{Token, Tokens};
use super::phrases::{holds_any, phrases};
use super::{Command, PickupPerson, Question, Replier, pickup_person};
use excuse::beside_an_excuse;
use form::{about_form, asks_where_to_begin, is_split_leave};
use human::{swaps_the_bot, wants_human};
use menu::is_menu_of_another;
use other::{is_of_a_child, means_another};
use own::about_own;
use pending::pending;
use reason::{beside_a_reason, is_asked_of_parent};
use wish::{drops_the_form, says_goodbye};
use withdraw::withdraws;
use words::{LEXICON, Word};

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// The longest command in characters; who writes more has something to tell.
const COMMAND_CHARS_MAX: usize = 80;

/// The command a normal form gives, if any.
pub(super) fn read(text: &str, question: &Question) -> Option<Command> {
    if is_asked_of_parent(question) {
        if says_goodbye(text) {
            return Some(Command::Exit);
        }
        if swaps_the_bot(text) {
            return Some(Command::Human);
        }
    }
    beside_an_excuse(text, question)
        .or_else(|| english::read(text, question))
        .or_else(|| whole(text, question))
        .or_else(|| beside_a_reason(text, question))
        .filter(|command| *command != Command::Help || !is_of_a_child(text))
}

/// The command of a stretch of text in which no more than one character is in no word of a command.
fn strict(text: &str, question: &Question) -> Option<Command> {
    read_whole(text, question, true)
}

/// The command of a reply as a whole.
fn whole(text: &str, question: &Question) -> Option<Command> {
    read_whole(text, question, !matches!(question, Question::Command))
}

fn read_whole(text: &str, question: &Question, is_strict: bool) -> Option<Command> {
    if is_strict && has_more(text, |c| LEXICON.may_be_slip(c)) {
        return None;
    }
    let text = LEXICON.repair(text);
    let text = text.as_ref();
    if text.chars().nth(COMMAND_CHARS_MAX).is_some() || is_strict && has_more(text, |_| false) {
        return None;
    }
    let tokens = free_words(text);
    let covered: usize = tokens
        .iter()
        .filter(|t| t.kind != Word::Peer)
        .map(|t| text.get(t.start..t.end).map_or(0, |w| w.chars().count()))
        .sum();
    let length =
        text.chars().filter(|c| !c.is_ascii_punctuation() && !matches!(c, '，' | '。' | '、' | ' ')).count();
    let unknown = length.saturating_sub(covered);
    if let Question::Command = question {
        return free(text, &tokens, unknown).or_else(|| names_collector(text));
    }
    pending(text, &tokens, unknown, question)
}

/// Whether more than one character of a text is in no word of a command: then it is no command and nothing else.
///
/// - `may_be`: characters that are let pass, because they may still be read as others.
fn has_more(text: &str, may_be: impl Fn(char) -> bool) -> bool {
    let (mut at, mut unknown) = (0, 0);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if let Some(token) = LEXICON.at(text, at) {
            at = token.end;
        } else {
            unknown += usize::from(
                !c.is_ascii_punctuation() && !matches!(c, '，' | '。' | '、' | ' ') && !may_be(c),
            );
            at += c.len_utf8();
        }
        if unknown > 1 {
            return true;
        }
    }
    false
}

/// The words of a text, without verbs of one character that end a word we do not know (费用 is no 用).
fn free_words(text: &str) -> Tokens<Word> {
    let mut tokens = LEXICON.scan(text);
    let ends: SmallVec<[usize; 12]> = tokens.iter().map(|t| t.end).collect();
    tokens.retain(|t| {
        let is_short =
            t.end - t.start <= 3 && matches!(t.kind, Word::Use | Word::Fill | Word::Look | Word::Change);
        let before = text.get(..t.start).and_then(|before| before.chars().next_back());
        !(is_short
            && before.is_some_and(|c| !c.is_ascii() && !"，。、".contains(c))
            && !ends.contains(&t.start))
    });
    tokens
}

/// 明天舅舅来接: who comes instead of the one who always does.
fn names_collector(text: &str) -> Option<Command> {
    let comes =
        phrases!["来接", "去接", "接孩子", "接娃", "代接", "帮我接", "帮忙接", "接一下", "可以接", "能接"];
    let has_gone = phrases!["接走", "接到", "接了", "接过", "接完"];
    if !holds_any(text, comes) || holds_any(text, has_gone) || clause::asks(text) {
        return None;
    }
    let people = pickup_person::of_guardian(text, Replier::Mother, "")?;
    let is_other = |person: &PickupPerson| person.relation.as_deref() != Some("self");
    people.iter().any(is_other).then_some(Command::Authorise)
}

/// 取消不了: what cannot be done is no wish.
fn is_impossible(text: &str) -> bool {
    text.trim_end_matches(['啊', '呀', '吗', '?']).ends_with("不了") && text.chars().count() <= 6
}

/// The command among free words.
fn free(text: &str, tokens: &[Token<Word>], unknown: usize) -> Option<Command> {
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if has(Word::Done) && !has(Word::Look) && !clause::asks(text) {
        return None;
    }
    if is_impossible(text) && !has(Word::Attend) {
        return None;
    }
    if drops_the_form(text) {
        return Some(Command::Cancel);
    }
    if asks_where_to_begin(text) {
        return Some(Command::Help);
    }
    if is_split_leave(text, &has) {
        return Some(Command::Leave);
    }
    composed(text, tokens, &has)
        .filter(|command| !is_lost(*command, text, unknown) && !means_another(*command, text, tokens))
        .or_else(|| single(text, tokens, unknown, &has))
}

/// How many characters that no word covers a reply may hold that goes back or begins anew.
const UNKNOWN_MAX: usize = 8;

/// 返回舱昨天落地，孩子看得可高兴了: a word of the form among many others is none.
fn is_lost(command: Command, text: &str, unknown: usize) -> bool {
    match command {
        Command::Back | Command::Restart | Command::Leave | Command::Edit => unknown > UNKNOWN_MAX,
        Command::Mine | Command::Query => unknown > UNKNOWN_MAX * 2,
        Command::Help => unknown > 3 && !text.contains("帮"),
        _ => false,
    }
}

/// Predicate and object.
fn composed(text: &str, tokens: &[Token<Word>], has: &dyn Fn(Word) -> bool) -> Option<Command> {
    if wants_human(text, tokens, has) {
        return Some(Command::Human);
    }
    let asks = clause::clauses(text).iter().any(|c| c.mood == Mood::Asks);
    if withdraws(text, tokens, has, asks) {
        return Some(Command::Withdraw);
    }
    about_own(text, tokens, has, asks).or_else(|| about_form(text, tokens, has, asks))
}

fn follows(tokens: &[Token<Word>], first: Word, second: Word) -> bool {
    let at = tokens.iter().position(|t| t.kind == first);
    at.is_some_and(|at| tokens.iter().skip(at + 1).any(|t| t.kind == second))
}

fn negated(tokens: &[Token<Word>], command: Command) -> bool {
    tokens.windows(2).any(|w| matches!(w, [a, b] if a.kind == Word::Not && b.kind == Word::Whole(command)))
}

/// 不请假, 不是要请假: a negative before it, with nothing between them but words of wanting.
fn is_turned(tokens: &[Token<Word>], index: usize) -> bool {
    let mut next_start = tokens.get(index).map(|t| t.start);
    let before = tokens.get(..index).unwrap_or_default().iter().rev();
    for token in before {
        if token.kind == Word::Not {
            return true;
        }
        if !matches!(token.kind, Word::Polite | Word::Reach) || Some(token.end) != next_start {
            return false;
        }
        next_start = Some(token.start);
    }
    false
}

fn negation_before(tokens: &[Token<Word>], kind: Word) -> bool {
    tokens.windows(2).any(|w| matches!(w, [a, b] if a.kind == Word::Not && b.kind == kind))
}

/// A word that is a command by itself, unless negated or lost among others.
fn single(text: &str, tokens: &[Token<Word>], unknown: usize, has: &dyn Fn(Word) -> bool) -> Option<Command> {
    let mut found = tokens.iter().enumerate().filter_map(|(index, token)| match token.kind {
        Word::Whole(command) => Some((index, command)),
        _ => None,
    });
    let (index, command) = found.next_back()?;
    if is_turned(tokens, index)
        || command == Command::Menu && is_menu_of_another(text, tokens, index)
        || means_another(command, text, tokens)
    {
        return None;
    }
    // 他同桌今天请假了: somebody else's.
    if command == Command::Leave
        && tokens
            .get(..index)
            .is_some_and(|all| all.iter().any(|t| matches!(t.kind, Word::Other | Word::Peer)))
    {
        return None;
    }
    let is_one_verb = tokens.get(index).is_some_and(|t| t.end - t.start == "停".len());
    let limit = match command {
        // 我的车停门口了: so short a verb says nothing beside what nobody reads.
        Command::Cancel if is_one_verb => 0,
        Command::Leave | Command::Withdraw | Command::Query => 12,
        Command::Exit | Command::Cancel | Command::Menu | Command::Help | Command::Mine => 3,
        _ => 5,
    };
    // 退出的人多吗: how others do it.
    let is_of_others = clause::asks(text) && holds_any(text, phrases!["的人", "多吗", "几个", "多少", "谁"]);
    if is_of_others && matches!(command, Command::Exit | Command::Cancel | Command::Withdraw | Command::Leave)
    {
        return None;
    }
    let is_question =
        clause::asks(text) && matches!(command, Command::Exit | Command::Cancel) && has(Word::Done);
    let is_asked =
        clause::asks(text) || unknown > 3 && clause::clauses(text).iter().any(|c| c.mood == Mood::Asks);
    let is_about = command == Command::Leave && unknown > 1 && is_asked;
    (unknown <= limit && !has(Word::Done) && !is_question && !is_about).then_some(command)
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, Command, Question, Replier, read};

    #[test]
    fn who_else_comes_is_a_matter_of_its_own_when_nothing_was_asked() {
        for (text, want) in [
            ("代接人", true),
            ("换人来接", true),
            ("我想换人接孩子", true),
            ("明天舅舅张伟来接小禾", true),
            ("今天爷爷去接", true),
            ("周五请邻居刘姐帮我接一下孩子", true),
            ("谁能接孩子", true),
            ("以后爷爷奶奶都可以接小禾", true),
            ("爷爷不能接", false),
            ("我去接", false),
            ("明天我来接小禾", false),
            ("奶奶接走了", false),
            ("爷爷接到了吗", false),
            ("今天几点来接", false),
            ("不用爷爷来接", false),
            ("谢谢老师", false),
        ] {
            let have = read(text, &Question::Command) == Answer::Command(Command::Authorise);
            assert_eq!(have, want, "{text}");
        }
    }

    #[test]
    fn it_is_an_answer_where_it_is_asked_who_comes() {
        let who = Question::PickupPerson { replier: Replier::Mother, child: "李小禾".into() };
        for text in ["换人来接", "代接", "爷爷来接"] {
            assert_ne!(read(text, &who), Answer::Command(Command::Authorise), "{text}");
        }
    }
    #[test]
    fn excuses_beside_a_command_and_words_between_its_parts_change_nothing() {
        for (text, want) in [
            ("我不会按，给我转个真人", Some(Command::Human)),
            ("叫个老师来", Some(Command::Human)),
            ("填错了，从头再来", Some(Command::Restart)),
            ("算了不请了，取消", Some(Command::Cancel)),
            ("给孩子请明天的假", Some(Command::Leave)),
            ("请假怎么请", Some(Command::Help)),
            ("他同桌今天请假了", None),
            ("取消不了", None),
            ("孩子被老师叫到办公室谈话", None),
            ("不去托管就让奶奶接", None),
            ("不去托管了", Some(Command::Withdraw)),
            ("返回舱昨天落地，孩子看得可高兴了", None),
        ] {
            let want = want.map_or(Answer::Unclear, Answer::Command);
            assert_eq!(read(text, &Question::Command), want, "{text}");
        }
    }
}
