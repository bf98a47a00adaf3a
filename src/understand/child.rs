//! Which child (哪个孩子): by name, order, sex, kinship, grade or class, as long as exactly the meant children fit.
//!
//! Every mention names a set of the family's children; a mention that fits more or fewer children than it speaks of
//! makes the reply unclear. Start at [`read`].

mod mention;
mod words;

use smallvec::SmallVec;

use super::clause::{self, Mood};
use super::few::Few;
use super::lexicon;
use super::{Answer, ChildOption, Value, numerals};
use mention::{class_at, is_stranger, named_at, numbered_at};
use words::{LEXICON, Word};

type Set = Few<usize>;
/// Children that a clause names, each wanted, ruled out, or neither yet.
type Mentions = SmallVec<[(Set, Option<bool>); 4]>;

/// The byte after the child that is named at this byte.
pub(super) fn mention_end(text: &str, at: usize, children: &[ChildOption]) -> Option<usize> {
    let named = named_at(text, at, children)
        .or_else(|| numbered_at(text, at, children))
        .or_else(|| class_at(text, at, children));
    let is_child = |kind: Word| {
        !matches!(
            kind,
            Word::Or
                | Word::Open
                | Word::Not
                | Word::Except
                | Word::Rest
                | Word::All
                | Word::Each
                | Word::Only
                | Word::Other
        )
    };
    named.map(|(_, end)| end).or_else(|| LEXICON.at(text, at).filter(|t| is_child(t.kind)).map(|t| t.end))
}

/// The byte after the word of this grammar at this byte.
pub(super) fn word_end(text: &str, at: usize) -> Option<usize> {
    LEXICON.at(text, at).map(|t| t.end)
}

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// The one child that is mentioned by name or order at this byte, and the byte after it; `None` inside when it fits no
/// child or several. Kin words (姐姐) are left to who collects.
pub(super) fn mention_at(text: &str, at: usize, children: &[ChildOption]) -> Option<(Option<String>, usize)> {
    let id = |set: Set| set.first().and_then(|index| children.get(*index)).map(|child| child.id.clone());
    if let Some((set, end)) = named_at(text, at, children) {
        return Some((set.and_then(id), end));
    }
    let token = LEXICON.at(text, at)?;
    let is_order = matches!(token.kind, Word::Nth(_) | Word::Sex(_) | Word::ElderOf(_) | Word::YoungerOf(_));
    is_order.then(|| (by_kind(token.kind, children, false).and_then(id), token.end))
}

/// Reads a reply to "which child?".
pub(super) fn read(text: &str, children: &[ChildOption]) -> Answer {
    let text = LEXICON.repair(text);
    let text = clause::corrected(&text);
    match meant(text, children) {
        Some(set) => {
            let mut ids: Vec<String> =
                set.iter().filter_map(|i| children.get(*i)).map(|c| c.id.clone()).collect();
            ids.sort();
            Answer::Value(Value::Child(ids))
        }
        None => Answer::Unclear,
    }
}

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag for each word that speaks of all or of the others"
)]
struct Said {
    wanted: Set,
    refused: Set,
    all: bool,
    none: bool,
    rest: bool,
    excepts: bool,
    /// 只有儿子参加.
    only: Set,
}

fn meant(text: &str, children: &[ChildOption]) -> Option<Set> {
    let mut said = Said::default();
    let clauses = clause::clauses(text);
    let told: SmallVec<[&str; 6]> = clauses.iter().filter(|c| c.mood != Mood::Asks).map(|c| c.text).collect();
    let is_alone = told.len() == 1;
    for text in told.iter().filter(|text| !is_comment(text, children, is_alone)) {
        add(&mut said, text, children)?;
    }
    // 老二，老大自己在家写作业: what somebody else does counts only where nothing else is said.
    if said.wanted.is_empty() && said.refused.is_empty() && !said.all && !said.none {
        for text in told.iter().filter(|text| is_comment(text, children, is_alone)) {
            add(&mut said, text, children)?;
        }
    }
    let everyone: Set = (0..children.len()).collect();
    let others: Set = everyone.difference(&said.refused).copied().collect();
    if !said.wanted.is_disjoint(&said.refused) {
        return None;
    }
    if said.none && said.wanted.is_empty() && said.refused.is_empty() {
        return Some(Set::new());
    }
    if !said.only.is_empty() && !said.wanted.is_subset(&said.only) {
        return None;
    }
    if !said.wanted.is_empty() {
        return (!said.rest || said.wanted.len() + said.refused.len() == children.len())
            .then_some(said.wanted);
    }
    if !said.refused.is_empty() {
        let is_settled = said.excepts || said.rest || (children.len() == 2 && said.refused.len() == 1);
        return (is_settled && !others.is_empty()).then_some(others);
    }
    said.all.then_some(everyone)
}

