//! Children that are counted: 两个, 两个女儿, 大的两个.
//!
//! Start at [`counted_at`].

use super::super::lexicon::Token;
use super::super::{ChildOption, numerals};
use super::Set;
use super::words::{LEXICON, Word};

/// 两个, 三个: a count of children, but not the order 第二个.
pub(super) fn counted_at(text: &str, at: usize) -> Option<(usize, usize)> {
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
pub(super) fn several(text: &str, token: &Token<Word>, children: &[ChildOption]) -> Option<(Set, usize)> {
    if !matches!(token.kind, Word::Eldest | Word::Youngest | Word::Middle | Word::Sex(_)) {
        return None;
    }
    // 大的那俩.
    let joint =
        text.get(token.end..).filter(|after| after.starts_with(['那', '这'])).map_or(0, |_| '那'.len_utf8());
    let (count, end) = counted_at(text, token.end + joint)?;
    // 男孩两个.
    if let Word::Sex(girl) = token.kind {
        let fits = |i: &usize| children.get(*i).is_some_and(|c| c.is_girl == Some(girl));
        let set: Set = (0..children.len()).filter(fits).collect();
        return (set.len() == count).then_some((set, end));
    }
    // 中间两个: as many before as after.
    if token.kind == Word::Middle {
        let others =
            children.len().checked_sub(count).filter(|others| *others > 0 && others.is_multiple_of(2))?;
        return Some(((others / 2..others / 2 + count).collect(), end));
    }
    Some((from_end(children.len(), count, token.kind == Word::Eldest)?, end))
}

/// The eldest or the youngest few.
fn from_end(all: usize, count: usize, eldest: bool) -> Option<Set> {
    let skipped = if eldest { 0 } else { all.checked_sub(count)? };
    (count <= all).then(|| (skipped..skipped + count).collect())
}

/// 两个女儿, 两个小的, 两个都.
pub(super) fn counted(
    text: &str,
    end: usize,
    count: usize,
    children: &[ChildOption],
) -> Option<(Set, usize)> {
    let everyone: Set = (0..children.len()).collect();
    if let Some(token) = LEXICON.at(text, end) {
        let set: Option<Set> = match token.kind {
            Word::Sex(girl) => Some(
                (0..children.len())
                    .filter(|i| children.get(*i).is_some_and(|c| c.is_girl == Some(girl)))
                    .collect(),
            ),
            // 两个弟弟: younger than the eldest.
            Word::YoungerSibling(girl) => Some(
                (1..children.len())
                    .filter(|i| children.get(*i).is_some_and(|c| c.is_girl == Some(girl)))
                    .collect(),
            ),
            Word::ElderSibling(girl) => Some(
                (0..children.len().saturating_sub(1))
                    .filter(|i| children.get(*i).is_some_and(|c| c.is_girl == Some(girl)))
                    .collect(),
            ),
            Word::Eldest | Word::Youngest => from_end(children.len(), count, token.kind == Word::Eldest),
            Word::All | Word::Each | Word::Not | Word::Other | Word::Only => None,
            _ => return None,
        };
        // 三个崽: the word for boys also stands for children.
        let means_all = matches!(token.kind, Word::Sex(false))
            && count == children.len()
            && text.get(token.start..token.end).is_some_and(|word| ["崽", "仔", "小子"].contains(&word));
        if means_all {
            return Some((everyone, token.end));
        }
        if let Some(set) = set {
            return (set.len() == count).then_some((set, token.end));
        }
    }
    (count == children.len()).then_some((everyone, end))
}
