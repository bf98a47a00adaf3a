//! Which child (哪个孩子): by name, order, sex, kinship, grade or class, as long as exactly the meant children fit.
//!
//! Every mention names a set of the family's children; a mention that fits more or fewer children than it speaks of
//! makes the reply unclear. Start at [`read`].

mod comment;
mod counted;
mod mention;
mod named;
mod siblings;
mod words;

use std::borrow::Cow;

use smallvec::SmallVec;

use super::clause::{self, Clause, Mood};
use super::few::Few;
use super::phrases::{holds_any, phrases};
use super::{Answer, ChildOption, Value};
use comment::is_comment;
use mention::{class_at, named_at, numbered_at};
use named::add;
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
                | Word::ExceptAfter
                | Word::Siblings(..)
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

/// A reply without the clauses that speak only of children who are not meant: 只办梓睿，妹妹下个月再说.
pub(super) fn without_others<'t>(text: &'t str, ids: &[String], children: &[ChildOption]) -> Cow<'t, str> {
    let clauses = clause::clauses(text);
    if clauses.len() < 2 {
        return Cow::Borrowed(text);
    }
    let is_of_others = |clause: &Clause| {
        let mut said = Said::default();
        if add(&mut said, clause.text, children).is_none() {
            return false;
        }
        let mut named = said.wanted.iter().chain(said.refused.iter()).peekable();
        named.peek().is_some() && named.all(|i| children.get(*i).is_some_and(|c| !ids.contains(&c.id)))
    };
    let kept: Vec<&str> = clauses.iter().filter(|c| !is_of_others(c)).map(|c| c.text).collect();
    Cow::Owned(kept.join("，"))
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
    // 哥哥已经报过了，给妹妹报: what is done is not asked for.
    let is_done =
        |text: &&str| holds_any(*text, phrases!["已经报", "报过了", "报过名", "已登记", "登记过", "报好了"]);
    let told: SmallVec<[&str; 6]> =
        if told.len() > 1 { told.into_iter().filter(|text| !is_done(text)).collect() } else { told };
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
    if said.refused.len() == children.len() && !said.rest {
        return Some(Set::new());
    }
    if !said.refused.is_empty() {
        let is_settled = said.excepts || said.rest || (children.len() == 2 && said.refused.len() == 1);
        return (is_settled && !others.is_empty()).then_some(others);
    }
    said.all.then_some(everyone)
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
        // 高年级的, of two in the fifth and the sixth grade: which of them.
        Word::Higher if between(5, 6).len() > 1 && last > 1 => None,
        Word::Eldest | Word::Higher => (last > 0).then(|| Set::from([0])),
        Word::Youngest | Word::Lower => (last > 0).then(|| Set::from([last])),
        Word::Middle => (last == 2).then(|| Set::from([1])),
        Word::Sex(girl) if is_plural => {
            Some(of_sex(girl).into_iter().collect::<Set>()).filter(|s| !s.is_empty())
        }
        Word::Sex(girl) => one(of_sex(girl)),
        Word::ElderOf(girl) => of_sex(girl).first().map(|i| Set::from([*i])),
        Word::YoungerOf(girl) => of_sex(girl).last().map(|i| Set::from([*i])),
        Word::LastOf(girl) => {
            of_sex(girl).last().filter(|i| **i == last && last > 0).map(|i| Set::from([*i]))
        }
        Word::SecondOf(girl) => of_sex(girl).get(1).map(|i| Set::from([*i])),
        Word::NthOf(n, girl) => {
            let of_all = Some(n).filter(|n| children.get(*n).is_some_and(|c| c.is_girl == Some(girl)));
            let of_that_sex = of_sex(girl).get(n).copied();
            // 二弟 of a girl and two boys: the first of them, or the second.
            let is_one = of_all.is_none() || of_that_sex.is_none() || of_all == of_that_sex;
            of_all.or(of_that_sex).filter(|_| is_one).map(|i| Set::from([i]))
        }
        Word::ElderTwin | Word::YoungerTwin => {
            let is_elder = kind == Word::ElderTwin;
            let mut pairs = (0..last).filter(|i| {
                children.get(*i).zip(children.get(*i + 1)).is_some_and(|(a, b)| a.grade == b.grade)
            });
            let first = pairs.next().filter(|_| pairs.next().is_none())?;
            Some(Set::from([if is_elder { first } else { first + 1 }]))
        }
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
