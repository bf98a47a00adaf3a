//! One clause of a reply about children: who is named, and who is wanted or ruled out.
//!
//! Start at [`add`].

use super::super::ChildOption;
use super::super::lexicon::Token;
use super::super::phrases::{ends_with_any, starts_with_any};
use super::counted::{counted, counted_at, several};
use super::mention::{class_at, is_stranger, named_at, numbered_at};
use super::siblings::siblings;
use super::words::{LEXICON, Word};
use super::{Mentions, Said, Set, by_kind, mention_end};

/// Adds one clause; `None` where something in it fits no child or several.
pub(super) fn add(said: &mut Said, text: &str, children: &[ChildOption]) -> Option<()> {
    let heard = Heard::default();
    let mut reading = Reading {
        text,
        children,
        mentions: Mentions::new(),
        heard,
        rest: false,
        word_end: None,
        last_end: 0,
        at: 0,
    };
    reading.scan()?;
    let Reading { mentions, heard, rest, .. } = reading;
    said.rest |= rest;
    if mentions.is_empty() {
        // 身体不好带不动: a bare 不 refuses no child.
        said.none |= heard.nots && (heard.each || heard.all || heard.is_refusal);
        said.all |= (heard.all || heard.each) && !heard.nots;
    } else {
        // 就老大不用: the only one who does not.
        said.rest |= heard.only_before && mentions.iter().all(|(_, polarity)| *polarity == Some(false));
        tell(said, mentions, heard.excepts, heard.only);
    }
    Some(())
}

/// What a clause has said besides the children.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag for each word that changes what the children are"
)]
struct Heard {
    /// A negative, and no child for it yet.
    nots: bool,
    /// It refuses by itself: 不用, but not 不.
    is_refusal: bool,
    excepts: bool,
    each: bool,
    all: bool,
    only: bool,
    /// It stands before the first child: 就老大.
    only_before: bool,
}

/// A clause being read from left to right.
struct Reading<'a> {
    text: &'a str,
    children: &'a [ChildOption],
    mentions: Mentions,
    heard: Heard,
    /// 其他的: the others are spoken of.
    rest: bool,
    /// Where a word for one child ends that was read last: 弟弟, 老二.
    word_end: Option<usize>,
    /// Where the last mention ends.
    last_end: usize,
    at: usize,
}

