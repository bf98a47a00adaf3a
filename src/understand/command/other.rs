//! Words of commands that mean something else where they stand: 人工草坪, 先上一个月, 新课表出来了没.
//!
//! Knows what speaks against each command, and nothing for it. Start at [`means_another`].

use super::super::Command;
use super::super::clause;
use super::super::lexicon::Token;
use super::super::phrases::{Phrases, around, ends_with_any, holds_any, phrases, starts_with_any};
use super::words::Word;

/// Whether the words of this command speak of something else.
pub(super) fn means_another(command: Command, text: &str, tokens: &[Token<Word>]) -> bool {
    match command {
        Command::Back => is_no_step(text, tokens),
        Command::Edit => {
            is_changed_by_another(text, tokens) || is_of_a_thing(text, tokens) || asks_what_is_due(text)
        }
        Command::Human => is_of_another(text, tokens),
        Command::Query => {
            is_out_of_another(text, tokens) || has_found(text, tokens) || is_judged(text, tokens)
        }
        Command::Mine => is_told_of_mine(text, tokens),
        Command::Help => is_plight(text, tokens),
        Command::Restart => is_of_school(text),
        Command::Leave => is_from_work(text) || is_supposed(text),
        Command::Withdraw => is_supposed(text) || is_reported(text, tokens),
        Command::Cancel => {
            is_supposed(text)
                || is_of_school(text)
                || is_called_off(text, tokens)
                || is_other_form(text, tokens)
        }
        Command::Exit => is_supposed(text) || holds_any(text, phrases!["再见面", "再见到", "再见过"]),
        _ => false,
    }
}

/// How many characters are in no word, marks aside.
fn unread(text: &str, tokens: &[Token<Word>]) -> usize {
    let is_mark = |c: &char| c.is_ascii_punctuation() || matches!(c, '，' | '。' | '、' | ' ');
    let covered: usize =
        tokens.iter().map(|t| text.get(t.start..t.end).map_or(0, |word| word.chars().count())).sum();
    text.chars().filter(|c| !is_mark(c)).count().saturating_sub(covered)
}

/// 如果明天还烧，就请个假: hangs on something, which 如果方便 does not.
fn is_supposed(text: &str) -> bool {
    holds_any(text, phrases!["如果", "要是", "万一", "假如", "若是", "倘若"])
        && !holds_any(text, phrases!["方便", "可以", "行的话", "能的话"])
}

/// 先上一个月, 退一步说: for a time, and to grant a point.
fn is_no_step(text: &str, tokens: &[Token<Word>]) -> bool {
    const PERIODS: &[&str] =
        &["月", "学期", "周", "星期", "礼拜", "年", "阵", "段", "天", "期", "季", "疗程"];
    tokens.iter().any(|t| {
        let word = text.get(t.start..t.end).unwrap_or_default();
        let after = text.get(t.end..).unwrap_or_default();
        word.starts_with("上一") && starts_with_any(after, PERIODS)
            || word == "退一步" && after.starts_with(['说', '讲', '想', '海'])
    })
}

/// 接的人换了的话要登记吗: asks what would have to be done.
fn asks_what_is_due(text: &str) -> bool {
    clause::asks(text)
        && holds_any(text, phrases!["的话要", "的话用", "的话需", "的话还要", "要不要重新", "用不用重新"])
}

/// 他同学退班了, 孩子说他再也不去了: what somebody else does or says.
fn is_reported(text: &str, tokens: &[Token<Word>]) -> bool {
    tokens.iter().any(|t| t.kind == Word::Peer)
        || holds_any(text, phrases!["孩子说", "他说", "她说", "娃说", "儿子说", "女儿说"])
            && !text.contains(['退', '停'])
}

/// 排练取消了还去吗: what was called off is something else.
fn is_called_off(text: &str, tokens: &[Token<Word>]) -> bool {
    tokens.iter().any(|t| {
        let after = text.get(t.end..).unwrap_or_default();
        let is_named = t.start > 0
            && !tokens.iter().any(|other| other.end == t.start)
            && !text.get(..t.start).is_some_and(|before| before.ends_with(['，', '。', '、']));
        t.kind == Word::Whole(Command::Cancel)
            && text.get(t.start..t.end) == Some("取消")
            && is_named
            && after.starts_with('了')
    })
}

