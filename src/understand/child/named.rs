//! One clause of a reply about children: who is named, and who is wanted or ruled out.
//!
//! Start at [`add`].

use super::super::ChildOption;
use super::super::lexicon::Token;
use super::super::phrases::{ends_with_any, starts_with_any};
use super::counted::{counted, counted_at, several};
use super::mention::{class_at, is_stranger, named_at, numbered_at};
use super::words::{LEXICON, Word};
use super::{Mentions, Said, Set, by_kind, mention_end};

/// Adds one clause; `None` where something in it fits no child or several.
pub(super) fn add(said: &mut Said, text: &str, children: &[ChildOption]) -> Option<()> {
    let heard = Heard::default();
    let mut reading = Reading { text, children, mentions: Mentions::new(), heard, rest: false, at: 0 };
    reading.scan()?;
    let Reading { mentions, heard, rest, .. } = reading;
    said.rest |= rest;
    if mentions.is_empty() {
        // 身体不好带不动: a bare 不 refuses no child.
        said.none |= heard.nots && (heard.each || heard.all || heard.is_refusal);
        said.all |= (heard.all || heard.each) && !heard.nots;
    } else {
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
}

/// A clause being read from left to right.
struct Reading<'a> {
    text: &'a str,
    children: &'a [ChildOption],
    mentions: Mentions,
    heard: Heard,
    /// 其他的: the others are spoken of.
    rest: bool,
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

    fn push(&mut self, set: Set, end: usize) {
        self.mentions.push((set, self.heard.nots.then_some(false)));
        (self.at, self.heard.nots) = (end, false);
    }

    /// A child by its name, its number or its class.
    fn mention(&mut self) -> Option<bool> {
        let named = named_at(self.text, self.at, self.children)
            .or_else(|| numbered_at(self.text, self.at, self.children))
            .or_else(|| class_at(self.text, self.at, self.children));
        let Some((set, end)) = named else { return Some(false) };
        self.push(set?, end);
        Some(true)
    }

    /// 两个, 三个女儿: as many as are counted.
    fn count(&mut self) -> Option<bool> {
        let Some((count, end)) = counted_at(self.text, self.at) else { return Some(false) };
        let named = self.mentions.iter().map(|(set, _)| set.len()).sum::<usize>();
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
            Word::Not => self.not(token),
            Word::Except => self.heard.excepts = true,
            Word::Rest => self.rest = true,
            Word::All => self.heard.all = true,
            Word::Each => self.heard.each = true,
            Word::Only => self.heard.only = true,
            Word::Other => {}
            // 最小的那个丫头: one child, told by two of its traits.
            Word::Sex(girl) if self.has_named(girl) && is_of_same(self.text, token.start) => {}
            // 最小的妹妹.
            Word::YoungerSibling(girl) | Word::ElderSibling(girl)
                if self.has_named(girl) && is_end_of_order(self.text, token.start) => {}
            kind => {
                let is_plural = self.text.get(token.end..).is_some_and(|next| next.starts_with('们'));
                let (set, end) = several(self.text, &token, self.children)
                    .or_else(|| Some((by_kind(kind, self.children, is_plural)?, token.end)))?;
                self.push(set, end);
            }
        }
        Some(())
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
