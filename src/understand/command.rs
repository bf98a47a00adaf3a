//! Global commands (全局指令): what a reply asks of the bot itself, whatever was asked.
//!
//! A command is a predicate and its object (`看看 + 审批`), or one word that is both (`菜单`). Negated, finished and
//! quoted ones are none. While a question with a value is pending, a command must be the whole reply, for the words of
//! commands are also words of answers. Start at [`read`].

mod words;

use smallvec::SmallVec;

use super::clause::{self, Mood};
use super::lexicon::{Token, Tokens};
use super::{Command, PickupPerson, Question, Replier, pickup_person};
use words::{LEXICON, Word};

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// The command a normal form gives, if any.
pub(super) fn read(text: &str, question: &Question) -> Option<Command> {
    let is_pending = !matches!(question, Question::Command);
    if is_pending && has_more(text, |c| LEXICON.may_be_slip(c)) {
        return None;
    }
    let text = LEXICON.repair(text);
    let text = text.as_ref();
    if text.chars().nth(80).is_some() || is_pending && has_more(text, |_| false) {
        return None;
    }
    let tokens = free_words(text);
    let covered: usize =
        tokens.iter().map(|t| text.get(t.start..t.end).map_or(0, |w| w.chars().count())).sum();
    let length = text.chars().filter(|c| !c.is_ascii_punctuation() && !"，。、 ".contains(*c)).count();
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

/// While an answer is awaited: only a reply that is nothing but a command.
fn pending(text: &str, tokens: &[Token<Word>], unknown: usize, question: &Question) -> Option<Command> {
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if unknown > 1
        || (has(Word::Not) && !tokens.iter().any(|t| t.kind == Word::Bot))
        || has(Word::Done)
        || has(Word::Other)
    {
        return None;
    }
    let command = free(text, tokens, unknown)?;
    // 改成周三, 我周一参加: a day is an answer, unless it is a day off.
    if has(Word::Day) && command != Command::Leave {
        return None;
    }
    let is_answer_too = match (command, question) {
        (Command::Help, _) if has(Word::How) => true,
        (Command::Leave, _) if !tokens.iter().any(|t| t.kind == Word::Whole(Command::Leave)) => true,
        (
            Command::Query | Command::Edit | Command::Help | Command::Leave | Command::Cancel,
            Question::Approve { .. } | Question::Decisions { .. },
        )
        | (Command::Leave, Question::Date { .. } | Question::RollCall { .. } | Question::Handover { .. })
        // 换人来接: where it is asked who comes, or where one is.
        | (
            Command::Authorise,
            Question::PickupPerson { .. }
            | Question::PickupReply { .. }
            | Question::Handover { .. }
            | Question::PlanChanges { .. },
        ) => true,
        // 换个人去接: of who comes, not of the form.
        (Command::Edit, Question::PickupReply { .. }) => text.contains(['人', '接']),
        // 周三请假: one of the changes that were asked for.
        (Command::Leave | Command::Edit, Question::PlanChanges { .. }) => unknown > 0 || has(Word::Day),
        (Command::Withdraw, Question::Consent { .. }) => !text.contains('退') && !text.contains("取消"),
        (Command::Withdraw, _) if !tokens.iter().any(|t| t.kind == Word::Whole(Command::Withdraw)) => true,
        (
            Command::Back,
            Question::Approve { .. }
            | Question::Decisions { .. }
            | Question::PickupPerson { .. }
            | Question::Handover { .. }
            | Question::PickupReply { .. },
        ) => text.contains("退回") || text.contains("回去"),
        (
            Command::Human,
            Question::PickupPerson { .. } | Question::PickupReply { .. } | Question::Handover { .. },
        ) => !text.contains("人工") && !text.contains("客服"),
        (Command::Human, Question::Child { .. } | Question::ClassAndName { .. }) => {
            text.contains("老师") && !text.contains('找')
        }
        // 晚托结束 is a time.
        (Command::Exit, Question::Time { .. }) => text.contains("结束"),
        // 880, and 88 where it is asked how many.
        (Command::Exit, Question::Number { .. }) => text.contains("88"),
        (Command::Exit, _) if text.contains("88") => text.bytes().filter(u8::is_ascii_digit).count() != 2,
        (Command::Exit, _) => text.contains("结束") && text.chars().count() > 4,
        _ => false,
    };
    (!is_answer_too).then_some(command)
}

/// 给孩子请明天的假: the verb and its noun with the day between them.
fn is_split_leave(text: &str, has: &dyn Fn(Word) -> bool) -> bool {
    has(Word::Day)
        && !has(Word::Not)
        && text
            .split_once('请')
            .is_some_and(|(_, after)| after.trim_end_matches(['吧', '了', '哈']).ends_with("的假"))
}

/// 明天舅舅来接: who comes instead of the one who always does.
fn names_collector(text: &str) -> Option<Command> {
    let comes = ["来接", "去接", "接孩子", "接娃", "代接", "帮我接", "帮忙接", "接一下", "可以接", "能接"];
    let has_gone = ["接走", "接到", "接了", "接过", "接完"];
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if !says(&comes) || says(&has_gone) || clause::asks(text) {
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
    if is_split_leave(text, &has) {
        return Some(Command::Leave);
    }
    composed(text, tokens, &has).or_else(|| single(text, tokens, unknown, &has))
}

/// Predicate and object.
fn composed(text: &str, tokens: &[Token<Word>], has: &dyn Fn(Word) -> bool) -> Option<Command> {
    let is = |command| tokens.iter().any(|t| t.kind == Word::Whole(command));
    let follows = |first: Word, second: Word| follows(tokens, first, second);
    let person = has(Word::Person) || text.contains("老师");
    let asks = clause::clauses(text).iter().any(|c| c.mood == Mood::Asks);
    if (is(Command::Human) && !negated(tokens, Command::Human))
        || (follows(Word::Reach, Word::Person) && has(Word::Talk) && !has(Word::Other))
        || (has(Word::Bot) && has(Word::Reach) && person)
        || is_no_bot(tokens)
        // 叫个老师来.
        || has(Word::Reach) && person && text.ends_with("来") && ["叫个", "找个", "喊个"].iter().any(|w| text.contains(w))
        || is_put_through(text, tokens)
        || (is_call_wanted(text, tokens) && person && !has(Word::Not))
    {
        return Some(Command::Human);
    }
    if (follows(Word::Forever, Word::Attend)
        || follows(Word::Forever, Word::Quit)
        || follows(Word::Forever, Word::Not) && has(Word::Join))
        && !has(Word::Day)
        || has(Word::Quit) && has(Word::Service) && !has(Word::Not) && !asks
    {
        return Some(Command::Withdraw);
    }
    if has(Word::Attend) && has(Word::Service) && !has(Word::Day) && !asks
        || has(Word::Service) && has(Word::Quit) && text.contains("不想")
    {
        return Some(Command::Withdraw);
    }
    about_own(text, tokens, has, asks).or_else(|| about_form(tokens, has, asks))
}

fn follows(tokens: &[Token<Word>], first: Word, second: Word) -> bool {
    let at = tokens.iter().position(|t| t.kind == first);
    at.is_some_and(|at| tokens.iter().skip(at + 1).any(|t| t.kind == second))
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

fn negated(tokens: &[Token<Word>], command: Command) -> bool {
    tokens.windows(2).any(|w| matches!(w, [a, b] if a.kind == Word::Not && b.kind == Word::Whole(command)))
}

/// What has been submitted, and what is known of oneself.
fn about_own(text: &str, tokens: &[Token<Word>], has: &dyn Fn(Word) -> bool, asks: bool) -> Option<Command> {
    let is = |command| tokens.iter().any(|t| t.kind == Word::Whole(command));
    let only_looks = tokens.iter().all(|t| !matches!(t.kind, Word::Status | Word::Submitted | Word::Change));
    if is(Command::Mine) && is(Command::Query) && only_looks && text.contains('查') && !asks {
        return Some(Command::Mine);
    }
    if has(Word::Look) && ["申请", "审批", "假条"].iter().any(|word| text.ends_with(word))
        || is(Command::Query)
        || has(Word::Look) && has(Word::Status)
        || (asks && has(Word::Done) && has(Word::Submitted) && text.ends_with('没'))
        || (asks && has(Word::Status) && (has(Word::Submitted) || has(Word::Own) || is(Command::Leave)))
    {
        return (!negated(tokens, Command::Query)).then_some(Command::Query);
    }
    if has(Word::Own) && has(Word::Info) && (has(Word::Look) || asks) && !has(Word::Change)
        || has(Word::Look) && is(Command::Mine)
        || has(Word::Look)
            && has(Word::Own)
            && !has(Word::Change)
            && !asks
            && ["资料", "信息", "记录"].iter().any(|w| text.ends_with(w))
        || has(Word::Own) && asks && !has(Word::Status) && says_what_was_given(text)
        || is_only_info(text, tokens)
    {
        return Some(Command::Mine);
    }
    None
}

/// 都登记了什么, 报的哪几天: asks for what was given.
fn says_what_was_given(text: &str) -> bool {
    ["登记", "报", "选", "填"].iter().any(|verb| {
        text.split_once(verb).is_some_and(|(_, after)| {
            let after = after.trim_start_matches(['名', '了', '的', '都', '是', '过']);
            ["什么", "哪些", "哪几", "啥", "几天", "几个"].iter().any(|word| after.starts_with(word))
        })
    })
}

/// The form that is being filled in, a day off, and how things are done.
fn about_form(tokens: &[Token<Word>], has: &dyn Fn(Word) -> bool, asks: bool) -> Option<Command> {
    let is = |command| tokens.iter().any(|t| t.kind == Word::Whole(command));
    // 请假怎么请: how it is done, not the thing itself.
    if has(Word::How) && is(Command::Leave) {
        return Some(Command::Help);
    }
    if has(Word::Previous) && (has(Word::Return) || has(Word::Change) || has(Word::Mistake))
        || is(Command::Back) && !negated(tokens, Command::Back)
    {
        return Some(Command::Back);
    }
    if has(Word::Again) && follows(tokens, Word::Again, Word::Fill) && !has(Word::Not)
        || is(Command::Restart) && !negated(tokens, Command::Restart)
    {
        return Some(Command::Restart);
    }
    if (has(Word::Change) || is(Command::Edit))
        && !negated(tokens, Command::Edit)
        && !negation_before(tokens, Word::Change)
        && !has(Word::Other)
    {
        return Some(Command::Edit);
    }
    if has(Word::Attend) && has(Word::Day) && !asks && !has(Word::Forever)
        || has(Word::Sick) && (has(Word::Attend) || has(Word::Day)) && !asks
    {
        return Some(Command::Leave);
    }
    if has(Word::How) && (has(Word::Use) || has(Word::Fill)) && !has(Word::Submitted) {
        return Some(Command::Help);
    }
    None
}

/// 转接老师, 联系工作人员: nothing but the wish to be put through.
fn is_put_through(text: &str, tokens: &[Token<Word>]) -> bool {
    let reaches = |t: &Token<Word>| {
        t.kind == Word::Reach
            && text.get(t.start..t.end).is_some_and(|w| ["转", "转接", "联系", "对接", "呼叫"].contains(&w))
    };
    tokens.iter().any(reaches)
        && tokens.iter().any(|t| t.kind == Word::Person)
        && tokens.iter().all(|t| matches!(t.kind, Word::Reach | Word::Person | Word::Polite))
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
    let before = index.checked_sub(1).and_then(|i| tokens.get(i));
    if before.is_some_and(|t| t.kind == Word::Not) {
        return None;
    }
    let limit = match command {
        Command::Leave | Command::Withdraw | Command::Query => 12,
        Command::Exit | Command::Cancel | Command::Menu | Command::Help | Command::Mine => 3,
        _ => 5,
    };
    let is_question =
        clause::asks(text) && matches!(command, Command::Exit | Command::Cancel) && has(Word::Done);
    let is_about = command == Command::Leave && unknown > 1 && clause::asks(text);
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
}
