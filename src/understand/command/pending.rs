//! Commands while an answer is awaited: most words of commands are words of some answer, too.
//!
//! Start at [`pending`].

use super::super::clause;
use super::super::lexicon::Token;
use super::super::phrases::{around, holds_any, phrases, starts_with_any};
use super::super::{Command, Question};
use super::form::is_split_leave;
use super::free;
use super::own::MANUALS;
use super::reason::is_asked_of_parent;
use super::wish::drops_the_form;
use super::words::Word;

/// While an answer is awaited: only a reply that is nothing but a command.
pub(super) fn pending(
    text: &str,
    tokens: &[Token<Word>],
    unknown: usize,
    question: &Question,
) -> Option<Command> {
    if is_asked_of_parent(question) && drops_the_form(text) {
        return Some(Command::Cancel);
    }
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if unknown > 1
        || (has(Word::Not) && !tokens.iter().any(|t| t.kind == Word::Bot))
        // 报名成功了没: asks, and does not tell.
        || has(Word::Done) && !(clause::asks(text) && (has(Word::Submitted) || has(Word::Whole(Command::Query))))
        || has(Word::Other)
    {
        return None;
    }
    let command = free(text, tokens, unknown)?;
    if is_of_an_answer(command, text, question) {
        return None;
    }
    // 我们就不整了: to the question for consent, a no.
    if command == Command::Cancel && matches!(question, Question::Consent { .. }) && text.contains('不') {
        return None;
    }
    // 可以中途退出吗: asks what is allowed.
    if command == Command::Withdraw && clause::asks(text) {
        return None;
    }
    // 上一条作废，我们报名: takes back what was sent before, and answers.
    if command == Command::Cancel
        && holds_any(text, phrases!["上一条", "上条", "前一条", "刚才那条", "前面那条", "上面那条"])
    {
        return None;
    }
    // 上面那题选3: answers it.
    if command == Command::Back && text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    // 退回前天的: of a day, where it is not what was sent on one.
    if has(Word::Past) && !matches!(command, Command::Query | Command::Human) {
        return None;
    }
    // 改成周三, 我周一参加: a day is an answer, unless it is a day off.
    if has(Word::Day) && command != Command::Leave {
        return None;
    }
    (!is_answer_too(command, question, text, tokens, unknown)).then_some(command)
}

/// Whether the words of this command answer this question as well.
fn is_answer_too(
    command: Command,
    question: &Question,
    text: &str,
    tokens: &[Token<Word>],
    unknown: usize,
) -> bool {
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if command == Command::Exit {
        return is_end_of_a_time(text, question);
    }
    if command == Command::Withdraw {
        return is_refusal_too(text, question, &has);
    }
    match (command, question) {
        // 审批的操作说明书.
        (Command::Help, Question::Approve { .. } | Question::Decisions { .. }) if holds_any(text, MANUALS) => false,
        (Command::Help, _) if has(Word::How) => !has(Word::Whole(Command::Help)) && !asks_how_only(tokens),
        (Command::Leave, _) if !has(Word::Whole(Command::Leave)) && !is_split_leave(text, &has) => true,
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
            | Question::PlanChanges { .. }
            // 同意刘老师代接: a decision.
            | Question::Approve { .. }
            | Question::Decisions { .. },
        ) => true,
        // 原先填的参加，麻烦改成不参加: a correction, and what stands after it answers.
        (Command::Edit, Question::Consent { .. }) => changes_into_an_answer(text),
        // 改晚点: of the time that is asked for.
        (Command::Edit, Question::Time { .. }) if text.contains(['早', '晚']) => true,
        // 改由我接: who comes, and not the form.
        (Command::Edit, Question::PickupPerson { .. }) => {
            holds_any(text, phrases!["改由", "换由", "改让", "换我", "改我", "改请", "改叫"])
        }
        // 换个人去接: of who comes, not of the form.
        (Command::Edit, Question::PickupReply { .. }) => text.contains(['人', '接']),
        // 周三请假: one of the changes that were asked for.
        (Command::Leave | Command::Edit, Question::PlanChanges { .. }) => unknown > 0 || has(Word::Day),
        (
            Command::Back,
            Question::Approve { .. }
            | Question::Decisions { .. }
            | Question::PickupPerson { .. }
            | Question::Handover { .. }
            | Question::PickupReply { .. },
        ) => (text.contains("退回") || text.contains("回去")) && !text.contains(['步', '题', '页']),
        (
            Command::Human,
            Question::PickupPerson { .. } | Question::PickupReply { .. } | Question::Handover { .. },
        ) => {
            !holds_any(text, phrases!["人工", "客服", "真人", "活人", "回复", "回我", "通话", "通电话", "沟通", "直接", "谈"])
        }
        (Command::Human, Question::Child { .. } | Question::ClassAndName { .. }) => {
            text.contains("老师") && !text.contains('找')
        }
        // 我跟政教处确认了再答复你: the teacher's own talk with others before deciding.
        (Command::Human | Command::Mine, Question::Approve { .. } | Question::Decisions { .. }) => {
            text.contains(['再', '先', '问']) || holds_any(text, phrases!["转给", "交给"])
        }
        // 让他重新填: sent back, and nothing of the teacher's own.
        (Command::Restart, Question::Approve { .. } | Question::Decisions { .. }) => {
            text.starts_with(['让', '叫', '请', '喊']) || holds_any(text, phrases!["打回", "退回", "驳"])
        }
        _ => false,
    }
}

