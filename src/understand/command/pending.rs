//! Commands while an answer is awaited: most words of commands are words of some answer, too.
//!
//! Start at [`pending`].

use super::super::clause;
use super::super::lexicon::Token;
use super::super::phrases::{holds_any, phrases, starts_with_any};
use super::super::{Command, Question};
use super::free;
use super::words::Word;

/// While an answer is awaited: only a reply that is nothing but a command.
pub(super) fn pending(
    text: &str,
    tokens: &[Token<Word>],
    unknown: usize,
    question: &Question,
) -> Option<Command> {
    let has = |kind| tokens.iter().any(|t| t.kind == kind);
    if unknown > 1
        || (has(Word::Not) && !tokens.iter().any(|t| t.kind == Word::Bot))
        || has(Word::Done)
        || has(Word::Other)
    {
        return None;
    }
    let command = free(text, tokens, unknown)?;
    // 我们就不整了: to the question for consent, a no.
    if command == Command::Cancel && matches!(question, Question::Consent { .. }) && text.contains('不') {
        return None;
    }
    // 可以中途退出吗: asks what is allowed.
    if command == Command::Withdraw && clause::asks(text) {
        return None;
    }
    // 改成周三, 我周一参加: a day is an answer, unless it is a day off.
    if has(Word::Day) && command != Command::Leave {
        return None;
    }
    let is_answer_too = match (command, question) {
        (Command::Help, _) if has(Word::How) => !tokens.iter().any(|t| t.kind == Word::Whole(Command::Help)),
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
        // 原先填的参加，麻烦改成不参加: a correction, and what stands after it answers.
        (Command::Edit, Question::Consent { .. }) => changes_into_an_answer(text),
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
        // 让他重新填: sent back, and nothing of the teacher's own.
        (Command::Restart, Question::Approve { .. } | Question::Decisions { .. }) => {
            text.starts_with(['让', '叫', '请', '喊']) || holds_any(text, phrases!["打回", "退回", "驳"])
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

/// 改成不参加: names what the answer shall be.
fn changes_into_an_answer(text: &str) -> bool {
    const ANSWERS: &[&str] =
        &["参加", "不", "报上", "报吧", "去", "上", "留", "来", "同意", "愿意", "自己", "要", "需要"];
    text.rsplit_once('改').is_some_and(|(_, after)| {
        let after = after.trim_start_matches([
            '成', '为', '作', '到', '了', '一', '下', '，', '。', '：', ':', ' ', '选', '填',
        ]);
        starts_with_any(after, ANSWERS)
    })
}