/// 时间表不要了: a table, and no form.
fn is_other_form(text: &str, tokens: &[Token<Word>]) -> bool {
    tokens.iter().any(|t| {
        let before = text.get(..t.start).unwrap_or_default();
        t.kind == Word::Whole(Command::Cancel)
            && text.get(t.start..).is_some_and(|word| word.starts_with('表'))
            && !before.is_empty()
            && !before.ends_with(['这', '那', '张', '个', '份', '的', '些', '，', '。'])
    })
}

/// 我的手机快没电了, 我名下没房: tells of a thing, and asks for nothing.
fn is_told_of_mine(text: &str, tokens: &[Token<Word>]) -> bool {
    let mut mine = tokens.iter().filter(|t| t.kind == Word::Whole(Command::Mine));
    let is_bare = mine.next_back().is_some_and(|t| {
        text.get(t.start..t.end).is_some_and(|word| matches!(word, "我的" | "我名下" | "我的名下"))
    });
    is_bare && !clause::asks(text) && (text.ends_with('了') || tokens.iter().any(|t| t.kind == Word::Not))
}

/// 教教他, 孩子不会系鞋带，教一下: who shall be taught is the child.
pub(super) fn is_of_a_child(text: &str) -> bool {
    const CHILDREN: &[&str] = &["孩子", "娃", "他", "她", "宝宝", "儿子", "女儿"];
    const CANNOT: &[&str] = &["不会", "还不会", "不懂", "老不会", "总不会", "不太会"];
    text.contains('教')
        && (holds_any(
            text,
            phrases![
                "教他",
                "教她",
                "教教他",
                "教教她",
                "教孩子",
                "教教孩子",
                "教娃",
                "教一下他",
                "教一下孩子"
            ],
        ) || CHILDREN
            .iter()
            .any(|who| text.strip_prefix(who).is_some_and(|rest| starts_with_any(rest, CANNOT))))
}

/// 孩子退步了怎么办: a plight, which no form is the way out of.
fn is_plight(text: &str, tokens: &[Token<Word>]) -> bool {
    let mut ends = around(text, phrases!["怎么办", "咋办"]).filter(|(_, after)| !after.starts_with('理'));
    ends.next().is_some()
        && (unread(text, tokens) > 2
            || tokens
                .iter()
                .any(|t| matches!(t.kind, Word::Info | Word::Quit | Word::Own | Word::Sick | Word::Peer)))
}

/// 老师给修改得很细, 他同桌换了, 作业写错了改一下: how it was done, that somebody else did it, or schoolwork.
pub(super) fn is_changed_by_another(text: &str, tokens: &[Token<Word>]) -> bool {
    let is_change = |t: &&Token<Word>| matches!(t.kind, Word::Change | Word::Whole(Command::Edit));
    let is_told = |t: &Token<Word>| text.get(t.end..).is_some_and(|after| after.starts_with('得'));
    let first = tokens.iter().find(is_change).map_or(0, |t| t.start);
    tokens.iter().filter(is_change).any(is_told)
        || tokens.iter().any(|t| t.kind == Word::Peer && t.end <= first)
        || is_of_school(text)
}

/// 作业本写错了: what is written there is no form.
pub(super) fn is_of_school(text: &str) -> bool {
    !text.contains("作业辅导")
        && holds_any(
            text,
            phrases!["作业", "试卷", "卷子", "作文", "错题", "课文", "练习", "考卷", "默写", "听写"],
        )
}

/// 鞋子小了，换一双: something is changed that stands in no form.
fn is_of_a_thing(text: &str, tokens: &[Token<Word>]) -> bool {
    let is_given = |t: &Token<Word>| {
        matches!(
            t.kind,
            Word::Info
                | Word::Submitted
                | Word::Fill
                | Word::Mistake
                | Word::Service
                | Word::Day
                | Word::Own
                | Word::Past
                | Word::Previous
        )
    };
    let given = phrases![
        "信息", "资料", "时间", "电话", "号码", "名", "班", "年级", "地址", "内容", "接", "课", "选项",
        "答案", "星期", "周", "刚才", "刚刚", "之前", "前面"
    ];
    unread(text, tokens) > 2 && !tokens.iter().any(is_given) && !holds_any(text, given)
}

