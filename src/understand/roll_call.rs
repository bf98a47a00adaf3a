//! Roll call (点名): who is absent, who is on leave, and who is there.
//!
//! Naming the absent says that the rest is there; naming only who has come (3来了) says nothing of the others. A count
//! (缺3个) does not say who. Which lines a predicate belongs to is the business of `roster`. Start at [`read`].

use std::sync::LazyLock;

use super::batch::{Present, RollCall, RollCallChild};
use super::lexicon::Lexicon;
use super::roster::statement::{Grammar, Scope, Statement, statements};
use super::roster::{Line, Set};
use super::{Answer, Value, clause, numerals};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Absent,
    Leave,
    Came,
    /// 齐了: everyone, without a word for them.
    Full,
    /// 没有请假的: nobody does, which says nothing of the rest.
    NoLeave,
    /// 不, 可能, 马上, 妈妈: with it a statement says something else.
    Blocks,
    /// 只有.
    Only,
    Other,
}

static LEXICON: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    use Word::{Absent, Blocks, Came, Full, Leave, NoLeave, Only, Other};
    Lexicon::new(
        &[
            (
                Absent,
                "缺 缺了 缺勤 缺席 少 少了 差 没到 没来 没在 没到的 没来的 没看到 没看见 没见 没见到
                 没见着 没有来 没有到 没出现 没到校 没到班 没进班 没进教室 没到教室 没到场 没来上 没来学校
                 没来上课 没过来 没人影 未到 未来 未到的 未到校 不在 不见 不见了 不到 不知去向 找不到
                 还没来 还没到 还差 还缺 absent missing",
            ),
            (
                Leave,
                "请假 请了假 请假了 请病假 请事假 请假的 请的假 请过假 请了病假 请了事假 请长假 病假 事假
                 告假 休假 已请假 leave on_leave 家长请假 家长请了假 妈妈请假 妈妈请了假 妈妈帮请假
                 爸爸请假 爸爸请了假",
            ),
            (
                Came,
                "到了 到 到校 到校了 到班 到教室 到场 来了 来上 来到 在 在的 在呢 在了 在教室 在班里
                 在班上 在座 在这 在这里 已到 已来 已经到 已经来 进教室 进来了 回来了 赶到了 出现了 出勤
                 找到了 present here 刚到 刚来 又来了",
            ),
            (
                Full,
                "齐 齐了 齐全 到齐 到齐了 来齐 来齐了 全勤 全齐 一个不少 一个不差 一个没少 一个都不少
                 一个都不缺 一个不缺 都没缺 没人缺 没有人缺 没有缺 没有缺的 没缺 没有缺勤 没人缺勤
                 没有没来 没有没来的 没人没来 没有没到的 没缺人 没少 没有缺席 没人缺席 没有少 不缺 不少
                 无缺 无缺勤 无缺席 满员 full all_here all_present 人齐 人齐了",
            ),
            (NoLeave, "没人请假 没有请假 没有请假的 无请假 没有人请假 没请假 无人请假"),
            (
                Blocks,
                "不 不确定 不知道 不清楚 不齐 没 没有 没齐 没到齐 没全到 没都到 别 未 无 可能 也许 好像
                 应该 估计 大概 说不定 说 如果 要是 要 会 将 马上 快 快到 快来 晚点 晚到 晚来 迟到 待会
                 等会 一会 一会儿 路上 在路上 在医院 在家 在家里 在外面 在办公室 在医务室 在厕所 在操场
                 在楼下 在等 在门口 在老家 在路 在校门口 正在来 昨天 前天 明天 后天 上次 上周 下次 下周
                 妈妈 爸爸 奶奶 爷爷 外公 外婆 姥姥 姥爷 家长 妹妹 姐姐 弟弟 哥哥 同桌 或 或者 还是 还没齐
                 吗 早退 走了 到不了 来不了 齐不了",
            ),
            (Only, "只有 只 仅 就只有 只是"),
            (
                Other,
                "应到 实到 到目前 到现在 目前 现在 今天 今早 今天早上 今天下午 其中 不好意思 不客气 没关系
                 没问题 没事 没错 没接 没人接 没打通 没带 没其他 没有其他 打不通 点到 收到 看到 知道 直到
                 只要 差不多 要不 但是 还有 别的 快点 多少 少年 无故",
            ),
        ],
        "",
    )
});

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "who is not there?".
pub(super) fn read(text: &str, children: &[RollCallChild]) -> Answer {
    told(text, children)
        .and_then(|told| told.roll_call(children))
        .map_or(Answer::Unclear, |roll| Answer::Value(Value::RollCall(roll)))
}