/// Whether a clause says of a child something else than that it takes part: 老大自己在家写作业.
fn is_comment(text: &str, children: &[ChildOption], is_alone: bool) -> bool {
    let takes_part = [
        "请假", "办", "申请", "改", "参加", "报", "要", "上", "来", "登记", "选", "需要", "可以", "行", "不",
        "没", "除", "年级", "班", "是",
    ];
    let elsewhere = [
        "外面",
        "校外",
        "别的班",
        "兴趣班",
        "培训班",
        "住校",
        "在老家",
        "要学",
        "去学",
        "学琴",
        "学画",
        "补课",
    ];
    if !elsewhere.iter().any(|word| text.contains(word)) && takes_part.iter().any(|word| text.contains(word))
    {
        return false;
    }
    let (mut at, mut unknown) = (0, 0);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        let end =
            named_at(text, at, children).map(|(_, end)| end).or_else(|| LEXICON.at(text, at).map(|t| t.end));
        unknown += usize::from(end.is_none() && !"的了吧啊呀哈给我们家个那位这".contains(c));
        at = end.unwrap_or(at + c.len_utf8());
    }
    unknown > if is_alone { 2 } else { 1 }
}

/// Adds one clause; `None` where something in it fits no child or several.
fn add(said: &mut Said, text: &str, children: &[ChildOption]) -> Option<()> {
    let (mut nots, mut excepts, mut each, mut all, mut only) = (false, false, false, false, false);
    let mut mentions: Mentions = Mentions::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        if let Some((set, end)) = named_at(text, at, children)
            .or_else(|| numbered_at(text, at, children))
            .or_else(|| class_at(text, at, children))
        {
            mentions.push((set?, nots.then_some(false)));
            (at, nots) = (end, false);
            continue;
        }
        if let Some((count, end)) = counted_at(text, at) {
            let (set, end) = counted(text, end, count, children)?;
            if set.len() == children.len() {
                all = true;
            } else {
                mentions.push((set, nots.then_some(false)));
            }
            at = end;
            continue;
        }
        let Some(token) = LEXICON.at(text, at) else {
            if is_stranger(text, at, children) {
                return None;
            }
            at += c.len_utf8();
            continue;
        };
        at = token.end;
        match token.kind {
            Word::Or | Word::Open => return None,
            Word::Not => match mentions.last_mut() {
                Some((_, polarity @ None)) if !excepts && !refuses_next(text, &token, children) => {
                    *polarity = Some(false);
                }
                _ => nots = true,
            },
            Word::Except => excepts = true,
            Word::Rest => said.rest = true,
            Word::All => all = true,
            Word::Each => each = true,
            Word::Only => only = true,
            Word::Other => {}
            // 最小的那个丫头: one child, told by two of its traits.
            Word::Sex(girl)
                if mentions.last().is_some_and(|(set, _)| {
                    let fits = |i: &usize| children.get(*i).is_some_and(|c| c.is_girl == Some(girl));
                    set.len() == 1 && set.iter().all(fits) && is_of_same(text, token.start)
                }) => {}
            kind => {
                let next = text.get(token.end..).unwrap_or_default();
                let (set, end) = several(text, &token, children)
                    .or_else(|| Some((by_kind(kind, children, next.starts_with('们'))?, at)))?;
                mentions.push((set, nots.then_some(false)));
                (at, nots) = (end, false);
            }
        }
    }
    if mentions.is_empty() {
        said.none |= nots;
        said.all |= (all || each) && !nots;
    } else {
        tell(said, mentions, excepts, only);
    }
    Some(())
}

/// Whether a word stands right after another trait of the same child: 最小的那个|丫头.
fn is_of_same(text: &str, at: usize) -> bool {
    text.get(..at)
        .is_some_and(|before| ["的", "那个", "这个", "那位"].iter().any(|link| before.ends_with(link)))
}

/// Adds the mentions of a clause, wanted or ruled out, to what is said.
fn tell(said: &mut Said, mentions: Mentions, excepts: bool, only: bool) {
    for (set, polarity) in mentions {
        if excepts || polarity == Some(false) {
            said.refused.extend(set);
        } else {
            if only {
                said.only.extend(set.iter().copied());
            }
            said.wanted.extend(set);
        }
    }
    said.excepts |= excepts;
}