/// 跟公司请假, 向单位请了假: of whom the day off is asked.
fn is_from_work(text: &str) -> bool {
    const WORK: &Phrases = phrases!["公司", "单位", "厂里", "老板", "店里", "工地", "车间", "领导", "部门"];
    around(text, WORK).any(|(before, _)| before.ends_with(['跟', '向', '和', '问', '找', '同', '给']))
}

/// 人工草坪, 那位客服态度好: a thing made by hand, or somebody who is told of.
fn is_of_another(text: &str, tokens: &[Token<Word>]) -> bool {
    const FOLLOWS: &str = "，。?、 在回帮接处讲谈聊跟和吗呗么来台席窗咨解电通方行成或也都有为去怎什多几啦";
    const TOLD: &[&str] = &[
        "态度",
        "很",
        "特别",
        "挺",
        "太",
        "非常",
        "说",
        "讲的",
        "告诉",
        "让我",
        "叫我",
        "已经",
        "刚",
        "昨天",
        "上次",
        "小姐姐",
        "小哥",
        "都没",
        "没您",
        "没你",
        "比",
    ];
    tokens.iter().filter(|t| t.kind == Word::Whole(Command::Human)).any(|t| {
        let word = text.get(t.start..t.end).unwrap_or_default();
        let (before, after) =
            (text.get(..t.start).unwrap_or_default(), text.get(t.end..).unwrap_or_default());
        let is_known = tokens.iter().any(|next| next.start == t.end);
        let is_made =
            word == "人工" && !is_known && after.chars().next().is_some_and(|c| !FOLLOWS.contains(c));
        let is_reached = tokens.iter().any(|r| r.kind == Word::Reach && r.end <= t.start);
        let is_told = word.ends_with("客服")
            && !is_reached
            && (starts_with_any(after, TOLD)
                || ends_with_any(before, &["那位", "这位", "那个", "上次的", "昨天的", "之前的"]));
        is_made || is_told
    })
}

/// 处理结果满意: a result that is spoken of, and not asked for.
fn is_judged(text: &str, tokens: &[Token<Word>]) -> bool {
    let is_noun = |t: &Token<Word>| {
        t.kind == Word::Whole(Command::Query)
            && text.get(t.start..t.end).is_some_and(|word| ends_with_any(word, &["结果", "进度", "状态"]))
    };
    !text.contains(['查', '看', '问', '想'])
        && tokens.iter().any(is_noun)
        && !clause::asks(text)
        && unread(text, tokens) > 0
}

/// 查到了，报名成功的: who has found asks no more.
fn has_found(text: &str, tokens: &[Token<Word>]) -> bool {
    const FOUND: &[&str] = &["到了", "过了", "好了", "完了", "出来了", "到啦", "着了"];
    !clause::asks(text)
        && tokens.iter().any(|t| {
            t.kind == Word::Look && text.get(t.end..).is_some_and(|after| starts_with_any(after, FOUND))
        })
}

/// 新课表出来了没: what comes out is nothing that was submitted.
fn is_out_of_another(text: &str, tokens: &[Token<Word>]) -> bool {
    let comes_out = |t: &Token<Word>| {
        t.kind == Word::Whole(Command::Query)
            && text.get(t.start..).is_some_and(|word| starts_with_any(word, &["出来", "结果出来"]))
    };
    let Some(index) = tokens.iter().position(comes_out) else { return false };
    let before = tokens.get(..index).unwrap_or_default();
    let is_known =
        |kind| matches!(kind, Word::Status | Word::Submitted | Word::Whole(Command::Mine | Command::Leave));
    // 运动会结果出来了没: of what nobody here waits for.
    let is_of_else = |t: &Token<Word>| {
        text.get(t.start..t.end) == Some("结果")
            && t.start > 0
            && !before.iter().any(|other| other.end == t.start)
            && !text.get(..t.start).is_some_and(|head| head.ends_with(['，', '。', '的']))
    };
    let said = tokens.get(index).map_or(0, |t| t.start);
    let is_polite: usize = before.iter().filter(|t| t.kind == Word::Polite).map(|t| t.end - t.start).sum();
    is_polite < said && !before.iter().any(|t| is_known(t.kind) && !is_of_else(t))
}