/// What has been said of each child, by index.
#[derive(Default)]
struct Told {
    absent: Set,
    on_leave: Set,
    came: Set,
    /// 都到了.
    all: bool,
    /// 其他都到了.
    rest_came: bool,
    /// 其他没来.
    rest_absent: bool,
    /// 除了3.
    left_out: Set,
    counts: Vec<(u32, Option<usize>)>,
}

fn told(text: &str, children: &[RollCallChild]) -> Option<Told> {
    let (before, after) = clause::split_correction(text);
    let corrected = of_text(after, children)?;
    let Some(before) = before else { return Some(corrected) };
    // A correction stands in the place of what it is like: 缺3，不对，缺8.
    let first = of_text(before, children)?;
    let is_alike = first.all && corrected.all
        || corrected.is_full()
        || first.is_only(&first.absent) && corrected.is_only(&corrected.absent)
        || first.is_only(&first.on_leave) && corrected.is_only(&corrected.on_leave)
        || first.is_only(&first.came) && corrected.is_only(&corrected.came);
    is_alike.then_some(corrected)
}

fn of_text(text: &str, children: &[RollCallChild]) -> Option<Told> {
    let lines: Vec<Line<'_>> =
        children.iter().map(|child| Line { no: child.no, names: vec![child.name.as_str()] }).collect();
    let grammar = Grammar {
        predicates: &is_predicate,
        word_end: &|text, at| LEXICON.at(text, at).map(|token| token.end),
    };
    let mut told = Told::default();
    for statement in statements(text, &lines, &grammar)? {
        told.add(&statement)?;
    }
    Some(told)
}

fn is_predicate(text: &str) -> bool {
    let is_one = |kind| matches!(kind, Word::Absent | Word::Leave | Word::Came | Word::Full);
    LEXICON.scan(text).iter().any(|token| is_one(token.kind))
}

/// The one thing that a predicate says; `None` for none, for several, or where something stands in its way.
fn meaning(statement: &Statement<'_>) -> Option<Word> {
    let kinds: Vec<Word> = LEXICON.scan(statement.text).iter().map(|t| t.kind).collect();
    let opening = LEXICON.scan(statement.opening);
    let has = |kind| kinds.contains(&kind);
    let blocks = has(Word::Blocks) || opening.iter().any(|t| t.kind == Word::Blocks);
    let is_only = has(Word::Only) || opening.iter().any(|t| t.kind == Word::Only);
    if blocks || statement.asks {
        return None;
    }
    match (has(Word::Absent), has(Word::Leave), has(Word::Came) || has(Word::Full)) {
        // 请假没来: the reason says more than the fact.
        (_, true, false) => Some(Word::Leave),
        (true, false, false) => Some(Word::Absent),
        (false, false, true) if has(Word::Full) => Some(Word::Full),
        // 只有3来了: nobody else, which is too much to take from one word.
        (false, false, true) => (!is_only).then_some(Word::Came),
        _ => None,
    }
}

/// 3个, 两人: a count in a text.
fn count(text: &str) -> Option<u32> {
    text.char_indices().find_map(|(at, _)| {
        let before = text.get(..at)?;
        if before.ends_with(|c: char| c.is_ascii_digit() || "第一二三四五六七八九十百".contains(c))
        {
            return None;
        }
        let (number, end) = numerals::number_at(text, at)?;
        let is_short = text.get(at..)?.starts_with(['俩', '仨']);
        (is_short || text.get(end..)?.starts_with(['个', '人', '名', '位'])).then_some(number)
    })
}

