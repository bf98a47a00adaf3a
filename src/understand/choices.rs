//! Choices (选择): some of several options, such as activities, by number, name or an everyday word.
//!
//! A mention is a number, an option's name or a telling part of it, or a word of a [`TOPICS`] row that exactly one
//! option covers. Negatives and exclusions work as for weekdays. Start at [`read`].

mod comment;
mod words;

use std::collections::BTreeSet;

use super::clause::{self, Mood};
use super::lexicon;
use super::{Answer, ChoiceOption, Choices, Value, numerals, weekdays};
use comment::{names_one, says_choice, unknown};
use words::{KINDS, LEXICON, TOPICS, Word};

type Set = BTreeSet<u32>;

#[derive(Default)]
struct Said {
    wanted: Set,
    refused: Set,
    all: bool,
    any: bool,
    nothing: bool,
    rest: Option<bool>,
}

/// The byte after the option that is named at this byte.
pub(super) fn mention_end(
    text: &str,
    at: usize,
    pieces: &[(String, u32)],
    options: &[ChoiceOption],
) -> Option<usize> {
    mention_at(text, at, options, pieces).map(|(_, end)| end)
}

/// The byte after the word of this grammar at this byte.
pub(super) fn word_end(text: &str, at: usize) -> Option<usize> {
    LEXICON.at(text, at).map(|t| t.end)
}

/// The words of this grammar in a text.
pub(super) fn words(text: &str) -> Vec<&str> {
    LEXICON.words(text)
}

/// Reads a reply to "which of these?".
pub(super) fn read(text: &str, options: &[ChoiceOption], choices_max: Option<usize>) -> Answer {
    let pieces = pieces(options);
    let text = LEXICON.repair(text);
    let text = clause::corrected(&text);
    let text = listed(&spelt_out(text, options));
    let mut said = Said::default();
    let clauses = clause::clauses(&text);
    let unknown: Vec<usize> = clauses.iter().map(|c| unknown(c.text, options, &pieces)).collect();
    let is_named = clauses
        .iter()
        .zip(&unknown)
        .any(|(c, unknown)| c.mood != Mood::Asks && *unknown == 0 && names_one(c.text, options, &pieces));
    for (clause, unknown) in clauses.iter().zip(unknown) {
        // 围棋初学者可以吗 asks about it; 篮球，合唱老师太严 comments on it.
        let is_comment = is_named && unknown > 2 && !says_choice(clause.text);
        if (clause.mood == Mood::Requests && unknown > 1) || is_comment {
            continue;
        }
        // 哪个有名额就上哪个: whichever, not which.
        if clause
            .text
            .split_once('就')
            .is_some_and(|(before, after)| before.contains('哪') && after.contains('哪'))
        {
            said.any = true;
            continue;
        }
        if clause.mood == Mood::Asks && !clause.text.contains("看着") {
            continue;
        }
        if add(&mut said, clause.text, options, &pieces).is_none() {
            return Answer::Unclear;
        }
    }
    match conclude(said, options) {
        Some(Choices::These(numbers)) if choices_max.is_some_and(|max| numbers.len() > max) => {
            Answer::Unclear
        }
        Some(choices) => Answer::Value(Value::Choices(choices)),
        None => Answer::Unclear,
    }
}

/// 一四五, and nothing else: one number each.
fn spelt_out(text: &str, options: &[ChoiceOption]) -> String {
    let digits: Option<Vec<u32>> = text.chars().map(numerals::digit).collect();
    let is_offered = |no: &u32| options.iter().any(|o| o.no == *no);
    match digits.filter(|d| d.len() > 1 && d.iter().all(is_offered) && d.is_sorted_by(|a, b| a < b)) {
        Some(digits) => digits.iter().map(u32::to_string).collect::<Vec<String>>().join("、"),
        None => text.to_owned(),
    }
}

/// `1，6` is a list, not two clauses.
fn listed(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: Option<usize>| {
        i.and_then(|i| chars.get(i)).is_some_and(|c| c.is_ascii_digit() || numerals::digit(*c).is_some())
    };
    chars
        .iter()
        .enumerate()
        .map(
            |(i, c)| {
                if "，。.".contains(*c) && digit(i.checked_sub(1)) && digit(Some(i + 1)) {
                    '、'
                } else {
                    *c
                }
            },
        )
        .collect()
}

