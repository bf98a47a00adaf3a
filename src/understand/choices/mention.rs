//! One mention of an option: its number, its name or a telling half of it, an everyday word, or its sound.
//!
//! Start at [`mention_at`].

use std::borrow::Cow;

use smallvec::SmallVec;

use super::super::phrases::{begins_with, ends_with_any, held, holds_any, starts_with_any};
use super::super::{ChoiceOption, lexicon, normalise, numerals};
use super::Set;
use super::topics::{KINDS, LEVELS};
use super::words::{LEXICON, Word};

/// Options that the text names at this byte: `Some(None)` when it fits several or none.
pub(super) fn mention_at(
    text: &str,
    at: usize,
    options: &[ChoiceOption],
    pieces: &[Name<'_>],
) -> Option<(Option<Set>, usize)> {
    let rest = text.get(at..)?;
    let piece =
        pieces.iter().filter(|(piece, _)| begins_with(rest, piece)).max_by_key(|(piece, _)| piece.len());
    let token = LEXICON.at(text, at);
    if let Some((piece, _)) = piece.filter(|(piece, _)| token.is_none_or(|t| t.end - at <= piece.len())) {
        let set: Set = pieces.iter().filter(|(other, _)| other == piece).map(|(_, no)| *no).collect();
        return Some(((set.len() == 1).then_some(set), at + piece.len()));
    }
    match token.map(|t| (t.kind, t.end)) {
        // 画水彩: the verb of what it stands before.
        Some((Word::Topic(_), end)) if is_verb_of_next(text, at, end, pieces) => return None,
        Some((Word::Topic(index), end)) => {
            // A topic that nothing on offer covers says nothing about the offer.
            let set = covered(index, options, text.get(at..end).unwrap_or_default());
            return Some(((set.len() == 1).then_some(set), end));
        }
        Some((Word::First | Word::Middle | Word::Last, end)) => return ends(text, at, end, options),
        Some((_, _)) => return None,
        None => {}
    }
    if let Some(found) = numbered(text, at, options) {
        return Some(found);
    }
    by_sound(rest, pieces).map(|(no, length)| (Some(Set::from([no])), at + length))
}

/// 画漫画, 唱儿歌: a topic of one character right before a name.
fn is_verb_of_next(text: &str, at: usize, end: usize, pieces: &[Name<'_>]) -> bool {
    text.get(at..end).is_some_and(|word| word.chars().nth(1).is_none())
        && text
            .get(end..)
            .is_some_and(|rest| pieces.iter().any(|(piece, _)| rest.starts_with(piece.as_ref())))
}

/// The options that cover a topic, at the first level that fits any; 篮球 is a ball game, and covers no 足球.
pub(super) fn covered(index: usize, options: &[ChoiceOption], word: &str) -> Set {
    let kind = held(word.into(), KINDS).next();
    let is_sister = |name: &str| kind.is_some_and(|kind| !name.contains(kind) && holds_any(name, KINDS));
    let Some(levels) = LEVELS.get(index) else { return Set::new() };
    levels
        .iter()
        .map(|level| {
            let fits = |name: &str| holds_any(name, level) && !is_sister(name);
            options.iter().filter(|o| fits(&o.name)).map(|o| o.no).collect::<Set>()
        })
        .find(|set| !set.is_empty())
        .unwrap_or_default()
}

/// A name of an option, or a telling half of one, and its number.
pub(in super::super) type Name<'a> = (Cow<'a, str>, u32);
pub(in super::super) type Names<'a> = SmallVec<[Name<'a>; 24]>;

/// What names of any option hold, and so tells none from another.
const OF_ANY: [char; 10] = ['(', ')', '社', '团', '班', '课', '兴', '趣', '小', '组'];