/// 妹妹不是哥哥: a refusing verb right before a child refuses that one, unless the child has a verb of its own
/// (小明不要小雨要).
fn refuses_next(text: &str, not: &lexicon::Token<Word>, children: &[ChildOption]) -> bool {
    let word = text.get(not.start..not.end).unwrap_or_default();
    if !matches!(word, "不是" | "不要" | "别" | "不给" | "不选" | "不报") {
        return false;
    }
    let Some(end) = mention_end(text, not.end, children) else { return false };
    let after = text.get(end..).unwrap_or_default();
    !["要", "报", "参加", "上", "来", "去", "选", "不"].iter().any(|verb| after.starts_with(verb))
}

/// The children that an everyday word means; `None` when it does not say which.
fn by_kind(kind: Word, children: &[ChildOption], is_plural: bool) -> Option<Set> {
    let last = children.len().checked_sub(1)?;
    let of_sex = |girl: bool| -> SmallVec<[usize; 8]> {
        (0..=last).filter(|i| children.get(*i).is_some_and(|c| c.is_girl == Some(girl))).collect()
    };
    let one = |found: SmallVec<[usize; 8]>| -> Option<Set> {
        (found.len() == 1).then(|| found.into_iter().collect())
    };
    let between = |low: i8, high: i8| -> SmallVec<[usize; 8]> {
        (0..=last).filter(|i| children.get(*i).is_some_and(|c| (low..=high).contains(&c.grade))).collect()
    };
    match kind {
        Word::Nth(n) => (n <= last).then(|| Set::from([n])),
        Word::Eldest | Word::Higher => (last > 0).then(|| Set::from([0])),
        Word::Youngest | Word::Lower => (last > 0).then(|| Set::from([last])),
        Word::Middle => (last == 2).then(|| Set::from([1])),
        Word::Sex(girl) if is_plural => {
            Some(of_sex(girl).into_iter().collect::<Set>()).filter(|s| !s.is_empty())
        }
        Word::Sex(girl) => one(of_sex(girl)),
        Word::ElderOf(girl) => of_sex(girl).first().map(|i| Set::from([*i])),
        Word::YoungerOf(girl) => of_sex(girl).last().map(|i| Set::from([*i])),
        Word::SecondOf(girl) => of_sex(girl).get(1).map(|i| Set::from([*i])),
        Word::ElderSibling(_) | Word::YoungerSibling(_) if is_plural => None,
        Word::ElderSibling(girl) => one(of_sex(girl).into_iter().filter(|i| *i < last).collect()),
        Word::YoungerSibling(girl) => one(of_sex(girl).into_iter().filter(|i| *i > 0).collect()),
        Word::Primary => one(between(1, 6)),
        Word::Junior => one(between(7, 9)),
        Word::Senior => one(between(10, 12)),
        Word::Nursery => one(between(-3, -1)),
        _ => None,
    }
}

/// 两个, 三个: a count of children, but not the order 第二个.
fn counted_at(text: &str, at: usize) -> Option<(usize, usize)> {
    if text.get(..at)?.ends_with('第') {
        return None;
    }
    let (count, end) = numerals::number_at(text, at)?;
    let tail = text.get(end..)?;
    let is_count =
        tail.starts_with('个') && !tail.starts_with("个月") || text.get(at..)?.starts_with(['俩', '仨']);
    (is_count && (2..=9).contains(&count))
        .then_some((usize::try_from(count).ok()?, if tail.starts_with('个') { end + 3 } else { end }))
}

/// 大的两个: as many as are counted, from that end.
fn several(text: &str, token: &lexicon::Token<Word>, children: &[ChildOption]) -> Option<(Set, usize)> {
    if !matches!(token.kind, Word::Eldest | Word::Youngest) {
        return None;
    }
    let (count, end) = counted_at(text, token.end)?;
    Some((from_end(children.len(), count, token.kind == Word::Eldest)?, end))
}

/// The eldest or the youngest few.
fn from_end(all: usize, count: usize, eldest: bool) -> Option<Set> {
    let skipped = if eldest { 0 } else { all.checked_sub(count)? };
    (count <= all).then(|| (skipped..skipped + count).collect())
}

/// 两个女儿, 两个小的, 两个都.
fn counted(text: &str, end: usize, count: usize, children: &[ChildOption]) -> Option<(Set, usize)> {
    let everyone: Set = (0..children.len()).collect();
    if let Some(token) = LEXICON.at(text, end) {
        let set: Option<Set> = match token.kind {
            Word::Sex(girl) => Some(
                (0..children.len())
                    .filter(|i| children.get(*i).is_some_and(|c| c.is_girl == Some(girl)))
                    .collect(),
            ),
            Word::Eldest | Word::Youngest => from_end(children.len(), count, token.kind == Word::Eldest),
            Word::All | Word::Each | Word::Not | Word::Other | Word::Only => None,
            _ => return None,
        };
        if let Some(set) = set {
            return (set.len() == count).then_some((set, token.end));
        }
    }
    (count == children.len()).then_some((everyone, end))
}