fn conclude(said: Said, options: &[ChoiceOption]) -> Option<Choices> {
    let everything: Set = options.iter().map(|o| o.no).collect();
    if !said.wanted.is_disjoint(&said.refused) {
        return None;
    }
    let others = || everything.difference(&said.refused).copied().collect::<Vec<u32>>();
    match said.rest {
        Some(true) if !said.refused.is_empty() => return Some(Choices::These(others())),
        Some(true) if said.any => return None,
        Some(true) if said.wanted.is_empty() => return None,
        Some(true) => return None,
        _ => {}
    }
    if said.nothing {
        return said.wanted.is_empty().then(|| Choices::These(Vec::new()));
    }
    if !said.wanted.is_empty() {
        return (!said.all || said.rest == Some(false) || said.wanted == everything)
            .then(|| Choices::These(said.wanted.into_iter().collect()));
    }
    if said.all {
        return Some(if said.any { Choices::Any } else { Choices::These(others()) });
    }
    (said.any && said.refused.is_empty()).then_some(Choices::Any)
}

/// Adds one clause; `None` when something in it fits several options or none.
fn add(said: &mut Said, text: &str, options: &[ChoiceOption], pieces: &[(String, u32)]) -> Option<()> {
    let (mut nots, mut excepts, mut rest, mut verb_since, mut each) =
        (false, false, None::<bool>, false, false);
    let mut mentions: Vec<(Set, Option<bool>)> = Vec::new();
    let (mut at, mut last_end, mut verb_seen) = (0, 0, false);
    while let Some(c) = text.get(at..).and_then(|t| t.chars().next()) {
        if let Some((set, end)) = mention_at(text, at, options, pieces) {
            // 不爱运动: a word that fits several rules all of them out.
            let set = match set {
                Some(set) => set,
                None if nots => LEXICON.at(text, at).and_then(|t| {
                    if let Word::Topic(index) = t.kind {
                        Some(covered(index, options, text.get(at..t.end).unwrap_or_default()))
                    } else {
                        None
                    }
                })?,
                None => return None,
            };
            let is_joined = ["和", "跟", "、", "与", "及", "还有", "以及"]
                .contains(&text.get(last_end..at).unwrap_or_default());
            last_end = end;
            match mentions.last_mut() {
                Some((previous, polarity)) if !nots && (is_joined || (!verb_since && polarity.is_none())) => {
                    previous.extend(set);
                }
                _ => mentions.push((set, nots.then_some(false))),
            }
            (at, nots, verb_since) = (end, false, false);
            continue;
        }
        let Some(token) = LEXICON.at(text, at) else {
            at = weekdays::group_at(text, at).map_or(at + c.len_utf8(), |group| group.end);
            continue;
        };
        at = token.end;
        match token.kind {
            Word::Open | Word::If => return None,
            Word::Or => return mentions.is_empty().then_some(()),
            Word::Any => said.any = true,
            Word::All => said.all = true,
            Word::Each => each = true,
            // 除了画画都不要: of the rest, nothing.
            Word::Nothing if excepts => rest = Some(false),
            Word::Nothing => said.nothing = true,
            Word::Except => excepts = true,
            Word::Rest => rest = Some(true),
            Word::Not if rest == Some(true) || excepts && each => rest = Some(false),
            Word::Not => match mentions.last_mut() {
                Some((_, polarity @ None))
                    if !excepts && !verb_since && !refuses_next(text, at, token.start, options, pieces) =>
                {
                    *polarity = Some(false);
                    verb_since = true;
                }
                _ => nots = true,
            },
            Word::Verb => {
                verb_seen = true;
                if let Some((_, polarity @ None)) = mentions.last_mut().filter(|_| !excepts) {
                    let follows_not = LEXICON.at(text, at).is_some_and(|t| t.kind == Word::Not);
                    if !follows_not {
                        *polarity = (!nots && token_is_final(text, at)).then_some(true);
                    }
                    verb_since = !follows_not;
                }
            }
            Word::Topic(_) | Word::First | Word::Last | Word::Other => {}
        }
    }
    let heard = Heard { nots, excepts, each, verb_seen, rest };
    tell(said, mentions, &heard, text);
    Some(())
}