impl Reading<'_> {
    fn scan(&mut self) -> Option<()> {
        while let Some(c) = self.text.get(self.at..).and_then(|t| t.chars().next()) {
            if self.mention()? || self.count()? {
                continue;
            }
            if let Some(token) = LEXICON.at(self.text, self.at) {
                self.at = token.end;
                self.word(token)?;
            } else if is_stranger(self.text, self.at, self.children) {
                return None;
            } else {
                self.at += c.len_utf8();
            }
        }
        Some(())
    }

    fn push(&mut self, set: Set, start: usize, end: usize) {
        let set = self.range_to(&set, start).unwrap_or(set);
        self.last_end = end;
        self.mentions.push((set, self.heard.nots.then_some(false)));
        (self.at, self.heard.nots) = (end, false);
    }

    /// 老大到老三, 1-3: all from the child before it to this one.
    fn range_to(&self, set: &Set, start: usize) -> Option<Set> {
        let between = self.text.get(self.last_end..start)?;
        if !matches!(between, "到" | "至" | "-" | "--" | "一直到") {
            return None;
        }
        let (from, to) = (self.mentions.last()?.0.first().copied()?, set.first().copied()?);
        (from < to && set.len() == 1).then(|| (from..=to).collect())
    }

    /// A child by its name, its number or its class.
    fn mention(&mut self) -> Option<bool> {
        let by_name = named_at(self.text, self.at, self.children);
        let is_name = by_name.is_some();
        let named = by_name
            .or_else(|| numbered_at(self.text, self.at, self.children))
            .or_else(|| class_at(self.text, self.at, self.children));
        let Some((set, end)) = named else { return Some(false) };
        let set = set?;
        // 雨桐妈妈: who writes.
        if is_name && is_parent_of(self.text, end) {
            self.at = end;
            return Some(true);
        }
        // 老二雨桐, of the elder: two words for one child must agree.
        if is_name && self.is_apposed(&set) {
            return None;
        }
        let (set, end) = match self.sibling_of(&set, end).filter(|_| is_name) {
            Some(sibling) => (sibling.0?, sibling.1),
            None => (set, end),
        };
        self.push(set, self.at, end);
        Some(true)
    }

    /// Whether a word for another child stands right before: 弟弟|雨桐.
    fn is_apposed(&self, set: &Set) -> bool {
        let differs = |named: &Set| named.is_disjoint(set);
        self.word_end == Some(self.at) && self.mentions.last().is_some_and(|(named, _)| differs(named))
    }

    /// 浩然他姐, 雨桐的弟弟: the sibling of the one who is named, and where the words end; inside `None` for no one child.
    fn sibling_of(&self, named: &Set, end: usize) -> Option<(Option<Set>, usize)> {
        let after = self.text.get(end..)?;
        let joint = ["他的", "她的", "的", "他", "她"].iter().find(|word| after.starts_with(**word));
        let kin = LEXICON.at(self.text, end + joint.map_or(0, |word| word.len()))?;
        let (girl, is_elder) = match kin.kind {
            Word::ElderSibling(girl) => (girl, true),
            Word::YoungerSibling(girl) => (girl, false),
            _ => return None,
        };
        let of = named.first().copied().filter(|_| named.len() == 1)?;
        // 雨桐姐姐: the one who is named, or hers; 浩然姐姐都报: both.
        let may_be_called = if is_elder { of + 1 < self.children.len() } else { of > 0 };
        let is_herself = may_be_called && self.children.get(of).is_some_and(|c| c.is_girl == Some(girl));
        let lists = self.text.get(kin.end..)?.contains(['都', '俩', '两', '一', '和', '跟']);
        if joint.is_none() && (is_herself || lists) {
            return None;
        }
        let fits = |i: &usize| {
            (if is_elder { *i < of } else { *i > of })
                && self.children.get(*i).is_some_and(|c| c.is_girl == Some(girl))
        };
        let found: Set = (0..self.children.len()).filter(fits).collect();
        Some(((found.len() == 1).then_some(found), kin.end))
    }

    /// 两个, 三个女儿: as many as are counted.
    fn count(&mut self) -> Option<bool> {
        let Some((count, end)) = counted_at(self.text, self.at) else { return Some(false) };
        let named = self.mentions.iter().map(|(set, _)| set.len()).sum::<usize>();
        // 头两个: from the eldest on.
        if self.text.get(..self.at).is_some_and(|before| before.ends_with('头'))
            && count < self.children.len()
        {
            self.push((0..count).collect(), self.at, end);
            return Some(true);
        }
        // 1、3两个: as many as have been named. 除雨桐外的两个: all the others.
        if named == count || self.heard.excepts && named + count == self.children.len() {
            self.at = end;
            return Some(true);
        }
        let (set, end) = counted(self.text, end, count, self.children)?;
        if set.len() == self.children.len() {
            self.heard.all = true;
        } else {
            self.mentions.push((set, self.heard.nots.then_some(false)));
        }
        self.at = end;
        Some(true)
    }

    fn word(&mut self, token: Token<Word>) -> Option<()> {
        match token.kind {
            Word::Or | Word::Open => return None,
            // 哥哥弟弟都不用: of all that were named.
            Word::Not if self.refuses_all(token) => {
                for (_, polarity) in &mut self.mentions {
                    *polarity = Some(false);
                }
            }
            // 小雨小雪一块儿报不行: not both, or not together.
            Word::Not if self.heard.all && !self.heard.excepts && self.mentions.len() > 1 => return None,
            Word::Not => self.not(token),
            Word::Except => self.heard.excepts = true,
            Word::ExceptAfter => self.heard.excepts |= !self.mentions.is_empty(),
            Word::Rest => self.rest = true,
            Word::All => self.heard.all = true,
            Word::Each => self.heard.each = true,
            Word::Only => {
                self.heard.only = true;
                self.heard.only_before |= self.mentions.is_empty();
            }
            Word::Other => {}
            // 最小的那个丫头: one child, told by two of its traits.
            Word::Sex(girl) if self.has_named(girl) && is_of_same(self.text, token.start) => {}
            // 最小的妹妹.
            Word::YoungerSibling(girl) | Word::ElderSibling(girl)
                if self.has_named(girl) && is_end_of_order(self.text, token.start) => {}
            Word::Siblings(bond, count) => {
                let set = siblings(bond, count, self.children)?;
                if set.len() == self.children.len() {
                    self.heard.all = true;
                } else {
                    self.push(set, token.start, token.end);
                }
            }
            // 小的那个女孩: the younger of the girls.
            Word::Eldest | Word::Youngest if self.of_sex(token).is_some() => {
                let (kind, end) = self.of_sex(token)?;
                self.push(by_kind(kind, self.children, false)?, token.start, end);
            }
            kind => {
                let is_plural = is_plural(self.text, &token);
                let (set, end) = several(self.text, &token, self.children)
                    .or_else(|| Some((by_kind(kind, self.children, is_plural)?, token.end)))?;
                self.push(set, token.start, end);
                self.word_end = Some(end);
            }
        }
        Some(())
    }

    /// 小的那个女孩: which end of the children of one sex, where there are several, and where the words end.
    fn of_sex(&self, token: Token<Word>) -> Option<(Word, usize)> {
        let after = self.text.get(token.end..)?;
        let joint =
            ["的那个", "的这个", "那个", "这个", "那位", "的"].iter().find(|word| after.starts_with(**word));
        let sex = LEXICON.at(self.text, token.end + joint.map_or(0, |word| word.len()))?;
        let Word::Sex(girl) = sex.kind else { return None };
        let several = self.children.iter().filter(|c| c.is_girl == Some(girl)).count() > 1;
        let kind = if token.kind == Word::Eldest { Word::ElderOf(girl) } else { Word::YoungerOf(girl) };
        several.then_some((kind, sex.end))
    }

    fn refuses_all(&self, token: Token<Word>) -> bool {
        let says_all = self.text.get(token.start..token.end).is_some_and(|word| word.starts_with('都'));
        (self.heard.each || says_all)
            && self.mentions.len() > 1
            && self.mentions.iter().all(|(_, polarity)| polarity.is_none())
    }

    fn not(&mut self, token: Token<Word>) {
        match self.mentions.last_mut() {
            Some((_, polarity @ None))
                if !self.heard.excepts && !refuses_next(self.text, &token, self.children) =>
            {
                *polarity = Some(false);
            }
            _ => {
                self.heard.nots = true;
                self.heard.is_refusal |=
                    token.end - token.start > "不".len() || self.text.len() <= "不了吧".len();
            }
        }
    }

    /// Whether the last mention is one child, and of this sex.
    fn has_named(&self, girl: bool) -> bool {
        let fits = |i: &usize| self.children.get(*i).is_some_and(|c| c.is_girl == Some(girl));
        self.mentions.last().is_some_and(|(set, _)| set.len() == 1 && set.iter().all(fits))
    }
}

