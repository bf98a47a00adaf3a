//! Commands beside their reason: 宝宝夜里烧到三十九度，今天给她请个假.
//!
//! One clause, the last or the first, is nothing but a wish; what the others tell is no answer to the question, and so can
//! only be why. Who dictates sets no marks: there the wish begins with its opener (麻烦, 你给我, 想跟您). Knows which
//! commands need which signs of a wish. Start at [`beside_a_reason`].

use std::sync::LazyLock;

use super::super::answer::{Answer, Choices, Command, Consent, Value};
use super::super::chars::Chars;
use super::super::clause;
use super::super::phrases::{Phrases, around, ends_with_any, holds_any, phrases};
use super::super::{Question, answer};
use super::wish::{asks_how_it_stands, drops_the_form, is_wished, quits_the_service};
use super::words::{LEXICON, Word};
use super::{COMMAND_CHARS_MAX, strict};

/// Every wish has one of these characters: most clauses end here.
static KEYS: LazyLock<Chars> = LazyLock::new(|| {
    Chars::of(
        "退返倒翻回取作撤停终销表单卷人客师任重从清头改换更正假帮教例说指册菜主目办查看线再拜步题弄填"
            .chars(),
    )
});

/// What a wish begins with where no mark sets it apart.
const OPENERS: &Phrases = phrases![
    "麻烦",
    "你给我",
    "你帮我",
    "你教",
    "您给我",
    "您帮我",
    "您教",
    "帮我",
    "给我",
    "想跟您请",
    "想跟老师请",
    "想跟你请",
    "想向您请",
    "想向老师请",
    "想请",
    "想给",
    "要请",
    "要给",
    "能不能",
    "可不可以",
    "能帮",
    "先退出",
    "先下线",
    "我要",
    "我想",
];

/// What turns a wish, or makes it somebody else's, right before its opener.
const TURNS: &[&str] = &[
    "不", "没", "别", "用", "没让", "让你", "叫你", "没说", "他", "她", "老师", "说", "是", "谁", "都", "就",
    "才", "也", "还", "要不",
];

/// What makes a clause no reason: it supposes, reports what another says, or tells of another.
const NO_REASON: &Phrases = phrases![
    "如果",
    "要是",
    "万一",
    "假如",
    "的话",
    "除非",
    "不然",
    "否则",
    "要不",
    "或者",
    "老师说",
    "他说",
    "她说",
    "孩子说",
    "人说",
    "爸说",
    "妈说",
    "都说",
    "说要",
    "说是",
    "同学",
    "同桌",
    "同事",
    "邻居",
    "人家",
    "谁",
    "老师们",
    "校长",
];

/// The command of a clause that is nothing else, where all the rest only tells why.
pub(super) fn beside_a_reason(text: &str, question: &Question) -> Option<Command> {
    let may_wish = text.chars().any(|c| KEYS.may_hold(c));
    if !may_wish || !is_asked_of_parent(question) || text.chars().nth(COMMAND_CHARS_MAX).is_some() {
        return None;
    }
    let text = without_courtesies(text);
    if let Some((before, after)) = text.rsplit_once(['，', '。', '?']) {
        let (first, rest) = text.split_once(['，', '。', '?']).unwrap_or_default();
        let last = Parts { wish: after, reason: before };
        let first = Parts { wish: first, reason: rest };
        return command_of(last, question)
            .or_else(|| command_of(first, question))
            .or_else(|| dictated(text, question));
    }
    dictated(text, question)
}

/// 请一天假，麻烦您了: without the last clauses that are only polite.
fn without_courtesies(text: &str) -> &str {
    let mut rest = text;
    while let Some((before, last)) = rest.rsplit_once(['，', '。']) {
        let tokens = LEXICON.scan(last);
        let covered: usize = tokens.iter().map(|t| t.end - t.start).sum();
        let gives_up = last.starts_with("算");
        if gives_up
            || covered < last.len()
            || tokens.iter().any(|t| !matches!(t.kind, Word::Polite | Word::Person))
        {
            break;
        }
        rest = before;
    }
    rest
}