impl Told {
    fn add(&mut self, statement: &Statement<'_>) -> Option<()> {
        if let (Scope::Except(lines), "") = (&statement.scope, statement.text) {
            self.left_out.extend(lines.iter().copied());
            return Some(());
        }
        if let Scope::Except(lines) = &statement.scope {
            self.left_out.extend(lines.iter().copied());
        }
        let meaning = meaning(statement)?;
        let counted = count(statement.text);
        match (&statement.scope, meaning) {
            (Scope::Lines(lines) | Scope::Except(lines), Word::Absent | Word::Leave | Word::Came) => {
                if let Some(count) = counted {
                    self.counts.push((count, Some(lines.len())));
                }
                match meaning {
                    Word::Absent => self.absent.extend(lines),
                    Word::Leave => self.on_leave.extend(lines),
                    _ => self.came.extend(lines),
                }
                if meaning != Word::Leave {
                    return Some(());
                }
                // 3没来，请假了: of the same child.
                if statement.is_chained {
                    self.absent.retain(|line| !lines.contains(line));
                }
                Some(())
            }
            // 缺3、8，齐了: nobody named, so everybody.
            (Scope::Lines(_), Word::Full) if !statement.is_chained => None,
            (Scope::Nobody | Scope::All | Scope::Lines(_), Word::Full) | (Scope::All, Word::Came) => {
                self.all = true;
                Some(())
            }
            (Scope::Rest, Word::Came | Word::Full) => {
                self.rest_came = true;
                Some(())
            }
            (Scope::Rest, Word::Absent) => {
                self.rest_absent = true;
                Some(())
            }
            // 到了23人，缺3、8: the count says how many, the names say who.
            (Scope::Nobody, Word::Came) if counted.is_some() => Some(()),
            _ => None,
        }
    }

    fn is_full(&self) -> bool {
        self.all && self.absent.is_empty() && self.on_leave.is_empty() && self.left_out.is_empty()
    }

    /// Whether this group is all that was said.
    fn is_only(&self, group: &Set) -> bool {
        !group.is_empty() && self.absent.len() + self.on_leave.len() + self.came.len() == group.len()
    }

    fn roll_call(mut self, children: &[RollCallChild]) -> Option<RollCall> {
        let spoken: Set = self.absent.iter().chain(&self.on_leave).chain(&self.came).copied().collect();
        if self
            .counts
            .iter()
            .any(|(count, lines)| lines.is_some_and(|n| u32::try_from(n).ok() != Some(*count)))
        {
            return None;
        }
        // 除了3都到了: 3 has not come, unless the reply says what about it.
        let excepted: Vec<usize> =
            self.left_out.iter().copied().filter(|line| !spoken.contains(line)).collect();
        let is_of_others = self.all || self.rest_came || self.rest_absent;
        if !self.left_out.is_empty() && !is_of_others {
            return None;
        }
        if !self.rest_absent && self.left_out.intersection(&self.came).next().is_some() {
            return None;
        }
        self.absent.extend(excepted);
        let named = !self.absent.is_empty() || !self.on_leave.is_empty() || !self.came.is_empty();
        if (self.rest_came || self.rest_absent) && (!named || self.all) || self.rest_came && self.rest_absent
        {
            return None;
        }
        if self.rest_absent {
            let rest =
                (0..children.len()).filter(|line| !spoken.contains(line) && !self.absent.contains(line));
            let rest: Set = rest.collect();
            self.absent.extend(rest);
        }
        let overlaps = |a: &Set, b: &Set| a.intersection(b).next().is_some();
        if overlaps(&self.absent, &self.on_leave)
            || overlaps(&self.absent, &self.came)
            || overlaps(&self.on_leave, &self.came)
            || !(named || self.all)
        {
            return None;
        }
        let ids = |set: &Set| -> Vec<String> {
            set.iter().filter_map(|line| children.get(*line)).map(|child| child.id.clone()).collect()
        };
        let is_partial = !self.came.is_empty() && !self.all && !self.rest_came;
        let present = if is_partial { Present::These(ids(&self.came)) } else { Present::TheRest };
        Some(RollCall { absent: ids(&self.absent), on_leave: ids(&self.on_leave), present })
    }
}

#[cfg(test)]
mod tests;