/// 雨桐妈妈, 雨桐她妈: a parent, told by the child.
fn is_parent_of(text: &str, end: usize) -> bool {
    let after = text.get(end..).unwrap_or_default().trim_start_matches(['的', '他', '她']);
    starts_with_any(after, &["妈妈", "爸爸", "妈", "爸", "母亲", "父亲", "家长"])
}

/// 男孩们, 男孩都报, 男孩女孩都报: all of that sex.
fn is_plural(text: &str, token: &Token<Word>) -> bool {
    let mut end = token.end;
    if text.get(end..).is_some_and(|next| next.starts_with('们')) {
        return true;
    }
    if !matches!(token.kind, Word::Sex(_)) {
        return false;
    }
    while let Some(rest) = text.get(end..) {
        let joint = if rest.starts_with(['和', '跟', '、', '与']) { '和'.len_utf8() } else { 0 };
        match LEXICON.at(text, end + joint).filter(|next| matches!(next.kind, Word::Sex(_))) {
            Some(next) => end = next.end,
            None => return rest.starts_with('都') || rest.starts_with("全都"),
        }
    }
    false
}

/// Whether a word stands right after another trait of the same child: 最小的那个|丫头.
fn is_of_same(text: &str, at: usize) -> bool {
    text.get(..at)
        .is_some_and(|before| ends_with_any(before, &["的", "那个", "这个", "那位", "那", "这", "那一个"]))
}

/// Whether 最小的 or 最大的 stands right before a word.
fn is_end_of_order(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| ends_with_any(before, &["小的", "大的"]))
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
fn refuses_next(text: &str, not: &Token<Word>, children: &[ChildOption]) -> bool {
    let word = text.get(not.start..not.end).unwrap_or_default();
    if !matches!(word, "不是" | "不要" | "别" | "不给" | "不选" | "不报") {
        return false;
    }
    let Some(end) = mention_end(text, not.end, children) else { return false };
    let after = text.get(end..).unwrap_or_default();
    !starts_with_any(after, &["要", "报", "参加", "上", "来", "去", "选", "不"])
}