/// What a clause has said besides its mentions.
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag for each word that changes what the mentions mean"
)]
struct Heard {
    nots: bool,
    excepts: bool,
    each: bool,
    verb_seen: bool,
    rest: Option<bool>,
}

/// Adds the mentions of a clause, wanted or ruled out, to what is said.
fn tell(said: &mut Said, mentions: Vec<(Set, Option<bool>)>, heard: &Heard, text: &str) {
    let Heard { nots, excepts, each, verb_seen, mut rest } = *heard;
    if excepts && !mentions.is_empty() {
        rest = rest.or(Some(true));
    }
    // 没有他喜欢的: nothing on offer that he likes.
    let lacks = verb_seen && text.ends_with('的');
    let is_whole =
        ["不选", "不报", "不参加"].contains(&text.trim_end_matches(['了', '吧', '啊', '哈', '的']));
    if nots && mentions.is_empty() && (each || said.all || lacks || is_whole) {
        said.nothing = true;
        said.all = false;
    }
    let is_all_of = said.all && !mentions.is_empty() && !excepts && rest.is_none();
    for (set, polarity) in mentions {
        if polarity == Some(false) || (excepts && rest != Some(false)) {
            said.refused.extend(set);
        } else {
            said.wanted.extend(set);
        }
    }
    // 画画和阅读都要: all of those named.
    said.all &= !is_all_of;
    said.rest = rest.or(said.rest);
}

/// 打篮球不要踢足球: a refusing verb right before an option refuses that one, unless the option has a verb of its own
/// (篮球不要足球要).
fn refuses_next(
    text: &str,
    at: usize,
    start: usize,
    options: &[ChoiceOption],
    pieces: &[(String, u32)],
) -> bool {
    let word = text.get(start..at).unwrap_or_default();
    if word.chars().count() < 2 && word != "别" {
        return false;
    }
    let Some((_, end)) = mention_at(text, at, options, pieces) else { return false };
    !LEXICON.at(text, end).is_some_and(|t| matches!(t.kind, Word::Verb | Word::Not))
}

fn token_is_final(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(str::is_empty)
}

/// Options that the text names at this byte: `Some(None)` when it fits several or none.
fn mention_at(
    text: &str,
    at: usize,
    options: &[ChoiceOption],
    pieces: &[(String, u32)],
) -> Option<(Option<Set>, usize)> {
    let rest = text.get(at..)?;
    let piece = pieces
        .iter()
        .filter(|(piece, _)| rest.starts_with(piece.as_str()))
        .max_by_key(|(piece, _)| piece.len());
    let token = LEXICON.at(text, at);
    if let Some((piece, _)) = piece.filter(|(piece, _)| token.is_none_or(|t| t.end - at <= piece.len())) {
        let set: Set = pieces.iter().filter(|(other, _)| other == piece).map(|(_, no)| *no).collect();
        return Some(((set.len() == 1).then_some(set), at + piece.len()));
    }
    match token.map(|t| (t.kind, t.end)) {
        Some((Word::Topic(index), end)) => {
            // A topic that nothing on offer covers says nothing about the offer.
            let set = covered(index, options, text.get(at..end).unwrap_or_default());
            return Some(((set.len() == 1).then_some(set), end));
        }
        Some((Word::First | Word::Last, end)) => return ends(text, at, end, options),
        Some((_, _)) => return None,
        None => {}
    }
    if let Some(found) = numbered(text, at, options) {
        return Some(found);
    }
    by_sound(rest, pieces).map(|(no, length)| (Some(Set::from([no])), at + length))
}

/// The options that cover a topic, at the first level that fits any; 篮球 is a ball game, and covers no 足球.
fn covered(index: usize, options: &[ChoiceOption], word: &str) -> Set {
    let is_sister = |name: &str| {
        let kind = KINDS.iter().find(|kind| word.contains(**kind));
        kind.is_some_and(|kind| !name.contains(kind) && KINDS.iter().any(|other| name.contains(other)))
    };
    let Some((_, levels)) = TOPICS.get(index) else { return Set::new() };
    levels
        .iter()
        .map(|level| {
            let fits = |name: &str| level.split_whitespace().any(|stem| name.contains(stem));
            options.iter().filter(|o| fits(&o.name) && !is_sister(&o.name)).map(|o| o.no).collect::<Set>()
        })
        .find(|set| !set.is_empty())
        .unwrap_or_default()
}