/// 晚托结束 is a time, and so may 结束 be anywhere; 结束对话 and 拜拜 are none.
fn is_end_of_a_time(text: &str, question: &Question) -> bool {
    if holds_any(text, phrases!["对话", "聊天", "会话", "拜拜", "再见"]) {
        return false;
    }
    match question {
        Question::Time { .. } => text.contains("结束"),
        // 880, and 88 where it is asked how many.
        Question::Number { .. } => text.contains("88"),
        _ if text.contains("88") => text.bytes().filter(u8::is_ascii_digit).count() != 2,
        _ => text.contains("结束") && text.chars().count() > 4,
    }
}

/// 不上延时班 refuses what is offered; 延时服务给我们退了 leaves it, and 下个月起不上延时班 says nothing of which child.
fn is_refusal_too(text: &str, question: &Question, has: &dyn Fn(Word) -> bool) -> bool {
    let leaves = || leaves_the_service(text, has);
    match question {
        Question::Consent { .. } => !text.contains('退') && !text.contains("取消") || has_left_another(text),
        Question::Weekdays { .. }
        | Question::Time { .. }
        | Question::Choices { .. }
        | Question::Date { .. }
            if leaves() =>
        {
            false
        }
        Question::Child { .. } | Question::ClassAndName { .. }
            if has(Word::Service) && has(Word::Forever) || leaves() =>
        {
            false
        }
        // 退掉: the teacher sends it back.
        Question::Approve { .. } | Question::Decisions { .. } => true,
        _ => !has(Word::Whole(Command::Withdraw)),
    }
}

/// 取消了兴趣班，那就不参加了: something else was left, and is the reason.
fn has_left_another(text: &str) -> bool {
    around(text, phrases!["取消了", "退了"])
        .any(|(_, what)| !what.is_empty() && !what.starts_with(['，', '。', '吧', '呗', '啊', '算']))
}

/// 这玩意儿咋使: how it is used, and nothing else; 怎么填 may be of the one answer.
fn asks_how_only(tokens: &[Token<Word>]) -> bool {
    tokens.iter().any(|t| t.kind == Word::Use)
        && tokens.iter().all(|t| matches!(t.kind, Word::How | Word::Use | Word::Polite))
}

/// 课后服务停掉吧: the service, and a verb that nobody uses of a day or a child.
fn leaves_the_service(text: &str, has: &dyn Fn(Word) -> bool) -> bool {
    has(Word::Service)
        && (has(Word::Quit) || has(Word::Whole(Command::Exit)))
        && holds_any(text, phrases!["退", "停掉", "停了", "撤出", "注销", "销掉", "终止"])
}

/// Words of a command that tell of an answer: how long, what comes first.
fn is_of_an_answer(command: Command, text: &str, question: &Question) -> bool {
    let is_consent = matches!(question, Question::Consent { .. });
    match command {
        Command::Back => is_duration(text),
        // 看了课表再报.
        Command::Restart => {
            is_consent && text.contains('了') && text.contains("再报") && !text.contains('错')
        }
        _ => false,
    }
}

/// 先上一个月, 去上一个学期: a verb and a span, no step of the form.
fn is_duration(text: &str) -> bool {
    const SPANS: &[&str] = &["月", "学期", "星期", "礼拜", "小时", "钟头", "学年", "季度", "暑假", "寒假"];
    around(text, phrases!["上一个", "上个"])
        .any(|(before, after)| starts_with_any(after, SPANS) && !before.ends_with(['回', '返', '到', '退']))
}

/// 改成不参加: names what the answer shall be.
fn changes_into_an_answer(text: &str) -> bool {
    const ANSWERS: &[&str] =
        &["参加", "不", "报上", "报吧", "去", "上", "留", "来", "同意", "愿意", "自己", "要", "需要"];
    const CHANGED: [char; 13] = ['成', '为', '作', '到', '了', '一', '下', '，', '。', '：', ':', ' ', '选'];
    let answers = |after: &str| {
        starts_with_any(
            after.trim_start_matches(CHANGED).trim_start_matches(['填', ' ', '我', '们', '家']),
            ANSWERS,
        )
    };
    text.rsplit_once('改').is_some_and(|(_, after)| answers(after)) || corrects_into_an_answer(text, answers)
}

/// 更正：报名, 修正一下，参加: after a pause stands the answer; 更正报名 wants the form.
fn corrects_into_an_answer(text: &str, answers: impl Fn(&str) -> bool) -> bool {
    around(text, phrases!["更正", "修正", "订正", "纠正", "更改", "修改", "变更"]).any(|(before, after)| {
        let said = after.strip_prefix("一下").unwrap_or(after).strip_prefix([':', '，', '。', '为', '成']);
        before.is_empty() && said.is_some_and(|said| answers(said) || said.starts_with('报'))
    })
}
