//! Commands beside excuses: why somebody gives a command, said in clauses of their own.
//!
//! Knows what excuses, and no command. Start at [`beside_an_excuse`].

use super::super::clause;
use super::super::phrases::{Phrases, holds_any, phrases};
use super::super::{Command, Question};
use super::read;

/// What people say beside a command, and why they give it: 我不会按, 打字说不清, 填错了, 回头再填.
const EXCUSES: &Phrases = phrases![
    "不会按",
    "不会弄",
    "不会填",
    "不会选",
    "不会用",
    "不会打字",
    "不太会",
    "不大会",
    "看不懂",
    "看不清",
    "说不清",
    "讲不清",
    "说不明白",
    "讲不明白",
    "听不懂",
    "搞不懂",
    "搞不清",
    "弄不明白",
    "弄不来",
    "不知道怎么",
    "不晓得怎么",
    "眼睛不好",
    "太麻烦",
    "填错",
    "写错",
    "选错",
    "点错",
    "按错",
    "弄错",
    "搞错",
    "都不算",
    "先别问",
    "别问了",
    "机器",
    "有话问",
    "有事问",
    "有话说",
    "有话要",
    "有问题要问",
    "自动回复",
    "等等",
    "等一下",
    "稍等",
    "慢着",
    "弄半天",
    "搞半天",
    "半天不行",
    "回头再",
    "晚点再",
    "有空再",
    "下次再",
    "改天再",
    "下回再",
    "明天再",
    "以后再",
    "待会再",
    "过会再",
    "回来再",
    "不清楚",
    "点快了",
    "按快了",
    "点早了",
    "手滑",
    "手快",
    "第一次",
    "不是这个",
];

/// 算了不请了: giving up, said before it is done.
const GIVING_UP: &Phrases =
    phrases!["别请了", "不用请了", "不请假了", "不请了", "不报了", "不办了", "不弄了", "不填了"];

/// The command of a clause whose other clauses only excuse it: 我不会按，给我转个真人.
pub(super) fn beside_an_excuse(text: &str, question: &Question) -> Option<Command> {
    if !text.contains(['，', '。', '?']) || !holds_any(text, EXCUSES) && !holds_any(text, GIVING_UP) {
        return None;
    }
    let clauses = clause::clauses(text);
    let gives_up = clauses.iter().any(|c| holds_any(c.text, GIVING_UP));
    let mut rest = clauses.iter().filter(|c| !holds_any(c.text, EXCUSES) && !holds_any(c.text, GIVING_UP));
    let only = rest.next().filter(|only| clauses.len() > 1 && only.text.len() < text.len())?;
    if rest.next().is_some() {
        return None;
    }
    let command = read(only.text, question)?;
    let ends = matches!(command, Command::Cancel | Command::Exit);
    let is_own =
        matches!(command, Command::Human | Command::Help | Command::Back | Command::Restart | Command::Menu);
    (ends || is_own && !gives_up).then_some(command)
}
