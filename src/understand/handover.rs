//! Handovers (交接): which children were collected and by whom, which left by themselves, and which still wait.
//!
//! The teacher speaks of what has happened: what is still to come (马上接) is no handover. Persons are read by
//! [`pickup_person`], seen from the child; who is left out (除了5) is not spoken of. Start at [`read`].

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::batch::{Handover, HandoverHow, RollCallChild};
use super::lexicon::Lexicon;
use super::roster::statement::{Grammar, Scope, Statement, statements};
use super::roster::{Line, Set};
use super::{Answer, Value, clause, pickup_person};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Collected,
    Alone,
    Waiting,
    /// 家长: no more than that somebody has.
    Family,
    /// 不, 可能, 马上.
    Blocks,
    /// 已经, 平安: says nothing of who.
    Idle,
    Other,
}

static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{Alone, Blocks, Collected, Family, Idle, Other, Waiting};
    Lexicon::new(
        &[
            (
                Collected,
                "接走 接走了 接走的 接了 接回 接回家 接回去 接到了 接回家了 接回去了 接完了 接好了 领走
                 领走了 领走的 领回去了 带走 带走了 带走的 带回家了 来接走 来接走了 过来接走 已接 已接走
                 被接走 被接走了 交给 交接给 移交给 送走了 picked_up",
            ),
            (
                Alone,
                "自己走 自己走了 自己走的 自己回家 自己回家了 自己回 自己回了 自己回去 自己回去了 自行离校
                 自行回家 自行离开 自己离校 自己离校了 自己出校门 自己坐车走了 自己骑车走了 自己坐公交走了
                 自己步行回家 自己坐车回家了 自己下楼走了 独自离校 独自回家 一个人走了 一个人回家了",
            ),
            (
                Waiting,
                "没人接 没有人接 没接 没接走 没被接走 没有接走 没走 没来接 没人来接 没人来 没有来接 没领走
                 还没人接 还没有人接 还没接 还没接走 还没有接走 还没走 还在 还在等 还在教室 还在学校
                 还没来接 还没人来接 还未接 还在等家长 还没被接走 还没领走 在等 在等家长 在教室等 在门口等
                 等家长 等着 未接 未接走 家长没来 家长还没来 家长没到 家长还没到 家长没来接 家长还没来接
                 仍未接走 waiting",
            ),
            (Family, "家长 家里人 家人 大人 家里 他家长 她家长 家里大人 人"),
            (
                Blocks,
                "不 不确定 不知道 不清楚 不是 没 没有 别 可能 也许 好像 应该 估计 大概 说不定 说 如果 要是
                 要 会 将 马上 快 待会 等会 等下 一会 一会儿 准备 打算 或 或者 还是 吗 明天 昨天 前天 后天
                 上次 上周 下次 下周 每天 平时 以后 以为 让 想 被谁 我 我们 我送 咱 走丢 跑了 同学 其中
                 正在",
            ),
            (
                Idle,
                "已经 已 刚 刚刚 刚才 都 全 全部 全都 平安 安全 准时 顺利 提前 放学 今天 今天下午 下午 是
                 被 由 了 的 来 过来 门口 一起 吧 啊 哈 到校门口 南门 北门 东门 西门 其他 其余 剩下 大家
                 所有 所有人 统一 给 先 单独 亲自",
            ),
            (
                Other,
                "不好意思 没问题 没关系 没事 没收 同学家长 同学妈妈 同学爸爸 同学的妈妈 同学的爸爸
                 别的家长 要紧 快点 说明 会儿",
            ),
        ],
        "",
    )
});

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "who has been collected?".
pub(super) fn read(text: &str, children: &[RollCallChild]) -> Answer {
    told(text, children)
        .filter(|handovers| !handovers.is_empty())
        .map_or(Answer::Unclear, |handovers| Answer::Value(Value::Handovers(handovers)))
}

fn told(text: &str, children: &[RollCallChild]) -> Option<Vec<Handover>> {
    let (before, after) = clause::split_correction(text);
    let corrected = of_text(after, children)?;
    let Some(before) = before else { return Some(corrected) };
    // A correction that does not speak of all that was said may stand beside it or in its place.
    let first = of_text(before, children)?;
    first.iter().all(|h| corrected.iter().any(|other| other.child == h.child)).then_some(corrected)
}

/// How, and the code that was shown.
type How = (HandoverHow, Option<String>);