/// Names and their telling halves, each with its number.
pub(super) fn pieces(options: &[ChoiceOption]) -> Names<'_> {
    let mut out = Names::new();
    for option in options {
        let name = normalise::name(&option.name);
        let chars: SmallVec<[char; 12]> = name.chars().filter(|c| !OF_ANY.contains(c)).collect();
        let is_whole = chars.len() == name.chars().count();
        let half = |from: usize, length: usize| -> Cow<'_, str> {
            // A name of plain characters, three bytes each, lends its halves.
            match &name {
                Cow::Borrowed(name) if is_whole && name.len() == chars.len() * 3 => {
                    Cow::Borrowed(name.get(from * 3..(from + length) * 3).unwrap_or_default())
                }
                _ => Cow::Owned(chars.iter().skip(from).take(length).collect()),
            }
        };
        let mut start = 0;
        let mut halves: SmallVec<[Cow<'_, str>; 4]> = SmallVec::new();
        while chars.len() >= 4 && start + 2 <= chars.len() {
            let length = if chars.len() - start == 3 { 3 } else { 2 };
            halves.push(half(start, length));
            start += length;
        }
        if chars.len() >= 2 && !is_whole {
            halves.push(half(0, chars.len()));
        }
        out.push((name.clone(), option.no));
        out.extend(halves.into_iter().map(|half| (half, option.no)));
    }
    out
}