/// 我跟他爸商量了一下你给我取消掉吧: the opener parts the wish from its reason.
fn dictated(text: &str, question: &Question) -> Option<Command> {
    around(text, OPENERS).find_map(|(reason, after)| {
        let wish = text.get(reason.len()..).filter(|wish| wish.len() > after.len())?;
        let is_turned = ends_with_any(reason, TURNS) || reason.chars().nth(3).is_none();
        let parts = Parts { wish, reason };
        (!is_turned).then(|| command_of(parts, question)).flatten()
    })
}

/// A reply in two: what is wished, and all the rest.
#[derive(Clone, Copy)]
struct Parts<'t> {
    wish: &'t str,
    reason: &'t str,
}

fn command_of(parts: Parts<'_>, question: &Question) -> Option<Command> {
    if !parts.wish.chars().any(|c| KEYS.may_hold(c)) {
        return None;
    }
    let wish = clause::clauses(parts.wish).last().map(|c| c.text)?;
    let command = strict(wish, question)
        .or_else(|| drops_the_form(wish).then_some(Command::Cancel))
        .or_else(|| quits_the_service(wish, parts.reason).then_some(Command::Withdraw))
        .or_else(|| asks_how_it_stands(wish, parts.reason).then_some(Command::Query))?;
    let command = if command == Command::Exit && quits_the_service("退", parts.reason) {
        Command::Withdraw
    } else {
        command
    };
    (is_wished(command, wish, parts.reason) && is_reason(parts.reason) && !answers(parts, command, question))
        .then_some(command)
}

/// Questions that parents answer with a value; teachers' own words and texts of any kind may hold any command.
pub(super) fn is_asked_of_parent(question: &Question) -> bool {
    matches!(
        question,
        Question::Command
            | Question::Consent { .. }
            | Question::Weekdays { .. }
            | Question::Time { .. }
            | Question::Choices { .. }
            | Question::Child { .. }
            | Question::ClassAndName { .. }
            | Question::PickupPerson { .. }
            | Question::Date { .. }
    )
}

fn is_reason(text: &str) -> bool {
    !holds_any(text, NO_REASON) && !clause::clauses(text).iter().any(|c| c.mood == clause::Mood::Asks)
}

/// Whether the rest answers what was asked: then it is no mere reason. What only reads like an answer: what was entered
/// by mistake (前面全填乱了), what is set aside (报名先不说), what was sent before (上周交过报名), and, beside a command that ends
/// it, a refusal of the same (往后都不上，帮我退; 不要了，这表不填了).
fn answers(parts: Parts<'_>, command: Command, question: &Question) -> bool {
    let slips =
        phrases!["乱", "错", "不算", "不作数", "拐了", "反了", "快了", "删", "不对", "不全", "不会", "不懂"];
    let aside = phrases!["先不说", "先不谈", "先别", "先放", "先不管", "先不提", "回头再"];
    let sent = phrases!["交过", "交的", "报过", "报的", "提交", "申请", "交了", "填过"];
    let is_besides = match command {
        Command::Back | Command::Restart | Command::Help | Command::Edit => holds_any(parts.reason, slips),
        Command::Query => holds_any(parts.reason, sent),
        _ => false,
    };
    if is_besides || holds_any(parts.reason, aside) {
        return false;
    }
    let of_form = drops_the_form(parts.wish) || drops_the_form(parts.reason);
    let is_same = match command {
        Command::Withdraw => true,
        Command::Cancel => {
            of_form && !holds_any(parts.reason, phrases!["参加", "报", "上", "去", "来", "留"])
        }
        _ => false,
    };
    match answer(parts.reason, parts.reason, question) {
        Answer::Value(Value::Consent(Consent::No) | Value::Child(_)) => !is_same,
        Answer::Value(Value::Consent(Consent::Undecided)) => {
            !matches!(command, Command::Human | Command::Help)
        }
        Answer::Value(Value::Choices(Choices::These(picked))) => {
            !(picked.is_empty() && (is_same || matches!(command, Command::Human | Command::Help)))
        }
        Answer::Value(_) => true,
        Answer::Command(_) | Answer::Unclear => false,
    }
}