/// Names and their telling halves, each with its number.
pub(super) fn pieces(options: &[ChoiceOption]) -> Vec<(String, u32)> {
    let mut out = Vec::new();
    for option in options {
        let name = super::normalise::normalise(&option.name).text;
        let chars: Vec<char> = name.chars().filter(|c| !"()社团班课兴趣小组".contains(*c)).collect();
        out.push((name.clone(), option.no));
        let mut start = 0;
        while chars.len() >= 4 && start + 2 <= chars.len() {
            let length = if chars.len() - start == 3 { 3 } else { 2 };
            out.push((chars.iter().skip(start).take(length).collect(), option.no));
            start += length;
        }
        if chars.len() >= 2 && chars.len() < name.chars().count() {
            out.push((chars.iter().collect(), option.no));
        }
    }
    out
}

fn by_sound(rest: &str, pieces: &[(String, u32)]) -> Option<(u32, usize)> {
    let chars: Vec<char> = rest.chars().take(4).take_while(|c| !c.is_ascii()).collect();
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
fn ends(text: &str, at: usize, after: usize, options: &[ChoiceOption]) -> Option<(Option<Set>, usize)> {
    let is_first = text.get(at..after)?.starts_with(['前', '头']);
    let (count, end) = numerals::number_at(text, after)?;
    let measure =
        ["个", "项", "种", "门"].iter().find(|m| text.get(end..).is_some_and(|t| t.starts_with(**m)))?;
    let count = usize::try_from(count).ok()?;
    let numbers: Vec<u32> = options.iter().map(|o| o.no).collect();
    let set: Set = if is_first {
        numbers.iter().take(count).copied().collect()
    } else {
        numbers.iter().rev().take(count).copied().collect()
    };
    Some(((count <= options.len() && count > 0).then_some(set), end + measure.len()))
}

/// 1, 第2个, 3号, 倒数第一个, 1-3.
fn numbered(text: &str, at: usize, options: &[ChoiceOption]) -> Option<(Option<Set>, usize)> {
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
    let is_arabic = text.get(at + lead..)?.starts_with(|c: char| c.is_ascii_digit());
    if lead == 0
        && [
            "选", "点", ":", "年", "月", "天", "次", "周", "班", "岁", "节", "楼", "块", "元", "分", "个",
            "门", "项", "种", "起", "样", "下", "直", "定", "些", "般", "星期", "小时",
        ]
        .iter()
        .any(|m| tail.starts_with(m))
    {
        return Some((Some(Set::new()), end)).filter(|_| false);
    }
    let is_listed = before.is_empty()
        || before.ends_with([
            '家', '个', '嗯', '就', '是', ':', '给', '好', '、', '和', '，', '跟', '选', '要', ' ', '了',
            '与', '及', '报', '+', '&', '/', '-', '到', '至', '第', '不', '是', '除', '就', '号',
        ])
        || tail.starts_with('号');
    let is_bounded =
        tail.chars().next().is_none_or(|c| "、和，跟 号与及+&/-到至).个项吧啊都谢外以不:".contains(c))
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
    let follows_name =
        !before.is_empty() && !before.ends_with(['、', '和', '跟', '与', '及', '到', '至', '-', ' ']);
    if lead > 0 && measure == 0 && follows_name && tail.is_empty() {
        return Some((Some(Set::new()), end));
    }
    if exists(number) {
        return Some((Some(Set::from([number])), end));
    }
    // 135 with nine options or fewer: one digit each.
    let digits: Option<Vec<u32>> =
        rest.chars().take_while(char::is_ascii_digit).map(|c| c.to_digit(10)).collect();
    let digits =
        digits.filter(|d| is_arabic && d.len() > 1 && options.len() < 10 && d.iter().all(|n| exists(*n)));
    let set: Option<Set> = digits
        .map(|d| (d.len(), d.into_iter().collect::<Set>()))
        .filter(|(n, set)| *n == set.len())
        .map(|(_, set)| set);
    Some((set, end))
}

fn range_to(text: &str, at: usize) -> Option<(u32, usize)> {
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