pub(super) fn by_sound(rest: &str, pieces: &[Name<'_>]) -> Option<(u32, usize)> {
    let sound = |c: Option<char>| c.and_then(|c| lexicon::sound_of(std::iter::once(c)));
    // Most characters begin no option: they cost no more than this.
    let first = sound(rest.chars().next())?;
    if !pieces.iter().any(|(piece, _)| sound(piece.chars().next()) == Some(first)) {
        return None;
    }
    let chars: SmallVec<[char; 4]> = rest.chars().take(4).take_while(|c| !c.is_ascii()).collect();
    for length in (2..=chars.len()).rev() {
        let window = chars.get(..length)?;
        let mut same = pieces.iter().filter(|(piece, _)| piece.chars().count() == length).peekable();
        if same.peek().is_none() {
            continue;
        }
        let heard = lexicon::sound_of(window.iter().copied())?;
        let found: Set = same
            .filter(|(piece, _)| lexicon::sound_of(piece.chars()).as_ref() == Some(&heard))
            .map(|(_, no)| *no)
            .collect();
        if let (1, Some(no)) = (found.len(), found.first()) {
            return Some((*no, window.iter().map(|c| c.len_utf8()).sum()));
        }
    }
    None
}

/// 前两个, 后三个, 最后一个, 倒数第二个.
pub(super) fn ends(
    text: &str,
    at: usize,
    after: usize,
    options: &[ChoiceOption],
) -> Option<(Option<Set>, usize)> {
    let which = text.get(at..after)?;
    // 后面那仨.
    let after = after + text.get(after..).map_or(0, |t| t.len() - t.trim_start_matches(['那', '这']).len());
    let is_first = which.starts_with(['前', '头']);
    // 最末那个: one, without its number.
    let (count, end) = numerals::number_at(text, after).or_else(|| {
        (which.starts_with(['最', '末']) || which.contains('中')).then(|| {
            (
                1,
                after
                    + text
                        .get(after..)
                        .map_or(0, |t| t.len() - t.trim_start_matches(['的', '那', '这']).len()),
            )
        })
    })?;
    // 最后仨: a numeral that holds its measure word.
    let has_measure = text.get(..end)?.ends_with(['俩', '仨']);
    let measure = ["个", "项", "种", "门", "样"]
        .iter()
        .find(|m| text.get(end..).is_some_and(|t| t.starts_with(**m)))
        .or(has_measure.then_some(&""))?;
    let count = usize::try_from(count).ok()?;
    let numbers: SmallVec<[u32; 12]> = options.iter().map(|o| o.no).collect();
    let set: Set = if which.contains('中') {
        // As many before as after; of an odd rest there is no middle.
        let outside = options.len().checked_sub(count).filter(|rest| rest.is_multiple_of(2))?;
        numbers.iter().skip(outside / 2).take(count).copied().collect()
    } else if is_first {
        numbers.iter().take(count).copied().collect()
    } else {
        numbers.iter().rev().take(count).copied().collect()
    };
    Some(((count <= options.len() && count > 0).then_some(set), end + measure.len()))
}

/// What 第一 ranks besides options.
const RANKED: [&str; 6] = ["志愿", "意愿", "选择", "意向", "顺位", "优先"];

/// What a number counts besides options.
const COUNTED: [&str; 28] = [
    "选", "点", ":", "年", "月", "天", "次", "周", "班", "岁", "节", "楼", "块", "元", "分", "个", "门",
    "项", "种", "起", "样", "下", "直", "定", "些", "般", "星期", "小时",
];

/// 1, 第2个, 3号, 倒数第一个, 1-3.
pub(super) fn numbered(text: &str, at: usize, options: &[ChoiceOption]) -> Option<(Option<Set>, usize)> {
    let rest = text.get(at..)?;
    let before = text.get(..at)?;
    let is_reversed = rest.starts_with("倒数第");
    let lead =
        ["倒数第", "第", "选项"].iter().find(|lead| rest.starts_with(**lead)).map_or(0, |lead| lead.len());
    // 二选二: how many of how many.
    if before
        .strip_suffix('选')
        .is_some_and(|b| b.ends_with(|c: char| c.is_ascii_digit() || numerals::digit(c).is_some()))
    {
        return None;
    }
    let (number, end) = numerals::number_at(text, at + lead)?;
    let tail = text.get(end..)?;
    // 第一志愿航模: the order of wishes, not of options.
    let ranks = starts_with_any(tail, &RANKED) || tail.starts_with('选') && !tail.starts_with("选项");
    if lead > 0 && ranks {
        return None;
    }
    let is_arabic = text.get(at + lead..)?.starts_with(|c: char| c.is_ascii_digit());
    if lead == 0 && starts_with_any(tail, &COUNTED) {
        return None;
    }
    let is_listed = before.is_empty()
        || before.ends_with([
            '家', '个', '嗯', '就', '是', ':', '给', '好', '、', '和', '，', '跟', '选', '要', ' ', '了',
            '与', '及', '报', '+', '&', '/', '-', '到', '至', '第', '不', '是', '除', '就', '号', '从', '开',
            '掉', '拣', '挑', '勾', '同',
        ])
        || tail.starts_with('号')
        || ends_with_any(before, &["只有", "唯独", "单单", "就只"]);
    let is_bounded =
        tail.chars().next().is_none_or(|c| "、和，跟同 号与及+&/-到至).个项吧啊都谢外以不:".contains(c))
            || is_arabic;
    if lead == 0 && !((is_arabic || is_bounded) && is_listed) {
        return None;
    }
    let exists = |no: u32| options.iter().any(|o| o.no == no);
    let measure = ["个选项", "个", "项", "号", "种", "门"]
        .iter()
        .find(|m| tail.starts_with(**m))
        .map_or(0, |m| m.len());
    let end = end + measure;
    if is_reversed {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        return Some((options.iter().rev().nth(index).map(|o| Set::from([o.no])), end));
    }
    if let Some((to, range_end)) = range_to(text, end) {
        let set: Set = (number..=to.min(99)).collect();
        return Some(((number < to && set.iter().all(|n| exists(*n))).then_some(set), range_end));
    }
    // 足球第一，科学第二: an order of liking.
    let follows_name = !before.is_empty()
        && !before.ends_with(|c: char| "、和跟与及到至- ".contains(c) || numerals::digit(c).is_some());
    if lead > 0 && measure == 0 && follows_name && tail.is_empty() {
        return Some((Some(Set::new()), end));
    }
    if exists(number) {
        return Some((Some(Set::from([number])), end));
    }
    // 135 with nine options or fewer: one digit each.
    let digits: Option<SmallVec<[u32; 8]>> =
        rest.chars().take_while(char::is_ascii_digit).map(|c| c.to_digit(10)).collect();
    let digits =
        digits.filter(|d| is_arabic && d.len() > 1 && options.len() < 10 && d.iter().all(|n| exists(*n)));
    let set: Option<Set> = digits
        .map(|d| (d.len(), d.into_iter().collect::<Set>()))
        .filter(|(n, set)| *n == set.len())
        .map(|(_, set)| set);
    Some((set, end))
}

pub(super) fn range_to(text: &str, at: usize) -> Option<(u32, usize)> {
    let rest = text.get(at..)?;
    let word = ["到", "至", "-"].iter().find(|word| rest.starts_with(**word))?;
    let after = at + word.len();
    let after = after + if text.get(after..)?.starts_with('第') { 3 } else { 0 };
    let (number, end) = numerals::number_at(text, after)?;
    let measure = ["个", "项", "号"]
        .iter()
        .find(|m| text.get(end..).is_some_and(|t| t.starts_with(**m)))
        .map_or(0, |m| m.len());
    Some((number, end + measure))
}