fn of_text(text: &str, children: &[RollCallChild]) -> Option<Vec<Handover>> {
    let lines: Vec<Line<'_>> =
        children.iter().map(|child| Line { no: child.no, names: vec![child.name.as_str()] }).collect();
    let grammar = Grammar {
        predicates: &|text| holds(text, &[Word::Collected, Word::Alone, Word::Waiting]),
        word_end: &|text, at| {
            LEXICON.at(text, at).map(|token| token.end).or_else(|| pickup_person::word_end(text, at))
        },
    };
    let said = statements(text, &lines, &grammar)?;
    let (mut named, mut left_out, mut general) = (BTreeMap::<usize, How>::new(), Set::new(), None);
    for (index, statement) in said.iter().enumerate() {
        if let (Scope::Except(lines), "") = (&statement.scope, statement.text) {
            left_out.extend(lines.iter().copied());
            continue;
        }
        if let Scope::Except(lines) = &statement.scope {
            left_out.extend(lines.iter().copied());
        }
        let how = how(statement, said.get(index + 1))?;
        match &statement.scope {
            Scope::Lines(lines) | Scope::Except(lines) => {
                // One code opens the gate for one child.
                if how.1.is_some() && lines.len() > 1 {
                    return None;
                }
                for line in lines {
                    if named.insert(*line, how.clone()).is_some_and(|known| known != how) {
                        return None;
                    }
                }
            }
            Scope::All if !named.is_empty() || general.is_some() => return None,
            Scope::Rest if named.is_empty() && left_out.is_empty() || general.is_some() => return None,
            Scope::All | Scope::Rest if how.1.is_none() => general = Some(how),
            Scope::All | Scope::Rest | Scope::Nobody => return None,
        }
    }
    if !left_out.is_empty() && general.is_none() {
        return None;
    }
    let of_line = |index: usize| {
        named.get(&index).cloned().or_else(|| general.clone().filter(|_| !left_out.contains(&index)))
    };
    let handovers = children.iter().enumerate().filter_map(|(index, child)| {
        let (how, code) = of_line(index)?;
        Some(Handover { child: child.id.clone(), how, code })
    });
    Some(handovers.collect())
}

fn holds(text: &str, kinds: &[Word]) -> bool {
    LEXICON.scan(text).iter().any(|token| kinds.contains(&token.kind))
}

/// How the children of a statement left; the one after it lends its verb where this one has only a person (3奶奶、7妈妈接走了).
fn how(statement: &Statement<'_>, next: Option<&Statement<'_>>) -> Option<How> {
    let (text, code) = without_code(&[statement.opening, statement.text].concat())?;
    let (more, later_code) = without_code(&statement.more.join("，"))?;
    if !more.is_empty() && holds(&more, &[Word::Blocks]) && !holds(&text, &[Word::Waiting])
        || code.is_some() && later_code.is_some()
    {
        return None;
    }
    let code = code.or(later_code);
    if statement.asks || holds(&text, &[Word::Blocks]) {
        return None;
    }
    let has = |kind| holds(&text, &[kind]);
    let lends = next.is_some_and(|next| {
        matches!(next.scope, Scope::Lines(_)) && !next.is_chained && holds(next.text, &[Word::Collected])
    });
    match (has(Word::Collected), has(Word::Alone), has(Word::Waiting)) {
        (true, false, false) => Some((collected_by(&text)?, code)),
        (false, true, false) if code.is_none() => Some((HandoverHow::LeftAlone, None)),
        (false, false, true) if code.is_none() => Some((HandoverHow::Waiting, None)),
        (false, false, false) if lends => {
            let how = collected_by(&format!("{text}接走了"))?;
            (how != HandoverHow::Collected(None)).then_some((how, code))
        }
        _ => None,
    }
}

/// Collected, and by whom; `None` when somebody was said and it is not clear who.
fn collected_by(text: &str) -> Option<HandoverHow> {
    let mut rest = String::new();
    let mut at = 0;
    let mut family = false;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        // 家长, but not the one in 同学家长: the longer word of either list wins.
        let token =
            LEXICON.at(text, at).filter(|t| pickup_person::word_end(text, at).is_none_or(|end| end <= t.end));
        let end = token.map_or(at + c.len_utf8(), |t| t.end);
        match token.map(|t| t.kind) {
            Some(Word::Idle | Word::Collected) => {}
            Some(Word::Family) => family = true,
            _ => rest.push_str(text.get(at..end)?),
        }
        at = end;
    }
    let rest = rest.trim_matches(|c: char| "，。、:-()/ ".contains(c));
    if rest.is_empty() {
        return Some(HandoverHow::Collected(None));
    }
    if family {
        return None;
    }
    match pickup_person::of_child(&format!("{rest}接"))?.as_slice() {
        [one] => Some(HandoverHow::Collected(Some(one.clone()))),
        _ => None,
    }
}

/// A text without its pickup code of four to six digits; `None` with two codes.
fn without_code(text: &str) -> Option<(String, Option<String>)> {
    let mut codes = text.split(|c: char| !c.is_ascii_digit()).filter(|run| (4..=6).contains(&run.len()));
    let Some(code) = codes.next() else { return Some((text.to_owned(), None)) };
    if codes.next().is_some() {
        return None;
    }
    let mut out = text.to_owned();
    for word in ["验证码是", "验证码", "接送码", "取件码", "口令", "密码", "动态码", "码是", "码", "code"]
    {
        for joint in ["", ":", " "] {
            out = out.replace(&format!("{word}{joint}{code}"), "，");
        }
    }
    Some((out.replace(code, "，").trim_matches(['，', '(', ')', ' ', ':']).to_owned(), Some(code.to_owned())))
}

#[cfg(test)]
mod tests;
